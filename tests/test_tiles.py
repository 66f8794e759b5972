"""Tiles by name: which are taken, which are refused with a sentence, and who has to be named."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xyzservices
from makers import track_of, zone_of
from typer.testing import CliRunner

from geo.errors import OutputError
from layers.cli import app
from layers.frame import Frame
from layers.tiles import Tiles, tiles_of
from layers.track_page import page
from layers.verify import verify

BOX = zone_of("POLYGON((10 50, 12 50, 12 52, 10 52, 10 50))", name="Boxland")
AWAY = track_of([(9.0, 51.0), (9.2, 51.0), (9.0, 51.1)], [0, 60, 120])
MINE: dict[str, Any] = {
    "name": "mine",
    "url": "https://{s}.tiles.example/{style}/{z}/{x}/{y}{r}.png",
    "attribution": "© the surveyors",
    "subdomains": ["one", "two"],
    "style": "quiet blue",
    "max_zoom": 12,
}
CSV = """time,lat,lon,flight
2020-06-17T00:00:00Z,54.0,-150.0,DOOM11
2020-06-17T00:01:00Z,54.1,-150.0,DOOM11
2020-06-17T00:02:00Z,54.2,-150.0,DOOM11
"""


# ---------------------------------------------------------------------- what is meant by a name


@pytest.mark.parametrize("name", ["OpenTopoMap", "opentopomap", "Open Topo-Map"])
def test_a_provider_is_known_by_its_name_however_it_is_written(name: str):
    tiles = tiles_of(name)

    assert tiles.name == "OpenTopoMap"
    assert tiles.url == "https://{s}.tile.opentopomap.org/{z}/{x}/{y}.png"
    assert tiles.hosts == tuple(f"https://{s}.tile.opentopomap.org" for s in "abc")


def test_a_typing_error_is_met_with_what_may_be_meant():
    with pytest.raises(OutputError, match=r"no tiles called 'OpenTopMap'\. Did you mean OpenTopoM"):
        tiles_of("OpenTopMap")


def test_half_a_name_is_met_with_its_family():
    with pytest.raises(OutputError, match=r"Did you mean Esri\.World"):
        tiles_of("Esri")


def test_a_provider_that_wants_a_key_is_refused_with_how_to_give_one():
    with pytest.raises(OutputError) as error:
        tiles_of("Thunderforest.Outdoors")

    said = str(error.value)
    assert "asks for a key (apikey), and who reads a page can read the key in it" in said
    assert "tiles=xyzservices.providers.Thunderforest.Outdoors(apikey='…')" in said


def test_a_provider_with_its_key_is_taken_from_python():
    tiles = tiles_of(xyzservices.providers.Thunderforest.Outdoors(apikey="open secret"))

    assert tiles.url.endswith("?apikey=open%20secret")
    assert tiles_of(tiles.asked) == tiles  # what a page says of it is enough to make it again


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"crs": "EPSG:3031"}, r"drawn in EPSG:3031, a page's in Web Mercator"),
        ({"url": "http://tiles.example/{z}/{x}/{y}.png"}, r"come unencrypted \(http:\)"),
        ({"url": "https://tiles.example/{z}/{x}.png"}, r"has no {z}, {x} and {y}"),
        ({"url": "https://tiles.example/{z}/{x}/{y}/{what}"}, r"asks for a key \(what\)"),
        ({"url": "https://tiles.example; script-src */{z}/{x}/{y}"}, "none that a page could ask"),
        ({"url": "javascript:alert(1)/{z}/{x}/{y}"}, "unencrypted|none that"),
        ({"url": "https://[{z}/{x}/{y}"}, "none that a page could ask"),
        ({"url": "https://*.example/{z}/{x}/{y}"}, "none that a page could ask"),
        ({"subdomains": ["a", "b; script-src *"]}, "none that a page could ask"),
        ({"max_zoom": "high"}, "cannot be meant"),
        ({"bounds": [1, 2]}, "cannot be meant"),
        ({"attribution": ""}, "need a url, a name and an attribution"),
    ],
)
def test_tiles_that_fit_no_page_are_refused_with_a_sentence(change: dict[str, Any], why: str):
    with pytest.raises(OutputError, match=why):
        tiles_of(MINE | change)


def test_what_xyzservices_calls_broken_is_refused():
    broken = [k for k, v in xyzservices.providers.flatten().items() if v.get("status") == "broken"]

    assert broken
    with pytest.raises(OutputError, match=r"says that .* is broken"):
        tiles_of(broken[0])


def test_every_provider_of_xyzservices_is_taken_or_refused_in_a_sentence():
    taken = 0
    for name in xyzservices.providers.flatten():
        try:
            tiles = tiles_of(name)
        except OutputError as error:
            assert name.split("'")[0] in str(error)  # noqa: PT017 - most are not refused
            continue
        taken += 1
        assert tiles.hosts
        assert all(h.startswith("https://") for h in tiles.hosts)
        assert "".join(text for text, _ in tiles.credit).strip()
    assert taken > 50


def test_fields_and_servers_of_an_address_are_filled_in():
    tiles = tiles_of(MINE)

    assert tiles.url == "https://{s}.tiles.example/quiet%20blue/{z}/{x}/{y}{r}.png"
    assert tiles.hosts == ("https://one.tiles.example", "https://two.tiles.example")
    assert dict(tiles.options)["maxNativeZoom"] == 12


def test_of_an_attribution_only_words_and_links_are_left():
    hostile = (
        '&copy; <a href="https://a.example/" onclick="x()">A &amp; B</a>'
        "<script>alert(1)</script><a href='javascript:alert(2)'>C</a><img src=x onerror=alert(3)>"
    )
    tiles = tiles_of(MINE | {"html_attribution": hostile})

    assert ("A & B", "https://a.example/") in tiles.credit
    assert ("C", "") in tiles.credit
    assert {to for _, to in tiles.credit} == {"", "https://a.example/"}
    html = page([AWAY], zones=[BOX], tiles=MINE | {"html_attribution": hostile}).html
    assert "<script>alert(1)" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html


# --------------------------------------------------------------------------------- where they are


def regional(west: float, east: float) -> Tiles:
    return replace(tiles_of(MINE), bounds=(40.0, west, 60.0, east))


def test_tiles_of_a_part_of_the_earth_are_asked_for_on_the_storys_side_of_180():
    frame = Frame.for_tiles([(np.array([175.0, 190.0]), np.array([50.0, 52.0]))])

    told = regional(-180.0, -160.0).data(frame)

    assert told["options"]["bounds"] == [[40.0, 180.0], [60.0, 200.0]]


def test_tiles_of_elsewhere_are_refused():
    frame = Frame.for_tiles([(np.array([175.0, 190.0]), np.array([50.0, 52.0]))])

    with pytest.raises(OutputError, match="cover 40° to 60° of latitude, 0° to 20° of longitude"):
        regional(0.0, 20.0).data(frame)


def test_tiles_of_the_whole_earth_have_no_bounds():
    """They would end at 180°, where a story may go on."""
    frame = Frame.for_tiles([(np.array([175.0, 190.0]), np.array([50.0, 52.0]))])

    assert "bounds" not in regional(-180.0, 180.0).data(frame)["options"]


def test_where_mercator_ends_there_are_no_tiles():
    k = np.arange(40)
    polar = track_of(list(zip(k * 9.0 - 180, 84.0 + k / 20, strict=True)), list(60.0 * k))

    with pytest.raises(OutputError, match="beyond 85° of latitude, where Web Mercator"):
        page([polar], zones=[BOX], tiles="OpenTopoMap")


# --------------------------------------------------------------------------------- on the page


def test_a_page_says_who_learns_of_its_readers_and_whose_tiles_they_are():
    html = page([AWAY], zones=[BOX], tiles="OpenTopoMap").html

    hosts = " ".join(f"https://{s}.tile.opentopomap.org" for s in "abc")
    assert f"img-src data: {hosts};" in html
    assert "is fetched from a.tile.opentopomap.org, b.tile.opentopomap.org and c.tile" in html
    assert "Background, fetched when the page is read: OpenTopoMap. Map data: ©" in unescape(html)
    assert (
        '<a href="https://opentopomap.org" target="_blank" rel="noopener">OpenTopoMap</a>' in html
    )
    assert "Web Mercator projection, which enlarges" in html


def test_a_page_without_tiles_carries_nothing_of_them():
    made = page([AWAY], zones=[BOX])

    assert "tileLayer(tiles" not in made.html
    assert "hc-tile" not in made.html
    assert "img-src data:;" in made.html
    assert "tiles" not in made.findings.parameters["page"]


def test_a_page_of_tiles_is_the_same_bytes_every_time():
    first = page([AWAY], zones=[BOX], tiles="OpenTopoMap")
    again = page([AWAY], zones=[BOX], tiles="OpenTopoMap")

    assert first.html == again.html


def test_pictures_of_a_page_of_tiles_are_drawn_as_without_them():
    from layers.picture import noscript, picture

    with_tiles, plain = (page([AWAY], zones=[BOX], tiles=t) for t in ("OpenTopoMap", None))

    assert noscript(with_tiles) == noscript(plain)
    assert picture(with_tiles, form="svg") == picture(plain, form="svg")


# ------------------------------------------------------------------------- the command, and again


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "doom.csv").write_text(CSV, encoding="utf-8")
    return tmp_path


def test_the_command_makes_a_page_on_tiles_that_verifies(folder: Path):
    run = CliRunner().invoke(app, ["map", "doom.csv", "-z", "USA", "--tiles", "OpenTopoMap"])

    assert run.exit_code == 0, run.output
    assert "tile.opentopomap.org" in (folder / "map.html").read_text(encoding="utf-8")
    assert verify(folder / "map.html").differs == ()


def test_a_page_whose_tiles_were_changed_by_hand_is_found_out(folder: Path):
    CliRunner().invoke(app, ["map", "doom.csv", "-z", "USA", "--tiles", "OpenTopoMap"])
    made = folder / "map.html"
    text = made.read_text(encoding="utf-8")
    made.write_text(text.replace("tile.opentopomap.org", "tile.example.org"), encoding="utf-8")

    assert any("draws or says is not what comes out" in d for d in verify(made).differs)


def test_a_page_with_tiles_of_ones_own_verifies(folder: Path):
    from geo import read_tracks

    made = page(read_tracks("doom.csv"), zones=["airspace:USA"], tiles=MINE)
    path = made.save(folder / "own.html")

    assert verify(path).differs == ()


def test_a_wrong_name_of_tiles_is_told_before_any_work(folder: Path):
    run = CliRunner().invoke(app, ["map", "nothing.csv", "--tiles", "OpenTopMap"])

    assert run.exit_code == 1
    assert "Did you mean OpenTopoMap" in run.output
    assert not (folder / "map.html").exists()


@pytest.mark.usefixtures("folder")
def test_openstreetmaps_own_tiles_come_with_a_warning():
    run = CliRunner().invoke(
        app, ["map", "doom.csv", "-z", "USA", "--tiles", "OpenStreetMap.Mapnik"]
    )

    assert run.exit_code == 0
    assert "refuse a page without an address: opened from disk" in " ".join(run.output.split())


def test_a_kit_says_what_its_page_fetches_and_which_policy_lets_it(folder: Path):
    words = ["map", "doom.csv", "-z", "USA", "--tiles", "OpenTopoMap", "--kit", "-o", "kit"]
    run = CliRunner().invoke(app, words)

    assert run.exit_code == 0, run.output
    readme = " ".join((folder / "kit" / "README.txt").read_text(encoding="utf-8").split())
    assert "one file, loads only its background" in readme
    assert "img-src data: https://a.tile.opentopomap.org https://b.tile" in readme
    assert "background is fetched from a.tile.opentopomap.org" in readme
    assert "not of the pictures: OpenTopoMap. Map data: ©" in (
        folder / "kit" / "credit.txt"
    ).read_text(encoding="utf-8")
    assert verify(folder / "kit" / "index.html").differs == ()
