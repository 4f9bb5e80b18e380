"""Opt-out lists of other registers (the national one, Regulation (EU) 2025/327 art. 71): kept as keyed fingerprints of
national identities, and held against the people here. An external opposition wins over everything.

A list is the whole of its source: what is not in it any more is not opposed there any more.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from sqlalchemy import Connection, delete, insert, select

from app.errors import UsageError
from app.records.model import INS_DOMAINS, Subject
from app.store.tables import DonationListed
from app.trust import audit, health
from app.trust.donation import register
from app.trust.donation.pseudonyms import identity_hash
from app.trust.donation.register import Wanted
from app.trust.donation.terms import Terms
from app.trust.grant import Grant
from app.trust.log.note import SigningKey
from app.trust.vocabulary import Outcome, Tag

_LISTED = DonationListed.__table__  # type: ignore[attr-defined]
HEADER = ["system", "value"]
_NUMBER = re.compile(r"[0-9][0-9AB]{12,14}")


def fingerprints(file: TextIO, secret: bytes, name: str) -> Iterator[str]:
    """The fingerprints of a list: CSV with the columns `system` (OID of the national identity's domain) and `value`.
    Raises UsageError with the line, never with what stands in it."""
    try:
        rows = csv.reader(file, strict=True)
        if next(rows, None) != HEADER:
            raise UsageError(f"the first line must be {','.join(HEADER)}", code="optouts", where=f"{name}:1")
        for line in rows:
            if not line:
                continue
            if len(line) != 2 or line[0] not in INS_DOMAINS or not _NUMBER.fullmatch(line[1]):
                raise UsageError(
                    "expected the OID of a national identity's domain and a number", code="optouts",
                    where=f"{name}:{rows.line_num}",
                )  # fmt: skip
            yield identity_hash(secret, line[0], line[1])
    except (csv.Error, UnicodeDecodeError):
        raise UsageError("not a CSV file in UTF-8", code="optouts", where=name) from None


def replace(connection: Connection, source: str, found: Iterable[str], at: str) -> int:
    """Put a list in the place of the former one of its source, logged; gives how many identities it holds."""
    audit.hold(connection)
    connection.execute(delete(_LISTED).where(_LISTED.c.source == source))
    wanted = sorted(set(found))
    if wanted:
        connection.execute(
            insert(_LISTED), [{"identity_hash": one, "source": source, "at": at} for one in wanted]
        )
    entry = audit.Draft(
        at, Tag.OPTOUTS_IMPORT, Outcome.DONE, "system", "system", "opt_out_lists", "ehds_71", None, detail=source
    )
    audit.append(connection, [(entry, None)])
    return len(wanted)


def listed(connection: Connection, secret: bytes, subjects: Sequence[Subject | None]) -> list[bool]:
    """For each person, does some list hold one of their national identities?"""
    hashes = [
        {identity_hash(secret, system, re.sub(r"\s", "", value).upper()) for system, value in subject.identifiers
         if system in INS_DOMAINS} if subject else set()
        for subject in subjects
    ]  # fmt: skip
    wanted = sorted(set().union(*hashes))
    if not wanted:
        return [False] * len(subjects)
    kept = set(
        connection.execute(select(_LISTED.c.identity_hash).where(_LISTED.c.identity_hash.in_(wanted))).scalars()
    )
    return [bool(one & kept) for one in hashes]


def hold(grant: Grant, secret: bytes, terms: Terms, key: SigningKey, at: str) -> bool | None:
    """Hold the grant's subject against the lists, and record what changed: True newly opposed there, False not any
    more, None as before."""
    connection = grant.connection("write", "opt_out")
    now = listed(connection, secret, [health.read_identity(grant)])[0]
    last = register.external(grant, terms)
    if now == (last is not None and last.wish == "opposed"):
        return None
    wish = Wanted("opposed" if now else "included", channel="external")
    register.choose(grant, wish, terms, key, at)
    return now
