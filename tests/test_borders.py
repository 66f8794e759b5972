from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from makers import GEOD, nearest_m, table, zone_of

from geo import distance, zone
from geo.catalogue import Zone
from geo.earth import direct, inverse

KINDS = ("planar", "geodesic", "rhumb")
HOLED = shapely.box(10, 40, 24, 52) - shapely.box(14, 44, 18, 47)
SHAPES = {
    "a slanted quadrangle": shapely.Polygon([(-5, 50), (12, 53), (9, 61), (-8, 58)]),
    "a hole": HOLED,
    "several parts": shapely.MultiPolygon(
        [shapely.box(0, 0, 3, 2), shapely.box(5, 1, 6, 7), shapely.box(-9, -4, -2, -1)]
    ),
    "a thin needle": shapely.Polygon([(100, 10), (130, 10.001), (100, 10.002)]),
    "high latitudes": shapely.Polygon([(-60, 80), (20, 82), (70, 86), (-40, 88)]),
    "a line": shapely.LineString([(150, -20), (160, -30), (170, -10)]),
}


def scattered(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points evenly spread over the Earth."""
    dice = np.random.default_rng(seed)
    return dice.uniform(-180, 180, n), np.degrees(np.arcsin(dice.uniform(-1, 1, n)))


def around(shape: shapely.Geometry, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points in and around the bounds of a shape."""
    dice = np.random.default_rng(seed)
    x0, y0, x1, y1 = shape.bounds
    lat = np.clip(dice.uniform(y0 - 5, y1 + 5, n), -90, 90)
    return dice.uniform(x0 - 8, x1 + 8, n), lat


# ------------------------------------------------------------------------------ nearest


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SHAPES)
def test_the_nearest_border_is_the_one_that_trying_everything_finds(name, kind):
    shape = SHAPES[name]
    lon, lat = (np.concatenate(v) for v in zip(around(shape, 25, 1), scattered(15, 2), strict=True))
    border = zone_of(shape, kind).border
    found = border.nearest(lon, lat)
    truth = np.array([nearest_m(x, y, shape, kind) for x, y in zip(lon, lat, strict=True)])
    off = np.abs(found.distance_m - truth)

    assert off[truth < 1e6].max(initial=0.0) < 1e-3
    assert off.max() < 1e-2
    # and the point of the border that is named is as far away as is said
    assert np.abs(inverse(lon, lat, found.lon, found.lat)[1] - found.distance_m).max() < 1e-2


@pytest.mark.parametrize("edges", ["planar", "geodesic"])
@pytest.mark.parametrize("code", ["RUS", "USA", "JPN"])
def test_shipped_airspaces_agree_with_the_truth_to_a_metre(authorities: Path, code, edges):
    """Rounding to 1e-5° moves a vertex by at most 0.8 m; 0.63 m is the worst of these."""
    rows = [
        r for r in table(authorities / "fixes.csv") if (r["airspace"], r["edges"]) == (code, edges)
    ]
    lon, lat, border_m = (np.array([float(r[k]) for r in rows]) for k in ("lon", "lat", "border_m"))
    inside = np.array([r["inside"] == "1" for r in rows])
    one = replace(zone(f"airspace:{code}"), edges=edges)

    assert len(rows) == 150
    assert np.abs(one.border.nearest(lon, lat).distance_m - border_m).max() < 0.8
    assert (one.border.inside(lon, lat) == inside).all()
    outside = ~inside
    assert distance(lon, lat, one)[inside].max() == 0.0
    assert np.abs(distance(lon, lat, one)[outside] - border_m[outside]).max() < 0.8


def test_a_parallel_is_no_great_circle():
    """Between its ends the 49th parallel stays on it; the geodesic bends 42 km to the north."""
    parallel = shapely.LineString([(-114, 49), (-100, 49)])
    planar = zone_of(parallel).border.nearest(-107.0, 50.0).distance_m[0]
    geodesic = zone_of(parallel, "geodesic").border.nearest(-107.0, 50.0).distance_m[0]

    # geographiclib 2.1: Geodesic.WGS84.Inverse(50, -107, 49, -107)["s12"]
    assert planar == pytest.approx(111_219.409, abs=0.001)
    assert geodesic < planar - 20_000


def test_antipodes_have_a_distance_too():
    found = zone_of(shapely.box(-1, -1, 1, 1)).border.nearest(180.0, 0.0).distance_m[0]

    assert found == pytest.approx(
        nearest_m(180.0, 0.0, shapely.box(-1, -1, 1, 1), "planar"), abs=1e-2
    )


def test_the_search_is_the_same_one_point_at_a_time():
    lon, lat = scattered(300, 5)
    border = zone("airspace:FJI").border
    together = border.nearest(lon, lat).distance_m
    alone = [border.nearest(x, y).distance_m[0] for x, y in zip(lon, lat, strict=True)]

    assert together.tolist() == alone


# ------------------------------------------------------------------------------- inside


@pytest.mark.parametrize("name", [n for n in SHAPES if n != "a line"])
def test_inside_is_what_shapely_finds_in_lon_lat(name):
    shape = SHAPES[name]
    lon, lat = around(shape, 4_000, 3)

    assert (zone_of(shape).border.inside(lon, lat) == shapely.contains_xy(shape, lon, lat)).all()


@pytest.mark.parametrize("code", ["FJI", "RUS", "USA", "NOR", "KIR", "NZL"])
def test_inside_a_country_is_what_shapely_finds(code):
    air = zone(f"airspace:{code}")
    lon, lat = scattered(3_000, 11)
    part_lon, part_lat = [], []
    for part in shapely.get_parts(air.geometry)[:12]:  # small islands are rarely met by chance
        x, y = around(part.buffer(0.2), 60, 12)
        part_lon.append(x)
        part_lat.append(y)
    lon, lat = np.concatenate([lon, *part_lon]), np.concatenate([lat, *part_lat])
    lon = (lon + 180) % 360 - 180
    shapely.prepare(air.geometry)
    truth = shapely.contains_xy(air.geometry, lon, lat)

    assert truth.any()
    assert (air.border.inside(lon, lat) == truth).all()


def test_the_treaty_area_is_all_that_lies_south_of_60():
    treaty = zone("treaty:antarctica")
    lon = np.arange(-180.0, 180.0, 7.0)

    assert treaty.border.inside(lon, np.full(len(lon), -60.1)).all()
    assert treaty.border.inside(lon, np.full(len(lon), -89.9)).all()
    assert treaty.border.inside([0.0, 50.0], [-90.0, -90.0]).all()
    assert not treaty.border.inside(lon, np.full(len(lon), -59.9)).any()
    # geographiclib 2.1: Geodesic.WGS84.Inverse(-90, 0, -60, 0)["s12"]
    assert treaty.border.nearest(0.0, -90.0).distance_m[0] == pytest.approx(3_347_892.910, abs=1e-2)


def test_territory_of_antarctica_reaches_the_pole():
    land = zone("territory:ATA")
    truth = GEOD.inv(0.0, -90.0, 0.0, -89.0)[2]

    assert land.border.inside([0.0, 90.0, -180.0], [-90.0, -90.0, -90.0]).all()
    assert land.border.inside([0.0], [-89.0]).all()
    # no cut near the pole is taken for a border: the coast is hundreds of kilometres away
    assert land.border.nearest(0.0, -90.0).distance_m[0] > 4 * truth


@pytest.mark.parametrize("lon", [180.0, -180.0, 540.0])
def test_180_by_any_name_is_inside_what_lies_across_it(lon):
    fiji = shapely.MultiPolygon(
        [shapely.box(178, -18, 180, -16), shapely.box(-180, -18, -178, -16)]
    )
    border = zone_of(fiji).border

    assert border.inside(lon, -17.0).all()
    # 2° to the east and west, 1° to the north and south: the parallels are nearer than any cut
    truth = nearest_m(180.0, -17.0, shapely.LineString([(178, -16), (182, -16)]), "planar")
    assert border.nearest(lon, -17.0).distance_m[0] == pytest.approx(truth, abs=1e-3)


@pytest.mark.parametrize(("zone_id", "lon", "lat"), [
    ("airspace:RUS", 180.0, 68.0),
    ("airspace:USA", 180.0, 51.95),
    ("airspace:FJI", 180.0, -16.5),
    ("sea:bering", 180.0, 58.0),
    ("territory:RUS", 180.0, 68.0),
    ("territory:RUS", 180.0, 71.2),
    ("adiz:alaska", 180.0, 54.0),
])  # fmt: skip
def test_zones_across_180_have_no_border_there(zone_id, lon, lat):
    """A step of 20 m to either side stays inside, and moves the distance by no more than that."""
    border = zone(zone_id).border
    step_lon, step_lat = direct([lon] * 3, [lat] * 3, [90, 270, 0], [20, 20, 0])
    d = border.nearest(step_lon, step_lat).distance_m

    assert border.inside(step_lon, step_lat).all()
    assert d.min() > 500
    assert np.ptp(d) <= 20.001 * 2


@pytest.mark.parametrize("sign", [1, -1])
def test_a_geodesic_box_around_a_pole_holds_it(sign):
    box = shapely.Polygon([(-135, 80 * sign), (-45, 80 * sign), (45, 80 * sign), (135, 80 * sign)])
    border = zone_of(box, "geodesic").border
    lon = np.arange(-180.0, 180.0, 15.0)

    assert border.inside(lon, np.full(len(lon), 88.0 * sign)).all()
    assert border.inside([0.0], [90.0 * sign]).all()
    assert not border.inside(lon, np.full(len(lon), 79.0 * sign)).any()
    assert not border.inside(lon, np.full(len(lon), -85.0 * sign)).any()
    truth = nearest_m(0.0, 90.0 * sign, box, "geodesic")
    assert border.nearest(0.0, 90.0 * sign).distance_m[0] == pytest.approx(truth, abs=1e-3)


@pytest.mark.parametrize("kind", ["planar", "rhumb"])
def test_a_box_cut_at_the_pole_holds_it(kind):
    """Drawn as RFC 7946 has it: its side from −180° to 180° runs round the Earth."""
    border = zone_of(shapely.box(-180, 80, 180, 90), kind).border

    assert border.inside([0.0, 33.0, -180.0], [90.0, 85.0, 81.0]).all()
    assert not border.inside([0.0, 33.0, -180.0], [79.9, -85.0, -81.0]).any()
    # geographiclib 2.1: Geodesic.WGS84.Inverse(90, 0, 80, 0)["s12"]
    assert border.nearest(0.0, 90.0).distance_m[0] == pytest.approx(1_116_825.857, abs=0.01)


def test_a_rhumb_box_of_five_corners_holds_what_mercator_says():
    corners = [(170, 10), (-170, 5), (-165, 20), (178, 35), (165, 25)]
    border = zone_of(shapely.Polygon(corners), "rhumb").border
    dice = np.random.default_rng(4)
    lon, lat = dice.uniform(155, 205, 3_000), dice.uniform(0, 40, 3_000)
    from makers import MERCATOR

    flat = shapely.Polygon([MERCATOR((x % 360) - 180, y) for x, y in corners])
    x, y = MERCATOR(lon - 180, lat)

    assert (border.inside(lon, lat) == shapely.contains_xy(flat, x, y)).all()


def test_a_line_has_no_inside_even_when_it_is_closed():
    ring = shapely.LineString([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)])

    assert not zone_of(ring).border.inside([5.0], [5.0]).any()
    assert distance(5.0, 5.0, zone_of(ring)) > 500_000


def test_in_a_hole_is_outside():
    border = zone_of(HOLED).border

    assert border.inside([12.0], [42.0]).all()
    assert not border.inside([16.0], [45.5]).any()


def test_a_point_on_the_border_has_no_distance_from_it():
    shape = SHAPES["a slanted quadrangle"]
    lon, lat = shapely.get_coordinates(shape)[:-1].T

    assert distance(lon, lat, zone_of(shape)).max() < 1e-6


def test_an_empty_zone_is_infinitely_far_away():
    assert distance(1.0, 2.0, zone_of(shapely.Polygon())) == np.inf


# ----------------------------------------------------------------------------- distance


def test_distances_keep_the_shape_of_what_was_asked():
    square = zone_of(shapely.box(0, 0, 1, 1))

    assert distance(0.5, 0.5, square).shape == ()
    assert distance(np.zeros((2, 3)), 5.0, square).shape == (2, 3)
    assert distance([], [], square).shape == (0,)


def test_what_is_no_place_has_no_distance():
    found = distance(
        [np.nan, 0.0, 0.0, np.inf], [0.0, np.nan, 91.0, 0.0], zone_of(shapely.box(0, 0, 1, 1))
    )

    assert np.isnan(found).all()


def test_of_several_zones_the_nearest_counts():
    near, far = zone_of(shapely.box(0, 0, 1, 1)), zone_of(shapely.box(20, 0, 21, 1))
    lon, lat = np.array([0.5, 3.0, 19.0, 20.5]), np.full(4, 0.5)
    both = distance(lon, lat, [near, far])

    assert (both == np.minimum(distance(lon, lat, near), distance(lon, lat, far))).all()
    assert (both == 0).tolist() == [True, False, False, True]


@settings(max_examples=200)
@given(
    st.floats(-180, 180), st.floats(-89, 89), st.floats(0, 360), st.floats(0, 300_000),
)  # fmt: skip
def test_moving_never_changes_the_distance_by_more_than_the_move(lon, lat, azimuth_deg, way_m):
    border = _fiji().border
    end_lon, end_lat = direct(lon, lat, azimuth_deg, way_m)
    d = border.nearest([lon, float(end_lon)], [lat, float(end_lat)]).distance_m

    assert abs(d[1] - d[0]) <= way_m + 1e-2


def _fiji() -> Zone:
    return zone("airspace:FJI")


# -------------------------------------------------------------------- ways to write the same


@pytest.mark.parametrize("kind", KINDS)
def test_a_zone_is_the_same_however_its_longitudes_are_written(kind):
    """Cut at 180° as RFC 7946 has it, beyond 180°, below −180°, or jumping over it."""
    cut = shapely.MultiPolygon([shapely.box(175, -20, 180, -10), shapely.box(-180, -20, -175, -10)])
    jumping = shapely.Polygon([(175, -20), (-175, -20), (-175, -10), (175, -10)])
    written = [cut, shapely.box(175, -20, 185, -10), shapely.box(-185, -20, -175, -10), jumping]
    if kind == "geodesic":
        written = written[1:]  # a geodesic cut into two at a parallel's middle is another line
    dice = np.random.default_rng(8)
    lon, lat = dice.uniform(165, 195, 400), dice.uniform(-30, 0, 400)
    borders = [zone_of(shape, kind).border for shape in written]
    truth = borders[0].nearest(lon, lat).distance_m

    for border in borders:
        assert np.abs(border.nearest(lon, lat).distance_m - truth).max() < 1e-3
        assert (border.inside(lon, lat) == borders[0].inside(lon, lat)).all()
    assert borders[0].inside([180.0, -180.0, 176.0, -176.0, 184.0], [-15.0] * 5).all()
    assert not borders[0].inside([0.0, 174.0, -174.0], [-15.0] * 3).any()
