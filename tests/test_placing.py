"""Where words and arrows stand: by their own line, off dots, and nowhere if it is out of sight."""

from __future__ import annotations

import math

import numpy as np
import shapely
from kinds import around_the_world
from makers import track_of, zone_of

from geo import check, zone
from layers.frame import Frame
from layers.items import Drawing, Words
from layers.leaflet import Label, Shape
from layers.looks import style_of
from layers.placing import APART, Placing
from layers.shades import steps_by, values_m
from layers.track import TrackLayer
from layers.track_page import page
from layers.view import View

FRAME = Frame.around([-2.0, 2.0], [-1.0, 1.0])
VIEW = View(FRAME, 600, 300)


def line(id: str, *xy: tuple[float, float]) -> tuple[np.ndarray, Shape]:
    """A recorded flight's line in pixels of the view."""
    return np.array(xy, dtype=float), Shape("line", "track hue-0", (), id, arrows=True)


def at(x: float, y: float) -> np.ndarray:
    return np.array([VIEW.degrees(x, y)])


def named(place: Placing, label: Label) -> list[Words]:
    place.put(label)
    return [w for w in place.words if isinstance(w, Words)]


def test_a_name_stands_beside_its_flight_and_not_on_another():
    """Alone it would stand to the right of its anchor; there another flight goes up and down."""
    label = Label((("AB12", ""),), "flight hue-0", at(300, 150), rank=4, id="a")
    own = line("a", (300, 20), (300, 280))
    other = [line("b", (320 + 8 * k, 20), (320 + 8 * k, 280)) for k in range(4)]

    assert named(Placing(VIEW, [own]), label)[0].x > 300
    assert named(Placing(VIEW, [own, *other]), label)[0].x < 300


def test_a_name_that_could_only_stand_on_another_flight_by_a_leader_is_left_out():
    label = Label((("AB12", ""),), "flight hue-0", at(300, 150), rank=4, id="a")
    taken = Placing(VIEW, [line("b", *((x, y) for x in range(0, 600, 4) for y in (0, 300)))])
    near = (285.0, 130.0, 315.0, 170.0)  # what stands there leaves room only at a leader's end
    taken.room.taken.append(near)

    assert named(taken, label) == []


def test_words_keep_off_the_dots_of_crossings():
    label = Label((("Disputed", ""),), "disputed", at(300, 150), rank=7)
    dot = (np.array([[330.0, 150.0]]), Shape("dot", "crossing", ()))

    words = named(Placing(VIEW, [], dots=[dot]), label)

    assert len(words) == 1
    assert not (words[0].anchor == "start" and abs(words[0].y - 150) < 10)


def test_what_has_to_be_read_is_not_held_where_its_place_is_out_of_sight():
    lines = (("41 NM", "big"),)
    away = Label(lines, "closest", at(900, 150), rank=0, must=True)
    here = Label(lines, "closest", at(590, 295), rank=0, must=True)
    full = Placing(VIEW, [])
    full.room.taken.append((0.0, 0.0, 600.0, 300.0))

    assert named(full, away) == []
    assert [w.text for w in named(full, here)] == ["41 NM"]


def test_arrows_stand_apart_from_each_other_and_from_dots():
    lines = [line(str(k), (50, 150 + k), (450, 150 + k)) for k in range(9)]
    dot = (np.array([[335.0, 154.0]]), Shape("dot", "crossing", ()))  # where a second arrow is due

    arrows = Placing(VIEW, lines, dots=[dot]).arrows()

    middles = [a.parts[0].mean(axis=0) for a in arrows if isinstance(a, Drawing)]
    assert middles
    for i, a in enumerate(middles):
        assert math.dist(a, dot[0][0]) > APART - 3
        assert all(math.dist(a, b) > APART - 3 for b in middles[:i])


def test_on_the_whole_earth_a_name_stands_by_its_line_though_it_is_cut():
    """A flight from the east of the map to its west had its name in the middle, beside nothing."""
    tracks, _ = around_the_world()
    frame = Frame.of([(t.lon, t.lat) for t in tracks])
    for track in tracks:
        label = TrackLayer(track, frame).labels[0]
        spots = np.column_stack(frame.plane.to_xy(*label.anchors.T))
        x, y = frame.plane.to_xy(track.lon, track.lat)
        far = np.hypot(spots[:, :1] - x, spots[:, 1:] - y).min(axis=1)
        assert far.max() < 200_000, track.flight


def test_where_colour_tells_a_distance_names_and_aircraft_have_none_of_their_own():
    track = track_of([(k / 10, 2.0) for k in range(60)], np.arange(60.0) * 20)
    usa = zone("airspace:USA")
    shades = steps_by("distance", usa).shade(values_m(track, "distance", usa))

    plain, shaded = (TrackLayer(track, shades=s).labels[0].look for s in (None, shades))

    assert "hue" in plain
    assert "hue" not in shaded
    assert style_of(f"hc-label {shaded}")["fill"] == "ink"
    made = [page([track], zones=[usa], colour=c).player.data for c in ("flight", "distance")]
    assert [m["flights"][0]["hue"] for m in made] == [0, None]


def test_a_zone_that_is_a_line_has_a_colour_of_the_style():
    assert style_of("hc-line area hue-1")["stroke"] == "hue-1"


def test_the_legend_names_the_zones_of_a_file_and_only_what_is_on_the_map():
    track = track_of([(k / 100, 2.0) for k in range(60)], np.arange(60.0) * 20)
    near = zone_of(shapely.box(0, -1, 1, 1), name="near strip")
    entries = page([track], findings=check([track], near)).legend
    assert ("Near strip", "area") in [(e.words, e.look) for e in entries]

    alps = track_of([(8.0 + k / 100, 47.0) for k in range(60)], np.arange(60.0) * 20)
    around = ["CHE", "DEU", "AUT", "ITA", "FRA", "LIE", "LUX", "BEL", "NLD", "CZE"]
    far = [zone(f"airspace:{c}") for c in (*around, "NZL")]
    belt = next(e for e in page([alps], zones=far).legend if e.look == "belt")
    names = [name for _, name in belt.each]
    assert "Switzerland" in names
    assert "New Zealand" not in names
    assert len(names) + belt.more < len(far)


def test_words_keep_off_the_leader_of_others():
    """On the card the leader of "32 NM" ran through the name of the B-52s."""
    lines = (("41 NM", "big"),)
    taken = (250.0, 130.0, 350.0, 170.0)  # leaves room only at a leader's end
    place = Placing(VIEW, [])
    place.room.taken.append(taken)
    place.put(Label(lines, "closest", at(300, 150), rank=0))
    (leader,) = place.leaders
    assert isinstance(leader, Drawing)
    x, y = leader.parts[0].mean(axis=0)

    assert not place.room.free((x - 4, y - 4, x + 4, y + 4))


def test_a_sign_beneath_the_scale_is_not_shown_nor_its_name():
    place = Placing(VIEW, [])
    place.room.hold([Words("200 NM", 20, 280, "sans", 12, "ink")])
    label = Label((("Misawa", ""),), "place", at(30, 277), mark="base")

    assert place.mark(label) == []
    assert not place.put(label)
    other = Label((("Eielson", ""),), "place", at(300, 100), mark="base")
    assert len(place.mark(other)) == 1
    assert place.put(other)


def test_the_name_of_a_state_that_has_no_room_covers_no_flight():
    """On a picture without script BELIZE stood on the place of the closest approach."""
    label = Label((("BELIZE", ""),), "state", at(300, 150), rank=8)
    crowd = [line(f"{k}", (270 + 6 * k, 20), (270 + 6 * k, 280)) for k in range(10)]

    assert len(named(Placing(VIEW, []), label)) == 1
    assert named(Placing(VIEW, crowd), label) == []
