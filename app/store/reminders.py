"""The tables of reminders: how people want to be reminded, and the messages themselves. Only `app.trust.reminders`,
`app.trust.outbox` and `app.trust.queue` touch them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class ReminderSettings(SQLModel, table=True):
    """How a person wants to be reminded, with their addresses (sealed). `look_on` is the day on which their plan is
    next looked at, `looked` the digest of the facts that it was last made of."""

    __tablename__ = "reminder_settings"

    person_id: str = Field(
        sa_column=Column(Text, ForeignKey("account_person.id"), primary_key=True, nullable=False)
    )
    settings: bytes | None = Field(default=None, sa_type=LargeBinary)
    look_on: str = Field(sa_type=Text)
    looked: str | None = Field(default=None, sa_type=Text)
    at: str = Field(sa_type=Text)


class ReminderMessage(SQLModel, table=True):
    """One message to one person by one channel; `id` is the key under which a provider gets it, once. What it is
    about is sealed. `occasion` (keyed) is the same for the channels of one reminder; `link_hash` finds the message of
    a link."""

    __tablename__ = "reminder_message"
    __table_args__ = (
        UniqueConstraint("person_id", "occasion", "channel"),
        Index("ix_reminder_message_due", "state", "due_at"),
        Index("ix_reminder_message_settled", "channel", "settled_at"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    person_id: str = Field(
        sa_column=Column(Text, ForeignKey("account_person.id"), nullable=False, index=True)
    )
    channel: str = Field(sa_type=Text)
    occasion: str = Field(sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)
    link_hash: str = Field(sa_type=Text, unique=True)
    state: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    planned_at: str = Field(sa_type=Text)
    due_at: str = Field(sa_type=Text)
    attempts: int = Field(default=0)
    claim: str | None = Field(default=None, sa_type=Text)
    lease_until: str | None = Field(default=None, sa_type=Text)
    handed_at: str | None = Field(default=None, sa_type=Text)
    settled_at: str | None = Field(default=None, sa_type=Text)
    reference: str | None = Field(default=None, sa_type=Text)


class CalendarFeed(SQLModel, table=True):
    """The secret address of a person's calendar, as a hash."""

    __tablename__ = "reminder_calendar"

    person_id: str = Field(
        sa_column=Column(Text, ForeignKey("account_person.id"), primary_key=True, nullable=False)
    )
    token_hash: str = Field(sa_type=Text, unique=True)
    at: str = Field(sa_type=Text)
