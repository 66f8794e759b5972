"""All arcs of a border: the one with the least chord, and those that may follow it."""

from __future__ import annotations

import math
from typing import Any, Final

from geo.compiled.feet import arc_bounds, foot
from geo.compiled.how import RUN, integer, jit

KEPT: Final = 16  # runs that a search keeps: fewer, and it is made more often; more, and it is slow
STACK: Final = 256  # boxes waiting; four for each of the 12 levels of 30 M arcs, and the roots


@jit
def hull_m(px: float, py: float, pz: float, hull: Any, i: int) -> float:
    """Return what the chord to a run is at least: to its line, less its half width."""
    ox, oy, oz = hull[i, 0] - px, hull[i, 1] - py, hull[i, 2] - pz
    dx, dy, dz = hull[i, 3], hull[i, 4], hull[i, 5]
    t = min(max(-(ox * dx + oy * dy + oz * dz) * hull[i, 6], 0.0), 1.0)
    rx, ry, rz = ox + t * dx, oy + t * dy, oz + t * dz
    return max(math.sqrt(rx * rx + ry * ry + rz * rz) - hull[i, 7], 0.0)


@jit
def hull_far_m(x: float, y: float, z: float, hull: Any, i: int) -> float:
    """Return what the chord from a place to any point of a run is at most."""
    ox, oy, oz = hull[i, 0] - x, hull[i, 1] - y, hull[i, 2] - z
    ex, ey, ez = ox + hull[i, 3], oy + hull[i, 4], oz + hull[i, 5]
    far2 = max(ox * ox + oy * oy + oz * oz, ex * ex + ey * ey + ez * ez)
    return math.sqrt(far2) + hull[i, 7]


@jit
def box2(px: float, py: float, pz: float, box: Any, i: int) -> float:
    """Return the square of what the chord to anything in a box is at least."""
    x = max(max(box[i, 0] - px, px - box[i, 3]), 0.0)
    y = max(max(box[i, 1] - py, py - box[i, 4]), 0.0)
    z = max(max(box[i, 2] - pz, pz - box[i, 5]), 0.0)
    return x * x + y * y + z * z


@jit
def box_far_m(px: float, py: float, pz: float, box: Any, i: int) -> float:
    """Return what the chord to anything in a box is at most."""
    x = max(box[i, 3] - px, px - box[i, 0])
    y = max(box[i, 4] - py, py - box[i, 1])
    z = max(box[i, 5] - pz, pz - box[i, 2])
    return math.sqrt(x * x + y * y + z * z)


@jit
def push(key: float, node: int, stack: Any, keys: Any, top: int, floor: int) -> int:
    """Put a box on the stack, so that from ``floor`` up the least key is on top."""
    i = top
    while i > floor and keys[i - 1] < key:
        stack[i], keys[i] = stack[i - 1], keys[i - 1]
        i -= 1
    stack[i], keys[i] = node, key
    return top + 1


@jit
def nearest_chord(
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
    run, at, t_at = integer(-1), integer(0), 0.0
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
                if hull_m(px, py, pz, hull, i) >= best:
                    continue
                if arc_bounds(px, py, pz, arcs, i, low) >= best:
                    continue
                for k in range(RUN):
                    if low[k] < best:
                        t, d, _ = foot(px, py, pz, arcs, i, k, best)
                        if d < best:
                            best, run, at, t_at = d, i, k, t
        else:
            floor = top
            for i in range(first, first + count):
                d2 = box2(px, py, pz, box, i)
                if d2 < best * best:
                    top = push(d2, i, stack, keys, top, floor)
    return best, run, at, t_at


@jit
def collect(
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

    ``safe`` says, rising, how far p may move before a run has to be looked at:
    `memory.search_at`.
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
                d = hull_m(px, py, pz, hull, i)
                r = 0.5 * (d * d - base2) / hull_far_m(qx, qy, qz, hull, i)
            else:
                r = 0.5 * (box2(px, py, pz, box, i) - base2) / box_far_m(qx, qy, qz, box, i)
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
                top = push(r, i, stack, keys, top, floor)
    return n
