"""Findings and zones as bytes, in each form that another program reads."""

from __future__ import annotations

import csv
import io
import struct
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from geo.findings import Finding, Findings
from layers.arguments import Format

if TYPE_CHECKING:
    from geo.catalogue import Zone

__all__ = ["columns", "encode", "zone_geojson"]


def columns() -> list[str]:
    """Return the names of a finding's keys, in the order of the contract."""
    return ["time" if f.name == "time_s" else f.name for f in fields(Finding)]


def encode(findings: Findings, form: Format) -> bytes:
    """Return findings as the bytes of a file; a table is for people and has none.

    Raises
    ------
    ValueError
        If a table is asked for.
    """
    if form is Format.json:
        return findings.to_json()
    if form is Format.geojson:
        return findings.to_geojson()
    if form is Format.csv:
        return _csv(findings)
    if form is Format.parquet:
        return _parquet(findings)
    raise ValueError(form)


def _csv(findings: Findings) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(findings.rows())
    return out.getvalue().encode()


TEXT: Final = frozenset({"flight", "callsign", "basis", "zone", "height_kind"})
WHOLE: Final = frozenset({"leg", "input", "fixes", "rejected"})


def _parquet(findings: Findings) -> bytes:
    """Return GeoParquet 1.1: a point where each flight came closest.

    With the types written out, not guessed: a table in which no flight crossed a border has the
    same columns as one in which one did, so that tables can be put together.
    """
    import pyarrow as pa
    import pyarrow.parquet

    time = pa.timestamp("ms", tz="UTC")
    crossing = pa.struct(
        {
            "time": time,
            "lon": pa.float64(),
            "lat": pa.float64(),
            "direction": pa.string(),
            "after": time,
            "before": time,
        }
    )
    term = pa.struct(
        {
            "name": pa.string(),
            "low_m": pa.float64(),
            "high_m": pa.float64(),
            "words": pa.string(),
        }
    )
    special = {
        "time": time,
        "crossings": pa.list_(crossing),
        "doubt": pa.list_(pa.string()),
        "terms": pa.list_(term),
    }
    schema = pa.schema(
        [(name, special.get(name) or _plain_type(pa, name)) for name in columns()]
        + [("geometry", pa.binary())],
        metadata={
            "geo": orjson.dumps(GEOMETRY),
            "sources": orjson.dumps({z.id: f"{z.source} ({z.licence})" for z in findings.zones}),
        },
    )
    rows = []
    for finding in findings:
        row = finding.to_dict()
        row["time"] = _moment(row["time"])
        row["crossings"] = [
            c | {key: _moment(c[key]) for key in ("time", "after", "before")}
            for c in row["crossings"]
        ]
        row["geometry"] = struct.pack("<BIdd", 1, 1, row["lon"], row["lat"])  # WKB of a point
        rows.append(row)
    out = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows, schema), out, compression="zstd")
    return out.getvalue()


def _plain_type(pa: Any, name: str) -> Any:
    if name in TEXT:
        return pa.string()
    return pa.int64() if name in WHOLE else pa.float64()


# Without a "crs", GeoParquet means OGC:CRS84: longitude first, on WGS84.
GEOMETRY: Final = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def zone_geojson(zone: Zone) -> bytes:
    """Return a zone as one GeoJSON feature, cut at ±180° as RFC 7946 has it.

    Its properties say where it comes from, under which terms, and how far it can be trusted.
    """
    import shapely

    facts = zone.to_dict()
    properties = {
        "kind": zone.kind,
        "edges": zone.edges,
        "verified": zone.verified,
        "part_of": zone.part_of,
    }
    feature = {
        "type": "Feature",
        "id": facts.pop("id"),
        "properties": facts | properties,
        "geometry": orjson.Fragment(shapely.to_geojson(zone.geometry)),
    }
    return orjson.dumps(feature, option=orjson.OPT_APPEND_NEWLINE)
