"""Files as the directories write them, with invented rows: of the shape that programs which load the real ones read
(see the readers' docstrings)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.directory.load import load
from app.store.engine import open_engine
from app.store.migrate import migrate

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
COMMUNES = """code_commune_INSEE,nom_commune_postal,code_postal,latitude,longitude,nom_commune_complet
01451,VIRIAT,1440,46.2525,5.2194,Viriat
01053,BOURG EN BRESSE,1000,46.2051,5.2469,Bourg-en-Bresse
01053,BOURG EN BRESSE,1000,46.2051,5.2469,Bourg-en-Bresse
97101,LES ABYMES,97139,16.2725,-61.5026,Les Abymes
69383,LYON 03,69003,45.7536,4.8695,Lyon 3e
"""
FINESS, PLUS = "etalab-cs1100507-stock-20260512-0339.csv", "finess-structures-journalier-20260929.json"
PEOPLE = "PS_LibreAcces_Personne_activite_202611010915.txt"
_FIRST = "finess;etalab;98;2026-05-12"


def structure(number: str, category: str, **other: str) -> str:
    """A line `structureet` of FINESS: 32 cells."""
    row = {
        "rs": f"NOM {number}", "rslongue": "", "numvoie": "12", "typvoie": "R", "voie": "DES LILAS", "compvoie": "B",
        "lieuditbp": "", "commune": "451", "departement": "01", "ligneacheminement": "01440 VIRIAT",
        "telephone": "0199000001",
    } | other  # fmt: skip
    cells = [
        "structureet", number, "010780054", row["rs"], row["rslongue"], "", "", row["numvoie"], row["typvoie"],
        row["voie"], row["compvoie"], row["lieuditbp"], row["commune"], row["departement"], "AIN",
        row["ligneacheminement"], row["telephone"], "", category, "Libellé", "1102", "Agrégat", "", "", "03", "ARS",
        "1", "", "1979-02-13", "1979-02-13", "2020-02-04", "",
    ]  # fmt: skip
    return ";".join(cells)


LAMBERT = "1,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)"


def located(number: str, x: float, y: float, source: str = LAMBERT) -> str:
    return f"geolocalisation;{number};{x};{y};{source};2026-05-04"


def finess_lines() -> list[str]:
    """Six establishments: two pharmacies with a position, one whose commune only is known, a laboratory overseas, a
    CeGIDD without any position, and a category that nobody looks for."""
    return [
        _FIRST,
        structure("010000024", "620", rs='"PHARMACIE ""DU PONT"""'),
        structure("010000032", "620", telephone="199000002", rslongue="PHARMACIE DE LA GARE À PIED"),
        structure("010000040", "620"),
        structure("970100012", "611", departement="9A", commune="101", ligneacheminement="97139 LES ABYMES"),
        structure("010000057", "638", ligneacheminement="01012 BOURG EN BRESSE CEDEX", commune="053"),
        structure("010000065", "500"),
        located("010000024", 870262.2, 6571540.8),
        located("010000032", 871262.2, 6571540.8),
        located("010000040", 870262.2, 6571540.8, "6,ATLASANTE,.,ADMIN-EXPRESS-2023,EPSG:2154 RGF93 / Lambert-93"),
        located("970100012", 657242.9, 1795384.4, "2,ATLASANTE,96,BAN,EPSG:5490 RGAF09/UTM Zone 20N (Antilles)"),
        located("010000065", 870262.2, 6571540.8),
    ]


PEOPLE_HEADER = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|"
    "Libellé civilité d'exercice|Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|"
    "Code profession|Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|"
    "Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire|"
    "Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site|Numéro FINESS site|"
    "Numéro FINESS établissement juridique|Identifiant technique de la structure|Raison sociale site|"
    "Enseigne commerciale site|Complément destinataire (coord. structure)|"
    "Complément point géographique (coord. structure)|Numéro Voie (coord. structure)|"
    "Indice répétition voie (coord. structure)|Code type de voie (coord. structure)|"
    "Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)|"
    "Mention distribution (coord. structure)|Bureau cedex (coord. structure)|Code postal (coord. structure)|"
    "Code commune (coord. structure)|Libellé commune (coord. structure)|Code pays (coord. structure)|"
    "Libellé pays (coord. structure)|Téléphone (coord. structure)|Téléphone 2 (coord. structure)|"
    "Télécopie (coord. structure)|Adresse e-mail (coord. structure)|Code Département (structure)|"
    "Libellé Département (structure)|Ancien identifiant de la structure|Autorité d'enregistrement|"
    "Code secteur d'activité|Libellé secteur d'activité|Code section tableau pharmaciens|"
    "Libellé section tableau pharmaciens|"
)


def activity(person: str, profession: str, skill: str = "", sector: str = "SA07", **other: str) -> str:
    names = PEOPLE_HEADER.split("|")
    row = {
        "Identification nationale PP": person, "Nom d'exercice": f"TEST-{person}", "Prénom d'exercice": "CAMILLE",
        "Code profession": profession, "Code savoir-faire": skill, "Code secteur d'activité": sector,
        "Numéro Voie (coord. structure)": "9", "Libellé type de voie (coord. structure)": "Rue",
        "Libellé Voie (coord. structure)": "DES LILAS", "Code postal (coord. structure)": "01000",
        "Code commune (coord. structure)": "01053", "Libellé commune (coord. structure)": "Bourg-en-Bresse",
        "Téléphone (coord. structure)": "0199000003",
    } | other  # fmt: skip
    return "|".join(row.get(name, "") for name in names)


def people_lines() -> list[str]:
    """A midwife twice at the same address, one in a hospital, a radiologist in an establishment of FINESS, a dentist
    abroad, and a profession that nobody looks for."""
    return [
        PEOPLE_HEADER,
        activity("A", "50"), activity("A", "50"), activity("B", "50", sector="SA01"),
        activity("C", "10", "SM44", "SA09", **{
            "Numéro FINESS site": "010000024", "Raison sociale site": "IMAGERIE DU PONT",
        }),
        activity("D", "40", **{"Code postal (coord. structure)": "GL", "Code commune (coord. structure)": ""}),
        activity("E", "26"),
    ]  # fmt: skip


def establishment(number: str, category: str, position: dict[str, str] | None, **other: Any) -> dict[str, Any]:
    """An `ege` of FINESS+: its first address is a letter box."""
    where = {
        "usageAdresse": "03", "numeroVoie": "62", "typeVoie": "AV", "libelleVoie": "DE JASSERON", "cogCommune": "01053",
        "ligneAcheminement": "BOURG EN BRESSE", "codePostal": "01000", "coordonneesGeographique": position,
    }  # fmt: skip
    return {
        "informationsGeneralesEGE": {"nomEgeCourt": f"NOM {number}", "numFinessEge": number},
        "categorieentiteGeographiqueExercice": category,
        "adresse": [{"usageAdresse": "02", "cogCommune": "69383", "codePostal": "69003"}, where],
        "contact": [{"telecom": {"telephone": "0690291988/0199000004"}}], "etatObjet": "A",
    } | other  # fmt: skip


def finess_plus() -> dict[str, Any]:
    """Degrees in one pair of names, then in the other; a commune's key; no position; closed; closed since."""
    lambert = {"directionLatitude": "6570414.61", "directionLongitude": "873766.07"}
    degrees = {"directionLatitude": "46.211257", "directionLongitude": "5.254203"}
    other = {"coordonneeX": "6570414.61", "coordonneeY": "873766.07"}
    return {
        "schemaVersion": "v1.0.0", "generatedAt": "2026-09-29T15:49:37.615611300Z", "gcc": [], "gco": [],
        "pmej": [
            {"informationsGeneralesPMEJ": {"dateCreation": "1994-01-01"}, "ege": []},
            {"ege": [
                establishment("010000001", "620", degrees | other | {"cleInInteropBAN": "01053_1950_00062"}),
                establishment("010000002", "620", lambert | {"coordonneeX": "5.254203", "coordonneeY": "46.211257"}),
                establishment("010000003", "638", degrees | {"cleInInteropBAN": "01053"}),
            ]},
            {"ege": [
                establishment("010000004", "611", None),
                establishment("010000005", "620", degrees, etatObjet="I"),
                establishment("010000006", "620", degrees, informationsGeneralesEGE={"dateFermeture": "2019-01-01"}),
                establishment("010000007", "500", degrees),
            ]},
        ],
    }  # fmt: skip


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database of each engine."""
    opened = open_engine(database_url)
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with one good file of each source."""
    (tmp_path / "communes_20260901.csv").write_text(COMMUNES, encoding="utf-8")
    (tmp_path / FINESS).write_text("\n".join(finess_lines()), encoding="utf-8")
    (tmp_path / PEOPLE).write_text("\n".join(people_lines()) + "\n", encoding="utf-8")
    (tmp_path / PLUS).write_text(json.dumps(finess_plus()), encoding="utf-8")
    return tmp_path


@pytest.fixture
def loaded(engine: Engine, files: Path) -> Engine:
    """Communes, FINESS and the Annuaire Santé, loaded."""
    for name in ("communes_20260901.csv", FINESS, PEOPLE):
        load(engine, files / name, NOW)
    return engine
