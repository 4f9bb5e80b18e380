"""The append-only log of accesses and decisions.

Numbers follow each other without gaps, from 0: they are the leaf indexes of a Merkle tree (`app.trust.log`).
What the tree is made of is `leaf()`: a number and a commitment, never who or what. The commitment is
HMAC-SHA256(key of the person concerned, `canonical()` of the entry): the person, given the key, can check
every entry about them; once the key is destroyed, nobody can link the leaf to them, and the tree stays whole.
Nothing here updates or deletes, and the database refuses both (migrations/versions/0001).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Text,
    bindparam,
    cast,
    column,
    exists,
    func,
    insert,
    select,
    update,
)

from app.store.tables import AuditEntry, AuditHead
from app.trust.grant import Grant
from app.trust.vocabulary import Outcome, Role, Tag


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has a number. `actor` and `subject` are account ids (random), or `system`,
    `nobody`."""

    at: str
    tag: Tag
    outcome: Outcome
    actor: str
    role: Role
    purpose: str
    basis: str
    subject: str | None
    categories: tuple[str, ...] = ()
    detail: str = ""
    """Through what (a version, a digest)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log, as kept."""

    seq: int
    at: str
    tag: str
    outcome: str
    actor: str
    role: str
    purpose: str
    basis: str
    subject: str | None
    categories: tuple[str, ...]
    commitment: str
    detail: str = ""

    def canonical(self) -> bytes:
        """The bytes committed to."""
        content = asdict(self)
        del content["commitment"]
        return _committed(content)

    def leaf(self) -> bytes:
        """The bytes of the leaf (before RFC 6962's 0x00 prefix)."""
        return leaf(self.seq, self.commitment)

    def commits(self, key: bytes) -> bool:
        """True when the commitment is that of this content under this key."""
        return hmac.compare_digest(self.commitment, commitment(key, self.canonical()))


def leaf(seq: int, commitment: str) -> bytes:
    """The bytes of a leaf (before RFC 6962's 0x00 prefix): a number and a commitment, as canonical JSON."""
    if commitment.isascii() and commitment.isalnum():  # as it is written: nothing to escape, and many are hashed
        return f'{{"commitment":"{commitment}","seq":{seq},"v":1}}'.encode()
    return _canonical({"commitment": commitment, "seq": seq, "v": 1})


def leaf_hashes(first: int, commitments: Sequence[str]) -> list[bytes]:
    """The hashes of the leaves (RFC 6962: SHA-256 of 0x00 and the leaf) that follow each other from `first` on. A proof
    hashes hundreds of them."""
    joined, sha = "".join(commitments), hashlib.sha256
    if joined.isascii() and joined.isalnum():  # as they are written: nothing to escape
        each = (f'\x00{{"commitment":"{one}","seq":{seq},"v":1}}' for seq, one in enumerate(commitments, first))
        return [sha(text.encode()).digest() for text in each]
    return [sha(b"\x00" + leaf(seq, one)).digest() for seq, one in enumerate(commitments, first)]


def commitment(key: bytes, content: bytes) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode
_ENTRY = AuditEntry.__table__  # type: ignore[attr-defined]
_HEAD = AuditHead.__table__  # type: ignore[attr-defined]
_LAST = 2**31 - 1
"""The largest number that the column holds; a page asked from beyond is the newest one."""
_RESERVE = (
    update(_HEAD)
    .where(_HEAD.c.id == 1)
    .values(size=_HEAD.c.size + bindparam("more"))
    .returning(_HEAD.c.size, _HEAD.c.log_key)
)
_INSERT = insert(_ENTRY)
_AS_JSON = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON)).table_valued(
    *(column(item.name, item.type) for item in _ENTRY.c)
)
_INSERT_AT_ONCE = insert(_ENTRY).from_select(
    list(_ENTRY.c.keys()), select(_AS_JSON.render_derived(with_types=True))
)
"""PostgreSQL takes all rows in one statement, in one exchange."""


def append(connection: Connection, drafts: Sequence[tuple[Draft, bytes | None]]) -> int:
    """Add entries, each with the key of the person concerned (None: the log's own), in the caller's
    transaction; gives the number of the first.

    The row of `audit_head` stays locked until the commit: writers of other processes wait, so no number is
    skipped.
    """
    if not drafts:
        return -1
    size, log_key = connection.execute(_RESERVE, {"more": len(drafts)}).one()
    rows = []
    for seq, (draft, key) in enumerate(drafts, start=size - len(drafts)):
        content = {name: getattr(draft, name) for name in Draft.__slots__} | {"seq": seq}
        rows.append(
            content
            | {
                "tag": draft.tag.value,
                "outcome": draft.outcome.value,
                "categories": ",".join(draft.categories),
                "commitment": commitment(key or log_key, _committed(content)),
            }
        )
    if connection.dialect.name == "postgresql":
        connection.execute(_INSERT_AT_ONCE, {"rows": json.dumps(rows)})
    else:
        connection.execute(_INSERT, rows)
    return int(size) - len(drafts)


def about(grant: Grant, *, before: int | None, limit: int) -> list[Entry]:
    """Entries about the grant's subject, newest first, older than number `before`."""
    connection = grant.connection("read", "access_log")
    query = select(_ENTRY).where(_ENTRY.c.subject == grant.subject).order_by(_ENTRY.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(_ENTRY.c.seq < min(before, _LAST))
    return [entry_of(row) for row in connection.execute(query).mappings()]


def hold(connection: Connection) -> int:
    """Lock the log's head until the end of the transaction: nobody else adds to the log meanwhile, so nothing that is
    logged can be committed. Gives the number of entries."""
    return int(connection.execute(_RESERVE, {"more": 0}).one()[0])


def newest(grant: Grant) -> int:
    """The number of the newest entry about the grant's subject: within a change, the change's own."""
    connection = grant.connection("write", "donation", "opt_out")
    return int(connection.execute(select(func.max(_ENTRY.c.seq)).where(_ENTRY.c.subject == grant.subject)).scalar_one())


def acted(person: ColumnElement[str], since: str) -> ColumnElement[bool]:
    """The condition that somebody did something in their own account since."""
    return exists().where(_ENTRY.c.subject == person, _ENTRY.c.actor == person, _ENTRY.c.at >= since)


def noted(person: ColumnElement[str], tag: Tag, since: str, until: str = "9") -> ColumnElement[bool]:
    """The condition that the log holds such an entry about somebody, from `since` to before `until`."""
    return exists().where(_ENTRY.c.subject == person, _ENTRY.c.tag == tag, _ENTRY.c.at >= since, _ENTRY.c.at < until)


def entry_of(row: object) -> Entry:
    """An entry from a row of the log."""
    content = dict(row)  # type: ignore[call-overload]
    categories = tuple(part for part in content.pop("categories").split(",") if part)
    return Entry(**content, categories=categories)


def secret(connection: Connection) -> bytes:
    """The key of entries about nobody in particular."""
    return bytes(connection.execute(select(_HEAD.c.log_key)).scalar_one())


def _committed(content: dict[str, object]) -> bytes:
    """The canonical bytes of an entry; an empty `detail` is not written, as in entries of before there was one."""
    return _canonical({name: value for name, value in content.items() if name != "detail" or value})


def _canonical(content: dict[str, object]) -> bytes:
    return _encode(content).encode()
