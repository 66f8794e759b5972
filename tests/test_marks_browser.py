"""The ten marks of a page, each on pages of every kind: a mark is a test, a kind is a column.

What a mark asks of one page only (what a row says, where a label stands) is in the other browser
tests; the snippets of the kit are in test_embed_browser.py.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")

from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, pieces, visit
from kinds import KINDS, of_a_million
from playwright.sync_api import Browser

from geo.errors import OutputError
from geo.readers import read_tracks
from layers.kit import kit
from layers.pages import Page
from layers.track_page import page

pytestmark = pytest.mark.browser

SLOW: Final = ("million", "world")  # to build, not to look at
FITS: Final = """() => {
  const map = document.querySelector(".leaflet-container").getBoundingClientRect();
  const lines = [...document.querySelectorAll(
    ".leaflet-container .hc-line.track, .leaflet-container .hc-line.gap")];
  return lines.every(path => {
    const r = path.getBoundingClientRect();
    return r.left > map.left && r.right < map.right && r.top > map.top && r.bottom < map.bottom;
  });
}"""
ZOOM: Final = "howclose.theMap.getZoom()"
CENTRE: Final = "JSON.stringify(howclose.theMap.getCenter())"
KIT: Final = {
    "index.html", "map.png", "map@2x.png", "map.svg", "card.png", "alt.txt", "caption.txt",
    "credit.txt", "embed/iframe.html", "embed/responsive.html", "embed/wordpress.html",
    "embed/amp.html", "oembed.json", "findings.json", "findings.csv", "findings.geojson",
    "README.txt",
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A page of a kind, its file, and where it was made."""

    kind: str
    page: Page
    file: Path

    @property
    def looped(self) -> bool:
        """Whether its map shows the whole Earth, so that it has a rim."""
        return self.kind == "world"


@pytest.fixture(scope="module", params=[*KINDS, "real"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Each page is built once, and goes through all the marks before the next one."""
    kind = request.param
    folder = tmp_path_factory.mktemp(kind)
    if kind == "story":
        shown = request.getfixturevalue("june")
    elif kind == "real":
        samples = request.getfixturevalue("samples")
        shown = page(read_tracks(samples / "readsb" / "trace_full_ac671b.json"))
    else:
        shown = KINDS[kind](folder)
    return Made(kind, shown, shown.save(folder / "page.html"))


@contextmanager
def quiet(browser: Browser, made: Made, query: str = "", **options: Any) -> Iterator[Visit]:
    """Open a page that asks nobody, complains of nothing, and is refused nothing, to its end."""
    options.setdefault("reduced_motion", "reduce")
    with visit(browser, made.file.as_uri() + query, **options) as seen:
        yield seen
        assert (seen.foreign, seen.complaints, seen.refused) == ([], [], [])


def use(seen: Visit) -> None:
    """Do on a page what a reader may do: open all, choose, zoom, hide, sort, play, switch."""
    seen.open_details()
    for look in (
        "button[data-focus]",
        ".leaflet-control-zoom-in",
        "input[data-look]",
        "th button[data-sort]",
        ".hc-go",
        "input[name=hc-unit][value=km]",
        ".hc-go",
    ):
        for one in seen.page.locator(look).all()[:1]:
            one.click()


# ------------------------------------- 1 and 3: nobody is asked, and a strict policy is kept to


def test_marks_1_and_3_nobody_is_asked_and_the_strict_policy_refuses_nothing(
    browser: Browser, made: Made
):
    with quiet(browser, made) as seen:
        meta = seen.page.locator("meta[http-equiv='Content-Security-Policy']")
        policy = str(meta.get_attribute("content"))
        assert policy.startswith("default-src 'none'; script-src 'sha256-")
        assert "unsafe" not in policy
        assert "*" not in policy
        use(seen)
        assert seen.page.locator("path.hc-area.land").count() == 1


# -------------------------------------------------------------------- 2: names are only names


def test_mark_2_words_are_shown_as_they_are_and_nothing_of_them_runs(browser: Browser, made: Made):
    with quiet(browser, made) as seen:
        seen.open_details()
        for one in seen.page.locator("button[data-focus]").all()[:1]:
            one.click()
        assert seen.page.locator("h1").text_content() == made.page.title
        told = str(seen.page.locator(".hc-answer").text_content())
        # A day and its month, and a time and its zone, are kept on one line
        assert told.replace("\xa0", " ") == made.page.answer.replace("\xa0", " ")
        names = seen.page.locator("button[data-focus]:not([data-of])").all_text_contents()
        assert names == [f.name for f in made.page.findings]
        carried = seen.page.evaluate("howclose.data('howclose-findings')")
        assert carried == json.loads(made.page.findings.to_json())
        assert seen.page.evaluate("window.hacked") is None
        assert seen.page.locator("img:not(.leaflet-tile)").count() == 0
        words = seen.text() + " ".join(seen.page.locator(".hc-label").all_text_contents())
        assert ("{{7*7919}}" in words) == (made.kind == "hostile")
        assert str(7 * 7919) not in seen.page.content()


# --------------------------------------------------------------------------- 4: the same bytes


def test_mark_4_the_same_input_gives_the_same_bytes(made: Made):
    html = made.file.read_text(encoding="utf-8")
    assert type(made.page).html.func(made.page) == html  # what is remembered would be no proof
    if made.kind in KINDS and made.kind not in SLOW:
        assert KINDS[made.kind](made.file.parent).html == html


# ------------------------------------------------------------------ 5: one piece, and in view


def test_mark_5_the_first_view_shows_it_all_and_no_line_jumps_however_it_is_moved(
    browser: Browser, made: Made
):
    with quiet(browser, made) as seen:
        tracks = seen.page.locator(".leaflet-container .hc-line.track").count()
        assert (tracks > 0) == (made.kind != "story")  # where nothing was recorded
        assert seen.page.evaluate(FITS)
        looks = ".track,.gap,.closest,.belt,.claim,.drawn"
        assert max(p["longest"] for p in pieces(seen.page, looks)) < 0.5
        bars = [b.inner_text() for b in seen.page.locator(".hc-bar").all() if b.is_visible()]
        assert [b.split()[-1] for b in bars] == ["NM", "km"]
        # where the corner lies beyond the rim of the Earth, no scale is true there
        told = seen.page.locator(".hc-scale > :last-child").inner_text()
        assert told == ("in the middle of the map" if made.looped else "")
        assert not any(b.startswith("0 ") for b in bars)

        box = seen.page.locator(".leaflet-container").bounding_box()
        assert box is not None
        before = seen.page.evaluate(CENTRE)
        y = box["y"] + box["height"] / 2
        seen.page.mouse.move(box["x"] + box["width"] * 0.6, y)
        seen.page.mouse.down()
        seen.page.mouse.move(box["x"] + box["width"] * 0.3, y, steps=3)
        seen.page.mouse.up()
        seen.page.wait_for_timeout(150)
        assert seen.page.evaluate(CENTRE) != before
        assert max(p["longest"] for p in pieces(seen.page, looks)) < 0.5


# ------------------------------------------------------------------------- 6: in an article

HOST: Final = """<!DOCTYPE html><html lang="en"><title>An article</title><body style="margin:0">
<iframe title="map" sandbox="allow-scripts" src="{src}" width="1000" height="2400"
 style="border:0;display:block"></iframe><script>
window.told = {{}};
addEventListener("message", function (event) {{
  if (event.source !== document.querySelector("iframe").contentWindow) return;
  const data = event.data;
  if (data.type === "howclose:height") told.own = data.height;
  if (data.sentinel === "amp") told.amp = data.height;
  if (String(data).startsWith("pymxPYMx")) told.pym = Number(String(data).split("xPYMx").pop());
}});
</script></body></html>"""
FILL: Final = "() => { document.querySelector('iframe').height = told.own; return told; }"
NEEDS: Final = """(() => {
  const page = document.documentElement;
  return [Math.ceil(document.body.getBoundingClientRect().height), page.scrollWidth,
    page.scrollHeight - page.clientHeight];
})()"""


def test_mark_6_a_sandboxed_frame_is_filled_without_scrollbars_at_any_width(
    browser: Browser, made: Made, tmp_path: Path
):
    host = tmp_path / "host.html"
    host.write_text(HOST.format(src=made.file.as_uri() + "?childId=map-1"), encoding="utf-8")
    with visit(browser, host, viewport={"width": 1000, "height": 1000}) as seen:
        frame = seen.page.frames[1]
        frame.wait_for_selector("path.hc-area.land", state="attached")
        for width in (1000, 600, 320):
            seen.page.evaluate("w => { document.querySelector('iframe').width = w; }", width)
            for _ in range(60):
                told, needs = seen.page.evaluate(FILL), frame.evaluate(NEEDS)
                if told.get("own") == needs[0] and needs[2] <= 1:
                    break
                seen.page.wait_for_timeout(50)
            assert told == dict.fromkeys(("own", "amp", "pym"), needs[0])
            assert needs[1] <= width
            assert needs[2] <= 1
            assert frame.evaluate(FITS)
        assert (seen.foreign, seen.complaints) == ([], [])


# ---------------------------------------------------------------------- 7: scrolling is safe


def test_mark_7_the_wheel_is_the_articles_and_keys_and_ctrl_are_the_maps(
    browser: Browser, made: Made
):
    with quiet(browser, made, viewport={"width": 1000, "height": 600}) as seen:
        zoom = seen.page.evaluate(ZOOM)
        seen.page.locator(".leaflet-container").hover()
        seen.page.mouse.wheel(0, 150)
        seen.page.wait_for_function("() => scrollY > 0")
        assert seen.page.evaluate(ZOOM) == zoom
        assert "Ctrl" in seen.page.locator(".hc-hint.hc-shown").inner_text()

        seen.page.locator(".leaflet-container").hover()
        seen.page.wait_for_timeout(150)
        down = seen.page.evaluate("scrollY")
        seen.page.keyboard.down("Control")
        seen.page.mouse.wheel(0, -150)
        seen.page.keyboard.up("Control")
        seen.page.wait_for_function(f"() => {ZOOM} > {zoom}")
        assert seen.page.evaluate("scrollY") == down

        near, before = seen.page.evaluate(ZOOM), seen.page.evaluate(CENTRE)
        seen.page.locator(".leaflet-container").focus()
        seen.page.keyboard.press("-")
        seen.page.wait_for_function(f"() => {ZOOM} < {near}")
        seen.page.keyboard.press("ArrowRight")
        seen.page.wait_for_function(f"() => {CENTRE} !== {json.dumps(before)}")


def test_mark_7_on_touch_one_finger_scrolls_and_two_move_the_map(browser: Browser, made: Made):
    options: dict[str, Any] = {"viewport": {"width": 360, "height": 640}}
    with quiet(browser, made, has_touch=True, is_mobile=True, **options) as seen:
        state = seen.page.evaluate(
            """() => [howclose.theMap.dragging.enabled(), howclose.theMap.touchZoom.enabled(),
              getComputedStyle(document.querySelector(".leaflet-container")).touchAction]"""
        )
        assert state == [False, True, "pan-x pan-y"]
        before = seen.page.evaluate(CENTRE)
        seen.page.evaluate(
            """() => {
              const map = document.querySelector(".leaflet-container");
              const r = map.getBoundingClientRect(), y = r.top + 200;
              const touch = x => new Touch({ identifier: 1, target: map, clientX: x, clientY: y });
              for (const [type, x] of [["touchstart", 200], ["touchmove", 100]])
                map.dispatchEvent(new TouchEvent(type, { bubbles: true, touches: [touch(x)] }));
            }"""
        )
        assert seen.page.locator(".hc-hint.hc-shown").inner_text() == (
            "Use two fingers to move the map"
        )
        assert seen.page.evaluate(CENTRE) == before


# --------------------------------------------------------------------------- 8: for everybody

SMALL: Final = """() => [...document.querySelectorAll(
    "button, summary, select, .hc-legend label, .hc-tools label, .leaflet-bar a, .hc-when")]
  .filter(e => e.checkVisibility() && Math.min(
    e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 24)
  .map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 360)])
def test_mark_8_axe_finds_nothing_with_all_open_a_flight_chosen_and_time_running(
    browser: Browser, made: Made, scheme: Any, width: int
):
    options: dict[str, Any] = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with quiet(browser, made, **options) as seen:
        seen.open_details()
        for look in "button[data-focus]", ".hc-go":
            for one in seen.page.locator(look).all()[:1]:
                one.click()
        found = Axe().run(seen.page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.page.evaluate(SMALL) == []
        viewport = seen.page.locator("meta[name=viewport]").get_attribute("content")
        assert viewport == "width=device-width, initial-scale=1"  # a pinch may zoom


def test_mark_8_the_table_says_what_the_map_says_and_its_rows_focus_the_flight(
    browser: Browser, made: Made
):
    findings = list(made.page.findings)
    with quiet(browser, made) as seen:
        seen.open_details()
        if not findings:
            assert made.kind == "empty"
            assert seen.page.locator("table").count() == 0
            files = seen.page.locator("button[data-file]")
            assert files.evaluate_all("b => b.map(b => b.dataset.file)") == ["findings.json"]
            assert seen.page.locator(".hc-answer").inner_text() == (
                "No flight came near any of these zones."
            )
            return
        table = seen.page.locator("table:not(.hc-claims)")
        assert table.locator("tbody tr").count() == len(findings)
        lengths = table.locator("data.hc-length").evaluate_all("e => e.map(d => d.value)")
        for f in findings:  # of what is drawn only the doubt is told
            told_m = f.high_m if f.basis == "drawn" else f.depth_m or f.distance_m
            assert told_m == 0 or f"{told_m:.1f}" in lengths
        row = table.locator("button[data-focus]").first
        row.press("Enter")
        assert row.get_attribute("aria-pressed") == "true"
        assert seen.page.locator("path.hc-own.hc-chosen:not(.hc-arrow)").count() > 0
        assert seen.page.locator("#hc-detail h2").text_content() != ""
        seen.page.keyboard.press("Escape")
        assert row.get_attribute("aria-pressed") == "false"


def test_mark_8_on_paper_it_is_light_and_nothing_is_left_out(browser: Browser, made: Made):
    with quiet(browser, made, color_scheme="dark") as seen:
        seen.page.emulate_media(media="print", color_scheme="dark")
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        paper = "getComputedStyle(document.body).backgroundColor"
        assert seen.page.evaluate(paper) == "rgb(255, 255, 255)"
        assert seen.page.locator("details:not([open])").count() == 0
        assert seen.page.locator(".hc-map").is_visible()
        assert seen.page.evaluate(FITS)


# ------------------------------------------------------------------------------- 9: the budget

MOST: Final = {"story": (350_000, 130_000), "million": (1_000_000, 250_000)}  # bytes, raw and gzip


def test_mark_9_a_page_is_small(made: Made):
    raw = made.file.read_bytes()
    most, most_gzip = MOST.get(made.kind, (600_000, 200_000))
    assert len(raw) <= most
    assert len(gzip.compress(raw, 9, mtime=0)) <= most_gzip


# ---------------------------------------------------------------------------------- 10: the kit


def test_mark_9_a_page_of_100_000_fixes_is_small():
    flights, zones = of_a_million(100_000)

    assert len(page(flights, zones=zones).html.encode()) <= 600_000


def test_mark_10_the_kit_is_complete(made: Made):
    parts = kit(made.page, {}, url="https://example.org/map")
    assert set(parts) == KIT
    assert all(parts.values())
    assert parts["map.png"].startswith(b"\x89PNG")
    assert b"<svg" in parts["map.svg"][:200]
    assert json.loads(parts["findings.json"]) == json.loads(made.page.findings.to_json())
    html = parts["index.html"].decode()
    assert 'property="og:title"' in html
    assert html.index("application/json+oembed") < 150_000
    if made.kind == "hostile":  # nothing of a name is an element in what editors paste
        for name in (n for n in parts if n.startswith("embed/")):
            assert b'onerror="' not in parts[name].replace(b"&quot;", b"")


# ------------------------------------------------------------------------------- no page at all


def test_a_page_of_no_flight_at_all_is_refused_in_a_sentence():
    with pytest.raises(OutputError, match="no flight to draw"):
        page([])
