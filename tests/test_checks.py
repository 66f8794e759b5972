from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from makers import extremes_along, points_along, table, track_of, zone_of

from geo import check, distance, zone
from geo.catalogue import Zone, zones
from geo.earth import direct, inverse, length_m
from geo.errors import ZoneError
from geo.findings import Finding
from geo.nearby import nearby_airspaces
from geo.track import Track
from geo.units import NM

DEGREE_M = 111_319.490793  # of the equator; geographiclib 2.1: Inverse(0, 0, 0, 1)["s12"]
T0 = 1_592_353_800.0  # 17 June 2020, 00:30 UTC
SQUARE = zone_of(shapely.box(0, -1, 1, 1))  # about the equator, which is a geodesic


def one(track: Track, to: Zone) -> Finding:
    (finding,) = check([track], to)
    return finding


def equator(*lon: float, every_s: float = 100.0, **about: object) -> Track:
    """Return a track along the equator with a fix at each longitude."""
    times = T0 + every_s * np.arange(len(lon))
    return track_of([(x, 0.0) for x in lon], times, **about)


# ------------------------------------------------------------------------ least distance


def test_whole_paths_agree_with_the_truth_to_a_metre(authorities: Path):
    points: dict[str, list[tuple[float, float]]] = {}
    for row in table(authorities / "sparse_tracks.csv"):
        points.setdefault(row["track"], []).append((float(row["lon"]), float(row["lat"])))
    truth = {
        (r["track"], r["airspace"]): float(r["distance_m"])
        for r in table(authorities / "sparse_distances.csv")
    }
    tracks = {name: track_of(fixes) for name, fixes in points.items()}

    assert len(truth) == 120
    for (name, code), distance_m in truth.items():
        assert one(tracks[name], zone(f"airspace:{code}")).distance_m == pytest.approx(
            distance_m, abs=1.0
        ), (name, code)


def test_the_closest_point_may_lie_between_fixes():
    """The foot of a point of the equator on a meridian is on the equator: both fixes are off it."""
    arrow = zone_of(shapely.Polygon([(0, -1), (1, 0), (0, 1)]))
    passing = one(track_of([(3.0, 3.0), (3.0, -3.0)]), arrow)

    assert passing.distance_m == pytest.approx(2 * DEGREE_M, abs=0.01)
    assert (passing.lon, passing.border_lon) == pytest.approx((3.0, 1.0), abs=1e-6)
    assert passing.lat == pytest.approx(0.0, abs=1e-3)
    assert passing.bearing_deg == pytest.approx(270.0, abs=0.01)
    assert arrow.border.nearest(3.0, 3.0).distance_m[0] > 350_000


@pytest.mark.parametrize(
    ("points", "zone_id"),
    [
        ([(140.0, 35.0), (-150.0, 61.0)], "airspace:RUS"),  # 5,600 km, past Kamchatka
        ([(-120.0, 70.0), (150.0, 75.0)], "airspace:USA"),  # 3,100 km over the Arctic
        ([(20.0, 84.0), (-160.0, 82.0)], "airspace:RUS"),  # over the north pole
        ([(-170.0, -75.0), (10.0, -80.0)], "territory:ZAF"),  # over the south pole
        ([(175.0, -25.0), (-175.0, -12.0)], "airspace:FJI"),  # across 180°
        ([(-179.9, 40.0), (179.9, 45.0), (-179.0, 50.5)], "sea:bering"),
    ],
)
def test_long_legs_polar_legs_and_legs_across_180_are_measured_all_along(points, zone_id):
    track, to = track_of(points), zone(zone_id)
    distance_m, depth_m = extremes_along(track, to, 4_000.0)
    finding = one(track, to)

    assert finding.distance_m == pytest.approx(distance_m, abs=0.5)
    assert finding.depth_m == pytest.approx(depth_m, abs=1.0)


@given(
    st.floats(-180, 180),
    st.floats(-85, 85),
    st.lists(st.tuples(st.floats(0, 360), st.floats(0, 2_000_000)), min_size=1, max_size=4),
    st.sampled_from([0.0, 60.0, 84.0]),
)
@settings(max_examples=40)
def test_no_point_of_a_path_is_nearer_or_deeper_than_is_said(lon, lat, moves, south):
    to = zone_of(shapely.box(-20, south, 20, south + 5) - shapely.box(-5, south + 2, 5, south + 3))
    points = [(lon, lat)]
    for azimuth_deg, way_m in moves:
        x, y = direct(*points[-1], azimuth_deg, way_m)
        points.append((float(x), float(y)))
    track = track_of(points)
    distance_m, depth_m = extremes_along(track, to, 40_000.0, fine_m=200.0)
    finding = one(track, to)

    assert finding.distance_m <= distance_m + 1e-2
    assert finding.depth_m >= depth_m - 1.0
    # and the place that is named is as near, or as deep, as is said
    at = to.border.nearest(finding.lon, finding.lat).distance_m[0]
    assert at == pytest.approx(max(finding.distance_m, finding.depth_m), abs=1e-2)
    backwards = one(track_of(points[::-1]), to)
    assert backwards.distance_m == pytest.approx(finding.distance_m, abs=1e-2)
    assert backwards.inside_m == pytest.approx(finding.inside_m, abs=0.1)


def test_a_single_fix_has_a_distance_and_no_way_inside():
    outside = one(track_of([(3.0, 0.0)], [T0]), SQUARE)
    inside = one(track_of([(0.5, 0.0)], [T0]), SQUARE)

    assert outside.distance_m == pytest.approx(2 * DEGREE_M, abs=1e-3)
    assert (outside.depth_m, outside.inside_s, outside.inside_m) == (0.0, 0.0, 0.0)
    assert inside.distance_m == 0.0
    assert inside.depth_m == pytest.approx(DEGREE_M / 2, abs=1e-3)
    assert inside.time_s == T0
    assert outside.crossings == inside.crossings == ()


def test_an_aircraft_that_stands_still_is_measured():
    finding = one(track_of([(3.0, 0.0)] * 3, [T0, T0 + 10, T0 + 20]), SQUARE)

    assert finding.distance_m == pytest.approx(2 * DEGREE_M, abs=1e-3)


# ------------------------------------------------------------------------------- inside


def test_a_straight_flight_through_a_zone_enters_and_leaves_at_the_right_times():
    finding = one(equator(-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, height_m=np.arange(6) * 1000.0,
                          height_kind="barometric"), SQUARE)  # fmt: skip

    assert finding.distance_m == 0.0
    assert [(c.direction, c.time_s) for c in finding.crossings] == [
        ("enter", pytest.approx(T0 + 200, abs=1e-3)),
        ("exit", pytest.approx(T0 + 400, abs=1e-3)),
    ]
    assert [c.lon for c in finding.crossings] == pytest.approx([0.0, 1.0], abs=1e-7)
    assert finding.inside_s == pytest.approx(200.0, abs=1e-3)
    assert finding.inside_m == pytest.approx(DEGREE_M, abs=1e-2)
    assert finding.depth_m == pytest.approx(DEGREE_M / 2, abs=0.5)
    assert finding.time_s == pytest.approx(T0 + 300, abs=1)
    assert finding.height_m == pytest.approx(3000.0, abs=10)
    assert finding.height_kind == "barometric"


def test_crossings_between_fixes_are_timed_by_the_way_flown():
    finding = one(equator(-0.25, 0.75, 1.75), SQUARE)

    assert [c.time_s for c in finding.crossings] == pytest.approx([T0 + 25, T0 + 125], abs=1e-3)


def test_a_zone_entered_between_two_fixes_outside_is_entered():
    finding = one(equator(-1.0, 2.0), SQUARE)

    assert [c.direction for c in finding.crossings] == ["enter", "exit"]
    assert finding.depth_m == pytest.approx(DEGREE_M / 2, abs=1.0)


def test_the_deepest_point_need_not_be_at_a_fix():
    shape = shapely.Polygon([(0, 0), (10, 0), (10, 4), (3, 7), (0, 5)])
    to = zone_of(shape)
    track = track_of([(-1.0, 1.0), (4.0, 6.2), (11.0, 0.5)])
    depth_m = extremes_along(track, to, 500.0)[1]

    assert one(track, to).depth_m == pytest.approx(depth_m, abs=1.0)
    assert one(track, to).depth_m > to.border.nearest(4.0, 6.2).distance_m[0] + 50_000


def test_a_flight_that_begins_inside_has_no_crossing_for_it():
    finding = one(equator(0.2, 0.6, 1.2), SQUARE)

    assert [c.direction for c in finding.crossings] == ["exit"]
    assert finding.inside_s == pytest.approx(100.0 + 100.0 * 0.4 / 0.6, abs=0.001)


def test_through_a_hole_is_out_and_in_again():
    holed = zone_of(shapely.box(0, -2, 3, 2) - shapely.box(1, -1, 2, 1))
    finding = one(equator(-0.5, 0.5, 1.5, 2.5, 3.5), holed)

    assert [c.direction for c in finding.crossings] == ["enter", "exit", "enter", "exit"]
    assert finding.inside_m == pytest.approx(2 * DEGREE_M, abs=0.1)


def test_the_antimeridian_is_no_border():
    """Fiji's two halves meet at 180°: a flight across it neither leaves nor enters there."""
    halves = shapely.MultiPolygon([shapely.box(178, -1, 180, 1), shapely.box(-180, -1, -178, 1)])
    track = equator(177.0, 178.5, -179.5, -177.0, every_s=300)
    finding = one(track, zone_of(halves))

    assert [c.direction for c in finding.crossings] == ["enter", "exit"]
    assert finding.inside_m == pytest.approx(4 * DEGREE_M, abs=0.1)
    # 1° of latitude here: geographiclib 2.1: Inverse(0, 180, 1, 180)["s12"]
    assert finding.depth_m == pytest.approx(110_574.39, abs=1.0)


def test_a_path_over_the_pole_through_a_zone_that_holds_it():
    cap = zone_of(shapely.box(-180, 80, 180, 90))
    finding = one(track_of([(30.0, 75.0), (-150.0, 75.0)]), cap)

    assert [c.direction for c in finding.crossings] == ["enter", "exit"]
    # geographiclib 2.1: Inverse(90, 0, 80, 0)["s12"]
    assert finding.depth_m == pytest.approx(1_116_825.857, abs=1.0)
    assert finding.lat == pytest.approx(90.0, abs=1e-4)
    assert finding.inside_m == pytest.approx(2 * 1_116_825.857, abs=1.0)


def test_a_fix_on_the_pole_is_measured():
    for lat in (90.0, -90.0):
        finding = one(track_of([(123.0, lat)]), SQUARE)
        assert finding.distance_m == pytest.approx(inverse(0.0, lat, 0.0, lat / 90)[1], abs=1.0)


# ----------------------------------------------------------------------------- touching


@pytest.mark.parametrize(
    "points",
    [
        [(-1.0, 0.0), (0.0, 0.0)],  # ends on the border
        [(0.0, 0.5), (-1.0, 0.5)],  # begins on it
        [(0.0, 0.0)],  # a single fix on it
        [(-1.0, 0.0), (0.0, 0.0), (-1.0, 0.0)],  # and turns back
        [(-1.0, 1.0), (0.0, 1.0), (-1.0, 2.0)],  # at a corner
        [(0.0, 3.0), (0.0, -3.0)],  # along a side, which is a meridian and so a geodesic
    ],
)
def test_to_touch_a_border_is_neither_to_enter_nor_to_stay_away(points):
    finding = one(track_of(points), SQUARE)

    assert (finding.distance_m, finding.depth_m) == (0.0, 0.0)
    assert finding.crossings == ()
    assert finding.inside_m == 0.0


def test_to_fly_along_a_border_and_then_in_is_one_entry():
    finding = one(track_of([(0.0, 3.0), (0.0, 0.0), (0.5, 0.0)], [T0, T0 + 100, T0 + 200]), SQUARE)

    assert [(c.direction, c.time_s) for c in finding.crossings] == [
        ("enter", pytest.approx(T0 + 100, abs=1e-3))
    ]


def test_to_touch_from_within_is_not_to_leave():
    finding = one(track_of([(0.5, 0.0), (0.0, 0.0), (0.5, 0.5)]), SQUARE)

    assert finding.crossings == ()
    assert finding.depth_m == pytest.approx(DEGREE_M / 2, abs=1.0)


def test_a_line_can_be_met_but_not_entered():
    finding = one(equator(-1.0, 1.0), zone_of(shapely.LineString([(0, -1), (0, 1)])))

    assert (finding.distance_m, finding.depth_m, finding.inside_m) == (0.0, 0.0, 0.0)
    assert finding.crossings == ()


# --------------------------------------------------------------------------------- gaps


def test_the_geodesic_over_a_gap_is_never_a_crossing():
    finding = one(equator(-2.0, -1.0, 2.0, 3.0, every_s=321), SQUARE)
    track = track_of([(-2.0, 0.0), (-1.9, 0.0), (2.0, 0.0), (2.1, 0.0)],
                     [T0, T0 + 10, T0 + 2000, T0 + 2010])  # fmt: skip
    holed = one(track, SQUARE)

    for answer in (finding, holed):
        assert answer.crossings == ()
        assert answer.distance_m > 100_000
        assert (answer.depth_m, answer.inside_s, answer.inside_m) == (0.0, 0.0, 0.0)
    assert holed.distance_m == pytest.approx(DEGREE_M, abs=1e-3)
    assert holed.low_m == 0.0
    assert any("gap of 33 min" in words and "entry" in words for words in holed.doubt)


@pytest.mark.parametrize(
    ("lon", "direction"), [((-1.0, -0.9, 0.5, 0.6), "enter"), ((0.5, 0.6, 2.0, 2.1), "exit")]
)
def test_what_a_gap_must_hide_is_told_without_a_time(lon, direction):
    track = track_of([(x, 0.0) for x in lon], [T0, T0 + 10, T0 + 1000, T0 + 1010])
    (hidden,) = one(track, SQUARE).crossings

    assert (hidden.time_s, hidden.lon, hidden.lat) == (None, None, None)
    assert (hidden.after_s, hidden.before_s) == (T0 + 10, T0 + 1000)
    assert hidden.direction == direction
    assert one(track, SQUARE).inside_s == pytest.approx(10.0, abs=1e-6)  # observed time only


def test_a_gap_begins_after_320_seconds():
    at_bound, beyond = equator(-1.0, 2.0, every_s=320.0), equator(-1.0, 2.0, every_s=320.1)

    assert len(one(at_bound, SQUARE).crossings) == 2
    assert one(beyond, SQUARE).crossings == ()


def test_fixes_that_are_always_far_apart_answer_for_themselves():
    finding = one(equator(-3.0, -1.0, 2.0, 4.0, every_s=3600), SQUARE)

    assert finding.distance_m == pytest.approx(DEGREE_M, abs=1e-3)
    assert finding.crossings == ()
    assert any("60 min apart" in words for words in finding.doubt)


# ---------------------------------------------------------------------------- no clock


def test_a_line_without_times_has_places_but_no_times():
    finding = one(track_of([(-1.0, 0.0), (2.0, 0.0)]), SQUARE)

    assert (finding.time_s, finding.inside_s) == (None, None)
    assert finding.inside_m == pytest.approx(DEGREE_M, abs=0.1)
    assert [c.time_s for c in finding.crossings] == [None, None]
    assert [c.lon for c in finding.crossings] == pytest.approx([0.0, 1.0], abs=1e-6)


def test_a_drawn_route_never_counts_as_a_crossing():
    finding = one(track_of([(-1.0, 0.0), (2.0, 0.0)], basis="drawn", half_width_m=60_000.0), SQUARE)

    assert finding.basis == "drawn"
    assert finding.crossings == ()
    assert finding.distance_m == 0.0
    assert finding.high_m == pytest.approx(max(0.0, 60_000.0 - finding.depth_m), abs=1.0)


# ------------------------------------------------------------------- which zones, which order


def test_without_a_zone_the_airspaces_within_100_nm_are_found():
    """A flight off Nome: 120 km from Russia's airspace, within that of the United States."""
    findings = check([track_of([(-168.0, 64.0), (-166.5, 64.2)])])

    assert {f.zone for f in findings} == {"airspace:USA", "airspace:RUS"}
    assert {z.id for z in findings.zones} == {f.zone for f in findings}
    assert max(f.distance_m for f in findings) < 100 * NM
    assert findings.parameters == {"zones": None, "within_m": 100 * NM}


def test_far_from_everything_there_is_nothing_to_say():
    findings = check([track_of([(-125.0, -48.0), (-124.0, -49.0)])])

    assert len(findings) == 0
    assert findings.zones == ()


def test_a_dependency_is_told_in_its_states_row():
    findings = check([track_of([(-66.0, 18.0), (-66.5, 18.5)])])  # Puerto Rico

    assert "airspace:USA" in {f.zone for f in findings}
    assert "airspace:PRI" not in {f.zone for f in findings}


def test_no_airspace_that_is_near_is_overlooked():
    """Every airspace whose bounds are near is measured, and none within 100 NM is missing."""
    dice = np.random.default_rng(3)
    air = [z for z in zones("airspace") if z.part_of is None]
    for lon, lat in [(14.0, 46.0), (179.0, -17.0), (-62.0, 14.0), (25.0, 65.0), (104.0, 2.0)]:
        x, y = direct([lon] * 6, [lat] * 6, dice.uniform(0, 360, 6), dice.uniform(0, 8e5, 6))
        track = track_of(list(zip(x.tolist(), y.tolist(), strict=True)))
        box = shapely.box(x.min() - 8, y.min() - 8, x.max() + 8, y.max() + 8)
        near = [z for z in air if shapely.box(*z.geometry.bounds).intersects(box)][:25]
        told = {z.id for z in nearby_airspaces(track)}
        missed = [z.id for z in near if z.id not in told and distance(x, y, z).min() <= 100 * NM]

        assert missed == []


@pytest.mark.parametrize("code", ["NRU", "NIU", "BMU", "ISL", "FJI"])
def test_an_airspace_just_within_100_nm_of_a_single_fix_is_found(code):
    """99.9 NM off a corner of its belt, in every direction; cells are coarse, but never too few."""
    air = zone(f"airspace:{code}")
    x0, y0, x1, y1 = shapely.get_parts(air.geometry)[0].bounds
    corners = [(x0, y0), (x0, y1), (x1, y0), (x1, y1)]
    near = air.border.nearest(*np.array(corners).T)
    tried = 0
    for lon, lat in zip(near.lon, near.lat, strict=True):
        for azimuth_deg in range(0, 360, 5):
            x, y = (float(v) for v in direct(lon, lat, azimuth_deg, 99.9 * NM))
            if 99.5 * NM < float(distance(x, y, air)) < 100 * NM:
                tried += 1
                assert air.id in {z.id for z in nearby_airspaces(track_of([(x, y)]))}

    assert tried > 3


def test_a_track_that_says_its_zones_is_checked_against_those():
    findings = check([track_of([(-168.0, 64.0)], zones=("sea:bering",))])

    assert [f.zone for f in findings] == ["sea:bering"]


def test_zones_can_be_named_in_every_way():
    track = track_of([(-168.0, 64.0)])
    by_name = check([track], "USA")
    by_list = check([track], ["airspace:USA", zone("territory:USA")])

    assert [f.zone for f in by_name] == ["airspace:USA"]
    assert sorted(f.zone for f in by_list) == ["airspace:USA", "territory:USA"]
    assert by_list.parameters["zones"] == ["airspace:USA", "territory:USA"]


def test_a_zone_that_is_named_twice_is_measured_to_once():
    track = track_of([(140.0, 40.0), (141.0, 40.0)])

    found = check(track, ["JPN", "airspace:JPN", "Japan"])
    assert [f.zone for f in found] == ["airspace:JPN"]
    assert found.parameters["zones"] == ["airspace:JPN"]


def test_two_zones_of_one_name_are_not_taken_for_one():
    one, other = (
        zone_of("POLYGON ((0 0, 1 0, 1 1, 0 0))"),
        zone_of("POLYGON ((5 0, 6 0, 6 1, 5 0))"),
    )

    with pytest.raises(ZoneError, match="Two different zones are called file:test"):
        check([track_of([(0.0, 2.0)])], [one, other])
    assert len(check([track_of([(0.0, 2.0)])], [one, one])) == 1


def test_the_nearest_zone_of_a_flight_comes_first():
    far, near = (zone_of(shapely.box(x, 0, x + 1, 1), name=n) for x, n in ((9, "far"), (3, "near")))
    findings = check([track_of([(0.5, 0.5)])], [far, near, SQUARE])

    assert [f.zone for f in findings][-1] == "file:far"
    assert [f.distance_m for f in findings] == sorted(f.distance_m for f in findings)


# -------------------------------------------------------------------- against many samples

ODD = {
    "rhumb": zone_of(
        shapely.Polygon([(170, 10), (-170, 5), (-165, 20), (178, 35), (165, 25)]), "rhumb"
    ),
    "around the pole": zone_of(
        shapely.Polygon([(-135, 80), (-45, 80), (45, 80), (135, 80)]), "geodesic"
    ),
}


@pytest.mark.parametrize(
    "name",
    ["airspace:FJI", "airspace:KIR", "airspace:NOR", "airspace:RUS", "airspace:USA",
     "territory:ATA", "sea:bering", *ODD],
)  # fmt: skip
def test_entries_exits_and_the_way_inside_are_those_of_four_thousand_samples(name):
    """Tracks that wander about a vertex of the border, with steps of 300 m to 1,000 km."""
    to = ODD.get(name) or zone(name)
    dice = np.random.default_rng(20)
    vertices = shapely.get_coordinates(to.geometry)
    crossed = 0
    for _ in range(12):
        start = vertices[dice.integers(len(vertices))]
        lon, lat = direct(*start, dice.uniform(0, 360), 10 ** dice.uniform(2, 5.7))
        points, course = [(float(lon), float(lat))], dice.uniform(0, 360)
        step_m = 10 ** dice.uniform(2.5, 6)
        for _ in range(dice.integers(1, 12)):
            course += dice.normal(0, 60)
            x, y = direct(*points[-1], course, step_m * dice.uniform(0, 2))
            points.append((float(x), float(y)))
        track = track_of(points)
        finding = one(track, to)
        apart_m = max(float(track.leg_m.sum()) / 4_000, 1.0)
        x, y = points_along(track, apart_m)
        inside = to.border.inside(x, y)
        changes = int(np.count_nonzero(inside[1:] != inside[:-1]))
        way_m = length_m(x, y) * (inside[1:].astype(float) + inside[:-1]) / 2
        directions = [c.direction for c in finding.crossings]

        assert len(directions) >= changes  # samples may miss a short visit, and no more
        assert (len(directions) - changes) % 2 == 0
        assert all(a != b for a, b in itertools.pairwise(directions))
        assert finding.inside_m == pytest.approx(way_m.sum(), abs=apart_m * (len(directions) + 2))
        crossed += len(directions)

    assert crossed > 0
