"""OpenSky's REST answers: states of all aircraft at one time, and the track of one.

A state is an array; 0 icao24, 1 callsign, 3 time_position, 5 lon, 6 lat, 7 barometric height m,
8 on ground, 13 geometric height m, 16 where the position comes from. A track's way-point is (time,
lat, lon, barometric height m, track, on ground). Tables of state vectors (CSV, Parquet) are read by
their columns' names.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from geo.accuracy import errors_of, kinds_of
from geo.readers.columns import column_of, numbers, times
from geo.readers.recording import Format, Recording, Source, number, parse_json

__all__ = ["FORMAT"]

POSITION_SOURCE: Final = 16
WAYPOINT: Final = 6  # fields
STATE: Final = 9  # as many as are looked at; some answers have 17, some 18


def _sniff(source: Source) -> bool:
    data = source.data
    return source.head.startswith(b"{") and (
        (b'"states"' in data and b'"time"' in data) or (b'"path"' in data and b'"icao24"' in data)
    )


def _read(source: Source) -> list[Recording]:
    document = parse_json(source)
    if isinstance(document.get("path"), list):
        return [_track(document, source)]
    (now_s,) = times(column_of([document["time"]]), source)
    states = [s for s in document["states"] or [] if isinstance(s, list) and len(s) >= STATE]
    return [_state(state, float(now_s)) for state in states]


def _track(document: dict[str, Any], source: Source) -> Recording:
    path = [p for p in document["path"] if isinstance(p, list) and len(p) >= WAYPOINT]
    n = len(path)
    callsign = str(
        document.get("callsign") or document.get("calllsign") or ""
    )  # OpenSky's own slip
    return Recording(
        flight=str(document.get("icao24") or source.stem),
        lon=numbers(column_of([p[2] for p in path])),
        lat=numbers(column_of([p[1] for p in path])),
        time_s=times(column_of([p[0] for p in path]), source),
        callsign=np.full(n, callsign.strip()),
        height_m=numbers(column_of([p[3] for p in path])),
        height_kind="barometric",
        on_ground=np.array([p[5] is True for p in path], dtype=bool),
        rows=n,
    )


def _state(state: list[Any], now_s: float) -> Recording:
    heard_s = number(state[3])
    source = state[POSITION_SOURCE] if len(state) > POSITION_SOURCE else None
    nothing = np.array([np.nan])
    kind = kinds_of([str(source)])
    error_m, error_by = errors_of(nothing, nothing, nothing, kind)
    return Recording(
        flight=str(state[0]),
        lon=np.array([number(state[5])]),
        lat=np.array([number(state[6])]),
        time_s=np.array([now_s if np.isnan(heard_s) else heard_s]),
        callsign=np.array([str(state[1] or "").strip()]),
        height_m=np.array([number(state[7])]),
        height_kind="barometric",
        on_ground=np.array([state[8] is True]),
        error_m=error_m,
        error_by=error_by,
        rows=1,
    )


FORMAT: Final = Format(
    name="opensky",
    title="OpenSky REST answer (states or track)",
    marks="a JSON object with 'time' and 'states', or with 'icao24' and 'path'; OpenSky's tables"
    " are read as CSV or Parquet",
    sniff=_sniff,
    read=_read,
    joined=True,
)
