"""What a finding says, as a sentence that may be printed: no more digits than are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from geo.catalogue import Zone
from geo.findings import Finding
from geo.units import NM
from geo.words import nm_and_km
from layers.text import day, moment

__all__ = [
    "answer_of",
    "caption",
    "distance_parts",
    "distance_words",
    "headline",
    "sentence",
    "zone_name",
]

ROUGH: Final = 0.1  # doubt of more than a tenth of a distance makes it "about"


def zone_name(finding: Finding, zones: Sequence[Zone]) -> str:
    """Return what people call the zone of a finding, as it stands in a sentence."""
    found = next((z for z in zones if z.id == finding.zone), None)
    if found is None:
        return finding.zone
    return found.name if found.kind == "file" else f"the {found.name}"


def distance_parts(finding: Finding) -> tuple[str | float, ...]:
    """Return the distance, or the depth, with its doubt: words, and lengths in metres between.

    Of a drawn route only the doubt is told.
    """
    low, high = finding.low_m, finding.high_m
    span: tuple[str | float, ...] = (low if low > 0 else "0", " and ", high)
    if finding.basis == "drawn":
        if high <= 0:
            return ("inside, as drawn",)
        return ("cannot be told: as drawn, between ", *span)
    if finding.depth_m > 0:
        doubtful = () if high == 0 else ("; within the doubt it may have stayed outside",)
        return ("inside, ", finding.depth_m, " deep", *doubtful)
    if high - low > ROUGH * max(finding.distance_m, NM):
        return (finding.distance_m, "; between ", *span)
    return (finding.distance_m,)


def distance_words(finding: Finding) -> str:
    """Return `distance_parts` as one text."""
    parts = distance_parts(finding)
    return "".join(nm_and_km(p) if isinstance(p, float) else p for p in parts)


def headline(findings: Sequence[Finding]) -> Finding | None:
    """Return the finding that a page is about: the nearest that stayed outside, else the deepest.

    Only recorded flights are measured; a drawn route is never a headline.
    """
    recorded = [f for f in findings if f.basis == "recorded"]
    outside = [f for f in recorded if f.distance_m > 0]
    if outside:
        return min(outside, key=lambda f: f.distance_m)
    return max(recorded, key=lambda f: f.depth_m, default=None)


def sentence(finding: Finding, zones: Sequence[Zone]) -> str:
    """Return what a finding says in one sentence."""
    name, of = finding.name, zone_name(finding, zones)
    when = "" if finding.time_s is None else f" on {day(finding.time_s)}"
    if finding.basis == "drawn":
        return f"How near {name} came to {of} cannot be told: its route was drawn from reports."
    if finding.depth_m > 0:
        clock = "" if finding.time_s is None else f", deepest at {moment(finding.time_s)[11:]}"
        return f"{name} was inside {of}, up to {nm_and_km(finding.depth_m)} deep{when}{clock}."
    if finding.distance_m == 0:
        return f"{name} touched {of}{when}."
    spread = finding.high_m - finding.low_m
    about = "about " if spread > ROUGH * finding.distance_m else ""
    clock = "" if finding.time_s is None else f", at {moment(finding.time_s)[11:]}"
    gap = ""
    if finding.low_m == 0 and finding.distance_m > 0:
        gap = "; what was not seen may have been nearer"
    return f"{name} came within {about}{nm_and_km(finding.distance_m)} of {of}{when}{clock}{gap}."


def answer_of(findings: Sequence[Finding], zones: Sequence[Zone]) -> str:
    """Return the sentence that stands over a map of tracks."""
    if not findings:
        return "No flight came near any of these zones."
    first = headline(findings)
    return sentence(first if first is not None else findings[0], zones)


def caption(findings: Sequence[Finding], zones: Sequence[Zone], what: str) -> str:
    """Return a caption: what is shown, and the answer."""
    return f"{what} {answer_of(findings, zones)}".strip()
