"""What each kind of problem is called and what to do about it, in French and English.

A kind is stable: programs rely on `type` = `/problems/<kind>`.
"""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    title: str
    remedy: str


class Kind(NamedTuple):
    """`status` is the HTTP status with which the problem is answered."""

    status: int
    fr: Text
    en: Text


def _kind(status: int, fr: str, fr_remedy: str, en: str, en_remedy: str) -> Kind:
    return Kind(status, Text(fr, fr_remedy), Text(en, en_remedy))


KINDS: dict[str, Kind] = {
    "not-signed-in": _kind(
        401,
        "Vous n’êtes pas connecté", "Connectez-vous, puis recommencez.",
        "You are not signed in", "Sign in, then try again.",
    ),
    "token-refused": _kind(
        401,
        "Ce jeton d’accès n’est pas accepté", "Demandez-en un nouveau au service d’identité, puis recommencez.",
        "This access token is not accepted", "Ask the identity service for a new one, then try again.",
    ),
    "insufficient-scope": _kind(
        403,
        "Ce jeton d’accès ne couvre pas cette demande", "Demandez au service d’identité un jeton de portée plus large.",
        "This access token does not cover this request", "Ask the identity service for a token of a wider scope.",
    ),
    "identity-provider-down": _kind(
        503,
        "Le service d’identité ne répond pas", "Rien n’a été fait. Recommencez dans quelques minutes.",
        "The identity service does not answer", "Nothing was done. Try again in a few minutes.",
    ),
    "access-not-given": _kind(
        400,
        "L’accès à votre dossier n’a pas été donné",
        "Rien n’a été lu. Recommencez la demande dans /v1/me/record/connection.",
        "The access to your record was not given", "Nothing was read. Ask again at /v1/me/record/connection.",
    ),
    "consent-required": _kind(
        403,
        "Vous n’avez pas autorisé l’usage de vos données",
        "Rien n’a été lu. Vous pouvez donner votre accord, catégorie par catégorie, dans /v1/me/consents.",
        "You have not allowed the use of your data",
        "Nothing was read. You can give your consent, category by category, at /v1/me/consents.",
    ),
    "category-not-allowed": _kind(
        403,
        "Vous n’avez pas autorisé cette catégorie de données",
        "Rien n’a été lu ni gardé. Vous pouvez changer vos choix dans /v1/me/consents.",
        "You have not allowed this category of data",
        "Nothing was read or kept. You can change your choices at /v1/me/consents.",
    ),
    "purpose-refused": _kind(
        403,
        "Jalon refuse cet usage",
        "Les usages permis forment une liste fermée. La tentative est inscrite au journal.",
        "Jalon refuses this use",
        "The uses allowed are a closed list. The attempt is written in the log.",
    ),
    "forbidden": _kind(
        403,
        "Cet accès n’est pas permis", "La tentative est inscrite au journal.",
        "This access is not allowed", "The attempt is written in the log.",
    ),
    "other-origin": _kind(
        403,
        "La demande vient d’un autre site", "Recommencez depuis les pages de Jalon.",
        "The request comes from another site", "Try again from Jalon’s own pages.",
    ),
    "other-person": _kind(
        409,
        "Ce document parle d’une autre personne",
        "Rien n’a été gardé. Envoyez vos propres documents.",
        "This document is about another person",
        "Nothing was kept. Send your own documents.",
    ),
    "identity-not-proven": _kind(
        422,
        "Rien ne prouve que ce document parle de vous",
        "Rien n’a été gardé. Envoyez un document qui porte votre identité nationale de santé.",
        "Nothing proves that this document is about you",
        "Nothing was kept. Send a document that carries your national health identity.",
    ),
    "unreadable-record": _kind(
        422,
        "Ce document ne peut pas être lu",
        "Rien n’a été gardé. Envoyez un fichier FHIR (JSON), CDA (XML) ou une archive zip, entier et non modifié.",
        "This document cannot be read",
        "Nothing was kept. Send a FHIR (JSON) or CDA (XML) file, or a zip archive, whole and unchanged.",
    ),
    "unknown-format": _kind(
        415,
        "Ce type de document n’est pas connu",
        "Rien n’a été gardé. Envoyez un fichier FHIR (JSON), CDA (XML) ou une archive zip.",
        "This kind of document is not known",
        "Nothing was kept. Send a FHIR (JSON) or CDA (XML) file, or a zip archive.",
    ),
    "too-large": _kind(
        413,
        "L’envoi est trop volumineux", "Rien n’a été gardé. Envoyez moins de fichiers à la fois.",
        "This is too large", "Nothing was kept. Send fewer files at a time.",
    ),
    "wrong-answers": _kind(
        422,
        "Certaines réponses ne peuvent pas être utilisées", "Rien n’a été gardé. Corrigez-les et renvoyez le tout.",
        "Some answers cannot be used", "Nothing was kept. Correct them and send everything again.",
    ),
    "invalid-request": _kind(
        422,
        "La demande est mal formée", "Corrigez ce qui est indiqué.",
        "The request is malformed", "Correct what is listed.",
    ),
    "unknown-language": _kind(
        422,
        "Cette langue n’est pas disponible", "Demandez fr ou en.",
        "This language is not available", "Ask for fr or en.",
    ),
    "wrong-day": _kind(
        422,
        "Ce jour ne convient pas", "Donnez un jour AAAA-MM-JJ, après la naissance et avant 2101.",
        "This day will not do", "Give a day YYYY-MM-DD, after birth and before 2101.",
    ),
    "unknown-guideline": _kind(
        404,
        "Cette recommandation n’existe pas", "La liste est dans /v1/transparency/guidelines.",
        "There is no such recommendation", "They are listed at /v1/transparency/guidelines.",
    ),
    "wrong-decision": _kind(
        422,
        "Cette décision ne convient pas",
        "« later » va avec un jour à venir (deux ans au plus), « not_for_me » avec une raison de la liste ou aucune.",
        "This decision will not do",
        "Give `later` with a day to come (two years at most), `not_for_me` with a reason of the list or none.",
    ),
    "wrong-review": _kind(
        422,
        "Cette décision ne convient pas",
        "Rien n’a été gardé. Chaque décision a ses propres précisions ; « set_aside » demande une raison de la liste.",
        "This decision will not do",
        "Nothing was kept. Each decision has its own details; `set_aside` needs a reason of the list.",
    ),
    "version-needed": _kind(
        428,
        "Il manque la version que vous avez lue",
        "Rien n’a été gardé. Lisez le plan, puis envoyez son ETag en If-Match.",
        "The version that you read is missing", "Nothing was kept. Read the plan, then send its ETag as If-Match.",
    ),
    "no-such-act": _kind(
        422,
        "Cette recommandation ne se règle pas par cet acte", "Les actes qui comptent sont dans `settled_by`.",
        "This recommendation is not settled by this act", "The acts that count are in `settled_by`.",
    ),
    "unknown-model": _kind(
        404,
        "Ce calcul n’existe pas", "La liste est dans /v1/transparency/models.",
        "There is no such model", "They are listed at /v1/transparency/models.",
    ),
    "unknown-person": _kind(
        404,
        "Cette personne d’exemple n’existe pas", "La liste est dans /v1/demo/people.",
        "There is no such sample person", "They are listed at /v1/demo/people.",
    ),
    "consent-text-changed": _kind(
        409,
        "Le texte du consentement n’est plus celui-là", "Affichez-le de nouveau (/v1/me/consents), puis répondez.",
        "This is not the text of consent any more", "Show it again (/v1/me/consents), then answer.",
    ),
    "donation-text-changed": _kind(
        409,
        "L’information sur le don de données n’est plus celle-là",
        "Affichez-la de nouveau (/v1/me/donation), puis répondez.",
        "This is not the information about donation any more", "Show it again (/v1/me/donation), then answer.",
    ),
    "unknown-project": _kind(
        404,
        "Ce projet n’existe pas", "La liste est dans /v1/transparency/projects.",
        "There is no such project", "They are listed at /v1/transparency/projects.",
    ),
    "unknown-receipt": _kind(
        404,
        "Ce reçu n’existe pas", "La liste est dans /v1/me/donation.",
        "There is no such receipt", "They are listed at /v1/me/donation.",
    ),
    "changed-meanwhile": _kind(
        412,
        "Cela a changé depuis votre lecture", "Relisez, puis recommencez.",
        "This has changed since you read it", "Read it again, then try again.",
    ),
    "busy": _kind(
        409,
        "Un autre envoi vient d’être enregistré", "Recommencez.",
        "Something else was stored at the same time", "Try again.",
    ),
    "idempotency-key-reused": _kind(
        422,
        "Cette clé d’idempotence a déjà servi à autre chose", "Prenez une nouvelle clé pour une nouvelle demande.",
        "This idempotency key was used for something else", "Use a new key for a new request.",
    ),
    "search": _kind(
        400,
        "Cette recherche n’est pas comprise", "Les paramètres possibles sont dans /fhir/metadata.",
        "This search is not understood", "The possible parameters are in /fhir/metadata.",
    ),
    "prefetch-missing": _kind(
        412,
        "Il manque des données du patient",
        "Envoyez ce que « prefetch » demande (au moins « patient »), puis recommencez.",
        "Data of the patient are missing", "Send what “prefetch” asks for (at least “patient”), then try again.",
    ),
    "other-patient": _kind(
        422,
        "Une ressource parle d’un autre patient",
        "N’envoyez que les ressources du patient du contexte. Rien n’a été évalué.",
        "A resource is about another patient", "Send only resources of the context’s patient. Nothing was evaluated.",
    ),
    "suspended": _kind(
        409,
        "Cette recommandation est suspendue", "Il n’y a rien à décider pour le moment. La raison est dans le plan.",
        "This recommendation is suspended", "There is nothing to decide for now. The reason is in the plan.",
    ),
    "already-stopped": _kind(
        409,
        "C’est déjà arrêté", "Voyez le registre des arrêts.",
        "This is stopped already", "See the register of stops.",
    ),
    "wrong-step": _kind(
        409,
        "Cette étape ne suit pas la précédente", "Relisez où en est le dossier, puis recommencez.",
        "This step does not follow from the last one", "Read again where things stand, then try again.",
    ),
    "wrong-report": _kind(
        422,
        "Ce signalement ou cette demande ne peut pas être gardé",
        "Choisissez dans la liste, et écrivez 5 à 2 000 caractères. Rien n’est gardé.",
        "This report or request cannot be kept",
        "Choose from the list, and write 5 to 2,000 characters. Nothing is kept.",
    ),
    "wrong-questions": _kind(
        422,
        "Ces questions ne peuvent pas être gardées", "Écrivez trois questions au plus, de 300 caractères chacune.",
        "These questions cannot be kept", "Write three questions at most, of 300 characters each.",
    ),
    "no-practice": _kind(
        409,
        "Vous n’avez pas nommé de cabinet", "Nommez-en un dans /v1/me/practices, ou adressez-vous à l’équipe.",
        "You have named no practice", "Name one in /v1/me/practices, or ask the team.",
    ),
    "too-many": _kind(
        409,
        "Il y a déjà trop de signalements et de demandes", "Attendez qu’on ait répondu à ceux qui sont ouverts.",
        "There are too many reports and requests already", "Wait until those that are open are answered.",
    ),
    "campaign-refused": _kind(
        422,
        "Cette campagne ne peut pas être gardée ainsi", "Rien n’a été gardé. Corrigez ce qui est dit dans `errors`.",
        "This campaign cannot be kept as it is", "Nothing was kept. Mend what `errors` says.",
    ),
    "campaign-overlap": _kind(
        409,
        "Une autre campagne touche les mêmes personnes en même temps", "Arrêtez l’autre, ou changez les dates.",
        "Another campaign reaches the same people at the same time", "Stop the other one, or change the dates.",
    ),
    "same-person": _kind(
        403,
        "Une autre personne doit confirmer",
        "C’est vous qui l’avez proposé : quelqu’un d’autre le confirme ou le refuse.",
        "Another person has to confirm",
        "You proposed it: somebody else confirms or refuses.",
    ),
    "not-found": _kind(
        404,
        "Il n’y a rien à cette adresse", "Les adresses sont décrites dans openapi/jalon.yaml.",
        "There is nothing at this address", "Addresses are described in openapi/jalon.yaml.",
    ),
    "method-not-allowed": _kind(
        405,
        "Cette adresse ne se demande pas ainsi", "Les méthodes permises sont dans l’en-tête Allow.",
        "This address is not asked like that", "The methods allowed are in the Allow header.",
    ),
    "unavailable": _kind(
        503,
        "Le service n’est pas disponible", "Rien n’a été perdu. Réessayez dans un instant.",
        "The service is not available", "Nothing was lost. Try again in a moment.",
    ),
    "internal": _kind(
        500,
        "Jalon a rencontré une erreur", "Rien n’a été gardé. L’erreur est signalée à l’équipe.",
        "Jalon met an error", "Nothing was kept. The team is told of it.",
    ),
}  # fmt: skip

OF_CODE: dict[str, str] = {
    "not_signed_in": "not-signed-in",
    "token": "token-refused",
    "dpop_proof": "token-refused",
    "dpop_nonce": "token-refused",
    "scope": "insufficient-scope",
    "identity_provider": "identity-provider-down",
    "no_push": "not-found",
    "unknown_provider": "not-found",
    "not_asked": "access-not-given",
    "sign_in_refused": "access-not-given",
    "unknown_relative": "not-found",
    "refused_no_consent": "consent-required",
    "refused_category": "category-not-allowed",
    "refused_forbidden_purpose": "purpose-refused",
    "refused_unknown_purpose": "purpose-refused",
    "refused_role": "forbidden",
    "refused_not_yours": "forbidden",
    "refused_act": "forbidden",
    "other_origin": "other-origin",
    "other_person": "other-person",
    "identity_not_proven": "identity-not-proven",
    "identity_domain": "identity-not-proven",
    "no_patient": "identity-not-proven",
    "unknown_format": "unknown-format",
    "too_large": "too-large",
    "answers": "wrong-answers",
    "language": "unknown-language",
    "as_of": "wrong-day",
    "unknown_guideline": "unknown-guideline",
    "decision": "wrong-decision",
    "review": "wrong-review",
    "unknown_entry": "not-found",
    "suspended": "suspended",
    "fhir_suspended": "suspended",
    "already_stopped": "already-stopped",
    "stop_step": "wrong-step",
    "same_person": "same-person",
    "unknown_campaign": "not-found",
    "unknown_version": "not-found",
    "campaign_step": "wrong-step",
    "campaign_exists": "campaign-refused",
    "campaign_text": "campaign-refused",
    "campaign_to_mend": "campaign-refused",
    "campaign_words": "campaign-refused",
    "campaign_target": "campaign-refused",
    "approval_until": "campaign-refused",
    "approval_over": "wrong-step",
    "campaign_days": "wrong-step",
    "campaign_overlap": "campaign-overlap",
    "no_population": "unavailable",
    "unknown_stop": "not-found",
    "unknown_issue": "not-found",
    "read_already": "changed-meanwhile",
    "issue_over": "changed-meanwhile",
    "not_to_discuss": "changed-meanwhile",
    "not_to_confirm": "changed-meanwhile",
    "unknown_signal": "not-found",
    "signal": "wrong-report",
    "signals": "too-many",
    "no_practice": "no-practice",
    "questions": "wrong-questions",
    "signal_step": "wrong-step",
    "pdf": "unavailable",
    "no_version": "version-needed",
    "no_act": "no-such-act",
    "calendar_day": "wrong-day",
    "unknown_model": "unknown-model",
    "unknown_person": "unknown-person",
    "consent_text": "consent-text-changed",
    "donation_text": "donation-text-changed",
    "unknown_project": "unknown-project",
    "unknown_receipt": "unknown-receipt",
    "precondition": "changed-meanwhile",
    "busy": "busy",
    "idempotency_key_reused": "idempotency-key-reused",
    "store": "unavailable",
    "unknown_service": "not-found",
    "fhir_not_found": "not-found",
    "fhir_not_supported": "search",
    "fhir_search": "search",
    "prefetch_missing": "prefetch-missing",
    "prefetch_other_patient": "other-patient",
}
"""Code of an error of `app.errors` → kind. Other RecordErrors are `unreadable-record`, other UsageErrors
`invalid-request`, and anything else is `internal`."""
