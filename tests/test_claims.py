"""Verdicts: never more than what is known says, whoever said what."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import june, line, small_story, written

from geo import distance, zone, zones
from geo.claims import Verdict, agrees, answer, kept_away, within
from geo.errors import StoryError
from geo.measures import arithmetic
from geo.rounding import AtLeast
from geo.story import read_story
from geo.words import UNIT_M
from layers.story_page import Told, tell

NM = 1852.0

# ------------------------------------------------------------------ the claims of the article

# The facts of June 2020 as they were found before this was written: what was said, by whom, and
# what can be said of it. "about 30 miles": 32 NM are 36.8 statute miles, so it holds only in NM.
# Two formations of two Tu-95 are four; of NORAD's eight, one was Canadian; 21/22 May to 18/19 June
# are 28 days; Thursday night in the US is 19 June in Russia; "neutral waters" cannot be measured.
ARTICLE = {
    "about-30-miles": ("cannot be told", "32 NM from Alaskan shores, which is 36.8 statute miles"),
    "pair": ("contradicted", "four Tu-95 (two and two)"),
    "eight-off-alaska": ("contradicted", "seven incidents off Alaska"),
    "dozen": ("cannot be told", "is not said"),
    "two-b52": ("supported", "two B-52H"),
    "thursday": ("supported", "from 22:00 on 18 June to 08:00 on 19 June, UTC"),
    "neutral-waters": ("cannot be told", "a gap of 13.15 NM"),
    "considerable-distance": ("cannot be told", "a gap of 13.15 NM"),
    "first-b52": ("cannot be told", "cannot be seen in a track"),
    "month-after-b1b": ("supported", "it is 28 days"),
    "f22-scrambled": ("cannot be told", "is not public"),
}


def plain(text: str) -> str:
    """Return text with common spaces."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("id_", list(ARTICLE))
def test_the_claims_of_the_article_get_what_can_be_said_of_them(told: Told, id_: str):
    verdict = next(v for v in told.verdicts if v.claim.id == id_)
    word, because = ARTICLE[id_]

    assert verdict.verdict == word
    assert because in plain(verdict.reason)


def test_every_claim_of_the_article_is_weighed(told: Told):
    assert [v.claim.id for v in told.verdicts] == list(ARTICLE)
    assert [c["verdict"] for c in told.findings.claims] == [word for word, _ in ARTICLE.values()]


def test_about_30_miles_holds_in_nautical_miles_alone(told: Told):
    verdict = told.verdicts[0]

    assert [(r.unit, r.verdict) for r in verdict.readings] == [
        ("NM", "supported"),
        ("mi", "contradicted"),
    ]
    assert [r.value_m for r in verdict.readings] == [30 * 1852.0, 30 * 1609.344]


@pytest.mark.parametrize("id_", ["about-30-miles", "neutral-waters"])
def test_a_route_drawn_to_fit_a_claim_cannot_confirm_it(told: Told, id_: str):
    verdict = next(v for v in told.verdicts if v.claim.id == id_)

    assert not verdict.independent
    assert "a route drawn to fit a claim cannot confirm it" in verdict.reason


@pytest.mark.parametrize("kind", ["came_within", "stayed_outside", "entered", "left_after"])
@pytest.mark.parametrize("value", [1, 100, 5000])
def test_no_drawn_route_settles_any_claim(kind: str, value: int, tmp_path: Path):
    """Not even one that keeps 100 NM away, or that was not drawn to fit this claim."""
    document = june()
    claim = {
        "id": "any",
        "kind": kind,
        "by": "somebody",
        "quote": "…",
        "flights": ["b52h"],
        "of": "airspace:JPN",
        "value": value,
    }
    if kind in ("came_within", "stayed_outside"):
        claim["units"] = ["NM"]
    document["claim"] = [claim]
    document["line"] = []
    for flight in document["flight"]:
        flight["fits"] = []

    (verdict,) = tell(read_story(written(tmp_path, document))).verdicts

    assert verdict.verdict == "cannot be told"
    assert not verdict.independent
    assert "a drawn route confirms nothing" in verdict.reason


def test_the_answer_is_whose_figure_it_is_and_that_no_track_is_public(told: Told):
    assert plain(answer(told.story)) == (
        "NORAD: 32 NM (59 km) from Alaskan shores; no track is public."
    )


# ------------------------------------------------------------------------- lines and gaps


def test_the_claimed_line_is_32_nm_off_the_shore_to_25_m(told: Told):
    (claimed,) = told.measured.lines
    points = np.concatenate(claimed.lines)

    assert len(points) > 5000
    assert np.abs(distance(*points.T, "territory:USA") - 32 * NM).max() <= 25


def test_the_claimed_line_lies_20_nm_from_the_airspace_only_in_the_middle(told: Told):
    (claimed,) = told.measured.lines
    points = np.concatenate(claimed.lines)
    away_nm = distance(*points.T, "airspace:USA") / NM

    # 32 − 12 = 20 holds where the baseline is the shore. The median was worked out before, on the
    # polygons of @osm_borders/maritime_10m: 19.7 NM.
    assert np.median(away_nm) == pytest.approx(19.7, abs=0.2)
    assert claimed.against_m is not None
    assert claimed.against_m[1] / NM == pytest.approx(np.median(away_nm))
    words = plain(" ".join(arithmetic(claimed)))
    assert "32 − 12 = 20 NM outside the airspace is arithmetic" in words
    assert "median 19.7 NM" in words


def test_the_gap_at_boussole_strait_is_13_15_nm_wide(told: Told):
    gap = told.measured.gaps["boussole-gap"]

    # Worked out before, on the same source: 13.15 NM, from 46.711 N 151.471 E to 46.623 N 151.179 E
    assert gap.width_m / NM == pytest.approx(13.15, abs=0.005)
    ends = sorted([gap.a, gap.b], reverse=True)
    assert ends[0] == pytest.approx((151.471, 46.711), abs=0.001)
    assert ends[1] == pytest.approx((151.179, 46.623), abs=0.001)


# -------------------------------------------------------------------- more doubt, fewer verdicts

length = st.floats(0, 1e7)


@given(
    low=length, high=length, more_below=length, more_above=length, limit=length, about=st.booleans()
)
def test_more_doubt_never_turns_cannot_be_told_into_a_verdict(
    low: float, high: float, more_below: float, more_above: float, limit: float, about: bool
):
    low, high = sorted((low, high))
    sharp = within(low, high, limit, about)
    vague = within(max(0.0, low - more_below), high + more_above, limit, about)

    assert vague in {sharp, "cannot be told"}


@given(at=length, limit=length, about=st.booleans())
def test_without_doubt_everything_is_told(at: float, limit: float, about: bool):
    assert within(at, at, limit, about) != "cannot be told"


def test_a_figure_agrees_to_half_a_per_cent_and_about_to_a_tenth():
    assert agrees(100, 100.4, about=False) == "supported"
    assert agrees(100, 101, about=False) == "contradicted"
    assert agrees(100, 109, about=True) == "supported"
    assert agrees(100, 112, about=True) == "contradicted"


# ------------------------------------------------------------------------------ recorded tracks

# Along 59°N, a minute between fixes, past St. Matthew Island: nearest 60.9 NM to the airspace and
# 71.9 NM to the shore of the United States, near 172.76°W.
PASSING = [(-172.0 - 0.05 * i, 59.0) for i in range(40)]
# From 64.5°N 171°W into the airspace around St. Lawrence Island and out again, far from others.
ENTERING = [(-171.0, 61.5 + 0.05 * i) for i in range(40)]
MINUTES = [float(i) for i in range(40)]


def verdicts(folder: Path, points: Any, minutes: Any, *claims: dict[str, Any]) -> list[Verdict]:
    """Return the verdicts on claims of one recorded flight."""
    track = line(points, minutes, callsign="SEEN1")
    return list(tell(small_story(folder, track, list(claims))).verdicts)


def nearest_m(points: Any, zone: str) -> float:
    """Return the least distance of points to a zone: the path between them adds a metre at most."""
    return float(distance(*np.array(points).T, zone).min())


@pytest.mark.parametrize(
    ("value", "unit", "word"),
    [(60, "NM", "contradicted"), (80, "NM", "supported"), (72, "NM", "cannot be told")],
)
def test_a_recorded_track_settles_how_near_it_came(tmp_path: Path, value, unit, word):
    near_m = nearest_m(PASSING, "territory:USA")
    assert near_m / NM == pytest.approx(71.95, abs=0.1)  # 72 NM is within the doubt of a fix, 370 m
    claim = {"kind": "came_within", "of": "territory:USA", "value": value, "units": [unit]}

    (verdict,) = verdicts(tmp_path, PASSING, MINUTES, claim)

    assert verdict.verdict == word
    assert verdict.independent
    assert "72 NM" in plain(verdict.reason)


def test_miles_that_say_both_are_answered_under_each_reading(tmp_path: Path):
    """80 NM are 148 km and 80 statute miles 129 km; the flight came to 133 km."""
    claim = {"kind": "came_within", "of": "territory:USA", "value": 80, "units": ["NM", "mi"]}

    (verdict,) = verdicts(tmp_path, PASSING, MINUTES, claim)

    assert verdict.verdict == "cannot be told"
    assert [r.verdict for r in verdict.readings] == ["supported", "contradicted"]


@pytest.mark.parametrize("value_m", [50_000.0, 133_000.0, 133_300.0, 140_000.0])
def test_the_unit_of_a_figure_changes_no_verdict(tmp_path: Path, value_m: float):
    claims = [
        {"kind": "came_within", "of": "territory:USA", "value": value_m / m, "units": [unit]}
        for unit, m in UNIT_M.items()
    ]

    words = {v.verdict for v in verdicts(tmp_path, PASSING, MINUTES, *claims)}

    assert len(words) == 1


@pytest.mark.parametrize(
    ("points", "stayed", "entered"),
    [(PASSING, "supported", "contradicted"), (ENTERING, "contradicted", "supported")],
)
def test_a_recorded_track_settles_whether_it_was_inside(tmp_path: Path, points, stayed, entered):
    inside_m = nearest_m(points, "airspace:USA")
    assert (inside_m == 0) == (entered == "supported")

    found = verdicts(
        tmp_path,
        points,
        MINUTES,
        {"kind": "stayed_outside", "of": "airspace:USA"},
        {"kind": "entered", "of": "airspace:USA"},
    )

    assert [v.verdict for v in found] == [stayed, entered]
    assert all(v.independent for v in found)


def test_a_gap_that_may_hide_an_entry_leaves_it_open(tmp_path: Path):
    """100 minutes unseen, 61 NM from the airspace, are enough for an entry at 660 kt."""
    found = verdicts(
        tmp_path,
        PASSING,
        [m + (99 if i > 20 else 0) for i, m in enumerate(MINUTES)],
        {"kind": "stayed_outside", "of": "airspace:USA"},
        {"kind": "entered", "of": "airspace:USA"},
        {"kind": "came_within", "of": "territory:USA", "value": 10, "units": ["NM"]},
        {"kind": "came_within", "of": "territory:USA", "value": 80, "units": ["NM"]},
    )

    words = [v.verdict for v in found]
    assert words == ["cannot be told", "cannot be told", "cannot be told", "supported"]
    assert "a gap of 100 min" in found[0].reason


def test_what_was_flown_between_two_legs_was_not_seen_either(tmp_path: Path):
    """After two hours of silence a new leg begins; the flight was somewhere all the same."""
    found = verdicts(
        tmp_path,
        PASSING,
        [m + (179 if i > 20 else 0) for i, m in enumerate(MINUTES)],
        {"kind": "stayed_outside", "of": "airspace:USA"},
        {"kind": "came_within", "of": "territory:USA", "value": 10, "units": ["NM"]},
        {"kind": "came_within", "of": "territory:USA", "value": 80, "units": ["NM"]},
    )

    assert [v.verdict for v in found] == ["cannot be told", "cannot be told", "supported"]
    assert "nobody saw it between its legs" in found[0].reason


def test_an_approximate_zone_carries_no_verdict(tmp_path: Path):
    def approximate(document: dict[str, Any]) -> None:
        document["flight"][0]["zones"] = ["adiz:alaska"]

    track = line(ENTERING, MINUTES, callsign="SEEN1")
    claims = [
        {"kind": "entered", "of": "adiz:alaska"},
        {"kind": "came_within", "of": "adiz:alaska", "value": 1, "units": ["NM"]},
    ]
    story = small_story(tmp_path, track, claims, approximate)

    assert [v.verdict for v in tell(story).verdicts] == ["cannot be told", "cannot be told"]


def test_a_claim_of_two_flights_is_not_settled_by_the_one_that_was_recorded(tmp_path: Path):
    """The other may have come nearer: nobody saw it."""

    def another(document: dict[str, Any]) -> None:
        document["flight"].append(
            {
                "id": "unseen",
                "name": "UNSEEN",
                "route": [[-172.0, 55.0], [-173.0, 55.0]],
                "half_width": "60 km",
                "zones": ["airspace:USA", "territory:USA"],
            }
        )
        for claim in document["claim"]:
            claim["flights"] = ["seen", "unseen"]

    claims = [
        {"kind": "stayed_outside", "of": "airspace:USA"},
        {"kind": "came_within", "of": "territory:USA", "value": 20, "units": ["NM"]},
        {"kind": "came_within", "of": "territory:USA", "value": 80, "units": ["NM"]},
    ]
    story = small_story(tmp_path, line(PASSING, MINUTES, callsign="SEEN1"), claims, another)

    words = [v.verdict for v in tell(story).verdicts]
    assert words == ["cannot be told", "cannot be told", "supported"]


def test_how_long_it_stayed_is_weighed_where_it_was_seen(tmp_path: Path):
    told = tell(
        small_story(
            tmp_path,
            line(ENTERING, MINUTES, callsign="SEEN1"),
            [
                {"kind": "left_after", "of": "airspace:USA", "value": 5, "about": True},
                {"kind": "left_after", "of": "airspace:USA", "value": 4, "about": True},
                {"kind": "left_after", "of": "airspace:USA", "value": 30},
            ],
        )
    )
    (finding,) = [f for f in told.findings if f.zone == "airspace:USA"]
    # By trying: every second of the line, straight in time, against the zone.
    lat = np.interp(np.arange(0, 39, 1 / 60), MINUTES, [p[1] for p in ENTERING])
    inside_min = float((distance(np.full(len(lat), -171.0), lat, "airspace:USA") == 0).sum()) / 60
    assert finding.inside_s is not None
    assert finding.inside_s / 60 == pytest.approx(inside_min, abs=0.05)
    assert inside_min == pytest.approx(5.0, abs=0.1)

    words = [v.verdict for v in told.verdicts]
    assert words == ["supported", "contradicted", "contradicted"]


def test_a_date_and_a_count_are_arithmetic(told: Told):
    document = told.story.document
    months = next(c for c in document.claim if c.id == "month-after-b1b")
    for value, about, word in ((28, False, "supported"), (30, False, "contradicted")):
        claim = months.model_copy(update={"value": value, "about": about})
        story = dataclasses.replace(
            told.story, document=document.model_copy(update={"claim": (claim,)})
        )
        assert [v.verdict for v in tell(story).verdicts] == [word]


# ------------------------------------------------------- statute and nautical, for every kind

# PASSING came to 71.9 NM of the shore, which is 82.8 statute miles, and to 60.9 NM of the airspace.


@pytest.mark.parametrize(
    ("kind", "value", "nautical", "statute", "both"),
    [
        ("came_within", 60, "contradicted", "contradicted", "contradicted"),
        ("came_within", 76, "supported", "contradicted", "cannot be told"),
        ("came_within", 90, "supported", "supported", "supported"),
        ("stayed_outside", 60, "supported", "supported", "supported"),
        ("stayed_outside", 76, "contradicted", "supported", "cannot be told"),
        ("stayed_outside", 90, "contradicted", "contradicted", "contradicted"),
    ],
)
def test_a_distance_is_answered_in_nautical_and_in_statute_miles(
    tmp_path: Path, kind: str, value: float, nautical: str, statute: str, both: str
):
    claim = {"kind": kind, "of": "territory:USA", "value": value}
    one, other, two = verdicts(
        tmp_path,
        PASSING,
        MINUTES,
        claim | {"units": ["NM"]},
        claim | {"units": ["mi"]},
        claim | {"units": ["NM", "mi"]},
    )

    assert [one.verdict, other.verdict, two.verdict] == [nautical, statute, both]
    assert [(r.unit, r.verdict) for r in two.readings] == [("NM", nautical), ("mi", statute)]
    assert two.readings[0].value_m == pytest.approx(value * 1852)
    assert two.readings[1].value_m == pytest.approx(value * 1609.344)
    assert "In nautical miles: " in two.reason
    assert "; in statute miles: " in two.reason


@pytest.mark.parametrize(
    ("value", "about", "word"),
    [(76, True, "supported"), (76, False, "contradicted"), (82, True, "contradicted")],
)
def test_about_a_distance_kept_is_a_tenth_less(tmp_path: Path, value, about, word):
    claim = {"kind": "stayed_outside", "of": "territory:USA", "value": value, "about": about}
    (verdict,) = verdicts(tmp_path, PASSING, MINUTES, claim | {"units": ["NM"]})

    assert verdict.verdict == word


def test_a_gap_leaves_a_distance_kept_open(tmp_path: Path):
    claim = {"kind": "stayed_outside", "of": "territory:USA", "value": 20, "units": ["NM", "mi"]}
    minutes = [m + (99 if i > 20 else 0) for i, m in enumerate(MINUTES)]
    (verdict,) = verdicts(tmp_path, PASSING, minutes, claim)

    assert verdict.verdict == "cannot be told"
    assert {r.verdict for r in verdict.readings} == {"cannot be told"}


@given(low=length, high=length, more=length, limit=length, about=st.booleans())
def test_more_doubt_never_turns_a_distance_kept_into_a_verdict(low, high, more, limit, about):
    low, high = sorted((low, high))
    sharp = kept_away(low, high, limit, about)
    vague = kept_away(max(0.0, low - more), high + more, limit, about)

    assert vague in {sharp, "cannot be told"}
    assert kept_away(low, low, limit, about) != "cannot be told"


@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "entered", "of": "airspace:USA", "value": 5},
        {"kind": "left_after", "of": "airspace:USA", "value": 5},
        {"kind": "text", "reason": "nobody knows", "value": 5},
        {"kind": "first_since"},
    ],
)
def test_a_kind_that_takes_no_distance_takes_no_unit(tmp_path: Path, claim: dict[str, Any]):
    """Silently leaving it out would be an answer to another question."""
    with pytest.raises(StoryError, match=f"kind '{claim['kind']}', which takes no 'units'"):
        verdicts(tmp_path, PASSING, MINUTES, claim | {"units": ["mi"]})


def test_a_distance_needs_its_unit(tmp_path: Path):
    claim = {"kind": "stayed_outside", "of": "airspace:USA", "value": 12}
    with pytest.raises(StoryError, match="needs 'value' and 'units' together"):
        verdicts(tmp_path, PASSING, MINUTES, claim)


# ------------------------------------------------ zones that nobody vouches for, and disputed ones

ALL_OF_A_ZONE = [
    {"kind": "entered"},
    {"kind": "stayed_outside"},
    {"kind": "stayed_outside", "value": 1, "units": ["NM"]},
    {"kind": "came_within", "value": 900, "units": ["NM"]},
    {"kind": "left_after", "value": 1},
]


def of_zone(folder: Path, points: Any, zone: str) -> list[Verdict]:
    """Return verdicts of every kind that is about a zone."""

    def change(document: dict[str, Any]) -> None:
        document["flight"][0]["zones"] = [zone]

    track = line(points, MINUTES, callsign="SEEN1")
    claims = [claim | {"of": zone} for claim in ALL_OF_A_ZONE]
    return list(tell(small_story(folder, track, claims, change)).verdicts)


@pytest.mark.parametrize("points", [PASSING, ENTERING])
def test_a_zone_whose_border_nobody_vouches_for_carries_no_verdict_of_any_kind(
    tmp_path: Path, points: Any
):
    assert zone("adiz:alaska").accuracy_m is None

    words = [v.verdict for v in of_zone(tmp_path, points, "adiz:alaska")]

    assert words == ["cannot be told"] * len(ALL_OF_A_ZONE)


def test_every_zone_without_an_accuracy_is_marked_as_not_verified():
    for z in zones():
        assert z.verified == (z.accuracy_m is not None), z.id


# Along 47.5°N, some 100 NM north of Hokkaido.
OFF_JAPAN = [(140.0 + 0.05 * i, 47.5) for i in range(40)]


def test_a_verdict_on_airspace_that_nobody_checked_against_the_law_says_so(tmp_path: Path):
    assert zone("airspace:JPN").legal_accuracy_m is None

    told = of_zone(tmp_path, OFF_JAPAN, "airspace:JPN")

    said = [v.verdict for v in told if v.verdict != "cannot be told"]
    assert said == ["contradicted", "supported", "supported", "supported", "contradicted"]
    for verdict in told:
        unchecked = (
            "Nobody checked the border of the airspace of Japan against the law." in verdict.reason
        )
        assert unchecked == (verdict.verdict != "cannot be told")


def test_where_the_law_was_checked_or_is_not_asked_nothing_is_said_of_it(tmp_path: Path):
    for id_ in ("airspace:USA", "territory:USA"):
        for verdict in of_zone(tmp_path, PASSING, id_):
            assert "against the law" not in verdict.reason


# Over the middle of Crimea: in Ukraine's airspace under one reading, in Russia's under the other.
OVER_CRIMEA = [(33.5 + 0.02 * i, 45.3) for i in range(40)]


@pytest.mark.parametrize("state", ["UKR", "RUS"])
def test_over_disputed_land_the_readings_disagree_so_it_cannot_be_told(tmp_path: Path, state: str):
    told = of_zone(tmp_path, OVER_CRIMEA, f"airspace:{state}")
    entered, stayed = told[:2]

    assert [entered.verdict, stayed.verdict] == ["cannot be told", "cannot be told"]
    assert "Crimea is disputed" in entered.reason


@given(length)
def test_what_is_promised_is_never_more_than_what_is_known(low_m: float):
    for unit, metres in UNIT_M.items():
        figure = float(AtLeast(low_m).digits(metres))
        assert figure * metres <= low_m * (1 + 1e-9) + 1e-6, unit
        assert (figure + 1.0) * metres >= low_m
