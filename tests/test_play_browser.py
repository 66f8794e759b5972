"""Time on a page: the player, the chart, the switches and the links, by mouse and by keyboard."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")

from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, visit
from playwright.sync_api import Browser, Frame, Page

from geo import check, zone
from geo.chart import profile
from geo.rounding import AtLeast, AtMost, Doubtful
from geo.track import Disbelieved, Track
from layers.track_page import page

pytestmark = pytest.mark.browser

START_S = 1592352000.0  # 2020-06-17T00:00:00Z
HOLE_MIN = (60, 100)  # of the first flight: nobody saw it between
SECOND_MIN = (90, 150)  # of the second flight: from when to when it flies
SPAN_S = 150 * 60


def minutes(*values: float) -> np.ndarray:
    return START_S + 60.0 * np.array(values)


@pytest.fixture(scope="module")
def flights() -> tuple[Track, Track]:
    """Two flights off Alaska: one towards St. Lawrence Island with a hole, one due east later."""
    i = np.arange(80.0)
    first = Track(
        "FIRST",
        -174.0 + 0.09 * i,
        62.0 + 0.7 * np.sin(np.pi * i / 79),
        minutes(*(i + np.where(i > HOLE_MIN[0], 39, 0))),
        np.full(80, 9144.0),  # 30,000 ft
        "barometric",
        disbelieved=Disbelieved(
            np.array([-172.0, -171.9]),
            np.array([59.6, 59.6]),
            minutes(20, 21),
            np.zeros(2, dtype=np.int64),
            ("no flight could have been here",),
        ),
    )
    j = np.arange(61.0)
    second = Track("SECOND", -175.0 + 0.1 * j, np.full(61, 58.7), minutes(*(SECOND_MIN[0] + j)))
    return first, second


@pytest.fixture(scope="module")
def file(flights: tuple[Track, Track], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of both flights, on disk."""
    made = page(flights, zones=["airspace:USA", "airspace:RUS"], title="Two flights")
    return made.save(tmp_path_factory.mktemp("play") / "play.html")


class Player:
    """What is seen and done of the player on a page or in a frame of one."""

    def __init__(self, page: Page | Frame) -> None:
        self.page = page
        self.button = page.locator(".hc-go")
        self.slider = page.locator(".hc-when")
        self.graph = page.locator(".hc-graph")

    @property
    def second(self) -> float:
        """Seconds since the start, as the slider has it."""
        return float(self.slider.input_value())

    @property
    def clock(self) -> str:
        return self.page.locator(".hc-clock").inner_text().replace("\xa0", " ")

    @property
    def told(self) -> str:
        return str(self.slider.get_attribute("aria-valuetext")).replace("\xa0", " ")

    @property
    def reading(self) -> str:
        return str(self.page.locator(".hc-reading").text_content()).replace("\xa0", " ")

    def at(self, minute: float) -> None:
        """Put the slider where a reader would, to a step of it."""
        self.slider.fill(f"{60 * minute:.0f}")

    def signs(self) -> list[dict[str, Any]]:
        """Return each aircraft on the map: where it is, how it is turned, whether it is hollow."""
        found: list[dict[str, Any]] = self.page.evaluate(
            """() => [...document.querySelectorAll(".hc-sign")].map(sign => {
              const box = sign.getBoundingClientRect(), body = sign.querySelector(".hc-plane");
              return { x: box.x + box.width / 2, y: box.y + box.height / 2,
                turn: Number(/-?[\\d.]+/.exec(body.getAttribute("transform"))[0]),
                fill: getComputedStyle(body).fill, look: body.getAttribute("class") };
            })"""
        )
        return found


@contextmanager
def player(browser: Browser, where: Path | str, **options: Any) -> Iterator[tuple[Visit, Player]]:
    with visit(browser, where, **options) as seen:
        yield seen, Player(seen.page)
        assert seen.complaints == []
        assert seen.foreign == []
        assert seen.refused == []


def no_violation(seen: Visit) -> None:
    found = Axe().run(seen.page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


# Where a flight was at a second since the start, in pixels of the window, by the page's own data.
SPOT = """([id, second]) => {
  const data = howclose.data("howclose-play"), map = howclose.theMap;
  const flight = data.flights.find(f => f.id === id);
  const at = howclose.unpack(flight.line, data.grid)[0];
  const when = howclose.unpack(flight.time, 1)[0].map(p => p[0]);
  const i = when.findIndex(t => t >= second);
  const part = (second - when[i - 1]) / (when[i] - when[i - 1]);
  const on = k => at[i - 1][k] + part * (at[i][k] - at[i - 1][k]);
  const p = map.latLngToContainerPoint([on(1), on(0)]);
  const frame = map._container.getBoundingClientRect();
  return [p.x + frame.left, p.y + frame.top];
}"""


def test_a_pointer_near_a_track_is_told_when_and_how_far(browser: Browser, file):
    """Eight pixels beside a line that is two wide; the chart's needle goes along."""
    with player(browser, file) as (seen, play):
        play.page.wait_for_selector(".hc-reading", state="attached")
        x, y = seen.page.evaluate(SPOT, ["FIRST-1", 1200])
        seen.page.mouse.move(x, y - 8)
        tip = seen.page.locator(".hc-told")
        tip.wait_for()
        told = tip.inner_text().replace("\xa0", " ").split("\n")

        assert told[0].startswith("FIRST")
        minute, second = map(int, re.findall(r"00:(\d\d):(\d\d) UTC", told[1])[0])
        assert 60 * minute + second == pytest.approx(1200, abs=150)  # the line bends there
        assert "30\u202f000 ft" in told[2]
        assert "NM" in told[2]
        assert play.reading == told[2]
        assert play.second != pytest.approx(1200, abs=60)  # to look is not to go

        seen.page.mouse.move(x, y - 60)
        tip.wait_for(state="detached")
        assert play.reading != told[2]


def test_no_time_is_told_at_which_nobody_saw_the_flight(browser: Browser, file):
    """The hole is narrow on the map: its ends are within reach, and each has its own time."""
    with player(browser, file) as (seen, _):
        for share in (0.3, 0.7):
            second = 60 * (HOLE_MIN[0] + share * (HOLE_MIN[1] - HOLE_MIN[0]))
            seen.page.mouse.move(*seen.page.evaluate(SPOT, ["FIRST-1", second]))
            seen.page.wait_for_timeout(100)
            told = seen.page.locator(".hc-told").inner_text()
            minutes_told = [60 * int(h) + int(m) for h, m in re.findall(r" (\d\d):(\d\d):", told)]

            assert all(m <= HOLE_MIN[0] or m >= HOLE_MIN[1] for m in minutes_told)


def test_a_click_beside_a_track_chooses_the_flight_and_its_time(browser: Browser, file):
    with player(browser, file, reduced_motion="reduce") as (seen, play):
        x, y = seen.page.evaluate(SPOT, ["SECOND-1", 60 * 100])
        seen.page.mouse.click(x, y + 7)

        assert play.second == pytest.approx(60 * 100, abs=120)
        assert seen.page.locator("#hc-detail h2").inner_text().startswith("SECOND")
        assert "flight=SECOND-1" in seen.page.url
        x, y = seen.page.evaluate(SPOT, ["SECOND-1", 60 * 120])
        seen.page.mouse.click(x, y)
        assert play.second == pytest.approx(60 * 120, abs=120)
        assert seen.page.locator("#hc-detail h2").inner_text().startswith("SECOND")  # still


def test_a_finger_need_not_hit_the_line(browser: Browser, file):
    options = {"has_touch": True, "is_mobile": True, "viewport": {"width": 360, "height": 700}}
    with player(browser, file, **options) as (seen, play):
        x, y = seen.page.evaluate(SPOT, ["SECOND-1", 60 * 100])
        seen.page.touchscreen.tap(x, y + 16)
        seen.page.wait_for_selector("#hc-detail h2")

        assert seen.page.locator("#hc-detail h2").inner_text().startswith("SECOND")
        assert play.second == pytest.approx(60 * 100, abs=300)


# ------------------------------------------------------------------------------- the player


def test_nothing_plays_by_itself_and_time_begins_at_the_closest_approach(browser: Browser, file):
    with player(browser, file) as (seen, play):
        before = play.clock
        carried = seen.page.evaluate("howclose.data('howclose-play')")
        seen.page.wait_for_timeout(400)

        assert play.clock == before
        assert play.button.inner_text() == "Play"
        assert play.second == pytest.approx(carried["chart"]["at"], abs=15)
        assert "#" not in seen.page.url


def test_play_runs_the_clock_and_pause_holds_it(browser: Browser, file):
    with player(browser, file) as (seen, play):
        play.at(0)
        play.button.click()
        assert play.button.inner_text() == "Pause"
        seen.page.wait_for_function("() => document.querySelector('.hc-when').value > 60")
        play.button.click()
        assert play.button.inner_text() == "Play"
        held = play.clock
        seen.page.wait_for_timeout(200)
        assert play.clock == held

        # The same without a mouse: the button keeps the focus
        play.button.press("Enter")
        seen.page.wait_for_function(f"() => document.querySelector('.hc-clock').value !== '{held}'")
        play.button.press("Space")
        assert play.button.inner_text() == "Play"
        assert seen.page.evaluate("document.activeElement.className") == "hc-go"


def test_time_stops_at_its_end_and_begins_anew(browser: Browser, file):
    with player(browser, file) as (seen, play):
        play.page.locator(".hc-speed").select_option("1200")
        play.at(149)
        play.button.click()
        seen.page.wait_for_function("() => document.querySelector('.hc-go').textContent === 'Play'")
        assert play.second == SPAN_S
        play.button.click()
        seen.page.wait_for_function("() => document.querySelector('.hc-when').value < 6000")
        play.button.click()


def test_the_slider_obeys_the_keys_and_tells_time_and_distance(browser: Browser, file):
    with player(browser, file) as (_, play):
        play.slider.press("Home")
        assert play.told.startswith("2020-06-17 00:00:00 UTC; ")
        assert re.search(r"; \d+ NM \(\d+ km\), 30\u202f000 ft$", play.told)
        step = float(str(play.slider.get_attribute("step")))
        play.slider.press("ArrowRight")
        play.slider.press("ArrowRight")
        assert play.second == 2 * step
        play.slider.press("ArrowLeft")
        assert play.second == step
        play.slider.press("End")
        assert play.second == SPAN_S
        assert play.told == "2020-06-17 02:30:00 UTC"  # the first flight has gone
        play.at(80)
        assert play.told.endswith("; not seen here")
        assert play.slider.get_attribute("aria-label") == "Time"


def test_a_faster_clock_is_faster(browser: Browser, file):
    """In the page's own seconds, so that a slow machine is no matter."""
    rate = """async () => {
      const slider = document.querySelector(".hc-when"), go = document.querySelector(".hc-go");
      slider.value = 0; slider.dispatchEvent(new Event("input"));
      go.click();
      const frame = () => new Promise(requestAnimationFrame);
      await frame(); await frame();
      const t0 = await frame(), v0 = howclose.time;
      let t1 = t0;
      while (t1 - t0 < 400) t1 = await frame();
      go.click();
      return (howclose.time - v0) / ((t1 - t0) / 1000);
    }"""
    with player(browser, file) as (seen, play):
        for speed in ("60", "600"):
            play.page.locator(".hc-speed").select_option(speed)
            assert seen.page.evaluate(rate) == pytest.approx(float(speed), rel=0.5)


@pytest.mark.parametrize(("motion", "steps"), [("reduce", range(1, 5)), ("no-preference", None)])
def test_less_motion_is_less_motion(browser: Browser, file, motion: Any, steps):
    count = """async () => {
      let n = 0;
      new MutationObserver(() => { n += 1; })
        .observe(document.querySelector(".hc-clock"), { childList: true });
      document.querySelector(".hc-go").click();
      await new Promise(r => setTimeout(r, 1300));
      return n;
    }"""
    with player(browser, file, reduced_motion=motion) as (seen, play):
        play.at(0)
        changes = seen.page.evaluate(count)
        assert changes in (steps or range(6, 1000))


# ------------------------------------------------------------------------------ the aircraft


def test_the_sign_of_an_aircraft_moves_turns_and_is_there_only_in_its_time(browser: Browser, file):
    with player(browser, file) as (_, play):
        play.at(10)
        (early,) = play.signs()
        play.at(50)
        (late,) = play.signs()
        # East all the way, first to the north, then to the south
        assert late["x"] > early["x"] + 50
        assert 0 < early["turn"] < 90 < late["turn"] < 180

        play.at(110)
        assert len(play.signs()) == 2
        play.at(140)  # the first is down: its last fix is of minute 118
        (second,) = play.signs()
        assert "hue-1" in second["look"]
        assert second["turn"] == pytest.approx(86, abs=6)  # the map's north leans a little
        play.at(0)
        assert len(play.signs()) == 1


def test_in_a_gap_an_aircraft_is_hollow(browser: Browser, file):
    with player(browser, file) as (seen, play):
        play.at(30)
        (seen_here,) = play.signs()
        play.at(80)
        (unseen,) = play.signs()
        paper = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")

        assert unseen["fill"] == paper
        assert seen_here["fill"] != paper
        assert play.reading == "not seen here"
        assert play.page.locator("path.trail").first.get_attribute("d") in (None, "M0 0")


def test_an_aircraft_stays_on_its_track_when_the_map_is_zoomed(browser: Browser, file):
    near = """() => {
      const sign = document.querySelector(".hc-sign").getBoundingClientRect();
      const x = sign.x + sign.width / 2, y = sign.y + sign.height / 2;
      let least = Infinity;
      document.querySelectorAll("path.track").forEach(path => {
        const to = path.getScreenCTM(), length = path.getTotalLength();
        for (let s = 0; s < length; s += length / 2000) {
          const p = path.getPointAtLength(s).matrixTransform(to);
          least = Math.min(least, Math.hypot(p.x - x, p.y - y));
        }
      });
      return least;
    }"""
    with player(browser, file, reduced_motion="reduce") as (seen, play):
        play.at(30)
        assert seen.page.evaluate(near) < 3
        seen.page.locator(".leaflet-control-zoom-in").click()
        seen.page.wait_for_timeout(300)
        assert seen.page.evaluate(near) < 3


# --------------------------------------------------------------------------------- the chart


def needle(play: Player) -> float:
    """Return where the needle stands, from 0 at the chart's first time to 1 at its last."""
    part: float = play.page.evaluate(
        """() => {
          const line = document.querySelector(".hc-tick, .hc-zero");
          const x0 = Number(line.getAttribute("x1")), x1 = Number(line.getAttribute("x2"));
          return (document.querySelector(".hc-needle").getAttribute("x1") - x0) / (x1 - x0);
        }"""
    )
    return part


def test_the_slider_moves_the_needle_and_the_pointer_moves_time(browser: Browser, file):
    last_s = (79 + 39) * 60.0
    with player(browser, file) as (seen, play):
        play.at(30)
        assert needle(play) == pytest.approx(1800 / last_s, abs=0.005)
        (before,) = play.signs()

        play.graph.scroll_into_view_if_needed()
        box = play.graph.bounding_box()
        lines = seen.page.locator(".hc-zero").bounding_box()
        assert box is not None
        assert lines is not None
        seen.page.mouse.move(lines["x"] + lines["width"] / 4, box["y"] + 60)
        assert play.second == pytest.approx(last_s / 4, abs=30)
        assert needle(play) == pytest.approx(0.25, abs=0.01)
        (after,) = play.signs()
        assert (after["x"], after["y"]) != (before["x"], before["y"])
        seen.page.mouse.down()
        seen.page.mouse.up()
        assert "t=2020-06-17T00" in seen.page.url


def test_what_is_read_off_the_chart_is_the_distance(browser: Browser, file, flights):
    truth = profile(flights[0], "airspace:USA")
    assert truth.time_s is not None
    with player(browser, file) as (seen, play):
        seen.page.get_by_label("km", exact=True).check()
        for minute in (0, 12, 33, 47, 59, 105, 117):
            play.at(minute)
            away_m = np.interp(START_S + 60 * minute, truth.time_s, truth.signed_m)
            read = re.fullmatch(r"([\d.]+) km(?: inside)?, 30\u202f000 ft", play.reading)
            assert read is not None, play.reading
            # rounded to 1 km or, under 10 km, to 0.1 km
            assert float(read[1]) == pytest.approx(abs(away_m) / 1000, abs=0.6)


def test_a_finger_on_the_chart_sets_the_time(browser: Browser, file):
    options = {"has_touch": True, "viewport": {"width": 360, "height": 800}}
    with player(browser, file, **options) as (_, play):
        play.at(0)
        play.graph.scroll_into_view_if_needed()
        box = play.graph.bounding_box()
        assert box is not None
        assert box["width"] <= 360
        play.graph.tap(position={"x": box["width"] / 2, "y": 60})
        assert play.second > 1000


# ------------------------------------------------------------------------------ the switches


def test_the_chart_has_the_height_on_the_same_clock(browser: Browser, file):
    """FIRST flies at 30,000 ft, and nobody saw it between minutes 60 and 100."""
    with player(browser, file) as (seen, play):
        play.page.wait_for_selector(".hc-reading", state="attached")
        d = str(seen.page.locator(".hc-height").get_attribute("d"))
        parts = [re.findall(r"(-?[\d.]+) (-?[\d.]+)", part) for part in d.split("M")[1:]]
        axis = seen.page.locator(".hc-graph text").all_text_contents()
        ticks = seen.page.locator(".hc-tick").all()[-2:]
        top = min(float(str(tick.get_attribute("y1"))) for tick in ticks)

        assert len(parts) == 2
        assert {float(y) for part in parts for _, y in part} == {top}  # of an axis up to 30,000 ft
        curve = seen.page.locator(".hc-curve-line").all()
        for part, line in zip(parts, curve, strict=True):  # the distance has the same hole
            at = re.findall(r"(-?[\d.]+) (-?[\d.]+)", str(line.get_attribute("d")))
            assert float(part[0][0]) == pytest.approx(float(at[0][0]), abs=0.2)
            assert float(part[-1][0]) == pytest.approx(float(at[-1][0]), abs=0.2)
        assert "Height" in axis
        assert "30\u202f000\xa0ft" in axis
        assert "height" in str(play.graph.get_attribute("aria-label"))


def test_a_flight_without_heights_has_a_chart_without_them(browser: Browser, flights, tmp_path):
    low = replace(flights[0], height_m=None, height_kind=None)
    made = page([low], zones=["airspace:USA"]).save(tmp_path / "flat.html")
    with player(browser, made) as (seen, play):
        play.page.wait_for_selector(".hc-reading", state="attached")

        assert seen.page.locator(".hc-height").count() == 0
        assert "Height" not in seen.page.locator(".hc-graph text").all_text_contents()
        assert "height" not in str(play.graph.get_attribute("aria-label"))


@pytest.mark.parametrize(
    ("unit", "metres"), [("NM", 1852.0), ("km", 1000.0), ("mi", 1609.344), ("both", 1852.0)]
)
def test_the_units_are_those_of_the_table_the_chart_and_the_reading(
    browser: Browser, file, unit: str, metres: float
):
    name = "NM" if unit == "both" else unit
    with player(browser, file) as (seen, play):
        seen.page.locator("input[name=hc-unit][value=km]").check()
        seen.page.locator(f"input[name=hc-unit][value={unit}]").check()
        cells = seen.page.locator("data.hc-length")
        told = [
            (
                [float(c.get_attribute(a) or "nan") for a in ("value", "data-low", "data-high")],
                c.inner_text().replace("\xa0", " "),
            )
            for c in cells.all()
        ]
        assert len(told) >= 4
        assert any(high > 0 for (_, _, high), _ in told)
        for (value_m, low_m, high_m), words in told:
            first = words.split(" ")[0].replace("\u202f", "")
            if low_m >= 0 or high_m >= 0:  # the script rounds to the doubt as geo.rounding does
                whole = Doubtful(value_m, low_m, high_m)
                one = AtLeast(value_m) if math.isnan(high_m) else AtMost(value_m)
                told_m = one if math.isnan(low_m + high_m) else whole
                assert first == told_m.digits(metres)
            else:
                assert float(first) == pytest.approx(value_m / metres, abs=0.51)
            assert words.split(" ")[1] == name
            assert words.endswith(" km)") == (unit == "both")
        ticks = seen.page.locator(".hc-graph text[text-anchor=end]").all_text_contents()
        ticks = [tick for tick in ticks if not tick.endswith(("ft", "UTC"))]  # heights are in feet
        assert {t.split("\xa0")[1] for t in ticks if "\xa0" in t} == {name}
        assert f" {name}" in play.reading
        assert ("km)" in play.reading) == (unit == "both")
        assert f" {name}" in play.told


def test_the_clock_is_utc_or_the_readers_own(browser: Browser, file):
    with player(browser, file, timezone_id="Asia/Tokyo") as (seen, play):
        play.at(0)
        cell = seen.page.locator("td time").first
        utc = cell.inner_text()
        assert utc.endswith("\xa0UTC")
        assert play.clock == "2020-06-17 00:00:00 UTC"

        seen.page.get_by_label("yours").check()
        assert play.clock == "2020-06-17 09:00:00 GMT+9"
        assert play.told.startswith("2020-06-17 09:00:00 GMT+9; ")
        assert "09:00:00" in "".join(seen.page.locator(".hc-graph text").all_text_contents())
        assert cell.inner_text().endswith("GMT+9")
        # minutes and seconds are the same everywhere on whole hours
        assert cell.inner_text()[14:19] == utc[14:19]

        seen.page.get_by_role("radio", name="UTC").check()
        assert cell.inner_text() == utc


# -------------------------------------------------------------------------------- the tables


def test_a_table_is_sorted_by_numbers_and_by_words(browser: Browser, file):
    with player(browser, file) as (seen, _):
        rows = seen.page.locator("tr[data-id]")

        def keys(column: int) -> list[float]:
            cells = seen.page.locator(f"tr[data-id] > :nth-child({column})")
            return [float(str(c.get_attribute("data-key"))) for c in cells.all()]

        assert rows.count() >= 4
        distance = seen.page.locator("th:has(button)", has_text="Distance")
        distance.locator("button").click()
        assert distance.get_attribute("aria-sort") == "ascending"
        assert keys(4) == sorted(keys(4))
        assert keys(4) != sorted(keys(4), key=str)  # as words they would stand otherwise
        distance.locator("button").press("Enter")
        assert distance.get_attribute("aria-sort") == "descending"
        assert keys(4) == sorted(keys(4), reverse=True)

        flight = seen.page.locator("th:has(button)", has_text="Flight")
        flight.locator("button").click()
        names = seen.page.locator("tr[data-id] > th").all_text_contents()
        assert names == sorted(names)
        assert distance.get_attribute("aria-sort") is None
        assert flight.get_attribute("aria-sort") == "ascending"


def test_on_a_telephone_a_table_can_be_sorted_too(browser: Browser, file):
    with player(browser, file, viewport={"width": 360, "height": 800}) as (seen, _):
        button = seen.page.locator("th button", has_text="Flight")
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 24
        button.click()
        button.click()
        names = seen.page.locator("tr[data-id] > th").all_text_contents()
        assert names == sorted(names, reverse=True)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_row_tells_of_its_flight_and_closing_gives_the_focus_back(browser: Browser, file):
    with player(browser, file) as (seen, _):
        row = seen.page.locator("button[data-focus='FIRST-1']").first
        row.press("Enter")
        panel = seen.page.locator("#hc-detail")
        assert panel.locator("h2").inner_text() == "FIRST"
        assert "Recorded: 80 fixes" in panel.inner_text()
        assert panel.get_attribute("role") == "status"
        panel.get_by_role("button", name="Close").press("Enter")
        assert panel.inner_text() == ""
        assert row.get_attribute("aria-pressed") == "false"
        assert seen.page.evaluate("document.activeElement.dataset.focus") == "FIRST-1"


def test_a_row_brings_its_flight_into_view(browser: Browser, file):
    inside = """() => {
      const map = document.querySelector(".leaflet-container").getBoundingClientRect();
      return [...document.querySelectorAll("path.hc-line.track.hc-chosen")].every(path => {
        const r = path.getBoundingClientRect();
        return r.left >= map.left - 2 && r.right <= map.right + 2
          && r.top >= map.top - 2 && r.bottom <= map.bottom + 2 && r.width > 20;
      });
    }"""
    with player(browser, file, reduced_motion="reduce") as (seen, _):
        seen.page.locator(".leaflet-container").focus()
        for key in "+", "+", "ArrowDown", "ArrowDown", "ArrowDown":
            seen.page.keyboard.press(key)
            seen.page.wait_for_timeout(100)
        seen.page.evaluate("document.querySelector('button[data-focus=\"FIRST-1\"]').click()")
        seen.page.wait_for_function(inside, timeout=3000)


def test_fixes_that_nobody_believed_are_hollow(browser: Browser, file):
    with player(browser, file) as (seen, _):
        dots = seen.page.locator(".leaflet-container path.disbelieved")
        assert dots.count() == 2
        fill = "e => getComputedStyle(e).fill + ' ' + getComputedStyle(e).stroke"
        look = dots.first.evaluate(fill)
        assert look.startswith("none rgb(")
        assert "Fixes that were not believed" in seen.page.locator(".hc-legend").inner_text()


# --------------------------------------------------------------------------------- the links

LINK = "#flight=SECOND-1&t=2020-06-17T01:40:00Z"


def arrived(play: Player) -> None:
    """Hold that a page shows what `LINK` asks for."""
    assert play.clock == "2020-06-17 01:40:00 UTC"
    assert play.page.locator("#hc-detail h2").inner_text() == "SECOND"
    row = play.page.locator("button[data-focus='SECOND-1']").first
    assert row.get_attribute("aria-pressed") == "true"


def test_an_address_leads_to_a_flight_and_a_time(browser: Browser, file):
    with player(browser, file.as_uri() + LINK) as (_, play):
        arrived(play)


def test_an_address_that_changes_leads_there_as_well(browser: Browser, file):
    with player(browser, file) as (seen, play):
        seen.page.evaluate(f"location.hash = '{LINK}'")
        seen.page.wait_for_selector("#hc-detail h2")
        arrived(play)
        # again: a flight that is shown stays shown
        seen.page.evaluate("location.hash = '#flight=SECOND-1&t=2020-06-17T01:41:00Z'")
        seen.page.wait_for_function(
            "() => document.querySelector('.hc-clock').value.includes('01:41')"
        )
        assert seen.page.locator("#hc-detail h2").inner_text() == "SECOND"


@pytest.mark.parametrize("link", ["#flight=NOBODY-9&t=never", "#t=1999-01-01", "#%00=%"])
def test_an_address_that_leads_nowhere_does_no_harm(browser: Browser, file, link: str):
    with player(browser, file.as_uri() + link) as (seen, play):
        assert seen.page.locator("#hc-detail").inner_text() == ""
        assert play.clock.startswith("2020-06-17 0")


def test_what_a_reader_does_is_in_the_address(browser: Browser, file):
    with player(browser, file) as (seen, play):
        play.at(100)
        seen.page.locator("button[data-focus='SECOND-1']").first.click()
        address = seen.page.url
        assert address.endswith("#flight=SECOND-1&t=2020-06-17T01%3A40%3A00Z")
    with player(browser, address) as (_, play):
        arrived(play)


@pytest.mark.parametrize("way", ["src", "srcdoc"])
def test_in_a_sandboxed_frame_links_and_the_player_work(
    browser: Browser, file, tmp_path: Path, way: str
):
    from html import escape

    given = file.as_uri() + LINK if way == "src" else file.read_text(encoding="utf-8")
    host = tmp_path / "host.html"
    host.write_text(
        '<!DOCTYPE html><html lang="en"><title>An article</title><iframe title="map"'
        f' sandbox="allow-scripts" {way}="{escape(given)}" width="800" height="1400"></iframe>',
        encoding="utf-8",
    )
    with visit(browser, host, viewport={"width": 900, "height": 1500}) as seen:
        frame = seen.page.frames[1]
        frame.wait_for_selector("path.hc-line.track")
        play = Player(frame)
        if way == "srcdoc":  # such a frame has no address of its own: by hand
            play.at(100)
            frame.locator("button[data-focus='SECOND-1']").first.click()
        else:
            frame.wait_for_selector("#hc-detail h2")
        arrived(play)
        play.button.click()
        frame.wait_for_function("() => document.querySelector('.hc-when').value > 6100")
        play.button.click()
        assert not frame.locator("#hc-full").is_visible()  # the article did not allow it
        assert seen.complaints == []


def test_the_map_fills_the_screen_where_that_is_allowed(browser: Browser, file):
    with player(browser, file) as (seen, _):
        button = seen.page.locator("#hc-full")
        assert button.is_visible()
        button.press("Enter")
        seen.page.wait_for_function("() => document.fullscreenElement !== null")
        assert seen.page.evaluate("document.fullscreenElement.className") == "hc-map hc-only-script"
        # The window is as large as before, as it is where a browser fills the screen already
        seen.page.wait_for_function("() => howclose.theMap.getSize().y === innerHeight")
        ground = seen.page.locator(".leaflet-howclose-ground-pane svg").bounding_box()
        assert ground is not None
        assert ground["y"] + ground["height"] >= seen.page.evaluate("innerHeight")
        button.press("Enter")
        seen.page.wait_for_function("() => document.fullscreenElement === null")
        seen.page.wait_for_function("() => howclose.theMap.getSize().y < innerHeight")


# --------------------------------------------------------------------------- for everybody

ALL = """() => [...document.querySelectorAll(
    "a[href], button, select, summary, input:not([type=radio]), .leaflet-container")]
  .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled).length"""
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  e.dataset.reached = "yes";
  const style = getComputedStyle(e);
  return { what: e.outerHTML.slice(0, 80), ring: style.outlineStyle !== "none"
    && parseFloat(style.outlineWidth) >= 1 };
}"""
MISSED = ALL.replace(
    "!e.disabled).length", "!e.disabled && !e.dataset.reached).map(e => e.outerHTML)"
)


def test_the_tab_key_reaches_all_that_a_mouse_can_and_shows_where_it_is(browser: Browser, file):
    with player(browser, file) as (seen, _):
        seen.open_details()
        count = seen.page.evaluate(ALL)
        assert count > 20
        unmarked = []
        for _ in range(count + 15):
            seen.page.keyboard.press("Tab")
            at = seen.page.evaluate(FOCUSED)
            if at and not at["ring"]:
                unmarked.append(at["what"])
        assert seen.page.evaluate(MISSED) == []
        assert unmarked == []


# Whatever a mouse can do: where the keys go, which they are, and what is other afterwards.
KEYS: dict[str, tuple[str, str, str]] = {
    "zoom in, as the wheel or two clicks do": (
        ".leaflet-container",
        "+",
        "howclose.theMap.getZoom()",
    ),
    "zoom out": (".leaflet-container", "-", "howclose.theMap.getZoom()"),
    "drag the map": (".leaflet-container", "ArrowRight", "howclose.theMap.getCenter().lng"),
    "press plus": (".leaflet-control-zoom-in", "Enter", "howclose.theMap.getZoom()"),
    "point at the chart": (".hc-when", "PageDown", "text('.hc-reading')"),
    "move the aircraft": (".hc-when", "PageUp", "style('.hc-sign', 'transform')"),
    "play faster": (".hc-speed", "ArrowDown", "document.querySelector('.hc-speed').value"),
    "hide a layer": ("input[data-look=track]", "Space", "style('path.hc-line.track', 'display')"),
    "change units": ("input[name=hc-unit]:checked", "ArrowRight", "text('data.hc-length')"),
    "change clocks": ("input[name=hc-clock]:checked", "ArrowRight", "text('.hc-clock')"),
    "sort": ("th button[data-sort]", "Enter", "document.querySelectorAll('th[aria-sort]').length"),
    "choose a flight, as a click on its line does": (
        "button[data-focus='SECOND-1']",
        "Enter",
        "text('#hc-detail') + document.querySelectorAll('path.hc-chosen').length",
    ),
    "take its address": ("button[data-focus='SECOND-1']", "Enter", "location.hash"),
    "open what is closed": (
        "details:not([open]) > summary",
        "Enter",
        "document.querySelectorAll('details[open]').length",
    ),
    "play": (".hc-go", "Space", "text('.hc-go')"),
    "fill the screen": ("#hc-full", "Enter", "document.fullscreenElement !== null"),
}
STATE = """code => {
  const text = look => document.querySelector(look).textContent;
  const style = (look, name) => getComputedStyle(document.querySelector(look))[name];
  return String(%s);
}"""
RING = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def test_all_that_a_mouse_can_do_the_keyboard_can(browser: Browser, file):
    with player(browser, file, reduced_motion="reduce", timezone_id="Asia/Tokyo") as (seen, _):
        seen.page.wait_for_selector(".hc-reading", state="attached")
        seen.page.keyboard.press("Tab")  # from here on focus is seen
        for what, (where, key, other) in KEYS.items():
            state = STATE % other
            seen.page.locator(where).first.focus()
            before = seen.page.evaluate(state)
            assert seen.page.evaluate(RING), what
            seen.page.keyboard.press(key)
            for _ in range(40):
                if seen.page.evaluate(state) != before:
                    break
                seen.page.wait_for_timeout(50)
            assert seen.page.evaluate(state) != before, what


def test_the_keyboard_takes_the_files_and_closes_the_panel(browser: Browser, file):
    with player(browser, file, accept_downloads=True) as (seen, _):
        seen.open_details()
        for name in ("findings.json", "findings.csv"):
            seen.page.locator(f"button[data-file='{name}']").focus()
            with seen.page.expect_download() as download:
                seen.page.keyboard.press("Enter")
            assert download.value.suggested_filename == name
        seen.page.locator("button[data-focus='SECOND-1']").first.press("Enter")
        seen.page.keyboard.press("Escape")
        assert seen.page.locator("#hc-detail").inner_text() == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_the_panel_open_and_while_playing(
    browser: Browser, file, scheme: Any
):
    with player(browser, file.as_uri() + LINK, color_scheme=scheme) as (seen, play):
        seen.open_details()
        play.page.locator(".hc-speed").select_option("30")
        play.button.click()
        assert seen.page.locator("#hc-detail h2").is_visible()
        no_violation(seen)
        assert play.button.inner_text() == "Pause"


def test_the_script_rounds_to_the_doubt_as_we_do(browser: Browser, file):
    """Over five powers of ten of distances and of doubts."""
    rng = np.random.default_rng(20200617)
    away = 10.0 ** rng.uniform(1.5, 6.5, 400)
    below, above = away * rng.uniform(0, 1, 400), away * 10.0 ** rng.uniform(-5, 0, 400)
    rows = np.round(np.column_stack([away, away - below, away + above]), 1).tolist()
    with player(browser, file) as (seen, _):
        for unit, metres in (("NM", 1852.0), ("km", 1000.0), ("mi", 1609.344)):
            seen.page.locator(f"input[name=hc-unit][value={unit}]").check()
            told = seen.page.evaluate("rows => rows.map(r => howclose.length(...r))", rows)
            for row, words in zip(rows, told, strict=True):
                figure = words.split("\xa0")[0].replace("\u202f", "")
                assert figure == Doubtful(*row).digits(metres), (unit, row)


def test_the_script_rounds_the_ends_of_a_range_outward_as_we_do(browser: Browser, file):
    rng = np.random.default_rng(20200618)
    ends = [0.0, 0.1, 31.8, 790.4, 18_520.0, *np.round(10.0 ** rng.uniform(0, 6.5, 400), 1)]
    calls = "ends => ends.map(e => [howclose.length(e, e), howclose.length(e, undefined, e)])"
    with player(browser, file) as (seen, _):
        for unit, metres in (("NM", 1852.0), ("km", 1000.0), ("mi", 1609.344)):
            seen.page.locator(f"input[name=hc-unit][value={unit}]").check()
            told = seen.page.evaluate(calls, [float(e) for e in ends])
            for end_m, words in zip(ends, told, strict=True):
                low, high = (w.split("\xa0")[0].replace("\u202f", "") for w in words)
                assert low == AtLeast(end_m).digits(metres), (unit, end_m)
                assert high == AtMost(end_m).digits(metres), (unit, end_m)


# ------------------------------------------------------------------- what a reader stumbled on

YEAR_S = 365 * 86_400


@pytest.fixture(scope="module")
def years(flights: tuple[Track, Track], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second flight a year after the first."""
    first, second = flights
    assert second.time_s is not None
    made = page([first, replace(second, time_s=second.time_s + YEAR_S)], zones=["airspace:USA"])
    return made.save(tmp_path_factory.mktemp("years") / "years.html")


def test_the_time_in_which_nobody_flew_is_not_on_the_slider(browser: Browser, years):
    """Of flights years apart a step of the slider was a day, and none of them was ever seen."""
    with player(browser, years) as (seen, play):
        assert float(str(play.slider.get_attribute("max"))) < 4 * 3600
        assert float(str(play.slider.get_attribute("step"))) < 60
        play.at(60)
        assert play.clock.startswith("2020-06-17 01:00")
        play.slider.press("End")
        assert play.clock.startswith("2021-06-17 02:30")
        assert len(play.signs()) == 1
        seen.page.evaluate("howclose.setTime(Date.parse('2021-06-17T02:00:00Z') / 1000)")
        assert play.clock == "2021-06-17 02:00:00 UTC"
        assert play.second == pytest.approx(60 * (118 + 30), abs=30)


def test_play_goes_on_where_the_next_flight_begins(browser: Browser, years):
    with player(browser, years) as (seen, play):
        play.at(118)
        play.page.locator(".hc-speed").select_option("1200")
        play.button.click()
        seen.page.wait_for_function(
            "() => document.querySelector('.hc-clock').value.startsWith('2021-06-17 02')"
        )
        assert len(play.signs()) == 1


SMALL: Any = {"viewport": {"width": 360, "height": 800}}
AXIS = """() => [...document.querySelectorAll(".hc-graph text")].map(text => {
  const box = text.getBBox();
  return [text.textContent, box.x, box.x + box.width, box.y, box.y + box.height];
})"""


@pytest.mark.parametrize("code", ["en", "ja", "ru"])
def test_no_word_of_the_chart_is_cut(browser: Browser, flights, tmp_path, code: str):
    """Of 40,000 feet a reader of Japanese saw ",000"."""
    made = page(flights, zones=["airspace:USA"], lang=code).save(tmp_path / "page.html")
    with player(browser, made, **SMALL) as (seen, play):
        play.page.wait_for_selector(".hc-reading", state="attached")
        wide = seen.page.locator(".hc-graph").evaluate("g => g.viewBox.baseVal.width")
        for words, x0, x1, _, _ in seen.page.evaluate(AXIS):
            assert x0 >= -0.5, words
            assert x1 <= wide + 0.5, words


def test_what_is_read_off_the_chart_does_not_lie_on_its_line(browser: Browser, file):
    with player(browser, file, **SMALL) as (seen, play):
        play.page.wait_for_selector(".hc-reading", state="attached")
        reading = seen.page.locator(".hc-reading").evaluate(
            "t => { const b = t.getBBox(); return b.y + b.height; }"
        )
        highest = seen.page.evaluate(
            "Math.min(...[...document.querySelectorAll('.hc-curve-line')].map(c => c.getBBox().y))"
        )
        assert reading <= highest - 1


def test_a_chart_of_days_has_days_at_its_ends(browser: Browser, tmp_path):
    """A flight of two days stood there as from 00:00 to 02:01."""
    k = np.arange(600.0)
    track = Track("LONG", -170 + 0.05 * k, 50 + 0 * k, START_S + 300 * k)
    made = page([track], zones=["airspace:USA"]).save(tmp_path / "long.html")
    with player(browser, made, **SMALL) as (seen, play):
        play.page.wait_for_selector(".hc-reading", state="attached")
        words = [w for w, *_ in seen.page.evaluate(AXIS) if "-" in w]
        assert words == ["2020-06-17", "2020-06-19"]


def test_the_chart_does_not_say_less_than_the_answer(browser: Browser, tmp_path):
    """Where the doubt leaves no figure the answer is an upper bound, and so is the reading."""
    k = np.arange(50.0)
    track = Track("CLOSE", -172 + 0.03 * k, 62.5 + 0 * k, START_S + 60 * k)
    found = check([track], [zone("airspace:USA")])
    near = replace(found.findings[0], depth_m=0.0, distance_m=900.0, low_m=0.0, high_m=2_900.0)
    made = page([track], findings=replace(found, findings=(near,)))
    with player(browser, made.save(tmp_path / "close.html")) as (seen, play):
        play.page.wait_for_selector(".hc-reading", state="attached")
        label = seen.page.locator(".hc-label.closest tspan").first.text_content()
        assert str(label).replace("\xa0", " ") == "\u2264 1.6 NM"
        assert play.reading.startswith("\u2264 1.6 NM (3.0 km)")


def test_aircraft_step_back_with_their_lines(browser: Browser, file):
    """The lines of all flights but one were dimmed, their aircraft and trails were not."""
    dim = """() => Object.fromEntries(["FIRST-1", "SECOND-1"].map(id => {
      const sign = document.querySelector(".hc-sign [data-id='" + id + "']");
      return [id, sign && Number(getComputedStyle(sign).opacity)];
    }))"""
    with player(browser, file) as (seen, play):
        play.at(50)
        seen.page.get_by_role("button", name="SECOND").first.click()
        assert seen.page.evaluate(dim) == {"FIRST-1": 0.28, "SECOND-1": None}
        play.at(110)  # the second is in the air by now
        assert seen.page.evaluate(dim) == {"FIRST-1": 0.28, "SECOND-1": 1}
        trails = seen.page.locator(".hc-line.trail")
        opacity = {trails.nth(i).evaluate("e => getComputedStyle(e).opacity") for i in range(2)}
        assert opacity == {"0.28", "1"}
        seen.page.keyboard.press("Escape")
        assert seen.page.evaluate(dim) == {"FIRST-1": 1, "SECOND-1": 1}
