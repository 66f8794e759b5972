"""The real files: every one that is a track reads, and sensibly."""

from __future__ import annotations

import numpy as np
import pytest
from format_samples import samples

from geo import read_tracks
from geo.errors import TrackError
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
