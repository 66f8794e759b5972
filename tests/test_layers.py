"""Layers: what each draws of what `geo` says, and where it stays silent."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import folium
import numpy as np
import pytest
import shapely
from makers import GEOD, track_of, zone_of

from geo import check, zone
from geo.track import Track
from layers import FindingLayer, Frame, LandLayer, Page, TrackLayer, ZoneLayer, page
from layers.leaflet import Label, Layer, Shape, leaflet_css, leaflet_js
from layers.pack import unpacked
from layers.planes import World
from layers.sentences import sentence
from layers.story_page import Told, story_page
from layers.track import corridor, path

BOX = zone_of("POLYGON((10 50, 12 50, 12 52, 10 52, 10 50))", name="Boxland")
AWAY = track_of([(9.0, 51.0), (9.2, 51.0), (9.0, 51.1)], [0, 60, 120])
DRAWN = replace(AWAY, basis="drawn", half_width_m=10_000.0, time_s=None)


def plain_of(words: str) -> str:
    """Return words with common spaces."""
    return words.replace("\xa0", " ")


def looks(layer: Layer) -> list[str]:
    """Return the first class of each shape."""
    return [s.look.split()[0] for s in layer.shapes]


# ---------------------------------------------------------------------- drawn is not measured


def test_a_recorded_flight_gets_its_closest_approach():
    (finding,) = check([AWAY], BOX)
    layer = FindingLayer(finding)

    assert looks(layer) == ["closest", "closest"]
    (line,) = layer.shapes[0].parts
    assert GEOD.inv(*line[0], *line[1])[2] == pytest.approx(finding.distance_m, abs=0.5)


def test_where_doubt_leaves_no_figure_the_map_says_what_the_answer_says():
    (finding,) = check([AWAY], BOX)
    finding = replace(finding, distance_m=2_000.0, low_m=0.0, high_m=9_000.0)
    (label,) = FindingLayer(finding).labels
    told = [plain_of(words) for words, _ in label.lines]

    assert told[:2] == ["\u2264 5.0 NM", "(9 km) from Boxland"]
    assert "came within 5.0 NM (9 km) of" in plain_of(sentence(finding, [BOX]))


def test_a_drawn_route_never_gets_a_closest_approach():
    (finding,) = check([DRAWN], BOX)
    layer = FindingLayer(finding, loud=True)

    assert layer.shapes == ()
    assert layer.labels == ()


def test_nothing_on_the_page_of_june_2020_is_measured_or_recorded(june: Page, told: Told):
    every = [look for layer in june.layers for look in looks(layer)]

    assert "drawn" in every
    assert not {"closest", "track", "gap", "crossing"} & set(every)
    assert "no track is public" in june.answer
    assert "Recorded: nothing; no track is public" in [e.words for e in june.legend]
    assert all(f.basis == "drawn" for f in told.findings)


@pytest.mark.parametrize(
    "frame",
    [
        Frame.around(DRAWN.lon, DRAWN.lat),
        Frame.for_tiles([(DRAWN.lon, DRAWN.lat)]),
        Frame(World(9.0), -3e4, 6.14e6, 3e4, 6.2e6),
    ],
    ids=["azimuthal", "mercator", "world"],
)
def test_a_drawn_route_is_a_corridor_as_wide_as_its_doubt(frame: Frame):
    """Its rim lies 10 km from the line, by PROJ, to the map's tolerance."""
    layer = TrackLayer(DRAWN, frame)
    assert looks(layer) == ["corridor", "drawn"]

    points, _ = path(DRAWN, frame.plane.lon)
    rim = np.concatenate(frame.degrees(corridor(points, 10_000.0, frame)))
    away = [min(GEOD.inv(x, y, a, b)[2] for a, b in _dense(DRAWN)) for x, y in rim]
    assert max(away) < 10_000 + 100
    assert min(away) > 10_000 * 0.96  # straight between the points of the rim


def test_a_corridor_over_the_edge_of_the_world_is_in_two_parts_and_as_large():
    route = replace(
        track_of([(170.0, 55.0), (-170.0, 50.0)]), basis="drawn", half_width_m=300_000.0
    )
    near, world = Frame.around(route.lon, route.lat), Frame(World(0.0), -1.8e7, -9e6, 1.8e7, 9e6)
    areas = []
    for frame in (near, world):
        rings = TrackLayer(route, frame).shapes[0].parts
        flat = [shapely.Polygon(np.column_stack(frame.plane.to_xy(*r.T))) for r in rings]
        areas.append(sum(p.area for p in flat))
        assert max(np.ptp(r[:, 0]) for r in rings) < 30

    assert len(TrackLayer(route, world).shapes[0].parts) == 2
    assert len(TrackLayer(route, world).shapes[1].parts) == 2
    assert areas[1] == pytest.approx(areas[0], rel=0.03)  # a pixel is 14 km wide there


def test_where_a_flight_may_have_been_is_drawn_by_its_line_however_far_that_ran_on():
    """A flight round the Earth with a hole of 40 minutes on its way: on Web Mercator."""
    k = np.arange(400)
    lon = (k * 1.0 + 180) % 360 - 180
    time = 300.0 * k + np.where(k > 350, 2400.0, 0.0)
    track = Track("ROUND", lon, 40 + 10 * np.sin(k / 40), time)
    frame = Frame.for_tiles([(track.lon, track.lat)])
    shapes = {s.look.split()[0]: s for s in TrackLayer(track, frame).shapes}

    (prism,), (gap,) = shapes["prism"].parts, shapes["gap"].parts
    assert prism[:, 0].min() < gap[:, 0].min() < gap[:, 0].max() < prism[:, 0].max()


def _dense(track: Track) -> np.ndarray:
    out = []
    for i in range(len(track) - 1):
        ends = (track.lon[i], track.lat[i], track.lon[i + 1], track.lat[i + 1])
        between = GEOD.npts(*ends, 80)
        out += [ends[:2], *between, ends[2:]]
    return np.array(out)


def test_a_flight_says_how_it_was_come_by(told: Told, june: Page):
    titles = {s.title for layer in june.layers for s in layer.shapes if s.id}

    assert titles == {f"{f.name}: drawn from reports" for f in told.story.document.flight}


# --------------------------------------------------------------------------------- tracks


def test_a_gap_is_dashed_and_what_was_seen_is_not():
    track = track_of([(9.0 + i / 10, 51.0) for i in range(6)], [0, 60, 120, 2000, 2060, 2120])
    layer = TrackLayer(track)

    assert looks(layer) == ["gap", "track"]
    gap, seen = layer.shapes
    assert len(gap.parts) == 1
    assert len(seen.parts) == 2
    assert "nobody saw it here" in gap.title
    assert gap.parts[0][0] == pytest.approx([9.2, 51.0], abs=1e-6)
    assert gap.parts[0][-1] == pytest.approx([9.3, 51.0], abs=1e-6)


def test_a_long_leg_bends_as_the_geodesic_does():
    track = track_of([(-150.0, 60.0), (150.0, 60.0)])
    frame = Frame.around(track.lon, track.lat)
    points, _ = path(track, frame.plane.lon)
    middle = GEOD.npts(-150.0, 60.0, 150.0, 60.0, 1)[0]

    near = GEOD.inv(*np.tile(middle, (len(points), 1)).T, points[:, 0] % 360, points[:, 1])[2]
    assert near.min() < 25_000  # a step is 40 km at most
    assert np.abs(np.diff(points[:, 0])).max() < 5  # no jump at 180°


def test_a_single_fix_is_a_dot():
    assert [s.kind for s in TrackLayer(track_of([(9.0, 51.0)])).shapes] == ["dot"]


def test_the_simplified_line_is_a_third_of_a_pixel_from_the_track():
    random = np.random.default_rng(3)
    lon = np.linspace(0, 20, 3000)
    lat = 50 + np.cumsum(random.normal(0, 0.001, 3000))
    track = track_of(list(zip(lon, lat, strict=True)), list(np.arange(3000) * 10.0))
    frame = Frame.around(lon, lat)
    (shape,) = TrackLayer(track, frame).shapes
    (drawn,) = shape.parts

    flat = shapely.LineString(np.column_stack(frame.plane.to_xy(lon, lat)))
    thin = shapely.LineString(np.column_stack(frame.plane.to_xy(*drawn.T)))
    assert len(drawn) < len(lon) / 2
    assert shapely.hausdorff_distance(flat, thin) < frame.tolerance_m


def test_a_thinned_line_still_passes_where_it_was_measured():
    """A wriggle of a tenth of a pixel is left out, but not the place in it that was nearest."""
    lon = np.linspace(0, 20, 3000)
    lat = 50 + 0.0005 * np.sin(np.arange(3000))
    track = track_of(list(zip(lon, lat, strict=True)), list(np.arange(3000) * 10.0))
    frame = Frame.around(lon, lat)
    held = np.array([[lon[1234], lat[1234]], [lon[2222], lat[2222]], [5.0, 40.0]])
    (shape,) = TrackLayer(track, frame, through=held).shapes
    (drawn,) = shape.parts
    (plain,) = TrackLayer(track, frame).shapes[0].parts

    def from_the_line_m(line: np.ndarray, place: np.ndarray) -> float:
        flat = shapely.LineString(np.column_stack(frame.plane.to_xy(*line.T)))
        return float(shapely.distance(flat, shapely.Point(*frame.plane.to_xy(*place))))

    assert max(from_the_line_m(drawn, place) for place in held[:2]) < 0.01
    assert max(from_the_line_m(plain, place) for place in held[:2]) > 10
    assert len(plain) < len(drawn) < 30


# ----------------------------------------------------------------------------------- zones


@pytest.mark.parametrize(
    ("name", "look"),
    [("airspace:JPN", "belt"), ("adiz:alaska", "adiz"), ("sea:bering", "area")],
)
def test_what_is_sovereign_looks_otherwise_than_what_is_not(name: str, look: str):
    layer = ZoneLayer(zone(name))

    assert looks(layer) == [look]
    said = layer.shapes[0].title
    assert ("not sovereign" in said) == (look == "adiz")
    assert ("12 NM" in said) == (look == "belt")


def test_a_zone_that_lies_around_the_earth_is_drawn_whole():
    """France reaches from Tahiti to Réunion and New Caledonia: 144° from its middle."""
    layer = ZoneLayer(zone("airspace:FRA"))
    points = layer.points()

    for lon, lat in ((-149.5, -17.6), (55.5, -21.1), (165.5, -21.5), (2.3, 48.9), (-53.0, 4.0)):
        away = np.hypot((points[:, 0] - lon + 180) % 360 - 180, points[:, 1] - lat)
        assert away.min() < 6


def test_an_approximate_zone_says_so():
    layer = ZoneLayer(zone("adiz:alaska"))

    assert layer.shapes[0].title.endswith("approximate")
    assert "approximate" in layer.labels[0].lines[0][0]


def test_land_is_one_piece_at_180():
    frame = Frame.around([170.0, -165.0], [64.0, 70.0])
    (shape,) = LandLayer(frame).shapes
    lon = np.concatenate([p[:, 0] for p in shape.parts])
    lat = np.concatenate([p[:, 1] for p in shape.parts])

    inland = (np.abs(lon - 180) < 0.005) & (lat > 65.5) & (lat < 68.5)  # Chukotka
    assert not inland.any()


# ----------------------------------------------------------------------------- how they travel


def test_a_layer_carries_what_it_draws():
    line = np.array([[179.5, 60.0], [180.5, 60.25]])
    layer = Layer((Shape("line", "track", (line,), "x", "a title", arrows=True),), grid_deg=1e-3)
    data = json.loads(json.dumps(layer.data()))

    (shape,) = data["shapes"]
    assert shape["title"] == "a title"
    (told,) = unpacked(shape["path"], data["grid"])
    assert told == pytest.approx(line)


def test_a_page_in_english_is_all_in_ascii_and_says_the_same():
    """Whatever a flight is called: a browser is ready sooner with what it need not decode."""
    named = "Ту-95 “爆撃機” 🛩"
    html = page([replace(AWAY, callsign=named)], zones=[BOX]).html

    assert html.isascii()
    assert named in unescape(html)
    assert named in json.loads('"' + re.search(r'"callsign":"([^"]*)"', html)[1] + '"')
    assert not page([AWAY], zones=[BOX], lang="ru").html.isascii()


def test_the_words_of_a_layer_never_stand_in_a_script_that_runs():
    plain = folium.Map(location=[0, 0], tiles=None)
    words = "{{7*7919}}</script>${1}`"
    Layer((), (Label(((words, ""),), "flight", np.zeros((1, 2))),), name=words).add_to(plain)
    html = plain.get_root().render()

    assert words not in html
    assert "55433" not in html
    blocks = re.findall(r'<script type="application/json" id="[^"]+">(.*?)</script>', html, re.S)
    (label,) = json.loads(blocks[0])["labels"]
    assert label["lines"] == [[words, ""]]


def test_a_plain_map_gets_the_script_once_however_many_layers_it_has():
    plain = folium.Map(location=[51, 10], tiles=None)
    for _ in range(3):
        TrackLayer(AWAY).add_to(plain)
    html = plain.get_root().render()

    assert html.count("hc.layer=function") == 1
    assert html.count("howclose.layer(") == 3


def test_a_layer_without_a_map_is_told_so():
    with pytest.raises(TypeError, match=r"call add_to\(map\) first"):
        TrackLayer(AWAY).render()


@pytest.mark.parametrize("foreign", [folium.Marker([51, 10]), folium.TileLayer(), "a layer"])
def test_a_page_refuses_what_is_not_ours_with_a_sentence(foreign):
    made = page([AWAY], zones=[BOX], layers=[foreign])

    with pytest.raises(TypeError, match="is not a layer of howclose: a page that fetches nothing"):
        _ = made.html


def test_a_page_takes_more_layers_of_ours():
    more = ZoneLayer(zone("sea:japan"), Frame.around([130.0], [40.0]))

    assert len(page([AWAY], zones=[BOX], layers=[more]).html) > 1000


def test_leaflet_is_brought_along_without_anything_to_fetch():
    assert "sourceMappingURL" not in leaflet_js()
    assert "url(" not in leaflet_css().replace("url(#default#VML)", "")


# -------------------------------------------------------------------------------- the story


def test_the_story_page_says_in_its_table_all_that_the_map_says(june: Page, told: Told):
    html = june.html.replace("\xa0", " ")

    for flight in told.story.document.flight:
        assert f'data-focus="{flight.id}"' in html
    for verdict in told.verdicts:
        assert f'data-id="claim:{verdict.claim.id}"' in html
    assert html.count("a drawn route has none") == len(told.findings)
    assert "no clock: drawn" in html


def test_a_recorded_flight_in_a_story_gets_its_accent_and_its_sentence(tmp_path):
    from stories import line, small_story

    from layers.story_page import tell

    points = [(-172.0 - 0.05 * i, 59.0) for i in range(40)]
    track = line(points, [float(i) for i in range(40)], callsign="SEEN1")
    claim = {"kind": "stayed_outside", "of": "airspace:USA"}
    made = story_page(tell(small_story(tmp_path, track, [claim])))

    every = [look for layer in made.layers for look in looks(layer)]
    assert {"track", "closest"} <= set(every)
    assert made.answer.startswith("SEEN1 came within")
    assert "Recorded track" in [e.words for e in made.legend]
    assert any("SEEN1 came within" in words for words in made.details["seen"].lines)


# ------------------------------------------------------------------- the legend and the map agree


def words_of(made: Page) -> list[str]:
    return [e.words for e in made.legend]


def test_what_was_all_inside_has_a_deepest_point_and_no_approach():
    """The legend had the line of a closest approach, of which the map had none."""
    within = track_of([(10.5, 51.0), (11.0, 51.0)], [0, 300])
    inside_, outside = (page([t], findings=check([t], BOX)) for t in (within, AWAY))

    assert "deepest at" in inside_.answer
    assert "Deepest point" in words_of(inside_)
    assert "Closest approach" not in words_of(inside_)
    assert "Closest approach" in words_of(outside)


def test_a_line_that_was_crossed_is_the_answer_and_is_told_as_a_line():
    """A page told of a zone 42 NM away, when the flight had crossed the line of its file."""
    line = zone_of("LINESTRING(9.1 50, 9.1 52)", name="Line Bravo")
    made = page([AWAY], findings=check([AWAY], [BOX, line]))
    entry = next(e for e in made.legend if e.words == "Line Bravo")
    (loud,) = (la for la in made.layers if isinstance(la, FindingLayer) and la.labels)

    assert made.answer.startswith("test touched Line Bravo")
    assert entry.swatch == "line"
    assert [plain_of(words) for words, _ in loud.labels[0].lines[:2]] == [
        "0 NM",
        "(0 km) from Line Bravo",
    ]


@pytest.mark.parametrize("shape", ["POLYGON((9 50, 10 50, 10 51, 9 50))", "LINESTRING(9 50, 9 52)"])
def test_a_zone_of_a_file_has_its_name_on_the_map(shape: str):
    """Its colour alone named it, and two zones of one file had the same."""
    own = zone_of(shape, name="Area 7")
    (label,) = ZoneLayer(own, Frame.around(np.array([8.5, 10.5]), np.array([49.5, 52]))).labels

    assert label.lines == (("Area 7", ""),)
    assert shapely.distance(own.geometry, shapely.Point(label.anchors[0])) < 0.01
    assert ZoneLayer(zone("airspace:LUX")).labels == ()


def holed(flights: int) -> Page:
    """A page of flights of which each has a gap."""
    times = [0.0, 60.0, 400.0, 460.0]
    tracks = [
        replace(track_of([(9, y), (9.1, y), (9.6, y), (9.7, y)], times), flight=f"F{y:.2f}")
        for y in np.linspace(50.2, 51.8, flights)
    ]
    return page(tracks, findings=check(tracks, BOX))


def test_where_many_flights_were_not_seen_it_is_not_drawn_where_each_may_have_been():
    """Fifty ellipses on one another hid the flights of a day of fires."""
    few, many = holed(8), holed(9)
    drawn = [
        [look for layer in made.layers for look in looks(layer) if look in {"prism", "gap"}]
        for made in (few, many)
    ]

    assert drawn[0].count("prism") == drawn[0].count("gap") == 8
    assert drawn[1] == ["gap"] * 9
    assert any("where it may have been" in words for words in words_of(few))
    assert "Gap: nobody saw it here" in words_of(many)
