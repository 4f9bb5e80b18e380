"""The table of the devices on which a person asked to be told (Web Push). Only `app.trust.devices` touches it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, Text
from sqlmodel import Field, SQLModel


class PushSubscription(SQLModel, table=True):
    """A device that a person may be told on. `endpoint_hash` finds it again (an endpoint is a long random address,
    and belongs to whoever subscribed last); the address and its keys are sealed with the person's key."""

    __tablename__ = "account_push_subscription"

    id: str = Field(primary_key=True, sa_type=Text)
    person_id: str = Field(
        sa_column=Column(Text, ForeignKey("account_person.id"), nullable=False, index=True)
    )
    endpoint_hash: str = Field(sa_type=Text, unique=True)
    subscription: bytes = Field(sa_type=LargeBinary)
    at: str = Field(sa_type=Text)
    expires_at: str | None = Field(default=None, sa_type=Text)
