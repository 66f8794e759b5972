"""What the fixes that were not believed would have said, had they been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.catalogue import Zone
from geo.prism import signed_m as signed_from
from geo.track import Track
from geo.words import said

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
        least_m = float(signed_from(zone.border, lon, lat).min())
        # The fix in the middle of its time: a mean would lie between two places, or break at 180°.
        place = float(lon[len(lon) // 2]), float(lat[len(lat) // 2])
        out.append(
            Hearsay(
                least_m,
                said(
                    "doubt.disbelieved",
                    fixes=int(here.sum()),
                    at=place,
                    start=float(time_s[0]),
                    end=float(time_s[-1]),
                    reason=reason,
                    answer=_answer(least_m, signed_m, zone),
                ),
            )
        )
    return (*out, *_of_spikes(track, zone, signed_m))


def entered_by_hearsay(track: Track, zone: Zone) -> bool:
    """Return whether any disbelieved fix lies inside a zone."""
    told = track.disbelieved
    return len(told) > 0 and bool(zone.border.inside(told.lon, told.lat).any())


def _of_spikes(track: Track, zone: Zone, signed_m: float) -> tuple[Hearsay, ...]:
    told = track.spikes
    if not len(told):
        return ()
    signed = signed_from(zone.border, told.lon, told.lat)
    nearest = int(signed.argmin())
    least_m = float(signed[nearest])
    entered = least_m < 0 < signed_m
    if not entered and signed_m - least_m < max(TOLD_M, ROUGH * abs(signed_m)):
        return ()
    words = said(
        "doubt.spike" if len(told) == 1 else "doubt.spikes",
        fixes=len(told),
        at=(float(told.lon[nearest]), float(told.lat[nearest])),
        time=float(told.time_s[nearest]),
        reason=told.reasons[0],
        answer=_answer(least_m, signed_m, zone),
    )
    return (Hearsay(least_m, words, open=len(told) >= MANY * len(track)),)


def _answer(with_m: float, without_m: float, zone: Zone) -> str:
    if with_m >= without_m:
        return said("doubt.with_same")
    if with_m < 0:
        return said("doubt.with_inside", depth_m=-with_m, zone=zone)
    return said("doubt.with_near", away_m=with_m, zone=zone)
