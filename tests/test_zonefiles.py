"""Zones from files in every coordinate system, round the poles and across 180°.

Truth is worked out by PROJ alone: points every 100 m along an edge of the file's own plane, brought
to degrees one by one, and geodesics to each of them.
"""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pyproj
import pytest
import shapely
from makers import GEOD, track_of

from geo import check, read_zones
from geo.errors import ZoneError

STEP = 100.0  # metres between the points of a true border
RING = [(-170, 80), (-80, 85), (20, 75), (110, 85), (170, 80)]  # round the pole


def in_plane(path: Path, shape: shapely.Geometry, crs: str) -> Path:
    geopandas.GeoDataFrame({"name": ["A"]}, geometry=[shape], crs=crs).to_file(path)
    return path


def geojson(path: Path, *geometries: dict[str, object], names: tuple[str, ...] = ()) -> Path:
    """Write features as they are: shapely would turn and close rings."""
    features = [
        {"type": "Feature", "properties": {"name": n} if n else {}, "geometry": g}
        for g, n in zip(geometries, names or ("",) * len(geometries), strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def polygon(*rings: list[tuple[float, float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]] for ring in rings]}


@pytest.mark.parametrize(
    ("crs", "shape", "middle", "spread_deg"),
    [
        ("EPSG:32631", shapely.box(300_000, 5_500_000, 700_000, 5_700_000), (3, 50.5), (4, 2)),
        ("EPSG:32601", shapely.box(200_000, 5_430_000, 800_000, 5_650_000), (-177, 50), (6, 2)),
        ("EPSG:3413", shapely.box(-900_000, -300_000, 900_000, 300_000), (0, 86), (180, 3)),
        ("EPSG:3031", shapely.box(-400_000, 0, 400_000, 700_000), (0, -86), (180, 3)),
        (
            "EPSG:3413",
            shapely.Polygon([(0, 0), (500_000, -500_000), (600_000, 200_000)]),  # a sector
            (0, 86),
            (180, 3),
        ),
        (
            "EPSG:3413",
            shapely.Point(0, 0).buffer(400_000) - shapely.Point(0, 0).buffer(150_000),
            (0, 86),
            (180, 3),
        ),
        (
            "EPSG:3857",
            shapely.Polygon([(-2e5, 6e6), (5e5, 6.6e6), (6e5, 6.1e6)]),
            (3, 48.5),
            (3, 2),
        ),
    ],
    ids=["utm", "utm across 180", "over the pole", "on the south pole", "sector", "belt", "web"],
)
def test_an_edge_is_straight_in_the_plane_of_its_file(
    tmp_path: Path, crs, shape, middle, spread_deg
):
    """A side of 400 km of a UTM box runs up to 4 km off the line between its corners in degrees."""
    (zone,) = read_zones(in_plane(tmp_path / "z.gpkg", shape, crs))
    rng = np.random.default_rng(5)
    lon = (middle[0] + spread_deg[0] * rng.uniform(-1, 1, 40) + 180) % 360 - 180
    lat = middle[1] + spread_deg[1] * rng.uniform(-1, 1, 40)

    there = pyproj.Transformer.from_crs("OGC:CRS84", crs, always_xy=True).transform
    back = pyproj.Transformer.from_crs(crs, "OGC:CRS84", always_xy=True).transform
    true_m = np.full(len(lon), np.inf)
    for ring in shapely.get_rings(shape):
        x, y = back(*shapely.get_coordinates(shapely.segmentize(ring, STEP)).T)
        for i in range(len(lon)):
            far = GEOD.inv(np.full(len(x), lon[i]), np.full(len(x), lat[i]), x, y)[2]
            true_m[i] = min(true_m[i], far.min())
    beside_m = (STEP / 2) ** 2 / 2 / true_m + 0.15  # what points every 100 m may be farther

    found_m = zone.border.nearest(lon, lat).distance_m
    assert (found_m < true_m + 0.15).all()
    assert (found_m > true_m - beside_m).all()
    inside = shapely.contains_xy(shape, *there(lon, lat))
    assert 0 < inside.sum() < len(lon)
    assert np.array_equal(zone.border.inside(lon, lat), inside)
    assert zone.geometry.is_valid
    west, _, east, _ = zone.geometry.bounds
    assert west >= -180
    assert east <= 180


def test_geodesic_edges_of_a_plane_run_from_vertex_to_vertex(tmp_path: Path):
    path = in_plane(
        tmp_path / "z.gpkg", shapely.box(300_000, 5_500_000, 700_000, 5_700_000), "EPSG:32631"
    )
    (zone,) = read_zones(path, edges="geodesic")

    assert len(shapely.get_coordinates(zone.geometry)) == 5


@pytest.mark.parametrize("edges", ["planar", "geodesic", "rhumb"])
@pytest.mark.parametrize("north", [True, False])
@pytest.mark.parametrize("flip", [True, False])
def test_a_ring_round_a_pole_holds_the_pole(tmp_path: Path, edges, north, flip):
    """It used to hold all the rest of the Earth."""
    ring = [(x, y if north else -y) for x, y in RING]
    (zone,) = read_zones(
        geojson(tmp_path / "z.geojson", polygon(ring[::-1] if flip else ring)), edges=edges
    )
    inside = zone.border.inside([0.0, 50.0, 180.0, 50.0, 180.0], [90.0, 88.0, 86.0, 60.0, 70.0])
    other = zone.border.inside([0.0, 50.0, 180.0, 50.0, 180.0], [-90.0, -88.0, -86.0, -60.0, -70.0])

    assert (inside if north else other).tolist() == [True, True, True, False, False]
    assert not (other if north else inside).any()


@pytest.mark.parametrize("edges", ["planar", "geodesic", "rhumb"])
def test_a_parallel_round_a_pole_is_a_border(tmp_path: Path, edges):
    """On a sheet of paper such a ring encloses nothing; then every distance was infinite."""
    for name, lons in {"ends": (-180, -90, 0, 90, 180), "between": (-170, -90, 0, 90, 170)}.items():
        ring = [(x, 85.0) for x in lons]
        (zone,) = read_zones(geojson(tmp_path / f"{name}.geojson", polygon(ring)), edges=edges)

        assert zone.border.inside([10.0, 10.0], [89.0, 80.0]).tolist() == [True, False]
        assert zone.border.nearest(90.0, 84.0).distance_m[0] == pytest.approx(111_667, abs=50)


def test_a_belt_round_the_earth_is_no_cut(tmp_path: Path):
    for name, west in {"own": -180, "other": 0}.items():
        belt = [(west, 49), (west + 360, 49), (west + 360, 51), (west, 51)]
        (zone,) = read_zones(geojson(tmp_path / f"{name}.geojson", polygon(belt)))

        assert zone.border.inside([0, 100, 180, -1, 10], [50, 50, 50, 50, 52]).tolist() == [
            True, True, True, True, False
        ]  # fmt: skip
        near = zone.border.nearest([0.0, 180.0], [50.0, 50.0]).distance_m
        assert near == pytest.approx(GEOD.inv(0, 50, 0, 49)[2], abs=0.01)


@pytest.mark.parametrize("edges", ["geodesic", "rhumb"])
def test_the_way_of_an_edge_right_round_the_earth_is_not_guessed(tmp_path: Path, edges):
    """A cap came out empty, or without its inside."""
    cap, line = tmp_path / "cap.geojson", tmp_path / "line.geojson"
    for west in (-180, 0):
        corners = [(west, 60), (west + 360, 60), (west + 360, 80), (west, 80)]
        for shape in (polygon(corners), {"type": "LineString", "coordinates": corners[:2]}):
            with pytest.raises(ZoneError, match=r"'1' .*right round .* leave --edges planar"):
                read_zones(geojson(tmp_path / "z.geojson", shape), edges=edges)
            read_zones(tmp_path / "z.geojson")

    lons = list(range(-180, 181, 30))
    geojson(cap, polygon([*((x, 60) for x in lons), (180, 90), (-180, 90)]))  # a pole is a point
    geojson(line, {"type": "LineString", "coordinates": [(x, 60) for x in lons]})
    (whole,) = read_zones(cap, edges=edges)
    (round_,) = read_zones(line, edges=edges)
    assert whole.border.inside([10.0, 100.0], [70.0, 55.0]).tolist() == [True, False]
    assert round_.border.nearest(90.0, 59.0).distance_m == pytest.approx(111_400, abs=50)


def test_a_ring_across_180_may_have_holes(tmp_path: Path):
    outer = [(178, 49), (-178, 49), (-178, 51), (178, 51)]
    hole = [(179.5, 49.5), (179.5, 50.5), (-179.5, 50.5), (-179.5, 49.5)]
    for edges in ("planar", "geodesic"):
        (zone,) = read_zones(geojson(tmp_path / "z.geojson", polygon(outer, hole)), edges=edges)
        inside = zone.border.inside([178.5, -178.5, 180.0, 179.9, 177.0], [50.0] * 5)

        assert inside.tolist() == [True, True, False, False, False]
        assert zone.geometry.is_valid


def test_every_part_of_a_collection_counts(tmp_path: Path):
    lines = [[[10, 49], [10, 52]], [[11, 49], [11, 52]]]
    whole = {
        "type": "GeometryCollection",
        "geometries": [
            polygon([(3, 49), (4, 49), (4, 50), (3, 50)]),
            polygon([(3.5, 49.5), (4.5, 49.5), (4.5, 50.5), (3.5, 50.5)]),
            {"type": "MultiLineString", "coordinates": lines},
            {"type": "Point", "coordinates": [6, 50.5]},
        ],
    }
    (zone,) = read_zones(geojson(tmp_path / "z.geojson", whole))

    # What two parts have in common is inside, and its edges are no border.
    assert zone.border.inside([3.75, 3.25, 4.25, 5.0], [49.75, 49.25, 50.25, 50.0]).tolist() == [
        True, True, True, False
    ]  # fmt: skip
    assert zone.border.nearest(3.75, 49.75).distance_m[0] > 20_000
    # Nothing joins one line to the next.
    assert zone.border.nearest(10.5, 50.5).distance_m[0] > 30_000
    assert zone.border.nearest(10.0, 50.5).distance_m[0] < 1


def test_features_of_one_name_are_told_apart(tmp_path: Path):
    """The last of them used to be the only one: an answer of 143 km instead of 33."""
    boxes = [polygon([(x, 49), (x + 1, 49), (x + 1, 50), (x, 50)]) for x in (3, 6, 9)]
    path = geojson(tmp_path / "z.geojson", *boxes, names=("A", "A", "B"))
    zones = read_zones(path)

    assert [z.id for z in zones] == ["file:A", "file:A (2)", "file:B"]
    assert [z.id for z in read_zones(path, names=["A"])] == ["file:A", "file:A (2)"]
    found = check([track_of([(3.5, 48.5), (3.6, 48.5)])], zones)
    assert [f.zone for f in found] == ["file:A", "file:A (2)", "file:B"]
    assert found[1].distance_m == pytest.approx(GEOD.inv(3.6, 48.5, 6, 49)[2], abs=0.01)


def test_every_layer_of_a_file_is_read(tmp_path: Path):
    path = tmp_path / "z.gpkg"
    for x in (3, 6):
        frame = geopandas.GeoDataFrame(
            {"name": [f"n{x}"]}, geometry=[shapely.box(x, 49, x + 1, 50)], crs="OGC:CRS84"
        )
        frame.to_file(path, layer=f"layer{x}")

    assert [z.id for z in read_zones(path)] == ["file:n3", "file:n6"]


@pytest.mark.parametrize(
    "nothing",
    [
        polygon([(3, 50), (4, 50), (5, 50)]),
        {"type": "LineString", "coordinates": [[3, 50], [3, 50]]},
        {"type": "MultiPolygon", "coordinates": [polygon([(3, 50), (4, 50)])["coordinates"]]},
    ],
    ids=["flat", "dot", "there and back"],
)
def test_a_zone_that_encloses_nothing_is_told(tmp_path: Path, nothing):
    """It used to be infinitely far away, and the table ended in a traceback."""
    path = geojson(tmp_path / "z.geojson", nothing, names=("A",))

    with pytest.raises(ZoneError, match=r"The zone 'A' of .*z.geojson encloses nothing"):
        read_zones(path)


def test_a_feature_without_a_shape_is_passed_over(tmp_path: Path):
    """GeoPandas warns of empty shapes on standard error."""
    empty = {"type": "GeometryCollection", "geometries": []}
    box = polygon([(3, 49), (4, 49), (4, 50), (3, 50)])
    path = geojson(tmp_path / "z.geojson", empty, box, names=("A", "B"))

    assert [z.id for z in read_zones(path)] == ["file:B"]
    with pytest.raises(ZoneError, match="holds no lines or polygons"):
        read_zones(geojson(tmp_path / "e.geojson", empty))


def test_a_plan_that_is_nowhere_on_the_earth_is_told(tmp_path: Path):
    plan = 'LOCAL_CS["a building",UNIT["metre",1]]'
    path = in_plane(tmp_path / "z.gpkg", shapely.box(0, 0, 10, 10), plan)

    with pytest.raises(ZoneError, match=r"z.gpkg is in a coordinate system that leads to no"):
        read_zones(path)
