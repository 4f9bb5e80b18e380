"""Somebody beside a person helps them, on their own device: a code of the person opens a short, limited session.

A carer, or an agent of France Services. The code holds for some minutes, once, for a few tries; nothing of it is kept
but a digest keyed with the person's own key. What it opens is a delegation (`app.trust.delegations`) of kind `helper`:
it reaches what was agreed, never consents nor erasure, ends within the hour, and the person ends it when they want.
Whoever has no account here gets one that holds nothing and can do nothing of its own.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from app.errors import UsageError
from app.store.tables import Delegation, HelperCode, Person, stamp
from app.trust import audit, keys, sessions
from app.trust.delegation_rules import load_rules
from app.trust.delegations import HELPER, Terms, name_of, sealed_place
from app.trust.grant import Grant
from app.trust.keys import KeyEncryption
from app.trust.vocabulary import CATEGORIES, Outcome, Role, Tag

_CODE = HelperCode.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]
_DELEGATION = Delegation.__table__  # type: ignore[attr-defined]
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that are taken for one another (0 O, 1 I L, U V)."""
_ID, _SECRET = 4, 6
_READ_AS = str.maketrans("U", "V")


@dataclass(frozen=True, slots=True)
class Made:
    """A code to tell the helper, and until when it holds (a stamp)."""

    code: str
    until: str


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The delegation by which the helper acts, and until when; `token` of a session when they had none."""

    delegation: str
    person: str
    until: str
    token: str | None


def make(
    grant: Grant, person: str, helper: str, actions: Iterable[str], categories: Iterable[str], minutes: int,
    now: datetime,
) -> Made:  # fmt: skip
    """A code of the grant's subject, in place of the one before. `person` and `helper` are names for the two of them to
    see; `minutes` is how long the help may last. Raises UsageError (`helper`)."""
    rules, wanted, shared = load_rules().helper, tuple(sorted(set(actions))), tuple(sorted(set(categories)))
    if not wanted or not set(wanted) <= set(rules.actions):
        raise UsageError(f"a helper may: {', '.join(rules.actions)}", code="helper", where="/actions")
    if not shared or not set(shared) <= set(CATEGORIES):
        raise UsageError("choose at least one category", code="helper", where="/categories")
    if not 1 <= minutes <= rules.longest_minutes:
        raise UsageError(f"from 1 to {rules.longest_minutes} minutes", code="helper", where="/minutes")
    terms = Terms(HELPER, name_of(person), name_of(helper), wanted, shared)
    connection, at = grant.connection("write", "delegations"), stamp(now)
    key = keys.sealer_or_new(connection, grant.keys, grant.subject, at)
    connection.execute(delete(_CODE).where((_CODE.c.person_id == grant.subject) | (_CODE.c.expires_at <= at)))
    code = _draw(_ID)
    while connection.execute(select(_CODE.c.code_id).where(_CODE.c.code_id == code)).scalar() is not None:
        code = _draw(_ID)
    secret, until = _draw(_SECRET), stamp(now + timedelta(minutes=rules.code_minutes))
    kept = json.dumps({"terms": asdict(terms), "minutes": minutes}, sort_keys=True).encode()
    connection.execute(
        insert(_CODE).values(
            code_id=code, person_id=grant.subject, secret_digest=key.digest(b"helper code", secret.encode()),
            terms=key.seal(_place(code), kept), tries=0, at=at, expires_at=until,
        )
    )  # fmt: skip
    return Made(f"{code}-{secret[:3]}-{secret[3:]}", until)


def waiting(grant: Grant, now: datetime) -> str | None:
    """Until when the grant's subject has a code that nobody used yet."""
    connection = grant.connection("read", "delegations")
    holds = (_CODE.c.person_id == grant.subject) & (_CODE.c.expires_at > stamp(now))
    found: str | None = connection.execute(select(_CODE.c.expires_at).where(holds)).scalar_one_or_none()
    return found


def withdraw(grant: Grant) -> bool:
    """Make the code of the grant's subject good for nothing; False when there is none."""
    connection = grant.connection("write", "delegations")
    return bool(connection.execute(delete(_CODE).where(_CODE.c.person_id == grant.subject)).rowcount)


def redeem(
    connection: Connection, encryption: KeyEncryption, typed: str, now: datetime, policy: sessions.Policy,
    by: tuple[str, Role] | None = None,
) -> Redeemed | None:  # fmt: skip
    """Begin to help, with an account of one's own (`by`) or without. None for a code that is not good (any more): the
    person whose code it may be has the try in their log."""
    at, plain = stamp(now), "".join(c for c in typed.upper() if c.isalnum()).translate(_READ_AS)
    code, secret = plain[:_ID], plain[_ID:]
    open_ = (_CODE.c.code_id == code) & (_CODE.c.expires_at > at) & (_CODE.c.tries < load_rules().helper.tries)
    if len(plain) != _ID + _SECRET or not _counted(connection, open_):
        return None
    row = connection.execute(select(_CODE, _PERSON).join(_PERSON).where(_CODE.c.code_id == code)).one()
    key = keys.sealer(connection, encryption, row.person_id)
    good = key is not None and hmac.compare_digest(
        row.secret_digest, key.digest(b"helper code", secret.encode("utf-8", "surrogateescape"))
    )
    if key is None or not good or (by is not None and by[0] == row.person_id):
        _log(connection, Tag.HELPER_OPEN, Outcome.NOT_YOURS, by or ("nobody", "nobody"), row.person_id, row.log_key, at)
        return None
    if not connection.execute(delete(_CODE).where(_CODE.c.code_id == code)).rowcount:
        return None  # used at this very moment, elsewhere
    kept = json.loads(key.open(_place(code), bytes(row.terms)))
    until = now + timedelta(minutes=kept["minutes"])
    actor = by[0] if by else _account(connection, row, at)
    delegation = "h" + secrets.token_hex(16)
    connection.execute(
        insert(_DELEGATION).values(
            id=delegation, person_id=row.person_id, delegate_id=actor, code_hash=None, at=at, accepted_at=at,
            terms=key.seal(sealed_place(delegation), json.dumps(kept["terms"], sort_keys=True).encode()),
            expires_at=stamp(until),
        )
    )  # fmt: skip
    _log(connection, Tag.HELPER_OPEN, Outcome.DONE, (actor, "delegate"), row.person_id, row.log_key, at)
    token = None
    if by is None:
        token = sessions.open_session(connection, actor, "delegate", now, policy, replaces=None, ends=until)
    return Redeemed(delegation, kept["terms"]["person"], stamp(until), token)


def _counted(connection: Connection, which: object) -> bool:
    """One try more; False when there was none left, or no such code."""
    return bool(connection.execute(update(_CODE).where(which).values(tries=_CODE.c.tries + 1)).rowcount)  # type: ignore[arg-type]


def _account(connection: Connection, of: object, at: str) -> str:
    """An account for a helper who has none: nobody signs in to it, and it can do nothing of its own."""
    made = secrets.token_hex(16)
    connection.execute(
        insert(_PERSON).values(
            id=made, sample=f"helper:{made}" if of.sample else None, language=of.language,  # type: ignore[attr-defined]
            log_key=secrets.token_bytes(32), created_at=at,
        )
    )  # fmt: skip
    return made


def _log(
    connection: Connection, tag: Tag, outcome: Outcome, by: tuple[str, Role], person: str, log_key: bytes, at: str
) -> None:
    draft = audit.Draft(at, tag, outcome, by[0], by[1], "own_rights", "gdpr_6_1_c", person)
    audit.append(connection, [(draft, bytes(log_key))])


def _draw(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _place(code: str) -> str:
    return f"account_helper_code.terms#{code}"
