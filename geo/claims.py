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

from geo.catalogue import Zone, zone
from geo.document import Claim, Span, Statement
from geo.errors import StoryError
from geo.findings import Finding, Findings
from geo.measures import Measures, measures
from geo.rounding import AtLeast
from geo.story import Story
from geo.units import NM
from geo.words import UNIT_M, said, sentences
from geo.words.forms import figure_digits

__all__ = [
    "Reading",
    "Verdict",
    "answer",
    "weigh",
    "worked_out",
]

Word = Literal["supported", "contradicted", "cannot be told"]

ABOUT: Final = 0.1  # "about 30 miles" is anything from 27 to 33


@dataclass(frozen=True)
class Reading:
    """A claim under one meaning of its words: its ``unit``, and what it then claims in metres.

    ``verdict`` and ``reason`` are as in `Verdict`.
    """

    unit: str
    value_m: float
    verdict: Word
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What can be said of a claim.

    Parameters
    ----------
    claim
        As the story file has it.
    verdict
        ``supported``, ``contradicted`` or ``cannot be told``.
    reason
        Why, in sentences that `geo.words.translated` can translate.
    readings
        Of a claimed distance, the verdict in each of its units.
    independent
        Whether the verdict rests on something other than the claim's own sources.
    """

    claim: Claim
    verdict: Word
    reason: str
    readings: tuple[Reading, ...] = ()
    independent: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return what the contract's ``claims`` hold."""
        c = self.claim
        value_m = None
        if c.value and len(c.units) == 1:
            value_m = round(c.value * UNIT_M[c.units[0]], 1)
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


def answer(story: Story) -> str:
    """Return the sentence that stands over the map: whose figure it is, and what is public."""
    if story.head.answer is None:
        return ""
    s = story.statement(story.head.answer)
    recorded = [t for t in story.tracks_of(s.flights) if t.basis == "recorded"]
    key = "claim.answer" if recorded else "claim.answer_no_track"
    return said(key, by=s.by, value_m=s.value_m, of=s.of_words)


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
    claims = story.document.claim
    return tuple(_on_the_law(_verdict(c, story, findings, measured)) for c in claims)


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
        return _told(claim, said("claim.first"), story, measured)
    return _told(claim, claim.reason, story, measured)


def _told(claim: Claim, reason: str, story: Story, measured: Measures) -> Verdict:
    return Verdict(claim, "cannot be told", _with_gap(claim, reason, story, measured))


def _with_gap(claim: Claim, reason: str, story: Story, measured: Measures) -> str:
    words = [reason]
    gap = next((g for g in story.document.gap if g.id == claim.gap), None)
    if gap is not None:
        p = measured.gaps[gap.id]
        words.append(
            said(
                "claim.gap",
                place=story.place(gap.place).name,
                zone=zone(gap.zone),
                width_m=p.width_m,
                half_m=p.width_m / 2,
            )
        )
    return sentences(*words, claim.note)


def _recorded(claim: Claim, story: Story, findings: Findings, zone_id: str | None) -> list[Finding]:
    names = {(t.flight, t.leg) for t in story.tracks_of(claim.flights) if t.basis == "recorded"}
    return [f for f in findings if (f.flight, f.leg) in names and f.zone == zone_id]


def _unseen(claim: Claim, story: Story) -> str:
    """Return what of a claim's flights nobody recorded, in words: there they may have done it."""
    if any(story.flight(i).track is None for i in claim.flights):
        return said("claim.not_all_recorded")
    if any(len(story.tracks_of([i])) > 1 for i in claim.flights):
        return said("claim.between_legs")
    return ""


def _no_track(claim: Claim, story: Story) -> str:
    fits = {f.id for f in story.document.flight if f.id in claim.flights}
    drawn_to_fit = any(
        claim.id in story.flight(i).fits or claim.against in story.flight(i).fits for i in fits
    )
    if drawn_to_fit:
        return said("claim.drawn_to_fit")
    return said("claim.drawn")


def within(low_m: float, high_m: float, limit_m: float, about: bool) -> Word:
    """Return whether something between low and high came within a limit, in metres.

    A wider interval never turns *cannot be told* into a verdict.
    """
    slack = ABOUT if about else 0.0
    if high_m <= limit_m * (1 + slack):
        return "supported"
    return "contradicted" if low_m > limit_m * (1 + slack) else "cannot be told"


def kept_away(low_m: float, high_m: float, limit_m: float, about: bool) -> Word:
    """Return whether something between low and high stayed as far away as a limit, in metres.

    A wider interval never turns *cannot be told* into a verdict.
    """
    slack = ABOUT if about else 0.0
    if low_m >= limit_m * (1 - slack):
        return "supported"
    return "contradicted" if high_m < limit_m * (1 - slack) else "cannot be told"


def _usable(of: Zone) -> bool:
    """Return whether a verdict may rest on a zone: on one whose border somebody vouches for."""
    return of.verified and of.accuracy_m is not None


def _on_the_law(verdict: Verdict) -> Verdict:
    """Return a verdict that says so where nobody checked the border that it rests on."""
    claim = verdict.claim
    if claim.of is None or verdict.verdict == "cannot be told" or not verdict.independent:
        return verdict
    of = zone(claim.of)
    if of.kind != "airspace" or of.legal_accuracy_m is not None:
        return verdict
    return replace(verdict, reason=sentences(verdict.reason, said("claim.law_unchecked", zone=of)))


def agrees(said_m: float, figure_m: float, about: bool) -> Word:
    """Return whether a figure is what was said; "about" is a tenth to either side."""
    slack = ABOUT if about else 0.005  # a rounded figure is right to half a per cent
    return "supported" if abs(figure_m - said_m) <= slack * said_m else "contradicted"


def _came_within(claim: Claim, story: Story, findings: Findings) -> Verdict:
    assert claim.value is not None  # noqa: S101 - the story was checked
    seen = _recorded(claim, story, findings, claim.of)
    usable = claim.of is not None and _usable(zone(claim.of))
    readings = []
    for unit in claim.units:
        said_m = claim.value * UNIT_M[unit]
        if seen and usable:
            # The one that came nearest need not be the one that may have come nearest.
            low, high = min(f.low_m for f in seen), min(f.high_m for f in seen)
            if _unseen(claim, story):
                low = 0.0
            word = within(low, high, said_m, claim.about)
            reason: str = _approach(low, high)
        elif claim.against is not None:
            statement = story.statement(claim.against)
            word = agrees(said_m, statement.value_m, claim.about)
            reason = said("claim.said", by=statement.by, value=(statement.value_m, unit))
        else:
            word, reason = "cannot be told", said("claim.nothing")
        readings.append(Reading(unit, said_m, word, reason))
    words = {r.verdict for r in readings}
    verdict: Word = words.pop() if len(words) == 1 else "cannot be told"
    independent = bool(seen)
    if claim.against is not None and not seen:
        figure = _figure(claim, story.statement(claim.against), readings)
        reason = sentences(figure, _no_track(claim, story))
    elif not seen:
        reason = _no_track(claim, story)
    else:
        told = [said("claim.reading", unit=r.unit, reason=r.reason) for r in readings]
        reason = said("claim.readings", readings=told)
    return Verdict(claim, verdict, sentences(reason, claim.note), tuple(readings), independent)


def _figure(claim: Claim, statement: Statement, readings: Sequence[Reading]) -> str:
    """Return what somebody said instead, and in which units the claim holds against it."""
    assert claim.value is not None  # noqa: S101 - the story was checked
    right = [r for r in readings if r.verdict == "supported"]
    others = [r for r in readings if r.unit != "NM"]
    holds = len(claim.units) > 1 and right and len(right) < len(readings)
    return said(
        f"claim.figure{'_in' if others else ''}{'_holds' if holds else ''}",
        by=statement.by,
        value_m=statement.value_m,
        of=statement.of_words,
        others=[said("claim.length", value=(statement.value_m, r.unit)) for r in others],
        quote=said("claim.quote_about" if claim.about else "claim.quote", value=claim.value),
        units=[said(f"unit_name.{r.unit}") for r in right],
    )


def _inside_or_not(claim: Claim, story: Story, findings: Findings, measured: Measures) -> Verdict:
    seen = _recorded(claim, story, findings, claim.of)
    if not seen:
        reason = _with_gap(claim, _no_track(claim, story), story, measured)
        return Verdict(claim, "cannot be told", reason, independent=False)
    surely_in = any(f.high_m == 0 and f.depth_m > 0 for f in seen)
    surely_out = all(f.low_m > 0 for f in seen) and not _unseen(claim, story)
    of = zone(claim.of or "")
    if claim.value and claim.units and _usable(of):
        return _stayed_away(claim, story, seen)
    if not _usable(of):
        word: Word = "cannot be told"
        reason = said("claim.unverified", zone=of)
    elif surely_in:
        word = "supported" if claim.kind == "entered" else "contradicted"
        deep = max(f.depth_m for f in seen)
        reason = said("claim.went_into", depth_m=deep, zone=of)
    elif surely_out:
        word = "contradicted" if claim.kind == "entered" else "supported"
        near = min(f.low_m for f in seen)
        reason = said("claim.stayed_away", low_m=AtLeast(near), zone=of)
    else:
        word = "cannot be told"
        doubt = next((d for f in seen for d in f.doubt[::-1] if f.low_m == 0), "")
        doubt = doubt or _unseen(claim, story) or said("claim.too_near")
        reason = said("claim.not_settled", why=doubt)
    return Verdict(claim, word, _with_gap(claim, reason, story, measured))


def _stayed_away(claim: Claim, story: Story, seen: Sequence[Finding]) -> Verdict:
    """Return whether flights stayed a distance away, under each reading of its unit."""
    assert claim.value is not None  # noqa: S101 - asked only then
    low, high = min(f.low_m for f in seen), min(f.high_m for f in seen)
    if _unseen(claim, story):
        low = 0.0
    readings = []
    for unit in claim.units:
        said_m = claim.value * UNIT_M[unit]
        word = kept_away(low, high, said_m, claim.about)
        readings.append(Reading(unit, said_m, word, _approach(low, high)))
    words = {r.verdict for r in readings}
    told = [said("claim.reading", unit=r.unit, reason=r.reason) for r in readings]
    return Verdict(
        claim,
        words.pop() if len(words) == 1 else "cannot be told",
        sentences(said("claim.readings", readings=told), claim.note),
        tuple(readings),
    )


def _approach(low_m: float, high_m: float) -> str:
    """Return between which distances the nearest approach lay, in words."""
    same = figure_digits(low_m / NM) == figure_digits(high_m / NM)
    return said("claim.approach" if same else "claim.approach_range", low_m=low_m, high_m=high_m)


def _left_after(claim: Claim, story: Story, findings: Findings) -> Verdict:
    assert claim.value is not None  # noqa: S101 - the story was checked
    seen = [f for f in _recorded(claim, story, findings, claim.of) if f.inside_s is not None]
    if not seen:
        return Verdict(claim, "cannot be told", _no_track(claim, story), independent=False)
    if not _usable(zone(claim.of or "")):
        reason = said("claim.unverified", zone=zone(claim.of or ""))
        return Verdict(claim, "cannot be told", reason)
    inside_min = sum(f.inside_s or 0.0 for f in seen) / 60
    hidden = bool(_unseen(claim, story)) or any(t.name == "gap" for f in seen for t in f.terms)
    if hidden:
        return Verdict(claim, "cannot be told", said("claim.inside_hidden", minutes=inside_min))
    if not all(f.low_m > 0 or (f.depth_m > 0 and f.high_m == 0) for f in seen):
        return Verdict(claim, "cannot be told", said("claim.inside_doubt", minutes=inside_min))
    word = agrees(claim.value, inside_min, claim.about)
    return Verdict(claim, word, said("claim.inside_for", minutes=inside_min))


def _count(claim: Claim, story: Story) -> Verdict:
    if claim.counts == "aircraft":
        flights = [f for f in story.document.flight if f.id in claim.flights]
        found = sum(f.number for f in flights)
        each = [said("number.word", count=f.number) for f in flights]
        key = "claim.count_each" if len(flights) > 1 else "claim.count"
        told = {"each": each}
    else:
        every = story.document.incident
        found = sum(1 for i in every if i.where == claim.where)
        rest = [i for i in every if i.where != claim.where]
        elsewhere = [said("claim.incident", what=i.what, date=i.date, where=i.where) for i in rest]
        key = "claim.count_elsewhere" if rest else "claim.count_incidents"
        told = {"rest": elsewhere}
    word: Word = "supported" if found == claim.value else "contradicted"
    authority = claim.authority or said("claim.the_count")
    reason = said(key, authority=authority, count=found, noun=claim.noun, **told)
    return Verdict(claim, word, sentences(reason, claim.note))


def _days_between(claim: Claim, story: Story) -> Verdict:
    one, other = (story.flight(i) for i in claim.flights)
    if one.start is None or other.start is None or one.end is None or other.end is None:
        return Verdict(claim, "cannot be told", said("claim.day_unknown"))
    days = (other.start.date() - one.start.date()).days
    word = agrees(claim.value or 0.0, days, claim.about)
    reason = said("claim.days", one=one.when or one.name, other=other.when or other.name, days=days)
    return Verdict(claim, word, sentences(reason, claim.note))


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
    names = [s.words for s in claim.spans]
    if start < end:
        reason = said("claim.share", spans=names, start=start, end=end)
        return Verdict(claim, "supported", sentences(reason, claim.note))
    reason = said("claim.share_none", spans=names)
    return Verdict(claim, "contradicted", sentences(reason, claim.note))
