"""The distance of a flight from a zone along its way, for charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.catalogue import Zone, zone
from geo.earth import Floats, geodesic_between
from geo.engine import inside, nearest
from geo.stretches import stretches
from geo.survey import Survey
from geo.track import Track

__all__ = ["STEP_M", "Profile", "profile"]

STEP_M: Final = 10_000.0  # between points of a chart: a line between them is off by at most half


@dataclass(frozen=True, eq=False)
class Profile:
    """The distance from a zone at points along a flight, in order; shape (n,) each.

    Parameters
    ----------
    time_s
        Seconds since 1970, UTC; None for a track without times.
    along_m
        The way from the first fix, in metres.
    lon, lat
        Degrees.
    signed_m
        The distance from the border in metres, negative inside.
    gap_after
        Whether nothing was observed from this point to the next: a chart has a hole there.
    """

    time_s: Floats | None
    along_m: Floats
    lon: Floats
    lat: Floats
    signed_m: Floats
    gap_after: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.along_m)

    @property
    def distance_m(self) -> Floats:
        """The distance from the zone in metres, 0 inside."""
        return np.maximum(self.signed_m, 0.0)


def profile(track: Track, to: Zone | str, *, step_m: float = STEP_M) -> Profile:
    """Return the distance of a track from a zone at every fix, and between fixes that lie apart.

    Parameters
    ----------
    track
        A track. Over its gaps nothing is told.
    to
        A zone or its name.
    step_m
        Observed steps longer than this are cut into equal pieces, metres. Where the path meets the
        border there is a point as well, of distance 0.

    Notes
    -----
    A distance changes no faster than the aircraft moves, so that between two points a straight line
    in a chart is never off by more than half the way between them.
    """
    border = (zone(to) if isinstance(to, str) else to).border
    lon, lat, leg_m = track.lon, track.lat, track.leg_m
    observed = ~track.is_gap
    pieces = np.where(observed, np.maximum(np.ceil(leg_m / step_m), 1), 1).astype(np.int64)
    step = np.repeat(np.arange(len(pieces)), pieces)
    number = np.arange(len(step)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    u = number / pieces[step] if len(step) else np.empty(0)

    look = Survey(lon, lat, leg_m, border)
    look.measure_all()
    cuts = (
        [(p.step, p.start) for p in stretches(look, observed) if p.start > 0] if len(border) else []
    )
    at_border = np.zeros(len(step) + len(cuts) + 1, dtype=bool)
    step = np.concatenate([step, np.array([c[0] for c in cuts], dtype=np.int64)])
    u = np.concatenate([u, np.array([c[1] for c in cuts])])
    at_border[len(step) - len(cuts) : -1] = True
    order = np.append(np.lexsort((u, step)), len(step))
    step = np.append(step, len(lon) - 1)[order]
    u = np.append(u, 0.0)[order]
    at_border = at_border[order]

    after = np.minimum(step + 1, len(lon) - 1)
    x, y = geodesic_between(lon[step], lat[step], lon[after], lat[after], u)
    fix = u == 0
    signed_m = np.where(fix, look.distance_m[step], 0.0)
    sides = np.where(fix, look.inside[step], False)
    between = np.flatnonzero(~fix & ~at_border)
    signed_m[between] = nearest(border, x[between], y[between]).distance_m
    sides[between] = inside(border, x[between], y[between])
    signed_m = np.where(sides, -signed_m, signed_m)

    along = np.append(0.0, np.cumsum(leg_m))
    time_s = track.time_s
    if time_s is not None:
        time_s = time_s[step] + u * (time_s[after] - time_s[step])
    gap_after = np.append(~observed, False)[step] & (step < len(lon) - 1)
    return Profile(
        time_s, along[step] + u * (along[after] - along[step]), x, y, signed_m, gap_after
    )
