"""From a plan to a message that leaves: once, true at that instant, and only as the person wants it."""

from __future__ import annotations

import asyncio
import re
from datetime import date

import icalendar
import pytest
from sqlalchemy import text

from app.i18n import translator
from app.services import answers, decisions, reminders
from app.services.consents import Choice
from app.services.consents import change as change_consents
from app.services.nudges.bounces import stop
from app.services.services import Services
from app.trust import erasure, people
from app.trust.door import SignedIn
from app.trust.log.check import findings
from app.trust.rules import Asked
from app.trust.vocabulary import Tag
from tests.nudges.conftest import Days, Mailbox, allow, look_now, rows, send_now, signed_in, tags, wants


async def test_a_reminder_leaves_once_and_says_nothing_of_health(
    services: Services, mailbox: Mailbox, clock: Days
) -> None:
    who = await wants(services)
    found = await look_now(services)
    assert found.to_json()["planned"] == {"screening": {"email": 1}}
    assert (await send_now(services)).to_json()["became"] == {"email": {"sent": 1}}
    assert (await look_now(services)).people == 0, "nothing changed: the plan is not looked at again"
    assert (await send_now(services)).to_json()["became"] == {}
    (mail,) = mailbox.got
    shown = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["To"] == "claudine@example.org"
    assert mail["Subject"] == "Un message de prévention pour vous"
    for word in ("mammographie", "sein", "VIH", "dépist", "cancer"):
        assert word not in shown + mail["Subject"]
    assert "https://prevention.example.test/m/" in shown
    assert "vous avez demandé des rappels par e-mail" in " ".join(shown.split())
    assert "rappel, aide à choisir un jour" in " ".join(shown.split())
    link = re.search(r"/m/([\w-]{22})\s", shown)
    assert link
    assert mail["List-Unsubscribe"] == f"<https://prevention.example.test/m/{link[1]}/stop>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    (attached,) = mail.iter_attachments()
    (event,) = icalendar.Calendar.from_ical(attached.get_content()).walk("VEVENT")
    assert event["summary"] == "Un rendez-vous pour ma santé"
    opened = await reminders.message(services, who, link[1])
    assert opened
    told = reminders.explained(opened, services, translator("fr"))
    assert {item["guideline"] for item in told["items"]} == {"breast_cancer_screening", "hiv_test"}
    assert told["variant"] == "screening/email/fr/discreet"
    assert told["items"][0]["rule_since"]
    assert await reminders.message(services, await signed_in(services, "lea"), link[1]) is None


async def test_who_asked_for_it_reads_what_is_due(services: Services, mailbox: Mailbox) -> None:
    await wants(services, named=True)
    await look_now(services)
    await send_now(services)
    (mail,) = mailbox.got
    assert "Mammographie de dépistage" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "ammo" not in mail["Subject"]


async def test_nobody_is_looked_at_who_allows_no_channel(services: Services, mailbox: Mailbox) -> None:
    who = await signed_in(services)
    await reminders.change(services, who, {"email": "claudine@example.org"}, "fr")
    assert (await look_now(services)).people == 0
    assert "system:reminder:look" not in [tag for tag, _ in tags(services)]


@pytest.mark.parametrize(("then", "reason"), [
    ("withdraw", "withdrawn"), ("withdraw_plan", "withdrawn"), ("pause", "paused"), ("link", "withdrawn"),
    ("no_address", "no_address"), ("done", "changed"), ("not_for_me", "changed"), ("later", "changed"),
])  # fmt: skip
async def test_what_the_person_says_between_choice_and_sending_counts(
    services: Services, mailbox: Mailbox, then: str, reason: str
) -> None:
    who = await wants(services)
    await look_now(services)
    if then == "withdraw":
        await allow(services, who, "sms")
    elif then == "withdraw_plan":
        await withdraw_plan(services, who)
    elif then == "pause":
        await reminders.change(services, who, {"email": "claudine@example.org", "paused": True}, "fr")
    elif then == "link":
        person, _ = services.door.account(lambda c: people.add_sample(c, "claudine", "", "fr", services.now()))
        assert await stop(services, person, "email")
    elif then == "no_address":
        await reminders.change(services, who, {}, "fr")
    elif then == "done":
        await settle(services, who)
        reason = "thanked"
    else:
        until = services.today().replace(year=2027) if then == "later" else None
        for guideline in ("breast_cancer_screening", "hiv_test"):
            await decisions.decide(services, who, guideline, decisions.Wanted(then, until))  # type: ignore[arg-type]
    done = await send_now(services)
    if reason == "thanked":
        assert [mail["Subject"] for mail in mailbox.got] == ["Un point de votre plan de prévention : merci"]
        return
    assert mailbox.got == []
    assert dict(done.kept) == {reason: 1}
    assert rows(services) == [("email", "not_sent", reason)]


async def withdraw_plan(services: Services, who: SignedIn) -> None:
    await change_consents(services, who, Choice("own_prevention", [], services.door.consent.texts["fr"].digest), "fr")


async def settle(services: Services, who: SignedIn) -> None:
    """They did both, today."""
    for guideline in ("breast_cancer_screening", "hiv_test"):
        shown = await decisions.item(services, who, guideline, lang="fr")
        await answers.add(services, who, shown["settled_by"][0], services.today().isoformat(), more=True)


async def test_who_took_part_after_a_reminder_is_thanked_once_and_not_invited_again(
    services: Services, mailbox: Mailbox, clock: Days
) -> None:
    await wants(services)
    await look_now(services)
    await send_now(services)
    clock.later(days=4)
    await settle(services, await signed_in(services))
    assert (await look_now(services)).to_json()["planned"] == {"thanks": {"email": 1}}
    await send_now(services)
    clock.later(days=60)
    again = await look_now(services)
    assert again.to_json()["planned"] == {}
    assert [mail["Subject"] for mail in mailbox.got] == [
        "Un message de prévention pour vous", "Un point de votre plan de prévention : merci",
    ]  # fmt: skip


async def test_the_same_thing_is_said_twice_at_most_and_six_weeks_apart(
    services: Services, mailbox: Mailbox, clock: Days
) -> None:
    await wants(services)
    for _ in range(40):
        await look_now(services)
        await send_now(services)
        clock.later(days=7)
    told = await reminders.mine(services, await signed_in(services))
    about = [
        date.fromisoformat((one.handed_at or "")[:10])
        for one in told.messages
        if any(item["guideline"] == "breast_cancer_screening" for item in one.content["items"])
    ]
    assert len(about) == 2
    assert (about[0] - about[1]).days >= 42
    assert len(mailbox.got) == len(told.messages) > 2, "something else came due in spring"


async def test_a_message_waits_for_the_hours_that_the_person_prefers(
    services: Services, mailbox: Mailbox, clock: Days
) -> None:
    await wants(services, hours="evening")
    await look_now(services)
    assert (await send_now(services)).became == {}
    clock.later(hours=5)  # 17:00 in Paris
    assert (await send_now(services)).to_json()["became"] == {"email": {"sent": 1}}


async def test_hours_changed_after_the_choice_are_kept_too(services: Services, mailbox: Mailbox, clock: Days) -> None:
    who = await wants(services)
    await look_now(services)
    await reminders.change(services, who, {"email": "claudine@example.org", "hours": "evening"}, "fr")
    assert dict((await send_now(services)).kept) == {"hours": 1}
    assert rows(services) == [("email", "planned", "hours")]
    clock.later(hours=5)
    await send_now(services)
    assert len(mailbox.got) == 1


async def test_a_message_that_could_not_leave_in_a_week_does_not_leave(services: Services, clock: Days) -> None:
    await wants(services)
    await look_now(services)
    clock.later(days=9)
    assert dict((await send_now(services)).kept) == {"late": 1}


async def test_two_looks_at_once_plan_one_message(services: Services) -> None:
    await wants(services)
    both = await asyncio.gather(look_now(services), look_now(services))
    assert sum(found.to_json()["planned"].get("screening", {}).get("email", 0) for found in both) == 1
    assert len(rows(services)) == 1


async def test_everything_is_in_the_log_and_nothing_readable_in_the_tables(services: Services) -> None:
    await wants(services)
    await look_now(services)
    await send_now(services)
    seen = [tag for tag, _ in tags(services) if tag.startswith("system:reminder")]
    assert seen == ["system:reminder:look", "system:reminder:plan", "system:reminder:send"]
    with services.engine.connect() as connection:
        for table in ("reminder_message", "reminder_settings"):
            kept = str([tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))])
            for word in ("claudine@", "breast", "hiv", "screening"):
                assert word not in kept, (table, word)
    while services.integrate_log():
        pass
    with services.engine.connect() as connection:
        assert list(findings(connection, services.log_key.verifier)) == []


async def test_nothing_is_left_of_them_when_they_are_erased(services: Services) -> None:
    who = await wants(services)
    await look_now(services)
    await reminders.new_calendar(services, who)
    asked = Asked(Tag.ACCOUNT_ERASE, "write", "account", "own_rights")
    await services.door.enter(who, asked, lambda grant: erasure.erase(grant, "2026-11-26T11:00:00.000000Z"))
    with services.engine.connect() as connection:
        for table in ("reminder_message", "reminder_settings", "reminder_calendar"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
