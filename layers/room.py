"""Where words may stand on a still map: what is in their way, in cells of the view."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.earth import Floats
from layers import glyphs
from layers.items import Drawing, Item, Words
from layers.leaflet import Shape
from layers.view import View

__all__ = ["ASCENT", "CELL", "DESCENT", "Box", "Room", "inside"]

CELL: Final = 6  # pixels of the grid in which lines are remembered, as are the next in labels.js
GAP: Final = 3.0  # pixels between two labels
EDGE: Final = 2.0  # pixels from the edge of the picture
ASCENT, DESCENT = 0.87, 0.23  # of a font's size

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels


class Room:
    """What stands in the view, and what room it leaves for words.

    Parameters
    ----------
    view
        What is shown.
    lines
        Lines and areas in pixels, each with what it is.
    spots
        Places in pixels that no words may cover.
    """

    def __init__(
        self, view: View, lines: Sequence[tuple[Floats, Shape]], spots: Iterable[Floats] = ()
    ) -> None:
        self.view = view
        self.taken: list[Box] = []
        self.held: list[Box] = []  # of them, what stands over the map and not on it
        self.cells, self.owners = _cells(view, lines)
        for x, y in spots:
            i, j = max(int(x / CELL - 0.5), 0), max(int(y / CELL - 0.5), 0)
            self.cells[j : j + 2, i : i + 2] = 8.0
        self.sums = _summed(self.cells)
        land = [p for p, shape in lines if shape.look == "land"]
        self.ground = _summed(_filled(land, self.cells.shape))
        self.states: dict[int, list[Floats]] = {}
        for part, shape in lines:
            if shape.look.startswith("belt"):
                self.states.setdefault(id(shape), []).append(part)

    def hold(self, items: Iterable[Item]) -> None:
        """Keep words off what already stands there."""
        for item in items:
            if isinstance(item, Words):
                wide = glyphs.width(item.face, item.size, item.text)
                left = item.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor]
                top = item.y - ASCENT * item.size
                self.taken.append((left, top, left + wide, item.y + DESCENT * item.size))
            elif isinstance(item, Drawing):
                xy = np.concatenate(item.parts)
                (x0, y0), (x1, y1) = xy.min(axis=0), xy.max(axis=0)
                self.taken.append((float(x0), float(y0), float(x1), float(y1)))
        self.held = list(self.taken)

    def free(self, box: Box) -> bool:
        """Return whether words may stand in a box: in the picture, and on nobody else's."""
        x0, y0, x1, y1 = box
        if x0 < EDGE or y0 < EDGE or x1 > self.view.width - EDGE or y1 > self.view.height - EDGE:
            return False
        return all(
            x1 + GAP < ox0 or x0 - GAP > ox1 or y1 + GAP < oy0 or y0 - GAP > oy1
            for ox0, oy0, ox1, oy1 in self.taken
        )

    def crowd(self, box: Box) -> float:
        """Return how much a box covers of lines."""
        return _under(self.sums, box)[0]

    def crossed(self, a: tuple[float, float], b: tuple[float, float]) -> float:
        """Return how much a leader would cross of lines, but for the one that it begins at."""
        (ax, ay), (bx, by) = a, b
        t = np.arange(2.5 * CELL, math.hypot(bx - ax, by - ay), CELL)
        t = t / max(math.hypot(bx - ax, by - ay), 1e-9)
        i = np.clip((ax + t * (bx - ax)) // CELL, 0, self.cells.shape[1] - 1).astype(int)
        j = np.clip((ay + t * (by - ay)) // CELL, 0, self.cells.shape[0] - 1).astype(int)
        return float(self.cells[j, i].sum())

    def strange(self, box: Box, id: str) -> bool:
        """Return whether the line of another flight runs through a box."""
        high, wide = self.cells.shape
        i0, i1 = (min(max(int(v // CELL), 0), wide) for v in (box[0], box[2] + CELL))
        j0, j1 = (min(max(int(v // CELL), 0), high) for v in (box[1], box[3] + CELL))
        return any(
            bool(cells[j0:j1, i0:i1].any()) for own, cells in self.owners.items() if own != id
        )

    def land(self, box: Box) -> float:
        """Return how much of a box lies on land, from 0 to 1."""
        cells, count = _under(self.ground, box)
        return cells / max(count, 1)

    def state_at(self, x: float, y: float) -> list[Floats]:
        """Return the rings of the state's belt in which a point lies; none where there is none."""
        return next((p for p in self.states.values() if inside(p, [x], [y]).all()), [])


def _cells(
    view: View, lines: Sequence[tuple[Floats, Shape]]
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
    """Return where lines run, in cells of the view, shape (rows, columns): by weight, and whose."""
    wide, high = math.ceil(view.width / CELL) + 1, math.ceil(view.height / CELL) + 1
    cells = np.zeros((high, wide))
    owners: dict[str, NDArray[np.bool_]] = {}
    for line, shape in lines:
        look = shape.look
        if "grid" in look:
            continue
        first = look.split()[0]
        weight = {"claim": 8.0, "closest": 8.0, "track": 4.0, "drawn": 4.0}.get(first, 1.0)
        step = np.hypot(*np.diff(line, axis=0).T)
        pieces = np.minimum(400, np.ceil(step / CELL) + 1).astype(int)
        of = np.repeat(np.arange(len(step)), pieces)
        t = (np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[of]
        xy = line[of] + t[:, None] * (line[of + 1] - line[of])
        i, j = (xy[:, 0] // CELL).astype(int), (xy[:, 1] // CELL).astype(int)
        seen = (i >= 0) & (j >= 0) & (i < wide) & (j < high)
        np.maximum.at(cells, (j[seen], i[seen]), weight)
        if shape.id and first in {"track", "drawn", "closest"}:
            own = owners.setdefault(shape.id, np.zeros((high, wide), dtype=bool))
            own[j[seen], i[seen]] = True
    return cells, owners


def _summed(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return cells summed from a corner, so that a box of them is four look-ups."""
    return np.pad(cells, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)


def _under(sums: NDArray[np.float64], box: Box) -> tuple[float, int]:
    """Return the sum of the cells that a box touches, and how many they are."""
    high, wide = sums.shape[0] - 1, sums.shape[1] - 1
    i0, i1 = (min(max(int(v // CELL), 0), wide) for v in (box[0], box[2] + CELL))
    j0, j1 = (min(max(int(v // CELL), 0), high) for v in (box[1], box[3] + CELL))
    return float(sums[j1, i1] - sums[j0, i1] - sums[j1, i0] + sums[j0, i0]), (i1 - i0) * (j1 - j0)


def inside(rings: Iterable[Floats], x: list[float], y: list[float]) -> NDArray[np.bool_]:
    """Return which points lie within rings, even and odd."""
    count = np.zeros(len(x), dtype=int)
    for ring in rings:
        count += shapely.contains_xy(shapely.Polygon(ring), x, y)
    return np.asarray(count % 2 == 1)


def _filled(rings: list[Floats], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return which cells have their middle within rings, even and odd."""
    out = np.zeros(shape)
    if not rings:
        return out
    a = np.concatenate([r[:-1] for r in rings])
    b = np.concatenate([r[1:] for r in rings])
    middles = (np.arange(shape[1]) + 0.5) * CELL
    for row in range(shape[0]):
        y = (row + 0.5) * CELL
        hit = (a[:, 1] > y) != (b[:, 1] > y)
        p, q = a[hit], b[hit]
        x = np.sort(p[:, 0] + (y - p[:, 1]) / (q[:, 1] - p[:, 1]) * (q[:, 0] - p[:, 0]))
        out[row] = np.searchsorted(x, middles) % 2
    return out
