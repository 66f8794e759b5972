"""Two aircraft in the air at once: how near they came, when, and how long they stayed near.

Both move along the geodesics between their fixes, each at an even speed from fix to fix. Only what
was observed counts: nobody is met in a gap. Heights do not enter the distance.

What is left out, and why that is safe: balls, for which see `geo.sky`, and pieces. Between two
moments let the distances be f0 and f1 and both ways together h long. Then everywhere between,
f ≥ r = (f0 + f1 − h) / 2 and f ≤ (f0 + f1 + h) / 2, because f changes no faster than both move; and
f ≥ min(f0, f1) − h² / 8r: by the second variation of length with a field that turns evenly from one
velocity to the other, f″ ≤ |v_a − v_b|² / f where the curvature is not negative, and |v_a − v_b| is
at most both speeds together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from geo.earth import Floats, Ints
from geo.findings import isoformat
from geo.sky import FINER, SLOT_S, Bools, Sky, sifted
from geo.track import Track
from geo.units import NM

__all__ = ["WITHIN_M", "Encounter", "encounters"]

WITHIN_M: Final = 10 * NM  # twice the separation that radar control keeps en route (ICAO 4444)
TOLERANCE_M: Final = 1e-3  # how much nearer than the answer two aircraft may have been
RESOLVED_M: Final = 0.5  # the way of both together, within which a span begins or ends: about 1 ms


@dataclass(frozen=True)
class Encounter:
    """How near two flights came to each other.

    Parameters
    ----------
    a, b
        What the sources call the two aircraft, such as their ICAO addresses.
    time_s
        When they were nearest, seconds since 1970, UTC.
    distance_m
        How near, along the ground, in metres.
    height_diff_m
        By how much a was higher than b then; None where a height is missing or of another kind.
    a_lon, a_lat, b_lon, b_lat
        Where they were then, degrees.
    spans
        From when to when they were within the distance asked for, seconds since 1970, UTC.
    tracks
        The numbers of the two tracks in what was asked.
    """

    a: str
    b: str
    time_s: float
    distance_m: float
    height_diff_m: float | None
    a_lon: float
    a_lat: float
    b_lon: float
    b_lat: float
    spans: tuple[tuple[float, float], ...]
    tracks: tuple[int, int]

    def to_dict(self) -> dict[str, Any]:
        """Return what the contract's ``encounters`` hold."""
        height = self.height_diff_m
        return {
            "a": self.a,
            "b": self.b,
            "time": isoformat(self.time_s),
            "distance_m": round(self.distance_m, 1),
            "height_diff_m": None if height is None else round(height, 1),
            "a_lon": round(self.a_lon, 6),
            "a_lat": round(self.a_lat, 6),
            "b_lon": round(self.b_lon, 6),
            "b_lat": round(self.b_lat, 6),
            "spans": [{"start": isoformat(s), "end": isoformat(e)} for s, e in self.spans],
        }


def encounters(tracks: Sequence[Track], *, within_m: float = WITHIN_M) -> tuple[Encounter, ...]:
    """Return the pairs of flights that came this near to each other, the nearest first.

    Parameters
    ----------
    tracks
        Tracks with times; drawn routes and lines without times meet nobody, and no aircraft meets
        another leg, or another record, of itself. One name is one aircraft's if it is an ICAO
        address, or the tracks are of one input.
    within_m
        How near they must have come, in metres; infinite for every pair that was in the air at
        once, of which no spans are told.
    """
    sky = Sky.of(tracks)
    one, other, slot = sifted(sky, within_m)
    if len(one) == 0:
        return ()
    pieces = _Pieces.of(sky, one, other, slot)
    found = _closest(sky, pieces, within_m)
    near = [k for k, (distance_m, *_) in found.items() if distance_m <= within_m]
    spans = _spans(sky, pieces, within_m) if np.isfinite(within_m) else {}
    out = [_encounter(tracks, sky, k, *found[k], spans.get(k, ())) for k in near]
    return tuple(sorted(out, key=lambda e: (e.distance_m, e.tracks)))


# ------------------------------------------------------------------------------------ pieces


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Pieces of time in which both flights of a pair are on one step each."""

    pair: Ints
    a: Ints
    b: Ints
    t0: Floats
    t1: Floats
    f0: Floats
    f1: Floats
    speed_mps: Floats

    def __getitem__(self, keep: Bools) -> _Pieces:
        return _Pieces(*(getattr(self, n)[keep] for n in self.__dataclass_fields__))

    @property
    def way_m(self) -> Floats:
        """How far both move in a piece, together."""
        return self.speed_mps * (self.t1 - self.t0)

    @property
    def low_m(self) -> Floats:
        """What the distance in each piece is at least: see the head of this module."""
        h = self.way_m
        r = (self.f0 + self.f1 - h) / 2
        bend = h * h / (8 * np.maximum(r, 1e-9))
        return np.asarray(np.maximum(np.maximum(r, np.minimum(self.f0, self.f1) - bend), 0.0))

    @classmethod
    def of(cls, sky: Sky, one: Ints, other: Ints, slot: Ints) -> _Pieces:
        """Return the slots of pairs cut at the fixes of both."""
        begin = slot.astype(np.float64) * (SLOT_S / FINER)
        end = (slot + 1).astype(np.float64) * (SLOT_S / FINER)
        n = len(slot)
        firsts: list[Ints] = []
        times: list[Floats] = [begin, end]
        owners = [np.arange(n)] * 2
        for track in (one, other):
            first, last = (_fixes_before(sky, track, t) for t in (begin, end))
            count = last - first
            which = np.repeat(np.arange(n), count)
            number = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
            firsts.append(first)
            times.append(sky.time_s[first[which] + number])
            owners.append(which)
        time_s, owner = np.concatenate(times), np.concatenate(owners)
        kind = np.concatenate(
            [np.full(len(t), k) for t, k in zip(times, (0, 3, 1, 2), strict=True)]
        )
        # the begin of a slot before all fixes, its end after them
        rank = np.where(kind == 0, -1, np.where(kind == 3, 1, 0))
        order = np.lexsort((rank, time_s, owner))
        time_s, owner, kind = time_s[order], owner[order], kind[order]
        seen = []
        for k, first in zip((1, 2), firsts, strict=True):
            passed = np.cumsum(kind == k)
            at_begin = passed[np.flatnonzero(kind == 0)]
            seen.append(first[owner] - 1 + passed - at_begin[owner])
        t0, t1 = time_s[:-1], time_s[1:]
        a, b = seen[0][:-1], seen[1][:-1]
        keep = (owner[1:] == owner[:-1]) & (t1 > t0)
        keep &= _on_step(sky, a, one[owner[:-1]]) & _on_step(sky, b, other[owner[:-1]])
        a, b, t0, t1, owner = a[keep], b[keep], t0[keep], t1[keep], owner[:-1][keep]
        pair = one[owner] * len(sky.aircraft) + other[owner]
        speed = sky.speed_mps(a) + sky.speed_mps(b)
        return cls(pair, a, b, t0, t1, sky.apart_m(a, b, t0), sky.apart_m(a, b, t1), speed)

    def halved(self, sky: Sky) -> tuple[_Pieces, Floats, Floats]:
        """Return the halves, and the times and distances at the middles."""
        middle = (self.t0 + self.t1) / 2
        f = sky.apart_m(self.a, self.b, middle)

        def both(x: Any, y: Any) -> Any:
            return np.concatenate([x, y])

        halves = _Pieces(
            both(self.pair, self.pair),
            both(self.a, self.a),
            both(self.b, self.b),
            both(self.t0, middle),
            both(middle, self.t1),
            both(self.f0, f),
            both(f, self.f1),
            both(self.speed_mps, self.speed_mps),
        )
        return halves, middle, f


def _fixes_before(sky: Sky, track: Ints, time_s: Floats) -> Ints:
    """Return the number of the first fix of each track that is not before a time."""
    out = np.empty(len(track), dtype=np.int64)
    order = np.argsort(track, kind="stable")
    begin = np.flatnonzero(np.diff(track[order], prepend=-1))
    for rows in np.split(order, begin[1:]):
        first, last = sky.first[track[rows[0]]], sky.first[track[rows[0]] + 1]
        out[rows] = first + np.searchsorted(sky.time_s[first:last], time_s[rows])
    return out


def _on_step(sky: Sky, step: Ints, track: Ints) -> Bools:
    inside = (step >= sky.first[track]) & (step < sky.first[track + 1])
    return np.asarray(inside & sky.flies[np.clip(step, 0, len(sky.flies) - 1)])


def _closest(
    sky: Sky, pieces: _Pieces, within_m: float
) -> dict[int, tuple[float, float, int, int]]:
    """Return for each pair the least distance, when, and the steps that both were on."""
    kinds, which = np.unique(pieces.pair, return_inverse=True)
    best = np.full(len(kinds), np.inf)
    when, a, b = np.zeros(len(kinds)), np.zeros(len(kinds), int), np.zeros(len(kinds), int)

    def seen(group: Ints, f: Floats, t: Floats, step_a: Ints, step_b: Ints) -> None:
        order = np.lexsort((t, f, group))
        first = order[np.searchsorted(group[order], np.unique(group))]
        better = first[f[first] < best[group[first]]]
        k = group[better]
        best[k], when[k], a[k], b[k] = f[better], t[better], step_a[better], step_b[better]

    seen(which, pieces.f0, pieces.t0, pieces.a, pieces.b)
    seen(which, pieces.f1, pieces.t1, pieces.a, pieces.b)
    while True:
        limit = np.minimum(best[which] - TOLERANCE_M, within_m)
        keep = (pieces.low_m < limit) & (pieces.way_m > 0)
        pieces, which = pieces[keep], which[keep]
        if len(which) == 0:
            break
        before = pieces
        pieces, t, f = pieces.halved(sky)
        seen(which, f, t, before.a, before.b)
        which = np.concatenate([which, which])
    return {
        int(kind): (float(best[k]), float(when[k]), int(a[k]), int(b[k]))
        for k, kind in enumerate(kinds)
    }


def _spans(
    sky: Sky, pieces: _Pieces, within_m: float
) -> dict[int, tuple[tuple[float, float], ...]]:
    """Return for each pair from when to when it was within a distance."""
    near: list[tuple[Ints, Floats, Floats]] = []
    while len(pieces.pair):
        far = pieces.low_m > within_m
        all_near = (pieces.f0 + pieces.f1 + pieces.way_m) / 2 <= within_m
        short = (pieces.way_m <= RESOLVED_M) & ~far & ~all_near
        taken = all_near | (short & (np.minimum(pieces.f0, pieces.f1) <= within_m))
        near.append((pieces.pair[taken], pieces.t0[taken], pieces.t1[taken]))
        pieces, _, _ = pieces[~far & ~all_near & ~short].halved(sky)
    pair, t0, t1 = (np.concatenate(v) for v in zip(*near, strict=True))
    order = np.lexsort((t0, pair))
    pair, t0, t1 = pair[order], t0[order], t1[order]
    out: dict[int, list[tuple[float, float]]] = {}
    for k, begin, end in zip(pair.tolist(), t0.tolist(), t1.tolist(), strict=True):
        spans = out.setdefault(k, [])
        if spans and begin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((begin, end))
    return {k: tuple(v) for k, v in out.items()}


def _encounter(
    tracks: Sequence[Track], sky: Sky, pair: int, distance_m: float, time_s: float, a: int, b: int,
    spans: tuple[tuple[float, float], ...],
) -> Encounter:  # fmt: skip
    i, j = divmod(pair, len(sky.aircraft))
    at = np.array([time_s])
    lon_a, lat_a = sky.at(np.array([a]), at)
    lon_b, lat_b = sky.at(np.array([b]), at)
    one, other = tracks[i], tracks[j]
    height = None
    if one.height_kind == other.height_kind:
        here = _height_m(one, time_s), _height_m(other, time_s)
        if np.isfinite(here).all():
            height = here[0] - here[1]
    return Encounter(
        one.flight, other.flight, time_s, distance_m, height,
        float(lon_a[0]), float(lat_a[0]), float(lon_b[0]), float(lat_b[0]), spans, (i, j),
    )  # fmt: skip


def _height_m(track: Track, time_s: float) -> float:
    """Return the height at a time in metres, NaN where a fix beside it has none."""
    if track.height_m is None or track.time_s is None:
        return float("nan")
    return float(np.interp(time_s, track.time_s, track.height_m))
