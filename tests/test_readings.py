"""A disputed border is answered under each reading, and the answer allows for all of them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from makers import GEOD, track_of

from geo import check, distance, zone
from geo.disputes import dispute, disputes
from geo.findings import Finding
from geo.readings import far_from, holds, outline_of, readings_of


def flown(points: list[tuple[float, float]], to: str) -> Finding:
    track = track_of(points, [10.0 * i for i in range(len(points))])
    return check([track], to)[0]


def dispute_words(finding: Finding) -> list[str]:
    return [w for w in finding.doubt if "disputed" in w]


OVER_CRIMEA = [(33.8 + 0.02 * i, 44.8) for i in range(10)]  # west of Sevastopol, eastward
OFF_ITURUP = [(148.5 + 0.02 * i, 44.0) for i in range(10)]  # south-east of it


@pytest.mark.parametrize("state", ["RUS", "UKR"])
def test_over_crimea_one_was_inside_and_was_not(state: str):
    finding = flown(OVER_CRIMEA, state)
    (term,) = (t for t in finding.terms if t.name == "dispute")

    assert finding.depth_m > 0
    assert finding.low_m == 0
    assert finding.high_m > 100_000  # as far as the border that nobody disputes
    assert term.high_m > finding.depth_m
    assert "Crimea is disputed: not counted to the airspace of" in dispute_words(finding)[0]


def test_off_the_kurils_japan_is_near_under_its_own_reading_only():
    russia, japan = flown(OFF_ITURUP, "RUS"), flown(OFF_ITURUP, "JPN")
    words = dispute_words(japan)

    assert len(words) == 1
    assert words[0].startswith("Southern Kuril Islands (Northern Territories) is disputed: counted")
    assert japan.distance_m - japan.low_m >= japan.distance_m - russia.distance_m - 1.0
    assert russia.high_m > russia.distance_m + 10_000


def test_what_is_taken_away_is_the_place_and_what_is_added_is_it_too():
    """Iturup's middle is in Russia's zone as shipped, and in Japan's under Japan's reading."""
    lon, lat = np.array([147.8]), np.array([45.0])
    by_state = {
        s: {r.added: r.zone for r in readings_of(zone(s)) if r.dispute.id == "southern-kurils"}
        for s in ("RUS", "JPN")
    }

    assert zone("RUS").border.inside(lon, lat)[0]
    assert not by_state["RUS"][False].border.inside(lon, lat)[0]
    assert not zone("JPN").border.inside(lon, lat)[0]
    assert by_state["JPN"][True].border.inside(lon, lat)[0]


def test_the_data_have_the_kurils_in_one_zone_and_crimea_in_two():
    kurils, crimea = dispute("southern-kurils"), dispute("crimea")

    assert (holds(zone("RUS"), kurils), holds(zone("JPN"), kurils)) == (True, False)
    assert (holds(zone("RUS"), crimea), holds(zone("UKR"), crimea)) == (True, True)


def test_far_from_any_dispute_none_is_told():
    for to in ("RUS", "USA", "territory:RUS"):
        finding = flown([(-170.0, 60.0), (-171.0, 60.5)], to)
        assert not dispute_words(finding)
        assert "dispute" not in {t.name for t in finding.terms}


def test_what_is_not_sovereign_has_no_readings():
    assert list(readings_of(zone("sea:okhotsk"))) == []


def test_an_outline_past_180_degrees_is_cut_as_zones_are():
    from dataclasses import replace

    moved = replace(
        dispute("liancourt"), outline=((179.0, 1.0), (181.0, 1.0), (181.0, 2.0), (179.0, 2.0))
    )
    shape = outline_of(moved).geometry
    whole = abs(GEOD.geometry_area_perimeter(shapely.box(179, 1, 181, 2))[0])

    assert shapely.bounds(shape).tolist() == [-180.0, 1.0, 180.0, 2.0]
    parts = [abs(GEOD.geometry_area_perimeter(p)[0]) for p in shapely.get_parts(shape)]
    assert sum(parts) == pytest.approx(whole, rel=1e-3)


def test_what_is_said_to_be_far_from_a_dispute_is_far():
    """The skip of most flights: never wrong, and of use, near and far, on both sides of 180°."""
    rng = np.random.default_rng(11)
    lon, lat = rng.uniform(-180, 180, 300), rng.uniform(-80, 80, 300)
    skipped = 0
    for d in disputes():
        zone_ = outline_of(d)
        away_m = distance(lon, lat, zone_)
        for i in range(len(lon)):
            for less_m in (1.0, 50_000.0, 400_000.0):
                reach_m = away_m[i] - less_m  # so this point is farther than the reach, by so much
                here = lon[i : i + 1], lat[i : i + 1]
                assert not far_from(d, *here, 0.0, away_m[i] + 1.0)
                assert not far_from(d, *here, 2 * less_m + 2.0, reach_m)
                skipped += less_m > 300_000 and far_from(d, *here, 0.0, reach_m - 1_000_000)
    assert skipped > 0.9 * 300 * len(disputes())
