"""Short legs of a path: where they come nearest to a border."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geo.compiled.feet import place_on
from geo.compiled.ground import MA, MB, along_m, ecef_one, lonlat
from geo.compiled.how import entry, jit
from geo.compiled.memory import make_room, nearest_one

__all__ = ["least_of_legs"]


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
    counts. Branch and bound with the two bounds of `geo.extremes`, to the tolerance. ``at`` gets
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
