"""What can be said of a claim: supported, contradicted, or cannot be told, with the reason.

Only what is independent of a claim can confirm or refute it: a recorded track, a count, a date, or
what somebody else said. A route drawn from reports never does, least of all one that was drawn to
fit the claim.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from geo.cache import remembered
from geo.catalogue import zone
from geo.errors import StoryError
from geo.findings import Finding, Findings
from geo.offsets import Passage, offset_line, passage
from geo.story import Claim, Span, Statement, Story
from geo.units import NM
from geo.words import UNIT_M, UNIT_WORDS, figure, in_unit, joined, km, nm, nm_and_km, number

__all__ = [
    "ClaimedLine",
    "Measures",
    "Reading",
    "Verdict",
    "answer",
    "measures",
    "weigh",
    "worked_out",
]

Word = Literal["supported", "contradicted", "cannot be told"]

ABOUT: Final = 0.1  # "about 30 miles" is anything from 27 to 33
BELT_M: Final = 12 * NM  # the greatest breadth of a territorial sea (UNCLOS, article 3)


@dataclass(frozen=True)
class ClaimedLine:
    """A statement's distance drawn around its zone.

    ``lines`` are degrees, shape (n, 2) each. ``against_m`` are the distances of the line from
    another zone: the least but for one in a hundred, the median, and the greatest but for one.
    """

    statement: Statement
    lines: tuple[Any, ...]
    against: str | None
    against_m: tuple[float, float, float] | None


@dataclass(frozen=True)
class Measures:
    """What a story has measured besides its flights: claimed lines, and gaps by id."""

    lines: tuple[ClaimedLine, ...]
    gaps: dict[str, Passage]


@dataclass(frozen=True)
class Reading:
    """A claim under one meaning of its words, such as one of two units."""

    unit: str
    value_m: float
    verdict: Word
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What can be said of a claim."""

    claim: Claim
    verdict: Word
    reason: str
    readings: tuple[Reading, ...] = ()
    independent: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return what the contract's ``claims`` hold."""
        c = self.claim
        value_m = c.value * UNIT_M[c.units[0]] if c.value and len(c.units) == 1 else None
        return {
            "id": c.id,
            "kind": c.kind,
            "by": c.by,
            "quote": c.quote,
            "value": c.value,
            "units": list(c.units),
            "value_m": value_m,
            "of": c.of,
            "flights": list(c.flights),
            "verdict": self.verdict,
            "reason": self.reason,
            "readings": [
                {
                    "unit": r.unit,
                    "value_m": round(r.value_m, 1),
                    "verdict": r.verdict,
                    "reason": r.reason,
                }
                for r in self.readings
            ],
            "independent": self.independent,
            "sources": list(c.sources),
        }


# --------------------------------------------------------------------------------- measures


def measures(story: Story) -> Measures:
    """Return what a story's lines and gaps measure; kept in the cache, for they take seconds."""
    lines = []
    for line in story.document.line:
        statement = story.statement(line.statement)
        of = zone(statement.of)
        outside = [zone(z) for z in line.outside]
        against = None if line.against is None else zone(line.against)
        what = f"line/1/{of.digest}/{statement.value_m}/{line.box}/{[z.digest for z in outside]}"

        def make(of: Any = of, line: Any = line, st: Any = statement, out: Any = outside) -> Any:
            found = offset_line(of, st.value_m, line.box, out)
            return [np.round(xy, 5).tolist() for xy in found]

        found = tuple(np.asarray(xy, dtype=float) for xy in remembered(what, make))
        if not found:
            raise StoryError(f"The line of statement '{statement.id}' is empty: widen its box.")
        spread = None
        if against is not None:

            def quantiles(found: Any = found, against: Any = against) -> Any:
                from geo.checks import distance

                # A vertex every 6 km tells as much as one every 2 km, and is soon asked.
                xy = np.concatenate(found)[::3]
                away = distance(xy[:, 0], xy[:, 1], against)
                return np.percentile(away, [1, 50, 99]).tolist()

            p1, p50, p99 = remembered(f"{what}/{against.digest}", quantiles)
            spread = (p1, p50, p99)
        lines.append(ClaimedLine(statement, found, line.against, spread))
    gaps = {}
    for gap in story.document.gap:
        lon, lat = story.place(gap.place).lonlat
        z = zone(gap.zone)

        def narrowest(z: Any = z, lon: float = lon, lat: float = lat) -> Any:
            p = passage(z, lon, lat)
            return [p.width_m, list(p.a), list(p.b)]

        width_m, a, b = remembered(f"gap/1/{z.digest}/{lon}/{lat}", narrowest)
        gaps[gap.id] = Passage(width_m, tuple(a), tuple(b))
    return Measures(tuple(lines), gaps)


def answer(story: Story) -> str:
    """Return the sentence that stands over the map: whose figure it is, and what is public."""
    if story.head.answer is None:
        return ""
    s = story.statement(story.head.answer)
    recorded = [t for t in story.tracks_of(s.flights) if t.basis == "recorded"]
    public = "" if recorded else "; no track is public"
    return f"{s.by}: {nm_and_km(s.value_m)} from {s.of_words}{public}."


# --------------------------------------------------------------------------------- verdicts


def worked_out(story: Story) -> tuple[Findings, Measures, tuple[Verdict, ...]]:
    """Return a story's findings with its claims in them, what it measures, and its verdicts."""
    from geo.checks import check

    found = check(story.tracks)
    measured = measures(story)
    verdicts = weigh(story, found, measured)
    name, data = next(iter(story.files.items()))
    # The story is what it was made of, even where it is not itself the source of a track.
    stamp = {"path": name, "sha256": hashlib.sha256(data).hexdigest()}
    found = replace(
        found,
        claims=tuple(v.to_dict() for v in verdicts),
        parameters=found.parameters | {"story": stamp},
    )
    return found, measured, verdicts


def weigh(story: Story, findings: Findings, measured: Measures) -> tuple[Verdict, ...]:
    """Return a verdict on each claim of a story, in the order of the file."""
    return tuple(_verdict(c, story, findings, measured) for c in story.document.claim)


def _verdict(claim: Claim, story: Story, findings: Findings, measured: Measures) -> Verdict:
    if claim.kind == "came_within":
        return _came_within(claim, story, findings)
    if claim.kind in {"stayed_outside", "entered"}:
        return _inside_or_not(claim, story, findings, measured)
    if claim.kind == "left_after":
        return _left_after(claim, story, findings)
    if claim.kind == "count":
        return _count(claim, story)
    if claim.kind == "days_between":
        return _days_between(claim, story)
    if claim.kind == "same_time":
        return _same_time(claim)
    if claim.kind == "first_since":
        return _told(claim, "That nothing came before cannot be seen in a track.", story, measured)
    return _told(claim, claim.reason, story, measured)


def _told(claim: Claim, reason: str, story: Story, measured: Measures) -> Verdict:
    return Verdict(claim, "cannot be told", _with_gap(claim, reason, story, measured))


def _with_gap(claim: Claim, reason: str, story: Story, measured: Measures) -> str:
    words = [reason]
    gap = next((g for g in story.document.gap if g.id == claim.gap), None)
    if gap is not None:
        p = measured.gaps[gap.id]
        words.append(
            f"At {story.place(gap.place).name} the {zone(gap.zone).name} leaves a gap of"
            f" {nm(p.width_m, 2)} ({km(p.width_m, 1)}): it can be passed, never more than"
            f" {nm(p.width_m / 2)} from that airspace."
        )
    if claim.note:
        words.append(claim.note)
    return " ".join(w for w in words if w)


def _recorded(claim: Claim, story: Story, findings: Findings, zone_id: str | None) -> list[Finding]:
    names = {(t.flight, t.leg) for t in story.tracks_of(claim.flights) if t.basis == "recorded"}
    return [f for f in findings if (f.flight, f.leg) in names and f.zone == zone_id]


def _unseen(claim: Claim, story: Story) -> str:
    """Return what of a claim's flights nobody recorded, in words: there they may have done it."""
    if any(story.flight(i).track is None for i in claim.flights):
        return "not all of these flights were recorded"
    if any(len(story.tracks_of([i])) > 1 for i in claim.flights):
        return "nobody saw it between its legs"
    return ""


def _no_track(claim: Claim, story: Story) -> str:
    fits = {f.id for f in story.document.flight if f.id in claim.flights}
    drawn_to_fit = any(
        claim.id in story.flight(i).fits or claim.against in story.flight(i).fits for i in fits
    )
    if drawn_to_fit:
        return "No track is public, and a route drawn to fit a claim cannot confirm it."
    return "No track is public, and a drawn route confirms nothing."


def within(low_m: float, high_m: float, limit_m: float, about: bool) -> Word:
    """Return whether something between low and high came within a limit, in metres.

    A wider interval never turns *cannot be told* into a verdict.
    """
    slack = ABOUT if about else 0.0
    if high_m <= limit_m * (1 + slack):
        return "supported"
    return "contradicted" if low_m > limit_m * (1 + slack) else "cannot be told"


def agrees(said_m: float, figure_m: float, about: bool) -> Word:
    """Return whether a figure is what was said; "about" is a tenth to either side."""
    slack = ABOUT if about else 0.005  # a rounded figure is right to half a per cent
    return "supported" if abs(figure_m - said_m) <= slack * said_m else "contradicted"


def _came_within(claim: Claim, story: Story, findings: Findings) -> Verdict:
    assert claim.value is not None  # noqa: S101 - the story was checked
    seen = _recorded(claim, story, findings, claim.of)
    usable = claim.of is not None and zone(claim.of).verified
    readings = []
    for unit in claim.units:
        said_m = claim.value * UNIT_M[unit]
        if seen and usable:
            # The one that came nearest need not be the one that may have come nearest.
            low, high = min(f.low_m for f in seen), min(f.high_m for f in seen)
            if _unseen(claim, story):
                low = 0.0
            word = within(low, high, said_m, claim.about)
            reach = nm(high) if nm(low) == nm(high) else f"between {nm(low)} and {nm(high)}"
            reason = f"what was recorded allows a nearest approach of {reach}"
        elif claim.against is not None:
            statement = story.statement(claim.against)
            word = agrees(said_m, statement.value_m, claim.about)
            reason = f"{statement.by} said {in_unit(statement.value_m, unit, 1)}"
        else:
            word, reason = "cannot be told", "there is nothing to hold it against"
        readings.append(Reading(unit, said_m, word, reason))
    words = {r.verdict for r in readings}
    verdict: Word = words.pop() if len(words) == 1 else "cannot be told"
    independent = bool(seen)
    if claim.against is not None and not seen:
        statement = story.statement(claim.against)
        right = [r for r in readings if r.verdict == "supported"]
        reason = f"{statement.by}'s figure is {nm(statement.value_m)} from {statement.of_words}"
        others = [r for r in readings if r.unit != "NM"]
        if others:
            lengths = joined([in_unit(statement.value_m, r.unit, 1) for r in others], "or")
            reason += f", which is {lengths}"
        about = "about " if claim.about else ""
        said = f"‘{about}{figure(claim.value, 0)} miles’"
        if len(claim.units) > 1 and right and len(right) < len(readings):
            holds = joined([UNIT_WORDS[r.unit] for r in right])
            reason += f": {said} holds only in {holds}, and the unit was not said."
        else:
            reason += "."
        reason += f" {_no_track(claim, story)}"
    elif not seen:
        reason = _no_track(claim, story)
    else:
        reason = "; ".join(f"in {UNIT_WORDS[r.unit]}: {r.reason}" for r in readings)
        reason = reason[:1].upper() + reason[1:] + "."
    if claim.note:
        reason += f" {claim.note}"
    return Verdict(claim, verdict, reason, tuple(readings), independent)


def _inside_or_not(claim: Claim, story: Story, findings: Findings, measured: Measures) -> Verdict:
    seen = _recorded(claim, story, findings, claim.of)
    if not seen:
        reason = _with_gap(claim, _no_track(claim, story), story, measured)
        return Verdict(claim, "cannot be told", reason, independent=False)
    surely_in = any(f.high_m == 0 and f.depth_m > 0 for f in seen)
    surely_out = all(f.low_m > 0 for f in seen) and not _unseen(claim, story)
    name = zone(claim.of or "").name
    if not zone(claim.of or "").verified:
        word: Word = "cannot be told"
        reason = f"The border of {name} is approximate and carries no verdict."
    elif surely_in:
        word = "supported" if claim.kind == "entered" else "contradicted"
        deep = max(f.depth_m for f in seen)
        reason = f"The recorded track went {nm_and_km(deep)} into {name}."
    elif surely_out:
        word = "contradicted" if claim.kind == "entered" else "supported"
        near = min(f.low_m for f in seen)
        reason = f"The recorded track stayed at least {nm_and_km(near)} away from {name}."
    else:
        word = "cannot be told"
        doubt = next((d for f in seen for d in f.doubt[::-1] if f.low_m == 0), "")
        doubt = doubt or _unseen(claim, story) or "too near the border"
        reason = f"The recorded track does not settle it: {doubt}."
    return Verdict(claim, word, _with_gap(claim, reason, story, measured))


def _left_after(claim: Claim, story: Story, findings: Findings) -> Verdict:
    assert claim.value is not None  # noqa: S101 - the story was checked
    seen = [f for f in _recorded(claim, story, findings, claim.of) if f.inside_s is not None]
    if not seen:
        return Verdict(claim, "cannot be told", _no_track(claim, story), independent=False)
    inside_min = sum(f.inside_s or 0.0 for f in seen) / 60
    hidden = bool(_unseen(claim, story)) or any(t.name == "gap" for f in seen for t in f.terms)
    reason = f"The recorded track was inside for {figure(inside_min)} min"
    if hidden:
        return Verdict(claim, "cannot be told", f"{reason}, and a gap may hide more.")
    if not all(f.low_m > 0 or (f.depth_m > 0 and f.high_m == 0) for f in seen):
        reason += ", and within the doubt it may not have been, or for longer."
        return Verdict(claim, "cannot be told", reason)
    word = agrees(claim.value, inside_min, claim.about)
    return Verdict(claim, word, f"{reason}.")


def _count(claim: Claim, story: Story) -> Verdict:
    if claim.counts == "aircraft":
        flights = [f for f in story.document.flight if f.id in claim.flights]
        found = sum(f.number for f in flights)
        made = joined([number(f.number) for f in flights])
        what = f"{number(found)} {claim.noun}"
        if len(flights) > 1:
            what += f" ({made})"
    else:
        every = story.document.incident
        found = sum(1 for i in every if i.where == claim.where)
        rest = [i for i in every if i.where != claim.where]
        what = f"{number(found)} {claim.noun}"
        if rest:
            told = joined([f"{i.what} on {i.date.day} {i.date:%B} ({i.where})" for i in rest])
            what += f", and elsewhere {told}"
    word: Word = "supported" if found == claim.value else "contradicted"
    reason = f"{claim.authority or 'The count'}: {what}."
    if claim.note:
        reason += f" {claim.note}"
    return Verdict(claim, word, reason)


def _days_between(claim: Claim, story: Story) -> Verdict:
    one, other = (story.flight(i) for i in claim.flights)
    if one.start is None or other.start is None or one.end is None or other.end is None:
        return Verdict(claim, "cannot be told", "The day of a flight is not known.")
    days = (other.start.date() - one.start.date()).days
    said = claim.value or 0.0
    word = agrees(said, days, claim.about)
    reason = f"From {one.when or one.name} to {other.when or other.name} it is {days} days."
    return Verdict(claim, word, f"{reason} {claim.note}".strip())


def _moments(span: Span) -> tuple[datetime, datetime]:
    try:
        tz = ZoneInfo(span.tz)
    except (ZoneInfoNotFoundError, ValueError):
        raise StoryError(f"There is no time zone '{span.tz}'.") from None
    start, end = (t.replace(tzinfo=tz).astimezone(UTC) for t in (span.start, span.end))
    return start, end


def _same_time(claim: Claim) -> Verdict:
    moments = [_moments(s) for s in claim.spans]
    start, end = max(m[0] for m in moments), min(m[1] for m in moments)
    names = joined([s.words for s in claim.spans])
    if start < end:
        reason = (
            f"No conflict: {names} share the hours from {start:%H:%M} on {start.day} {start:%B} to"
            f" {end:%H:%M} on {end.day} {end:%B}, UTC."
        )
        return Verdict(claim, "supported", f"{reason} {claim.note}".strip())
    return Verdict(claim, "contradicted", f"{names} share no hour. {claim.note}".strip())


def arithmetic(measured: ClaimedLine) -> Sequence[str]:
    """Return what a claimed distance off the shore makes of the edge of the airspace, in words."""
    value_m = measured.statement.value_m
    words = []
    if value_m > BELT_M:
        words.append(
            f"{figure(value_m / NM)} − 12 = {nm(value_m - BELT_M)} outside the airspace is"
            " arithmetic that takes the shore as baseline."
        )
    if measured.against_m is not None:
        low, middle, high = (v / NM for v in measured.against_m)
        words.append(
            f"Measured on the map's data, the line lies {figure(low, 0)}–{figure(high, 0)} NM from"
            f" the airspace, depending on where (median {figure(middle, 1)} NM; one in a hundred"
            " points left out at either end)."
        )
    return words
