"""What the fixes that were not believed would have said, had they been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from geo.catalogue import Zone
from geo.track import Track

__all__ = ["Hearsay", "hearsay_of"]


@dataclass(frozen=True)
class Hearsay:
    """What one cluster of disbelieved fixes says of a zone.

    ``signed_m`` is the least distance of its fixes outside, or minus the greatest depth inside, in
    metres. The fixes alone count: what lies between false fixes is nobody's path.
    """

    signed_m: float
    words: str


def hearsay_of(track: Track, zone: Zone, signed_m: float) -> tuple[Hearsay, ...]:
    """Return what each disbelieved cluster says of a zone, the answer without them being known.

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
        away_m = zone.border.nearest(lon, lat).distance_m
        signed = np.where(zone.border.inside(lon, lat), -away_m, away_m)
        least_m = float(signed.min())
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
    return tuple(out)


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
