from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

import geo
from geo import read_zones, zone, zones
from geo.catalogue import catalogue, data_stamp
from geo.errors import ZoneError

SQUARE = shapely.box(10, 40, 12, 42)


def write(path: Path, *shapes: shapely.Geometry, crs: str = "OGC:CRS84", **columns: object) -> Path:
    """Write a vector file, in the format that its name says."""
    frame = geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=crs)
    frame.to_file(path)
    return path


# ---------------------------------------------------------------------------- catalogue


@pytest.mark.parametrize(
    ("name", "zone_id"),
    [
        ("airspace:USA", "airspace:USA"),
        ("USA", "airspace:USA"),
        ("us", "airspace:USA"),
        ("United States", "airspace:USA"),
        ("the United States", "airspace:USA"),
        ("territory:RUS", "territory:RUS"),
        ("territory:Russia", "territory:RUS"),
        (" RUSSIA ", "airspace:RUS"),
        ("UK", "airspace:GBR"),
        ("Great Britain", "airspace:GBR"),
        ("Türkiye", "airspace:TUR"),
        ("Turkey", "airspace:TUR"),
        ("Cote d'Ivoire", "airspace:CIV"),
        ("Ivory Coast", "airspace:CIV"),
        ("Curacao", "airspace:CUW"),
        ("Reunion", "airspace:REU"),
        ("South Korea", "airspace:KOR"),
        ("Czech Republic", "airspace:CZE"),
        ("sea:bering", "sea:bering"),
        ("Bering Sea", "sea:bering"),
        ("the Sea of Okhotsk", "sea:okhotsk"),
        ("Sea of Japan", "sea:japan"),
        ("sea:chukchi", "sea:chukchi"),
        ("Gulf of Alaska", "sea:gulf-of-alaska"),
        ("adiz:alaska", "adiz:alaska"),
        ("Alaska ADIZ", "adiz:alaska"),
        ("treaty:antarctica", "treaty:antarctica"),
        ("airspace of Japan", "airspace:JPN"),
        ("Åland", "airspace:ALA"),
        ("aland islands", "airspace:ALA"),
        ("territory:Åland", "territory:ALA"),
        ("ATA", "treaty:antarctica"),
        ("AQ", "treaty:antarctica"),
        ("Antarctica", "treaty:antarctica"),
        ("territory:ATA", "territory:ATA"),
        ("Svalbard", "airspace:SJM"),
        ("Svalbard and Jan Mayen", "airspace:SJM"),
        ("Faroes", "airspace:FRO"),
        ("Bosnia", "airspace:BIH"),
        ("Georgia", "airspace:GEO"),
        ("St. Helena", "airspace:SHN"),
        ("Saint Pierre", "airspace:SPM"),
        ("Vatican", "airspace:VAT"),
        ("Guinea", "airspace:GIN"),
        ("Ireland", "airspace:IRL"),
    ],
)
def test_zones_go_by_the_names_that_people_say(name, zone_id):
    assert zone(name).id == zone_id


@pytest.mark.parametrize(
    ("code", "name"),  # English short names, as the UN's UNTERM has them in a sentence
    [
        ("CZE", "Czechia"),
        ("COD", "the Democratic Republic of the Congo"),
        ("NLD", "the Netherlands"),
        ("ALA", "the Åland Islands"),
        ("CCK", "the Cocos Islands"),
        ("IOT", "the British Indian Ocean Territory"),
        ("UKR", "Ukraine"),
    ],
)
def test_a_country_is_named_as_it_stands_in_a_sentence(code, name):
    assert zone(f"airspace:{code}").name == f"airspace of {name}"
    assert zone(f"territory:{code}").name == f"territory of {name}"


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("Russa", "airspace:RUS"),
        ("RUSS", "airspace:RUS"),
        ("Great Britan", "airspace:GBR"),
        ("sea:berring", "sea:bering"),
        ("Bering See", "sea:bering"),
        ("territory:Norwey", "territory:NOR"),
        ("airspace:ATA", "treaty:antarctica"),
        ("UMI", "territory:UMI"),
    ],
)
def test_a_typo_gets_a_suggestion(typo, meant):
    with pytest.raises(ZoneError, match=f"no zone '{typo}'. Did you mean .*{meant}"):
        zone(typo)


def test_a_shorter_name_of_two_is_nobodys():
    """There are the British Virgin Islands and those of the United States."""
    with pytest.raises(ZoneError, match="no zone 'Virgin'"):
        zone("Virgin")


def test_every_full_name_means_its_own():
    """Shorter names never take another's place."""
    for row in catalogue():
        kind = row["id"].partition(":")[0]
        for name in row["aliases"]:
            assert zone(f"{kind}:{name}").id == row["id"]


def test_a_kind_that_is_none_is_told_with_those_that_are():
    with pytest.raises(ZoneError, match=r"no kind 'eez'.* airspace, territory, sea, adiz, treaty"):
        zone("eez:USA")


@pytest.mark.parametrize("nothing", ["", "airspace:", ":", "…"])
def test_no_name_is_no_zone(nothing):
    with pytest.raises(ZoneError, match=r"no zone|is no zone"):
        zone(nothing)


def test_the_catalogue_holds_what_the_docs_say():
    count = {kind: len(zones(kind)) for kind in ("airspace", "territory", "sea", "adiz", "treaty")}

    assert count == {"airspace": 248, "territory": 250, "sea": 5, "adiz": 1, "treaty": 1}
    assert len(zones()) == sum(count.values()) == len(catalogue())
    assert len({z.id for z in zones()}) == len(zones())


def test_the_catalogue_answers_under_its_own_name():
    """No module of the package may stand where a function of its name is looked for."""
    assert len(geo.zones("sea")) == len(zones("sea")) == 5


def test_every_zone_says_where_it_comes_from_and_how_good_it_is():
    for one in zones():
        assert one.edges in {"planar", "geodesic", "rhumb"}
        assert one.source
        assert one.licence
        assert one.name
        assert (one.accuracy_m is None) == (not one.verified)
        assert one.legal_accuracy_m is None or one.kind == "airspace"
    assert "OpenStreetMap contributors" in zone("airspace:JPN").source
    assert zone("airspace:USA").legal_accuracy_m == 2800.0  # shared facts: twelve_nm_check
    assert zone("airspace:RUS").legal_accuracy_m == 300.0
    assert zone("airspace:JPN").legal_accuracy_m is None


def test_only_airspace_and_territory_are_sovereign():
    assert {z.kind for z in zones() if z.sovereign} == {"airspace", "territory"}


def test_the_adiz_that_was_recalled_is_not_verified():
    assert [z.id for z in zones() if not z.verified] == ["adiz:alaska"]


def test_the_treaty_area_is_no_countrys_airspace():
    with pytest.raises(ZoneError):
        zone("airspace:ATA")
    assert not zone("treaty:antarctica").sovereign


@pytest.mark.parametrize(
    ("code", "dispute"),
    [("RUS", "crimea"), ("UKR", "crimea"), ("JPN", "southern-kurils"), ("CYP", "northern-cyprus")],
)
def test_disputes_are_named(code, dispute):
    assert dispute in zone(f"airspace:{code}").disputed
    assert dispute in zone(f"territory:{code}").to_dict()["disputed"]


def test_dependencies_know_their_state():
    assert zone("airspace:PRI").part_of == "airspace:USA"
    assert zone("airspace:SJM").part_of == "airspace:NOR"
    assert zone("airspace:NOR").part_of is None
    ids = {z.id for z in zones()}
    assert {z.part_of for z in zones() if z.part_of} <= ids


def test_a_zone_in_json_has_the_contracts_keys():
    assert list(zone("airspace:USA").to_dict()) == [
        "id", "name", "source", "licence", "accuracy_m", "legal_accuracy_m", "disputed",
    ]  # fmt: skip


def test_the_data_have_one_stamp():
    stamp = data_stamp()

    assert sorted(stamp) == ["sha256", "version"]
    assert len(stamp["sha256"]) == 64


# -------------------------------------------------------------------------------- files


def test_a_geojson_files_features_go_by_name(data: Path):
    belt, line, unnamed = read_zones(data / "zones.geojson")

    assert [z.id for z in (belt, line, unnamed)] == ["file:Belt", "file:Strait line", "file:3"]
    assert belt.kind == "file"
    assert belt.edges == "planar"
    assert (belt.accuracy_m, belt.legal_accuracy_m) == (None, None)
    assert not belt.sovereign
    assert belt.border.inside([149.0], [47.0]).all()
    assert not line.border.inside([150.0], [46.0]).any()


def test_one_feature_can_be_picked(data: Path):
    (picked,) = read_zones(data / "zones.geojson", names=["Belt"])

    assert picked.id == "file:Belt"
    with pytest.raises(ZoneError, match=r"no feature named 'Belt2'. It has: Belt"):
        read_zones(data / "zones.geojson", names=["Belt2"])


@pytest.mark.parametrize("column", ["name", "NAME", "id"])
def test_names_come_from_the_usual_columns(tmp_path: Path, column):
    path = write(tmp_path / "z.gpkg", SQUARE, **{column: ["Alpha"]})

    assert [z.id for z in read_zones(path)] == ["file:Alpha"]


def test_features_without_a_name_are_numbered(tmp_path: Path):
    path = write(tmp_path / "z.geojson", SQUARE, shapely.box(0, 0, 1, 1))

    assert [z.id for z in read_zones(path)] == ["file:1", "file:2"]


@pytest.mark.parametrize("name", ["z.geojson", "z.gpkg", "z.shp", "z.fgb"])
def test_any_vector_file_will_do(tmp_path: Path, name):
    (one,) = read_zones(write(tmp_path / name, SQUARE, name=["Alpha"]))

    assert one.geometry.normalize().equals_exact(SQUARE.normalize(), 1e-9)


def test_a_geoparquet_file_will_do(tmp_path: Path):
    frame = geopandas.GeoDataFrame({"name": ["Alpha"]}, geometry=[SQUARE], crs="OGC:CRS84")
    frame.to_parquet(tmp_path / "z.parquet")

    assert [z.id for z in read_zones(tmp_path / "z.parquet")] == ["file:Alpha"]


def test_other_coordinates_are_brought_to_longitude_and_latitude(tmp_path: Path):
    metres = geopandas.GeoSeries([SQUARE], crs="OGC:CRS84").to_crs(3857)
    (one,) = read_zones(write(tmp_path / "z.gpkg", metres.iloc[0], crs="EPSG:3857", name=["A"]))

    assert one.geometry.bounds == pytest.approx(SQUARE.bounds, abs=1e-9)


def test_more_than_fifty_features_must_be_picked_from(tmp_path: Path):
    shapes = [shapely.box(i, 0, i + 0.5, 1) for i in range(51)]
    path = write(tmp_path / "many.geojson", *shapes, name=[f"n{i}" for i in range(51)])

    with pytest.raises(ZoneError, match=r"has 51 features. Pick .* --zone-name 'n0'"):
        read_zones(path)
    assert [z.id for z in read_zones(path, names=["n7", "n50"])] == ["file:n7", "file:n50"]
    assert len(read_zones(write(tmp_path / "fifty.geojson", *shapes[:50]))) == 50


def test_the_kind_of_edge_is_part_of_a_zone(tmp_path: Path):
    path = write(tmp_path / "z.geojson", SQUARE)
    (planar,), (geodesic,) = read_zones(path), read_zones(path, edges="geodesic")
    north = [z.border.nearest(11.0, 45.0).distance_m[0] for z in (planar, geodesic)]

    assert planar.digest != geodesic.digest
    assert north[0] - north[1] > 300  # the geodesic between the corners runs north of 42°N


def test_a_bow_tie_is_mended(tmp_path: Path):
    tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    (one,) = read_zones(write(tmp_path / "z.geojson", tie))

    assert one.geometry.is_valid
    assert one.border.inside([0.2, 1.8], [1.0, 1.0]).all()
    assert not one.border.inside([1.0], [0.2]).any()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read as a zone file"),
        (b"\x89PNG\r\n\x1a\n0000", "cannot be read as a zone file"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Fea', "cannot be read"),
        (
            b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
            b'"geometry":{"type":"Point","coordinates":[1,2]}}]}',
            "holds no lines or polygons",
        ),
        (
            b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
            b'"geometry":{"type":"LineString","coordinates":[[500000,5000000],[1,2]]}}]}',
            "no longitude and latitude",
        ),
    ],
)
def test_a_zone_file_that_is_none_gets_one_clear_sentence(tmp_path: Path, content, said):
    path = tmp_path / "z.geojson"
    path.write_bytes(content)

    with pytest.raises(ZoneError, match=said) as caught:
        read_zones(path)
    assert "z.geojson" in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_zone_file_that_is_not_there_is_told():
    with pytest.raises(ZoneError, match=r"no zone and no file 'nowhere.geojson'"):
        read_zones("nowhere.geojson")


def test_every_zones_bounds_are_those_of_its_geometry():
    for one, row in zip(zones("sea"), (r for r in catalogue() if r["kind"] == "sea"), strict=True):
        assert np.allclose(one.geometry.bounds, row["bounds"], atol=1e-5)
