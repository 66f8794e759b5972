"""How near a flight may have come between its fixes, where nobody saw it.

Between any two fixes it was inside a prism (`geo.prism`). Over a short step it is also near the
geodesic: with an acceleration of at most A, it is never farther from the even flight along it than
A Δt² / 8 (a curve that is 0 at both ends, its second derivative no more than A). Ten seconds at
5.7 m/s² make 71 m, a minute makes 2.6 km; far beyond, the prism says more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.earth import Floats
from geo.prism import Prism, least_signed
from geo.speeds import greatest_speed_mps, hardest_turn_mps2
from geo.survey import Survey
from geo.track import Track

__all__ = ["Unseen", "prism_of", "unseen"]

Mask = NDArray[np.bool_]
BATCH: Final = 64  # fixes that are measured at once
CLOSE_M: Final = 1.0  # two bounds nearer to each other than this are the same
WORTH_M: Final = 200.0  # of deviation: below, a prism says nothing that matters
DEEP_M: Final = 1000.0  # depths are told to a kilometre


@dataclass(frozen=True)
class Unseen:
    """How near a flight may have come between fixes ``step`` and ``step + 1``.

    ``low_m`` is a signed distance, negative inside; it errs on the safe side. ``inside_s`` is how
    long the flight can have been inside meanwhile, at most.
    """

    low_m: float
    step: int
    inside_s: float
    others: int = 0


def prism_of(track: Track, step: int, error_m: Floats, speed_mps: float | None = None) -> Prism:
    """Return where a flight may have been between two fixes, as far off as those may be.

    Parameters
    ----------
    track
        A track with times.
    step
        From this fix to the next.
    error_m
        How far each fix may be off, metres, shape (n,).
    speed_mps
        What it flew at most; None: what its type and its track allow.
    """
    assert track.time_s is not None  # noqa: S101 - only timed tracks have a reach
    speed = greatest_speed_mps(track) if speed_mps is None else speed_mps
    reach = speed * float(track.time_s[step + 1] - track.time_s[step])
    reach = max(reach, float(track.leg_m[step])) + float(error_m[step] + error_m[step + 1])
    a, b = step, step + 1
    return Prism(
        float(track.lon[a]), float(track.lat[a]), float(track.lon[b]), float(track.lat[b]), reach
    )


class _Steps:
    """The steps of a track that never was seen inside, with bounds on how near each may come."""

    def __init__(self, track: Track, look: Survey, error_m: Floats, signed_m: float) -> None:
        assert track.time_s is not None  # noqa: S101 - see prism_of
        self.track, self.look, self.error_m, self.signed_m = track, look, error_m, signed_m
        self.speed_mps = greatest_speed_mps(track)
        self.dt = np.diff(track.time_s)
        self.reach = np.maximum(self.speed_mps * self.dt, track.leg_m) + error_m[:-1] + error_m[1:]
        turned_m = hardest_turn_mps2(track) * self.dt**2 / 8
        self.off_m = np.where(track.is_gap, np.inf, turned_m)

    def bounds(self, which: NDArray[np.int64]) -> Floats:
        """Return what no point of these steps is nearer than, by what is known of their ends."""
        ends = self.look.low_m[which] + self.look.low_m[which + 1]
        way = np.maximum((ends - self.track.leg_m[which]) / 2, self.signed_m)
        return np.asarray(np.maximum((ends - self.reach[which]) / 2, way - self.off_m[which]))

    def nearest(self, of: Mask, worst_m: float) -> Unseen | None:
        """Return how near the steps of a kind may come, if nearer than something."""
        start_m, at = worst_m, -1
        open_ = np.flatnonzero(of)
        others = 0
        while len(open_):
            bound = self.bounds(open_)
            near = bound < worst_m - CLOSE_M
            open_, bound = open_[near], bound[near]
            if len(open_) == 0:
                break
            k = int(bound.argmin())
            step = int(open_[k])
            if not (self.look.known[step] and self.look.known[step + 1]):
                first = open_[np.argsort(bound, kind="stable")[:BATCH]]
                self.look.measure(np.unique(np.concatenate([first, first + 1])))
                continue
            low_m = float(bound[k])
            if self.off_m[step] > WORTH_M:
                prism = prism_of(self.track, step, self.error_m, self.speed_mps)
                low_m = max(low_m, least_signed(self.look.border, prism, worst_m).low_m)
            open_ = np.delete(open_, k)
            if low_m < worst_m:
                worst_m, at = low_m, step
        if at < 0:
            return None
        everywhere = np.flatnonzero(of)
        others = int((self.bounds(everywhere) < start_m - CLOSE_M).sum()) - 1
        return Unseen(worst_m, at, _inside_s(self.track, self.look, at, self.speed_mps), others)


def unseen(
    track: Track, look: Survey, error_m: Floats, signed_m: float
) -> tuple[Unseen | None, Unseen | None]:
    """Return how near a flight may have come between close fixes, and how near in a gap.

    None where that is no nearer than what was seen.

    Parameters
    ----------
    error_m
        How far each fix may be off, shape (n,).
    signed_m
        The least distance that was seen, or minus the greatest depth.
    """
    if track.time_s is None or len(track) < 2:
        return None, None
    if signed_m <= 0:
        return None, _hidden_from_inside(track, look)
    steps = _Steps(track, look, error_m, signed_m)
    between = steps.nearest(~track.is_gap, signed_m)
    nearest_m = signed_m if between is None else between.low_m
    return between, steps.nearest(track.is_gap, nearest_m)


def _inside_s(track: Track, look: Survey, step: int, speed_mps: float) -> float:
    """Return how long a flight can have been inside between two fixes, in seconds, at most.

    From a fix outside it had to come to the border, and to the next one back from it, at the
    greatest speed at best.
    """
    assert track.time_s is not None  # noqa: S101 - see prism_of
    away = [0.0 if look.inside[i] else float(look.low_m[i]) for i in (step, step + 1)]
    dt = float(track.time_s[step + 1] - track.time_s[step])
    return max(0.0, dt - sum(away) / speed_mps)


def _hidden_from_inside(track: Track, look: Survey) -> Unseen | None:
    """Return the gap of a flight that was inside in which it may longest have been there unseen."""
    gaps = np.flatnonzero(track.is_gap)
    if len(gaps) == 0:
        return None
    look.measure(np.unique(np.concatenate([gaps, gaps + 1])))
    speed = greatest_speed_mps(track)
    hidden = [_inside_s(track, look, int(g), speed) for g in gaps]
    k = int(np.argmax(hidden))
    if hidden[k] <= 0:
        return None
    return Unseen(0.0, int(gaps[k]), hidden[k], sum(h > 0 for h in hidden) - 1)
