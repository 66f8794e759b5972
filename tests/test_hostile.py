"""Names that are code somewhere: in every field of every input they stay what they are, text."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import folium
import orjson
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")

from browsing import Visit, visit
from nasty import CALLSIGN, EVALUATED, FILE, NAMES, NASTY, URL, free_text, hostile, tables
from playwright.sync_api import Browser
from stories import written

from geo import check, read_tracks, read_zones
from geo.catalogue import Zone
from geo.findings import Findings
from geo.story import read_story
from geo.track import Tracks
from layers import FindingLayer, TrackLayer, ZoneLayer, page
from layers.story_page import story_page, tell

pytestmark = pytest.mark.browser


def nothing_ran(seen: Visit) -> None:
    """Hold that a page shows text as text: no element of it came from a name."""
    assert seen.page.evaluate("window.hacked") is None
    assert seen.page.locator("img:not(.leaflet-tile)").count() == 0
    assert EVALUATED not in seen.page.content()
    assert seen.foreign == []
    assert seen.refused == []
    assert seen.complaints == []


def test_the_tables_of_a_story_are_all_known():
    """A field that is added is hostile the next time: nobody has to remember it."""
    assert {"story", "source", "place", "flight", "interception", "statement"} <= set(tables())
    assert {"line", "gap", "incident", "claim", "spans"} <= set(tables())
    assert set(free_text(tables()["interception"])) == {"name", "aircraft", "note"}
    assert len(NAMES) == sum(f in free_text(tables()[t]) for t, f in NAMES)


def test_a_hostile_story_is_shown_as_it_is_written(browser: Browser, tmp_path: Path):
    story = read_story(written(tmp_path, hostile(NASTY), "hostile.toml"))
    told = tell(story)
    file = story_page(told).save(tmp_path / "index.html")

    with visit(browser, file) as seen:
        seen.open_details()
        seen.page.locator("button[data-focus='b52h']").first.click()
        text = seen.text()
        assert seen.page.title() == " ".join(story.head.title.split())
        assert seen.page.locator("h1").text_content() == story.head.title
        quotes = seen.page.locator("table.hc-claims q").all_text_contents()
        assert quotes == [c.quote for c in story.document.claim]
        b52h = story.flight("b52h")
        detail = str(seen.page.locator("#hc-detail").text_content())
        assert b52h.name in detail
        assert b52h.why in detail
        for shown in (story.head.subtitle, b52h.name, story.document.interception[0].note):
            assert shown in text
        for source in story.document.source:
            assert source.title in text
        links = seen.page.locator(".hc-list a")
        assert links.first.get_attribute("href") == URL
        of_words = story.document.statement[0].of_words
        assert of_words in str(seen.page.locator(".hc-label.claim").text_content())
        carried = seen.page.evaluate("howclose.data('howclose-findings')")
        assert carried == json.loads(told.findings.to_json())
        nothing_ran(seen)


def test_ten_thousand_characters_in_every_field_are_no_wider_than_a_phone(
    browser: Browser, tmp_path: Path
):
    document = hostile("x" * 10_000)
    for name in ("source", "incident"):
        document[name] = document[name][:2]
    kept = {s["id"] for s in document["source"]}
    for entries in document.values():
        for entry in entries if isinstance(entries, list) else []:
            if "sources" in entry:
                entry["sources"] = [s for s in entry["sources"] if s in kept]
    story = read_story(written(tmp_path, document, "long.toml"))
    file = story_page(tell(story)).save(tmp_path / "index.html")

    with visit(browser, file, viewport={"width": 360, "height": 800}) as seen:
        seen.open_details()
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert len(str(seen.page.locator("h1").text_content())) > 10_000
        nothing_ran(seen)


def hostile_files(folder: Path) -> list[Path]:
    """Write a track in each format, every text in it hostile, in files of hostile names."""
    points = [(-179.5 + 0.1 * i, 61.0) for i in range(20)]
    points = [(x if x < 180 else x - 360, y) for x, y in points]
    times = [1592352000 + 60 * i for i in range(20)]
    geojson = {
        "type": "Feature",
        "id": NASTY,
        "properties": {
            "name": f"{NASTY} n",
            "callsign": f"{NASTY} geojson",
            "icao24": f"{NASTY} i",
            NASTY: NASTY,
            "coordTimes": times,
        },
        "geometry": {"type": "LineString", "coordinates": points},
    }
    trace = {
        "icao": f"{NASTY} hex",
        "r": NASTY,
        "t": NASTY,
        "desc": NASTY,
        "ownOp": NASTY,
        "timestamp": times[0],
        "trace": [
            [60.0 * i, 61.2, x, 30000, 450.0, 90.0, 0, 0, {"flight": f"{CALLSIGN} readsb"}, NASTY]
            for i, (x, _) in enumerate(points)
        ],
    }
    paths = [folder / f"{FILE}.{suffix}" for suffix in ("geojson", "json", "csv")]
    paths[0].write_bytes(orjson.dumps(geojson))
    paths[1].write_bytes(orjson.dumps(trace))
    with paths[2].open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["time", "icao24", "lon", "lat", "callsign", NASTY])
        for t, (x, _) in zip(times, points, strict=True):
            rows.writerow([t, f"{NASTY} address", x, 61.4, f"{CALLSIGN} csv", NASTY])
    return paths


def hostile_zones(folder: Path) -> list[Zone]:
    """Return a zone of a file, both with hostile names."""
    ring = [[-179.0, 61.0], [-178.5, 60.5], [-178.5, 60.9], [-179.0, 61.0]]
    feature = {
        "type": "Feature",
        "properties": {"name": f"{NASTY} zone", "id": NASTY, "kind": NASTY},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = folder / f"zones {FILE}.geojson"
    path.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": [feature]}))
    return list(read_zones(path))


@pytest.fixture(scope="module")
def flights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tracks, Findings]:
    """Three hostile flights, and how near they came to a hostile zone."""
    folder = tmp_path_factory.mktemp("hostile")
    tracks = read_tracks(*hostile_files(folder))
    return tracks, check(tracks, hostile_zones(folder))


def test_hostile_flights_and_zones_are_shown_as_they_are_written(
    browser: Browser, tmp_path: Path, flights: tuple[Tracks, Findings]
):
    tracks, findings = flights
    assert len(findings) == 3
    file = page(tracks, findings=findings).save(tmp_path / "map.html")

    with visit(browser, file) as seen:
        seen.open_details()
        button = seen.page.locator("button[data-focus]").first
        names = seen.page.locator("button[data-focus]").all_text_contents()
        assert sorted(names) == sorted(f.name for f in findings)
        assert {n.rsplit(" ", 1)[1] for n in names} == {"geojson", "readsb", "csv"}
        assert all("{{7*7919}}" in n and "<img src=x" in n for n in names)
        zone_name = findings.zones[0].name
        assert "{{7*7919}}" in zone_name
        assert zone_name[1:] in seen.text()  # a sentence begins with a capital
        assert "onerror=window.hacked=4" in seen.text()  # the inputs are named
        button.click()
        assert seen.page.locator("#hc-detail h2").text_content() == button.text_content()
        nothing_ran(seen)


def test_hostile_layers_are_safe_on_anybodys_map(
    browser: Browser, tmp_path: Path, flights: tuple[Tracks, Findings]
):
    tracks, findings = flights
    plain = folium.Map(location=[61, -179], zoom_start=7, tiles=None)
    for t in tracks:
        TrackLayer(t, title=NASTY, id=t.name).add_to(plain)
    for f in findings:
        FindingLayer(f).add_to(plain)
    ZoneLayer(findings.zones[0]).add_to(plain)
    file = tmp_path / "plain.html"
    plain.save(file)

    with visit(browser, file, leaflet=True) as seen:
        # Somebody's map is somebody's: what folium itself fetches is not ours to forbid.
        seen.page.locator("path.hc-line.track").last.hover(force=True)
        seen.page.wait_for_timeout(100)
        assert seen.page.locator(".hc-tip").text_content() == NASTY
        labels = seen.page.locator(".hc-label").all_text_contents()
        assert len(labels) > 0
        # A zone's name is cut to what a map has room for.
        assert all("{{7*7919}}" in words or NASTY.startswith(words[:-1]) for words in labels)
        assert seen.page.evaluate("window.hacked") is None
        assert seen.page.locator("img:not(.leaflet-tile)").count() == 0
        assert EVALUATED not in seen.page.content()
