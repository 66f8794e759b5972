"""Lines on their way into a page, as the text that an SVG draws them from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.earth import Floats

__all__ = ["packed", "unpacked"]

NUMBER: Final = re.compile(r"-?\d+")


def packed(
    lines: Sequence[Floats],
    unit: float,
    *,
    closed: bool = False,
    every: bool = False,
    number: Callable[[int], str] = str,
) -> str:
    """Return lines, shape (n, 2) each, as the path of an SVG, in whole steps of a unit.

    Each vertex is told by what it differs from the one before, each line's first by what it differs
    from the end of the line before; a ring ends where it began. So the text is short, and a browser
    can draw it as it is. A line of one point goes nowhere, and is told in two.

    Parameters
    ----------
    lines
        Lines, or rings, which need not end with the point that they began with.
    unit
        The length of a step, in what the lines are measured in.
    closed
        Whether they are rings; what is no wider than a line is left out.
    every
        Whether points that fall together on the steps are all told, not once.
    number
        How a count of steps is written; whatever follows a number has to begin with a minus, or it
        is told apart by a space.
    """
    out = []
    last = np.zeros((1, 2), dtype=np.int64)
    for line in lines:
        steps = _steps(line, unit, closed, every)
        if not len(steps):
            continue
        moves = np.diff(steps, axis=0, prepend=last).ravel().tolist()
        last = steps[:1] if closed else steps[-1:]
        texts = [number(move) for move in moves]
        tail = "".join(text if text.startswith("-") else f" {text}" for text in texts[1:])
        out.append(f"m{texts[0]}{tail}{'z' * closed}")
    return "".join(out)


def _steps(line: Floats, unit: float, closed: bool, every: bool) -> NDArray[np.int64]:
    steps = np.round(np.asarray(line, dtype=np.float64) / unit).astype(np.int64)
    if not every:
        moves = np.ones(len(steps), dtype=bool)
        moves[1:] = (np.diff(steps, axis=0) != 0).any(axis=1)
        steps = steps[moves]
    if closed:
        if len(steps) > 1 and (steps[0] == steps[-1]).all():
            steps = steps[:-1]
        return steps if len(steps) > 2 else steps[:0]
    return np.repeat(steps, 2, axis=0) if len(steps) == 1 else steps


def unpacked(text: str, unit: float) -> list[Floats]:
    """Return the lines that `packed` made, shape (n, 2) each, rings without their last point."""
    lines: list[Floats] = []
    last = np.zeros(2, dtype=np.int64)
    for part in text.split("m")[1:]:
        moves = np.array(NUMBER.findall(part), dtype=np.int64).reshape(-1, 2)
        steps = last + np.cumsum(moves, axis=0)
        last = steps[0] if part.endswith("z") else steps[-1]
        lines.append((steps * unit).astype(np.float64))
    return lines
