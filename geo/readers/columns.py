"""Tables of fixes: which column is which, and the recordings in them.

Shared by every format that is a table in the end: CSV, Parquet, points of a vector file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.earth import Floats
from geo.errors import TrackError
from geo.readers.recording import Recording, Source, parse_times
from geo.track import HeightKind
from geo.units import FOOT

__all__ = ["Column", "recordings", "roles"]

Column = NDArray[np.float64] | NDArray[np.str_]

# Our name of a column: what files call it, in the order of preference.
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "lat": ("lat", "latitude", "lat_deg", "y", "position_lat"),
    "lon": ("lon", "longitude", "lng", "long", "lon_deg", "x", "position_lon"),
    "time": (
        "time", "timestamp", "datetime", "date_time", "time_utc", "utc", "timeposition",
        "time_position", "snapshottime", "ts", "epoch", "unixtime", "date",
    ),
    "flight": (
        "icao24", "icao", "hex", "hexid", "hex_ident", "mode_s", "flight_id", "flightid", "id",
        "track_id", "trajectory_id", "aircraft", "registration", "reg", "tail", "name",
    ),
    "callsign": ("callsign", "call_sign", "ident", "flight", "flight_number"),
    "height": (
        "baroaltitude", "altitude", "alt", "alt_baro", "altitude_ft", "alt_ft", "height",
        "height_m", "altitude_m", "alt_m", "elevation", "ele", "geoaltitude", "alt_geom",
    ),
    "on_ground": ("onground", "on_ground", "is_on_ground", "ground"),
}  # fmt: skip
METRES: Final = frozenset(
    {"baroaltitude", "geoaltitude", "height", "height_m", "altitude_m", "alt_m", "elevation", "ele"}
)
GEOMETRIC: Final = frozenset({"geoaltitude", "alt_geom", "elevation", "ele"})
# Seconds since 1970 lie between 1973 and 5138 in these ranges; the next is a thousand times finer.
EPOCHS: Final = ((1e8, 1e11, 1.0), (1e11, 1e14, 1e3), (1e14, 1e17, 1e6), (1e17, 1e20, 1e9))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def roles(names: Sequence[str], source: Source) -> dict[str, str]:
    """Return the file's column for each of our names that it has.

    Raises
    ------
    TrackError
        If a column the user named is not there, or there is no latitude or longitude.
    """
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(_plain(name), name)
    found: dict[str, str] = {}
    for ours, theirs in source.options.columns.items():
        if ours not in NAMES:
            raise TrackError(
                f"--column {ours}={theirs}: there is no column '{ours}' to name. Those that can be"
                f" named are {', '.join(NAMES)}."
            )
        if theirs not in names:
            raise TrackError(f"{source.name} has no column '{theirs}'; it has {_quoted(names)}.")
        found[ours] = theirs
    for ours, candidates in NAMES.items():
        for candidate in candidates:
            theirs = by_plain.get(candidate, "")
            if theirs and ours not in found and theirs not in found.values():
                found[ours] = theirs
    missing = [n for n in ("lat", "lon") if n not in found]
    if missing:
        raise TrackError(
            f"{source.name} has no column {' or '.join(repr(m) for m in missing)};"
            f" it has {_quoted(names)}.\n\nIf a column goes by another name, say so:\n\n"
            f"    howclose check {source.name} --column {missing[0]}=NAME"
        )
    return found


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{n}'" for n in names[:12])
    return shown + (" …" if len(names) > 12 else "") if shown else "none"


def numbers(values: Column) -> Floats:
    """Return a column as numbers, NaN for what is empty or none; decimal commas are understood."""
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    out = np.full(len(values), np.nan)
    for i, text in enumerate(values.tolist()):
        try:
            out[i] = float(text.strip().replace(",", ".")) if text.strip() else np.nan
        except ValueError:
            out[i] = np.nan
    return out


def times(values: Column, source: Source) -> Floats:
    """Return a column of times as seconds since 1970, UTC, NaN where there is none."""
    if values.dtype.kind != "f":
        texts = values.tolist()
        first = next((t for t in texts if t.strip()), "")
        if not re.fullmatch(r"\s*-?[0-9]+([.,][0-9]*)?([eE][+-]?[0-9]+)?\s*", first):
            return parse_times(texts, source)
    epoch = numbers(values)
    known = np.abs(epoch[np.isfinite(epoch)])
    if len(known) == 0:
        return epoch
    for lo, hi, per_second in EPOCHS:
        if lo <= np.median(known) < hi:
            return epoch / per_second
    raise TrackError(
        f"{source.name} has times like {known[0]:g}, which are not seconds or milliseconds since"
        " 1970. Give times in ISO 8601 (2020-06-17T04:12:33Z) or in seconds since 1970."
    )


def recordings(
    columns: Mapping[str, Column], found: Mapping[str, str], source: Source, default: str
) -> list[Recording]:
    """Return the recordings of a table, one an aircraft, in the order of their first rows.

    Parameters
    ----------
    columns
        The table, by the file's names; shape (n,) each, numbers or text.
    found
        What `roles` found.
    default
        What to call the flight if the table does not say.
    """
    lat, lon = numbers(columns[found["lat"]]), numbers(columns[found["lon"]])
    n = len(lat)
    if n == 0:
        raise TrackError(f"{source.name} has a header but no rows, so there is nothing to measure.")
    notes: list[str] = []
    usable = np.isfinite(lat) & np.isfinite(lon)
    beyond = int((np.abs(lat[usable]) > 90).sum())
    # One bad fix is no reason to turn the others round.
    many = beyond >= max(2, 0.1 * usable.sum()) or 0 < beyond == usable.sum()
    if many and np.abs(lon[usable]).max() <= 90:
        lat, lon = lon, lat
        notes.append(
            f"{source.name}: the column '{found['lat']}' goes beyond ±90, so latitude and longitude"
            " were taken to be swapped."
        )
    time_s = times(columns[found["time"]], source) if "time" in found else None
    height_m, kind = _heights(columns, found)
    callsign = _texts(columns, found, "callsign")
    ground = columns[found["on_ground"]] if "on_ground" in found else None
    on_ground = None if ground is None else _truths(ground)
    flight = _texts(columns, found, "flight")
    if flight is None:
        flight = callsign if callsign is not None and "time" in found else np.full(n, default)
    flight = np.where(flight == "", default, flight)

    out = []
    names, first, which = np.unique(flight, return_index=True, return_inverse=True)
    rows_by_flight = np.split(np.argsort(which, kind="stable"), np.cumsum(np.bincount(which))[:-1])
    for k in np.argsort(first):
        rows = rows_by_flight[k]
        out.append(
            Recording(
                flight=str(names[k]),
                lon=lon[rows],
                lat=lat[rows],
                time_s=None if time_s is None else time_s[rows],
                callsign=None if callsign is None else callsign[rows],
                height_m=None if height_m is None else height_m[rows],
                height_kind=kind,
                on_ground=None if on_ground is None else on_ground[rows],
                rejected=Counter(),
                rows=len(rows),
                notes=notes,
            )
        )
        notes = []
    return out


def _texts(
    columns: Mapping[str, Column], found: Mapping[str, str], name: str
) -> NDArray[np.str_] | None:
    if name not in found:
        return None
    values = columns[found[name]]
    if values.dtype.kind == "f":
        return np.array(["" if np.isnan(v) else f"{v:g}" for v in values])
    return np.char.strip(values.astype(np.str_))


def _truths(values: Column) -> NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.asarray(np.nan_to_num(values) != 0)
    words = np.char.lower(np.char.strip(values.astype(np.str_)))
    return np.isin(words, ["true", "t", "1", "yes", "y", "ground"])


def _heights(
    columns: Mapping[str, Column], found: Mapping[str, str]
) -> tuple[Floats | None, HeightKind | None]:
    """Return heights in metres; in feet in the file unless its column says metres."""
    if "height" not in found:
        return None, None
    name = _plain(found["height"])
    values = numbers(columns[found["height"]])
    height_m = values if name in METRES else values * FOOT
    return height_m, "geometric" if name in GEOMETRIC else "barometric"
