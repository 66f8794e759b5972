"""The real files: every one that is a track reads, and sensibly."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
import pytest
from format_samples import samples

from geo import read_tracks
from geo.errors import TrackError
from geo.interchange import to_traffic_frame, tracks_from_frame
from geo.limits import Limits

# An airspace, raw Beast frames, and a table of fuel flow without a place in it.
NO_TRACKS = {"LFBOTMA.json", "sample_dump1090.bin", "fuelflow_a320.json.gz"}


@pytest.mark.samples
def test_every_sample_that_is_a_track_reads_and_flies_no_faster_than_aircraft_do():
    read = 0
    for path in sorted(samples().rglob("*")):
        if path.suffix not in (".gz", ".json", ".jsonl", ".bin"):
            continue
        if path.name in NO_TRACKS:
            with pytest.raises(TrackError, match="no track format"):
                read_tracks(path)
            continue
        tracks = read_tracks(path)
        read += 1
        (input_,) = tracks.inputs
        assert sum(map(len, tracks)) + sum(input_.rejected.values()) == input_.fixes, path.name
        for track in tracks:
            if len(track) < 2:
                continue
            dt = np.diff(track.time_s)
            slack = Limits().clock_error_s + 1
            assert (track.leg_m <= 400.0 * (dt + slack) + 1000.0).all(), path.name
    assert read > 60


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "legs", "kept"),
    # The trace: 2,500 rows, 394 of them on the ground (FORMATS), one with the time of another. The
    # clocks: what the first version kept; it guards against change and is no truth from elsewhere.
    [("readsb/trace_full_ac671b.json", 4, 2105), ("noisy/noisy_time_issue.json.gz", 1, 6406)],
)
def test_legs_and_fixes_of_real_files(name: str, legs: int, kept: int):
    tracks = read_tracks(samples() / name)
    assert len(tracks) == legs
    assert sum(map(len, tracks)) == kept


# What traffic 2.13 has in its samples, in each way in which it writes them.
FRAMES = (
    "military/aircraft_carrier.json.gz",
    "surveillance/border_control.json.gz",
    "firefighting/calfire.json.gz",
    "noisy/noisy_spoofing.json.gz",
)


def traffic_frame(name: str) -> pd.DataFrame:
    """Return a sample as traffic itself holds it: times as UTC timestamps, all else as it is."""
    frame = pd.DataFrame(orjson.loads(gzip.decompress((samples() / name).read_bytes())))
    for column in {"timestamp", "last_position"} & set(frame):
        frame[column] = pd.to_datetime(frame[column], unit="ms", utc=True)
    return frame


@pytest.mark.samples
@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_of_traffic_is_read_as_its_file_is_and_as_parquet(name: str, tmp_path: Path):
    frame = traffic_frame(name)
    frame.to_parquet(tmp_path / "frame.parquet")

    class Traffic:
        data = frame

    of_file = read_tracks(samples() / name)
    for other in (tracks_from_frame(Traffic()), read_tracks(tmp_path / "frame.parquet")):
        assert len(other) == len(of_file)
        for one, two in zip(of_file, other, strict=True):
            assert (one.flight, one.callsign, one.leg) == (two.flight, two.callsign, two.leg)
            np.testing.assert_array_equal(one.lon, two.lon)
            np.testing.assert_array_equal(one.lat, two.lat)
            np.testing.assert_allclose(one.time_s, two.time_s, rtol=0, atol=1e-3)
            assert (one.height_m is None) == (two.height_m is None)
            if one.height_m is not None:
                np.testing.assert_allclose(one.height_m, two.height_m, equal_nan=True)


@pytest.mark.samples
@pytest.mark.parametrize("name", FRAMES)
def test_what_goes_back_to_traffic_has_its_columns_and_its_units(name: str):
    """Places and heights are the same, ground speeds and tracks what the aircraft said, mostly."""
    theirs = traffic_frame(name)
    ours = to_traffic_frame(read_tracks(samples() / name))
    assert set(ours) - set(theirs) <= {"geoaltitude", "flight_id", "typecode"}

    keys = ["icao24", "timestamp"]
    for frame in (ours, theirs):
        frame["timestamp"] = frame["timestamp"].dt.round("s").astype("datetime64[ns, UTC]")
    both = ours.merge(theirs.drop_duplicates(keys), on=keys, suffixes=("", "_theirs"))
    assert len(both) > 0.98 * len(ours)
    np.testing.assert_allclose(both["latitude"], both["latitude_theirs"], atol=1e-9)
    heights = both[["altitude", "altitude_theirs"]].dropna()
    np.testing.assert_allclose(heights["altitude"], heights["altitude_theirs"], atol=1e-6)
    moving = both[both["groundspeed_theirs"] > 60]
    turn = (moving["track"] - moving["track_theirs"] + 180.0) % 360.0 - 180.0
    # One fix a second is jagged, one a minute cuts corners: in the middle they are right.
    assert (moving["groundspeed"] / moving["groundspeed_theirs"]).median() == pytest.approx(
        1, abs=0.08
    )
    assert abs(turn.median()) < 3.0  # fire bombers circle to the left
