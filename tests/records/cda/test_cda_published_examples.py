"""The published CI-SIS examples: every one opens, and what was read by eye in it is there.

The documents are kept outside the repository (fixture `shared_data`); only figures and codes stand here.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from app.dates import PartialDate
from app.facts.extract import extract
from app.facts.model import FactSheet
from app.records.load import read_record
from app.records.model import Code, Quantity, Reason, Record, RecordEntry

AS_OF = date(2026, 11, 15)

FILES = {
    "BIO-CR-BIO_2021.01_CR-2nde-intention": "CR-BIO",
    "BIO-CR-BIO_2024.01_DEP-CCU-tout-structure": "CR-BIO",
    "BIO-CR-BIO_2024.01_Glycemie_mole": "CR-BIO",
    "BIO-CR-BIO_2024.01_TSH_1": "CR-BIO",
    "BIO-TROD_2024.01_COVID-19": "TROD",
    "BIO-TROD_2024.01_COVID-19_Grippe-A_Grippe-B": "TROD",
    "CANCER-D2LM-FIN_2022.01": "D2LM-FIN",
    "CANCER-FRCP_2022.01_Transversale": "CANCER-FRCP",
    "CANCER-PPS_2022.01_feuille-de-style-externe": "CANCER-PPS",
    "CNAM-HR_2021.01": "CNAM-HR",
    "CSE-CS9_2025.01": "CSE-CS9",
    "DOC_NON_STRUCTURE_CDA-R2-N1": "CR d'examens biologiques",
    "IMG_CR_IMG_2024.01": "CR-IMG",
    "IPS-FR_2024.01": "IPS-FR",
    "LDL-SES_2022.01": "LDL-SES",
    "OBP-SCM_2024.01": "OBP-SCM",
    "SDM-MR_2024.01_patiente-enceinte": "SDM-MR",
    "VAC-NOTE_2023.01": "VAC-NOTE",
    "VSM_1.4_2022.01": "VSM",
    "eDISP-MED_2024.01": "eDISP-MED",
}

# file, kind, code, value (with unit; code; True/False; "" for none), day: as they stand in the document
ENTRIES = [
    ("BIO-CR-BIO_2021.01_CR-2nde-intention", "observation", "6301-6", "2.0 1", "2021-01-04"),
    ("BIO-CR-BIO_2024.01_Glycemie_mole", "observation", "40193-5", "4.89 mmol/L", "2014-04-02"),
    ("BIO-CR-BIO_2024.01_TSH_1", "observation", "3016-3", "1.950 m[IU]/L", "2014-04-02"),
    ("BIO-CR-BIO_2024.01_TSH_1", "observation", "3024-7", "7.67 pg/mL", "2014-04-02"),
    ("BIO-CR-BIO_2024.01_DEP-CCU-tout-structure", "observation", "77379-6", "1269497006", "2024-01-04"),
    ("BIO-CR-BIO_2024.01_DEP-CCU-tout-structure", "observation", "77379-6", "77851000146104", "2023-12-04"),
    ("BIO-CR-BIO_2024.01_DEP-CCU-tout-structure", "observation", "10524-7", "MED-1194", "2024-01-04"),
    ("BIO-CR-BIO_2024.01_DEP-CCU-tout-structure", "observation", "10524-7", "MED-1193", "2023-12-04"),
    ("BIO-TROD_2024.01_COVID-19", "observation", "94558-4", "260385009", "2024-01-06"),
    ("BIO-TROD_2024.01_COVID-19_Grippe-A_Grippe-B", "observation", "80382-5", "10828004", "2024-01-06"),
    ("BIO-TROD_2024.01_COVID-19_Grippe-A_Grippe-B", "observation", "80383-3", "260385009", "2024-01-06"),
    ("CANCER-D2LM-FIN_2022.01", "procedure", "QEQK004", "MED-131", "2021-07-29"),
    ("CANCER-D2LM-FIN_2022.01", "procedure", "MG", "", "2007-03-28"),
    ("CANCER-D2LM-FIN_2022.01", "observation", "MED-019", "MED-039", "2021-07-29"),
    ("CANCER-D2LM-FIN_2022.01", "observation", "MED-043", "MED-131", "2021-07-29"),
    ("CANCER-D2LM-FIN_2022.01", "observation", "MED-029", True, "2021-07-29"),
    ("CANCER-D2LM-FIN_2022.01", "observation", "MED-1062", True, "2021-07-29"),
    ("CANCER-D2LM-FIN_2022.01", "condition", "D48.6", "", "2007"),
    ("CANCER-D2LM-FIN_2022.01", "condition", "370611004", "", "2010"),
    ("CANCER-FRCP_2022.01_Transversale", "condition", "C50.2", "", "2011-01-01"),
    ("CANCER-PPS_2022.01_feuille-de-style-externe", "condition", "C50.2", "", "2019-01-29"),
    ("CANCER-PPS_2022.01_feuille-de-style-externe", "observation", "29463-7", "70 kg", "2019-11-14"),
    ("CNAM-HR_2021.01", "medication", "3400939169002", "", "2019-03-11"),
    ("CNAM-HR_2021.01", "procedure", "QEQJ001", "", "2019-04-30"),
    ("CNAM-HR_2021.01", "procedure", "0552", "", "2019-05-15"),
    ("CSE-CS9_2025.01", "observation", "29463-7", "3900 g", "2021-02-11"),
    ("CSE-CS9_2025.01", "observation", "8302-2", "52 cm", "2021-02-11"),
    ("IMG_CR_IMG_2024.01", "procedure", "ACQH004", "", "2021-01-08"),
    ("IPS-FR_2024.01", "condition", "E06.3", "", "2024-01-11"),
    ("IPS-FR_2024.01", "condition", "T89", "", "2023-07-05"),
    ("IPS-FR_2024.01", "condition", "G45.9", "", "2018-04-22"),
    ("IPS-FR_2024.01", "procedure", "DDAF004", "", "2018-01-14"),
    ("IPS-FR_2024.01", "allergy", "XM5DJ7", "", "2021-12-04"),
    ("IPS-FR_2024.01", "medication", "62080626", "", "2022-02-11"),
    ("IPS-FR_2024.01", "observation", "29463-7", "58 kg", "2024-04-02"),
    ("IPS-FR_2024.01", "observation", "8302-2", "1.60 m", "2024-04-02"),
    ("IPS-FR_2024.01", "observation", "72166-2", "LA18976-3", "2024-04-02"),
    ("IPS-FR_2024.01", "observation", "74011-8", "25 {pack}/a", "2024-04-02"),
    ("IPS-FR_2024.01", "observation", "74013-4", "5 {drink}/d", "2024-04-02"),
    ("IPS-FR_2024.01", "observation", "11449-6", "77386006", "2024-04-02"),
    ("IPS-FR_2024.01", "observation", "11778-8", "2024-09-03", "2024-04-02"),
    ("IPS-FR_2024.01", "observation", "11638-4", "1 1", "2024-04-02"),
    ("IPS-FR_2024.01", "observation", "1988-5", "<1.0 mg/L", "2024-03-29"),
    ("IPS-FR_2024.01", "immunization", "60917345", "", "2009-09-28"),
    ("IPS-FR_2024.01", "family_member", "D57.1", "", "2024-04-02"),
    ("LDL-SES_2022.01", "medication", "62552920", "", "2019-12-03"),
    ("OBP-SCM_2024.01", "condition", "O10.4", "", "2021-03-28"),
    ("SDM-MR_2024.01_patiente-enceinte", "family_member", "513", "", "2024-01-12"),
    ("VAC-NOTE_2023.01", "immunization", "68747507", "", "2009-09-28"),
    ("VSM_1.4_2022.01", "condition", "I21.1", "", "2018-01-14"),
    ("VSM_1.4_2022.01", "condition", "I20.0", "", "2019-08-11"),
    ("VSM_1.4_2022.01", "procedure", "DDAF004", "", "2018-01-14"),
    ("VSM_1.4_2022.01", "observation", "74011-8", "25 {pack}/a", "2020-03-12"),
    ("VSM_1.4_2022.01", "medication", "63564053", "", "2019-08-11"),
    ("eDISP-MED_2024.01", "medication", "3400933516390", "", "2024-12-25"),
]  # fmt: skip

REFUSED = [
    ("BIO-CR-BIO_2024.01_DEP-CCU-tout-structure", "J07BM", Reason.NOT_DONE),
    ("BIO-CR-BIO_2024.01_DEP-CCU-tout-structure", "B97.7", Reason.UNCONFIRMED),
    ("CANCER-D2LM-FIN_2022.01", "MED-120", Reason.PLANNED_NOT_DONE),
    ("CANCER-D2LM-FIN_2022.01", "MED-1061", Reason.REFUTED),
    ("CNAM-HR_2021.01", "J07BC01", Reason.UNCONFIRMED),
    ("IPS-FR_2024.01", "22748-8", Reason.PLANNED_NOT_DONE),
    ("IPS-FR_2024.01", "69473265", Reason.PLANNED_NOT_DONE),
    ("IPS-FR_2024.01", "R69", Reason.UNCONFIRMED),
    ("SDM-MR_2024.01_patiente-enceinte", "29463-7", Reason.NOT_ABOUT_THE_PATIENT),
    ("LDL-SES_2022.01", "ECQH010", Reason.PLANNED_NOT_DONE),
]

# file, fact, value, day
FACTS = [
    ("BIO-CR-BIO_2024.01_Glycemie_mole", "fasting_glucose", 4.89, "2014-04-02"),
    ("BIO-CR-BIO_2024.01_TSH_1", "tsh", 1.95, "2014-04-02"),
    ("BIO-CR-BIO_2024.01_DEP-CCU-tout-structure", "hpv_test", "positive", "2024-01-04"),
    ("BIO-CR-BIO_2024.01_DEP-CCU-tout-structure", "hpv_test", "negative", "2023-12-04"),
    ("BIO-CR-BIO_2024.01_DEP-CCU-tout-structure", "cytology", "abnormal", "2024-01-04"),
    ("BIO-TROD_2024.01_COVID-19_Grippe-A_Grippe-B", "other_result", "positif", "2024-01-06"),
    ("CANCER-D2LM-FIN_2022.01", "mammography", "abnormal", "2021-07-29"),
    ("CANCER-D2LM-FIN_2022.01", "mammography", "done", "2007-03-28"),
    ("CANCER-D2LM-FIN_2022.01", "mammography_birads_right", "1", "2021-07-29"),
    ("CANCER-D2LM-FIN_2022.01", "mammography_birads_left", "3", "2021-07-29"),
    ("CANCER-D2LM-FIN_2022.01", "breast_density", "a", "2021-07-29"),
    ("CANCER-D2LM-FIN_2022.01", "hormone_replacement_therapy", True, "2021-07-29"),
    ("CANCER-PPS_2022.01_feuille-de-style-externe", "breast_cancer_history", True, "2019-01-29"),
    ("CNAM-HR_2021.01", "lipid_lowering_treatment", True, "2019-03-11"),
    ("IPS-FR_2024.01", "height", 160.0, "2024-04-02"),
    ("IPS-FR_2024.01", "weight", 58.0, "2024-04-02"),
    ("IPS-FR_2024.01", "tobacco_status", "current", "2024-04-02"),
    ("IPS-FR_2024.01", "pack_years", 25.0, "2024-04-02"),
    ("IPS-FR_2024.01", "diabetes", "type1", "2023-07-05"),
    ("IPS-FR_2024.01", "cardiovascular_disease", True, "2018-04-22"),
    ("IPS-FR_2024.01", "pregnant", True, "2024-04-02"),
    ("IPS-FR_2024.01", "expected_delivery_date", PartialDate.parse("2024-09-03"), "2024-04-02"),
    ("IPS-FR_2024.01", "dtp_vaccine", "dose", "2009-09-28"),
    ("VSM_1.4_2022.01", "cardiovascular_disease", True, "2018-01-14"),
    ("VSM_1.4_2022.01", "pack_years", 25.0, "2020-03-12"),
    ("VAC-NOTE_2023.01", "other_vaccine", "dose", "2009-09-28"),
]


@cache
def _record(path: Path) -> Record:
    return read_record([path])


def _entries(folder: Path, stem: str) -> list[RecordEntry]:
    return _record(folder / "fr-cda" / f"{stem}.xml").entries


@cache
def _sheet(path: Path) -> FactSheet:
    return extract(_record(path), AS_OF)


def _shown(value: object) -> object:
    """A value as the tables above write it."""
    if isinstance(value, Quantity):
        assert isinstance(value.value, Decimal)
        return f"{value.value} {value.unit}"
    if isinstance(value, tuple):
        code = value[0]
        assert isinstance(code, Code)
        return code.code
    return value if isinstance(value, bool) else "" if value is None else str(value)


@pytest.mark.parametrize(("stem", "kind"), FILES.items())
def test_every_example_opens_and_is_recognised(shared_data: Path, stem: str, kind: str) -> None:
    record = _record(shared_data / "fr-cda" / f"{stem}.xml")
    assert record.documents[0].kind == kind
    assert record.subject is not None
    assert record.subject.identity_status in {"test", "production"}


def test_no_example_is_forgotten(shared_data: Path) -> None:
    assert {path.stem for path in (shared_data / "fr-cda").glob("*.xml")} == set(FILES)


@pytest.mark.parametrize(("stem", "kind", "code", "value", "day"), ENTRIES)
def test_what_stands_in_the_document_is_read(
    shared_data: Path, stem: str, kind: str, code: str, value: object, day: str
) -> None:
    found = [
        (e.kind, _shown(e.value), str(e.when))
        for e in _entries(shared_data, stem)
        if e.refusal is None and any(c.code == code for c in e.codes)
    ]
    assert (kind, value, day) in found


@pytest.mark.parametrize(("stem", "code", "reason"), REFUSED)
def test_what_is_not_a_fact_says_why(shared_data: Path, stem: str, code: str, reason: Reason) -> None:
    found = [e for e in _entries(shared_data, stem) if any(c.code == code for c in e.codes)]
    assert found
    assert {e.refusal.reason if e.refusal else None for e in found} == {reason}


@pytest.mark.parametrize(("stem", "fact", "value", "day"), FACTS)
def test_facts_of_the_examples(shared_data: Path, stem: str, fact: str, value: object, day: str) -> None:
    sheet = _sheet(shared_data / "fr-cda" / f"{stem}.xml")
    assert (value, day) in [(f.value, str(f.date)) for f in sheet.facts.get(fact, [])]


def test_fourteen_relatives_are_said_not_to_be_affected(shared_data: Path) -> None:
    family = [e for e in _entries(shared_data, "CANCER-D2LM-FIN_2022.01") if e.kind == "family_member"]
    assert [e.refusal.reason if e.refusal else None for e in family].count(Reason.REFUTED) == 14
    facts = _sheet(shared_data / "fr-cda" / "CANCER-D2LM-FIN_2022.01.xml").facts["family_breast_cancer"]
    assert sorted((f.details["onset_low"], f.details["onset_high"]) for f in facts) == [(40, 49), (50, 59)]


def test_a_summary_gives_no_fact_from_a_negated_or_planned_vaccine(shared_data: Path) -> None:
    ips = _sheet(shared_data / "fr-cda" / "IPS-FR_2024.01.xml")
    assert {f.details["lot"] for f in ips.facts["dtp_vaccine"]} == {"4456672", "4456668"}
    cervix = _sheet(shared_data / "fr-cda" / "BIO-CR-BIO_2024.01_DEP-CCU-tout-structure.xml")
    assert "hpv_vaccine" not in cervix.facts


def test_words_without_entries_are_told(shared_data: Path) -> None:
    told = {
        e.source.entry: e.refusal.reason
        for e in _entries(shared_data, "CANCER-FRCP_2022.01_Transversale")
        if e.refusal and e.kind == "report"
    }
    assert told["11348-0"] == told["11450-4"] == Reason.FREE_TEXT_ONLY


def test_the_whole_folder_is_one_person_and_the_others_are_set_aside(shared_data: Path) -> None:
    record = read_record([shared_data / "fr-cda"])
    others = {e.source.file for e in record.entries if e.refusal and e.refusal.reason == Reason.OTHER_PATIENT}
    assert others == {
        "CSE-CS9_2025.01.xml", "OBP-SCM_2024.01.xml", "SDM-MR_2024.01_patiente-enceinte.xml", "eDISP-MED_2024.01.xml",
    }  # fmt: skip
    assert record.subject is not None
    assert str(record.subject.birth_date) == "1979-03-28"
    assert not any(d.file in others for d in record.documents)
