"""What a deployment decides: read once from the environment, never from code.

DATABASE_URL              PostgreSQL (or SQLite) address; without it, an embedded SQLite file
JALON_DATA_DIR            folder of that file (./var)
JALON_DEMO                1: sample people and their sign-in, on an embedded or loopback database only
JALON_BASE_URL            address under which browsers reach the service, needed to sign in through a provider
JALON_OIDC_CITIZEN_…      ISSUER, CLIENT_ID, CLIENT_SECRET (and ACR, SCOPE) of the provider of citizens; the same for
                          JALON_OIDC_PROFESSIONAL_…, JALON_OIDC_AGENT_… and JALON_OIDC_TEAM_…
JALON_FHIR_…              BASE, NAME, ISSUER, CLIENT_ID, CLIENT_SECRET (SCOPE) of a server that gives people's records
JALON_API_AUDIENCE        the `aud` of access tokens for the API (JALON_BASE_URL)
JALON_DPOP_NONCE_SECONDS  how long a nonce given for proofs of possession is good; without it, none is asked for
JALON_ACCEPTED_IDENTITY   identity domains accepted in records, separated by commas: production,
                          production_nia, test, demonstration, none
JALON_HTTPS               1: session cookies are sent over HTTPS only, and browsers are told so
JALON_DATA_KEYS           name:key pairs, separated by commas: the keys (32 bytes, base64) that wrap people's data
                          keys; the first is for new ones, the others still open theirs
JALON_LOG_KEY             the 32 bytes (base64) that sign the log's checkpoints (`jalon audit key` makes some)
JALON_LOG_NAME            the log's public name, such as jalon.example.fr/log
JALON_DONATION_KEY        the secret (32 bytes, base64) from which the pseudonyms of donated data are made; only exports
                          and opt-out lists need it
JALON_PUSH_KEY            the 32 bytes (base64) that sign push messages (VAPID); without it, none is sent
JALON_SMTP_URL            mail server of reminders, smtp://user:password@host (STARTTLS) or smtps://…; without it, no
e-mail JALON_MAIL_FROM           who reminders are from, such as Jalon <prevention@example.fr>; JALON_MAIL_BOUNCES
where they come back to (the same address)
JALON_SMS_URL, JALON_SMS_TOKEN, JALON_POST_URL, JALON_POST_TOKEN
                          providers of SMS and letters (docs/how-to/nudges.md)
JALON_NUDGES_MINUTES      the service itself sends reminders, every so many minutes; without it, cron or a timer does
JALON_SNAPSHOT_KEY        the 32 bytes (base64) that make the pseudonyms of `jalon population snapshot`
JALON_CDS_CLIENTS         file of the software that may ask for decision support (docs/how-to/decision-support.md)
JALON_SMART_SOFTWARE      file of the software that may launch Jalon on a patient (docs/how-to/launch.md); it names the
                          variables JALON_SMART_SECRET_… that hold its secrets
JALON_POPULATION          population file or folder on which the studio tries campaigns (docs/how-to/studio.md)
JALON_LOG_MERGE_SECONDS   longest time before an entry is in the log's tree (60)
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from app.errors import UsageError
from app.identity.provider import ISSUERS, Profile, Provider, providers
from app.identity.source import BASE as RECORDS_BASE
from app.identity.source import Source, source_of
from app.nudges.outgoing import Outgoing, outgoing
from app.records.model import INS_DOMAINS

IDENTITY_DOMAINS = frozenset(INS_DOMAINS.values()) | {"none"}
_REAL = frozenset({"production", "production_nia"})
_INVENTED = frozenset({"test", "demonstration", "none"})
LOG_NAME = "jalon.localhost/log"
LOG_MERGE = timedelta(seconds=60)
_LOOPBACK = {"", "localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment's choices. `database_url` is a SQLAlchemy URL; durations are of sign-in sessions."""

    database_url: str
    demo: bool = False
    oidc: Mapping[Profile, Provider] = field(default_factory=dict)
    source: Source | None = None
    """Where records come from by connection."""
    base_url: str = "http://127.0.0.1:8000"
    audience: str = ""
    accepted_identity: frozenset[str] = _REAL
    https: bool = False
    session_idle: timedelta = timedelta(minutes=30)
    session_absolute: timedelta = timedelta(hours=12)
    upload_bytes: int = 50 * 1024 * 1024
    data_keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    log_key: bytes | None = field(default=None, repr=False)
    log_name: str = LOG_NAME
    log_merge: timedelta = LOG_MERGE
    dpop_nonce: timedelta | None = None
    snapshot_key: bytes | None = field(default=None, repr=False)
    push_key: bytes | None = field(default=None, repr=False)
    cds_clients: Path | None = None
    smart_software: Path | None = None
    smart_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    population: Path | None = None
    """The population file (or folder) on which the studio tries campaigns."""
    donation_key: bytes | None = field(default=None, repr=False)
    outgoing: Outgoing = field(default_factory=Outgoing)
    nudges_every: timedelta | None = None

    def __post_init__(self) -> None:
        if wrong := self.accepted_identity - IDENTITY_DOMAINS:
            raise UsageError(
                f"{min(wrong)[:40]!r} is none of {', '.join(sorted(IDENTITY_DOMAINS))}",
                code="settings",
                where="JALON_ACCEPTED_IDENTITY",
            )
        if self.demo:
            self._refuse_demo_beside_the_real_thing()

    @property
    def api_audience(self) -> str:
        """For whom the access tokens are that the API accepts."""
        return self.audience or self.base_url

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def _refuse_demo_beside_the_real_thing(self) -> None:
        if self.oidc:
            raise UsageError(
                "demo mode does not start beside a configured identity provider: unset one of the two",
                code="settings", where=ISSUERS[next(iter(self.oidc))],
            )  # fmt: skip
        if self.source is not None:
            raise UsageError(
                "demo mode does not start beside a source of real records: unset one of the two",
                code="settings", where=RECORDS_BASE,
            )  # fmt: skip
        if self.accepted_identity & _REAL:
            raise UsageError(
                "demo mode does not accept real identities: keep test, demonstration, none",
                code="settings", where="JALON_ACCEPTED_IDENTITY",
            )  # fmt: skip
        if not is_local(self.database_url):
            raise UsageError(
                "demo mode does not start beside a database of another machine: unset one of the two",
                code="settings",
                where="DATABASE_URL",
            )


def from_environment(environ: Mapping[str, str] | None = None, *, demo: bool | None = None) -> Settings:
    """The settings of this process; `demo` (the command line's flag) wins over JALON_DEMO. Raises
    UsageError."""
    env = os.environ if environ is None else environ
    is_demo = _flag(env, "JALON_DEMO") if demo is None else demo
    url = env.get("DATABASE_URL") or embedded_url(Path(env.get("JALON_DATA_DIR") or "var"), demo=is_demo)
    domains = env.get("JALON_ACCEPTED_IDENTITY")
    settings = Settings(
        database_url=with_driver(url),
        oidc=providers(env),
        source=source_of(env),
        audience=env.get("JALON_API_AUDIENCE", "").strip(),
        base_url=(env.get("JALON_BASE_URL") or "http://127.0.0.1:8000").rstrip("/"),
        accepted_identity=(
            frozenset(part.strip() for part in domains.split(",") if part.strip())
            if domains
            else (_INVENTED if is_demo else _REAL)
        ),
        https=_flag(env, "JALON_HTTPS"),
        data_keys=_named_secrets(env, "JALON_DATA_KEYS"),
        log_key=_secret(env, "JALON_LOG_KEY"),
        donation_key=_secret(env, "JALON_DONATION_KEY"),
        log_name=env.get("JALON_LOG_NAME") or LOG_NAME,
        log_merge=_seconds(env, "JALON_LOG_MERGE_SECONDS") or LOG_MERGE,
        dpop_nonce=_seconds(env, "JALON_DPOP_NONCE_SECONDS"),
        snapshot_key=_secret(env, "JALON_SNAPSHOT_KEY"),
        push_key=_secret(env, "JALON_PUSH_KEY"),
        smart_software=Path(env["JALON_SMART_SOFTWARE"]) if env.get("JALON_SMART_SOFTWARE") else None,
        smart_secrets={name: env[name].strip() for name in env if name.startswith("JALON_SMART_SECRET_")},
        cds_clients=Path(env["JALON_CDS_CLIENTS"]) if env.get("JALON_CDS_CLIENTS") else None,
        population=Path(env["JALON_POPULATION"]) if env.get("JALON_POPULATION") else None,
        outgoing=outgoing(env),
        nudges_every=_minutes(env, "JALON_NUDGES_MINUTES"),
    )
    return replace(settings, demo=is_demo)


def embedded_url(folder: Path, *, demo: bool = False) -> str:
    """The embedded database of a folder; sample people never share a file with real ones."""
    return f"sqlite:///{folder / ('demo.db' if demo else 'jalon.db')}"


def with_driver(url: str) -> str:
    """`postgres://` and `postgresql://` name no driver: ours is psycopg 3. Raises UsageError for other
    databases."""
    scheme, separator, rest = url.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and separator:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and separator:
        return url
    raise UsageError(
        "only postgresql:// and sqlite:// databases are supported", code="settings", where="DATABASE_URL"
    )


def is_local(url: str) -> bool:
    """True when the database is a file, a socket or the loopback of this machine (every host of a list must
    be)."""
    if url.startswith("sqlite"):
        return True
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    in_query = [
        host for name in ("host", "hostaddr") for value in query.get(name, []) for host in value.split(",")
    ]
    network = parts.netloc.rpartition("@")[2]
    in_netloc = [_host(part) for part in network.split(",")] if network else []
    if {"service", "servicefile"} & query.keys() or "PGSERVICE" in os.environ:
        return False  # the host then stands in another file
    hosts = [*in_query, *in_netloc] or [os.environ.get("PGHOST", ""), os.environ.get("PGHOSTADDR", "")]
    return all(host in _LOOPBACK or host.startswith("/") for host in hosts)


def _host(part: str) -> str:
    return part[1:].partition("]")[0] if part.startswith("[") else part.partition(":")[0].lower()


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value in {"", "0", "false", "no"}:
        return False
    if value in {"1", "true", "yes"}:
        return True
    raise UsageError("expected 1 or 0", code="settings", where=name)


def _secret(env: Mapping[str, str], name: str) -> bytes | None:
    """32 bytes in base64. The value never appears in an error."""
    text = env.get(name, "").strip()
    return _key(text, name) if text else None


def _named_secrets(env: Mapping[str, str], name: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in env.get(name, "").split(","):
        label, _, text = part.strip().partition(":")
        if not label:
            continue
        if label in found:
            raise UsageError("two keys have the same name", code="settings", where=name)
        found[label] = _key(text, name)
    return found


def _key(text: str, name: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error:
        value = b""
    if len(value) != 32:
        raise UsageError("expected 32 bytes in base64 (openssl rand -base64 32)", code="settings", where=name)
    return value


def _minutes(env: Mapping[str, str], name: str) -> timedelta | None:
    text = env.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 1440:
        raise UsageError("expected a whole number of minutes, from 1 to 1440", code="settings", where=name)
    return timedelta(minutes=int(text))


def _seconds(env: Mapping[str, str], name: str) -> timedelta | None:
    text = env.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 86_400:
        raise UsageError("expected a whole number of seconds, from 1 to 86400", code="settings", where=name)
    return timedelta(seconds=int(text))
