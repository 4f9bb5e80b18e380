"""The right of access covers every table: each one is given in the copy, or says why there is nothing to give."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlmodel import SQLModel

from app.store import tables  # noqa: F401 - fills the metadata
from app.trust.held import ELSEWHERE, HELD

TABLES = SQLModel.metadata.tables


def test_every_table_is_given_or_says_why_not() -> None:
    given = [one.name for one in HELD]
    assert len(given) == len(set(given))
    missing = set(TABLES) - set(given) - set(ELSEWHERE)
    assert not missing, f"add {missing} to app/trust/held.py: HELD if it has rows about people, else ELSEWHERE"
    assert not set(ELSEWHERE) - set(TABLES)
    assert not set(ELSEWHERE) & set(given)


def test_what_names_a_person_is_given() -> None:
    """A table that refers to an account cannot say that it is about nobody."""
    for name, table in TABLES.items():
        people = {key.parent.name for key in table.foreign_keys if key.column.table.name == "account_person"}
        if people and name not in ELSEWHERE:
            assert next(one for one in HELD if one.name == name).of in people, name


def test_every_column_is_shown_or_kept_back_for_a_reason() -> None:
    for one in HELD:
        columns = {column.name for column in one.table.columns} - {one.of}
        told = set(one.shown) | set(one.kept_back)
        assert columns - told == set(), f"{one.name}: say in app/trust/held.py what becomes of {columns - told}"
        assert told <= columns | {one.of}, one.name
        assert all(len(why.split()) > 2 for why in one.kept_back.values()), one.name
        assert set(one.sealed) <= set(one.shown), one.name


def test_bytes_of_people_are_sealed_or_never_given() -> None:
    for one in HELD:
        kept = {column.name for column in one.table.columns if isinstance(column.type, LargeBinary)}
        assert kept == set(one.sealed) | (kept & set(one.kept_back)), one.name
