"""The frame of a map: the plane it is drawn on, and how much of it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike

from geo.earth import Floats
from geo.plane import Plane

__all__ = ["Frame"]

MARGIN: Final = 0.07  # of the longer side, around what has to be seen
LEAST_M: Final = 60_000.0  # no map shows less than this
GREATEST_REACH_M: Final = 8_800_000.0  # short of 90° from the centre, where planes get odd
AROUND: Final = 1.8  # how far beyond the frame there is something to see, in frames
WIDEST: Final = 2.9  # widths to a height that a screen may show of a map
HIGHEST: Final = 1.6  # heights to a width
COARSER: Final = 8.0  # how much coarser what lies outside the frame may be
FINENESS: Final = 2_600  # a frame this many tolerances wide: under half a pixel on a desktop


@dataclass(frozen=True)
class Frame:
    """A rectangle on a plane, in metres: ``x0 < x1``, ``y0 < y1``."""

    plane: Plane
    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def around(cls, lon: ArrayLike, lat: ArrayLike) -> Frame:
        """Return the frame that shows points in degrees."""
        plane = Plane.around(lon, lat)
        x, y = plane.to_xy(lon, lat)
        wide, high = float(np.ptp(x)), float(np.ptp(y))
        if max(wide, high) < LEAST_M:
            wide = LEAST_M
        size = max(wide, high)
        out = []
        for v, spread in ((x, wide), (y, high)):
            half = max(spread / 2, size / 4) + MARGIN * size
            middle = float(v.min() + v.max()) / 2
            out.append((round(middle - half, -2), round(middle + half, -2)))
        (x0, x1), (y0, y1) = out
        return cls(plane, x0, y0, x1, y1)

    @property
    def size_m(self) -> float:
        """The longer side in metres."""
        return max(self.x1 - self.x0, self.y1 - self.y0)

    @property
    def tolerance_m(self) -> float:
        """How far a drawn line may be off, in metres."""
        return self.size_m / FINENESS

    @property
    def grid_deg(self) -> float:
        """The grid that coordinates are rounded to, at most half the tolerance wide."""
        wish = self.tolerance_m / 111_000 / 2
        power = 10.0 ** np.floor(np.log10(wish))
        return float(next(step for step in (5, 2, 1) if step * power <= wish) * power)

    @cached_property
    def rect(self) -> shapely.Polygon:
        """The frame on its plane."""
        return shapely.box(self.x0, self.y0, self.x1, self.y1)

    @cached_property
    def surroundings(self) -> shapely.Polygon:
        """What a reader can move to: more than the frame, on its plane."""
        wide, high = self.x1 - self.x0, self.y1 - self.y0
        # A screen may be wider than the frame, or a telephone higher, and both can be moved.
        half_x = min(max(AROUND * wide, WIDEST * high) / 2, GREATEST_REACH_M)
        half_y = min(max(AROUND * high, HIGHEST * wide) / 2, GREATEST_REACH_M)
        x, y = (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2
        return shapely.box(x - half_x, y - half_y, x + half_x, y + half_y)

    @cached_property
    def _bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees around the surroundings, poles thought of."""
        edge = shapely.get_coordinates(shapely.segmentize(self.surroundings.exterior, 50_000))
        lon, lat = self.plane.to_lonlat(edge[:, 0], edge[:, 1])
        west, south, east, north = lon.min(), lat.min(), lon.max(), lat.max()
        for pole in (90.0, -90.0):
            x, y = self.plane.to_xy(self.plane.lon, pole)
            if self.surroundings.covers(shapely.Point(float(x), float(y))):
                west, east = self.plane.lon - 180, self.plane.lon + 180
                south, north = min(south, pole), max(north, pole)
        if np.ptp(lon) > 300:  # the surroundings reach round a pole or across the far side
            west, east = self.plane.lon - 180, self.plane.lon + 180
        return float(west), float(south), float(east), float(north)

    def near(self, bounds: ArrayLike) -> Any:
        """Return which boxes, shape (n, 4) in degrees within ±180°, touch the surroundings."""
        west, south, east, north = self._bounds
        box = np.asarray(bounds, dtype=float)
        hit = np.zeros(box.shape[:-1], dtype=bool)
        for turn in (-360.0, 0.0, 360.0):
            hit |= (box[..., 0] + turn <= east) & (box[..., 2] + turn >= west)
        return hit & (box[..., 1] <= north) & (box[..., 3] >= south)

    def drawn(self, geometry: Any) -> shapely.Geometry:
        """Return what of geometries in degrees can be seen, on the plane, in one piece.

        Cuts along ±180° are healed, long edges bent as the plane bends them, and what is finer
        than the tolerance is left out.
        """
        parts = shapely.get_parts(np.atleast_1d(np.asarray(geometry, dtype=object)))
        parts = shapely.get_parts(parts)
        if len(parts):
            parts = parts[self.near(shapely.bounds(parts))]
        if len(parts) == 0:
            return shapely.MultiPolygon()
        west, south, east, north = self._bounds
        parts = shapely.simplify(parts, self.tolerance_m / 111_000 / 4)
        bounds = shapely.bounds(parts)
        whole, halves = [], []
        for turn in (-360.0, 0.0, 360.0):
            hit = (bounds[:, 0] + turn <= east) & (bounds[:, 2] + turn >= west)
            moved = shapely.transform(parts[hit], lambda xy, turn=turn: xy + np.array([turn, 0.0]))
            cut = shapely.clip_by_rect(moved, west, max(south, -90.0), east, min(north, 90.0))
            seam = (bounds[hit, 0] == -180) | (bounds[hit, 2] == 180)
            whole += list(cut[~seam])
            halves += list(cut[seam])
        # Both sides of ±180° are told with the same numbers: there they join without a trace.
        flat = shapely.get_parts(np.array([*whole, shapely.union_all(halves)], dtype=object))
        flat = flat[~shapely.is_empty(flat)]
        areas = shapely.get_dimensions(flat) == 2
        wide = np.maximum(*(np.diff(shapely.bounds(flat)[:, i::2]) for i in (0, 1)))[:, 0] > 0.5
        flat[wide] = shapely.segmentize(flat[wide], 0.5)
        flat = self.plane.project(flat)
        bad = areas & ~shapely.is_valid(flat)
        flat[bad] = shapely.make_valid(flat[bad], method="structure")
        flat = shapely.intersection(flat, self.surroundings)
        flat = shapely.simplify(flat[~shapely.is_empty(flat)], self.tolerance_m)
        flat = shapely.get_parts(shapely.get_parts(flat))
        if areas.any():
            made = shapely.multipolygons(flat[shapely.get_type_id(flat) == 3])
            # Half the world on one plane: thinned parts may touch each other.
            return made if shapely.is_valid(made) else shapely.make_valid(made, method="structure")
        return shapely.multilinestrings(flat[shapely.get_type_id(flat) == 1])

    def degrees(self, geometry: shapely.Geometry) -> list[Any]:
        """Return the rings or lines of a geometry on the plane as degrees, shape (n, 2) each.

        Outside the frame a reader sees less of them: there they are coarser.
        """
        parts = shapely.get_parts(geometry)
        two = shapely.get_dimensions(parts) == 2
        lines = np.concatenate([shapely.get_rings(parts[two]), parts[~two]])
        out = []
        for line in lines:
            xy = self._thinned(shapely.get_coordinates(line))
            if len(xy) > 1:
                out.append(np.column_stack(self.plane.to_lonlat(xy[:, 0], xy[:, 1])))
        return out

    def _thinned(self, xy: Floats) -> Floats:
        """Return a line on the plane, thinned out where it runs outside the frame."""
        inside = shapely.contains_xy(self._near_frame, xy[:, 0], xy[:, 1])
        if inside.all():
            return xy
        if not inside.any() and np.ptp(xy, axis=0).max() < 10 * self.tolerance_m:
            return xy[:0]  # an islet that nobody looks at
        breaks = np.flatnonzero(np.diff(inside.astype(int))) + 1
        starts, ends = [0, *breaks.tolist()], [*breaks.tolist(), len(xy) - 1]
        out = []
        for a, b in zip(starts, ends, strict=True):
            run = xy[a : b + 1]
            if not inside[a] and len(run) > 2:
                line = shapely.simplify(shapely.LineString(run), COARSER * self.tolerance_m)
                run = shapely.get_coordinates(line)
            out.append(run[:-1])
        return np.concatenate([*out, xy[-1:]])

    @cached_property
    def _near_frame(self) -> shapely.Geometry:
        near = shapely.buffer(self.rect, self.size_m / 50)
        shapely.prepare(near)
        return near
