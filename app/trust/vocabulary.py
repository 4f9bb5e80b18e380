"""The closed words of the access log. A new kind of event is a new line here, nowhere else."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, get_args

from app.facts.vocabulary import Category

Role = Literal["citizen", "delegate", "professional", "agent", "team", "demo", "system", "nobody"]
"""`delegate` is a citizen who acts for another person; `agent` records choices about donation at a desk, and reads
nothing; `demo` is a visitor acting as a sample person; `team` works on aggregates and reaches nobody's data; `system`
is one of Jalon's own jobs; `nobody` is somebody who could not be recognised."""

ROLES: frozenset[str] = frozenset(get_args(Role))
CATEGORIES: tuple[str, ...] = get_args(Category)

Channel = Literal["email", "sms", "push", "post"]
"""The ways of writing to a person."""
CHANNELS: tuple[str, ...] = get_args(Channel)

Act = Literal["read", "write"]
Resource = Literal[
    "record", "answers", "decisions", "facts", "plan", "explanation", "consents", "access_log", "session", "sample",
    "account", "export", "practices", "patients", "identity", "delegations",
    "donation", "donated", "opt_out", "devices",
    "review", "messages",
    "stops", "guarantee", "board", "reminders", "signals", "register", "questions",
    "campaigns",
]


class Tag(StrEnum):
    """`source:subject:action`."""

    RECORD_SEND = "citizen:record:send"
    RECORD_ADD = "citizen:record:add"
    RECORD_REFUSE = "citizen:record:refuse"
    ANSWERS_READ = "citizen:answers:read"
    ANSWERS_CHANGE = "citizen:answers:change"
    DECISIONS_CHANGE = "citizen:decisions:change"
    FACTS_READ = "citizen:facts:read"
    PLAN_READ = "citizen:plan:read"
    EXPLANATION_READ = "citizen:explanation:read"
    CONSENTS_READ = "citizen:consents:read"
    CONSENTS_CHANGE = "citizen:consents:change"
    ACCESS_LOG_READ = "citizen:access_log:read"
    EXPORT_READ = "citizen:export:read"
    DONATION_READ = "citizen:donation:read"
    DONATION_INFORM = "citizen:donation:inform"
    DONATION_CHOOSE = "citizen:donation:choose"
    DONATION_EXPORT = "system:donation:export"
    DONATION_DELIVERED = "system:donation:delivered"
    DONATION_RECORD = "agent:donation:record"
    OPTOUTS_IMPORT = "system:opt_outs:import"
    OPTOUTS_HOLD = "system:opt_outs:hold"
    IDENTITY_SET = "citizen:identity:set"
    PRACTICES_READ = "citizen:practices:read"
    PRACTICES_CHANGE = "citizen:practices:change"
    DELEGATIONS_READ = "citizen:delegations:read"
    DELEGATION_CHANGE = "citizen:delegation:change"
    REMINDERS_READ = "citizen:reminders:read"
    REMINDERS_CHANGE = "citizen:reminders:change"
    REMINDER_LOOK = "system:reminder:look"
    REMINDER_PLAN = "system:reminder:plan"
    REMINDER_SEND = "system:reminder:send"
    REMINDER_STOP = "system:reminder:stop"
    REMINDER_BOUNCE = "system:reminder:bounce"
    CALENDAR_READ = "system:calendar:read"
    DEVICES_READ = "citizen:devices:read"
    DEVICES_CHANGE = "citizen:devices:change"
    HELPER_OPEN = "helper:session:open"
    PATIENTS_READ = "professional:patients:read"
    PATIENT_IDENTITY_READ = "professional:identity:read"
    PATIENT_FACTS_READ = "professional:facts:read"
    PATIENT_PLAN_READ = "professional:plan:read"
    PATIENT_ORDER_READ = "professional:order:read"
    PATIENT_SOURCE_READ = "professional:source:read"
    PATIENT_LAUNCH = "professional:patient:launch"
    PATIENT_REVIEW = "professional:review:decide"
    GUARANTEE_DRAW = "system:guarantee:draw"
    QUALITY_COUNT = "system:plan:count"
    GUARANTEE_KEEP = "system:guarantee:keep"
    GUARANTEE_READ = "professional:guarantee:read"
    GUARANTEE_JUDGE = "professional:guarantee:judge"
    BOARD_READ = "professional:board:read"
    BOARD_DECIDE = "professional:board:decide"
    BOARD_SEAT = "system:board:seat"
    ACCOUNT_ERASE = "citizen:account:erase"
    ACCOUNT_NOTICE = "system:account:notice"
    ACCOUNT_EXPIRE = "system:account:expire"
    RETENTION_RUN = "system:retention:run"
    ACCOUNT_ERASED = "system:account:erased"
    SESSION_OPEN = "account:session:open"
    SESSION_CLOSE = "account:session:close"
    EXERCISE_CHOOSE = "account:exercise:choose"
    FACTS_RENEW = "system:facts:renew"
    FACTS_SNAPSHOT = "system:facts:snapshot"
    SAMPLE_LOAD = "system:sample:load"
    QUESTIONS_CHANGE = "citizen:questions:change"
    SIGNAL_SEND = "citizen:signal:send"
    SIGNALS_READ = "citizen:signals:read"
    SIGNAL_CLOSE = "citizen:signal:close"
    PATIENT_SIGNAL = "professional:signal:send"
    PATIENT_SIGNALS_READ = "professional:signals:read"
    PATIENT_SIGNAL_ANSWER = "professional:signal:answer"
    REGISTER_READ = "team:register:read"
    SIGNAL_OPEN = "team:signal:open"
    SIGNAL_STEP = "team:signal:step"
    CAMPAIGNS_READ = "team:campaigns:read"
    CAMPAIGN_SAVE = "team:campaign:save"
    CAMPAIGN_STEP = "team:campaign:step"
    STOPS_READ = "team:stops:read"
    STOP_SET = "team:stop:set"
    STOP_LIFT = "team:stop:lift"
    CARDS_GIVEN = "software:cards:given"
    CARDS_FEEDBACK = "software:cards:feedback"


class Outcome(StrEnum):
    """What came of it: `allowed`, `done` (an event that asks no permission), or why it was refused."""

    ALLOWED = "allowed"
    DONE = "done"
    FORBIDDEN_PURPOSE = "refused_forbidden_purpose"
    UNKNOWN_PURPOSE = "refused_unknown_purpose"
    ROLE = "refused_role"
    NOT_YOURS = "refused_not_yours"
    ACT = "refused_act"
    NO_CONSENT = "refused_no_consent"
    CATEGORY = "refused_category"
    CHANNEL = "refused_channel"
    OTHER_PERSON = "refused_other_person"
    IDENTITY_NOT_PROVEN = "refused_identity_not_proven"
    OPPOSED = "refused_opposed"
    UNREADABLE = "refused_unreadable"

    @property
    def allows(self) -> bool:
        return self in {Outcome.ALLOWED, Outcome.DONE}
