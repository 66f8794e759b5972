"""What a finding says, as a sentence that may be printed: no more digits than are known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final
from zoneinfo import ZoneInfo

from geo.catalogue import Zone
from geo.findings import Finding
from geo.rounding import AtLeast, AtMost, Doubtful
from geo.units import NM
from geo.words import Text, nm_and_km, say

__all__ = [
    "answer_of",
    "at_most",
    "away_of",
    "caption",
    "depth_of",
    "distance_words",
    "headline",
    "local_day",
    "sentence",
    "zone_of",
]

OVER: Final = frozenset({"territory", "sea"})  # an aircraft is over land and sea, inside airspace
FAR_M: Final = 1000.0  # nearer than this, nobody asks on which side it was
ROUGH: Final = 0.1  # doubt of more than a tenth of a distance makes it "about"


def zone_of(finding: Finding, zones: Sequence[Zone]) -> Zone | str:
    """Return the zone of a finding, or its id where no more is known, for a message."""
    return next((z for z in zones if z.id == finding.zone), finding.zone)


def away_of(finding: Finding) -> Doubtful:
    """Return how near a flight came, in metres, with the doubt of what was seen.

    What nobody saw may have been nearer, and is told by itself.
    """
    return Doubtful(finding.distance_m, finding.low_m, finding.high_m)


def at_most(finding: Finding) -> Doubtful | None:
    """Return how near a flight came at the least, rounded up, where its doubt leaves no figure.

    None where the distance itself can be told, or there is none.
    """
    if finding.distance_m == 0 or 2 * finding.distance_m > finding.high_m:
        return None
    return Doubtful(finding.high_m, finding.high_m, finding.high_m * (1 + ROUGH))


def depth_of(finding: Finding) -> Doubtful:
    """Return how deep a flight got inside, in metres, with the doubt of what was seen."""
    off_m = sum(t.high_m for t in finding.terms)
    return Doubtful(finding.depth_m, max(0.0, finding.depth_m - off_m), finding.depth_m + off_m)


def distance_words(finding: Finding, length: Callable[[float], str] = nm_and_km) -> Text:
    """Return the distance, or the depth, with its doubt; of a drawn route only the doubt.

    ``length`` writes a length of so many metres.
    """
    low_m, high_m = finding.low_m, finding.high_m
    low = AtLeast(round(low_m, 1))  # as told to others, who may round it again
    span = {"low": length(low) if low > 0 else "0", "high": length(AtMost(round(high_m, 1)))}
    if finding.basis == "drawn":
        return say("distance.drawn_inside") if high_m <= 0 else say("distance.drawn", **span)
    if finding.depth_m > 0:
        key = "distance.inside" if high_m == 0 else "distance.inside_doubt"
        return say(key, depth=length(depth_of(finding)))
    away = length(away_of(finding))
    if high_m - low_m > ROUGH * max(finding.distance_m, NM):
        return say("distance.rough", away=away, **span)
    return say("distance.plain", away=away)


def headline(findings: Sequence[Finding]) -> Finding | None:
    """Return the finding that a page is about: the nearest that stayed outside, else the deepest.

    Only recorded flights are measured; a drawn route is never a headline.
    """
    recorded = [f for f in findings if f.basis == "recorded"]
    outside = [f for f in recorded if f.depth_m == 0]  # a line has no inside: to cross it is 0
    if outside:
        return min(outside, key=lambda f: f.distance_m)
    return max(recorded, key=lambda f: f.depth_m, default=None)


def local_day(time_s: float, lon: float, tz: str | None = None) -> Text | str:
    """Return the day where a flight was, in words, where it is another than in UTC; else "".

    Parameters
    ----------
    time_s
        Seconds since 1970, UTC.
    lon
        Degrees: without a time zone, that of the sea is taken, 15° wide around a whole hour.
    tz
        The name of a time zone, such as America/Anchorage.

    Examples
    --------
    >>> local_day(1592362800.0, -170.0)  # 03:00 UTC
    ' (where it was, 16 June by the nautical zone UTC−11)'
    >>> local_day(1592362800.0, -150.0, "America/Anchorage")
    ' (16 June in Anchorage)'
    """
    moment = datetime.fromtimestamp(time_s, UTC)
    hours = math.floor(((lon + 180.0) % 360.0 - 180.0) / 15.0 + 0.5)
    there = moment.astimezone(ZoneInfo(tz) if tz else timezone(timedelta(hours=hours))).date()
    if there == moment.date():
        return ""
    if tz:
        place = tz.rpartition("/")[2].replace("_", " ")
        return say("finding.local_zone", local=there, place=place)
    return say("finding.local", local=there, hours=f"{'+' if hours > 0 else '−'}{abs(hours)}")


def sentence(finding: Finding, zones: Sequence[Zone], tz: str | None = None) -> Text:
    """Return what a finding says in one sentence; ``tz`` as in `local_day`."""
    told: dict[str, Any] = {
        "name": finding.name,
        "zone": zone_of(finding, zones),
        "day": "",
        "clock": "",
        "where": "",
        "unseen": "",
    }
    if finding.basis == "drawn":
        return say("finding.drawn", **told)
    if finding.time_s is not None:
        local = local_day(finding.time_s, finding.lon, tz)
        told["day"] = say("finding.on_day", time=finding.time_s, local=local)
    if finding.depth_m == 0 and finding.distance_m == 0:
        return say("finding.touched", **told)
    if finding.time_s is not None:
        clock = "finding.deepest_at" if finding.depth_m > 0 else "finding.at_clock"
        told["clock"] = say(clock, time=finding.time_s)
    if finding.depth_m > 0:
        if finding.high_m > 0:
            told["unseen"] = say("finding.maybe_outside")
        over = getattr(told["zone"], "kind", "") in OVER
        key = "finding.over" if over else "finding.inside"
        return say(key, depth_m=depth_of(finding), **told)
    up = at_most(finding)
    if up is not None:
        return say("finding.within_doubt", high_m=up, **told)
    away = away_of(finding)
    if finding.low_m == 0:
        told["unseen"] = say("finding.unseen")
    told["where"] = _side(finding)
    rough = finding.high_m - finding.low_m > ROUGH * finding.distance_m
    return say("finding.near_about" if rough or away.rough else "finding.near", away_m=away, **told)


def _side(finding: Finding) -> Text | str:
    """Return in words on which side of a flight the border was."""
    if finding.bearing_deg is None or finding.distance_m < FAR_M:
        return ""
    return say("finding.where", bearing=finding.bearing_deg)


def answer_of(findings: Sequence[Finding], zones: Sequence[Zone], tz: str | None = None) -> Text:
    """Return the sentence that stands over a map of tracks; ``tz`` as in `local_day`."""
    if not findings:
        return say("finding.none")
    first = headline(findings)
    return sentence(first if first is not None else findings[0], zones, tz)


def caption(findings: Sequence[Finding], zones: Sequence[Zone], what: str) -> str:
    """Return a caption: what is shown, and the answer."""
    return say("joint.all", all=[w for w in (what, answer_of(findings, zones)) if w])
