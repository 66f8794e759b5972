"""What was not believed is told where it would have said something else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from makers import zone_of

from geo import check, read_tracks
from geo.clean import tracks_of
from geo.findings import Finding
from geo.limits import Limits
from geo.nearby import nearby_airspaces
from geo.readers.recording import Recording
from geo.speeds import greatest_speed
from geo.track import Track

START = 1_592_352_000.0  # date -u -d 2020-06-17T00:00:00Z +%s
# A degree north of a flight along the parallel of 60°N, and far from all else.
NORTH = zone_of(shapely.box(5.0, 64.0, 30.0, 66.0), name="North")


def flight(n: int = 200, every_s: float = 10.0, lat: float = 60.0, **about: object) -> Recording:
    """An airliner eastwards along a parallel, from 10°E, at 230 m/s."""
    time_s = START + every_s * np.arange(n)
    lon = 10.0 + 230.0 * every_s * np.arange(n) / 55_800
    error_m = np.zeros(n)
    return Recording(
        "abc123", lon, np.full(n, lat), time_s, error_m=error_m, rows=n, about=dict(about)
    )


def only(recording: Recording, limits: Limits | None = None) -> Track:
    (track,) = tracks_of(recording, limits=limits)[0]
    return track


def one(track: Track) -> Finding:
    (finding,) = check([track], NORTH)
    return finding


# ------------------------------------------------------------------------------------ spikes


def test_a_spike_that_would_have_been_inside_is_told_with_its_place_and_time():
    recording = flight()
    recording.lat[100] = 65.0
    finding = one(only(recording))
    (told,) = (d for d in finding.doubt if "jumps away" in d)

    assert told.startswith("a fix near 65.00°N 14.12°E at 00:16 UTC jumps away and was dropped")
    assert told.endswith("up to 111 km inside North")
    assert finding.rejected == 1


def test_what_the_fixes_around_it_rule_out_moves_no_figure():
    recording = flight()
    recording.lat[100] = 65.0
    with_spike, without = one(only(recording)), one(only(flight()))
    (term,) = (t for t in with_spike.terms if t.name == "disbelieved")

    assert (term.low_m, term.high_m) == (0.0, 0.0)
    assert "rule them out" in term.words
    # one fix fewer: 20 s instead of 10 s between two of them
    assert with_spike.low_m == pytest.approx(without.low_m, abs=300.0)


def test_several_spikes_are_told_in_one_sentence_by_the_nearest():
    recording = flight(n=400)
    recording.lat[[50, 120, 200]] = [55.0, 63.0, 65.5]
    (told,) = (d for d in one(only(recording)).doubt if "jump" in d)

    assert told.startswith("3 fixes, one near 65.50°N")


def test_a_spike_that_would_have_said_the_same_is_not_told():
    recording = flight()
    recording.lat[100] = 50.0
    track = only(recording)

    assert len(track.spikes) == 1
    assert not any("jump" in d for d in one(track).doubt)


def test_spikes_that_are_a_good_part_of_the_flight_may_as_well_be_it():
    recording = flight(n=40)
    recording.lat[15:22] = 65.0
    track = only(recording)
    finding = one(track)

    assert len(track.spikes) == 7
    assert finding.low_m == 0.0
    assert any(t.name == "disbelieved" and t.low_m > 0 for t in finding.terms)


def test_spikes_stay_with_their_leg():
    recording = flight(n=400)
    recording.time_s[200:] += 10_000.0
    recording.lat[300] = 65.0
    first, second = tracks_of(recording)[0]

    assert (len(first.spikes), len(second.spikes)) == (0, 1)


# --------------------------------------------------------------- zones that only they entered

# Cologne lies in Germany, more than 100 NM from a flight off Norway; spoofed fixes said so.
OFF_NORWAY = {"lat": 66.0}


def spoofed() -> Track:
    recording = flight(n=300, **OFF_NORWAY)
    recording.lon -= 9.0
    recording.lat[100:130], recording.lon[100:130] = 51.0, 7.0 + 0.01 * np.arange(30)
    return only(recording)


def test_an_airspace_that_only_disbelieved_fixes_entered_is_found():
    track = spoofed()
    honest = replace(track, disbelieved=type(track.disbelieved)())

    assert len(track.disbelieved) == 30
    assert "airspace:DEU" not in {z.id for z in nearby_airspaces(honest)}
    assert "airspace:DEU" not in {f.zone for f in check([honest])}
    assert "airspace:DEU" in {f.zone for f in check([track])}


def test_it_is_answered_with_and_without_them():
    (finding,) = (f for f in check([spoofed()]) if f.zone == "airspace:DEU")

    assert finding.distance_m > 1_000_000
    assert finding.depth_m == 0.0
    assert finding.crossings == ()
    assert finding.low_m == 0.0
    (told,) = (d for d in finding.doubt if "not believed" in d)
    assert "30 fixes near 51.00°N" in told
    assert "the flight would have been up to" in told
    assert "inside airspace of Germany" in told


def test_an_airspace_that_they_only_came_near_is_not_told():
    """Fixes near Cologne are within 100 NM of Belgium, Luxembourg, the Netherlands and France."""
    found = {f.zone for f in check([spoofed()])}

    assert found & {"airspace:BEL", "airspace:LUX", "airspace:NLD", "airspace:FRA"} == set()


# ------------------------------------------------------------------------------------ speeds


def with_gap(**about: object) -> Recording:
    recording = flight(**about)
    recording.time_s[100:] += 1200.0
    return recording


@pytest.mark.parametrize(
    ("about", "limits", "mps", "why"),
    [
        ({}, None, 400.0, "what cleaning takes for possible"),
        ({}, Limits(gap_s=600.0), 400.0, "what cleaning takes for possible"),
        ({}, Limits(greatest_speed_mps=300.0), 300.0, "as was told"),
        ({}, Limits(greatest_speed_mps=700.0), 700.0, "as was told"),
        ({"type": "F16"}, None, 900.0, "its type, F16, can fly faster than sound"),
        ({"type": "F16"}, Limits(greatest_speed_mps=500.0), 500.0, "as was told"),
        ({"type": "C172"}, None, 253.5, "a tenth more than it was seen to fly"),
    ],
)
def test_the_greatest_speed_is_the_users_word_then_the_types_then_the_default(
    about, limits, mps, why
):
    track = only(with_gap(**about), limits)
    speed = greatest_speed(track)

    assert speed.mps == pytest.approx(mps, rel=2e-3)
    assert speed.why == why


def test_the_greatest_speed_that_is_told_reaches_what_a_gap_may_hide():
    """In 1,210 s, 2 × 605 s: at 300 m/s 60 km less far to the north and back than at 400 m/s."""
    low = {}
    for mps in (300.0, 400.0):
        limits = Limits() if mps == 400.0 else Limits(greatest_speed_mps=mps)
        finding = one(only(with_gap(), limits))
        (gap,) = (t for t in finding.terms if t.name == "gap")
        assert f"at up to {mps:.0f} m/s" in gap.words
        low[mps] = finding.low_m

    assert low[300.0] - low[400.0] == pytest.approx(605 * 100.0, rel=0.02)


def test_a_speed_that_is_told_lower_than_what_was_seen_gives_way():
    track = replace(only(flight()), told_speed_mps=100.0)

    assert greatest_speed(track).mps == pytest.approx(230.0, rel=1e-2)


def test_a_fighters_speed_is_no_spike():
    """At 600 m/s every step would be too fast for an airliner."""
    recording = flight(type="MG31")
    recording.lon = 10.0 + 600.0 * 10.0 * np.arange(200) / 55_800

    assert len(only(recording)) == 200
    recording.about = {}
    assert len(only(recording)) < 200


def test_the_command_lines_speed_reaches_the_answer(tmp_path: Path):
    from typer.testing import CliRunner

    from layers.cli import app

    lines = ["time,lat,lon"]
    for i in range(200):
        time_s = START + 10 * i + (1200 if i >= 100 else 0)
        lines.append(f"{time_s},60,{10.0 + 0.0412 * i}")
    (tmp_path / "t.csv").write_text("\n".join(lines))
    (tmp_path / "z.geojson").write_text(
        '{"type":"Feature","properties":{"name":"North"},"geometry":'
        '{"type":"Polygon","coordinates":[[[5,64],[30,64],[30,66],[5,66],[5,64]]]}}'
    )
    told = []
    for more in ([], ["--greatest-speed", "500"], ["--limit", "greatest_speed_mps=300"]):
        asked = ["check", str(tmp_path / "t.csv"), "-z", str(tmp_path / "z.geojson")]
        done = CliRunner().invoke(app, [*asked, "--format", "csv", *more])
        assert done.exit_code == 0, done.output
        told.append(done.stdout)

    assert "at up to 400 m/s (778 kt)" in told[0]
    assert "at up to 257 m/s (500 kt): as was told" in told[1]
    assert "at up to 300 m/s (583 kt): as was told" in told[2]


@pytest.mark.samples
def test_thy9bp_is_held_against_ukraine_without_being_asked():
    from format_samples import samples

    found = check(read_tracks(samples() / "noisy" / "noisy_spoofing.json.gz"))
    ukraine = next(f for f in found if f.zone == "airspace:UKR")

    assert ukraine.distance_m > 0
    assert any("inside airspace of Ukraine" in d for d in ukraine.doubt)
