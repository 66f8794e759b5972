"""GeoJSON: timed lines, points with times, and drawn lines without.

A line whose properties hold ``coordTimes`` or ``times``, one a vertex, is a recorded track. A line
without times shows no sign of having been recorded and is taken as *drawn*, unless its property
``basis`` says ``recorded``; ``half_width_m`` tells how far off it may be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from geo.errors import TrackError
from geo.readers.columns import NAMES, Column, column_of, recordings, roles, times
from geo.readers.recording import Format, Recording, Source, add_errors, add_told, parse_json

__all__ = ["FORMAT"]

TYPES: Final = (
    b"FeatureCollection", b"Feature", b"LineString", b"MultiLineString", b"Point", b"MultiPoint",
)  # fmt: skip


def _sniff(source: Source) -> bool:
    head = source.head.lstrip(b"\x1e")
    return (
        head.startswith(b"{")
        and any(b'"' + t + b'"' in source.data for t in TYPES)
        and (b'"coordinates"' in source.data or b'"features"' in source.data)
    )


def _read(source: Source) -> list[Recording]:
    document = _lines(source) if _is_lines(source) else parse_json(source)
    out: list[Recording] = []
    points: list[tuple[dict[str, Any], list[float]]] = []
    for i, feature in enumerate(_features(document)):
        geometry = feature.get("geometry") or {}
        properties = feature.get("properties") or {}
        kind = geometry.get("type")
        coordinates: Any = geometry.get("coordinates")
        try:
            if kind == "LineString":
                out.append(_line(coordinates, properties, None, source, i + 1))
            elif kind == "MultiLineString":
                stamps = _stamps(properties)
                for k, part in enumerate(coordinates):
                    stamp = stamps[k] if stamps and isinstance(stamps[0], list) else None
                    out.append(_line(part, properties, stamp, source, i + 1))
            elif kind == "Point":
                points.append((properties, coordinates))
        except (TypeError, ValueError, IndexError, KeyError):
            raise TrackError(
                f"{source.name}: feature {i + 1} has coordinates that cannot be read."
            ) from None
    if points:
        out += _points(points, source)
    if not out:
        raise TrackError(f"{source.name} is GeoJSON, but holds no lines and no points.")
    return out


def _is_lines(source: Source) -> bool:
    """Return whether each line is a feature of its own (RFC 8142, with or without its marks)."""
    first, *more = source.head.split(b"\n", 2)
    return first.rstrip().endswith(b"}") and any(m.strip() for m in more)


def _lines(source: Source) -> dict[str, Any]:
    lines = (line.strip(b"\x1e \r\t") for line in source.data.splitlines())
    parts = [parse_json(replace(source, data=line)) for line in lines if line]
    return {"type": "FeatureCollection", "features": parts}


def _features(document: Any) -> list[dict[str, Any]]:
    if not isinstance(document, dict):
        return []
    if document.get("type") == "FeatureCollection":
        return [f for f in document.get("features") or [] if isinstance(f, dict)]
    if document.get("type") == "Feature":
        return [document]
    return [{"geometry": document, "properties": {}}]


def _stamps(properties: dict[str, Any]) -> list[Any] | None:
    """Return the times of a line: in the places where GPS tools put them."""
    nested = properties.get("coordinateProperties")
    for holder in (properties, nested if isinstance(nested, dict) else {}):
        for name in ("coordTimes", "times", "timestamps"):
            if isinstance(holder.get(name), list):
                stamps: list[Any] = holder[name]
                return stamps
    return None


def _label(properties: dict[str, Any], role: str) -> str:
    for name in NAMES[role]:
        if properties.get(name) not in (None, ""):
            return str(properties[name])
    return ""


def _line(
    coordinates: list[list[float]],
    properties: dict[str, Any],
    stamps: list[Any] | None,
    source: Source,
    number: int,
) -> Recording:
    n = len(coordinates)
    stamps = stamps if stamps is not None else _stamps(properties)
    time_s = None
    if stamps is not None:
        if len(stamps) != n:
            raise TrackError(
                f"{source.name}: feature {number} has {n} vertices but {len(stamps)} times."
            )
        time_s = times(column_of(stamps), source)
    callsign = _label(properties, "callsign")
    flight = _label(properties, "flight") or callsign or f"line {number}"
    height = np.array([c[2] if len(c) > 2 else np.nan for c in coordinates], dtype=float)
    width = properties.get("half_width_m")
    drawn = properties.get("basis", "recorded" if time_s is not None else "drawn") == "drawn"
    about: dict[str, Any] = {"basis": "drawn"} if drawn else {}
    if drawn and isinstance(width, int | float):
        about["half_width_m"] = float(width)
    recording = Recording(
        flight=flight,
        lon=np.array([c[0] for c in coordinates], dtype=float),
        lat=np.array([c[1] for c in coordinates], dtype=float),
        time_s=time_s,
        callsign=np.full(n, callsign),
        height_m=height if np.isfinite(height).any() else None,
        height_kind="geometric" if np.isfinite(height).any() else None,
        rows=n,
        about=about,
    )
    add_told(recording, properties)
    errors, by = properties.get("error_m"), properties.get("error_by")
    if isinstance(errors, list):
        add_errors(recording, errors, by if isinstance(by, list) else [])
    return recording


def _points(points: list[tuple[dict[str, Any], list[float]]], source: Source) -> list[Recording]:
    names = list(dict.fromkeys(name for properties, _ in points for name in properties))
    columns: dict[str, Column] = {
        name: column_of([properties.get(name) for properties, _ in points]) for name in names
    }
    columns["lon"] = np.array([c[0] for _, c in points], dtype=float)
    columns["lat"] = np.array([c[1] for _, c in points], dtype=float)
    found = roles(list(columns), source) | {"lon": "lon", "lat": "lat"}
    return recordings(columns, found, source, default=source.stem)


FORMAT: Final = Format(
    name="geojson",
    title="GeoJSON lines or points",
    marks="a JSON object with 'coordinates'; times in the properties 'coordTimes' or 'times' of a"
    " line, or in a time property of each point",
    sniff=_sniff,
    read=_read,
)
