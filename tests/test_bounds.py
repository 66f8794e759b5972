"""Every bound that prunes, tried at random: docs/bounds.md lists them with their proofs."""

import functools

import numpy as np
import pytest
import shapely

from geo import engine, zone
from geo.arcs import edges_of, lay_out
from geo.borders import Border, _arc_boxes, _greatest_chord_as_near_m, _settling_m
from geo.earth import A, B, chord_length_m, direct, ecef, inverse, length_m, lonlat
from geo.meeting import _Pieces
from geo.sky import Sky
from geo.survey import Survey
from geo.track import Track

ZONES = ("airspace:NOR", "airspace:FJI", "treaty:antarctica")


def random_places(rng, n):
    return rng.uniform(-180, 180, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))


def near_border(name, rng, n, least_m=1.0, most_m=1.9e6):
    """Return places at all distances from a zone's border."""
    border = zone(name).border
    lon, lat = lonlat(border.start[rng.integers(0, len(border), n)])
    away_m = 10 ** rng.uniform(np.log10(least_m), np.log10(most_m), n)
    return direct(lon, lat, rng.uniform(0, 360, n), away_m)


@functools.cache
def runs_and_places(name):
    """Return a zone's runs, and nine places of each of their arcs, shape (9, n, 3, 8)."""
    runs = engine.packed((zone(name).border,))
    t = np.linspace(0, 1, 9)[:, None, None, None]
    arcs = runs.arcs
    return runs, arcs[:, 0:3] + t * arcs[:, 3:6] + 4 * t * (1 - t) * arcs[:, 6:9]


# ---------------------------------------------------------------- chords and geodesics


def pairs(rng, n):
    """Return pairs of places at all distances, many of them nearly antipodal."""
    lon, lat = random_places(rng, n)
    x, y = direct(lon, lat, rng.uniform(0, 360, n), 10 ** rng.uniform(0, np.log10(2e7), n))
    k = n // 10
    x[:k], y[:k] = (lon[:k] + 180 + rng.normal(0, 0.5, k) + 180) % 360 - 180, -lat[:k]
    return lon, lat, x, y


def test_no_way_is_longer_than_its_chord_allows():
    ground = engine.kernels("ground")
    ground_along_m = np.vectorize(ground.along_m.py_func)
    places = pairs(np.random.default_rng(3), 20_000)
    chord_m = chord_length_m(ecef(*places[:2]), ecef(*places[2:]))
    way_m = inverse(*places)[1]

    near = chord_m < 2e6
    assert (way_m[near] <= ground_along_m(chord_m[near]) + 1e-6).all()
    longest_way_m = np.vectorize(ground.longest_way_m.py_func)
    assert (way_m[~near] <= longest_way_m(chord_m[~near])).all()
    half_meridian_m = np.pi * (A + B) / 2  # rounded up
    assert longest_way_m(2 * B * B / A) > half_meridian_m


def test_a_way_is_at_most_so_much_of_its_chord_where_sides_are_carried_along():
    fixes = engine.kernels("fixes")
    places = pairs(np.random.default_rng(4), 20_000)
    chord_m = chord_length_m(ecef(*places[:2]), ecef(*places[2:]))
    way_m = inverse(*places)[1]

    short = chord_m < fixes.WAY_TO_M
    assert (way_m[short] <= fixes.WAY * chord_m[short] + 1e-6).all()


def test_what_is_as_near_along_the_ellipsoid_has_a_chord_within_reach():
    """Two places at the same geodesic distance from a third, in any two directions."""
    reach = np.vectorize(engine.kernels("ground").reach.py_func)
    rng = np.random.default_rng(5)
    n = 20_000
    lon, lat = random_places(rng, n)
    away_m = 10 ** rng.uniform(0, np.log10(1.98e6), n)
    chords_m = []
    for azimuth in (rng.uniform(0, 360, n), rng.uniform(0, 360, n)):
        chords_m.append(chord_length_m(ecef(lon, lat), ecef(*direct(lon, lat, azimuth, away_m))))
    one_m, other_m = chords_m

    assert (other_m <= reach(one_m)).all()
    assert (other_m <= _greatest_chord_as_near_m(one_m)).all()


# ------------------------------------------------------------------- arcs, runs, boxes


@pytest.mark.parametrize("name", ZONES)
def test_nothing_of_an_arc_a_run_or_a_box_is_nearer_or_farther_than_is_said(name):
    tree = engine.kernels("tree")
    runs, places = runs_and_places(name)
    rng = np.random.default_rng(6)
    lon, lat = near_border(name, rng, 300)
    points = ecef(lon, lat)
    low = np.empty(8)
    for p in points:
        i = int(rng.integers(0, len(runs.arcs)))
        away_m = np.sqrt(((places[:, i] - p[:, None]) ** 2).sum(axis=1))  # (9, 8)
        for k in range(8):
            ox, oy, oz = runs.arcs[i, :3, k] - p
            d = runs.arcs[i, 3:6, k]
            t = np.clip(-(ox * d[0] + oy * d[1] + oz * d[2]) * runs.arcs[i, 9, k], 0, 1)
            low[k] = np.linalg.norm([ox, oy, oz] + t * d) - runs.arcs[i, 10, k]
        assert (low <= away_m.min(axis=0) + 1e-6).all()
        told = np.empty(8)
        assert _arc_bounds()(*p, runs.arcs, i, told) == told.min()
        assert told == pytest.approx(low, abs=1e-6)
        hull = tree.hull_m.py_func(*p, runs.hull, i)
        assert hull <= away_m.min() + 1e-6
        assert tree.hull_far_m.py_func(*p, runs.hull, i) >= away_m.max() - 1e-6
        leaves = np.flatnonzero(runs.child[:, 2] == 1)
        first = runs.child[leaves, 0]
        box = leaves[(first <= i) & (i < first + runs.child[leaves, 1])][0]
        assert np.sqrt(tree.box2.py_func(*p, runs.box, box)) <= away_m.min() + 1e-6
        assert tree.box_far_m.py_func(*p, runs.box, box) >= away_m.max() - 1e-6


@functools.cache
def _arc_bounds():
    """Return `arc_bounds` as Python can call it."""
    import numba

    arc_bounds = engine.kernels("feet").arc_bounds
    return numba.njit(lambda x, y, z, arcs, i, out: arc_bounds(x, y, z, arcs, i, out))


@pytest.mark.parametrize("name", ZONES)
def test_the_boxes_of_the_numpy_search_hold_their_arcs(name):
    border = zone(name).border
    arcs = np.arange(len(border))
    box = _arc_boxes(border.start[arcs], border.chord[arcs], border.bulge[arcs])

    for t in np.linspace(0, 1, 9):
        place = border.at(arcs, np.full(len(arcs), t))
        assert (box[:, :3] - 1e-6 <= place).all()
        assert (place <= box[:, 3:] + 1e-6).all()


# ------------------------------------------------------------- what one search leaves


@pytest.mark.parametrize("step_m", [30.0, 230.0, 2_000.0])
@pytest.mark.parametrize("name", ["airspace:NOR", "airspace:RUS", "airspace:JPN", "airspace:KIR"])
def test_every_fix_of_a_flight_has_the_distance_that_a_search_of_its_own_finds(name, step_m):
    border = zone(name).border
    rng = np.random.default_rng(7)
    lon, lat = near_border(name, rng, 6, 100.0, 1.5e6)
    for x, y in zip(lon, lat, strict=True):
        n = 250
        turn = rng.uniform(0, 360) + np.cumsum(rng.normal(0, 2, n))
        along = np.cumsum(np.full(n, step_m))
        a, b = direct(np.full(n, x), np.full(n, y), turn, along)

        together = engine.nearest(border, a, b, large=True)
        alone = border.nearest(a, b)

        allowed = np.where(alone.distance_m < 1e6, 1e-3, 1e-2)
        assert (np.abs(together.distance_m - alone.distance_m) <= allowed).all()


@pytest.mark.parametrize("away_m", [300_000.0, 900_000.0, 1_400_000.0])
def test_of_two_places_the_nearer_along_the_ellipsoid_counts_not_the_nearer_through_it(away_m):
    """
    One line ends as far to the north as another begins to the east: the chords differ by metres,
    because the ellipsoid is bent more one way than the other. Fixes move from one to the other, a
    hand's breadth at a time; an end of a line is a place like any other.
    """
    here = (10.0, 40.0)
    places = [direct(*here, azimuth, away_m) for azimuth in (0.0, 90.0)]
    beyond = [direct(*here, azimuth, away_m + 4_000.0) for azimuth in (0.0, 90.0)]
    # one ends at its place, the other begins there
    lines = [[beyond[0], places[0]], [places[1], beyond[1]]]
    edges = edges_of(shapely.MultiLineString(lines), "geodesic")
    border = Border.of(lay_out(edges, "geodesic"), closed=False)
    n = 600
    along = np.linspace(-30, 30, n)
    lon, lat = direct(np.full(n, 10.0), np.full(n, 40.0), np.full(n, 135.0), along)

    found = engine.nearest(border, lon, lat, large=True).distance_m

    exact_m = np.minimum(*(inverse(lon, lat, np.full(n, x), np.full(n, y))[1] for x, y in places))
    assert np.abs(found - exact_m).max() <= (1e-3 if away_m < 1e6 else 1e-2)
    assert np.abs(border.nearest(lon, lat).distance_m - exact_m).max() <= 1e-2


def test_a_flight_that_comes_from_far_away_is_found_as_soon_as_it_is_near():
    border = zone("airspace:JPN").border
    n = 300
    lon, lat = direct(np.full(n, 135.0), np.full(n, 35.0), np.full(n, 310.0),
                      np.linspace(3.6e6, 1.6e6, n))  # fmt: skip

    together = engine.nearest(border, lon, lat, large=True).distance_m
    searched = engine._search(engine.packed((border,)), lon, lat)[0]

    some = np.arange(0, n, 7)
    alone = border.nearest(lon[some], lat[some]).distance_m
    assert together[some] == pytest.approx(alone, abs=1e-2)
    assert np.isfinite(searched[together < 1.98e6]).all()
    assert (together > 2.3e6).any()
    assert not np.isfinite(searched[together > 2.01e6]).any()


def test_a_fix_said_to_be_on_the_side_of_the_one_before_is():
    border = zone("airspace:NOR").border
    rng = np.random.default_rng(8)
    lon, lat = near_border("airspace:NOR", rng, 40, 10.0, 20_000.0)
    for x, y in zip(lon, lat, strict=True):
        n = 100
        step = np.cumsum(10 ** rng.uniform(1, 3.7, n))
        a, b = direct(np.full(n, x), np.full(n, y), np.full(n, rng.uniform(0, 360)), step)
        same = engine._search(engine.packed((border,)), a, b)[3]
        side = border.inside(a, b)

        assert (side[1:] == side[:-1])[same[1:]].all()


# ------------------------------------------------------------------------- whole paths


def winding_path(name, rng, n, step_m):
    """Return a path of n fixes that winds about, some hundred km from a border at most."""
    x, y = (v[0] for v in near_border(name, rng, 1, 1e3, 3e5))
    azimuth = rng.uniform(0, 360) + np.cumsum(rng.normal(0, 3, n))
    lon, lat = np.empty(n), np.empty(n)
    lon[0], lat[0] = x, y
    for i in range(1, n):
        lon[i], lat[i] = direct(lon[i - 1], lat[i - 1], azimuth[i], step_m)
    return lon, lat


@pytest.mark.parametrize("number", range(12))
def test_no_block_of_a_path_comes_nearer_than_its_ball_allows(number):
    name = ZONES[number % 3]
    border = zone(name).border
    lon, lat = winding_path(name, np.random.default_rng([10, number]), 1_500, 400.0)
    distance_m = engine.nearest(border, lon, lat, large=True).distance_m
    blocks, radius_m, centre = engine._balls(lon, lat)
    runs = engine.packed((border,))
    low_m = np.empty(len(blocks))

    high_m = engine.kernels("paths").sift(
        centre, radius_m, np.inf, runs.arcs, runs.hull, runs.box, runs.child, low_m
    )

    assert distance_m.min() <= high_m
    points = ecef(lon, lat)
    for k, first in enumerate(blocks.tolist()):
        mine = slice(first, first + engine.BLOCK + 1)
        away_m = chord_length_m(points[mine], centre[k])
        assert (away_m <= radius_m[k]).all()
        least_m = distance_m[mine].min()
        assert min(low_m[k], high_m) <= least_m + 1e-3
        # the compiled part has balls of its own
        middle = np.empty(3)
        assert _ball()(lon[mine], lat[mine], middle) == pytest.approx(radius_m[k], abs=1e-2)
        assert middle == pytest.approx(centre[k], abs=1e-2)


@functools.cache
def _ball():
    """Return `ball_around` as Python can call it."""
    import numba

    ball_around = engine.kernels("paths").ball_around
    return numba.njit(lambda lon, lat, centre: ball_around(lon, lat, centre))


@pytest.mark.parametrize("number", range(12))
def test_the_least_of_a_long_path_is_no_more_than_that_of_any_of_its_fixes(number):
    name = ZONES[number % 3]
    border = zone(name).border
    lon, lat = winding_path(name, np.random.default_rng([11, number]), 3_000, 300.0)

    found = engine.least([border], lon, lat)

    distance_m = engine.nearest(border, lon, lat, large=True).distance_m
    assert found.distance_m <= distance_m.min() + 1e-3
    legs = engine.kernels("paths")
    runs = engine.packed((border,))
    low_m, long = np.empty(len(lon) - 1), np.empty(len(lon) - 1, dtype=bool)
    legs.sift_legs(
        lon, lat, np.inf, engine.LEG_M, runs.arcs, runs.hull, runs.box, runs.child, low_m, long
    )
    known = np.isfinite(low_m)
    ends_m = np.minimum(distance_m[:-1], distance_m[1:])
    assert (low_m[known] <= ends_m[known]).all()
    assert (ends_m[~known] >= found.distance_m).all()


def test_what_some_fixes_say_of_the_others_holds():
    border = zone("airspace:NOR").border
    for number in range(6):
        lon, lat = winding_path("airspace:NOR", np.random.default_rng([12, number]), 300, 900.0)
        look = Survey(lon, lat, length_m(lon, lat), border)
        look.measure(np.arange(0, 300, 37))
        distance_m = border.nearest(lon, lat).distance_m

        assert (look.low_m <= distance_m + 1e-2).all()
        assert (distance_m <= look.high_m + 1e-2).all()


@pytest.mark.parametrize("number", range(40))
def test_two_aircraft_are_nowhere_nearer_in_a_piece_of_time_than_is_said(number):
    rng = np.random.default_rng([13, number])
    tracks = []
    for name in "ab":
        # through a place some kilometres from where the other passes, at about the same time
        x, y = direct(10.0, 60.0, rng.uniform(0, 360), rng.uniform(2e3, 9e3))
        azimuth = np.full(2, rng.uniform(0, 360))
        lon, lat = direct(np.full(2, x), np.full(2, y), azimuth, np.array([-15_000.0, 15_000.0]))
        tracks.append(Track(name, lon, lat, np.array([0.0, 120.0])))
    sky = Sky.of(tracks)
    cuts = np.linspace(0.0, 120.0, 12)  # they are nearest amid a piece
    n = len(cuts) - 1
    a, b = np.zeros(n, dtype=int), np.full(n, 2)
    speed = sky.speed_mps(a) + sky.speed_mps(b)
    apart = sky.apart_m(np.zeros(n + 1, dtype=int), np.full(n + 1, 2), cuts)
    pieces = _Pieces(np.ones(n, dtype=int), a, b, cuts[:-1], cuts[1:], apart[:-1], apart[1:], speed)

    for share in np.linspace(0, 1, 21):
        there_m = sky.apart_m(a, b, cuts[:-1] + share * np.diff(cuts))
        assert (pieces.low_m <= there_m + 1e-6).all()


# ------------------------------------------------------------------------------ settling


def test_a_geodesic_leans_from_the_chord_by_less_than_is_allowed_for():
    """
    Where a chord stands square on a geodesic of 5 km, its foot may be nearer along the ellipsoid
    elsewhere: by no more than the search looks for.
    """
    rng = np.random.default_rng(9)
    n = 3_000
    lon, lat = random_places(rng, n)
    away_m = 10 ** rng.uniform(4, np.log10(1.9e7), n)
    to = rng.uniform(0, 360, n)
    x, y = direct(lon, lat, to, away_m)
    # a geodesic of 5 km through the far place, roughly square to the way there
    back = inverse(x, y, lon, lat)[0] + 90 + rng.normal(0, 0.01, n)
    t = np.linspace(-1, 1, 81)[:, None]
    a, b = direct(x[None], y[None], back[None], 2_500.0 * t)
    chord_m = chord_length_m(ecef(lon, lat)[None], ecef(a, b))
    way_m = inverse(np.broadcast_to(lon, a.shape), np.broadcast_to(lat, a.shape), a, b)[1]
    foot = chord_m.argmin(axis=0)

    lost_m = way_m[foot, np.arange(n)] - way_m.min(axis=0)
    assert (lost_m <= _settling_m(way_m.min(axis=0))).all()
