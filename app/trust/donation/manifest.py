"""What goes with an export so that anyone can check it: signed counts and digests, and a proof that nobody who
opposed is inside.

The proof: `opposed.txt` holds a token for every person who refuses the project, made of this export's number and of
the pseudonym that they would have had in it. Whoever holds the data makes the same token of each pseudonym there: none
may stand in the list. The list tells nothing else. The manifest also says which state of the log the register was read
at: a receipt of a choice with a smaller `entry` had to be counted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.errors import UsageError
from app.trust.donation.pseudonyms import token
from app.trust.log import receipt
from app.trust.log.note import NoteError, VerifierKey

FORMAT = "jalon-donation-export/1"
KIND = "donation-export"
DATA, DICTIONARY, OPPOSED, MANIFEST = "data.parquet", "dictionary.json", "opposed.txt", "manifest.json"
SMALLEST = 11
"""People who must share the same identifying values, at least."""


def findings(data: Mapping[str, Any], key: VerifierKey, folder: Path) -> Iterator[str]:
    """What is wrong with an export, checked with the public key alone. Raises UsageError for something else."""
    note = data.get("receipt")
    if not isinstance(note, str):
        raise UsageError("not the manifest of an export", code="log_bundle")
    try:
        kind, signed = receipt.read(note, key)
    except NoteError as error:
        yield error.message
        return
    if kind != KIND:
        yield "what was signed is not the manifest of an export"
        return
    sound = True
    for name in (DATA, DICTIONARY, OPPOSED):
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
            sound = False
        elif file_digest(path) != signed["files"].get(name):
            yield f"{name} is not the file that was signed"
            sound = False
    if sound:
        yield from _inside(signed, folder)


def _inside(signed: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """The data against what the manifest says of them."""
    import pyarrow.parquet as parquet

    opposed = set((folder / OPPOSED).read_text(encoding="ascii").split())
    file = parquet.ParquetFile(folder / DATA)
    if file.schema_arrow.names != ["pseudonym", *signed["columns"]]:
        yield "the columns are not those that were declared"
        return
    cells: Counter[tuple[Any, ...]] = Counter()
    last, rows = "", 0
    for batch in file.iter_batches(columns=["pseudonym", *signed["identifying"]]):
        names, *values = (column.to_pylist() for column in batch.columns)
        for name in names:
            if name <= last:
                yield "pseudonyms stand twice or out of order"
                return
            last = name
            if token(signed["export"], name) in opposed:
                yield f"row {rows} is of a person who opposed"
            rows += 1
        cells.update(zip(*values, strict=True))
    if rows != signed["people"] or len(opposed) != signed["opposed"]:
        yield "the counts are not those that were signed"
    smallest = min(cells.values(), default=0)
    if smallest != signed["k"] or smallest < SMALLEST:
        yield f"the smallest group has {smallest} people, {signed['k']} were signed for"


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
