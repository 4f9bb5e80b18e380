"""Everything a process of the service needs, opened once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Engine

from app.errors import UsageError
from app.facts.vocabulary import Vocabulary
from app.guidelines.pack import Pack, load_pack
from app.identity.client import Client
from app.identity.ehr import EhrClient, load_ehrs
from app.identity.nonces import Nonces
from app.identity.provider import Profile
from app.identity.software import Callers, load_software
from app.plans.consultation import load_consultation
from app.plans.review_content import load_review
from app.services.cache import PlanCache
from app.services.places import Places
from app.settings import Settings
from app.store.engine import open_engine
from app.store.migrate import is_current, migrate
from app.trust import audit
from app.trust.door import Clock, Door
from app.trust.log.checkpoints import integrate
from app.trust.log.note import SigningKey
from app.trust.purposes import load_consents, load_purposes
from app.trust.secrets import keyring, signing_key
from app.trust.sessions import Policy

if TYPE_CHECKING:
    from app.services.imports import Import


def _french_time() -> ZoneInfo | None:
    try:
        return ZoneInfo("Europe/Paris")
    except ZoneInfoNotFoundError:  # a machine without time zones: UTC, at most two hours away
        return None


_PARIS = _french_time()


@dataclass(slots=True)
class Services:
    """Made by `open_services`; `close()` finishes what is under way."""

    settings: Settings
    engine: Engine
    door: Door
    pack: Pack
    log_key: SigningKey
    identity: dict[Profile, Client]
    software: Callers
    nonces: Nonces | None = None
    """Asked of proofs of possession (DPoP), where the deployment wants them."""
    source: Client | None = None
    """The client by which people give access to their record (`app.services.connection`)."""
    launching: dict[str, EhrClient] = field(default_factory=dict)
    """Software that may launch Jalon on a patient, by its id."""
    plans: PlanCache = field(default_factory=PlanCache)
    places: Places = field(default_factory=Places)
    background: set[asyncio.Task[None]] = field(default_factory=set)
    """Work that goes on after an answer (`app.services.worklist`)."""
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """Reading files is heavy: two at a time in a process; others wait."""

    imports: dict[str, Import] = field(default_factory=dict)
    """Records being read in the background, by session (`app.services.imports`)."""

    content_problem: str | None = None
    """Why the content on disk is not the one in use, when a reload was refused."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the pack in use: both change at once."""
        return self.pack.vocabulary

    def now(self) -> datetime:
        return self.door.clock()

    def today(self) -> date:
        """The day in metropolitan France."""
        return self.now().astimezone(_PARIS or UTC).date()

    def is_ready(self) -> bool:
        """True when the database answers and has the tables of this version."""
        return is_current(self.engine)

    def integrate_log(self) -> str | None:
        """Sign the log's present state; the new checkpoint, or None when nothing came since the last one."""
        return integrate(self.engine, self.log_key)

    def close(self) -> None:
        self.door.close()
        self.engine.dispose()


def open_services(settings: Settings, clock: Clock | None = None) -> Services:
    """Read the content, bring the database up to date, open the door. Raises ContentError, StoreError, UsageError."""
    pack = load_pack("fr")
    purposes, texts = load_purposes(), load_consents()
    load_review()
    load_consultation()
    engine = open_engine(settings.database_url)
    migrate(engine)
    try:
        log_key, keys = signing_key(settings, engine), keyring(settings, engine)
    except UsageError:
        engine.dispose()
        raise
    policy = Policy(settings.session_idle, settings.session_absolute, settings.demo)
    door = Door(engine, purposes, texts, policy, keys, clock)
    identity = {
        profile: Client(
            provider, f"{settings.base_url}/connexion/{profile}/retour", lambda: int(door.clock().timestamp())
        )
        for profile, provider in settings.oidc.items()
    }
    software = Callers(load_software(settings.cds_clients), lambda: int(door.clock().timestamp()))
    back = f"{settings.base_url}/mon-dossier/connexion/retour"
    source = (
        Client(settings.source.provider, back, lambda: int(door.clock().timestamp())) if settings.source else None
    )
    launching = {
        one.id: EhrClient(one, settings.base_url, lambda: int(door.clock().timestamp()), settings.smart_secrets)
        for one in load_ehrs(settings.smart_software)
    }
    life = settings.dpop_nonce
    nonces = Nonces(door.account(audit.secret), life) if life is not None else None
    return Services(settings, engine, door, pack, log_key, identity, software, nonces, source, launching)
