"""Shapes as the shipped data has them: valid polygons on a grid, cut at ±180°."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon, box

from geo.earth import surface_area_m2

__all__ = [
    "GRID",
    "SHIFT",
    "area_km2",
    "from_360",
    "polygons_only",
    "repaired",
    "tidy",
    "tidy_beside_land",
]

GRID: Final = 1e-5  # degrees: 1.1 m, so that a coordinate moves by at most 0.8 m
SHIFT: Final = np.array([360.0, 0.0])  # from western longitudes to 180-360


def polygons_only(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a geometry however deep they lie, as one MultiPolygon or Polygon."""
    parts: list[Polygon] = []
    queue = [geometry]
    while queue:
        g = queue.pop(0)
        if isinstance(g, Polygon):
            parts.append(g)
        elif hasattr(g, "geoms"):
            queue = list(g.geoms) + queue
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def tidy(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return valid polygons on the grid of 1e-5°, turned as RFC 7946 has it, in a fixed order."""
    whole = repaired(polygons_only(geometry))
    rounded = shapely.transform(whole, lambda xy: np.round(xy / GRID) * GRID)
    rounded = shapely.transform(repaired(rounded), lambda xy: np.round(xy, 5))
    rounded = shapely.orient_polygons(shapely.normalize(repaired(rounded)), exterior_cw=False)
    if not rounded.is_valid:
        raise SystemExit("a geometry is invalid after rounding; look at it")
    return rounded


def tidy_beside_land(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return a sea tidied, but for the points where a closing line meets the coast.

    They lie between two points of the grid that the coast has: moved to the grid, the sea would
    overlap the land by a sliver. All others are the coast's own, and go back to its very numbers.
    """

    def back(xy: np.ndarray) -> np.ndarray:
        grid = np.round(xy, 5)
        return np.where(np.abs(xy - grid) < 1e-9, grid, xy)

    whole = shapely.transform(repaired(polygons_only(geometry)), back)
    turned = shapely.orient_polygons(shapely.normalize(whole), exterior_cw=False)
    if not turned.is_valid:
        raise SystemExit("a sea is invalid; look at it")
    return turned


def repaired(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the geometry made valid, polygons only."""
    if geometry.is_valid:
        return geometry
    # The default method wraps a collection in a collection, and the mainland of Russia is lost.
    return polygons_only(shapely.make_valid(geometry, method="structure", keep_collapsed=False))


def from_360(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the geometry cut at 180°, back in [−180, 180]."""
    east = shapely.intersection(geometry, box(0, -90, 180, 90))
    west = shapely.intersection(geometry, box(180, -90, 360, 90))
    west = shapely.transform(west, lambda xy: xy - SHIFT)
    return polygons_only(shapely.GeometryCollection([east, west]))


def area_km2(geometry: shapely.Geometry) -> float:
    """Return the area in km², edges straight in lon/lat: cut to 0.1°, a geodesic is as good."""
    total = 0.0
    for part in shapely.get_parts(shapely.segmentize(geometry, 0.1)):
        for i, ring in enumerate(shapely.get_rings(part)):
            xy = shapely.get_coordinates(ring)
            total += (1 if i == 0 else -1) * abs(surface_area_m2(xy[:, 0], xy[:, 1]))
    return total / 1e6
