"""The band of doubt in a chart: the truth is always in it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from makers import GEOD, track_of, zone_of

from geo.bands import band
from geo.prism import signed_m

SQUARE = zone_of(shapely.box(0, -1, 1, 1))


def weaving(lon: float, course: float, turns: list[float], step_s: float):
    """Return a flight at 220 m/s that turns a little every step: times, lon, lat."""
    points = [(lon, 2.0)]
    for turn in turns:
        course += turn
        x, y, _ = GEOD.fwd(*points[-1], course, 220.0 * step_s)
        points.append((x, y))
    return step_s * np.arange(len(points)), *np.array(points).T


@given(
    st.floats(-3, 4),
    st.floats(0, 360),
    st.lists(st.floats(-10, 10), min_size=240, max_size=240),  # 10° in 7 s is 5.5 m/s²
    st.integers(10, 120),
)
def test_the_truth_is_in_the_band(lon, course, turns, begin):
    """A fix every 7 s is the truth; of them every eighth was received, and none for 12 min."""
    t, x, y = weaving(lon, course, turns, 7.0)
    number = np.arange(len(t))
    hole = (number > begin) & (number < begin + 103)
    keep = (number % 8 == 0) & ~hole
    track = track_of(list(zip(x[keep], y[keep], strict=True)), t[keep])
    told = band(track, SQUARE, step_m=500.0)
    true_m = signed_m(SQUARE.border, x, y)
    assert told.time_s is not None
    inside = (t >= told.time_s[0]) & (t <= told.time_s[-1])
    low = np.interp(t[inside], told.time_s, told.low_m)
    high = np.interp(t[inside], told.time_s, told.high_m)

    # Between points of the chart the band is drawn straight, and its edge bends: 500 m apart, and
    # in a gap 35 s at 400 m/s, by half of that at most.
    near = np.searchsorted(track.time_s, t[inside], side="right") - 1
    slack = np.where(np.append(track.is_gap, False)[near], 0.5 * 400.0 * 35.0, 0.5 * 500.0)
    assert (low <= true_m[inside] + slack).all()
    assert (high >= true_m[inside] - slack).all()
    on = np.isin(t, told.time_s) & keep
    at = np.searchsorted(told.time_s, t[on])
    assert (np.abs(told.distance_m[at] - true_m[on]) < 0.01).all()
    assert (told.low_m[at] <= true_m[on] + 0.01).all()
    assert (told.high_m[at] >= true_m[on] - 0.01).all()


def test_a_band_is_as_narrow_as_the_fixes_are_good_and_wide_in_a_gap():
    """In the middle of a silence of 1,000 s an aircraft can be 500 s × 400 m/s nearer."""
    track = track_of([(4.0, 0.0), (4.0, 0.0)], [0.0, 1000.0], error_m=np.array([100.0, 100.0]))
    told = band(track, SQUARE)

    assert told.high_m[0] - told.distance_m[0] == pytest.approx(100.0)
    assert np.isnan(told.distance_m[1:-1]).all()
    assert told.distance_m[0] - told.low_m.min() == pytest.approx(200_100.0, rel=0.05)
    assert (told.low_m <= told.high_m).all()


def test_a_drawn_route_is_as_wide_everywhere():
    told = band(track_of([(3.0, 3.0), (3.0, -3.0)], basis="drawn", half_width_m=60_000.0), SQUARE)

    assert told.time_s is None
    assert told.high_m - told.low_m == pytest.approx(np.full(len(told), 120_000.0))


def test_a_line_without_times_and_a_single_fix_have_a_band_too():
    for track in (track_of([(3.0, 3.0), (3.0, -3.0)]), track_of([(3.0, 0.0)], [0.0])):
        told = band(track, SQUARE)
        assert (told.low_m <= told.distance_m).all()
        assert (told.high_m >= told.distance_m).all()
