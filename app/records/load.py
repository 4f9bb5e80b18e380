"""Files → one Record about one person. What a file is is read in it, never in its name.

Reads FHIR R4 JSON, NDJSON, CDA XML, zip archives (IHE XDM or any) and folders of them. Whatever is wrong is a
RecordError that says what and where; a file of a folder or archive that is no health record is listed as unreadable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import RecordError
from app.records.assemble import Part, assemble
from app.records.cda import CdaDocument, read_cda, read_document
from app.records.fhir.read import located, read_resources
from app.records.fhir.references import Located
from app.records.limits import MAX_FILES, MAX_RECORD_BYTES, check_json_depth, check_size
from app.records.model import Document, Reason, Record, RecordEntry, Refusal, Source
from app.records.xdm import HELPERS, is_zip, members, read_index

Progress = Callable[[], None]
"""Called once for each file that was read."""
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
SAMPLE_CARD = "person.yaml"
"""Says who a sample person is; stands beside their record, and is no part of it."""
_MAGIC = {b"%PDF": "PDF", b"\xff\xd8\xff": "image", b"\x89PNG": "image", b"DICM": "DICOM"}


@dataclass(slots=True)
class _Found:
    """What the files hold, before anything is put together."""

    fhir: list[Located] = field(default_factory=list)
    fhir_files: int = 0
    cda: list[CdaDocument] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    unreadable: list[Document] = field(default_factory=list)
    progress: Progress | None = None

    def step(self) -> None:
        """One file more was read."""
        if self.progress is not None:
            self.progress()


def read_record(paths: Sequence[Path]) -> Record:
    """Read files and folders about one person. Raises RecordError and nothing else."""
    found, total, names = _Found(), 0, set[str]()
    for path, name, inside in _files(paths):
        try:
            if (total := total + path.stat().st_size) > MAX_RECORD_BYTES:
                raise RecordError(
                    f"dossier de plus de {MAX_RECORD_BYTES // 1024 // 1024} Mo", code="too_large", where=name
                )
            data = path.read_bytes()
        except OSError:
            raise RecordError("fichier introuvable ou illisible", code="not_found", where=name) from None
        if name in names:
            name = f"{path.parent.name}/{name}"
        names.add(name)
        _sort(name, data, found, inside=inside)
    if not names:
        raise RecordError("aucun fichier à lire", code="empty")
    return _put_together(found)


def read_record_bytes(name: str, data: bytes, progress: Progress | None = None) -> Record:
    """Read one upload (a file or an archive); `progress` is called after each file of it. Raises RecordError alone."""
    found = _Found(progress=progress)
    _sort(name, data, found, inside=False)
    if not is_zip(data):
        found.step()
    return _put_together(found)


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str, bool]]:
    """(path, name to show, whether it was found in a folder), links not followed."""
    count = 0
    for path in paths:
        if not path.is_dir():
            yield path, path.name, False
            continue
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
        for item in inside:
            relative = item.relative_to(path)
            if any(part.startswith(".") for part in relative.parts) or item.name == SAMPLE_CARD:
                continue
            if (count := count + 1) > MAX_FILES:
                raise RecordError(
                    f"dossier de plus de {MAX_FILES} fichiers", code="too_large", where=path.name
                )
            yield item, relative.as_posix(), True


def _sort(name: str, data: bytes, found: _Found, *, inside: bool) -> None:
    """Hand one file to the reader of its format. `inside` a folder or archive, strangers are listed, not refused."""
    if not inside:
        check_size(data, name)
    head = data[:4096].removeprefix(_BOM).lstrip()
    if is_zip(data):
        _open_archive(name, data, found)
    elif head[:1] in (b"{", b"[") and (not inside or b'"resourceType"' in data):
        check_size(data, name)
        _read_json(name, data, found)
    elif (head[:1] == b"<" or data[:2] in _UTF16) and (not inside or _looks_like_cda(data)):
        found.cda.append(_guarded(name, data))
    elif inside:
        _list_unreadable(name, data, found)
    else:
        kind = next((word for magic, word in _MAGIC.items() if data.startswith(magic)), None)
        hint = f"un fichier {kind} seul ne se lit pas" if kind else "format inconnu"
        raise RecordError(
            f"{hint} : envoyez du FHIR (JSON), du CDA (XML) ou une archive zip",
            code="unknown_format",
            where=name,
        )


def _looks_like_cda(data: bytes) -> bool:
    head = data[:65536]
    return b"ClinicalDocument" in head or b"C\0l\0i\0n\0i\0c\0a\0l\0D\0o\0c\0u\0m\0e\0n\0t" in head


def _guarded(name: str, data: bytes) -> CdaDocument:
    try:
        return read_document(data, name)
    except RecursionError:
        raise RecordError("XML trop imbriqué", code="too_deep", where=name) from None


def _read_json(name: str, data: bytes, found: _Found) -> None:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordError(
            f"l'octet {error.start} n'est pas de l'UTF-8 : enregistrez le fichier en UTF-8",
            code="encoding",
            where=name,
        ) from None
    check_json_depth(data, name)
    found.fhir.extend(located(data, name))
    found.fhir_files += 1


def _open_archive(name: str, data: bytes, found: _Found) -> None:
    contents = members(data, name)
    indexes = [read_index(m, name) for m in contents if m.path.rpartition("/")[2].lower() == "metadata.xml"]
    listed = {path for index in indexes for path in index.listed}
    found.withdrawn |= {f"{name}/{path}" for index in indexes for path in index.deprecated}
    for member in contents:
        if indexes and member.path.rpartition("/")[2].lower() in HELPERS and member.path not in listed:
            found.step()
            continue
        _sort(f"{name}/{member.path}", member.data, found, inside=True)
        found.step()
    for path in sorted(listed - {m.path for m in contents}):
        found.unreadable.append(
            Document(f"{name}/{path}", "document", readable=False, reason="Annoncé, absent de l'archive.")
        )


def _list_unreadable(name: str, data: bytes, found: _Found) -> None:
    kind = next((word for magic, word in _MAGIC.items() if data.startswith(magic)), "inconnu")
    reason = f"Fichier {kind} : présent, non lu." if data else "Fichier vide."
    source = Source(name, "file")
    found.unreadable.append(Document(name, "fichier", readable=False, reason=reason, source=source))


def _put_together(found: _Found) -> Record:
    parts = [Part(d.header.subject, document=d) for d in found.cda]
    if found.fhir:
        record = read_resources(found.fhir, lambda data, file, _entry: read_cda(data, file))
        parts.append(Part(record.subject, record=record, weight=found.fhir_files))
    if not parts:
        raise RecordError(
            "aucun document lisible : ni FHIR (JSON), ni CDA (XML)", code="unknown_format",
            where=found.unreadable[0].file if found.unreadable else None,
        )  # fmt: skip
    record = assemble(parts, found.withdrawn)
    for document in found.unreadable:
        detail = document.reason or "Fichier non lu."
        record.documents.append(document)
        record.entries.append(
            RecordEntry(
                document.source or Source(document.file, "file"),
                "report",
                refusal=Refusal(Reason.UNREADABLE_DOCUMENT, detail),
            )
        )
    return record
