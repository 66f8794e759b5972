"""A page on tiles, in a browser: whom it asks, what it sends, and that all else works without them.

The tiles come from here: from a server on the loopback, or from what the browser is told in place
of the network.
"""

from __future__ import annotations

import contextlib
import http.server
import math
import re
import struct
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")

from axe_playwright_python.sync_playwright import Axe
from browsing import WATCH, pieces, visit
from makers import GEOD
from playwright.sync_api import Browser, Route
from playwright.sync_api import Page as BrowserPage

from geo.earth import geodesic_between
from geo.track import Track
from layers.pages import Page
from layers.track_page import page

pytestmark = pytest.mark.browser

START_S: Final = 1592352000.0  # 2020-06-17T00:00:00Z
THEIRS: Final = re.compile(r"https://[abc]\.tile\.opentopomap\.org/(\d+)/(\d+)/(\d+)\.png")
TRACKS: Final = ".leaflet-container .hc-line.track, .leaflet-container .hc-line.gap"
FITS: Final = """look => {
  const map = document.querySelector(".leaflet-container").getBoundingClientRect();
  const lines = [...document.querySelectorAll(look)];
  return lines.length > 0 && lines.every(path => {
    const r = path.getBoundingClientRect();
    return r.left > map.left && r.right < map.right && r.top > map.top && r.bottom < map.bottom;
  });
}"""


def png() -> bytes:
    """Return a picture of one grey pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\x00\xcc")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


PIXEL: Final = png()


def flown(name: str, *stops: tuple[float, float], start_s: float = START_S) -> Track:
    """Return a flight along geodesics, a fix every four minutes."""
    f = np.linspace(0, 1, 121)
    lon, lat = [], []
    for a, b in zip(stops[:-1], stops[1:], strict=True):  # noqa: RUF007 - each pair is a leg
        x, y = geodesic_between(*(np.full(121, v) for v in (*a, *b)), f)
        lon.append(x[: 120 if b != stops[-1] else 121])
        lat.append(y[: 120 if b != stops[-1] else 121])
    x, y = np.concatenate(lon), np.concatenate(lat)
    return Track(name, x, y, start_s + 240 * np.arange(len(x)), np.full(len(x), 10668.0))


LONDON, NEW_YORK, LOS_ANGELES = (-0.45, 51.47), (-73.78, 40.64), (-118.4, 33.94)
TOKYO, MOSCOW, SYDNEY, SANTIAGO = (140.39, 35.77), (37.41, 55.97), (151.18, -33.95), (-70.79, -33.4)


def across_180() -> Page:
    k = np.arange(60)
    lon = 176.0 + 0.15 * k
    lon = np.where(lon > 180, lon - 360, lon)
    lat = 53.5 + 0.02 * k + 0.2 * np.sin(k / 5)  # bent, so that no piece of its line is long
    flight = Track("ACROSS", lon, lat, START_S + 60 * k, np.full(60, 9144.0))
    return page([flight], zones=["airspace:USA"], tiles="OpenTopoMap")


def round_the_earth() -> Page:
    stops = (LONDON, NEW_YORK, LOS_ANGELES, TOKYO, MOSCOW, LONDON)
    return page([flown("ROUND", *stops)], zones=["airspace:USA"], tiles="OpenTopoMap")


def everywhere() -> Page:
    flights = [
        flown("NORTH", TOKYO, LOS_ANGELES),
        flown("SOUTH", SYDNEY, SANTIAGO, start_s=START_S + 9_000),
        flown("EAST", LONDON, (55.4, 25.2), start_s=START_S + 20_000),
    ]
    return page(flights, zones=["airspace:USA", "airspace:AUS"], tiles="OpenTopoMap")


KINDS: Final = {"across": across_180, "round": round_the_earth, "everywhere": everywhere}


@pytest.fixture(scope="module", params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp(request.param) / "page.html"
    return request.param, KINDS[request.param]().save(path)


@pytest.fixture(scope="module")
def across(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return across_180().save(tmp_path_factory.mktemp("across") / "page.html")


def settled(shown: BrowserPage) -> None:
    """Wait until every tile has come, or failed to."""
    shown.wait_for_function(
        """() => {
          const tiles = [...document.querySelectorAll("img.leaflet-tile")];
          return tiles.length > 0 && tiles.every(tile => tile.complete);
        }"""
    )
    shown.wait_for_timeout(80)  # labels are placed in the next frame


@contextlib.contextmanager
def looked_at(browser: Browser, path: Path, *, online: bool = True, **options: Any):
    """Open a page whose tiles come from here, or not at all."""

    asked: list[str] = []  # what gets past the page's own policy

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if online:
            route.fulfill(body=PIXEL, content_type="image/png")
        else:
            route.abort("internetdisconnected")

    options.setdefault("viewport", {"width": 1200, "height": 900})
    context = browser.new_context(reduced_motion="reduce", **options)
    try:
        context.route(re.compile("^https?:"), answer)
        context.add_init_script(WATCH)
        shown = context.new_page()
        complaints: list[str] = []
        shown.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        shown.on("pageerror", lambda e: complaints.append(str(e)))
        shown.goto(path.as_uri())
        settled(shown)
        yield shown, asked, complaints
    finally:
        context.close()


# ------------------------------------------------------------------------------- whom it asks


def test_only_the_providers_tiles_are_asked_for(browser: Browser, made):
    _, path = made
    with looked_at(browser, path) as (shown, asked, complaints):
        shown.locator(".leaflet-control-zoom-in").click()
        settled(shown)

        assert len(asked) >= 4
        assert [url for url in asked if not THEIRS.fullmatch(url)] == []
        assert shown.evaluate("window.refused") == []
        assert complaints == []
        assert shown.locator("#hc-tileless").is_hidden()


def test_the_tiles_wrap_at_180(browser: Browser, across: Path):
    with looked_at(browser, across) as (_, asked, _):
        tiles = [tuple(map(int, match.groups())) for match in map(THEIRS.fullmatch, asked) if match]
        z = tiles[0][0]
        columns = {x for _, x, _ in tiles}

        assert {0, 2**z - 1} <= columns
        assert all(0 <= x < 2**z for x in columns)
        assert len(columns) < 2 ** (z - 1)  # and not the way round the Earth between them


WHERE: Final = """() => {
  const map = howclose.theMap, frame = map._container.getBoundingClientRect();
  return [...document.querySelectorAll("img.leaflet-tile")].map(img => {
    const r = img.getBoundingClientRect();
    const at = map.containerPointToLatLng([r.left - frame.left, r.top - frame.top]);
    return { url: img.src, lon: at.lng, lat: at.lat, wide: r.width };
  });
}"""


def test_each_tile_stands_where_it_belongs(browser: Browser, made):
    """Its north-western corner, by the formula that all servers of tiles share."""
    _, path = made
    with looked_at(browser, path) as (shown, _, _):
        tiles = shown.evaluate(WHERE)
    assert len(tiles) >= 4
    for tile in tiles:
        z, x, y = (int(v) for v in THEIRS.fullmatch(tile["url"]).groups())
        lon = x / 2**z * 360 - 180
        lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**z))))
        pixel = 360 / 2**z / tile["wide"]  # in degrees

        assert (tile["lon"] - lon + 180) % 360 - 180 == pytest.approx(0, abs=1.5 * pixel)
        assert tile["lat"] == pytest.approx(lat, abs=1.5 * pixel)


def test_nobody_else_can_be_asked(browser: Browser, across: Path):
    with looked_at(browser, across) as (shown, asked, _):
        asked.clear()
        shown.evaluate(
            """() => new Promise(done => {
              document.addEventListener("securitypolicyviolation", done, { once: true });
              new Image().src = "https://tile.opentopomap.org.example.com/1/1/1.png";
            })"""
        )
        assert asked == []


# ------------------------------------------------------------------------------ what is shown


@pytest.mark.parametrize("width", [1200, 600, 360])
def test_the_first_view_shows_it_all_in_one_line(browser: Browser, made, width: int):
    _, path = made
    with looked_at(browser, path, viewport={"width": width, "height": 800}) as (shown, _, _):
        assert shown.evaluate(FITS, TRACKS)
        drawn = pieces(shown, ".track,.gap,.closest,.belt")
        assert max(p["longest"] for p in drawn) < 0.5
        assert all(p["lines"] == 1 for p in drawn if "track" in p["look"].split())
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_said_of_a_flight_stands_by_its_line(browser: Browser, made):
    """Also where the line has gone on past 180°."""
    _, path = made
    with looked_at(browser, path) as (shown, _, _):
        far = shown.evaluate(
            """() => {
              const line = [], on = ".leaflet-container ";
              document.querySelectorAll(on + ".hc-line.track").forEach(path => {
                const at = path.getScreenCTM(), long = path.getTotalLength();
                for (let s = 0; s <= long; s += long / 2000)
                  line.push(path.getPointAtLength(s).matrixTransform(at));
              });
              const dots = document.querySelectorAll(on + ".hc-dot");
              return [...dots].map(dot => {
                const r = dot.getBoundingClientRect();
                const x = (r.left + r.right) / 2, y = (r.top + r.bottom) / 2;
                const away = p => Math.hypot(p.x - x, p.y - y);
                return line.reduce((least, p) => Math.min(least, away(p)), Infinity);
              });
            }"""
        )
    assert far
    assert max(far) < 6  # pixels


def test_the_scale_is_true_where_it_stands(browser: Browser, across: Path):
    with looked_at(browser, across) as (shown, _, _):
        told = shown.evaluate(
            """() => {
              const map = howclose.theMap, frame = map._container.getBoundingClientRect();
              const bar = document.querySelector(".hc-bar:nth-child(2)").getBoundingClientRect();
              const y = map.getSize().y - 24, x = bar.left - frame.left;
              const a = map.containerPointToLatLng([x, y]);
              const b = map.containerPointToLatLng([x + bar.width, y]);
              const words = [...document.querySelectorAll(".hc-scale > *")].map(e => e.textContent);
              return { ends: [a.lng, a.lat, b.lng, b.lat], words };
            }"""
        )
    number, unit = told["words"][1].split("\u00a0" if "\u00a0" in told["words"][1] else " ")
    assert unit == "km"
    length_m = GEOD.inv(*told["ends"])[2]
    assert length_m == pytest.approx(1000 * float(number.replace("\u202f", "")), rel=0.01)
    assert told["words"][2] == f"true at {told['ends'][1]:.0f}°N"


def test_who_made_the_tiles_is_named_on_the_map(browser: Browser, across: Path):
    for width in (1200, 360):
        with looked_at(browser, across, viewport={"width": width, "height": 800}) as (shown, _, _):
            credit = shown.locator(".hc-tile-credit")

            assert credit.is_visible()
            assert "OpenTopoMap (CC-BY-SA)" in credit.inner_text()
            inside = shown.evaluate(
                """() => {
                  const r = document.querySelector(".hc-tile-credit").getBoundingClientRect();
                  const map = document.querySelector(".hc-map").getBoundingClientRect();
                  const scale = document.querySelector(".hc-scale").getBoundingClientRect();
                  return r.left >= scale.right && r.right <= map.right + 1
                    && r.bottom <= map.bottom + 1;
                }"""
            )
            assert inside


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_page_of_tiles(browser: Browser, across: Path, scheme: Any):
    with looked_at(browser, across, color_scheme=scheme) as (shown, _, _):
        found = Axe().run(shown).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


def test_by_night_a_map_of_tiles_by_day_stays_as_it_is(browser: Browser, across: Path):
    """Light lines and words would be lost on it."""
    colours = {}
    for scheme in ("light", "dark"):
        with looked_at(browser, across, color_scheme=scheme) as (shown, _, _):
            colours[scheme] = shown.evaluate(
                """() => [".hc-map .hc-line.track", "body"].map(
                  look => getComputedStyle(document.querySelector(look)))
                  .map((style, i) => i ? style.backgroundColor : style.stroke)"""
            )
    assert colours["light"][0] == colours["dark"][0]
    assert colours["light"][1] != colours["dark"][1]


# --------------------------------------------------------------------------------- without them


def test_without_the_tiles_all_else_is_there(browser: Browser, across: Path):
    with looked_at(browser, across, online=False) as (shown, asked, _):
        assert asked
        assert shown.locator("#hc-tileless").is_visible()
        assert shown.evaluate(FITS, TRACKS)
        # the Aleutians, from our own data, under where the tiles would be
        assert shown.locator(".leaflet-howclose-land-pane path.land").count() == 1
        assert pieces(shown, ".land")[0]["seen"] > 5
        assert shown.evaluate("window.refused") == []

        before = shown.evaluate("document.querySelector('.hc-sign').style.transform")
        shown.locator(".hc-when").evaluate(
            "e => { e.value = e.max; e.dispatchEvent(new Event('input')); }"
        )
        assert shown.evaluate("document.querySelector('.hc-sign').style.transform") != before
        shown.locator("button[data-focus]").first.click()
        assert shown.locator("#hc-detail h2").inner_text() == "ACROSS"
        assert shown.locator(".hc-graph path.hc-curve-line").count() >= 1


def test_a_link_into_a_page_of_tiles_goes_there(browser: Browser, across: Path):
    with looked_at(browser, across) as (shown, _, _):
        shown.goto(across.as_uri() + "#flight=ACROSS-1&t=2020-06-17T00:30:00Z")
        shown.wait_for_selector("tr.hc-chosen")
        assert "2020-06-17 00:30:00\xa0UTC" in shown.locator(".hc-clock").inner_text()


# --------------------------------------------------------------------------------- what is sent


@dataclass
class Server:
    """A server on the loopback that keeps what it was asked."""

    port: int
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # path, Referer


@contextlib.contextmanager
def serving(files: dict[str, bytes] | None = None, **headers: str) -> Iterator[Server]:
    """Serve files by their path or, without any, a picture for every path."""
    told = Server(0)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            told.asked.append((self.path, self.headers["Referer"]))
            body = PIXEL if files is None else files.get(path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "image/png" if files is None else "text/html")
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def on_own_tiles(port: int) -> Page:
    own = {
        "name": "loopback",
        "url": f"http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png",
        "attribution": "nobody",
        "max_zoom": 5,
    }
    k = np.arange(60)
    flight = Track("SHORT", 9 + k / 60, np.full(60, 50.0), START_S + 60 * k)
    return page([flight], zones=["airspace:DEU"], tiles=own)


def test_a_server_of_tiles_learns_the_site_and_no_more(browser: Browser):
    """OpenStreetMap's asks for that much; and a site that says nothing at all is overruled."""
    with serving() as tiles:
        html = on_own_tiles(tiles.port).html.encode()
        with (
            serving({"/maps/june.html": html}, Referrer_Policy="no-referrer") as site,
            visit(browser, f"http://127.0.0.1:{site.port}/maps/june.html?theme=light#t=x") as seen,
        ):
            settled(seen.page)
            assert seen.refused == []
        assert tiles.asked
        assert {referrer for _, referrer in tiles.asked} == {f"http://127.0.0.1:{site.port}/"}
        assert all(re.fullmatch(r"/\d+/\d+/\d+\.png", path) for path, _ in tiles.asked)


def test_a_page_from_disk_has_no_address_to_tell(browser: Browser, tmp_path: Path):
    with serving() as tiles:
        path = on_own_tiles(tiles.port).save(tmp_path / "page.html")
        with visit(browser, path) as seen:
            settled(seen.page)
        assert {referrer for _, referrer in tiles.asked} == {None}


def test_no_finer_tiles_are_asked_for_than_there_are(browser: Browser, tmp_path: Path):
    with serving() as tiles:
        path = on_own_tiles(tiles.port).save(tmp_path / "page.html")
        with visit(browser, path) as seen:
            settled(seen.page)
            assert seen.page.evaluate("howclose.theMap.getZoom()") > 6
        assert {path.split("/")[1] for path, _ in tiles.asked} == {"5"}


def test_tiles_for_a_close_look_are_not_asked_for_by_the_thousand(browser: Browser, tmp_path: Path):
    with serving() as tiles:
        own = {
            "name": "close",
            "url": f"http://127.0.0.1:{tiles.port}/{{z}}/{{x}}/{{y}}.png",
            "attribution": "nobody",
            "min_zoom": 11,
        }
        k = np.arange(60)
        flight = Track("SHORT", 9 + k / 60, np.full(60, 50.0), START_S + 60 * k)
        path = page([flight], zones=["airspace:DEU"], tiles=own).save(tmp_path / "page.html")
        with visit(browser, path) as seen:
            at = seen.page.evaluate("howclose.theMap.getZoom()")
            seen.page.wait_for_timeout(300)
            far = len(tiles.asked)
            while seen.page.evaluate("howclose.theMap.getZoom()") < 10.6:
                seen.page.evaluate("howclose.theMap.zoomIn(0.5, { animate: false })")
            settled(seen.page)
        assert at < 9.5
        assert far == 0
        assert 0 < len(tiles.asked) < 100


NASTY: Final = (
    "</script><img src=x onerror=\"window.hacked='img'\"><svg onload=window.hacked='svg'>"
    "${window.hacked=1}`{{7*7919}}{% if %}{#'\"\\\u202e-->"
)


def test_a_hostile_provider_is_shown_as_it_is_written(browser: Browser, tmp_path: Path):
    with serving() as tiles:
        own = {
            "name": NASTY,
            "url": f"http://127.0.0.1:{tiles.port}/{{z}}/{{x}}/{{y}}.png?{{what}}",
            "what": NASTY,
            "attribution": NASTY,
        }
        k = np.arange(60)
        flight = Track("SHORT", 9 + k / 60, np.full(60, 50.0), START_S + 60 * k)
        made = page([flight], zones=["airspace:DEU"], tiles=own)
        with visit(browser, made.save(tmp_path / "page.html")) as seen:
            settled(seen.page)
            seen.open_details()
            assert seen.page.evaluate("window.hacked") is None
            assert seen.page.locator("img:not(.leaflet-tile)").count() == 0
            assert str(7 * 7919) not in seen.page.content()
            assert (seen.complaints, seen.refused) == ([], [])
            assert NASTY in seen.text()
        assert tiles.asked
