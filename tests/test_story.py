"""Stories: what can be read, and one clear sentence for what cannot."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from makers import GEOD
from stories import RECORDED, june, line, small_story, toml, written

from geo import check, zone
from geo.errors import StoryError
from geo.story import built_in, read_story
from layers.story_page import Told

TRACK = line([(-172.0, 59.0), (-172.2, 59.0), (-172.4, 59.0)], [0, 1, 2], callsign="SEEN1")


# ---------------------------------------------------------------------------------- June 2020


def test_the_story_that_ships_is_read_by_its_name(told: Told):
    assert built_in() == ("june-2020",)
    story = read_story()
    assert story.head.title == "How close did the bombers come?"
    assert [t.about["id"] for t in story.tracks] == ["tu95-1", "tu95-2", "b52h", "b1b"]
    assert story.files.keys() == {"june-2020.toml"}
    (source,) = story.tracks.inputs
    assert source.sha256 == hashlib.sha256(story.files["june-2020.toml"]).hexdigest()
    assert told.findings.inputs == story.tracks.inputs


def test_every_route_of_june_2020_is_drawn_with_its_doubt_and_without_a_clock():
    for track in read_story().tracks:
        assert track.basis == "drawn"
        assert track.half_width_m in {60_000.0, 150_000.0}
        assert track.time_s is None
        assert track.start_s is not None
        assert track.end_s is not None


@pytest.mark.parametrize("flight", ["b52h", "b1b"])
def test_the_centre_lines_of_the_american_bombers_do_not_touch_russian_airspace(flight: str):
    """They pass the gap at Boussole Strait, 13.15 NM wide, so at most 6.6 NM from either side."""
    russia = zone("airspace:RUS")
    (track,) = read_story().tracks_of([flight])
    (finding,) = check([track], russia)

    assert finding.distance_m > 5 * 1852
    assert finding.distance_m <= 13.15 / 2 * 1852
    assert finding.depth_m == 0
    assert finding.inside_m == 0
    assert finding.crossings == ()
    # Every 500 m of the route by PROJ, against the polygons themselves.
    for a, b in zip(range(len(track) - 1), range(1, len(track)), strict=True):
        ends = (track.lon[a], track.lat[a], track.lon[b], track.lat[b])
        along = GEOD.inv_intermediate(*ends, del_s=500.0, return_back_azimuth=False)
        points = np.array(along.lons), np.array(along.lats)
        if len(points[0]):
            assert not russia.border.inside(*points).any()


def test_the_corridor_of_a_drawn_route_reaches_into_the_airspace_that_its_line_avoids(told: Told):
    for finding in told.findings:
        assert finding.basis == "drawn"
        assert finding.crossings == ()
        if finding.zone == "airspace:RUS":
            assert finding.low_m == 0 < finding.distance_m < finding.high_m


def test_an_editor_can_copy_the_story_and_change_it(tmp_path: Path):
    document = june()
    document["story"] |= {"id": "mine", "title": "My own"}
    document["flight"] = document["flight"][:2]
    document["interception"] = document["interception"][:1]
    document["claim"] = document["claim"][:2]

    story = read_story(written(tmp_path, document))

    assert story.head.title == "My own"
    assert len(story.tracks) == 2


def test_a_recorded_track_lies_beside_the_story_file(tmp_path: Path):
    story = small_story(tmp_path, TRACK, [])

    (track,) = story.tracks
    assert track.basis == "recorded"
    assert track.about["id"] == "seen"
    assert story.files["seen.geojson"] == TRACK
    assert [i.path for i in story.tracks.inputs][-1].endswith("seen.geojson")


def test_each_flight_of_a_story_points_at_the_file_that_it_stands_in(told: Told, tmp_path: Path):
    assert {told.findings.inputs[f.input].path for f in told.findings} == {"june-2020.toml"}

    document = june()
    first, second = document["flight"][:2]
    document["flight"] = [first, RECORDED["flight"][0] | {"sources": []}, second]
    document["claim"] = document["interception"] = []
    (tmp_path / "seen.geojson").write_bytes(TRACK)
    story = read_story(written(tmp_path, document))

    paths = [Path(story.tracks.inputs[t.input].path).name for t in story.tracks]
    assert paths == ["story.toml", "seen.geojson", "story.toml"]


# -------------------------------------------------------------------------------- mistakes


def forget(key: str):
    """Return a change that takes a field out of the [story] table."""
    return lambda d: d["story"].pop(key)


def put(table: str, number: int, **fields: Any):
    """Return a change that sets fields of an entry."""
    return lambda d: d[table][number].update(fields)


def without(table: str, number: int, key: str):
    """Return a change that takes a field out of an entry."""
    return lambda d: d[table][number].pop(key)


MISTAKES = [
    (forget("title"), "story.toml: story, title is missing."),
    (forget("date"), "story.toml: story, date is missing."),
    (lambda d: d.pop("story"), "has no table [story] with an id, a title and a date"),
    (put("flight", 2, haf_width="60 km"), "flight 3, haf_width is not known here: is it misspelt?"),
    (put("claim", 0, sources=["nobody"]), "claim 'about-30-miles' names the source 'nobody'"),
    (put("flight", 0, zones=["airspace:USS"]), "no zone 'airspace:USS'"),
    (without("flight", 2, "half_width"), "flight 'b52h' is drawn, so it has to say how far off"),
    (put("flight", 2, half_width="60"), "flight 3, half_width: "),
    (put("flight", 2, route=[]), "flight 'b52h' needs either a 'route' or a 'track'"),
    (put("flight", 2, route=[[999.0, 10.0]]), "[999, 10] is no [longitude, latitude] in degrees"),
    (put("flight", 2, route=[["a", 1]]), "flight 3, route 1 1: Input should be a valid number"),
    (put("flight", 2, route=["atlantis"]), "flight 'b52h' names the place 'atlantis'"),
    (put("flight", 2, track="gone.json", route=[]), "gone.json"),
    (put("flight", 1, id="tu95-1"), "there are two [[flight]] with the id 'tu95-1'"),
    (put("flight", 0, fits=["nothing"]), "fits 'nothing', which is no statement and no claim"),
    (put("place", 0, icao="ZZZZ"), "no base with the code 'ZZZZ' ships"),
    (without("place", 0, "icao"), "place 'anadyr' needs either 'at' or 'icao'"),
    (put("statement", 0, value="32 leagues"), "statement 1, value: "),
    (put("claim", 0, units=["furlong"]), "claim 1, units 1: "),
    (put("claim", 0, kind="guess"), "claim 1, kind: "),
    (without("claim", 0, "value"), "claim 'about-30-miles' is of kind 'came_within' and needs"),
    (put("line", 0, statement="none"), "a line names the statement 'none'"),
    (put("source", 0, url="javascript:alert(1)"), "source 1, url: "),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), MISTAKES)
def test_a_mistake_in_a_story_gets_one_sentence_that_says_where(tmp_path: Path, change, sentence):
    document = june()
    change(document)

    with pytest.raises(StoryError) as raised:
        read_story(written(tmp_path, document))

    words = str(raised.value)
    assert sentence in words
    assert words.startswith("story.toml")
    assert words.endswith(".")
    assert "\n" not in words
    assert not any(word in words for word in ("pydantic", "function", "tuple[", "validation"))


def test_times_of_a_flight_carry_their_zone(tmp_path: Path):
    text = toml(june()).replace("2020-06-16T16:00:00+00:00", "2020-06-16T16:00:00")
    (tmp_path / "story.toml").write_text(text, encoding="utf-8")

    with pytest.raises(StoryError, match=r"write times in UTC, as 2020-06-17T04:12:00Z\.$"):
        read_story(tmp_path / "story.toml")


def test_a_time_zone_that_nobody_knows_is_told(tmp_path: Path):
    from layers.story_page import tell

    document = june()
    claim = next(c for c in document["claim"] if c["kind"] == "same_time")
    claim["spans"][0]["tz"] = "Mars/Olympus"
    document["claim"] = [claim]
    for flight in document["flight"]:
        flight["fits"] = []

    with pytest.raises(StoryError, match="There is no time zone 'Mars/Olympus'"):
        tell(read_story(written(tmp_path, document)))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"[story\nid = 1", "is not whole TOML"),
        (b"", "has no table [story]"),
        ('[story]\nid = "x"\ntitle = "Привет"\n'.encode("cp1251"), "is not text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not text in UTF-8"),
        (b"#" * 2_000_001, "that is no story file"),
    ],
)
def test_what_is_no_story_file_is_told_so(tmp_path: Path, data: bytes, sentence: str):
    path = tmp_path / "story.toml"
    path.write_bytes(data)

    with pytest.raises(StoryError) as raised:
        read_story(path)

    assert sentence in str(raised.value)


def test_a_folder_and_a_missing_file_are_told_so(tmp_path: Path):
    with pytest.raises(StoryError, match="is a folder"):
        read_story(tmp_path)
    with pytest.raises(StoryError, match="Stories that ship: june-2020"):
        read_story("july-2020")


def test_a_claim_is_weighed_only_against_what_its_flight_was_checked_against(tmp_path: Path):
    """Else a track that is there would be called "not public"."""
    claim = {"kind": "stayed_outside", "of": "airspace:RUS"}

    with pytest.raises(StoryError, match=r"zones of flight 'seen' do not name it\. Add it there"):
        small_story(tmp_path, TRACK, [claim])
