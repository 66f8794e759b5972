"""Borders packed for `geo.compiled`: arcs in runs of eight, and a tree of boxes over the runs.

A run is up to eight arcs that follow each other. Its *hull* is the straight line from its first
point to its last and a half width: no point of the run is farther from that line. Seen from far
away a run is little more than that line, so that the hull is a far better bound than any box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.borders import Border, morton_order, run_starts
from geo.earth import Floats, Ints

__all__ = ["RUN", "Runs"]

RUN: Final = 8  # arcs; as many as a processor does at once
FANOUT: Final = 4  # boxes under a box, and runs under the last
ROUNDING_M: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Runs:
    """The border of one or several zones as the compiled search wants it.

    Parameters
    ----------
    arcs
        Shape (n, 12, 8): start, chord and bulge (x, y, z each, metres), the inverse of the
        chord's length squared, the bulge's length, and (8 |d·b| + 16 b·b)⁴ / |d|⁴, in m⁴, for
        `geo.compiled.feet`; the last arc is repeated in a run that has fewer.
    hull
        Shape (n, 8): start and chord of the line, the inverse of its length squared, half width.
    box, child
        Shape (m, 6) and (m, 3): least and greatest x, y, z; the first child, how many there are,
        and whether they are runs. The root comes first.
    border, arc
        Which border each arc is of, and its number there, shape (n, 8).
    """

    arcs: Floats
    hull: Floats
    box: Floats
    child: Ints
    border: NDArray[np.int32]
    arc: Ints

    @classmethod
    def of(cls, borders: Sequence[Border]) -> Runs:
        """Return the runs of all these borders under one tree; at least one must have arcs."""
        start = np.concatenate([b.start[: b.size] for b in borders])
        chord = np.concatenate([b.chord[: b.size] for b in borders])
        bulge = np.concatenate([b.bulge[: b.size] for b in borders])
        size = np.array([b.size for b in borders])
        border = np.repeat(np.arange(len(borders)), size)
        number = np.arange(len(start)) - np.repeat(np.cumsum(size) - size, size)

        first = run_starts(start, chord, RUN)
        count = np.diff(np.concatenate([first, [len(start)]]))
        order = morton_order(start[first + count // 2])
        first, count = first[order], count[order]
        member = first[:, None] + np.minimum(np.arange(RUN), count[:, None] - 1)
        s, c, g = start[member], chord[member], bulge[member]  # (n, 8, 3)
        arcs = np.zeros((len(first), 12, RUN))
        for k, v in enumerate((s, c, g)):
            arcs[:, 3 * k : 3 * k + 3] = v.transpose(0, 2, 1)
        arcs[:, 9] = 1 / np.maximum((c * c).sum(axis=-1), 1e-18)
        arcs[:, 10] = np.sqrt((g * g).sum(axis=-1))
        off = 8 * np.abs((c * g).sum(axis=-1)) + 16 * (g * g).sum(axis=-1)
        arcs[:, 11] = (off * off * arcs[:, 9]) ** 2
        control = np.concatenate([s, s + c, s + c / 2 + 2 * g], axis=1)
        box, child = _tree(np.concatenate([control.min(axis=1), control.max(axis=1)], axis=1))
        return cls(
            arcs,
            _hulls(s, c, arcs[:, 10]),
            box,
            child,
            border[member].astype(np.int32),
            number[member],
        )


def _hulls(start: Floats, chord: Floats, bulge_m: Floats) -> Floats:
    """Return the hulls of runs given as (n, 8, 3).

    The distance from a line segment is a convex function, so that on a straight piece it is
    greatest at an end; an arc runs within its bulge of its chord.
    """
    a, b = start[:, 0], start[:, -1] + chord[:, -1]
    line = b - a
    per_length2 = 1 / np.maximum((line * line).sum(axis=-1), 1e-18)
    width = np.zeros(start.shape[:2])
    for point in (start, start + chord):
        off = point - a[:, None]
        t = np.clip((off * line[:, None]).sum(axis=-1) * per_length2[:, None], 0, 1)
        away = off - t[..., None] * line[:, None]
        np.maximum(width, np.sqrt((away * away).sum(axis=-1)), out=width)
    half = (width + bulge_m).max(axis=1) + ROUNDING_M
    return np.concatenate([a, line, per_length2[:, None], half[:, None]], axis=1)


def _tree(boxes: Floats) -> tuple[Floats, Ints]:
    """Return a tree of boxes over boxes that are in a good order: root first, level by level."""
    levels: list[Floats] = []
    while not levels or len(boxes) > 1:
        cut = np.arange(0, len(boxes), FANOUT)
        lo = np.minimum.reduceat(boxes[:, :3], cut, axis=0)
        hi = np.maximum.reduceat(boxes[:, 3:], cut, axis=0)
        below, boxes = len(boxes), np.concatenate([lo, hi], axis=1)
        levels.append(np.column_stack([boxes, np.minimum(FANOUT, below - cut)]))
    levels.reverse()
    size = [len(level) for level in levels]
    base = np.cumsum(size)
    child = []
    for k, level in enumerate(levels):
        leaf = k == len(levels) - 1
        first = np.arange(len(level)) * FANOUT + (0 if leaf else base[k])
        child.append(np.column_stack([first, level[:, 6], np.full(len(level), leaf)]))
    flat = np.concatenate(levels)
    return np.ascontiguousarray(flat[:, :6]), np.concatenate(child).astype(np.int64)
