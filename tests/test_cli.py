"""The command line as its users meet it: what it prints, where, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import geo
from geo.catalogue import catalogue
from geo.findings import SCHEMA
from layers.cli import app

HEADER = "time,icao24,callsign,lat,lon,altitude"
# One fix south of nothing and north of a border on the 49th parallel.
FIX = f"{HEADER}\n2020-06-17T04:12:33Z,ae1234,DOOM11,50,-109,30000\n"
BOX = [[-123.3, 49], [-123.3, 40], [-95.15, 40], [-95.15, 49], [-123.3, 49]]
# geographiclib 2.1: Geodesic.WGS84.Inverse(50, -109, 49, -109)["s12"]
TO_THE_PARALLEL_M = 111_219.409
# pyproj 3.7: the least of Geod(ellps="WGS84").inv from the fix to two million points, by
# Geod.fwd, of the geodesic between the box's northern corners
TO_THE_GEODESIC_M = 15_013.412


def feature(name: str, ring: list[list[float]]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def run(*words: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(w) for w in words], input=stdin)


def process(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "layers.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, check=False, **options)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, with a flight and a zone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    Path("one.csv").write_text(FIX)
    Path("box.geojson").write_text(json.dumps(feature("box", BOX)))
    return tmp_path


@pytest.fixture
def far(folder: Path) -> str:
    """The name of a flight in the middle of the South Pacific."""
    (folder / "far.csv").write_text(f"{HEADER}\n2020-06-17T04:12:33Z,ae1234,FAR1,-40,-120,30000\n")
    return "far.csv"


@pytest.fixture
def many(folder: Path) -> str:
    """The name of a file with 23 flights, each farther away than the one before."""
    rows = [f"2020-06-17T04:12:33Z,ae{i:04},F{i:02},{50 + i / 10},-109,0" for i in range(23)]
    (folder / "many.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    return "many.csv"


# -------------------------------------------------------------------------------------- check


def test_json_is_what_python_says_of_the_same_flight_and_zone() -> None:
    result = run("check", "one.csv", "--zone", "box.geojson", "--format", "json")

    assert result.exit_code == 0
    expected = geo.check(geo.read_tracks("one.csv"), geo.read_zones("box.geojson"))
    # The command line adds which zone files it read, for `howclose verify`.
    more = json.loads(result.stdout_bytes)["parameters"]
    assert more.items() >= expected.parameters.items()
    assert result.stdout_bytes == replace(expected, parameters=more).to_json()


def test_the_distance_is_the_one_that_others_measure() -> None:
    result = run("check", "one.csv", "--zone", "box.geojson", "--format", "json")

    [finding] = json.loads(result.stdout)["findings"]
    assert finding["distance_m"] == pytest.approx(TO_THE_PARALLEL_M, abs=0.1)
    assert finding["zone"] == "file:box"
    assert finding["time"] == "2020-06-17T04:12:33.000Z"


def test_edges_may_be_told_to_be_geodesics() -> None:
    words = ("check", "one.csv", "--zone", "box.geojson", "--edges", "geodesic")

    [finding] = json.loads(run(*words, "--format", "json").stdout)["findings"]
    assert finding["distance_m"] == pytest.approx(TO_THE_GEODESIC_M, abs=0.1)


def test_json_holds_to_the_schema_of_the_contract() -> None:
    if not SCHEMA.exists():
        pytest.skip("geo/findings.schema.json is not there yet")
    jsonschema = pytest.importorskip("jsonschema")
    result = run("check", "one.csv", "--zone", "box.geojson", "--format", "json")

    jsonschema.validate(json.loads(result.stdout), json.loads(SCHEMA.read_text()))


def test_csv_has_a_row_for_each_finding_under_the_names_of_the_json() -> None:
    words = ("check", "one.csv", "--zone", "box.geojson", "--format")
    [finding] = json.loads(run(*words, "json").stdout)["findings"]

    rows = list(csv.DictReader(io.StringIO(run(*words, "csv").stdout)))

    assert [list(row) for row in rows] == [list(finding)]
    assert float(rows[0]["distance_m"]) == finding["distance_m"]
    assert rows[0]["inside_s"] == "0.0"


def test_csv_of_no_findings_is_a_header(far: str) -> None:
    result = run("check", far, "--format", "csv")

    assert result.stdout.splitlines() == [",".join(geo.Findings().to_frame().columns[:-1])]


def test_geojson_has_a_point_where_the_flight_was_closest() -> None:
    result = run("check", "one.csv", "--zone", "box.geojson", "--format", "geojson")

    [point] = json.loads(result.stdout)["features"]
    assert point["geometry"] == {"type": "Point", "coordinates": [-109.0, 50.0]}
    assert point["properties"]["zone"] == "file:box"


def test_parquet_is_a_geodataframe_to_who_opens_it() -> None:
    import geopandas

    result = run("check", "one.csv", "--zone", "box.geojson", "-o", "findings.parquet")

    assert result.exit_code == 0
    assert result.stdout == ""
    frame = geopandas.read_parquet("findings.parquet")
    assert frame.crs.to_string() == "OGC:CRS84"
    assert frame.geometry.iloc[0].coords[0] == (-109.0, 50.0)
    assert str(frame["time"].iloc[0]) == "2020-06-17 04:12:33+00:00"
    assert list(frame["doubt"].iloc[0])


def test_parquet_has_the_same_columns_with_no_finding_in_it(far: str) -> None:
    import pyarrow.parquet

    run("check", "one.csv", "--zone", "box.geojson", "-o", "some.parquet")
    run("check", far, "-o", "none.parquet")

    some, none = (pyarrow.parquet.read_schema(f"{n}.parquet") for n in ("some", "none"))
    assert some.equals(none)


def test_the_table_says_flight_zone_distance_and_time() -> None:
    result = run("check", "one.csv", "--zone", "box.geojson")

    row = result.stdout.splitlines()[2]
    assert re.match(r"DOOM11 +box +60\.1 NM \(111 km\) +59\.9–60\.3 NM +2020-06-17 04:12:33", row)
    assert "nobody says how accurate the border of box is" in result.stdout


@pytest.mark.parametrize("width", [30, 80])
def test_a_narrow_terminal_folds_the_table_and_loses_nothing(
    many: str, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    def told() -> Counter[str]:
        lines = run("check", many, "--zone", "box.geojson").stdout.splitlines()
        assert max(map(len, lines)) <= int(os.environ["COLUMNS"])
        return Counter("".join(lines)) - Counter({c: 10**6 for c in " ─"})

    monkeypatch.setenv("COLUMNS", "200")
    wide = told()
    monkeypatch.setenv("COLUMNS", str(width))
    assert told() == wide


def test_what_was_dropped_and_why_is_told_beside_the_answer() -> None:
    Path("gaps.csv").write_text(FIX + "2020-06-17T04:13:33Z,ae1234,DOOM11,,-109,30000\n")
    result = run("check", "gaps.csv", "--zone", "box.geojson", "--format", "json")

    assert "gaps.csv (csv): 1 of 2 fixes kept; dropped: no position 1\n" in result.stderr
    json.loads(result.stdout)


def test_who_made_the_borders_is_told_beside_the_answer() -> None:
    result = run("check", "one.csv", "--zone", "sea:bering", "--format", "csv")

    assert "© OpenStreetMap contributors" in result.stderr
    assert "ODbL" in result.stderr


def test_without_a_zone_airspaces_near_by_are_found() -> None:
    result = run("check", "one.csv", "--format", "json")

    found = [f["zone"] for f in json.loads(result.stdout)["findings"]]
    assert found == ["airspace:CAN", "airspace:USA"]


def test_far_from_everything_the_answer_is_that_there_is_nothing(far: str) -> None:
    result = run("check", far)

    assert result.exit_code == 0
    assert result.stdout == "No flight came within 100 NM of any national airspace.\n"


def test_a_zone_may_be_a_kind_and_a_name_a_code_or_a_country() -> None:
    words = [w for z in ("airspace:USA", "usa", "Russia", "territory:RUS") for w in ("--zone", z)]
    result = run("check", "one.csv", *words, "--format", "json")

    told = [z["id"] for z in json.loads(result.stdout)["zones"]]
    assert told == ["airspace:USA", "airspace:RUS", "territory:RUS"]


def test_a_feature_of_a_zone_file_is_picked_by_its_name() -> None:
    moved = [[lon, lat - 10] for lon, lat in BOX]
    both = {"type": "FeatureCollection", "features": [feature("a", BOX), feature("b", moved)]}
    Path("two.geojson").write_text(json.dumps(both))
    result = run(
        "check", "one.csv", "--zone", "two.geojson", "--zone-name", "b", "--format", "json"
    )

    assert [z["id"] for z in json.loads(result.stdout)["zones"]] == ["file:b"]


def test_two_zone_files_with_one_name_are_not_mixed_up() -> None:
    Path("other.geojson").write_text(json.dumps(feature("box", BOX)))
    result = run("check", "one.csv", "--zone", "box.geojson", "--zone", "other.geojson")

    assert result.exit_code == 1
    assert "box.geojson and other.geojson both have a zone 'box'" in result.stderr


def test_a_minus_is_standard_input() -> None:
    result = run("check", "-", "--zone", "box.geojson", "--format", "json", stdin=FIX)

    document = json.loads(result.stdout)
    assert document["inputs"][0]["path"] == "standard input"
    assert document["findings"][0]["callsign"] == "DOOM11"


def test_a_column_may_go_by_another_name() -> None:
    Path("odd.csv").write_text(FIX.replace("lat,lon", "north = south,lon"))
    words = ("odd.csv", "--zone", "box.geojson", "--format", "json")

    assert run("check", *words).exit_code == 1
    result = run("check", *words, "--column", "lat=north = south")

    assert json.loads(result.stdout)["findings"][0]["lat"] == 50.0


def test_times_without_a_zone_are_in_the_one_that_is_named() -> None:
    Path("local.csv").write_text(FIX.replace("33Z", "33"))
    words = ("local.csv", "--zone", "box.geojson", "--format", "json")
    result = run("check", *words, "--tz", "Asia/Tokyo")

    # Japan is nine hours ahead of UTC.
    assert json.loads(result.stdout)["findings"][0]["time"] == "2020-06-16T19:12:33.000Z"


def test_raw_believes_a_fix_at_zero_zero() -> None:
    Path("zero.csv").write_text(FIX + "2020-06-17T04:12:43Z,ae1234,DOOM11,0,0,30000\n")
    words = ("check", "zero.csv", "--zone", "box.geojson", "--format", "json")

    assert json.loads(run(*words).stdout)["findings"][0]["fixes"] == 1
    assert json.loads(run(*words, "--raw").stdout)["findings"][0]["fixes"] == 2


def test_limits_of_cleaning_are_set_by_name_and_told_in_the_answer() -> None:
    # 23 minutes of silence: one leg by default (leg_gap_s is 7,200), two if 20 minutes part legs.
    Path("two.csv").write_text(FIX + FIX.splitlines()[1].replace("04:12:33", "04:35:33") + "\n")
    words = ("check", "two.csv", "--zone", "box.geojson", "--format", "json")

    one = json.loads(run(*words).stdout)
    two = json.loads(run(*words, "--limit", "leg_gap_s=1200").stdout)

    assert [f["leg"] for f in one["findings"]] == [1]
    assert [f["leg"] for f in two["findings"]] == [1, 2]
    assert one["parameters"]["read"]["limits"] == {}
    assert two["parameters"]["read"]["limits"] == {"leg_gap_s": 1200.0}


def test_a_limit_that_is_none_names_those_that_are_with_their_units() -> None:
    said = " ".join(run("check", "one.csv", "--limit", "gap=600").stderr.split())

    assert "no limit 'gap'" in said
    for told in ("gap_s (s, 320)", "greatest_speed_mps (m/s, 400)", "spike_fixes (fixes, 10)"):
        assert told in said


def test_the_table_shows_the_nearest_twenty_and_how_many_more(many: str) -> None:
    result = run("check", many, "--zone", "box.geojson")

    assert re.findall(r"\bF\d\d\b", result.stdout) == [f"F{i:02}" for i in range(20)]
    assert "and 3 more, farther away: --all shows them" in result.stdout


def test_all_shows_every_finding(many: str) -> None:
    result = run("check", many, "--zone", "box.geojson", "--all")

    assert len(re.findall(r"\bF\d\d\b", result.stdout)) == 23
    assert "more" not in result.stdout


def test_machines_get_every_finding_without_asking(many: str) -> None:
    result = run("check", many, "--zone", "box.geojson", "--format", "csv")

    assert len(result.stdout.splitlines()) == 24


def test_legs_are_told_apart_in_the_table() -> None:
    later = "2020-06-17T09:12:33Z,ae1234,DOOM11,51,-109,30000\n"
    Path("legs.csv").write_text(FIX + later)
    result = run("check", "legs.csv", "--zone", "box.geojson")

    assert re.findall(r"DOOM11 leg \d", result.stdout) == ["DOOM11 leg 1", "DOOM11 leg 2"]


def test_who_flew_inside_is_told_how_deep_and_how_long() -> None:
    row = "2020-06-17T04:{}:33Z,ae1234,DOOM11,{},-109,30000"
    rows = [row.format(12, 49.1), row.format(15, 48.9), row.format(18, 49.1)]
    Path("in.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    result = run("check", "in.csv", "--zone", "box.geojson")

    # pyproj: Geod(ellps="WGS84").inv(-109, 48.9, -109, 49)[2] = 11119.9 m = 6.00 NM; half the
    # way, in and out, takes 1.5 min each
    assert re.search(r"6\.00 NM \(11\.1 km\) inside .* 3 min", result.stdout)


def test_a_drawn_route_is_said_to_be_drawn() -> None:
    line = {
        "type": "Feature",
        "properties": {"name": "B-52H", "half_width_m": 60000},
        "geometry": {"type": "LineString", "coordinates": [[-109, 51], [-108, 51]]},
    }
    Path("route.geojson").write_text(json.dumps(line))
    result = run("check", "route.geojson", "--zone", "box.geojson")

    assert "B-52H (drawn)" in result.stdout
    assert "no times" in result.stdout
    assert "the route was drawn from reports, not recorded" in result.stdout


def test_hostile_names_are_shown_and_not_obeyed() -> None:
    hostile = "[red]\x1b[2J\u202e{{7*7}}"
    Path("bad.csv").write_text(FIX.replace("DOOM11", hostile))
    result = run("check", "bad.csv", "--zone", "box.geojson")

    assert "[red]␛[2J�{{7*7}}" in result.stdout
    assert "\x1b" not in result.output


# --------------------------------------------------------------------------------------- -o


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.geojson", "a.parquet", "a.txt"])
def test_the_name_of_the_output_chooses_its_form(name: str) -> None:
    result = run("check", "one.csv", "--zone", "box.geojson", "-o", name)

    assert result.exit_code == 0
    assert result.stdout == ""
    start = {"json": b'{\n  "howclose"', "csv": b"flight,", "geojson": b'{\n  "type": "Feat'}
    start |= {"parquet": b"PAR1", "txt": b"Flight "}
    assert Path(name).read_bytes().startswith(start[name[2:]])


def test_a_file_says_the_same_as_standard_output() -> None:
    words = ("check", "one.csv", "--zone", "box.geojson", "--format", "json")
    run(*words, "-o", "out.txt")

    assert Path("out.txt").read_bytes() == run(*words).stdout_bytes


def test_an_input_is_not_written_over() -> None:
    result = run("check", "one.csv", "--format", "csv", "-o", "./one.csv")

    assert result.exit_code == 1
    assert "one of the inputs" in result.stderr
    assert Path("one.csv").read_text() == FIX


# -------------------------------------------------------------------------- what users mistake

TRACE = {"icao": "ae1234", "timestamp": 1592367153.0, "trace": [[0, 50, -109, 30000, 400, 90, 0]]}
BAD: dict[str, tuple[str, bytes | None, str]] = {
    "a missing file": ("none.csv", None, "There is no file 'none.csv'"),
    "a folder": ("folder", None, "folder is a folder"),
    "an empty file": ("empty.csv", b"", "empty.csv is empty"),
    "a PNG named .csv": ("photo.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "photo.csv is a PNG"),
    "a cut-off JSON": ("trace.json", json.dumps(TRACE).encode()[:-30], "trace.json is not whole"),
    "a header without rows": ("head.csv", HEADER.encode() + b"\n", "head.csv has a header but no"),
    "no time zone": ("local.csv", FIX.replace("33Z", "33").encode(), "without a zone"),
    "NaN coordinates": ("nan.csv", FIX.replace(",50,", ",NaN,").encode(), "none that can be used"),
    "coordinates out of range": (
        "range.csv",
        FIX.replace(",50,-109,", ",95,-500,").encode(),
        "none that can be used",
    ),
}


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize(("name", "data", "sentence"), BAD.values(), ids=BAD.keys())
def test_a_bad_input_is_told_in_a_sentence_and_leaves_nothing(
    folder: Path, name: str, data: bytes | None, sentence: str, form: str
) -> None:
    Path("folder").mkdir()
    if data is not None:
        Path(name).write_bytes(data)
    before = sorted(folder.rglob("*"))

    result = run("check", name, "--zone", "box.geojson", "--format", form, "-o", "out.json")

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.split("\n\n")[0].splitlines()) == 1
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert sorted(folder.rglob("*")) == before


def test_one_bad_file_among_good_ones_ends_it() -> None:
    result = run("check", "one.csv", "none.csv", "--format", "json")

    assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize(
    ("zone", "sentence"),
    [
        ("airspace:USB", "There is no zone 'airspace:USB'. Did you mean airspace:USA"),
        ("airspce:USA", "there is no kind 'airspce'"),
        ("nowhere", "There is no zone 'nowhere'."),
        ("nowhere.geojson", "There is no zone and no file 'nowhere.geojson'."),
        ("one.csv", "one.csv holds no lines or polygons"),
    ],
)
def test_an_unknown_zone_is_told_in_a_sentence(zone: str, sentence: str) -> None:
    result = run("check", "one.csv", "--zone", zone)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


@pytest.mark.parametrize("command", ["check", "map"])
@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        ("missing/out.json", "There is no folder 'missing' to write out.json in"),
        ("folder", "folder is a folder"),
        ("one.csv/out.json", "'one.csv' is a file, so out.json cannot be written in it"),
        ("x" * 300 + ".json", "cannot be written"),
    ],
)
def test_an_output_that_cannot_be_written_is_told_before_the_work(
    folder: Path, command: str, out: str, sentence: str
) -> None:
    Path("folder").mkdir()
    before = sorted(folder.rglob("*"))
    # The track does not exist: who looked for it first would say so instead.
    result = run(command, "none.csv", "-o", out)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert (result.stdout, sorted(folder.rglob("*"))) == ("", before)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do anything")
def test_a_folder_without_permission_is_told_in_a_sentence() -> None:
    Path("locked").mkdir(mode=0o555)
    result = run("check", "one.csv", "-o", "locked/out.json")

    assert result.exit_code == 1
    assert "no permission" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("chekc", "one.csv"),
        ("check", "one.csv", "--format", "xml"),
        ("check", "one.csv", "--column", "time"),
        ("check", "one.csv", "--limit", "gap_s"),
        ("check", "one.csv", "--limit", "gap_s=long"),
        ("check", "one.csv", "--limit", "gap_s=-1"),
        ("check", "one.csv", "--limit", "gap_s=inf"),
        ("check", "one.csv", "--limit", "spike_fixes=2.5"),
        ("map", "one.csv", "--limit", "gap_s=1", "--limit", "gap_s=2"),
        ("convert", "one.csv", "-o", "x.gpx", "--limit", "greatest_speed_mps=700",
         "--greatest-speed", "900"),
        ("check", "one.csv", "--zone", "USA", "--zone-name", "a"),
        ("check", "one.csv", "--edges", "planar"),
        ("check", "one.csv", "--edges", "round", "--zone", "box.geojson"),
        ("zones", "--format", "geojson"),
        ("zones", "sea", "--format", "geojson"),
        ("formats", "csv"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_exits_with_two_and_says_why(words: tuple[str, ...]) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert result.stdout == ""


def test_a_name_that_is_not_utf8_is_no_crash() -> None:
    name = os.fsdecode(b"\xff.csv")
    try:
        Path(name).write_text(FIX)
    except OSError:
        pytest.skip("this file system takes no such name")
    result = process("check", name, "--format", "json")

    assert result.returncode == 1
    assert b"is not UTF-8. Rename the file." in result.stderr
    assert b"Traceback" not in result.stderr


# ------------------------------------------------------------------------- zones and formats


def test_the_catalogue_lists_every_zone() -> None:
    result = run("zones")

    assert result.exit_code == 0
    for zone in ("airspace:USA", "territory:RUS", "sea:okhotsk", "adiz:alaska"):
        assert zone in result.stdout
    assert f"{len(catalogue())} zones" in result.stdout


def test_a_kind_lists_its_zones() -> None:
    result = run("zones", "sea")

    assert "sea:bering" in result.stdout
    assert "airspace:" not in result.stdout


def test_one_zone_is_told_with_its_source_and_how_far_it_can_be_trusted() -> None:
    result = run("zones", "United States")

    assert re.search(r"Zone +airspace:USA\n", result.stdout)
    assert re.search(r"Off the law +2,800 m\n", result.stdout)
    assert re.search(r"Licence +ODbL-1.0\n", result.stdout)


def test_an_approximate_zone_says_so() -> None:
    assert "approximate" in run("zones", "adiz:alaska").stdout


def test_one_zone_as_geojson_is_the_zone_itself() -> None:
    import shapely

    result = run("zones", "sea:bering", "--format", "geojson")

    document = json.loads(result.stdout)
    assert (document["type"], document["id"]) == ("Feature", "sea:bering")
    assert document["properties"]["licence"] == "ODbL-1.0"
    assert shapely.geometry.shape(document["geometry"]).equals(geo.zone("sea:bering").geometry)
    run("zones", "sea:bering", "-o", "bering.geojson")
    assert Path("bering.geojson").read_bytes() == result.stdout_bytes


def test_an_exported_zone_can_be_given_back() -> None:
    run("zones", "sea:chukchi", "-o", "sea.geojson")
    words = ("check", "one.csv", "--format", "json", "--zone")
    there = json.loads(run(*words, "sea:chukchi").stdout)["findings"][0]
    again = json.loads(run(*words, "sea.geojson").stdout)["findings"][0]

    assert again["distance_m"] == there["distance_m"]


def test_an_unknown_zone_has_a_suggestion() -> None:
    result = run("zones", "Rusia")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "Did you mean airspace:RUS" in result.stderr


def test_formats_explains_each_format_by_its_marks() -> None:
    from geo.readers import formats

    result = run("formats")

    assert result.exit_code == 0
    for form in formats():
        assert re.search(rf"^{re.escape(form.name)}\b", result.stdout, re.MULTILINE)


# -------------------------------------------------------------------------- story and map


def test_a_map_is_one_page_with_the_findings_in_it() -> None:
    result = run("map", "one.csv", "--zone", "box.geojson", "-o", "here.html")

    assert result.exit_code == 0, result.output
    assert result.stdout == "here.html\n"
    assert "DOOM11" in Path("here.html").read_text()


def test_a_map_of_a_broken_track_is_not_written() -> None:
    result = run("map", "none.csv")

    assert (result.exit_code, result.stdout) == (1, "")
    assert not Path("map.html").exists()


def test_a_story_ends_by_naming_its_page() -> None:
    result = run("story")

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == str(Path("june-2020") / "index.html")
    assert Path("june-2020/index.html").stat().st_size > 0


def test_a_story_that_is_not_there_leaves_no_folder(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    result = run("story", "july-1914")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "july-1914" in result.stderr
    assert sorted(folder.rglob("*")) == before


# ----------------------------------------------------------------------- as a process of its own


def test_the_command_works_as_a_process_with_pipes() -> None:
    # The table is UTF-8 also where nobody said which language is spoken.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    result = process("check", "-", "--zone", "box.geojson", input=FIX.encode(), env=environment)

    assert result.returncode == 0
    assert "60.1 NM (111 km)" in result.stdout.decode()
    assert b"standard input (csv): 1 fix, all kept" in result.stderr


def test_checking_a_trace_imports_nothing_heavy() -> None:
    Path("trace.json").write_text(json.dumps(TRACE))
    words = ["check", "trace.json", "--format", "json"]
    run(*words)  # lays out the borders, which reads Parquet
    code = f"""
import sys
from layers.cli import app
try:
    app({words!r})
finally:
    print(*sys.modules, sep="\\n", file=sys.stderr)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert result.returncode == 0
    assert json.loads(result.stdout)["findings"]
    loaded = set(result.stderr.decode().split())
    assert "geo.checks" in loaded
    # Typer brings pydantic itself since 0.25; what is ours of it is geo.story.
    heavy = {"geopandas", "folium", "pyogrio", "numba", "pyarrow", "pandas", "rich", "geo.story"}
    assert not loaded & heavy


def test_help_loads_no_numbers() -> None:
    code = """
import sys
from layers.cli import app
try:
    app(["check", "--help"])
finally:
    print(*sys.modules, sep="\\n", file=sys.stderr)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert b"--zone-name" in result.stdout
    assert not {"numpy", "orjson", "shapely", "pyproj", "rich"} & set(
        result.stderr.decode().split()
    )


def test_the_version_is_told() -> None:
    assert run("--version").stdout == f"howclose {geo.__version__}\n"


# ------------------------------------------------------------------ encounters and conversion


def pair(path: Path) -> Path:
    """Two flights that meet head-on over the Bering Sea, half a degree of latitude apart."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "callsign": name,
                "coordTimes": [1592353800 + 60 * i for i in range(60)],
            },
            "geometry": {
                "type": "LineString",
                "coordinates": [[lon + step * i, lat, 9000] for i in range(60)],
            },
        }
        for name, lon, lat, step in (("HCL1", -174.0, 58.0, 0.1), ("HCL2", -168.1, 58.5, -0.1))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_two_flights_that_met_are_told():
    pair(Path("two.geojson"))

    result = run("check", "two.geojson", "-z", "USA", "--encounters", "40nm", "--format", "json")

    assert result.exit_code == 0, result.output
    (met,) = json.loads(result.stdout)["encounters"]
    # pyproj 3.7: Geod(ellps="WGS84").inv(-171.05, 58, -171.05, 58.5)[2] = 55694
    assert met["distance_m"] == pytest.approx(55_694, abs=30)
    assert met["time"].startswith("2020-06-17T00:59:")
    table = run("check", "two.geojson", "-z", "USA", "--encounters", "40nm").stdout
    assert "HCL1 and HCL2" in table
    assert "30.1 NM" in table


def meeting(path: Path, count: int) -> Path:
    """As many flights beside each other over the Bering Sea, with callsigns."""
    rows = ["time,icao24,callsign,lat,lon"] + [
        f"{1592353800 + 60 * i},{k:06x},HCL{k},{58 + 0.01 * k:.2f},{-174 + 0.1 * i:.1f}"
        for k in range(count)
        for i in range(10)
    ]
    path.write_text("\n".join(rows))
    return path


def test_encounters_go_by_the_names_of_the_findings_and_are_told_by_twenties(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("COLUMNS", "120")
    meeting(Path("many.csv"), 7)
    asked = ("check", "many.csv", "-z", "USA", "--encounters", "40nm")

    told = run(*asked).stdout
    assert "HCL0 (000000) and HCL1 (000001)" in told
    assert told.count(" and HCL") == 20
    assert "and 1 more, farther apart: --all shows them" in told
    assert run(*asked, "--all").stdout.count(" and HCL") == 21
    monkeypatch.setenv("COLUMNS", "80")
    assert run(*asked).stdout.count("00:30:00–00:39:00") == 20


@pytest.mark.parametrize("form", ["csv", "geojson", "parquet"])
def test_encounters_are_not_left_out_of_a_form_that_has_no_place_for_them(form: str):
    meeting(Path("many.csv"), 2)
    result = run("check", "many.csv", "-z", "USA", "--encounters", "40nm", "-o", f"out.{form}")

    assert result.exit_code == 2
    assert f"Encounters are told in a table and in json, not in {form}." in result.stderr
    assert not Path(f"out.{form}").exists()


@pytest.mark.parametrize("ending", ["geojson", "gpx", "kml", "csv", "parquet"])
def test_a_converted_file_gives_the_same_answer(ending: str):
    pair(Path("two.geojson"))

    result = run("convert", "two.geojson", "-o", f"out.{ending}")

    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == f"out.{ending}"
    answers = [
        [
            f["distance_m"]
            for f in json.loads(run("check", name, "-z", "USA", "--format", "json").stdout)[
                "findings"
            ]
        ]
        for name in ("two.geojson", f"out.{ending}")
    ]
    assert sorted(answers[0]) == pytest.approx(sorted(answers[1]), abs=1.0)


def test_an_ending_that_nobody_writes_is_told():
    pair(Path("two.geojson"))

    result = run("convert", "two.geojson", "-o", "out.docx")

    assert result.exit_code == 1
    assert "out.docx ends in none of" in result.stderr
    assert not Path("out.docx").exists()
