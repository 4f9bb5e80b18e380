"""What the keepers of the register do: opt-out lists of other registers, choices recorded by an agent, withdrawals."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from app.errors import UsageError
from app.services.services import Services
from app.store.tables import stamp
from app.trust import people
from app.trust.donation import exports, external, register
from app.trust.donation.pseudonyms import ProjectKey
from app.trust.donation.register import Wanted
from app.trust.donation.stance import Channel, Choice, Wish
from app.trust.donation.terms import load_terms
from app.trust.door import Job, SignedIn
from app.trust.grant import Grant
from app.trust.log import receipt
from app.trust.rules import Asked
from app.trust.secrets import donation_key
from app.trust.vocabulary import Tag

WITHDRAWAL = "donation-withdrawal"


def import_optouts(services: Services, path: Path, source: str) -> dict[str, int]:
    """Put an opt-out list in the place of the former one of its source, and hold everybody here against the lists:
    how many identities it has, who is newly opposed, who is not any more. Raises UsageError (`optouts`): nothing
    changes."""
    secret, terms = donation_key(services.settings, services.engine), load_terms()
    with path.open(encoding="utf-8", newline="") as file:
        found = list(external.fingerprints(file, secret, path.name))
    at = stamp(services.now())
    kept = services.door.account(lambda connection: external.replace(connection, source, found, at))
    asked = Asked(Tag.OPTOUTS_HOLD, "write", "opt_out", "opt_out_lists", detail=source)
    opposed = released = 0
    after: str | None = ""
    while after is not None:
        page, after = services.door.account(partial(people.page, after=after, limit=exports.PAGE))
        changes = services.door.enter_each(
            page, asked, lambda grants: [external.hold(one, secret, terms, services.log_key, at) for one in grants]
        )
        opposed += changes.count(True)
        released += changes.count(False)
    return {"identities": kept, "newly_opposed": opposed, "not_opposed_any_more": released}


def record(
    services: Services, account: str, wish: Wish, channel: Channel, agent: str, evidence: str
) -> Choice:
    """A choice that an authorised agent records on the command line, with the SHA-256 of the paper that they keep.
    Raises UsageError (`unknown_person`, `donation_record`)."""
    asked, work = _recording(services, wish, channel, evidence, agent)
    if not services.door.account(partial(people.log_key, person=account)):
        raise UsageError("this account was erased", code="unknown_person")
    return services.door.enter_now(Job(account), asked, work)


async def record_as(
    services: Services, agent: SignedIn, account: str, wish: Wish, channel: Channel, evidence: str
) -> Choice:
    """`record` by an agent who is signed in. Raises UsageError (`donation_record`), NotSignedIn, and Refused, also
    where nobody has this account number."""
    asked, work = _recording(services, wish, channel, evidence)
    return await services.door.enter(replace(agent, about=account), asked, work)


def _recording(
    services: Services, wish: Wish, channel: Channel, evidence: str, agent: str = ""
) -> tuple[Asked, Callable[[Grant], Choice]]:
    """What is asked of the door, and what is done then. Relatives bear witness to an opposition only."""
    if channel == "relatives" and wish != "opposed":
        raise UsageError("relatives may testify to an opposition only", code="donation_record")
    wanted, terms = Wanted(wish, channel=channel, by=agent, evidence=evidence), load_terms()
    return (
        Asked(Tag.DONATION_RECORD, "write", "donation", "donation_desk", detail=channel),
        lambda grant: register.choose(grant, wanted, terms, services.log_key, stamp(services.now())),
    )


def withdraw(services: Services, out: Path) -> list[dict[str, Any]]:
    """Write one signed notice for each export that somebody must be withdrawn from, into `out`; nobody is told twice.
    The notices are written before they are noted as told: killed in between, they are written again."""
    secret = donation_key(services.settings, services.engine)
    out.mkdir(parents=True, exist_ok=True)
    now = services.now()
    at = stamp(now)

    def work(connection: Any) -> list[dict[str, Any]]:
        told = []
        found = exports.withdrawals(connection, load_terms(), now, at, partial(ProjectKey, secret))
        for number, project, pseudonyms in found:
            said = {"at": at, "export": number, "project": project, "pseudonyms": pseudonyms}
            made = receipt.as_file(services.log_key, receipt.sign(services.log_key, WITHDRAWAL, said))
            name = f"{project}-{number}-{at[:19].replace(':', '')}.json"
            (out / name).write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
            told.append({"export": number, "project": project, "people": len(pseudonyms), "file": name})
        return told

    return services.door.account(work)
