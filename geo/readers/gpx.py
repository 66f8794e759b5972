"""GPX: tracks as recorded, and routes as planned.

``ele`` is metres above the geoid or the ellipsoid, times are UTC by the standard. A route without
times was drawn by somebody; a track without them was recorded all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.readers.recording import (
    Format,
    Options,
    Recording,
    Source,
    add_errors,
    add_told,
    number_of,
    parse_times,
)
from geo.readers.xml import child, named, parse_xml, text, told

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["FORMAT"]


def _sniff(source: Source) -> bool:
    return source.head.startswith(b"<") and b"<gpx" in source.head[:4096]


def _read(source: Source) -> list[Recording]:
    root = parse_xml(source)
    out = []
    for kind, point in (("trk", "trkpt"), ("rte", "rtept")):
        for number, line in enumerate(named(root, kind), start=1):
            points = list(named(line, point))
            if points:
                out.append(_recording(line, points, kind, number, source))
    return out


def _recording(
    line: Element, points: list[Element], kind: str, number: int, source: Source
) -> Recording:
    name = text(child(line, "name"))
    heights = np.array([number_of(text(child(p, "ele"))) for p in points])
    whens = [text(child(p, "time")) for p in points]
    # GPX 1.1 says that times are UTC; some writers leave the Z away.
    utc = Source(source.name, b"", Options(tz=source.options.tz or "UTC"))
    time_s = parse_times(whens, utc) if any(whens) else None
    about: dict[str, Any] = {}
    if kind == "rte" and time_s is None:
        about["basis"] = "drawn"
    recording = Recording(
        flight=name or (source.stem if number == 1 else f"{source.stem} {number}"),
        lon=np.array([number_of(p.get("lon", "")) for p in points]),
        lat=np.array([number_of(p.get("lat", "")) for p in points]),
        time_s=time_s,
        height_m=heights,
        height_kind="geometric",
        rows=len(points),
        about=about,
    )
    add_told(recording, told(line))
    fixes = [child(p, "extensions") for p in points]
    metres, by = (
        ["" if f is None else text(child(f, name)) for f in fixes]
        for name in ("error_m", "error_by")
    )
    add_errors(recording, [number_of(m) for m in metres], by if any(by) else [])
    return recording


FORMAT: Final = Format(
    name="gpx",
    title="GPX track or route",
    marks="XML with <gpx>; points in trk/trkseg/trkpt or rte/rtept, heights in metres",
    sniff=_sniff,
    read=_read,
)
