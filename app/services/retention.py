"""Letting go of what has had its time, in steps that leave the service running."""

from __future__ import annotations

from functools import partial
from typing import Any

from app.services.services import Services
from app.store.tables import stamp
from app.trust import erasure, retention
from app.trust.door import Job
from app.trust.grant import Grant
from app.trust.retention import PURPOSE, load_retention
from app.trust.rules import Asked
from app.trust.vocabulary import Tag

_NOTICE = Asked(Tag.ACCOUNT_NOTICE, "write", "account", PURPOSE)
_EXPIRE = Asked(Tag.ACCOUNT_EXPIRE, "write", "account", PURPOSE)


def run(services: Services, *, dry_run: bool = False) -> dict[str, Any]:
    """Rows deleted by table, accounts noticed (their numbers, for whoever writes to them) and how many were erased;
    with `dry_run`, what would be, and nothing is changed."""
    rules, now, door = load_retention(), services.now(), services.door
    deleted = {}
    for rule in rules.rules:
        deleted[rule.table] = door.account(partial(retention.outdated, rule=rule, now=now))
        while not dry_run and door.account(partial(retention.let_go, rule=rule, now=now)) == retention.STEP:
            pass
    erased, noticed = 0, []
    while people := door.account(lambda c: retention.to_erase(c, rules.inactive, now)):
        erased += len(people)
        for person in people:
            if not dry_run:
                door.enter_now(Job(person), _EXPIRE, lambda grant: _erase(services, grant))
        if dry_run:
            break
    while people := door.account(lambda c: retention.to_notice(c, rules.inactive, now)):
        noticed += people
        for person in people:
            if not dry_run:
                door.enter_now(Job(person), _NOTICE, lambda _: None)
        if dry_run:
            break
    return {"dry_run": dry_run, "deleted": deleted, "erased": erased, "noticed": noticed}


def _erase(services: Services, grant: Grant) -> None:
    erasure.erase(grant, stamp(services.now()))
