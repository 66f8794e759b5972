"""One arc: where it is nearest to a place.

An arc runs within |bulge| of its chord, because 0 ≤ 4t(1 − t) ≤ 1: so it is no nearer to a place
than its chord is, less |bulge|.
"""

from __future__ import annotations

import math
from typing import Any, Final

from geo.compiled.ground import geodesic
from geo.compiled.how import jit
from geo.earth import E2, R_MIN

SHALLOW: Final = 0.5  # of an arc's length²: a least distance that is not flatter needs no settling
SETTLED_M: Final = 100_000.0
SETTLED_STEEP_M: Final = 1_500_000.0
LEAN: Final = 2 * E2 / 12 / R_MIN**2  # δ over chord², twice for safety
SETTLE_STEP: Final = 0.05


@jit
def foot(
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


@jit
def is_steep(px: float, py: float, pz: float, arcs: Any, i: int, t: float, chord2: float) -> bool:
    """Return whether the chord to the first arc of run i grows fast enough on the way from an end.

    Then so does the geodesic, and the end, at t = 0 or 1, is the arc's foot: see `foot`.
    """
    ox, oy, oz = arcs[i, 0, 0] - px, arcs[i, 1, 0] - py, arcs[i, 2, 0] - pz
    dx, dy, dz = arcs[i, 3, 0], arcs[i, 4, 0], arcs[i, 5, 0]
    v = 4 * (1 - 2 * t)
    ex, ey, ez = dx + v * arcs[i, 6, 0], dy + v * arcs[i, 7, 0], dz + v * arcs[i, 8, 0]
    slope = ((ox + t * dx) * ex + (oy + t * dy) * ey + (oz + t * dz) * ez) * arcs[i, 9, 0]
    return abs(slope) > LEAN * chord2 * math.sqrt(chord2 * arcs[i, 9, 0])


@jit
def place_on(arcs: Any, i: int, k: int, t: float) -> tuple[float, float, float]:
    """Return the place at t on an arc."""
    w = 4 * t * (1 - t)
    return (
        arcs[i, 0, k] + t * arcs[i, 3, k] + w * arcs[i, 6, k],
        arcs[i, 1, k] + t * arcs[i, 4, k] + w * arcs[i, 7, k],
        arcs[i, 2, k] + t * arcs[i, 5, k] + w * arcs[i, 8, k],
    )


@jit
def geodesic_to(px: float, py: float, pz: float, arcs: Any, i: int, k: int, t: float) -> float:
    """Return the geodesic between a place and the one at t on an arc."""
    qx, qy, qz = place_on(arcs, i, k, t)
    x, y, z = qx - px, qy - py, qz - pz
    return geodesic(px, py, pz, qx, qy, qz, math.sqrt(x * x + y * y + z * z))


@jit
def settle_on(
    px: float, py: float, pz: float, arcs: Any, i: int, k: int, t: float, length_m: float
) -> tuple[float, float]:
    """Return t and the geodesic where that, not the chord, is least: `Border._settle`."""
    for _ in range(8):
        middle = min(max(t, SETTLE_STEP), 1 - SETTLE_STEP)
        before = geodesic_to(px, py, pz, arcs, i, k, middle - SETTLE_STEP)
        here = geodesic_to(px, py, pz, arcs, i, k, middle)
        after = geodesic_to(px, py, pz, arcs, i, k, middle + SETTLE_STEP)
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
        moved_m = geodesic_to(px, py, pz, arcs, i, k, moved)
        if moved_m >= length_m:
            break
        far = abs(moved - t) > SETTLE_STEP
        t, length_m = moved, moved_m
        if not far:
            break
    return t, length_m


@jit
def lesser(a: float, b: float) -> float:
    """Return the lesser of two; `min` is a branch."""
    return a if a < b else b


@jit
def arc_bounds(px: float, py: float, pz: float, arcs: Any, i: int, out: Any) -> float:
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
    a, b = lesser(out[0], out[1]), lesser(out[2], out[3])
    c, d = lesser(out[4], out[5]), lesser(out[6], out[7])
    return lesser(lesser(a, b), lesser(c, d))
