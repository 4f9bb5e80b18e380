"""Integrating what was committed into the tree, and signing the state: the only writer of `audit_node` and
`audit_checkpoint`.

Entries are numbered without gaps under a lock held until their commit (`audit.append`), so the entries that a
transaction sees are a prefix of the log. Two processes that integrate at the same moment would write the same rows: the
second one fails on their key, and has nothing left to do.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from app.store.tables import AuditCheckpoint, AuditEntry
from app.trust.log.note import SigningKey
from app.trust.log.tree import LogTree, keep_nodes
from app.trust.log.verify import Checkpoint

LARGEST_STEP = 1_000_000
"""Entries integrated in one transaction: a long stop of the integrator is caught up in steps."""
_ENTRY = AuditEntry.__table__  # type: ignore[attr-defined]
_CHECKPOINT = AuditCheckpoint.__table__  # type: ignore[attr-defined]


def integrate(engine: Engine, key: SigningKey) -> str | None:
    """Sign the present state; gives the new note, or None when nothing came since the last one. Raises TreeError when
    an entry that was integrated is missing, and the database's errors."""
    try:
        with engine.begin() as connection:
            return _integrate(connection, key)
    except IntegrityError:
        return None


def _integrate(connection: Connection, key: SigningKey) -> str | None:
    old = last_size(connection)
    found = connection.execute(select(func.max(_ENTRY.c.seq))).scalar()
    new = min(0 if found is None else found + 1, old + LARGEST_STEP)
    if new <= old:
        return None
    tree = LogTree(connection, new)
    keep_nodes(tree, connection, old, new)
    note = key.sign(Checkpoint(key.name, new, tree.get_root()).text())
    connection.execute(insert(_CHECKPOINT).values(size=new, note=note))
    return note


def last_size(connection: Connection) -> int:
    """The number of entries in the tree; 0 before the first checkpoint."""
    return connection.execute(select(func.max(_CHECKPOINT.c.size))).scalar() or 0


def latest(connection: Connection) -> str | None:
    """The newest signed checkpoint."""
    query = select(_CHECKPOINT.c.note).order_by(_CHECKPOINT.c.size.desc()).limit(1)
    return connection.execute(query).scalar()


def page(connection: Connection, *, after: int, limit: int) -> Sequence[tuple[int, str]]:
    """(size, note) of the checkpoints larger than `after`, oldest first."""
    query = select(_CHECKPOINT).where(_CHECKPOINT.c.size > after).order_by(_CHECKPOINT.c.size).limit(limit)
    return [(row.size, row.note) for row in connection.execute(query)]


def consistency(connection: Connection, old: int, new: int) -> list[bytes] | None:
    """The proof that the first `old` leaves are those of the tree of `new` leaves; None when there is no such tree."""
    if not 0 < old <= new <= last_size(connection):
        return None
    return LogTree(connection, new).consistency(old, new)
