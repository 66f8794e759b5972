from __future__ import annotations

import string
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo import (
    Track,
    Tracks,
    read_tracks,
    to_movingpandas_frame,
    to_traffic_frame,
    tracks_from_frame,
    write_tracks,
)
from geo.errors import HowcloseError, OutputError

ENDINGS = (".geojson", ".gpx", ".kml", ".csv", ".parquet")
# Every character that could end a field, a tag or a string of one of the formats.
NAMES = st.text(
    string.ascii_letters + string.digits + "<>&\"';,{}%$`\\éя中 -_", min_size=1, max_size=12
)


def finite(lo: float, hi: float) -> st.SearchStrategy[float]:
    return st.floats(lo, hi, allow_nan=False, allow_infinity=False)


@st.composite
def track(draw: st.DrawFn, name: str) -> Track:
    timed = draw(st.booleans())
    n = draw(st.integers(1 if timed else 2, 6))
    high = draw(st.sampled_from([None, "barometric", "geometric"]))
    height = draw(st.lists(finite(-400, 20_000) | st.just(np.nan), min_size=n, max_size=n))
    if not np.isfinite(height).any():
        high = None
    steps = draw(
        st.lists(st.integers(1, 28_000), min_size=n, max_size=n)
    )  # under two hours: one leg
    # To the quarter second, exact in a float, so that a lost digit would be seen.
    time_s = 1.5e9 + np.cumsum(steps) / 4
    drawn = not timed
    return Track(
        flight=name,
        lon=np.array(draw(st.lists(finite(-180, 179.999999), min_size=n, max_size=n))),
        lat=np.array(draw(st.lists(finite(-90, 90), min_size=n, max_size=n))),
        time_s=time_s if timed else None,
        height_m=None if high is None else np.array(height),
        height_kind=high,
        callsign=draw(st.none() | NAMES.map(str.strip).filter(bool)),
        basis="drawn" if drawn else "recorded",
        half_width_m=draw(st.none() | finite(1, 1e6)) if drawn else None,
        about=draw(st.sampled_from([{}, {"type": "B744"}, {"type": "CONC"}])),
    )


@st.composite
def tracks(draw: st.DrawFn) -> list[Track]:
    plain = NAMES.map(str.strip).filter(bool)
    names = draw(st.lists(plain, min_size=1, max_size=3, unique=True))
    return [draw(track(name)) for name in names]


def same(a: Track, b: Track) -> None:
    assert (a.flight, a.callsign, a.leg, a.basis) == (b.flight, b.callsign, b.leg, b.basis)
    assert a.half_width_m == b.half_width_m
    assert a.height_kind == b.height_kind
    assert a.about.get("type") == b.about.get("type")
    np.testing.assert_allclose(b.lon, a.lon, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(b.lat, a.lat)
    assert (a.time_s is None) == (b.time_s is None)
    if a.time_s is not None:
        np.testing.assert_allclose(b.time_s, a.time_s, rtol=0, atol=1e-6)
    assert (a.height_m is None) == (b.height_m is None)
    if a.height_m is not None:
        np.testing.assert_allclose(b.height_m, a.height_m, rtol=1e-15)


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tracks=tracks())
def test_what_is_written_is_read_back_the_same(ending: str, tracks: list[Track]):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"out{ending}"
        write_tracks(tracks, path)
        back = read_tracks(path, raw=True)
    for one in tracks:
        (other,) = (t for t in back if t.flight == one.flight)
        same(one, other)
    assert len(back) == len(tracks)


@pytest.fixture
def two_legs() -> Tracks:
    time_s = 1_592_352_000.0 + 60.0 * np.arange(6)
    first = Track("a1b2c3", np.linspace(-170, -169, 6), np.full(6, 60.0), time_s, callsign="DAL1")
    second = Track(
        "a1b2c3", np.linspace(-169, -170, 6), np.full(6, 60.0), time_s + 9e3, callsign="DAL2", leg=2
    )
    return Tracks((first, second))


@pytest.mark.parametrize("ending", ENDINGS)
def test_legs_keep_their_numbers(ending: str, two_legs: Tracks, tmp_path: Path):
    write_tracks(two_legs, tmp_path / f"out{ending}")
    back = read_tracks(tmp_path / f"out{ending}")
    assert [(t.leg, t.callsign, len(t)) for t in back] == [(1, "DAL1", 6), (2, "DAL2", 6)]
    write_tracks(two_legs[1:], tmp_path / f"out{ending}")
    assert [t.leg for t in read_tracks(tmp_path / f"out{ending}")] == [2]


@pytest.fixture
def concorde() -> Track:
    """60 fixes at 600 m/s, which cleaning believes of a type that flies so fast."""
    lon, lat, _ = Geod(ellps="WGS84").fwd(
        np.full(60, -20.0), np.full(60, 50.0), np.full(60, 90.0), 600.0 * 30 * np.arange(60)
    )
    return Track("400abc", lon, lat, 1e9 + 30.0 * np.arange(60), about={"type": "CONC"})


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_aircraft_keeps_its_type_and_so_its_fixes(ending: str, concorde: Track, tmp_path: Path):
    write_tracks([concorde], tmp_path / f"out{ending}")
    (back,) = read_tracks(tmp_path / f"out{ending}")
    same(concorde, back)


def test_an_aircraft_keeps_its_type_in_frames(concorde: Track):
    (back,) = tracks_from_frame(Tracks((concorde,)).to_frame())
    same(concorde, back)
    (back,) = tracks_from_frame(to_traffic_frame([concorde]))
    assert (len(back), back.about["type"]) == (60, "CONC")


def test_a_line_over_180_degrees_is_not_drawn_around_the_world(tmp_path: Path):
    track = Track("x", np.array([179.5, -179.5, -178.5]), np.array([60.0, 60.0, 60.0]))
    write_tracks([track], tmp_path / "out.geojson")
    text = (tmp_path / "out.geojson").read_text()
    assert "[180.5,60.0]" in text
    assert "[181.5,60.0]" in text


def test_an_unknown_ending_says_which_there_are(two_legs: Tracks, tmp_path: Path):
    with pytest.raises(OutputError, match=r"\.geojson.*\.kml"):
        write_tracks(two_legs, tmp_path / "out.xlsx")


def test_a_place_that_cannot_be_written_to_is_said_and_nothing_is_left(
    two_legs: Tracks, tmp_path: Path
):
    with pytest.raises(OutputError, match="There is no folder"):
        write_tracks(two_legs, tmp_path / "nowhere" / "out.csv")
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(OutputError, match=r"out\.csv is a folder"):
        write_tracks(two_legs, tmp_path / "out.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_a_frame_goes_out_and_comes_in(two_legs: Tracks):
    back = tracks_from_frame(two_legs.to_frame())
    for one, other in zip(two_legs, back, strict=True):
        same(one, other)
    assert back.inputs[0].format == "frame"


def test_a_frame_in_another_coordinate_system_comes_in(two_legs: Tracks):
    frame = two_legs.to_frame().to_crs(3338)[["flight", "time", "geometry"]]
    (whole,) = {t.flight for t in tracks_from_frame(frame)}
    back = tracks_from_frame(frame)
    assert whole == "a1b2c3"
    # One millimetre in degrees of latitude is 9e-9.
    np.testing.assert_allclose(back[0].lon, two_legs[0].lon, atol=2e-8)


def test_movingpandas_takes_an_index_of_times_without_a_zone(two_legs: Tracks):
    """As ``TrajectoryCollection`` asks: traj_id, a geometry, and a naive DatetimeIndex."""
    frame = to_movingpandas_frame(two_legs)
    assert frame.index.name == "t"
    assert str(frame.index.dtype).startswith("datetime64")
    assert frame.index.tz is None
    assert frame["traj_id"].nunique() == 2
    assert frame.geometry.geom_type.eq("Point").all()

    class Trajectory:
        df = frame

    back = tracks_from_frame(Trajectory(), tz="UTC")
    np.testing.assert_allclose(back[0].time_s, two_legs[0].time_s)
    with pytest.raises(HowcloseError, match="--tz UTC"):
        tracks_from_frame(Trajectory())


def test_movingpandas_itself_builds_its_trajectories_and_they_come_back(two_legs: Tracks):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of extras that are not installed
        movingpandas = pytest.importorskip("movingpandas", reason="MovingPandas is not installed")
        built = movingpandas.TrajectoryCollection(
            to_movingpandas_frame(two_legs), traj_id_col="traj_id"
        )
        again = [tracks_from_frame(t, tz="UTC") for t in built.trajectories]

    assert len(again) == len(two_legs)
    for (back,), track in zip(again, two_legs, strict=True):
        np.testing.assert_array_equal(back.lon, track.lon)
        np.testing.assert_array_equal(back.lat, track.lat)
        np.testing.assert_allclose(back.time_s, track.time_s, atol=1e-3)


def test_traffic_takes_its_own_names_and_units(two_legs: Tracks):
    frame = to_traffic_frame(two_legs)
    assert {"timestamp", "icao24", "callsign", "latitude", "longitude", "altitude"} <= set(frame)
    # geographiclib 2.1: Geodesic.WGS84.Inverse(60, -170, 60, -169.8) → s12 11160.1 m, azi1 89.913°
    assert frame["groundspeed"][0] == pytest.approx(11_160.1 / 60 / (1852 / 3600), rel=1e-4)
    assert frame["track"][0] == pytest.approx(89.913, abs=0.01)

    class Flight:
        data = frame

    back = tracks_from_frame(Flight())
    np.testing.assert_array_equal(back[1].lon, two_legs[1].lon)


def test_a_frame_without_places_or_rows_is_said_to_be(two_legs: Tracks):
    frame = two_legs.to_frame()
    with pytest.raises(HowcloseError, match="no column 'lat'"):
        tracks_from_frame(frame[["time", "flight"]])
    with pytest.raises(HowcloseError, match="no rows"):
        tracks_from_frame(frame[:0])
    with pytest.raises(HowcloseError, match="no table of fixes"):
        tracks_from_frame([1, 2, 3])


def test_a_link_is_written_through_and_an_impossible_name_is_told(two_legs: Tracks, tmp_path: Path):
    there, link = tmp_path / "there.csv", tmp_path / "link.csv"
    there.touch()
    link.symlink_to(there)
    write_tracks(two_legs, link)

    assert link.is_symlink()
    assert there.stat().st_size > 0
    with pytest.raises(OutputError, match="cannot be written"):
        write_tracks(two_legs, tmp_path / "a\0b.csv")
