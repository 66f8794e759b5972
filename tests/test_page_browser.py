"""The marks that a page has to reach, in a real Chromium that asks nobody for anything."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import folium
import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")

from browsing import ARGUMENTS, chromium, pieces, visit
from playwright.sync_api import Browser
from stories import line

from geo.catalogue import zone
from geo.checks import check
from geo.readers import read_tracks
from layers.findings import FindingLayer
from layers.pages import Page
from layers.track import TrackLayer
from layers.track_page import page
from layers.zones import ZoneLayer

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def across(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded flight across 180°, with a gap, in a folder of its own."""
    points = [(172.0 + i, 58.0 + 0.2 * i) for i in range(17)]
    points = [(x if x < 180 else x - 360, y) for x, y in points]
    minutes = [5.0 * i + (40 if i > 9 else 0) for i in range(17)]
    path = tmp_path_factory.mktemp("across") / "across.geojson"
    path.write_bytes(line(points, minutes, callsign="BEAR1"))
    return path


@pytest.fixture(scope="module")
def tracks_page(across: Path) -> Page:
    """The page of that flight, against two airspaces."""
    return page(read_tracks(across), zones=["airspace:USA", "airspace:RUS"])


@pytest.fixture(scope="module")
def tracks_file(tracks_page: Page, across: Path) -> Path:
    """The file of that page."""
    return tracks_page.save(across.with_suffix(".html"))


@pytest.fixture(scope="module", params=["story", "tracks"])
def page_file(request: pytest.FixtureRequest, june_file: Path, tracks_file: Path) -> Path:
    """Both kinds of page, one after the other."""
    return june_file if request.param == "story" else tracks_file


# ------------------------------------------------------------ what test_marks_browser.py rests on


def test_the_policy_is_in_force(browser: Browser, june_file: Path):
    """What it did not name does not run: else the tests above would tell nothing."""
    with visit(browser, june_file) as seen:
        seen.page.evaluate(
            """() => {
              const script = document.createElement("script");
              script.textContent = "window.hacked = 1";
              document.body.appendChild(script);
              document.body.appendChild(new Image()).src = "https://example.org/x.png";
            }"""
        )
        seen.page.wait_for_timeout(100)

        assert seen.page.evaluate("window.hacked") is None
        assert {r.split()[0] for r in seen.refused} == {"script-src-elem", "img-src"}


# ------------------------------------------------------------------------- 4: the same bytes


def test_layers_that_also_stand_on_a_map_change_nothing_of_the_page(tracks_page: Page):
    before = tracks_page.html
    plain = folium.Map(location=[58, 178])
    for layer in tracks_page.layers:
        layer.add_to(plain)
    plain.get_root().render()

    assert type(tracks_page).html.func(tracks_page) == before


def test_two_processes_write_the_same_bytes(tmp_path: Path, june: Page):
    running = []
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "layers.cli", "story", "-o", str(tmp_path / seed)]
        running.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE))
    outputs = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert outputs[0].decode().strip().endswith("index.html")

    def written(seed: str) -> dict[str, str]:
        folder = tmp_path / seed
        files = sorted(p for p in folder.rglob("*") if p.is_file())
        return {
            str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
        }

    assert written("1") == written("2")
    assert written("1")["index.html"] == hashlib.sha256(june.html.encode()).hexdigest()
    assert "inputs/june-2020.toml" in written("1")


# ------------------------------------------------------------------------- 5: the antimeridian


def in_view(seen, lon: list[float], lat: list[float]) -> list[bool]:
    """Return which points in degrees are within the map."""
    return seen.page.evaluate(
        """points => {
          const map = howclose.theMap, size = map.getSize();
          return points.map(([lon, lat]) => {
            const p = map.latLngToContainerPoint([lat, lon]);
            return p.x >= 0 && p.y >= 0 && p.x <= size.x && p.y <= size.y;
          });
        }""",
        [list(p) for p in zip(lon, lat, strict=True)],
    )


@pytest.mark.parametrize("width", [360, 600, 1200])
def test_the_first_view_holds_the_story(browser: Browser, june_file: Path, told, width: int):
    lon, lat = (list(v) for v in zip(*told.story.head.frame, strict=True))
    with visit(browser, june_file, viewport={"width": width, "height": 800}) as seen:
        assert in_view(seen, lon, lat) == [True] * len(lon)


def test_a_flight_across_180_is_drawn_in_one_piece(browser: Browser, tracks_file: Path):
    with visit(browser, tracks_file) as seen:
        (track,) = pieces(seen.page, ".hc-line.track")
        (gap,) = pieces(seen.page, ".hc-line.gap")

        assert track["lines"] == 2  # before the gap and after it
        assert gap["lines"] == 1
        assert track["longest"] < 0.3
        assert all(in_view(seen, [172.0, 188.0], [58.0, 61.2]))


@pytest.mark.parametrize("way", ["drag", "keyboard"])
def test_moving_the_map_keeps_the_story_in_one_piece(browser: Browser, june_file: Path, way: str):
    with visit(browser, june_file) as seen:
        before = seen.page.evaluate("howclose.theMap.getCenter().lng")
        box = seen.page.locator(".leaflet-container").bounding_box()
        assert box is not None
        mouse = seen.page.mouse
        for _ in range(3):
            if way == "drag":
                mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2)
                mouse.down()
                mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2, steps=4)
                mouse.up()
            else:
                seen.page.locator(".leaflet-container").focus()
                for _ in range(4):
                    seen.page.keyboard.press("ArrowRight")
            seen.page.wait_for_timeout(500)
        after = seen.page.evaluate("howclose.theMap.getCenter().lng")
        # A glide may go on over the edge; then the map comes back.
        seen.page.wait_for_function(
            """() => {
              const map = howclose.theMap;
              const id = document.querySelector(".folium-map").id + "-data";
              const [x0, y0, x1, y1] = JSON.parse(document.getElementById(id).textContent).rect;
              const p = map.options.crs.project(map.getCenter()), near = 5000;
              return p.x > x0 - near && p.x < x1 + near && p.y > y0 - near && p.y < y1 + near;
            }""",
            timeout=3000,
        )
        drawn = pieces(seen.page, ".hc-line")

        assert after > before + 5  # the map did move
        assert max(p["longest"] for p in drawn) < 0.5
        assert seen.complaints == []


@pytest.mark.parametrize("centre_lon", [178.0, -178.0, 540.0])
@pytest.mark.parametrize("grouped", [False, True])
def test_a_track_across_180_is_whole_on_anybodys_map(
    browser: Browser, across: Path, tmp_path: Path, centre_lon: float, grouped: bool
):
    tracks = read_tracks(across)
    usa = zone("airspace:USA")
    plain = folium.Map(location=[59.5, centre_lon], zoom_start=4, tiles=None)
    group = folium.FeatureGroup("flights").add_to(plain) if grouped else plain
    for layer in (TrackLayer(tracks[0]), FindingLayer(next(iter(check(tracks, usa))))):
        layer.add_to(group)
    path = tmp_path / "plain.html"
    plain.save(path)

    with visit(browser, path, leaflet=True) as seen:
        (track,) = pieces(seen.page, ".hc-line.track")
        (gap,) = pieces(seen.page, ".hc-line.gap")
        (closest,) = pieces(seen.page, ".hc-line.closest")
        thrown = [c for c in seen.complaints if "Failed to load resource" not in c]

        # 17° of longitude on 1,200 px at zoom 4 are 190 px: all of it is there, in one place
        assert (track["lines"], gap["lines"]) == (2, 1)
        assert track["seen"] >= 4
        assert gap["seen"] >= 2
        assert closest["seen"] >= 1
        assert max(p["longest"] for p in (track, gap, closest)) < 0.5
        assert seen.page.locator(".hc-label.flight").count() == 1
        assert [c for c in thrown if "jQuery" not in c and "$ is not" not in c] == []


def test_a_layer_is_drawn_on_a_map_that_prefers_a_canvas_and_when_it_comes_back(
    browser: Browser, across: Path, tmp_path: Path
):
    plain = folium.Map([59.5, 178.0], zoom_start=4, tiles=None, prefer_canvas=True)
    layer = TrackLayer(read_tracks(across)[0]).add_to(plain)
    path = tmp_path / "canvas.html"
    plain.save(path)

    with visit(browser, path, leaflet=True) as seen:
        stroke = "getComputedStyle(document.querySelector('.hc-line.track')).stroke"
        names = [plain.get_name(), layer.get_name()]
        (before,) = pieces(seen.page, ".hc-line.track")
        seen.page.evaluate("([map, layer]) => window[layer].remove()", names)
        assert pieces(seen.page, ".hc-line.track") == []
        seen.page.evaluate("([map, layer]) => window[map].setZoom(5, { animate: false })", names)
        seen.page.evaluate("([map, layer]) => window[layer].addTo(window[map])", names)
        (after,) = pieces(seen.page, ".hc-line.track")

        assert before["seen"] >= 4
        assert after["lines"] == before["lines"]
        assert after["longest"] == pytest.approx(2 * before["longest"], rel=0.2)
        assert seen.page.evaluate(stroke) == "rgb(43, 95, 148)"  # ours, not Leaflet's own blue


def test_zones_and_labels_work_on_anybodys_map(browser: Browser, tmp_path: Path):
    plain = folium.Map(location=[55, 178], zoom_start=3, tiles=None)
    for name in ("airspace:USA", "adiz:alaska", "sea:bering"):
        ZoneLayer(zone(name)).add_to(plain)
    path = tmp_path / "zones.html"
    plain.save(path)

    with visit(browser, path, leaflet=True) as seen:
        assert {p["look"].split()[1] for p in pieces(seen.page)} >= {"belt", "adiz", "area"}
        assert max(p["longest"] for p in pieces(seen.page, ".belt,.area")) < 0.5


# --------------------------------------------------------------------------- 6: in an article


HOST = """<!DOCTYPE html><html lang="en"><title>An article</title>
<body style="margin:0"><div style="height:{above}px">Words.</div>
<iframe title="map" sandbox="allow-scripts" src="{src}" width="{width}" height="600"
 style="border:0;display:block"></iframe><div style="height:3000px">More words.</div>
<script>
window.heights = [];
addEventListener("message", function (event) {{
  const frame = document.querySelector("iframe");
  if (event.source !== frame.contentWindow || !event.data) return;
  if (event.data.type === "howclose:height") heights.push(event.data.height);
  if (event.data.sentinel === "amp") window.amp = event.data;
  if (String(event.data).startsWith("pymxPYMx")) window.pym = event.data;
}});
</script></body></html>"""


@pytest.fixture
def article(june_file: Path, tmp_path: Path):
    """A page of somebody else's with ours in a sandboxed frame."""

    def made(width: int = 600, query: str = "") -> Path:
        path = tmp_path / f"article-{width}.html"
        src = june_file.as_uri() + query
        path.write_text(HOST.format(src=src, width=width, above=0), encoding="utf-8")
        return path

    return made


# ------------------------------------------------------------------------ 7: scrolling is safe


def test_the_wheel_scrolls_the_article_and_zooms_with_ctrl(browser: Browser, article):
    with visit(browser, article(width=900)) as seen:
        frame = seen.page.frames[1]
        frame.wait_for_selector("path.hc-line.claim")
        zoom = frame.evaluate("howclose.theMap.getZoom()")
        box = frame.locator(".leaflet-container").bounding_box()
        assert box is not None
        seen.page.mouse.move(box["x"] + 300, min(box["y"] + 150, 590))
        frame.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        seen.page.mouse.wheel(0, 4000)
        seen.page.wait_for_timeout(300)
        seen.page.mouse.wheel(0, 400)
        seen.page.wait_for_timeout(300)

        assert seen.page.evaluate("scrollY") > 0
        assert frame.evaluate("howclose.theMap.getZoom()") == zoom


# --------------------------------------------------------------------------- 8: for everybody


def test_what_a_pointer_is_told_stands_in_words_not_in_letters(browser: Browser, june_file: Path):
    with visit(browser, june_file) as seen:
        seen.page.evaluate(
            """() => {
              const path = document.querySelector("path.hc-line.claim");
              const p = path.getPointAtLength(40), m = path.getScreenCTM();
              const at = { clientX: p.x * m.a + m.e, clientY: p.y * m.d + m.f, bubbles: true };
              path.dispatchEvent(new MouseEvent("mouseover", at));
              path.dispatchEvent(new MouseEvent("mousemove", at));
            }"""
        )
        tip = seen.page.locator(".hc-tip")
        box = tip.bounding_box()

        assert str(tip.text_content()).startswith("NORAD: 32 NM from Alaskan shores")
        assert box is not None
        assert box["width"] > 120
        assert box["height"] < 40


@pytest.mark.parametrize("query", ["?theme=dark", "?dark=true"])
def test_an_address_can_ask_for_the_dark(browser: Browser, june_file: Path, query: str):
    with visit(browser, june_file.as_uri() + query, color_scheme="light") as seen:
        colour = "getComputedStyle(document.body).backgroundColor"
        assert seen.page.evaluate(colour) == "rgb(20, 24, 28)"


def test_the_rows_of_the_claims_focus_their_flights(browser: Browser, june_file: Path):
    with visit(browser, june_file) as seen:
        button = seen.page.locator("button[data-focus='claim:about-30-miles']")
        button.focus()
        seen.page.keyboard.press("Enter")
        chosen = seen.page.locator("path.hc-own.hc-chosen:not(.hc-arrow)")

        assert button.get_attribute("aria-pressed") == "true"
        assert chosen.count() == 4  # of either formation the corridor and the line in it
        titles = seen.page.locator("#hc-detail h2").all_inner_texts()
        assert titles == ["Tu-95MS, first formation", "Tu-95MS, second formation"]
        assert (
            seen.page.locator("tr.hc-chosen").count() == 5
        )  # the claim, and each flight to either zone
        assert seen.page.locator("button[aria-pressed=true]").count() == 1
        assert seen.page.url.endswith("#claim=about-30-miles")
        seen.page.keyboard.press("Escape")
        assert chosen.count() == 0
        assert button.get_attribute("aria-pressed") == "false"
        assert "#" not in seen.page.url
        none = seen.page.locator("tr[data-id='claim:dozen'] button")
        assert none.count() == 0  # it is of no flight
        assert seen.complaints == []


def test_who_asks_for_the_map_from_far_below_sees_it(browser: Browser, june_file: Path):
    with visit(browser, june_file, viewport={"width": 360, "height": 700}) as seen:
        button = seen.page.locator("button[data-focus='claim:neutral-waters']")
        button.scroll_into_view_if_needed()
        top = "document.querySelector('.hc-map').getBoundingClientRect()"
        assert seen.page.evaluate(f"{top}.bottom") < 0
        button.click()

        assert seen.page.evaluate(f"{top}.top") > -1
        assert seen.page.evaluate(f"{top}.bottom") <= 700
        asked = seen.page.evaluate("document.activeElement.getAttribute('data-focus')")
        assert asked == "claim:neutral-waters"  # and goes on from there


def test_who_comes_back_finds_the_place_and_switches_that_tell_the_truth(
    browser: Browser, tracks_file: Path
):
    with visit(browser, tracks_file, viewport={"width": 1000, "height": 500}) as seen:
        seen.page.wait_for_selector("html:not(.hc-first)")
        seen.page.locator("summary").first.click()
        if not seen.page.locator("details[open]").count():
            seen.page.locator("summary").first.click()
        seen.page.get_by_role("radio", name="km", exact=True).check()
        seen.page.evaluate("scrollTo(0, 700)")
        seen.page.wait_for_timeout(100)
        place = seen.page.evaluate("scrollY")
        assert place > 400

        seen.page.reload()
        seen.page.wait_for_timeout(300)
        assert seen.page.evaluate("scrollY") == place

        seen.page.goto("about:blank")
        seen.page.go_back()
        seen.page.wait_for_timeout(300)
        kilometres = seen.page.get_by_role("radio", name="km", exact=True).is_checked()
        figure = seen.page.locator("data.hc-length").first.text_content()
        assert ("NM" in str(figure)) != kilometres


def test_a_link_into_a_flight_keeps_its_time(browser: Browser, tracks_file: Path):
    with visit(browser, tracks_file) as seen:
        key = seen.page.locator("button[data-focus]").first.get_attribute("data-focus")
        time = "2020-06-17T00:20:00Z"
    with visit(browser, f"{tracks_file.as_uri()}#flight={key}&t={time}") as seen:
        assert time in seen.page.evaluate("decodeURIComponent(location.hash)")


@pytest.mark.parametrize("look", ["drawn", "track"])
def test_what_is_hidden_takes_its_name_and_its_aircraft_along(
    browser: Browser, june_file: Path, tracks_file: Path, look: str
):
    with visit(browser, june_file if look == "drawn" else tracks_file) as seen:
        mine = seen.page.locator(f".hc-label.flight.{look}:visible, .hc-sign:visible")
        assert mine.count() > 0
        seen.page.locator(f"input[data-look={look}]").uncheck()
        seen.page.wait_for_timeout(200)
        assert mine.count() == 0
        assert seen.page.locator(".hc-leader.flight:visible, .crossing:visible").count() == 0

        seen.page.locator(f"input[data-look={look}]").check()
        seen.page.wait_for_timeout(200)
        assert mine.count() > 0


def test_the_words_of_the_scale_stay_within_its_ticks_on_a_narrow_phone(
    browser: Browser, page_file: Path
):
    with visit(browser, page_file, viewport={"width": 320, "height": 700}) as seen:
        bars = seen.page.locator(".hc-bar").all()
        assert len(bars) == 2
        assert all(b.evaluate("e => e.scrollWidth <= e.clientWidth + 1") for b in bars)


def test_the_chart_is_as_wide_as_the_map_on_paper(browser: Browser, tracks_file: Path):
    with visit(browser, tracks_file) as seen:
        seen.page.emulate_media(media="print")
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        seen.page.wait_for_timeout(200)
        chart, frame = (seen.page.locator(look).bounding_box() for look in (".hc-graph", ".hc-map"))
        assert chart is not None
        assert frame is not None
        assert chart["width"] == pytest.approx(frame["width"], abs=1)


def test_a_link_leads_to_a_claim(browser: Browser, june_file: Path):
    with visit(browser, june_file.as_uri() + "#claim=neutral-waters") as seen:
        row = seen.page.locator("tr.hc-chosen[data-id='claim:neutral-waters']")
        assert row.count() == 1
        assert seen.page.locator("path.hc-own.hc-chosen:not(.hc-arrow)").count() == 2


def test_claims_can_be_sorted_by_what_can_be_said_of_them(browser: Browser, june_file: Path):
    with visit(browser, june_file) as seen:
        seen.page.wait_for_selector("html:not(.hc-first)")  # laid out after the map
        verdicts = seen.page.locator(".hc-claims .hc-verdict")
        before = verdicts.all_inner_texts()
        seen.page.locator(".hc-claims th button[data-sort]").nth(1).click()

        assert verdicts.all_inner_texts() == sorted(before)
        assert before != sorted(before)


def test_the_rows_of_the_table_focus_a_flight_and_escape_lets_go(browser: Browser, june_file: Path):
    with visit(browser, june_file) as seen:
        seen.open_details()
        button = seen.page.locator("button[data-focus='b52h']").first
        button.focus()
        seen.page.keyboard.press("Enter")
        assert button.get_attribute("aria-pressed") == "true"
        chosen = seen.page.locator("path.hc-own.hc-chosen:not(.hc-arrow)")
        assert chosen.count() == 2  # the corridor and the line in it
        assert seen.page.locator(".leaflet-container.hc-dim").count() == 1
        told = seen.page.locator("#hc-detail").inner_text()
        assert told.startswith("Close")
        assert "Drawn, not recorded" in told

        seen.page.keyboard.press("Escape")
        assert button.get_attribute("aria-pressed") == "false"
        assert chosen.count() == 0
        assert seen.page.locator("#hc-detail").inner_text() == ""


def test_every_box_of_the_legend_hides_what_it_names(browser: Browser, page_file: Path):
    visible = """look => [...document.querySelectorAll(".leaflet-container ." + look)]
      .filter(e => getComputedStyle(e).display !== "none").length"""
    with visit(browser, page_file) as seen:
        boxes = seen.page.locator("input[data-look]")
        looks = [str(boxes.nth(i).get_attribute("data-look")) for i in range(boxes.count())]
        assert len(looks) >= 3
        for look in looks:
            assert seen.page.evaluate(visible, look) > 0, look
            seen.page.locator(f"input[data-look={look}]").uncheck()
            seen.page.wait_for_timeout(100)
            assert seen.page.evaluate(visible, look) == 0, look
            seen.page.locator(f"input[data-look={look}]").check()
            seen.page.wait_for_timeout(100)
            assert seen.page.evaluate(visible, look) > 0, look


def test_without_scripts_the_answer_the_claims_and_the_table_are_there(
    browser: Browser, june_file: Path
):
    with visit(browser, june_file, java_script_enabled=False) as seen:
        claims = seen.page.locator("table.hc-claims")
        assert claims.is_visible()
        assert "32 NM" in seen.page.locator(".hc-answer").inner_text().replace("\xa0", " ")
        assert claims.locator("tbody tr").count() == 11
        seen.page.get_by_text("Flights and distances").click()
        assert seen.page.get_by_role("region", name="Findings").is_visible()
        assert not seen.page.locator(".hc-legend input").first.is_visible()
        assert not seen.page.locator("button[data-file]").first.is_visible()


@pytest.mark.parametrize("width", [320, 360, 600, 1000])
def test_no_page_is_wider_than_its_place(browser: Browser, page_file: Path, width: int):
    with visit(browser, page_file, viewport={"width": width, "height": 800}) as seen:
        seen.open_details()
        wide = seen.page.evaluate("document.documentElement.scrollWidth")

        assert wide <= width


# Every designation that a reader sees, in how many lines it stands, and whether it could be broken.
DESIGNATIONS = r"""() => {
  const out = [], name = /(?<![\p{L}\d])\p{Lu}\p{L}{0,2}-\d+\p{L}{0,3}(?![\p{L}\d])/gu;
  document.querySelectorAll("main, main *:not(svg, svg *)").forEach(e => e.childNodes.forEach(n => {
    if (n.nodeType !== 3 || /^(SCRIPT|STYLE|NOSCRIPT)$/.test(e.tagName)) return;
    for (const found of n.data.matchAll(name)) {
      const range = document.createRange();
      range.setStart(n, found.index);
      range.setEnd(n, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].map(r => Math.round(r.top)));
      out.push([found[0], lines.size, getComputedStyle(e).whiteSpaceCollapse + " " +
        getComputedStyle(e).textWrapMode]);
    }
  }));
  return out;
}"""


@pytest.mark.parametrize("script", [True, False])
def test_no_line_breaks_within_a_designation(browser: Browser, june_file: Path, script: bool):
    """Chromium would break "B-52s" at its hyphen, and does at 360 pixels in the subtitle."""
    phone = {"width": 360, "height": 800}
    with visit(browser, june_file, viewport=phone, java_script_enabled=script) as seen:
        if script:
            seen.open_details()
            row = seen.page.locator("button[data-focus]", has_text="B-52H").first
            row.evaluate("button => howclose.select(button.dataset.focus)")
        found = seen.page.evaluate(DESIGNATIONS)
        subtitle = seen.page.locator(".hc-sub").inner_text()
        told = seen.page.locator("#hc-detail").inner_text()

    names = {name for name, *_ in found}
    assert names >= {"B-52s", "Tu-95s", "Tu-95MS", "B-1B", "F-22", "MiG-31"}
    assert [f for f in found if f[1] > 1] == []
    assert [f for f in found if not f[2].endswith("nowrap")] == []
    # Nothing is put into the text: it is found and copied as it is written.
    assert subtitle.startswith("Russian Tu-95s off Alaska and American B-52s over the Sea")
    assert ("B-52H" in told) == script


NAMES_ON_THE_MAP = """() => {
  const map = document.querySelector(".hc-map").getBoundingClientRect();
  return [...document.querySelectorAll(".hc-words text")].map(t => {
    const r = t.getBoundingClientRect(), style = getComputedStyle(t);
    const lines = [...t.querySelectorAll("tspan")].map(s => s.textContent);
    return { text: lines.join(" ") || t.textContent, look: t.getAttribute("class"),
             slant: style.fontStyle, size: parseFloat(style.fontSize),
             box: [r.left - map.left, r.top - map.top, r.right - map.left, r.bottom - map.top] };
  });
}"""


@pytest.mark.parametrize("width", [320, 360, 390, 412])
def test_a_phone_names_the_sea_that_the_story_is_about(
    browser: Browser, june_file: Path, width: int
):
    phone = {"viewport": {"width": width, "height": 800}, "device_scale_factor": 2}
    with visit(browser, june_file, **phone) as seen:
        seen.page.wait_for_selector(".hc-words text")
        words = seen.page.evaluate(NAMES_ON_THE_MAP)

    seas = [w for w in words if "sea" in w["look"].split()]
    assert {"BERING SEA", "SEA OF OKHOTSK"} <= {w["text"] for w in seas}
    assert all(w["slant"] == "italic" and w["size"] >= 9 for w in seas)
    in_two = [w for w in seas if "two" in w["look"].split()]
    assert "SEA OF OKHOTSK" in {w["text"] for w in in_two}
    for one in in_two:
        x0, y0, x1, y1 = one["box"]
        assert 0 <= x0 <= x1 <= width
        for other in words:
            a0, b0, a1, b1 = other["box"]
            if other is one or ("two" not in other["look"] and "sea" in other["look"]):
                continue  # the box of a curve is larger than its letters
            assert x1 <= a0 or x0 >= a1 or y1 <= b0 or y0 >= b1, (one["text"], other["text"])


def test_the_files_that_a_page_offers_hold_its_findings(browser: Browser, june_file: Path, told):
    import csv
    import json

    with visit(browser, june_file, accept_downloads=True) as seen:
        seen.open_details()
        got = {}
        for name in ("findings.json", "findings.csv"):
            with seen.page.expect_download() as download:
                seen.page.locator(f"button[data-file='{name}']").click()
            got[name] = download.value.path().read_text(encoding="utf-8")

        assert json.loads(got["findings.json"]) == json.loads(told.findings.to_json())
        rows = list(csv.DictReader(got["findings.csv"].splitlines()))
        assert len(rows) == len(told.findings)
        for row, theirs in zip(rows, told.findings.rows(), strict=True):  # what the kit's file says
            for key, value in theirs.items():
                mine: object = row[key] or None
                if isinstance(value, int | float):
                    mine = float(row[key])
                elif key in ("crossings", "terms"):
                    mine, value = json.loads(row[key]), json.loads(value)
                assert mine == (value or None if isinstance(value, str) else value), key


# ----------------------------------------------------------------------------- in a notebook


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(
    browser: Browser, tracks_page: Page, tmp_path: Path
):
    path = tmp_path / "notebook.html"
    shown = tracks_page._repr_html_()
    path.write_text(f"<!DOCTYPE html><title>x</title><body>{shown}", encoding="utf-8")
    with visit(browser, path) as seen:
        frame = seen.page.frames[1]
        frame.wait_for_selector("path.hc-line.track")

        assert np.isfinite(frame.evaluate("howclose.theMap.getZoom()"))
        assert seen.foreign == []
        assert seen.complaints == []


# What stands below the map when the page has been read, and before its first picture.
FIRST = """
addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector(".hc-claims td");
  window.shownAtFirst = table && table.checkVisibility();
});
"""
NO_FRAMES = "window.requestAnimationFrame = () => 0;"


@pytest.mark.parametrize("also", ["", NO_FRAMES])
def test_what_stands_below_the_map_comes_after_it_even_where_no_frame_is_drawn(
    browser: Browser, june_file: Path, also: str
):
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.add_init_script(FIRST + also)
    page.goto(june_file.as_uri())
    shown = "() => document.querySelector('.hc-claims td').checkVisibility()"
    page.wait_for_function(shown, polling=20)

    assert page.evaluate("window.shownAtFirst") is False
    context.close()


def test_in_a_frame_all_is_there_at_once(browser: Browser, june_file: Path, tmp_path: Path):
    (tmp_path / "host.html").write_text(
        f'<!DOCTYPE html><iframe src="{june_file.as_uri()}" width="900" height="3000"></iframe>'
    )
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.add_init_script(FIRST)
    page.goto((tmp_path / "host.html").as_uri())

    assert page.frames[1].evaluate("window.shownAtFirst") is True
    context.close()


def test_no_scrollbar_comes_late_and_takes_room_from_the_map(browser: Browser, june_file: Path):
    """Without its tables the page is lower than this window, with them it is higher."""
    barred = browser.browser_type.launch(
        executable_path=chromium(),
        args=list(ARGUMENTS),
        ignore_default_args=["--hide-scrollbars"],
    )
    page = barred.new_page(viewport={"width": 1200, "height": 1400})
    page.goto(june_file.as_uri())
    page.wait_for_selector(".hc-words text")
    asked, given = page.evaluate(
        "() => [howclose.theMap.getSize().x, document.querySelector('.hc-map').clientWidth]"
    )
    barred.close()

    assert given < 1200 - 48  # there is a scrollbar
    assert asked == given
