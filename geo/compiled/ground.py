"""The ellipsoid: places in space, and how long a geodesic is whose chord is known.

Chords stand in for geodesics as in `geo.earth`, fact 1.
"""

from __future__ import annotations

import math
from typing import Any, Final

from geo.compiled.how import SLACK_M, jit, jit_into
from geo.earth import E2, R_MAX, R_MIN, A, B

# 2 R_max sin(r asin(c / 2 R_min)) with r = R_min / R_max, in powers of x = c / 2 R_min:
# c (1 + (1 − r²) x² (1/6 + (9 − r²) x² / 120 + …)). Every coefficient is positive and each term is
# at most x² times the one before it, so that for x ≤ 0.16 (2,000 km) the bracket is below
# 1/6 + 0.0668 x² / (1 − x²) < 0.1685.
REACH: Final = 0.17 * (1 - (R_MIN / R_MAX) ** 2) / (4 * R_MIN**2)
MA: Final = 1 / A**2
MB: Final = 1 / B**2
ROUND: Final = 1.5 * 2.0**52  # adding and taking it off again leaves the nearest integer
RADIAN: Final = math.pi / 180


@jit_into
def sincos(deg: float) -> tuple[float, float]:
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


@jit_into
def ecef(lon: float, lat: float) -> tuple[float, float, float]:
    """Return x, y, z of a place in degrees: `geo.earth.ecef`."""
    sin_lam, cos_lam = sincos(lon)
    sin_phi, cos_phi = sincos(lat)
    normal = A / math.sqrt(1 - E2 * sin_phi * sin_phi)
    p = normal * cos_phi
    return p * cos_lam, p * sin_lam, (1 - E2) * normal * sin_phi


@jit
def ecef_one(lon: float, lat: float) -> tuple[float, float, float]:
    """Return the same, not built into a loop."""
    return ecef(lon, lat)


@jit
def ecef_many(lon: Any, lat: Any, x: Any, y: Any, z: Any) -> None:
    """Fill in x, y, z of many places, several at once."""
    for i in range(len(lon)):
        x[i], y[i], z[i] = ecef(lon[i], lat[i])


@jit
def lonlat(x: float, y: float, z: float) -> tuple[float, float]:
    """Return longitude and latitude in degrees, by Bowring's method: `geo.earth.lonlat`."""
    p = math.hypot(x, y)
    beta = math.atan2(z * A, p * B)
    ep2 = E2 / (1 - E2)
    lat = math.atan2(z + ep2 * B * math.sin(beta) ** 3, p - E2 * A * math.cos(beta) ** 3)
    return math.degrees(math.atan2(y, x)), math.degrees(lat)


@jit
def reach(chord_m: float) -> float:
    """Return the longest chord of any place as near along the ellipsoid as one with this chord."""
    return chord_m * (1.0 + REACH * chord_m * chord_m) + SLACK_M


@jit
def along_m(chord_m: float) -> float:
    """Return the longest geodesic that a chord of at most 2,000 km can have, and a little more.

    2 R_min asin(x), x = c / 2 R_min, in powers of x: c (1 + x²/6 + 3x⁴/40 + …), of which all after
    the first is below 0.17 x² while x ≤ 0.16.
    """
    x = chord_m / (2 * R_MIN)
    return chord_m * (1 + 0.17 * x * x)


@jit
def longest_way_m(chord_m: float) -> float:
    """Return what the geodesic between two places with this chord is at most.

    2 R_min asin(x) of `geo.earth`, fact 1, is at most π/2 of the chord 2 R_min x, because
    asin(x) / x grows to π/2 at x = 1. A chord longer than 2 R_min, 12,670,878 m, has 1.6 times
    that, 20,273 km, and no geodesic is longer than half a meridian, 20,004 km.
    """
    return along_m(chord_m) if chord_m < 2e6 else 1.6 * chord_m


@jit
def chord_of(geodesic_m: float) -> float:
    """Return the longest chord that two places this far apart can have: `greatest_chord_m`."""
    return 2 * R_MAX * math.sin(min(geodesic_m / (2 * R_MAX), 0.5 * math.pi))


@jit_into
def curvature_at(
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


@jit_into
def bent(px: float, py: float, pz: float, qx: float, qy: float, qz: float, chord_m: float) -> float:
    """Return the geodesic between two places from their chord, as `chord_to_geodesic_m` does.

    The curvature in the middle is that over the chord's middle: to lift a point p to the ellipsoid
    scales g by 1 / √(pMp). The arcsine is a series; its first term left out is below 10 µm at
    2,000 km.
    """
    ux, uy, uz = qx - px, qy - py, qz - pz
    c2 = chord_m * chord_m
    mx, my, mz = px + qx, py + qy, pz + qz
    lift2 = (mx * mx + my * my) * MA + mz * mz * MB
    k = 0.8 * curvature_at(ux, uy, uz, c2, mx, my, mz) * math.sqrt(lift2)
    k += 0.1 * curvature_at(ux, uy, uz, c2, px, py, pz)
    k += 0.1 * curvature_at(ux, uy, uz, c2, qx, qy, qz)
    x = 0.5 * k * chord_m
    z = x * x
    return chord_m * (
        1 + z * (1 / 6 + z * (3 / 40 + z * (5 / 112 + z * (35 / 1152 + z * (63 / 2816)))))
    )


@jit
def geodesic(
    px: float, py: float, pz: float, qx: float, qy: float, qz: float, chord_m: float
) -> float:
    """Return the geodesic between two places from their chord: `bent`."""
    return bent(px, py, pz, qx, qy, qz, chord_m)


@jit
def geodesics(ends: Any, chord_m: Any, out: Any, n: int) -> None:
    """Fill in the geodesics between n pairs of places, x, y, z of both, several at once."""
    for i in range(n):
        out[i] = bent(
            ends[0, i], ends[1, i], ends[2, i], ends[3, i], ends[4, i], ends[5, i], chord_m[i]
        )
