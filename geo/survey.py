"""How far the fixes of a path are from a border, worked out only where it can matter.

From what some fixes are known to be, the distance of the others is bounded (`geo.earth`, fact 2).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.borders import Border, Nearest
from geo.earth import Floats, Ints, geodesic_between
from geo.engine import inside, nearest

__all__ = ["TOUCH_M", "Survey", "may_cross", "survey"]

TOUCH_M: Final = 1e-3  # nearer to the border than this is on it
STRIDE: Final = 32  # of the first look at a long track
FEW: Final = 1_000  # fixes that the compiled search does at once


class Survey:
    """The distances of a path's fixes from a border, worked out only where they matter.

    Parameters
    ----------
    lon, lat
        The fixes, degrees, shape (n,).
    leg_m
        The length of each step, metres, shape (n − 1,).
    border
        The border.
    large
        Which search is to do it, see `geo.engine`; None: told by the number of fixes.
    """

    def __init__(
        self, lon: Floats, lat: Floats, leg_m: Floats, border: Border, large: bool | None = None
    ) -> None:
        self.lon, self.lat, self.leg_m, self.border = lon, lat, leg_m, border
        self.large = large
        n = len(lon)
        self.along_m = np.concatenate([[0.0], np.cumsum(leg_m)])
        self.inside = self.inside_at(lon, lat)
        self.known = np.zeros(n, dtype=bool)
        self.distance_m = np.full(n, np.nan)
        self.border_lon = np.full(n, np.nan)
        self.border_lat = np.full(n, np.nan)
        self.low_m, self.high_m = np.zeros(n), np.full(n, np.inf)

    def nearest_to(self, lon: Floats, lat: Floats) -> Nearest:
        """Return the nearest point of the border to each of n points given in degrees."""
        return nearest(self.border, lon, lat, large=self.large)

    def inside_at(self, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        """Return whether each of n points given in degrees is inside."""
        return inside(self.border, lon, lat, large=self.large)

    def points_at(self, step: Ints, fraction: Floats) -> tuple[Floats, Floats]:
        """Return the points of the path so far along these steps, from 0 to 1, in degrees."""
        after = np.minimum(step + 1, len(self.lon) - 1)
        return geodesic_between(
            self.lon[step], self.lat[step], self.lon[after], self.lat[after], fraction
        )

    def measure(self, which: Ints) -> None:
        """Work out the distances of these fixes, and what they say of the others."""
        which = which[~self.known[which]]
        if len(which) == 0:
            return
        found = self.nearest_to(self.lon[which], self.lat[which])
        self.distance_m[which] = found.distance_m
        self.border_lon[which], self.border_lat[which] = found.lon, found.lat
        self.known[which] = True
        self._spread()

    def _spread(self) -> None:
        """Bound the distance of each fix by those of the known ones before and after (fact 2)."""
        at = np.flatnonzero(self.known)
        s, d = self.along_m, self.distance_m[at]
        after = np.clip(np.searchsorted(at, np.arange(len(s))), 0, len(at) - 1)
        before = np.clip(np.searchsorted(at, np.arange(len(s)), side="right") - 1, 0, None)
        away = np.abs(s - s[at[before]]), np.abs(s - s[at[after]])
        self.low_m = np.maximum(np.maximum(d[before] - away[0], d[after] - away[1]), 0.0)
        self.high_m = np.minimum(d[before] + away[0], d[after] + away[1])

    def measure_all(self) -> None:
        """Work out every distance: for a chart."""
        self.measure(np.arange(len(self.lon)))


def survey(
    lon: Floats,
    lat: Floats,
    leg_m: Floats,
    border: Border,
    observed: NDArray[np.bool_],
    within_m: float = np.inf,
    large: bool | None = None,
) -> Survey | None:
    """Return a survey that knows every fix which can matter to the least or greatest distance.

    None if the whole path is provably farther than ``within_m`` and never inside.

    Parameters
    ----------
    lon, lat, leg_m, border
        As for `Survey`.
    observed
        Which steps were observed, shape (n − 1,).
    within_m
        How near is near enough, metres.
    large
        Which search is to do it, see `geo.engine`; None: told by the number of fixes.
    """
    look = Survey(lon, lat, leg_m, border, large)
    n = len(lon)
    stride = STRIDE if n > 2 * STRIDE else 1
    look.measure(np.unique(np.concatenate([np.arange(0, n, stride), [n - 1]])))
    while True:
        far = look.low_m.min() > within_m and not look.inside.any()
        if far and not may_cross(look, observed).any():
            return None
        if look.large and n <= FEW:  # cheaper than to find out which of them matter
            look.measure_all()
            return look
        matter = _may_matter(look, observed)
        if not matter.any():
            return look
        stride = max(stride // 4, 1)
        chosen = np.flatnonzero(matter)
        on_grid = chosen[chosen % stride == 0]
        look.measure(on_grid if len(on_grid) else chosen)


def may_cross(look: Survey, observed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which steps are long enough to reach the border and come back, shape (n − 1,).

    ``observed``, of the same shape, says which steps were.
    """
    may: NDArray[np.bool_] = look.low_m[:-1] + look.low_m[1:] <= look.leg_m + 2 * TOUCH_M
    return np.asarray(observed & may)


def _may_matter(look: Survey, observed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which unknown fixes could change an answer."""
    least = np.where(look.inside, 0.0, look.high_m).min()
    near = look.low_m < least
    if observed.any():
        # the end of a step matters where the step may come nearer than anything known
        step_low = (look.low_m[:-1] + look.low_m[1:] - look.leg_m) / 2
        step = (observed & (step_low < least)) | may_cross(look, observed)
        if look.inside.any():
            deep = look.low_m[look.inside].max()
            step_high = (look.high_m[:-1] + look.high_m[1:] + look.leg_m) / 2
            step |= observed & (step_high > deep) & (look.inside[:-1] | look.inside[1:])
        near[:-1] |= step
        near[1:] |= step
    if look.inside.any():
        near |= look.inside & (look.high_m > look.low_m[look.inside].max())
    return np.asarray(near & ~look.known)
