"""How much of the Earth a map shows, and what of a geometry that is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.catalogue import zone
from layers.frame import LEAST_M, Frame

BERING = Frame.around([160.0, 180.0, -160.0], [50.0, 65.0, 55.0])


@given(
    lon=st.lists(st.floats(-180, 180), min_size=1, max_size=6),
    spread=st.floats(0.01, 40),
    lat=st.floats(-85, 85),
)
def test_a_frame_holds_its_points(lon, spread, lat):
    near = lon[0] + np.array(lon) / 180 * spread
    y = np.clip(lat + np.array(lon) / 180 * spread / 2, -90, 90)
    frame = Frame.around(near, y)
    px, py = frame.plane.to_xy(near, y)

    assert ((px >= frame.x0) & (px <= frame.x1) & (py >= frame.y0) & (py <= frame.y1)).all()
    assert frame.size_m >= LEAST_M


def test_a_frame_across_180_is_as_small_as_one_elsewhere():
    here = Frame.around([170.0, -170.0], [60.0, 60.0])
    there = Frame.around([10.0, 30.0], [60.0, 60.0])

    assert here.size_m == pytest.approx(there.size_m, rel=1e-3)


def test_a_single_point_gets_a_map_around_it():
    frame = Frame.around([12.0], [50.0])

    assert frame.size_m >= LEAST_M
    assert frame.x0 < 0 < frame.x1


def test_a_frame_around_a_pole_goes_all_round():
    frame = Frame.around([0.0, 90.0, 180.0, -90.0], [85.0, 85.0, 85.0, 85.0])

    assert frame.plane.lat > 89
    assert frame.near([[-180, 80, -170, 82], [0, 80, 10, 82], [100, 80, 110, 82]]).all()


def test_the_grid_is_finer_than_the_tolerance():
    for frame in (BERING, Frame.around([0.0], [0.0])):
        assert frame.grid_deg * 111_000 <= frame.tolerance_m
        assert frame.grid_deg > 0


def test_a_cut_along_180_is_healed():
    """Russia comes in halves; on the plane, Wrangel Island and Chukotka are whole."""
    halves = shapely.MultiPolygon([shapely.box(175, 60, 180, 64), shapely.box(-180, 60, -175, 64)])

    seen = BERING.drawn(halves)

    assert shapely.get_num_geometries(seen) == 1
    # no edge runs along the meridian of 180°
    lon = np.concatenate([ring[:, 0] for ring in BERING.degrees(seen)])
    lat = np.concatenate([ring[:, 1] for ring in BERING.degrees(seen)])
    inner = (lat > 60.3) & (lat < 63.7)
    assert not (np.abs(np.abs(lon[inner]) - 180) < 0.01).any()


def test_russian_airspace_is_whole_at_180():
    seen = BERING.drawn(zone("airspace:RUS").geometry)
    x, y = BERING.plane.to_xy(180.0, 67.5)  # inland, on the meridian

    assert shapely.contains_xy(seen, float(x), float(y))
    assert shapely.distance(seen.boundary, shapely.Point(float(x), float(y))) > 50_000


def test_what_lies_far_away_is_not_drawn():
    assert BERING.drawn(shapely.box(-5, 40, 5, 50)).is_empty
    assert not BERING.near([-5.0, 40.0, 5.0, 50.0])


def test_what_is_drawn_is_near_what_is_there():
    coast = zone("territory:JPN").geometry
    frame = Frame.around([141.0, 146.0], [42.0, 46.0])
    points = np.concatenate(frame.degrees(frame.drawn(coast)))
    x, y = frame.plane.to_xy(points[:, 0], points[:, 1])
    shown = shapely.contains_xy(frame.rect, x, y)

    off_m = zone("territory:JPN").border.nearest(*points[shown].T).distance_m

    assert shown.sum() > 100
    assert off_m.max() < 3 * frame.tolerance_m
