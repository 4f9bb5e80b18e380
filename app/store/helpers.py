"""The table of one-time codes by which somebody helps a person. Only `app.trust.helper_codes` touches it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, Text
from sqlmodel import Field, SQLModel


class HelperCode(SQLModel, table=True):
    """A code that was made and not used yet: one a person, for some minutes. `code_id` is its first part, by which it
    is found; of the rest there is a keyed digest. `terms` is sealed with the person's key. Used, it is gone."""

    __tablename__ = "account_helper_code"

    code_id: str = Field(primary_key=True, sa_type=Text)
    person_id: str = Field(
        sa_column=Column(Text, ForeignKey("account_person.id"), nullable=False, index=True)
    )
    secret_digest: str = Field(sa_type=Text)
    terms: bytes = Field(sa_type=LargeBinary)
    tries: int
    at: str = Field(sa_type=Text)
    expires_at: str = Field(sa_type=Text)
