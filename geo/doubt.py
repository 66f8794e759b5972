"""What cannot be known for sure: each source of doubt as a length, and in words.

With s the distance outside, or minus the depth inside, and u the sum of what is uncertain,
the truth lies between ``max(0, s − u)`` and ``max(0, s + u)``. What an aircraft may have done while
nobody saw it lowers the first only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from geo.hearsay import hearsay_of
from geo.path import Survey
from geo.track import Track
from geo.zones import Zone

__all__ = ["Doubt", "doubt_of"]

# Where a source does not say how good its fixes are: the containment radius (NIC 7, 0.2 NM) that
# 14 CFR 91.227 asks of ADS-B.
FIX_ERROR_M: Final = 370.4
# Faster over the ground than any airliner or bomber of the stories without a jet stream of record:
# 660 kt. A track that was itself seen to fly faster is allowed a tenth more than that.
GREATEST_SPEED_MPS: Final = 340.0


@dataclass(frozen=True)
class Doubt:
    """Between which distances the truth lies, in metres, and why, in sentences."""

    low_m: float
    high_m: float
    words: tuple[str, ...]


def doubt_of(track: Track, zone: Zone, look: Survey, signed_m: float, step: int) -> Doubt:
    """Return the doubt of a finding.

    Parameters
    ----------
    look
        The distances of the track's fixes from the zone.
    signed_m
        The distance outside, or minus the depth inside, in metres.
    step
        The fix at or before the closest point.
    """
    words: list[str] = []
    uncertain_m = (zone.accuracy_m or 0.0) + (zone.legal_accuracy_m or 0.0)
    if zone.accuracy_m is None:
        words.append(f"nobody says how accurate the border of {zone.name} is")
    if zone.legal_accuracy_m:
        words.append(
            f"the border of {zone.name} may be {zone.legal_accuracy_m / 1000:g} km off the law"
        )
    if not zone.verified:
        words.append(f"the border of {zone.name} is approximate: its source could not be read")

    if track.basis == "drawn":
        words.append("the route was drawn from reports, not recorded")
        if track.half_width_m is None:
            words.append("nobody says how far off the drawn route may be")
            return Doubt(0.0, max(0.0, signed_m + uncertain_m), tuple(words))
        uncertain_m += track.half_width_m
        return Doubt(
            max(0.0, signed_m - uncertain_m), max(0.0, signed_m + uncertain_m), tuple(words)
        )

    uncertain_m += _fix_error_m(track, step)
    low_m = signed_m - uncertain_m
    if track.sparse:
        minutes = (track.usual_spacing_s or 0.0) / 60
        words.append(f"the fixes lie {minutes:.0f} min apart, so the answer is for the fixes alone")
    hidden = _gaps(track, look)
    if hidden is not None:
        gap_low_m, at = hidden
        if gap_low_m - uncertain_m < low_m:
            low_m = gap_low_m - uncertain_m
            words.append(_gap_in_words(track, look, at, gap_low_m))
    for told in hearsay_of(track, zone, signed_m):
        low_m = min(low_m, told.signed_m - uncertain_m)
        words.append(told.words)
    return Doubt(max(0.0, low_m), max(0.0, signed_m + uncertain_m), tuple(words))


def _fix_error_m(track: Track, step: int) -> float:
    error = np.nan if track.error_m is None else track.error_m[step]
    return FIX_ERROR_M if np.isnan(error) else float(error)


def greatest_speed_mps(track: Track) -> float:
    """Return the greatest speed that the flight is believed to have had, metres a second."""
    if track.time_s is None or len(track) < 2:
        return GREATEST_SPEED_MPS
    dt = np.diff(track.time_s)
    # Over less than 10 s a fix error of 300 m makes 30 m/s and more of its own.
    long = (dt >= 10) & ~track.is_gap
    seen = (track.leg_m[long] / dt[long]).max() if long.any() else 0.0
    return max(GREATEST_SPEED_MPS, 1.1 * float(seen))


def _gaps(track: Track, look: Survey) -> tuple[float, int] | None:
    """Return how near the flight can have come in a gap at most, in metres, and in which one.

    Between fixes a and b, Δt apart, a point x of the flight has |xa| + |xb| ≤ v Δt; its distance is
    at least d_a − |xa| and at least d_b − |xb|, so at least half of d_a + d_b − v Δt.
    """
    gaps = np.flatnonzero(track.is_gap)
    if len(gaps) == 0 or track.time_s is None:
        return None
    reach_m = np.maximum(greatest_speed_mps(track) * np.diff(track.time_s)[gaps], track.leg_m[gaps])
    inside = look.inside[gaps] | look.inside[gaps + 1]
    low = np.where(inside, 0.0, (look.low_m[gaps] + look.low_m[gaps + 1] - reach_m) / 2)
    k = int(low.argmin())
    return max(0.0, float(low[k])), int(gaps[k])


def _gap_in_words(track: Track, look: Survey, at: int, low_m: float) -> str:
    assert track.time_s is not None  # noqa: S101 - a gap is between times
    begin, end = float(track.time_s[at]), float(track.time_s[at + 1])
    span = f"a gap of {(end - begin) / 60:.0f} min from {_clock(begin)} to {_clock(end)} UTC"
    if low_m > 0:
        return f"{span} may hide an approach to {low_m / 1000:.0f} km"
    if look.inside[at] and look.inside[at + 1]:
        return f"{span} may hide an exit"
    return f"{span} may hide an entry"


def _clock(time_s: float) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%H:%M")
