"""Lines at a distance from a zone, and the gaps between its parts: what reports speak of.

"32 nautical miles off the shore" is a line; "through the gap in the island chain" is a gap between
two parts of an airspace. Both are found on a plane and then set right on the ellipsoid.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.arcs import edges_of, lay_out
from geo.borders import Border
from geo.catalogue import Zone
from geo.earth import Floats, direct, inverse
from geo.errors import ZoneError
from geo.plane import Plane

if TYPE_CHECKING:
    import shapely

__all__ = ["Passage", "in_box", "offset_line", "passage"]

GOOD_M: Final = 25.0  # a vertex that cannot be brought nearer to its distance than this is left out
STEP_M: Final = 2_000.0  # between vertices before they are set right
PASSAGE_REACH_M: Final = 200_000.0  # how far from the named point a gap is looked for
PASSAGE_STEP_M: Final = 50.0  # of the first look along one side; the other side is exact


def in_box(
    geometry: shapely.Geometry, plane: Plane, box: Sequence[float], margin_m: float = 0.0
) -> Any:
    """Return, on a plane, what of a geometry in degrees lies in a box or near it.

    Parameters
    ----------
    box
        West, south, east, north in degrees; west may be greater than east, across 180°.
    """
    import shapely

    west, south, east, north = box
    east += 360.0 if east < west else 0.0
    middle = (west + east) / 2
    degrees = margin_m / 111_000.0
    wide = degrees / max(np.cos(np.radians(min(abs(south), abs(north)) + 1e-9)), 0.1)
    parts = shapely.get_parts(geometry)
    shift = np.round((middle - shapely.bounds(parts)[:, [0, 2]].mean(axis=1)) / 360.0) * 360.0
    moved = [
        shapely.transform(p, lambda xy, s=s: xy + np.array([s, 0.0]))
        for part, s in zip(parts, shift, strict=True)
        # a part that reaches round the Earth is asked on both sides of the box
        for p, s in ((part, s), *(((part, s + 360.0), (part, s - 360.0)) if _wide(part) else ()))
    ]
    clipped = shapely.clip_by_rect(
        moved, west - wide, max(south - degrees, -90), east + wide, min(north + degrees, 90)
    )
    return shapely.union_all(plane.project(clipped[~shapely.is_empty(clipped)]))


def _wide(part: shapely.Geometry) -> bool:
    return bool(part.bounds[2] - part.bounds[0] > 170)


def offset_line(
    zone: Zone, away_m: float, box: Sequence[float], outside: Sequence[Zone] = ()
) -> tuple[Floats, ...]:
    """Return the line all of whose points are one distance from a zone, in degrees.

    Parameters
    ----------
    away_m
        The distance in metres.
    box
        The line around what of the zone lies in this box: west, south, east, north in degrees.
    outside
        The line is left out in these zones.

    Returns
    -------
    tuple of ndarray
        One line each, shape (n, 2). Every vertex is within 25 m of its distance from the zone;
        vertices lie some 2 km apart.

    Raises
    ------
    ZoneError
        If no part of the zone lies in the box.

    Notes
    -----
    A buffer on an equal-area plane is off by some per cent. So each vertex is moved along the
    geodesic from its nearest point of the zone, twice; the ones in creases, which have two, are
    left out.
    """
    import shapely

    west, south, east, north = box
    east += 360.0 if east < west else 0.0
    plane = Plane((west + east) / 2, (south + north) / 2)
    land = in_box(zone.geometry, plane, box, away_m)
    if land.is_empty:
        raise ZoneError(f"No part of {zone.name} lies in the box {list(box)}.")
    solid = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(land)))
    # a coarse shore makes a good first guess, and does it in a twentieth of the time
    coarse = shapely.union_all(shapely.simplify(solid, away_m / 30))
    buffered = shapely.buffer(coarse, away_m)
    lines = []
    for ring in shapely.get_rings(shapely.get_parts(shapely.segmentize(buffered, STEP_M))):
        lon, lat = plane.to_lonlat(*shapely.get_coordinates(ring).T)
        for _ in range(2):
            near = zone.border.nearest(lon, lat)
            azimuth, _length = inverse(near.lon, near.lat, lon, lat)
            lon, lat = direct(near.lon, near.lat, azimuth, np.full(len(lon), away_m))
        good = np.abs(zone.border.nearest(lon, lat).distance_m - away_m) < GOOD_M
        lon = west + (lon - west) % 360.0
        good &= (lon <= east) & (lat >= south) & (lat <= north)
        bad = np.zeros(len(lon), dtype=bool)
        for other in outside:
            bad |= other.border.inside(lon, lat)
        lines += _runs(np.column_stack([lon, lat])[good], bad[good], np.flatnonzero(good))
    return tuple(sorted(lines, key=len, reverse=True))


CREASE: Final = 12  # vertices that may be missing in a crease without breaking the line


def _runs(xy: Floats, bad: Any, number: Any) -> list[Floats]:
    """Return the runs of vertices that lie together, a broken ring joined at its start."""
    if len(xy) == 0:
        return []
    breaks = (np.diff(number) > CREASE) | bad[1:] | bad[:-1] | (np.abs(np.diff(xy[:, 0])) > 180)
    pieces = np.split(xy, np.flatnonzero(breaks) + 1)
    kept = np.split(~bad, np.flatnonzero(breaks) + 1)
    runs = [p[k] for p, k in zip(pieces, kept, strict=True) if k.sum() > 1]
    closed = len(runs) > 1 and number[0] == 0 and np.allclose(runs[0][0], runs[-1][-1], atol=0.05)
    if closed:
        runs[0] = np.concatenate([runs.pop(), runs[0][1:]])
    return runs


@dataclass(frozen=True)
class Passage:
    """The narrowest place between two parts of a zone.

    ``width_m`` in metres; ``a`` and ``b`` are its ends, longitude and latitude in degrees.
    """

    width_m: float
    a: tuple[float, float]
    b: tuple[float, float]


def passage(zone: Zone, lon: float, lat: float) -> Passage:
    """Return the gap between the two parts of a zone that are nearest to a point in degrees.

    The width is exact on one side and to a few millimetres on the other: a second look follows the
    first, between the neighbours of the nearest sample.

    Raises
    ------
    ZoneError
        If there are no two parts within 200 km.
    """
    import shapely

    plane = Plane(lon, lat)
    degrees = PASSAGE_REACH_M / 111_000.0
    wide = degrees / max(float(np.cos(np.radians(lat))), 0.1)
    box = [lon - wide, lat - degrees, lon + wide, lat + degrees]
    parts = shapely.get_parts(in_box(zone.geometry, plane, box))
    away = shapely.distance(parts, shapely.Point(0, 0)) if len(parts) else np.empty(0)
    if len(parts) < 2 or away.max() == 0:
        raise ZoneError(f"There is no gap in {zone.name} within 200 km of {lat:g}, {lon:g}.")
    one, other = (plane.unproject(parts[i]) for i in np.argsort(away)[:2])
    border = Border.of(lay_out(edges_of(other, zone.edges), zone.edges), closed=False)
    ring = shapely.segmentize(plane.project(shapely.boundary(one)), PASSAGE_STEP_M)
    along = shapely.get_coordinates(ring)
    for _ in range(3):
        x, y = plane.to_lonlat(*along.T)
        near = border.nearest(x, y)
        k = int(near.distance_m.argmin())
        ends = along[max(k - 1, 0)], along[k], along[min(k + 1, len(along) - 1)]
        best = Passage(
            float(near.distance_m[k]),
            (float(x[k]), float(y[k])),
            (float(near.lon[k]), float(near.lat[k])),
        )
        along = np.concatenate([np.linspace(p, q, 101) for p, q in itertools.pairwise(ends)])
    return best
