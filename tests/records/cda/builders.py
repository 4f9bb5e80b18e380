"""Small CDA documents of invented people (family names TEST-, national test domain), built piece by piece."""

from __future__ import annotations

from collections.abc import Sequence

from app.records.cda import read_cda
from app.records.model import Record, RecordEntry

TEST_DOMAIN = "1.2.250.1.213.1.4.10"
DEMONSTRATION_DOMAIN = "1.2.250.1.213.1.4.11"
NIR = "274039900000051"
OTHER_NIR = "155079900000029"
VOLET = "1.2.250.1.213.1.1.1."
SECTION = "1.2.250.1.213.1.1.2."
ENTRY = "1.2.250.1.213.1.1.3."
LOINC, SNOMED, CIM10 = "2.16.840.1.113883.6.1", "2.16.840.1.113883.6.96", "2.16.840.1.113883.6.3"
TA_ASIP, ATC, ROLE = "1.2.250.1.213.1.1.4.322", "2.16.840.1.113883.6.73", "2.16.840.1.113883.5.111"
CCAM, CIS, NABM = "1.2.250.1.215.300.1", "1.2.250.1.213.2.3.1", "1.2.250.1.215.200.4.1"

DOCTOR = """<author><time value="20240501"/><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="800000000000"/>
<code code="G15_10/SM26" codeSystem="1.2.250.1.213.1.1.4.5" displayName="Médecin généraliste"/>
<assignedPerson/></assignedAuthor></author>"""
FEED = """<author><time value="20240501"/><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="1/2"/>
<code code="ALIM_AM" codeSystem="1.2.250.1.213.1.1.4.6" displayName="Alimentation automatique"/>
<assignedAuthoringDevice/></assignedAuthor></author>"""
CITIZEN = f"""<author><time value="20240501"/><assignedAuthor><id root="{TEST_DOMAIN}" extension="{NIR}"/>
<assignedPerson/></assignedAuthor></author>"""


def code(code: str, system: str = LOINC, *, tag: str = "code", display: str = "", inner: str = "") -> str:
    return f'<{tag} code="{code}" codeSystem="{system}" displayName="{display}">{inner}</{tag}>'


def templates(*roots: str) -> str:
    return "".join(f'<templateId root="{root}"/>' for root in roots)


def person(
    *,
    nir: str = NIR,
    domain: str = TEST_DOMAIN,
    birth: str = "19740310",
    sex: str = "F",
    family: str = "TEST-MARTIN",
) -> str:
    return f"""<recordTarget><patientRole><id root="{domain}" extension="{nir}"/>
    <id root="1.2.3.4.5" extension="IPP-{nir}"/><patient>
    <name><given>Alix Marie</given><family qualifier="CL">TEST-USAGE</family><given qualifier="CL">Alix</given>
    <family qualifier="BR">{family}</family></name>
    <administrativeGenderCode code="{sex}" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="{birth}"/>
    </patient></patientRole></recordTarget>"""


def section(
    loinc: str, *entries: str, oid: str = "", text: str = "", inner: str = "", title: str = "Section"
) -> str:
    mark = templates(SECTION + oid) if oid else ""
    wrapped = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f"""<component><section>{mark}{code(loinc)}<title>{title}</title><text>{text}</text>{wrapped}{inner}
    </section></component>"""


def document(
    *sections: str,
    volet: str = "51",
    kind: str = "60591-5",
    date: str = "20240502103000+0200",
    author: str = DOCTOR,
    patient: str | None = None,
    identifier: str = "2.25.1",
    header: str = "",
    events: str = "",
    body: str | None = None,
) -> bytes:
    mark = templates(VOLET + volet) if volet else ""
    content = body if body is not None else f"<structuredBody>{''.join(sections)}</structuredBody>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
{templates("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1")}{mark}<id root="{identifier}"/>
{code(kind, display="Document d'essai")}<title>Document d'essai</title><effectiveTime value="{date}"/>{header}
{person() if patient is None else patient}{author}{events}<component>{content}</component>
</ClinicalDocument>""".encode()


def event(act: str, system: str = CCAM, date: str = "20240415") -> str:
    return f"""<documentationOf><serviceEvent>{code(act, system)}<effectiveTime><low value="{date}"/></effectiveTime>
    </serviceEvent></documentationOf>"""


def when(day: str | None = None, *, low: str | None = None, high: str | None = None) -> str:
    if day:
        return f'<effectiveTime value="{day}"/>'
    bounds = (f'<low value="{low}"/>' if low else "") + (f'<high value="{high}"/>' if high else "")
    return f"<effectiveTime>{bounds}</effectiveTime>" if bounds else '<effectiveTime nullFlavor="NA"/>'


def pq(value: str, unit: str) -> str:
    return f'<value xsi:type="PQ" value="{value}" unit="{unit}"/>'


def cd(value: str, system: str = LOINC, inner: str = "") -> str:
    return f'<value xsi:type="CD" code="{value}" codeSystem="{system}">{inner}</value>'


def qualifier(name: str, value: str, system: str = SNOMED) -> str:
    return f"<qualifier>{code(name, tag='name')}{code(value, system, tag='value')}</qualifier>"


def observation(
    what: str,
    value: str = "",
    *,
    day: str | None = "20240401",
    template: str = "48",
    status: str = "completed",
    attributes: str = 'moodCode="EVN"',
    identifier: str = "",
    inner: str = "",
) -> str:
    """`what` is a full `code` element, or a LOINC code."""
    named = what if what.startswith("<") else code(what)
    own = f'<id root="{identifier}"/>' if identifier else ""
    return f"""<observation classCode="OBS" {attributes}>{templates(ENTRY + template)}{own}{named}
    <statusCode code="{status}"/>{when(day)}{value}{inner}</observation>"""


def laboratory(*results: str, sample: str | None = None, chapter: str = "18719-5") -> str:
    collected = f"""<entryRelationship typeCode="COMP"><procedure classCode="PROC" moodCode="EVN">
    {templates(ENTRY + "77")}{when(low="20240330", high=sample)}</procedure></entryRelationship>"""
    inside = "".join(f'<entryRelationship typeCode="COMP">{result}</entryRelationship>' for result in results)
    act = f"""<act classCode="ACT" moodCode="EVN">{templates(ENTRY + "21")}{code(chapter)}
    <statusCode code="completed"/>{collected if sample else ""}{inside}</act>"""
    return section(chapter, act, oid="70", title="Biochimie")


def problem(
    disease: str,
    system: str = CIM10,
    *,
    low: str | None = "2015",
    high: str | None = None,
    recorded: str = "20240401",
    attributes: str = 'moodCode="EVN"',
    inner: str = "",
    value: str | None = None,
) -> str:
    return f"""<act classCode="ACT" moodCode="EVN">{templates(ENTRY + "39")}<code nullFlavor="NA"/>
    <statusCode code="active"/>{when(low=recorded)}<entryRelationship typeCode="SUBJ">
    <observation classCode="OBS" {attributes}>{templates(ENTRY + "37")}{code("282291009", SNOMED)}
    <statusCode code="completed"/>{when(low=low, high=high)}{value or cd(disease, system)}{inner}</observation>
    </entryRelationship></act>"""


def modifier(name: str, value: str) -> str:
    return f"""<entryRelationship typeCode="REFR">{observation(name, cd(value, "2.16.840.1.113883.4.642"))}
    </entryRelationship>"""


def relative(role: str, *diseases: str) -> str:
    inside = "".join(f"<component>{disease}</component>" for disease in diseases)
    return f"""<organizer classCode="CLUSTER" moodCode="EVN">{templates(ENTRY + "59")}<statusCode code="completed"/>
    <subject><relatedSubject classCode="PRS">{code(role, ROLE)}</relatedSubject></subject>{inside}</organizer>"""


def disease(
    value: str, *, system: str = CIM10, inner: str = "", attributes: str = 'moodCode="EVN"', more: str = ""
) -> str:
    return observation(
        code("282291009", SNOMED), cd(value, system, inner), template="51", attributes=attributes, inner=more
    )


def vaccine(
    *,
    day: str | None = "20230915",
    product: str = "",
    lot: str = "",
    attributes: str = 'moodCode="EVN"',
    inner: str = "",
    status: str = "completed",
) -> str:
    material = product or code("68747507", CIS, inner=code("J07AM", ATC, tag="translation"))
    return f"""<substanceAdministration classCode="SBADM" {attributes}>{templates(ENTRY + "45")}
    {code("IMMUNIZ", "2.16.840.1.113883.5.4")}<statusCode code="{status}"/>{when(day)}
    <consumable><manufacturedProduct><manufacturedMaterial>{material}<lotNumberText>{lot}</lotNumberText>
    </manufacturedMaterial></manufacturedProduct></consumable>{inner}</substanceAdministration>"""


def read(data: bytes) -> Record:
    return read_cda(data, "essai.xml")


def entries(*sections: str, **header: str) -> Sequence[RecordEntry]:
    """The entries of a document made of these sections."""
    return read(document(*sections, **header)).entries


def only(*sections: str, **header: str) -> RecordEntry:
    (entry,) = entries(*sections, **header)
    return entry
