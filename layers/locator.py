"""Where on Earth: a small globe as inline SVG, with the frame of the map on it."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from geo.cache import remembered
from geo.catalogue import DATA, data_stamp
from geo.earth import Floats
from layers.frame import Frame

__all__ = ["locator"]

SIZE: Final = 84.0  # pixels
TOLERANCE_PX: Final = 0.5
GRID_PX: Final = 0.5  # two points of a path can be told apart by this much
LEAST_PX2: Final = 4.0  # an island smaller than that is dust
LEAST_AREA_DEG2: Final = 40.0
GLOBE: Final = 2  # raise it whenever the same globe is drawn otherwise


def locator(frame: Frame) -> str:
    """Return a globe turned to the frame; "" for a frame as wide as half the Earth."""
    if frame.size_m > 9_000_000:
        return ""
    lon0, lat0 = frame.plane.lon, max(-60.0, min(60.0, frame.plane.lat))
    edge = shapely.get_coordinates(shapely.segmentize(frame.rect.exterior, frame.size_m / 8))
    rect = np.column_stack(frame.plane.to_lonlat(edge[:, 0], edge[:, 1]))

    def drawn() -> list[str]:
        return [d for ring in _land() if (d := _path(ring, lon0, lat0))]

    what = f"globe/{GLOBE}/{data_stamp()['sha256']}/{lon0}/{lat0}"
    land = "".join(remembered(what, drawn))
    # In units of the grid, so that a path is whole numbers.
    side, r = SIZE / GRID_PX, SIZE / GRID_PX / 2
    return (
        f'<svg class="hc-globe" width="{SIZE:g}" height="{SIZE:g}" viewBox="{-r:g} {-r:g} {side:g}'
        f' {side:g}" aria-hidden="true"><circle class="hc-globe-sea" r="{r - 1 / GRID_PX:g}"/>'
        f'<path class="hc-globe-land" d="{land}"/>'
        f'<path class="hc-globe-frame" d="{_path(rect, lon0, lat0, least_px2=0.0)}"/></svg>'
    )


def _land() -> list[Floats]:
    from pyarrow import parquet

    column = parquet.ParquetFile(DATA / "land.parquet").read(columns=["geometry"])
    land = shapely.from_wkb(column.column("geometry").to_numpy())
    land = shapely.simplify(land[shapely.area(land) > LEAST_AREA_DEG2], 0.2)
    rings = shapely.get_exterior_ring(shapely.get_parts(land))
    return [shapely.get_coordinates(shapely.segmentize(ring, 6.0)) for ring in rings]


def _path(ring: Floats, lon0: float, lat0: float, *, least_px2: float = LEAST_PX2) -> str:
    """Return a ring as seen from far above: what lies behind is pressed to the rim."""
    lam, phi = np.radians(ring[:, 0] - lon0), np.radians(ring[:, 1])
    phi0 = np.radians(lat0)
    x = np.cos(phi) * np.sin(lam)
    y = np.cos(phi0) * np.sin(phi) - np.sin(phi0) * np.cos(phi) * np.cos(lam)
    front = np.sin(phi0) * np.sin(phi) + np.cos(phi0) * np.cos(phi) * np.cos(lam) >= 0
    if not front.any():
        return ""
    rho = np.hypot(x, y)
    rim = ~front & (rho > 0)
    x[rim], y[rim] = x[rim] / rho[rim], y[rim] / rho[rim]
    r = SIZE / 2 - 1
    line = shapely.LineString(np.column_stack([x, -y]) * r)
    if shapely.area(shapely.Polygon(line)) < least_px2:
        return ""
    points = shapely.get_coordinates(shapely.simplify(line, TOLERANCE_PX))
    steps = np.round(points / GRID_PX).astype(int)
    if (steps[0] == steps[-1]).all():
        steps = steps[:-1]
    if len(steps) < 3:
        return ""
    (x0, y0), *moves = np.diff(steps, axis=0, prepend=[[0, 0]]).tolist()
    told = "".join(f"{'' if dx < 0 else ' '}{dx}{'' if dy < 0 else ' '}{dy}" for dx, dy in moves)
    return f"M{x0} {y0}l{told.strip()}z"
