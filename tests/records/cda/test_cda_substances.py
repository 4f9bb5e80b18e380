"""Vaccinations, drugs, dispensings and reimbursements."""

from __future__ import annotations

from app.dates import PartialDate
from app.records.model import Reason
from tests.records.cda.builders import (
    ATC,
    FEED,
    NABM,
    cd,
    code,
    document,
    event,
    observation,
    only,
    read,
    section,
    vaccine,
    when,
)

CNAM_CIP, CNAM_ATC = "1.2.250.1.215.200.1.1.1", "1.2.250.1.215.200.1.2.2"
BOUGHT = """<entryRelationship typeCode="REFR"><supply classCode="SPLY" moodCode="EVN"><performer>
<time value="20240318"/></performer></supply></entryRelationship>"""
FEED_PRODUCT = f"""<code><translation code="3400900000000" codeSystem="{CNAM_CIP}"/>
<translation code="J07BC01" codeSystem="{CNAM_ATC}"/></code>"""


def test_a_dose_with_its_codes_lot_and_rank() -> None:
    rank = observation("30973-2", '<value xsi:type="INT" value="2"/>', template="82")
    entry = only(
        section("11369-6", vaccine(lot="A12", inner=f"<entryRelationship>{rank}</entryRelationship>"))
    )
    assert [(c.system, c.code) for c in entry.codes] == [("cis", "68747507"), ("atc", "J07AM")]
    assert (entry.lot, entry.dose_number, entry.when) == ("A12", 2, PartialDate.parse("2023-09-15"))
    assert entry.kind == "immunization"


def test_a_reaction_is_told_with_its_dose_not_as_a_disease() -> None:
    reaction = observation("75326-9", cd("R50.2"))
    entry = only(
        section(
            "11369-6", vaccine(inner=f'<entryRelationship typeCode="CAUS">{reaction}</entryRelationship>')
        )
    )
    assert entry.notes == ("Réaction signalée : R50.2",)


def test_a_dose_without_a_day_never_takes_the_documents() -> None:
    entry = only(section("11369-6", vaccine(day=None)))
    assert (entry.when, entry.refusal) == (None, None)


def test_a_vaccine_bought_is_not_a_vaccine_given() -> None:
    bought = vaccine(day=None, product=FEED_PRODUCT, inner=BOUGHT)
    entry = only(section("11369-6", bought), volet="36", author=FEED)
    assert entry.author == "system"
    assert entry.refusal is not None
    assert entry.refusal.reason == Reason.UNCONFIRMED
    assert (entry.when, entry.date_basis) == (PartialDate.parse("2024-03-18"), "issued")
    assert [(c.system, c.code) for c in entry.codes] == [("cip", "3400900000000"), ("atc", "J07BC01")]


def test_a_billed_act_supports_a_date_and_gives_no_value() -> None:
    act = f'<procedure moodCode="EVN">{code("552", NABM)}{when("20240515")}</procedure>'
    entry = only(section("29554-3", act), volet="36", author=FEED)
    assert (entry.kind, entry.author, entry.value) == ("procedure", "system", None)
    assert (entry.codes[0].system, entry.codes[0].code) == ("nabm", "0552")
    assert entry.when == PartialDate.parse("2024-05-15")


def _drug(mood: str, inner: str = "") -> str:
    return f"""<substanceAdministration classCode="SBADM" moodCode="{mood}"><statusCode code="active"/>
    {when(low="20220211")}<effectiveTime xsi:type="PIVL_TS"><period value="1" unit="d"/></effectiveTime><consumable>
    <manufacturedProduct><manufacturedMaterial>{code("C10AA07", ATC)}</manufacturedMaterial></manufacturedProduct>
    </consumable>{inner}</substanceAdministration>"""


def test_a_drug_taken_has_its_period() -> None:
    entry = only(section("10160-0", _drug("EVN")))
    assert (entry.kind, str(entry.when), entry.refusal) == ("medication", "2022-02-11", None)


def test_a_prescription_is_an_intention() -> None:
    for xml, volet in ((_drug("INT"), "51"), (_drug("EVN"), "39")):
        refusal = only(section("10160-0", xml), volet=volet).refusal
        assert refusal is not None
        assert refusal.reason == Reason.PLANNED_NOT_DONE


def test_a_reimbursed_drug_has_the_day_of_its_dispensing() -> None:
    drug = _drug("EVN", BOUGHT).replace(when(low="20220211"), when(low=None))
    entry = only(section("10160-0", drug), volet="36", author=FEED)
    assert (str(entry.when), entry.status) == ("2024-03-18", "dispensed")


def test_a_dispensing_is_a_drug_handed_over() -> None:
    product = f"""<product><manufacturedProduct><manufacturedMaterial>{code("C10AA07", ATC)}</manufacturedMaterial>
    </manufacturedProduct></product>"""
    supply = f'<supply classCode="SPLY" moodCode="EVN">{product}</supply>'
    entry = only(section("60590-7", supply), volet="54")
    assert (entry.kind, entry.status, entry.codes[0].code) == ("medication", "dispensed", "C10AA07")


def test_the_headers_act_is_told_only_where_it_is_one() -> None:
    done = read(document(volet="45", kind="18748-4", events=event("ZBQK002"))).entries
    assert [e.codes[0].code for e in done] == ["ZBQK002"]
    for system, what in (("2.16.840.1.113883.6.3", "Z13.9"), ("2.16.840.1.113883.6.1", "18723-7")):
        assert not read(document(volet="55", kind="11502-2", events=event(what, system))).entries
