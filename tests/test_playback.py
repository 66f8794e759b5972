"""What a page's chart is told: the distance over time, and between what it may have been."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from makers import track_of, zone_of

from geo import check
from geo.bands import band
from layers.frame import Frame
from layers.pack import unpacked
from layers.playback import GRID_M, MOST_FLIGHTS, playback

SQUARE = zone_of(shapely.box(0, -1, 1, 1))
ERROR_M = 200.0


def chart_of(track: Any) -> dict[str, Any]:
    """Return the chart's data on a page of one track and the square."""
    found = check([track], SQUARE)
    frame = Frame.around(track.lon, track.lat)
    told = playback([track], found, frame, ["one"], ["USA"])
    assert told is not None
    chart: dict[str, Any] = told.data["chart"]
    return chart


def line(chart: dict[str, Any], name: str) -> np.ndarray:
    return unpacked(chart[name], 1.0)[0] * [1.0, GRID_M]


@pytest.fixture(scope="module")
def holed():
    """An hour westwards along 2°N, a fix every 20 s, and none for 20 min in the middle."""
    seconds = np.array([s for s in range(0, 3600, 20) if not 1200 < s < 2400], dtype=float)
    points = [(6.0 - 200.0 * s / 111_000, 2.0) for s in seconds]
    return track_of(points, list(seconds), error_m=np.full(len(seconds), ERROR_M))


def test_the_band_is_that_of_the_engine_and_as_fine_as_a_chart_can_show(holed):
    chart, true = chart_of(holed), band(holed, SQUARE)
    assert true.time_s is not None
    high_m = np.nanmax(true.distance_m) - np.nanmin(true.distance_m)
    for name, truth in (("low", true.low_m), ("high", true.high_m)):
        at = line(chart, name)
        shown = np.interp(true.time_s, at[:, 0], at[:, 1])
        assert np.abs(shown - truth).max() < high_m / 300 + GRID_M
    assert "doubt" not in chart


def test_the_band_is_narrow_where_it_was_seen_and_wide_in_the_gap(holed):
    chart = chart_of(holed)
    low, high = line(chart, "low"), line(chart, "high")

    def width_m(second: float) -> float:
        return float(np.interp(second, *high.T) - np.interp(second, *low.T))

    assert width_m(600) == pytest.approx(2 * ERROR_M, rel=0.5)
    # 10 min from either end at up to 400 m/s, but for the 120 km that it flew meanwhile
    assert width_m(1800) > 200_000
    assert len(chart["parts"]) == 2


def test_the_band_of_a_close_track_costs_little(holed):
    """A page of 350 kB has no room for a figure a fix."""
    chart = chart_of(holed)

    assert len(chart["low"]) + len(chart["high"]) < 500


@pytest.mark.parametrize("lat", [1.2, 0.8])
def test_the_chart_passes_the_answer_itself(lat: float):
    """A dip of 330 m is less than a chart of 660 km can show; its figure was the answer."""
    k = np.arange(0.0, 14.0, 0.05)
    south = np.where(np.abs(k - 7.5) < 0.01, 0.003, 0.0)
    track = track_of(list(zip(k - 7, lat - south, strict=True)), np.arange(len(k)) * 20.0)
    (finding,) = check([track], SQUARE)
    chart = chart_of(track)
    said = finding.distance_m or -finding.depth_m

    parts = [unpacked(part, 1.0)[0] * [1.0, GRID_M] for part in chart["parts"]]

    told = [np.interp(round(chart["at"]), p[:, 0], p[:, 1]) for p in parts]
    assert min(abs(t - said) for t in told) <= GRID_M
    assert chart["told"][0] == pytest.approx(abs(said), abs=0.1)
    assert chart["told"][1] <= chart["told"][0] <= chart["told"][2]


def test_where_doubt_leaves_no_figure_the_chart_says_what_the_answer_says():
    """The answer said 1.6 NM at most, the chart 0.5 NM, of the same moment."""
    k = np.arange(40.0)
    track = track_of(list(zip(-0.4 + 0.02 * k, 1.01 + 0 * k, strict=True)), 60 * k)
    (finding,) = check([track], SQUARE)
    finding = replace(finding, low_m=0.0, high_m=3_000.0)
    found = replace(check([track], SQUARE), findings=(finding,))
    told = playback([track], found, Frame.around(track.lon, track.lat), ["one"], ["USA"])
    assert told is not None
    chart = told.data["chart"]

    assert chart["most"] is True
    assert chart["told"][0] == 3_000.0
    assert chart_of(track)["most"] is False


def test_the_flight_that_the_page_is_about_is_played_whatever_is_left_out():
    k = np.arange(10.0)
    far = [
        replace(
            track_of(list(zip(3 + k / 10, 3 + n / 50 + 0 * k, strict=True)), 60 * k), flight=f"{n}"
        )
        for n in range(MOST_FLIGHTS + 5)
    ]
    near = replace(track_of(list(zip(3 - k / 10, 1 + 0 * k, strict=True)), 60 * k), flight="near")
    tracks = [*far, near]
    found = check(tracks, SQUARE)
    frame = Frame.around(near.lon, near.lat)
    told = playback(tracks, found, frame, [t.flight for t in tracks], ["USA"] * len(tracks))
    assert told is not None

    assert len(told.data["flights"]) == MOST_FLIGHTS
    assert told.data["flights"][0]["id"] == told.data["chart"]["id"] == "near"
