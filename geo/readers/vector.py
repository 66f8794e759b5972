"""What GDAL opens: GeoPackage, FlatGeobuf, shapefiles and others, through pyogrio.

Points with a time attribute are fixes; lines are drawn routes. All layers are read, in whatever
coordinate system they are.
"""

from __future__ import annotations

import io
import warnings
from typing import Any, Final

import numpy as np

from geo.errors import TrackError
from geo.readers.columns import Column, column_of
from geo.readers.features import from_geometries, shapes_of
from geo.readers.recording import Format, Recording, Source

__all__ = ["FORMAT"]

MAGIC: Final = (b"SQLite format 3\0", b"fgb\x03", b"\x00\x00\x27\x0a", b"PK\x03\x04")
ENDINGS: Final = (".gml", ".tab", ".mif")  # text formats without a mark of their own


def _sniff(source: Source) -> bool:
    # A zip comes as far as this only if it holds a shapefile.
    return source.data.startswith(MAGIC) or source.name.lower().endswith(ENDINGS)


def _read(source: Source) -> list[Recording]:
    import pyogrio
    import pyogrio.errors

    alone = source.path is None or source.data.startswith(MAGIC[0:2])
    where: Any = io.BytesIO(source.data) if alone else source.path
    out: list[Recording] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL warns of what does not concern a track
            layers = [str(name) for name, kind in pyogrio.list_layers(where) if kind is not None]
            for layer in layers:
                out += _layer(where, layer, source)
    except (
        pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError,
        UnboundLocalError,  # pyogrio 0.13, of a coordinate system that is no text
    ) as error:  # fmt: skip
        raise TrackError(
            f"{source.name} cannot be opened by GDAL ({str(error)[:120]}). A shapefile needs its"
            " .shx and .dbf beside it, or all of them in a zip."
        ) from None
    if not out:
        raise TrackError(f"{source.name} holds no layer with points or lines.")
    return out


def _layer(where: Any, layer: str, source: Source) -> list[Recording]:
    from pyogrio.raw import read

    meta, _, wkb, values = read(where, layer=layer, datetime_as_string=True)
    if wkb is None or len(wkb) == 0:
        return []
    columns: dict[str, Column] = {
        str(name): _column(np.asarray(column))
        for name, column in zip(meta["fields"], values, strict=True)
    }
    return from_geometries(shapes_of(wkb, source), columns, meta.get("crs"), source)


def _column(values: np.ndarray[Any, Any]) -> Column:
    if values.dtype.kind in "iufb":
        return values.astype(np.float64)
    return column_of(values.tolist())


FORMAT: Final = Format(
    name="vector",
    title="GeoPackage, FlatGeobuf, shapefile, or another vector file of GDAL's",
    marks="the marks of these formats; points with a time, or lines; a shapefile beside its .shx"
    " and .dbf, or zipped with them",
    sniff=_sniff,
    read=_read,
)
