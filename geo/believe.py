"""Which fixes one aircraft can have flown: spikes and spoofed clusters are told from the flight.

The fixes, in the order of time, fall into runs: a run ends where no aircraft could have flown the
next step, or after a long silence. Of all the ways to string runs together by flyable steps, the
one that believes the most fixes is taken for the flight (longest weighted path in an acyclic
graph, by dynamic programming). What is left over was said by somebody else: by a jammer, a broken
transponder, or another aircraft with the same address.

A cluster that can be reached, but in which an airliner hangs in the air at 38,000 ft, is not
believed either: spoofed receivers often report a standing point.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.earth import Floats, ecef
from geo.limits import Limits

__all__ = ["BELIEVED", "HOVERING", "UNREACHED", "believe"]

BELIEVED: Final = 0
UNREACHED: Final = 1
HOVERING: Final = 2
LOOK_BACK: Final = 1000  # runs; so many in a row are noise without a flight in it


def believe(
    lon: Floats, lat: Floats, time_s: Floats, height_m: Floats | None, limits: Limits
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Return for each fix whether it is believed, or why not, and the number of its run.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,), none repeated from the fix before.
    time_s
        Seconds, rising, shape (n,).
    height_m
        Metres, NaN where unknown; or None.
    """
    n = len(lon)
    if n < 2:
        return np.zeros(n, dtype=np.int8), np.zeros(n, dtype=np.int64)
    place = ecef(lon, lat)
    # Chords: 1 % shorter than arcs at 3,000 km, so on the believing side.
    move = place[1:] - place[:-1]
    step_m, dt = np.sqrt(np.einsum("ij,ij->i", move, move)), time_s[1:] - time_s[:-1]
    reach_m = limits.greatest_speed_mps * (dt + limits.tick_s) + limits.error_m
    starts = np.concatenate([[True], (step_m > reach_m) | (dt > limits.gap_s)])
    run = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    last = np.append(first[1:], n) - 1
    why = np.full(n, BELIEVED, dtype=np.int8)
    if (step_m > reach_m).any():
        chosen = _chain(place, time_s, first, last, limits)
        why[~chosen[run]] = UNREACHED
    if height_m is not None:
        why[_hovering(step_m, time_s, height_m, first, last, limits)[run] & (why == BELIEVED)] = (
            HOVERING
        )
    return why, run


def _chain(
    place: Floats,
    time_s: Floats,
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    limits: Limits,
) -> NDArray[np.bool_]:
    """Return which runs are on the chain of flyable joins that believes the most fixes."""
    weight = (last - first + 1).astype(np.float64)
    long = weight >= limits.spike_fixes
    best, before = weight.copy(), np.full(len(first), -1)
    for j in range(1, len(first)):
        back = max(0, j - LOOK_BACK)
        ends = last[back:j]
        away_m = np.sqrt(((place[ends] - place[first[j]]) ** 2).sum(axis=1))
        slack_s = np.where(long[back:j] & long[j], limits.clock_error_s, limits.tick_s)
        reach_m = (
            limits.greatest_speed_mps * (time_s[first[j]] - time_s[ends] + slack_s) + limits.error_m
        )
        joined = np.where(away_m <= reach_m, best[back:j], 0.0)
        i = int(joined.argmax())
        if joined[i] > 0:
            best[j] += joined[i]
            before[j] = back + i
    chosen = np.zeros(len(first), dtype=bool)
    j = int(best.argmax())
    while j >= 0:
        chosen[j] = True
        j = int(before[j])
    return chosen


def _hovering(
    step_m: Floats,
    time_s: Floats,
    height_m: Floats,
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    limits: Limits,
) -> NDArray[np.bool_]:
    """Return which runs hang high in the air, of an aircraft that elsewhere cruises."""
    along_m = np.concatenate([[0.0], np.cumsum(step_m)])
    lasts_s = time_s[last] - time_s[first]
    speed_mps = (along_m[last] - along_m[first]) / np.maximum(lasts_s, 1.0)
    long = (lasts_s >= limits.hover_s) & (last - first + 1 >= limits.spike_fixes)
    slow = long & (speed_mps < limits.hover_mps)
    out = np.zeros(len(first), dtype=bool)
    cruising = long & (speed_mps > limits.cruise_mps)
    if not slow.any() or (last - first + 1)[cruising].sum() <= (last - first + 1)[slow].sum():
        return out
    for k in np.flatnonzero(slow):
        heights = height_m[first[k] : last[k] + 1]
        known = heights[np.isfinite(heights)]
        out[k] = len(known) > 0 and float(np.median(known)) > limits.hover_height_m
    return out
