"""A page of tracks: the flights of files, the zones they came near, and how near."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely

from geo.catalogue import Zone, zone
from geo.checks import check
from geo.earth import Floats
from geo.errors import OutputError
from geo.findings import Finding, Findings
from geo.track import Track, Tracks
from geo.words import language, say, speaking, spoken, translated
from layers.findings import FindingLayer, measured_at
from layers.frame import Frame
from layers.hues import hue_of
from layers.land import GraticuleLayer, LandLayer
from layers.leaflet import (
    Layer,
)
from layers.pages import Detail, Page
from layers.parts import (
    Entry,
    downloads,
    findings_table,
    methods,
    prose,
    zone_sources,
)
from layers.planes import MOST_NORTHERN, Mercator
from layers.playback import playback
from layers.sentences import answer_of, headline, sentence
from layers.shades import ColourBy, Steps, steps_by, values_m
from layers.text import short
from layers.tiles import Tiles, tiles_of
from layers.track import TrackLayer, along
from layers.zones import (
    DisputesLayer,
    ZoneLayer,
    sea_names,
    state_name,
    state_names,
)

__all__ = ["page"]

NEARBY: Final = 0.5  # of the map: a border this far from a flight is still brought into view
MOST_STATES: Final = 8  # of the legend; the map names them too
MOST_OWN: Final = 4  # zones of a file, likewise
MOST_REACHES: Final = 8  # flights with gaps, around which it is drawn where they may have been
MOST_LETTERS: Final = 48


def page(
    tracks: Tracks | Sequence[Track],
    *,
    findings: Findings | None = None,
    zones: Sequence[Zone | str] | None = None,
    title: str | None = None,
    layers: Sequence[Layer] = (),
    tiles: str | Mapping[str, Any] | None = None,
    colour: ColourBy = "flight",
    lang: str = "en",
) -> Page:
    """Return a page of tracks, zones and how close they came.

    Parameters
    ----------
    tracks
        What `geo.read_tracks` gives.
    findings
        What `geo.check` gives; worked out here if it is not given.
    zones
        The zones to draw; those of the findings if none are given.
    title
        The page's title; made from the flights if it is not given.
    layers
        More layers of howclose, drawn on top.
    colour
        What a recorded track is coloured by: whose it is, its ``distance`` from the zone that the
        page is about, or its ``height``.
    lang
        The language of the page: ``en`` or another of `geo.words.languages`.
    tiles
        The background, by the name of its provider in xyzservices, or such a provider itself. The
        map is then drawn on Web Mercator and fetched from there whenever the page is looked at;
        without it a page asks nobody for anything.

    Raises
    ------
    OutputError
        If there is no track, or there are no such tiles for it.
    LanguageError
        If there is no such language.
    """
    language(lang)
    background = None if tiles is None else tiles_of(tiles)
    if not len(tracks):
        raise OutputError("There is no flight to draw. Read a file that has one, then make a page.")
    named = None if zones is None else [zone(z) if isinstance(z, str) else z for z in zones]
    if findings is None:
        findings = check(tracks, named)
    shown = list(findings.zones) if named is None else named
    # For `howclose verify`: what was asked of this page.
    asked: dict[str, Any] = {
        "title": title,
        "zones": None if named is None else [z.id for z in named],
        "colour": colour,
    }
    if background is not None:
        asked["tiles"] = background.asked
    findings = replace(findings, parameters=findings.parameters | {"page": asked})

    def spoken_page(code: str) -> Page:
        with speaking(code):
            return _page(
                tracks,
                findings,
                shown,
                title=title,
                layers=layers,
                colour=colour,
                background=background,
            )

    return replace(spoken_page(lang), english=lambda: spoken_page("en"))


def _page(
    tracks: Tracks | Sequence[Track],
    findings: Findings,
    shown: Sequence[Zone],
    *,
    title: str | None,
    layers: Sequence[Layer],
    colour: ColourBy,
    background: Tiles | None,
) -> Page:
    """Return a page of tracks in the language that is spoken."""
    lines = [along(t) for t in tracks]
    first = headline(findings)
    states = _state_of(tracks)
    about = None if first is None else next(z for z in findings.zones if z.id == first.zone)
    steps = steps_by(colour, about)
    reach = _reaches(tracks)
    by_leg = {(t.flight, t.leg): t for t in tracks}
    of_leg: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        of_leg.setdefault((finding.flight, finding.leg), []).append(finding)

    def drawn(frame: Frame) -> tuple[tuple[Layer, ...], DisputesLayer]:
        on_mercator = isinstance(frame.plane, Mercator)
        flight_layers = [
            TrackLayer(
                t,
                frame,
                state=states[i],
                id=_id(t),
                words=_words(t, tracks),
                through=measured_at(of_leg.get((t.flight, t.leg), ())),
                reach=reach,
                shades=None if steps is None else steps.shade(values_m(t, colour, about)),
            )
            for i, t in enumerate(tracks)
        ]
        finding_layers = [
            FindingLayer(
                f,
                frame,
                loud=f is first,
                track=by_leg.get((f.flight, f.leg)) if on_mercator else None,
            )
            for f in findings
        ]
        belts = [ZoneLayer(z, frame) for z in shown]
        disputed = DisputesLayer(shown, frame)
        every: list[Layer] = [*belts, LandLayer(frame), GraticuleLayer(frame), disputed]
        every += [
            *flight_layers,
            *finding_layers,
            *layers,
            sea_names(frame),
            state_names(belts, frame),
        ]
        return tuple(every), disputed

    near = _near(findings, Frame.of(lines).size_m)
    still = Frame.of(lines, near)
    every, disputed = drawn(still)
    frame, own = still, every
    if background is not None:
        _within_tiles(tracks)
        frame = Frame.for_tiles(lines, near)
        own, _ = drawn(frame)
    on_map = [
        layer.zone
        for layer in own
        if isinstance(layer, ZoneLayer) and layer.seen.intersects(frame.rect)
    ]
    method = [*methods(), *(translated(d.sentence) for d in disputed.disputes), *_inputs(findings)]
    name = title or _title(tracks)
    answer = answer_of(findings, findings.zones)
    return Page(
        title=name,
        answer=answer,
        frame=frame,
        layers=own,
        findings=findings,
        alt=say("page.alt", title=name, answer=answer),
        legend=tuple(_legend(tracks, on_map, findings, steps)),
        details={_id(t): _detail(t, findings) for t in tracks},
        player=playback(
            tracks, findings, frame, [_id(t) for t in tracks], states, shaded=steps is not None
        ),
        sections=(
            (say("page.came"), findings_table(findings, {}), True),
            (say("page.method"), prose(method), False),
            (say("page.data"), downloads(findings) + zone_sources(findings, background), False),
        ),
        lang=spoken().code,
        tiles=background,
        still=None if background is None else (still, every),
    )


def _within_tiles(tracks: Sequence[Track]) -> None:
    for t in tracks:
        if np.abs(t.lat).max() > MOST_NORTHERN:
            raise OutputError(
                f"{t.name} flies beyond 85° of latitude, where Web Mercator, and so the tiles, end."
                " Leave --tiles out: the map is then drawn around the pole."
            )


def _near(findings: Findings, size_m: float) -> list[tuple[Floats, Floats]]:
    """Return the borders that flights came near to, each with the flight's place.

    Of the loudest finding however far that is; of others as long as they make the map no other.
    """
    first = headline(findings)
    return [
        (np.array([f.lon, f.border_lon]), np.array([f.lat, f.border_lat]))
        for f in findings
        if f.basis == "recorded"
        and f.border_lon is not None
        and f.border_lat is not None
        and (f is first or f.distance_m <= NEARBY * size_m)
    ]


def _reaches(tracks: Sequence[Track]) -> bool:
    """Return whether it is drawn where flights may have been unseen: many would hide all else."""
    return sum(bool(t.is_gap.any()) for t in tracks) <= MOST_REACHES


def _id(track: Track) -> str:
    return f"{track.flight}-{track.leg}"


def _words(track: Track, tracks: Sequence[Track]) -> tuple[tuple[str, str], ...]:
    return ((track.name[:40], ""),) if len(tracks) <= 40 else ()


def _state_of(tracks: Sequence[Track]) -> list[str]:
    """Return hues for flights, by turns: whose they are is not in a track."""
    turns = itertools.cycle(("USA", "RUS", "JPN", "CAN"))
    by_flight: dict[str, str] = {}
    for t in tracks:
        if t.name not in by_flight:
            by_flight[t.name] = next(turns)
    return [by_flight[t.name] for t in tracks]


def _title(tracks: Sequence[Track]) -> str:
    names = list(dict.fromkeys(t.name for t in tracks))
    if not names:
        return say("page.question")
    if len(names) > 4:
        return say("page.question_many", count=len(names))
    return say("page.question_named", names=[n[:60] for n in names])


def _legend(
    tracks: Sequence[Track], zones: Sequence[Zone], findings: Findings, steps: Steps | None
) -> Iterator[Entry]:
    if any(t.basis == "recorded" for t in tracks):
        if steps is None:
            yield Entry(say("legend.recorded"), "track", "track", hue_of("USA"))
        else:
            words = say("legend.recorded_by", scale=steps.title)
            yield Entry(words, "track", "track", each=steps.each)
    if any(t.is_gap.any() for t in tracks):
        words = say("legend.gap" if _reaches(tracks) else "legend.gap_alone")
        yield Entry(words, "gap", "", hue_of("USA"))
    if any(len(t.disbelieved.lon) for t in tracks):
        yield Entry(say("legend.disbelieved"), "disbelieved", "", hue_of("USA"))
    if any(t.basis == "drawn" for t in tracks):
        yield Entry(say("legend.drawn_tracks"), "drawn", "drawn", hue_of("USA"))
    first = headline(findings)
    if first is not None:
        # Where all was inside there is no line to a border, but a place
        what = "deepest" if first.depth_m > 0 else "closest"
        yield Entry(say(f"legend.{what}"), what, "closest")
    each = tuple(
        (hue_of(z.id.partition(":")[2]), state_name(z)) for z in zones if z.kind == "airspace"
    )
    if each:
        named = each[:MOST_STATES]
        more = len(each) - len(named)
        yield Entry(say("legend.belt"), "belt", "belt", each=named, more=more)
    own = [z for z in zones if z.kind not in {"airspace", "adiz", "treaty"}]
    for z in own[:MOST_OWN]:
        name = short(say("map.zone", zone=z), MOST_LETTERS)
        kind = "area" if shapely.get_dimensions(z.geometry) == 2 else "line"
        yield Entry(name, kind, "area", hue_of(z.id.partition(":")[2]))
    if len(own) > MOST_OWN:
        yield Entry(say("legend.others", count=len(own) - MOST_OWN), "none")
    if any(z.kind == "adiz" for z in zones):
        yield Entry(say("legend.adiz"), "adiz", "adiz")


def _detail(track: Track, findings: Findings) -> Detail:
    mine = [f for f in findings if f.flight == track.flight and f.leg == track.leg]
    lines: list[str] = [sentence(f, findings.zones) for f in mine[:6]]
    key = f"flight.{track.basis}_fixes"
    lines.append(say(key, fixes=len(track), dropped=track.rejected))
    return Detail(track.name, tuple(lines))


def _inputs(findings: Findings) -> list[str]:
    out: list[str] = []
    for i in findings.inputs:
        counts = sorted(i.rejected.items())
        dropped = [say("method.dropped", count=n, why=why) for why, n in counts]
        out.append(
            say(
                "method.input",
                path=i.path,
                format=i.format,
                fixes=i.fixes,
                dropped=dropped or [say("method.dropped_none")],
                sha256=i.sha256,
            )
        )
    return out
