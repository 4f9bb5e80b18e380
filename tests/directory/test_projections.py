"""Metres to degrees, against PROJ 9 (pyproj 3.7.2): the values were computed once with it."""

from __future__ import annotations

import pytest

from app.directory.projections import to_degrees

PROJ = [
    ("EPSG:2154 RGF93 / Lambert-93 (Métropole)", 670000.0, 6580000.0, 46.319241, 2.610104),
    ("1,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)", 870262.2, 6571540.8, 46.222286, 5.209181),
    ("1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93", 870262.2, 6571540.8, 46.222286, 5.209181),
    ("EPSG:5490 RGAF09/UTM Zone 20N (Antilles)", 615000.0, 1800000.0, 16.278096, -61.923701),
    ("EPSG:2975 RGR92 / UTM 40S", 347500.0, 7665000.0, -21.109769, 55.531693),
    ("EPSG:2972 RGFG95 / UTM 22N", 275000.0, 450000.0, 4.068667, -53.026672),
    ("EPSG:4471 RGM04/UTM zone 38S (Mayotte)", 517500.0, 8585000.0, -12.799782, 45.161249),
    ("2,ATLASANTE,90,BAN,WGS84/UTM zone 21N (St-Pierre-et-Miquelon)", 560000.0, 5200000.0, 46.950814, -56.211514),
    ("WGS84/UTM zone 1S (Wallis-et-Futuna)", 490000.0, 8475000.0, -13.794490, -177.092519),
]


@pytest.mark.parametrize(("system", "x", "y", "latitude", "longitude"), PROJ)
def test_as_proj_says(system: str, x: float, y: float, latitude: float, longitude: float) -> None:
    found = to_degrees(x, y, system)
    assert found is not None
    assert found == pytest.approx((latitude, longitude), abs=2e-6)


@pytest.mark.parametrize("system", ["", "EPSG:9999", "EPSG:27572 NTF / Lambert zone II", "UTM", "WGS84"])
def test_an_unknown_system_gives_no_position(system: str) -> None:
    assert to_degrees(870262.2, 6571540.8, system) is None
