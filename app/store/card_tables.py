"""The table of the cards given to the software of professionals. Only `app.trust.decision_support` touches it."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class DecisionCard(SQLModel, table=True):
    """A card given to a professional's software, and what became of it: which guideline, never which patient."""

    __tablename__ = "audit_decision_card"

    id: str = Field(primary_key=True, sa_type=Text)
    software: str = Field(sa_type=Text)
    service: str = Field(sa_type=Text)
    guideline: str = Field(sa_type=Text, index=True)
    version: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text, index=True)
    outcome: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    decided_at: str | None = Field(default=None, sa_type=Text)
