"""Where an aircraft may have been between two fixes: the space–time prism, on the ellipsoid.

Whoever was at a and then, Δt later, at b, and never faster than v, was at no point x with
|ax| + |xb| > v Δt. What is left is an ellipse with a and b as its foci: the shadow of the prism of
time geography (T. Hägerstrand, *What about people in regional science?*, Papers of the Regional
Science Association 24, 1970). Asking whether two prisms meet is the *alibi query* of moving-object
databases (B. Kuijpers, R. Grimson, W. Othman, *An analytic solution to the alibi query in the
space–time prisms model for moving object data*, Int. J. Geographical Information Science 25, 2011),
answered there in a plane. Here a prism is asked whether it meets a zone, on the ellipsoid, and the
answer is a bound that errs on the safe side, found by branch and bound.

A cell is a square of the plane that touches the ellipsoid at a, with a centre c and half a diagonal
r. The ellipsoid is curved everywhere, so no two of its points are farther apart than their
pictures in that plane (Toponogov's theorem on hinges): every point x of the cell has |cx| ≤ r. So

* the distance from the zone's border, negative inside, is at least that of c, less r;
* f(x) = |ax| + |xb| is convex while distances stay below 9,900 km (fact 3 of `geo.earth`), so it
  is at least f(c) − r |∇f(c)|, and |∇f| = 2 |cos(φ/2)| where a and b are seen from c at an angle
  φ. A cell where that is more than v Δt holds no point of the prism;
* from c, the way to the middle m of ab reaches the prism after a part t = (f(c) − v Δt) / (f(c) −
  |ab|) of it at the latest, by the same convexity: so some point of the prism is at least as near
  to the zone as c is, plus t |cm|.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.borders import Border
from geo.earth import Floats, direct, geodesic_between, inverse

__all__ = ["Bounds", "Prism", "least_signed", "signed_m"]

COARSEST: Final = 8  # cells along a side, to begin with
MOST_CELLS: Final = 6_000  # at once; with more, the bound is told as it is
FINEST: Final = 24  # halvings: a 10,000 km cell is then 0.6 m
CONVEX_M: Final = 9_900_000.0  # within which a distance is convex
SAMPLES: Final = 33  # of the way from a to b, all of it in the prism


@dataclass(frozen=True)
class Prism:
    """What can be reached on the way from fix a to fix b, in degrees, over ``reach_m`` metres."""

    lon_a: float
    lat_a: float
    lon_b: float
    lat_b: float
    reach_m: float

    @property
    def length_m(self) -> float:
        """The geodesic from fix to fix in metres."""
        return float(inverse(self.lon_a, self.lat_a, self.lon_b, self.lat_b)[1])

    def outline(self, count: int = 72) -> tuple[Floats, Floats]:
        """Return the edge of the region in degrees, shape (count,), clockwise from north of a."""
        azimuth = np.linspace(0.0, 360.0, count, endpoint=False)
        low, high = np.zeros(count), np.full(count, (self.reach_m + self.length_m) / 2)
        for _ in range(40):  # |ax| + |xb| grows along each ray
            middle = (low + high) / 2
            lon, lat = direct(self.lon_a, self.lat_a, azimuth, middle)
            short = middle + inverse(lon, lat, self.lon_b, self.lat_b)[1] < self.reach_m
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        return direct(self.lon_a, self.lat_a, azimuth, low)


@dataclass(frozen=True)
class Bounds:
    """Between which values something lies, in metres: no less than low, no more than high."""

    low_m: float
    high_m: float


def signed_m(border: Border, lon: Floats, lat: Floats) -> Floats:
    """Return the distance of points from a border in metres, negative inside; shape (n,)."""
    away = border.nearest(lon, lat).distance_m
    return np.asarray(np.where(border.inside(lon, lat), -away, away))


def least_signed(
    border: Border, prism: Prism, enough_m: float, slack_m: float = 50.0, share: float = 0.05
) -> Bounds:
    """Return how near to a zone, or how deep in it, a prism reaches at most.

    Parameters
    ----------
    border
        Of the zone.
    prism
        Where the aircraft may have been.
    enough_m
        Nothing is asked of what is farther than this; the answer is then no less than it.
    slack_m, share
        How far apart the bounds may be: so many metres, or so large a share of what the prism
        reaches below ``enough_m``.

    Returns
    -------
    Bounds
        Of the least signed distance over the prism: ``low_m`` errs on the safe side.
    """
    length = prism.length_m
    reach = max(prism.reach_m, length)
    way = np.linspace(0.0, 1.0, SAMPLES)
    lon, lat = geodesic_between(prism.lon_a, prism.lat_a, prism.lon_b, prism.lat_b, way)
    there = signed_m(border, lon, lat)
    high = float(there.min())
    low = float((there[0] + there[-1] - reach) / 2)
    if reach + length > CONVEX_M or not np.isfinite(high) or low >= enough_m:
        return Bounds(low, high)
    middle = float(lon[SAMPLES // 2]), float(lat[SAMPLES // 2])
    side = (reach + length) / COARSEST
    step = (np.arange(COARSEST) - (COARSEST - 1) / 2) * side
    x, y = (v.ravel() for v in np.meshgrid(step, step))
    for _ in range(FINEST):
        radius = side / np.sqrt(2.0)
        azimuth, r = np.degrees(np.arctan2(x, y)), np.hypot(x, y)
        c = direct(prism.lon_a, prism.lat_a, azimuth, r)
        to_a, _ = inverse(*c, prism.lon_a, prism.lat_a)
        to_b, away_b = inverse(*c, prism.lon_b, prism.lat_b)
        way_m = r + away_b
        steep = 2 * np.abs(np.cos(np.radians(to_a - to_b) / 2))
        held = way_m - radius * steep <= reach
        x, y, way_m = x[held], y[held], way_m[held]
        c = c[0][held], c[1][held]
        if len(x) == 0:  # rounding: the prism is a line, and the line was tried
            return Bounds(max(low, high - 2 * radius), high)
        s = signed_m(border, *c)
        over = np.maximum(way_m - reach, 0.0)
        part = over / np.maximum(way_m - length, 1e-9)
        moved = np.minimum(part, 1.0) * inverse(*c, *middle)[1]
        high = min(high, float((s + moved).min()))
        cell_low = s - radius
        low = max(low, min(float(cell_low.min()), high))
        wanted = max(slack_m, share * (enough_m - high))
        if low >= enough_m or high - low <= wanted or radius <= slack_m / 2:
            break
        keep = cell_low < min(high, enough_m)
        x, y = x[keep], y[keep]
        if len(x) * 4 > MOST_CELLS or len(x) == 0:
            break
        side /= 2
        x = np.concatenate([x + i * side / 2 for i in (-1, 1, -1, 1)])
        y = np.concatenate([y + j * side / 2 for j in (-1, -1, 1, 1)])
    return Bounds(low, high)
