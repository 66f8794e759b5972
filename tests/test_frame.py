"""How much of the Earth a map shows, and what of a geometry that is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from makers import GEOD

from geo.catalogue import zone
from geo.earth import geodesic_between
from geo.plane import RADIUS_M, Plane
from layers.frame import LEAST_M, Frame
from layers.land import GraticuleLayer, LandLayer
from layers.planes import Mercator, World, unrolled

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


# --------------------------------------------------------- the right kind of map for what it shows

LONDON, TOKYO, SYDNEY, SANTIAGO = (-0.45, 51.47), (140.39, 35.77), (151.18, -33.95), (-70.79, -33.4)
LOS_ANGELES, NEW_YORK, DUBAI = (-118.4, 33.94), (-73.78, 40.64), (55.36, 25.25)
CAPE_TOWN, AUCKLAND, MOSCOW = (18.6, -33.97), (174.79, -37.0), (37.41, 55.97)


def flown(*stops: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return a path along geodesics through places, in degrees."""
    f = np.linspace(0, 1, 200)
    legs = [
        geodesic_between(*(np.full(200, v) for v in (*a, *b)), f)
        for a, b in itertools.pairwise(stops)
    ]
    lon, lat = (np.concatenate(v) for v in zip(*legs, strict=True))
    return lon, lat


ROUND = flown(LONDON, NEW_YORK, LOS_ANGELES, TOKYO, MOSCOW, LONDON)
SOUTHERN = flown(SYDNEY, SANTIAGO)
EVERYWHERE = [flown(LONDON, CAPE_TOWN), flown(SYDNEY, LOS_ANGELES), flown(DUBAI, AUCKLAND)]


@pytest.mark.parametrize("path", [ROUND, SOUTHERN, flown(LONDON, SYDNEY)])
def test_what_fits_on_half_the_earth_is_drawn_around_its_middle(path):
    frame = Frame.of([path])
    x, y = frame.plane.to_xy(*path)

    assert isinstance(frame.plane, Plane)
    assert ((x > frame.x0) & (x < frame.x1) & (y > frame.y0) & (y < frame.y1)).all()


def test_a_flight_round_the_north_is_drawn_around_the_pole():
    assert Frame.of([ROUND]).plane.lat > 70


def test_what_does_not_fit_is_drawn_on_the_whole_earth():
    frame = Frame.of([*EVERYWHERE, flown(SANTIAGO, NEW_YORK)])

    assert isinstance(frame.plane, World)
    assert frame.near([[-180, -90, -179, -89], [179, 89, 180, 90], [0, 0, 1, 1]]).all()


def test_the_whole_earth_is_cut_where_no_flight_is():
    frame = Frame.of([*EVERYWHERE, flown(SANTIAGO, NEW_YORK)])
    for lon, _ in (*EVERYWHERE, flown(SANTIAGO, NEW_YORK)):
        turn = np.floor((np.degrees(np.unwrap(np.radians(lon))) - frame.plane.lon + 180) / 360)
        assert np.ptp(turn) == 0


def test_the_whole_earth_is_the_familiar_map_if_flights_leave_the_choice():
    lines = [flown(LONDON, CAPE_TOWN), flown(NEW_YORK, SANTIAGO), flown(DUBAI, SYDNEY)]

    assert Frame.of(lines).plane == World(10.0)


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        (Frame.of([SOUTHERN]), "territory:ATA"),  # the far end of the Earth lies in Kazakhstan
        (Frame.of([ROUND]), "territory:RUS"),
        (Frame.of([ROUND]), "territory:GRL"),
        (Frame.of([*EVERYWHERE]), "territory:RUS"),
        (Frame.of([*EVERYWHERE]), "territory:ATA"),
        (Frame.of([*EVERYWHERE]), "territory:USA"),
    ],
)
def test_land_on_a_wide_map_is_as_large_as_land_is(frame: Frame, name: str):
    """Against PROJ's geodesic area: nothing turned inside out, nothing smeared over the map."""
    land = zone(name).geometry
    drawn = frame.drawn(land)

    truth = abs(GEOD.geometry_area_perimeter(shapely.segmentize(land, 1.0))[0])
    assert drawn.area == pytest.approx(truth, rel=0.02)


def test_no_land_is_turned_inside_out_on_half_the_earth():
    """29 % of the Earth are land, 19 % of its southern half."""
    frame = Frame(Plane(-100.0, -60.0), -9.1e6, -9.1e6, 9.1e6, 9.1e6)
    (shape,) = LandLayer(frame).shapes
    flat = [shapely.Polygon(np.column_stack(frame.plane.to_xy(*p.T))) for p in shape.parts]

    land = sum(p.area for p in flat) / (2 * np.pi * RADIUS_M**2)

    assert 0.05 < land < 0.3
    assert max(np.hypot(*shapely.get_coordinates(p).T).max() for p in flat) < 1.001 * 9.01e6


def test_land_is_whole_beyond_a_pole():
    """The far meridian is one line on the plane: no coast runs along it through Antarctica."""
    frame = Frame.of([SOUTHERN])
    seen = frame.drawn(zone("territory:ATA").geometry)
    far = np.column_stack(frame.plane.to_xy(frame.plane.lon + 180, np.linspace(-89.5, -85, 30)))

    away = shapely.distance(shapely.boundary(seen), shapely.points(far))

    assert shapely.contains_xy(seen, far).all()
    assert away.min() > 50_000


def test_half_the_earth_ends_in_a_line():
    frame = Frame.of([flown(LONDON, SYDNEY)])
    points = np.concatenate(GraticuleLayer(frame).shapes[0].parts)
    x, y = frame.plane.to_xy(*points.T)

    assert np.hypot(x, y).max() == pytest.approx(RADIUS_M * np.sqrt(2), rel=1e-3)


# --------------------------------------------------------------------------------- for tiles


@pytest.mark.parametrize(
    "path", [ROUND, SOUTHERN, flown(TOKYO, LOS_ANGELES), flown(LONDON, SYDNEY)]
)
def test_on_mercator_a_path_is_one_line_and_in_the_frame(path):
    frame = Frame.for_tiles([path])
    x, y = frame.plane.to_xy(unrolled(path[0], frame.plane.lon), path[1])

    assert isinstance(frame.plane, Mercator)
    assert np.abs(np.diff(x)).max() < 0.1 * (frame.x1 - frame.x0)
    assert ((x > frame.x0) & (x < frame.x1) & (y > frame.y0) & (y < frame.y1)).all()


def test_on_mercator_paths_stand_around_one_middle():
    frame = Frame.for_tiles([flown(TOKYO, LOS_ANGELES), flown(AUCKLAND, SYDNEY)])

    assert 180 < frame.plane.lon % 360 < 220
    assert frame.x1 - frame.x0 < 0.5 * 40_075_017  # not once round the Earth


def test_on_mercator_coordinates_are_fine_enough_in_the_north():
    frame = Frame.for_tiles([(np.array([0.0, 30.0]), np.array([70.0, 78.0]))])
    step = np.array([0.0, frame.grid_deg])

    _, y = frame.plane.to_xy(np.zeros(2), 80.0 + step)

    assert abs(y[1] - y[0]) <= frame.tolerance_m


def test_land_runs_on_past_180_on_mercator():
    """Once round and a bit: Britain, 700 km wide with its islands, stands at both ends."""
    frame = Frame.for_tiles([ROUND])
    seen = frame.drawn(zone("territory:GBR").geometry)
    x = shapely.get_x(shapely.centroid(shapely.get_parts(seen)))

    assert np.ptp(x) == pytest.approx(40_075_017, rel=0.05)
