"""One path against one border: where it is inside, how near it comes, how deep it gets.

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

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from geo.arcs import Edges, lay_out
from geo.borders import Border, Nearest
from geo.earth import Floats, geodesic_between, inverse
from geo.engine import LEG_M, inside, least_of_legs, nearest

__all__ = ["Place", "Stretch", "Stretches", "Survey", "deepest", "least", "stretches", "survey"]

Ints = NDArray[np.int64]

TOUCH_M: Final = 1e-3  # nearer to the border than this is on it
LEAST_TOLERANCE_M: Final = 2e-4  # how much nearer than the answer any point may be
DEEPEST_TOLERANCE_M: Final = 0.5  # the contract asks for a metre
STRIDE: Final = 32  # of the first look at a long track
COMPILED_M: Final = (
    1_900_000.0  # a leg that comes nearer than this is in the compiled search's reach
)
FEW: Final = 1_000  # fixes that the compiled search does at once


@dataclass(frozen=True)
class Place:
    """A point of a path and the nearest point of the border.

    ``step`` and ``fraction`` say where: so far along the geodesic from fix ``step`` to the next.
    """

    distance_m: float
    step: int
    fraction: float
    lon: float
    lat: float
    border_lon: float
    border_lat: float


@dataclass(frozen=True)
class Stretch:
    """A piece of one step of a path that lies on one side: inside (1), outside (−1), on (0)."""

    step: int
    start: float
    end: float
    side: int


@dataclass(frozen=True, eq=False)
class Stretches(Sequence[Stretch]):
    """Stretches in the order of the path, as columns of shape (n,); see `Stretch`."""

    step: Ints
    start: Floats
    end: Floats
    side: Ints

    def __len__(self) -> int:
        return len(self.step)

    @overload
    def __getitem__(self, index: int) -> Stretch: ...
    @overload
    def __getitem__(self, index: slice) -> Stretches: ...
    def __getitem__(self, index: int | slice) -> Stretch | Stretches:
        if isinstance(index, slice):
            return self.chosen(np.arange(len(self))[index])
        return Stretch(
            int(self.step[index]),
            float(self.start[index]),
            float(self.end[index]),
            int(self.side[index]),
        )

    def chosen(self, which: Ints | NDArray[np.bool_]) -> Stretches:
        """Return some of them."""
        return Stretches(self.step[which], self.start[which], self.end[which], self.side[which])


class Survey:
    """The distances of a path's fixes from a border, worked out only where they matter.

    Parameters
    ----------
    lon, lat
        The fixes, degrees, shape (n,).
    leg_m
        The length of each step, metres, shape (n − 1,).
    border
        The border.
    large
        Which search is to do it, see `geo.engine`; None: told by the number of fixes.
    """

    def __init__(
        self, lon: Floats, lat: Floats, leg_m: Floats, border: Border, large: bool | None = None
    ) -> None:
        self.lon, self.lat, self.leg_m, self.border = lon, lat, leg_m, border
        self.large = large
        n = len(lon)
        self.along_m = np.concatenate([[0.0], np.cumsum(leg_m)])
        self.inside = self.inside_at(lon, lat)
        self.known = np.zeros(n, dtype=bool)
        self.distance_m = np.full(n, np.nan)
        self.border_lon = np.full(n, np.nan)
        self.border_lat = np.full(n, np.nan)
        self.low_m, self.high_m = np.zeros(n), np.full(n, np.inf)

    def nearest_to(self, lon: Floats, lat: Floats) -> Nearest:
        """Return the nearest point of the border to each of n points given in degrees."""
        return nearest(self.border, lon, lat, large=self.large)

    def inside_at(self, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        """Return whether each of n points given in degrees is inside."""
        return inside(self.border, lon, lat, large=self.large)

    def measure(self, which: Ints) -> None:
        """Work out the distances of these fixes, and what they say of the others."""
        which = which[~self.known[which]]
        if len(which) == 0:
            return
        found = self.nearest_to(self.lon[which], self.lat[which])
        self.distance_m[which] = found.distance_m
        self.border_lon[which], self.border_lat[which] = found.lon, found.lat
        self.known[which] = True
        self._spread()

    def _spread(self) -> None:
        """Bound the distance of each fix by those of the known ones before and after (fact 2)."""
        at = np.flatnonzero(self.known)
        s, d = self.along_m, self.distance_m[at]
        after = np.clip(np.searchsorted(at, np.arange(len(s))), 0, len(at) - 1)
        before = np.clip(np.searchsorted(at, np.arange(len(s)), side="right") - 1, 0, None)
        away = np.abs(s - s[at[before]]), np.abs(s - s[at[after]])
        self.low_m = np.maximum(np.maximum(d[before] - away[0], d[after] - away[1]), 0.0)
        self.high_m = np.minimum(d[before] + away[0], d[after] + away[1])

    def measure_all(self) -> None:
        """Work out every distance: for a chart."""
        self.measure(np.arange(len(self.lon)))


def survey(
    lon: Floats,
    lat: Floats,
    leg_m: Floats,
    border: Border,
    observed: NDArray[np.bool_],
    within_m: float = np.inf,
    large: bool | None = None,
) -> Survey | None:
    """Return a survey that knows every fix which can matter to the least or greatest distance.

    None if the whole path is provably farther than ``within_m`` and never inside.

    Parameters
    ----------
    observed
        Which steps were observed, shape (n − 1,).
    large
        Which search is to do it, see `geo.engine`; None: told by the number of fixes.
    """
    look = Survey(lon, lat, leg_m, border, large)
    n = len(lon)
    stride = STRIDE if n > 2 * STRIDE else 1
    look.measure(np.unique(np.concatenate([np.arange(0, n, stride), [n - 1]])))
    while True:
        far = look.low_m.min() > within_m and not look.inside.any()
        if far and not _may_cross(look, observed).any():
            return None
        if look.large and n <= FEW:  # cheaper than to find out which of them matter
            look.measure_all()
            return look
        matter = _may_matter(look, observed)
        if not matter.any():
            return look
        stride = max(stride // 4, 1)
        chosen = np.flatnonzero(matter)
        on_grid = chosen[chosen % stride == 0]
        look.measure(on_grid if len(on_grid) else chosen)


def _may_cross(look: Survey, observed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which steps are long enough to reach the border and come back."""
    may: NDArray[np.bool_] = look.low_m[:-1] + look.low_m[1:] <= look.leg_m + 2 * TOUCH_M
    return np.asarray(observed & may)


def _may_matter(look: Survey, observed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which unknown fixes could change an answer."""
    least = np.where(look.inside, 0.0, look.high_m).min()
    near = look.low_m < least
    if observed.any():
        # the end of a step matters where the step may come nearer than anything known
        step_low = (look.low_m[:-1] + look.low_m[1:] - look.leg_m) / 2
        step = (observed & (step_low < least)) | _may_cross(look, observed)
        if look.inside.any():
            deep = look.low_m[look.inside].max()
            step_high = (look.high_m[:-1] + look.high_m[1:] + look.leg_m) / 2
            step |= observed & (step_high > deep) & (look.inside[:-1] | look.inside[1:])
        near[:-1] |= step
        near[1:] |= step
    if look.inside.any():
        near |= look.inside & (look.high_m > look.low_m[look.inside].max())
    return np.asarray(near & ~look.known)


# ------------------------------------------------------------------------------- inside


def stretches(look: Survey, observed: NDArray[np.bool_]) -> Stretches:
    """Return the observed path cut where it meets the border, each piece with its side."""
    cuts = _meetings(look, np.flatnonzero(_may_cross(look, observed)))
    cut, starts, ends = [], [], []
    for step, fractions in cuts.items():
        for a, b in itertools.pairwise([0.0, *fractions, 1.0]):
            if b > a:
                cut.append(step)
                starts.append(a)
                ends.append(b)
    steps, start, end = np.array(cut, dtype=np.int64), np.array(starts), np.array(ends)
    whole = observed.copy()
    whole[steps] = False
    rest = np.flatnonzero(whole)
    return _in_order(
        np.concatenate([rest, steps]),
        np.concatenate([np.zeros(len(rest)), start]),
        np.concatenate([np.ones(len(rest)), end]),
        np.concatenate([np.where(look.inside[rest], 1, -1), _sides(look, steps, start, end)]),
    )


def _in_order(step: Ints, start: Floats, end: Floats, side: Ints) -> Stretches:
    order = np.lexsort((start, step))
    return Stretches(step[order], start[order], end[order], side[order])


def _sides(look: Survey, step: Ints, start: Floats, end: Floats) -> Ints:
    """Return the side of each piece: of its middle, or of two more points if that is on it."""
    side = np.zeros(len(step), dtype=np.int64)
    for share in (0.5, 0.3, 0.8):
        open_ = np.flatnonzero(side == 0)
        if len(open_) == 0:
            break
        at = start[open_] + share * (end[open_] - start[open_])
        lon, lat = _point(look, step[open_], at)
        off = look.nearest_to(lon, lat).distance_m > TOUCH_M
        inside = look.inside_at(lon, lat)
        side[open_] = np.where(off, np.where(inside, 1, -1), 0)
    return side


def _point(look: Survey, step: Ints, fraction: Floats) -> tuple[Floats, Floats]:
    nxt = np.minimum(step + 1, len(look.lon) - 1)
    return geodesic_between(look.lon[step], look.lat[step], look.lon[nxt], look.lat[nxt], fraction)


def _meetings(look: Survey, steps: Ints) -> dict[int, list[float]]:
    """Return, for each step, the fractions of it at which it meets the border, rising.

    A step is laid out in arcs like a border. Within 5 km a geodesic stays within a micrometre of
    the plane through its chord and its bulge, so a border arc meets it where it meets that plane:
    a quadratic equation. What counts in the end is the side of the pieces between, so that a
    meeting told twice, or one too many, does no harm.
    """
    met: dict[int, list[float]] = {int(s): [] for s in steps}
    moving = steps[look.leg_m[steps] > 0]
    if len(moving) == 0 or len(look.border) == 0:
        return met
    none = np.zeros(len(moving), dtype=bool)
    turn = (look.lon[moving + 1] - look.lon[moving] + 180) % 360 - 180
    legs = lay_out(
        Edges(
            look.lon[moving],
            look.lat[moving],
            look.lon[moving] + turn,
            look.lat[moving + 1],
            none,
            moving,
        ),
        "geodesic",
    )
    count = np.bincount(legs.edge, minlength=len(moving))
    number = np.arange(len(legs)) - np.repeat(np.cumsum(count) - count, count)
    a, b, c = legs.start, legs.start + legs.chord, legs.start + legs.chord / 2 + 2 * legs.bulge
    lo, hi = np.minimum(np.minimum(a, b), c) - 0.01, np.maximum(np.maximum(a, b), c) + 0.01
    piece, arc = look.border.arcs_near(lo, hi)
    length = np.sqrt((legs.chord**2).sum(axis=1))
    along = legs.chord / np.maximum(length, 1e-9)[:, None]
    middle = legs.start + legs.chord / 2
    across = np.cross(along, middle)
    across /= np.sqrt((across**2).sum(axis=1))[:, None]
    off = look.border.start[arc] - legs.start[piece]
    s, ch, g = (
        (v * across[piece]).sum(axis=1)
        for v in (off, look.border.chord[arc], look.border.bulge[arc])
    )
    beta = ch + 4 * g
    disc = beta**2 + 16 * g * s
    root = np.sqrt(np.maximum(disc, 0.0))
    q = -0.5 * (beta + np.where(beta < 0, -root, root))
    safe_q, safe_g = np.where(q == 0, 1.0, q), np.where(g == 0, 1.0, -4 * g)
    for t, real in ((s / safe_q, q != 0), (q / safe_g, g != 0)):
        hit = real & (disc >= 0) & (t >= -1e-9) & (t <= 1 + 1e-9)
        place = look.border.at(arc[hit], np.clip(t[hit], 0, 1))
        p = piece[hit]
        u = ((place - legs.start[p]) * along[p]).sum(axis=1) / length[p]
        slack = 0.01 / length[p]
        on = (u >= -slack) & (u <= 1 + slack)
        p, u = p[on], np.clip(u[on], 0, 1)
        fraction = (number[p] + u) / count[legs.edge[p]]
        for step, f in zip(moving[legs.edge[p]].tolist(), fraction.tolist(), strict=True):
            met[step].append(f)
    for step, fractions in met.items():
        # Two meetings within a millimetre are one, told by two arcs that share a vertex.
        apart: list[float] = []
        for f in sorted(fractions):
            if not apart or (f - apart[-1]) * look.leg_m[step] > TOUCH_M:
                apart.append(f)
        met[step] = [f for f in apart if 0 < f < 1]
    return met


# --------------------------------------------------------------------- least and deepest


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
            lon[between], lat[between] = _point(look, step[between], u[between])
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
    lon, lat = _point(look, p.step, u)
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
    """Return where a path that is never inside comes nearest to the border."""
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
