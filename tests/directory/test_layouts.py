"""Each directory's layout, read from files of its shape; and what is not such a file is refused in one sentence."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest

from app.directory import files
from app.directory.files import Bounded, DirectoryError, day_in, opened, phone
from app.directory.load import recognise
from app.directory.rows import Centres, Found, Sifting
from app.plans.places import load_places
from app.store.directory import Commune, Place
from tests.directory.conftest import (
    COMMUNES,
    PEOPLE_HEADER,
    activity,
    finess_lines,
    finess_plus,
    people_lines,
    structure,
)

CENTRES = Centres([
    Commune("01440", "01451", "Viriat", 46.2525, 5.2194), Commune("01000", "01053", "Bourg-en-Bresse", 46.2051, 5.2469),
    Commune("97139", "97101", "Les Abymes", 16.2725, -61.5026),
])  # fmt: skip


def read(content: str | bytes, name: str = "file.csv") -> tuple[Found, list[Place], Counter[str]]:
    data = content.encode() if isinstance(content, str) else content
    sifting = Sifting(load_places(), CENTRES, {"010000024": (46.2, 5.2, True)})
    found = recognise(name, Bounded(BytesIO(data)), sifting)
    return found, list(found.rows), sifting.left_out  # type: ignore[arg-type]


def test_finess_of_two_sections() -> None:
    found, places, left_out = read("\n".join(finess_lines()))
    assert (found.source, found.dated) == ("finess", "2026-05-12")
    by_number = {place.number: place for place in places}
    assert sorted(by_number) == ["010000024", "010000032", "010000040", "010000057", "970100012"]
    pharmacy = by_number["010000024"]
    assert (pharmacy.code, pharmacy.name) == ("finess:620", 'PHARMACIE "DU PONT"')
    assert (pharmacy.street, pharmacy.postcode, pharmacy.town) == ("12 b rue DES LILAS", "01440", "VIRIAT")
    assert pharmacy.phone == "01 99 00 00 01"
    assert (round(pharmacy.latitude, 5), round(pharmacy.longitude, 5), pharmacy.precise) == (46.22229, 5.20918, True)
    assert by_number["010000032"].phone == "01 99 00 00 02", "a zero that was eaten"
    assert by_number["010000032"].name == "PHARMACIE DE LA GARE À PIED"
    assert not by_number["010000040"].precise, "the geocoder knew the commune only"
    overseas = by_number["970100012"]
    assert (round(overseas.latitude, 4), round(overseas.longitude, 4)) == (16.234, -61.5287)
    without = by_number["010000057"]
    assert (without.latitude, without.longitude, without.precise) == (46.2051, 5.2469, False)
    assert without.town == "BOURG EN BRESSE"
    assert left_out == {"other_category": 1}


def test_finess_as_one_table_says_the_same() -> None:
    names = (
        "nofinesset;nofinessej;rs;rslongue;complrs;compldistrib;numvoie;typvoie;voie;compvoie;lieuditbp;commune;departement;"
        "libdepartement;ligneacheminement;telephone;telecopie;categetab;libcategetab;categagretab;libcategagretab;siret;codeape;"
        "codemft;libmft;codesph;libsph;dateouv;dateautor;datemaj;numuai;coordxet;coordyet;sourcecoordet;datemaj_geoloc"
    )
    lines = finess_lines()
    positions = {line.split(";")[1]: ";".join(line.split(";")[2:]) for line in lines if line.startswith("geoloc")}
    rows = [
        ";".join(line.split(";")[1:]) + ";" + positions.get(line.split(";")[1], ";;;")
        for line in lines if line.startswith("structureet")
    ]  # fmt: skip
    assert len(rows[0].split(";")) == len(names.split(";")) == 35
    found, places, _ = read("\n".join([names, *rows]))
    _, expected, _ = read("\n".join(lines))
    assert found.dated is None
    assert sorted(places, key=lambda p: p.number or "") == sorted(expected, key=lambda p: p.number or "")
    with pytest.raises(DirectoryError, match="no column sourcecoordet"):
        read("\n".join([names.replace("sourcecoordet", "autre"), *rows]))


def test_finess_in_windows_1252() -> None:
    _, places, _ = read("\n".join(finess_lines()).encode("cp1252"))
    assert "PHARMACIE DE LA GARE À PIED" in {place.name for place in places}


@pytest.mark.parametrize("indent", [None, 2])
def test_finess_plus(indent: int | None) -> None:
    found, places, left_out = read(json.dumps(finess_plus(), indent=indent, ensure_ascii=False))
    assert (found.source, found.dated) == ("finess", "2026-09-29")
    first, second, third, fourth = places
    for place in (first, second):
        assert (place.latitude, place.longitude, place.precise) == (46.211257, 5.254203, True)
        assert (place.street, place.postcode, place.town) == ("62 avenue DE JASSERON", "01000", "BOURG EN BRESSE")
    assert first.phone == "06 90 29 19 88", "the first of two numbers in one cell"
    assert (third.code, third.precise) == ("finess:638", False), "the key is that of a commune"
    assert (fourth.latitude, fourth.precise) == (46.2051, False)
    assert left_out == {"closed": 2, "other_category": 1}


def test_finess_plus_larger_than_a_buffer() -> None:
    big = finess_plus()
    big["pmej"] = big["pmej"] * 500
    _, places, _ = read(json.dumps(big))
    assert len(places) == 4 * 500


def test_the_annuaire_sante() -> None:
    found, places, left_out = read("\n".join(people_lines()), "PS_LibreAcces_Personne_activite_202611010915.txt")
    assert (found.source, found.dated) == ("rpps", "2026-11-01")
    midwife, radiologist = places
    assert (midwife.code, midwife.name, midwife.street) == ("rpps:50", "CAMILLE TEST-A", "9 rue DES LILAS")
    assert (midwife.latitude, midwife.longitude, midwife.precise) == (46.2051, 5.2469, False)
    assert midwife.phone == "01 99 00 00 03"
    assert midwife.number is None, "the number of a person is not kept"
    assert radiologist.code == "rpps:10:SM44"
    assert radiologist.name == "CAMILLE TEST-C, IMAGERIE DU PONT"
    assert (radiologist.latitude, radiologist.longitude, radiologist.precise) == (46.2, 5.2, True), "where FINESS says"
    assert left_out == {"other_sector": 1, "no_position": 1, "other_profession": 1}


def test_columns_of_the_annuaire_are_found_by_name() -> None:
    """Some editions have more columns, another order, capitals elsewhere."""
    names = PEOPLE_HEADER.replace("structure)", "Structure)").split("|")
    row = activity("A", "50").split("|")
    turned = "|".join(["Code fonction", *reversed(names)]) + "\n" + "|".join(["FON-01", *reversed(row)])
    _, places, _ = read(turned)
    assert places == read("\n".join([PEOPLE_HEADER, activity("A", "50")]))[1]
    with pytest.raises(DirectoryError, match="no column code savoir faire"):
        read("\n".join([PEOPLE_HEADER.replace("Code savoir-faire", "Autre"), activity("A", "50")]))


def test_communes_and_postcodes() -> None:
    found, communes, left_out = read(COMMUNES)
    assert found.source == "postcodes"
    assert communes[0] == Commune("01440", "01451", "Viriat", 46.2525, 5.2194)
    assert [each.commune for each in communes] == ["01451", "01053", "97101", "69383"]
    assert not left_out
    older = "Code_commune_INSEE;Nom_commune;Code_postal;Ligne_5;Libellé_d_acheminement;coordonnees_gps\n"
    older += "05024;VALDOULE;05150;STE MARIE;VALDOULE;44.4677,5.5038"
    assert read(older.encode("cp1252"))[1] == [Commune("05150", "05024", "VALDOULE", 44.4677, 5.5038)]
    with pytest.raises(DirectoryError, match="no coordinates"):
        read("#Code_commune_INSEE;Nom_de_la_commune;Code_postal;Libellé_d_acheminement;Ligne_5\n42218;A;42000;X;")
    swapped = COMMUNES.replace("latitude,longitude", "longitude,latitude")
    assert read(swapped)[1] == []
    assert read(swapped)[2] == {"no_position": 5}, "not in France: latitude and longitude are in each other's column"


def test_a_list_of_ones_own() -> None:
    content = (
        "kind;name;street;postcode;town;phone;opening;access\n"
        "screening_radiology;Centre du Pont;1 rue A;01000;Bourg;0199000005;du lundi au vendredi;plain-pied\n"
        "nothing;X;;01000;Bourg;;;\nscreening_radiology;trop court\n"
    )
    found, places, left_out = read(content, "agrees-2026-10-01.csv")
    assert (found.source, found.dated) == ("local", "2026-10-01")
    assert [(p.code, p.opening, p.access, p.precise) for p in places] == [
        ("local:screening_radiology", "du lundi au vendredi", "plain-pied", False)
    ]
    assert left_out == {"other_category": 1, "malformed": 1}


@pytest.mark.parametrize("content", [
    b"", b"\n\n", b"hello", b"{}", b'{"resourceType": "Bundle"}', b"\x00\x01\x02" * 50, b"a;b;c\n1;2;3\n", b"%PDF-1.7",
])  # fmt: skip
def test_what_is_no_directory_is_refused(content: bytes) -> None:
    with pytest.raises(DirectoryError, match="none of the layouts"):
        read(content)


def test_a_file_cut_short_is_refused() -> None:
    whole = json.dumps(finess_plus())
    with pytest.raises(DirectoryError, match="not whole JSON"):
        read(whole[: len(whole) - 40])
    with pytest.raises(DirectoryError, match="longer than any directory"):
        read("finess;etalab;98;2026-05-12\n" + "x" * (2 * files.LONGEST))


def test_lines_of_another_width_are_left_out_and_counted() -> None:
    lines = finess_lines()
    _, places, left_out = read("\n".join([*lines, "structureet;1;2", "geolocalisation;1", "what;ever"]))
    assert len(places) == 5
    assert left_out["malformed"] == 3
    _, places, left_out = read("\n".join([*people_lines(), "0|1|2"]))
    assert left_out["malformed"] == 1


def test_control_characters_and_absurd_lengths_do_not_pass() -> None:
    line = structure("010000024", "620", rs="A\x07B\x00C" + "D" * 900)
    _, places, _ = read(f"finess;etalab;98;2026-05-12\n{line}")
    assert places[0].name.startswith("A B C")
    assert len(places[0].name) == 200


@pytest.mark.parametrize("wrap", ["gz", "zip", "zip of three"])
def test_archives(tmp_path: Path, wrap: str) -> None:
    data = "\n".join(people_lines()).encode()
    path = tmp_path / "PS_LibreAcces.zip"
    if wrap == "gz":
        path.write_bytes(gzip.compress(data))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("PS_LibreAcces_Personne_activite_202611010915.txt", data)
            if wrap == "zip of three":
                archive.writestr("PS_LibreAcces_Dipl_AutExerc_202611010915.txt", "x|y")
                archive.writestr("PS_LibreAcces_SavoirFaire_202611010915.txt", "x|y")
    sifting = Sifting(load_places(), CENTRES)
    with opened(path) as stream:
        assert len(list(recognise(path.name, stream, sifting).rows)) == 2


@pytest.mark.parametrize("content", [
    gzip.compress(b"x" * 100_000)[:-30], b"\x1f\x8b" + b"x" * 40, b"PK\x03\x04" + b"\x00" * 40,
])  # fmt: skip
def test_a_damaged_archive_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(content)
    with pytest.raises(DirectoryError, match=r"damaged|none of the layouts"), opened(path) as stream:
        recognise(path.name, stream, Sifting(load_places(), CENTRES))


def test_what_expands_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bounded.__init__, "__defaults__", (1_000_000,))
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(("finess;etalab;98;2026-05-12\n" + "structureet;\n" * 500_000).encode()))
    with pytest.raises(DirectoryError, match="larger than"), opened(path) as stream:
        list(recognise(path.name, stream, Sifting(load_places(), CENTRES)).rows)


@pytest.mark.parametrize(("text", "expected"), [
    ("0199000001", "01 99 00 00 01"), ("01 99 00 00 01", "01 99 00 00 01"), ("01.99.00.00.01", "01 99 00 00 01"),
    ("199000001", "01 99 00 00 01"), ("+33199000001", "01 99 00 00 01"), ("0033199000001", "01 99 00 00 01"),
    ("0199000001/0199000002", "01 99 00 00 01"), ("", None), ("3624", None), ("0000000000", None), ("abc", None),
])  # fmt: skip
def test_phones(text: str, expected: str | None) -> None:
    assert phone(text) == expected


@pytest.mark.parametrize(("name", "expected"), [
    ("etalab-cs1100507-stock-20260512-0339.csv", "2026-05-12"),
    ("PS_LibreAcces_Personne_activite_202504040839.txt", "2025-04-04"),
    ("communes.csv", None), ("a-2026-10-01.csv", "2026-10-01"), ("x20261332.csv", None),
])  # fmt: skip
def test_days_in_names(name: str, expected: str | None) -> None:
    assert day_in(name) == expected
