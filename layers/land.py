"""Land and the graticule: what a map stands on."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from geo.cache import remembered
from geo.catalogue import DATA, catalogue, data_stamp, zone
from geo.earth import Floats
from geo.words import form
from layers.frame import Frame
from layers.leaflet import Label, Layer, Shape

__all__ = ["GraticuleLayer", "LandLayer"]

DRAWN: Final = 5  # raise it whenever the same land is drawn otherwise
COARSE_M: Final = 600.0  # a map finer than this is drawn from the coast itself
STEPS_DEG: Final = (0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)


class LandLayer(Layer):
    """Land without borders, as far as a frame reaches.

    Wide maps are drawn from the coarse land that ships (within 1.1 km), narrow ones from the
    territory of the states around: what is drawn is then what is measured.

    Parameters
    ----------
    frame
        The map's frame.
    """

    def __init__(self, frame: Frame) -> None:
        def rings() -> list[Floats]:
            wide = frame.tolerance_m / frame.stretch > COARSE_M
            land = _coarse(frame) if wide else _fine(frame)
            return [np.round(ring, 5) for ring in frame.degrees(land)]

        what = f"land/{DRAWN}/{data_stamp()['sha256']}/{frame}"
        kept = tuple(np.asarray(ring, dtype=np.float64) for ring in remembered(what, rings))
        shape = Shape("area", "land", kept)
        super().__init__((shape,), name="Land", grid_deg=frame.grid_deg)


def _coarse(frame: Frame) -> shapely.Geometry:
    from pyarrow import parquet

    column = parquet.read_table(DATA / "land.parquet", columns=["geometry"]).column("geometry")
    land = frame.drawn(shapely.from_wkb(column.to_numpy()))
    # An islet smaller than a pixel is a speck
    parts = shapely.get_parts(land)
    parts = parts[shapely.area(parts) > 4 * frame.tolerance_m**2]
    return shapely.multipolygons(parts)


def _fine(frame: Frame) -> shapely.Geometry:
    rows = [r for r in catalogue() if r["kind"] == "territory" and frame.near(r["bounds"])]
    parts: list[Any] = [frame.drawn(zone(r["id"]).geometry) for r in rows]
    return shapely.union_all(np.array(parts, dtype=object), grid_size=1.0)


class GraticuleLayer(Layer):
    """Meridians and parallels, at a distance that suits the frame, with their degrees.

    Parameters
    ----------
    frame
        The map's frame.
    """

    def __init__(self, frame: Frame) -> None:
        wish = frame.size_m / 111_000 / 5
        step = next((s for s in STEPS_DEG if s >= wish), STEPS_DEG[-1])
        west, south, east, north = frame._bounds
        wide = next((s for s in STEPS_DEG if s >= wish / max(_cos(frame.plane.lat), 0.15)), 30.0)
        lines: list[Floats] = []
        for lat in np.arange(np.ceil(south / step) * step, min(north, 89.9), step):
            lon = np.linspace(west, east, max(3, int((east - west) / 1.5)))
            lines.append(np.column_stack([lon, np.full(len(lon), lat)]))
        for lon0 in np.arange(np.ceil(west / wide) * wide, east, wide):
            lat = np.array(
                [max(south, -88.0), *np.linspace(south, north, 12)[1:-1], min(north, 88)]
            )
            lines.append(np.column_stack([np.full(len(lat), lon0), lat]))
        seen = frame.surroundings
        kept, labels = [], []
        for line in lines:
            flat = shapely.LineString(np.column_stack(frame.plane.to_xy(line[:, 0], line[:, 1])))
            cut = shapely.intersection(flat, seen)
            kept += [p for p in shapely.get_parts(cut) if shapely.get_type_id(p) == 1]
            labels += _degrees_label(line, flat, frame)
        if frame.edge is not None and not frame.edge.contains_properly(frame.surroundings):
            # Where the map ends because the Earth, or half of it, does: that is not a coast.
            rim = shapely.intersection(frame.edge.exterior, frame.surroundings)
            kept += [p for p in shapely.get_parts(rim) if shapely.get_type_id(p) == 1]
        flat = shapely.simplify(shapely.multilinestrings(kept), frame.tolerance_m * 2)
        shape = Shape("line", "grid", tuple(frame.degrees(flat)))
        super().__init__((shape,), tuple(labels), name="Graticule", grid_deg=frame.grid_deg)


def _degrees_label(line: Floats, flat: shapely.Geometry, frame: Frame) -> list[Label]:
    """Return the degrees of a meridian or parallel, where it leaves the frame."""
    parallel = bool(np.ptp(line[:, 1]) == 0)
    seen = shapely.intersection(flat, shapely.buffer(frame.rect, -0.02 * frame.size_m))
    parts = [p for p in shapely.get_parts(seen) if shapely.get_type_id(p) == 1 and p.length > 0]
    if not parts:
        return []
    longest = max(parts, key=lambda p: p.length)
    ends = np.array([0.0, 1.0, 0.03, 0.97, 0.08, 0.92])
    at = shapely.line_interpolate_point(longest, ends, normalized=True)
    lon, lat = frame.plane.to_lonlat(shapely.get_x(at), shapely.get_y(at))
    value = float(line[0, 1] if parallel else line[0, 0])
    value = value if parallel else (value + 180) % 360 - 180
    if value in (0.0, -180.0):
        words = form("degrees", value)
    else:
        words = form("lat" if parallel else "lon", value)
    return [Label(((words, ""),), "grid", np.column_stack([lon, lat]), rank=9)]


def _cos(lat: float) -> float:
    return float(np.cos(np.radians(lat)))
