"""What cannot be known for sure: each source of doubt as a length, and in words.

With s the distance outside, or minus the depth inside, and u the sum of what is uncertain,
the truth lies between ``max(0, s − u)`` and ``max(0, s + u)``. What an aircraft may have done while
nobody saw it lowers the first only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.accuracy import FIX_ERROR_M, GIVEN, UNTOLD
from geo.accuracy import words as accuracy_words
from geo.catalogue import Zone
from geo.earth import Floats
from geo.hearsay import hearsay_of
from geo.prism import CONVEX_M, least_signed
from geo.speeds import GREATEST_SPEED_MPS, greatest_speed
from geo.survey import Survey
from geo.terms import Term, summed
from geo.track import Track
from geo.unseen import DEEP_M, Unseen, prism_of, unseen
from geo.words import said

__all__ = ["FIX_ERROR_M", "GREATEST_SPEED_MPS", "Doubt", "doubt_of", "errors_m"]

# What fixes less than a gap apart may hide is told from here on, and from this share of the answer.
TOLD_M: Final = 1000.0
ROUGH: Final = 0.05
DAY_S: Final = 86_400.0
LONG_S: Final = 36_000.0  # from here on nobody reads minutes


@dataclass(frozen=True)
class Doubt:
    """Between which distances the truth lies, in metres, and why: in terms and in sentences."""

    low_m: float
    high_m: float
    words: tuple[str, ...]
    terms: tuple[Term, ...]


def doubt_of(
    track: Track,
    zone: Zone,
    look: Survey,
    signed_m: float,
    step: int,
    extra: Sequence[Term] = (),
) -> Doubt:
    """Return the doubt of a finding.

    Parameters
    ----------
    look
        The distances of the track's fixes from the zone.
    signed_m
        The distance outside, or minus the depth inside, in metres.
    step
        The fix at or before the closest point.
    extra
        Terms that others have worked out; the words of those that matter are told.
    """
    terms, words = _of_zone(zone)
    if track.basis == "drawn":
        words.append(said("doubt.drawn"))
        if track.half_width_m is None:
            words.append(said("doubt.drawn_width"))
            rest = max(0.0, signed_m - sum(t.low_m for t in terms))
            terms.append(Term("drawn", rest, 0.0, "no half-width"))
        else:
            width = track.half_width_m
            terms.append(Term("drawn", width, width, "half-width"))
    else:
        if track.sparse:
            minutes = (track.usual_spacing_s or 0.0) / 60
            words.append(said("doubt.sparse", minutes=minutes))
        error_m = errors_m(track)
        terms.append(_fix_term(track, look, error_m, signed_m, step))
        between, gap = unseen(track, look, error_m, signed_m)
        terms += _between_terms(track, look, between, signed_m, step)
        if between is not None and signed_m - between.low_m >= max(TOLD_M, ROUGH * signed_m):
            words.append(_between_in_words(track, between))
        nearest_m = signed_m if between is None else between.low_m
        if gap is not None and (told := _gap_in_words(track, look, gap, error_m, signed_m)):
            words.append(told)
            terms.append(
                Term("gap", max(0.0, nearest_m - gap.low_m), 0.0, greatest_speed(track).words)
            )
            nearest_m = min(nearest_m, gap.low_m)
        for hearsay in hearsay_of(track, zone, signed_m):
            words.append(hearsay.words)
            lower_m = max(0.0, nearest_m - hearsay.signed_m) if hearsay.open else 0.0
            why = (
                "had they been believed" if hearsay.open else "the fixes around them rule them out"
            )
            terms.append(Term("disbelieved", lower_m, 0.0, why))
            nearest_m -= lower_m
    for term in extra:
        terms.append(term)
        if term.low_m + term.high_m >= ROUGH * abs(signed_m):
            words.append(term.words)
    low_m, high_m = summed(signed_m, terms)
    return Doubt(low_m, high_m, tuple(words), tuple(terms))


def _of_zone(zone: Zone) -> tuple[list[Term], list[str]]:
    terms: list[Term] = []
    words: list[str] = []
    if zone.accuracy_m is None:
        words.append(said("doubt.border", zone=zone))
        terms.append(Term("border", 0.0, 0.0, "nobody says"))
    else:
        off = zone.accuracy_m
        terms.append(Term("border", off, off, "data against source"))
    if zone.legal_accuracy_m:
        off = zone.legal_accuracy_m
        words.append(said("doubt.law", zone=zone, off_m=off))
        terms.append(Term("law", off, off, "source against law"))
    if not zone.verified:
        words.append(said("doubt.unverified", zone=zone))
        terms.append(Term("unverified", 0.0, 0.0, "never used in a verdict"))
    return terms, words


# ----------------------------------------------------------------------------- the fixes


def errors_m(track: Track) -> Floats:
    """Return how far each fix may be off in metres, shape (n,), by its source or by default."""
    if track.error_m is None:
        return np.full(len(track), FIX_ERROR_M)
    return np.where(np.isnan(track.error_m), FIX_ERROR_M, track.error_m)


def _fix_term(track: Track, look: Survey, error_m: Floats, signed_m: float, step: int) -> Term:
    after = min(step + 1, len(track) - 1)
    worst = step if error_m[step] >= error_m[after] else after
    here_m = float(error_m[worst])
    code = GIVEN if track.error_by is None else int(track.error_by[worst])
    untold = track.error_m is None or np.isnan(track.error_m[worst])
    words = accuracy_words(here_m, UNTOLD if untold else code or GIVEN)
    if signed_m <= 0 or len(track) < 2:
        return Term("fix", here_m, here_m, words)
    # A fix that is worse may have been nearer than the nearest one.
    worse = np.flatnonzero(np.maximum(error_m[:-1], error_m[1:]) > here_m)
    if len(worse) == 0:
        return Term("fix", here_m, here_m, words)

    def nearest_m() -> Floats:
        way = (look.low_m[worse] + look.low_m[worse + 1] - track.leg_m[worse]) / 2
        off = np.maximum(error_m[worse], error_m[worse + 1])
        return np.asarray(np.maximum(way, signed_m) - off)

    open_ = worse[nearest_m() < signed_m - here_m]
    look.measure(np.unique(np.concatenate([open_, open_ + 1])))
    low_m = max(here_m, signed_m - float(nearest_m().min()))
    if low_m > here_m:
        words += "; fixes that are worse may have been nearer"
    return Term("fix", low_m, here_m, words)


def _between_terms(
    track: Track, look: Survey, between: Unseen | None, signed_m: float, step: int
) -> list[Term]:
    """Return the doubt about the way between two fixes that are no gap apart."""
    low_m = 0.0 if between is None else signed_m - between.low_m
    # The aircraft was at its fixes: so near it came, whatever lay between.
    known = np.flatnonzero(look.known)
    at_fixes = np.where(look.inside[known], -look.distance_m[known], look.distance_m[known])
    high_m = max(0.0, float(at_fixes.min()) - signed_m)
    if low_m <= 0 and high_m < 0.05:
        return []
    return [
        Term("between", low_m, high_m, _spacing(track, step if between is None else between.step))
    ]


def _between_in_words(track: Track, between: Unseen) -> str:
    assert track.time_s is not None  # noqa: S101 - a line without times hides nothing
    seconds = float(track.time_s[between.step + 1] - track.time_s[between.step])
    if between.low_m > 0:
        return said("doubt.between_near", seconds=seconds, low_m=between.low_m)
    return said("doubt.between_inside", seconds=seconds)


def _spacing(track: Track, step: int) -> str:
    after = min(step + 1, len(track) - 1)
    if track.time_s is None or after == step:
        return "fixes apart"
    seconds = float(track.time_s[after] - track.time_s[step])
    return f"fixes {seconds:.0f} s apart"


# ------------------------------------------------------------------------------ the gaps


def _gap_in_words(track: Track, look: Survey, gap: Unseen, error_m: Floats, signed_m: float) -> str:
    """Return what a gap may hide, in one sentence; "" if it hides nothing that was not seen."""
    assert track.time_s is not None  # noqa: S101 - a gap is between times
    begin, end = float(track.time_s[gap.step]), float(track.time_s[gap.step + 1])
    others = "" if gap.others < 1 else said("doubt.gap_another")
    if gap.others > 1:
        others = said("doubt.gap_others", count=gap.others)
    what = _gap_from(begin, end, others)
    if gap.low_m > 0:
        return said("doubt.gap_near", gap=what, low_m=gap.low_m)
    inside = [bool(look.inside[gap.step]), bool(look.inside[gap.step + 1])]
    if all(inside):
        away = look.low_m[gap.step] + look.low_m[gap.step + 1]
        reach = prism_of(track, gap.step, error_m).reach_m
        return said("doubt.gap_exit", gap=what) if away <= reach else ""
    hidden = _how_long(max(60.0, gap.inside_s))
    if any(inside):
        return said("doubt.gap_crossing", gap=what, hidden=hidden)
    if signed_m <= 0:
        return said("doubt.gap_again", gap=what, hidden=hidden)
    prism = prism_of(track, gap.step, error_m)
    if prism.reach_m + prism.length_m > CONVEX_M:  # unsearched: the bound knows of no zone's size
        return said("doubt.gap_entry_any", gap=what, hidden=hidden)
    deep_m = -least_signed(look.border, prism, 0.0, slack_m=DEEP_M, share=0.0).low_m
    depth_km = max(1.0, float(np.ceil(deep_m / 1000)))
    return said("doubt.gap_entry", gap=what, hidden=hidden, depth_km=depth_km)


def _gap_from(begin: float, end: float, others: str) -> str:
    """Return what a gap is called: how long it is, and from when to when."""
    time_s = end - begin
    days = time_s >= LONG_S and begin // DAY_S != end // DAY_S
    key = "doubt.gap_days" if days else "doubt.gap"
    return said(key, long=_how_long(time_s), start=begin, end=end, others=others)


def _how_long(time_s: float) -> str:
    if time_s < LONG_S:
        return said("doubt.minutes", minutes=time_s / 60)
    return said("doubt.long", time_s=time_s)
