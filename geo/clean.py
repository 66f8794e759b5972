"""From the rows of a file to tracks: a pipeline of named steps, each of which says what it did.

Nothing is dropped unsaid: each step counts what it left out under its own name
(`Input.rejected`), and tells it in a sentence (`Track.history`). The order matters: legs are told
while every row is still there; old positions go before false ones are looked for, because a frozen
position that comes free looks like a jump.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.believe import HOVERING, believe
from geo.earth import Floats, Ints, inverse, wrap_lon
from geo.limits import Limits
from geo.readers.recording import Recording
from geo.speeds import limits_for
from geo.track import Disbelieved, Track

__all__ = ["STEPS", "Step", "tracks_of"]

Mask = NDArray[np.bool_]

UNREACHED: Final = "no flyable path joins them to the rest of the flight"
SPIKE: Final = "no aircraft can have flown there and back"
HOVER: Final = "they hang in the air where the flight would have stalled"


@dataclass
class Rows:
    """The rows of a recording that are still kept, in the order in which they are.

    Parameters
    ----------
    keep
        The numbers of the kept rows, shape (k,).
    leg
        The number of each row's leg, of all rows, shape (n,); −1 until it is told.
    """

    recording: Recording
    limits: Limits
    keep: Ints
    leg: Ints
    rejected: Counter[str]
    dropped_in_leg: Counter[int] = field(default_factory=Counter)
    history: list[str] = field(default_factory=list)
    disbelieved: list[tuple[Ints, str]] = field(default_factory=list)
    spikes: list[tuple[Ints, str]] = field(default_factory=list)
    told_speed_mps: float | None = None

    @property
    def lon(self) -> Floats:
        return self.recording.lon[self.keep]

    @property
    def lat(self) -> Floats:
        return self.recording.lat[self.keep]

    @property
    def time_s(self) -> Floats | None:
        return None if self.recording.time_s is None else self.recording.time_s[self.keep]

    def drop(self, reason: str, bad: Mask, *, of_leg: bool = True) -> None:
        """Leave out the rows where ``bad`` (over the rows still kept), and count them."""
        count = int(bad.sum())
        if count == 0:
            return
        self.rejected[reason] += count
        if of_leg:
            legs, counts = np.unique(self.leg[self.keep[bad]], return_counts=True)
            self.dropped_in_leg.update(dict(zip(legs.tolist(), counts.tolist(), strict=True)))
        self.history.append(f"{reason}: {count:,} of {len(bad):,} rows dropped")
        self.keep = self.keep[~bad]


@dataclass(frozen=True)
class Step:
    """A step of cleaning: its name, whether ``raw`` reading does without it, and what it does."""

    name: str
    trusting: bool
    run: Callable[[Rows], None]


def tracks_of(
    recording: Recording, *, raw: bool = False, limits: Limits | None = None
) -> tuple[list[Track], Counter[str]]:
    """Return the tracks of a recording, one a leg in the order of time, and what was dropped.

    Parameters
    ----------
    recording
        What a reader found for one aircraft.
    raw
        Believe every fix: only what has no position, or no time among others that have one, goes.
    limits
        The thresholds; None for the defaults.
    """
    n = len(recording.lon)
    rows = Rows(
        recording,
        limits_for(recording.about.get("type"), limits or Limits()),
        np.arange(n),
        np.full(n, -1, dtype=np.int64),
        Counter(recording.rejected),
        told_speed_mps=None if limits is None else limits.changed().get("greatest_speed_mps"),
    )
    for step in STEPS:
        if len(rows.keep) and (step.trusting or not raw):
            step.run(rows)
    return _tracks(rows), rows.rejected


# ------------------------------------------------------------------------------ the steps


def _time(rows: Rows) -> None:
    if rows.time_s is not None:
        rows.drop("no time", ~np.isfinite(rows.time_s), of_leg=False)


def _order(rows: Rows) -> None:
    t = rows.time_s
    if t is None:
        return
    back = int((np.diff(t) < 0).sum())
    if back:
        rows.keep = rows.keep[np.argsort(t, kind="stable")]
        rows.history.append(f"order: time ran back {back:,} times, so the rows were sorted by it")


def _legs(rows: Rows) -> None:
    """Tell the legs by the first sign of legs that the rows have."""
    n, t = len(rows.keep), rows.time_s
    rows.leg[rows.keep] = 0
    if t is None:
        return
    signs: dict[str, Callable[[Rows, Floats], Mask]] = {
        "the source's marks": _marked,
        "a new callsign": _new_callsign,
        "a stop on the ground": _long_on_ground,
        "a long silence": _long_gap,
    }
    for sign, told in signs.items():
        starts = told(rows, t)
        starts[0] = False
        if starts.any():
            rows.leg[rows.keep] = np.cumsum(starts)
            rows.history.append(f"legs: {int(starts.sum()) + 1} of {n:,} rows, told by {sign}")
            return


def _position(rows: Rows) -> None:
    rows.drop("no position", ~(np.isfinite(rows.lon) & np.isfinite(rows.lat)), of_leg=False)


def _range(rows: Rows) -> None:
    far = np.abs(rows.lon) > 360
    # Some files count longitudes on and on, as flights go round the earth: 358°, 359°, … 468°.
    if far.any() and abs(rows.lon[0]) <= 360 and np.abs(np.diff(rows.lon)).max() <= 180:
        far[:] = False
    rows.drop("out of range", (np.abs(rows.lat) > 90) | far)


def _same_time(rows: Rows) -> None:
    t = rows.time_s
    if t is not None:
        rows.drop("same time", np.concatenate([[False], t[1:] <= t[:-1]]))


def _zero(rows: Rows) -> None:
    rows.drop("at 0°N 0°E", (rows.lat == 0) & (rows.lon == 0))


def _stale(rows: Rows) -> None:
    """Drop rows whose position is much older than they are, by their own word."""
    t, received = rows.time_s, rows.recording.position_time_s
    if t is None or received is None:
        return
    age = t - received[rows.keep]
    rows.drop("stale", np.isfinite(age) & (age > rows.limits.stale_s))


def _repeated(rows: Rows) -> None:
    """Drop positions that only repeat the one before, but for an aircraft that stood still."""
    t = rows.time_s
    if t is None or len(t) < 2:
        return
    lon, lat = rows.lon, rows.lat
    leg = rows.leg[rows.keep]
    still = (np.diff(lon) == 0) & (np.diff(lat) == 0) & (np.diff(leg) == 0)
    same = np.concatenate([[False], still])
    if not same.any():
        return
    run = np.cumsum(~same) - 1
    first = np.flatnonzero(~same)
    last = np.append(first[1:], len(t)) - 1
    after = np.minimum(last + 1, len(t) - 1)
    stood = t[last] - t[first] > rows.limits.standing_s
    a, b = first[stood], after[stood]
    stood[stood] = inverse(lon[a], lat[a], lon[b], lat[b])[1] <= rows.limits.standing_m
    rows.drop("repeated", same & ~stood[run])


def _jumps(rows: Rows) -> None:
    """Keep apart what the aircraft cannot have flown: short spikes go, clusters are disbelieved."""
    t = rows.time_s
    if t is None:
        return
    height = rows.recording.height_m
    why, run = believe(
        rows.lon, rows.lat, t, None if height is None else height[rows.keep], rows.limits
    )
    if not why.any():
        return
    bad = why != 0
    # Neighbouring runs that are disbelieved for the same reason are one cluster.
    cluster = np.cumsum(np.concatenate([[0], np.diff(why) != 0]))
    spike = np.zeros(len(t), dtype=bool)
    for number in np.unique(cluster[bad]):
        here = np.flatnonzero(cluster == number)
        if len(here) < rows.limits.spike_fixes:
            spike[here] = True
        else:
            said = HOVER if why[here[0]] == HOVERING else UNREACHED
            rows.disbelieved.append((rows.keep[here], said))
    told = bad & ~spike
    if told.any():
        count = len({r for r in run[told].tolist()})
        rows.history.append(
            f"disbelieved: {int(told.sum()):,} fixes in {count} runs are kept apart, not in the"
            " track"
        )
        rows.rejected["disbelieved"] += int(told.sum())
        legs, counts = np.unique(rows.leg[rows.keep[told]], return_counts=True)
        rows.dropped_in_leg.update(dict(zip(legs.tolist(), counts.tolist(), strict=True)))
    if spike.any():
        rows.spikes.append((rows.keep[spike], SPIKE))
    rows.keep, spike = rows.keep[~told], spike[~told]
    rows.drop("impossible jump", spike)


def _ground(rows: Rows) -> None:
    if rows.recording.on_ground is not None:
        rows.drop("ground", rows.recording.on_ground[rows.keep], of_leg=False)


STEPS: Final = (
    Step("time", True, _time),
    Step("order", True, _order),
    Step("legs", True, _legs),
    Step("position", True, _position),
    Step("range", True, _range),
    Step("ground", False, _ground),
    Step("same time", True, _same_time),
    Step("zero", False, _zero),
    Step("stale", False, _stale),
    Step("repeated", False, _repeated),
    Step("jumps", False, _jumps),
)


# ------------------------------------------------------------------------- signs of legs


def _marked(rows: Rows, t: Floats) -> Mask:
    marks = rows.recording.new_leg
    return np.zeros(len(t), dtype=bool) if marks is None else marks[rows.keep].copy()


def _new_callsign(rows: Rows, t: Floats) -> Mask:
    starts = np.zeros(len(t), dtype=bool)
    callsign = rows.recording.callsign
    if callsign is None:
        return starts
    names = callsign[rows.keep]
    named = np.flatnonzero(names != "")
    change = np.flatnonzero(names[named][1:] != names[named][:-1]) + 1
    # A callsign heard once between two others was heard wrong.
    first = np.concatenate([[0], change])
    heard = np.diff(np.append(first, len(named)))
    kept = [i for i, count in zip(first.tolist(), heard.tolist(), strict=True) if count > 1]
    for one, other in itertools.pairwise(kept or first.tolist()):
        if names[named[one]] != names[named[other]]:
            starts[named[other]] = True
    return starts


def _long_on_ground(rows: Rows, t: Floats) -> Mask:
    starts = np.zeros(len(t), dtype=bool)
    ground = rows.recording.on_ground
    if ground is None:
        return starts
    down = ground[rows.keep]
    edges = np.flatnonzero(np.diff(down.astype(np.int8)))
    for begin, end in itertools.pairwise(edges):
        if down[begin + 1] and t[end] - t[begin + 1] >= rows.limits.leg_ground_s:
            starts[end + 1] = True
    return starts


def _long_gap(rows: Rows, t: Floats) -> Mask:
    return np.concatenate([[False], np.diff(t) >= rows.limits.leg_gap_s])


# -------------------------------------------------------------------------------- tracks


def _tracks(rows: Rows) -> list[Track]:
    legs = np.unique(rows.leg[rows.keep])
    if len(legs) == 0:
        return []
    apart, spikes = _apart(rows, legs, rows.disbelieved), _apart(rows, legs, rows.spikes)
    kept_leg = rows.leg[rows.keep]
    return [
        _track(
            rows, rows.keep[kept_leg == leg], number, int(leg), apart[int(leg)], spikes[int(leg)]
        )
        for number, leg in enumerate(legs, start=rows.recording.first_leg)
    ]


def _apart(rows: Rows, legs: Ints, what: list[tuple[Ints, str]]) -> dict[int, Disbelieved]:
    """Return what was kept apart of each leg; of a leg that vanished, with the leg before it."""
    parts: dict[int, list[tuple[Ints, str]]] = {int(leg): [] for leg in legs}
    for which, reason in what:
        home = legs[np.clip(np.searchsorted(legs, rows.leg[which], side="right") - 1, 0, None)]
        for leg in np.unique(home).tolist():
            parts[leg].append((which[home == leg], reason))
    out = {}
    time_s = rows.recording.time_s
    for leg, clusters in parts.items():
        if not clusters or time_s is None:
            out[leg] = Disbelieved()
            continue
        at = np.concatenate([which for which, _ in clusters])
        out[leg] = Disbelieved(
            lon=wrap_lon(rows.recording.lon[at]),
            lat=rows.recording.lat[at],
            time_s=time_s[at],
            cluster=np.repeat(np.arange(len(clusters)), [len(which) for which, _ in clusters]),
            reasons=tuple(reason for _, reason in clusters),
        )
    return out


def _heard_most(callsigns: NDArray[np.str_]) -> str | None:
    """Return the callsign that most rows have, None if none has any."""
    named = callsigns[callsigns != ""]
    if len(named) == 0:
        return None
    if (named == named[0]).all():  # as good as always, and ten times as fast told
        return str(named[0])
    names, heard = np.unique(named, return_counts=True)
    return str(names[heard.argmax()])


def _track(
    rows: Rows, keep: Ints, number: int, leg: int, disbelieved: Disbelieved, spikes: Disbelieved
) -> Track:
    recording = rows.recording
    height = None if recording.height_m is None else recording.height_m[keep]
    if height is not None and not np.isfinite(height).any():
        height = None
    error = None if recording.error_m is None else recording.error_m[keep]
    if error is None or not np.isfinite(error).any():
        error = None
    by = None if error is None or recording.error_by is None else recording.error_by[keep]
    callsign = None
    if recording.callsign is not None:
        # Sources name the flight on some rows only, which may be dropped: of the leg, any will do.
        callsign = _heard_most(recording.callsign[rows.leg == leg])
    about = dict(recording.about)
    basis = about.pop("basis", "recorded")
    half_width_m = about.pop("half_width_m", None)
    return Track(
        flight=recording.flight,
        lon=wrap_lon(recording.lon[keep]),
        lat=recording.lat[keep],
        time_s=None if recording.time_s is None else recording.time_s[keep],
        height_m=height,
        height_kind=None if height is None else recording.height_kind,
        error_m=error,
        error_by=by,
        callsign=callsign,
        leg=number,
        basis=basis,
        half_width_m=half_width_m,
        rejected=rows.dropped_in_leg[leg],
        about=about,
        history=tuple(rows.history),
        disbelieved=disbelieved,
        spikes=spikes,
        told_speed_mps=rows.told_speed_mps,
    )
