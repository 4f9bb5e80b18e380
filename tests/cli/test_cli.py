"""The command line: exit codes, streams and formats that scripts rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fhir.resources.R4B.careplan import CarePlan

from app.cli import COMMANDS, cli
from app.content import samples_dir

SAMPLE = str(samples_dir() / "monique")
HEAVY = ("pydantic", "yaml", "lxml", "babel", "jinja2", "fastapi", "sqlalchemy", "uvicorn", "risk_models", "app.facts")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def fails_plainly(result: Result) -> str:
    """Exit code 2, nothing on stdout, a short message and no traceback on stderr."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr


def test_help_lists_every_command_without_heavy_imports() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from app.cli import cli;"
        "result = CliRunner().invoke(cli, ['--help']); print(result.stdout);"
        f"loaded = [m for m in {HEAVY!r} if m in sys.modules]; assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in COMMANDS:
        assert name in done.stdout


def test_reading_a_record_loads_no_web_server() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from app.cli import cli;"
        f"result = CliRunner().invoke(cli, ['plan', {SAMPLE!r}, '--as-of', '2026-11-20']); assert not result.exit_code;"
        "loaded = [m for m in ('fastapi', 'sqlalchemy', 'uvicorn') if m in sys.modules]; assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    assert run(name, "--help").exit_code == 0


def test_facts_and_plan_as_json() -> None:
    facts = json.loads(run("facts", SAMPLE, "--as-of", "2026-11-20", "--format", "json").stdout)
    assert set(facts) == {"as_of", "subject", "facts", "unknown", "set_aside", "documents"}
    assert facts["as_of"] == "2026-11-20"
    plan = json.loads(run("plan", SAMPLE, "--as-of", "2026-11-20", "--format", "json").stdout)
    assert plan["lang"] == "fr"
    assert "trace" not in (plan["up_to_date"] + plan["not_for_you"])[0]
    traced = json.loads(run("plan", SAMPLE, "--as-of", "2026-11-20", "--format", "json", "--trace").stdout)
    assert "trace" in (traced["up_to_date"] + traced["not_for_you"])[0]


@pytest.mark.parametrize("form", ["text", "json", "html"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_sample_has_a_plan_in_every_form(form: str, lang: str) -> None:
    for sample in sorted(path for path in samples_dir().iterdir() if path.is_dir()):
        done = run("plan", str(sample), "--as-of", "2026-11-20", "--lang", lang, "--format", form)
        assert done.exit_code == 0, done.output
        assert done.stderr == ""
        assert "\x1b[" not in done.stdout  # nothing but text in a pipe


def test_the_plan_for_a_gp_is_short_and_has_statuses() -> None:
    done = run("plan", SAMPLE, "--as-of", "2026-11-20", "--audience", "gp")
    assert done.exit_code == 0
    assert "breast_cancer_screening [up_to_date" in done.stdout


def test_every_reference_bundle_has_a_plan_and_explanations(shared_data: Path) -> None:
    for record in sorted((shared_data / "fr-fhir").glob("*.json")):
        assert run("plan", str(record), "--as-of", "2026-11-15").exit_code == 0
        done = run("explain", str(record), "colorectal_cancer_screening", "--as-of", "2026-11-15", "--format", "json")
        assert json.loads(done.stdout)["guideline"] == "colorectal_cancer_screening"


def test_answers_change_the_plan(tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("family_colorectal_cancer: []\nfit: {date: 2026-02-01, result: negative}\n", encoding="utf-8")
    arguments = ("explain", SAMPLE, "colorectal_cancer_screening", "--as-of", "2026-11-20", "--format", "json")
    assert json.loads(run(*arguments).stdout)["status"] == "ask"
    after = json.loads(run(*arguments, "--answers", str(answers)).stdout)
    assert (after["status"], after["due_from"]) == ("up_to_date", "2028-02-01")
    answers.write_text("fit: soon\n", encoding="utf-8")
    message = fails_plainly(run(*arguments, "--answers", str(answers)))
    assert "fit" in message
    assert "soon" not in message


@pytest.mark.parametrize(("arguments", "told"), [
    (("plan", "no-such-file.json"), "no-such-file.json"),
    (("plan",), "RECORD"),
    (("plan", SAMPLE, "--lang", "xx"), "fr, en"),
    (("plan", SAMPLE, "--as-of", "2026-13-40"), "AAAA-MM-JJ"),
    (("plan", SAMPLE, "--as-of", "20261120"), "AAAA-MM-JJ"),
    (("plan", SAMPLE, "--as-of", "1900-01-01"), "birth"),
    (("facts", SAMPLE, "--as-of", "1900-01-01"), "birth"),
    (("plan", SAMPLE, "--pack", "zz"), "fr"),
    (("plan", SAMPLE, "--format", "docx"), "text"),
    (("explain", SAMPLE, "brest_cancer_screening"), "breast_cancer_screening"),
    (("guidelines", "show", "tabacco"), "tobacco"),
    (("risk", "show", "no-such-model"), "score2"),
    (("risk", "compute", "score2", "--input", "no-such-file.json"), "no-such-file.json"),
    (("risk", "compute", "score2", "colour=blue"), "colour"),
    (("cases", "no-such-file.yaml"), "no-such-file.yaml"),
    (("no-such-command",), "no-such-command"),
])
def test_bad_input_is_told_in_a_sentence(arguments: tuple[str, ...], told: str) -> None:
    assert told in fails_plainly(run(*arguments))


@pytest.mark.parametrize("content", [b"", b"{", b"\x00\x01", b"[]", b"<a>", b"{}", b'{"resourceType": "Bundle"}'])
def test_a_file_that_is_no_record_is_told(tmp_path: Path, content: bytes) -> None:
    record = tmp_path / "record.json"
    record.write_bytes(content)
    for command in (("facts",), ("plan",)):
        assert fails_plainly(run(*command, str(record))).startswith("jalon: ")


CASES = """
- id: forty-nine
  as_of: 2026-06-01
  guideline: colorectal_cancer_screening
  person: {birth_date: 1976-06-02, administrative_sex: female, events: [], family: []}
  expect: {status: STATUS}
  source: test
"""


def test_cases_pass_fail_and_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(CASES.replace("STATUS", "not_eligible"), encoding="utf-8")
    done = run("cases", str(file))
    assert (done.exit_code, done.stdout) == (0, "1 passed, 0 failed\n")
    file.write_text(CASES.replace("STATUS", "due"), encoding="utf-8")
    done = run("cases", str(file))
    assert done.exit_code == 1
    first, last = done.stdout.splitlines()
    assert "forty-nine" in first
    assert "expected due" in first
    assert last == "0 passed, 1 failed"
    counted = json.loads(run("cases", str(file), "--format", "json").stdout)
    assert (counted["passed"], counted["failed"], counted["failures"][0]["case"]) == (0, 1, "forty-nine")
    file.write_text(CASES.replace("birth_date", "birthday"), encoding="utf-8")
    assert "cases.yaml:5" in fails_plainly(run("cases", str(file)))


def test_guidelines_are_listed_shown_and_checked(tmp_path: Path) -> None:
    listed = json.loads(run("guidelines", "list", "--format", "json").stdout)["guidelines"]
    assert "colorectal_cancer_screening" in {row["id"] for row in listed}
    for row in listed:
        assert run("guidelines", "show", row["id"]).exit_code == 0
    shown = json.loads(run("guidelines", "show", "tobacco", "--format", "json").stdout)
    assert shown["tracks"][0]["when"]
    assert run("guidelines", "lint").exit_code == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("id: x\ndomain: habits\n", encoding="utf-8")
    done = run("guidelines", "lint", str(wrong))
    assert done.exit_code == 1
    assert "wrong.yaml" in done.stdout


def test_a_risk_model_answers_refuses_and_is_checked(tmp_path: Path) -> None:
    inputs = {"region": "low", "sex": "male", "age": 50, "smoker": True, "sbp": 140, "total_cholesterol": 5.5,
              "hdl_cholesterol": 1.3}
    file = tmp_path / "inputs.json"
    file.write_text(json.dumps(inputs), encoding="utf-8")
    pairs = [f"{name}={json.dumps(value)}" for name, value in inputs.items()]
    from_file = run("risk", "compute", "score2", "--input", str(file), "--format", "json")
    from_pairs = run("risk", "compute", "score2", *pairs, "--format", "json")
    from_stdin = CliRunner().invoke(cli, ["risk", "compute", "score2", "--input", "-", "--format", "json"],
                                    input=json.dumps(inputs))
    assert from_file.stdout == from_pairs.stdout == from_stdin.stdout
    assert json.loads(from_file.stdout)["value"] == pytest.approx(5.9, abs=0.05)
    too_young = run("risk", "compute", "score2", *pairs, "age=30", "--format", "json")
    assert too_young.exit_code == 1
    assert json.loads(too_young.stdout)["refused"][0]["kind"] == "out_of_range"
    missing = run("risk", "compute", "score2", "age=50", "--format", "json")
    assert missing.exit_code == 2
    vectors = tmp_path / "vectors.json"
    good = {"model": "score2", "vectors": [{"inputs": inputs, "expected": 5.9, "tolerance": 0.05}]}
    vectors.write_text(json.dumps(good), encoding="utf-8")
    assert run("risk", "check", str(vectors)).stdout == "1 passed, 0 failed\n"
    good["vectors"][0]["expected"] = 9.9  # type: ignore[index]
    vectors.write_text(json.dumps(good), encoding="utf-8")
    assert run("risk", "check", str(vectors)).exit_code == 1
    vectors.write_text("{}", encoding="utf-8")
    assert run("risk", "check", str(vectors)).exit_code == 2


def test_a_citizen_is_shown_words_whom_to_call_and_what_can_be_changed() -> None:
    low_mood = run("risk", "compute", "phq", "items=[0,0,0,0,0,0,0,0,1]", "--audience", "citizen")
    assert "3114" in low_mood.stdout
    told = json.loads(run("risk", "compute", "audit-c", "sex=female", "items=[4,4,4]", "--audience", "citizen",
                          "--format", "json", "--lang", "en").stdout)
    assert set(told) == {"model", "text", "help_lines"}
    person = ["region=low", "sex=male", "age=50", "total_cholesterol=5.5 mmol/L", "hdl_cholesterol=1.3 mmol/L"]
    smoker = run("risk", "compute", "score2", *person, "smoker=true", "sbp=140 mmHg", "--audience", "citizen")
    assert smoker.stdout.startswith("Sur 100 personnes comme vous")
    well = run("risk", "compute", "score2", *person[:3], "total_cholesterol=4.2", "hdl_cholesterol=1.5",
               "smoker=false", "sbp=118", "--audience", "citizen")
    assert (well.exit_code, well.stdout) == (1, "")
    assert "nothing can be done" in well.stderr


def test_models_of_other_countries_reach_no_citizen_in_france_and_warn_everybody_else() -> None:
    man = ["sex=male", "age=50", "sbp=130", "bp_treatment=false", "total_cholesterol=5.2", "hdl_cholesterol=1.2",
           "statin=false", "diabetes=false", "current_smoker=true", "egfr=90", "bmi=26"]
    citizen = run("risk", "compute", "prevent-base", *man, "--audience", "citizen")
    assert (citizen.exit_code, citizen.stdout) == (1, "")
    assert "not shown to citizens in France" in citizen.stderr
    professional = run("risk", "compute", "prevent-base", *man)
    assert professional.exit_code == 0
    assert "not to be shown to anybody in France" in professional.stderr


def test_a_refusal_names_the_input_the_range_and_the_source() -> None:
    told = run("risk", "compute", "score2", "age=39").stderr
    assert "age: must be from 40 to 69 years" in told
    assert "doi 10.1093/eurheartj/ehab309" in told


def test_what_may_not_be_embedded_says_where_to_go() -> None:
    assert "canrisk" in run("risk", "list").stdout
    assert "https://www.canrisk.org" in run("risk", "show", "canrisk").stdout
    assert json.loads(run("risk", "show", "frax", "--format", "json").stdout)["instead"] == ["ost"]
    done = run("risk", "compute", "frax", "age=60")
    assert done.exit_code == 2
    assert "not computed here" in done.stderr


def test_models_are_listed_and_shown() -> None:
    for row in json.loads(run("risk", "list", "--format", "json").stdout):
        assert run("risk", "show", row["id"]).exit_code == 0
        assert json.loads(run("risk", "show", row["id"], "--format", "json").stdout)["card"]


def test_a_chart_is_drawn_into_a_file(tmp_path: Path) -> None:
    out = tmp_path / "score2.svg"
    done = run("risk", "show", "score2", "--chart", str(out))
    assert (done.exit_code, done.stdout) == (0, "")
    assert out.read_text(encoding="utf-8").startswith("<svg")
    assert "there are charts of" in fails_plainly(run("risk", "show", "eisinger", "--chart", str(out)))
    assert "is not computed here" in fails_plainly(run("risk", "show", "frax", "--chart", str(out)))
    assert "cannot be written" in fails_plainly(
        run("risk", "show", "score2", "--chart", str(tmp_path / "no" / "x.svg"))
    )


def test_the_plan_as_pdf_and_as_fhir() -> None:
    record = str(samples_dir() / "rachid")
    printed = CliRunner().invoke(cli, ["plan", record, "--format", "pdf"])
    assert printed.exit_code == 0
    assert printed.stdout_bytes.startswith(b"%PDF")
    made = CliRunner().invoke(cli, ["plan", record, "--format", "fhir"])
    CarePlan.model_validate(json.loads(made.stdout))
