"""From the rows of a file to tracks: what is dropped, in which order, and where legs begin.

Each step has a name under which it counts what it dropped; nothing is dropped unsaid.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.earth import Floats, wrap_lon
from geo.readers.recording import Recording
from geo.track import Track

__all__ = ["tracks_of"]

Mask = NDArray[np.bool_]
LEG_ON_GROUND_S: Final = 1800.0  # a turnround; a shorter stop is a touch-and-go or a taxi queue
LEG_GAP_S: Final = 7200.0  # no other sign of a landing: two hours of silence may hide one


@dataclass
class _Rows:
    """The columns of a recording, cut together."""

    recording: Recording
    keep: NDArray[np.int64]
    rejected: Counter[str]

    def drop(self, reason: str, bad: Mask) -> None:
        """Leave out the rows where ``bad`` (over the rows still kept), and count them."""
        if bad.any():
            self.rejected[reason] += int(bad.sum())
            self.keep = self.keep[~bad]

    def __getitem__(self, name: str) -> NDArray[np.generic] | None:
        column = getattr(self.recording, name)
        return None if column is None else column[self.keep]


def tracks_of(recording: Recording, *, raw: bool = False) -> tuple[list[Track], Counter[str]]:
    """Return the tracks of a recording, one a leg in the order of time, and what was dropped.

    Parameters
    ----------
    recording
        What a reader found for one aircraft.
    raw
        Believe every fix: only what has no position, or no time among others that have one, goes.
    """
    rows = _Rows(recording, np.arange(len(recording.lon)), Counter(recording.rejected))
    lon, lat = recording.lon, recording.lat
    rows.drop("no position", ~(np.isfinite(lon) & np.isfinite(lat)))
    lat, lon = recording.lat[rows.keep], recording.lon[rows.keep]
    rows.drop("out of range", (np.abs(lat) > 90) | (np.abs(lon) > 360))
    time_s = recording.time_s
    if time_s is not None:
        rows.drop("no time", ~np.isfinite(time_s[rows.keep]))
        order = np.argsort(time_s[rows.keep], kind="stable")
        rows.keep = rows.keep[order]
        t = time_s[rows.keep]
        rows.drop("same time", np.concatenate([[False], t[1:] <= t[:-1]])[: len(t)])
    if not raw:
        zero = (recording.lat[rows.keep] == 0) & (recording.lon[rows.keep] == 0)
        rows.drop("at 0°N 0°E", zero)
    leg = _legs(rows)
    if not raw and recording.on_ground is not None:
        ground = recording.on_ground[rows.keep]
        leg = leg[~ground]
        rows.drop("ground", ground)
    if len(rows.keep) == 0:
        return [], rows.rejected
    tracks = []
    for number, value in enumerate(np.unique(leg), start=1):
        chosen = _Rows(recording, rows.keep[leg == value], Counter())
        tracks.append(_track(chosen, number))
    return tracks, rows.rejected


def _legs(rows: _Rows) -> NDArray[np.int64]:
    """Return a rising number for each row's leg, by the first sign of legs that the rows have."""
    n = len(rows.keep)
    time_s = rows.recording.time_s
    if n == 0 or time_s is None:
        return np.zeros(n, dtype=np.int64)
    t = time_s[rows.keep]
    for starts in (_marked(rows), _new_callsign(rows), _long_on_ground(rows, t), _long_gap(t)):
        starts[0] = False
        if starts.any():
            return np.cumsum(starts)
    return np.zeros(n, dtype=np.int64)


def _marked(rows: _Rows) -> Mask:
    marks = rows.recording.new_leg
    return np.zeros(len(rows.keep), dtype=bool) if marks is None else marks[rows.keep].copy()


def _new_callsign(rows: _Rows) -> Mask:
    starts = np.zeros(len(rows.keep), dtype=bool)
    callsign = rows.recording.callsign
    if callsign is None:
        return starts
    named = np.flatnonzero(callsign[rows.keep] != "")
    names = callsign[rows.keep][named]
    starts[named[1:][names[1:] != names[:-1]]] = True
    return starts


def _long_on_ground(rows: _Rows, t: Floats) -> Mask:
    starts = np.zeros(len(rows.keep), dtype=bool)
    ground = rows.recording.on_ground
    if ground is None:
        return starts
    down = ground[rows.keep]
    edges = np.flatnonzero(np.diff(down.astype(np.int8)))
    for begin, end in itertools.pairwise(edges):
        if down[begin + 1] and t[end] - t[begin + 1] >= LEG_ON_GROUND_S:
            starts[end + 1] = True
    return starts


def _long_gap(t: Floats) -> Mask:
    return np.concatenate([[False], np.diff(t) >= LEG_GAP_S])


def _track(rows: _Rows, leg: int) -> Track:
    recording, keep = rows.recording, rows.keep
    height = None if recording.height_m is None else recording.height_m[keep]
    if height is not None and not np.isfinite(height).any():
        height = None
    error = None if recording.error_m is None else recording.error_m[keep]
    callsign = None
    if recording.callsign is not None:
        named = recording.callsign[keep]
        named = named[named != ""]
        callsign = str(named[0]) if len(named) else None
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
        error_m=error if error is not None and np.isfinite(error).any() else None,
        callsign=callsign,
        leg=leg,
        basis=basis,
        half_width_m=half_width_m,
        about=about,
    )
