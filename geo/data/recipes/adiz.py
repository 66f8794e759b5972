"""The Alaska ADIZ, from the points in the regulation."""

from __future__ import annotations

import itertools
from typing import Final

import numpy as np
import shapely
from shapely import Polygon

from geo.data.recipes.shapes import from_360, tidy
from geo.earth import geodesic_between

__all__ = ["adiz"]

ADIZ_ALASKA: Final = [
    (54, -136), (56.95, -144), (57, -145), (53, -158), (50, -169), (50, 180), (50, 170),
    (53, 170), (60, 180), (65, -169), (75, -169), (75, -141), (69 + 50 / 60, -141),
    (71.3, -156 - 44 / 60), (68 + 40 / 60, -167 - 10 / 60), (67, -165),
    (65 + 40 / 60, -168.25), (63.75, -165.5), (61 + 20 / 60, -166 - 40 / 60), (59, -163),
    (54, -163), (56.5, -154), (59 + 20 / 60, -146), (59.5, -140), (57, -136),
    (54 + 35 / 60, -133), (54, -136),
]  # fmt: skip  # lat, lon, as the regulation writes them


def adiz() -> shapely.Geometry:
    """Return the Alaska ADIZ; its lines are geodesics, or rhumb lines along a parallel (99.41)."""
    ring: list[tuple[float, float]] = []
    points = [(lon % 360, lat) for lat, lon in ADIZ_ALASKA]
    for (lon_a, lat_a), (lon_b, lat_b) in itertools.pairwise(points):
        steps = np.linspace(0, 1, 40, endpoint=False)  # at most 12 km a step: 20 m off the line
        if lat_a == lat_b:
            lon, lat = lon_a + (lon_b - lon_a) * steps, np.full(40, lat_a)
        else:
            lon, lat = geodesic_between(lon_a, lat_a, lon_b, lat_b, steps)
        ring += zip((lon % 360).tolist(), lat.tolist(), strict=True)
    return tidy(from_360(Polygon(ring)))
