"""From the plane coordinates of FINESS to degrees.

Lambert-93 by the inverse of the conformal conic projection of Lambert (IGN, NTG 71, algorithms 2 and 4), UTM by the
inverse of the transverse Mercator projection (series of Snyder, Map Projections, 1987, p. 63). Both on the ellipsoid
GRS 80; its geographic systems (RGF93, RGAF09, RGR92…) are WGS 84 to within a metre or so. Tested against PROJ.
"""

from __future__ import annotations

import re
from math import atan, cos, degrees, exp, hypot, log, pi, sin, sqrt, tan

A = 6_378_137.0
"""Semi-major axis of GRS 80, in metres."""
E = 0.081_819_191_042_8
"""First eccentricity of GRS 80."""
_N, _C, _XS, _YS = 0.725_607_765_053, 11_754_255.426_1, 700_000.0, 12_655_612.049_9
"""Constants of Lambert-93 (IGN)."""

UTM_ZONES = {"5490": (20, "N"), "4559": (20, "N"), "2975": (40, "S"), "2972": (22, "N"), "4471": (38, "S"),
             "4467": (21, "N"), "32621": (21, "N"), "32701": (1, "S")}  # fmt: skip
"""EPSG code → zone, for the overseas parts of France."""


def to_degrees(x: float, y: float, system: str) -> tuple[float, float] | None:
    """(latitude, longitude) of metres in the system that a FINESS line names (`EPSG:2154 RGF93 / Lambert-93`,
    `WGS84/UTM zone 21N`…); None when that system is not known."""
    epsg = re.search(r"EPSG:(\d+)", system)
    if (epsg and epsg[1] == "2154") or (not epsg and re.search(r"LAMBERT[ _-]?93", system, re.IGNORECASE)):
        return lambert93(x, y)
    if epsg:
        return utm(x, y, *UTM_ZONES[epsg[1]]) if epsg[1] in UTM_ZONES else None
    zone = re.search(r"UTM zone (\d{1,2})([NS])", system, re.IGNORECASE)
    return utm(x, y, int(zone[1]), zone[2].upper()) if zone else None


def lambert93(x: float, y: float) -> tuple[float, float]:
    radius, angle = hypot(x - _XS, y - _YS), atan((x - _XS) / (_YS - y))
    isometric = -log(radius / _C) / _N
    latitude = 2 * atan(exp(isometric)) - pi / 2
    for _ in range(12):  # converges to 1e-11 rad in six rounds in France
        latitude = 2 * atan(((1 + E * sin(latitude)) / (1 - E * sin(latitude))) ** (E / 2) * exp(isometric)) - pi / 2
    return degrees(latitude), 3 + degrees(angle / _N)


def utm(x: float, y: float, zone: int, hemisphere: str) -> tuple[float, float]:
    e2 = E * E
    second = e2 / (1 - e2)
    meridian = (y - (10_000_000 if hemisphere == "S" else 0)) / 0.9996
    mu = meridian / (A * (1 - e2 / 4 - 3 * e2**2 / 64 - 5 * e2**3 / 256))
    k = (1 - sqrt(1 - e2)) / (1 + sqrt(1 - e2))
    foot = (
        mu + (3 * k / 2 - 27 * k**3 / 32) * sin(2 * mu) + (21 * k**2 / 16 - 55 * k**4 / 32) * sin(4 * mu)
        + 151 * k**3 / 96 * sin(6 * mu) + 1097 * k**4 / 512 * sin(8 * mu)
    )  # fmt: skip
    t, c = tan(foot) ** 2, second * cos(foot) ** 2
    bend = 1 - e2 * sin(foot) ** 2
    nu, rho = A / sqrt(bend), A * (1 - e2) / bend**1.5
    d = (x - 500_000) / (nu * 0.9996)
    latitude = foot - nu * tan(foot) / rho * (
        d**2 / 2 - (5 + 3 * t + 10 * c - 4 * c**2 - 9 * second) * d**4 / 24
        + (61 + 90 * t + 298 * c + 45 * t**2 - 252 * second - 3 * c**2) * d**6 / 720
    )  # fmt: skip
    longitude = (
        d - (1 + 2 * t + c) * d**3 / 6
        + (5 - 2 * c + 28 * t - 3 * c**2 + 8 * second + 24 * t**2) * d**5 / 120
    ) / cos(foot)  # fmt: skip
    return degrees(latitude), zone * 6 - 183 + degrees(longitude)
