"""Tables of the open directories of places of care: about places, and never about who looks for one.

Each load is an edition, filled beside the one in use and put in its place at the end; so what fails leaves the former
one. Positions are degrees (WGS 84).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Text
from sqlmodel import Field, SQLModel


def _edition(*, primary_key: bool = False) -> Column[int]:
    return Column(Integer, ForeignKey("directory_edition.id"), nullable=False, primary_key=primary_key)


class DirectoryEdition(SQLModel, table=True):
    """One load of a source (`finess`, `rpps`, `postcodes`, `local`). `dated`: the day that the file tells of;
    `sample`: invented places, for the demonstration."""

    __tablename__ = "directory_edition"
    __table_args__ = {"sqlite_autoincrement": True}
    # A number never comes again: what still writes to an edition that is gone is refused.

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    """`loading`, `current` or `former`."""
    dated: str = Field(sa_type=Text)
    loaded_at: str = Field(sa_type=Text)
    rows: int = Field(default=0)
    sample: bool = Field(default=False, sa_type=Boolean)


class DirectoryPlace(SQLModel, table=True):
    """A place, as its directory says it. `code`: what it is (`finess:620`, `rpps:50`); `precise`: false when only its
    commune is known; `number`: that of FINESS, by which professionals are found there."""

    __tablename__ = "directory_place"
    __table_args__ = (Index("ix_directory_place_near", "code", "edition", "latitude", "longitude"),)

    id: int | None = Field(default=None, primary_key=True)
    edition: int = Field(sa_column=_edition())
    code: str = Field(sa_type=Text)
    number: str | None = Field(default=None, sa_type=Text)
    name: str = Field(sa_type=Text)
    street: str = Field(sa_type=Text)
    postcode: str = Field(sa_type=Text)
    town: str = Field(sa_type=Text)
    phone: str | None = Field(default=None, sa_type=Text)
    opening: str | None = Field(default=None, sa_type=Text)
    access: str | None = Field(default=None, sa_type=Text)
    latitude: float = Field(sa_type=Float)
    longitude: float = Field(sa_type=Float)
    precise: bool = Field(sa_type=Boolean)


class DirectoryCommune(SQLModel, table=True):
    """A commune of a postcode, with its centre."""

    __tablename__ = "directory_commune"

    edition: int = Field(sa_column=_edition(primary_key=True))
    postcode: str = Field(primary_key=True, sa_type=Text)
    commune: str = Field(primary_key=True, sa_type=Text)
    """INSEE code."""
    town: str = Field(sa_type=Text)
    latitude: float = Field(sa_type=Float)
    longitude: float = Field(sa_type=Float)
