"""What a picture desk would send back, in a real browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")

from browsing import visit
from makers import track_of
from playwright.sync_api import Browser

from geo.plane import Plane
from layers.frame import Frame
from layers.track_page import page

pytestmark = pytest.mark.browser

LARGE: Final[dict[str, Any]] = {"viewport": {"width": 1000, "height": 900}}
SMALL: Final[dict[str, Any]] = {"viewport": {"width": 360, "height": 900}}

# The ends of each line in pixels of the window, the highest first.
ENDS: Final = """() => [...document.querySelectorAll(".hc-map .hc-line.track")].flatMap(line => {
  const long = line.getTotalLength(), to = line.getScreenCTM();
  return [0.01, 0.5, 0.99].map(part => line.getPointAtLength(part * long).matrixTransform(to))
    .map(p => [p.x, p.y]);
}).sort((a, b) => a[1] - b[1])"""

# How much of each name's middle the line of a flight of another colour runs through, in pixels.
UNDER: Final = """() => [...document.querySelectorAll(".hc-label.flight")].map(label => {
  const box = label.getBoundingClientRect(), hue = /hue-\\d/.exec(label.getAttribute("class"))[0];
  let under = 0;
  document.querySelectorAll(".hc-line.drawn:not(." + hue + ")").forEach(line => {
    const to = line.getScreenCTM(), step = 1 / to.a;
    for (let s = 0; s < line.getTotalLength(); s += step) {
      const p = line.getPointAtLength(s).matrixTransform(to);
      const across = p.x > box.left + 2 && p.x < box.right - 2;
      if (across && p.y > box.top + 2 && p.y < box.bottom - 2) under++;
    }
  });
  return [label.textContent, under];
})"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A flight from the top of a map to its bottom, nearest to Alaska at its northern end."""
    k = np.arange(120.0)
    track = track_of(list(zip(-174 + 0.01 * k, 62.5 - 0.05 * k, strict=True)), 60 * k)
    made = page([track], zones=["airspace:USA"])
    return made.save(tmp_path_factory.mktemp("looks") / "page.html")


def test_what_a_pointer_is_told_stands_within_the_map(browser: Browser, file: Path):
    with visit(browser, file, **LARGE) as seen:
        seen.page.wait_for_selector(".hc-plane")
        ends = seen.page.evaluate(ENDS)
        for x, y in ends[0], ends[-1]:
            seen.page.mouse.move(x, y)
            tip = seen.page.locator(".hc-told")
            tip.wait_for()
            inner, outer = tip.bounding_box(), seen.page.locator(".hc-map").bounding_box()

            assert inner["y"] >= outer["y"]
            assert inner["y"] + inner["height"] <= outer["y"] + outer["height"]
            assert inner["x"] >= outer["x"]
            seen.page.mouse.move(x + 200, y)
            tip.wait_for(state="detached")


def test_a_line_that_was_clicked_has_no_frame_around_it(browser: Browser, file: Path):
    with visit(browser, file, **LARGE) as seen:
        seen.page.wait_for_selector(".hc-plane")
        x, y = seen.page.evaluate(ENDS)[1]
        seen.page.mouse.click(x, y)

        chosen = seen.page.locator("path.hc-line.hc-chosen").first
        chosen.wait_for()
        assert chosen.evaluate("e => getComputedStyle(e).outlineWidth") == "0px"
        assert chosen.evaluate("e => getComputedStyle(e).strokeWidth") == "4px"


def test_the_answer_is_not_told_of_another_place(browser: Browser, file: Path):
    """Zoomed to the other end of the flight, its number stood at the map's edge, naming that."""
    with visit(browser, file, **LARGE) as seen:
        number = seen.page.locator(".hc-label.closest")
        number.wait_for()
        closer = "howclose.theMap.getZoom() + 2, {animate: false}"
        seen.page.evaluate(f"howclose.theMap.setView([56.6, -172.8], {closer})")

        number.wait_for(state="detached")
        assert seen.page.locator(".hc-label.flight").count() == 1


@pytest.mark.parametrize("look", [LARGE, SMALL], ids=["1000", "360"])
def test_a_name_does_not_stand_on_the_route_of_the_other_side(
    browser: Browser, june_file: Path, look: dict[str, Any]
):
    """The name of a Tu-95 stood on the line of the B-52s beside the Aleutians, and named that."""
    with visit(browser, june_file, **look) as seen:
        seen.page.wait_for_selector(".hc-label.flight")
        under = seen.page.evaluate(UNDER)

        assert len(under) >= 4
        assert [name for name, length in under if length > 6] == []


def test_on_a_telephone_the_button_of_the_full_screen_is_small_and_has_its_name(
    browser: Browser, june_file: Path
):
    with visit(browser, june_file, **SMALL) as seen:
        button = seen.page.get_by_role("button", name="Full screen")
        box = button.bounding_box()

        assert 24 <= box["width"] <= 40
        assert 24 <= box["height"] <= 40


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty flights and two states: a table of 120 rows."""
    k = np.arange(30.0)
    lines = [list(zip(-176 + 0.2 * k, 56 + n / 20 + 0 * k, strict=True)) for n in range(60)]
    tracks = [replace(track_of(line, 60 * k), flight=f"F{n}") for n, line in enumerate(lines)]
    made = page(tracks, zones=["airspace:USA", "airspace:RUS"])
    return made.save(tmp_path_factory.mktemp("crowd") / "page.html")


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_a_long_table_makes_no_endless_page(browser: Browser, crowd: Path, size: dict[str, Any]):
    with visit(browser, crowd, **size) as seen:
        seen.page.locator("details", has=seen.page.locator(".hc-long")).evaluate(
            "d => d.open = true"
        )
        table = seen.page.locator(".hc-long")
        table.wait_for()

        assert table.locator("tbody tr").count() == 120
        assert seen.page.evaluate("document.body.scrollHeight") < 5000
        last = table.locator("tbody tr button").last
        last.focus()  # the keyboard gets to the end of it
        assert last.evaluate("b => b.getBoundingClientRect().bottom <= innerHeight")
        seen.page.emulate_media(media="print")
        assert table.evaluate("t => t.scrollHeight <= t.clientHeight")


def test_what_belongs_to_a_flight_steps_back_with_it(browser: Browser, june_file: Path):
    """Arrows of the B-52s stayed bright on lines that were dimmed."""
    with visit(browser, june_file, **LARGE) as seen:
        seen.page.wait_for_selector(".hc-arrow")
        seen.page.locator("button[data-of]").first.click()
        dim = seen.page.evaluate(
            """() => [...document.querySelectorAll(".hc-arrow")].map(arrow =>
              [/hue-\\d/.exec(arrow.getAttribute("class"))[0], getComputedStyle(arrow).opacity])"""
        )
        # In one go: a map that sets its names anew takes the old ones out.
        leaders = seen.page.evaluate(
            """() => [...document.querySelectorAll(".hc-leader.flight.hue-0")].map(leader =>
              Number(getComputedStyle(leader).opacity))"""
        )

        assert {opacity for hue, opacity in dim if hue == "hue-0"} == {"0.28"}
        assert "1" in {opacity for hue, opacity in dim if hue == "hue-1"}
        assert all(opacity < 0.3 for opacity in leaders)


@pytest.mark.parametrize("width", [360, 1200])
def test_who_zooms_out_does_not_see_where_the_land_was_cut(
    browser: Browser, file: Path, width: int
):
    """At the widest view of a broad map South America ended in a straight line."""
    with visit(browser, file, viewport={"width": width, "height": 900}) as seen:
        shown = seen.page.evaluate(
            """() => {
              const map = howclose.theMap;
              map.setZoom(-99, { animate: false });
              const crs = map.options.crs, size = map.getSize();
              return [size.x / crs.scale(map.getZoom()), size.y / crs.scale(map.getZoom())];
            }"""
        )
        rect = seen.page.evaluate(
            """() => JSON.parse([...document.querySelectorAll("script[type='application/json']")]
              .map(s => s.textContent).find(t => t.includes('"rect"'))).rect"""
        )
    seen_m = Frame(Plane(0.0, 0.0), *rect).surroundings.bounds
    assert shown[0] <= 1.001 * (seen_m[2] - seen_m[0])
    assert shown[1] <= 1.001 * (seen_m[3] - seen_m[1])
    assert shown[0] > 1.05 * (rect[2] - rect[0])  # and yet there is more than at first
