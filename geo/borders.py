"""A zone's border laid out for searching: which arc is nearest, and what is inside.

The arcs of a border stand in runs of up to eight that follow each other, the runs in the order of a
Morton curve. Eight arcs are a leaf, under a tree of boxes in which each box holds the four below
it; the tree is a list of arrays and needs no pointers.
A box is strict: it holds the hull of the control points of its arcs, and a quadratic curve never
leaves that hull. So the distance to a box is never more than the distance to any arc in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.arcs import LONGEST_ARC_M, Arcs, nearest_on_arc, point_on_arc
from geo.earth import (
    SERIES_REACH_M,
    Floats,
    Ints,
    chord_length_m,
    chord_to_geodesic_m,
    ecef,
    greatest_chord_m,
    greatest_geodesic_m,
    inverse,
    lonlat,
    wrap_lon,
)
from geo.rays import Rays, runs

__all__ = ["Border", "Nearest", "Rays", "morton_order", "run_starts"]

LEAF: Final = 8  # arcs; fewer make the tree deep, more make leaves slow
FANOUT: Final = 4  # boxes under a box
POINTS_AT_ONCE: Final = 2_000  # keeps the pairs of one search within some 50 MB
SLACK_M: Final = 1e-3  # what rounding may do to a bound
HIGHEST_LAT: Final = 90 - 1e-10  # degrees: 11 µm from the pole
JOINED_M: Final = 1e-6  # an arc begins where the one before it ends, but for rounding
SETTLE_STEP: Final = 0.05  # of an arc: wide enough that 1 mm of sagitta shows above rounding
SETTLED_M: Final = 100_000.0  # nearer than this, chord and geodesic agree to 0.4 mm: see below


@dataclass(frozen=True)
class Nearest:
    """The point of a border nearest to each of n points; shape (n,) each.

    ``distance_m`` is a geodesic length, ``arc`` and ``t`` name the place on the border, ``lon``
    and ``lat`` are that place in degrees. Without a border all distances are infinite.
    """

    distance_m: Floats
    arc: Ints
    t: Floats
    lon: Floats
    lat: Floats


@dataclass(frozen=True)
class Border:
    """The border of one zone, ready to be searched.

    Parameters
    ----------
    start, chord, bulge
        Arcs, shape (n, 3), metres: the ``size`` arcs of the border in the order of the tree, then
        the seams along a pole, which only a look to the north can meet.
    levels
        Boxes from the root down to the leaves, shape (m, 6) each: least x, y, z, then greatest.
    rays
        The arcs by longitude, to tell inside from outside; None for lines.
    size
        How many of the arcs are border.
    """

    start: Floats
    chord: Floats
    bulge: Floats
    levels: tuple[Floats, ...]
    rays: Rays | None
    size: int

    @classmethod
    def of(cls, arcs: Arcs, *, closed: bool, holds_north_pole: bool = False) -> Border:
        """Return the border made of arcs; one that is not closed has no inside."""
        border = np.flatnonzero(~arcs.seam)
        order = border[_order(arcs.start[border], arcs.chord[border])]
        size = len(order)
        if closed:
            order = np.concatenate([order, np.flatnonzero(arcs.seam & (arcs.lon_a != arcs.lon_b))])
        start, chord, bulge = arcs.start[order], arcs.chord[order], arcs.bulge[order]
        levels = _tree(start[:size], chord[:size], bulge[:size])
        rays = Rays.of(arcs.lon_a[order], arcs.lon_b[order], holds_north_pole) if closed else None
        return cls(start, chord, bulge, levels, rays, size)

    def __len__(self) -> int:
        return self.size

    # ------------------------------------------------------------------ nearest

    def nearest(self, lon: Floats, lat: Floats) -> Nearest:
        """Return the nearest point of the border to each of n points given in degrees."""
        lon, lat = np.atleast_1d(lon).astype(float), np.atleast_1d(lat).astype(float)
        n = len(lon)
        if len(self) == 0 or n == 0:
            nothing = np.full(n, np.nan)
            return Nearest(np.full(n, np.inf), np.full(n, -1), nothing, nothing, nothing)
        parts = [
            self._nearest(lon[i : i + POINTS_AT_ONCE], lat[i : i + POINTS_AT_ONCE])
            for i in range(0, n, POINTS_AT_ONCE)
        ]
        return Nearest(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _nearest(self, lon: Floats, lat: Floats) -> tuple[Floats, Ints, Floats, Floats, Floats]:
        points = ecef(lon, lat)
        which, arc = self._arcs_in_question(points)
        t = nearest_on_arc(points[which], self.start[arc], self.chord[arc], self.bulge[arc])
        chord_m = chord_length_m(points[which], self.at(arc, t))
        best_m = np.minimum.reduceat(chord_m, np.searchsorted(which, np.arange(len(lon))))
        keep = chord_m <= _greatest_chord_as_near_m(best_m)[which]
        which, arc, t = which[keep], arc[keep], t[keep]
        length_m = self._geodesic_m(lon[which], lat[which], points[which], self.at(arc, t))
        best_m = np.minimum.reduceat(length_m, np.searchsorted(which, np.arange(len(lon))))
        keep = length_m <= (best_m + _settling_m(best_m))[which]
        which, arc, t, length_m = which[keep], arc[keep], t[keep], length_m[keep]
        far = np.flatnonzero(length_m > SETTLED_M)
        if len(far):
            w = which[far]
            t[far], length_m[far] = self._settle(lon[w], lat[w], points[w], arc[far], t[far])
        order = np.lexsort((arc, length_m, which))  # the arc breaks ties, so the answer is one
        first = order[np.searchsorted(which[order], np.arange(len(lon)))]
        place = self.at(arc[first], t[first])
        border_lon, border_lat = lonlat(place)
        return length_m[first], arc[first], t[first], border_lon, border_lat

    def at(self, arc: Ints, t: Floats) -> Floats:
        """Return points of the border, shape (n, 3), metres."""
        return point_on_arc(t, self.start[arc], self.chord[arc], self.bulge[arc])

    def _arcs_in_question(self, points: Floats) -> tuple[Ints, Ints]:
        """Return the pairs (point, arc) among which each point's nearest arc must be.

        From level to level the reach shrinks to the far corner of the best box, as the greatest
        chord that a border point this near, measured along the ellipsoid, can have.
        """
        which = np.arange(len(points))
        node = np.zeros(len(points), dtype=np.int64)
        reach2 = np.full(len(points), np.inf)
        for depth, level in enumerate(self.levels):
            if depth:
                which, node = _children(which, node, FANOUT, len(level))
            which, node = _within_reach(points, which, node, level[node], reach2)
        which, arc = _children(which, node, LEAF, len(self))
        return _within_reach(points, which, arc, self._boxes(arc), reach2)

    def _boxes(self, arc: Ints) -> Floats:
        return _arc_boxes(self.start[arc], self.chord[arc], self.bulge[arc])

    def _geodesic_m(self, lon: Floats, lat: Floats, points: Floats, places: Floats) -> Floats:
        length_m = chord_to_geodesic_m(points, places)
        far = length_m > SERIES_REACH_M
        if far.any():
            border_lon, border_lat = lonlat(places[far])
            length_m[far] = inverse(lon[far], lat[far], border_lon, border_lat)[1]
        return length_m

    def _settle(
        self, lon: Floats, lat: Floats, points: Floats, arc: Ints, t: Floats
    ) -> tuple[Floats, Floats]:
        """Return t and the geodesic distance where that, not the chord, is least.

        A parabola through three near points finds the place, mostly 0.003 of an arc away; where
        it is farther, from there again.
        """
        t = t.copy()
        length_m = self._geodesic_m(lon, lat, points, self.at(arc, t))
        open_ = np.arange(len(t))
        for _ in range(8):
            i = open_
            middle = np.clip(t[i], SETTLE_STEP, 1 - SETTLE_STEP)

            def there_m(at: Floats, i: Ints = i) -> Floats:
                return self._geodesic_m(lon[i], lat[i], points[i], self.at(arc[i], at))

            before, here, after = (there_m(middle + k * SETTLE_STEP) for k in (-1, 0, 1))
            curve = before - 2 * here + after
            # without a curve to speak of, the way down leads to an end
            shift = np.where(
                curve > 1e-9,
                0.5 * (before - after) / np.where(curve > 1e-9, curve, 1.0),
                np.sign(before - after) / SETTLE_STEP,
            )
            moved = np.clip(middle + shift * SETTLE_STEP, 0.0, 1.0)
            moved_m = there_m(moved)
            better = moved_m < length_m[i]
            far = better & (np.abs(moved - t[i]) > SETTLE_STEP)
            t[i] = np.where(better, moved, t[i])
            length_m[i] = np.where(better, moved_m, length_m[i])
            open_ = i[far]
            if len(open_) == 0:
                break
        return t, length_m

    # ------------------------------------------------------------------- inside

    def inside(self, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        """Return whether each of n points given in degrees is inside; lines have no inside."""
        lon = wrap_lon(np.atleast_1d(lon))
        # A cut along the pole must lie north of the pole itself, or nothing there is inside.
        lat = np.minimum(np.atleast_1d(np.asarray(lat, dtype=float)), HIGHEST_LAT)
        if self.rays is None:
            return np.zeros(len(lon), dtype=bool)
        which, arc = self.rays.spanning(lon)
        north = self._meets_north(lon[which], ecef(lon[which], lat[which]), arc)
        met = np.bincount(which[north], minlength=len(lon))
        odd: NDArray[np.bool_] = met % 2 == 1
        return ~odd if self.rays.holds_north_pole else odd

    def _meets_north(self, lon: Floats, point: Floats, arc: Ints) -> NDArray[np.bool_]:
        """Return whether arcs that span the meridians of points meet them north of the points."""
        lam = np.radians(lon)
        across = np.stack([-np.sin(lam), np.cos(lam)], axis=-1)
        s, c, g = ((v[arc, :2] * across).sum(axis=-1) for v in (self.start, self.chord, self.bulge))
        # s + t c + 4 t (1 − t) g = 0, by the form of the root that does not cancel
        beta = c + 4 * g
        root = np.sqrt(np.maximum(beta**2 + 16 * g * s, 0.0))
        below = beta + np.where(beta < 0, -root, root)
        t = np.clip(-2 * s / np.where(below == 0, 1.0, below), 0.0, 1.0)
        q = self.at(arc, t)
        q_axis = np.hypot(q[:, 0], q[:, 1])
        axis = np.hypot(point[:, 0], point[:, 1])
        north: NDArray[np.bool_] = q[:, 2] * axis > point[:, 2] * q_axis
        return north

    # --------------------------------------------------------------- near a path

    def arcs_near(self, lo: Floats, hi: Floats) -> tuple[Ints, Ints]:
        """Return the pairs (box, arc) that may touch; boxes are given as (m, 3) corners, metres."""
        which = np.arange(len(lo))
        node = np.zeros(len(lo), dtype=np.int64)
        if len(self) == 0:
            return which[:0], node[:0]
        for depth, level in enumerate(self.levels):
            if depth:
                which, node = _children(which, node, FANOUT, len(level))
            box = level[node]
            near = ((box[:, :3] <= hi[which]) & (box[:, 3:] >= lo[which])).all(axis=1)
            which, node = which[near], node[near]
        which, arc = _children(which, node, LEAF, len(self))
        box = self._boxes(arc)
        near = ((box[:, :3] <= hi[which]) & (box[:, 3:] >= lo[which])).all(axis=1)
        return which[near], arc[near]


def _settling_m(distance_m: Floats) -> Floats:
    """Return how much nearer than the foot of its chord an arc's nearest point can be, in metres.

    Where a chord stands square on an arc, the geodesic may lean from it by an angle of up to
    e² (s / R)² / 12, the angle between a geodesic and the normal section with the same ends
    (Helmert 1880): 1.4e-5 at 1,000 km. Along an arc of at most 5 km that makes 7 cm at 1,000 km,
    0.3 m at 2,000 and 14 m at 12,000; beyond, nothing better is used than that a distance changes
    no faster than its foot moves.
    """
    return np.where(distance_m < 2e6, 1.0, np.where(distance_m < 1.2e7, 50.0, LONGEST_ARC_M))


def _children(which: Ints, node: Ints, fanout: int, size: int) -> tuple[Ints, Ints]:
    """Return each pair's children in the level below, which has so many boxes (or arcs)."""
    which = np.repeat(which, fanout)
    node = (node[:, None] * fanout + np.arange(fanout)).ravel()
    there = node < size
    return which[there], node[there]


def _within_reach(
    points: Floats, which: Ints, node: Ints, boxes: Floats, reach2: Floats
) -> tuple[Ints, Ints]:
    """Return the pairs whose boxes may hold the nearest arc, and shrink the reach, in place."""
    p = points[which]
    low, high = boxes[:, :3] - p, p - boxes[:, 3:]
    far = np.maximum(-low, -high)  # to the farther side
    far2 = (far * far).sum(axis=1)
    at_most = np.sqrt(np.minimum.reduceat(far2, np.searchsorted(which, np.arange(len(points)))))
    np.minimum(reach2, _greatest_chord_as_near_m(at_most) ** 2, out=reach2)
    near = np.maximum(np.maximum(low, high), 0.0)
    keep = (near * near).sum(axis=1) <= reach2[which]
    return which[keep], node[keep]


def _greatest_chord_as_near_m(chord_m: Floats) -> Floats:
    """Return the longest chord of any point that is as near along the ellipsoid as this chord."""
    return greatest_chord_m(greatest_geodesic_m(chord_m) + SLACK_M)


def _arc_boxes(start: Floats, chord: Floats, bulge: Floats) -> Floats:
    """Return the boxes around the control points of arcs, shape (n, 6)."""
    end, control = start + chord, start + chord / 2 + 2 * bulge
    lo = np.minimum(np.minimum(start, end), control)
    hi = np.maximum(np.maximum(start, end), control)
    return np.concatenate([lo, hi], axis=1)


def _tree(start: Floats, chord: Floats, bulge: Floats) -> tuple[Floats, ...]:
    """Return the levels of boxes, the root first; none for no arcs."""
    boxes = _arc_boxes(start, chord, bulge)
    levels: list[Floats] = []
    size = LEAF
    while len(boxes) > 1 or not levels:
        if len(boxes) == 0:
            return ()
        cut = np.arange(0, len(boxes), size)
        lo = np.minimum.reduceat(boxes[:, :3], cut, axis=0)
        hi = np.maximum.reduceat(boxes[:, 3:], cut, axis=0)
        boxes = np.concatenate([lo, hi], axis=1)
        levels.append(boxes)
        size = FANOUT
    return tuple(reversed(levels))


def run_starts(start: Floats, chord: Floats, most: int) -> Ints:
    """Return where runs of at most so many arcs begin, each of which goes on where the last ended.

    Chains of arcs are cut into runs of about the same number.
    """
    if len(start) == 0:
        return np.empty(0, dtype=np.int64)
    gap_m = np.abs(start[1:] - start[:-1] - chord[:-1]).max(axis=1, initial=0.0)
    chain = np.flatnonzero(np.concatenate([[True], gap_m >= JOINED_M]))
    length = np.diff(np.concatenate([chain, [len(start)]]))
    count = -(-length // most)
    which, k = runs(count)
    return np.asarray(chain[which] + k * length[which] // count[which])


def _order(start: Floats, chord: Floats) -> Ints:
    """Return the order of arcs in a tree: runs of eight together, along a Morton curve."""
    first = run_starts(start, chord, LEAF)
    count = np.diff(np.concatenate([first, [len(start)]]))
    chosen = morton_order(start[first + count // 2])
    which, k = runs(count[chosen])
    return first[chosen][which] + k


def morton_order(points: Floats) -> Ints:
    """Return the order of points along a Morton curve through space, 16 bits to an axis."""
    if len(points) == 0:
        return np.empty(0, dtype=np.int64)
    lo = points.min(axis=0)
    cell = max(float((points.max(axis=0) - lo).max()), 1.0) / 65_535
    grid = ((points - lo) / cell).astype(np.uint64)
    key = np.zeros(len(points), dtype=np.uint64)
    for axis in range(3):
        v = grid[:, axis]
        # spread 16 bits so that two empty ones lie between any two
        for shift, mask in (
            (32, 0x00FF00000000FFFF),
            (16, 0x00FF0000FF0000FF),
            (8, 0xF00F00F00F00F00F),
            (4, 0x30C30C30C30C30C3),
            (2, 0x9249249249249249),
        ):
            v = (v | (v << np.uint64(shift))) & np.uint64(mask)
        key |= v << np.uint64(axis)
    return np.argsort(key, kind="stable")
