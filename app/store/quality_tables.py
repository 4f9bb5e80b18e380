"""Tables of the human guarantee: who sits on the board, what was drawn, how it was read, what was found.

What names a person (`guarantee_case`, `guarantee_reading`) lives until the case is closed; what remains then
(`guarantee_result`, `guarantee_issue`) is about guidelines, and names nobody but the professionals who decided.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, Text
from sqlmodel import Field, SQLModel


def _person() -> Column[str]:
    return Column(Text, ForeignKey("account_person.id"), nullable=False, index=True)


class GuaranteeSeat(SQLModel, table=True):
    """Somebody who sits on the board: the keyed hash of their own professional number (RPPS)."""

    __tablename__ = "guarantee_seat"

    number_hash: str = Field(primary_key=True, sa_type=Text)
    at: str = Field(sa_type=Text)
    ended_at: str | None = Field(default=None, sa_type=Text)


class GuaranteeDraw(SQLModel, table=True):
    """One month's sample: the seed that draws it again, the digest of what it was drawn from, and the strata with their
    sizes (JSON)."""

    __tablename__ = "guarantee_draw"

    month: str = Field(primary_key=True, sa_type=Text)
    seed: str = Field(sa_type=Text)
    frame: str = Field(sa_type=Text)
    pack: str = Field(sa_type=Text)
    strata: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class GuaranteeCase(SQLModel, table=True):
    """One answer of one plan, to be read again: `shown` is what the readers see, `proposal` a decision that waits for
    the other reader (both sealed). Deleted when it is closed."""

    __tablename__ = "guarantee_case"

    id: str = Field(primary_key=True, sa_type=Text)
    person_id: str = Field(sa_column=_person())
    month: str = Field(sa_type=Text, index=True)
    categories: str = Field(sa_type=Text)
    """Those that `shown` was made of: withdrawing one closes it to the readers."""
    shown: bytes = Field(sa_type=LargeBinary)
    proposal: bytes | None = Field(default=None, sa_type=LargeBinary)
    at: str = Field(sa_type=Text)


class GuaranteeReading(SQLModel, table=True):
    """A case as given to one reader; `reading` is what they found (sealed with the key of the person of the case)."""

    __tablename__ = "guarantee_reading"

    id: str = Field(primary_key=True, sa_type=Text)
    case_id: str = Field(sa_type=Text, index=True)
    person_id: str = Field(sa_column=_person())
    reader_id: str = Field(sa_column=Column(Text, ForeignKey("account_person.id"), nullable=False, index=True))
    reading: bytes | None = Field(default=None, sa_type=LargeBinary)
    at: str = Field(sa_type=Text)
    read_at: str | None = Field(default=None, sa_type=Text)


class GuaranteeResult(SQLModel, table=True):
    """A closed case, about nobody: the answer that was read, the two verdicts and the one that holds."""

    __tablename__ = "guarantee_result"

    id: str = Field(primary_key=True, sa_type=Text)
    month: str = Field(sa_type=Text, index=True)
    guideline: str = Field(sa_type=Text, index=True)
    version: str = Field(sa_type=Text)
    stratum: str = Field(sa_type=Text)
    first: str = Field(sa_type=Text)
    second: str = Field(sa_type=Text)
    final: str = Field(sa_type=Text)
    discussed: int


class GuaranteeIssue(SQLModel, table=True):
    """What readings found about one version of a guideline; its history is in `guarantee_step`."""

    __tablename__ = "guarantee_issue"

    id: str = Field(primary_key=True, sa_type=Text)
    guideline: str = Field(sa_type=Text, index=True)
    version: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class GuaranteeStep(SQLModel, table=True):
    """One step of an issue: another case that shows it, or what was done about it. Rows are only ever added."""

    __tablename__ = "guarantee_step"

    issue: str = Field(sa_column=Column(Text, ForeignKey("guarantee_issue.id"), primary_key=True, nullable=False))
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
    by: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class GuaranteeMonth(SQLModel, table=True):
    """What monitoring computed of a month: counts over those who consent (JSON), nothing of anybody."""

    __tablename__ = "guarantee_month"

    month: str = Field(primary_key=True, sa_type=Text)
    content: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)
