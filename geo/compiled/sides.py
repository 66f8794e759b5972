"""Which side of a border places are on."""

from __future__ import annotations

import math
from typing import Any, Final

from numba import types

from geo.compiled.ground import sincos
from geo.compiled.how import entry
from geo.earth import E2


def mapped(kind: Any, dimensions: int) -> Any:
    """Return the type of arrays that may be a file in memory, which nobody can write to."""
    return types.Array(kind, dimensions, "C", readonly=True)


POINTS: Final = mapped(types.float64, 1)
ARCS: Final = mapped(types.float64, 2)
INTS: Final = mapped(types.int64, 1)


@entry(
    types.void(
        POINTS, POINTS, ARCS, ARCS, ARCS, POINTS, POINTS, INTS, INTS, POINTS, types.boolean,
        types.Array(types.boolean, 1, "C"),
    )
)  # fmt: skip
def inside(
    lon: Any,
    lat: Any,
    start: Any,
    chord: Any,
    bulge: Any,
    lon_a: Any,
    lon_b: Any,
    first: Any,
    arc_of: Any,
    window: Any,
    north: bool,
    out: Any,
) -> None:
    """Fill in whether points are inside, by the look to the north pole of `geo.rays.Rays`."""
    bins = len(first) - 1
    west, width = window[0], window[1]
    per_degree = bins / width
    for i in range(len(lon)):
        x = lon[i]
        if not -180.0 <= x < 180.0:
            x = (x + 180.0) % 360.0 - 180.0
        out[i] = north
        east = x - west
        if east < 0:
            east += 360.0
        if east > width:
            continue
        bin_ = min(int(east * per_degree), bins - 1)
        if first[bin_] == first[bin_ + 1]:
            continue
        sin_lam, cos_lam = sincos(x)
        sin_phi, cos_phi = sincos(lat[i])
        odd = north
        for k in range(first[bin_], first[bin_ + 1]):
            arc = arc_of[k]
            a, b = lon_a[arc], lon_b[arc]
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
