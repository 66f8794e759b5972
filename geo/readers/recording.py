"""What a reader hands on: the rows of one aircraft as its file has them, before any cleaning."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from geo.accuracy import codes_of
from geo.earth import Floats
from geo.errors import TrackError
from geo.limits import Limits
from geo.track import HeightKind

__all__ = [
    "Format",
    "Options",
    "Recording",
    "Source",
    "add_errors",
    "add_told",
    "needs_zone",
    "number",
    "number_of",
    "parse_json",
    "parse_times",
    "text_of",
    "told_once",
    "zone_of",
]

HEAD: Final = 65_536  # bytes that a format may look at to know its own


@dataclass(frozen=True)
class Options:
    """How to read: what the user says about a file that the file does not.

    Parameters
    ----------
    columns
        For tables: the file's name of a column by ours, such as ``{"time": "timestamp"}``.
    tz
        The time zone of times that do not say one, such as ``UTC`` or ``Asia/Tokyo``.
    raw
        Believe every fix: keep what cleaning would drop.
    limits
        The thresholds of cleaning.
    """

    columns: dict[str, str] = field(default_factory=dict)
    tz: str | None = None
    raw: bool = False
    limits: Limits = field(default_factory=Limits)

    def to_dict(self) -> dict[str, Any]:
        """Return what `geo.verify` needs to read the same files again in the same way."""
        return {
            "columns": dict(self.columns),
            "tz": self.tz,
            "raw": self.raw,
            "limits": self.limits.changed(),
        }


@dataclass(frozen=True)
class Source:
    """The bytes of a track file, unpacked, with the name to call it by in errors.

    ``path`` is where they are on the disk, if they are there as they are here.
    """

    name: str
    data: bytes
    options: Options
    path: Path | None = None

    @property
    def stem(self) -> str:
        """The name without folders and endings: what to call a flight that has no other name."""
        base = self.name.replace("\\", "/").rsplit("/", 1)[-1]
        return base.split(".", 1)[0] or base

    @cached_property
    def head(self) -> bytes:
        """The first bytes, without a byte-order mark and leading space."""
        return self.data[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()


@dataclass
class Recording:
    """The rows of one aircraft, in the order of the file; shape (n,) each.

    Parameters
    ----------
    flight
        What the source calls the aircraft.
    lon, lat
        Degrees, NaN where the row has none.
    time_s
        Seconds since 1970, UTC, NaN where the row has none; None for a line without times.
    callsign
        By row, "" where unknown; or None.
    height_m, height_kind
        Metres, NaN where unknown.
    on_ground, new_leg
        What the source says of each row; None where it says nothing.
    position_time_s
        When the position of each row was received, where the source tells it from the row's own
        time; seconds since 1970, NaN where unknown, or None.
    error_m, error_by
        Position error by row in metres, NaN where unknown, and who says so: a place in
        `geo.accuracy.LABELS`.
    first_leg
        The number of the first leg in it.
    rejected
        Rows that the reader itself had to leave out, by reason.
    rows
        How many rows the source has for this aircraft, left-out ones included.
    """

    flight: str
    lon: Floats
    lat: Floats
    time_s: Floats | None = None
    callsign: NDArray[np.str_] | None = None
    height_m: Floats | None = None
    height_kind: HeightKind | None = None
    on_ground: NDArray[np.bool_] | None = None
    new_leg: NDArray[np.bool_] | None = None
    position_time_s: Floats | None = None
    error_m: Floats | None = None
    error_by: NDArray[np.uint8] | None = None
    first_leg: int = 1
    rejected: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    about: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Format:
    """A track format: its name, its marks in words, how it is told and how it is read.

    ``joined`` formats are snapshots, of which several make the tracks.
    """

    name: str
    title: str
    marks: str
    sniff: Callable[[Source], bool]
    read: Callable[[Source], list[Recording]]
    joined: bool = False


def add_told(recording: Recording, told: Mapping[str, Any]) -> None:
    """Take over what our own files tell of a track: names, leg, type, basis, kind of heights."""
    n = len(recording.lon)
    if told.get("flight") and "callsign" in told:
        recording.flight = str(told["flight"])
        callsign = str(told["callsign"] or "")
        recording.callsign = np.full(n, callsign) if callsign else None
    if str(told.get("leg", "")).isdigit():
        recording.first_leg = int(told["leg"])
    if isinstance(told.get("typecode"), str) and told["typecode"].strip():
        recording.about["type"] = told["typecode"].strip()
    if told.get("height_kind") in ("barometric", "geometric"):
        recording.height_kind = told["height_kind"]
    if told.get("basis") in ("recorded", "drawn"):
        recording.about["basis"] = told["basis"]
    width = number_of(str(told.get("half_width_m", "")))
    if width >= 0:
        recording.about["half_width_m"] = width


def add_errors(recording: Recording, metres: Sequence[object], by: Sequence[object]) -> None:
    """Take over what our own files tell of each fix: how far off it may be, and who says so."""
    n = len(recording.lon)
    error_m = np.array(metres, dtype=np.float64)
    if len(error_m) == n and np.isfinite(error_m).any():
        recording.error_m = np.where(np.isfinite(error_m), error_m, np.nan)
        recording.error_by = codes_of(map(str, by) if len(by) == n else ["source"] * n)


def number(value: object) -> float:
    """Return a JSON number as a float, NaN if it is none."""
    return float(value) if isinstance(value, int | float) else np.nan


def number_of(text: str) -> float:
    """Return the number in a text, NaN if there is none."""
    try:
        return float(text)
    except ValueError:
        return np.nan


def parse_json(source: Source) -> Any:
    """Return what a JSON file says.

    Raises
    ------
    TrackError
        If it is not whole JSON.
    """
    try:
        return orjson.loads(source.data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise TrackError(
            f"{source.name} is not whole JSON ({error}). It may have been cut off: download it"
            " again."
        ) from None


def text_of(source: Source) -> str:
    """Return a text file's text, in whichever of the usual codes it is."""
    if source.data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return source.data.decode("utf-16", errors="replace")
    try:
        return source.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.data.decode("cp1252", errors="replace")  # what spreadsheets still write


def parse_times(values: Sequence[str], source: Source) -> Floats:
    """Return ISO 8601 texts as seconds since 1970, UTC; NaN for what is empty.

    Raises
    ------
    TrackError
        If a time cannot be read, is only a day, or has no zone and the user named none.
    """
    zone = zone_of(source.options.tz)
    out = np.full(len(values), np.nan)
    for i, value in enumerate(values):
        text = value.strip()
        if not text:
            continue
        if text.endswith(" UTC"):
            text = text[:-4] + "Z"
        if text[4:5] == "/":  # 2020/06/17: the year is first, so there is one way to read it
            text = text.replace("/", "-", 2)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise TrackError(
                f"{source.name} has the time '{value[:40]}' in row {i + 1}, which is neither ISO"
                " 8601 (2020-06-17T04:12:33Z) nor seconds since 1970."
            ) from None
        if _is_day(text):
            raise TrackError(
                f"{source.name} has the time '{value[:40]}' in row {i + 1}, which is only a day."
                " Put day and clock into one column (2020-06-17T04:12:33Z), or name the"
                " column that has both: --column time=NAME."
            )
        if moment.tzinfo is None:
            if zone is None:
                raise needs_zone(source, f"such as '{value[:40]}'")
            moment = told_once(moment.replace(tzinfo=zone), source)
        try:
            out[i] = moment.timestamp()
        except (OverflowError, ValueError):  # the year 0001 east of Greenwich
            out[i] = np.nan
    return out


def _is_day(text: str) -> bool:
    """Return whether a text that can be read as a time has no clock: Python takes midnight then."""
    if len(text) > 10:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def told_once(moment: datetime, source: Source) -> datetime:
    """Return a local time, if the clocks of its zone showed it once.

    Raises
    ------
    TrackError
        If they showed it twice, when they were put back, or never, when they were put forward.
    """
    zone = moment.tzinfo
    if zone is UTC or zone is None:
        return moment
    early, late = (moment.replace(fold=f).utcoffset() for f in (0, 1))
    if early == late or early is None or late is None:
        return moment
    if early > late:
        told = f"twice, when they were put back: {early - late} apart"
    else:
        told = "never, for they were put forward over it"
    raise TrackError(
        f"{source.name} has the time '{moment.replace(tzinfo=None).isoformat(' ')}', which the"
        f" clocks of {zone} showed {told}. Give times in UTC, or with an offset"
        f" ({moment.replace(fold=1).isoformat()})."
    )


def needs_zone(source: Source, which: str) -> TrackError:
    """Return the error for times that do not say their zone."""
    return TrackError(
        f"{source.name} has times without a zone, {which}. Say which they are in: --tz UTC, or"
        " --tz Asia/Tokyo."
    )


def zone_of(name: str | None) -> Any:
    """Return the time zone of a name, None for none.

    Raises
    ------
    TrackError
        If there is no such zone.
    """
    if name is None:
        return None
    if name.upper() in {"UTC", "Z", "GMT"}:
        return UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise TrackError(
            f"There is no time zone '{name}'. Zones are named like UTC or Asia/Tokyo."
        ) from None
