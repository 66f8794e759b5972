"""All flights at once: who was in the air together, and who may have been near whom.

In each slot of time an aircraft stays in a ball: around the middle of its fixes there,
as far as the farthest of them, plus how far a geodesic bulges out over its chord. A curve that is
nowhere bent more than a circle of radius R_min stays within that circle's own bulge over a chord
of the same length (Schur). Two balls that are farther apart than ``within_m`` hide no encounter,
because a geodesic is no shorter than its chord.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.earth import R_MIN, Floats, Ints, direct, ecef, greatest_geodesic_m, inverse
from geo.track import Track

__all__ = ["FINER", "SLOT_S", "Bools", "Sky", "sifted"]

Bools = NDArray[np.bool_]

SLOT_S: Final = 320.0  # seconds; a ball of some 40 km for an airliner
FINER: Final = 16  # slots in a slot: 20 s, some 2.5 km
AT_ONCE: Final = 200_000  # pairs of slots looked at together
ICAO: Final = re.compile("~?[0-9a-f]{6}")  # an address; readsb marks those that are none by "~"
ROUNDING_M: Final = 1.0  # of squares of Earth radii in the sifting


@dataclass(frozen=True, eq=False)
class Sky:
    """All fixes of all tracks that can meet, one after the other; shape (n,) each.

    ``track`` numbers the track of a fix, ``flies`` says whether its step to the next fix was
    observed; ``first`` is where a track's fixes begin, for each track and one more. ``aircraft``
    is the same for all tracks of one aircraft.
    """

    lon: Floats
    lat: Floats
    time_s: Floats
    track: Ints
    flies: Bools
    azimuth: Floats
    step_m: Floats
    first: Ints
    aircraft: NDArray[np.str_]

    @classmethod
    def of(cls, tracks: Sequence[Track]) -> Sky:
        """Return the fixes of tracks; of what was drawn, has no times or is sparse, none."""
        can = [
            t.basis == "recorded" and t.time_s is not None and len(t) > 1 and not t.sparse
            for t in tracks
        ]
        count = np.array([len(t) if c else 0 for t, c in zip(tracks, can, strict=True)], dtype=int)
        chosen = [t for t, c in zip(tracks, can, strict=True) if c]

        def joined(what: str) -> Floats:
            return np.concatenate([getattr(t, what) for t in chosen] or [np.empty(0)])

        lon, lat, time_s = joined("lon"), joined("lat"), joined("time_s")
        track = np.repeat(np.arange(len(tracks)), count)
        flies = np.zeros(len(lon), dtype=bool)
        azimuth, step_m = np.zeros(len(lon)), np.zeros(len(lon))
        if len(lon):
            azimuth[:-1], step_m[:-1] = inverse(lon[:-1], lat[:-1], lon[1:], lat[1:])
            flies[:-1] = (track[1:] == track[:-1]) & (time_s[1:] > time_s[:-1])
            gaps = [np.append(t.is_gap, True) for t in chosen]
            flies &= ~np.concatenate(gaps)
        first = np.concatenate([[0], np.cumsum(count)])
        aircraft = np.array([_aircraft_of(t) for t in tracks], dtype=np.str_)
        return cls(lon, lat, time_s, track, flies, azimuth, step_m, first, aircraft)

    def at(self, step: Ints, time_s: Floats) -> tuple[Floats, Floats]:
        """Return where the flights are on their steps at these times, in degrees."""
        begin = self.time_s[step]
        share = (time_s - begin) / (self.time_s[step + 1] - begin)
        lon, lat = direct(
            self.lon[step], self.lat[step], self.azimuth[step], self.step_m[step] * share
        )
        at_end = share >= 1
        lon = np.where(share <= 0, self.lon[step], np.where(at_end, self.lon[step + 1], lon))
        lat = np.where(share <= 0, self.lat[step], np.where(at_end, self.lat[step + 1], lat))
        return lon, lat

    def apart_m(self, a: Ints, b: Ints, time_s: Floats) -> Floats:
        """Return how far apart the flights on steps a and b are at these times, in metres."""
        return inverse(*self.at(a, time_s), *self.at(b, time_s))[1]

    def speed_mps(self, step: Ints) -> Floats:
        """Return the speed on steps."""
        return np.asarray(self.step_m[step] / (self.time_s[step + 1] - self.time_s[step]))


def _aircraft_of(track: Track) -> str:
    """Return what tells an aircraft from all others.

    An ICAO address is one aircraft's everywhere; another name, such as a file's, in its input only.
    """
    name = track.flight.strip().casefold()
    return name if ICAO.fullmatch(name) else f"{track.input} {name}"


@dataclass(frozen=True, eq=False)
class _Balls:
    """For each track and slot that it flies in, sorted by both: a ball that holds it there."""

    track: Ints
    slot: Ints
    centre: Floats
    radius_m: Floats


def _balls(sky: Sky, slot_s: float) -> _Balls:
    step = np.flatnonzero(sky.flies)
    low = np.floor(sky.time_s[step] / slot_s).astype(np.int64)
    high = np.floor(sky.time_s[step + 1] / slot_s).astype(np.int64)
    count = high - low + 1
    which = np.repeat(np.arange(len(step)), count)
    number = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    slot = low[which] + number
    order = np.lexsort((slot, sky.track[step[which]]))
    step, slot = step[which][order], slot[order]
    track = sky.track[step]
    begin = np.flatnonzero(
        np.diff(track, prepend=-1).astype(bool) | np.diff(slot, prepend=-1).astype(bool)
    )
    a, b = ecef(sky.lon[step], sky.lat[step]), ecef(sky.lon[step + 1], sky.lat[step + 1])
    # Of a long step only the part in the slot counts: the chord between its two moments.
    t0, t1 = sky.time_s[step], sky.time_s[step + 1]
    u0 = np.clip((slot * slot_s - t0) / (t1 - t0), 0, 1)[:, None]
    u1 = np.clip(((slot + 1) * slot_s - t0) / (t1 - t0), 0, 1)[:, None]
    chord = np.sqrt(((b - a) ** 2).sum(axis=1))
    # At an even speed the shadow on the chord may run ahead of an even share by less than the bulge
    bulge_m = 2 * R_MIN * (1 - np.sqrt(1 - np.minimum(chord / (2 * R_MIN), 1.0) ** 2))
    a, b = a + u0 * (b - a), a + u1 * (b - a)
    lo = np.minimum.reduceat(np.minimum(a, b), begin, axis=0)
    hi = np.maximum.reduceat(np.maximum(a, b), begin, axis=0)
    centre = (lo + hi) / 2
    mine = np.repeat(np.arange(len(begin)), np.diff(np.append(begin, len(step))))
    away = [np.sqrt(((p - centre[mine]) ** 2).sum(axis=1)) for p in (a, b)]
    radius_m = np.maximum.reduceat(np.maximum(*away) + bulge_m, begin)
    return _Balls(track[begin], slot[begin], centre, radius_m)


def sifted(sky: Sky, within_m: float) -> tuple[Ints, Ints, Ints]:
    """Return pairs of tracks and the fine slots in which they may have come as near as asked."""
    none = np.empty(0, dtype=np.int64)
    if not sky.flies.any():
        return none, none, none
    coarse, fine = _balls(sky, SLOT_S), _balls(sky, SLOT_S / FINER)
    pairs = _near_balls(sky, coarse, within_m)
    if not np.isfinite(within_m):
        pairs = pairs[_may_be_nearest(sky, coarse, *pairs.T)]
    keys = fine.track * (1 << 40) + fine.slot - fine.slot.min()
    out = []
    for i in range(0, len(pairs), AT_ONCE):
        a, b = (np.repeat(v, FINER) for v in pairs[i : i + AT_ONCE].T)
        slot = coarse.slot[a] * FINER + np.tile(np.arange(FINER), len(a) // FINER)
        key = slot - fine.slot.min()
        rows = []
        for track in (coarse.track[a], coarse.track[b]):
            row = np.minimum(np.searchsorted(keys, track * (1 << 40) + key), len(keys) - 1)
            rows.append(np.where(keys[row] == track * (1 << 40) + key, row, -1))
        there = (rows[0] >= 0) & (rows[1] >= 0)
        ra, rb = rows[0][there], rows[1][there]
        out.append(np.column_stack([ra, rb]))
    rows_ = np.concatenate(out) if out else np.empty((0, 2), dtype=np.int64)
    ra, rb = rows_[:, 0], rows_[:, 1]
    apart = np.sqrt(((fine.centre[ra] - fine.centre[rb]) ** 2).sum(axis=1))
    reach = fine.radius_m[ra] + fine.radius_m[rb]
    keep = apart - reach - ROUNDING_M <= within_m
    if not np.isfinite(within_m):
        keep = _may_be_nearest(sky, fine, ra, rb)
    return fine.track[ra[keep]], fine.track[rb[keep]], fine.slot[ra[keep]]


def _may_be_nearest(sky: Sky, balls: _Balls, a: Ints, b: Ints) -> Bools:
    """Return which pairs of balls are not farther than another of the same two at its farthest."""
    apart = np.sqrt(((balls.centre[a] - balls.centre[b]) ** 2).sum(axis=1))
    reach = balls.radius_m[a] + balls.radius_m[b] + ROUNDING_M
    _, which = np.unique(balls.track[a] * len(sky.aircraft) + balls.track[b], return_inverse=True)
    most = np.full(which.max(initial=-1) + 1, np.inf)
    np.minimum.at(most, which, greatest_geodesic_m(apart + reach))  # `geo.earth`, fact 1
    return np.asarray(apart - reach <= most[which])


def _near_balls(sky: Sky, balls: _Balls, within_m: float) -> Ints:
    """Return the pairs of balls of one slot that may be near enough, shape (k, 2)."""
    order = np.lexsort((balls.track, balls.slot))
    begin = np.flatnonzero(np.diff(balls.slot[order], prepend=-1))
    pairs = []
    for rows in np.split(order, begin[1:]):
        centre, radius_m = balls.centre[rows], balls.radius_m[rows]
        aircraft = sky.aircraft[balls.track[rows]]
        size2 = (centre * centre).sum(axis=1)
        for i in range(0, len(rows), 1024):
            k = slice(i, i + 1024)
            # |a − b|² = |a|² + |b|² − 2 a·b, which rounds to some centimetres² of 4e13
            apart2 = size2[k, None] + size2[None, :] - 2 * centre[k] @ centre.T
            reach = radius_m[k, None] + radius_m[None, :] + within_m + ROUNDING_M
            near = apart2 <= reach * reach
            a, b = np.nonzero(near)
            a += i
            keep = a < b
            a, b = a[keep], b[keep]
            different = aircraft[a] != aircraft[b]
            pairs.append(np.column_stack([rows[a[different]], rows[b[different]]]))
    return np.concatenate(pairs) if pairs else np.empty((0, 2), dtype=np.int64)
