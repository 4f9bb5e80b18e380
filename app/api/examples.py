"""One example of each body that the API takes (operationId → body); those that schemas hold are not repeated."""

from __future__ import annotations

from typing import Any

_TEXT = "sha256:" + "0" * 64

EXAMPLES: dict[str, Any] = {
    "put_answers": {"tobacco_status": "never", "height": 165, "family_colorectal_cancer": "unknown"},
    "what_if": {"systolic_bp": 125, "tobacco_status": True},
    "put_consents": {"purpose": "own_prevention", "categories": ["identity", "screening"], "text_digest": _TEXT},
    "erase": {"confirm": True},
    "post_delegation": {
        "person": "Anne", "delegate": "Luc", "actions": ["see"], "categories": ["vaccines"], "days": 30,
    },
    "accept_delegation": {"code": "7KQ4-M2PX"},
    "post_child": {"given": "Zoé", "family": "TEST-PETIT", "sex": "female", "birth_date": "2020-05-01"},
    "post_connection_answer": {"code": "SplxlOBeZQQYbYS6WxSbIA", "state": "xcoiv98y2kd22vusuye3kch"},
    "post_helper_code": {
        "person": "Anne", "helper": "Luc, France Services", "actions": ["see", "answer"], "categories": ["vaccines"],
        "minutes": 30,
    },
    "post_help": {"code": "7KQ4-M2P-X9R"},
    "post_helper_session": {"code": "7KQ4-M2P-X9R"},
    "post_relative": {
        "relation": "mother", "born": "1950", "deceased": False,
        "conditions": [{"condition": "breast_cancer", "age_at_diagnosis": 47}],
    },
    "put_relative": {
        "relation": "mother", "conditions": [{"condition": "breast_cancer", "age_at_diagnosis": "unknown"}],
    },
    "put_family_about": {"adopted": False, "asked": ["breast_cancer", "ovarian_cancer", "colorectal_cancer"]},
    "post_push_subscription": {
        "endpoint": "https://push.example.org/send/3c1f0a", "expirationTime": None, "device": "Mon téléphone",
        "keys": {
            "p256dh": "BCbvzr0O6eNKZpGH4Ys6kSKy9zOUW2Scyfn5Ien52tgSkCOL3pzHuzMNFQxncE3SWucFUgV0S28xv0BwdFhy0OY",
            "auth": "AAAAAAAAAAAAAAAAAAAAAA",
        },
    },
    "put_reminders": {
        "email": "claudine@example.org", "phone": "06 12 34 56 78", "first": "email", "hours": "evening",
        "named": False, "paused": False,
        "address": {
            "name": "Claudine TEST-MOREAU", "street": "1 rue de l’Exemple", "postcode": "00000", "city": "Exemple",
        },
    },
    "post_practice": {"number": "10101234567"},
    "put_donation": {"choice": "included", "opposed_purposes": [], "opposed_projects": [], "text_digest": _TEXT},
    "post_information": {"text_digest": _TEXT},
    "record_choice": {
        "account": "0" * 32, "choice": "opposed", "channel": "paper", "evidence": "sha256:" + "0" * 64,
    },
    "call_service": {
        "hook": "patient-view", "hookInstance": "6a1f2b3c-1111-4222-8333-444455556666",
        "context": {"userId": "Practitioner/1", "patientId": "1"},
        "prefetch": {"patient": {"resourceType": "Patient", "id": "1", "birthDate": "1968-03-02"}},
    },
    "feedback": {
        "feedback": [
            {
                "card": "6a1f2b3c-1111-4222-8333-444455556666", "outcome": "accepted",
                "outcomeTimestamp": "2026-11-15T09:30:00Z",
            },
        ],
    },
    "sign_in": {"person": "rachid"},
}  # fmt: skip
