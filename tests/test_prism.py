"""What can be reached between two fixes: the bound is safe, and tight enough."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import orjson
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from makers import GEOD, track_of, zone_of

from geo import check, zone
from geo.borders import Border
from geo.doubt import errors_m
from geo.prism import Prism, least_signed, signed_m
from geo.speeds import greatest_speed_mps
from geo.track import Track
from geo.unseen import prism_of

SQUARE = zone_of(shapely.box(0, -1, 1, 1))


def reached_m(border: Border, prism: Prism, points: int = 50) -> float:
    """Return the least signed distance over a prism in metres, by trying points of it.

    By PROJ's geodesics alone: along its edge, a degree of azimuth apart, on a grid, and
    then on finer grids about the best.
    """
    a, b = (prism.lon_a, prism.lat_a), (prism.lon_b, prism.lat_b)
    azimuth = np.linspace(0, 360, 360, endpoint=False)
    n = len(azimuth)
    lon0, lat0 = (np.full(n, v) for v in a)
    low, high = np.zeros(n), np.full(n, prism.reach_m)
    for _ in range(36):
        middle = (low + high) / 2
        x, y, _ = GEOD.fwd(lon0, lat0, azimuth, middle)
        on = middle + GEOD.inv(x, y, np.full(n, b[0]), np.full(n, b[1]))[2]
        low, high = (
            np.where(on < prism.reach_m, middle, low),
            np.where(on < prism.reach_m, high, middle),
        )
    parts = np.sqrt(np.linspace(0, 1, points))
    ray = np.repeat(np.arange(0, n, 6), points)
    x, y, _ = GEOD.fwd(lon0[ray], lat0[ray], azimuth[ray], low[ray] * np.tile(parts, n // 6))
    edge_x, edge_y, _ = GEOD.fwd(lon0, lat0, azimuth, low)
    lon, lat = np.concatenate([x, edge_x]), np.concatenate([y, edge_y])
    for share in (0.05, 0.005):
        k = int(signed_m(border, lon, lat).argmin())
        side = np.linspace(-share, share, 41) * prism.reach_m
        dx, dy = (v.ravel() for v in np.meshgrid(side, side))
        m = len(dx)
        x, y, _ = GEOD.fwd(
            np.full(m, lon[k]), np.full(m, lat[k]), np.degrees(np.arctan2(dx, dy)), np.hypot(dx, dy)
        )
        to_a = GEOD.inv(x, y, np.full(m, a[0]), np.full(m, a[1]))[2]
        to_b = GEOD.inv(x, y, np.full(m, b[0]), np.full(m, b[1]))[2]
        held = to_a + to_b <= prism.reach_m
        lon, lat = np.append(x[held], lon[k]), np.append(y[held], lat[k])
    return float(signed_m(border, lon, lat).min())


@given(
    st.floats(-8, 9),
    st.floats(-8, 8),
    st.floats(0, 360),
    st.floats(0, 1),
    st.sampled_from([60.0, 300.0, 900.0, 2400.0]),
)
def test_the_bound_is_safe_and_tight(lon, lat, azimuth, share, seconds):
    reach = 400.0 * seconds
    x, y, _ = GEOD.fwd(lon, lat, azimuth, share * reach)
    prism = Prism(lon, lat, x, y, reach)
    away = float(signed_m(SQUARE.border, np.array([lon]), np.array([lat]))[0])

    found = least_signed(SQUARE.border, prism, away)
    true_m = reached_m(SQUARE.border, prism)

    assert found.low_m <= true_m + 1.0
    assert found.high_m >= true_m - 0.02 * reach  # the grid of the truth is a little coarse
    assert away - found.low_m <= max(1.6 * (away - true_m), away - true_m + 100.0)


def test_a_prism_across_180_degrees_is_like_any_other():
    """The same prism and the same square, moved by 179.5° of longitude."""
    moved = zone_of(
        shapely.MultiPolygon([shapely.box(179.5, -1, 180, 1), shapely.box(-180, -1, -179.5, 1)])
    )
    here = least_signed(SQUARE.border, Prism(2.0, 0.5, 1.8, -0.5, 150_000.0), 80_000.0)
    there = least_signed(moved.border, Prism(-178.5, 0.5, -178.7, -0.5, 150_000.0), 80_000.0)

    assert there.low_m == pytest.approx(here.low_m, abs=1.0)


def test_a_prism_without_room_is_the_way_itself():
    length = 100_000.0
    x, y, _ = GEOD.fwd(3.0, -0.5, 0.0, length)
    prism = Prism(3.0, -0.5, x, y, length)
    way = GEOD.npts(3.0, -0.5, x, y, 200)
    true_m = float(signed_m(SQUARE.border, *(np.array(v) for v in zip(*way, strict=True))).min())

    found = least_signed(SQUARE.border, prism, true_m + 5000.0)

    assert true_m - 0.05 * 5000.0 - 1.0 <= found.low_m <= true_m + 1.0


def test_what_is_too_far_to_matter_is_not_asked():
    found = least_signed(SQUARE.border, Prism(30.0, 0.0, 30.1, 0.0, 50_000.0), 1000.0)

    assert found.low_m >= 1000.0


def test_the_outline_is_where_the_way_is_used_up():
    prism = Prism(-170.0, 60.0, -168.0, 60.5, 200_000.0)
    lon, lat = prism.outline(36)
    n = len(lon)
    to_a = GEOD.inv(lon, lat, np.full(n, prism.lon_a), np.full(n, prism.lat_a))[2]
    to_b = GEOD.inv(lon, lat, np.full(n, prism.lon_b), np.full(n, prism.lat_b))[2]

    assert to_a + to_b == pytest.approx(np.full(n, 200_000.0), abs=0.01)


# ------------------------------------------------------------------------- in findings


def test_the_terms_add_up_to_low_and_high():
    times = [0.0, 60.0, 120.0, 1320.0, 1380.0]
    lon = [2.4, 2.3, 2.2, 2.2, 2.4]
    track = track_of([(x, 0.0) for x in lon], times, error_m=None)
    for z in (SQUARE, zone("airspace:GHA"), zone("territory:TGO")):
        for f in check([track], z):
            signed = f.distance_m - f.depth_m
            assert f.low_m == pytest.approx(max(0.0, signed - sum(t.low_m for t in f.terms)))
            assert f.high_m == pytest.approx(max(0.0, signed + sum(t.high_m for t in f.terms)))
    assert {t.name for t in check([track], SQUARE)[0].terms} == {"border", "fix", "between", "gap"}


def test_a_gap_says_how_long_and_how_deep_at_most():
    """
    11.13 km from the border and back at 400 m/s leave 600 − 55.7 s inside: 9 min; and 600 s reach
    120 km, less 11.13: 109 km deep at most, but half the square is only 55.7 km from a border.
    """
    track = track_of([(1.1, 0.0), (1.1, 0.0)], [0.0, 600.0])
    (finding,) = check([track], SQUARE)
    (told,) = (words for words in finding.doubt if "gap" in words)

    assert finding.low_m == 0.0
    assert "gap of 10 min from 00:00 to 00:10 UTC may hide an entry, of up to 9 min" in told
    deep_km = float(told.split()[-3])
    assert 55.0 <= deep_km <= 57.5


@pytest.mark.parametrize(
    ("begin_s", "gap_s", "words"),
    [
        (32_580.0, 11 * 3600.0, "a gap of 11 h from 09:03 to 20:03 UTC may hide an entry, of up to"
         " 10 h 59 min"),
        (32_580.0, 259_560.0, "a gap of 3 d from 09:03 on 1 January to 09:09 UTC on 4 January may"
         " hide an entry, of up to 3 d"),
        (85_800.0, 1_200.0, "a gap of 20 min from 23:50 to 00:10 UTC may hide an entry, of up to"
         " 19 min and 57 km deep"),
    ],
)  # fmt: skip
def test_a_long_gap_is_told_in_hours_and_days_and_no_depth_that_says_nothing(begin_s, gap_s, words):
    """4326 min and 51,263 km were told, more than round the Earth."""
    track = track_of([(1.1, 0.0), (1.1, 0.0)], [begin_s, begin_s + gap_s])

    assert any(words == told for told in check([track], SQUARE)[0].doubt)


def test_a_gap_of_a_flight_that_was_inside_is_told_too():
    lon = [0.01, 0.02, 0.02, 0.01]
    stays = check([track_of([(x, 0.0) for x in lon], [0, 10, 610, 620])], SQUARE)[0]
    again = check([track_of([(0.5, 0.0), (1.5, 0.0), (1.5, 0.0)], [0, 300, 1500])], SQUARE)[0]

    assert any("may hide an exit" in words for words in stays.doubt)
    assert any("may hide another entry, of up to 15 min" in words for words in again.doubt)


def test_a_fighter_may_have_come_nearer_than_an_airliner_and_a_helicopter_less():
    def low(kind: str) -> float:
        track = track_of([(8.0, 0.0), (8.0, 0.0)], [0.0, 900.0], about={"type": kind})
        return check([track], SQUARE)[0].low_m

    assert low("MG31") < low("B77W") == low("") < low("EC35")


def test_a_fix_that_is_worse_may_have_been_nearer():
    """The second fix is 22 km farther away than the first, but may be 30 km off."""
    error = np.array([100.0, 30_000.0])
    finding = check([track_of([(2.0, 0.0), (2.2, 0.0)], [0.0, 100.0], error_m=error)], SQUARE)[0]
    alone = check([track_of([(2.0, 0.0)], [0.0], error_m=error[:1])], SQUARE)[0]

    assert finding.high_m >= alone.high_m
    assert finding.low_m <= 2.2 * 111_319 - 111_319 - 30_000.0


# ----------------------------------------------------------------------- the real samples

# Recorded about once a second or every five, without spoofing (noisy/ is left out).
DENSE = (
    "calibration", "featured", "surveys", "ambulances", "military",
    "collections/switzerland.json.gz",
)  # fmt: skip


def flights(samples: Path) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return dense flights of an hour or more: time_s, lon, lat; straight from the files."""
    out = []
    paths: list[Path] = []
    for part in DENSE:
        here = samples / part
        paths += sorted(here.glob("*.json.gz")) if here.is_dir() else [here]
    for path in paths:
        rows = orjson.loads(gzip.decompress(path.read_bytes()))
        if not isinstance(rows, list) or "latitude" not in rows[0]:
            continue
        by_flight: dict[str, list[tuple[float, float, float]]] = {}
        for r in rows:
            if r.get("latitude") is not None and r.get("longitude") is not None:
                key = f"{r['icao24']}/{r.get('flight_id') or r.get('callsign')}"
                t = r["timestamp"] / 1000
                by_flight.setdefault(key, []).append((t, r["longitude"], r["latitude"]))
        for fixes in by_flight.values():
            t, lon, lat = np.array(sorted(fixes)).T
            # What repeats a position or a time is no fix of its own.
            new = np.concatenate(
                [[True], (np.diff(t) > 0) & (np.diff(lon) ** 2 + np.diff(lat) ** 2 > 0)]
            )
            t, lon, lat = t[new], lon[new], lat[new]
            step = GEOD.line_lengths(lon, lat) / np.maximum(np.diff(t), 1e-3)
            for part in np.split(
                np.arange(len(t)), np.flatnonzero((np.diff(t) > 10) | (step > 400)) + 1
            ):
                if len(part) > 300 and t[part[-1]] - t[part[0]] > 1500:
                    out.append((t[part], lon[part], lat[part]))
    return out


@pytest.mark.samples
def test_the_truth_of_200_holes_in_real_tracks_lies_between_low_and_high(samples: Path):
    """
    Holes of 5, 15 and 40 min in dense recorded tracks. The truth is the whole track's distance;
    what a gap adds is at most 1.6 times, or 100 m more than, the best possible.
    """
    rng = np.random.default_rng(20200617)
    dense = flights(samples)
    assert len(dense) >= 20
    done, loose, holes = 0, [], {300: 0, 900: 0, 2400: 0}
    while done < 200:
        seconds = (300, 900, 2400)[done % 3]
        fit = [d for d in dense if d[0][-1] - d[0][0] > seconds + 120]
        t, lon, lat = fit[rng.integers(len(fit))]
        k = int(rng.integers(len(t)))
        begin = rng.uniform(t[0] + 30, t[-1] - seconds - 30)
        keep = (t < begin) | (t > begin + seconds)
        # A square of 0.3° somewhere near the flight: Europe's airspaces would mostly hold it.
        x, y = lon[k] + rng.uniform(-1, 1), lat[k] + rng.uniform(-0.7, 0.7)
        z = zone_of(shapely.box(x, y, x + 0.3, y + 0.3))
        whole = Track("whole", lon, lat, t, error_m=np.zeros(len(t)))
        holed = Track("holed", lon[keep], lat[keep], t[keep], error_m=np.zeros(int(keep.sum())))
        true = check([whole], z)[0]
        if true.depth_m > 0 and rng.uniform() < 0.7:
            continue  # most holes should be outside, where low says something
        (found,) = check([holed], z)
        done += 1
        holes[seconds] += 1

        assert found.low_m <= true.distance_m + 0.1, (seconds, x, y)
        assert found.high_m >= true.distance_m - 0.1 or found.depth_m > 0, (seconds, x, y)
        hidden = next((h for h in found.terms if h.name in ("gap", "between") and h.low_m), None)
        if found.distance_m <= 0 or hidden is None:
            continue
        step = int(np.diff(holed.time_s).argmax())
        best = reached_m(
            z.border, prism_of(holed, step, errors_m(holed), greatest_speed_mps(holed))
        )
        best_term = found.distance_m - max(best, 0.0)
        term = found.distance_m - found.low_m
        between = next((h.low_m for h in found.terms if h.name == "between"), 0.0)
        if best_term > 0:
            loose.append(term / best_term)
            assert term <= max(1.6 * best_term, best_term + 100.0, between), (seconds, x, y)
    assert min(holes.values()) >= 60
    assert len(loose) >= 60
