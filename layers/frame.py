"""The frame of a map: the plane it is drawn on, and how much of it is shown.

What fits on half the Earth is drawn on an azimuthal equal-area plane around its middle, so that a
sea looks its size and a flight across 180° or a pole is one line. What does not is drawn on the
whole Earth, equal in area too, cut where that cuts the fewest flights. Web Mercator is for those
who ask for tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike

from geo.earth import Floats
from geo.plane import RADIUS_M, Plane
from layers.planes import MOST_NORTHERN, AnyPlane, Mercator, World, cap, unrolled

__all__ = ["Frame"]

MARGIN: Final = 0.07  # of the longer side, around what has to be seen
LEAST_M: Final = 60_000.0  # no map shows less than this
RIM_M: Final = RADIUS_M * np.sqrt(2.0)  # 90° from the centre of an azimuthal plane
BEYOND_RIM_DEG: Final = 90.5
FARTHEST_DEG: Final = 80.0  # from the centre: what reaches farther is shown on the whole Earth
AROUND: Final = 1.8  # how far beyond the frame there is something to see, in frames
WIDEST: Final = 2.9  # widths to a height that a screen may show of a map
HIGHEST: Final = 1.6  # heights to a width
COARSER: Final = 10.0  # how much coarser what lies outside the frame may be
FINENESS: Final = 2_300  # a frame this many tolerances wide: half a pixel on a desktop
MIDDLES_DEG: Final = np.arange(-180.0, 180.0, 10.0)
# Of maps of the whole Earth whose edge cuts little land: it is Bering Strait, or the Atlantic.
FAMILIAR: Final = {10.0: 0.0, 150.0: 0.05}
UNFAMILIAR: Final = 0.3  # as bad as three tenths of a flight cut in two
BY_THE_EDGE_DEG: Final = 20.0

Line = tuple[Floats, Floats]  # longitudes and latitudes of one path, in its order


@dataclass(frozen=True)
class Frame:
    """A rectangle on a plane, in metres: ``x0 < x1``, ``y0 < y1``; what a map shows first."""

    plane: AnyPlane
    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def around(cls, lon: ArrayLike, lat: ArrayLike) -> Frame:
        """Return the azimuthal frame that shows points in degrees."""
        plane = Plane.around(lon, lat)
        x, y = plane.to_xy(lon, lat)
        return cls._of(plane, x, y, LEAST_M)

    @classmethod
    def of(cls, lines: Sequence[Line], more: Sequence[Line] = ()) -> Frame:
        """Return the frame that shows paths in degrees: azimuthal, or of the whole Earth.

        ``more`` are points beside them that belong into it, if it is not of the whole Earth.
        """
        lon, lat = (np.concatenate(v) for v in zip(*lines, *more, strict=True))
        plane = Plane.around(lon, lat)
        far = np.hypot(*plane.to_xy(lon, lat)).max()
        if far <= 2 * RADIUS_M * np.sin(np.radians(FARTHEST_DEG) / 2):
            return cls.around(lon, lat)
        world = World(_middle_of_the_world(lines))
        wide = round(1.01 * float(world.to_xy(world.lon + 180, 0.0)[0]), -3)
        high = round(1.02 * float(world.to_xy(0.0, 90.0)[1]), -3)
        return cls(world, -wide, -high, wide, high)

    @classmethod
    def for_tiles(cls, lines: Sequence[Line], more: Sequence[Line] = ()) -> Frame:
        """Return the frame that shows paths in degrees on Web Mercator.

        Every path is whole: longitudes run on past 180°, around one middle. ``more`` are points
        beside them that belong into it.
        """
        lines = [*lines, *more]
        middle = _middle_of(lines)
        turned = [unrolled(lon, middle) for lon, _ in lines]
        west, east = min(v.min() for v in turned), max(v.max() for v in turned)
        plane = Mercator(round(float(west + east) / 2, 1))
        lat = np.concatenate([lat for _, lat in lines])
        x, y = plane.to_xy(np.concatenate(turned), lat)
        least = LEAST_M / max(np.cos(np.radians(lat.min() + lat.max()) / 2), 0.1)
        return cls._of(plane, x, y, float(least))

    @classmethod
    def _of(cls, plane: AnyPlane, x: Floats, y: Floats, least: float) -> Frame:
        wide, high = float(np.ptp(x)), float(np.ptp(y))
        if max(wide, high) < least:
            wide = least
        size = max(wide, high)
        out = []
        for v, spread in ((x, wide), (y, high)):
            half = max(spread / 2, size / 4) + MARGIN * size
            middle = float(v.min() + v.max()) / 2
            out.append((round(middle - half, -2), round(middle + half, -2)))
        (x0, x1), (y0, y1) = out
        if isinstance(plane, Mercator):  # its world ends there
            most = float(plane.to_xy(0.0, MOST_NORTHERN)[1])
            y0, y1 = max(y0, -most), min(y1, most)
        return cls(plane, x0, y0, x1, y1)

    @property
    def size_m(self) -> float:
        """The longer side in metres."""
        return max(self.x1 - self.x0, self.y1 - self.y0)

    @property
    def tolerance_m(self) -> float:
        """How far a drawn line may be off, in metres."""
        return self.size_m / FINENESS

    @cached_property
    def stretch(self) -> float:
        """How much longer than on the ground the frame's lengths are at most: Mercator's fault."""
        if not isinstance(self.plane, Mercator):
            return 1.0
        _, lat = self.plane.to_lonlat(0.0, np.array([self.y0, self.y1]))
        return float(1 / np.cos(np.radians(np.abs(lat).max())))

    @property
    def grid_deg(self) -> float:
        """The grid that coordinates are rounded to, at most half the tolerance wide."""
        wish = self.tolerance_m / self.stretch / 111_000 / 2
        power = 10.0 ** np.floor(np.log10(wish))
        return float(next(step for step in (8, 6, 5, 4, 3, 2, 1) if step * power <= wish) * power)

    @cached_property
    def middle(self) -> tuple[float, float]:
        """The middle of the frame in degrees."""
        lon, lat = self.plane.to_lonlat((self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2)
        return float(lon), float(lat)

    @cached_property
    def rect(self) -> shapely.Polygon:
        """The frame on its plane."""
        return shapely.box(self.x0, self.y0, self.x1, self.y1)

    @cached_property
    def edge(self) -> shapely.Polygon | None:
        """All that the plane has to show; None for a plane without an end."""
        if isinstance(self.plane, Mercator):
            return None
        if isinstance(self.plane, Plane):
            return shapely.Point(0, 0).buffer(RIM_M, quad_segs=90)
        up = np.linspace(-90, 90, 181)
        side = np.full(len(up), 180.0)
        lon = self.plane.lon + np.concatenate([side, -side])
        return shapely.Polygon(
            np.column_stack(self.plane.to_xy(lon, np.concatenate([up, up[::-1]])))
        )

    @cached_property
    def surroundings(self) -> shapely.Polygon:
        """What a reader can move to: more than the frame, on its plane."""
        wide, high = self.x1 - self.x0, self.y1 - self.y0
        # A screen may be wider than the frame, or a telephone higher, and both can be moved.
        half_x = max(AROUND * wide, WIDEST * high) / 2
        half_y = max(AROUND * high, HIGHEST * wide) / 2
        x, y = (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2
        box = shapely.box(x - half_x, y - half_y, x + half_x, y + half_y)
        if self.edge is not None:
            return box if self.edge.covers(box) else box & self.edge
        most = float(self.plane.to_xy(0.0, MOST_NORTHERN)[1])
        # Two turns of the Earth are more than a screen shows
        half_x = min(half_x, max(wide / 2, 2 * most))
        return shapely.box(x - half_x, max(y - half_y, -most), x + half_x, min(y + half_y, most))

    @cached_property
    def _bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees around the surroundings, poles thought of."""
        if isinstance(self.plane, World):
            return self.plane.lon - 180, -90.0, self.plane.lon + 180, 90.0
        edge = shapely.get_coordinates(shapely.segmentize(self.surroundings.exterior, 50_000))
        lon, lat = self.plane.to_lonlat(edge[:, 0], edge[:, 1])
        west, south, east, north = lon.min(), lat.min(), lon.max(), lat.max()
        if isinstance(self.plane, Mercator):
            return float(west), float(south), float(east), float(north)
        for pole in (90.0, -90.0):
            x, y = self.plane.to_xy(self.plane.lon, pole)
            if self.surroundings.covers(shapely.Point(float(x), float(y))):
                west, east = self.plane.lon - 180, self.plane.lon + 180
                south, north = min(south, pole), max(north, pole)
        if np.ptp(lon) > 300:  # the surroundings reach round a pole or across the far side
            west, east = self.plane.lon - 180, self.plane.lon + 180
        return float(west), float(south), float(east), float(north)

    @cached_property
    def _half(self) -> shapely.Geometry | None:
        """The half of the Earth that an azimuthal plane shows, in degrees, where that matters.

        What holds the far end of the Earth would be turned inside out there.
        """
        west, _, east, _ = self._bounds
        if not isinstance(self.plane, Plane) or east - west < 359:
            return None
        near = cap(self.plane.lon, self.plane.lat, BEYOND_RIM_DEG)
        shapely.prepare(near)
        return near

    @cached_property
    def _turns(self) -> list[float]:
        """By how many degrees what lies within ±180° is moved to be seen."""
        west, _, east, _ = self._bounds
        first, last = np.ceil((west - 180) / 360), np.floor((east + 180) / 360)
        return [float(360 * k) for k in np.arange(first, last + 1)]

    def near(self, bounds: ArrayLike) -> Any:
        """Return which boxes, shape (n, 4) in degrees within ±180°, touch the surroundings."""
        west, south, east, north = self._bounds
        box = np.asarray(bounds, dtype=float)
        hit = np.zeros(box.shape[:-1], dtype=bool)
        for turn in self._turns:
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
        parts = shapely.simplify(parts, self.tolerance_m / self.stretch / 111_000 / 4)
        bounds = shapely.bounds(parts)
        whole, halves = [], []
        for turn in self._turns:
            hit = (bounds[:, 0] + turn <= east) & (bounds[:, 2] + turn >= west)
            moved = shapely.transform(parts[hit], lambda xy, turn=turn: xy + np.array([turn, 0.0]))
            cut = shapely.clip_by_rect(moved, west, max(south, -90.0), east, min(north, 90.0))
            seam = (bounds[hit, 0] == -180) | (bounds[hit, 2] == 180)
            whole += list(cut[~seam])
            halves += list(cut[seam])
        # Both sides of ±180° are told with the same numbers: there they join without a trace.
        flat = shapely.get_parts(np.array([*whole, shapely.union_all(halves)], dtype=object))
        flat = self._seen_half(flat[~shapely.is_empty(flat)])
        areas = shapely.get_dimensions(flat) == 2
        wide = np.maximum(*(np.diff(shapely.bounds(flat)[:, i::2]) for i in (0, 1)))[:, 0] > 0.5
        flat[wide] = shapely.segmentize(flat[wide], 0.5)
        split = (shapely.bounds(flat)[:, 0] == west) | (shapely.bounds(flat)[:, 2] == east)
        flat = self.plane.project(flat)
        bad = areas & ~shapely.is_valid(flat)
        flat[bad] = shapely.make_valid(flat[bad], method="structure")
        if isinstance(self.plane, Plane) and (split & areas).any():
            # The far meridian is one line on the plane: what was cut there is joined again.
            snapped = shapely.set_precision(flat[split & areas], self.tolerance_m / 50)
            joined = shapely.union_all(snapped, grid_size=self.tolerance_m / 50)
            flat = np.append(flat[~(split & areas)], joined)
        flat = shapely.intersection(flat, self.surroundings)
        flat = shapely.simplify(flat[~shapely.is_empty(flat)], self.tolerance_m)
        flat = shapely.get_parts(shapely.get_parts(flat))
        if areas.any():
            made = shapely.multipolygons(flat[shapely.get_type_id(flat) == 3])
            # Half the world on one plane: thinned parts may touch each other.
            return made if shapely.is_valid(made) else shapely.make_valid(made, method="structure")
        return shapely.multilinestrings(flat[shapely.get_type_id(flat) == 1])

    def _seen_half(self, parts: Any) -> Any:
        if self._half is None or not len(parts):
            return parts
        over = ~shapely.contains_properly(self._half, parts)
        cut = shapely.intersection(shapely.make_valid(parts[over]), self._half)
        parts = shapely.get_parts(shapely.get_parts(np.append(parts[~over], cut)))
        return parts[~shapely.is_empty(parts)]

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


def _middle_of_the_world(lines: Sequence[Line]) -> float:
    """Return the meridian around which a map of the whole Earth cuts the fewest of some paths."""
    runs = [unrolled(lon, 0.0) for lon, _ in lines]
    cost = []
    for middle in MIDDLES_DEG:
        turn = [(lon - middle + 180) / 360 for lon in runs]
        cuts = sum(np.ptp(np.floor(t)) for t in turn)
        rest = np.concatenate(turn) % 1 * 360
        squeezed = np.mean(np.minimum(rest, 360 - rest) < BY_THE_EDGE_DEG)
        cost.append(cuts + squeezed + FAMILIAR.get(float(middle), UNFAMILIAR))
    return float(MIDDLES_DEG[int(np.argmin(cost))])


def _middle_of(lines: Sequence[Line]) -> float:
    """Return the meridian that paths stand around: opposite the widest gap between them.

    Where there is no gap, the middle of the path that reaches farthest.
    """
    runs = [unrolled(lon, 0.0) for lon, _ in lines]
    spans = sorted((float(r.min()), float(r.max())) for r in runs)
    west, east = max(spans, key=lambda span: span[1] - span[0])
    if east - west >= 360:
        return (west + east) / 2
    turned = sorted((a % 360, a % 360 + b - a) for a, b in spans)
    gaps, reach = [], turned[0][1]
    for a, b in turned[1:]:
        gaps.append((a - reach, (a + reach) / 2))
        reach = max(reach, b)
    # and the gap that is left when the first of them comes round again
    gaps.append((turned[0][0] + 360 - reach, (turned[0][0] + 360 + reach) / 2))
    wide, at = max(gaps)
    return at - 180 if wide > 0 else (west + east) / 2
