"""The table by which a national health number finds its account. Only `app.trust.numbers` touches it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Text
from sqlmodel import Field, SQLModel


class KnownNumber(SQLModel, table=True):
    """A national health number (INS) that stands in somebody's identity or record, as a keyed hash."""

    __tablename__ = "account_number"

    person_id: str = Field(
        sa_column=Column(Text, ForeignKey("account_person.id"), primary_key=True, nullable=False)
    )
    number_hash: str = Field(primary_key=True, sa_type=Text, index=True)
