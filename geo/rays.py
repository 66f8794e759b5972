"""Whether a point is inside: what a look from it to the north pole meets of a border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.earth import Floats, Ints

__all__ = ["Rays", "runs"]


@dataclass(frozen=True)
class Rays:
    """Arcs by longitude: what a look from a point to the north pole can meet.

    A point is inside if the half meridian from it to the pole meets the border an odd number of
    times, or an even number where the pole itself is inside. Whether an arc spans a meridian is
    told by the longitudes of its ends alone, so that two arcs that share an end are never both, or
    neither, met; where it meets, by a quadratic equation; north or south of the point, by comparing
    z / p. There is no seam and no projection in it.

    Parameters
    ----------
    lon_a, lon_b
        The longitudes of each arc's ends, in [−180, 180).
    first, arc
        The arcs of bin i are ``arc[first[i] : first[i + 1]]``.
    window
        From which longitude eastward, and over how many degrees, the bins lie; no arc is elsewhere.
    holds_north_pole
        Whether the north pole is inside, for zones that are not cut there.
    """

    lon_a: Floats
    lon_b: Floats
    first: Ints
    arc: Ints
    window: Floats
    holds_north_pole: bool

    @classmethod
    def of(cls, lon_a: Floats, lon_b: Floats, holds_north_pole: bool) -> Rays:
        """Return the arcs sorted into bins of longitude."""
        met = np.flatnonzero(lon_a != lon_b)  # on a meridian, the neighbours are met
        a, b = lon_a[met], lon_b[met]
        bins = int(np.clip(len(a) // 2, 16, 65_536))
        apart = np.abs(b - a) < 180
        lo = np.where(apart, np.minimum(a, b), np.maximum(a, b))
        hi = np.where(apart, np.maximum(a, b), np.minimum(a, b))  # east of lo, maybe across 180°
        window = _window(lo, hi)
        low_bin = _bin(lo, window, bins)
        count = (_bin(hi, window, bins) - low_bin) % bins + 1
        which, step = runs(count)
        where = (low_bin[which] + step) % bins
        order = np.argsort(where, kind="stable")
        first = np.searchsorted(where[order], np.arange(bins + 1)).astype(np.int64)
        return cls(lon_a, lon_b, first, met[which[order]], window, holds_north_pole)

    def spanning(self, lon: Floats) -> tuple[Ints, Ints]:
        """Return the pairs (point, arc) where the arc spans the point's meridian."""
        here = np.flatnonzero(_east_of(lon, self.window) <= self.window[1])
        bin_ = _bin(lon[here], self.window, len(self.first) - 1)
        which, step = runs(self.first[bin_ + 1] - self.first[bin_])
        arc = self.arc[self.first[bin_][which] + step]
        which = here[which]
        a, b, x = self.lon_a[arc], self.lon_b[arc], lon[which]
        spans = ((a <= x) != (b <= x)) != (np.abs(b - a) >= 180)
        return which[spans], arc[spans]


def _window(lo: Floats, hi: Floats) -> Floats:
    """Return west end and width of the longitudes that arcs cover, in whole half degrees.

    ``hi`` lies east of ``lo``, by less than 180°, or less than that number where it is across 180°.
    """
    cells = 720
    low = np.floor((lo + 180) * 2).astype(np.int64)
    count = (np.floor((hi + 180) * 2).astype(np.int64) - low) % cells + 1
    which, step = runs(count)
    covered = np.unique((low[which] + step) % cells)
    if len(covered) == 0:
        return np.array([-180.0, 360.0])
    gap = np.diff(covered, append=covered[0] + cells) - 1
    widest = int(gap.argmax())
    west = covered[(widest + 1) % len(covered)]
    return np.array([west / 2 - 180, (cells - gap[widest]) / 2])


def _east_of(lon: Floats, window: Floats) -> Floats:
    """Return how far east of the window's west end longitudes in [−180, 180) are, in degrees."""
    east = lon - window[0]
    return np.asarray(np.where(east < 0, east + 360, east))


def _bin(lon: Floats, window: Floats, bins: int) -> Ints:
    """Return the bins of longitudes in a window; they rise with the longitude, rounded or not."""
    scaled = _east_of(lon, window) * (bins / window[1])
    return np.asarray(np.minimum(scaled.astype(np.int64), bins - 1))


def runs(count: Ints) -> tuple[Ints, Ints]:
    """Return, for runs of so many members, each member's run and its place in it."""
    which = np.repeat(np.arange(len(count)), count)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
