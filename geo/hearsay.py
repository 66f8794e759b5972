"""What the fixes that were not believed would have said, had they been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from geo.catalogue import Zone
from geo.earth import Floats
from geo.track import Track

__all__ = ["Hearsay", "entered_by_hearsay", "hearsay_of"]

# Spikes that change the answer by less than this, and by a smaller share of it, are not told.
TOLD_M: Final = 1000.0
ROUGH: Final = 0.05
# Short runs that are so large a share of a flight may as well be the flight.
MANY: Final = 0.1


@dataclass(frozen=True)
class Hearsay:
    """What one cluster of disbelieved fixes says of a zone.

    ``signed_m`` is the least distance of its fixes outside, or minus the greatest depth inside, in
    metres. The fixes alone count: what lies between false fixes is nobody's path. Where it is not
    ``open``, the fixes around them rule them out.
    """

    signed_m: float
    words: str
    open: bool = True


def hearsay_of(track: Track, zone: Zone, signed_m: float) -> tuple[Hearsay, ...]:
    """Return what each disbelieved cluster says of a zone, the answer without them being known.

    Of spikes, only what would have been another answer.

    Parameters
    ----------
    signed_m
        The answer of the believed track: the distance outside, or minus the depth inside, metres.
    """
    told = track.disbelieved
    out = []
    for number, reason in enumerate(told.reasons):
        here = told.cluster == number
        lon, lat, time_s = told.lon[here], told.lat[here], told.time_s[here]
        least_m = float(_signed_m(zone, lon, lat).min())
        # The fix in the middle of its time: a mean would lie between two places, or break at 180°.
        place = _place(float(lon[len(lon) // 2]), float(lat[len(lat) // 2]))
        out.append(
            Hearsay(
                least_m,
                f"{int(here.sum()):,} fixes near {place} from {_clock(time_s[0])} to"
                f" {_clock(time_s[-1])} UTC were not believed, for {reason}; with them"
                f" {_answer(least_m, signed_m, zone)}",
            )
        )
    return (*out, *_of_spikes(track, zone, signed_m))


def entered_by_hearsay(track: Track, zone: Zone) -> bool:
    """Return whether any disbelieved fix lies inside a zone."""
    told = track.disbelieved
    return len(told) > 0 and bool(zone.border.inside(told.lon, told.lat).any())


def _signed_m(zone: Zone, lon: Floats, lat: Floats) -> Floats:
    away_m = zone.border.nearest(lon, lat).distance_m
    return np.asarray(np.where(zone.border.inside(lon, lat), -away_m, away_m))


def _of_spikes(track: Track, zone: Zone, signed_m: float) -> tuple[Hearsay, ...]:
    told = track.spikes
    if not len(told):
        return ()
    signed = _signed_m(zone, told.lon, told.lat)
    nearest = int(signed.argmin())
    least_m = float(signed[nearest])
    entered = least_m < 0 < signed_m
    if not entered and signed_m - least_m < max(TOLD_M, ROUGH * abs(signed_m)):
        return ()
    place = _place(float(told.lon[nearest]), float(told.lat[nearest]))
    when = _clock(float(told.time_s[nearest]))
    one = len(told) == 1
    what = f"a fix near {place} at {when} UTC jumps away and was dropped"
    if not one:
        what = f"{len(told):,} fixes, one near {place} at {when} UTC, jump away and were dropped"
    return (
        Hearsay(
            least_m,
            f"{what}, for {told.reasons[0]}; with {'it' if one else 'them'}"
            f" {_answer(least_m, signed_m, zone)}",
            open=len(told) >= MANY * len(track),
        ),
    )


def _answer(with_m: float, without_m: float, zone: Zone) -> str:
    if with_m >= without_m:
        return "the answer would be the same"
    if with_m < 0:
        return f"the flight would have been up to {-with_m / 1000:.0f} km inside {zone.name}"
    return f"the flight would have come within {with_m / 1000:.0f} km of {zone.name}"


def _place(lon: float, lat: float) -> str:
    return f"{abs(lat):.2f}°{'N' if lat >= 0 else 'S'} {abs(lon):.2f}°{'E' if lon >= 0 else 'W'}"


def _clock(time_s: float) -> str:
    return datetime.fromtimestamp(float(time_s), UTC).strftime("%H:%M")
