"""A professional's software launches Jalon on the patient that it shows (SMART App Launch, EHR launch).

Who the professional is, and who the patient is, comes from that software alone; whether the one treats the other does
not: the patient named the practice here, and consents, or nothing opens. The patient is found by their national number,
never by their name, and no trait may differ. Whatever does not fit ends the session that the launch began.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from app.errors import RecordError, UsageError
from app.identity.client import SignInRefused
from app.identity.ehr import EhrClient
from app.identity.tokens import TokenRefused
from app.records.load import read_record_bytes
from app.records.model import Subject
from app.services import exercises, signing_in
from app.services.practice import of
from app.services.services import Services
from app.trust import health, numbers, relations
from app.trust import signing_in as kept
from app.trust.door import Refused, SignedIn
from app.trust.identity import QUALIFIED, accepted, compare
from app.trust.rules import Asked
from app.trust.sessions import token_hash
from app.trust.vocabulary import Outcome, Tag

_LAUNCH = Asked(Tag.PATIENT_LAUNCH, "read", "identity", relations.REVIEW, frozenset({"identity"}))
NOWHERE = "launch"
"""In the place of a relation, when the software's patient is nobody here."""
LONGEST = 2048
"""Characters of the launch that a software sends."""


class Launched(NamedTuple):
    """The new session's token, and the relation whose page opens."""

    token: str
    patient: str


async def begin(services: Services, iss: str, launch: str, browser: str) -> tuple[str, str]:
    """Where the browser goes to sign in at the software that launches, and the software's id. Raises UsageError
    (`unknown_ehr`: it is not in the list), ProviderDown."""
    client = next((one for one in services.launching.values() if one.ehr.iss == iss.rstrip("/")), None)
    if client is None or not 1 <= len(launch) <= LONGEST:
        raise UsageError("this software may not launch Jalon", code="unknown_ehr")
    await client.metadata()
    now = services.now()
    asked = await services.door.look_up(lambda c: kept.begin(c, _profile(client), browser, now))
    url = await client.authorization_url(asked.state, asked.nonce, asked.verifier, launch=launch, aud=iss)
    return url, client.ehr.id


async def finish(
    services: Services, ehr: str, answer: Mapping[str, str], browser: str, language: str
) -> Launched:
    """The page to open, from what the software sent back. Raises NotAsked, SignInRefused, TokenRefused, ProviderDown,
    NotAdmitted; Refused (`refused_not_yours`, `refused_no_consent`, `refused_other_person`…), which is in the log."""
    client, now = services.launching.get(ehr), services.now()
    if client is None:
        raise UsageError("this software may not launch Jalon", code="unknown_ehr")
    asked = await services.door.look_up(
        lambda c: kept.take(c, _profile(client), answer.get("state", ""), browser, now)
    )
    if "error" in answer or not answer.get("code"):
        raise SignInRefused("the launch was not completed")
    if answer.get("iss") not in (None, client.provider.issuer):
        raise TokenRefused("another issuer")
    found, resource = await client.launched(answer["code"], asked.nonce, asked.verifier)
    opened = await signing_in.open_session(services, client, found, None, language)
    who = SignedIn(token_hash(opened.token))
    try:
        return Launched(opened.token, await _patient(services, who, _subject(resource)))
    except BaseException:
        await services.door.sign_out(who)
        raise


async def _patient(services: Services, who: SignedIn, subject: Subject | None) -> str:
    """The relation that this launch opens. Raises Refused."""
    relation, ours = await _relation(services, who, subject)
    about = of(who, relation or NOWHERE)
    known = await services.door.enter(about, _LAUNCH, health.read_traits)
    same = (
        ours and relation is not None and known is not None and subject is not None
        and subject.reliability in QUALIFIED and accepted(subject, services.settings.accepted_identity)
        and compare(known, subject) != "other"
    )  # fmt: skip
    if not same or relation is None:
        await services.door.note(about, Tag.PATIENT_LAUNCH, Outcome.OTHER_PERSON, _LAUNCH)
        raise Refused(Outcome.OTHER_PERSON)
    return relation


async def _relation(services: Services, who: SignedIn, subject: Subject | None) -> tuple[str | None, bool]:
    """By the exercise in which they treat the patient, when they have several."""
    if subject is None:
        return None, False
    places = await exercises.choices(services, who)
    found: tuple[str | None, bool] = None, False
    for number in range(max(1, len(places))):
        if len(places) > 1:
            await exercises.choose(services, who, number)
        found = await services.door.with_account(who, lambda c, person: numbers.launched(c, person, subject))
        if found[1]:
            break
    return found


def _subject(resource: Mapping[str, object]) -> Subject | None:
    """Who the software's patient is; None when its resource does not say."""
    try:
        return read_record_bytes("patient.json", json.dumps(resource).encode()).subject
    except RecordError:
        return None


def _profile(client: EhrClient) -> str:
    return f"smart:{client.ehr.id}"
