"""Lines at a distance from a zone, and the gaps between its parts, on zones that are simple."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from makers import GEOD, nearest_m, zone_of

from geo.catalogue import zone
from geo.errors import ZoneError
from geo.offsets import offset_line, passage

NM = 1852.0
ISLAND = shapely.box(179.5, 59.9, 180.0, 60.1)
ISLANDS = shapely.MultiPolygon([ISLAND, shapely.box(-180.0, 59.9, -179.5, 60.1)])


def test_every_vertex_lies_at_its_distance_by_another_way_of_measuring():
    lines = offset_line(zone_of(shapely.box(10, 59, 11, 60)), 20 * NM, (5, 55, 16, 64))
    points = np.concatenate(lines)
    some = points[:: len(points) // 25]

    assert len(points) > 100
    for lon, lat in some:
        away_m = nearest_m(lon, lat, shapely.box(10, 59, 11, 60), "planar")
        assert away_m == pytest.approx(20 * NM, abs=25)


def test_a_line_around_an_island_across_180_is_one():
    lines = offset_line(zone_of(ISLANDS), 12 * NM, (170.0, 55.0, -170.0, 65.0))

    assert len(lines) == 1
    assert np.abs(np.diff(lines[0][:, 0])).max() < 1  # no jump by a whole turn
    assert lines[0][:, 0].min() < 180 < lines[0][:, 0].max()


def test_the_line_is_left_out_where_somebody_elses_zone_is():
    other = zone_of(shapely.box(0, 50, 10.5, 70), name="other")
    lines = offset_line(zone_of(shapely.box(10, 59, 11, 60)), 20 * NM, (5, 55, 16, 64), [other])

    assert np.concatenate(lines)[:, 0].min() >= 10.5


def test_a_box_without_the_zone_is_told():
    with pytest.raises(ZoneError, match="No part of test lies in the box"):
        offset_line(zone_of(ISLAND), 12 * NM, (10.0, 10.0, 20.0, 20.0))


def test_a_gap_is_as_wide_as_proj_says():
    east = shapely.box(1.0, -1, 3.0, 1)
    pair = shapely.MultiPolygon([shapely.box(-2, -1, 0.5, 1), east])

    gap = passage(zone_of(pair), 0.75, 0.2)

    # Along a parallel between two meridians the narrowest place is farthest from the equator.
    expected = GEOD.inv(0.5, 1.0, 1.0, 1.0)[2]
    assert gap.width_m == pytest.approx(expected, abs=0.5)
    assert sorted([gap.a[0], gap.b[0]]) == pytest.approx([0.5, 1.0], abs=1e-6)


def test_a_gap_at_180_is_found():
    pair = shapely.MultiPolygon(
        [shapely.box(178, 59, 179.9, 61), shapely.box(-179.9, 59, -178, 61)]
    )

    gap = passage(zone_of(pair), 180.0, 60.0)

    assert gap.width_m == pytest.approx(GEOD.inv(179.9, 61, -179.9, 61)[2], abs=0.5)


def test_where_there_is_no_gap_it_is_said():
    with pytest.raises(ZoneError, match="There is no gap in test within 200 km"):
        passage(zone_of(ISLAND), 0.0, 0.0)


def test_the_12_nm_belt_of_a_lonely_island_is_as_wide_as_the_law_says():
    """St. Matthew Island, 12 NM: the airspace that ships lies there within 1.5 NM of it."""
    lines = offset_line(zone("territory:USA"), 12 * NM, (-175.0, 59.5, -171.0, 61.5))
    points = np.concatenate(lines)
    off_m = zone("airspace:USA").border.nearest(points[:, 0], points[:, 1]).distance_m

    # 2.8 km is what the catalogue says of US airspace off Alaska against the law
    assert np.median(off_m) < 2_800
