from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path

import numpy as np
import orjson
import pyarrow.parquet
import pyproj
import pytest
import shapely
from makers import table, zone_of

from geo import zone
from geo.catalogue import DATA, Zone, catalogue, zones
from geo.units import NM

EQUAL_AREA = pyproj.Transformer.from_crs(
    "OGC:CRS84", "+proj=laea +lat_0=60 +lon_0=180 +datum=WGS84", always_xy=True
)


def on_the_plane(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the shape on Lambert's equal-area map, whose tenth of a degree hides no bend."""
    return shapely.transform(
        shapely.segmentize(shape, 0.1),
        lambda xy: np.column_stack(EQUAL_AREA.transform(xy[:, 0], xy[:, 1])),
    )


def area_km2(shape: shapely.Geometry) -> float:
    return float(shapely.area(on_the_plane(shape))) / 1e6


def gap_m(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Return the least distance between two shapes: from points of one, every 0.002°."""
    xy = shapely.get_coordinates(shapely.segmentize(one, 0.002))
    return float(zone_of(other).border.nearest(xy[:, 0], xy[:, 1]).distance_m.min())


def part(zone_id: str, lon: float, lat: float) -> Zone:
    """Return the largest part of a zone that lies within 0.02° of a place."""
    near = shapely.Point(lon, lat).buffer(0.02)
    found = [p for p in shapely.get_parts(zone(zone_id).geometry) if p.intersects(near)]
    return max(found, key=lambda p: float(p.area))


# ------------------------------------------------------------------------------- files


def test_the_files_are_those_that_the_catalogue_was_made_with():
    document = orjson.loads((DATA / "catalogue.json").read_bytes())
    shipped = {p.name for p in DATA.iterdir() if p.suffix in {".parquet", ".npy", ".csv"}}

    assert set(document["sha256"]) == shipped
    for name, expected in document["sha256"].items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == expected, name


@pytest.mark.parametrize("kind", ["airspace", "territory", "sea", "adiz"])
def test_coordinates_have_the_hash_that_is_published(kind):
    """Ids and degrees × 10⁵ as little-endian 32-bit integers, as SOURCES.md says."""
    rows = pyarrow.parquet.ParquetFile(DATA / f"{kind}.parquet").read(["id", "geometry"])
    h = hashlib.sha256()
    for name, wkb in zip(*(rows.column(c).to_pylist() for c in ("id", "geometry")), strict=True):
        h.update(name.encode())
        h.update(np.round(shapely.get_coordinates(shapely.from_wkb(wkb)) * 1e5).astype("<i4"))
    document = orjson.loads((DATA / "catalogue.json").read_bytes())

    assert h.hexdigest() == document["coordinates_sha256"][kind]


def test_the_data_fit_in_28_megabytes():
    assert sum(p.stat().st_size for p in DATA.iterdir() if p.is_file()) <= 28e6


def test_every_file_is_told_of_in_the_sources():
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    document = orjson.loads((DATA / "catalogue.json").read_bytes())

    for name, sha256 in [*document["sha256"].items(), *document["coordinates_sha256"].items()]:
        assert name in text
        assert sha256 in text, name
    for package, entry in document["sources"].items():
        assert package in text
        assert entry["sha256"] in text


def test_the_licence_of_the_data_names_who_must_be_named():
    text = (DATA.parent.parent / "LICENSE-DATA").read_text(encoding="utf-8")

    for words in ("OpenStreetMap contributors", "Open Database License", "airportsdata", "MIT"):
        assert words in text


# ---------------------------------------------------------------------------- geometry


@pytest.mark.parametrize("kind", ["airspace", "territory", "sea", "adiz", "treaty"])
def test_every_zone_is_valid_and_within_the_world(kind):
    for one in zones(kind):
        x0, y0, x1, y1 = one.geometry.bounds
        assert one.geometry.is_valid, one.id
        assert x0 >= -180
        assert y0 >= -90
        assert x1 <= 180
        assert y1 <= 90


def test_coordinates_are_rounded_to_a_metre():
    xy = shapely.get_coordinates(zone("airspace:NOR").geometry)

    assert np.abs(xy * 1e5 - np.round(xy * 1e5)).max() < 1e-5


def cuts(shape: shapely.Geometry, side: float) -> shapely.Geometry:
    """Return the latitudes of a shape's edges along ±180°, as pieces of an axis."""
    spans = []
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        xy = shapely.get_coordinates(ring)
        on = (xy[:-1, 0] == side) & (xy[1:, 0] == side)
        spans += [shapely.LineString([(a, 0), (b, 0)]) for a, b in
                  zip(xy[:-1, 1][on], xy[1:, 1][on], strict=True)]  # fmt: skip
    return shapely.union_all(spans)


def test_both_sides_of_180_meet_at_the_same_latitudes():
    """What is cut at 180° goes on at −180°; SOURCES.md tells of the two that do not quite."""
    found = {}
    for one in zones():
        if one.geometry.bounds[0] == -180 or one.geometry.bounds[2] == 180:
            east, west = (cuts(one.geometry, side) for side in (180.0, -180.0))
            assert east.length > 0, one.id
            found[one.id] = round(east.symmetric_difference(west).length, 5)

    assert {k: v for k, v in found.items() if v} == {
        "airspace:USA": 0.00004,
        "territory:FJI": 0.0268,
    }
    assert set(found) == {
        "airspace:FJI", "airspace:RUS", "airspace:TUV", "airspace:USA", "territory:ATA",
        "territory:FJI", "territory:RUS", "sea:bering", "sea:chukchi", "adiz:alaska",
        "treaty:antarctica",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "least_km2", "most_km2"),
    [
        # published: 2.292–2.315 M and 1.583 M km² (shared facts on seas, with its allowance)
        ("bering", 2.27e6, 2.34e6),
        ("okhotsk", 1.57e6, 1.63e6),
    ],
)
def test_the_seas_have_the_size_that_is_published(key, least_km2, most_km2):
    assert least_km2 < area_km2(zone(f"sea:{key}").geometry) < most_km2


def test_areas_in_the_catalogue_are_those_of_an_equal_area_map():
    for row in catalogue():
        if row["kind"] == "sea":
            assert row["area_km2"] == pytest.approx(area_km2(zone(row["id"]).geometry), rel=5e-4)


@pytest.mark.parametrize(
    ("key", "inside", "outside"),
    [
        (
            "bering",
            [(178, 58), (180, 58), (-170, 60), (-175, 62), (-166, 64), (170, 55)],
            [(175, 51), (-170, 50.5), (165, 52), (-168, 67), (-160, 54), (-175, 70), (150, 53)],
        ),
        (
            "okhotsk",
            [(150, 53), (155, 58), (145, 48), (158, 60), (141, 54)],
            [(152, 44), (160, 50), (139, 46), (163, 57), (155, 47)],
        ),
        ("chukchi", [(-170, 69), (-165, 70)], [(176, 71), (-170, 72.5), (-171, 65.8)]),
        ("gulf-of-alaska", [(-147, 58), (-140, 58)], [(-155, 53), (-136, 56), (-160, 57)]),
        ("japan", [(135, 40), (139, 45)], [(145, 45.5), (142.5, 36), (132.8, 34.1), (127.5, 32)]),
    ],
)
def test_the_seas_hold_what_is_theirs_and_leak_nowhere(key, inside, outside):
    sea = zone(f"sea:{key}").border

    assert sea.inside(*np.array(inside, dtype=float).T).all()
    assert not sea.inside(*np.array(outside, dtype=float).T).any()


@pytest.mark.parametrize(
    ("key", "name", "least"),
    [("bering", "Bering Sea", 0.92), ("okhotsk", "Sea of Okhotsk", 0.95)],
)
def test_the_seas_are_those_of_natural_earth_with_its_gulfs(key, name, least):
    """Its 1:10m marine polygons, by sea, are not shipped: HOWCLOSE_SEAS tells where they are."""
    given = os.environ.get("HOWCLOSE_SEAS")
    if not given:
        pytest.skip("Natural Earth's seas are not here: HOWCLOSE_SEAS names their GeoJSON")
    theirs = shapely.union_all(
        [
            shapely.make_valid(on_the_plane(shapely.from_geojson(orjson.dumps(f["geometry"]))))
            for f in orjson.loads(Path(given).read_bytes())["features"]
            if f["properties"]["sea"] == name
        ]
    )
    ours = shapely.make_valid(on_the_plane(zone(f"sea:{key}").geometry))
    shared = shapely.area(shapely.intersection(ours, theirs))

    assert shared / (shapely.area(ours) + shapely.area(theirs) - shared) >= least


def test_no_sea_lies_on_land():
    land = [z.geometry for z in zones("territory")]
    tree = shapely.STRtree(land)
    for sea in zones("sea"):
        shared = sum(
            shapely.intersection(sea.geometry, land[i]).area for i in tree.query(sea.geometry)
        )
        assert shared < 1e-15, sea.id  # square degrees: 12 mm²; coordinates are doubles


# -------------------------------------------------------------- figures known from elsewhere


def test_the_diomedes_are_3772_metres_apart():
    big, little = part("territory:RUS", -169.06, 65.78), part("territory:USA", -168.92, 65.755)

    assert gap_m(little, big) == pytest.approx(3_772, abs=200)  # published: about 3.8 km


def test_the_bering_strait_is_82227_metres_wide():
    """From Cape Dezhnev to Cape Prince of Wales, mainland to mainland; published: 82–85 km."""
    frame = shapely.box(-175, 64, -165, 68)
    asia = max(
        (p for p in shapely.get_parts(zone("territory:RUS").geometry) if p.bounds[0] == -180),
        key=lambda p: float(p.area),
    )
    america = max(shapely.get_parts(zone("territory:USA").geometry & frame), key=lambda p: p.area)

    assert gap_m(asia & frame, america) == pytest.approx(82_227, abs=200)


def test_la_perouse_strait_is_42523_metres_wide():
    """Published: 42–43 km."""
    sakhalin = zone("territory:RUS").geometry & shapely.box(141.5, 45.8, 143.5, 46.8)
    hokkaido = zone("territory:JPN").geometry & shapely.box(140.9, 44.9, 143.0, 45.6)

    assert gap_m(sakhalin, hokkaido) == pytest.approx(42_523, abs=200)


def test_a_gap_of_13_nautical_miles_leads_through_boussole_strait():
    """Between the belts of Simushir and Urup the Sea of Okhotsk can be entered without leave."""
    parts = shapely.get_parts(zone("airspace:RUS").geometry)
    south = next(p for p in parts if 145 < p.bounds[0] < 146 and p.bounds[3] < 47)
    north = max(parts, key=lambda p: float(p.area)) & shapely.box(150, 46, 157, 52)

    assert gap_m(south, north) / NM == pytest.approx(13.15, abs=0.1)


# ----------------------------------------------------------------------- what goes with it


def test_airfields_are_where_their_countries_are():
    rows = table(DATA / "bases.csv")
    by_icao = {r["icao"]: r for r in rows}

    assert len(by_icao) == len(rows) == 17
    for row in rows:
        land = zone(f"territory:{row['country']}").border
        assert land.inside([float(row["lon"])], [float(row["lat"])]).all(), row["name"]
    # Ukrainka's published place is CC BY-SA, so ours is rounded
    assert (by_icao["XHBU"]["lon"], by_icao["XHBU"]["lat"]) == ("128.44", "51.17")


def test_disputes_have_a_place_and_at_least_one_reading_of_another_holder():
    with (DATA / "disputes.toml").open("rb") as f:
        disputes = tomllib.load(f)["dispute"]
    codes = {z.id.partition(":")[2] for z in zones("airspace")}

    assert len({d["id"] for d in disputes}) == len(disputes)
    for dispute in disputes:
        outline = shapely.Polygon(dispute["outline"])
        assert outline.is_valid, dispute["id"]
        assert outline.area > 0
        assert set(dispute["zones"]) <= codes
        assert len({r["holder"] for r in dispute["readings"]}) >= 2, dispute["id"]
        touched = [zone(f"airspace:{c}").geometry.intersects(outline) for c in dispute["zones"]]
        assert any(touched) or "in no zone" in dispute["data"], dispute["id"]


def test_cells_name_every_airspace_but_the_treaty_area():
    cells = np.load(DATA / "cells.npy")
    rows = {r["row"] for r in catalogue() if r["kind"] == "airspace"}

    assert set(cells[:, 0].tolist()) == rows
    assert cells[:, 1].max() < 360 * 180


def test_land_to_draw_is_coarse_land():
    wkb = pyarrow.parquet.read_table(Path(DATA / "land.parquet"), columns=["geometry"])
    pieces = shapely.from_wkb(wkb.column("geometry").to_pylist())
    places = {"Wrangel Island": (180.0 - 0.5, 71.2), "Alaska": (-150, 65), "Hokkaido": (143, 43.5)}

    assert shapely.is_valid(pieces).all()
    for name, place in places.items():
        assert shapely.intersects_xy(pieces, *place).any(), name
    assert not shapely.intersects_xy(pieces, 178, 58).any()
