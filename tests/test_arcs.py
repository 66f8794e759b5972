from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from makers import along

from geo.arcs import LONGEST_ARC_M, edges_of, lay_out, nearest_on_arc, point_on_arc
from geo.earth import ecef

KINDS = ("planar", "geodesic", "rhumb")


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(points)


@given(
    st.sampled_from(KINDS),
    st.floats(-180, 180),
    st.floats(-85, 85),
    st.floats(-60, 60),
    st.floats(-80, 80),
    st.lists(st.floats(0, 1), min_size=5, max_size=5),
)
def test_every_point_of_an_edge_lies_on_its_arcs(kind, lon, lat, turn, rise, fractions):
    a, b = (lon, lat), (lon + turn, float(np.clip(lat + rise, -85, 85)))
    if abs(b[0] - a[0]) < 1e-6 and abs(b[1] - a[1]) < 1e-6:
        b = (b[0] + 1.0, b[1])
    arcs = lay_out(edges_of(line(a, b), kind), kind)
    truth = ecef(*along(a, b, kind, np.array(fractions)))

    for point in truth:
        t = nearest_on_arc(point[None], arcs.start, arcs.chord, arcs.bulge)
        off = np.linalg.norm(point - point_on_arc(t, arcs.start, arcs.chord, arcs.bulge), axis=1)
        assert off.min() < 3e-4


@pytest.mark.parametrize("kind", KINDS)
def test_arcs_are_short_and_follow_each_other(kind):
    arcs = lay_out(edges_of(line((170.0, 60.0), (-170.0, 62.0), (-170.0, 10.0)), kind), kind)
    end = arcs.start + arcs.chord

    assert np.linalg.norm(arcs.chord, axis=1).max() <= LONGEST_ARC_M
    assert np.abs(arcs.start[1:] - end[:-1]).max() < 1e-6
    assert len(np.unique(arcs.edge)) == 2


def test_an_edge_across_180_runs_the_short_way():
    edges = edges_of(line((179.0, 10.0), (-179.0, 10.0)))

    assert (edges.lon_a.tolist(), edges.lon_b.tolist()) == ([179.0], [181.0])


def test_a_cut_polygons_edge_from_180_to_180_runs_round_the_earth():
    edges = edges_of(shapely.box(-180, -90, 180, -60))
    along_60 = (edges.lat_a == -60) & (edges.lat_b == -60)

    assert np.abs(edges.lon_b - edges.lon_a)[along_60].tolist() == [360.0]


def test_cuts_at_180_and_along_a_pole_are_no_border():
    edges = edges_of(shapely.box(-180, -90, 180, -60))
    seams = edges[edges.seam]

    assert len(edges) == 4
    assert len(seams) == 3
    assert set(np.abs(seams.lon_a)) == {180.0}


@pytest.mark.parametrize("kind", KINDS)
def test_halves_that_meet_at_180_have_a_seam_there(kind):
    """Fiji, Russia and the Aleutians come so; a cut is none whatever kind of edge the rest has."""
    halves = shapely.MultiPolygon(
        [shapely.box(178, -18, 180, -16), shapely.box(-180, -18, -178, -16)]
    )
    edges = edges_of(halves, kind)

    assert np.count_nonzero(edges.seam) == 2
    assert (np.abs(edges.lon_a[edges.seam]) == 180).all()


def test_an_edge_along_180_is_a_border_where_nothing_is_beyond():
    alone = edges_of(shapely.box(178, -18, 180, -16))
    longer = edges_of(
        shapely.MultiPolygon([shapely.box(178, -20, 180, -16), shapely.box(-180, -18, -178, -17)])
    )
    east = longer.lon_a == 180
    east &= longer.lon_b == 180

    assert not alone.seam.any()
    covered = {
        (float(min(a, b)), float(max(a, b))): bool(s)
        for a, b, s in zip(longer.lat_a[east], longer.lat_b[east], longer.seam[east], strict=True)
    }
    assert covered == {(-20.0, -18.0): False, (-18.0, -17.0): True, (-17.0, -16.0): False}


def test_vertices_that_repeat_make_no_edge():
    assert len(edges_of(line((1.0, 1.0), (1.0, 1.0), (2.0, 1.0), (2.0, 1.0)))) == 1


def test_nothing_has_no_edges():
    assert len(edges_of(shapely.Polygon())) == 0
    assert len(edges_of(shapely.Point(1, 2))) == 0


def test_holes_and_parts_are_rings_of_their_own():
    holed = shapely.box(0, 0, 10, 10) - shapely.box(4, 4, 6, 6)
    edges = edges_of(shapely.MultiPolygon([holed, shapely.box(20, 0, 21, 1)]))

    assert len(edges) == 12
    assert len(np.unique(edges.ring)) == 3


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(-1, 1), st.floats(-1, 1))
def test_the_nearest_point_of_an_arc_is_nearer_than_all_that_are_tried(lon, lat, east, north):
    arcs = lay_out(edges_of(line((lon, lat), (lon + 0.03, lat + 0.02)), "geodesic"), "geodesic")
    point = ecef(lon + 0.1 * east, lat + 0.1 * north)[None]
    one = slice(0, 1)
    t = nearest_on_arc(point, arcs.start[one], arcs.chord[one], arcs.bulge[one])
    found = point_on_arc(t, arcs.start[one], arcs.chord[one], arcs.bulge[one])
    tried = point_on_arc(
        np.linspace(0, 1, 201), *(v[one] for v in (arcs.start, arcs.chord, arcs.bulge))
    )

    assert 0 <= t[0] <= 1
    assert np.linalg.norm(found - point) <= np.linalg.norm(tried - point, axis=1).min() + 1e-9
