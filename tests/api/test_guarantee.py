"""The human guarantee: a sample that can be drawn again, two blind readings, agreement, findings; only with consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.services.guarantee import agreement, drawing, sampling, seating
from app.services.guarantee.sampling import Stratum
from app.services.services import Services
from app.store.tables import stamp
from app.trust import people, relations
from app.trust.guarantee.register import Result
from app.trust.vocabulary import CATEGORIES
from tests.api.conftest import sign_in

NUMBERS = ("10100000091", "10100000092", "10100000093")


@dataclass
class Board:
    client: httpx.AsyncClient
    services: Services
    tokens: dict[str, str]

    async def ask(self, reader: str, method: str, path: str, **more: Any) -> httpx.Response:
        return await self.client.request(
            method, path, headers={"Authorization": f"Bearer {self.tokens[reader]}"}, **more
        )

    async def mine(self, reader: str) -> list[dict[str, Any]]:
        return list((await self.ask(reader, "GET", "/v1/guarantee/board")).json()["readings"])


async def consent(client: httpx.AsyncClient, services: Services, person: str, categories: list[str]) -> None:
    await sign_in(client, person)
    digest = services.door.consents["quality_reading"].texts["fr"].digest
    choice = {"purpose": "quality_reading", "categories": categories, "text_digest": digest}
    assert (await client.put("/v1/me/consents", json=choice)).status_code == 200
    del client.headers["Authorization"]


@pytest.fixture
async def board(client: httpx.AsyncClient, services: Services) -> Board:
    """Two readers who sit, one who does not; claudine consents."""
    tokens = {}
    for name, number in zip(("ada", "ben", "eve"), NUMBERS, strict=True):
        detail = f'{{"name": "Dr {name} TEST"}}'
        person, _ = services.door.account(lambda c: people.add_professional(c, name, name, detail, services.now()))  # noqa: B023
        services.door.account(lambda c: relations.join(c, person, [number], stamp(services.now())))  # noqa: B023
        tokens[name] = await services.door.sign_in(person, "professional", None)
    for number in NUMBERS[:2]:
        assert seating.change(services, number, sits=True)
    await consent(client, services, "claudine", list(CATEGORIES))
    return Board(client, services, tokens)


def strata(*sizes: int) -> dict[Stratum, list[str]]:
    return {Stratum(f"g{n}", "v", "average"): [f"{n}-{unit}" for unit in range(size)] for n, size in enumerate(sizes)}


def test_small_strata_are_kept_and_the_rest_is_in_proportion() -> None:
    frame = strata(1, 3, 100, 300)
    drawn = sampling.draw(frame, "seed", 40, 1)
    assert [len(units) for units in drawn.values()] == [1, 1, 10, 28]
    assert [len(units) for units in sampling.draw(frame, "seed", 2, 2).values()] == [1, 2, 2, 2]
    assert sampling.draw(frame, "seed", 9999, 1).keys() == frame.keys()
    assert sum(len(units) for units in sampling.draw(frame, "seed", 9999, 1).values()) == 404


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    frame = strata(5, 40, 100)
    turned = {stratum: list(reversed(units)) for stratum, units in reversed(frame.items())}
    assert sampling.draw(frame, "a", 30, 1) == sampling.draw(turned, "a", 30, 1)
    assert sampling.draw(frame, "a", 30, 1) != sampling.draw(frame, "b", 30, 1)
    assert sampling.digest(frame, "a") == sampling.digest(turned, "a") != sampling.digest(frame, "b")
    assert sampling.digest(strata(5, 40, 101), "a") != sampling.digest(frame, "a")


def test_everybody_of_a_stratum_has_the_same_chance() -> None:
    """Over 2,000 seeds, 1 of 4 drawn: each about 500 times (5 standard deviations: 97)."""
    frame, count = strata(4), dict.fromkeys(strata(4)[Stratum("g0", "v", "average")], 0)
    for seed in range(2_000):
        [[one]] = sampling.draw(frame, str(seed), 1, 1).values()
        count[one] += 1
    assert all(abs(times - 500) < 97 for times in count.values()), count


def test_kappa_is_that_of_the_textbook() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: po 0.70, pe 0.50, kappa 0.40 (Cohen's coefficient by hand)."""
    pairs = [("right", "right")] * 20 + [("right", "more")] * 5 + [("more", "right")] * 10 + [("more", "more")] * 15
    found = agreement.agreement([Result("2026-11", "g", "v", a, b, a, False) for a, b in pairs])
    assert found.kappa == pytest.approx(0.4)
    assert (found.read, found.agree) == (50, 35)
    assert agreement.kappa(["right"] * 5, ["right"] * 5) is None
    assert agreement.kappa([], []) is None


async def test_only_those_who_consent_are_drawn_and_it_can_be_drawn_again(board: Board) -> None:
    tried = drawing.draw(board.services, "2026-11", "s", dry_run=True)
    again = drawing.draw(board.services, "2026-11", "s", dry_run=True)
    assert tried == again
    done = drawing.draw(board.services, "2026-11", "s")
    assert (done.people, done.frame, done.unread) == (1, tried.frame, 0)
    assert done.drawn == tried.drawn > 30
    with board.services.engine.connect() as connection:
        subjects = set(connection.execute(text("SELECT person_id FROM guarantee_case")).scalars())
        tags = set(connection.execute(
            text("SELECT tag FROM audit_entry WHERE subject = :p"), {"p": next(iter(subjects))}
        ).scalars())  # fmt: skip
    assert len(subjects) == 1
    assert {"system:guarantee:draw", "system:guarantee:keep"} <= tags
    twice = drawing.draw(board.services, "2026-11", "another")
    assert (twice.seed, twice.drawn) == ("s", done.drawn), "a month is drawn once"
    assert len(await board.mine("ada")) == len(await board.mine("ben")) == done.drawn


async def test_each_reads_blind_and_two_who_agree_close_the_case(board: Board) -> None:
    drawing.draw(board.services, "2026-11", "s")
    first = (await board.mine("ada"))[0]["id"]
    shown = (await board.ask("ada", "GET", f"/v1/guarantee/readings/{first}")).json()
    assert shown["state"] == "to_read"
    assert shown["other"] is shown["mine"] is None
    whole = str(shown)
    assert "TEST-" not in whole, "no name"
    assert not {"decision", "review"} & set(shown["shown"])
    other = await twin(board, first)
    said = (await board.ask("ada", "POST", f"/v1/guarantee/readings/{first}", json={"verdict": "right"})).json()
    assert said["state"] == "waiting"
    blind = (await board.ask("ben", "GET", f"/v1/guarantee/readings/{other}")).json()
    assert (blind["state"], blind["other"]) == ("to_read", None)
    again = await board.ask("ada", "POST", f"/v1/guarantee/readings/{first}", json={"verdict": "less"})
    assert again.status_code == 412, "a reading is not changed"
    closed = (await board.ask("ben", "POST", f"/v1/guarantee/readings/{other}", json={"verdict": "right"})).json()
    assert (closed["state"], closed["final"], closed["issue"]) == ("closed", "right", None)
    assert (await board.ask("ada", "GET", f"/v1/guarantee/readings/{first}")).status_code == 403, "it is gone"
    with board.services.engine.connect() as connection:
        [row] = connection.execute(text("SELECT * FROM guarantee_result")).mappings().all()
    assert set(row) == {
        "id", "month", "guideline", "version", "stratum", "first", "second", "final", "discussed"
    }, "a result names nobody, and no moment"


async def twin(board: Board, reading: str) -> str:
    """The other reader's reading of the same case."""
    with board.services.engine.connect() as connection:
        query = """SELECT b.id FROM guarantee_reading a JOIN guarantee_reading b
                   ON a.case_id = b.case_id AND a.id <> b.id WHERE a.id = :r"""
        return str(connection.execute(text(query), {"r": reading}).scalar_one())


async def disagree(board: Board) -> tuple[str, str]:
    drawing.draw(board.services, "2026-11", "s")
    first = (await board.mine("ada"))[0]["id"]
    other = await twin(board, first)
    for reader, reading, verdict in (("ada", first, "right"), ("ben", other, "more")):
        said = {"verdict": verdict, "words": "W9177"}
        await board.ask(reader, "POST", f"/v1/guarantee/readings/{reading}", json=said)
    return first, other


async def test_a_disagreement_is_discussed_then_decided_by_both(board: Board) -> None:
    first, other = await disagree(board)
    shown = (await board.ask("ada", "GET", f"/v1/guarantee/readings/{first}")).json()
    assert (shown["state"], shown["other"]["verdict"], shown["other"]["name"]) == ("to_discuss", "more", "Dr ben TEST")
    at = f"/v1/guarantee/readings/{first}"
    empty = await board.ask("ada", "PUT", f"{at}/decision", json={"verdict": "more"})
    assert empty.status_code == 422, "a decision says why"
    put = await board.ask("ada", "PUT", f"{at}/decision", json={"verdict": "more", "words": "Ensemble."})
    assert put.json()["state"] == "to_confirm"
    alone = await board.ask("ada", "POST", f"{at}/confirmation")
    assert (alone.status_code, alone.json()["code"]) == (403, "same_person")
    done = await board.ask("ben", "POST", f"/v1/guarantee/readings/{other}/confirmation")
    issue = done.json()["issue"]
    assert issue
    shown = (await board.ask("ben", "GET", "/v1/guarantee/board")).json()
    [found] = shown["issues"]
    assert (found["id"], found["kind"], found["state"]) == (issue, "more", "open")
    assert found["steps"][0]["words"] == "Ensemble."
    step = {"state": "corrected", "words": "Corrigé dans la version suivante."}
    assert (await board.ask("ada", "POST", f"/v1/guarantee/issues/{issue}", json=step)).status_code == 204
    assert (await board.ask("ada", "POST", f"/v1/guarantee/issues/{issue}", json=step)).status_code == 412
    public = (await board.client.get("/v1/transparency/guarantee")).json()
    assert public["issues"][0]["state"] == "corrected"
    assert public["all"] is None, "one reading is too few to be told"
    assert [one["read"] for one in public["guidelines"]] == [None]
    assert "9177" not in str(public)
    assert "TEST" not in str(public["issues"])


async def test_what_readers_say_is_sealed_in_the_persons_copy_and_goes_with_them(board: Board) -> None:
    await disagree(board)
    with board.services.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM guarantee_reading WHERE read_at IS NOT NULL")).all()
        cases = connection.execute(text("SELECT shown FROM guarantee_case")).scalars().all()
    assert len(rows) == 2
    assert not any("9177" in repr(row) for row in rows)
    assert not any(b"title" in bytes(one) for one in cases)
    await sign_in(board.client, "claudine")
    import io
    import zipfile

    copy = zipfile.ZipFile(io.BytesIO((await board.client.get("/v1/me/export")).content))
    assert any(b"W9177" in copy.read(name) for name in copy.namelist())
    assert "professional:guarantee:judge" in (await board.client.get("/v1/me/access-log?limit=100")).text
    assert (await board.client.post("/v1/me/erasure", json={"confirm": True})).status_code == 200
    with board.services.engine.connect() as connection:
        for table in ("guarantee_case", "guarantee_reading"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


async def test_withdrawing_closes_the_case_to_its_readers_at_once(board: Board) -> None:
    drawing.draw(board.services, "2026-11", "s")
    reading = (await board.mine("ada"))[0]["id"]
    at = f"/v1/guarantee/readings/{reading}"
    assert (await board.ask("ada", "GET", at)).status_code == 200
    for kept in ([one for one in CATEGORIES if one != "biology"], []):
        await consent(board.client, board.services, "claudine", kept)
        refused = await board.ask("ada", "GET", at)
        assert refused.status_code == 403, "it was made of what is not allowed any more"
        assert (await board.ask("ada", "POST", at, json={"verdict": "right"})).status_code == 403


async def test_who_does_not_sit_or_was_not_given_it_reads_nothing(board: Board) -> None:
    drawing.draw(board.services, "2026-11", "s")
    reading = (await board.mine("ada"))[0]["id"]
    at = f"/v1/guarantee/readings/{reading}"
    for who in ("ben", "eve"):
        answer = await board.ask(who, "GET", at)
        assert (answer.status_code, answer.json()["code"]) == (403, "refused_not_yours")
    assert (await board.ask("eve", "GET", "/v1/guarantee/board")).status_code == 403
    with board.services.engine.connect() as connection:
        tried = connection.execute(text("SELECT tag, outcome FROM audit_entry ORDER BY seq DESC LIMIT 1")).one()
    assert tuple(tried) == ("professional:board:read", "refused_not_yours")
    assert seating.change(board.services, NUMBERS[0], sits=False)
    assert (await board.ask("ada", "GET", at)).status_code == 403, "a seat ends at once"
    lacking = drawing.draw(board.services, "2026-11", "s")
    assert lacking.unread == lacking.drawn
    assert seating.change(board.services, NUMBERS[2], sits=True)
    assert drawing.draw(board.services, "2026-11", "s").unread == 0
    assert len(await board.mine("eve")) == lacking.drawn


async def test_nobody_reads_twice_under_two_accounts(board: Board) -> None:
    """Ada reads under one account, then uses another, and Ben leaves: she is not the second reader."""
    services = board.services
    drawing.draw(services, "2026-11", "s")
    reading = (await board.mine("ada"))[0]["id"]
    await board.ask("ada", "POST", f"/v1/guarantee/readings/{reading}", json={"verdict": "right"})
    again, _ = services.door.account(lambda c: people.add_professional(c, "ada2", "ada2", "{}", services.now()))
    services.door.account(lambda c: relations.join(c, again, [NUMBERS[0]], stamp(services.now())))
    seating.change(services, NUMBERS[1], sits=False)
    done = drawing.draw(services, "2026-11", "s")
    assert done.unread == done.drawn
    with services.engine.connect() as connection:
        query = "SELECT case_id, count(*) FROM guarantee_reading GROUP BY case_id HAVING count(*) > 1"
        assert connection.execute(text(query)).all() == []
        held = connection.execute(text("SELECT reader_id, count(*) FROM guarantee_reading GROUP BY reader_id")).all()
    assert dict(tuple(row) for row in held)[again] == done.drawn - 1, "what she had not read follows her"


async def test_nobody_reads_about_their_own_patient(board: Board) -> None:
    await sign_in(board.client, "claudine")
    assert (await board.client.post("/v1/me/practices", json={"number": NUMBERS[0]})).status_code == 200
    del board.client.headers["Authorization"]
    done = drawing.draw(board.services, "2026-11", "s")
    assert done.unread == done.drawn
    assert await board.mine("ada") == []


@pytest.mark.parametrize("wrong", [
    {"verdict": "perfect-9177"}, {}, {"verdict": "right", "words": "x" * 1001}, {"verdict": "right", "more": 1},
])  # fmt: skip
async def test_a_verdict_that_is_none_keeps_nothing(board: Board, wrong: dict[str, Any]) -> None:
    drawing.draw(board.services, "2026-11", "s")
    reading = (await board.mine("ada"))[0]["id"]
    answer = await board.ask("ada", "POST", f"/v1/guarantee/readings/{reading}", json=wrong)
    assert answer.status_code == 422
    assert "9177" not in answer.text
    assert (await board.mine("ada"))[0]["state"] == "to_read"


async def test_a_seat_is_for_one_professional(services: Services) -> None:
    from app.errors import UsageError

    with pytest.raises(UsageError):
        seating.change(services, "750000001", sits=True)  # a place: everybody who works there
    assert not seating.change(services, "10100000094", sits=False)
