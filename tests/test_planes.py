"""The planes beside the azimuthal one, against PROJ; and how large a sea looks on each."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from makers import GEOD

from geo.catalogue import zone
from geo.plane import RADIUS_M, Plane
from layers.frame import Frame
from layers.planes import Mercator, World, cap, cut_lines, unrolled

SPHERE = pyproj.Geod(a=RADIUS_M, b=RADIUS_M)
RANDOM = np.random.default_rng(11)
LON = RANDOM.uniform(-179.9, 179.9, 2_000)
LAT = np.degrees(np.arcsin(RANDOM.uniform(-1, 1, 2_000)))
BERING = Frame.around([165.0, -160.0], [55.0, 65.0])


@pytest.mark.parametrize("middle", [0.0, 10.0, -150.0, 150.0])
def test_the_whole_earth_is_projs_equal_earth(middle: float):
    proj = pyproj.Proj(proj="eqearth", lon_0=middle, R=RADIUS_M)

    ours = np.array(World(middle).to_xy(middle + LON, LAT))

    assert np.abs(ours - np.array(proj(middle + LON, LAT))).max() < 1e-3
    back = np.array(World(middle).to_lonlat(*ours))
    assert np.abs(back - [middle + LON, LAT]).max() < 1e-9


def test_mercator_is_epsg_3857():
    there = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    lat = np.clip(LAT, -85, 85)

    ours = np.array(Mercator(0.0).to_xy(LON, lat))

    assert np.abs(ours - np.array(there.transform(LON, lat))).max() < 1e-3
    assert np.abs(np.array(Mercator(0.0).to_lonlat(*ours)) - [LON, lat]).max() < 1e-9


def test_mercators_longitudes_run_on_past_180():
    """One turn of the Earth is its girth: 40,075,017 m in EPSG:3857."""
    plane = Mercator(180.0)

    assert plane.to_xy(190.0, 0.0)[0] - plane.to_xy(-170.0, 0.0)[0] == pytest.approx(40_075_016.69)
    assert plane.to_lonlat(*plane.to_xy(541.0, 12.0)) == pytest.approx((541.0, 12.0))


def test_what_mercator_cannot_show_lies_at_the_end_of_its_world():
    half_m = 20_037_508.342789244  # the extent of EPSG:3857

    assert Mercator(0.0).to_xy(0.0, [90.0, -90.0])[1] == pytest.approx([half_m, -half_m])


@pytest.mark.parametrize("frame", [BERING, Frame(World(10.0), -1.8e7, -9e6, 1.8e7, 9e6)])
def test_a_sea_the_size_of_the_bering_sea_looks_its_size(frame: Frame):
    """Its area on the plane is its geodesic area (PROJ), on a map of it and on one of the Earth."""
    sea = zone("sea:bering").geometry
    # PROJ counts along geodesics, a zone's edges are straight in degrees: on the parallel of a
    # long edge that is more than the half per cent of the sphere
    truth = abs(GEOD.geometry_area_perimeter(shapely.segmentize(sea, 0.1))[0])

    drawn = frame.drawn(sea).area

    assert drawn == pytest.approx(truth, rel=0.006)


def test_on_mercator_it_looks_three_times_as_large():
    """As it does by PROJ's EPSG:3857: the reason why a page without tiles is not drawn on it."""
    sea = shapely.segmentize(zone("sea:bering").geometry, 0.1)
    there = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    half = 20_037_508.342789244
    flat = shapely.transform(sea, lambda xy: np.column_stack(there.transform(*xy.T)))
    flat = shapely.transform(flat, lambda xy: np.column_stack([xy[:, 0] % (2 * half), xy[:, 1]]))
    frame = Frame.for_tiles([(np.array([165.0, 200.0]), np.array([52.0, 66.0]))])

    drawn = frame.drawn(sea).area

    assert drawn == pytest.approx(shapely.area(flat), rel=0.005)
    assert drawn > 3 * BERING.drawn(sea).area


@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    reach=st.floats(5, 130),
    seed=st.integers(0, 999),
)
def test_a_cap_holds_what_is_near_and_nothing_else(lon: float, lat: float, reach: float, seed: int):
    random = np.random.default_rng(seed)
    x = lon + random.uniform(-180, 180, 200)
    y = np.degrees(np.arcsin(random.uniform(-1, 1, 200)))
    start = np.full(200, lon), np.full(200, lat)
    away = np.degrees(SPHERE.inv(*start, x, y)[2] / RADIUS_M)
    clear = np.abs(away - reach) > 0.5  # the rim is a line of 2° pieces

    inside = shapely.contains_xy(cap(lon, lat, reach), x, y)

    assert (inside == (away < reach))[clear].all()


def test_a_line_over_the_edge_of_the_world_is_two():
    plane = World(10.0)
    line = np.array([[170.0, 50.0], [200.0, 56.0], [210.0, 58.0]])

    first, second = cut_lines(plane, line)

    assert first == pytest.approx(np.array([[170.0, 50.0], [190.0, 54.0]]))
    assert second == pytest.approx(np.array([[-170.0, 54.0], [-160.0, 56.0], [-150.0, 58.0]]))
    # each of them on its own side
    assert plane.to_xy(*first.T)[0].min() > 1.2e7
    assert plane.to_xy(*second.T)[0].max() < -1.0e7


@given(st.lists(st.floats(-30, 30), min_size=2, max_size=40), st.floats(-180, 180))
def test_cut_lines_lose_nothing(steps: list[float], middle: float):
    lon = unrolled(np.cumsum(steps), middle)
    line = np.column_stack([lon, np.linspace(-60, 60, len(lon))])
    parts = cut_lines(World(middle), line)

    whole = SPHERE.line_length(*line.T)
    assert np.abs(np.concatenate(parts)[:, 0] - middle).max() <= 180 + 1e-9
    assert sum(len(p) for p in parts) == len(line) + 2 * (len(parts) - 1)
    # a point more on a leg bends it a little
    cut = sum(SPHERE.line_length(*p.T) for p in parts)
    assert cut == pytest.approx(whole, rel=0.08)


def test_other_planes_cut_nothing():
    line = np.array([[170.0, 50.0], [200.0, 56.0]])

    for plane in (Plane(0.0, 50.0), Mercator(0.0)):
        assert cut_lines(plane, line) == [line]
