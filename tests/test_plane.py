"""The plane that maps are drawn on, against PROJ's Lambert azimuthal equal-area projection."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.plane import RADIUS_M, Plane

CENTRES = [(0.0, 0.0), (178.0, 58.0), (-179.9, -45.0), (30.0, 90.0), (12.3, -90.0)]


@pytest.mark.parametrize(("lon", "lat"), CENTRES)
def test_the_plane_is_projs_on_the_same_sphere(lon: float, lat: float):
    proj = pyproj.Proj(proj="laea", lon_0=lon, lat_0=lat, R=RADIUS_M)
    random = np.random.default_rng(7)
    x = lon + random.uniform(-175, 175, 500)
    y = np.degrees(np.arcsin(random.uniform(-1, 1, 500)))

    ours = np.array(Plane(lon, lat).to_xy(x, y))
    theirs = np.array(proj(x, y))
    reach = np.hypot(*theirs) < 1.9 * RADIUS_M  # the far end of the Earth is a circle

    assert np.abs(ours - theirs)[:, reach].max() < 0.01
    assert reach.sum() > 400


@given(
    lon0=st.floats(-180, 180),
    lat0=st.floats(-90, 90),
    away=st.floats(0, 1.8 * RADIUS_M),
    turn=st.floats(0, 6.3),
)
def test_there_and_back_is_the_same_place(lon0: float, lat0: float, away: float, turn: float):
    plane = Plane(lon0, lat0)
    x, y = away * np.cos(turn), away * np.sin(turn)

    back = plane.to_xy(*plane.to_lonlat(x, y))

    assert np.hypot(back[0] - x, back[1] - y) < 0.05


def test_the_plane_has_no_seam_at_180():
    plane = Plane(178.0, 58.0)

    assert plane.to_xy(180.0, 60.0) == pytest.approx(plane.to_xy(-180.0, 60.0))
    assert plane.to_xy(-179.0, 60.0) == pytest.approx(plane.to_xy(181.0, 60.0))


def test_a_plane_around_points_on_both_sides_of_180_has_its_middle_there():
    plane = Plane.around([170.0, -170.0], [60.0, 60.0])

    assert abs(abs(plane.lon) - 180.0) <= 0.1
    assert 60 < plane.lat < 61  # the geodesic between them runs north of the parallel


def test_a_crowd_on_one_side_does_not_draw_the_middle_over():
    few = Plane.around([0.0, 10.0], [0.0, 0.0])
    crowd = Plane.around([0.0, *[10.0] * 500], [0.0] * 501)

    assert abs(few.lon - crowd.lon) <= 0.1


def test_areas_are_kept():
    square = shapely.box(170, 60, 175, 62)
    dense = shapely.segmentize(square, 0.05)
    # On a sphere: R² Δλ (sin φ2 − sin φ1)
    expected = RADIUS_M**2 * np.radians(5) * np.diff(np.sin(np.radians([60, 62])))[0]

    for lon, lat in CENTRES[:3]:
        assert Plane(lon, lat).project(dense).area == pytest.approx(expected, rel=1e-4)


def test_geometries_come_back_from_the_plane():
    plane = Plane(178.0, 58.0)
    line = shapely.LineString([(170, 50), (179, 60)])

    assert shapely.equals_exact(plane.unproject(plane.project(line)), line, tolerance=1e-9)
