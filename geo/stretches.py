"""A path cut where it meets a border: which of its pieces are inside, outside, or on it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from geo.arcs import Edges, lay_out
from geo.earth import Floats, Ints
from geo.survey import TOUCH_M, Survey, may_cross

__all__ = ["Stretch", "Stretches", "stretches"]


@dataclass(frozen=True)
class Stretch:
    """A piece of one step of a path that lies on one side: inside (1), outside (−1), on (0)."""

    step: int
    start: float
    end: float
    side: int


@dataclass(frozen=True, eq=False)
class Stretches(Sequence[Stretch]):
    """Stretches in the order of the path, as columns of shape (n,); see `Stretch`."""

    step: Ints
    start: Floats
    end: Floats
    side: Ints

    def __len__(self) -> int:
        return len(self.step)

    @overload
    def __getitem__(self, index: int) -> Stretch: ...
    @overload
    def __getitem__(self, index: slice) -> Stretches: ...
    def __getitem__(self, index: int | slice) -> Stretch | Stretches:
        if isinstance(index, slice):
            return self.chosen(np.arange(len(self))[index])
        return Stretch(
            int(self.step[index]),
            float(self.start[index]),
            float(self.end[index]),
            int(self.side[index]),
        )

    def chosen(self, which: Ints | NDArray[np.bool_]) -> Stretches:
        """Return some of them."""
        return Stretches(self.step[which], self.start[which], self.end[which], self.side[which])


def stretches(look: Survey, observed: NDArray[np.bool_]) -> Stretches:
    """Return the observed path cut where it meets the border, each piece with its side.

    ``observed`` says which steps were, shape (n − 1,).
    """
    cuts = _meetings(look, np.flatnonzero(may_cross(look, observed)))
    cut, starts, ends = [], [], []
    for step, fractions in cuts.items():
        for a, b in itertools.pairwise([0.0, *fractions, 1.0]):
            if b > a:
                cut.append(step)
                starts.append(a)
                ends.append(b)
    steps, start, end = np.array(cut, dtype=np.int64), np.array(starts), np.array(ends)
    whole = observed.copy()
    whole[steps] = False
    rest = np.flatnonzero(whole)
    return _in_order(
        np.concatenate([rest, steps]),
        np.concatenate([np.zeros(len(rest)), start]),
        np.concatenate([np.ones(len(rest)), end]),
        np.concatenate([np.where(look.inside[rest], 1, -1), _sides(look, steps, start, end)]),
    )


def _in_order(step: Ints, start: Floats, end: Floats, side: Ints) -> Stretches:
    order = np.lexsort((start, step))
    return Stretches(step[order], start[order], end[order], side[order])


def _sides(look: Survey, step: Ints, start: Floats, end: Floats) -> Ints:
    """Return the side of each piece: of its middle, or of two more points if that is on it."""
    side = np.zeros(len(step), dtype=np.int64)
    for share in (0.5, 0.3, 0.8):
        open_ = np.flatnonzero(side == 0)
        if len(open_) == 0:
            break
        at = start[open_] + share * (end[open_] - start[open_])
        lon, lat = look.points_at(step[open_], at)
        off = look.nearest_to(lon, lat).distance_m > TOUCH_M
        inside = look.inside_at(lon, lat)
        side[open_] = np.where(off, np.where(inside, 1, -1), 0)
    return side


def _meetings(look: Survey, steps: Ints) -> dict[int, list[float]]:
    """Return, for each step, the fractions of it at which it meets the border, rising.

    A step is laid out in arcs like a border. Within 5 km a geodesic stays within a micrometre of
    the plane through its chord and its bulge, so a border arc meets it where it meets that plane:
    a quadratic equation. What counts in the end is the side of the pieces between, so that a
    meeting told twice, or one too many, does no harm.
    """
    met: dict[int, list[float]] = {int(s): [] for s in steps}
    moving = steps[look.leg_m[steps] > 0]
    if len(moving) == 0 or len(look.border) == 0:
        return met
    none = np.zeros(len(moving), dtype=bool)
    turn = (look.lon[moving + 1] - look.lon[moving] + 180) % 360 - 180
    legs = lay_out(
        Edges(
            look.lon[moving],
            look.lat[moving],
            look.lon[moving] + turn,
            look.lat[moving + 1],
            none,
            moving,
        ),
        "geodesic",
    )
    count = np.bincount(legs.edge, minlength=len(moving))
    number = np.arange(len(legs)) - np.repeat(np.cumsum(count) - count, count)
    a, b, c = legs.start, legs.start + legs.chord, legs.start + legs.chord / 2 + 2 * legs.bulge
    lo, hi = np.minimum(np.minimum(a, b), c) - 0.01, np.maximum(np.maximum(a, b), c) + 0.01
    piece, arc = look.border.arcs_near(lo, hi)
    length = np.sqrt((legs.chord**2).sum(axis=1))
    along = legs.chord / np.maximum(length, 1e-9)[:, None]
    middle = legs.start + legs.chord / 2
    across = np.cross(along, middle)
    across /= np.sqrt((across**2).sum(axis=1))[:, None]
    off = look.border.start[arc] - legs.start[piece]
    s, ch, g = (
        (v * across[piece]).sum(axis=1)
        for v in (off, look.border.chord[arc], look.border.bulge[arc])
    )
    beta = ch + 4 * g
    disc = beta**2 + 16 * g * s
    root = np.sqrt(np.maximum(disc, 0.0))
    q = -0.5 * (beta + np.where(beta < 0, -root, root))
    safe_q, safe_g = np.where(q == 0, 1.0, q), np.where(g == 0, 1.0, -4 * g)
    for t, real in ((s / safe_q, q != 0), (q / safe_g, g != 0)):
        hit = real & (disc >= 0) & (t >= -1e-9) & (t <= 1 + 1e-9)
        place = look.border.at(arc[hit], np.clip(t[hit], 0, 1))
        p = piece[hit]
        u = ((place - legs.start[p]) * along[p]).sum(axis=1) / length[p]
        slack = 0.01 / length[p]
        on = (u >= -slack) & (u <= 1 + slack)
        p, u = p[on], np.clip(u[on], 0, 1)
        fraction = (number[p] + u) / count[legs.edge[p]]
        for step, f in zip(moving[legs.edge[p]].tolist(), fraction.tolist(), strict=True):
            met[step].append(f)
    for step, fractions in met.items():
        # Two meetings within a millimetre are one, told by two arcs that share a vertex.
        apart: list[float] = []
        for f in sorted(fractions):
            if not apart or (f - apart[-1]) * look.leg_m[step] > TOUCH_M:
                apart.append(f)
        met[step] = [f for f in apart if 0 < f < 1]
    return met
