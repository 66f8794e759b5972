"""Whether a table's latitude and longitude are swapped, where either could be a latitude.

Over Europe both lie within ±90, so nothing is out of range; but the file's own directions or speeds
then contradict its positions, and agree with them the other way round.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from geo.earth import Floats, inverse
from geo.units import KILOMETRE, KNOT

__all__ = ["contradiction"]

FEWEST: Final = 10  # steps: fewer are no evidence
MOST: Final = 2000  # steps that are looked at
LONGEST_S: Final = 120.0  # a step in which a flight may turn says nothing of its course
LEAST_M: Final = 200.0  # rounded positions have no course over less
# Courses: the nose points up to 20° off the way in a strong cross wind.
RIGHT_DEG, WRONG_DEG = 20.0, 45.0
# Speeds: those reported agree with positions within a few per cent.
RIGHT_LOG, WRONG_LOG = 0.05, 0.2
SPEED_UNITS: Final = (1.0, KNOT, KILOMETRE / 3600.0)  # m/s; which it is, the file need not say


def contradiction(
    lon: Floats, lat: Floats, time_s: Floats, course_deg: Floats | None, speed: Floats | None
) -> str:
    """Return what says that longitude and latitude of a flight are swapped, "" if nothing does.

    Parameters
    ----------
    lon, lat
        Degrees, as the file calls them, all within ±90, shape (n,).
    time_s
        Seconds, NaN where unknown.
    course_deg, speed
        What the file says of direction and ground speed (in any usual unit), NaN where unknown.
    """
    order = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & np.isfinite(time_s))
    order = order[np.argsort(time_s[order], kind="stable")][:MOST]
    a, b = order[:-1], order[1:]
    dt = time_s[b] - time_s[a]
    course, step_m = inverse(lon[a], lat[a], lon[b], lat[b])
    turned, turned_m = inverse(lat[a], lon[a], lat[b], lon[b])
    usable = (dt > 0) & (dt <= LONGEST_S) & (np.minimum(step_m, turned_m) >= LEAST_M)
    if course_deg is not None:
        known = usable & np.isfinite(course_deg[a])
        if known.sum() >= FEWEST:
            said = course_deg[a][known]
            if (
                _off_deg(course[known], said)
                > WRONG_DEG
                > RIGHT_DEG
                > _off_deg(turned[known], said)
            ):
                return "the directions that the file has"
    if speed is not None:
        known = usable & (speed[a] > 0)
        if known.sum() >= FEWEST:
            told = speed[a][known]
            as_is = _off_log(step_m[known] / dt[known], told)
            if as_is > WRONG_LOG > RIGHT_LOG > _off_log(turned_m[known] / dt[known], told):
                return "the speeds that the file has"
    return ""


def _off_deg(course: Floats, said: Floats) -> float:
    return float(np.median(np.abs((course - said + 180.0) % 360.0 - 180.0)))


def _off_log(speed_mps: Floats, told: Floats) -> float:
    """Return by how much speeds are off what is told, in the unit that suits best: a logarithm."""
    return min(float(np.median(np.abs(np.log(speed_mps / (told * u))))) for u in SPEED_UNITS)
