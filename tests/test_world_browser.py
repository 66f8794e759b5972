"""Wide maps in a browser: half the Earth around its middle, and the whole Earth."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")

from browsing import pieces, visit
from makers import GEOD
from playwright.sync_api import Browser

from geo.earth import geodesic_between
from geo.plane import Plane
from geo.track import Track
from layers.frame import Frame
from layers.pages import Page
from layers.planes import World
from layers.playback import playback
from layers.track import TrackLayer
from layers.track_page import page

pytestmark = pytest.mark.browser

START_S: Final = 1592352000.0  # 2020-06-17T00:00:00Z
SEED: Final = 7


def flown(name: str, *stops: tuple[float, float]) -> Track:
    """Return a flight along geodesics through places, a fix every five minutes."""
    f = np.linspace(0, 1, 100)
    parts = [
        geodesic_between(*(np.full(100, v) for v in (*a, *b)), f)
        for a, b in itertools.pairwise(stops)
    ]
    lon, lat = (np.concatenate([p[i][:-1] for p in parts]) for i in (0, 1))
    return Track(name, lon, lat, START_S + 300 * np.arange(len(lon)))


LONDON, NEW_YORK, LOS_ANGELES = (-0.5, 51.5), (-73.8, 40.6), (-118.4, 33.9)
TOKYO, MOSCOW, SYDNEY, SANTIAGO = (140.4, 35.8), (37.4, 56.0), (151.2, -33.9), (-70.8, -33.4)


def round_the_pole() -> Page:
    return page(
        [flown("ROUND", LONDON, NEW_YORK, LOS_ANGELES, TOKYO, MOSCOW, LONDON)], zones=["USA"]
    )


def around_the_world() -> Page:
    flights = [
        flown("NORTH", TOKYO, LOS_ANGELES),
        flown("SOUTH", SYDNEY, SANTIAGO),
        flown("EAST", LONDON, (55.4, 25.2), SYDNEY),
        flown("WEST", SANTIAGO, NEW_YORK, LONDON),
    ]
    return page(flights, zones=["airspace:USA", "airspace:AUS"])


def over_the_south() -> Page:
    return page([flown("SOUTH", SYDNEY, SANTIAGO)], zones=["airspace:AUS", "airspace:CHL"])


KINDS: Final = {"round": round_the_pole, "world": around_the_world, "south": over_the_south}
NOTE: Final = {"round": "in the middle of the map", "world": "in the middle of the map"}


@pytest.fixture(scope="module", params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    shown = KINDS[request.param]()
    return request.param, shown, shown.save(tmp_path_factory.mktemp(request.param) / "page.html")


@pytest.mark.parametrize("width", [1200, 600, 360])
def test_a_wide_map_shows_it_all_and_no_line_jumps_over_it(browser: Browser, made, width: int):
    kind, shown, file = made
    assert isinstance(shown.frame.plane, World if kind == "world" else Plane)
    viewport = {"width": width, "height": 800}
    with visit(browser, file, reduced_motion="reduce", viewport=viewport) as seen:
        drawn = pieces(seen.page, ".hc-line.track,.gap,.closest")
        if kind != "south":  # which flies straight through the middle, and is drawn so
            assert max(p["longest"] for p in drawn) < 0.5
        assert [p for p in drawn if "track" in p["look"].split() and p["seen"] < 2] == []
        assert max(p["longest"] for p in pieces(seen.page, ".belt")) < 0.5
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert (seen.foreign, seen.complaints, seen.refused) == ([], [], [])


def test_a_scale_that_stands_elsewhere_says_so(browser: Browser, made):
    kind, _, file = made
    with visit(browser, file, reduced_motion="reduce") as seen:
        assert seen.page.locator(".hc-bar").count() == 2
        assert seen.page.locator(".hc-scale").is_visible()
        told = seen.page.locator(".hc-scale > :last-child").inner_text()
    assert told == NOTE.get(kind, "")


BAR: Final = """() => {
  const map = howclose.theMap, frame = map._container.getBoundingClientRect();
  const bar = document.querySelectorAll(".hc-bar")[1], size = map.getSize();
  const wide = bar.getBoundingClientRect().width;
  const middle = /middle/.test(bar.parentNode.textContent);
  const x = middle ? (size.x - wide) / 2 : bar.getBoundingClientRect().left - frame.left;
  const y = middle ? size.y / 2 : size.y - 24;
  const a = map.containerPointToLatLng([x, y]), b = map.containerPointToLatLng([x + wide, y]);
  return { ends: [a.lng, a.lat, b.lng, b.lat], words: bar.textContent };
}"""


def test_the_scale_is_true_where_it_stands(browser: Browser, made):
    """Against PROJ's geodesic between the places at its ends."""
    _, _, file = made
    with visit(browser, file, reduced_motion="reduce") as seen:
        bar = seen.page.evaluate(BAR)
    number, unit = re.fullmatch(r"([\d\u202f.]+)\s(\w+)", bar["words"]).groups()
    told_m = {"km": 1000.0}[unit] * float(number.replace("\u202f", ""))

    assert GEOD.inv(*bar["ends"])[2] == pytest.approx(told_m, rel=0.01)


def test_the_browser_draws_on_the_same_plane(browser: Browser, made):
    _, shown, file = made
    plane = shown.frame.plane
    random = np.random.default_rng(SEED)
    lon = plane.lon + random.uniform(-179, 179, 300)
    lat = np.degrees(np.arcsin(random.uniform(-1, 1, 300)))
    x, y = plane.to_xy(lon, lat)
    near = np.hypot(x, y) < 1.2e7  # the far end of the Earth is a circle

    with visit(browser, file) as seen:
        theirs = seen.page.evaluate(
            """points => {
              const plane = howclose.theMap.options.crs.projection;
              return points.map(p => {
                const xy = plane.project({ lng: p[0], lat: p[1] }), back = plane.unproject(xy);
                return [xy.x, xy.y, back.lng, back.lat];
              });
            }""",
            np.column_stack([lon, lat]).tolist(),
        )
    told = np.array(theirs)
    assert np.abs(told[:, :2] - np.column_stack([x, y]))[near].max() < 0.01
    east = (told[:, 2] - lon + 180) % 360 - 180
    assert np.hypot(east * np.cos(np.radians(lat)), told[:, 3] - lat)[near].max() < 1e-6


def test_time_runs_over_the_edge_of_the_world(browser: Browser, tmp_path: Path):
    """The trail of an aircraft that leaves the map at one side is not drawn across it."""
    k = np.arange(60)
    over = Track("OVER", (-171.0 + k / 20 + 180) % 360 - 180, 10 + k / 10, START_S + 60 * k)
    shown = around_the_world()
    made = replace(
        shown,
        frame=Frame(World(10.0), -1.8e7, -8.7e6, 1.8e7, 8.7e6),
        layers=(TrackLayer(over, Frame(World(10.0), -1.8e7, -8.7e6, 1.8e7, 8.7e6)),),
        picture=b"",
    )
    player = playback([over], shown.findings, made.frame, ["OVER-1"], ["USA"])
    made = replace(made, player=player)
    with visit(browser, made.save(tmp_path / "over.html"), reduced_motion="reduce") as seen:
        longest, sides = 0.0, set()
        for minute in range(5, 58, 3):
            seen.page.evaluate(f"howclose.setTime({START_S + 60 * minute})")
            longest = max(longest, *(p["longest"] for p in pieces(seen.page, ".trail")))
            where = seen.page.evaluate(
                "document.querySelector('.hc-sign').getBoundingClientRect().left"
            )
            sides.add(bool(where > 600))
    assert sides == {True, False}  # it came round at the other side
    assert longest < 0.1
    assert len(made.layers[0].shapes[0].parts) == 2
