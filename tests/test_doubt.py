from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from makers import track_of, zone_of

from geo import check, zone
from geo.catalogue import Zone
from geo.doubt import FIX_ERROR_M, GREATEST_SPEED_MPS
from geo.earth import direct
from geo.findings import Finding
from geo.track import Track

SQUARE = zone_of(shapely.box(0, -1, 1, 1))


def one(track: Track, to: Zone = SQUARE) -> Finding:
    (finding,) = check([track], to)
    return finding


def test_exact_fixes_and_an_exact_border_leave_no_doubt():
    finding = one(track_of([(2.0, 0.0)], [0.0]))

    assert finding.low_m == finding.distance_m == finding.high_m
    assert finding.doubt == ()


def test_what_is_uncertain_is_added_up():
    loose = replace(SQUARE, accuracy_m=10.0, legal_accuracy_m=2800.0)
    finding = one(track_of([(2.0, 0.0)], [0.0], error_m=np.array([186.0])), loose)

    assert finding.high_m - finding.distance_m == pytest.approx(10 + 2800 + 186)
    assert finding.distance_m - finding.low_m == pytest.approx(10 + 2800 + 186)
    assert any("2.8 km off the law" in words for words in finding.doubt)


def test_a_fix_that_does_not_say_how_good_it_is_gets_a_default():
    finding = one(track_of([(2.0, 0.0)], [0.0], error_m=None))

    assert finding.high_m - finding.distance_m == pytest.approx(FIX_ERROR_M)
    assert pytest.approx(0.2 * 1852.0) == FIX_ERROR_M  # NIC 7 of 14 CFR 91.227


def test_inside_the_depth_counts_against_the_doubt():
    """1 km inside and 186 m of doubt is inside; 100 m inside might be outside."""
    deep = one(track_of([(0.01, 0.0)], error_m=np.array([186.0])))
    shallow = one(track_of([(0.001, 0.0)], error_m=np.array([186.0])))

    assert (deep.low_m, deep.high_m) == (0.0, 0.0)
    assert shallow.low_m == 0.0
    assert shallow.high_m == pytest.approx(186.0 - shallow.depth_m, abs=0.1)


def test_low_is_never_below_nothing():
    assert one(track_of([(1.0001, 0.0)], error_m=np.array([500.0]))).low_m == 0.0


def test_a_border_that_nobody_vouches_for_is_told():
    recalled = one(track_of([(-160.0, 45.0)]), zone("adiz:alaska"))
    unknown = one(track_of([(2.0, 0.0)]), replace(SQUARE, accuracy_m=None))

    assert any("approximate" in words for words in recalled.doubt)
    assert any("nobody says how accurate" in words for words in unknown.doubt)


# --------------------------------------------------------------------------------- drawn


def test_a_drawn_route_is_as_wide_as_it_says():
    finding = one(track_of([(3.0, 3.0), (3.0, -3.0)], basis="drawn", half_width_m=60_000.0))

    assert finding.high_m - finding.distance_m == pytest.approx(60_000.0)
    assert finding.distance_m - finding.low_m == pytest.approx(60_000.0)
    assert any("drawn from reports" in words for words in finding.doubt)


def test_a_drawn_route_without_a_width_may_have_been_anywhere():
    finding = one(track_of([(3.0, 3.0), (3.0, -3.0)], basis="drawn"))

    assert finding.low_m == 0.0
    assert any("how far off" in words for words in finding.doubt)


# ---------------------------------------------------------------------------------- gaps


def test_a_gap_lowers_low_only():
    # 600 s at 400 m/s are 240 km: from 222 km away and back at most 120 km nearer
    times = [0.0, 10.0, 610.0, 620.0]
    finding = one(track_of([(3.02, 0.0), (3.0, 0.0), (3.0, 0.0), (3.02, 0.0)], times))

    assert finding.high_m == finding.distance_m
    assert finding.low_m == pytest.approx(finding.distance_m - 300 * GREATEST_SPEED_MPS, abs=1.0)
    assert any("gap of 10 min from 00:00 to 00:10 UTC" in words for words in finding.doubt)


def test_a_gap_far_away_is_no_doubt():
    """
    Eleven fixes at 300 m/s away from the zone, and only then a silence. The 300 s between two of
    them leave more room than that.
    """
    times = [*(300.0 * i for i in range(11)), 3600.0]
    lon = [*(1.1 + 0.8 * i for i in range(11)), 9.3]
    finding = one(track_of([(x, 0.0) for x in lon], times))

    assert [t.name for t in finding.terms if t.low_m] == ["between"]
    assert not any("gap" in words for words in finding.doubt)


def test_a_gap_between_fixes_inside_may_hide_an_exit():
    times = [0.0, 10.0, 2010.0, 2020.0]
    finding = one(track_of([(0.4, 0.0), (0.5, 0.0), (0.5, 0.0), (0.4, 0.0)], times))

    assert finding.low_m == 0.0
    assert finding.crossings == ()


def test_a_faster_aircraft_may_have_come_nearer():
    def flown(mps: float) -> Track:
        degrees = mps * 20 / 111_319.49
        lon = [6.0 + 2 * degrees, 6.0 + degrees, 6.0, 6.0]
        return track_of([(x, 0.0) for x in lon], [0.0, 20.0, 40.0, 840.0])

    slow, fast = one(flown(200.0)), one(flown(600.0))

    assert slow.distance_m == pytest.approx(fast.distance_m)
    assert slow.distance_m - slow.low_m == pytest.approx(400 * GREATEST_SPEED_MPS, abs=1.0)
    assert fast.distance_m - fast.low_m == pytest.approx(400 * 1.1 * 600.0, rel=1e-3)


@given(
    st.lists(st.tuples(st.floats(-25, 25), st.floats(60, 330)), min_size=60, max_size=60),
    st.floats(1.5, 5.0),
    st.floats(0, 360),
    st.integers(5, 15),
    st.integers(20, 40),
)
def test_what_a_hole_hides_lies_between_low_and_high(turns, lon, heading, begin, length):
    """A flight of an hour, a fix a minute; then the fixes of a hole are taken out."""
    points, course = [(lon, 2.0)], heading
    for turn, mps in turns:
        course += turn
        x, y = direct(*points[-1], course, mps * 60.0)
        points.append((float(x), float(y)))
    times = 60.0 * np.arange(len(points))
    whole = one(track_of(points, times))
    keep = [i for i in range(len(points)) if not begin <= i < begin + length]
    holed = one(track_of([points[i] for i in keep], times[keep]))
    true_m = whole.distance_m

    assert holed.low_m <= true_m + 1.0
    assert holed.high_m >= min(true_m, holed.distance_m) - 1.0
