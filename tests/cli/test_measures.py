"""`jalon measures` from the outside: lines printed, exit codes, one sentence for bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.measures.catalog import load_catalog
from tests.measures.patients import patient, value_sets_of

SCOPE = load_catalog("us").get("CMS125")
VISIT = {"encounter": "office_visit", "from": "2025-03-01", "to": "2025-03-01"}
DONE = {"study": "mammography", "at": "2025-02-01"}
WHO = {"id": "p1", "born": "1965-01-01", "gender": "female", "has": [VISIT, DONE]}
LINE = {"id": "p1", "initial-population": 1, "denominator": 1, "denominator-exclusion": 0, "numerator": 1}
PERIOD = ("--period", "2025-01-01/2025-12-31")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with value sets, a case, a Bundle and NDJSON of the same patient."""
    codes = {oid: {"name": oid, "codes": sorted(map(list, pairs or ()))} for oid, pairs in value_sets_of(SCOPE).items()}
    resources = patient(SCOPE, WHO)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    expected = {name: value for name, value in LINE.items() if name != "id"}
    case = {"id": "p1", "period": ["2025-01-01", "2025-12-31"], "expected": expected, "bundle": bundle}
    owned = [one if one["resourceType"] == "Patient" else {**one, "subject": {"reference": "Patient/p1"}}
             for one in resources]
    (tmp_path / "vs.json").write_text(json.dumps(codes))
    (tmp_path / "case.json").write_text(json.dumps(case))
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))
    (tmp_path / "resources.ndjson").write_text("\n".join(map(json.dumps, [*owned, *_renamed(owned)])))
    (tmp_path / "cases.ndjson").write_text("\n".join([json.dumps(case), "", json.dumps(bundle)]))
    return tmp_path


def _renamed(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return json.loads(json.dumps(resources).replace('"p1"', '"p2"').replace("Patient/p1", "Patient/p2"))


def run(files: Path, *arguments: str, measure: str = "CMS125", value_sets: str = "vs.json") -> Result:
    command = ["measures", "evaluate", measure, "--valuesets", str(files / value_sets)]
    return CliRunner().invoke(cli, [*command, *arguments])


@pytest.mark.parametrize("name", ["CMS125", "cms125fhir", "breast_cancer_screening", "BreastCancerScreeningFHIR"])
def test_one_json_line_a_case(files: Path, name: str) -> None:
    done = run(files, *PERIOD, str(files / "case.json"), measure=name)
    assert (done.exit_code, json.loads(done.stdout)) == (0, LINE)
    assert "rate 1/1 = 100.0 %" in done.stderr


def test_bundles_ndjson_and_folders(files: Path) -> None:
    for file, expected in (("bundle.json", ["p1"]), ("resources.ndjson", ["p1", "p2"]), ("cases.ndjson", ["p1", "p1"])):
        done = run(files, *PERIOD, str(files / file))
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert lines == [{**LINE, "id": name} for name in expected], file
    (files / "in").mkdir()
    (files / "case.json").rename(files / "in" / "a.json")
    (files / "resources.ndjson").rename(files / "in" / "b.ndjson")
    assert len(run(files, *PERIOD, str(files / "in")).stdout.splitlines()) == 3


def test_the_period_of_the_case(files: Path) -> None:
    assert json.loads(run(files, str(files / "case.json")).stdout) == LINE
    other = run(files, "--period", "2026-01-01/2026-12-31", str(files / "case.json"))
    assert json.loads(other.stdout)["initial-population"] == 0
    assert run(files, str(files / "bundle.json")).exit_code == 2


def test_check(files: Path) -> None:
    assert run(files, "--check", str(files / "case.json")).exit_code == 0
    case = json.loads((files / "case.json").read_text())
    case["expected"]["numerator"] = 0
    (files / "case.json").write_text(json.dumps(case))
    done = run(files, "--check", str(files / "case.json"))
    assert done.exit_code == 1
    assert "p1: numerator expected 0, found 1" in done.stderr
    assert "0 as expected, 1 not" in done.stderr


def test_trace(files: Path) -> None:
    case = json.loads((files / "case.json").read_text())
    case["bundle"]["entry"].append({"resource": {
        "resourceType": "Observation", "id": "early", "status": "final", "effectiveDateTime": "2020-01-01",
        "code": case["bundle"]["entry"][2]["resource"]["code"],
    }})  # fmt: skip
    (files / "case.json").write_text(json.dumps(case))
    trace = json.loads(run(files, "--trace", str(files / "case.json")).stdout)["trace"]
    assert trace["numerator"] == {
        "criterion": {"event": "mammography"}, "truth": True,
        "items": [{"resource": "Observation/p1-1", "from": "2025-02-01", "to": "2025-02-01"}],
        "set_aside": [{"resource": "Observation/early", "because": "time"}],
    }
    assert trace["initial-population"]["steps"][0] == {"criterion": {"age": {"from": 52, "to": 74}}, "truth": True}


def test_text(files: Path) -> None:
    assert run(files, "--format", "text", str(files / "case.json")).stdout == (
        "p1  initial-population=1  denominator=1  denominator-exclusion=0  numerator=1\n"
    )


def told(done: Result) -> str:
    """The one sentence of a refusal."""
    assert done.exit_code == 2, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    return done.stderr


@pytest.mark.parametrize("period", ["2025", "2025-01-01", "2025-01-01/2025-02-30", "2025-12-31/2025-01-01", "a/b", "/",
                                    "2025-01-01/2025-12-31/2026-01-01", "20250101/20251231"])
def test_a_bad_period(files: Path, period: str) -> None:
    assert "period" in told(run(files, "--period", period, str(files / "case.json")))


def test_an_unknown_measure(files: Path) -> None:
    assert "no measure 'CMS999'; there are: breast_cancer_screening (CMS125)" in told(
        run(files, str(files / "case.json"), measure="CMS999")
    )
    assert "no such file" in told(run(files, str(files / "case.json"), measure="absent.yaml"))


def test_a_missing_value_set_is_named(files: Path) -> None:
    codes = json.loads((files / "vs.json").read_text())
    del codes["2.16.840.1.113883.3.464.1003.108.12.1018"]
    (files / "less.json").write_text(json.dumps(codes))
    sentence = told(run(files, str(files / "case.json"), value_sets="less.json"))
    assert "1 of 28 value sets are missing: mammography (2.16.840.1.113883.3.464.1003.108.12.1018)" in sentence
    without = CliRunner().invoke(cli, ["measures", "evaluate", "CMS125", *PERIOD, str(files / "case.json")])
    assert "28 of 28 value sets are missing" in told(without)


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "vide"), ("{", "not JSON"), ("[]", "no value set"), ("{}", "no value set"), ('{"1": 3}', "expected"),
    ('{"1": {"codes": [["a"]]}}', "expected"), ('{"1": {"codes": "x"}}', "expected"), ("\xff", "UTF-8"),
])  # fmt: skip
def test_bad_value_sets(files: Path, text: str, sentence: str) -> None:
    (files / "bad.json").write_bytes(text.encode("latin-1"))
    assert sentence in told(run(files, str(files / "case.json"), value_sets="bad.json"))


BAD_CASES = [
    ("", "vide"), ("{", "not JSON"), ("null", "expected a case"), ("[1]", "expected a case"), ("{}", "neither a case"),
    ('{"bundle": 3}', "not a FHIR Bundle"), ('{"resourceType": "Bundle"}', "no Patient"),
    ('{"resourceType": "Bundle", "entry": 3}', "Bundle.entry"),
    ('{"resourceType": "Bundle", "entry": [3]}', "Bundle.entry"),
    ('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}, '
     '{"resource": {"resourceType": "Patient"}}]}', "2 Patient resources"),
    ('{"bundle": ' + "[" * 100 + "]" * 100 + "}", "imbriqué"), ("\xff", "UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), BAD_CASES)
def test_a_bad_case(files: Path, text: str, sentence: str) -> None:
    (files / "bad.json").write_bytes(text.encode("latin-1"))
    assert sentence in told(run(files, *PERIOD, str(files / "bad.json")))


def test_a_bad_line_is_named(files: Path) -> None:
    (files / "bad.ndjson").write_text((files / "cases.ndjson").read_text() + "\n{")
    assert "bad.ndjson:4: not JSON" in told(run(files, *PERIOD, str(files / "bad.ndjson")))


ODD = [3, "x", None, [], {}, [[]], [{}], {"coding": 3}, {"coding": [3]}, {"coding": [{"code": {}}]}, True, 1e308,
       {"coding": [{"system": [], "code": "mammography"}]}, {"start": 3}, {"start": "x", "end": []}]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_elements_of_another_shape_are_not_there(files: Path, odd: Any) -> None:
    """Whatever stands in the place of an element, there is an answer and no traceback."""
    case = json.loads((files / "case.json").read_text())
    entries = case["bundle"]["entry"]
    for name in ("status", "category", "code", "effectiveDateTime", "effectivePeriod", "valueQuantity", "subject", "id",
                 "component", "modifierExtension"):
        entries.append({"resource": {**entries[2]["resource"], name: odd}})
    for name in ("type", "period", "hospitalization"):
        entries.append({"resource": {**entries[1]["resource"], name: odd}})
    for kind in ("Condition", "MedicationRequest", "DeviceRequest", "ServiceRequest", "Procedure", odd):
        entries.append({"resource": {"resourceType": kind, "status": "active", "intent": "order", "code": odd,
                                     "onsetDateTime": odd, "dispenseRequest": odd, "dosageInstruction": odd,
                                     "medicationReference": odd, "contained": odd}})
    for name in ("birthDate", "gender", "deceasedDateTime"):
        case["bundle"]["entry"][0]["resource"] |= {name: odd} if name == "deceasedDateTime" else {}
    (files / "odd.json").write_text(json.dumps(case))
    done = run(files, str(files / "odd.json"))
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == LINE
    for name in ("birthDate", "gender"):
        changed = json.loads(json.dumps(case))
        changed["bundle"]["entry"][0]["resource"][name] = odd
        (files / "odd.json").write_text(json.dumps(changed))
        done = run(files, str(files / "odd.json"))
        assert (done.exit_code, json.loads(done.stdout)["initial-population"]) == (0, 0)


def test_value_sets_as_fhir(files: Path) -> None:
    codes = json.loads((files / "vs.json").read_text())
    sets = []
    for n, (oid, one) in enumerate(codes.items()):
        pairs = [{"system": system, "code": code} for system, code in one["codes"]]
        body = {"expansion": {"contains": pairs}} if n % 2 else {
            "compose": {"include": [{"system": pair["system"], "concept": [{"code": pair["code"]}]} for pair in pairs]}
        }
        name = ({"id": oid}, {"url": f"http://example.org/ValueSet/{oid}"},
                {"identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{oid}"}]})[n % 3]
        sets.append({"resourceType": "ValueSet", **name, **body})
    half = len(sets) // 2
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in sets[:half]]}
    (files / "fhir.json").write_text(json.dumps(bundle))
    (files / "fhir.ndjson").write_text("\n".join(map(json.dumps, sets[half:])))
    done = run(files, "--valuesets", str(files / "fhir.ndjson"), str(files / "case.json"), value_sets="fhir.json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, LINE)


def test_list_show_lint(files: Path) -> None:
    runner = CliRunner()
    listed = json.loads(runner.invoke(cli, ["measures", "list", "--format", "json"]).stdout)
    assert [one["names"][0] for one in listed] == ["CMS125", "CMS124"]
    shown = json.loads(runner.invoke(cli, ["measures", "show", "CMS124", "--format", "json"]).stdout)
    assert len(shown["value_sets"]) == 17
    assert shown["events"]["cytology"]["value_set"] == ["pap_test"]
    assert "mammography: 2.16.840" in runner.invoke(cli, ["measures", "show", "CMS125"]).stdout
    done = runner.invoke(cli, ["measures", "lint"])
    assert (done.exit_code, done.stdout) == (0, "")
    done = runner.invoke(cli, ["measures", "lint", "--valuesets", str(files / "vs.json")])  # those of CMS125 only
    assert done.exit_code == 1
    assert done.stdout.startswith("cervical_cancer_screening.yaml:1: cervical_cancer_screening: 4 of 17 value sets")
    (files / "mine.yaml").write_text("id: mine\n")
    done = runner.invoke(cli, ["measures", "lint", str(files / "mine.yaml")])
    assert done.exit_code == 1
    assert done.stdout.startswith("mine.yaml:1: ")


def test_columns(files: Path) -> None:
    """The same lines from DuckDB, over files or over columns made before."""
    engine = ("--engine", "duckdb")
    for file in ("case.json", "resources.ndjson", "cases.ndjson"):
        one, other = (run(files, *PERIOD, *way, str(files / file)) for way in ((), engine))
        assert (other.exit_code, other.stdout, other.stderr) == (0, one.stdout, one.stderr)
    made = CliRunner().invoke(cli, ["measures", "columns", str(files / "out"), str(files / "resources.ndjson")])
    assert (made.exit_code, made.stderr) == (0, "2 patients\n")
    done = run(files, *PERIOD, *engine, str(files / "out"))
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["p1", "p2"]
    assert "--engine duckdb" in told(run(files, *PERIOD, str(files / "out")))
    assert "one folder" in told(run(files, *PERIOD, *engine, str(files / "out"), str(files / "case.json")))
    assert "give the period" in told(run(files, *engine, str(files / "out")))
    assert "no trace" in told(run(files, *engine, "--trace", str(files / "case.json")))
    again = CliRunner().invoke(cli, ["measures", "columns", str(files / "out"), str(files / "case.json")])
    assert "stands already" in told(again)
    (files / "out" / "people.parquet").write_bytes(b"")
    assert "make the columns again" in told(run(files, *PERIOD, *engine, str(files / "out")))


def test_parquet_of_resources(files: Path) -> None:
    """The rows of a Parquet file say what the lines of NDJSON say, with either engine."""
    for name in ("resources", "cases"):
        lines = (files / f"{name}.ndjson").read_text().splitlines()
        pq.write_table(pa.table({"number": range(len(lines)), "resource": [line or None for line in lines]}),
                       files / f"{name}.parquet")  # fmt: skip
        for engine in ("python", "duckdb"):
            one, other = (run(files, *PERIOD, "--engine", engine, str(files / f"{name}.{kind}"))
                          for kind in ("ndjson", "parquet"))  # fmt: skip
            assert (other.exit_code, other.stdout, other.stderr) == (0, one.stdout, one.stderr)
            assert one.stdout.count("\n") == 2
    CliRunner().invoke(cli, ["measures", "columns", str(files / "out"), str(files / "resources.ndjson")])
    assert "as their folder" in told(run(files, *PERIOD, str(files / "out" / "people.parquet")))
    pq.write_table(pa.table({"resource": ["{}", "{"]}), files / "bad.parquet")
    assert "bad.parquet:1: neither a case" in told(run(files, *PERIOD, str(files / "bad.parquet")))
    (files / "bad.parquet").write_bytes(b"PAR1")
    assert "bad.parquet: not a Parquet file" in told(run(files, *PERIOD, str(files / "bad.parquet")))


def test_columns_are_checked_too(files: Path) -> None:
    case = json.loads((files / "case.json").read_text())
    case["expected"]["numerator"] = 0
    (files / "case.json").write_text(json.dumps(case))
    done = run(files, "--engine", "duckdb", "--check", str(files / "case.json"))
    assert done.exit_code == 1
    assert "p1: numerator expected 0, found 1" in done.stderr
    case["period"] = ["2024-01-01", "2024-12-31"]
    (files / "cases.ndjson").write_text((files / "cases.ndjson").read_text() + "\n" + json.dumps(case))
    assert "several periods" in told(run(files, "--engine", "duckdb", str(files / "cases.ndjson")))
