"""Exports: exactly those who give, nothing but the declared columns, provable; and what follows them."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.cli import cli
from app.errors import UsageError
from app.services import donation_desk
from app.services.donation_export import export
from app.services.erasure import erase
from app.services.services import Services
from app.trust.donation.pseudonyms import ProjectKey
from app.trust.door import SignedIn
from app.trust.rules import Asked
from app.trust.secrets import donation_key
from app.trust.sessions import token_hash
from app.trust.vocabulary import Tag
from tests.trust.donation.crowd import ALL, COLON, OID, SUGAR, add, choose, number, opened, pseudonyms

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    made = opened(database_url)
    yield made
    made.close()


@pytest.fixture
def crowd(services: Services) -> list[str]:
    return [add(services, i) for i in range(14)]


def names(services: Services, people: list[str], project: str = COLON) -> list[str]:
    key = ProjectKey(donation_key(services.settings, services.engine), project)
    return sorted(key.pseudonym(person) for person in people)


def verify(file: Path) -> int:
    return CliRunner().invoke(cli, ["audit", "verify", str(file)]).exit_code


def test_exactly_those_who_give_and_nothing_but_what_was_declared(
    services: Services, crowd: list[str], tmp_path: Path
) -> None:
    choose(services, crowd[0])
    choose(services, crowd[1], "included", purposes=("research",))
    choose(services, crowd[2], "included", projects=(COLON,))
    add(services, 100, informed_days_ago=None)
    add(services, 101, informed_days_ago=10)
    add(services, 102, date(2010, 1, 1))
    add(services, 103, allowed=frozenset())
    report = export(services, COLON, tmp_path / "out")
    assert (report.people, report.refused, report.k, report.opposed) == (11, None, 11, 3)
    assert pseudonyms(tmp_path / "out") == names(services, crowd[3:])
    table = parquet.read_table(tmp_path / "out" / "data.parquet")
    expected = ["pseudonym", "age_band", "sex", "tobacco", "last_negative_test", "last_colonoscopy"]
    assert table.column_names == expected
    assert table.to_pylist()[0] == dict(
        zip(expected, [table["pseudonym"][0].as_py(), 65.0, "female", "former", None, "2026"], strict=True)
    )
    for file in (tmp_path / "out").iterdir():
        content = file.read_bytes()
        assert not any(part in content for part in (b"TEST-SECRET", b"ANNE", number(3).encode(), crowd[3].encode()))
    assert verify(tmp_path / "out" / "manifest.json") == 0
    assert not list(tmp_path.glob(".*"))
    export(services, COLON, tmp_path / "again")
    assert pseudonyms(tmp_path / "again") == pseudonyms(tmp_path / "out")


def test_the_log_of_each_person_says_so_and_refusals_too(services: Services, crowd: list[str], tmp_path: Path) -> None:
    export(services, COLON, tmp_path / "out")
    choose(services, crowd[0])
    asked = Asked(Tag.DONATION_EXPORT, "read", "donated", "donation", ALL, detail=COLON)
    assert services.door.enter_each(crowd[:2], asked, lambda grants: [one.subject for one in grants]) == [crowd[1]]
    with services.engine.connect() as connection:
        rows = connection.execute(text("SELECT subject, outcome FROM audit_entry WHERE tag = 'system:donation:export'"))
        said = [(row.subject, row.outcome) for row in rows]
    assert sorted(said[: len(crowd)]) == sorted((person, "allowed") for person in crowd)
    assert sorted(said[len(crowd) :]) == sorted([(crowd[0], "refused_opposed"), (crowd[1], "allowed")])


def test_two_projects_cannot_be_linked(services: Services, crowd: list[str], tmp_path: Path) -> None:
    for project in (COLON, SUGAR):
        export(services, project, tmp_path / project)
    mine, other = pseudonyms(tmp_path / COLON), pseudonyms(tmp_path / SUGAR)
    assert len(mine) == len(other) == len(crowd)
    assert not set(mine) & set(other)
    by_rank = {name: crowd[i] for i, name in enumerate(names_in_order(services, crowd, COLON))}
    again = {name: crowd[i] for i, name in enumerate(names_in_order(services, crowd, SUGAR))}
    assert [by_rank[name] for name in mine] != [again[name] for name in other], "nor by the order of the rows"


def names_in_order(services: Services, people: list[str], project: str) -> list[str]:
    key = ProjectKey(donation_key(services.settings, services.engine), project)
    return [key.pseudonym(person) for person in people]


def test_small_groups_are_refused_or_left_out_as_the_project_says(
    services: Services, crowd: list[str], tmp_path: Path
) -> None:
    old = [add(services, 50 + i, date(1940, 1, 1)) for i in range(10)]
    left_out = export(services, COLON, tmp_path / "out")
    assert (left_out.people, left_out.left_out, left_out.k) == (14, 10, 14)
    assert not set(pseudonyms(tmp_path / "out")) & set(names(services, old))
    refused = export(services, SUGAR, tmp_path / "refused")
    assert refused.refused
    assert not (tmp_path / "refused").exists()
    add(services, 60, date(1940, 1, 1))
    assert export(services, SUGAR, tmp_path / "enough").k == 11
    with services.engine.connect() as connection:
        kept = connection.execute(text("SELECT count(*) FROM donation_member WHERE person_id = :p"), {"p": old[0]})
        assert kept.scalar_one() == 1, "only the last one holds them"


@pytest.mark.parametrize(
    ("project", "code"), [("nothing", "unknown_project"), ("exemple_vaccins_seniors", "project"), (COLON, "out")]
)
def test_what_may_not_be_exported(services: Services, tmp_path: Path, project: str, code: str) -> None:
    out = tmp_path / "out"
    if code == "out":
        out.mkdir()
    with pytest.raises(UsageError) as caught:
        export(services, project, out)
    assert caught.value.code == code


def test_an_opposition_while_the_export_runs_is_counted(services: Services, crowd: list[str], tmp_path: Path) -> None:
    report = export(services, COLON, tmp_path / "out", lambda _: choose(services, crowd[5]))
    assert report.people == len(crowd) - 1
    assert pseudonyms(tmp_path / "out") == names(services, [one for one in crowd if one != crowd[5]])
    assert verify(tmp_path / "out" / "manifest.json") == 0


def test_an_opposed_person_put_inside_is_found(services: Services, crowd: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    choose(services, crowd[0])
    export(services, COLON, out)
    table = parquet.read_table(out / "data.parquet")
    rows = table.to_pylist()
    changes = {
        "an opposed person": [*rows[1:], rows[0] | {"pseudonym": names(services, crowd[:1])[0]}],
        "somebody less": rows[1:],
        "a changed cell": [rows[0] | {"tobacco": "never"}, *rows[1:]],
    }
    for what, changed in changes.items():
        bad = tmp_path / what.replace(" ", "-")
        shutil.copytree(out, bad)
        ordered = sorted(changed, key=lambda row: str(row["pseudonym"]))
        parquet.write_table(pa.Table.from_pylist(ordered, schema=table.schema), bad / "data.parquet")
        assert verify(bad / "manifest.json") == 1, what
    for name in ("opposed.txt", "dictionary.json"):
        bad = tmp_path / f"bad-{name}"
        shutil.copytree(out, bad)
        (bad / name).write_text("")
        assert verify(bad / "manifest.json") == 1, name
    forged = json.loads((out / "manifest.json").read_text())
    forged["receipt"] = forged["receipt"].replace('"opposed":1', '"opposed":0')
    (out / "manifest.json").write_text(json.dumps(forged))
    assert verify(out / "manifest.json") == 1


def test_the_token_alone_finds_an_opposed_row_that_was_signed_for(
    services: Services, crowd: list[str], tmp_path: Path
) -> None:
    """Were the exporter wrong, and had it signed for its mistake, the proof would still say so."""
    from app.trust.donation import manifest
    from app.trust.donation.pseudonyms import token
    from app.trust.log import receipt

    out = tmp_path / "out"
    export(services, COLON, out)
    _, said = receipt.read(json.loads((out / "manifest.json").read_text())["receipt"], services.log_key.verifier)
    (out / "opposed.txt").write_text(token(said["export"], pseudonyms(out)[3]) + "\n")
    said["opposed"], said["files"]["opposed.txt"] = 1, manifest.file_digest(out / "opposed.txt")
    signed = receipt.sign(services.log_key, manifest.KIND, said)
    found = list(manifest.findings({"receipt": signed}, services.log_key.verifier, out))
    assert found == ["row 3 is of a person who opposed"]


def test_withdrawals_follow_those_who_oppose_or_are_erased_once(
    services: Services, crowd: list[str], tmp_path: Path
) -> None:
    export(services, COLON, tmp_path / "out")
    choose(services, crowd[0])
    choose(services, crowd[1], "included", projects=(COLON,))
    choose(services, crowd[2], "included", projects=(SUGAR,))
    _erase(services, crowd[3])
    told = donation_desk.withdraw(services, tmp_path / "notices")
    assert [(one["project"], one["people"]) for one in told] == [(COLON, 3)]
    file = tmp_path / "notices" / told[0]["file"]
    assert verify(file) == 0
    note = json.loads(file.read_text())["receipt"]
    assert json.loads(note.split("\n")[2])["pseudonyms"] == names(services, [crowd[0], crowd[1], crowd[3]])
    assert donation_desk.withdraw(services, tmp_path / "notices") == []


def _erase(services: Services, person: str) -> None:
    async def run() -> None:
        token = await services.door.sign_in(person, "demo", None)
        await erase(services, SignedIn(token_hash(token)))

    asyncio.run(run())


def listing(folder: Path, *people: int) -> Path:
    file = folder / "list.csv"
    file.write_text("system,value\n" + "".join(f"{OID},{number(i)}\n" for i in people))
    return file


def test_an_external_opposition_wins_and_can_be_taken_back_there_only(
    services: Services, crowd: list[str], tmp_path: Path
) -> None:
    found = donation_desk.import_optouts(services, listing(tmp_path, 0, 1, 999), "national")
    assert found == {"identities": 3, "newly_opposed": 2, "not_opposed_any_more": 0}
    choose(services, crowd[0], "included")
    late = add(services, 999)  # listed before they had an account
    export(services, COLON, tmp_path / "out")
    assert pseudonyms(tmp_path / "out") == names(services, crowd[2:])
    found = donation_desk.import_optouts(services, listing(tmp_path, 1), "national")
    assert found["not_opposed_any_more"] == 1
    export(services, COLON, tmp_path / "after")
    assert pseudonyms(tmp_path / "after") == names(services, [crowd[0], late, *crowd[2:]])
    told = donation_desk.withdraw(services, tmp_path / "notices")
    assert told == []


@pytest.mark.parametrize(
    "bad", ["", "a,b\n", "system,value\nx,2680299000001\n", f"system,value\n{OID},12\n", "système\xff"]
)
def test_a_bad_list_changes_nothing_and_is_told_by_line(services: Services, tmp_path: Path, bad: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(bad.encode("latin-1"))
    with pytest.raises(UsageError) as caught:
        donation_desk.import_optouts(services, file, "national")
    assert "2680299000001" not in str(caught.value)


def test_an_agent_records_and_relatives_only_testify_to_an_opposition(services: Services, crowd: list[str]) -> None:
    made = donation_desk.record(services, crowd[0], "opposed", "paper", "agent-7", "sha256:" + "0" * 64)
    assert made.channel == "paper"
    assert "paper" in made.receipt
    with pytest.raises(UsageError):
        donation_desk.record(services, crowd[0], "included", "relatives", "agent-7", "sha256:" + "0" * 64)
    with pytest.raises(UsageError):
        donation_desk.record(services, "nobody", "opposed", "paper", "agent-7", "sha256:" + "0" * 64)


KILLED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from app.services.donation_export import export
from app.services.erasure import erase
from app.services.services import open_services
from app.settings import Settings
settings = Settings(sys.argv[1], demo=True, accepted_identity=frozenset({"test"}))
services = open_services(settings, clock=lambda: datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
def read(_):
    print("read", flush=True)
    time.sleep(600)
export(services, sys.argv[3], Path(sys.argv[2]), read)
"""


def test_a_process_killed_between_an_opposition_and_its_export_leaks_nothing(
    services: Services, crowd: list[str], database_url: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, database_url, str(out), COLON], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    assert child.stdout.readline() == "read\n", "everybody was read out"
    choose(services, crowd[0])
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    assert not out.exists()
    files = [file for folder in tmp_path.glob(".out-*.part") for file in folder.iterdir()]
    left = b"".join(file.read_bytes() for file in files)
    for person in crowd:
        assert person.encode() not in left
    assert not any(name.encode() in left for name in names(services, crowd))
    assert b"former" not in left
    told = donation_desk.withdraw(services, tmp_path / "notices")  # it may have left, for all that is known
    assert [(one["project"], one["people"]) for one in told] == [(COLON, 1)]
    export(services, COLON, out)
    assert pseudonyms(out) == names(services, crowd[1:])
