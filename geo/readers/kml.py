"""KML: of FlightAware, tar1090, Flightradar24, and lines drawn in Google Earth; KMZ is its zip.

Three ways to hold a flight, looked for in this order, the first that is there being taken:
``gx:Track`` (parallel ``when`` and ``coord``, metres), points with a ``TimeStamp`` (Flightradar24,
which draws the same again as lines), and lines without times. Points without a time are airports.
tar1090 doubles the first time, and leaves a space in its tags.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.readers.recording import (
    Format,
    Recording,
    Source,
    add_errors,
    add_told,
    number_of,
    parse_times,
)
from geo.readers.xml import child, named, parse_xml, tag, text, told
from geo.track import HeightKind

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["FORMAT"]

# tar1090 names its files by the heights in them; FlightAware's are barometric feet made metres.
DATUMS: Final[dict[str, HeightKind]] = {
    "egm96": "geometric", "wgs84": "geometric", "ellipsoid": "geometric", "geom": "geometric",
    "press": "barometric", "uncorrected": "barometric", "baro": "barometric",
}  # fmt: skip


def _sniff(source: Source) -> bool:
    return source.head.startswith(b"<") and b"<kml" in source.head[:4096]


def _read(source: Source) -> list[Recording]:
    # tar1090 writes the tag's space before its end, which XML allows, and "</when >" too.
    root = parse_xml(source)
    tracks = []
    for mark in named(root, "Placemark"):
        parts = list(named(mark, "Track"))
        tracks += [_track(part, mark, source) for part in parts]
    tracks = [t for t in tracks if t.rows]
    if tracks:
        # Only our own files say of a line among tracks that it is another flight.
        return tracks + _lines([m for m in named(root, "Placemark") if "basis" in told(m)], source)
    points = [m for m in named(root, "Placemark") if _when(m) and child(m, "Point") is not None]
    if points:
        return [_points(points, root, source)]
    return _lines(list(named(root, "Placemark")), source)


def _lines(marks: list[Element], source: Source) -> list[Recording]:
    return [
        _line(line, mark, number, source)
        for number, mark in enumerate(marks, start=1)
        for line in named(mark, "LineString")
    ]


def _kind(source: Source) -> HeightKind:
    name = source.name.lower()
    return next((kind for word, kind in DATUMS.items() if word in name), "barometric")


def _track(track: Element, mark: Element, source: Source) -> Recording:
    whens = [text(e) for e in track if tag(e) == "when"]
    places = [_place(text(e).split()) for e in track if tag(e) == "coord"]
    if len(whens) == len(places) + 1 and len(whens) > 1 and whens[0] == whens[1]:
        whens = whens[1:]  # tar1090's doubled first time
    if whens and len(whens) != len(places):
        raise ValueError(f"{len(places)} places but {len(whens)} times")
    name = text(child(mark, "name"))
    recording = _recording(places, whens, name, _kind(source), source)
    add_told(recording, told(mark))
    _add_errors(recording, track)
    return recording


def _add_errors(recording: Recording, element: Element) -> None:
    by_fix = {
        array.get("name"): [text(v) for v in array if tag(v) == "value"]
        for array in named(element, "SimpleArrayData")
    }
    metres = [number_of(m) for m in by_fix.get("error_m", [])]
    add_errors(recording, metres, by_fix.get("error_by", []))


def _when(mark: Element) -> str:
    stamp = child(mark, "TimeStamp")
    return "" if stamp is None else text(child(stamp, "when"))


def _points(marks: list[Element], root: Element, source: Source) -> Recording:
    places, whens = [], []
    for mark in marks:
        point = child(mark, "Point")
        places.append(
            _place(text(None if point is None else child(point, "coordinates")).split(","))
        )
        whens.append(_when(mark))
    document = next(named(root, "Document"), root)
    # "DAL1 - 1a2b3c", or "DAL1/1a2b3c": the callsign first
    name = re.split(r"\s+-\s+|/", text(child(document, "name")))[0]
    return _recording(places, whens, name, "barometric", source)


def _line(line: Element, mark: Element, number: int, source: Source) -> Recording:
    places = [_place(t.split(",")) for t in text(child(line, "coordinates")).split()]
    name = text(child(mark, "name")) or f"line {number}"
    recording = _recording(places, [], name, "geometric", source)
    recording.about["basis"] = "drawn"
    add_told(recording, told(mark))
    _add_errors(recording, mark)
    return recording


def _place(parts: list[str]) -> tuple[float, float, float]:
    values = [number_of(p) for p in parts[:3]] + [np.nan] * 3
    return values[0], values[1], values[2]


def _recording(
    places: list[tuple[float, float, float]],
    whens: list[str],
    name: str,
    kind: HeightKind,
    source: Source,
) -> Recording:
    place = np.array(places, dtype=np.float64).reshape(-1, 3)
    flown = [whens[i] for i in range(len(places))] if any(whens) else []
    about: dict[str, Any] = {}
    return Recording(
        flight=name.strip() or source.stem,
        lon=place[:, 0],
        lat=place[:, 1],
        time_s=parse_times(flown, source) if flown else None,
        height_m=place[:, 2],
        height_kind=kind,
        rows=len(place),
        about=about,
    )


FORMAT: Final = Format(
    name="kml",
    title="KML or KMZ (FlightAware, tar1090, Flightradar24, drawn lines)",
    marks="XML with <kml>, or a zip of it; gx:Track with when and coord, points with a TimeStamp,"
    " or lines without times",
    sniff=_sniff,
    read=_read,
)
