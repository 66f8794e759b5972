"""How near a path came to a zone, by trying points of both: nothing here is from ``geo``'s engine.

Points every 400 m of the path and of the border are held against each other by their chords; the
nearest pairs are then tried ever finer, by Karney's geodesics (PROJ). What is left out on the way
provably holds nothing nearer: a distance changes by no more than the way between two points.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely

GEOD = pyproj.Geod(ellps="WGS84")
TO_ECEF = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
PATH_M = 400.0
BORDER_M = 400.0
BLOCK = 50  # points of the path that are held against the border together
PAIRS = 6  # nearest pairs that are tried finer


def ecef(lon, lat):
    return np.column_stack(TO_ECEF.transform(lon, lat, np.zeros(len(lon))))


@dataclass(frozen=True)
class Line:
    """Points of legs: which leg, how far along it, where."""

    leg: np.ndarray
    u: np.ndarray
    xyz: np.ndarray


class Path:
    """The geodesics between fixes where they were observed, and the fixes."""

    def __init__(self, lon, lat, observed):
        self.lon, self.lat = np.asarray(lon), np.asarray(lat)
        after = np.minimum(np.arange(len(lon)) + 1, len(lon) - 1)
        self.azimuth, _, self.length = (
            np.asarray(v) for v in GEOD.inv(self.lon, self.lat, self.lon[after], self.lat[after])
        )
        self.length = np.where(np.append(observed, False), self.length, 0.0)
        # the end of a leg is the next one's begin; of an unseen leg, only that
        count = np.maximum(np.ceil(self.length / PATH_M).astype(int), 1)
        leg = np.repeat(np.arange(len(lon)), count)
        k = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
        u = k / count[leg]
        self.line = Line(leg, u, ecef(*self.at(leg, u)))

    def at(self, leg, u):
        lon, lat, _ = GEOD.fwd(
            self.lon[leg], self.lat[leg], self.azimuth[leg], self.length[leg] * u
        )
        return np.asarray(lon), np.asarray(lat)


class Border:
    """The edges of a zone, straight in longitude and latitude, without the cuts along 180°."""

    def __init__(self, geometry):
        self.geometry = geometry
        shapely.prepare(geometry)
        rings = [shapely.get_coordinates(r) for r in shapely.get_rings(shapely.get_parts(geometry))]
        edges = np.concatenate([np.stack([r[:-1], r[1:]], axis=1) for r in rings])
        cut = (np.abs(edges[:, :, 0]) == 180).all(1) & (edges[:, 0, 0] == edges[:, 1, 0])
        self.edges = edges[~cut & ~(np.abs(edges[:, :, 1]) == 90).all(1)]
        length = np.asarray(GEOD.inv(*self.edges[:, 0].T, *self.edges[:, 1].T)[2])
        turn_m = np.abs(self.edges[:, 1, 0] - self.edges[:, 0, 0]) * 111_320
        count = np.ceil(np.maximum(length, turn_m) / BORDER_M).astype(int) + 1
        leg = np.repeat(np.arange(len(count)), count)
        k = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
        u = k / np.maximum(count[leg] - 1, 1)
        self.line = Line(leg, u, ecef(*self.at(leg, u)))

    def at(self, leg, u):
        a, b = self.edges[leg, 0], self.edges[leg, 1]
        return a[:, 0] + (b[:, 0] - a[:, 0]) * u, a[:, 1] + (b[:, 1] - a[:, 1]) * u


@functools.lru_cache(maxsize=64)
def border_of(name: str) -> Border:
    """Return the border of a zone that ships."""
    from geo import zone

    return Border(zone(name).geometry)


def nearest_points(path: Path, border: Border) -> tuple[np.ndarray, np.ndarray]:
    """Return for each point of a path its chord to the nearest point of a border, and which."""
    away = np.empty(len(path.line.leg))
    which = np.empty(len(path.line.leg), dtype=int)
    for start in range(0, len(away), BLOCK):
        here = path.line.xyz[start : start + BLOCK]
        middle = here[len(here) // 2]
        radius = np.sqrt(((here - middle) ** 2).sum(1)).max()
        from_middle = np.sqrt(((border.line.xyz - middle) ** 2).sum(1))
        # farther than this it is nobody's nearest: |pb| ≥ |mb| − r, and |pn| ≤ |mn| + r
        near = np.flatnonzero(from_middle <= from_middle.min() + 2 * radius + 1.0)
        square = ((here[:, None, :] - border.line.xyz[near][None, :, :]) ** 2).sum(2)
        k = square.argmin(1)
        away[start : start + BLOCK] = np.sqrt(square[np.arange(len(here)), k])
        which[start : start + BLOCK] = near[k]
    return away, which


def refined_m(path: Path, border: Border, p: int, b: int) -> float:
    """Return the least geodesic around a point of a path and one of a border, in metres."""
    leg, u = path.line.leg[p], path.line.u[p]
    edge, v = border.line.leg[b], border.line.u[b]
    best = np.inf
    wide_u = PATH_M / max(path.length[leg], PATH_M)
    wide_v = 1.0  # the edges are short, but where they are long they are all tried
    for _ in range(8):
        us = np.clip(u + wide_u * np.linspace(-1, 1, 21), 0, 1)
        vs = np.clip(v + wide_v * np.linspace(-1, 1, 41), 0, 1)
        x, y = path.at(np.full(21, leg), us)
        bx, by = border.at(np.full(41, edge), vs)
        grid = [np.repeat(x, 41), np.repeat(y, 41), np.tile(bx, 21), np.tile(by, 21)]
        away = np.asarray(GEOD.inv(*grid)[2])
        k = int(away.argmin())
        best, u, v = min(best, float(away[k])), us[k // 41], vs[k % 41]
        wide_u, wide_v = wide_u / 6, wide_v / 8
    return best


def least_and_deepest_m(path: Path, border: Border) -> tuple[float, float]:
    """Return the least distance outside (0 if any point is inside) and the greatest depth."""
    away, which = nearest_points(path, border)
    lon, lat = path.at(path.line.leg, path.line.u)
    inside = shapely.contains_xy(border.geometry, (lon + 180) % 360 - 180, lat)
    if inside.any():
        p = int(np.where(inside, away, -1.0).argmax())
        near = which[p]
        at = border.at(border.line.leg[near : near + 1], border.line.u[near : near + 1])
        return 0.0, float(GEOD.inv(lon[p], lat[p], at[0][0], at[1][0])[2])
    # The nearest pairs, no two of which are of the same leg and edge.
    pairs: dict[tuple[int, int], tuple[int, int]] = {}
    for p in np.argsort(away, kind="stable")[:2000].tolist():
        b = int(which[p])
        for near in range(max(b - 3, 0), min(b + 4, len(border.line.leg))):
            legs = (int(path.line.leg[p]), int(border.line.leg[near]))
            pairs.setdefault(legs, (p, near))
        if len(pairs) >= PAIRS * 7:
            break
    return min(refined_m(path, border, p, b) for p, b in pairs.values()), 0.0
