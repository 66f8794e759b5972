"""From degrees to the pixels of a picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely

from geo.earth import Floats
from layers.frame import Frame

__all__ = ["View"]

OVERHANG_PX: Final = 8.0  # how far beyond the picture lines run, so that their ends don't show


class View:
    """From degrees to pixels of a picture that shows all of a frame."""

    def __init__(self, frame: Frame, width: float, height: float) -> None:
        self.frame, self.width, self.height = frame, width, height
        self.metres = max((frame.x1 - frame.x0) / width, (frame.y1 - frame.y0) / height)
        self.x0 = (frame.x0 + frame.x1) / 2 - width / 2 * self.metres
        self.y1 = (frame.y0 + frame.y1) / 2 + height / 2 * self.metres
        self.box = (-OVERHANG_PX, -OVERHANG_PX, width + OVERHANG_PX, height + OVERHANG_PX)

    def px(self, lonlat: Floats) -> Floats:
        """Return pixels of places in degrees, each of shape (n, 2)."""
        x, y = self.frame.plane.to_xy(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([(x - self.x0) / self.metres, (self.y1 - y) / self.metres])

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Return the longitude and latitude of a pixel."""
        lon, lat = self.frame.plane.to_lonlat(self.x0 + x * self.metres, self.y1 - y * self.metres)
        return float(lon), float(lat)

    def cut(self, parts: Iterable[Floats], closed: bool, tolerance: float) -> list[Floats]:
        """Return what of lines or rings is in view, without what is finer than can be seen."""
        px = [self.px(p) for p in parts]
        x0, y0, x1, y1 = self.box
        near = []
        for p in px:
            low, high = p.min(axis=0), p.max(axis=0)
            if len(p) > 1 and low[0] <= x1 and high[0] >= x0 and low[1] <= y1 and high[1] >= y0:
                near.append(p)
        if not near:
            return []
        # Each ring by itself: with "even and odd", what is cut still fits together.
        if closed:
            near = [p for p in near if len(p) > 3]
            shapes = np.array([shapely.Polygon(p) for p in near], dtype=object)
            shapes = shapes[shapely.area(shapes) >= tolerance]
        else:
            shapes = np.array([shapely.LineString(p) for p in near], dtype=object)
        cut = shapely.get_parts(shapely.get_parts(shapely.clip_by_rect(shapes, *self.box)))
        cut = cut[~shapely.is_empty(cut)]
        lines = shapely.get_rings(cut[shapely.get_type_id(cut) == 3]) if closed else cut
        lines = shapely.simplify(lines, tolerance)
        return [xy for line in lines if len(xy := shapely.get_coordinates(line)) > 1]

    def has(self, x: float, y: float) -> bool:
        """Return whether a point is in view, or in what hangs over."""
        x0, y0, x1, y1 = self.box
        return x0 <= x <= x1 and y0 <= y <= y1
