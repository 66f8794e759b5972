"""Colour along a track: by its distance from a zone, or by its height, in five steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geo.catalogue import Zone
from geo.earth import Floats
from geo.track import Track
from geo.units import FOOT, NM
from geo.words import say
from layers.style import SHADES

__all__ = ["ColourBy", "Steps", "steps_by", "values_m"]

ColourBy = Literal["flight", "distance", "height"]


@dataclass(frozen=True)
class Steps:
    """The steps of a scale: what they are of, upper bounds in metres, and the names of all."""

    title: str
    bounds_m: tuple[float, ...]
    names: tuple[str, ...] = ()

    def shade(self, value_m: Floats) -> NDArray[np.int64]:
        """Return the hue of each value; NaN, which nobody knows, has the last."""
        which = np.searchsorted(self.bounds_m, value_m, side="right")
        which = np.where(np.isfinite(value_m), which, len(self.bounds_m))
        return np.asarray(SHADES[0] + which, dtype=np.int64)

    @property
    def each(self) -> tuple[tuple[int, str], ...]:
        """Hue and name of each step, for the legend."""
        return tuple((SHADES[0] + i, name) for i, name in enumerate(self.names))


# The first bound is the border itself, the second the breadth of a territorial sea.
DISTANCES_M: Final = (1e-6, 12 * NM, 50 * NM, 200 * NM)
HEIGHTS_FT: Final = (10_000, 20_000, 30_000, 40_000)


def steps_by(by: ColourBy, zone: Zone | None) -> Steps | None:
    """Return the scale to colour tracks by; None for a colour a flight."""
    if by == "height":
        return Steps(
            say("legend.by_height"),
            tuple(ft * FOOT for ft in HEIGHTS_FT),
            (*(say("legend.to_ft", bound_ft=ft) for ft in HEIGHTS_FT), say("legend.higher")),
        )
    if by == "distance" and zone is not None:
        to = (say("legend.to_nm", bound_m=bound_m) for bound_m in DISTANCES_M[1:])
        return Steps(
            say("legend.by_distance", zone=zone),
            DISTANCES_M,
            (say("legend.inside"), *to, say("legend.farther")),
        )
    return None


def values_m(track: Track, by: ColourBy, zone: Zone | None) -> Floats:
    """Return what a track is coloured by at each of its fixes, in metres, shape (n,)."""
    if by == "height" or zone is None:
        nothing: Any = np.full(len(track), np.nan)
        return nothing if track.height_m is None else track.height_m
    from geo.checks import distance

    return distance(track.lon, track.lat, zone)
