"""Traces of readsb, tar1090, ADS-B Exchange and adsb.lol: ``trace_full_<hex>.json``.

The rows are those of readsb's ``README-json.md``. Its flag "stale" says that no position came for
20 s *before* this row: the row itself is a good fix, and the silence before it is what `is_gap`
looks at. Files of before 2022 stop after seven columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.accuracy import errors_of, kinds_of
from geo.earth import Floats
from geo.errors import TrackError
from geo.readers.columns import MOST_TEXT
from geo.readers.recording import Format, Recording, Source, number, parse_json
from geo.units import FOOT

__all__ = ["FORMAT"]

FIELDS: Final = 10  # that are looked at, of 14; older files have 7
SECONDS, LAT, LON, HEIGHT, FLAGS, DETAILS, SOURCE = 0, 1, 2, 3, 6, 8, 9
NEW_LEG: Final = 2
GEOMETRIC: Final = 8
# What an ADS-B position says of itself is in none of these.
ON_GROUND: Final = -np.inf  # no JSON has it
FOREIGN: Final = frozenset({"mlat", "mode_s", "other", "unknown", "adsc"})
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
    n = len(rows)
    # Rows to columns in one go; a row that stops early is filled up with None.
    columns = list(itertools.islice(itertools.zip_longest(*rows), FIELDS))
    columns += [(None,) * n] * (FIELDS - len(columns))

    on_ground, height_m = _heights(columns[HEIGHT])
    flags = _flags(columns[FLAGS])
    at = list(itertools.compress(range(n), columns[DETAILS]))
    details = list(filter(None, columns[DETAILS]))
    called = [d.get("flight") for d in details]
    plain = {c: str(c or "").strip()[:MOST_TEXT] for c in set(called)}  # a handful, told often
    names = [plain[c] for c in called]
    callsign = np.zeros(n, dtype=f"<U{max(map(len, names), default=0) or 1}")
    callsign[np.array(at, dtype=np.int64)] = names
    error, error_by = _errors(columns[SOURCE], at, details, n)
    geometric = (flags & GEOMETRIC) > 0
    kind = geometric.mean() > 0.5 if n else False
    height_m[geometric != kind] = np.nan  # never mix the two kinds
    about = {
        "registration": document.get("r"),
        "type": document.get("t"),
        "description": document.get("desc"),
        "operator": document.get("ownOp"),
        "flags": [
            word for bit, word in DB_FLAGS.items() if int(document.get("dbFlags") or 0) & bit
        ],
    }
    return Recording(
        flight=str(document["icao"]),
        time_s=start + _numbers(columns[SECONDS]),
        lat=_numbers(columns[LAT]),
        lon=_numbers(columns[LON]),
        height_m=height_m,
        height_kind="geometric" if kind else "barometric",
        callsign=callsign,
        on_ground=on_ground,
        new_leg=(flags & NEW_LEG) > 0,
        error_m=error,
        error_by=error_by,
        rows=n,
        about={k: v for k, v in about.items() if v},
    )


def _errors(
    sources: Sequence[Any], at: Sequence[int], details: Sequence[Any], n: int
) -> tuple[Floats, NDArray[np.uint8]]:
    """Return how far off each row may be in metres, and by what; ``at`` are the rows of details."""
    told = [d.get("type") or sources[i] for i, d in zip(at, details, strict=True)]
    said = np.full((3, n), np.nan)
    rows = np.array(at, dtype=np.int64)
    named = set(sources)
    if not (FOREIGN.isdisjoint(told) and FOREIGN.isdisjoint(named)):
        own = [not FOREIGN & {d, sources[i]} for i, d in zip(at, told, strict=True)]
        rows = rows[own]
        details = list(itertools.compress(details, own))
    for k, name in enumerate(("rc", "nic", "nac_p")):
        if k < 2 or not (said[:2, rows] > 0).all():  # NACp is for those that tell no more
            said[k, rows] = _numbers([d.get(name) for d in details])
    # A row without details goes by the last that has them.
    last = np.full(n, -1)
    last[rows] = rows
    last = np.maximum.accumulate(last) if n else last
    rc, nic, nac_p = np.where(last >= 0, said[:, last], np.nan)
    if len(named) == 1 and sources[0] is not None:
        kind = np.repeat(kinds_of(sources[:1]), n)
    else:
        # Before the column of sources there was the type in the details.
        kinds = np.full(n, "", dtype=object)
        kinds[at] = told
        held = np.full(n, 0)
        held[at] = at
        kinds = kinds[np.maximum.accumulate(held)] if n else kinds
        kind = kinds_of([s or k for s, k in zip(sources, kinds.tolist(), strict=True)])
    return errors_of(rc, nic, nac_p, kind)


def _heights(values: Sequence[Any]) -> tuple[NDArray[np.bool_], Floats]:
    """Return where the aircraft was on the ground, and its heights in metres, NaN where unknown."""
    feet = _numbers(list(map({"ground": ON_GROUND}.get, values, values)))
    on_ground = feet == ON_GROUND
    feet[on_ground] = np.nan
    return on_ground, feet * FOOT


def _flags(values: Sequence[Any]) -> NDArray[np.int64]:
    """Return a column of bits, 0 for what is none."""
    try:
        return np.array(values, dtype=np.int64)
    except (TypeError, ValueError, OverflowError):
        known = np.nan_to_num(_numbers(values))
        return np.where(np.abs(known) < 2**53, known, 0).astype(np.int64)


def _numbers(values: Sequence[Any] | NDArray[np.object_]) -> Floats:
    """Return a column of numbers, NaN for what is none."""
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array([number(v) for v in values])


FORMAT: Final = Format(
    name="readsb",
    title="readsb, tar1090, ADS-B Exchange, adsb.lol trace",
    marks="a JSON object (often gzipped) with 'icao', 'timestamp' and 'trace', a list of rows",
    sniff=_sniff,
    read=_read,
)
