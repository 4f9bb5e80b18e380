"""The tables of the register of donation and of its exports. Only `app.trust.donation` touches them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Text
from sqlmodel import Field, SQLModel


def _person() -> Column[str]:
    return Column(Text, ForeignKey("account_person.id"), primary_key=True, nullable=False)


class DonationInformation(SQLModel, table=True):
    """When the information about donation was first shown to a person, by text."""

    __tablename__ = "donation_information"

    person_id: str = Field(sa_column=_person())
    text_digest: str = Field(primary_key=True, sa_type=Text)
    at: str = Field(sa_type=Text)


class DonationChoice(SQLModel, table=True):
    """One choice about donation (`app.trust.donation.stance`), with the signed receipt that confirms it. Append-only:
    the others are the history. `evidence` is the SHA-256 of the paper that an agent keeps."""

    __tablename__ = "donation_choice"

    person_id: str = Field(sa_column=_person())
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    channel: str = Field(sa_type=Text)
    wish: str = Field(sa_type=Text)
    purposes: str = Field(sa_type=Text)
    projects: str = Field(sa_type=Text)
    text_digest: str = Field(sa_type=Text)
    by: str = Field(sa_type=Text)
    evidence: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)
    receipt: str = Field(sa_type=Text)


class DonationListed(SQLModel, table=True):
    """A national identity on the opt-out list of another register (`source`), as a keyed fingerprint."""

    __tablename__ = "donation_listed"

    identity_hash: str = Field(primary_key=True, sa_type=Text)
    source: str = Field(primary_key=True, sa_type=Text)
    at: str = Field(sa_type=Text)


class DonationDelivery(SQLModel, table=True):
    """An export for a project. `state`: under_way (may have left), delivered, given_up (nothing left)."""

    __tablename__ = "donation_delivery"

    id: str = Field(primary_key=True, sa_type=Text)
    project: str = Field(sa_type=Text, index=True)
    state: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)
    people: int
    manifest: str | None = Field(default=None, sa_type=Text)


class DonationMember(SQLModel, table=True):
    """Who is in an export, or perhaps in it while it is under way."""

    __tablename__ = "donation_member"

    delivery: str = Field(sa_column=Column(Text, ForeignKey("donation_delivery.id"), primary_key=True, nullable=False))
    person_id: str = Field(
        sa_column=Column(Text, ForeignKey("account_person.id"), primary_key=True, nullable=False, index=True)
    )


class DonationNotice(SQLModel, table=True):
    """A person whose withdrawal from an export was told to its project."""

    __tablename__ = "donation_notice"

    delivery: str = Field(sa_column=Column(Text, ForeignKey("donation_delivery.id"), primary_key=True, nullable=False))
    person_id: str = Field(
        sa_column=Column(Text, ForeignKey("account_person.id"), primary_key=True, nullable=False, index=True)
    )
    at: str = Field(sa_type=Text)
