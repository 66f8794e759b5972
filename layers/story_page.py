"""The page of a story: what was drawn, what was claimed, and what can be said of it."""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Iterator

import numpy as np

from geo.catalogue import zone
from geo.claims import Verdict, answer, weigh, worked_out
from geo.document import Flight, Interception
from geo.earth import Floats
from geo.findings import Findings
from geo.measures import ClaimedLine, Measures, arithmetic
from geo.story import Story
from geo.track import Track
from geo.words import joined, say, speaking, spoken, translated
from layers.findings import FindingLayer, measured_at
from layers.frame import Frame
from layers.hues import hue_of
from layers.land import GraticuleLayer, LandLayer
from layers.leaflet import Layer
from layers.pages import Detail, Page
from layers.parts import (
    Entry,
    claims_table,
    downloads,
    findings_table,
    methods,
    prose,
    sources_list,
    zone_sources,
)
from layers.places import ClaimedLineLayer, PassageLayer, PlacesLayer
from layers.playback import playback
from layers.sentences import answer_of, headline, sentence
from layers.text import html, marked
from layers.track import TrackLayer, along
from layers.zones import DisputesLayer, SeaNamesLayer, ZoneLayer, state_name, state_names

__all__ = ["Told", "story_page", "tell"]


@dataclasses.dataclass(frozen=True)
class Told:
    """A story worked out: its findings with the claims in them, what it measures, its verdicts."""

    story: Story
    findings: Findings
    measured: Measures
    verdicts: tuple[Verdict, ...]

    @property
    def answer(self) -> str:
        """The sentence over the map."""
        told = answer(self.story)
        if told:
            return translated(told)
        return answer_of(self.findings, self.findings.zones, self.story.head.tz)

    def in_language(self, code: str) -> Told:
        """Return it told in a language; the figures are the same.

        A drawn flight is what the story calls it: its findings have that as their callsign.
        """
        story = self.story.in_language(code)
        if story is self.story:
            return self
        lines = tuple(
            dataclasses.replace(line, statement=story.statement(line.statement.id))
            for line in self.measured.lines
        )
        measured = dataclasses.replace(self.measured, lines=lines)
        names = {f.name: story.flight(f.id).name for f in self.story.document.flight if f.route}
        named = tuple(
            dataclasses.replace(f, callsign=names.get(f.flight, f.flight))
            if f.basis == "drawn"
            else f
            for f in self.findings
        )
        findings = dataclasses.replace(self.findings, findings=named)
        return Told(story, findings, measured, weigh(story, self.findings, measured))


def tell(story: Story) -> Told:
    """Return a story worked out."""
    found, measured, verdicts = worked_out(story)
    return Told(story, found, measured, verdicts)


def story_page(told: Told, lang: str | None = None) -> Page:
    """Return the page of a story that was worked out.

    Parameters
    ----------
    lang
        The language of the page; without one, the story's own.

    Raises
    ------
    LanguageError
        If there is no such language.
    """
    with speaking(lang or told.story.head.lang):
        return dataclasses.replace(
            _page(told.in_language(spoken().code)),
            findings=told.findings,
            english=functools.partial(story_page, told, "en"),
        )


def _page(told: Told) -> Page:
    story, findings = told.story, told.findings
    frame = _frame(story)
    land = LandLayer(frame)
    # Borders on land matter where a track was measured to them.
    drawn_only = all(t.basis == "drawn" for t in story.tracks)
    belts = [ZoneLayer(zone(z), frame, edge=not drawn_only) for z in story.head.airspaces]
    shown: list[Layer] = []
    disputed = DisputesLayer([b.zone for b in belts], frame)
    shown += [*belts, land, GraticuleLayer(frame), disputed]
    shown += [ZoneLayer(zone(z), frame) for z in story.head.adiz]
    ids = {}
    for track in story.tracks:
        flight = story.flight(track.about["id"])
        ids[track.flight, track.leg] = flight.id
        own = (f for f in findings if (f.flight, f.leg) == (track.flight, track.leg))
        shown.append(_flight(track, flight, frame, measured_at(own)))
    for line in told.measured.lines:
        shown.append(ClaimedLineLayer(line, frame, _public(story, line)))
    named = {g.id: story.place(g.place) for g in story.document.gap}
    for gap_id, gap in told.measured.gaps.items():
        shown.append(PassageLayer(gap, named[gap_id].name, frame))
    first = headline(findings)
    shown += [
        FindingLayer(f, frame, loud=f is first, id=ids.get((f.flight, f.leg), "")) for f in findings
    ]
    places = tuple(p for p in story.document.place if p.id not in {n.id for n in named.values()})
    shown.append(PlacesLayer(places, frame, story.document.interception))
    shown.append(SeaNamesLayer([zone(z) for z in story.head.seas], frame))
    shown.append(state_names(belts, frame))
    head = story.head
    return Page(
        title=head.title,
        subtitle=head.subtitle,
        answer=told.answer,
        frame=frame,
        layers=tuple(shown),
        findings=findings,
        alt=alt_text(told),
        caption=caption(told),
        legend=tuple(_legend(told)),
        details={f.id: _detail(f, told) for f in story.document.flight},
        player=playback(
            story.tracks,
            findings,
            frame,
            [t.about["id"] for t in story.tracks],
            [story.flight(t.about["id"]).state for t in story.tracks],
        ),
        sections=tuple(_sections(told, ids, disputed)),
        lang=spoken().code,
    )


def _frame(story: Story) -> Frame:
    points = story.head.frame or [p.lonlat for p in story.document.place]
    lines = [(np.array([x], dtype=float), np.array([y], dtype=float)) for x, y in points]
    return Frame.of(lines if story.head.frame else lines + [along(t) for t in story.tracks])


def _width(flight: Flight) -> str:
    return say("map.width", width_m=flight.half_width_m or 0.0)


def _flight(track: Track, flight: Flight, frame: Frame, through: Floats) -> TrackLayer:
    drawn = track.basis == "drawn"
    named = flight.label or flight.name
    told = say("map.flight_when", flight=named, when=flight.when) if flight.when else named
    words = [(told, "")]
    if drawn and not flight.background:
        words.append((say("map.drawn_width", width=_width(flight)), "small"))
    elif drawn:
        words.append((say("map.drawn"), "small"))
    return TrackLayer(
        track,
        frame,
        state=flight.state,
        words=tuple(words),
        background=flight.background,
        title=say("map.flight_drawn" if drawn else "map.flight_recorded", flight=flight.name),
        id=flight.id,
        through=through,
    )


def _public(story: Story, line: ClaimedLine) -> str:
    flights = story.tracks_of(line.statement.flights)
    return "" if any(t.basis == "recorded" for t in flights) else say("map.no_track")


def _legend(told: Told) -> Iterator[Entry]:
    story = told.story
    recorded = any(t.basis == "recorded" for t in story.tracks)
    drawn = [f for f in story.document.flight if f.route]
    if told.measured.lines:
        line = told.measured.lines[0].statement
        words = say("legend.claimed", value_m=line.value_m, of=line.of_words, by=line.by)
        yield Entry(words, "claim", "claim")
    if drawn:
        hues = list(dict.fromkeys(hue_of(f.state) for f in drawn))
        yield Entry(say("legend.drawn"), "drawn", "drawn", hues[0])
    if recorded:
        yield Entry(say("legend.recorded"), "track", "track", hue_of("USA"))
    else:
        yield Entry(say("legend.nothing"), "none")
    if story.head.airspaces:
        each = tuple(
            (hue_of(z.partition(":")[2]), state_name(zone(z))) for z in story.head.airspaces
        )
        yield Entry(say("legend.belt"), "belt", "belt", each=each)
    for z in story.head.adiz:
        key = "legend.adiz_named" if zone(z).verified else "legend.adiz_named_approximate"
        yield Entry(say(key, zone=zone(z)), "adiz", "adiz")


def alt_text(told: Told) -> str:
    """Return what the map shows, for who cannot see it."""
    story = told.story
    drawn = [f.label or f.name for f in story.document.flight if f.route]
    recorded = [f.name for f in story.document.flight if not f.route]
    place = story.head.place
    words = [say("alt.map_of", place=place) if place else say("alt.map")]
    words += [
        say("alt.line", value_m=s.value_m, of=s.of_words, by=s.by)
        for s in (line.statement for line in told.measured.lines)
    ]
    if recorded:
        words.append(say("alt.recorded", flights=recorded))
    if drawn:
        flown = [
            say("alt.twice", flight=label) if n == 2 else label
            for label, n in Counter(drawn).items()
        ]
        words.append(say("alt.drawn", flights=flown))
    return joined(words, "sentences").replace("\u00a0", " ").replace("\u202f", " ")


def caption(told: Told) -> str:
    """Return the caption under the map: what kind of lines it holds."""
    drawn = any(f.route for f in told.story.document.flight)
    words: list[str] = [say("caption.drawn")] if drawn else []
    for line in told.measured.lines:
        words += arithmetic(line)
    return joined(words, "sentences")


def _detail(flight: Flight, told: Told) -> Detail:
    lines: list[str] = []
    kind = ""
    if flight.aircraft:
        kind = say("flight.kind", number=flight.number, aircraft=flight.aircraft)
    lines.append(joined([w for w in (kind, flight.company, flight.when) if w], "comma"))
    if flight.route:
        lines.append(say("flight.drawn", width=_width(flight), why=flight.why))
    else:
        lines.append(flight.why)
    for track in told.story.tracks_of([flight.id]):
        if track.basis == "recorded":
            lines += [
                sentence(f, told.findings.zones, told.story.head.tz)
                for f in told.findings
                if (f.flight, f.leg) == (track.flight, track.leg)
            ]
    met = [i for i in told.story.document.interception if flight.id in i.of]
    lines += [say("flight.met", name=i.name, note=i.note) for i in met]
    if flight.confidence:
        lines.append(say("flight.confidence", confidence=flight.confidence))
    titles = [s.title for s in told.story.sources(flight.sources)]
    if titles:
        lines.append(say("flight.sources", titles=titles))
    return Detail(flight.name, tuple(w for w in lines if w))


def _sections(
    told: Told, ids: dict[tuple[str, int], str], disputed: DisputesLayer
) -> Iterator[tuple[str, str, bool]]:
    story = told.story
    if told.verdicts:
        yield say("page.claims"), claims_table(told.verdicts, story.head.lang), True
    yield say("page.flights"), findings_table(told.findings, ids), False
    if story.document.interception:
        rows = "".join(
            f"<li><strong>{marked(i.name)}</strong>{_met_by(i, story)}</li>"
            for i in story.document.interception
        )
        yield say("page.met"), f'<ul class="hc-list">{rows}</ul>\n', False
    method: list[str] = [*methods(), *(translated(d.sentence) for d in disputed.disputes)]
    for line in told.measured.lines:
        method.append(joined(arithmetic(line), "sentences"))
    for gap_id, gap in told.measured.gaps.items():
        place = story.place(next(g.place for g in story.document.gap if g.id == gap_id))
        method.append(say("method.gap", place=place.name, width_m=gap.width_m, note=place.note))
    for flight in story.document.flight:
        if flight.route:
            told_width = {"width": _width(flight), "why": flight.why}
            method.append(say("method.drawn", flight=flight.name, **told_width))
    for place in story.document.place:
        if place.note and place.confidence:
            known = {"note": place.note, "confidence": place.confidence}
            method.append(say("method.place", place=place.name, **known))
    method += [
        say("method.input_story", path=i.path, format=i.format, sha256=i.sha256)
        for i in told.findings.inputs
    ]
    yield say("page.method_story"), prose(method), False
    sources = sources_list(story.document.source) + zone_sources(told.findings)
    yield say("page.sources"), sources, False
    yield say("page.data"), downloads(told.findings), False


def _met_by(met: Interception, story: Story) -> str:
    """Return who met whom, after the name of who did, as HTML."""
    return html(
        "flight.met_by",
        bases=[story.place(p).name for p in met.from_] or [say("flight.base_unnamed")],
        flights=[story.flight(f).name for f in met.of],
        note=met.note,
        confidence=met.confidence,
    )
