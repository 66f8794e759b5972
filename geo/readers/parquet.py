"""Parquet, GeoParquet and Feather: tables in columns, read without a copy in Python.

OpenSky's state vectors and the traffic library's frames come so. A GeoParquet's geometry is used
where there are no columns of latitude and longitude. Times without a zone need one, as in CSV.
"""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np

from geo.errors import TrackError
from geo.readers.columns import Coded, Column, has_place, recordings, roles
from geo.readers.features import from_geometries, shapes_of
from geo.readers.recording import Format, Recording, Source, needs_zone, told_once, zone_of

__all__ = ["FORMAT"]

PARQUET: Final = b"PAR1"
ARROW: Final = b"ARROW1"
UNITS: Final = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


def _sniff(source: Source) -> bool:
    return source.data.startswith((PARQUET, ARROW))


def _read(source: Source) -> list[Recording]:
    import pyarrow as pa

    try:
        return _table(source)
    except (pa.ArrowException, OSError) as error:
        raise TrackError(
            f"{source.name} is a Parquet or Feather file, but broken ({str(error)[:120]}). It may"
            " have been cut off: download it again."
        ) from None


def _table(source: Source) -> list[Recording]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = pa.BufferReader(source.data)
    if source.data.startswith(ARROW):
        table = pa.ipc.open_file(buffer).read_all()
        table.validate(full=True)  # Arrow believes every offset in a Feather file otherwise
        schema = table.schema
        names = list(schema.names)
    else:
        file = pq.ParquetFile(buffer)
        schema = file.schema_arrow
        names = list(schema.names)
        table = None
    geo = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    primary = geo.get("primary_column")
    if primary in names and not has_place(names, source):
        table = file.read() if table is None else table
        return _geometries(table, primary, geo, source)
    found = roles(names, source)
    wanted = list(dict.fromkeys(found.values()))
    table = file.read(columns=wanted) if table is None else table.select(wanted)
    columns = {name: _column(table.column(name), name, source) for name in wanted}
    return recordings(columns, found, source, default=source.stem)


def _geometries(table: Any, primary: str, geo: dict[str, Any], source: Source) -> list[Recording]:
    about = geo["columns"][primary]
    if about.get("encoding", "WKB") != "WKB":
        raise TrackError(
            f"{source.name} holds its geometry as {about['encoding']}; only WKB is read. Write it"
            " again with: frame.to_parquet(path, geometry_encoding='WKB')"
        )
    shapes = shapes_of(table.column(primary).to_numpy(), source)
    columns: dict[str, Column] = {}
    for name in table.column_names:
        if name != primary:
            columns[name] = _column(table.column(name), name, source)
    crs = about.get("crs", "OGC:CRS84")
    return from_geometries(shapes, columns, None if crs is None else crs, source)


def _column(values: Any, name: str, source: Source) -> Column:
    """Return an Arrow column as ours: numbers, or codes of texts; times as seconds since 1970."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = values.combine_chunks()
    if isinstance(values, pa.ChunkedArray):  # of no chunks at all
        values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    kind = values.type
    if pa.types.is_timestamp(kind):
        if kind.tz is None:
            zone = zone_of(source.options.tz)
            if zone is None:
                raise needs_zone(source, f"in the column '{name}'")
            try:
                values = pc.assume_timezone(values, str(zone))
            except pa.ArrowInvalid:  # a time that was never, or twice; or a zone Arrow lacks
                moments = pc.cast(values, pa.timestamp("us"), safe=False).to_pylist()
                return np.array(
                    [
                        np.nan
                        if m is None
                        else told_once(m.replace(tzinfo=zone), source).timestamp()
                        for m in moments
                    ]
                )
        ticks = pc.cast(values, pa.int64()).to_numpy(zero_copy_only=False)
        return np.asarray(ticks, dtype=np.float64) / UNITS[kind.unit]
    if pa.types.is_boolean(kind):
        return np.asarray(pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return np.asarray(
            pc.cast(values, pa.float64(), safe=False).to_numpy(zero_copy_only=False),
            dtype=np.float64,
        )
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return Coded(np.full(len(values), -1), np.array([], dtype=np.str_))
    coded = (
        values if pa.types.is_dictionary(kind) else pc.cast(values, pa.string()).dictionary_encode()
    )
    names = [str(n or "")[:80] for n in coded.dictionary.to_pylist()]
    codes = pc.fill_null(pc.cast(coded.indices, pa.int64()), -1).to_numpy(zero_copy_only=False)
    return Coded(codes, np.array(names, dtype=np.str_))


FORMAT: Final = Format(
    name="parquet",
    title="Parquet, GeoParquet or Feather table (OpenSky, traffic)",
    marks="begins with PAR1 or ARROW1; columns as in CSV, or a geometry of points or lines",
    sniff=_sniff,
    read=_read,
)
