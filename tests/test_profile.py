"""The distance over time, as charts draw it."""

import numpy as np
import pytest

from geo import profile, zone
from geo.earth import direct
from geo.track import Track


def over_japan(step_s):
    times = np.arange(0, 9_000.0, step_s)
    n = len(times)
    lon, lat = direct(np.full(n, 130.0), np.full(n, 44.0), np.full(n, 140.0), 230 * times)
    return Track("a", lon, lat, time_s=times)


def test_a_profile_changes_no_faster_than_the_aircraft_moves_and_changes_sign_at_zero():
    found = profile(over_japan(300.0), "airspace:JPN")

    assert (np.diff(found.time_s) >= 0).all()
    assert (np.abs(np.diff(found.signed_m)) <= np.diff(found.along_m) + 1e-2).all()
    crossed = np.flatnonzero(np.sign(found.signed_m[1:]) * np.sign(found.signed_m[:-1]) < 0)
    assert len(crossed) == 0
    assert (found.signed_m < 0).any()
    assert (found.signed_m == 0).sum() >= 2
    assert np.diff(found.along_m).max() <= 10_000.0


def test_a_sparse_track_has_the_profile_of_the_dense_one():
    sparse, dense = (profile(over_japan(s), "airspace:JPN") for s in (300.0, 60.0))

    at = np.linspace(0, 8_700, 500)
    one = np.interp(at, sparse.time_s, sparse.signed_m)
    other = np.interp(at, dense.time_s, dense.signed_m)
    # between points at most 10 km apart a straight line is off by at most 5 km
    assert np.abs(one - other).max() < 5_000.0
    shared = np.isin(dense.time_s, np.arange(0, 9_000.0, 300.0))
    there = np.interp(dense.time_s[shared], sparse.time_s, sparse.signed_m)
    assert there == pytest.approx(dense.signed_m[shared], abs=1e-2)


def test_a_gap_is_told_and_not_filled():
    track = over_japan(300.0)
    keep = np.ones(len(track), dtype=bool)
    keep[10:14] = False
    holed = Track("a", track.lon[keep], track.lat[keep], time_s=track.time_s[keep])

    found = profile(holed, zone("airspace:JPN"))

    (at,) = np.flatnonzero(found.gap_after)
    assert found.time_s[at] == 2_700.0
    assert found.time_s[at + 1] == 4_200.0


def test_a_single_fix_has_a_profile_of_one_point():
    found = profile(Track("a", np.array([140.0]), np.array([36.0])), "airspace:JPN")

    assert len(found) == 1
    assert found.time_s is None
    assert found.signed_m[0] < 0
    assert found.distance_m[0] == 0.0
