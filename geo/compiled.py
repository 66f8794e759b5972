"""The search of `geo.borders` as machine code, for millions of fixes; imported only for such work.

What it does is what `Border.nearest` does, and each is the other's test. It is fast because fixes
of a track are neighbours:

* **A certificate.** One search at a place P0 finds the `KEPT` arcs nearest to it, and the distance
  r that all others keep at least. At a place P the others are then no nearer than r − |P P0| (the
  triangle inequality, in space), so as long as that is more than the nearest of the kept ones,
  with what chord and geodesic may differ by, none of the others needs a look.
* **A cheap bound for an arc.** It runs within |bulge| of its chord, because 0 ≤ 4t(1 − t) ≤ 1:
  its distance is at least that of the chord less |bulge|.

Chords stand in for geodesics as in `geo.earth`, fact 1: with c the chord to the best place so far,
a place that is nearer along the ellipsoid has a chord of at most `_reach(c)`.

Everything here takes plain arrays and says nothing. Lengths are metres, angles degrees.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numba
import numpy as np
from numba import types

from geo.earth import E2, R_MAX, R_MIN, A, B

__all__ = [
    "FAR_M",
    "inside",
    "least_of_legs",
    "least_of_path",
    "nearest_along",
    "sift",
    "sift_legs",
]

RUN: Final = 8  # arcs in a run, done at once
KEPT: Final = 12  # runs that a search keeps: fewer, and it is made more often; more, and it is slow
SERVES, CLOSE, BEYOND = 6, 7, 8  # in a search's memory: how far its runs and its list serve
REMEMBER_M: Final = 50_000.0  # how far from its place a search may serve at most
ROOM: Final = 64  # arcs on the short list
ALONE: Final = 0.1  # steps that are longer than that much of the distance: no search serves two
HERE_M: Final = 10.0  # how far from its place a search serves that is for one fix only
LISTED: Final = 40.0  # fixes that a short list should serve
BLOCK: Final = 256  # fixes whose places are worked out at once
STACK: Final = 256  # boxes waiting; four for each of the 12 levels of 30 M arcs, and the roots
FAR_M: Final = (
    1_990_000.0  # chords beyond which the caller asks Karney; 2,000 km is the series' end
)
SLACK_M: Final = 1e-3  # what rounding may do to a bound
SHALLOW: Final = 0.5  # of an arc's length²: a least distance that is not flatter needs no settling
SETTLED_M: Final = 100_000.0
SETTLED_STEEP_M: Final = 1_500_000.0
LEAN: Final = 2 * E2 / 12 / R_MIN**2  # δ over chord², twice for safety
SETTLE_STEP: Final = 0.05

# 2 R_max sin(r asin(c / 2 R_min)) with r = R_min / R_max, in powers of x = c / 2 R_min:
# c (1 + (1 − r²) x² (1/6 + (9 − r²) x² / 120 + …)). Every coefficient is positive and each term is
# at most x² times the one before it, so that for x ≤ 0.16 (2,000 km) the bracket is below
# 1/6 + 0.0668 x² / (1 − x²) < 0.1685.
REACH: Final = 0.17 * (1 - (R_MIN / R_MAX) ** 2) / (4 * R_MIN**2)

MA: Final = 1 / A**2
MB: Final = 1 / B**2
ROUND: Final = 1.5 * 2.0**52  # adding and taking it off again leaves the nearest integer
RADIAN: Final = math.pi / 180

_HOW: Final[dict[str, Any]] = {
    "cache": True,
    "error_model": "numpy",  # a division by zero is infinite, as in numpy
    "fastmath": {"contract", "arcp"},  # fused, and times the inverse; nothing may be reordered
}
_jit: Any = numba.njit(**_HOW)


_jit_into: Any = numba.njit(**(_HOW | {"cache": False}), inline="always")


@_jit_into
def _sincos(deg: float) -> tuple[float, float]:
    """Return sine and cosine of degrees, to 2e-16: Taylor's series after an exact reduction."""
    turn = (deg * (1 / 90.0) + ROUND) - ROUND
    x = (deg - 90.0 * turn) * RADIAN
    z = x * x
    s = x * (
        1.0
        + z
        * (
            -1 / 6.0
            + z
            * (
                1 / 120.0
                + z
                * (
                    -1 / 5040.0
                    + z
                    * (
                        1 / 362880.0
                        + z * (-1 / 39916800.0 + z * (1 / 6227020800.0 - z / 1307674368000.0))
                    )
                )
            )
        )
    )
    c = 1.0 + z * (
        -0.5
        + z
        * (
            1 / 24.0
            + z
            * (
                -1 / 720.0
                + z
                * (
                    1 / 40320.0
                    + z
                    * (
                        -1 / 3628800.0
                        + z * (1 / 479001600.0 + z * (-1 / 87178291200.0 + z / 20922789888000.0))
                    )
                )
            )
        )
    )
    # sine and cosine trade places with each quarter turn; no branch, so that eight go at once
    half = (turn * 0.5 + ROUND) - ROUND
    odd = turn - 2.0 * half  # −1, 0 or 1
    back = half - 2.0 * ((half * 0.5 + ROUND) - ROUND)
    sign = 1.0 - 2.0 * abs(back)
    even = 1.0 - odd * odd
    return sign * (even * s + odd * c), sign * (even * c - odd * s)


@_jit_into
def _ecef(lon: float, lat: float) -> tuple[float, float, float]:
    sin_lam, cos_lam = _sincos(lon)
    sin_phi, cos_phi = _sincos(lat)
    normal = A / math.sqrt(1 - E2 * sin_phi * sin_phi)
    p = normal * cos_phi
    return p * cos_lam, p * sin_lam, (1 - E2) * normal * sin_phi


@_jit
def _ecef_one(lon: float, lat: float) -> tuple[float, float, float]:
    return _ecef(lon, lat)


@_jit
def _ecef_many(lon: Any, lat: Any, x: Any, y: Any, z: Any) -> None:
    for i in range(len(lon)):
        x[i], y[i], z[i] = _ecef(lon[i], lat[i])


@_jit
def _reach(chord_m: float) -> float:
    """Return the longest chord of any place as near along the ellipsoid as one with this chord."""
    return chord_m * (1.0 + REACH * chord_m * chord_m) + SLACK_M


@_jit_into
def _curvature_at(
    ux: float, uy: float, uz: float, along2: float, px: float, py: float, pz: float
) -> float:
    """Return the normal curvature (1/m) along u at p, within metres of the ellipsoid.

    ``along2`` is u·u. With g = Mp and t = u − (u·g / g·g) g it is tMt / tt|g| (`geo.earth`), and
    tt = (uu gg − (u·g)²) / gg,  tMt = uMu − 2 (u·g)(uMg) / gg + (u·g)² gMg / gg².
    """
    gx, gy, gz = px * MA, py * MA, pz * MB
    hx, hy, hz = gx * MA, gy * MA, gz * MB  # Mg
    gg = gx * gx + gy * gy + gz * gz
    ug = ux * gx + uy * gy + uz * gz
    umg = ux * hx + uy * hy + uz * hz
    gmg = gx * hx + gy * hy + gz * hz
    umu = (ux * ux + uy * uy) * MA + uz * uz * MB
    above = umu * gg * gg - 2 * ug * umg * gg + ug * ug * gmg
    below = gg * (along2 * gg - ug * ug) * math.sqrt(gg)
    return above / (below + 1e-300)


@_jit_into
def _bent(
    px: float, py: float, pz: float, qx: float, qy: float, qz: float, chord_m: float
) -> float:
    """Return the geodesic between two places from their chord, as `chord_to_geodesic_m` does.

    The curvature in the middle is that over the chord's middle: to lift a point p to the ellipsoid
    scales g by 1 / √(pMp). The arcsine is a series; its first term left out is below 10 µm at
    2,000 km.
    """
    ux, uy, uz = qx - px, qy - py, qz - pz
    c2 = chord_m * chord_m
    mx, my, mz = px + qx, py + qy, pz + qz
    lift2 = (mx * mx + my * my) * MA + mz * mz * MB
    k = 0.8 * _curvature_at(ux, uy, uz, c2, mx, my, mz) * math.sqrt(lift2)
    k += 0.1 * _curvature_at(ux, uy, uz, c2, px, py, pz)
    k += 0.1 * _curvature_at(ux, uy, uz, c2, qx, qy, qz)
    x = 0.5 * k * chord_m
    z = x * x
    return chord_m * (
        1 + z * (1 / 6 + z * (3 / 40 + z * (5 / 112 + z * (35 / 1152 + z * (63 / 2816)))))
    )


@_jit
def _geodesic(
    px: float, py: float, pz: float, qx: float, qy: float, qz: float, chord_m: float
) -> float:
    return _bent(px, py, pz, qx, qy, qz, chord_m)


@_jit
def _geodesics(places: Any, there: Any, chord_m: Any, out: Any, n: int) -> None:
    """Fill in the geodesics between n pairs of places, several at once."""
    for i in range(n):
        out[i] = _bent(
            places[0, i], places[1, i], places[2, i], there[0, i], there[1, i], there[2, i],
            chord_m[i],
        )  # fmt: skip


@_jit
def _foot(
    px: float, py: float, pz: float, arcs: Any, i: int, k: int, limit: float
) -> tuple[float, float, bool]:
    """Return t and the chord to the nearest place of an arc, and whether it needs settling.

    An arc whose straight line, less its bulge, is provably beyond the limit has an infinite chord.

    Notes
    -----
    With o from p to the arc's start, d its chord and b its bulge, half the derivative of the
    squared distance is ``o·d + 4 o·b + t (d·d − 8 o·b)``, but for terms in d·b and b·b that move
    its zero by at most ε = (8 |d·b| + 16 b·b) / d·d. Where that could matter, by more than 5 µm,
    Newton's method goes on from there, as in `nearest_on_arc`.

    At the foot of the chord the geodesic is off square by at most δ = e² (s/R)² / 12. So if the
    chord grows faster than by δ on the way from an end, so does the geodesic, and the foot is
    right. Else what is lost by staying there is at most δ² s / 2 f where f / s is how sharp the
    least is: with f ≥ `SHALLOW`, 0.2 mm at 1,000 km, 1.4 mm at 1,500 km.
    """
    ox, oy, oz = arcs[i, 0, k] - px, arcs[i, 1, k] - py, arcs[i, 2, k] - pz
    dx, dy, dz = arcs[i, 3, k], arcs[i, 4, k], arcs[i, 5, k]
    bx, by, bz = arcs[i, 6, k], arcs[i, 7, k], arcs[i, 8, k]
    per_length2 = arcs[i, 9, k]
    straight = -(ox * dx + oy * dy + oz * dz) * per_length2
    t = min(max(straight, 0.0), 1.0)
    rx, ry, rz = ox + t * dx, oy + t * dy, oz + t * dz
    line2 = rx * rx + ry * ry + rz * rz
    enough = limit + arcs[i, 10, k]
    if line2 > enough * enough:
        return t, math.inf, False
    lean = (ox * bx + oy * by + oz * bz) * per_length2
    sharp = 1 - 8 * lean
    t = min(max((straight - 4 * lean) / max(sharp, 0.25), 0.0), 1.0)
    slope = t * sharp + 4 * lean - straight
    if arcs[i, 11, k] > 1e-10 * line2 or sharp < 0.25:
        for step in range(5):
            w = 4 * t * (1 - t)
            rx, ry, rz = ox + t * dx + w * bx, oy + t * dy + w * by, oz + t * dz + w * bz
            v = 4 * (1 - 2 * t)
            ex, ey, ez = dx + v * bx, dy + v * by, dz + v * bz
            slope = (rx * ex + ry * ey + rz * ez) * per_length2
            bend = ex * ex + ey * ey + ez * ez - 8 * (rx * bx + ry * by + rz * bz)
            sharp = bend * per_length2
            moved = min(max(t - slope / max(sharp, 0.25), 0.0), 1.0)
            far = abs(moved - t) > 1e-6  # the next step would be its square
            t = moved
            if step > 0 and not far:
                break
    w = 4 * t * (1 - t)
    rx, ry, rz = ox + t * dx + w * bx, oy + t * dy + w * by, oz + t * dz + w * bz
    chord = math.sqrt(rx * rx + ry * ry + rz * rz)
    if chord < SETTLED_M:
        return t, chord, False
    # slope is per length²; to have it per length and chord, as the cosine that it is
    steep = abs(slope) > LEAN * chord * chord * chord * math.sqrt(per_length2)
    ends = t == 0.0 or t == 1.0
    return t, chord, not (ends and steep) and (chord > SETTLED_STEEP_M or sharp < SHALLOW)


@_jit
def _place(arcs: Any, i: int, k: int, t: float) -> tuple[float, float, float]:
    w = 4 * t * (1 - t)
    return (
        arcs[i, 0, k] + t * arcs[i, 3, k] + w * arcs[i, 6, k],
        arcs[i, 1, k] + t * arcs[i, 4, k] + w * arcs[i, 7, k],
        arcs[i, 2, k] + t * arcs[i, 5, k] + w * arcs[i, 8, k],
    )


@_jit
def _lesser(a: float, b: float) -> float:
    return a if a < b else b


@_jit
def _bounds(px: float, py: float, pz: float, arcs: Any, i: int, out: Any) -> float:
    """Fill in what the chord to each arc of a run is at least; return the least of them.

    To the straight line of the arc, less its bulge. No branches: the eight are done at once.
    """
    for k in range(arcs.shape[2]):  # a constant would be unrolled, one arc at a time
        ox, oy, oz = arcs[i, 0, k] - px, arcs[i, 1, k] - py, arcs[i, 2, k] - pz
        dx, dy, dz = arcs[i, 3, k], arcs[i, 4, k], arcs[i, 5, k]
        t = -(ox * dx + oy * dy + oz * dz) * arcs[i, 9, k]
        t = 0.0 if t < 0.0 else t
        t = 1.0 if t > 1.0 else t
        rx, ry, rz = ox + t * dx, oy + t * dy, oz + t * dz
        out[k] = math.sqrt(rx * rx + ry * ry + rz * rz) - arcs[i, 10, k]
    a, b = _lesser(out[0], out[1]), _lesser(out[2], out[3])
    c, d = _lesser(out[4], out[5]), _lesser(out[6], out[7])
    return _lesser(_lesser(a, b), _lesser(c, d))


@_jit
def _hull_m(px: float, py: float, pz: float, hull: Any, i: int) -> float:
    """Return what the chord to a run is at least: to its line, less its half width."""
    ox, oy, oz = hull[i, 0] - px, hull[i, 1] - py, hull[i, 2] - pz
    dx, dy, dz = hull[i, 3], hull[i, 4], hull[i, 5]
    t = min(max(-(ox * dx + oy * dy + oz * dz) * hull[i, 6], 0.0), 1.0)
    rx, ry, rz = ox + t * dx, oy + t * dy, oz + t * dz
    return max(math.sqrt(rx * rx + ry * ry + rz * rz) - hull[i, 7], 0.0)


@_jit
def _hull_far_m(x: float, y: float, z: float, hull: Any, i: int) -> float:
    """Return what the chord from a place to any point of a run is at most."""
    ox, oy, oz = hull[i, 0] - x, hull[i, 1] - y, hull[i, 2] - z
    ex, ey, ez = ox + hull[i, 3], oy + hull[i, 4], oz + hull[i, 5]
    far2 = max(ox * ox + oy * oy + oz * oz, ex * ex + ey * ey + ez * ez)
    return math.sqrt(far2) + hull[i, 7]


@_jit
def _box2(px: float, py: float, pz: float, box: Any, i: int) -> float:
    x = max(max(box[i, 0] - px, px - box[i, 3]), 0.0)
    y = max(max(box[i, 1] - py, py - box[i, 4]), 0.0)
    z = max(max(box[i, 2] - pz, pz - box[i, 5]), 0.0)
    return x * x + y * y + z * z


@_jit
def _box_far_m(px: float, py: float, pz: float, box: Any, i: int) -> float:
    x = max(box[i, 3] - px, px - box[i, 0])
    y = max(box[i, 4] - py, py - box[i, 1])
    z = max(box[i, 5] - pz, pz - box[i, 2])
    return math.sqrt(x * x + y * y + z * z)


@_jit
def _push(key: float, node: int, stack: Any, keys: Any, top: int, floor: int) -> int:
    """Put a box on the stack, so that from ``floor`` up the least key is on top."""
    i = top
    while i > floor and keys[i - 1] < key:
        stack[i], keys[i] = stack[i - 1], keys[i - 1]
        i -= 1
    stack[i], keys[i] = node, key
    return top + 1


@_jit
def _nearest_chord(
    px: float,
    py: float,
    pz: float,
    arcs: Any,
    hull: Any,
    box: Any,
    child: Any,
    best: float,
    stack: Any,
    keys: Any,
    low: Any,
) -> tuple[float, int, int, float]:
    """Return chord, run, arc and t of the place with the least chord; run −1 if all reach best."""
    run, at, t_at = -1, 0, 0.0
    stack[0], keys[0] = 0, 0.0
    top = 1
    while top > 0:
        top -= 1
        if keys[top] >= best * best:
            continue
        node = stack[top]
        first, count = child[node, 0], child[node, 1]
        if child[node, 2]:
            for i in range(first, first + count):
                if _hull_m(px, py, pz, hull, i) >= best:
                    continue
                if _bounds(px, py, pz, arcs, i, low) >= best:
                    continue
                for k in range(RUN):
                    if low[k] < best:
                        t, d, _ = _foot(px, py, pz, arcs, i, k, best)
                        if d < best:
                            best, run, at, t_at = d, i, k, t
        else:
            floor = top
            for i in range(first, first + count):
                d2 = _box2(px, py, pz, box, i)
                if d2 < best * best:
                    top = _push(d2, i, stack, keys, top, floor)
    return best, run, at, t_at


@_jit
def _collect(
    px: float,
    py: float,
    pz: float,
    qx: float,
    qy: float,
    qz: float,
    base2: float,
    remember: float,
    hull: Any,
    box: Any,
    child: Any,
    kept: Any,
    safe: Any,
    stack: Any,
    keys: Any,
) -> int:
    """Find the `KEPT` runs that are soonest nearer than q as p moves; return how many there are.

    ``safe`` says, rising, how far p may move before a run has to be looked at: see `nearest_along`.
    The runs that are not kept are all as safe as the last one that is.
    """
    n = 0
    worst = remember
    stack[0], keys[0] = 0, -math.inf
    top = 1
    while top > 0:
        top -= 1
        if keys[top] >= worst:
            continue
        node = stack[top]
        first, count = child[node, 0], child[node, 1]
        leaf = child[node, 2]
        floor = top
        for i in range(first, first + count):
            if leaf:
                d = _hull_m(px, py, pz, hull, i)
                r = 0.5 * (d * d - base2) / _hull_far_m(qx, qy, qz, hull, i)
            else:
                r = 0.5 * (_box2(px, py, pz, box, i) - base2) / _box_far_m(qx, qy, qz, box, i)
            if r >= worst:
                continue
            if leaf:
                j = n if n < KEPT else KEPT - 1
                while j > 0 and safe[j - 1] > r:
                    kept[j], safe[j] = kept[j - 1], safe[j - 1]
                    j -= 1
                kept[j], safe[j] = i, r
                n += n < KEPT
                if n == KEPT:
                    worst = min(remember, safe[KEPT - 1])
            else:
                top = _push(r, i, stack, keys, top, floor)
    return n


@_jit
def _geodesic_to(px: float, py: float, pz: float, arcs: Any, i: int, k: int, t: float) -> float:
    qx, qy, qz = _place(arcs, i, k, t)
    x, y, z = qx - px, qy - py, qz - pz
    return _geodesic(px, py, pz, qx, qy, qz, math.sqrt(x * x + y * y + z * z))


@_jit
def _settle(
    px: float, py: float, pz: float, arcs: Any, i: int, k: int, t: float, length_m: float
) -> tuple[float, float]:
    """Return t and the geodesic where that, not the chord, is least: `Border._settle`."""
    for _ in range(8):
        middle = min(max(t, SETTLE_STEP), 1 - SETTLE_STEP)
        before = _geodesic_to(px, py, pz, arcs, i, k, middle - SETTLE_STEP)
        here = _geodesic_to(px, py, pz, arcs, i, k, middle)
        after = _geodesic_to(px, py, pz, arcs, i, k, middle + SETTLE_STEP)
        curve = before - 2 * here + after
        if curve > 1e-9:
            shift = 0.5 * (before - after) / curve
        elif before > after:
            shift = 1 / SETTLE_STEP
        elif before < after:
            shift = -1 / SETTLE_STEP
        else:
            shift = 0.0
        moved = min(max(middle + shift * SETTLE_STEP, 0.0), 1.0)
        moved_m = _geodesic_to(px, py, pz, arcs, i, k, moved)
        if moved_m >= length_m:
            break
        far = abs(moved - t) > SETTLE_STEP
        t, length_m = moved, moved_m
        if not far:
            break
    return t, length_m


@_jit
def _nearest_in_runs(
    px: float,
    py: float,
    pz: float,
    off: float,
    arcs: Any,
    hull: Any,
    kept: Any,
    safe: Any,
    n: int,
    run: int,
    at: int,
    low: Any,
) -> tuple[float, int, int, float]:
    """Return chord, run, arc and t of the place with the least chord in the kept runs.

    Only in those that p, ``off`` away from where they were kept, may have come near enough to. The
    arc ``at`` of ``run`` is tried first.
    """
    t_at, best, _ = _foot(px, py, pz, arcs, run, at, math.inf)
    for j in range(n):
        if safe[j] > off:
            break
        i = kept[j]
        if _hull_m(px, py, pz, hull, i) < best and _bounds(px, py, pz, arcs, i, low) < best:
            for k in range(RUN):
                if low[k] < best:
                    t, d, _ = _foot(px, py, pz, arcs, i, k, best)
                    if d < best:
                        best, run, at, t_at = d, i, k, t
    return best, run, at, t_at


@_jit
def _shortlist(
    px: float,
    py: float,
    pz: float,
    qx: float,
    qy: float,
    qz: float,
    chord: float,
    reach_m: float,
    off: float,
    arcs: Any,
    hull: Any,
    kept: Any,
    safe: Any,
    n: int,
    low: Any,
    runs: Any,
    numbers: Any,
    soon: Any,
    listed: Any,
) -> int:
    """Find the arcs of the kept runs that may be nearest within ``reach_m`` of p, q being so at p.

    ``soon`` says, rising, how far p may move before an arc has to be looked at. Returns how many
    there are, −1 if there is no room for them. ``listed`` gets a copy of each, one beside the
    other: in its run an arc is spread over twelve cache lines.
    """
    most = chord + reach_m
    base2 = chord * chord + _reach(most) ** 2 - most * most
    m = 0
    for j in range(n):
        if safe[j] > off + reach_m:
            break
        i = kept[j]
        d = _hull_m(px, py, pz, hull, i)
        if d * d - base2 >= 2 * reach_m * _hull_far_m(qx, qy, qz, hull, i):
            continue
        _bounds(px, py, pz, arcs, i, low)
        for k in range(RUN):
            if k and arcs[i, 0, k] == arcs[i, 0, k - 1] and arcs[i, 1, k] == arcs[i, 1, k - 1]:
                break  # from here on the last arc is repeated
            d = max(low[k], 0.0)
            # the farther end, and the bulge
            x, y, z = arcs[i, 0, k] - qx, arcs[i, 1, k] - qy, arcs[i, 2, k] - qz
            ex, ey, ez = x + arcs[i, 3, k], y + arcs[i, 4, k], z + arcs[i, 5, k]
            far2 = max(x * x + y * y + z * z, ex * ex + ey * ey + ez * ez)
            room = 2 * (math.sqrt(far2) + arcs[i, 10, k] + SLACK_M)
            if d * d - base2 >= reach_m * room:
                continue
            if m == ROOM:
                return -1
            r = (d * d - base2) / room
            o = m
            while o > 0 and soon[o - 1] > r:
                runs[o], numbers[o], soon[o] = runs[o - 1], numbers[o - 1], soon[o - 1]
                o -= 1
            runs[o], numbers[o], soon[o] = i, k, r
            m += 1
    for o in range(m):
        for c in range(arcs.shape[1]):
            listed[o, c, 0] = arcs[runs[o], c, numbers[o]]
    return m


@_jit
def _nearest_listed(
    px: float,
    py: float,
    pz: float,
    off: float,
    listed: Any,
    soon: Any,
    m: int,
    last: int,
    feet: Any,
    chords: Any,
    settle: Any,
    within: Any,
) -> tuple[float, int, float, float]:
    """Return geodesic, number on the list, t and chord of the nearest place of the listed arcs.

    Only of those that p, ``off`` away from where the list was made, may have come near enough to.
    ``last`` is the one to begin with: mostly it is the one again, and most others fail at once.
    Where only one place can be the nearest the geodesic is left to the caller, who does many at
    once, and −1 stands for it.
    """
    t, best, flat = _foot(px, py, pz, listed, last, 0, math.inf)
    limit = _reach(best)
    feet[0], chords[0], settle[0], within[0] = t, best, flat, last
    n = 1
    for o in range(m):
        if soon[o] > off:
            break
        if o == last:
            continue
        t, d, flat = _foot(px, py, pz, listed, o, 0, limit)
        if d > limit:
            continue
        feet[n], chords[n], settle[n], within[n] = t, d, flat, o
        n += 1
        if d < best:
            best = d
            limit = _reach(best)
    if n == 1 and not settle[0]:
        return -1.0, last, feet[0], best
    alone, places, settled = 0, 0, False
    ax = ay = az = math.inf
    for j in range(n):
        if chords[j] > limit:
            continue
        qx, qy, qz = _place(listed, within[j], 0, feet[j])
        if not settle[j] and abs(qx - ax) < 1e-6 and abs(qy - ay) < 1e-6 and abs(qz - az) < 1e-6:
            within[j] = -1  # two arcs that share a vertex are as near as each other
            continue
        ax, ay, az = qx, qy, qz
        alone, places, settled = j, places + 1, settled or settle[j]
    if places == 1 and not settled:
        return -1.0, within[alone], feet[alone], chords[alone]
    length, where, t_at = math.inf, last, feet[0]
    for j in range(n):
        d, o, t = chords[j], within[j], feet[j]
        if d > limit or o < 0:
            continue
        qx, qy, qz = _place(listed, o, 0, t)
        s = _geodesic(px, py, pz, qx, qy, qz, d)
        if settle[j]:
            t, s = _settle(px, py, pz, listed, o, 0, t, s)
        if s < length:
            length, where, t_at = s, o, t
    return length, where, t_at, best


@_jit
def _room() -> Any:
    """Return what a search remembers, and room to work in."""
    memory = np.zeros(10)  # where the runs were kept, where the arcs were listed; see SERVES
    memory[SERVES] = memory[CLOSE] = memory[BEYOND] = -1.0
    count = np.zeros(6, np.int64)  # runs kept, arcs listed, the nearest of them, run, arc, searches
    count[3] = -1
    return (
        memory, count,
        np.empty(KEPT, np.int64), np.empty(KEPT),
        np.empty(ROOM, np.int64), np.empty(ROOM, np.int64), np.empty(ROOM),
        np.empty(ROOM + 1), np.empty(ROOM + 1), np.empty(ROOM + 1, np.bool_),
        np.empty(ROOM + 1, np.int64), np.empty((ROOM, 12, 1)),
        np.empty(STACK, np.int64), np.empty(STACK), np.empty(RUN),
    )  # fmt: skip


@_jit
def _one(
    px: float, py: float, pz: float, moved: float, border: Any, room: Any
) -> tuple[float, int, int, float, float]:
    """Return geodesic, run, arc, t and chord of the border's nearest place.

    The geodesic is infinite beyond `FAR_M`, and where too many places are as near as each other.

    Parameters
    ----------
    moved
        How far apart the points asked for are, roughly; only the speed hangs on it.

    Notes
    -----
    How far a run is safe. Let q be the place nearest to P0. For any other place x of the border
    and P = P0 + v::

        |P x|² − |P q|² = |P0 x|² − |P0 q|² − 2 v · (x − q) ≥ |P0 x|² − |P0 q|² − 2 |v| |x q|

    so no x of a run that keeps D from P0 and lies within M of q is nearer to P than q while
    |v| < (D² − |P0 q|²) / 2 M. That x is not nearer along the ellipsoid either takes |P x| ≥
    reach(|P q|): with h(c) = reach(c)² − c², which grows with c, and |P q| ≤ |P0 q| + |v|, it is
    enough that |v| < (D² − |P0 q|² − h(|P0 q| + r)) / 2 M and |v| ≤ r. A box's D is at most, and
    its M at least, that of what is in it: whole boxes are left out the same way.
    """
    arcs, hull, box, child = border
    (
        memory, count, kept, safe, runs, numbers, soon, feet, chords, settle, within, listed, stack,
        keys, low,
    ) = room  # fmt: skip
    x, y, z = px - memory[3], py - memory[4], pz - memory[5]
    off = math.sqrt(x * x + y * y + z * z)
    if not off < memory[CLOSE]:
        x, y, z = px - memory[0], py - memory[1], pz - memory[2]
        off = math.sqrt(x * x + y * y + z * z)
        if off < memory[BEYOND]:  # the triangle inequality: still too far
            return math.inf, -1, 0, 0.0, FAR_M + memory[BEYOND] - off
        run, at = count[3], count[4]
        if off + moved < memory[SERVES]:
            chord, run, at, t = _nearest_in_runs(
                px, py, pz, off, arcs, hull, kept, safe, count[0], run, at, low
            )
        else:
            count[5] += 1
            best, t = math.inf, 0.0
            if run >= 0:
                t, best, _ = _foot(px, py, pz, arcs, run, at, math.inf)
            chord, r1, a1, t1 = _nearest_chord(
                px, py, pz, arcs, hull, box, child, best, stack, keys, low
            )
            if r1 >= 0:
                run, at, t = r1, a1, t1
            memory[0], memory[1], memory[2], off = px, py, pz, 0.0
            memory[SERVES], count[0], memory[BEYOND] = -1.0, 0, chord - FAR_M
            if chord < FAR_M:
                # the next point, if it is as far as this from here, is better searched for anew
                alone = moved > ALONE * chord
                remember = HERE_M if alone else min(REMEMBER_M, 200 * moved)
                qx, qy, qz = _place(arcs, run, at, t)
                most = chord + remember
                base2 = chord * chord + _reach(most) ** 2 - most * most
                count[0] = _collect(
                    px, py, pz, qx, qy, qz, base2, remember, hull, box, child, kept, safe,
                    stack, keys,
                )  # fmt: skip
                memory[SERVES] = safe[KEPT - 1] if count[0] == KEPT else remember
        close, m = -1.0, -1
        if memory[SERVES] > 0:
            qx, qy, qz = _place(arcs, run, at, t)
            close = min(LISTED * moved, 0.999 * (memory[SERVES] - off))
            if close < moved:
                close = min(close, HERE_M)
            for _ in range(12):
                m = _shortlist(
                    px, py, pz, qx, qy, qz, chord, close, off, arcs, hull, kept, safe, count[0],
                    low, runs, numbers, soon, listed,
                )  # fmt: skip
                if m >= 0:
                    break
                close *= 0.25
        memory[3], memory[4], memory[5], memory[CLOSE] = px, py, pz, close
        off = 0.0
        count[1], count[2], count[3], count[4] = m, 0, run, at
        if m < 0:  # too far, or too many places as near as each other
            memory[CLOSE] = -1.0
            return math.inf, run, at, t, chord
    length, o, t, chord = _nearest_listed(
        px, py, pz, off, listed, soon, count[1], count[2], feet, chords, settle, within
    )
    run, at = runs[o], numbers[o]
    count[2], count[3], count[4] = o, run, at
    if length < 0:
        length = _geodesic_to(px, py, pz, arcs, run, at, t)
    return length if chord < FAR_M else math.inf, run, at, t, chord


@numba.njit(
    "int64(float64[::1], float64[::1], float64[:, :, ::1], float64[:, ::1], float64[:, ::1],"
    " int64[:, ::1], float64[::1], int64[::1], float64[::1], boolean[::1])",
    **_HOW, nogil=True,
)  # fmt: skip
def nearest_along(
    lon: Any, lat: Any, arcs: Any, hull: Any, box: Any, child: Any,
    distance_m: Any, where: Any, t_of: Any, same: Any,
) -> int:  # fmt: skip
    """Fill in the nearest place of the border for each fix; return how many searches that took.

    ``where`` is eight times the run, plus the arc in it. ``same[i]`` says that fix i lies on the
    same sides as the one before it: the border is farther away than the two are from each other
    (which along the ellipsoid is at most 1.1 times the chord, up to 8,000 km). A fix farther than
    `FAR_M` gets an infinite distance, and is the caller's work.
    """
    border = (arcs, hull, box, child)
    room = _room()
    (
        memory, count, _, _, runs, numbers, soon, feet, chords, settle, within, listed, _, _, _
    ) = room  # fmt: skip
    run, at = -1, 0
    lx = ly = lz = 1e9  # the last fix
    last = 0.0
    places = np.empty((3, BLOCK))
    there, chord_of, length_of = np.empty((3, BLOCK)), np.empty(BLOCK), np.empty(BLOCK)
    for i in range(len(lon)):
        block = i % BLOCK
        if block == 0:
            if i:
                _geodesics(places, there, chord_of, length_of, BLOCK)
                for j in range(BLOCK):
                    if distance_m[i - BLOCK + j] < 0:
                        distance_m[i - BLOCK + j] = length_of[j]
            _ecef_many(lon[i : i + BLOCK], lat[i : i + BLOCK], places[0], places[1], places[2])
        px, py, pz = places[0, block], places[1, block], places[2, block]
        x, y, z = px - lx, py - ly, pz - lz
        moved = math.sqrt(x * x + y * y + z * z)
        same[i] = moved < 8e6 and 1.1 * moved + SLACK_M < last
        lx, ly, lz = px, py, pz
        x, y, z = px - memory[3], py - memory[4], pz - memory[5]
        off = math.sqrt(x * x + y * y + z * z)
        if off < memory[CLOSE]:
            # what _one would do; to hand it the room at each fix costs as much as the work
            length, o, t, chord = _nearest_listed(
                px, py, pz, off, listed, soon, count[1], count[2], feet, chords, settle, within
            )
            run, at = runs[o], numbers[o]
            count[2] = o
            if chord >= FAR_M:
                length = math.inf
            elif length < 0:
                there[0, block], there[1, block], there[2, block] = _place(listed, o, 0, t)
                chord_of[block] = chord
        elif off < memory[BEYOND] and memory[CLOSE] < 0:  # searched here, and too far
            distance_m[i], where[i], t_of[i] = math.inf, -1, 0.0
            last = FAR_M + memory[BEYOND] - off
            continue
        else:
            count[3], count[4] = run, at
            length, run, at, t, chord = _one(px, py, pz, moved, border, room)
        distance_m[i], where[i], t_of[i] = length, RUN * run + at, t
        # a geodesic is no shorter than its chord
        last = chord if length < math.inf or chord >= FAR_M else 0.0
    done = (len(lon) - 1) // BLOCK * BLOCK
    _geodesics(places, there, chord_of, length_of, len(lon) - done)
    for j in range(len(lon) - done):
        if distance_m[done + j] < 0:
            distance_m[done + j] = length_of[j]
    return room[1][5]


@_jit
def _along_m(chord_m: float) -> float:
    """Return the longest geodesic that a chord of at most 2,000 km can have, and a little more.

    2 R_min asin(x), x = c / 2 R_min, in powers of x: c (1 + x²/6 + 3x⁴/40 + …), of which all after
    the first is below 0.17 x² while x ≤ 0.16.
    """
    x = chord_m / (2 * R_MIN)
    return chord_m * (1 + 0.17 * x * x)


@_jit
def _chord_of(geodesic_m: float) -> float:
    """Return the longest chord that two places this far apart can have: `greatest_chord_m`."""
    return 2 * R_MAX * math.sin(min(geodesic_m / (2 * R_MAX), 0.5 * math.pi))


@numba.njit(
    "float64(float64[:, ::1], float64[::1], float64, float64[:, :, ::1], float64[:, ::1],"
    " float64[:, ::1], int64[:, ::1], float64[::1])",
    **_HOW, nogil=True,
)  # fmt: skip
def sift(
    centre: Any,
    radius_m: Any,
    best_m: float,
    arcs: Any,
    hull: Any,
    box: Any,
    child: Any,
    low_m: Any,
) -> float:
    """Fill in what the distance of each ball is at least; return what the least is at most.

    Balls are places (x, y, z) on the ellipsoid and geodesic radii; a path goes through each centre
    or at least through its ball. A ball that is farther than another's farthest gets infinity.
    """
    stack, keys, low = np.empty(STACK, np.int64), np.empty(STACK), np.empty(RUN)
    n = len(radius_m)
    run, at = -1, 0
    stride = 16
    low_m[:] = -1.0
    while True:
        for i in range(0, n, stride):
            if low_m[i] >= 0:
                continue
            px, py, pz = centre[i, 0], centre[i, 1], centre[i, 2]
            cap = _chord_of(best_m + radius_m[i]) + SLACK_M
            here = math.inf
            if run >= 0:
                _, here, _ = _foot(px, py, pz, arcs, run, at, math.inf)
            found = here <= cap
            chord, r1, a1, _ = _nearest_chord(
                px, py, pz, arcs, hull, box, child, min(here, cap), stack, keys, low
            )
            if r1 >= 0:
                run, at, found = r1, a1, True
            if not found:
                low_m[i] = math.inf
                continue
            low_m[i] = max(chord - radius_m[i], 0.0)  # a geodesic is no shorter than its chord
            if chord < 2e6:
                best_m = min(best_m, _along_m(chord) + radius_m[i])
        if stride == 1:
            return best_m
        stride = 1


@numba.njit(
    "float64(float64[::1], float64[::1], float64, float64, float64[:, :, ::1], float64[:, ::1],"
    " float64[:, ::1], int64[:, ::1], float64[::1], boolean[::1])",
    **_HOW, nogil=True,
)  # fmt: skip
def sift_legs(
    lon: Any, lat: Any, best_m: float, long_m: float,
    arcs: Any, hull: Any, box: Any, child: Any, low_m: Any, long: Any,
) -> float:  # fmt: skip
    """Fill in what the distance of each leg is at least; return what the least is at most.

    Spans of legs are halved as long as they may hold something below that: a path of length h
    between places at distances a and b is nowhere nearer than (a + b − h) / 2. The distances are
    bounds themselves: a geodesic is no shorter than its chord, and no longer than `_along_m` of it.
    ``long`` tells which legs are longer than ``long_m``; their bounds are too low.
    """
    stack, keys, low = np.empty(STACK, np.int64), np.empty(STACK), np.empty(RUN)
    n = len(lon)
    x, y, z, along = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    _ecef_many(lon, lat, x, y, z)
    along[0] = 0.0
    for i in range(n - 1):
        dx, dy, dz = x[i + 1] - x[i], y[i + 1] - y[i], z[i + 1] - z[i]
        chord = math.sqrt(dx * dx + dy * dy + dz * dz)
        # a geodesic is at most π/2 of its chord wherever _along_m does not hold, and π A
        step = _along_m(chord) if chord < 2e6 else min(1.6 * chord, 2.1e7)
        along[i + 1] = along[i] + step + 1e-6
        long[i] = step > long_m
        low_m[i] = math.inf
    near = np.full(n, -1.0)  # the chord from each fix, where it is known
    run, at = -1, 0
    todo = np.empty((128, 2), np.int64)
    todo[0, 0], todo[0, 1] = 0, n - 1
    top = 1
    while top > 0:
        top -= 1
        i, j = todo[top, 0], todo[top, 1]
        for k in (i, j):
            if near[k] < 0:
                here = math.inf
                if run >= 0:
                    _, here, _ = _foot(x[k], y[k], z[k], arcs, run, at, math.inf)
                near[k], r1, a1, _ = _nearest_chord(
                    x[k], y[k], z[k], arcs, hull, box, child, here, stack, keys, low
                )
                if r1 >= 0:
                    run, at = r1, a1
                if near[k] < 2e6:
                    best_m = min(best_m, _along_m(near[k]) + 1e-6)
        bound = (near[i] + near[j] - (along[j] - along[i])) / 2 - 1e-6
        if bound > best_m:
            continue
        if j - i == 1:
            low_m[i] = bound
            continue
        m = (i + j) // 2
        todo[top, 0], todo[top, 1] = i, m
        todo[top + 1, 0], todo[top + 1, 1] = m, j
        top += 2
    return best_m


@_jit
def _lonlat(x: float, y: float, z: float) -> tuple[float, float]:
    """Return longitude and latitude in degrees, by Bowring's method: `geo.earth.lonlat`."""
    p = math.hypot(x, y)
    beta = math.atan2(z * A, p * B)
    ep2 = E2 / (1 - E2)
    lat = math.atan2(z + ep2 * B * math.sin(beta) ** 3, p - E2 * A * math.cos(beta) ** 3)
    return math.degrees(math.atan2(y, x)), math.degrees(lat)


@_jit
def _keep(px: float, py: float, pz: float, arcs: Any, run: int, k: int, t: float, at: Any) -> None:
    """Keep where a path and its nearest border place are, as ``at`` of `least_of_legs`."""
    at[0], at[1] = _lonlat(px, py, pz)
    qx, qy, qz = _place(arcs, run, k, t)
    at[2], at[3] = _lonlat(qx, qy, qz)


@numba.njit(
    "Tuple((float64, int64, float64))(float64[::1], float64[::1], int64[::1], float64, float64,"
    " float64[:, :, ::1], float64[:, ::1], float64[:, ::1], int64[:, ::1], float64[::1])",
    **_HOW, nogil=True,
)  # fmt: skip
def least_of_legs(
    lon: Any, lat: Any, legs: Any, best_m: float, tolerance_m: float,
    arcs: Any, hull: Any, box: Any, child: Any, at: Any,
) -> tuple[float, int, float]:  # fmt: skip
    """Return the least distance of these legs, the leg and the fraction of it; leg −1 for none.

    Legs are geodesics of at most 20 km, from fix i to the next; only what is below ``best_m``
    counts. Branch and bound with the two bounds of `geo.path`, to the tolerance. ``at`` gets
    longitude and latitude of the place and of the border's nearest, in degrees.

    Notes
    -----
    A leg is taken for the arc through its ends and its middle, which is the middle of its chord
    lifted to the ellipsoid. At 20 km that is 0.01 mm off the geodesic.
    """
    border = (arcs, hull, box, child)
    room = _room()
    leg_at, u_at = -1, 0.0
    pieces = np.empty((64, 4))  # u0, u1, distances there
    qx = qy = qz = 0.0
    last, dq = -2, 0.0
    for leg in legs:
        if leg_at >= 0 and best_m <= tolerance_m:
            break  # nothing can be nearer by more than that
        if leg == last + 1:
            px, py, pz, dp = qx, qy, qz, dq
        else:
            px, py, pz = _ecef_one(lon[leg], lat[leg])
            dp, run, k, t, _ = _one(px, py, pz, 1000.0, border, room)
            if dp < best_m:
                best_m, leg_at, u_at = dp, leg, 0.0
                _keep(px, py, pz, arcs, run, k, t, at)
        qx, qy, qz = _ecef_one(lon[leg + 1], lat[leg + 1])
        cx, cy, cz = qx - px, qy - py, qz - pz
        chord = math.sqrt(cx * cx + cy * cy + cz * cz)
        length = _along_m(chord)
        dq, run, k, t, _ = _one(qx, qy, qz, chord + 1.0, border, room)
        last = leg
        if dq < best_m:
            best_m, leg_at, u_at = dq, leg, 1.0
            _keep(qx, qy, qz, arcs, run, k, t, at)
        if not max((dp + dq - length) / 2, 0.0) < best_m - tolerance_m:
            continue
        # the middle: along the normal from the chord's middle, one step of Newton
        mx, my, mz = 0.5 * (px + qx), 0.5 * (py + qy), 0.5 * (pz + qz)
        gx, gy, gz = mx * MA, my * MA, mz * MB
        lift = 0.5 * (1 - (mx * gx + my * gy + mz * gz)) / (gx * gx + gy * gy + gz * gz)
        bx, by, bz = lift * gx, lift * gy, lift * gz
        top = 1
        pieces[0, 0], pieces[0, 1], pieces[0, 2], pieces[0, 3] = 0.0, 1.0, dp, dq
        while top > 0:
            top -= 1
            u0, u1, d0, d1 = pieces[top]
            h = (u1 - u0) * length
            r = (d0 + d1 - h) / 2
            low = max(r, min(d0, d1) - h * h / (8 * max(r, 1e-9)), 0.0)
            if not low < best_m - tolerance_m:
                continue
            u = 0.5 * (u0 + u1)
            w = 4 * u * (1 - u)
            x, y, z = px + u * cx + w * bx, py + u * cy + w * by, pz + u * cz + w * bz
            d, run, k, t, _ = _one(x, y, z, 0.1 * h + 1.0, border, room)
            if d < best_m:
                best_m, leg_at, u_at = d, leg, u
                _keep(x, y, z, arcs, run, k, t, at)
            if top < 62 and u0 < u < u1:
                # the nearer half is looked at first
                a, b = (top, top + 1) if d0 > d1 else (top + 1, top)
                pieces[a, 0], pieces[a, 1], pieces[a, 2], pieces[a, 3] = u0, u, d0, d
                pieces[b, 0], pieces[b, 1], pieces[b, 2], pieces[b, 3] = u, u1, d, d1
                top += 2
    return best_m, leg_at, u_at


@numba.njit(**(_HOW | {"fastmath": {"nnan", "nsz", "reassoc"}}))
def _span(v: Any) -> tuple[float, float]:
    """Return the least and the greatest of finite numbers."""
    lo, hi = v[0], v[0]
    for i in range(len(v)):
        lo, hi = min(lo, v[i]), max(hi, v[i])
    return lo, hi


@_jit
def _ball(lon: Any, lat: Any, centre: Any) -> float:
    """Fill in the middle of the box around fixes (ECEF); return the radius of the ball: `least`."""
    west, east = _span(lon)
    south, north = _span(lat)
    if east - west > 180:  # across ±180°, or nearly round a pole
        west, east = math.inf, -math.inf
        for i in range(len(lon)):
            turned = lon[i] % 360
            west, east = min(west, turned), max(east, turned)
    near = 0.0 if south * north <= 0 else min(abs(south), abs(north))
    widest = (east - west) / 2 * RADIAN * math.cos(near * RADIAN)
    tall = (north - south) / 2 * RADIAN
    centre[0], centre[1], centre[2] = _ecef_one((west + east) / 2, (south + north) / 2)
    # R_max, rounded up
    return 6_399_600.0 * math.sqrt(tall * tall + widest * widest) + SLACK_M


@numba.njit(
    "Tuple((float64, int64, float64))(float64[::1], float64[::1], int64, float64, float64,"
    " float64[:, :, ::1], float64[:, ::1], float64[:, ::1], int64[:, ::1], float64[::1])",
    **_HOW, nogil=True,
)  # fmt: skip
def least_of_path(
    lon: Any, lat: Any, size: int, long_m: float, tolerance_m: float,
    arcs: Any, hull: Any, box: Any, child: Any, at: Any,
) -> tuple[float, int, float]:  # fmt: skip
    """Return what `least_of_legs` does, of all legs of a path of at least two finite fixes.

    Blocks of so many legs are bounded by balls, as `geo.engine.least` has it. Leg −1 if nothing is
    near enough for this search, −2 if a leg longer than ``long_m`` may hold the least: then it is
    the caller's work.
    """
    n = len(lon)
    blocks = (n - 2) // size + 1
    radius_m, low_m = np.empty(blocks), np.empty(blocks)
    centre = np.empty((blocks, 3))
    for k in range(blocks):
        first, last = k * size, min((k + 1) * size, n - 1)
        radius_m[k] = _ball(lon[first : last + 1], lat[first : last + 1], centre[k])
    best_m = sift(centre, radius_m, math.inf, arcs, hull, box, child, low_m)
    best_m = best_m * (1 + 1e-12) + SLACK_M
    for k in range(blocks):
        if radius_m[k] > 4.9e6:
            low_m[k] = 0.0
    leg_at, u_at = -1, 0.0
    legs_low, long = np.empty(size), np.empty(size, np.bool_)
    chosen = np.empty(size, np.int64)
    while True:
        k = int(np.argmin(low_m))
        if not low_m[k] <= best_m or low_m[k] == math.inf:
            return best_m, leg_at, u_at
        if leg_at >= 0 and best_m <= tolerance_m:
            return best_m, leg_at, u_at
        low_m[k] = math.inf
        first, last = k * size, min((k + 1) * size, n - 1)
        x, y = lon[first : last + 1], lat[first : last + 1]
        m = last - first
        best_m = min(
            best_m,
            sift_legs(x, y, best_m, long_m, arcs, hull, box, child, legs_low[:m], long[:m]),
        )
        count = 0
        for i in range(m):
            if legs_low[i] <= best_m:
                if long[i]:
                    return best_m, -2, 0.0
                chosen[count] = i
                count += 1
        if count:
            found, leg, u = least_of_legs(
                x, y, chosen[:count], best_m, tolerance_m, arcs, hull, box, child, at
            )
            if leg >= 0:
                best_m, leg_at, u_at = found, first + leg, u


def _mapped(kind: Any, dimensions: int) -> Any:
    """Return the type of arrays that may be a file in memory, which nobody can write to."""
    return types.Array(kind, dimensions, "C", readonly=True)


_POINTS: Final = _mapped(types.float64, 1)
_ARCS: Final = _mapped(types.float64, 2)
_INTS: Final = _mapped(types.int64, 1)


@numba.njit(
    types.void(
        _POINTS, _POINTS, _ARCS, _ARCS, _ARCS, _ARCS, _INTS, _INTS, types.boolean,
        types.Array(types.boolean, 1, "C"),
    ),
    **_HOW, nogil=True,
)  # fmt: skip
def inside(
    lon: Any,
    lat: Any,
    start: Any,
    chord: Any,
    bulge: Any,
    span: Any,
    first: Any,
    arc_of: Any,
    north: bool,
    out: Any,
) -> None:
    """Fill in whether points are inside, by the look to the north pole of `geo.borders.Rays`."""
    bins = len(first) - 1
    for i in range(len(lon)):
        x = lon[i]
        if not -180.0 <= x < 180.0:
            x = (x + 180.0) % 360.0 - 180.0
        bin_ = min(max(math.floor((x + 180) * bins / 360), 0), bins - 1)
        sin_lam, cos_lam = _sincos(x)
        sin_phi, cos_phi = _sincos(lat[i])
        odd = north
        for k in range(first[bin_], first[bin_ + 1]):
            arc = arc_of[k]
            a, b = span[arc, 0], span[arc, 1]
            if ((a <= x) != (b <= x)) == (abs(b - a) >= 180):
                continue
            s = start[arc, 1] * cos_lam - start[arc, 0] * sin_lam
            c = chord[arc, 1] * cos_lam - chord[arc, 0] * sin_lam
            g = bulge[arc, 1] * cos_lam - bulge[arc, 0] * sin_lam
            beta = c + 4 * g
            root = math.sqrt(max(beta * beta + 16 * g * s, 0.0))
            below = beta - root if beta < 0 else beta + root
            t = 0.0 if below == 0 else min(max(-2 * s / below, 0.0), 1.0)
            w = 4 * t * (1 - t)
            qx = start[arc, 0] + t * chord[arc, 0] + w * bulge[arc, 0]
            qy = start[arc, 1] + t * chord[arc, 1] + w * bulge[arc, 1]
            qz = start[arc, 2] + t * chord[arc, 2] + w * bulge[arc, 2]
            # tan of the geocentric latitude is (1 − e²) tan of the geodetic one
            if qz * cos_phi > math.hypot(qx, qy) * (1 - E2) * sin_phi:
                odd = not odd
        out[i] = odd
