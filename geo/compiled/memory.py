"""What one search leaves for the next: runs that may be nearest, and a list of arcs.

A search at a place P0 keeps the runs that are soonest nearest as one moves away from there, and how
far one may move before any other is: `search_at` has the proof. Of their arcs a list is made for a
ball around a place, by the same proof with that place for P0: `shortlist`. Beyond `FAR_M` nothing
is searched until one has come nearer by as much as the border was farther (the triangle
inequality).
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from geo.compiled.feet import arc_bounds, foot, geodesic_to, place_on, settle_on
from geo.compiled.ground import geodesic, reach
from geo.compiled.how import FAR_M, RUN, SLACK_M, integer, jit
from geo.compiled.tree import KEPT, STACK, collect, hull_far_m, hull_m, nearest_chord

SERVES, CLOSE, BEYOND = 6, 7, 8  # in a search's memory: how far its runs and its list serve
REMEMBER_M: Final = 50_000.0  # how far from its place a search may serve at most
ROOM: Final = 64  # arcs on the short list
ALONE: Final = 0.1  # steps longer than that much of the last search's distance: none serves two
ALONE_M: Final = 1_000.0  # and than this
HERE_M: Final = 10.0  # how far from its place a search serves that is for one fix only
LISTED: Final = 40.0  # fixes that a short list should serve


@jit
def nearest_in_runs(
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
    t_at, best, _ = foot(px, py, pz, arcs, run, at, math.inf)
    for j in range(n):
        if safe[j] > off:
            break
        i = kept[j]
        if hull_m(px, py, pz, hull, i) < best and arc_bounds(px, py, pz, arcs, i, low) < best:
            for k in range(RUN):
                if low[k] < best:
                    t, d, _ = foot(px, py, pz, arcs, i, k, best)
                    if d < best:
                        best, run, at, t_at = d, i, k, t
    return best, run, at, t_at


@jit
def shortlist(
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

    The proof is that of `search_at`, with |v| ≤ reach_m = r, and q any place of the border with
    that chord: q itself is on the list, because its own D is at most |P0 q|. D of a run is that of
    its hull, of an arc that of its chord less its bulge; M is the farther end's, and the bulge.
    """
    most = chord + reach_m
    base2 = chord * chord + reach(most) ** 2 - most * most
    m = 0
    for j in range(n):
        if safe[j] > off + reach_m:
            break
        i = kept[j]
        d = hull_m(px, py, pz, hull, i)
        if d * d - base2 >= 2 * reach_m * hull_far_m(qx, qy, qz, hull, i):
            continue
        arc_bounds(px, py, pz, arcs, i, low)
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


@jit
def nearest_listed(
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
    single = integer(0)  # on the list an arc is a run of its own
    t, best, flat = foot(px, py, pz, listed, last, single, math.inf)
    limit = reach(best)
    feet[0], chords[0], settle[0], within[0] = t, best, flat, last
    n = 1
    for o in range(m):
        if soon[o] > off:
            break
        if o == last:
            continue
        t, d, flat = foot(px, py, pz, listed, o, single, limit)
        if d > limit:
            continue
        feet[n], chords[n], settle[n], within[n] = t, d, flat, o
        n += 1
        if d < best:
            best = d
            limit = reach(best)
    if n == 1 and not settle[0]:
        return -1.0, last, feet[0], best
    alone, places, settled = 0, 0, False
    ax = ay = az = math.inf
    for j in range(n):
        if chords[j] > limit:
            continue
        qx, qy, qz = place_on(listed, within[j], single, feet[j])
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
        qx, qy, qz = place_on(listed, o, single, t)
        s = geodesic(px, py, pz, qx, qy, qz, d)
        if settle[j]:
            t, s = settle_on(px, py, pz, listed, o, single, t, s)
        if s < length:
            length, where, t_at = s, o, t
    return length, where, t_at, best


@jit
def make_room() -> Any:
    """Return what a search remembers, and room to work in."""
    memory = np.empty(10)  # where the runs were kept, where the arcs were listed; see SERVES
    for i in range(10):
        memory[i] = 0.0
    memory[SERVES] = memory[CLOSE] = memory[BEYOND] = -1.0
    count = np.empty(7, np.int64)  # runs kept, arcs listed, the nearest of them, run, arc, searches
    for i in range(7):
        count[i] = 0
    count[3] = -1
    return (
        memory, count,
        np.empty(KEPT, np.int64), np.empty(KEPT),
        np.empty(ROOM, np.int64), np.empty(ROOM, np.int64), np.empty(ROOM),
        np.empty(ROOM + 1), np.empty(ROOM + 1), np.empty(ROOM + 1, np.bool_),
        np.empty(ROOM + 1, np.int64), np.empty((ROOM, 12, 1)),
        np.empty(STACK, np.int64), np.empty(STACK), np.empty(RUN),
    )  # fmt: skip


@jit
def search_at(
    px: float, py: float, pz: float, remember: float, border: Any, room: Any
) -> tuple[float, int, int, float]:
    """Search for the nearest place, and keep what serves the next points.

    Returns chord, run, arc and t of the place; a chord of `FAR_M` or more serves nobody.

    Parameters
    ----------
    remember
        How far from here the search is to serve at most.

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
    memory, count, kept, safe, stack, keys, low = (
        room[0], room[1], room[2], room[3], room[12], room[13], room[14]
    )  # fmt: skip
    count[5] += 1
    run, at = count[3], count[4]
    best, t = math.inf, 0.0
    if run >= 0:
        t, best, _ = foot(px, py, pz, arcs, run, at, math.inf)
    chord, r1, a1, t1 = nearest_chord(px, py, pz, arcs, hull, box, child, best, stack, keys, low)
    if r1 >= 0:
        run, at, t = r1, a1, t1
    memory[0], memory[1], memory[2] = px, py, pz
    memory[SERVES], count[0], memory[BEYOND] = -1.0, 0, chord - FAR_M
    count[3], count[4] = run, at
    if chord < FAR_M:
        qx, qy, qz = place_on(arcs, run, at, t)
        most = chord + remember
        base2 = chord * chord + reach(most) ** 2 - most * most
        count[0] = collect(
            px, py, pz, qx, qy, qz, base2, remember, hull, box, child, kept, safe, stack, keys
        )
        memory[SERVES] = safe[KEPT - 1] if count[0] == KEPT else remember
    return chord, run, at, t


@jit
def nearest_one(
    px: float, py: float, pz: float, moved: float, border: Any, room: Any
) -> tuple[float, int, int, float, float]:
    """Return geodesic, run, arc, t and chord of the border's nearest place.

    The geodesic is infinite beyond `FAR_M`, and where too many places are as near as each other.

    Parameters
    ----------
    moved
        How far apart the points asked for are, roughly; only the speed hangs on it.
    """
    arcs, hull = border[0], border[1]
    (
        memory, count, kept, safe, runs, numbers, soon, feet, chords, settle, within, listed, _, _,
        low,
    ) = room  # fmt: skip
    x, y, z = px - memory[3], py - memory[4], pz - memory[5]
    off = math.sqrt(x * x + y * y + z * z)
    if not off < memory[CLOSE]:
        x, y, z = px - memory[0], py - memory[1], pz - memory[2]
        off = math.sqrt(x * x + y * y + z * z)
        if off < memory[BEYOND]:  # the triangle inequality: still too far
            return math.inf, -1, 0, 0.0, FAR_M + memory[BEYOND] - off
        if off + moved < memory[SERVES]:
            chord, run, at, t = nearest_in_runs(
                px, py, pz, off, arcs, hull, kept, safe, count[0], count[3], count[4], low
            )
        else:
            # the next point, if it is as far as this from here, is better searched for anew
            near = memory[BEYOND] + FAR_M
            alone = moved > max(ALONE * near, ALONE_M)
            remember = HERE_M if alone else min(REMEMBER_M, 200 * moved)
            chord, run, at, t = search_at(px, py, pz, remember, border, room)
            off = 0.0
        close, m = -1.0, -1
        if memory[SERVES] > 0:
            qx, qy, qz = place_on(arcs, run, at, t)
            close = min(LISTED * moved, 0.999 * (memory[SERVES] - off))
            if close < moved:
                close = min(close, HERE_M)
            for _ in range(12):
                m = shortlist(
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
    length, o, t, chord = nearest_listed(
        px, py, pz, off, listed, soon, count[1], count[2], feet, chords, settle, within
    )
    run, at = runs[o], numbers[o]
    count[2], count[3], count[4] = o, run, at
    if length < 0:
        length = geodesic_to(px, py, pz, arcs, run, at, t)
    return length if chord < FAR_M else math.inf, run, at, t, chord
