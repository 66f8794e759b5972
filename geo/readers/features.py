"""Recordings out of shapely geometries with attributes: what GIS files hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.earth import lonlat_from
from geo.errors import TrackError
from geo.readers.columns import Column, pick, recordings, roles, texts
from geo.readers.recording import Recording, Source

__all__ = ["from_geometries", "shapes_of"]


def shapes_of(wkb: NDArray[Any], source: Source) -> NDArray[Any]:
    """Return geometries out of well-known binary, shape (n,), None where there is none.

    Raises
    ------
    TrackError
        If one cannot be read.
    """
    import shapely

    try:
        return np.asarray(shapely.from_wkb(wkb))
    except shapely.errors.ShapelyError as error:
        raise TrackError(f"{source.name} has a geometry that cannot be read ({error}).") from None


def from_geometries(
    shapes: NDArray[Any], columns: Mapping[str, Column], crs: Any, source: Source
) -> list[Recording]:
    """Return the recordings of points (a fix each) and lines (a drawn route each).

    Parameters
    ----------
    shapes
        Geometries, None where there is none; shape (n,).
    columns
        Their attributes, shape (n,) each.
    crs
        What pyproj takes for their coordinate system; None: degrees.

    Raises
    ------
    TrackError
        If there are neither points nor lines, or they cannot be brought to degrees.
    """
    import shapely

    kinds = shapely.get_type_id(shapes)
    out: list[Recording] = []
    is_point = kinds == shapely.GeometryType.POINT
    if is_point.any():
        xy = shapely.get_coordinates(shapes[is_point], include_z=True)
        lon, lat = _degrees(xy[:, 0], xy[:, 1], crs, source)
        taken = {name: pick(column, is_point) for name, column in columns.items()}
        taken |= {"lon": lon, "lat": lat}
        if np.isfinite(xy[:, 2]).any() and "height" not in roles(list(taken), source):
            taken["elevation"] = xy[:, 2]
        found = roles(list(taken), source) | {"lon": "lon", "lat": "lat"}
        wanted = {name: taken[name] for name in found.values()}
        out += recordings(wanted, found, source, default=source.stem)
    labels = {name: texts(column) for name, column in columns.items()}
    lines = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
    for i in np.flatnonzero(np.isin(kinds, lines)).tolist():
        name = _label({k: v[i] for k, v in labels.items()}, source) or f"line {i + 1}"
        for part in shapely.get_parts(shapes[i]):
            xy = shapely.get_coordinates(part, include_z=True)
            lon, lat = _degrees(xy[:, 0], xy[:, 1], crs, source)
            height = xy[:, 2] if np.isfinite(xy[:, 2]).any() else None
            out.append(
                Recording(
                    flight=name,
                    lon=lon,
                    lat=lat,
                    height_m=height,
                    height_kind=None if height is None else "geometric",
                    rows=len(lon),
                    about={"basis": "drawn"},
                )
            )
    if not out:
        raise TrackError(f"{source.name} holds no points and no lines, so there is no track in it.")
    return out


def _label(attributes: Mapping[str, str], source: Source) -> str:
    found = roles(["lon", "lat", *attributes], source)
    for role in ("callsign", "flight"):
        if role in found and attributes[found[role]]:
            return attributes[found[role]]
    return ""


def _degrees(
    x: NDArray[np.float64], y: NDArray[np.float64], crs: Any, source: Source
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if crs is None:
        return x, y
    try:
        return lonlat_from(x, y, crs)
    except ValueError as error:
        raise TrackError(
            f"{source.name} has a coordinate system that is not known ({error})."
        ) from None
