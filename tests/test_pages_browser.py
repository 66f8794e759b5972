"""The marks of a page on flights of every kind: at the pole, everywhere, a million fixes, none.

The story itself is in test_page_browser.py, hostile names in test_hostile.py.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")

from axe_playwright_python.sync_playwright import Axe
from browsing import pieces, visit
from playwright.sync_api import Browser

from geo.earth import geodesic_between
from geo.errors import OutputError
from geo.readers import read_tracks
from geo.track import Track
from layers.pages import Page, page

pytestmark = pytest.mark.browser

START_S = 1592352000.0  # 2020-06-17T00:00:00Z
SEED = 7


def over_the_pole() -> Page:
    """Three turns around the north pole, between 83.5° and 88.5°N."""
    k = np.arange(120)
    lon = (k * 9.0 + 180) % 360 - 180
    return page([Track("POLE", lon, 86 + 2.5 * np.sin(k / 9), START_S + 60 * k)])


def across_180() -> Page:
    k = np.arange(60)
    lon = 176.0 + 0.15 * k
    lon = np.where(lon > 180, lon - 360, lon)
    flight = Track("ACROSS", lon, 53.5 + 0.02 * k, START_S + 60 * k, np.full(60, 9144.0))
    return page([flight], zones=["airspace:USA"])


def a_million() -> Page:
    """A flight of a million fixes, 20 a second, with the noise that receivers have."""
    n = 1_000_000
    noise = np.random.default_rng(SEED)
    s = np.linspace(0, 1, n)
    lon = -150 - 40 * s + 2 * np.sin(40 * s) + noise.normal(0, 1e-4, n)
    lat = 52 + 2 * np.sin(9 * s) + 1.2 * np.sin(53 * s) + noise.normal(0, 1e-4, n)
    lon = (lon + 180) % 360 - 180
    return page([Track("MILLION", lon, lat, START_S + 0.05 * np.arange(n))], zones=["sea:bering"])


def far_from_all() -> Page:
    """In the South Atlantic, 1,500 km from anybody: no finding."""
    k = np.arange(30)
    return page([Track("ALONE", -40 + k / 3, np.full(30, -30.0), START_S + 60 * k)])


def around_the_world() -> Page:
    noise = np.random.default_rng(SEED)
    flights = []
    f = np.linspace(0, 1, 200)
    for i in range(12):
        x, y = noise.uniform(-170, 170, 2), noise.uniform(-60, 65, 2)
        lon, lat = geodesic_between(*(np.full(200, v) for v in (x[0], y[0], x[1], y[1])), f)
        flights.append(Track(f"WORLD{i}", lon, lat, START_S + 1800 * i + 200 * np.arange(200)))
    return page(flights, zones=["airspace:JPN", "airspace:USA"])


def a_trace(folder: Path) -> Page:
    """A trace as receivers write it: legs, a hole, heights in feet, "ground", nulls."""
    rows: list[list[Any]] = []
    for k in range(300):
        ground = k < 8 or k > 292
        height = "ground" if ground else 31_000 + 25 * (k % 3)
        hole = 900 if k > 180 else 0
        about = {"flight": "NICE42  ", "nic": 8, "rc": 186} if k % 40 == 0 else None
        where = [20.0 * k + hole, 54.3 + 0.012 * k, 18.0 + 0.02 * k, height, 420.0, 45.0]
        stale = int(100 < k < 104)
        rows.append([*where, stale, 0, about, "adsb_icao", None, None, None, None])
    trace = {"icao": "abc123", "r": "N1", "t": "B52", "timestamp": START_S, "trace": rows}
    path = folder / "trace_full_abc123.json"
    path.write_text(json.dumps(trace), encoding="utf-8")
    return page(read_tracks(path))


KINDS: dict[str, Callable[[], Page]] = {
    "pole": over_the_pole,
    "across": across_180,
    "million": a_million,
    "empty": far_from_all,
    "world": around_the_world,
}
FITS = """() => {
  const map = document.querySelector(".leaflet-container").getBoundingClientRect();
  const lines = [...document.querySelectorAll(
    ".leaflet-container .hc-line.track, .leaflet-container .hc-line.gap")];
  return lines.length > 0 && lines.every(path => {
    const r = path.getBoundingClientRect();
    return r.left > map.left && r.right < map.right && r.top > map.top && r.bottom < map.bottom;
  });
}"""


@pytest.fixture(scope="module", params=[*KINDS, "trace"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp(request.param)
    shown = a_trace(folder) if request.param == "trace" else KINDS[request.param]()
    return request.param, shown, shown.save(folder / "page.html")


def test_a_page_of_any_kind_is_quiet_and_shows_it_all_and_zooms(browser: Browser, made):
    kind, _, file = made
    with visit(browser, file, reduced_motion="reduce") as seen:
        seen.open_details()
        assert seen.page.evaluate(FITS)
        assert seen.page.locator(".leaflet-container .hc-line.track").count() >= 1
        bars = [b.inner_text() for b in seen.page.locator(".hc-bar").all() if b.is_visible()]
        assert [b.split()[-1] for b in bars] == ["NM", "km"]
        # where the corner lies beyond the rim of the Earth, no scale is true there
        told = seen.page.locator(".hc-scale > :last-child").inner_text()
        assert told == ("in the middle of the map" if kind == "world" else "")
        assert not any(b.startswith("0") for b in bars)
        # no line jumps over half the map
        assert max(p["longest"] for p in pieces(seen.page, ".track,.gap,.closest,.belt")) < 0.5
        zoom = seen.page.evaluate("howclose.theMap.getZoom()")
        seen.page.locator(".leaflet-control-zoom-in").click()
        assert seen.page.evaluate("howclose.theMap.getZoom()") > zoom
        assert (seen.foreign, seen.complaints, seen.refused) == ([], [], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_page_of_any_kind(browser: Browser, made, scheme: Any):
    _, _, file = made
    width = 1000 if scheme == "light" else 360
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with visit(browser, file, reduced_motion="reduce", **options) as seen:
        seen.open_details()
        found = Axe().run(seen.page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.page.evaluate(FITS)


def test_a_million_fixes_are_a_small_page(made):
    kind, shown, _ = made
    raw = shown.html.encode()
    assert len(raw) <= (1_000_000 if kind == "million" else 600_000)
    assert len(gzip.compress(raw, 9, mtime=0)) <= 250_000


def test_without_a_finding_a_page_says_so(browser: Browser, made):
    kind, shown, file = made
    if kind != "empty":
        assert len(shown.findings) > 0
        return
    with visit(browser, file) as seen:
        assert seen.page.locator(".hc-answer").inner_text() == (
            "No flight came near any of these zones."
        )
        assert seen.page.locator(".hc-go").is_visible()  # time runs all the same
        assert seen.page.locator(".hc-graph").count() == 0
        assert seen.page.locator("table").count() == 0


def test_a_page_of_no_flight_at_all_is_refused_in_a_sentence():
    with pytest.raises(OutputError, match="no flight to draw"):
        page([])
