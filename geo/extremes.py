"""Where a path comes nearest to a border, and where it is deepest inside.

A path is the geodesics between fixes, where they were observed. What is asked of it is answered by
branch and bound: pieces of path that provably cannot hold the answer are left out, the others are
halved. Let a piece have length h and distances d0, d1 from the border at its ends. Then, by the
facts of `geo.earth`,

* everywhere on it the distance is at least (d0 + d1 − h) / 2 (fact 2);
* and at least min(d0, d1) − h² / 8r, where r = (d0 + d1 − h) / 2: the distance from any one point
  of the border is a function with a second derivative of at most 1 / r along the piece (Hessian
  comparison: the ellipsoid is nowhere curved less than flat), and it is no less than d0 and d1 at
  the ends;
* and at most min(max(d0, g), max(g', d1)), where g and g' are the distances of each end from the
  border point nearest to the other: the distance from one point is convex (fact 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.borders import Nearest
from geo.earth import Floats, Ints, inverse
from geo.engine import LEG_M, least_of_legs
from geo.stretches import Stretches
from geo.survey import Survey

__all__ = ["Place", "deepest", "least"]

LEAST_TOLERANCE_M: Final = 2e-4  # how much nearer than the answer any point may be
DEEPEST_TOLERANCE_M: Final = 0.5  # the contract asks for a metre
COMPILED_M: Final = 1_900_000.0  # a leg that comes nearer is in the compiled search's reach


@dataclass(frozen=True)
class Place:
    """A point of a path and the nearest point of the border.

    ``step`` and ``fraction`` say where: so far along the geodesic from fix ``step`` to the next.
    ``distance_m`` is in metres, never negative; ``lon``, ``lat`` and the border's are in degrees.
    """

    distance_m: float
    step: int
    fraction: float
    lon: float
    lat: float
    border_lon: float
    border_lat: float


@dataclass
class _Pieces:
    """Pieces of path with what is known at their ends; arrays of shape (k,)."""

    step: Ints
    u0: Floats
    u1: Floats
    d0: Floats
    d1: Floats
    near0: tuple[Floats, Floats]
    near1: tuple[Floats, Floats]
    at0: tuple[Floats, Floats]
    at1: tuple[Floats, Floats]
    length_m: Floats

    def __getitem__(self, keep: NDArray[np.bool_]) -> _Pieces:
        return _Pieces(
            self.step[keep],
            self.u0[keep],
            self.u1[keep],
            self.d0[keep],
            self.d1[keep],
            (self.near0[0][keep], self.near0[1][keep]),
            (self.near1[0][keep], self.near1[1][keep]),
            (self.at0[0][keep], self.at0[1][keep]),
            (self.at1[0][keep], self.at1[1][keep]),
            self.length_m[keep],
        )


def _pieces(look: Survey, parts: Stretches) -> _Pieces:
    step, u0, u1 = parts.step, parts.start, parts.end
    ends = []
    for u in (u0, u1):
        at = np.minimum(step + (u == 1), len(look.lon) - 1)
        fix = (u == 0) | (u == 1)
        lon, lat, d, near_lon, near_lat = (
            v[at] for v in (look.lon, look.lat, look.distance_m, look.border_lon, look.border_lat)
        )
        between = np.flatnonzero(~fix)
        if len(between):
            lon[between], lat[between] = look.points_at(step[between], u[between])
        rest = np.flatnonzero(~(fix & look.known[at]))
        if len(rest):
            found = look.nearest_to(lon[rest], lat[rest])
            d[rest], near_lon[rest], near_lat[rest] = found.distance_m, found.lon, found.lat
        ends.append((d, (near_lon, near_lat), (lon, lat)))
    (d0, near0, at0), (d1, near1, at1) = ends
    return _Pieces(step, u0, u1, d0, d1, near0, near1, at0, at1, (u1 - u0) * look.leg_m[step])


def _halved(look: Survey, p: _Pieces) -> tuple[_Pieces, Nearest, Floats, Floats, Floats]:
    """Return the halves of pieces, and what was found at their middles."""
    u = (p.u0 + p.u1) / 2
    lon, lat = look.points_at(p.step, u)
    found = look.nearest_to(lon, lat)
    half = p.length_m / 2

    def both(a: Floats, b: Floats) -> Floats:
        return np.concatenate([a, b])

    mid = (found.lon, found.lat)
    halves = _Pieces(
        np.concatenate([p.step, p.step]),
        both(p.u0, u),
        both(u, p.u1),
        both(p.d0, found.distance_m),
        both(found.distance_m, p.d1),
        (both(p.near0[0], mid[0]), both(p.near0[1], mid[1])),
        (both(mid[0], p.near1[0]), both(mid[1], p.near1[1])),
        (both(p.at0[0], lon), both(p.at0[1], lat)),
        (both(lon, p.at1[0]), both(lat, p.at1[1])),
        both(half, half),
    )
    return halves, found, u, lon, lat


def _place_of_fix(look: Survey, i: int) -> Place:
    return Place(
        float(look.distance_m[i]),
        i,
        0.0,
        float(look.lon[i]),
        float(look.lat[i]),
        float(look.border_lon[i]),
        float(look.border_lat[i]),
    )


def least(look: Survey, observed: NDArray[np.bool_]) -> Place:
    """Return where a path that is never inside comes nearest to the border.

    To `LEAST_TOLERANCE_M`. ``observed`` says which steps were, shape (n − 1,).
    """
    known = np.flatnonzero(look.known)
    best = _place_of_fix(look, int(known[look.distance_m[known].argmin()]))
    step_low = (look.low_m[:-1] + look.low_m[1:] - look.leg_m) / 2
    open_ = np.flatnonzero(observed & (step_low < best.distance_m))
    if look.large and best.distance_m < COMPILED_M:
        short = look.leg_m[open_] <= LEG_M
        nearer = least_of_legs(
            look.border, look.lon, look.lat, open_[short], best.distance_m, LEAST_TOLERANCE_M
        )
        open_ = open_[~short]
        best = best if nearer is None else Place(*nearer)
    n = len(open_)
    pieces = _pieces(look, Stretches(open_, np.zeros(n), np.ones(n), np.full(n, -1)))
    while True:
        radius = (pieces.d0 + pieces.d1 - pieces.length_m) / 2
        bend = pieces.length_m**2 / (8 * np.maximum(radius, 1e-9))
        low = np.maximum(np.maximum(radius, np.minimum(pieces.d0, pieces.d1) - bend), 0.0)
        pieces = pieces[low < best.distance_m - LEAST_TOLERANCE_M]
        if len(pieces.step) == 0:
            return best
        before = pieces
        pieces, found, u, lon, lat = _halved(look, pieces)
        k = int(found.distance_m.argmin())
        if found.distance_m[k] < best.distance_m:
            best = _place(before, found, u, lon, lat, k)


def _place(pieces: _Pieces, found: Nearest, u: Floats, lon: Floats, lat: Floats, k: int) -> Place:
    return Place(
        float(found.distance_m[k]),
        int(pieces.step[k]),
        float(u[k]),
        float(lon[k]),
        float(lat[k]),
        float(found.lon[k]),
        float(found.lat[k]),
    )


def deepest(look: Survey, parts: Stretches) -> Place | None:
    """Return where a path is farthest inside, to half a metre; None if it never is.

    ``parts`` are the pieces that are inside. A single fix counts even without a path.
    """
    best: Place | None = None
    inside = np.flatnonzero(look.known & look.inside)
    if len(inside):
        best = _place_of_fix(look, int(inside[look.distance_m[inside].argmax()]))
    if len(parts) == 0:
        return best
    deep = -1.0 if best is None else best.distance_m
    step = parts.step
    step_high = (look.high_m[step] + look.high_m[step + 1] + look.leg_m[step]) / 2
    pieces = _pieces(look, parts.chosen(step_high > deep + DEEPEST_TOLERANCE_M))
    while len(pieces.step):
        g1 = inverse(*pieces.at1, *pieces.near0)[1]
        g0 = inverse(*pieces.at0, *pieces.near1)[1]
        high = np.minimum(
            (pieces.d0 + pieces.d1 + pieces.length_m) / 2,
            np.minimum(np.maximum(pieces.d0, g1), np.maximum(g0, pieces.d1)),
        )
        deep = -1.0 if best is None else best.distance_m
        pieces = pieces[high > deep + DEEPEST_TOLERANCE_M]
        if len(pieces.step) == 0:
            break
        before = pieces
        pieces, found, u, lon, lat = _halved(look, pieces)
        k = int(found.distance_m.argmax())
        if found.distance_m[k] > deep:
            best = _place(before, found, u, lon, lat, k)
    return best
