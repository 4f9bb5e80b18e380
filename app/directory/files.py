"""The files of directories: plain, `.gz` or `.zip`, read as a stream within bounds."""

from __future__ import annotations

import csv
import gzip
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.errors import JalonError

MOST_BYTES = 8 * 1024**3
"""Of a file once expanded: the largest real one (Annuaire Santé) is near 1 GB."""
LONGEST = 256 * 1024
"""Bytes of a line."""
START = 64 * 1024
"""Bytes in which the layout must be recognisable."""


class DirectoryError(JalonError):
    """A directory cannot be loaded; what was loaded before is still there."""

    code = "directory"


class Bounded:
    """A stream that ends in an error rather than going on for ever."""

    def __init__(self, stream: IO[bytes], most: int = MOST_BYTES) -> None:
        self._stream, self._left = stream, most

    def read(self, size: int = -1) -> bytes:
        return self._count(self._stream.read(size))

    def readline(self) -> bytes:
        line = self._count(self._stream.readline(LONGEST + 1))
        if len(line) > LONGEST:
            raise DirectoryError("a line is longer than any directory writes")
        return line

    def _count(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise DirectoryError(f"the file is larger than {MOST_BYTES // 1024**3} GiB once expanded")
        return data


@contextmanager
def opened(path: Path) -> Iterator[Bounded]:
    """The bytes of a file, expanded. Raises DirectoryError for what cannot be read."""
    try:
        with path.open("rb") as raw:
            magic = raw.read(4)
            raw.seek(0)
            if magic[:2] == b"\x1f\x8b":
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield Bounded(stream)  # type: ignore[arg-type]
            elif magic == b"PK\x03\x04":
                with zipfile.ZipFile(raw) as archive, archive.open(_member(archive)) as member:
                    yield Bounded(member)
            else:
                yield Bounded(raw)
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile):
        raise DirectoryError("the file is damaged, or cut short: fetch it again", where=path.name) from None
    except (OSError, NotImplementedError, RuntimeError) as error:
        raise DirectoryError(f"cannot be read ({type(error).__name__})", where=path.name) from None


def _member(archive: zipfile.ZipFile) -> str:
    """The one file to read: of those of the Annuaire Santé, that of activities."""
    names = [name for name in archive.namelist() if name.lower().endswith((".txt", ".csv", ".json"))]
    activities = [name for name in names if "personne_activite" in name.lower()]
    if len(found := activities or names) != 1:
        raise DirectoryError("expected one table in this archive: expand it, and name the file to load")
    return found[0]


def lines(stream: Bounded, start: bytes = b"") -> Iterator[str]:
    """Text lines without their end; each is UTF-8 or, where it cannot be, Windows-1252. `start` was read before."""
    rest = start
    while True:
        line, _, after = rest.partition(b"\n")
        if rest and len(line) < len(rest):
            rest = after
        else:
            line, rest = rest + stream.readline(), b""
            if not line:
                return
        line = line.rstrip(b"\r\n")
        try:
            yield line.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError:
            yield line.decode("cp1252", errors="replace")


def cells(line: str, separator: str, *, quotes: bool = True) -> list[str]:
    """The cells of a line, without blanks around and without control characters."""
    if not quotes:
        return [tidy(cell) for cell in line.split(separator)]
    try:
        row = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []
    return [tidy(cell) for cell in row]


def tidy(text: str, most: int = 200) -> str:
    """On one line, without control characters, cut when absurdly long."""
    return " ".join("".join(" " if ord(char) < 32 or ord(char) == 127 else char for char in text).split())[:most]


def plain_name(text: str) -> str:
    """A column's name as it is compared: small letters, no accents, no punctuation."""
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", flat))


def columns(
    header: Sequence[str], wanted: Mapping[str, tuple[str, ...]], optional: frozenset[str]
) -> dict[str, int]:
    """Where each wanted column stands: the first whose name starts with one of those given. Raises DirectoryError that
    names what is missing."""
    names = [plain_name(name) for name in header]
    found: dict[str, int] = {}
    for key, starts in wanted.items():
        at = next((i for start in starts for i, name in enumerate(names) if name.startswith(start)), None)
        if at is not None:
            found[key] = at
    if missing := [starts[0] for key, starts in wanted.items() if key not in found and key not in optional]:
        raise DirectoryError(f"this edition of the file has no column {', '.join(missing)}")
    return found


def day_in(name: str) -> str | None:
    """The day in a file's name (`…_202605120839.txt`, `…-20260512-0339.csv`), AAAA-MM-JJ."""
    found = re.search(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?:\d{4})?(?!\d)", name)
    return "-".join(found.groups()) if found else None


def phone(text: str) -> str | None:
    """A number as it is read aloud (`01 99 00 12 34`), the first of several; None for what is not a French number."""
    digits = re.sub(r"\D", "", re.split(r"[/;,]", text)[0])
    if digits.startswith(("0033", "33")) and len(digits.removeprefix("00")) == 11:
        digits = "0" + digits.removeprefix("00")[2:]
    if len(digits) == 9 and digits[0] != "0":
        digits = "0" + digits  # a spreadsheet has eaten the zero
    return " ".join(digits[i : i + 2] for i in range(0, 10, 2)) if re.fullmatch(r"0[1-9]\d{8}", digits) else None
