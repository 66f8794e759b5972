"""What a finding says, as a sentence that may be printed: no more digits than are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from geo.catalogue import Zone
from geo.findings import Finding
from geo.units import NM
from geo.words import Text, nm_and_km, say

__all__ = [
    "answer_of",
    "caption",
    "distance_words",
    "headline",
    "sentence",
    "zone_of",
]

ROUGH: Final = 0.1  # doubt of more than a tenth of a distance makes it "about"


def zone_of(finding: Finding, zones: Sequence[Zone]) -> Zone | str:
    """Return the zone of a finding, or its id where no more is known, for a message."""
    return next((z for z in zones if z.id == finding.zone), finding.zone)


def distance_words(finding: Finding, length: Callable[[float], str] = nm_and_km) -> Text:
    """Return the distance, or the depth, with its doubt; of a drawn route only the doubt.

    ``length`` writes a length of so many metres.
    """
    low_m, high_m = finding.low_m, finding.high_m
    span = {"low": length(low_m) if low_m > 0 else "0", "high": length(high_m)}
    if finding.basis == "drawn":
        return say("distance.drawn_inside") if high_m <= 0 else say("distance.drawn", **span)
    if finding.depth_m > 0:
        key = "distance.inside" if high_m == 0 else "distance.inside_doubt"
        return say(key, depth=length(finding.depth_m))
    away = length(finding.distance_m)
    if high_m - low_m > ROUGH * max(finding.distance_m, NM):
        return say("distance.rough", away=away, **span)
    return say("distance.plain", away=away)


def headline(findings: Sequence[Finding]) -> Finding | None:
    """Return the finding that a page is about: the nearest that stayed outside, else the deepest.

    Only recorded flights are measured; a drawn route is never a headline.
    """
    recorded = [f for f in findings if f.basis == "recorded"]
    outside = [f for f in recorded if f.distance_m > 0]
    if outside:
        return min(outside, key=lambda f: f.distance_m)
    return max(recorded, key=lambda f: f.depth_m, default=None)


def sentence(finding: Finding, zones: Sequence[Zone]) -> Text:
    """Return what a finding says in one sentence."""
    told: dict[str, Any] = {
        "name": finding.name,
        "zone": zone_of(finding, zones),
        "day": "",
        "clock": "",
    }
    if finding.basis == "drawn":
        return say("finding.drawn", **told)
    if finding.time_s is not None:
        told["day"] = say("finding.on_day", time=finding.time_s)
    if finding.depth_m == 0 and finding.distance_m == 0:
        return say("finding.touched", **told)
    if finding.time_s is not None:
        clock = "finding.deepest_at" if finding.depth_m > 0 else "finding.at_clock"
        told["clock"] = say(clock, time=finding.time_s)
    if finding.depth_m > 0:
        return say("finding.inside", depth_m=finding.depth_m, **told)
    rough = finding.high_m - finding.low_m > ROUGH * finding.distance_m
    unseen = say("finding.unseen") if finding.low_m == 0 else ""
    key = "finding.near_about" if rough else "finding.near"
    return say(key, away_m=finding.distance_m, unseen=unseen, **told)


def answer_of(findings: Sequence[Finding], zones: Sequence[Zone]) -> Text:
    """Return the sentence that stands over a map of tracks."""
    if not findings:
        return say("finding.none")
    first = headline(findings)
    return sentence(first if first is not None else findings[0], zones)


def caption(findings: Sequence[Finding], zones: Sequence[Zone], what: str) -> str:
    """Return a caption: what is shown, and the answer."""
    return say("joint.all", all=[w for w in (what, answer_of(findings, zones)) if w])
