"""Colour along a track: the steps are what the legend calls them, and each can be seen."""

from __future__ import annotations

import numpy as np
import pytest
from makers import track_of

from geo import zone
from geo.units import FOOT, NM
from layers.shades import steps_by, values_m
from layers.style import COLOURS, SHADES
from layers.track_page import page


def light(colour: str) -> float:
    """Relative luminance as WCAG 2.1 has it."""
    rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((light(a), light(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["sea", "land"])
@pytest.mark.parametrize("step", SHADES)
@pytest.mark.parametrize("night", [False, True])
def test_each_step_can_be_seen_on_sea_and_land(ground: str, step: int, night: bool):
    here, under = (COLOURS[n].dark if night else COLOURS[n].light for n in (f"hue-{step}", ground))

    assert contrast(here, under) >= 3.0


@pytest.mark.parametrize("night", [False, True])
def test_the_steps_rise_in_lightness_so_that_colour_is_not_all(night: bool):
    steps = [
        light(COLOURS[f"hue-{s}"].dark if night else COLOURS[f"hue-{s}"].light) for s in SHADES
    ]

    assert steps == sorted(steps, reverse=night)


def test_a_distance_has_the_step_that_is_named_after_it():
    distance = steps_by("distance", zone("airspace:USA"))
    shades = distance.shade(np.array([0.0, 1.0, 11.9 * NM, 12.1 * NM, 199 * NM, 201 * NM, np.nan]))

    names = dict(distance.each)
    assert [names[int(s)] for s in shades] == [
        "inside", "to 12 NM", "to 12 NM", "to 50 NM", "to 200 NM", "farther", "farther",
    ]  # fmt: skip


def test_a_height_that_nobody_knows_is_called_so():
    height = steps_by("height", None)
    names = dict(height.each)

    assert names[int(height.shade(np.array([np.nan]))[0])] == "higher, or not known"
    assert names[int(height.shade(np.array([35_000 * FOOT]))[0])] == "to 40\u202f000 ft"


def test_a_track_into_a_zone_changes_its_colour_at_the_border():
    track = track_of([(-170.0, 60.0), (-165.0, 60.5), (-160.0, 61.0)])
    usa = zone("airspace:USA")
    distance = steps_by("distance", usa)

    shades = distance.shade(values_m(track, "distance", usa))

    assert shades[0] != shades[2]
    assert int(shades[2]) == SHADES[0]
    looks = {
        s.look
        for layer in page([track], zones=[usa], colour="distance").layers
        for s in layer.shapes
    }
    assert f"track hue-{SHADES[0]}" in looks
    assert steps_by("flight", usa) is None
