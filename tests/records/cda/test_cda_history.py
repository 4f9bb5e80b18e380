"""Problems, allergies, acts, lifestyle, pregnancy."""

from __future__ import annotations

import pytest

from app.dates import PartialDate
from app.records.model import Code, Reason
from tests.records.cda.builders import (
    CCAM,
    CIM10,
    CIS,
    ENTRY,
    SNOMED,
    TA_ASIP,
    cd,
    code,
    entries,
    modifier,
    observation,
    only,
    pq,
    problem,
    section,
    templates,
    when,
)


def test_the_onset_is_the_inner_date_not_the_recording() -> None:
    entry = only(section("11450-4", problem("E06.3", low="20180422", high="20180430", recorded="20220211")))
    assert (str(entry.when), str(entry.end), entry.date_basis) == ("2018-04-22", "2018-04-30", "clinical")
    assert entry.kind == "condition"
    assert entry.codes == (Code("cim10", "E06.3", None),)


def test_an_onset_known_to_the_year_stays_a_year() -> None:
    assert str(only(section("11450-4", problem("E11.9", low="2007"))).when) == "2007"


def test_a_disease_without_onset_has_the_day_it_was_written_and_says_so() -> None:
    entry = only(section("11450-4", problem("E11.9", low=None)))
    assert (str(entry.when), entry.date_basis) == ("2024-05-02", "recorded")


@pytest.mark.parametrize(
    ("word", "status"), [("active", "active"), ("resolved", "resolved"), ("413322009", "resolved")]
)
def test_the_clinical_status(word: str, status: str) -> None:
    assert only(section("11450-4", problem("E11.9", inner=modifier("33999-4", word)))).status == status


def test_family_history_codes_are_not_a_disease_of_the_person() -> None:
    entry = only(section("11348-0", problem("Z80.3")))
    assert entry.kind == "family_member"
    assert entry.relative is not None
    assert entry.relative.relation is None
    assert only(section("11348-0", problem("Z85.3"))).kind == "condition"


def test_a_tumour_coded_by_its_cells_takes_the_code_of_its_site() -> None:
    site = f"<targetSiteCode code='C50.2' codeSystem='{CIM10}'/>"
    entry = only(section("72135-7", problem("8000/3", "2.16.840.1.113883.6.43.1", inner=site)))
    assert [(c.system, c.code) for c in entry.codes] == [("cimo", "8000/3"), ("cim10", "C50.2")]


def test_a_problem_in_words_only_is_told_uncoded() -> None:
    words = '<value xsi:type="CD"><originalText>mal au dos</originalText></value>'
    entry = only(section("11450-4", problem("", value=words)))
    assert entry.text == "mal au dos"
    assert entry.refusal is not None
    assert entry.refusal.reason == Reason.FREE_TEXT_ONLY


def test_what_the_patient_reports_is_theirs() -> None:
    said = problem("R50.9").replace("282291009", "418799008")
    assert only(section("11450-4", said)).author == "citizen"


def test_a_section_is_found_by_any_of_its_marks_and_however_deep() -> None:
    by_code = section("11450-4", problem("E11.9"))
    by_oid = section("99999-9", problem("E11.9"), oid="132")
    nested = section("46612-8", inner=section("34117-2", inner=by_code))
    for xml in (by_code, by_oid, nested):
        assert [e.kind for e in entries(xml)] == ["condition"]
    assert only(nested).source.entry.startswith("46612-8/34117-2/11450-4/")


def test_an_allergy_names_its_substance() -> None:
    substance = f"""<participant typeCode="CSM"><participantRole><playingEntity>{code("60234100", CIS, display="X")}
    </playingEntity></participantRole></participant>"""
    allergy = f"""<act classCode="ACT" moodCode="EVN">{templates(ENTRY + "40")}<code nullFlavor="NA"/>
    <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">{templates(ENTRY + "41")}
    {code("416098002", SNOMED)}{when("20180603")}<value xsi:type="CD"/>{substance}</observation>
    </entryRelationship></act>"""
    entry = only(section("48765-2", allergy))
    assert (entry.kind, entry.codes[0].system, entry.codes[0].code) == ("allergy", "cis", "60234100")
    assert entry.refusal is None


def test_an_act_loses_the_phase_and_activity_of_its_code() -> None:
    act = (
        f'<procedure classCode="PROC" moodCode="EVN">{code("HHQE00201", CCAM)}{when("20240110")}</procedure>'
    )
    entry = only(section("47519-4", act))
    assert (entry.kind, entry.codes[0].code, entry.when) == (
        "procedure",
        "HHQE002",
        PartialDate.parse("2024-01-10"),
    )


def test_an_act_left_open_in_a_plan_is_not_done() -> None:
    act = f'<procedure moodCode="EVN">{code("GEN-092.04.13", TA_ASIP)}<statusCode code="active"/></procedure>'
    refusal = only(section("18776-5", act)).refusal
    assert refusal is not None
    assert refusal.reason == Reason.PLANNED_NOT_DONE


def test_habits_without_a_date_hold_on_the_documents_day() -> None:
    entry = only(section("29762-2", observation("72166-2", cd("LA18976-3"), day=None, template="52")))
    assert (str(entry.when), entry.date_basis) == ("2024-05-02", "recorded")
    assert entry.value == (Code("loinc", "LA18976-3", None),)


def test_an_unnamed_qualifier_sharpens_the_code() -> None:
    other = code("11345-6", inner=f"<qualifier>{code('MED-181', TA_ASIP, tag='value')}</qualifier>")
    entry = only(section("29762-2", observation(other, '<value xsi:type="BL" value="false"/>')))
    assert [c.code for c in entry.codes] == ["11345-6", "MED-181"]


def test_measures_take_the_organizers_day_when_they_have_none() -> None:
    measures = f"""<organizer classCode="CLUSTER" moodCode="EVN">{templates(ENTRY + "49")}{code("85353-1")}
    <statusCode code="completed"/>{when("20240211")}
    <component>{observation("8302-2", pq("1.70", "m"), day=None)}</component>
    <component>{observation("29463-7", pq("70", "kg"), day="20240212")}</component></organizer>"""
    found = {e.codes[0].code: str(e.when) for e in entries(section("8716-3", measures))}
    assert found == {"8302-2": "2024-02-11", "29463-7": "2024-02-12"}


def test_measures_without_any_day_have_none() -> None:
    assert only(section("8716-3", observation("8302-2", pq("1.70", "m"), day=None))).when is None


def test_an_expected_birth_date_is_a_value_and_may_be_ahead() -> None:
    due = observation("11778-8", '<value xsi:type="IVL_TS" value="20241130"/>', day=None, template="53")
    assert only(section("10162-6", due)).value == PartialDate.parse("2024-11-30")
