"""The planes that a map may be drawn on, beside the azimuthal one of `geo.plane`, and its caps.

Nothing is measured on them. Which one a map is drawn on is for `layers.frame` to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike

from geo.earth import Floats
from geo.plane import RADIUS_M, Plane, mapped

__all__ = ["MOST_NORTHERN", "AnyPlane", "Mercator", "World", "cap", "cut_lines", "unrolled"]

EQUATOR_M: Final = 6_378_137.0  # the sphere of EPSG:3857
MOST_NORTHERN: Final = 85.0511287798066  # degrees: there its world is a square
NEWTON: Final = 12  # steps; it doubles its digits in each
# Šavrič, Patterson & Jenny (2018), The Equal Earth map projection, equation 4
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
ROOT_3: Final = np.sqrt(3.0)
EDGE: Final = 360.02  # degrees of a turn: what is rounded to the other side of the edge stays
CAP_STEPS: Final = 181
HALF_DEG: Final = 89.99  # a cap of half the Earth, where its rim is still a curve in degrees


@dataclass(frozen=True)
class Mercator:
    """Web Mercator (EPSG:3857), on which others serve their tiles.

    Longitudes run on past 180°: ``lon`` is the one that a map stands around.
    """

    lon: float
    lat: float = 0.0

    def to_xy(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Return metres on the plane of points in degrees; beyond 85.05° as if they were there."""
        phi = np.radians(np.clip(np.asarray(lat, dtype=float), -MOST_NORTHERN, MOST_NORTHERN))
        x = EQUATOR_M * np.radians(np.asarray(lon, dtype=float))
        return x, EQUATOR_M * np.arctanh(np.sin(phi))

    def to_lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Return points in degrees of metres on the plane; longitudes as they run on."""
        lat = np.arcsin(np.tanh(np.asarray(y, dtype=float) / EQUATOR_M))
        return np.degrees(np.asarray(x, dtype=float) / EQUATOR_M), np.degrees(lat)

    def project(self, geometry: Any) -> Any:
        """Return shapely geometries, given in degrees, on the plane."""
        return mapped(geometry, self.to_xy)


@dataclass(frozen=True)
class World:
    """The whole Earth, equal in area: the Equal Earth projection, its middle at a longitude."""

    lon: float
    lat: float = 0.0

    def to_xy(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Return metres on the plane of points in degrees."""
        away = np.asarray(lon, dtype=float) - self.lon
        away = np.radians(away - 360 * np.round(away / EDGE))
        t = np.arcsin(ROOT_3 / 2 * np.sin(np.radians(np.asarray(lat, dtype=float))))
        x = 2 * ROOT_3 / 3 * RADIUS_M * away * np.cos(t) / _slope(t)
        return x, RADIUS_M * _rise(t)

    def to_lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Return points in degrees; beside the Earth, longitudes beyond its edge."""
        up = np.asarray(y, dtype=float) / RADIUS_M
        t = np.clip(up / A1, -np.pi / 3, np.pi / 3)
        for _ in range(NEWTON):
            t = np.clip(t - (_rise(t) - up) / _slope(t), -np.pi / 3, np.pi / 3)
        lon = np.asarray(x, dtype=float) / RADIUS_M * 3 / (2 * ROOT_3) * _slope(t) / np.cos(t)
        lat = np.arcsin(np.clip(2 / ROOT_3 * np.sin(t), -1, 1))
        return self.lon + np.degrees(lon), np.degrees(lat)

    def project(self, geometry: Any) -> Any:
        """Return shapely geometries, given in degrees, on the plane."""
        return mapped(geometry, self.to_xy)

    def cut(self, line: Floats) -> list[Floats]:
        """Return a line in degrees, shape (n, 2), cut where it leaves the map at its edge."""
        away = line[:, 0] - self.lon
        turn = np.floor((away + 180) / 360)
        out, begin = [], 0
        head = line[:0]
        for i in np.flatnonzero(np.diff(turn)).tolist():
            edge = 360 * max(turn[i], turn[i + 1]) - 180
            part = (edge - away[i]) / (away[i + 1] - away[i])
            lat = line[i, 1] + part * (line[i + 1, 1] - line[i, 1])
            tail = np.array([[edge + self.lon, lat]])
            out.append((np.vstack([head, line[begin : i + 1], tail]), turn[i]))
            head, begin = tail, i + 1
        out.append((np.vstack([head, line[begin:]]), turn[-1]))
        return [piece - [360 * own, 0] for piece, own in out]


AnyPlane = Plane | Mercator | World


def unrolled(lon: Floats, near_deg: float) -> Floats:
    """Return longitudes that run on past 180°, the middle of them within 180° of a meridian."""
    turns = np.unwrap(np.radians(lon))
    whole = np.degrees(turns)
    return np.asarray(whole + 360.0 * np.round((near_deg - np.median(whole)) / 360.0))


def _slope(t: Floats) -> Floats:
    return np.asarray(A1 + 3 * A2 * t**2 + t**6 * (7 * A3 + 9 * A4 * t**2))


def _rise(t: Floats) -> Floats:
    return np.asarray(t * (A1 + A2 * t**2 + t**6 * (A3 + A4 * t**2)))


def cut_lines(plane: AnyPlane, line: Floats) -> list[Floats]:
    """Return a line in degrees in the pieces that a plane draws it in: most draw it in one."""
    return plane.cut(line) if isinstance(plane, World) and len(line) > 1 else [line]


def cap(lon: float, lat: float, reach_deg: float) -> shapely.Geometry:
    """Return all that lies within an angle of a point, in degrees within 180° of its meridian.

    On a sphere: a place at longitude λ from the point, latitude φ, is as near as r where
    M cos(φ - δ) ≥ cos r, with M sin δ = sin φ₀ and M cos δ = cos φ₀ cos λ.
    """
    if reach_deg > 90:
        rest = cap(lon + 180, -lat, 180 - reach_deg)
        both = [shapely.transform(rest, lambda xy, t=t: xy - np.array([t, 0])) for t in (0, 360)]
        return shapely.box(lon - 180, -90, lon + 180, 90) - shapely.union_all(both)
    up, out = np.sin(np.radians(lat)), np.cos(np.radians(lat))
    reach = np.radians(min(reach_deg, HALF_DEG))
    most = np.arcsin(np.sin(reach) / out) if np.sin(reach) < out else np.pi
    # close together where the rim turns back
    away = most * np.sin(np.linspace(-np.pi / 2, np.pi / 2, CAP_STEPS))
    if abs(lat) + reach_deg > 90:
        away = np.linspace(-np.pi, np.pi, 2 * CAP_STEPS - 1)
    far = np.hypot(up, out * np.cos(away))
    middle = np.arctan2(up, out * np.cos(away))
    wide = np.arccos(np.clip(np.cos(reach) / np.maximum(far, 1e-12), -1, 1))
    low = np.degrees(np.maximum(middle - wide, -np.pi / 2))
    high = np.degrees(np.minimum(middle + wide, np.pi / 2))
    at = lon + np.degrees(away)
    rim = np.vstack([np.column_stack([at, low]), np.column_stack([at, high])[::-1]])
    return shapely.make_valid(shapely.Polygon(rim))
