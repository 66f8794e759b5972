"""The little globe beside a map: where on Earth its frame lies, and what land lies around it."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely

from layers.frame import Frame
from layers.locator import SIZE, locator
from layers.planes import World

R = SIZE / 2 - 1
HERE = {
    "bering": Frame.around([165.0, -160.0], [55.0, 65.0]),
    "pole": Frame.around([0.0, 90.0, 180.0, -90.0], [85.0, 85.0, 85.0, 85.0]),
    "germany": Frame.around([6.0, 15.0], [47.0, 55.0]),
    "antarctica": Frame.around([0.0, 90.0, 180.0, -90.0], [-75.0] * 4),
    "chile": Frame.around([-80.0, -60.0], [-55.0, -20.0]),
    "tiles": Frame.for_tiles([(np.array([170.0, -170.0]), np.array([50.0, 60.0]))]),
}
# Orthographic, by hand: x = cos φ sin λ, y = cos φ₀ sin φ - sin φ₀ cos φ cos λ
PLACES = {
    "Moscow": (37.6, 55.8, True),
    "Denver": (-105.0, 39.7, True),
    "Brasília": (-47.9, -15.8, True),
    "Alice Springs": (133.9, -23.7, True),
    "N'Djamena": (15.0, 12.1, True),
    "Vostok": (106.8, -78.5, True),
    "the middle of the Atlantic": (-35.0, 30.0, False),
    "the middle of the Pacific": (-140.0, 10.0, False),
    "the Indian Ocean": (80.0, -35.0, False),
    "the Southern Ocean": (-120.0, -58.0, False),
    "the Arctic Ocean": (-160.0, 82.0, False),
}


def rings(svg: str, look: str) -> list[np.ndarray]:
    """Return the rings of a path in pixels: it is drawn twice as large, in whole steps."""
    (d,) = re.findall(rf'class="{look}" d="([^"]*)"', svg)
    (box,) = re.findall(r'viewBox="[-\d. ]* ([\d.]+)"', svg)
    out = []
    for ring in d.split("M")[1:]:
        numbers = np.array(re.findall(r"-?\d+", ring), dtype=float).reshape(-1, 2)
        out.append(np.cumsum(numbers, axis=0) * SIZE / float(box))
    return out


def flat(frame: Frame, lon: float, lat: float) -> tuple[float, float, float]:
    """Return where a place is seen, in pixels, and how far in front of the rim it is."""
    lon0, lat0 = frame.middle
    a, b, c = np.radians([lon - lon0, lat, max(-60.0, min(60.0, lat0))])
    x = np.cos(b) * np.sin(a)
    y = np.cos(c) * np.sin(b) - np.sin(c) * np.cos(b) * np.cos(a)
    return R * x, -R * y, np.sin(c) * np.sin(b) + np.cos(c) * np.cos(b) * np.cos(a)


@pytest.mark.parametrize("name", HERE)
def test_land_is_where_land_is_and_sea_where_sea_is(name: str):
    drawn = [shapely.Polygon(r) for r in rings(locator(HERE[name]), "hc-globe-land")]
    land = shapely.union_all(shapely.make_valid(drawn))
    seen = 0
    for lon, lat, is_land in PLACES.values():
        x, y, front = flat(HERE[name], lon, lat)
        if front > 0.15:
            assert land.contains(shapely.Point(x, y)) == is_land, (lon, lat)
            seen += 1
    assert seen >= 3


@pytest.mark.parametrize("name", HERE)
def test_the_frame_lies_where_it_is_shown(name: str):
    frame = HERE[name]
    (ring,) = rings(locator(frame), "hc-globe-frame")
    x, y, _ = flat(frame, *frame.middle)

    assert shapely.Polygon(ring).contains(shapely.Point(x, y))


@pytest.mark.parametrize("name", HERE)
def test_no_coast_runs_along_a_meridian_where_land_was_cut(name: str):
    """Beyond a pole Eurasia is cut along the far meridian, and joined again."""
    frame = HERE[name]
    for ring in rings(locator(frame), "hc-globe-land"):
        step = np.diff(np.vstack([ring, ring[:1]]), axis=0)
        middle = ring + step / 2
        upright = (np.abs(step[:, 0]) < 0.6) & (np.abs(middle[:, 0]) < 0.3)
        rim = np.hypot(*middle.T) > R - 0.5
        assert np.abs(step[upright & ~rim, 1]).sum() < 8  # such a cut was 28 pixels


@pytest.mark.parametrize("name", HERE)
def test_nothing_of_it_stands_beside_the_globe(name: str):
    for look in ("hc-globe-land", "hc-globe-frame"):
        for ring in rings(locator(HERE[name]), look):
            assert np.hypot(*ring.T).max() <= R + 0.5


@pytest.mark.parametrize(
    "frame",
    [
        Frame(World(10.0), -1.7e7, -8.5e6, 1.7e7, 8.5e6),
        Frame.around([0.0, 110.0], [50.0, -30.0]),
        Frame.for_tiles([(np.array([-100.0, 100.0]), np.array([-20.0, 60.0]))]),
    ],
)
def test_a_map_of_continents_needs_no_globe(frame: Frame):
    assert locator(frame) == ""


def test_the_frame_of_a_small_map_is_still_seen():
    """A map of an airport is a hundredth of a pixel wide on the globe."""
    small = locator(Frame.around([8.5, 8.6], [47.4, 47.5]))

    (frame,) = rings(small, "hc-globe-frame")
    assert np.ptp(frame, axis=0).min() >= 4
    assert np.abs(frame.mean(axis=0)).max() <= 2  # in the middle, to which the globe is turned
