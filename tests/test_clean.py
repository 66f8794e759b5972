"""What every way in has in common: order, legs, and fixes that are none.

Told through tables, so that what is held is what a user sees.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import read_tracks
from geo.errors import TrackError
from geo.track import Track, Tracks

T0 = 1_592_353_800


def read(folder: Path, header: str, *rows: str, **options: bool) -> Tracks:
    """Return the tracks of a table."""
    path = folder / "t.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_tracks(path, **options)


def flight(n: int, every_s: float = 10.0, begin_s: float = 0.0, extra: str = "") -> list[str]:
    """Return rows of a flight along 60°N at 0.002° a second, some 220 kt."""
    return [
        f"{T0 + begin_s + i * every_s},{60},{(begin_s + i * every_s) * 0.002:.5f}{extra}"
        for i in range(n)
    ]


def times_of(track: Track) -> list[float]:
    """Return seconds since the start."""
    assert track.time_s is not None
    return (track.time_s - T0).tolist()


def test_fixes_are_put_in_the_order_of_time(tmp_path: Path):
    (track,) = read(tmp_path, "time,lat,lon", *reversed(flight(5)))

    assert times_of(track) == [0, 10, 20, 30, 40]
    assert track.lon.tolist() == [0.0, 0.02, 0.04, 0.06, 0.08]


def test_of_fixes_at_one_time_the_first_is_kept(tmp_path: Path):
    rows = flight(3)
    tracks = read(tmp_path, "time,lat,lon", *rows, f"{T0 + 10},60,0.021")

    assert times_of(tracks[0]) == [0, 10, 20]
    assert tracks[0].lon[1] == 0.02
    assert sum(tracks.inputs[0].rejected.values()) == 1


@pytest.mark.parametrize(
    "bad", ["nan,0.03", ",0.03", "60,", "91,0.03", "60,1000", "inf,0.03", "0,0", "60,east"]
)
def test_a_place_that_is_none_is_left_out_and_counted(tmp_path: Path, bad):
    tracks = read(tmp_path, "time,lat,lon", *flight(5), f"{T0 + 15},{bad}")

    assert times_of(tracks[0]) == [0, 10, 20, 30, 40]
    assert sum(tracks.inputs[0].rejected.values()) == 1
    assert tracks.inputs[0].fixes == 6


def test_a_fix_without_a_time_among_others_is_left_out(tmp_path: Path):
    tracks = read(tmp_path, "time,lat,lon", *flight(3), ",60,0.05")

    assert len(tracks[0]) == 3
    assert sum(tracks.inputs[0].rejected.values()) == 1


def test_longitudes_beyond_180_are_the_same_places(tmp_path: Path):
    rows = [f"{T0 + 10 * i},60,{179.98 + 0.02 * i:.2f}" for i in range(3)]
    (track,) = read(tmp_path, "time,lat,lon", *rows)

    assert track.lon.tolist() == pytest.approx([179.98, -180.0, -179.98])
    assert track.leg_m.max() < 1_200


# --------------------------------------------------------------------------------- legs


def test_two_hours_of_silence_part_two_legs(tmp_path: Path):
    tracks = read(tmp_path, "time,lat,lon", *flight(4), *flight(4, begin_s=7230))

    assert [(t.leg, len(t)) for t in tracks] == [(1, 4), (2, 4)]


def test_less_silence_is_a_gap_in_one_leg(tmp_path: Path):
    (track,) = read(tmp_path, "time,lat,lon", *flight(4), *flight(4, begin_s=7200))

    assert track.is_gap.tolist() == [False, False, False, True, False, False, False]


def test_a_new_callsign_is_a_new_leg(tmp_path: Path):
    tracks = read(
        tmp_path,
        "time,lat,lon,icao24,callsign",
        *flight(3, extra=",ae0001,AAA1"),
        *flight(3, begin_s=30, extra=",ae0001,AAA2"),
    )

    assert [(t.flight, t.callsign, t.leg) for t in tracks] == [
        ("ae0001", "AAA1", 1),
        ("ae0001", "AAA2", 2),
    ]


def test_rows_without_a_callsign_belong_to_the_leg_they_are_in(tmp_path: Path):
    tracks = read(
        tmp_path,
        "time,lat,lon,icao24,callsign",
        *flight(2, extra=",ae0001,AAA1"),
        *flight(2, begin_s=20, extra=",ae0001,"),
        *flight(2, begin_s=40, extra=",ae0001,AAA1"),
    )

    assert [(t.callsign, len(t)) for t in tracks] == [("AAA1", 6)]


def test_half_an_hour_on_the_ground_parts_two_legs(tmp_path: Path):
    stand = [f"{T0 + 40 + 60 * i},60,0.08,ae0001,true" for i in range(32)]
    tracks = read(
        tmp_path,
        "time,lat,lon,icao24,onground",
        *flight(4, extra=",ae0001,false"),
        *stand,
        *flight(4, begin_s=2000, extra=",ae0001,false"),
    )

    assert [(t.leg, len(t)) for t in tracks] == [(1, 4), (2, 4)]
    assert tracks.inputs[0].rejected == {"ground": 32}


def test_a_touch_and_go_is_one_leg(tmp_path: Path):
    stand = [f"{T0 + 40 + 60 * i},60,0.08,ae0001,true" for i in range(5)]
    tracks = read(
        tmp_path,
        "time,lat,lon,icao24,onground",
        *flight(4, extra=",ae0001,false"),
        *stand,
        *flight(4, begin_s=350, extra=",ae0001,false"),
    )

    assert [(t.leg, len(t)) for t in tracks] == [(1, 8)]


def test_aircraft_are_never_mixed(tmp_path: Path):
    rows = [f"{T0 + i},60,{i * 0.002:.3f},ae000{i % 2}" for i in range(8)]
    tracks = read(tmp_path, "time,lat,lon,icao24", *rows)

    assert [(t.flight, t.leg, len(t)) for t in tracks] == [("ae0000", 1, 4), ("ae0001", 1, 4)]


# ---------------------------------------------------------------------------------- raw


def test_raw_believes_every_fix_that_has_a_place(tmp_path: Path):
    rows = [*flight(5), f"{T0 + 50},0,0"]

    assert len(read(tmp_path, "time,lat,lon", *rows)[0]) == 5
    assert len(read(tmp_path, "time,lat,lon", *rows, raw=True)[0]) == 6


def test_a_file_with_no_usable_fix_says_what_became_of_them(tmp_path: Path):
    with pytest.raises(TrackError, match=r"2 fixes, but none .*no position|2 fixes, but none"):
        read(tmp_path, "time,lat,lon", f"{T0},nan,nan", f"{T0 + 1},,")


@given(st.permutations(range(8)))
def test_the_order_of_rows_never_matters(tmp_path_factory: pytest.TempPathFactory, order):
    rows = flight(8)
    (track,) = read(tmp_path_factory.mktemp("t"), "time,lat,lon", *[rows[i] for i in order])

    assert times_of(track) == [10.0 * i for i in range(8)]
