"""Whole paths: where they come nearest to a border."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from geo.compiled.feet import foot, place_on
from geo.compiled.ground import RADIAN, MA, MB, along_m, chord_of, ecef_many, ecef_one, lonlat
from geo.compiled.how import HOW, RUN, SLACK_M, entry, jit
from geo.compiled.memory import make_room, nearest_one
from geo.compiled.tree import STACK, nearest_chord


@entry(
    "float64(float64[:, ::1], float64[::1], float64, float64[:, :, ::1], float64[:, ::1],"
    " float64[:, ::1], int64[:, ::1], float64[::1])"
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
            cap = chord_of(best_m + radius_m[i]) + SLACK_M
            here = math.inf
            if run >= 0:
                _, here, _ = foot(px, py, pz, arcs, run, at, math.inf)
            found = here <= cap
            chord, r1, a1, _ = nearest_chord(
                px, py, pz, arcs, hull, box, child, min(here, cap), stack, keys, low
            )
            if r1 >= 0:
                run, at, found = r1, a1, True
            if not found:
                low_m[i] = math.inf
                continue
            low_m[i] = max(chord - radius_m[i], 0.0)  # a geodesic is no shorter than its chord
            if chord < 2e6:
                best_m = min(best_m, along_m(chord) + radius_m[i])
        if stride == 1:
            return best_m
        stride = 1


@entry(
    "float64(float64[::1], float64[::1], float64, float64, float64[:, :, ::1], float64[:, ::1],"
    " float64[:, ::1], int64[:, ::1], float64[::1], boolean[::1])"
)  # fmt: skip
def sift_legs(
    lon: Any, lat: Any, best_m: float, long_m: float,
    arcs: Any, hull: Any, box: Any, child: Any, low_m: Any, long: Any,
) -> float:  # fmt: skip
    """Fill in what the distance of each leg is at least; return what the least is at most.

    Spans of legs are halved as long as they may hold something below that: a path of length h
    between places at distances a and b is nowhere nearer than (a + b − h) / 2. The distances are
    bounds themselves: a geodesic is no shorter than its chord, and no longer than `along_m` of it.
    ``long`` tells which legs are longer than ``long_m``; their bounds are too low.
    """
    stack, keys, low = np.empty(STACK, np.int64), np.empty(STACK), np.empty(RUN)
    n = len(lon)
    x, y, z, along = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    ecef_many(lon, lat, x, y, z)
    along[0] = 0.0
    for i in range(n - 1):
        dx, dy, dz = x[i + 1] - x[i], y[i + 1] - y[i], z[i + 1] - z[i]
        chord = math.sqrt(dx * dx + dy * dy + dz * dz)
        # a geodesic is at most π/2 of its chord wherever along_m does not hold, and π A
        step = along_m(chord) if chord < 2e6 else min(1.6 * chord, 2.1e7)
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
                    _, here, _ = foot(x[k], y[k], z[k], arcs, run, at, math.inf)
                near[k], r1, a1, _ = nearest_chord(
                    x[k], y[k], z[k], arcs, hull, box, child, here, stack, keys, low
                )
                if r1 >= 0:
                    run, at = r1, a1
                if near[k] < 2e6:
                    best_m = min(best_m, along_m(near[k]) + 1e-6)
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


@jit
def keep_place(
    px: float, py: float, pz: float, arcs: Any, run: int, k: int, t: float, at: Any
) -> None:
    """Keep where a path and its nearest border place are, as ``at`` of `least_of_legs`."""
    at[0], at[1] = lonlat(px, py, pz)
    qx, qy, qz = place_on(arcs, run, k, t)
    at[2], at[3] = lonlat(qx, qy, qz)


@entry(
    "Tuple((float64, int64, float64))(float64[::1], float64[::1], int64[::1], float64, float64,"
    " float64[:, :, ::1], float64[:, ::1], float64[:, ::1], int64[:, ::1], float64[::1])"
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
    room = make_room()
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
            px, py, pz = ecef_one(lon[leg], lat[leg])
            dp, run, k, t, _ = nearest_one(px, py, pz, 1000.0, border, room)
            if dp < best_m:
                best_m, leg_at, u_at = dp, leg, 0.0
                keep_place(px, py, pz, arcs, run, k, t, at)
        qx, qy, qz = ecef_one(lon[leg + 1], lat[leg + 1])
        cx, cy, cz = qx - px, qy - py, qz - pz
        chord = math.sqrt(cx * cx + cy * cy + cz * cz)
        length = along_m(chord)
        dq, run, k, t, _ = nearest_one(qx, qy, qz, chord + 1.0, border, room)
        last = leg
        if dq < best_m:
            best_m, leg_at, u_at = dq, leg, 1.0
            keep_place(qx, qy, qz, arcs, run, k, t, at)
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
            d, run, k, t, _ = nearest_one(x, y, z, 0.1 * h + 1.0, border, room)
            if d < best_m:
                best_m, leg_at, u_at = d, leg, u
                keep_place(x, y, z, arcs, run, k, t, at)
            if top < 62 and u0 < u < u1:
                # the nearer half is looked at first
                a, b = (top, top + 1) if d0 > d1 else (top + 1, top)
                pieces[a, 0], pieces[a, 1], pieces[a, 2], pieces[a, 3] = u0, u, d0, d
                pieces[b, 0], pieces[b, 1], pieces[b, 2], pieces[b, 3] = u, u1, d, d1
                top += 2
    return best_m, leg_at, u_at


@numba.njit(**(HOW | {"fastmath": {"nnan", "nsz", "reassoc"}}))
def span_of(v: Any) -> tuple[float, float]:
    """Return the least and the greatest of finite numbers."""
    lo, hi = v[0], v[0]
    for i in range(len(v)):
        lo, hi = min(lo, v[i]), max(hi, v[i])
    return lo, hi


@jit
def ball_around(lon: Any, lat: Any, centre: Any) -> float:
    """Fill in the middle of the box around fixes (ECEF); return the radius of the ball: `least`."""
    west, east = span_of(lon)
    south, north = span_of(lat)
    if east - west > 180:  # across ±180°, or nearly round a pole
        west, east = math.inf, -math.inf
        for i in range(len(lon)):
            turned = lon[i] % 360
            west, east = min(west, turned), max(east, turned)
    near = 0.0 if south * north <= 0 else min(abs(south), abs(north))
    widest = (east - west) / 2 * RADIAN * math.cos(near * RADIAN)
    tall = (north - south) / 2 * RADIAN
    centre[0], centre[1], centre[2] = ecef_one((west + east) / 2, (south + north) / 2)
    # R_max, rounded up
    return 6_399_600.0 * math.sqrt(tall * tall + widest * widest) + SLACK_M


@entry(
    "Tuple((float64, int64, float64))(float64[::1], float64[::1], int64, float64, float64,"
    " float64[:, :, ::1], float64[:, ::1], float64[:, ::1], int64[:, ::1], float64[::1])"
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
        radius_m[k] = ball_around(lon[first : last + 1], lat[first : last + 1], centre[k])
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
