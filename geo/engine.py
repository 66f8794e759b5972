"""Large work: which of the two searches does it, and what both give.

`geo.borders` searches with numpy: it starts at once and is right. `geo.compiled` does the same a
hundred times faster, after numba has been loaded (0.3 s) or, the first time on a machine, has
compiled it (some 10 s). So small work goes the one way and large work the other; which is told by
the amount of work alone, so that the same question always gets the same answer to the last bit.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.borders import Border, Nearest, morton_order
from geo.earth import (
    Floats,
    Ints,
    ecef,
    geodesic_between,
    geodesic_m,
    inverse,
    length_m,
    lonlat,
)

if TYPE_CHECKING:
    from geo.runs import Runs

__all__ = [
    "LARGE",
    "Closest",
    "distances",
    "get_ready",
    "inside",
    "least",
    "least_of_legs",
    "nearest",
    "on_compile",
    "packed",
]

LARGE: Final = 5_000  # fixes from which on the compiled search is faster, its loading included
CHUNK: Final = 1 << 16  # fixes at once: what the search leaves behind stays small
REMEMBERED: Final = 1_500_000  # arcs of packed borders, some 0.2 GB: most of the world's airspaces
SCATTERED_M: Final = 20_000.0  # median step from which on points are sorted first
SPARSE_M: Final = 1_000.0  # median step from which on the side is asked first
INSIDE: Final = 0.5  # share of fixes inside, from which on it is asked first as well
ASKED: Final = 64  # fixes that tell how many are inside
BLOCK: Final = 256  # fixes of a track that are bounded together
LEG_M: Final = 20_000.0  # legs that are longer are cut
TOLERANCE_M: Final = 2e-4  # how much nearer than the answer any point of a path may be

on_compile: Callable[[], AbstractContextManager[Any]] = contextlib.nullcontext
"""What to show while the compiled part is loaded or compiled: set it to a function that returns a
context manager, such as a spinner."""


@functools.cache
def kernels(part: str) -> Any:
    """Return a module of `geo.compiled`, loaded when it is first needed."""
    with on_compile():
        return importlib.import_module(f"geo.compiled.{part}")


def get_ready() -> None:
    """Load what findings need of the compiled part, or compile it."""
    for part in ("fixes", "sides", "legs"):
        kernels(part)


_packed: OrderedDict[tuple[int, ...], tuple[tuple[Border, ...], Runs]] = OrderedDict()


def packed(borders: Sequence[Border]) -> Runs:
    """Return borders in runs; those of the last few questions are kept."""
    from geo.runs import Runs

    key = tuple(id(b) for b in borders)
    if key not in _packed:
        _packed[key] = (
            tuple(borders),
            Runs.of(borders),
        )  # the borders too, so that ids stay theirs
        size = sum(len(runs.arcs) for _, runs in _packed.values())
        while len(_packed) > 1 and 8 * size > REMEMBERED:
            size -= len(_packed.popitem(last=False)[1][1].arcs)
    _packed.move_to_end(key)
    return _packed[key][1]


# ------------------------------------------------------------------------------ each fix


def nearest(border: Border, lon: Floats, lat: Floats, *, large: bool | None = None) -> Nearest:
    """Return the nearest point of a border to each of n points given in degrees.

    Parameters
    ----------
    large
        Which search is to do it; None: told by the number of points.
    """
    if not (len(lon) >= LARGE if large is None else large) or len(border) == 0 or len(lon) == 0:
        return border.nearest(lon, lat)
    return _nearest(border, np.ascontiguousarray(lon), np.ascontiguousarray(lat))


def inside(
    border: Border, lon: Floats, lat: Floats, *, large: bool | None = None
) -> NDArray[np.bool_]:
    """Return whether each of n points given in degrees is inside; lines have no inside."""
    if not (len(lon) >= LARGE if large is None else large):
        return border.inside(lon, lat)
    lon, lat = np.ascontiguousarray(lon), np.ascontiguousarray(lat)
    return _inside(border, lon, lat, np.zeros(len(lon), dtype=bool))


def _nearest(border: Border, lon: Floats, lat: Floats) -> Nearest:
    runs = packed((border,))
    distance_m, where, t, _ = _search(runs, lon, lat)
    arc = runs.arc.ravel()[where]
    far = np.flatnonzero(np.isinf(distance_m))
    if len(far):
        there = border.nearest(lon[far], lat[far])
        distance_m[far], arc[far], t[far] = there.distance_m, there.arc, there.t
    border_lon, border_lat = lonlat(border.at(arc, t))
    return Nearest(distance_m, arc, t, border_lon, border_lat)


def _search(runs: Runs, lon: Floats, lat: Floats) -> tuple[Floats, Ints, Floats, NDArray[np.bool_]]:
    """Return distance, place and side as `compiled.nearest_along` does; far ones are infinite."""
    n = len(lon)
    distance_m, t = np.empty(n), np.empty(n)
    where, same = np.empty(n, dtype=np.int64), np.empty(n, dtype=bool)
    for i in range(0, n, CHUNK):
        k = slice(i, i + CHUNK)
        kernels("fixes").nearest_along(
            lon[k], lat[k], runs.arcs, runs.hull, runs.box, runs.child,
            distance_m[k], where[k], t[k], same[k],
        )  # fmt: skip
    return distance_m, np.maximum(where, 0), t, same


def _inside(border: Border, lon: Floats, lat: Floats, same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether points are inside; asked only where the side may not be the one before's."""
    rays = border.rays
    if rays is None:
        return np.zeros(len(lon), dtype=bool)
    asked = np.flatnonzero(~same)
    answer = np.empty(len(asked), dtype=bool)
    kernels("sides").inside(
        lon[asked], lat[asked], border.start, border.chord, border.bulge, rays.lon_a, rays.lon_b,
        rays.first, rays.arc, rays.window, rays.holds_north_pole, answer,
    )  # fmt: skip
    return np.repeat(answer, np.diff(np.append(asked, len(lon))))


def distances(
    borders: Sequence[Border], lon: Floats, lat: Floats, *, large: bool | None = None
) -> Floats:
    """Return how far each of n points is from the nearest of these zones, in metres, 0 inside.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,), finite.
    large
        Which search is to do it; None: told by the number of points.
    """
    borders = [b for b in borders if len(b)]
    if not (len(lon) >= LARGE if large is None else large) or not borders or len(lon) == 0:
        out = np.full(len(lon), np.inf)
        for border in borders:
            open_ = np.flatnonzero(out > 0)
            x, y = lon[open_], lat[open_]
            inside = border.inside(x, y)
            out[open_[inside]] = 0.0
            rest = open_[~inside]
            out[rest] = np.minimum(out[rest], border.nearest(lon[rest], lat[rest]).distance_m)
        return out
    lon, lat = np.ascontiguousarray(lon), np.ascontiguousarray(lat)
    step_m = _usual_step_m(lon, lat)
    if step_m >= SCATTERED_M:
        order = morton_order(ecef(lon, lat))
        out = np.empty(len(lon))
        out[order] = _distance_outside(borders, borders, lon[order], lat[order])
        return out
    sorted_, share = _by_share(borders, lon, lat)
    if step_m >= SPARSE_M or share >= INSIDE:
        return _distance_outside(borders, sorted_, lon, lat)
    return _distance(borders, lon, lat)


def _by_share(
    borders: Sequence[Border], lon: Floats, lat: Floats
) -> tuple[Sequence[Border], float]:
    """Return borders, those that hold most of the points first, and the share that any holds."""
    some = slice(None, None, max(len(lon) // ASKED, 1))
    x, y = lon[some], lat[some]
    held = [inside(b, x, y, large=True) for b in borders]
    order = np.argsort([h.mean() for h in held], kind="stable")[::-1]
    return [borders[k] for k in order], float(np.logical_or.reduce(held).mean())


def _distance_outside(
    borders: Sequence[Border], asked: Sequence[Border], lon: Floats, lat: Floats
) -> Floats:
    """Return the same as `_distance`, by asking for the side first: inside nothing is searched.

    A search hardly serves two fixes that lie kilometres apart, and costs ten times as much as to
    tell the side. ``asked`` are the same borders, in the order in which they are asked.
    """
    out = np.zeros(len(lon))
    open_ = np.arange(len(lon))
    x, y = lon, lat
    for border in asked:
        outside = ~inside(border, x, y, large=True)
        if not outside.all():
            open_, x, y = open_[outside], x[outside], y[outside]
        if len(open_) == 0:
            return out
    out[open_] = _nearest_of(borders, x, y)[0]
    return out


def _distance(borders: Sequence[Border], lon: Floats, lat: Floats) -> Floats:
    distance_m, same = _nearest_of(borders, lon, lat)
    inside = np.zeros(len(lon), dtype=bool)
    for border in borders:
        inside |= _inside(border, lon, lat, same)
    distance_m[inside] = 0.0
    return distance_m


def _nearest_of(
    borders: Sequence[Border], lon: Floats, lat: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return how far points are from the nearest border, and whether the side is as before."""
    lon, lat = np.ascontiguousarray(lon), np.ascontiguousarray(lat)
    distance_m, _, _, same = _search(packed(borders), lon, lat)
    far = np.flatnonzero(np.isinf(distance_m))
    if len(far):
        distance_m[far] = np.minimum.reduce(
            [b.nearest(lon[far], lat[far]).distance_m for b in borders]
        )
    return distance_m, same


def _usual_step_m(lon: Floats, lat: Floats) -> float:
    """Return the median distance of each point from the next, of a thousand, in metres."""
    sample = np.arange(0, len(lon) - 1, max(len(lon) // 1000, 1))
    if len(sample) == 0:
        return 0.0
    step_m = inverse(lon[sample], lat[sample], lon[sample + 1], lat[sample + 1])[1]
    return float(np.median(step_m))


# --------------------------------------------------------------------------- whole paths


@dataclass(frozen=True)
class Closest:
    """Where a path comes nearest to a border.

    ``leg`` and ``fraction`` say where: so far along the geodesic from fix ``leg`` to the next.
    ``distance_m`` is in metres, 0 inside; ``lon`` and ``lat`` are in degrees.
    """

    distance_m: float
    leg: int
    fraction: float
    lon: float
    lat: float


def least(borders: Sequence[Border], lon: ArrayLike, lat: ArrayLike) -> Closest:
    """Return where a whole path of geodesics comes nearest to any of these borders.

    The border is a line here: a path that is inside all the time is as far away as it is deep.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,), n ≥ 1.

    Raises
    ------
    ValueError
        If there is no border, or a fix is not finite.

    Notes
    -----
    Fixes are bounded 256 at a time by their least and greatest longitude and latitude, and the
    piece of path through them by a ball around the middle of that box. Its radius is the length of
    the way from the middle to a corner, straight in longitude and latitude: at most
    R_max √(Δφ² + Δλ² cos²φ), where φ is the latitude in the box that is nearest to the equator,
    because no radius of curvature of the ellipsoid is longer than R_max. A ball holds the geodesic
    between two points in it, because the distance from its centre is greatest at an end
    (`geo.earth`, fact 3), if its radius is below 4,900 km.
    """
    lon = np.ascontiguousarray(lon, dtype=np.float64)
    lat = np.ascontiguousarray(lat, dtype=np.float64)
    borders = [b for b in borders if len(b)]
    if not borders:
        raise ValueError("There is no border to measure to.")
    n = len(lon)
    if not np.isfinite(np.einsum("i,i", lon, lat)):  # one pass, one thread
        raise ValueError("A fix of the path has no longitude or latitude.")
    runs = packed(borders)
    tree = (runs.arcs, runs.hull, runs.box, runs.child)
    if n > 1:
        at = np.empty(4)
        _, leg, u = kernels("paths").least_of_path(lon, lat, BLOCK, LEG_M, TOLERANCE_M, *tree, at)
        if leg >= 0:
            x, y = float(at[0]), float(at[1])
            if u in (0.0, 1.0):  # a fix, to the last bit
                x, y = float(lon[leg + int(u)]), float(lat[leg + int(u)])
            return Closest(geodesic_m(x, y, at[2], at[3]), int(leg), float(u), x, y)
    blocks, radius_m, centre = _balls(lon, lat)
    low_m = np.empty(len(blocks))
    high_m = kernels("paths").sift(centre, radius_m, np.inf, *tree, low_m)
    low_m[radius_m > 4.9e6] = 0.0
    best: tuple[float, int, float] = (high_m * (1 + 1e-12) + 1e-3, -1, 0.0)
    if n == 1:
        return _closest(borders, lon, lat, 0, 0.0)
    for k in np.argsort(low_m).tolist():
        if low_m[k] > best[0]:
            break
        first, last = blocks[k], min(blocks[k] + BLOCK, n - 1)
        best = _least_of_block(tree, lon, lat, first, last, best)
    if best[1] < 0:  # too far for the compiled search, everywhere
        return _far(borders, lon, lat)
    return _closest(borders, lon, lat, best[1], best[2])


def least_of_legs(
    border: Border, lon: Floats, lat: Floats, legs: Ints, below_m: float, tolerance_m: float
) -> tuple[float, int, float, float, float, float, float] | None:
    """Return where these legs, of at most `LEG_M` each, come nearer to a border than so.

    Distance, leg, fraction of it, longitude and latitude there and of the border's nearest place;
    None if they do not. ``below_m`` is at most 1,900 km.
    """
    if len(legs) == 0:
        return None
    runs, at = packed((border,)), np.empty(4)
    distance_m, leg, u = kernels("legs").least_of_legs(
        np.ascontiguousarray(lon), np.ascontiguousarray(lat), legs, below_m, tolerance_m,
        runs.arcs, runs.hull, runs.box, runs.child, at,
    )  # fmt: skip
    if leg < 0:
        return None
    place = [float(v) for v in at]
    if u in (0.0, 1.0):  # a fix, to the last bit
        leg, u = leg + int(u), 0.0
        place[:2] = float(lon[leg]), float(lat[leg])
    return float(distance_m), int(leg), float(u), *place  # type: ignore[return-value]


def _balls(lon: Floats, lat: Floats) -> tuple[Ints, Floats, Floats]:
    """Return where each block of legs begins, the radius of its ball, and the ball's centre."""
    n = len(lon)
    blocks = np.arange(0, max(n - 1, 1), BLOCK)
    whole = (n - 1) // BLOCK  # blocks of which the last fix, the next one's first, is there
    edges = []
    for v in (lon, lat):
        first = v[: whole * BLOCK].reshape(whole, BLOCK)
        after = v[BLOCK : whole * BLOCK + 1 : BLOCK]
        lo, hi = np.minimum(first.min(axis=1), after), np.maximum(first.max(axis=1), after)
        if whole < len(blocks):
            rest = v[whole * BLOCK :]
            lo, hi = np.append(lo, rest.min()), np.append(hi, rest.max())
        edges += [lo, hi]
    west, east, south, north = edges
    for k in np.flatnonzero(east - west > 180):  # across ±180°, or nearly round a pole
        piece = lon[blocks[k] : blocks[k] + BLOCK + 1] % 360
        west[k], east[k] = piece.min(), piece.max()
    half_lat, half_lon = np.radians(north - south) / 2, np.radians(east - west) / 2
    widest = np.where(
        south * north <= 0, 1.0, np.cos(np.radians(np.minimum(abs(south), abs(north))))
    )
    radius_m = 6_399_600.0 * np.hypot(half_lat, half_lon * widest) + 1e-3  # R_max, rounded up
    return blocks, radius_m, ecef((west + east) / 2, (south + north) / 2)


def _least_of_block(
    tree: tuple[Any, ...], lon: Floats, lat: Floats, first: int, last: int,
    best: tuple[float, int, float],
) -> tuple[float, int, float]:  # fmt: skip
    x, y = lon[first : last + 1], lat[first : last + 1]
    legs = np.arange(len(x) - 1)
    low_m, long = np.empty(len(legs)), np.empty(len(legs), dtype=bool)
    best_m = kernels("paths").sift_legs(x, y, best[0], LEG_M, *tree, low_m, long)
    best = (min(best_m, best[0]), best[1], best[2])
    short = legs[~long & (low_m <= best[0])]
    if len(short):
        found = kernels("legs").least_of_legs(x, y, short, best[0], TOLERANCE_M, *tree, np.empty(4))
        if found[1] >= 0:
            best = (found[0], first + found[1], found[2])
    for leg in legs[long & (low_m <= best[0])].tolist():
        best = _least_of_long_leg(tree, lon, lat, first + leg, best)
    return best


def _least_of_long_leg(
    tree: tuple[Any, ...], lon: Floats, lat: Floats, leg: int, best: tuple[float, int, float]
) -> tuple[float, int, float]:
    """Return what a leg of more than 20 km makes of the best, cut into pieces by Karney."""
    length = float(length_m(lon[leg : leg + 2], lat[leg : leg + 2])[0])
    pieces = int(np.ceil(length / (0.5 * LEG_M)))
    u = np.arange(pieces + 1) / pieces
    x, y = geodesic_between(lon[leg], lat[leg], lon[leg + 1], lat[leg + 1], u)
    low_m, long = np.empty(pieces), np.empty(pieces, dtype=bool)
    best_m = kernels("paths").sift_legs(x, y, best[0], LEG_M, *tree, low_m, long)
    best = (min(best_m, best[0]), best[1], best[2])
    chosen = np.flatnonzero(low_m <= best[0])
    if len(chosen):
        found = kernels("legs").least_of_legs(
            x, y, chosen, best[0], TOLERANCE_M, *tree, np.empty(4)
        )
        if found[1] >= 0:
            return found[0], leg, (found[1] + found[2]) / pieces
    return best


def _far(borders: Sequence[Border], lon: Floats, lat: Floats) -> Closest:
    """Return the same by the numpy search, which asks Karney beyond 2,000 km."""
    from geo.extremes import least as least_of
    from geo.survey import survey

    steps = length_m(lon, lat)
    observed = np.ones(len(steps), dtype=bool)
    found = []
    for border in borders:
        line = Border(border.start, border.chord, border.bulge, border.levels, None, border.size)
        look = survey(lon, lat, steps, line, observed)
        if look is not None:
            found.append(least_of(look, observed))
    place = min(found, key=lambda p: p.distance_m)
    return Closest(place.distance_m, place.step, place.fraction, place.lon, place.lat)


def _closest(
    borders: Sequence[Border], lon: Floats, lat: Floats, leg: int, fraction: float
) -> Closest:
    """Return the answer at a place of a path, worked out anew by Karney."""
    after = min(leg + 1, len(lon) - 1)
    x, y = lon[leg : leg + 1], lat[leg : leg + 1]
    if fraction > 0:
        x, y = geodesic_between(x, y, lon[after : after + 1], lat[after : after + 1], fraction)
    runs = packed(borders)
    distance_m, where, t, _ = _search(runs, x, y)
    if not np.isfinite(distance_m[0]):
        distance_m = np.minimum.reduce([b.nearest(x, y).distance_m for b in borders])
    else:
        border = borders[int(runs.border.ravel()[where[0]])]
        place = lonlat(border.at(runs.arc.ravel()[where], t))
        distance_m = inverse(x, y, *place)[1]
    return Closest(float(distance_m[0]), leg, fraction, float(x[0]), float(y[0]))
