"""Tracks as the bytes of a file: GeoJSON, GPX, KML, CSV, GeoParquet.

Numbers are written so that they are read back to the last bit, times to the microsecond. What a
format has no place for (leg, callsign, type, kind of height, position errors) goes into the
extensions that it allows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import orjson

from geo.accuracy import LABELS
from geo.track import Track

__all__ = ["WRITERS"]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# What XML 1.0 has no way to write, escaped or not.
NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def stamp(time_s: float) -> str:
    """Return seconds since 1970 as ISO 8601, UTC, to the microsecond.

    >>> stamp(1592367153.25)
    '2020-06-17T04:12:33.250000Z'
    """
    moment = EPOCH + timedelta(microseconds=round(time_s * 1e6))
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _stamps(track: Track) -> list[str] | None:
    return None if track.time_s is None else [stamp(t) for t in track.time_s.tolist()]


def _heights(track: Track) -> list[float | None]:
    if track.height_m is None:
        return [None] * len(track)
    return [None if np.isnan(h) else h for h in track.height_m.tolist()]


def _errors(track: Track) -> dict[str, list[Any]]:
    """Return how far off each fix may be, None where unknown, and who says so, as far as known."""
    out: dict[str, list[Any]] = {}
    if track.error_m is not None:
        out["error_m"] = [None if np.isnan(e) else e for e in track.error_m.tolist()]
        if track.error_by is not None:
            out["error_by"] = [LABELS[code] for code in track.error_by.tolist()]
    return out


def _about(track: Track) -> dict[str, Any]:
    """Return what every format tells of a track, in this order."""
    about: dict[str, Any] = {
        "flight": track.flight,
        "callsign": track.callsign,
        "leg": track.leg,
        "basis": track.basis,
    }
    if track.about.get("type"):
        about["typecode"] = track.about["type"]
    if track.half_width_m is not None:
        about["half_width_m"] = track.half_width_m
    if track.height_kind is not None:
        about["height_kind"] = track.height_kind
    return about


# -------------------------------------------------------------------------------- GeoJSON


def _geojson(tracks: Sequence[Track]) -> bytes:
    features = [_feature(t) for t in tracks]
    return orjson.dumps(
        {"type": "FeatureCollection", "features": features}, option=orjson.OPT_APPEND_NEWLINE
    )


def _feature(track: Track) -> dict[str, Any]:
    # A line from 179° to −179° would be drawn around the world: it runs on to 181° instead.
    turn = np.concatenate([[0.0], np.cumsum(-360.0 * np.round(np.diff(track.lon) / 360.0))])
    places = [
        [lon, lat] if h is None else [lon, lat, h]
        for lon, lat, h in zip(
            (track.lon + turn).tolist(), track.lat.tolist(), _heights(track), strict=True
        )
    ]
    properties = _about(track)
    times = _stamps(track)
    if times is not None:
        properties["coordTimes"] = times
    properties |= _errors(track)
    # RFC 7946 asks two places of a line: a single fix stands there twice, and reads as one.
    if len(places) == 1:
        places *= 2
        for name in ("coordTimes", "error_m", "error_by"):
            if name in properties:
                properties[name] = properties[name] * 2
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": places},
        "properties": properties,
    }


# -------------------------------------------------------------------------------- GPX, KML


def _xml(value: Any) -> str:
    return escape(NOT_XML.sub("", "" if value is None else str(value)))


def _gpx(tracks: Sequence[Track]) -> bytes:
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="howclose" xmlns="http://www.topografix.com/GPX/1/1"'
        ' xmlns:h="urn:howclose">',
    ]
    for track in sorted(tracks, key=lambda t: t.basis == "recorded"):  # the schema: routes first
        drawn = track.basis == "drawn" and track.time_s is None
        outer, point = ("rte", "rtept") if drawn else ("trk", "trkpt")
        out.append(f"<{outer}><name>{_xml(track.name)}</name>")
        told = "".join(f"<h:{k}>{_xml(v)}</h:{k}>" for k, v in _about(track).items())
        out.append(f"<extensions>{told}</extensions>")
        if not drawn:
            out.append("<trkseg>")
        out.extend(_gpx_points(track, point))
        out.append(f"</{outer}>" if drawn else "</trkseg></trk>")
    out.append("</gpx>\n")
    return "\n".join(out).encode()


def _gpx_points(track: Track, point: str) -> Iterator[str]:
    times = _stamps(track)
    heights = _heights(track)
    errors = _errors(track)
    for i, (lon, lat) in enumerate(zip(track.lon.tolist(), track.lat.tolist(), strict=True)):
        ele = "" if heights[i] is None else f"<ele>{heights[i]!r}</ele>"
        time = "" if times is None else f"<time>{times[i]}</time>"
        told = "".join(
            f"<h:{k}>{_xml(v[i])}</h:{k}>" for k, v in errors.items() if v[i] not in (None, "")
        )
        more = f"<extensions>{told}</extensions>" if told else ""
        yield f'<{point} lat="{lat!r}" lon="{lon!r}">{ele}{time}{more}</{point}>'


def _kml(tracks: Sequence[Track]) -> bytes:
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">',
        "<Document>",
        '<Schema id="fixes"><gx:SimpleArrayField name="error_m" type="float"/>'
        '<gx:SimpleArrayField name="error_by" type="string"/></Schema>',
    ]
    for track in tracks:
        told = "".join(
            f"<Data name={quoteattr(k)}><value>{_xml(v)}</value></Data>"
            for k, v in _about(track).items()
        )
        times = _stamps(track)
        by_fix = _kml_by_fix(track)
        if times is None:
            told += by_fix
        out.append(f"<Placemark><name>{_xml(track.name)}</name><ExtendedData>{told}</ExtendedData>")
        places = [
            (repr(lon), repr(lat)) if h is None else (repr(lon), repr(lat), repr(h))
            for lon, lat, h in zip(
                track.lon.tolist(), track.lat.tolist(), _heights(track), strict=True
            )
        ]
        mode = "<altitudeMode>absolute</altitudeMode>" if track.height_m is not None else ""
        if times is None:
            listed = " ".join(",".join(p) for p in places)
            out.append(f"<LineString>{mode}<coordinates>{listed}</coordinates></LineString>")
        else:
            out.append(f"<gx:Track>{mode}")
            out.extend(f"<when>{t}</when>" for t in times)
            out.extend(f"<gx:coord>{' '.join(p)}</gx:coord>" for p in places)
            if by_fix:
                out.append(f"<ExtendedData>{by_fix}</ExtendedData>")
            out.append("</gx:Track>")
        out.append("</Placemark>")
    out.append("</Document></kml>\n")
    return "\n".join(out).encode()


def _kml_by_fix(track: Track) -> str:
    arrays = "".join(
        f'<gx:SimpleArrayData name="{name}">'
        + "".join(f"<gx:value>{_xml(v)}</gx:value>" for v in values)
        + "</gx:SimpleArrayData>"
        for name, values in _errors(track).items()
    )
    return f'<SchemaData schemaUrl="#fixes">{arrays}</SchemaData>' if arrays else ""


# ----------------------------------------------------------------------------------- tables


def _csv(tracks: Sequence[Track]) -> bytes:
    from geo.interchange import columns_of

    columns = columns_of(tracks)
    columns["time"] = ["" if np.isnan(t) else stamp(t) for t in columns["time"].tolist()]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    listed = [v.tolist() if isinstance(v, np.ndarray) else v for v in columns.values()]
    for row in zip(*listed, strict=True):
        writer.writerow(["" if v is None or v != v else v for v in row])
    return out.getvalue().encode()


def _parquet(tracks: Sequence[Track]) -> bytes:
    from geo.interchange import to_frame

    out = io.BytesIO()
    to_frame(tracks).to_parquet(out, index=False)
    return out.getvalue()


WRITERS: Final[dict[str, Callable[[Sequence[Track]], bytes]]] = {
    "geojson": _geojson,
    "gpx": _gpx,
    "kml": _kml,
    "csv": _csv,
    "parquet": _parquet,
}
