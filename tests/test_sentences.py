"""What is printed of a finding says no more than is known."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import track_of, zone_of

from geo import check
from geo.findings import Finding
from geo.rounding import AtLeast, AtMost, Doubtful, fitting
from geo.terms import Term
from geo.units import NM
from geo.words import nm_and_km
from layers.sentences import answer_of, caption, distance_words, headline, local_day, sentence

BOX = "POLYGON((10 50, 12 50, 12 52, 10 52, 10 50))"
ZONE = replace(zone_of(BOX, name="Boxland"), name="Boxland")
AWAY = track_of([(9.0, 51.0), (9.2, 51.0), (9.0, 51.1)], [0, 60, 120])
INSIDE = track_of([(9.9, 51.0), (10.3, 51.0), (9.9, 51.1)], [0, 60, 120])


def found(track=AWAY, **changes) -> Finding:
    """Return a finding of a track and the box, changed as told."""
    (finding,) = check([track], ZONE)
    return replace(finding, **changes)


def plain(text: str) -> str:
    """Return text with common spaces."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_a_distance_is_told_with_its_zone_day_and_clock():
    words = plain(sentence(found(distance_m=59_264.0, low_m=59_000.0, high_m=59_500.0), [ZONE]))

    assert words.startswith("test came within 32 NM (59 km) of Boxland on 1 January 1970, at 00:01")
    assert words.endswith(":00 UTC, with the border to the east.")


def test_much_doubt_makes_it_about_and_tells_both_ends():
    finding = found(distance_m=32 * NM, low_m=27 * NM, high_m=37 * NM)

    assert "came within about 30 NM (60 km) of" in plain(sentence(finding, [ZONE]))
    words = "30 NM (60 km); between 27 NM (50 km) and 37 NM (69 km)"
    assert plain(distance_words(finding)) == words


def test_what_was_not_seen_may_have_been_nearer():
    finding = found(distance_m=32 * NM, low_m=0.0, high_m=33 * NM)

    assert sentence(finding, [ZONE]).endswith("what was not seen may have been nearer.")
    assert plain(distance_words(finding)) == "32 NM (60 km); between 0 and 33 NM (62 km)"


def test_inside_is_told_by_its_depth():
    finding = found(INSIDE)

    assert finding.depth_m > 0
    assert "was inside Boxland, up to" in sentence(finding, [ZONE])
    assert distance_words(finding).startswith("inside, ")
    doubted = replace(finding, high_m=500.0)
    assert distance_words(doubted).endswith("within the doubt it may have stayed outside")


def test_touching_is_neither():
    finding = found(distance_m=0.0, depth_m=0.0, low_m=0.0, high_m=0.0)

    assert sentence(finding, [ZONE]) == "test touched Boxland on 1 January 1970."


def test_of_a_drawn_route_only_the_doubt_is_told():
    drawn = replace(AWAY, basis="drawn", half_width_m=10_000.0, time_s=None)
    finding = found(drawn)

    assert "cannot be told: its route was drawn from reports" in sentence(finding, [ZONE])
    assert distance_words(finding).startswith("cannot be told: ")
    assert "came within" not in sentence(finding, [ZONE])


@pytest.mark.parametrize("nearer_m", [1.0, 0.0])
def test_a_drawn_route_never_makes_the_headline(nearer_m: float):
    recorded = found(distance_m=100_000.0)
    drawn = found(distance_m=nearer_m, basis="drawn")

    assert headline([drawn, recorded]) is recorded
    assert headline([drawn]) is None
    assert headline([]) is None


def test_the_headline_is_the_nearest_outside_else_the_deepest():
    near, far = found(distance_m=5.0), found(distance_m=9.0)
    deep, shallow = found(INSIDE, depth_m=900.0), found(INSIDE, depth_m=9.0)

    assert headline([far, deep, near]) is near
    assert headline([shallow, deep]) is deep


def test_the_answer_is_never_empty():
    assert answer_of([], [])
    assert answer_of([found(basis="drawn")], [ZONE])
    answer = answer_of([found()], [ZONE])
    assert "Boxland" in answer
    assert caption([found()], [ZONE], "A map.") == f"A map. {answer}"


# ------------------------------------------------------------------ rounding that fits the doubt

# From 30 m to 3,000 km, with doubts from a metre to more than the distance itself.
DISTANCES_M = np.geomspace(30.0, 3e6, 41)
DOUBTS_M = np.geomspace(1.0, 3e6, 27)
STEPS = [m * 10.0**k for k in range(-6, 8) for m in (1, 2, 5)]


def figures(words: str) -> list[tuple[float, float]]:
    """Return the lengths in words as (figure, metres of its unit)."""
    unit_m = {"NM": 1852.0, "km": 1000.0, "m": 1.0}
    found = re.findall(
        r"(\d+(?:\.\d+)?) (NM|km|m)\b", re.sub(r"(?<=\d) (?=\d{3})", "", plain(words))
    )
    return [(float(number), unit_m[unit]) for number, unit in found]


def pretended(figure: float) -> float:
    """Return the greatest step of 1, 2 or 5 times a power of ten that a figure is a multiple of."""
    return max(s for s in STEPS if abs(figure / s - round(figure / s)) < 1e-6)


def no_finer_than_the_doubt(shown: list[tuple[float, float]], length_m: float, off_m: float):
    """Two figures of a length agree, and each is as coarse as its doubt, or just finer than it."""
    (nm, km) = (figure * unit_m for figure, unit_m in shown)
    steps_m = [pretended(figure) * unit_m for figure, unit_m in shown]
    alone = [fitting(*((length_m + d) / u for d in (0, -off_m, off_m))) for _, u in shown]
    apart_m = abs(float(alone[0]) * shown[0][1] - float(alone[1]) * shown[1][1])

    assert abs(nm - km) <= 0.1 * length_m + 1e-6, shown
    assert min(steps_m) >= (0.79 if apart_m <= 0.1 * length_m else 0.3) * off_m, shown


def test_no_length_has_two_figures_that_seem_to_contradict_each_other():
    told = [nm_and_km(Doubtful(m, m - 5e3, m + 5e3)) for m in (14_600.0, 59_264.0)]

    assert fitting(14.6, 9.6, 19.6) == "10"  # and 10 NM
    assert [plain(t) for t in told] == ["8 NM (15 km)", "30 NM (60 km)"]


@pytest.mark.parametrize(
    ("low_m", "high_m", "words"),
    [
        (17_071.1, 19_310.9, "between 9.2 NM (17 km) and 11 NM (20 km)"),
        (19_671.0, 21_910.8, "between 10 NM (19 km) and 12 NM (22 km)"),
        (31.8, 790.4, "between 0.017 NM (0.03 km) and 0.43 NM (0.8 km)"),
        (0.0, 790.4, "between 0 and 0.43 NM (0.8 km)"),
        (18_520.0, 37_040.0, "between 10 NM (18 km) and 20 NM (38 km)"),
    ],
)
def test_the_ends_of_a_range_are_never_rounded_inward(low_m: float, high_m: float, words: str):
    middle = (low_m + high_m) / 2
    finding = found(distance_m=middle, low_m=low_m, high_m=high_m, basis="drawn")

    assert plain(distance_words(finding)).endswith(words)


@given(st.floats(0.05, 2.5e7))
def test_an_end_of_a_range_goes_outward_by_no_more_than_a_tenth(end_m: float):
    for unit_m in (NM, 1000.0, 1609.344):
        low, high = (float(of(end_m).digits(unit_m)) * unit_m for of in (AtLeast, AtMost))

        assert 0.899 * end_m <= low <= end_m * (1 + 1e-9) + 1e-6
        assert end_m * (1 - 1e-9) - 1e-6 <= high <= 1.101 * end_m


def test_the_example_of_the_plan_is_about_60_km():
    finding = found(distance_m=59_264.0, low_m=54_264.0, high_m=64_264.0)

    assert "came within about 30 NM (60 km) of Boxland" in plain(sentence(finding, [ZONE]))


@pytest.mark.parametrize("gap", [False, True])
def test_no_figure_pretends_more_than_its_doubt_nor_leaves_it(gap: bool):
    told, outside = 0, found()
    for away_m, off_m in itertools.product(DISTANCES_M.tolist(), DOUBTS_M.tolist()):
        low_m, high_m = 0.0 if gap else max(0.0, away_m - off_m), away_m + off_m
        told_m = {"distance_m": away_m, "low_m": low_m, "high_m": high_m}
        words = sentence(replace(outside, **told_m), [ZONE])
        shown = figures(words)
        assert len(shown) == 2, words
        for figure, unit_m in shown:
            if off_m >= away_m:  # an upper end, rounded up
                assert high_m * (1 - 1e-9) <= figure * unit_m <= 1.1 * high_m, words
                continue
            told += 1
            assert low_m - 1e-3 <= figure * unit_m <= high_m + 1e-3, words
        if off_m < away_m:
            no_finer_than_the_doubt(shown, away_m, off_m)
    assert told > 1000


def test_depths_are_rounded_to_their_doubt_too():
    inside = found(INSIDE, high_m=0.0)
    for deep_m, off_m in itertools.product(DISTANCES_M.tolist(), DOUBTS_M.tolist()):
        if off_m >= deep_m:
            continue
        terms = (Term("fix", off_m, off_m, ""),)
        words = sentence(replace(inside, depth_m=deep_m, terms=terms), [ZONE])
        for figure, unit_m in figures(words):
            assert deep_m - off_m - 1e-3 <= figure * unit_m <= deep_m + off_m + 1e-3, words
        no_finer_than_the_doubt(figures(words), deep_m, off_m)


@given(st.floats(1e-3, 1e7), st.floats(0, 1), st.floats(0, 1))
def test_a_figure_is_always_in_its_doubt_and_never_nothing(
    value: float, below: float, above: float
):
    low, high = value * (1 - below), value * (1 + above)
    figure = float(fitting(value, low, high))

    assert figure > 0
    assert low - 1e-3 <= figure <= high + 1e-3


def test_what_is_known_to_a_metre_is_not_made_rougher_than_is_usual():
    assert [fitting(v, v, v + 1e-3) for v in (3.24, 59.0, 1234.0)] == ["3.24", "59", "1234"]
    assert not Doubtful(59_264.0, 59_260.0, 59_270.0).rough
    assert Doubtful(59_264.0, 54_000.0, 64_000.0).rough


def test_a_doubt_as_large_as_the_distance_is_told_by_its_end():
    finding = found(distance_m=2_000.0, low_m=0.0, high_m=9_000.0)

    assert plain(sentence(finding, [ZONE])) == (
        "test came within 5.0 NM (9 km) of Boxland on 1 January 1970, at 00:01:00 UTC; within the"
        " doubt it may have been inside."
    )


# ------------------------------------------------------------------------ where, and which day


@pytest.mark.parametrize(
    ("points", "wind"),
    [
        ([(9.0, 51.0)], "east"),
        ([(13.0, 51.0)], "west"),
        ([(11.0, 53.0)], "south"),
        ([(11.0, 49.0)], "north"),
        ([(13.0, 53.0)], "south-west"),
        ([(9.0, 49.0)], "north-east"),
    ],
)
def test_it_is_told_on_which_side_the_border_was(points, wind):
    words = sentence(found(track_of(points, [0.0])), [ZONE])

    assert words.endswith(f", with the border to the {wind}.")


def test_at_the_border_no_side_is_told():
    assert "border" not in sentence(found(distance_m=400.0, high_m=410.0), [ZONE])


@pytest.mark.parametrize(("kind", "said"), [("file", "inside"), ("airspace", "inside")])
def test_a_flight_is_inside_airspace(kind: str, said: str):
    zone = replace(ZONE, kind=kind)

    assert f"was {said} " in sentence(found(INSIDE), [zone])


@pytest.mark.parametrize("kind", ["territory", "sea"])
def test_a_flight_is_over_land_and_sea(kind: str):
    zone = replace(ZONE, kind=kind)
    words = plain(sentence(found(INSIDE), [zone]))

    assert words.startswith("test was over the Boxland, up to ")
    assert "km) from its edge on 1 January 1970" in words


def test_inside_within_the_doubt_says_so():
    words = sentence(found(INSIDE, high_m=500.0), [ZONE])

    assert words.endswith("; within the doubt it may have stayed outside.")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("time", "lon", "tz", "said"),
    [
        # The article's Tuesday night, 16 June, is 17 June in UTC.
        ("2020-06-17T05:30", -165.0, None, "16 June by the nautical zone UTC−11"),
        ("2020-06-17T05:30", -165.0, "America/Anchorage", "16 June in Anchorage"),
        ("2020-06-17T08:30", -165.0, "America/Anchorage", ""),  # summer time: UTC−8
        ("2020-06-17T12:00", -165.0, None, ""),
        ("2020-06-18T20:00", 150.0, None, "19 June by the nautical zone UTC+10"),
        ("2020-06-18T20:00", 150.0, "Asia/Kamchatka", "19 June in Kamchatka"),
        ("2020-06-17T12:00", 179.9, None, "18 June by the nautical zone UTC+12"),
        ("2020-06-17T12:00", -179.9, None, ""),
        ("2020-06-17T00:10", 7.4, None, ""),
        ("2020-12-31T23:10", 7.6, None, "1 January by the nautical zone UTC+1"),
        ("2020-06-17T05:30", 195.0, None, "16 June by the nautical zone UTC−11"),
    ],
)
def test_the_day_where_it_was_is_told_where_it_is_another(time, lon, tz, said):
    words = local_day(at(time), lon, tz)

    assert (said in words) if said else (words == "")
    assert bool(words) == bool(said)


@given(st.floats(-180, 180), st.floats(0, 2e9))
def test_the_nautical_zone_is_within_half_an_hour_of_the_sun(lon: float, time_s: float):
    """So its day is the sun's, but for the half hours about midnight."""
    words = plain(local_day(time_s, lon))
    sun = datetime.fromtimestamp(time_s + lon * 240.0, UTC)  # 4 min a degree
    minutes = sun.hour * 60 + sun.minute
    if words and 31 < minutes < 24 * 60 - 31:
        assert f", {sun.day} {sun:%B} by" in words
    hours = re.search(r"UTC([+−]\d+)", words)
    if hours:
        assert abs(int(hours[1].replace("−", "-")) - lon / 15) <= 0.5 + 1e-9
    assert math.isfinite(time_s)


def test_the_sentence_has_both_days():
    flown = track_of([(-165.0, 51.0)], [at("2020-06-17T05:30")])
    words = plain(sentence(found(flown), [ZONE]))

    assert (
        " on 17 June 2020 (where it was, 16 June by the nautical zone UTC−11), at 05:30:00 UTC"
        in words
    )


def test_a_storys_own_time_zone_is_taken(tmp_path: Path):
    from stories import line, small_story

    from layers.story_page import tell

    def with_zone(document):
        document["story"]["tz"] = "America/Anchorage"

    # the story's clock begins at 17 June, 00:00 UTC
    track = line([(-172.0 - 0.05 * i, 59.0) for i in range(20)], [60.0 + i for i in range(20)])
    told = tell(small_story(tmp_path, track, [], with_zone))

    assert "on 17 June 2020 (16 June in Anchorage), at 01:" in told.answer


def test_a_time_zone_that_is_none_is_told(tmp_path: Path):
    from stories import line, small_story

    from geo.errors import StoryError

    def with_zone(document):
        document["story"]["tz"] = "America/Anchor"

    track = line([(-172.0, 59.0), (-172.1, 59.0)], [0.0, 1.0])
    with pytest.raises(StoryError, match="no time zone 'America/Anchor'"):
        small_story(tmp_path, track, [], with_zone)
