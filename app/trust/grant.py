"""The proof that the door was passed. Functions that return health data ask for one.

A grant lives as long as the transaction in which the decision was taken and logged, and carries the only
connection to the database that such functions have: without a grant there is nothing to read from.
"""

from __future__ import annotations

from sqlalchemy import Connection

from app.guidelines.stops import Stops
from app.trust.keys import KeyEncryption
from app.trust.rules import Asked, Decision, Standing
from app.trust.vocabulary import Act, Resource

_SEAL = object()


class GrantError(RuntimeError):
    """A programming error: a grant used for something else than it was given for, or after its
    transaction."""


class Grant:
    """Given by `app.trust.door` alone. `categories` and `channels` are those that the person allows, among those
    asked for."""

    __slots__ = (
        "_connection", "act", "actor", "categories", "channels", "facts_digest", "keys", "resource", "role", "stops",
        "subject",
    )  # fmt: skip

    def __init__(
        self, seal: object, asked: Asked, standing: Standing, decision: Decision, connection: Connection,
        keys: KeyEncryption, stops: Stops,
    ) -> None:  # fmt: skip
        if seal is not _SEAL:
            raise TypeError("a Grant is given by app.trust.door, never made")
        self.actor = standing.actor
        self.role = standing.role
        self.subject = standing.subject
        self.act = asked.act
        self.resource = asked.resource
        self.categories = decision.categories
        self.channels = decision.channels
        self.facts_digest = standing.facts_digest
        self.keys = keys
        self.stops = stops
        """What is stopped at the instant of this transaction."""
        self._connection: Connection | None = connection

    def connection(self, act: Act, *resources: Resource) -> Connection:
        """The transaction's connection, for this act on one of these resources. Raises GrantError
        otherwise."""
        if self._connection is None:
            raise GrantError("this grant's transaction is over")
        if act != self.act or self.resource not in resources:
            raise GrantError(
                f"granted {self.act} of {self.resource}, used for {act} of {' or '.join(resources)}"
            )
        return self._connection

    def close(self) -> None:
        self._connection = None

    def __reduce__(self) -> str:
        raise TypeError("a Grant does not leave its process")


def issue(
    asked: Asked, standing: Standing, decision: Decision, connection: Connection, keys: KeyEncryption, stops: Stops
) -> Grant:
    """For `app.trust.door` only (tests/trust/test_one_door.py fails if anything else calls this)."""
    if not decision.outcome.allows:
        raise GrantError("a refusal gives no grant")
    return Grant(_SEAL, asked, standing, decision, connection, keys, stops)
