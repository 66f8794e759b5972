"""Each fix of a path: how far it is from a border.

Fixes are done in *spans*, of up to `SPAN` that follow each other. Around the middle of a span a
ball holds all of it; one list, made for that ball, has every arc that may be nearest to any fix in
it (`memory.shortlist`). Then each arc of the list is tried at all fixes of the span, several at
once, and the places whose chord is within reach of the least are measured to along the ellipsoid,
several at once again. What does not fit that pattern is done one by one.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from geo.compiled.feet import SETTLED_M, SETTLED_STEEP_M, SHALLOW, is_steep, place_on
from geo.compiled.ground import REACH, ecef_many, geodesics
from geo.compiled.how import FAR_M, RUN, SLACK_M, entry, integer, jit, jit_into
from geo.compiled.memory import (
    BEYOND,
    CLOSE,
    REMEMBER_M,
    ROOM,
    SERVES,
    make_room,
    nearest_in_runs,
    nearest_one,
    search_at,
    shortlist,
)

__all__ = ["nearest_along"]

BLOCK: Final = 1024  # fixes whose places are worked out at once
SPAN: Final = 64  # fixes that one list serves, at most
LEAST_SPAN: Final = 4  # and at least
ONE_BY_ONE: Final = 8  # fixes that are done alone where no list serves; twice as many each time
PAIRS: Final = 256  # fixes and arcs of a span that are measured along the ellipsoid
NEWTON: Final = 3  # steps; the next would be below 1e-6 of the arc, or the foot is done alone
# 2 R_min asin(x) over the chord 2 R_min x, x = c / 2 R_min, grows with c to 1.083 at 8,000 km
WAY, WAY_TO_M = 1.1, 8e6  # a geodesic is at most that much of its chord, up to so long a one
TOO_FAR, NO_LIST = -2, -1


@jit
def radius_around(places: Any, first: int, n: int, middle: int) -> float:
    """Return how far the farthest of n places is from one of them."""
    x, y, z = places[0, middle], places[1, middle], places[2, middle]
    far2 = 0.0
    for j in range(first, first + n):
        dx, dy, dz = places[0, j] - x, places[1, j] - y, places[2, j] - z
        far2 = max(far2, dx * dx + dy * dy + dz * dz)
    return math.sqrt(far2) + SLACK_M


@jit
def list_around(
    places: Any, middle: int, ahead: int, radius_m: float, border: Any, room: Any
) -> int:
    """List the arcs that may be nearest to anything in a ball; return how many there are.

    `TOO_FAR` if all of the ball is farther than `FAR_M`, `NO_LIST` if there is no such list.
    A search, where one is needed, is made at the fix ``ahead``, if it serves the ball from there.
    """
    arcs, hull = border[0], border[1]
    (
        memory, count, kept, safe, runs, numbers, soon, _, _, _, _, listed, _, _, low
    ) = room  # fmt: skip
    px, py, pz = places[0, middle], places[1, middle], places[2, middle]
    x, y, z = px - memory[0], py - memory[1], pz - memory[2]
    off = math.sqrt(x * x + y * y + z * z)
    if off + radius_m < memory[BEYOND]:
        return TOO_FAR
    known = off + radius_m < memory[SERVES]
    if not known and ahead != middle:
        sx, sy, sz = places[0, ahead], places[1, ahead], places[2, ahead]
        search_at(sx, sy, sz, REMEMBER_M, border, room)
        x, y, z = px - sx, py - sy, pz - sz
        off = math.sqrt(x * x + y * y + z * z)
        known = off + radius_m < memory[SERVES]
        count[6] = known
    if known:
        chord, run, at, t = nearest_in_runs(
            px, py, pz, off, arcs, hull, kept, safe, count[0], count[3], count[4], low
        )
    else:
        chord, run, at, t = search_at(px, py, pz, REMEMBER_M, border, room)
        off = 0.0
        if radius_m < memory[BEYOND]:
            return TOO_FAR
        if not radius_m < memory[SERVES]:
            return NO_LIST
    qx, qy, qz = place_on(arcs, run, at, t)
    m = shortlist(
        px, py, pz, qx, qy, qz, chord, radius_m, off, arcs, hull, kept, safe, count[0],
        low, runs, numbers, soon, listed,
    )  # fmt: skip
    memory[3], memory[4], memory[5] = px, py, pz
    memory[CLOSE] = radius_m if m >= 0 else -1.0
    count[1], count[2], count[3], count[4] = m, 0, run, at
    return m


@jit
def goes_on(listed: Any, o: int, m: int) -> bool:
    """Return whether another arc of the list begins where this one ends.

    Then a foot at this one's end is no nearer than the other's foot, and need not count.
    """
    x = listed[o, 0, 0] + listed[o, 3, 0]
    y = listed[o, 1, 0] + listed[o, 4, 0]
    z = listed[o, 2, 0] + listed[o, 5, 0]
    for i in range(m):
        near = abs(listed[i, 0, 0] - x) < 1e-6
        if near and abs(listed[i, 1, 0] - y) < 1e-6 and abs(listed[i, 2, 0] - z) < 1e-6 and i != o:
            return True
    return False


@jit
def line_m(px: float, py: float, pz: float, listed: Any, o: int) -> float:
    """Return how far a place is from the straight line of an arc."""
    ox, oy, oz = listed[o, 0, 0] - px, listed[o, 1, 0] - py, listed[o, 2, 0] - pz
    dx, dy, dz = listed[o, 3, 0], listed[o, 4, 0], listed[o, 5, 0]
    t = min(max(-(ox * dx + oy * dy + oz * dz) * listed[o, 9, 0], 0.0), 1.0)
    rx, ry, rz = ox + t * dx, oy + t * dy, oz + t * dz
    return math.sqrt(rx * rx + ry * ry + rz * rz)


@jit
def try_arc(
    listed: Any, o: int, end: float, places: Any, first: int, chord2: Any, feet: Any
) -> int:
    """Fill in an arc's feet (t) for places that follow each other, and their chords, squared.

    As `feet.foot` does it without Newton's method. A foot that may need settling is told as t − 2.
    Returns at how many places the arc bends back, so that this is not good enough.

    Parameters
    ----------
    end
        From which t on the foot is left to the next arc: 1 where one begins there, else more.
    """
    ax, ay, az = listed[o, 0, 0], listed[o, 1, 0], listed[o, 2, 0]
    dx, dy, dz = listed[o, 3, 0], listed[o, 4, 0], listed[o, 5, 0]
    bx, by, bz = listed[o, 6, 0], listed[o, 7, 0], listed[o, 8, 0]
    per_length2 = listed[o, 9, 0]
    backs = 0
    for j in range(len(chord2)):
        ox, oy, oz = ax - places[0, first + j], ay - places[1, first + j], az - places[2, first + j]
        straight = -(ox * dx + oy * dy + oz * dz) * per_length2
        lean = (ox * bx + oy * by + oz * bz) * per_length2
        sharp = 1 - 8 * lean
        back = sharp < 0.25
        t = (straight - 4 * lean) / (0.25 if back else sharp)
        t = 0.0 if t < 0.0 else t
        t = 1.0 if t > 1.0 else t
        w = 4 * t * (1 - t)
        rx, ry, rz = ox + t * dx + w * bx, oy + t * dy + w * by, oz + t * dz + w * bz
        c2 = rx * rx + ry * ry + rz * rz
        c2 = math.inf if t >= end else c2
        t = t - 2.0 if (sharp < SHALLOW) & (c2 >= SETTLED_M * SETTLED_M) else t
        chord2[j] = c2
        feet[j] = t
        backs += 1 if back else 0
    return backs


@jit_into
def newton(
    ox: float, oy: float, oz: float, dx: float, dy: float, dz: float,
    bx: float, by: float, bz: float, per_length2: float, t: float,
) -> tuple[float, float, float]:  # fmt: skip
    """Return t one step of Newton's method on, how sharp the least is, and the chord at t, squared.

    (ox, oy, oz) is the arc's beginning, from the place that the chord is measured from.
    """
    w, v = 4 * t * (1 - t), 4 * (1 - 2 * t)
    rx, ry, rz = ox + t * dx + w * bx, oy + t * dy + w * by, oz + t * dz + w * bz
    ex, ey, ez = dx + v * bx, dy + v * by, dz + v * bz
    slope = (rx * ex + ry * ey + rz * ez) * per_length2
    bend = ex * ex + ey * ey + ez * ez - 8 * (rx * bx + ry * by + rz * bz)
    sharp = bend * per_length2
    moved = t - slope / (0.25 if sharp < 0.25 else sharp)
    moved = 0.0 if moved < 0.0 else moved
    moved = 1.0 if moved > 1.0 else moved
    return moved, sharp, rx * rx + ry * ry + rz * rz


@jit
def refine(listed: Any, o: int, places: Any, first: int, feet: Any) -> None:
    """Go one step of Newton's method on from an arc's feet."""
    ax, ay, az = listed[o, 0, 0], listed[o, 1, 0], listed[o, 2, 0]
    dx, dy, dz = listed[o, 3, 0], listed[o, 4, 0], listed[o, 5, 0]
    bx, by, bz = listed[o, 6, 0], listed[o, 7, 0], listed[o, 8, 0]
    per_length2 = listed[o, 9, 0]
    for j in range(len(feet)):
        ox, oy, oz = ax - places[0, first + j], ay - places[1, first + j], az - places[2, first + j]
        t = feet[j]
        t = t + 2.0 if t < 0.0 else t
        feet[j], _, _ = newton(ox, oy, oz, dx, dy, dz, bx, by, bz, per_length2, t)


@jit
def try_again(
    listed: Any, o: int, end: float, places: Any, first: int, chord2: Any, feet: Any
) -> None:
    """Fill in the same as `try_arc`, at the feet there are.

    Where another step would move one it is −9, and its chord 0, so that nobody leaves it out.
    """
    ax, ay, az = listed[o, 0, 0], listed[o, 1, 0], listed[o, 2, 0]
    dx, dy, dz = listed[o, 3, 0], listed[o, 4, 0], listed[o, 5, 0]
    bx, by, bz = listed[o, 6, 0], listed[o, 7, 0], listed[o, 8, 0]
    per_length2 = listed[o, 9, 0]
    for j in range(len(feet)):
        ox, oy, oz = ax - places[0, first + j], ay - places[1, first + j], az - places[2, first + j]
        t = feet[j]
        moved, sharp, c2 = newton(ox, oy, oz, dx, dy, dz, bx, by, bz, per_length2, t)
        open_ = abs(moved - t) > 1e-6
        c2 = math.inf if t >= end else c2
        t = t - 2.0 if (sharp < SHALLOW) & (c2 >= SETTLED_M * SETTLED_M) else t
        chord2[j] = 0.0 if open_ else c2
        feet[j] = -9.0 if open_ else t


@jit
def lessen(chord2: Any, o: float, best2: Any, which: Any) -> None:
    """Keep the lesser of each two, and whose it is."""
    for j in range(len(best2)):
        less = chord2[j] < best2[j]
        which[j] = o if less else which[j]
        best2[j] = chord2[j] if less else best2[j]


@jit
def reach_many(best2: Any, best: Any, limit2: Any) -> None:
    """Fill in the roots, and the squares of their `ground.reach`."""
    for j in range(len(best2)):
        c = math.sqrt(best2[j])
        r = c * (1.0 + REACH * best2[j]) + SLACK_M
        best[j] = c
        limit2[j] = r * r


@jit
def count_within(chord2: Any, limit2: Any, within: Any) -> None:
    """Count where an arc is within the limit."""
    for j in range(len(limit2)):
        within[j] += 1.0 if chord2[j] <= limit2[j] else 0.0


@jit
def try_span(
    listed: Any, m: int, places: Any, first: int, n: int, middle: int, radius_m: float,
    chord2: Any, feet: Any, sums: Any,
) -> None:  # fmt: skip
    """Try m listed arcs at n places: chords, feet, and in the rows of ``sums`` what comes of it.

    The least chord and its square, the square of its reach, how many arcs are within that, and the
    number of the nearest.
    """
    best, best2, limit2, within, which = (
        sums[0, :n], sums[1, :n], sums[2, :n], sums[3, :n], sums[4, :n]
    )  # fmt: skip
    for j in range(n):
        best2[j], within[j], which[j] = math.inf, 0.0, 0.0
    px, py, pz = places[0, middle], places[1, middle], places[2, middle]
    for o in range(m):
        end = 1.0 if goes_on(listed, o, m) else 2.0
        backs = try_arc(listed, o, end, places, first, chord2[o, :n], feet[o, :n])
        # where `foot` asks for Newton's method: the line may be nearer than that
        line = max(line_m(px, py, pz, listed, o) - radius_m, 0.0)
        if backs or listed[o, 11, 0] > 1e-10 * line * line:
            for _ in range(NEWTON):
                refine(listed, o, places, first, feet[o, :n])
            try_again(listed, o, end, places, first, chord2[o, :n], feet[o, :n])
        lessen(chord2[o, :n], float(o), best2, which)
    reach_many(best2, best, limit2)
    for o in range(m):
        count_within(chord2[o, :n], limit2, within)


@jit
def plain(px: float, py: float, pz: float, listed: Any, o: int, foot: float, c2: float) -> bool:
    """Return whether a foot stands as it is: see `feet.foot`."""
    if foot >= 0.0 and c2 < SETTLED_STEEP_M * SETTLED_STEEP_M:
        return True
    t = foot if foot >= 0.0 else foot + 2.0
    return (t == 0.0 or t == 1.0) and is_steep(px, py, pz, listed, o, t, c2)


@jit
def nearest_places(
    listed: Any, feet: Any, sums: Any, n: int, places: Any, first: int, ends: Any
) -> None:
    """Fill in both ends of the least chords."""
    for j in range(n):
        o = int(sums[4, j])
        foot = feet[o, j]
        t = foot if foot >= 0.0 else max(foot + 2.0, 0.0)
        ends[0, j], ends[1, j], ends[2, j] = (
            places[0, first + j],
            places[1, first + j],
            places[2, first + j],
        )
        ends[3, j], ends[4, j], ends[5, j] = place_on(listed, o, integer(0), t)


@jit
def pair_up(
    listed: Any, m: int, places: Any, first: int, n: int, chord2: Any, feet: Any, sums: Any,
    owner: Any, arc: Any, ends: Any, chords: Any, alone: Any,
) -> int:  # fmt: skip
    """Fill in which fixes and arcs are to be measured along the ellipsoid; return how many.

    The first n are each fix and its nearest arc. ``ends`` gets both places, ``alone`` tells which
    fixes have to be done one by one.
    """
    nearest_places(listed, feet, sums, n, places, first, ends)
    k = n
    for j in range(n):
        chords[j] = sums[0, j]
        nearest = int(sums[4, j])
        best2, limit2, foot = sums[1, j], sums[2, j], feet[nearest, j]
        alone[j] = False
        if sums[3, j] == 1.0 and foot >= 0.0 and best2 < SETTLED_STEEP_M * SETTLED_STEEP_M:
            continue
        px, py, pz = places[0, first + j], places[1, first + j], places[2, first + j]
        begin = k
        well = best2 < math.inf and plain(px, py, pz, listed, nearest, foot, best2)
        for o in range(m):
            c2 = chord2[o, j]
            if not well:
                break
            if c2 <= limit2 and o != nearest:
                foot = feet[o, j]
                well = k < PAIRS and plain(px, py, pz, listed, o, foot, c2)
                if well:
                    owner[k], arc[k], chords[k] = j, o, math.sqrt(c2)
                    ends[0, k], ends[1, k], ends[2, k] = px, py, pz
                    t = foot if foot >= 0.0 else foot + 2.0
                    ends[3, k], ends[4, k], ends[5, k] = place_on(listed, o, integer(0), t)
                    k += 1
        if not well:
            alone[j] = True
            k = begin
    return k


@jit
def look_back(places: Any, before: Any, near: Any, last_m: float, same: Any, first: int) -> None:
    """Fill in which fixes of a block are on the same sides as the one before each.

    Those that the border is farther from than the way between the two is long: then that way does
    not meet it.
    """
    lx, ly, lz = before[0], before[1], before[2]
    for j in range(len(near)):
        x, y, z = places[0, j] - lx, places[1, j] - ly, places[2, j] - lz
        moved = math.sqrt(x * x + y * y + z * z)
        same[first + j] = moved < WAY_TO_M and WAY * moved + SLACK_M < last_m
        lx, ly, lz = places[0, j], places[1, j], places[2, j]
        last_m = near[j]
    before[0], before[1], before[2] = lx, ly, lz


@jit
def keep_alone(
    places: Any, i: int, moved: float, border: Any, room: Any, begin: int, near: Any, found: Any
) -> None:
    """Fill in what one fix of a block has by itself."""
    distance_m, where, t_of = found
    px, py, pz = places[0, i], places[1, i], places[2, i]
    length, run, at, t, chord = nearest_one(px, py, pz, moved, border, room)
    distance_m[begin + i], where[begin + i], t_of[begin + i] = length, RUN * run + at, t
    near[i] = chord if length < math.inf or chord >= FAR_M else 0.0


@jit
def keep_span(
    first: int, n: int, k: int, sums: Any, feet: Any, owner: Any, arc: Any, chords: Any,
    lengths: Any, runs: Any, numbers: Any, begin: int, near: Any, found: Any,
) -> None:  # fmt: skip
    """Fill in what the fixes of a span have, of the k pairs that were measured."""
    distance_m, where, t_of = found
    for j in range(n):
        o = int(sums[4, j])
        i = begin + first + j
        foot = feet[o, j]
        near[first + j] = chords[j]  # a geodesic is no shorter than its chord
        distance_m[i] = lengths[j] if chords[j] < FAR_M else math.inf
        where[i] = RUN * runs[o] + numbers[o]
        t_of[i] = foot if foot >= 0.0 else foot + 2.0
    for p in range(n, k):
        j, o = owner[p], arc[p]
        i = begin + first + j
        if lengths[p] < distance_m[i] < math.inf:
            foot = feet[o, j]
            distance_m[i] = lengths[p]
            where[i] = RUN * runs[o] + numbers[o]
            t_of[i] = foot if foot >= 0.0 else foot + 2.0


@entry(
    "int64(float64[::1], float64[::1], float64[:, :, ::1], float64[:, ::1], float64[:, ::1],"
    " int64[:, ::1], float64[::1], int64[::1], float64[::1], boolean[::1])"
)
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
    border, found = (arcs, hull, box, child), (distance_m, where, t_of)
    room = make_room()
    memory, count, runs, numbers, listed = room[0], room[1], room[4], room[5], room[11]
    places, near = np.empty((3, BLOCK)), np.empty(BLOCK)
    chord2, feet, sums = np.empty((ROOM, SPAN)), np.empty((ROOM, SPAN)), np.empty((5, SPAN))
    owner, arc = np.empty(PAIRS, np.int64), np.empty(PAIRS, np.int64)
    ends, chords, lengths = np.empty((6, PAIRS)), np.empty(PAIRS), np.empty(PAIRS)
    alone = np.empty(SPAN, np.bool_)
    before = np.empty(3)
    before[0], before[1], before[2] = 1e9, 1e9, 1e9
    last_m = 0.0
    span, patience, one_by_one = SPAN, ONE_BY_ONE, 0
    ahead: int = 0
    searched = served = 0
    for begin in range(0, len(lon), BLOCK):
        size = min(BLOCK, len(lon) - begin)
        ecef_many(
            lon[begin : begin + size], lat[begin : begin + size], places[0], places[1], places[2]
        )
        i, middle = integer(0), integer(0)
        radius_m = 0.0
        while i < size:
            n: int = min(span, size - i)
            m: int = NO_LIST
            if one_by_one == 0:
                middle = i + n // 2
                radius_m = radius_around(places, i, n, middle)
                searches = count[5]
                m = list_around(
                    places, middle, min(max(i + ahead, middle), size - 1), radius_m, border, room
                )
                if count[5] > searches:
                    served = begin + i - searched
                    searched = begin + i
                    ahead = served // 2 if count[5] == searches + 1 else 0
                if m == NO_LIST:
                    # as many as the search made in vain would have served, if any
                    span = min(int(0.7 * n * memory[SERVES] / radius_m), n // 2)
                    if span >= LEAST_SPAN:
                        continue
                    span = LEAST_SPAN
                    one_by_one = patience
                    patience = min(2 * patience, BLOCK)
            if m == TOO_FAR:
                for j in range(i, i + n):
                    distance_m[begin + j], where[begin + j], t_of[begin + j] = math.inf, -1, 0.0
                    near[j] = FAR_M
                i += n
                continue
            if m == NO_LIST:
                one_by_one -= 1
                k = max(i - 1, 0) if i else min(1, size - 1)
                x = places[0, i] - places[0, k]
                y = places[1, i] - places[1, k]
                z = places[2, i] - places[2, k]
                moved = math.sqrt(x * x + y * y + z * z)
                keep_alone(places, i, moved, border, room, begin, near, found)
                i += 1
                continue
            try_span(listed, m, places, i, n, middle, radius_m, chord2, feet, sums)
            k = pair_up(
                listed, m, places, i, n, chord2, feet, sums, owner, arc, ends, chords, alone
            )
            geodesics(ends, chords, lengths, k)
            keep_span(
                i, n, k, sums, feet, owner, arc, chords, lengths, runs, numbers, begin, near, found
            )
            for j in range(n):
                if alone[j]:
                    keep_alone(places, i + j, radius_m, border, room, begin, near, found)
            i += n
            patience = ONE_BY_ONE
            if memory[SERVES] > 3 * radius_m:
                span = min(2 * n, SPAN)
        look_back(places, before, near[:size], last_m, same, begin)
        last_m = near[size - 1]
    return count[5]
