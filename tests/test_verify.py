"""What we made holds; what was changed by hand, in the data or in the words, is found out."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas
import jsonschema
import numpy as np
import orjson
import pytest
import shapely
from kinds import FLIGHTS, KINDS
from typer.testing import CliRunner

import geo
import layers
from geo.errors import VerifyError
from geo.findings import schema
from geo.track import Track
from layers.cli import app
from layers.verify import verify

STORY = """
[story]
id = "one"
title = "One flight"
date = 2020-06-17

[[flight]]
id = "hercules"
name = "A Hercules"
track = "tracks/flown.csv"
zones = ["airspace:USA", "airspace:RUS"]

[[flight]]
id = "bear"
name = "A bear"
route = [[-170.0, 55.0], [-172.0, 58.0]]
half_width = "40 km"
zones = ["airspace:USA"]

[[claim]]
id = "stayed-out"
kind = "stayed_outside"
by = "somebody"
quote = "it never came near Russia"
flights = ["hercules"]
of = "airspace:RUS"
"""


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(w) for w in words])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """Pages and findings of every kind, with their inputs beside them; not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    for name in ("flights.csv", "trace.json", "zones.geojson"):
        shutil.copy(data / name, folder)
    (folder / "tracks").mkdir()
    head, *rows = (data / "flights.csv").read_text().splitlines()
    one = [head, *(r for r in rows if "ae0001" in r)]
    (folder / "tracks" / "flown.csv").write_text("\n".join(one) + "\n")
    (folder / "one.toml").write_text(STORY)
    flights, trace, zones = (folder / n for n in ("flights.csv", "trace.json", "zones.geojson"))
    (folder / "snapshots" / "night").mkdir(parents=True)
    for i in range(4):
        aircraft = [
            {"hex": "ae0123", "flight": "HCL1", "lat": 60.0, "lon": -171.0 - i / 10, "nic": 8},
            {"hex": "ae0456", "lat": 61.0 + i / 10, "lon": -171.0, "type": "mlat"},
        ]
        part = folder / "snapshots" / ("night" if i > 1 else "") / f"aircraft_{i}.json"
        part.write_bytes(orjson.dumps({"now": 1_592_353_800 + 60 * i, "aircraft": aircraft}))
    for words in (
        ("check", folder / "snapshots", "-z", "USA", "--format", "json", "-o",
         folder / "snapshots.findings.json"),
        ("map", folder / "snapshots", "-z", "USA", "--kit", "-o", folder / "kit"),
        ("map", flights, "-z", "RUS", "-z", "USA", "-o", folder / "map.html"),
        ("map", trace, "-z", zones, "--raw", "-o", folder / "zones.html"),
        ("check", flights, trace, "--format", "json", "-o", folder / "near.findings.json"),
        ("check", flights, "-z", zones, "--zone-name", "Belt", "--edges", "geodesic", "-o",
         folder / "belt.findings.json"),
        ("check", flights, "-z", "USA", "--limit", "leg_gap_s=60", "--greatest-speed", "1300", "-o",
         folder / "limits.findings.json"),
        ("story", folder / "one.toml", "-o", folder / "story"),
    ):  # fmt: skip
        code, said = run(*words)
        assert code == 0, said
    return folder


MADE = (
    "map.html", "zones.html", "near.findings.json", "belt.findings.json", "story/index.html",
    "limits.findings.json",
    "story/findings.json", "snapshots.findings.json", "kit/index.html", "kit/findings.json",
)  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_what_we_made_holds(built: Path, name: str):
    code, said = run("verify", built / name)

    assert code == 0, said
    assert "nothing differs" in said


@pytest.mark.parametrize("name", MADE)
def test_what_we_made_is_as_the_schema_has_it(built: Path, name: str):
    text = (built / name).read_text(encoding="utf-8")
    document = block(text) if name.endswith(".html") else orjson.loads(text)

    jsonschema.Draft202012Validator(schema()).validate(document)


def test_the_story_that_ships_holds(tmp_path: Path):
    assert run("story", "-o", tmp_path / "june")[0] == 0

    for name in ("index.html", "findings.json"):
        code, said = run("verify", tmp_path / "june" / name)
        assert (code, "nothing differs" in said) == (0, True), said


def test_a_page_made_in_python_holds(tmp_path: Path, data: Path):
    shutil.copy(data / "flights.csv", tmp_path)
    tracks = geo.read_tracks(tmp_path / "flights.csv")
    made = layers.page(tracks, zones=["USA"], title="Mine")
    made.save(tmp_path / "mine.html")

    assert not verify(tmp_path / "mine.html").differs


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_every_kind_holds(tmp_path: Path, kind: str):
    """Those that the browser is tested with; flights made here are read from a file first."""
    if kind in FLIGHTS:
        flights, zones = FLIGHTS[kind]()
        geo.write_tracks(flights, tmp_path / "flights.parquet")
        tracks = geo.read_tracks(tmp_path / "flights.parquet", raw=True)
        made = layers.page(tracks, zones=zones)
    else:
        made = KINDS[kind](tmp_path)
    made.save(tmp_path / "page.html")
    stories = Path(geo.__file__).parent / "stories"

    assert not verify(tmp_path / "page.html", stories if kind == "story" else None).differs


def test_files_that_were_read_in_different_ways_are_read_so_again(tmp_path: Path):
    for name, lat in (("raw", 60.0), ("clean", 61.0)):
        k = np.arange(20.0)
        lats = np.where(k == 9, lat + 5, lat)  # a spike
        flight = Track(name, -178 + k / 10, lats, 1592352000 + 60 * k)
        geo.write_tracks([flight], tmp_path / f"{name}.csv")
    both = geo.read_tracks(tmp_path / "raw.csv", raw=True) + geo.read_tracks(tmp_path / "clean.csv")
    made = layers.page(both, zones=["airspace:USA"])
    made.save(tmp_path / "page.html")

    assert [len(t) for t in both] == [20, 19]
    assert not verify(tmp_path / "page.html").differs


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """All of it, to be tampered with."""
    return Path(shutil.copytree(built, tmp_path / "copy"))


def block(page: str) -> dict:
    (text,) = re.findall(r'id="howclose-findings">(.*?)</script>', page, re.DOTALL)
    return orjson.loads(text)


def in_data(change: Callable[[dict], object]) -> Callable[[Path], object]:
    """Return what changes the data block of a page, or a findings file, and nothing else."""

    def tamper(path: Path) -> None:
        text = path.read_text()
        document = block(text) if path.suffix == ".html" else orjson.loads(text)
        change(document)
        new = orjson.dumps(document).decode()
        if path.suffix == ".html":
            new = re.sub(
                r'(id="howclose-findings">).*?(</script>)',
                lambda m: m[1] + new + m[2],
                text,
                flags=re.DOTALL,
            )
        path.write_text(new)

    return tamper


def in_text(old: str, new: str) -> Callable[[Path], object]:
    def tamper(path: Path) -> None:
        text = path.read_text()
        assert re.search(old, text), old
        path.write_text(re.sub(old, new, text, count=1))

    return tamper


def add_finding(document: dict) -> None:
    document["findings"].append(document["findings"][0] | {"zone": "airspace:JPN"})


def set_in(*keys: str | int, to: object) -> Callable[[dict], None]:
    def change(document: dict) -> None:
        place = document
        for key in keys[:-1]:
            place = place[key]
        assert place[keys[-1]] != to
        place[keys[-1]] = to

    return change


def append(name: str) -> Callable[[Path], object]:
    def tamper(path: Path) -> None:
        with (path.parent / name).open("ab") as file:
            file.write(b"\n")

    return tamper


TAMPERING: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "a number in a page's data": (
        "map.html", in_data(set_in("findings", 0, "low_m", to=9.9)), r"low_m: it says 9\.9; worked",
    ),
    "a number in a findings file": (
        "near.findings.json", in_data(set_in("findings", 0, "depth_m", to=1.5)),
        r"finding ae0\w+/1/\d/airspace:\w+, depth_m: it says 1\.5; worked out again it is",
    ),
    "a number in the words": (
        "map.html", in_text(r'(hc-answer">[^<]*?)\d+', r"\g<1>7777"),
        r"The page says ‘.*7777.*; worked out again it says",
    ),
    "a number in a table": (
        "map.html", in_text(r"(<td\b.{0,200}?)\d+(&#160;NM)", r"\g<1>8888\g<2>"), r"says ‘.*8888",
    ),
    "a word in the alternative text": (
        "map.html", in_text(r'aria-label="Map: ', 'aria-label="Chart: '), r"The page says ‘.*Chart",
    ),
    "a label on the map": (
        "map.html", in_text(r'(id="layer_\d-data">.*?)EDGE21', r"\g<1>EDGE99"),
        r"What the page's map draws or says",
    ),
    "a track file": (
        "map.html", append("flights.csv"),
        r"cannot be worked out again: .*flights\.csv is not the file that it was made of",
    ),
    "a zone file": (
        "zones.html", append("zones.geojson"), r"zones\.geojson is not the file that it was made",
    ),
    "a zone's name": (
        "map.html", in_data(set_in("zones", 0, "accuracy_m", to=0.1)),
        r"zone airspace:RUS, accuracy_m: it says 0\.1",
    ),
    "a claim's verdict": (
        "story/findings.json", in_data(set_in("claims", 0, "verdict", to="contradicted")),
        r"claim stayed-out, verdict: it says contradicted; worked out again it is supported",
    ),
    "a claim's verdict in the words": (
        "story/index.html", in_text(r">[Ss]upported<", ">Contradicted<"), r"‘Contradicted’",
    ),
    "the version": (
        "map.html", in_data(set_in("howclose", to="9.9.9")), r"made with howclose 9\.9\.9; this is",
    ),
    "the version of the borders": (
        "near.findings.json", in_data(set_in("data", "sha256", to="0" * 64)),
        r"It says that it was made with the borders",
    ),
    "one of many snapshots": (
        "snapshots.findings.json", append("snapshots/night/aircraft_2.json"),
        r"cannot be worked out again: .*aircraft_2\.json is not the file that it was made of",
    ),
    "the hash of a snapshot": (
        "snapshots.findings.json", in_data(set_in("inputs", 0, "parts", 1, "sha256", to="0" * 64)),
        r"aircraft_1\.json is not the file",
    ),
    "a snapshot left out": (
        "snapshots.findings.json", in_data(lambda d: d["inputs"][0]["parts"].pop()),
        r"inputs 1, fixes: it says 8; worked out again it is 6",
    ),
    "a hash": (
        "map.html", in_data(set_in("inputs", 0, "sha256", to="0" * 64)),
        r"flights\.csv is not the file.*or the hash was",
    ),
    "a finding taken out": (
        "near.findings.json", in_data(lambda d: d["findings"].pop()), r"The finding .* is missing",
    ),
    "a finding put in": ("map.html", in_data(add_finding), r"airspace:JPN is not what comes out"),
    "the parameters": (
        "zones.html", in_data(set_in("parameters", "read", "raw", to=False)),
        r"inputs 1, rejected: 'ground' is missing",
    ),
    "the zones asked for": (
        "map.html", in_data(set_in("parameters", "zones", to=["airspace:USA"])),
        r"finding ae0\w+/1/0/airspace:RUS is not what comes out",
    ),
    "a hidden sentence": (
        "map.html", in_text(r"<figcaption|<footer", r'<p hidden>no doubt</p><footer'),
        r"says ‘no doubt’, which does not come out",
    ),
    "a script": (
        "map.html", in_text(r'"use strict";', '"use strict";alert(1);'), r"scripts or styles",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found_out(copy: Path, what: str):
    name, tamper, said = TAMPERING[what]
    before = (copy / name).read_bytes()
    tamper(copy / name)

    code, told = run("verify", copy / name)

    assert code == 1, told
    assert re.search(said, told, re.DOTALL), told
    assert (copy / name).read_bytes() != before or "is not the file" in told


def test_an_input_that_is_missing_is_named(copy: Path):
    (copy / "flights.csv").unlink()
    shutil.rmtree(copy / "tracks")

    code, told = run("verify", copy / "map.html")

    assert code == 1
    assert re.search(r"cannot be worked out again: its input flights\.csv .*--inputs", told)


def test_inputs_are_found_by_what_is_in_them_not_by_name(copy: Path, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (copy / "flights.csv").rename(tmp_path / "elsewhere" / "renamed.txt")

    code, told = run("verify", copy / "map.html", "--inputs", tmp_path / "elsewhere")

    assert code == 0, told


NAMELESS = "time,lat,lon\n2020-06-17T04:12:33Z,{lat},-109\n2020-06-17T04:13:33Z,{lat},-108.9\n"


@pytest.mark.parametrize("packed", [False, True])
def test_a_flight_without_a_name_is_called_by_what_its_file_was_called(
    tmp_path: Path, packed: bool
):
    data = NAMELESS.format(lat=50).encode()
    first = tmp_path / ("first.csv.gz" if packed else "first.csv")
    first.write_bytes(gzip.compress(data) if packed else data)
    assert run("check", first, "-z", "USA", "-o", tmp_path / "told.json")[0] == 0
    first.rename(tmp_path / "second.txt")

    code, told = run("verify", tmp_path / "told.json")

    assert code == 0, told


def test_a_nameless_flight_of_a_story_is_called_so_too(tmp_path: Path):
    (tmp_path / "tracks").mkdir()
    (tmp_path / "tracks" / "flown.csv").write_text(NAMELESS.format(lat=50))
    (tmp_path / "one.toml").write_text(STORY)
    assert run("story", tmp_path / "one.toml", "-o", tmp_path / "kit")[0] == 0
    inputs = tmp_path / "kit" / "inputs"
    (inputs / "flown.csv").rename(inputs / "renamed.csv")

    code, told = run("verify", tmp_path / "kit" / "findings.json")

    assert code == 0, told


def test_inputs_of_one_name_are_found_in_their_kit(tmp_path: Path):
    tracks = [tmp_path / f"k{i}" / "track.csv" for i in range(3)]
    for lat, track in enumerate(tracks, 50):
        track.parent.mkdir()
        track.write_text(NAMELESS.format(lat=lat))
    assert run("map", *tracks, "-z", "USA", "--kit", "-o", tmp_path / "kit")[0] == 0
    for track in tracks:
        track.unlink()

    code, told = run("verify", tmp_path / "kit")

    assert code == 0, told


@pytest.mark.parametrize("name", ["box.geojson", "box.shp", "track.geojson"])
def test_zone_files_go_with_a_kit(tmp_path: Path, name: str):
    for folder in ("zones", "tracks"):
        (tmp_path / folder).mkdir()
    track, zones = tmp_path / "tracks" / "track.geojson", tmp_path / "zones" / name
    flight = Track("one", *np.array([[-109.0, -108.0], [50.0, 50.0], [0.0, 600.0]]))
    geo.write_tracks([flight], track)
    box = geopandas.GeoDataFrame({"name": ["BOX", "other"]}, geometry=[
        shapely.box(-110, 40, -100, 49), shapely.box(-110, 60, -100, 70)
    ], crs=4326)  # fmt: skip
    box.to_file(zones, driver="ESRI Shapefile" if zones.suffix == ".shp" else "GeoJSON")
    words = ("map", track, "-z", zones, "--zone-name", "BOX", "--kit", "-o", tmp_path / "kit")
    code, told = run(*words)
    assert code == 0, told
    shutil.rmtree(tmp_path / "zones")
    shutil.rmtree(tmp_path / "tracks")

    code, told = run("verify", tmp_path / "kit")

    assert code == 0, told


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.html", "<html><p>hello</p></html>", "carries no findings"),
        ("x.json", "{}", "neither a page nor a findings file"),
        ("x.json", '{"howclose": "0.1.0", "par', "neither a page nor a findings file"),
        (
            "x.json",
            '{"howclose":"0.1.0","parameters":{"zones":null},"inputs":[{"path":1}],"findings":[]}',
            "is not whole",
        ),
        (
            "x.json",
            '{"howclose":"0.1.0","parameters":{"zones":["file:a"]},"inputs":[],"findings":[]}',
            "does not say which file the zone 'file:a' came from",
        ),
    ],
)
def test_what_is_no_page_and_no_findings_is_told(
    tmp_path: Path, name: str, content: str, said: str
):
    (tmp_path / name).write_text(content)

    with pytest.raises(VerifyError, match=said):
        verify(tmp_path / name)


def test_a_file_or_a_folder_that_is_not_there_is_told(tmp_path: Path):
    for path in (tmp_path, tmp_path / "none.html"):
        assert run("verify", path)[0] == 1
    (tmp_path / "x.json").write_text(
        '{"howclose":"0.1.0","parameters":{"zones":[]},"inputs":[],"findings":[]}'
    )
    code, told = run("verify", tmp_path / "x.json", "--inputs", tmp_path / "nowhere")

    assert code == 1
    assert "There is no folder" in told


def test_each_of_many_snapshots_is_told_by_its_hash(built: Path):
    (told,) = orjson.loads((built / "snapshots.findings.json").read_bytes())["inputs"]
    parts = {
        p.relative_to(built / "snapshots").as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in (built / "snapshots").rglob("*.json")
    }

    assert {p["path"]: p["sha256"] for p in told["parts"]} == parts
    assert (told["path"], told["format"], told["fixes"]) == ("snapshots", "live", 8)
    assert (built / "kit" / "inputs" / "aircraft_3.json").is_file()
