"""Two aircraft: how near they came, against Karney at every tenth of a second."""

import numpy as np
import pytest

from geo import check, encounters
from geo.earth import direct, inverse
from geo.track import Track

NM = 1852.0


def flight(name, lon, lat, azimuth, speed_mps, times, **more):
    n = len(times)
    along = speed_mps * (times - times[0])
    x, y = direct(np.full(n, lon), np.full(n, lat), np.full(n, azimuth), along)
    return Track(name, x, y, time_s=np.asarray(times, dtype=float), **more)


def where(track, time_s):
    i = np.clip(np.searchsorted(track.time_s, time_s, side="right") - 1, 0, len(track) - 2)
    u = (time_s - track.time_s[i]) / (track.time_s[i + 1] - track.time_s[i])
    azimuth, length = inverse(track.lon[i], track.lat[i], track.lon[i + 1], track.lat[i + 1])
    return direct(track.lon[i], track.lat[i], azimuth, u * length)


def swarm(count, seed, lon=(0, 20), lat=(40, 55), times=(0, 7_200)):
    rng = np.random.default_rng(seed)
    for k in range(count):
        n = int(rng.integers(30, 200))
        t = rng.uniform(*times) + np.cumsum(rng.choice([1.0, 7.3, 60.0, 290.0], n))
        yield flight(f"f{k}", rng.uniform(*lon), rng.uniform(*lat), rng.uniform(0, 360), 220.0, t)


@pytest.mark.parametrize(
    ("lon", "lat"), [((0, 20), (40, 55)), ((172, 188), (50, 60)), ((-180, 180), (87, 89.9))]
)
def test_nobody_comes_nearer_and_no_pair_is_forgotten(lon, lat):
    tracks = list(swarm(40, seed=5, lon=lon, lat=lat))

    met = {e.tracks: e for e in encounters(tracks, within_m=30 * NM)}

    pairs = 0
    for i in range(len(tracks)):
        for j in range(i + 1, len(tracks)):
            a, b = tracks[i], tracks[j]
            begin = max(a.time_s[0], b.time_s[0])
            end = min(a.time_s[-1], b.time_s[-1])
            if end <= begin:
                assert (i, j) not in met
                continue
            t = np.linspace(begin, end, 4_001)
            apart = inverse(*where(a, t), *where(b, t))[1]
            # both together move at most 440 m/s
            slack_m = 440 * (t[1] - t[0]) / 2
            if apart.min() < 30 * NM - 1:
                pairs += 1
                assert met[i, j].distance_m <= apart.min() + 2e-3
                assert met[i, j].distance_m >= apart.min() - slack_m
                near = (apart <= 30 * NM).sum() * (t[1] - t[0])
                told = sum(e - s for s, e in met[i, j].spans)
                assert told == pytest.approx(near, abs=2.1 * (t[1] - t[0]) * len(met[i, j].spans))
            elif apart.min() > 30 * NM + slack_m:
                assert (i, j) not in met
    assert pairs > 5


def test_a_head_on_pass_is_met_in_the_middle():
    # geographiclib 2.1: Inverse(60, 0, 60, 2)["s12"] is 111,594.459 m... both fly it, from each end
    azimuth, length = inverse(0.0, 60.0, 2.0, 60.0)
    back, _ = inverse(2.0, 60.0, 0.0, 60.0)
    times = np.arange(0, 400.0, 10.0)
    speed = float(length) / 390.0
    a = flight("a", 0.0, 60.0, float(azimuth), speed, times, height_m=np.full(40, 9_000.0),
               height_kind="barometric")  # fmt: skip
    b = flight("b", 2.0, 60.0, float(back), speed, times, height_m=np.full(40, 9_300.0),
               height_kind="barometric")  # fmt: skip

    (met,) = encounters([a, b], within_m=2_000.0)

    assert met.distance_m == pytest.approx(0.0, abs=2e-3)
    assert met.time_s == pytest.approx(195.0, abs=1e-3)
    assert met.a_lon == pytest.approx(1.0, abs=1e-6)
    assert met.height_diff_m == pytest.approx(-300.0)
    # within 2 km of each other while both have 1 km to go, before and after
    (span,) = met.spans
    assert span == pytest.approx((195 - 1_000 / speed, 195 + 1_000 / speed), abs=0.01)


def test_nobody_is_met_in_a_gap_on_a_drawn_route_or_by_himself():
    times = np.arange(0, 2_000.0, 10.0)
    a = flight("a", 0.0, 50.0, 90.0, 200.0, times)
    hole = (times < 500) | (times > 1_500)
    holed = flight("b", 0.0, 50.0, 90.0, 200.0, times)
    holed = Track("b", holed.lon[hole], holed.lat[hole], time_s=times[hole])
    drawn = Track("c", a.lon, a.lat, time_s=times, basis="drawn")
    timeless = Track("d", a.lon, a.lat)
    again = Track("A ", a.lon, a.lat, time_s=times)

    (met,) = encounters([a, holed, drawn, timeless, again], within_m=100.0)[:1]
    others = {frozenset((e.a, e.b)) for e in encounters([a, holed, drawn, timeless, again])}

    assert {met.a, met.b} <= {"a", "b", "A "}
    assert met.spans == ((0.0, 490.0), (1510.0, 1990.0))
    assert others == {frozenset(("a", "b")), frozenset(("b", "A "))}


@pytest.mark.parametrize(
    ("name", "other", "inputs", "meet"),
    [
        ("track", "track", (0, 1), True),  # named by their files, both track.csv
        ("ACTIVE LOG", "active log", (0, 1), True),
        ("track", "Track ", (1, 1), False),
        ("4b1234", "4B1234", (0, 1), False),
        ("~4b1234", "~4b1234", (0, 1), False),
        ("~4b1234", "4b1234", (0, 1), True),
        ("4b12345", "4b12345", (0, 1), True),
    ],
)
def test_one_name_in_two_inputs_is_one_aircraft_only_if_it_is_an_address(name, other, inputs, meet):
    times = np.arange(0, 1_000.0, 10.0)
    tracks = [
        flight(n, 0.0, lat, 90.0, 200.0, times, input=i)
        for n, lat, i in zip((name, other), (50.0, 50.01), inputs, strict=True)
    ]

    for within_m in (5_000.0, np.inf):
        assert len(encounters(tracks, within_m=within_m)) == meet


def test_without_a_bound_every_pair_has_its_closest_approach():
    tracks = list(swarm(12, seed=9))

    bounded = {e.tracks: e.distance_m for e in encounters(tracks, within_m=400_000.0)}
    unbounded = {e.tracks: e.distance_m for e in encounters(tracks, within_m=np.inf)}

    assert bounded
    for pair, distance_m in bounded.items():
        assert unbounded[pair] == pytest.approx(distance_m, abs=2e-3)
    assert all(d > 400_000 - 1 for pair, d in unbounded.items() if pair not in bounded)


def test_a_check_tells_encounters_when_asked_with_the_keys_of_the_contract():
    tracks = list(swarm(12, seed=9))

    silent = check(tracks, ["airspace:JPN"])
    told = check(tracks, ["airspace:JPN"], encounters_within_m=400_000.0)

    assert silent.encounters == ()
    assert told.encounters
    assert set(told.encounters[0]) == {
        "a", "b", "time", "distance_m", "height_diff_m", "a_lon", "a_lat", "b_lon", "b_lat",
        "spans",
    }  # fmt: skip
    assert told.parameters["encounters_within_m"] == 400_000.0
