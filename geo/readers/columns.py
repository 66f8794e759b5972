"""Tables of fixes: which column is which, and the recordings in them.

Shared by every format that is a table in the end: CSV, Parquet, points of a vector file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.accuracy import GIVEN, codes_of, errors_of, kinds_of
from geo.earth import Floats
from geo.errors import TrackError
from geo.readers import swapped
from geo.readers.recording import Recording, Source, parse_times
from geo.track import HeightKind
from geo.units import FOOT

__all__ = [
    "Coded",
    "Column",
    "column_of",
    "has_place",
    "numbers",
    "pick",
    "recordings",
    "roles",
    "sound_roles",
    "text_column",
    "texts",
    "times",
]


@dataclass(frozen=True)
class Coded:
    """A column of few different texts: ``names[codes]``, −1 for none; shape (n,)."""

    codes: NDArray[np.int64]
    names: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.codes)


Column = NDArray[np.float64] | NDArray[np.str_] | Coded

# Our name of a column: what files call it, in the order of preference.
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "lat": ("lat", "latitude", "lat_deg", "y", "position_lat"),
    "lon": ("lon", "longitude", "lng", "long", "lon_deg", "x", "position_lon"),
    "time": (
        "time", "timestamp", "datetime", "date_time", "time_utc", "utc", "timeposition",
        "time_position", "snapshottime", "ts", "epoch", "unixtime", "t", "date",
    ),
    "flight": (
        "icao24", "icao", "hex", "hexid", "hex_ident", "mode_s", "flight_id", "flightid", "id",
        "track_id", "trajectory_id", "aircraft", "registration", "reg", "tail", "name",
    ),
    "callsign": ("callsign", "call_sign", "ident", "flight", "flight_number"),
    "height": (
        "baroaltitude", "altitude", "alt", "alt_baro", "altitude_ft", "alt_ft", "height",
        "height_m", "altitude_m", "alt_m",
    ),
    "on_ground": ("onground", "on_ground", "is_on_ground", "ground"),
    "position_time": ("lastposupdate", "last_position", "lastpos", "time_of_position"),
    "leg": ("leg",),
    "error": ("error_m", "position_error_m"),
    "error_by": ("error_by",),
    "rc": ("rc", "rc_m", "containment_radius"),
    "nic": ("nic",),
    "nac_p": ("nac_p", "nacp"),
    "source": ("position_source", "positionsource", "source", "src", "adsb_type"),
    "type": ("typecode", "type_code", "icao_type", "aircraft_type", "actype"),
    "geo_height": (
        "geoaltitude", "alt_geom", "geo_altitude", "altitude_geom", "elevation", "ele",
    ),
    "basis": ("basis",),
    "half_width": ("half_width_m",),
    "course": ("track", "true_track", "heading", "direction", "course"),
    "speed": ("groundspeed", "ground_speed", "gs", "velocity", "speed"),
}  # fmt: skip
METRES: Final = frozenset(
    {"baroaltitude", "geoaltitude", "height", "height_m", "altitude_m", "alt_m", "elevation", "ele"}
)
MOST_TEXT: Final = 80  # characters
# Seconds since 1970 lie between 1973 and 5138 in these ranges; the next is a thousand times finer.
EPOCHS: Final = ((1e8, 1e11, 1.0), (1e11, 1e14, 1e3), (1e14, 1e17, 1e6), (1e17, 1e20, 1e9))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def sound_roles(columns: Mapping[str, str]) -> None:
    """Check that columns which the user names are some of ours.

    Raises
    ------
    TrackError
        If there is no such column to name.
    """
    for ours, theirs in columns.items():
        if ours not in NAMES:
            raise TrackError(
                f"--column {ours}={theirs}: there is no column '{ours}' to name. Those that can be"
                f" named are {', '.join(NAMES)}."
            )


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
        if theirs not in names:
            raise TrackError(f"{source.name} has no column '{theirs}'; it has {_quoted(names)}.")
        found[ours] = theirs
    for ours, candidates in NAMES.items():
        for candidate in candidates:
            theirs = by_plain.get(candidate, "")
            if theirs and ours not in found and theirs not in found.values():
                found[ours] = theirs
    # Beside a callsign, "flight" is what the source calls the aircraft; alone, it is the callsign.
    if "flight" not in found and by_plain.get("flight", "") not in ("", *found.values()):
        found["flight"] = by_plain["flight"]
    missing = [n for n in ("lat", "lon") if n not in found]
    if missing:
        raise TrackError(
            f"{source.name} has no column {' or '.join(repr(m) for m in missing)};"
            f" it has {_quoted(names)}.\n\nIf a column goes by another name, say so:\n\n"
            f"    howclose check {source.name} --column {missing[0]}=NAME"
        )
    return found


def has_place(names: Sequence[str], source: Source) -> bool:
    """Return whether a table has columns of latitude and longitude."""
    plain = {_plain(name) for name in names}
    return all(
        ours in source.options.columns or not plain.isdisjoint(NAMES[ours])
        for ours in ("lat", "lon")
    )


def pick(values: Column, which: NDArray[np.bool_]) -> Column:
    """Return the rows of a column."""
    if isinstance(values, Coded):
        return Coded(values.codes[which], values.names)
    return values[which]


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{' '.join(n.split())[:40]}'" for n in names[:12])
    return shown + (" …" if len(names) > 12 else "") if shown else "none"


def column_of(values: Sequence[Any]) -> Column:
    """Return a list of what JSON holds as a column: numbers if all are, else texts."""
    kinds = {type(v) for v in values}
    if kinds <= {int, float, bool, type(None)}:
        return np.array(values, dtype=np.float64)
    return text_column(["" if v is None or isinstance(v, list | dict) else str(v) for v in values])


def text_column(values: Sequence[str]) -> NDArray[np.str_]:
    """Return texts as a column, none longer than a cell of a track can be.

    An array of texts is as wide as the widest: one hostile cell could fill the memory.
    """
    return np.array([v[:MOST_TEXT] for v in values], dtype=np.str_)


def texts(values: Column) -> list[str]:
    """Return a column as texts, "" where there is nothing."""
    if isinstance(values, Coded):
        return [n for n in np.append(values.names, "")[values.codes].tolist()]
    if values.dtype.kind == "f":
        return ["" if np.isnan(v) else f"{v:g}" for v in values.tolist()]
    return [v.strip() for v in values.tolist()]


def numbers(values: Column) -> Floats:
    """Return a column as numbers, NaN for what is empty or none; decimal commas are understood."""
    if isinstance(values, Coded):
        return np.append(numbers(values.names), np.nan)[values.codes]
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    listed = values.tolist()
    try:
        return np.array(listed, dtype=np.float64)  # ten times as fast, where all are numbers
    except ValueError:
        pass
    out = np.full(len(values), np.nan)
    for i, text in enumerate(listed):
        try:
            out[i] = float(text.strip().replace(",", ".")) if text.strip() else np.nan
        except ValueError:
            out[i] = np.nan
    return out


def times(values: Column, source: Source) -> Floats:
    """Return a column of times as seconds since 1970, UTC, NaN where there is none."""
    if isinstance(values, Coded):
        return np.append(times(values.names, source), np.nan)[values.codes]
    if values.dtype.kind != "f":
        listed = values.tolist()
        first = next((t for t in listed if t.strip()), "")
        if not re.fullmatch(r"\s*-?[0-9]+([.,][0-9]*)?([eE][+-]?[0-9]+)?\s*", first):
            return parse_times(listed, source)
    epoch = numbers(values)
    known = np.abs(epoch[np.isfinite(epoch)])
    if len(known) == 0:
        return epoch
    middle = np.median(known)
    for lo, hi, per_second in EPOCHS:
        if lo <= middle < hi:
            epoch = epoch / per_second
            # The few that are of no time since 1970 at all are slips of the source.
            return np.where((epoch > 0) & (epoch < EPOCHS[0][1]), epoch, np.nan)
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
        The table, by the file's names; shape (n,) each.
    found
        What `roles` found.
    default
        What to call the flight if the table does not say.

    Raises
    ------
    TrackError
        If there are no rows, or their times cannot be read.
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
    why = ""
    narrow = bool(usable.any()) and np.abs(lon[usable]).max() <= 90
    if {"lat", "lon"} <= source.options.columns.keys():
        pass  # the user has said which is which
    elif many and narrow:
        why = f"the column '{found['lat']}' goes beyond ±90"
    elif beyond == 0 and narrow and (because := _contradiction(columns, found, source, lon, lat)):
        why = f"{because} fit them only the other way round"
    if why:
        lat, lon = lon, lat
        notes.append(
            f"{source.name}: {why}, so latitude and longitude were taken to be swapped. To read"
            f" them as they are called: --column lat={found['lat']} --column lon={found['lon']}"
        )
    whole: dict[str, Any] = {
        "lon": lon,
        "lat": lat,
        "time_s": _maybe_times(columns, found, "time", source),
        "position_time_s": _maybe_times(columns, found, "position_time", source),
        **_errors(columns, found, n),
        "on_ground": _maybe_truths(columns, found, "on_ground"),
    }
    heights = {
        "barometric": _heights(columns, found, "height"),
        "geometric": _heights(columns, found, "geo_height"),
    }
    leg = _coded(columns, found, "leg")
    basis = _coded(columns, found, "basis")
    craft = _coded(columns, found, "type")
    width = numbers(columns[found["half_width"]]) if "half_width" in found else None
    callsign = _coded(columns, found, "callsign")
    if callsign is not None:
        whole["callsign"] = np.append(callsign.names, "")[callsign.codes]
    flight = _coded(columns, found, "flight")
    if flight is None and callsign is not None and "time" in found:
        flight = callsign
    if flight is None:
        flight = Coded(np.zeros(n, dtype=np.int64), np.array([default]))
    names = np.append(flight.names, default)
    names[names == ""] = default

    present, first, count = np.unique(flight.codes, return_index=True, return_counts=True)
    if len(present) == 1:
        parts: list[Any] = [slice(None)]
    else:
        by_flight = np.argsort(flight.codes, kind="stable")
        parts = np.split(by_flight, np.cumsum(count)[:-1])
    out = []
    for k in np.argsort(first):
        mine: dict[str, Any] = {c: None if v is None else v[parts[k]] for c, v in whole.items()}
        if mine["time_s"] is not None and not np.isfinite(mine["time_s"]).any():
            mine["time_s"] = None  # a drawn line among flights
        kind, mine["height_m"] = _of_one_kind(heights, parts[k])
        if leg is not None:
            codes = leg.codes[parts[k]]
            mine["new_leg"] = np.concatenate([[False], codes[1:] != codes[:-1]])
            mine["first_leg"] = _whole(np.append(leg.names, "")[codes[0]])
        if craft is not None and (types := _named(craft, parts[k])):
            mine["about"] = {"type": types[0]}
        if basis is not None and np.append(basis.names, "")[basis.codes[parts[k]][0]] == "drawn":
            mine["about"] = {**mine.get("about", {}), "basis": "drawn"}
            if width is not None and np.isfinite(width[parts[k]][0]):
                mine["about"]["half_width_m"] = float(width[parts[k]][0])
        out.append(
            Recording(
                flight=str(names[present[k]]),
                height_kind=kind,
                rows=int(count[k]),
                notes=notes,
                **mine,
            )
        )
        notes = []
    return out


def _errors(columns: Mapping[str, Column], found: Mapping[str, str], n: int) -> dict[str, Any]:
    """Return how far off each row may be, and who says so; None where no column is about that."""
    if not {"error", "rc", "nic", "nac_p", "source"} & found.keys():
        return {"error_m": None, "error_by": None}
    rc, nic, nac_p = (
        numbers(columns[found[c]]) if c in found else np.full(n, np.nan)
        for c in ("rc", "nic", "nac_p")
    )
    kind = None
    if (source := _coded(columns, found, "source")) is not None:
        kind = np.append(kinds_of(source.names.tolist()), np.uint8(0))[source.codes]
    error_m, by = errors_of(rc, nic, nac_p, kind)
    if "error" in found:
        given = numbers(columns[found["error"]])
        own = _coded(columns, found, "error_by")
        said = np.full(n, GIVEN, dtype=np.uint8)
        if own is not None:
            said = np.append(codes_of(own.names.tolist()), np.uint8(GIVEN))[own.codes]
        error_m = np.where(np.isfinite(given), given, error_m)
        by = np.where(np.isfinite(given), said, by)
    return {"error_m": error_m, "error_by": by}


def _named(values: Coded, rows: Any) -> list[str]:
    """Return the different names in some rows of a column, without the empty one."""
    return [n for n in np.append(values.names, "")[np.unique(values.codes[rows])].tolist() if n]


def _contradiction(
    columns: Mapping[str, Column],
    found: Mapping[str, str],
    source: Source,
    lon: Floats,
    lat: Floats,
) -> str:
    """Return what says that latitude and longitude are swapped, by the flight with most rows."""
    said = [r for r in ("course", "speed") if r in found and found[r] in columns]
    if "time" not in found or not said:
        return ""
    flight = _coded(columns, found, "flight") or _coded(columns, found, "callsign")
    rows = np.arange(len(lon))
    if flight is not None:
        rows = np.flatnonzero(flight.codes == np.bincount(flight.codes + 1).argmax() - 1)
    rows = rows[: swapped.MOST]
    which = np.zeros(len(lon), dtype=bool)
    which[rows] = True
    time_s = times(pick(columns[found["time"]], which), source)
    told = {r: numbers(pick(columns[found[r]], which)) for r in said}
    return swapped.contradiction(
        lon[rows], lat[rows], time_s, told.get("course"), told.get("speed")
    )


def _coded(columns: Mapping[str, Column], found: Mapping[str, str], name: str) -> Coded | None:
    """Return a column of names as codes; the names without space around them, and each once."""
    if name not in found:
        return None
    values = columns[found[name]]
    if isinstance(values, Coded):
        names, codes = values.names, values.codes
    elif values.dtype.kind == "f":
        numbered, codes = np.unique(values, return_inverse=True)
        names = np.array(["" if np.isnan(v) else f"{v:.0f}" for v in numbered.tolist()])
    else:
        names, codes = np.unique(values, return_inverse=True)
    # Names that differ only in the space around them are one name.
    plain, same = np.unique(np.char.strip(names.astype(np.str_)), return_inverse=True)
    if len(plain) == 0:
        return None
    if not plain.any():
        return None
    same = np.append(same, -1)
    return Coded(same[codes], plain)


def _maybe_times(
    columns: Mapping[str, Column], found: Mapping[str, str], name: str, source: Source
) -> Floats | None:
    return times(columns[found[name]], source) if name in found else None


def _maybe_truths(
    columns: Mapping[str, Column], found: Mapping[str, str], name: str
) -> NDArray[np.bool_] | None:
    if name not in found:
        return None
    values = columns[found[name]]
    if isinstance(values, Coded):
        return np.append(_truths(values.names), False)[values.codes]
    return _truths(values)


def _truths(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.asarray(np.nan_to_num(values) != 0)
    words = np.char.lower(np.char.strip(values.astype(np.str_)))
    return np.isin(words, ["true", "t", "1", "1.0", "yes", "y", "ground"])


def _heights(columns: Mapping[str, Column], found: Mapping[str, str], role: str) -> Floats | None:
    """Return heights in metres; in feet in the file unless its column says metres."""
    if role not in found:
        return None
    values = numbers(columns[found[role]])
    return values if _plain(found[role]) in METRES else values * FOOT


def _of_one_kind(
    heights: Mapping[str, Floats | None], rows: Any
) -> tuple[HeightKind | None, Floats | None]:
    """Return the heights of one aircraft: barometric if it has any, never both kinds mixed."""
    kinds: tuple[HeightKind, ...] = ("barometric", "geometric")
    for kind in kinds:
        values = heights[kind]
        if values is not None and np.isfinite(values[rows]).any():
            return kind, values[rows]
    return None, None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 1
