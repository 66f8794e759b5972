"""What is printed of a finding says no more than is known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from makers import track_of, zone_of

from geo import check
from geo.findings import Finding
from geo.units import NM
from layers.sentences import answer_of, caption, distance_words, headline, sentence

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
    assert words.endswith(" UTC.")


def test_much_doubt_makes_it_about_and_tells_both_ends():
    finding = found(distance_m=32 * NM, low_m=27 * NM, high_m=37 * NM)

    assert "came within about 32 NM" in plain(sentence(finding, [ZONE]))
    words = "32 NM (59 km); between 27 NM (50 km) and 37 NM (69 km)"
    assert plain(distance_words(finding)) == words


def test_what_was_not_seen_may_have_been_nearer():
    finding = found(distance_m=32 * NM, low_m=0.0, high_m=33 * NM)

    assert sentence(finding, [ZONE]).endswith("what was not seen may have been nearer.")
    assert plain(distance_words(finding)) == "32 NM (59 km); between 0 and 33 NM (61 km)"


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
