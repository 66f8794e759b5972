"""Where on Earth: a small globe as inline SVG, with the frame of the map on it."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from geo.cache import remembered
from geo.catalogue import DATA, data_stamp
from geo.earth import Floats
from layers.frame import Frame
from layers.planes import World, cap

__all__ = ["locator"]

SIZE: Final = 84.0  # pixels
WIDEST_M: Final = 9_000_000.0  # wider, and the map shows the continents itself
TOLERANCE_PX: Final = 0.5
GRID_PX: Final = 0.5  # two points of a path can be told apart by this much
LEAST_PX2: Final = 4.0  # an island smaller than that is dust
LEAST_AREA_DEG2: Final = 40.0
LEAST_PX: Final = 5.0  # a smaller frame would not be seen
SQUARE: Final = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
JOIN_PX: Final = 0.05  # what was cut is joined again where it lies this near
GLOBE: Final = 3  # raise it whenever the same globe is drawn otherwise


def locator(frame: Frame) -> str:
    """Return a globe turned to the frame; "" where the map itself shows where on Earth it is."""
    if isinstance(frame.plane, World) or frame.size_m > WIDEST_M:
        return ""
    lon0, lat0 = frame.middle[0], max(-60.0, min(60.0, frame.middle[1]))
    edge = shapely.get_coordinates(shapely.segmentize(frame.rect.exterior, frame.size_m / 8))
    rect = np.column_stack(frame.plane.to_lonlat(edge[:, 0], edge[:, 1]))
    here = _seen(rect, lon0, lat0)
    if np.ptp(here, axis=0).max() < LEAST_PX:  # too small to be seen
        here = here.mean(axis=0) + LEAST_PX / 2 * SQUARE

    def drawn() -> list[str]:
        return [_path(ring) for ring in _coasts(lon0, lat0)]

    what = f"globe/{GLOBE}/{data_stamp()['sha256']}/{lon0}/{lat0}"
    land = "".join(remembered(what, drawn))
    # In units of the grid, so that a path is whole numbers.
    side, r = SIZE / GRID_PX, SIZE / GRID_PX / 2
    return (
        f'<svg class="hc-globe" width="{SIZE:g}" height="{SIZE:g}" viewBox="{-r:g} {-r:g} {side:g}'
        f' {side:g}" aria-hidden="true"><circle class="hc-globe-sea" r="{r - 1 / GRID_PX:g}"/>'
        f'<path class="hc-globe-land" d="{land}"/>'
        f'<path class="hc-globe-frame" d="{_path(here)}"/></svg>'
    )


def _coasts(lon0: float, lat0: float) -> list[Floats]:
    """Return the coasts of the half of the Earth that a globe shows, in pixels."""
    from pyarrow import parquet

    column = parquet.ParquetFile(DATA / "land.parquet").read(columns=["geometry"])
    land = shapely.from_wkb(column.column("geometry").to_numpy())
    land = shapely.simplify(land[shapely.area(land) > LEAST_AREA_DEG2], 0.2)
    turned = [
        shapely.transform(land, lambda xy, turn=turn: xy + np.array([turn, 0.0]))
        for turn in (-360.0, 0.0, 360.0)
    ]
    # What goes round the rim would be closed across the face of the globe.
    half = shapely.intersection(shapely.make_valid(np.concatenate(turned)), cap(lon0, lat0, 90))
    parts = shapely.get_parts(shapely.get_parts(half))
    parts = shapely.segmentize(parts[shapely.get_dimensions(parts) == 2], 3.0)
    flat = shapely.transform(parts, lambda xy: _seen(xy, lon0, lat0))
    # The far meridian, beyond a pole, and 180° are no coasts: what is cut there is joined again.
    flat = shapely.set_precision(shapely.make_valid(flat, method="structure"), JOIN_PX)
    whole = shapely.get_parts(shapely.union_all(flat, grid_size=JOIN_PX))
    rings = shapely.get_exterior_ring(whole[shapely.area(whole) > LEAST_PX2])
    return [shapely.get_coordinates(ring) for ring in rings]


def _seen(line: Floats, lon0: float, lat0: float) -> Floats:
    """Return places in degrees as seen from far above, in pixels: what lies behind, on the rim."""
    lam, phi = np.radians(line[:, 0] - lon0), np.radians(line[:, 1])
    phi0 = np.radians(lat0)
    x = np.cos(phi) * np.sin(lam)
    y = np.cos(phi0) * np.sin(phi) - np.sin(phi0) * np.cos(phi) * np.cos(lam)
    behind = np.sin(phi0) * np.sin(phi) + np.cos(phi0) * np.cos(phi) * np.cos(lam) < 0
    away = np.where(behind, np.maximum(np.hypot(x, y), 1e-9), 1.0)
    return np.column_stack([x / away, -y / away]) * (SIZE / 2 - 1)


def _path(ring: Floats) -> str:
    """Return a ring of pixels as SVG has it, in steps of the grid."""
    thin = shapely.get_coordinates(shapely.simplify(shapely.LineString(ring), TOLERANCE_PX))
    steps = np.round(thin / GRID_PX).astype(int)
    if (steps[0] == steps[-1]).all():
        steps = steps[:-1]
    if len(steps) < 3:
        return ""
    (x0, y0), *moves = np.diff(steps, axis=0, prepend=[[0, 0]]).tolist()
    told = "".join(f"{'' if dx < 0 else ' '}{dx}{'' if dy < 0 else ' '}{dy}" for dx, dy in moves)
    return f"M{x0} {y0}l{told.strip()}z"
