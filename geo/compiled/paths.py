"""Whole paths: where they come nearest to a border."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from geo.compiled.feet import foot
from geo.compiled.ground import RADIAN, along_m, chord_of, ecef_many, ecef_one, longest_way_m
from geo.compiled.how import HOW, RUN, SLACK_M, entry, integer, jit
from geo.compiled.legs import least_of_legs
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
    run, at = integer(-1), integer(0)
    stride = 16
    for i in range(n):
        low_m[i] = -1.0
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
        step = longest_way_m(chord)
        along[i + 1] = along[i] + step + 1e-6
        long[i] = step > long_m
        low_m[i] = math.inf
    near = np.empty(n)  # the chord from each fix, where it is known
    for i in range(n):
        near[i] = -1.0
    run, at = integer(-1), integer(0)
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


@numba.njit(**(HOW | {"fastmath": {"nnan", "nsz", "reassoc"}}))
def spans_of(lon: Any, lat: Any) -> tuple[float, float, float, float]:
    """Return the least and the greatest of finite longitudes, and of latitudes.

    Eight at a time: each alone would wait for the one before it.
    """
    west = east = west2 = east2 = lon[0]
    south = north = south2 = north2 = lat[0]
    half = len(lon) // 2
    for i in range(half):
        west, east = min(west, lon[i]), max(east, lon[i])
        south, north = min(south, lat[i]), max(north, lat[i])
        west2, east2 = min(west2, lon[i + half]), max(east2, lon[i + half])
        south2, north2 = min(south2, lat[i + half]), max(north2, lat[i + half])
    x, y = lon[len(lon) - 1], lat[len(lat) - 1]
    return (
        min(min(west, west2), x), max(max(east, east2), x),
        min(min(south, south2), y), max(max(north, north2), y),
    )  # fmt: skip


@jit
def ball_around(lon: Any, lat: Any, centre: Any) -> float:
    """Fill in the middle of the box around fixes (ECEF); return the radius of the ball: `least`."""
    west, east, south, north = spans_of(lon, lat)
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
