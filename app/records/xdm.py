"""Archives: an IHE XDM export (IHE_XDM.ZIP with METADATA.XML), or any zip of record files.

Nothing is written to disk; sizes are counted while expanding, never believed. An archive inside an archive is
refused. Source: IHE ITI Technical Framework, XDM; CI-SIS volet "Échange de documents de santé".
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass

from app.errors import RecordError
from app.records.cda.xml import attribute, name, parse, words
from app.records.limits import MAX_FILES, MAX_RECORD_BYTES, MAX_ZIP_RATIO, RATIO_FREE_BYTES

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK = 1 << 20
_DEPRECATED = "Deprecated"
HELPERS = {"metadata.xml", "index.htm", "index.html", "readme.txt", "style.xsl", "stylesheet.xsl"}
"""Files that an XDM archive carries for people, not for their content."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive; `path` is its name inside it."""

    path: str
    data: bytes


def is_zip(data: bytes) -> bool:
    return data[:4] in _ZIP


def count_members(data: bytes) -> int:
    """How many files are in what was sent: 1 for anything but an archive, and for one that cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return max(1, sum(not info.is_dir() for info in archive.infolist()[: MAX_FILES + 1]))
    except (zipfile.BadZipFile, OSError, ValueError, OverflowError, NotImplementedError, RuntimeError):
        return 1


def members(data: bytes, file: str) -> list[Member]:
    """Every file of an archive, in the order of its names.

    Raises RecordError: `empty`, `truncated`, `zip_bomb` (too many files, ratio, size, or an archive in it),
    `unknown_format` (encrypted, or a compression other than deflate).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, file)
    except RecordError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError) as error:
        del error
        raise RecordError(
            "archive zip abîmée ou incomplète : récupérez-la à nouveau", code="truncated", where=file
        ) from None
    except (NotImplementedError, RuntimeError):
        raise RecordError(
            "archive zip chiffrée ou d'un format non pris en charge", code="unknown_format", where=file
        ) from None


def _read(archive: zipfile.ZipFile, file: str) -> list[Member]:
    infos = sorted((i for i in archive.infolist() if not i.is_dir()), key=lambda i: i.filename)
    if not infos:
        raise RecordError("archive zip vide", code="empty", where=file)
    if len(infos) > MAX_FILES:
        raise RecordError(f"archive de plus de {MAX_FILES} fichiers", code="zip_bomb", where=file)
    found, total = [], 0
    for info in infos:
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise NotImplementedError
        content = _expand(archive, info, MAX_RECORD_BYTES - total, file)
        total += len(content)
        if is_zip(content):
            raise RecordError("une archive dans l'archive : refusée", code="zip_bomb", where=file)
        found.append(Member(_shown(info.filename), content))
    return found


def _expand(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int, file: str) -> bytes:
    parts, size = [], 0
    with archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > room:
                raise RecordError(
                    f"archive de plus de {MAX_RECORD_BYTES // 1024 // 1024} Mo une fois ouverte",
                    code="zip_bomb",
                    where=file,
                )
            if size > RATIO_FREE_BYTES and size > MAX_ZIP_RATIO * max(info.compress_size, 1):
                raise RecordError("archive anormalement compressée", code="zip_bomb", where=file)
            parts.append(chunk)
    return b"".join(parts)


def _shown(path: str) -> str:
    """A member's name fit to be shown: no control characters, no endless path."""
    return "".join(c if c.isprintable() else "?" for c in path.replace("\\", "/"))[-200:].lstrip("/")


@dataclass(frozen=True, slots=True)
class Index:
    """What METADATA.XML says: files listed, and those that are deprecated."""

    listed: frozenset[str]
    deprecated: frozenset[str]


def read_index(metadata: Member, file: str) -> Index:
    """Read METADATA.XML (ebXML registry objects). Raises RecordError as for any XML."""
    folder = metadata.path.rpartition("/")[0]
    listed, deprecated = set(), set()
    for item in parse(metadata.data, f"{file}/{metadata.path}").iter():
        if name(item) != "ExtrinsicObject":
            continue
        for slot in item:
            if name(slot) == "Slot" and attribute(slot, "name") == "URI" and (uri := words(slot, 400)):
                path = f"{folder}/{uri}" if folder else uri
                listed.add(path)
                if (attribute(item, "status") or "").endswith(_DEPRECATED):
                    deprecated.add(path)
    return Index(frozenset(listed), frozenset(deprecated))
