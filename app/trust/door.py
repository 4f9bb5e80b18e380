"""The one door to health data.

Every read and write comes here with what it wants to do (`Asked`) and on whose word (a session's token hash,
or one of Jalon's own jobs). In one transaction the door recognises the session, reads the consents that hold
at this instant, decides (`app.trust.rules`), writes the entry in the log, and only then runs the caller's
work with a `Grant`. Refusals are logged as well. If the work fails, the whole transaction is undone: nothing
was read out, nothing is kept. Nothing of this is cached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine

from app.errors import JalonError
from app.guidelines.stops import Stops
from app.store.tables import stamp
from app.trust import audit, consents, delegations, people, relations, sessions, signals
from app.trust.batches import Answer, Batches
from app.trust.donation import register
from app.trust.donation.projects import load_projects
from app.trust.donation.terms import load_terms
from app.trust.grant import Grant, issue
from app.trust.guarantee import cases
from app.trust.keys import KeyEncryption
from app.trust.purposes import Consent, Purposes
from app.trust.rules import Asked, Decision, Standing, decide
from app.trust.sessions import NotSignedIn, Policy
from app.trust.stops import StopBook
from app.trust.ties import NOBODY, Tie
from app.trust.tokens import Admitted
from app.trust.vocabulary import Outcome, Role, Tag

T = TypeVar("T")
Clock = Callable[[], datetime]
_Drafts = list[tuple[audit.Draft, bytes | None]]
SYSTEM: Final = "system"


class Refused(JalonError):
    """The door stays closed; the refusal is in the log. `outcome` says why."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.code = outcome.value
        super().__init__("access refused")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """On the word of a session; the subject is the person who is signed in, or the one whom `about` names: a tie
    (`app.trust.ties`) by its id.

    `purpose` is what the caller says it wants the data for, when it says so: it is then judged on that.
    """

    token_hash: str
    purpose: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One of Jalon's own jobs, about one person; it still needs a purpose that admits `system`."""

    subject: str


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    who: SignedIn | Job
    asked: Asked
    work: Callable[[Grant], T]
    event: Outcome | None = None
    """Set for something that happened and is only logged (a refused upload)."""

    @property
    def alone(self) -> bool:
        return self.asked.act == "write"


@dataclass(frozen=True, slots=True)
class _Stops:
    """What is stopped now, for an answer that reaches nobody's data."""

    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Account(Generic[T]):
    """Work on accounts and sessions, which reaches no health data."""

    work: Callable[[Connection, datetime], tuple[T, _Drafts]]
    alone: bool = True


@dataclass(frozen=True, slots=True)
class _Each(Generic[T]):
    """One of Jalon's own jobs about several people: one decision and one entry of the log each, one transaction."""

    subjects: Sequence[str]
    asked: Asked
    work: Callable[[Sequence[Grant]], T]
    alone: bool = True


class _Decided(NamedTuple):
    standing: Standing
    decision: Decision
    draft: audit.Draft
    log_key: bytes


class Door:
    """One for each process. `clock` gives the present moment (UTC)."""

    def __init__(
        self, engine: Engine, purposes: Purposes, texts: Mapping[str, Consent], policy: Policy, keys: KeyEncryption,
        clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self.purposes = purposes
        self.consents = dict(texts)
        """How consent is asked, by purpose."""
        self.policy = policy
        self.keys = keys
        self.clock: Clock = clock or (lambda: datetime.now(UTC))
        self._stops = StopBook()
        self._batches = Batches(engine, self._run)

    @property
    def consent(self) -> Consent:
        """How consent to one's own prevention plan is asked."""
        return self.consents["own_prevention"]

    async def enter(self, who: SignedIn | Job, asked: Asked, work: Callable[[Grant], T]) -> T:
        """The result of `work(grant)`, once committed. Raises NotSignedIn, Refused, and what `work`
        raises."""
        result: T = await self._batches.ask(_Entry(who, asked, work))
        return result

    def enter_now(self, who: SignedIn | Job, asked: Asked, work: Callable[[Grant], T]) -> T:
        """`enter` for callers without an event loop (loading the samples)."""
        result: T = self._batches.ask_now(_Entry(who, asked, work))
        return result

    def enter_each(self, subjects: Sequence[str], asked: Asked, work: Callable[[Sequence[Grant]], T]) -> T:
        """The result of `work` on the grants of those of these people whom the door lets be reached, once committed;
        refusals are logged, and are no error. Without an event loop."""
        result: T = self._batches.ask_now(_Each(subjects, asked, work))
        return result

    async def note(self, who: SignedIn, tag: Tag, outcome: Outcome, asked: Asked) -> None:
        """Log something that happened (no data is reached), on the word of a session that holds."""
        event = Asked(tag, "write", asked.resource, asked.purpose)
        entry: _Entry[None] = _Entry(who, event, lambda _: None, outcome)
        await self._batches.ask(entry)

    async def sign_in(
        self, person: str, role: Role, replaces: str | None, provider: Callable[[Connection], str] | None = None
    ) -> str:
        """A new session's token, the opening logged; the session of token hash `replaces` is closed. `provider` gives
        the hash of the identity provider's own session."""

        def work(connection: Connection, now: datetime) -> tuple[str, _Drafts]:
            key = people.log_key(connection, person)
            token = sessions.open_session(
                connection, person, role, now, self.policy, replaces=replaces,
                provider=provider(connection) if provider else None,
            )  # fmt: skip
            return token, [(_session_event(Tag.SESSION_OPEN, person, role, now), key)]

        result: str = await self._batches.ask(_Account(work))
        return result

    async def present(self, admit: Callable[[Connection], Admitted | None]) -> Admitted | None:
        """Let an access token be a session (`app.trust.tokens`); the opening is logged."""

        def work(connection: Connection, now: datetime) -> tuple[Admitted | None, _Drafts]:
            found = admit(connection)
            if found is None or not found.new:
                return found, []
            return found, [(_session_event(Tag.SESSION_OPEN, found.person, "citizen", now), found.log_key)]

        result: Admitted | None = await self._batches.ask(_Account(work))
        return result

    async def with_account(self, who: SignedIn, work: Callable[[Connection, str], T], tag: Tag | None = None) -> T:
        """Work on the account of whoever is signed in, which reaches no health data; logged under `tag`. Raises
        NotSignedIn."""

        def account(connection: Connection, now: datetime) -> tuple[T, _Drafts]:
            hashed = who.token_hash
            known = sessions.find(connection, [hashed], now, self.policy, self.consents).get(hashed)
            if known is None:
                raise NotSignedIn("sign in first")
            event = [(_session_event(tag, known.person, known.role, now), known.log_key)] if tag else []
            return work(connection, known.person), [*event]

        result: T = await self._batches.ask(_Account(account))
        return result

    async def recognise(self, who: SignedIn) -> None:
        """Raises NotSignedIn unless the session holds. Opens nothing, so nothing is logged."""

        def work(connection: Connection, now: datetime) -> tuple[bool, _Drafts]:
            return bool(sessions.find(connection, [who.token_hash], now, self.policy, self.consents)), []

        if not await self._batches.ask(_Account(work)):
            raise NotSignedIn("sign in first")

    async def sign_out(self, who: SignedIn) -> None:
        """Close the session, if it still holds."""

        def work(connection: Connection, now: datetime) -> tuple[None, _Drafts]:
            known = sessions.find(connection, [who.token_hash], now, self.policy, self.consents).get(
                who.token_hash
            )
            if known is None:
                return None, []
            sessions.close_session(connection, who.token_hash, now)
            return None, [(_session_event(Tag.SESSION_CLOSE, known.person, known.role, now), known.log_key)]

        await self._batches.ask(_Account(work))

    def account(self, work: Callable[[Connection], T]) -> T:
        """Work on accounts (`app.trust.people`), without an event loop."""
        result: T = self._batches.ask_now(_Account(lambda connection, _: (work(connection), [])))
        return result

    async def look_up(self, work: Callable[[Connection], T]) -> T:
        """`account` within an event loop."""
        item = _Account(lambda connection, _: (work(connection), []))
        result: T = await self._batches.ask(item)
        return result

    async def stops(self) -> Stops:
        """What is stopped at this instant."""
        found: Stops = await self._batches.ask(_Stops())
        return found

    async def told(self, draft: audit.Draft, work: Callable[[Connection], T]) -> T:
        """Work about nobody's account, with its line in the log: both happen, or neither."""
        result: T = await self._batches.ask(_Account(lambda connection, _: (work(connection), [(draft, None)])))
        return result

    def told_now(self, draft: audit.Draft, work: Callable[[Connection], T]) -> T:
        """`told` without an event loop."""
        result: T = self._batches.ask_now(_Account(lambda connection, _: (work(connection), [(draft, None)])))
        return result

    def close(self) -> None:
        self._batches.close()

    def _run(
        self, connection: Connection, items: Sequence[_Entry[Any] | _Account[Any] | _Each[Any] | _Stops]
    ) -> list[Answer]:
        """One transaction: recognise, decide, log, then work."""
        now = self.clock()
        if isinstance(items[0], _Account):
            value, drafts = items[0].work(connection, now)
            audit.append(connection, drafts)
            return [(value, None)]
        if isinstance(items[0], _Each):
            return [(self._each(connection, items[0], now), None)]
        entries = [item for item in items if isinstance(item, _Entry)]
        stops = self._stops.current(connection)
        decided = self._decide(connection, entries, now) if entries else []
        audit.append(connection, [(one.draft, one.log_key) for one in decided if one])
        answers = iter([
            self._work(connection, entry, one, stops) if one else (None, NotSignedIn("sign in first"))
            for entry, one in zip(entries, decided, strict=True)
        ])
        return [next(answers) if isinstance(item, _Entry) else (stops, None) for item in items]

    def _decide(
        self, connection: Connection, entries: Sequence[_Entry[Any]], now: datetime
    ) -> list[_Decided | None]:
        """For each entry: what holds, the decision, its line of the log; None when nobody is recognised."""
        hashes = [entry.who.token_hash for entry in entries if isinstance(entry.who, SignedIn)]
        subjects = [entry.who.subject for entry in entries if isinstance(entry.who, Job)]
        known = sessions.find(connection, hashes, now, self.policy, self.consents)
        ties = self._ties(connection, entries, known, now)
        others = people.subjects(connection, [*subjects, *(tie.subject for tie in ties.values())])
        allowed_by = consents.current(connection, others, self.consents)
        giving = _giving(connection, entries, now)
        at = stamp(now)

        def one(entry: _Entry[Any]) -> _Decided | None:
            who = entry.who
            found = known.get(who.token_hash) if isinstance(who, SignedIn) else others.get(who.subject)
            if found is None:
                return None
            tie = None
            if isinstance(found, sessions.Known):
                actor, role, allowed = found.person, found.role, found.consented
                if isinstance(who, SignedIn) and who.about is not None:
                    tie = ties.get((actor, who.about), NOBODY)
                    role = "delegate" if tie.delegate else role
                    found = others.get(tie.subject, found)
                    allowed = allowed_by.get(tie.subject, {})
            else:
                actor, role, allowed = SYSTEM, SYSTEM, allowed_by.get(found.person, {})
            subject = tie.subject if tie else found.person
            standing = Standing(actor, role, subject, found.sample, allowed, found.facts_digest, tie, subject in giving)
            declared = who.purpose if isinstance(who, SignedIn) else None
            decision = decide(entry.asked, standing, self.purposes, declared)
            draft = audit.Draft(
                at=at,
                tag=entry.asked.tag,
                outcome=entry.event or decision.outcome,
                actor=actor,
                role=role,
                purpose=decision.purpose,
                basis=decision.basis,
                subject=found.person,
                categories=tuple(sorted(decision.categories)),
                detail=entry.asked.detail,
            )
            return _Decided(standing, decision, draft, found.log_key)

        return [one(entry) for entry in entries]

    def _each(self, connection: Connection, item: _Each[T], now: datetime) -> T:
        """Decide and log for each, then work on those that are allowed."""
        entries: list[_Entry[Any]] = [_Entry(Job(subject), item.asked, lambda _: None) for subject in item.subjects]
        decided = [one for one in self._decide(connection, entries, now) if one]
        audit.append(connection, [(one.draft, one.log_key) for one in decided])
        stops = self._stops.current(connection)
        grants = [
            issue(item.asked, one.standing, one.decision, connection, self.keys, stops)
            for one in decided
            if one.decision.outcome.allows
        ]
        try:
            return item.work(grants)
        finally:
            for grant in grants:
                grant.close()

    def _ties(
        self, connection: Connection, entries: Sequence[_Entry[Any]], known: Mapping[str, sessions.Known], now: datetime
    ) -> dict[tuple[str, str], Tie]:
        """(actor, tie) of those who ask about somebody else → what ties them."""
        asked = [
            (known[who.token_hash].person, who.about)
            for who in (entry.who for entry in entries)
            if isinstance(who, SignedIn) and who.about is not None and who.token_hash in known
        ]
        agents = {one.person: one.sample for one in known.values() if one.role == "agent"}
        desks = [pair for pair in asked if pair[0] in agents]
        others = [pair for pair in asked if pair[0] not in agents]
        return (
            relations.treated(connection, others)
            | delegations.acted_for(connection, others, self.keys, now)
            | cases.assigned(connection, others)
            | signals.addressed(connection, others, now)
            | people.at_desk(connection, desks, agents)
        )

    def _work(self, connection: Connection, entry: _Entry[Any], one: _Decided, stops: Stops) -> Answer:
        if entry.event is not None:
            return None, None
        if not one.decision.outcome.allows:
            return None, Refused(one.decision.outcome)
        grant = issue(entry.asked, one.standing, one.decision, connection, self.keys, stops)
        try:
            return entry.work(grant), None
        finally:
            grant.close()


def _giving(connection: Connection, entries: Sequence[_Entry[Any]], now: datetime) -> frozenset[str]:
    """The people who give to the project that asks for their data (`detail`), by the register at this instant."""
    jobs = ((entry.who, entry.asked) for entry in entries)
    asked = {who.subject: a.detail for who, a in jobs if isinstance(who, Job) and a.purpose == "donation"}
    if not asked:
        return frozenset()
    found, projects = register.stances(connection, asked, load_terms(), now), load_projects()
    giving = set()
    for person, name in asked.items():
        project = projects.find(name)
        if project is not None and found[person].gives(project.id, project.purpose):
            giving.add(person)
    return frozenset(giving)


def _session_event(tag: Tag, person: str, role: Role, now: datetime) -> audit.Draft:
    return audit.Draft(stamp(now), tag, Outcome.DONE, person, role, "own_rights", "gdpr_6_1_c", person)
