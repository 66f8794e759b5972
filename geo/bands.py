"""The distance of a flight from a zone over time, with its band of doubt: for charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.catalogue import Zone, zone
from geo.chart import STEP_M, profile
from geo.doubt import errors_m
from geo.earth import Floats
from geo.speeds import greatest_speed_mps, hardest_turn_mps2
from geo.track import Track

__all__ = ["Band", "band"]

GAP_POINTS: Final = 24  # inside a gap: the edge of what may have been is straight but for a bend


@dataclass(frozen=True, eq=False)
class Band:
    """The distance from a zone along a flight, and between what it may have been; shape (n,) each.

    Parameters
    ----------
    time_s
        Seconds since 1970, UTC; None for a track without times.
    along_m
        The way from the first fix, in metres.
    distance_m
        The distance from the border in metres, negative inside; NaN in a gap, where nobody saw it.
    low_m, high_m
        The distance was between these, in metres, negative inside.
    """

    time_s: Floats | None
    along_m: Floats
    distance_m: Floats
    low_m: Floats
    high_m: Floats

    def __len__(self) -> int:
        return len(self.along_m)


def band(track: Track, to: Zone | str, *, step_m: float = STEP_M) -> Band:
    """Return the distance of a track from a zone over time, with what is doubtful about it.

    Parameters
    ----------
    track
        The flight.
    to
        A zone or its name.
    step_m
        Between points, where fixes lie farther apart, metres.

    Raises
    ------
    ZoneError
        If there is no zone of a name.

    Notes
    -----
    At a time τ after fix a and σ before fix b, an aircraft that flies at most at v is within vτ of
    a and within vσ of b, so that its distance is at least the greater of d_a − vτ and d_b − vσ, and
    at most the lesser of d_a + vτ and d_b + vσ. Between fixes that are no gap apart it is also
    within A τ σ / 2 of the even flight from a to b, see `geo.unseen`.
    """
    z = zone(to) if isinstance(to, str) else to
    told = profile(track, z, step_m=step_m)
    sure_m = (z.accuracy_m or 0.0) + (z.legal_accuracy_m or 0.0)
    if track.basis == "drawn":
        sure_m += np.inf if track.half_width_m is None else track.half_width_m
        return Band(
            told.time_s,
            told.along_m,
            told.signed_m,
            told.signed_m - sure_m,
            told.signed_m + sure_m,
        )
    error_m = errors_m(track)
    if track.time_s is None or told.time_s is None or len(track) < 2:
        most_m = sure_m + float(error_m.max())
        return Band(
            told.time_s, told.along_m, told.signed_m, told.signed_m - most_m, told.signed_m + most_m
        )
    gaps = np.flatnonzero(track.is_gap)
    unseen_s = np.concatenate(
        [
            np.linspace(track.time_s[g], track.time_s[g + 1], GAP_POINTS + 2)[1:-1]
            for g in gaps.tolist()
        ]
        or [np.empty(0)]
    )
    time_s = np.concatenate([told.time_s, unseen_s])
    along_m = np.concatenate([told.along_m, np.interp(unseen_s, told.time_s, told.along_m)])
    seen_m = np.concatenate([told.signed_m, np.full(len(unseen_s), np.nan)])
    order = np.argsort(time_s, kind="stable")
    time_s, along_m, seen_m = time_s[order], along_m[order], seen_m[order]

    step = np.clip(np.searchsorted(track.time_s, time_s, side="right") - 1, 0, len(track) - 2)
    at_fix_m = told.signed_m[np.searchsorted(told.time_s, track.time_s)]
    since, until = time_s - track.time_s[step], track.time_s[step + 1] - time_s
    speed = greatest_speed_mps(track)
    before, after = at_fix_m[step], at_fix_m[step + 1]
    low_m = np.maximum(before - speed * since, after - speed * until)
    high_m = np.minimum(before + speed * since, after + speed * until)
    turned_m = hardest_turn_mps2(track) * since * until / 2
    observed = ~track.is_gap[step] & np.isfinite(seen_m)
    low_m = np.where(observed, np.maximum(low_m, seen_m - turned_m), low_m)
    high_m = np.where(observed, np.minimum(high_m, seen_m + turned_m), high_m)
    off_m = sure_m + np.maximum(error_m[step], error_m[step + 1])
    return Band(time_s, along_m, seen_m, low_m - off_m, high_m + off_m)
