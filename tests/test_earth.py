from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from makers import table

from geo.earth import (
    R_MAX,
    R_MIN,
    chord_length_m,
    chord_to_geodesic_m,
    direct,
    ecef,
    geodesic_between,
    greatest_chord_m,
    greatest_geodesic_m,
    inverse,
    length_m,
    lonlat,
    surface_area_m2,
    wrap_lon,
)

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)


def test_points_in_three_dimensions_are_where_proj_has_them(authorities: Path):
    rows = table(authorities / "ecef.csv")
    lon, lat = (np.array([float(r[k]) for r in rows]) for k in ("lon", "lat"))
    expected = np.array([[float(r[k]) for k in ("x_m", "y_m", "z_m")] for r in rows])

    assert np.abs(ecef(lon, lat) - expected).max() < 5e-9  # six last bits


@given(LON, LAT, st.floats(-10_000, 10_000))
def test_a_point_near_the_surface_comes_back(lon, lat, height_m):
    up = np.array(
        [
            np.cos(np.radians(lat)) * np.cos(np.radians(lon)),
            np.cos(np.radians(lat)) * np.sin(np.radians(lon)),
            np.sin(np.radians(lat)),
        ]
    )
    back_lon, back_lat = lonlat(ecef(lon, lat) + height_m * up)

    assert back_lat == pytest.approx(lat, abs=1e-13 * 180)  # 2 µm
    if abs(lat) < 89:
        assert abs((back_lon - lon + 180) % 360 - 180) < 1e-11


def test_geodesics_are_those_of_geographiclib(authorities: Path):
    rows = table(authorities / "inverse.csv")
    columns = ("lon_a", "lat_a", "lon_b", "lat_b", "s12_m", "azi1_deg")
    *ends, s12, azi1 = (np.array([float(r[k]) for r in rows]) for k in columns)
    azimuth, length = inverse(*ends)

    assert np.abs(length - s12).max() < 2e-8
    told = (s12 > 1) & (s12 < 1.9e7)  # an azimuth of a millimetre, or to the antipode, is no truth
    off = np.abs((azimuth - azi1 + 180) % 360 - 180)
    assert off[told].max() < 1e-7
    assert ((azimuth >= 0) & (azimuth < 360)).all()


def test_areas_are_those_of_geographiclib(authorities: Path):
    for row in table(authorities / "areas.csv"):
        ring = np.array([p.split(":") for p in row["ring"].split()], dtype=float)
        assert surface_area_m2(ring[:, 0], ring[:, 1]) == pytest.approx(float(row["area_m2"]))


@given(LON, LAT, st.floats(0, 360), st.floats(0, 1.9e7))
def test_what_is_flown_out_is_measured_back(lon, lat, azimuth_deg, distance_m):
    end = direct(lon, lat, azimuth_deg, distance_m)

    assert inverse(lon, lat, *end)[1] == pytest.approx(distance_m, abs=1e-6)


@given(LON, LAT, LON, LAT, st.floats(0, 1))
def test_a_fraction_of_a_geodesic_is_a_fraction_of_its_length(a_lon, a_lat, b_lon, b_lat, f):
    whole = float(inverse(a_lon, a_lat, b_lon, b_lat)[1])
    assume(whole < 1.9e7)  # near the antipode there may be two shortest ways
    lon, lat = geodesic_between(a_lon, a_lat, b_lon, b_lat, f)

    assert inverse(a_lon, a_lat, lon, lat)[1] == pytest.approx(f * whole, abs=1e-6)
    assert inverse(lon, lat, b_lon, b_lat)[1] == pytest.approx((1 - f) * whole, abs=1e-6)


def test_the_ends_of_a_geodesic_come_back_to_the_last_bit():
    lon, lat = geodesic_between(0.1, 0.2, 179.3, -0.7, [0.0, 1.0])

    assert lon.tolist() == [0.1, 179.3]
    assert lat.tolist() == [0.2, -0.7]


def test_halfway_across_the_antimeridian_lies_on_it():
    lon, lat = geodesic_between(179.0, 0.0, -179.0, 0.0, 0.5)

    assert abs(lon) == pytest.approx(180.0)
    assert lat == 0.0


def test_halfway_over_the_pole_is_the_pole():
    _, lat = geodesic_between(20.0, 85.0, -160.0, 85.0, 0.5)

    assert lat == pytest.approx(90.0, abs=1e-9)


def test_a_path_has_one_length_for_each_step():
    found = length_m(np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 0.0]))

    assert found == pytest.approx([111_319.490793, 0.0], abs=1e-6)  # tests/authorities/inverse.csv


@given(st.floats(-1000, 1000))
def test_a_longitude_is_folded_but_never_moved(lon):
    folded = float(wrap_lon(lon))

    assert -180 <= folded < 180
    assert (folded - lon) / 360 == pytest.approx(round((folded - lon) / 360), abs=1e-12)
    if -180 <= lon < 180:
        assert folded == lon


@pytest.mark.parametrize(
    ("reach_m", "error_m"), [(100e3, 6e-9), (1_000e3, 1.3e-4), (2_000e3, 5.1e-3), (5_000e3, 2.4)]
)
def test_a_chord_tells_the_geodesic_as_well_as_the_docs_say(reach_m, error_m):
    dice = np.random.default_rng(7)
    n = 20_000
    lon, lat = dice.uniform(-180, 180, n), np.degrees(np.arcsin(dice.uniform(-1, 1, n)))
    end_lon, end_lat = direct(lon, lat, dice.uniform(0, 360, n), np.full(n, reach_m))
    truth = inverse(lon, lat, end_lon, end_lat)[1]  # what was flown, after rounding of the end
    found = chord_to_geodesic_m(ecef(lon, lat), ecef(end_lon, end_lat))

    assert np.abs(found - truth).max() < error_m


def test_a_chord_of_no_length_is_no_distance():
    p = ecef(10.0, 20.0)

    assert chord_to_geodesic_m(p[None], p[None]) == 0.0


@given(LON, LAT, LON, LAT)
def test_the_chord_bounds_the_geodesic_on_both_sides(a_lon, a_lat, b_lon, b_lat):
    """Fact 1 of geo.earth."""
    c = float(chord_length_m(ecef(a_lon, a_lat), ecef(b_lon, b_lat)))
    s = float(inverse(a_lon, a_lat, b_lon, b_lat)[1])

    assert greatest_geodesic_m(c) >= s - 1e-6
    assert greatest_chord_m(s) >= c - 1e-6
    if s <= np.pi * R_MIN:
        assert c >= 2 * R_MIN * np.sin(s / (2 * R_MIN)) - 1e-6
    assert c <= 2 * R_MAX * np.sin(min(s / (2 * R_MAX), np.pi / 2)) + 1e-6


@given(LON, LAT, LON, LAT, st.floats(0, 360), st.floats(0, 5e6))
def test_a_distance_changes_no_faster_than_the_aircraft_moves(
    x_lon, x_lat, lon, lat, azimuth_deg, way_m
):
    """Fact 2 of geo.earth."""
    end = direct(lon, lat, azimuth_deg, way_m)
    before, after = inverse(x_lon, x_lat, lon, lat)[1], inverse(x_lon, x_lat, *end)[1]

    assert abs(after - before) <= way_m + 1e-6


@given(LON, LAT, LON, LAT, st.floats(0, 360), st.floats(1, 8e6), st.floats(0, 1))
def test_the_distance_from_a_point_is_convex_along_a_geodesic(
    x_lon, x_lat, lon, lat, azimuth_deg, way_m, f
):
    """Fact 3 of geo.earth."""
    at = np.array([0.0, f, 1.0]) * way_m
    path = direct(np.full(3, lon), np.full(3, lat), np.full(3, azimuth_deg), at)
    d = inverse(np.full(3, x_lon), np.full(3, x_lat), *path)[1]
    assume(d.max() < 9.9e6)

    assert d[1] <= (1 - f) * d[0] + f * d[2] + 1e-5
