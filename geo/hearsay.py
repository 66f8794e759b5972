"""What the fixes that were not believed would have said, had they been."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.catalogue import Zone
from geo.track import Track
from geo.words import said

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
    return tuple(out)


def _answer(with_m: float, without_m: float, zone: Zone) -> str:
    if with_m >= without_m:
        return said("doubt.with_same")
    if with_m < 0:
        return said("doubt.with_inside", depth_m=-with_m, zone=zone)
    return said("doubt.with_near", away_m=with_m, zone=zone)
