"""The engine against Karney by brute force: tests/authorities/brute_force.py made the truth."""

import csv
import dataclasses
import functools
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo import engine, zone
from geo.borders import Border
from geo.cache import laid_out
from geo.catalogue import Zone
from geo.earth import direct, geodesic_between, length_m
from geo.engine import least as least_of_path
from geo.extremes import least
from geo.stretches import stretches
from geo.survey import survey

TRUTH = Path(__file__).parent / "authorities" / "engine_fixes.csv"
BOXES = {
    "box:rhumb": ("rhumb", [(160, 50), (175, 44), (190, 52), (186, 60), (165, 58)]),
    "box:pole": ("geodesic", [(0, 80), (72, 82), (144, 79), (-144, 81), (-72, 78)]),
}


@functools.cache
def border_of(name):
    if name.startswith("geodesic:"):
        return laid_out(dataclasses.replace(zone(name.removeprefix("geodesic:")), edges="geodesic"))
    if name not in BOXES:
        return zone(name).border
    kind, corners = BOXES[name]
    return laid_out(
        Zone(
            name,
            "file",
            name,
            kind,
            "here",
            "none",
            None,
            None,
            f"test/{corners}",
            lambda: shapely.Polygon(corners),
        )
    )


@functools.cache
def truth():
    rows = defaultdict(list)
    with TRUTH.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            rows[row["zone"]].append(row)
    return rows


def test_the_truth_holds_two_thousand_fixes_around_nine_zones():
    assert len(truth()) == 9
    assert sum(map(len, truth().values())) >= 2_000


@pytest.mark.parametrize("large", [False, True], ids=["numpy", "compiled"])
@pytest.mark.parametrize("name", sorted(truth()))
def test_distances_are_karneys(name, large):
    rows = truth()[name]
    lon, lat, exact_m = (np.array([float(r[k]) for r in rows]) for k in ("lon", "lat", "border_m"))

    found = engine.nearest(border_of(name), lon, lat, large=large)

    off_m = np.abs(found.distance_m - exact_m)
    near = exact_m < 1e6
    # the file has tenths of a millimetre, and an arc may run 0.2 mm beside its edge
    assert off_m[near].max() <= 1e-3
    assert off_m[~near].max(initial=0) <= 1e-2


@pytest.mark.parametrize("large", [False, True], ids=["numpy", "compiled"])
@pytest.mark.parametrize("name", sorted(n for n in truth() if n not in BOXES))
def test_inside_is_what_a_plane_polygon_says(name, large):
    rows = [r for r in truth()[name] if abs(float(r["lon"])) < 180 and abs(float(r["lat"])) < 90]
    lon, lat = (np.array([float(r[k]) for r in rows]) for k in ("lon", "lat"))
    said = np.array([r["inside"] == "1" for r in rows])

    found = engine.inside(border_of(name), lon, lat, large=large)

    assert (found == said).all()


def test_the_box_around_the_pole_holds_the_pole():
    border = border_of("box:pole")
    lon, lat = np.array([0.0, 77.0, 0.0, 36.0]), np.array([90.0, 89.0, 70.0, 75.0])

    for large in (False, True):
        assert engine.inside(border, lon, lat, large=large).tolist() == [True, True, False, False]


def random_tracks(count):
    """Return paths: sparse, dense, across 180°, over poles, long, short, along borders."""
    rng = np.random.default_rng(97)
    names = sorted(truth())
    for k in range(count):
        kind = k // len(names) % 7
        name = names[k % len(names)]
        # over a pole and across 180° by those that are near there: the rest is all beyond 2,000 km,
        # where both searches ask Karney in the same way
        if kind == 2:
            name = ("airspace:RUS", "airspace:NOR", "box:pole")[k % 3]
        if kind == 6:
            name = ("airspace:RUS", "airspace:USA", "airspace:FJI", "box:rhumb")[k % 4]
        border = border_of(name)
        i = int(rng.integers(0, len(border)))
        from geo.earth import lonlat

        end = lonlat(border.start[i : i + 1])
        azimuth, back = rng.uniform(0, 360, 2)
        if kind == 0:  # dense, somewhere near
            x, y = direct(*end, azimuth, rng.uniform(0, 1.2e6))
            along = np.arange(300) * 250.0
            lon, lat = direct(np.full(300, x), np.full(300, y), np.full(300, back), along)
        elif kind == 1:  # sparse
            x, y = direct(*end, azimuth, rng.uniform(0, 1e6))
            n = int(rng.integers(3, 40))
            lon, lat = direct(np.full(n, x), np.full(n, y), np.full(n, back), np.arange(n) * 22e3)
        elif kind == 2:  # one leg over a pole
            lat = rng.uniform(70, 88, 2)
            lon = np.array([azimuth - 180, azimuth if azimuth < 180 else azimuth - 360.0])
        elif kind == 3:  # one leg of up to 8,000 km
            x, y = direct(*end, azimuth, rng.uniform(0, 8e5))
            x2, y2 = direct(x, y, back, rng.uniform(1e6, 3e6 if k % 4 else 8e6))
            lon, lat = np.concatenate([x, x2]), np.concatenate([y, y2])
        elif kind == 4:  # along a piece of border, ending on it
            piece = border.start[i : i + 6]
            lon, lat = lonlat(piece)
        elif kind == 5:  # of zero length
            x, y = direct(*end, azimuth, rng.uniform(0, 1e6))
            lon, lat = np.repeat(x, 2), np.repeat(y, 2)
        else:  # across 180°
            south = name == "airspace:FJI"
            lat = rng.uniform(*((-25, -10) if south else (50, 72)), 2)
            lon = np.array([rng.uniform(165, 180), rng.uniform(-180, -165)])
        yield name, np.ascontiguousarray(lon), np.ascontiguousarray(lat)


def near_m(border, lon, lat):
    """Return the distances that the compiled search knows, infinite beyond 2,000 km."""
    return engine._search(engine.packed((border,)), lon, lat)[0]


def test_nothing_of_three_hundred_paths_is_nearer_than_the_least():
    """
    Each path is tried at every kilometre, then ever finer around the nearest place: by the
    distances of fixes that the tests above hold against Karney.
    """
    tried = 0
    for name, lon, lat in random_tracks(360):
        border = border_of(name)
        pieces = np.maximum(np.ceil(length_m(lon, lat) / 1_000.0), 1).astype(int)
        step = np.repeat(np.arange(len(pieces)), pieces)
        u = (np.arange(len(step)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[step]
        step, u = np.append(step, step[-1]), np.append(u, 1.0)

        def at(step, u, lon=lon, lat=lat, border=border):
            x, y = geodesic_between(lon[step], lat[step], lon[step + 1], lat[step + 1], u)
            return near_m(border, x, y)

        coarse = at(step, u)
        if not coarse.min() < 1.9e6:
            continue  # Karney's work in both searches: see the fixes
        tried += 1
        # all places that could lead to the least: a kilometre of way either side
        best_m = coarse.min()
        for k in np.argsort(coarse)[:5]:
            width, middle = 1.0 / pieces[step[k]], u[k]
            for _ in range(4):
                v = np.clip(middle + width * np.linspace(-1, 1, 101), 0, 1)
                fine = at(np.full(101, step[k]), v)
                best_m, middle = min(best_m, fine.min()), v[fine.argmin()]
                width /= 25

        found = least_of_path([border], lon, lat)

        allowed = 1e-3 if best_m < 1e6 else 1e-2
        assert found.distance_m <= best_m + allowed, (name, lon, lat)
        # and it is a distance of the path, at the place that it names
        after = min(found.leg + 1, len(lon) - 1)
        there = geodesic_between(
            lon[found.leg], lat[found.leg], lon[after], lat[after], found.fraction
        )
        place = near_m(border, *(np.atleast_1d(v) for v in there))[0]
        assert found.distance_m == pytest.approx(place, abs=allowed)
    assert tried >= 300


PATHS = Path(__file__).parent / "authorities" / "engine_paths.csv"


@functools.cache
def true_paths():
    with PATHS.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_the_true_paths_are_three_hundred_of_every_kind_around_every_zone():
    rows = true_paths()

    assert len(rows) >= 300
    assert {row["kind"] for row in rows} == {
        "dense", "sparse", "pole", "long", "along", "ending", "point", "seam", "far"
    }  # fmt: skip
    assert {row["zone"] for row in rows} == {
        *truth(), "geodesic:airspace:JPN", "geodesic:airspace:NOR"
    }  # fmt: skip


@pytest.mark.parametrize("number", range(330))
def test_the_least_distance_of_a_path_is_karneys(number):
    """tests/authorities/paths.py tried each path by Karney's geodesics alone."""
    row = true_paths()[number]
    lon, lat = np.array([p.split("/") for p in row["path"].split()], dtype=float).T
    lon, lat = np.ascontiguousarray(lon), np.ascontiguousarray(lat)
    border = border_of(row["zone"])
    exact_m = float(row["border_m"])
    # the file has tenths of a millimetre, an arc may run 0.2 mm beside its edge, and the search
    # stops 0.2 mm above the least
    allowed = 1e-3 if exact_m < 1e6 else 1e-2

    found = least_of_path([border], lon, lat)

    assert found.distance_m == pytest.approx(exact_m, abs=allowed)
    x = geodesic_between(
        lon[found.leg], lat[found.leg], lon[min(found.leg + 1, len(lon) - 1)],
        lat[min(found.leg + 1, len(lon) - 1)], found.fraction,
    )  # fmt: skip
    for large in (False, True):
        there = engine.nearest(border, *(np.atleast_1d(v) for v in x), large=large)
        assert there.distance_m[0] == pytest.approx(found.distance_m, abs=1e-2)
    if number % 4:
        return
    # numpy's way, as findings have it for small work: slower, so of every fourth
    steps = length_m(lon, lat)
    observed = np.ones(len(steps), dtype=bool)
    line = Border(border.start, border.chord, border.bulge, border.levels, None, border.size)
    look = survey(lon, lat, steps, line, observed)
    place = least(look, observed)
    crossed = (stretches(survey(lon, lat, steps, border, observed), observed).side == 1).any()
    if not crossed:  # least() is for paths that are never inside
        assert place.distance_m == pytest.approx(exact_m, abs=allowed)
