"""The tables of a story file: what may stand in each, and in which units."""

from __future__ import annotations

import csv
import functools
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from geo.catalogue import DATA, zone
from geo.errors import HowcloseError, ZoneError
from geo.translation import Translation
from geo.units import parse_length_m
from geo.words.speech import codes, is_language

__all__ = [
    "Claim",
    "ClaimKind",
    "Document",
    "Flight",
    "Gap",
    "Head",
    "Incident",
    "Interception",
    "Line",
    "PlaceEntry",
    "Reported",
    "SourceEntry",
    "Span",
    "Statement",
    "bases",
]


def _is_length(text: str) -> str:
    try:
        parse_length_m(text)
    except HowcloseError as error:
        raise ValueError(str(error)) from None
    return text


def _is_zone(text: str) -> str:
    try:
        return zone(text).id
    except ZoneError as error:
        raise ValueError(str(error)) from None


def _is_lonlat(pair: tuple[float, float]) -> tuple[float, float]:
    lon, lat = pair
    if not (abs(lon) <= 360 and abs(lat) <= 90):
        raise ValueError(f"[{lon:g}, {lat:g}] is no [longitude, latitude] in degrees")
    return pair


def _is_time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"there is no time zone '{text[:40]}'; they are named like America/Anchorage"
        ) from None
    return text


def _is_language(code: str) -> str:
    if not is_language(code):
        raise ValueError(f"'{code}' is no language that howclose speaks: {', '.join(codes())}")
    return code


TimeZone = Annotated[str, AfterValidator(_is_time_zone)]
Language = Annotated[str, AfterValidator(_is_language)]
Length = Annotated[str, AfterValidator(_is_length)]
ZoneId = Annotated[str, AfterValidator(_is_zone)]
LonLat = Annotated[tuple[float, float], AfterValidator(_is_lonlat)]
Confidence = Literal["high", "medium", "low"]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]


class _Part(BaseModel):
    """A table of the file: a field that nobody knows is a mistake, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reported(_Part):
    """What somebody reported: with its sources."""

    sources: tuple[str, ...] = ()


class Head(_Part):
    """The table ``[story]``."""

    id: Id
    title: str
    subtitle: str = ""
    date: date
    lang: Language = "en"
    answer: str | None = None
    place: str = ""
    tz: TimeZone | None = None
    seas: tuple[ZoneId, ...] = ()
    airspaces: tuple[ZoneId, ...] = ()
    adiz: tuple[ZoneId, ...] = ()
    frame: tuple[LonLat, ...] = ()


class SourceEntry(_Part):
    """A ``[[source]]``: where something can be read."""

    id: Id
    title: str
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None


class PlaceEntry(Reported):
    """A ``[[place]]``: by ``at`` or by the ICAO code of a base that ships."""

    id: Id
    name: str
    at: LonLat | None = None
    icao: str | None = None
    kind: Literal["base", "strait", "cape", "town"] = "base"
    note: str = ""
    confidence: Confidence | None = None

    @property
    def lonlat(self) -> tuple[float, float]:
        """Longitude and latitude in degrees."""
        if self.at is not None:
            return self.at
        base = bases()[self.icao or ""]
        return float(base["lon"]), float(base["lat"])


class Flight(Reported):
    """A ``[[flight]]``: a ``route`` drawn from reports, or a ``track`` file that was recorded."""

    id: Id
    name: str
    label: str = ""
    when: str = ""
    aircraft: str = ""
    number: Annotated[int, Field(ge=1)] = 1
    company: str = ""
    state: str = ""
    start: datetime | None = None
    end: datetime | None = None
    half_width: Length | None = None
    route: tuple[str | LonLat, ...] = ()
    track: str | None = None
    zones: tuple[ZoneId, ...] = ()
    background: bool = False
    confidence: Confidence | None = None
    why: str = ""
    fits: tuple[str, ...] = ()

    @property
    def half_width_m(self) -> float | None:
        """How far to either side of the drawn route the flight may have been, in metres."""
        return None if self.half_width is None else parse_length_m(self.half_width)


class Interception(Reported):
    """An ``[[interception]]``: who was sent to whom, as far as it was told."""

    id: Id
    name: str
    aircraft: str
    from_: tuple[str, ...] = Field(default=(), alias="from")
    of: tuple[str, ...] = ()
    confidence: Confidence | None = None
    note: str = ""


class Statement(Reported):
    """A ``[[statement]]``: a figure that somebody gave, and of what."""

    id: Id
    by: str
    value: Length
    of: ZoneId
    of_words: str
    flights: tuple[str, ...] = ()

    @property
    def value_m(self) -> float:
        """The figure in metres."""
        return parse_length_m(self.value)


class Line(_Part):
    """A ``[[line]]``: a statement's distance drawn around its zone, in a box."""

    statement: str
    box: tuple[float, float, float, float]
    outside: tuple[ZoneId, ...] = ()
    against: ZoneId | None = None


class Gap(Reported):
    """A ``[[gap]]`` between two parts of a zone, at a place."""

    id: Id
    place: str
    zone: ZoneId


class Incident(Reported):
    """An ``[[incident]]`` that a claim counts."""

    date: date
    what: str
    where: str


class Span(_Part):
    """A time in words, and what it means on the clock of a place."""

    words: str
    start: datetime
    end: datetime
    tz: str


ClaimKind = Literal[
    "came_within",
    "stayed_outside",
    "entered",
    "left_after",
    "count",
    "first_since",
    "days_between",
    "same_time",
    "text",
]


class Claim(Reported):
    """A ``[[claim]]``: who said what of which flights; `geo.claims` says what can be said of it."""

    id: Id
    kind: ClaimKind
    by: str
    quote: str
    flights: tuple[str, ...] = ()
    of: ZoneId | None = None
    value: float | None = None
    units: tuple[Literal["NM", "mi", "km", "m"], ...] = ()
    about: bool = False
    against: str | None = None
    counts: Literal["aircraft", "incidents"] | None = None
    where: str | None = None
    noun: str = ""
    authority: str = ""
    spans: tuple[Span, ...] = ()
    gap: str | None = None
    reason: str = ""
    note: str = ""


class Document(_Part):
    """A story file."""

    story: Head
    source: tuple[SourceEntry, ...] = ()
    place: tuple[PlaceEntry, ...] = ()
    flight: tuple[Flight, ...] = ()
    interception: tuple[Interception, ...] = ()
    statement: tuple[Statement, ...] = ()
    line: tuple[Line, ...] = ()
    gap: tuple[Gap, ...] = ()
    incident: tuple[Incident, ...] = ()
    claim: tuple[Claim, ...] = ()
    lang: dict[Language, Translation] = {}


@functools.cache
def bases() -> dict[str, dict[str, str]]:
    """Return the bases that ship, by their ICAO code."""
    with (DATA / "bases.csv").open(encoding="utf-8", newline="") as file:
        return {row["icao"]: row for row in csv.DictReader(file)}
