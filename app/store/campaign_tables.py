"""The tables of the studio: what a team wrote, and each step of it. Nothing of anybody who is cared for."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Text
from sqlmodel import Field, SQLModel


def _person() -> Column[str]:
    return Column(Text, ForeignKey("account_person.id"), nullable=False, index=True)


class CampaignVersion(SQLModel, table=True):
    """A version of a campaign as it was written (YAML). Append-only. `digest`: SHA-256 of the text."""

    __tablename__ = "studio_version"

    campaign: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    text: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    person_id: str = Field(sa_column=_person())
    at: str = Field(sa_type=Text)


class CampaignStep(SQLModel, table=True):
    """A step of a version (`app.campaigns.versions`). Append-only. `until`: the last day of an approval, or empty."""

    __tablename__ = "studio_step"

    campaign: str = Field(primary_key=True, sa_type=Text)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int
    event: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
    until: str = Field(sa_type=Text)
    person_id: str = Field(sa_column=_person())
    at: str = Field(sa_type=Text)
