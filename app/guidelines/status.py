"""The statuses that a guideline answers, and how soon a doctor should be seen."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal


class Status(StrEnum):
    """What a guideline answers for a person on a day (a closed list that apps rely on)."""

    NOT_ELIGIBLE = "not_eligible"
    NOT_NEEDED = "not_needed"
    UP_TO_DATE = "up_to_date"
    DUE_SOON = "due_soon"
    DUE = "due"
    OVERDUE = "overdue"
    ASK = "ask"
    SPECIALIST = "specialist"
    SEE_DOCTOR = "see_doctor"
    INFORMATION = "information"


FixedStatus = Literal["not_eligible", "not_needed", "up_to_date", "specialist", "see_doctor", "information", "due"]
"""Those that a track may state by itself; the others come from a schedule or from what is not known."""

Urgency = Literal["routine", "weeks", "days", "today"]
"""How soon to show something to a doctor, from the least to the most urgent."""
