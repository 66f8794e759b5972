from __future__ import annotations

import numpy as np
import pytest
from format_samples import samples
from shapely import LineString, distance, points

from geo import check, read_tracks
from geo.clean import STEPS, tracks_of
from geo.errors import HowcloseError
from geo.limits import Limits, known_limits, limits_of
from geo.readers.recording import Recording
from geo.units import KNOT

START = 1_592_352_000.0  # date -u -d 2020-06-17T00:00:00Z +%s
CRUISE_MPS = 450 * KNOT


def flight(n: int = 200, every_s: float = 10.0, lat: float = 60.0, **more: object) -> Recording:
    """An airliner eastwards along a parallel, from 10°E, at 450 kt."""
    time_s = START + every_s * np.arange(n)
    # python -c "print(111412.84 * math.cos(math.radians(60)))": metres a degree on the sphere, to
    # 0.2 %; the tests only need a speed that is an airliner's
    lon = 10.0 + CRUISE_MPS * every_s * np.arange(n) / 55_800
    return Recording("abc123", lon=lon, lat=np.full(n, lat), time_s=time_s, rows=n, **more)  # type: ignore[arg-type]


def only(recording: Recording, **options: object):
    tracks, rejected = tracks_of(recording, **options)  # type: ignore[arg-type]
    assert len(tracks) == 1
    return tracks[0], rejected


def test_a_good_track_is_left_as_it_is():
    track, rejected = only(flight())
    assert len(track) == 200
    assert not rejected
    assert track.history == ()
    assert len(track.disbelieved) == 0


def test_each_step_says_what_it_did():
    recording = flight()
    recording.lat[5] = np.nan
    recording.lat[7], recording.lon[7] = 0.0, 0.0
    recording.time_s[20], recording.time_s[21] = recording.time_s[21], recording.time_s[20]
    track, rejected = only(recording)
    assert rejected == {"no position": 1, "at 0°N 0°E": 1}
    assert track.history == (
        "order: time ran back 1 times, so the rows were sorted by it",
        "no position: 1 of 200 rows dropped",
        "at 0°N 0°E: 1 of 199 rows dropped",
    )
    assert [s.name for s in STEPS if not s.trusting] == [
        "ground", "zero", "stale", "repeated", "jumps",
    ]  # fmt: skip


def test_a_spike_is_dropped_and_counted():
    recording = flight()
    recording.lat[100] = 65.0  # 556 km off, as in the real ones
    track, rejected = only(recording)
    assert rejected == {"impossible jump": 1}
    assert len(track) == 199
    assert track.rejected == 1
    assert len(track.disbelieved) == 0


def test_a_false_cluster_is_kept_apart_not_thrown_away():
    recording = flight()
    recording.lat[80:110] = 70.0
    track, rejected = only(recording)
    assert rejected == {"disbelieved": 30}
    assert np.array_equal(track.disbelieved.time_s, recording.time_s[80:110])
    assert set(track.disbelieved.cluster.tolist()) == {0}
    assert track.lat.max() == 60.0


def test_raw_believes_it():
    recording = flight()
    recording.lat[80:110] = 70.0
    track, rejected = only(recording, raw=True)
    assert len(track) == 200
    assert not rejected


def test_two_senders_by_turns_are_told_apart():
    """Every third fix is another's, 1,000 km away: no step is flyable, but the two chains are."""
    recording = flight(n=300)
    recording.lat[::3] = 69.0
    track, rejected = only(recording)
    assert set(track.lat.tolist()) == {60.0}
    assert len(track) == 200
    assert rejected["disbelieved"] + rejected["impossible jump"] == 100


def test_a_clock_that_jumps_does_not_cost_half_the_flight():
    """Real receivers' clocks jump by up to 20 s: five kilometres of an airliner, in no time."""
    recording = flight()
    recording.time_s[100:] -= 9.0
    track, _ = only(recording)
    assert len(track) == 200


def test_one_who_hangs_at_38000_feet_is_not_believed_even_if_reachable():
    """The end of the file comes before the jump back: only the hovering gives it away."""
    height_m = np.full(400, 11_582.0)
    recording = flight(n=400, height_m=height_m, height_kind="barometric")
    recording.time_s[250:] += 1200.0
    recording.lon[250:] = recording.lon[249] + 1.0 + 1e-4 * np.arange(150)
    track, rejected = only(recording)
    assert rejected == {"disbelieved": 150}
    assert "hang in the air" in track.disbelieved.reasons[0]


def test_a_balloon_that_always_hangs_there_is_believed():
    recording = flight(n=400, height_m=np.full(400, 18_000.0), height_kind="geometric")
    recording.lon[:] = 10.0 + 1e-3 * np.arange(400)
    track, _ = only(recording)
    assert len(track) == 400


def test_the_first_of_repeated_positions_is_kept():
    recording = flight(every_s=1.0)
    recording.lon[1::2] = recording.lon[::2]
    track, rejected = only(recording)
    assert rejected == {"repeated": 100}
    assert np.array_equal(track.time_s, recording.time_s[::2])


def test_a_frozen_position_becomes_a_gap_but_a_parked_aircraft_does_not():
    frozen = flight(every_s=10.0)
    frozen.lon[50:100] = frozen.lon[50]
    track, _ = only(frozen)
    assert track.is_gap.sum() == 1

    parked = flight(every_s=10.0)
    parked.lon[50:100] = parked.lon[50]
    parked.lon[100:] -= parked.lon[100] - parked.lon[50] - 1e-3
    track, _ = only(parked)
    assert track.is_gap.sum() == 0


def test_a_position_that_its_row_calls_old_is_dropped():
    recording = flight()
    recording.position_time_s = recording.time_s - 1.0
    recording.position_time_s[50:60] -= 60.0
    _, rejected = only(recording)
    assert rejected == {"stale": 10}


def test_a_callsign_heard_wrong_once_is_no_new_leg():
    names = np.full(200, "DAL1", dtype="<U8")
    names[77] = "DBL1"
    names[120:] = "DAL2"
    tracks, _ = tracks_of(flight(callsign=names))
    assert [t.callsign for t in tracks] == ["DAL1", "DAL2"]
    assert [len(t) for t in tracks] == [120, 80]


def test_longitudes_that_run_on_are_wrapped_but_a_slip_is_dropped():
    recording = flight(n=100)
    recording.lon += 348.0
    assert recording.lon.max() > 360
    track, rejected = only(recording)
    assert not rejected
    assert -2.0 <= track.lon.min() < track.lon.max() < 3.0

    recording = flight(n=100)
    recording.lon[50] = 400.0
    _, rejected = only(recording)
    assert rejected == {"out of range": 1}


def test_the_mark_of_a_leg_counts_even_on_a_row_that_is_dropped():
    marks = np.zeros(200, dtype=bool)
    marks[100] = True
    recording = flight(new_leg=marks)
    recording.lat[100] = np.nan
    tracks, _ = tracks_of(recording)
    assert [len(t) for t in tracks] == [100, 99]
    assert [t.rejected for t in tracks] == [0, 0]


def test_a_faster_flight_is_believed_by_a_higher_limit():
    recording = flight()
    recording.lon = 10.0 + 600 * 10.0 * np.arange(200) / 55_800  # Mach 2
    track, _ = only(recording, limits=Limits(greatest_speed_mps=700.0))
    assert len(track) == 200
    tracks, rejected = tracks_of(recording)
    assert sum(len(t) for t in tracks) < 200
    assert rejected


# -------------------------------------------------------------------- the flight that was spoofed


@pytest.fixture(scope="module")
def spoofed():
    return samples() / "noisy" / "noisy_spoofing.json.gz"


@pytest.fixture(scope="module")
def clean_path_km():
    """The same flight, recorded clean: its path in kilometres on a flat map around 50°N 22°E."""
    from pyproj import Transformer

    flat = Transformer.from_crs(
        "OGC:CRS84", "+proj=aeqd +lat_0=50 +lon_0=22 +units=km", always_xy=True
    )
    clean = read_tracks(samples() / "fr24" / "372355e5.json", raw=True)[0]
    path = LineString(np.column_stack(flat.transform(clean.lon, clean.lat)))
    return lambda lon, lat: distance(path, points(*flat.transform(lon, lat)))


@pytest.mark.samples
def test_thy9bp_keeps_the_true_fixes_and_none_of_the_false(spoofed, clean_path_km):
    raw = read_tracks(spoofed, raw=True)[0]
    moved = np.concatenate([[True], (np.diff(raw.lon) != 0) | (np.diff(raw.lat) != 0)])
    off_km = clean_path_km(raw.lon[moved], raw.lat[moved])
    true = int((off_km < 2).sum())
    assert true > 3000  # the test is of something

    track = read_tracks(spoofed)[0]
    kept_km = clean_path_km(track.lon, track.lat)
    assert (kept_km < 2).sum() >= 0.95 * true
    assert kept_km.max() < 50


@pytest.mark.samples
def test_thy9bp_did_not_violate_ukraine_as_far_as_anybody_can_say(spoofed):
    (finding,) = check(read_tracks(spoofed), ["airspace:UKR"])
    assert finding.distance_m > 0
    assert finding.low_m == 0
    assert finding.crossings == ()
    hole, false = finding.doubt[-2:]
    assert "53 min" in hole
    assert "09:04" in hole
    assert "09:58" in hole
    assert "49.6" in false
    assert "23.8" in false
    assert "not believed" in false
    assert "inside" in false


@pytest.mark.samples
def test_thy9bp_believed_raw_is_a_violation(spoofed):
    (finding,) = check(read_tracks(spoofed, raw=True), ["airspace:UKR"])
    assert finding.distance_m == 0
    assert finding.depth_m > 10_000


# ------------------------------------------------------------------------------- thresholds


@pytest.mark.parametrize("name", known_limits())
def test_every_threshold_can_be_set_and_is_told_again(name: str):
    unit, default = known_limits()[name]
    limits = limits_of({name: default + 1})

    assert limits.changed() == {name: default + 1}
    with pytest.raises(HowcloseError, match=f"{name} cannot be -1.* number of {unit}"):
        limits_of({name: -1})
