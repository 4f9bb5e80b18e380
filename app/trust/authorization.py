"""The authorization matrix (content/authorization.yaml), read and checked: what each route allows, and to whom.

It is the lawyer's statement of what the door (`app.trust.rules`) decides; tests hold one against the other.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, model_validator

from app.content import Strict, content_dir, load_model
from app.errors import ContentError
from app.trust.purposes import Purposes, load_purposes
from app.trust.vocabulary import Outcome, Role

State = Literal["given", "each", "not_needed"]


class Allowed(Strict):
    """One thing that is allowed; `only` says in words what else must hold."""

    role: Role
    purpose: str
    consent: State
    only: str | None = None


class Group(Strict):
    """Routes (`METHOD /path`) that do the same to the same data. `open`: they reach nobody's."""

    what: str
    routes: list[str] = Field(min_length=1)
    open: str | None = None
    session: bool = False
    allowed: list[Allowed] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Group:
        if (self.open is None) is not bool(self.allowed):
            raise ValueError("a group says either `open` or who is `allowed`")
        return self


class Matrix(Strict):
    """Every route of the service, in groups."""

    roles: dict[Role, str]
    groups: list[Group]

    @model_validator(mode="after")
    def _complete(self) -> Matrix:
        routes = [route for group in self.groups for route in group.routes]
        if twice := {route for route in routes if routes.count(route) > 1}:
            raise ValueError(f"{min(twice)} stands twice")
        if set(self.roles) != set(get_args(Role)):
            raise ValueError(f"`roles` must name each of {', '.join(get_args(Role))}")
        return self

    def group(self, route: str) -> Group | None:
        return next((group for group in self.groups if route in group.routes), None)

    def answer(self, route: str, role: Role, purpose: str, *, consented: bool) -> Outcome | None:
        """What the matrix answers to somebody signed in: ALLOWED, or the reason of the refusal; None for a route that
        reaches nobody's data. `consented`: to every purpose that needs it."""
        group, purposes = self._of(route), load_purposes()
        if group.open is not None:
            return None
        if purposes.is_refused(purpose):
            return Outcome.FORBIDDEN_PURPOSE
        known = purposes.get(purpose)
        if known is None:
            return Outcome.UNKNOWN_PURPOSE
        if role not in known.who:
            return Outcome.ROLE
        for one in group.allowed:
            if (one.role, one.purpose) == (role, purpose):
                return Outcome.ALLOWED if consented or one.consent != "given" else Outcome.NO_CONSENT
        return Outcome.NOT_YOURS if any(one.purpose == purpose for one in group.allowed) else Outcome.ACT

    def purpose_of(self, route: str, role: Role) -> str | None:
        """The purpose for which a role reaches a route, when the caller names none."""
        return next((one.purpose for one in self._of(route).allowed if one.role == role), None)

    def _of(self, route: str) -> Group:
        group = self.group(route)
        if group is None:
            raise KeyError(f"{route} does not stand in content/authorization.yaml")
        return group


@lru_cache(maxsize=4)
def load_authorization(folder: Path | None = None) -> Matrix:
    """Raises ContentError with file, line and remedy, also where the matrix says something else than the purposes."""
    base = folder or content_dir()
    matrix, purposes = load_model(base / "authorization.yaml", Matrix), load_purposes(base / "purposes")
    for group in matrix.groups:
        for one in group.allowed:
            if problem := _contradiction(one, purposes):
                raise ContentError(f"{group.routes[0]}: {problem}", where="authorization.yaml")
    return matrix


def _contradiction(one: Allowed, purposes: Purposes) -> str | None:
    known = purposes.get(one.purpose)
    if known is None or purposes.is_refused(one.purpose):
        return f"the purpose {one.purpose!r} is not in the closed list: take it out"
    if one.role not in known.who:
        return f"the purpose {one.purpose!r} is not for {one.role!r}: purposes.yaml says for whom it is"
    if (known.consent_of is None) is not (one.consent == "not_needed"):
        return f"purposes.yaml says otherwise of the consent that {one.purpose!r} needs"
    return None
