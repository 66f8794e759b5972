"""The page of a story: what was drawn, what was claimed, and what can be said of it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator

import numpy as np

from geo.catalogue import zone
from geo.claims import ClaimedLine, Measures, Verdict, answer, arithmetic, worked_out
from geo.findings import Findings
from geo.story import Flight, Story
from geo.track import Track
from geo.words import joined, nm, nm_and_km
from layers.findings import FindingLayer
from layers.frame import Frame
from layers.land import GraticuleLayer, LandLayer
from layers.leaflet import Layer
from layers.pages import (
    METHOD,
    Detail,
    Page,
    downloads,
    prose,
    state_name,
    state_names,
    zone_sources,
)
from layers.parts import Entry, claims_table, findings_table, sources_list
from layers.places import ClaimedLineLayer, PassageLayer, PlacesLayer
from layers.playback import playback
from layers.sentences import answer_of, headline, sentence
from layers.style import hue_of
from layers.text import escape
from layers.track import TrackLayer, along
from layers.zones import DisputesLayer, SeaNamesLayer, ZoneLayer

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
        return answer(self.story) or answer_of(self.findings, self.findings.zones)


def tell(story: Story) -> Told:
    """Return a story worked out."""
    found, measured, verdicts = worked_out(story)
    return Told(story, found, measured, verdicts)


def story_page(told: Told) -> Page:
    """Return the page of a story that was worked out."""
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
        shown.append(_flight(track, flight, frame))
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
        lang=head.lang,
    )


def _frame(story: Story) -> Frame:
    points = story.head.frame or [p.lonlat for p in story.document.place]
    lines = [(np.array([x], dtype=float), np.array([y], dtype=float)) for x, y in points]
    return Frame.of(lines if story.head.frame else lines + [along(t) for t in story.tracks])


def _width(flight: Flight) -> str:
    return f"± {nm_and_km(flight.half_width_m or 0.0)}"


def _flight(track: Track, flight: Flight, frame: Frame) -> TrackLayer:
    drawn = track.basis == "drawn"
    words = [(f"{flight.label or flight.name}{', ' if flight.when else ''}{flight.when}", "")]
    if drawn and not flight.background:
        words.append((f"drawn, {_width(flight)}", "small"))
    elif drawn:
        words.append(("drawn", "small"))
    return TrackLayer(
        track,
        frame,
        state=flight.state,
        words=tuple(words),
        background=flight.background,
        title=f"{flight.name}: {'drawn from reports' if drawn else 'recorded'}",
        id=flight.id,
    )


def _public(story: Story, line: ClaimedLine) -> str:
    flights = story.tracks_of(line.statement.flights)
    return "" if any(t.basis == "recorded" for t in flights) else "No track is public."


def _legend(told: Told) -> Iterator[Entry]:
    story = told.story
    recorded = any(t.basis == "recorded" for t in story.tracks)
    drawn = [f for f in story.document.flight if f.route]
    if told.measured.lines:
        line = told.measured.lines[0].statement
        words = f"Claimed: {nm_and_km(line.value_m)} off {line.of_words} ({line.by})"
        yield Entry(words, "claim", "claim")
    if drawn:
        hues = list(dict.fromkeys(hue_of(f.state) for f in drawn))
        yield Entry("Drawn from reports; as wide as the doubt", "drawn", "drawn", hues[0])
    if recorded:
        yield Entry("Recorded track", "track", "track", hue_of("USA"))
    else:
        yield Entry("Recorded: nothing; no track is public", "none")
    if story.head.airspaces:
        each = tuple(
            (hue_of(z.partition(":")[2]), state_name(zone(z))) for z in story.head.airspaces
        )
        yield Entry("Airspace, land and 12 NM of sea:", "belt", "belt", each=each)
    for z in story.head.adiz:
        approximate = "" if zone(z).verified else ", approximate"
        yield Entry(f"{zone(z).name}: not sovereign{approximate}", "adiz", "adiz")


def alt_text(told: Told) -> str:
    """Return what the map shows, for who cannot see it."""
    story = told.story
    drawn = [f"{f.label or f.name}" for f in story.document.flight if f.route]
    recorded = [f.name for f in story.document.flight if not f.route]
    words = [f"Map of {story.head.place}." if story.head.place else "Map."]
    words += [
        f"A red line runs {nm_and_km(line.statement.value_m)} off {line.statement.of_words}, the"
        f" distance that {line.statement.by} gave."
        for line in told.measured.lines
    ]
    if recorded:
        words.append(f"Recorded tracks: {joined(recorded)}.")
    if drawn:
        flown = [f"{label} (twice)" if n == 2 else label for label, n in Counter(drawn).items()]
        words.append(f"Routes drawn from reports, as wide as their doubt: {joined(flown)}.")
    return " ".join(words).replace("\u00a0", " ").replace("\u202f", " ")


def caption(told: Told) -> str:
    """Return the caption under the map: what kind of lines it holds."""
    drawn = any(f.route for f in told.story.document.flight)
    words = []
    if drawn:
        words.append(
            "Routes are drawn from reports and as wide as the doubt about them; they measure"
            " nothing."
        )
    for line in told.measured.lines:
        words += arithmetic(line)
    return " ".join(words)


def _detail(flight: Flight, told: Told) -> Detail:
    lines = []
    number = f"{flight.number} × {flight.aircraft}" if flight.aircraft else ""
    lines.append(", ".join(w for w in (number, flight.company, flight.when) if w))
    if flight.route:
        lines.append(f"Drawn, not recorded: {_width(flight)}. {flight.why}")
    else:
        lines.append(flight.why)
    for track in told.story.tracks_of([flight.id]):
        if track.basis == "recorded":
            lines += [
                sentence(f, told.findings.zones)
                for f in told.findings
                if (f.flight, f.leg) == (track.flight, track.leg)
            ]
    met = [i for i in told.story.document.interception if flight.id in i.of]
    lines += [f"Met by {i.name}. {i.note}" for i in met]
    if flight.confidence:
        lines.append(f"Confidence in the report: {flight.confidence}.")
    titles = [s.title for s in told.story.sources(flight.sources)]
    if titles:
        lines.append(f"Sources: {'; '.join(titles)}.")
    return Detail(flight.name, tuple(w for w in lines if w))


def _sections(
    told: Told, ids: dict[tuple[str, int], str], disputed: DisputesLayer
) -> Iterator[tuple[str, str, bool]]:
    story = told.story
    if told.verdicts:
        yield "What was claimed, and what can be said of it", claims_table(told.verdicts), True
    yield "Flights and distances", findings_table(told.findings, ids), False
    if story.document.interception:
        rows = "".join(
            f"<li><strong>{escape(i.name)}</strong>, from"
            f" {escape(joined([story.place(p).name for p in i.from_]) or 'a base not named')}, to"
            f" {escape(joined([story.flight(f).name for f in i.of]))}. {escape(i.note)}"
            f" Confidence: {escape(i.confidence or 'not given')}.</li>"
            for i in story.document.interception
        )
        yield "Who met whom", f'<ul class="hc-list">{rows}</ul>\n', False
    method = [*METHOD, *(d.sentence for d in disputed.disputes)]
    for line in told.measured.lines:
        method += [" ".join(arithmetic(line))]
    for gap_id, gap in told.measured.gaps.items():
        place = story.place(next(g.place for g in story.document.gap if g.id == gap_id))
        method.append(
            f"{place.name}: the gap is {nm(gap.width_m, 2)} wide, measured between two parts of the"
            f" airspace. {place.note}"
        )
    for flight in story.document.flight:
        if flight.route:
            method.append(f"{flight.name}: drawn {_width(flight)}. {flight.why}")
    for place in story.document.place:
        if place.note and place.confidence:
            method.append(f"{place.name}: {place.note} Confidence: {place.confidence}.")
    method += [f"Input {i.path} ({i.format}): SHA-256 {i.sha256}." for i in told.findings.inputs]
    yield "How this was worked out, and how sure it is", prose(method), False
    yield "Sources", sources_list(story.document.source) + zone_sources(told.findings), False
    yield "Data", downloads(), False
