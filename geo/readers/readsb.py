"""Traces of readsb, tar1090, ADS-B Exchange and adsb.lol: ``trace_full_<hex>.json``.

The rows are those of readsb's ``README-json.md``. Its flag "stale" says that no position came for
20 s *before* this row: the row itself is a good fix, and the silence before it is what `is_gap`
looks at. Files of before 2022 stop after seven columns.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from geo.errors import TrackError
from geo.readers.recording import Format, Recording, Source, number, parse_json
from geo.units import FOOT

__all__ = ["FORMAT"]

SECONDS, LAT, LON, HEIGHT, FLAGS, DETAILS, SOURCE = 0, 1, 2, 3, 6, 8, 9
NEW_LEG: Final = 2
GEOMETRIC: Final = 8
MLAT_ERROR_M: Final = 1000.0  # multilateration zigzags by some hundred metres; no source says more
DB_FLAGS: Final = {1: "military", 2: "interesting", 4: "PIA", 8: "LADD"}


def _sniff(source: Source) -> bool:
    head = source.head
    return head.startswith(b"{") and b'"trace"' in source.data and b'"icao"' in source.data


def _read(source: Source) -> list[Recording]:
    document = parse_json(source)
    try:
        return [_trace(document)]
    except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
        raise TrackError(
            f"{source.name} looks like a readsb trace, but a row of it cannot be read"
            f" ({type(error).__name__}: {error})."
        ) from None


def _trace(document: dict[str, Any]) -> Recording:
    rows = document["trace"]
    start = float(document["timestamp"])

    def column(i: int) -> list[Any]:
        return [row[i] if len(row) > i else None for row in rows]

    heights = column(HEIGHT)
    flags = np.array([int(f or 0) for f in column(FLAGS)], dtype=np.int64)
    details = [d if isinstance(d, dict) else {} for d in column(DETAILS)]
    error = np.array([number(d.get("rc")) for d in details])
    mlat = np.array([(s or "") == "mlat" for s in column(SOURCE)], dtype=bool)
    known = ~np.isnan(error) & (error > 0)
    if known.any():
        # A row without details goes by the last that has them.
        last = np.maximum.accumulate(np.where(known, np.arange(len(rows)), -1))
        error = np.where(last >= 0, error[last], np.nan)
    geometric = (flags & GEOMETRIC) > 0
    height_m = np.array([number(h) for h in heights]) * FOOT
    kind = geometric.mean() > 0.5 if len(rows) else False
    height_m[geometric != kind] = np.nan  # never mix the two kinds
    about = {
        "registration": document.get("r"),
        "type": document.get("t"),
        "description": document.get("desc"),
        "operator": document.get("ownOp"),
        "flags": [n for bit, n in DB_FLAGS.items() if int(document.get("dbFlags") or 0) & bit],
    }
    return Recording(
        flight=str(document["icao"]),
        time_s=start + np.array([float(s) for s in column(SECONDS)]),
        lat=np.array([number(v) for v in column(LAT)]),
        lon=np.array([number(v) for v in column(LON)]),
        height_m=height_m,
        height_kind="geometric" if kind else "barometric",
        callsign=np.array([str(d.get("flight") or "").strip() for d in details]),
        on_ground=np.array([h == "ground" for h in heights], dtype=bool),
        new_leg=(flags & NEW_LEG) > 0,
        error_m=np.where(mlat, MLAT_ERROR_M, error),
        rows=len(rows),
        about={k: v for k, v in about.items() if v},
    )


FORMAT: Final = Format(
    name="readsb",
    title="readsb, tar1090, ADS-B Exchange, adsb.lol trace",
    marks="a JSON object (often gzipped) with 'icao', 'timestamp' and 'trace', a list of rows",
    sniff=_sniff,
    read=_read,
)
