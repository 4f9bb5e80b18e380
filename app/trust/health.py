"""Health data at rest, sealed with the person's data key. Every function asks for a Grant: it names the person, opens
the categories, and carries the only connection there is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, insert, select

from app.facts.model import FactSheet
from app.facts.storage import from_storage, subject_from_storage, subject_to_storage, to_storage
from app.facts.vocabulary import Vocabulary
from app.records.model import Subject
from app.store.tables import DataKey, HealthFacts, HealthIdentity, HealthQuestions, HealthUpload
from app.trust import keys, numbers
from app.trust.grant import Grant
from app.trust.keys import Sealer, sealer, sealer_or_new
from app.trust.visible import visible, visible_answers

_FACTS = HealthFacts.__table__  # type: ignore[attr-defined]
_UPLOAD = HealthUpload.__table__  # type: ignore[attr-defined]
_QUESTIONS = HealthQuestions.__table__  # type: ignore[attr-defined]
_IDENTITY = HealthIdentity.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Upload:
    """An original file; `sha256` is of its bytes."""

    name: str
    content: bytes
    sha256: str

    @classmethod
    def of(cls, name: str, content: bytes) -> Upload:
        return cls(name, content, hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept of a person's facts. `answers` maps a fact to `{"value": …, "on": "2026-11-15"}`; `decisions` a
    guideline to what the person decided about it (`app.plans.decisions`); `reviews` holds what their doctors decided
    (`app.plans.review`); `vocabulary` is the digest of the one that the sheet was extracted with."""

    subject: str
    sheet: FactSheet | None
    answers: dict[str, Any]
    vocabulary: str
    digest: str
    decisions: dict[str, Any] = field(default_factory=dict)
    reviews: dict[str, Any] = field(default_factory=dict)


_SHEET, _ANSWERS, _DECISIONS = "health_facts.sheet", "health_facts.answers", "health_facts.decisions"
_REVIEWS = "health_facts.reviews"
_SUBJECT = "health_identity.subject"
_ASKED = "health_questions.content"


def read_facts(grant: Grant, vocabulary: Vocabulary) -> Stored | None:
    """The facts and answers of the granted categories; None when nothing was ever sent."""
    return _read(grant, grant.connection("read", "facts", "plan", "explanation", "answers", "review"), vocabulary)


def read_facts_to_write(grant: Grant, vocabulary: Vocabulary) -> Stored | None:
    """`read_facts`, in the transaction that lets a message to the person leave: what it says is true then."""
    return _read(grant, grant.connection("write", "messages"), vocabulary)


def _read(grant: Grant, connection: Connection, vocabulary: Vocabulary) -> Stored | None:
    query = select(_FACTS, *keys.COLUMNS).join(DataKey, _FACTS.c.person_id == keys.OF)
    row = connection.execute(query.where(_FACTS.c.person_id == grant.subject)).one_or_none()
    return _stored(row, grant, vocabulary) if row else None


def read_facts_of(grants: Sequence[Grant], vocabulary: Vocabulary) -> list[tuple[Stored, frozenset[str]]]:
    """`read_facts` for the people of these grants (of one transaction) who ever sent something, with the categories of
    each grant."""
    if not grants:
        return []
    connection = grants[0].connection("read", "facts")
    by_person = {grant.subject: grant for grant in grants}
    query = select(_FACTS, *keys.COLUMNS).join(DataKey, _FACTS.c.person_id == keys.OF)
    rows = connection.execute(query.where(_FACTS.c.person_id.in_(sorted(by_person))))
    found = ((row, by_person[row.person_id]) for row in rows)
    return [(_stored(row, grant, vocabulary), grant.categories) for row, grant in found]


def _stored(row: Row[*tuple[Any, ...]], grant: Grant, vocabulary: Vocabulary) -> Stored:
    key = keys.unwrapped(row, grant.keys, grant.subject)
    sheet = from_storage(json.loads(key.open(_SHEET, bytes(row.sheet)))) if row.sheet else None
    return Stored(
        grant.subject,
        visible(sheet, grant.categories, vocabulary) if sheet else None,
        visible_answers(json.loads(key.open(_ANSWERS, bytes(row.answers))), grant.categories, vocabulary),
        row.vocabulary,
        row.digest,
        json.loads(key.open(_DECISIONS, bytes(row.decisions))) if row.decisions else {},
        json.loads(key.open(_REVIEWS, bytes(row.reviews))) if row.reviews else {},
    )


@dataclass(frozen=True, slots=True)
class Donated:
    """What a person gives: the facts of the categories that they let Jalon use. `identity` decides whether they may be
    in an export at all (age, opt-out lists), and never leaves."""

    subject: str
    identity: Subject | None
    sheet: FactSheet | None
    answers: dict[str, Any]


def read_donated(grants: Sequence[Grant], vocabulary: Vocabulary) -> list[Donated]:
    """The facts of the people of these grants (of one transaction), of those who have any."""
    if not grants:
        return []
    connection = grants[0].connection("read", "donated")
    by_person = {grant.subject: grant for grant in grants}
    query = (
        select(_FACTS, _IDENTITY.c.subject.label("identity"), *keys.COLUMNS)
        .join(DataKey, _FACTS.c.person_id == keys.OF)
        .outerjoin(_IDENTITY, _IDENTITY.c.person_id == _FACTS.c.person_id)
        .where(_FACTS.c.person_id.in_(sorted(by_person)))
    )
    found = []
    for row in connection.execute(query):
        grant = by_person[row.person_id]
        key = keys.unwrapped(row, grant.keys, grant.subject)
        sheet = from_storage(json.loads(key.open(_SHEET, bytes(row.sheet)))) if row.sheet else None
        identity = subject_from_storage(json.loads(key.open(_SUBJECT, bytes(row.identity)))) if row.identity else None
        found.append(
            Donated(
                grant.subject,
                identity or (sheet.subject if sheet else None),
                visible(sheet, grant.categories, vocabulary) if sheet else None,
                visible_answers(json.loads(key.open(_ANSWERS, bytes(row.answers))), grant.categories, vocabulary),
            )
        )
    return found


def write_facts(grant: Grant, sheet: FactSheet, vocabulary: Vocabulary, at: str) -> str:
    """Replace the extracted facts, keep the rest; gives the new digest."""
    connection = grant.connection("write", "record", "facts", "sample")
    key = sealer_or_new(connection, grant.keys, grant.subject, at)
    numbers.know(connection, grant.subject, sheet.subject)
    kept = _kept(grant, connection, key)
    return _replace(grant, key, kept._replace(sheet=_bytes(to_storage(sheet)), vocabulary=vocabulary.digest), at)


def read_own_answers(grant: Grant) -> dict[str, Any]:
    """The answers as kept, before a change of them."""
    connection = grant.connection("write", "answers")
    key = _key(grant, connection)
    return dict(json.loads(_kept(grant, connection, key).answers)) if key else {}


def write_answers(grant: Grant, answers: Mapping[str, Any], vocabulary: Vocabulary, at: str) -> str:
    """Replace the answers, keep the rest; gives the new digest."""
    connection = grant.connection("write", "answers")
    key = sealer_or_new(connection, grant.keys, grant.subject, at)
    kept = _kept(grant, connection, key)
    extracted_with = kept.vocabulary or vocabulary.digest
    return _replace(grant, key, kept._replace(answers=_bytes(dict(answers)), vocabulary=extracted_with), at)


def change_decision(
    grant: Grant, guideline: str, decision: Mapping[str, Any] | None, vocabulary: Vocabulary, at: str
) -> str:
    """Keep what was decided about one guideline (None: taken back), and the rest as it is; gives the new digest."""
    connection = grant.connection("write", "decisions")
    key = sealer_or_new(connection, grant.keys, grant.subject, at)
    kept = _kept(grant, connection, key)
    decisions = json.loads(kept.decisions)
    decisions.pop(guideline, None)
    if decision is not None:
        decisions[guideline] = dict(decision)
    extracted_with = kept.vocabulary or vocabulary.digest
    return _replace(grant, key, kept._replace(decisions=_bytes(decisions), vocabulary=extracted_with), at)


def add_reviews(grant: Grant, reviews: Mapping[str, Any], vocabulary: Vocabulary, at: str) -> str:
    """Add what a doctor decided to what is kept (`decisions` grow, never change), and replace what was last seen; gives
    the new digest."""
    connection = grant.connection("write", "review")
    key = sealer_or_new(connection, grant.keys, grant.subject, at)
    kept = _kept(grant, connection, key)
    before = json.loads(kept.reviews)
    joined = before | dict(reviews) | {"decisions": [*before.get("decisions", ()), *reviews["decisions"]]}
    extracted_with = kept.vocabulary or vocabulary.digest
    return _replace(grant, key, kept._replace(reviews=_bytes(joined), vocabulary=extracted_with), at)


def read_questions(grant: Grant) -> list[str]:
    """What the person wants to ask at their next consultation, for them and for those who read their plan."""
    connection = grant.connection("read", "plan")
    sealed = connection.execute(select(_QUESTIONS.c.content).where(_QUESTIONS.c.person_id == grant.subject)).scalar()
    key = _key(grant, connection) if sealed is not None else None
    return list(json.loads(key.open(_ASKED, bytes(sealed)))) if key and sealed else []


def write_questions(grant: Grant, questions: Sequence[str], at: str) -> None:
    """Replace them; none at all leaves nothing."""
    connection = grant.connection("write", "questions")
    connection.execute(delete(_QUESTIONS).where(_QUESTIONS.c.person_id == grant.subject))
    if questions:
        key = sealer_or_new(connection, grant.keys, grant.subject, at)
        sealed = key.seal(_ASKED, _bytes(list(questions)))
        connection.execute(insert(_QUESTIONS).values(person_id=grant.subject, content=sealed, at=at))


def read_uploads(grant: Grant) -> list[Upload]:
    """The original files, oldest first: to be read again as a whole, never to be shown."""
    connection = grant.connection("write", "record", "facts")
    key = _key(grant, connection)
    if key is None:
        return []
    rows = connection.execute(select(_UPLOAD).where(_UPLOAD.c.person_id == grant.subject).order_by(_UPLOAD.c.number))
    return [
        Upload.of(key.open(_file(row.number, "name"), bytes(row.name)).decode(),
                  key.open(_file(row.number, "content"), bytes(row.content)))
        for row in rows
    ]  # fmt: skip


def read_file(grant: Grant, name: str) -> Upload | None:
    """One original file by its name (the last sent, if several bear it): an entry of it is shown, never the whole."""
    connection = grant.connection("read", "facts")
    key = _key(grant, connection)
    if key is None:
        return None
    names = select(_UPLOAD.c.number, _UPLOAD.c.name).where(_UPLOAD.c.person_id == grant.subject)
    for row in connection.execute(names.order_by(_UPLOAD.c.number.desc())):
        if key.open(_file(row.number, "name"), bytes(row.name)).decode() == name:
            kept = select(_UPLOAD.c.content).where(
                _UPLOAD.c.person_id == grant.subject, _UPLOAD.c.number == row.number
            )
            content = key.open(_file(row.number, "content"), bytes(connection.execute(kept).scalar_one()))
            return Upload.of(name, content)
    return None


def holds(grant: Grant, uploads: Sequence[Upload]) -> bool:
    """Are these the files kept, in the order of `read_uploads`?"""
    connection = grant.connection("write", "record", "facts")
    query = select(_UPLOAD.c.digest).where(_UPLOAD.c.person_id == grant.subject).order_by(_UPLOAD.c.number)
    kept, key = list(connection.execute(query).scalars()), _key(grant, connection)
    return kept == [key.digest(upload.content) for upload in uploads] if key else not kept and not uploads


def add_upload(grant: Grant, upload: Upload, at: str) -> None:
    connection = grant.connection("write", "record", "sample")
    key = sealer_or_new(connection, grant.keys, grant.subject, at)
    last = select(func.max(_UPLOAD.c.number)).where(_UPLOAD.c.person_id == grant.subject)
    number = (connection.execute(last).scalar() or 0) + 1
    connection.execute(
        insert(_UPLOAD).values(
            person_id=grant.subject, number=number, name=key.seal(_file(number, "name"), upload.name.encode()),
            digest=key.digest(upload.content), content=key.seal(_file(number, "content"), upload.content), at=at,
        )
    )  # fmt: skip


def read_identity(grant: Grant) -> Subject | None:
    """Whose record this account holds; None before the first upload."""
    return _identity(grant, grant.connection("write", "record", "identity", "opt_out"))


def _identity(grant: Grant, connection: Connection) -> Subject | None:
    sealed = connection.execute(select(_IDENTITY.c.subject).where(_IDENTITY.c.person_id == grant.subject)).scalar()
    key = _key(grant, connection) if sealed is not None else None
    return subject_from_storage(json.loads(key.open(_SUBJECT, bytes(sealed)))) if key and sealed else None


def read_traits(grant: Grant) -> Subject | None:
    """Who the person is, for a doctor whom they let see it."""
    connection = grant.connection("read", "identity")
    return _identity(grant, connection) if "identity" in grant.categories else None


def write_identity(grant: Grant, subject: Subject, at: str) -> None:
    """Set whose record this account holds; it is never changed by a later upload."""
    connection = grant.connection("write", "record", "identity", "sample")
    key = sealer_or_new(connection, grant.keys, grant.subject, at)
    sealed = key.seal(_SUBJECT, _bytes(subject_to_storage(subject)))
    connection.execute(insert(_IDENTITY).values(person_id=grant.subject, subject=sealed))
    numbers.know(connection, grant.subject, subject)


def _key(grant: Grant, connection: Connection) -> Sealer | None:
    return sealer(connection, grant.keys, grant.subject)


class _Kept(NamedTuple):
    """A row of facts, opened; `vocabulary` is the one that the sheet was extracted with (empty: no row yet)."""

    sheet: bytes | None = None
    answers: bytes = b"{}"
    decisions: bytes = b"{}"
    reviews: bytes = b"{}"
    vocabulary: str = ""


def _kept(grant: Grant, connection: Connection, key: Sealer) -> _Kept:
    row = connection.execute(select(_FACTS).where(_FACTS.c.person_id == grant.subject)).one_or_none()
    if row is None:
        return _Kept()
    return _Kept(
        key.open(_SHEET, bytes(row.sheet)) if row.sheet is not None else None,
        key.open(_ANSWERS, bytes(row.answers)),
        key.open(_DECISIONS, bytes(row.decisions)) if row.decisions is not None else b"{}",
        key.open(_REVIEWS, bytes(row.reviews)) if row.reviews is not None else b"{}",
        row.vocabulary,
    )


def _replace(grant: Grant, key: Sealer, kept: _Kept, at: str) -> str:
    connection = grant.connection("write", "record", "answers", "decisions", "review", "facts", "sample")
    digest = key.digest(kept.sheet or b"", kept.answers, kept.decisions, kept.reviews, kept.vocabulary.encode())
    connection.execute(delete(_FACTS).where(_FACTS.c.person_id == grant.subject))
    connection.execute(
        insert(_FACTS).values(
            person_id=grant.subject, sheet=key.seal(_SHEET, kept.sheet) if kept.sheet is not None else None,
            answers=key.seal(_ANSWERS, kept.answers), decisions=key.seal(_DECISIONS, kept.decisions),
            reviews=key.seal(_REVIEWS, kept.reviews), vocabulary=kept.vocabulary, digest=digest, at=at,
        )
    )  # fmt: skip
    return digest


def _file(number: int, column: str) -> str:
    return f"health_upload.{column}#{number}"


def _bytes(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
