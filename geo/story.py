"""A story: flights drawn from reports, what was said of them, and where that was said.

A story is one TOML file that an editor can read and copy; ``geo/stories/june-2020.toml`` is the
example. Its routes become tracks of basis *drawn*, its claims are weighed in `geo.claims`.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC
from importlib import resources
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
from pydantic import ValidationError

from geo.document import (
    Claim,
    ClaimKind,
    Document,
    Flight,
    Head,
    PlaceEntry,
    Reported,
    SourceEntry,
    Statement,
    bases,
)
from geo.errors import StoryError, TrackError
from geo.track import Input, Track, Tracks
from geo.translation import TRANSLATED, in_language

__all__ = ["Story", "built_in", "read_story", "story_of"]

MOST_BYTES: Final = 2_000_000  # of a story file; June 2020 has 20 kB


@dataclass(frozen=True, eq=False)
class Story:
    """A story file, read and checked, with its flights as tracks.

    ``tracks`` stand in the order of ``document.flight``; a recorded one may have several legs.
    ``files`` are the inputs by the name under which the story knows them.
    """

    document: Document
    tracks: Tracks
    files: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def head(self) -> Head:
        """The table ``[story]``."""
        return self.document.story

    def flight(self, id_: str) -> Flight:
        """Return a flight by its id."""
        return next(f for f in self.document.flight if f.id == id_)

    def tracks_of(self, ids: Iterable[str]) -> tuple[Track, ...]:
        """Return the tracks of flights."""
        wanted = set(ids)
        return tuple(t for t in self.tracks if t.about.get("id") in wanted)

    def place(self, id_: str) -> PlaceEntry:
        """Return a place by its id."""
        return next(p for p in self.document.place if p.id == id_)

    def statement(self, id_: str) -> Statement:
        """Return a statement by its id."""
        return next(s for s in self.document.statement if s.id == id_)

    def in_language(self, code: str) -> Story:
        """Return the story told in a language: what it has no words for stays as it is, marked."""
        if code == self.head.lang:
            return self
        return replace(self, document=in_language(self.document, code))

    def sources(self, ids: Iterable[str]) -> tuple[SourceEntry, ...]:
        """Return sources by their ids, in the order of the file."""
        wanted = set(ids)
        return tuple(s for s in self.document.source if s.id in wanted)


def built_in() -> tuple[str, ...]:
    """Return the names of the stories that ship.

    >>> built_in()
    ('june-2020',)
    """
    folder = resources.files("geo.stories")
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


def read_story(name: str | Path = "june-2020") -> Story:
    """Return the story of a name that ships, or of a ``.toml`` file.

    Raises
    ------
    StoryError
        If there is no such story, or something in it is missing, misspelt or not known.
    """
    path = Path(name)
    if str(name) in built_in():
        data = resources.files("geo.stories").joinpath(f"{name}.toml").read_bytes()
        return story_of(data, f"{name}.toml", Path)
    if path.is_dir():
        raise StoryError(f"{path} is a folder. Name the story's .toml file in it.")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise StoryError(
            f"There is no story and no file '{name}'. Stories that ship: {', '.join(built_in())}."
        ) from None
    except OSError as error:
        raise StoryError(f"{path} cannot be read: {error.strerror}.") from None
    return story_of(data, path.name, lambda track: path.parent / track)


def story_of(data: bytes, name: str, find: Callable[[str], Path]) -> Story:
    """Return the story in a file's bytes.

    Parameters
    ----------
    name
        What the file is called in errors.
    find
        Where the track files are that the story names.

    Raises
    ------
    StoryError
        If something in it is missing, misspelt or not known.
    """
    if len(data) > MOST_BYTES:
        raise StoryError(f"{name} has {len(data) // 10**6} MB: that is no story file.")
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise StoryError(f"{name} is not text in UTF-8. A story is a TOML file.") from None
    except tomllib.TOMLDecodeError as error:
        raise StoryError(f"{name} is not whole TOML: {error}.") from None
    if "story" not in raw:
        raise StoryError(f"{name} has no table [story] with an id, a title and a date.")
    try:
        document = Document.model_validate(raw)
    except ValidationError as error:
        raise StoryError(_in_words(error, name)) from None
    _check_names(document, name)
    return _with_tracks(document, data, name, find)


def _in_words(error: ValidationError, name: str) -> str:
    """Return the first thing that is wrong, with its place as an editor counts."""
    first, *rest = error.errors()
    if first["loc"][-1] == "str":
        # A waypoint is a place's name or a pair: where it was a pair, say what is wrong with it.
        place = first["loc"][:-1]
        first = next((e for e in rest if e["loc"][: len(place)] == place), first)
    where = ""
    for part in first["loc"]:
        if isinstance(part, int):
            where += f" {part + 1}"
        elif part != "str" and not part.startswith(("function-", "tuple[")):  # pydantic's own words
            where += f"{', ' if where else ''}{part}"
    what = {
        "missing": "is missing",
        "extra_forbidden": "is not known here: is it misspelt?",
    }.get(first["type"], re.sub(r"^Value error, ", "", first["msg"]).rstrip("."))
    joint = " " if first["type"] in {"missing", "extra_forbidden"} else ": "
    return f"{name}: {where}{joint}{what}".rstrip(".") + "."


def _check_names(document: Document, name: str) -> None:
    """Raise if an id is told twice, or one is named that is not there."""
    kinds = {
        "source": [s.id for s in document.source],
        "place": [p.id for p in document.place],
        "flight": [f.id for f in document.flight],
        "statement": [s.id for s in document.statement],
        "gap": [g.id for g in document.gap],
        "claim": [c.id for c in document.claim],
    }
    for kind, ids in kinds.items():
        twice = next((i for i in ids if ids.count(i) > 1), None)
        if twice is not None:
            raise StoryError(f"{name}: there are two [[{kind}]] with the id '{twice}'.")

    def need(kind: str, ids: Iterable[str | None], by: str) -> None:
        for i in ids:
            if i is not None and i not in kinds[kind]:
                raise StoryError(f"{name}: {by} names the {kind} '{i}', which is not there.")

    told: list[tuple[str, Reported]] = [
        *((f"place '{p.id}'", p) for p in document.place),
        *((f"flight '{f.id}'", f) for f in document.flight),
        *((f"interception '{i.id}'", i) for i in document.interception),
        *((f"statement '{s.id}'", s) for s in document.statement),
        *((f"gap '{g.id}'", g) for g in document.gap),
        *((f"incident of {i.date}", i) for i in document.incident),
        *((f"claim '{c.id}'", c) for c in document.claim),
    ]
    for by, part in told:
        need("source", part.sources, by)
    need("statement", [document.story.answer], "[story]")
    for place in document.place:
        if (place.at is None) == (place.icao is None):
            raise StoryError(f"{name}: place '{place.id}' needs either 'at' or 'icao'.")
        if place.icao is not None and place.icao not in bases():
            raise StoryError(
                f"{name}: place '{place.id}': no base with the code '{place.icao}' ships; give its"
                " place by at = [longitude, latitude]."
            )
    for flight in document.flight:
        by = f"flight '{flight.id}'"
        need("place", [w for w in flight.route if isinstance(w, str)], by)
        for fit in flight.fits:
            if fit not in (*kinds["statement"], *kinds["claim"]):
                raise StoryError(f"{name}: {by} fits '{fit}', which is no statement and no claim.")
        if (len(flight.route) == 0) == (flight.track is None):
            raise StoryError(f"{name}: {by} needs either a 'route' or a 'track'.")
        if flight.route and flight.half_width is None:
            raise StoryError(
                f"{name}: {by} is drawn, so it has to say how far off it may be: half_width ="
                ' "60 km".'
            )
        for moment in (flight.start, flight.end):
            if moment is not None and moment.tzinfo is None:
                raise StoryError(f"{name}: {by}: write times in UTC, as 2020-06-17T04:12:00Z.")
    for interception in document.interception:
        by = f"interception '{interception.id}'"
        need("place", interception.from_, by)
        need("flight", interception.of, by)
    for statement in document.statement:
        need("flight", statement.flights, f"statement '{statement.id}'")
    for line in document.line:
        need("statement", [line.statement], "a line")
    for gap in document.gap:
        need("place", [gap.place], f"gap '{gap.id}'")
    for code in document.lang:
        _check_translation(document, code, name)
    recorded = {f.id: f for f in document.flight if f.track is not None}
    for claim in document.claim:
        _check_claim(claim, name, need)
        for flight in (recorded[i] for i in claim.flights if i in recorded):
            if claim.of is not None and claim.of not in flight.zones:
                raise StoryError(
                    f"{name}: claim '{claim.id}' is of {claim.of}, but the zones of flight"
                    f" '{flight.id}' do not name it. Add it there: zones = [\"{claim.of}\"]."
                )


def _check_translation(document: Document, code: str, name: str) -> None:
    """Raise if a translation names what is not there: it was misspelt, or the story has changed."""
    told, by = document.lang[code], f"{name}: lang.{code}"
    if code == document.story.lang:
        raise StoryError(f"{by}: the story itself is in this language, so leave the table out.")
    for kind in TRANSLATED:
        ids = [part.id for part in getattr(document, kind)]
        for id_ in getattr(told, kind):
            if id_ not in ids:
                raise StoryError(f"{by} names the {kind} '{id_}', which is not there.")
    phrases = {p for i in document.incident for p in (i.what, i.where)}
    for phrase in told.incident:
        if phrase not in phrases:
            raise StoryError(f"{by}: no incident has the words '{phrase}'.")
    for claim in document.claim:
        words = told.claim.get(claim.id)
        if words is not None and len(words.spans) not in (0, len(claim.spans)):
            raise StoryError(
                f"{by}, claim '{claim.id}': spans has {len(words.spans)} words, but the claim has"
                f" {len(claim.spans)} spans."
            )


NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "came_within": ("of", "value", "units", "flights"),
    "stayed_outside": ("of", "flights"),
    "entered": ("of", "flights"),
    "left_after": ("of", "flights", "value"),
    "count": ("value", "counts", "noun"),
    "first_since": ("flights",),
    "days_between": ("value", "flights"),
    "same_time": ("spans",),
    "text": ("reason",),
}
IN_UNITS: Final = ("came_within", "stayed_outside")  # a distance is part of what is claimed
assert set(NEEDED) == set(get_args(ClaimKind))  # noqa: S101 - a kind that nobody checks is a bug


def _check_claim(claim: Claim, name: str, need: Any) -> None:
    by = f"claim '{claim.id}'"
    need("flight", claim.flights, by)
    need("statement", [claim.against], by)
    need("gap", [claim.gap], by)
    for what in NEEDED[claim.kind]:
        if getattr(claim, what) in (None, (), ""):
            raise StoryError(f"{name}: {by} is of kind '{claim.kind}' and needs '{what}'.")
    if claim.units and claim.kind not in IN_UNITS:
        raise StoryError(
            f"{name}: {by} is of kind '{claim.kind}', which takes no 'units': a distance can be"
            f" claimed as {' or '.join(IN_UNITS)}."
        )
    if claim.kind == "stayed_outside" and bool(claim.units) != bool(claim.value):
        raise StoryError(f"{name}: {by} needs 'value' and 'units' together, or neither.")
    if claim.kind == "days_between" and len(claim.flights) != 2:
        raise StoryError(f"{name}: {by} needs two flights to count the days between.")
    if claim.counts == "incidents" and claim.where is None:
        raise StoryError(f"{name}: {by} counts incidents and needs 'where'.")


# --------------------------------------------------------------------------------- tracks


def _with_tracks(document: Document, data: bytes, name: str, find: Callable[[str], Path]) -> Story:
    from geo.readers import read_named

    places = {p.id: p.lonlat for p in document.place}
    drawn = sum(1 for f in document.flight if f.route)
    waypoints = sum(len(f.route) for f in document.flight)
    story_input = Input(name, hashlib.sha256(data).hexdigest(), "story", waypoints, {})
    out = Tracks((), (story_input,) if drawn else ())
    files = {name: data}
    for flight in document.flight:
        if flight.track is not None:
            path = find(flight.track)
            try:
                read = read_named(Path(flight.track).name, path)
            except TrackError as error:
                raise StoryError(f"{name}: flight '{flight.id}': {error}") from None
            files[path.name] = path.read_bytes()
            out += Tracks(tuple(_about(t, flight) for t in read.tracks), read.inputs, read.notes)
        else:
            route = [places[w] if isinstance(w, str) else w for w in flight.route]
            # Their input is the story, the first: nothing is shifted, as adding would
            out = replace(out, tracks=(*out.tracks, _drawn(flight, route)))
    return Story(document, out, files)


def _about(track: Track, flight: Flight) -> Track:
    return replace(track, zones=flight.zones, about=track.about | {"id": flight.id})


def _drawn(flight: Flight, route: list[tuple[float, float]]) -> Track:
    from geo.earth import wrap_lon

    lon, lat = np.array(route, dtype=float).T
    return Track(
        flight=flight.name,
        lon=wrap_lon(lon),
        lat=lat,
        basis="drawn",
        half_width_m=flight.half_width_m,
        start_s=None if flight.start is None else flight.start.astimezone(UTC).timestamp(),
        end_s=None if flight.end is None else flight.end.astimezone(UTC).timestamp(),
        zones=flight.zones,
        about={"id": flight.id},
    )
