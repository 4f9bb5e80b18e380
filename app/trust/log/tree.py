"""The Merkle tree over the log's tables: pymerkle's algorithms, our storage.

Leaves are computed from `audit_entry` (`audit.leaf`); the roots of perfect subtrees of `CHUNK` leaves and more are kept
in `audit_node`, so that a proof reads one chunk of leaves and a few nodes, however long the log is.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pymerkle import BaseMerkleTree
from sqlalchemy import Connection, Select, and_, bindparam, insert, or_, select

from app.store.tables import AuditEntry, AuditNode
from app.trust import audit
from app.trust.log.verify import node_hash

CHUNK = 256
_LEVEL = CHUNK.bit_length() - 1
_ENTRY = AuditEntry.__table__  # type: ignore[attr-defined]
_NODE = AuditNode.__table__  # type: ignore[attr-defined]
_LEAVES = (
    select(_ENTRY.c.seq, _ENTRY.c.commitment)
    .where(_ENTRY.c.seq >= bindparam("first"), _ENTRY.c.seq < bindparam("end"))
    .order_by(_ENTRY.c.seq)
)
_HASH = select(_NODE.c.hash).where(_NODE.c.level == bindparam("level"), _NODE.c.number == bindparam("number"))


class TreeError(RuntimeError):
    """The log has a gap: an entry that was integrated is no longer there."""


class LogTree(BaseMerkleTree):  # type: ignore[misc]
    """The first `size` leaves of the log, read through one transaction's connection.

    `stored=False` computes every node from the leaves again, and trusts none that is kept.
    """

    def __init__(self, connection: Connection, size: int, *, stored: bool = True) -> None:
        super().__init__(algorithm="sha256", threshold=CHUNK, capacity=1 << 26)
        self._connection, self._leaf_count, self._stored = connection, size, stored
        self._chunks: dict[int, list[list[bytes]]] = {}
        self._kept: dict[tuple[int, int], bytes] = {}

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """PATH(index, D[size]) of RFC 6962 §2.1.1; `index` counts from 0. Raises TreeError."""
        end = self._leaf_count if size is None else size
        if not 0 <= index < end <= self._leaf_count:
            raise TreeError("the tree has no such leaf")
        return self._roots(inclusion_ranges(index, end))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """PROOF(old, D[new]) of RFC 6962 §2.1.2. Raises TreeError."""
        return self._roots(consistency_ranges(old, new))

    def _roots(self, ranges: list[tuple[int, int]]) -> list[bytes]:
        """The roots of ranges of leaves; the nodes that are kept of them come in one query."""
        if self._stored:
            wanted = {node for pair in ranges for node in perfect(*pair) if node[0] >= _LEVEL} - set(self._kept)
            places = {f"{name}{at}": value for at, node in enumerate(sorted(wanted))
                      for name, value in zip(("level", "number"), node, strict=True)}  # fmt: skip
            rows = self._connection.execute(_nodes(len(wanted)), places) if wanted else ()
            self._kept |= {(row.level, row.number): bytes(row.hash) for row in rows}
        return [self._get_root(*pair) for pair in ranges]

    def _get_size(self) -> int:
        return self._leaf_count

    def _get_leaf(self, index: int) -> bytes:
        return next(iter(self._get_leaves(index - 1, 1)))

    def _get_leaves(self, offset: int, width: int) -> list[bytes]:
        """Read by whole chunks: the ranges of one proof lie side by side."""
        first, last = offset // CHUNK, (offset + width - 1) // CHUNK
        found = [leaf for number in range(first, last + 1) for leaf in self._chunk(number)[0]]
        leaves = found[offset - first * CHUNK :][:width]
        if len(leaves) != width:
            raise TreeError("the log has a gap")
        return leaves

    def _chunk(self, number: int) -> list[list[bytes]]:
        """The roots of the perfect subtrees of a chunk, by level: its leaves, their pairs, and so on."""
        if (levels := self._chunks.get(number)) is None:
            if len(self._chunks) > 64:
                self._chunks.clear()
            first = number * CHUNK
            end = min(first + CHUNK, self._leaf_count)
            rows = self._connection.execute(_LEAVES, {"first": first, "end": end}).all()
            if [row[0] for row in rows] != list(range(first, end)):
                raise TreeError("the log has a gap")
            levels = self._chunks[number] = [audit.leaf_hashes(first, [row[1] for row in rows])]
            while len(below := levels[-1]) > 1:
                levels.append([node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)])
        return levels

    def _get_subroot_uncached(self, offset: int, width: int) -> bytes:
        """The root of a perfect subtree: kept, or made of its halves."""
        level = width.bit_length() - 1
        if width < CHUNK or (width == CHUNK and not self._stored):
            number, within = divmod(offset, CHUNK)
            levels = self._chunk(number)
            if len(levels) <= level or within >> level >= len(levels[level]):
                raise TreeError("the log has a gap")
            return levels[level][within >> level]
        if self._stored:
            place = (level, offset >> level)
            kept = self._kept.get(place)
            if kept is None:
                kept = self._connection.execute(_HASH, {"level": level, "number": offset >> level}).scalar()
            if kept is not None:
                return bytes(kept)
        if width > CHUNK:
            half = width // 2
            return node_hash(self._get_subroot(offset, half), self._get_subroot(offset + half, half))
        return self._chunk(offset // CHUNK)[level][0]

    def _encode_entry(self, data: bytes) -> bytes:
        return data

    def _store_leaf(self, data: bytes, digest: bytes) -> int:
        raise TypeError("entries are appended by app.trust.audit alone")


@lru_cache(maxsize=128)
def _nodes(count: int) -> Select[tuple[int, int, bytes]]:
    """The query of so many nodes, each found by its key (SQLite would read the whole table for a list of pairs)."""
    level, number = _NODE.c.level, _NODE.c.number
    places = (and_(level == bindparam(f"level{at}"), number == bindparam(f"number{at}")) for at in range(count))
    return select(_NODE.c.level, _NODE.c.number, _NODE.c.hash).where(or_(*places))


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves (end excluded) whose roots make PATH(index, D[size])."""
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def perfect(start: int, end: int) -> Iterable[tuple[int, int]]:
    """(level, number) of the largest perfect subtrees of a range of the tree, from right to left."""
    while end > start:
        level = (end - start & start - end).bit_length() - 1
        end -= 1 << level
        yield level, end >> level


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """The ranges of leaves (end excluded) whose roots make PROOF(old, D[new]). pymerkle's own path is another one."""
    ranges: list[tuple[int, int]] = []
    start, end, whole = 0, new, True
    while old < end - start:
        half = 1 << (end - start - 1).bit_length() - 1
        if old <= half:
            ranges.append((start + half, end))
            end = start + half
        else:
            ranges.append((start, start + half))
            start, old, whole = start + half, old - half, False
    if not whole:
        ranges.append((start, end))
    return ranges[::-1]


def keep_nodes(tree: LogTree, connection: Connection, old: int, new: int) -> None:
    """Keep the roots of the perfect subtrees that the growth from `old` to `new` leaves has completed."""
    rows = [
        {"level": level, "number": number, "hash": tree._get_subroot(number << level, 1 << level)}
        for level, number in completed(old, new)
    ]
    if rows:
        connection.execute(insert(_NODE), rows)


def completed(old: int, new: int) -> Iterable[tuple[int, int]]:
    """(level, number) of the perfect subtrees of at least CHUNK leaves that are in `new` leaves and not in `old`."""
    level = CHUNK.bit_length() - 1
    while 1 << level <= new:
        for number in range(old >> level, new >> level):
            yield level, number
        level += 1
