"""Health data at rest. Every function asks for a Grant: it names the person, opens the categories, and
carries the only connection there is."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from app.facts.model import FactSheet
from app.facts.storage import from_storage, subject_from_storage, subject_to_storage, to_storage
from app.facts.vocabulary import Vocabulary
from app.records.model import Subject
from app.store.tables import HealthFacts, HealthIdentity, HealthUpload
from app.trust.grant import Grant
from app.trust.visible import visible, visible_answers

_FACTS = HealthFacts.__table__  # type: ignore[attr-defined]
_UPLOAD = HealthUpload.__table__  # type: ignore[attr-defined]
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
    """What is kept of a person's facts. `answers` maps a fact to `{"value": …, "on": "2026-11-15"}`;
    `vocabulary` is the digest of the vocabulary that the sheet was extracted with."""

    subject: str
    sheet: FactSheet | None
    answers: dict[str, Any]
    vocabulary: str
    digest: str


def read_facts(grant: Grant, vocabulary: Vocabulary) -> Stored | None:
    """The facts and answers of the granted categories; None when nothing was ever sent."""
    connection = grant.connection("read", "facts", "plan", "explanation", "answers")
    row = connection.execute(select(_FACTS).where(_FACTS.c.person_id == grant.subject)).one_or_none()
    if row is None:
        return None
    sheet = from_storage(json.loads(row.sheet)) if row.sheet else None
    return Stored(
        grant.subject,
        visible(sheet, grant.categories, vocabulary) if sheet else None,
        visible_answers(json.loads(row.answers), grant.categories, vocabulary),
        row.vocabulary,
        row.digest,
    )


def write_facts(grant: Grant, sheet: FactSheet, vocabulary: Vocabulary, at: str) -> str:
    """Replace the extracted facts, keep the answers; gives the new digest."""
    connection = grant.connection("write", "record", "facts", "sample")
    answers = connection.execute(select(_FACTS.c.answers).where(_FACTS.c.person_id == grant.subject)).scalar()
    return _replace(grant, _text(to_storage(sheet)), answers or "{}", vocabulary.digest, at)


def read_own_answers(grant: Grant) -> dict[str, Any]:
    """The answers as kept, before a change of them."""
    connection = grant.connection("write", "answers")
    text = connection.execute(select(_FACTS.c.answers).where(_FACTS.c.person_id == grant.subject)).scalar()
    return dict(json.loads(text)) if text else {}


def write_answers(grant: Grant, answers: Mapping[str, Any], vocabulary: Vocabulary, at: str) -> str:
    """Replace the answers, keep the extracted facts; gives the new digest."""
    connection = grant.connection("write", "answers")
    row = connection.execute(
        select(_FACTS.c.sheet, _FACTS.c.vocabulary).where(_FACTS.c.person_id == grant.subject)
    ).one_or_none()
    sheet, digest = (row.sheet, row.vocabulary) if row else (None, vocabulary.digest)
    return _replace(grant, sheet, _text(dict(answers)), digest, at)


def read_uploads(grant: Grant) -> list[Upload]:
    """The original files, oldest first: to be read again as a whole, never to be shown."""
    connection = grant.connection("write", "record", "facts")
    rows = connection.execute(
        select(_UPLOAD).where(_UPLOAD.c.person_id == grant.subject).order_by(_UPLOAD.c.at, _UPLOAD.c.name)
    )
    return [Upload(row.name, row.content, row.sha256) for row in rows]


def upload_digests(grant: Grant) -> list[str]:
    """The SHA-256 of the files kept, in the order of `read_uploads`."""
    connection = grant.connection("write", "record", "facts")
    rows = connection.execute(
        select(_UPLOAD.c.sha256)
        .where(_UPLOAD.c.person_id == grant.subject)
        .order_by(_UPLOAD.c.at, _UPLOAD.c.name)
    )
    return list(rows.scalars())


def add_upload(grant: Grant, upload: Upload, at: str) -> None:
    grant.connection("write", "record", "sample").execute(
        insert(_UPLOAD).values(
            id=secrets.token_hex(16), person_id=grant.subject, name=upload.name, sha256=upload.sha256,
            content=upload.content, at=at,
        )
    )  # fmt: skip


def read_identity(grant: Grant) -> Subject | None:
    """Whose record this account holds; None before the first upload."""
    text = (
        grant.connection("write", "record")
        .execute(select(_IDENTITY.c.subject).where(_IDENTITY.c.person_id == grant.subject))
        .scalar()
    )
    return subject_from_storage(json.loads(text)) if text else None


def write_identity(grant: Grant, subject: Subject) -> None:
    """Set whose record this account holds; it is never changed by a later upload."""
    grant.connection("write", "record", "sample").execute(
        insert(_IDENTITY).values(person_id=grant.subject, subject=_text(subject_to_storage(subject)))
    )


def _replace(grant: Grant, sheet: str | None, answers: str, vocabulary: str, at: str) -> str:
    connection = grant.connection("write", "record", "answers", "facts", "sample")
    digest = "sha256:" + hashlib.sha256("\0".join((sheet or "", answers, vocabulary)).encode()).hexdigest()
    connection.execute(delete(_FACTS).where(_FACTS.c.person_id == grant.subject))
    connection.execute(
        insert(_FACTS).values(
            person_id=grant.subject, sheet=sheet, answers=answers, vocabulary=vocabulary, digest=digest, at=at
        )
    )
    return digest


def _text(data: Any) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"))
