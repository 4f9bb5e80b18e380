"""Rows and files on their way to an export, on disk and sealed with a key that exists in this process only.

When the process is killed, what it leaves behind opens for nobody. Rows are kept in buckets by their pseudonym, so that
a whole export can be written in the order of its pseudonyms with one bucket in memory at a time.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BUCKETS = 64
_FRAME = 1024 * 1024
_TOGETHER = 256
"""Rows sealed at once."""
Row = list[Any]
"""Person, pseudonym, then the cells."""


class SealedFile(io.RawIOBase):
    """A file to write once and open once, with `digest` that of its plain bytes."""

    def __init__(self, path: Path) -> None:
        self._path, self._file = path, path.open("xb")
        self._key, self._frames = AESGCM(AESGCM.generate_key(256)), list[int]()
        self._buffer, self._plain, self._hash = bytearray(), 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._plain

    def write(self, data: Any) -> int:
        added = bytes(data)
        self._hash.update(added)
        self._plain += len(added)
        self._buffer += added
        if len(self._buffer) >= _FRAME:
            self._seal()
        return len(added)

    @property
    def digest(self) -> str:
        return "sha256:" + self._hash.hexdigest()

    def _seal(self) -> None:
        sealed = self._key.encrypt(len(self._frames).to_bytes(12, "big"), bytes(self._buffer), None)
        self._frames.append(len(sealed))
        self._file.write(sealed)
        self._buffer.clear()

    def open_as(self, path: Path) -> None:
        """Write the plain bytes; the sealed file goes."""
        self._seal()
        self._file.close()
        with self._path.open("rb") as sealed, path.open("xb") as plain:
            for number, length in enumerate(self._frames):
                plain.write(self._key.decrypt(number.to_bytes(12, "big"), sealed.read(length), None))
        self._path.unlink()


class Staging:
    """Made in `folder`; its file goes when it is closed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"staging-{secrets.token_hex(4)}"
        self._file = self._path.open("x+b")
        self._key, self._count = AESGCM(AESGCM.generate_key(256)), 0
        self._waiting: list[list[Row]] = [[] for _ in range(BUCKETS)]
        self._places: list[list[tuple[int, int, int]]] = [[] for _ in range(BUCKETS)]

    def add(self, row: Row) -> None:
        bucket = int(row[1][:2], 16) * BUCKETS // 256
        self._waiting[bucket].append(row)
        if len(self._waiting[bucket]) >= _TOGETHER:
            self._write(bucket)

    def bucket(self, number: int) -> Iterator[Row]:
        """The rows of a bucket, in no order."""
        if self._waiting[number]:
            self._write(number)
        for start, length, nonce in self._places[number]:
            self._file.seek(start)
            yield from json.loads(self._key.decrypt(nonce.to_bytes(12, "big"), self._file.read(length), None))

    def __iter__(self) -> Iterator[Row]:
        for number in range(BUCKETS):
            yield from self.bucket(number)

    def _write(self, bucket: int) -> None:
        rows, self._waiting[bucket] = self._waiting[bucket], []
        self._count += 1
        sealed = self._key.encrypt(self._count.to_bytes(12, "big"), json.dumps(rows).encode(), None)
        self._file.seek(0, 2)
        self._places[bucket].append((self._file.tell(), len(sealed), self._count))
        self._file.write(sealed)

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)
