"""Zones and tracks for tests, in a line, and the slow truth to compare with.

The truth is worked out with PROJ's geodesics and its Mercator projection alone, by trying points
along every edge: nothing here comes from ``geo.arcs``, ``geo.borders`` or ``geo.extremes``.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyproj
import shapely

from geo.arcs import EdgeKind
from geo.catalogue import Zone
from geo.track import Track

GEOD = pyproj.Geod(ellps="WGS84")
MERCATOR = pyproj.Proj("+proj=merc +ellps=WGS84")  # a rhumb line is straight in it
PARTS = 64  # of an edge that are tried before the search narrows
GOLDEN = (np.sqrt(5) - 1) / 2


def zone_of(
    geometry: shapely.Geometry | str, edges: EdgeKind = "planar", *, name: str = "test"
) -> Zone:
    """Return a zone of a geometry, or of its WKT, that claims to be exact."""
    shape = shapely.from_wkt(geometry) if isinstance(geometry, str) else geometry
    return Zone(
        id=f"file:{name}",
        kind="file",
        name=name,
        edges=edges,
        source="the tests",
        licence="none needed",
        accuracy_m=0.0,
        legal_accuracy_m=None,
        digest=hashlib.sha256(shapely.to_wkb(shape)).hexdigest(),
        load=lambda: shape,
    )


def track_of(
    points: Sequence[tuple[float, float]], times: Sequence[float] | None = None, **about: object
) -> Track:
    """Return a track through points (lon, lat), exact if nothing else is said."""
    lon, lat = (np.array(v, dtype=float) for v in zip(*points, strict=True))
    time_s = None if times is None else np.array(times, dtype=float)
    about.setdefault("error_m", np.zeros(len(lon)))
    return Track("test", lon, lat, time_s, **about)  # type: ignore[arg-type]


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def along(
    a: tuple[float, float], b: tuple[float, float], kind: EdgeKind, fraction: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return points of one edge; its ends must lie less than 180° of longitude apart."""
    f = np.asarray(fraction, dtype=float)
    if kind == "planar":
        return a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f
    if kind == "rhumb":
        # Mercator turns a rhumb line straight; the prime meridian is moved so that 180° is inside.
        (x0, y0), (x1, y1) = (MERCATOR(p[0] - a[0], p[1]) for p in (a, b))
        lon, lat = MERCATOR(x0 + (x1 - x0) * f, y0 + (y1 - y0) * f, inverse=True)
        return np.asarray(lon) + a[0], np.asarray(lat)
    azimuth, _, length = GEOD.inv(*a, *b)
    n = len(f)
    lon, lat, _ = GEOD.fwd(np.full(n, a[0]), np.full(n, a[1]), np.full(n, azimuth), f * length)
    return np.asarray(lon), np.asarray(lat)


def edges_in(geometry: shapely.Geometry) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the edges of polygons and lines as pairs of points."""
    out = []
    for part in shapely.get_parts(geometry):
        lines = shapely.get_rings(part) if part.geom_type == "Polygon" else [part]
        for line in lines:
            points = [tuple(p) for p in shapely.get_coordinates(line).tolist()]
            out += [(a, b) for a, b in itertools.pairwise(points) if a != b]
    return out


def nearest_m(lon: float, lat: float, geometry: shapely.Geometry, kind: EdgeKind) -> float:
    """Return the geodesic distance from a point to edges in metres, to 1e-6 m, slowly."""
    best = np.inf
    for a, b in edges_in(geometry):
        tries = np.linspace(0, 1, PARTS + 1)
        d = _distances(lon, lat, a, b, kind, tries)
        k = int(d.argmin())
        best = min(best, float(d[k]))
        if d[k] - 1.1 * _length_m(a, b, kind) / PARTS > best:
            continue
        lo, hi = tries[max(k - 1, 0)], tries[min(k + 1, PARTS)]
        for _ in range(36):  # 0.618^36 of two parts of an edge: 1e-9 of it
            u, v = hi - GOLDEN * (hi - lo), lo + GOLDEN * (hi - lo)
            du, dv = _distances(lon, lat, a, b, kind, np.array([u, v]))
            lo, hi = (lo, v) if du < dv else (u, hi)
            best = min(best, float(du), float(dv))
    return best


def _length_m(a: tuple[float, float], b: tuple[float, float], kind: EdgeKind) -> float:
    lon, lat = along(a, b, kind, np.linspace(0, 1, 9))
    return float(GEOD.line_length(lon, lat)) * 1.01


def _distances(
    lon: float,
    lat: float,
    a: tuple[float, float],
    b: tuple[float, float],
    kind: EdgeKind,
    fraction: np.ndarray,
) -> np.ndarray:
    x, y = along(a, b, kind, fraction)
    n = len(x)
    return np.asarray(GEOD.inv(np.full(n, lon), np.full(n, lat), x, y)[2])


def points_along(track: Track, step_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return points of the geodesics between a track's fixes, at most so far apart."""
    lon, lat = [track.lon[:1]], [track.lat[:1]]
    for i in range(len(track) - 1):
        a = (float(track.lon[i]), float(track.lat[i]))
        b = (float(track.lon[i + 1]), float(track.lat[i + 1]))
        n = int(np.ceil(float(track.leg_m[i]) / step_m)) + 1
        x, y = along(a, b, "geodesic", np.linspace(0, 1, n + 1)[1:])
        lon.append(x)
        lat.append(y)
    return np.concatenate(lon), np.concatenate(lat)


def extremes_along(
    track: Track, zone: Zone, step_m: float, fine_m: float = 2.0
) -> tuple[float, float]:
    """Return the least distance and the greatest depth along a track's geodesics, in metres.

    By trying: every ``step_m``, and every ``fine_m`` about the best. The distance from a point is
    asked of the zone's border, which `nearest_m` is there to check.
    """
    lon, lat = points_along(track, step_m)
    border = zone.border
    inside = border.inside(lon, lat)
    d = border.nearest(lon, lat).distance_m
    outside_m, depth_m = np.where(inside, 0.0, d), np.where(inside, d, 0.0)
    out = []
    for values, best in ((outside_m, np.argmin), (depth_m, np.argmax)):
        k = int(best(values))
        i, j = max(k - 1, 0), min(k + 1, len(lon) - 1)
        near = track_of([(lon[m], lat[m]) for m in (i, k, j)])
        fine_lon, fine_lat = points_along(near, fine_m)
        fine_in = border.inside(fine_lon, fine_lat)
        fine = border.nearest(fine_lon, fine_lat).distance_m
        if best is np.argmin:
            out.append(float(np.where(fine_in, 0.0, fine).min()))
        else:
            out.append(float(np.where(fine_in, fine, 0.0).max()))
    return out[0], out[1]
