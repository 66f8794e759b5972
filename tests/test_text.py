"""Text as people read it, and escaping that nothing gets through."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.units import NM
from geo.words import say
from layers.text import (
    between,
    clock,
    day,
    duration,
    escape,
    json_for_script,
    length,
    marked,
    moment,
    number,
    place,
    short,
    span,
    visible,
)

# Every kind of string, with those that templates and HTML live on found more often.
texts = st.text() | st.text(alphabet="<>&{}%#\"'`$\\/\u2028x")
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | texts,
    lambda v: st.lists(v) | st.dictionaries(texts, v),
    max_leaves=10,
)


@given(values)
def test_json_for_a_script_reads_back_as_what_it_was(value: object) -> None:
    # JSON has no infinity: it is written as null.
    text = json_for_script(value)

    assert json.loads(text) == json.loads(json.dumps(value), parse_constant=lambda _: None)


@given(values)
def test_no_string_in_a_script_can_end_it_or_start_a_template(value: object) -> None:
    text = json_for_script(value)

    assert not re.search(r"[<>&\u2028\u2029]|\{\{|\{%|\{#|\$\{", text)
    for string in re.findall(r'"(?:[^"\\]|\\.)*"', text):
        assert not set("{}") & set(string)


@given(texts)
def test_escaped_text_is_read_as_it_was_written(text: str) -> None:
    escaped = escape(text)

    assert not set("<>{}\"'`") & set(escaped)
    assert html.unescape(escaped) == text


@given(texts)
def test_visible_text_moves_no_cursor_and_turns_no_line(text: str) -> None:
    assert not re.search(
        r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", visible(text)
    )


@given(st.text(), st.integers(1, 50))
def test_short_text_is_short(text: str, most: int) -> None:
    assert len(short(text, most)) <= most


@given(st.floats(0.1, 1e8))
def test_a_number_is_never_off_by_more_than_half_its_last_digit(value: float) -> None:
    told = float(number(value).replace(",", ""))

    assert told == pytest.approx(value, rel=0.0051, abs=0.0051 if value < 1 else 0)


@pytest.mark.parametrize(
    ("length_m", "words"),
    [
        # The figures of the reports: 32 NM is 59.264 km, exactly.
        (32 * NM, "32.0 NM (59.3 km)"),
        (12 * NM, "12.0 NM (22.2 km)"),
        (99.96 * NM, "100 NM (185 km)"),
        (185.1, "185 m"),
        (185.3, "0.10 NM (185 m)"),
        (999.6, "0.54 NM (1.00 km)"),
        (0.2, "0 m"),
        (0, "0 NM"),
        (20_015_000, "10,807 NM (20,015 km)"),
    ],
)
def test_lengths_have_the_digits_that_people_can_use(length_m: float, words: str) -> None:
    assert length(length_m) == words


def test_a_range_says_both_ends_in_one_unit() -> None:
    assert between(0, 59_264, "km") == "0–59.3 km"


def test_times_are_utc_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    # date -u -d @1592265599
    assert moment(1592265599) == "2020-06-15 23:59:59 UTC"
    assert day(1592265599) == "15 June 2020"


def test_the_last_half_minute_of_a_day_belongs_to_the_next() -> None:
    assert clock(1592265599) == "00:00"
    assert span(1592265599, 1592265660) == "16 June 2020, 00:00–00:01 UTC"


def test_durations_never_say_sixty() -> None:
    for time_s in range(0, 200_000, 7):
        assert not re.search(r"\b60 (s|min)", duration(time_s + 0.5))


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        (-180, 0, "0.00°N 180.00°E"),
        (540, 0, "0.00°N 180.00°E"),
        (190.5, -0.001, "0.00°N 169.50°W"),
        (-0.004, 51.4779, "51.48°N 0.00°E"),
    ],
)
def test_a_place_has_one_name(lon: float, lat: float, words: str) -> None:
    assert place(lon, lat) == words


def test_json_in_ascii_says_the_same_beyond_the_first_plane_too():
    value = {"name": "Ту-95 “爆撃機” 🛩 \u2028", "n": [1.5, None]}
    text = json_for_script(value, ascii_only=True)

    assert text.isascii()
    assert json.loads(text) == value
    assert not json_for_script(value).isascii()


def test_half_a_second_goes_up_as_in_a_browser() -> None:
    """An answer said 02:52:52, the player's clock 02:52:53, of the same moment."""
    # node -e 'console.log(new Date(Math.round(1717210372.5) * 1000).toISOString())'
    assert moment(1717210372.5) == "2024-06-01 02:52:53 UTC"
    assert say("finding.at_clock", time=1717210372.5) == ", at 02:52:53 UTC"
    assert say("map.closest_time", time=1717210372.5) == "2024-06-01 02:52:53 UTC"
    assert clock(1592265570) == "00:00"


def test_no_line_ends_between_a_day_and_its_month() -> None:
    assert marked("on 4 February 2025, at 21:13:43 UTC") == (
        "on 4\u00a0February 2025, at 21:13:43\u00a0UTC"
    )
    assert marked("4 flights") == "4 flights"
