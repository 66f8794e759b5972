"""Flightradar24 in JSON: as its site serves a flight, and as its API does.

The site: ``result.response.data.flight.track[]``, heights under ``altitude.feet``. The API: a list
of flights (or one), each with ``tracks[]`` of ``lat, lon, alt, gspeed, vspeed, track, timestamp``.
On the ground the height is 0.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from geo.errors import TrackError
from geo.readers.columns import column_of, numbers, times
from geo.readers.recording import Format, Recording, Source, parse_json
from geo.units import FOOT

__all__ = ["FORMAT"]


def _sniff(source: Source) -> bool:
    if not source.head.startswith((b"{", b"[")):
        return False
    data = source.data
    site = b'"response"' in data and b'"flight"' in data and b'"track"' in data
    api = b'"tracks"' in data and (b'"fr24_id"' in data or b'"gspeed"' in data)
    return site or api


def _read(source: Source) -> list[Recording]:
    document = parse_json(source)
    if isinstance(document, dict) and "result" in document:
        flight = document["result"]["response"]["data"]["flight"]
        return [_site(flight, source)]
    listed = document if isinstance(document, list) else [document]
    flights = [f for f in listed if isinstance(f, dict) and isinstance(f.get("tracks"), list)]
    if not flights:
        raise TrackError(f"{source.name} looks like Flightradar24's, but has no 'tracks' in it.")
    return [_api(flight, source) for flight in flights]


def _site(flight: dict[str, Any], source: Source) -> Recording:
    who = flight.get("identification") or {}
    craft = flight.get("aircraft") or {}
    points = [
        {
            "lat": p.get("latitude"),
            "lon": p.get("longitude"),
            "alt": (p.get("altitude") or {}).get("feet"),
            "timestamp": p.get("timestamp"),
        }
        for p in flight.get("track") or []
    ]
    hex_ = craft.get("hex") or (craft.get("identification") or {}).get("modes")
    about = {
        "registration": craft.get("registration")
        or (craft.get("identification") or {}).get("registration"),
        "type": (craft.get("model") or {}).get("code"),
        "description": (craft.get("model") or {}).get("text"),
    }
    name = str(hex_ or who.get("id") or source.stem).lower()
    return _recording(points, name, str(who.get("callsign") or ""), about, source)


def _api(flight: dict[str, Any], source: Source) -> Recording:
    points = [p for p in flight["tracks"] if isinstance(p, dict)]
    callsign = next((str(p["callsign"]) for p in points if p.get("callsign")), "")
    name = flight.get("hex") or flight.get("fr24_id") or source.stem
    return _recording(points, str(name), str(flight.get("callsign") or callsign), {}, source)


def _recording(
    points: list[dict[str, Any]],
    flight: str,
    callsign: str,
    about: dict[str, Any],
    source: Source,
) -> Recording:
    feet = numbers(column_of([p.get("alt") for p in points]))
    return Recording(
        flight=flight,
        lon=numbers(column_of([p.get("lon") for p in points])),
        lat=numbers(column_of([p.get("lat") for p in points])),
        time_s=times(column_of([p.get("timestamp") for p in points]), source),
        callsign=np.full(len(points), callsign.strip()),
        height_m=feet * FOOT,
        height_kind="barometric",
        on_ground=feet == 0,
        rows=len(points),
        about={k: v for k, v in about.items() if v},
    )


FORMAT: Final = Format(
    name="fr24",
    title="Flightradar24 JSON (site or API)",
    marks="a JSON object with result.response.data.flight.track (site), or with 'tracks' and"
    " 'fr24_id' (API)",
    sniff=_sniff,
    read=_read,
)
