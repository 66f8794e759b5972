from __future__ import annotations

import datetime
import gzip
import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import orjson
import pandas
import pyarrow.compute
import pytest

from geo import read_tracks, tracks_from_frame
from geo.errors import TrackError
from geo.readers import formats
from geo.track import Track
from geo.units import FOOT

T0 = 1_592_353_800.0  # date -u -d 2020-06-17T00:30:00 +%s


# ------------------------------------------------------------------------------- readsb


def test_a_readsb_trace_gives_its_legs(data: Path):
    first, second = read_tracks(data / "trace.json")

    assert (first.flight, first.callsign, first.leg) == ("ae0123", "HCL101", 1)
    assert (second.flight, second.callsign, second.leg) == ("ae0123", "HCL102", 2)
    assert first.basis == "recorded"
    assert first.time_s is not None
    assert first.time_s.tolist() == [T0 + s for s in (120, 240, 360, 600, 720)]
    assert first.lon.tolist() == [-150.4, -151.0, -151.7, -153.1, -153.8]
    assert first.lat.tolist() == [61.3, 61.4, 61.5, 61.6, 61.62]


def test_what_a_trace_loses_is_counted(data: Path):
    (input_,) = read_tracks(data / "trace.json").inputs

    assert input_.format == "readsb"
    assert input_.fixes == 13
    assert input_.rejected["ground"] == 4
    assert input_.rejected["no position"] == 1
    assert sum(input_.rejected.values()) == 6
    kept = sum(len(t) for t in read_tracks(data / "trace.json"))
    assert kept + sum(input_.rejected.values()) == input_.fixes


def test_heights_of_a_trace_are_feet_made_metres(data: Path):
    first = read_tracks(data / "trace.json")[0]

    assert first.height_kind == "barometric"
    assert first.height_m is not None
    assert first.height_m[:2].tolist() == [3000 * FOOT, 12000 * FOOT]


def test_how_good_a_fix_is_comes_from_the_trace(data: Path):
    """``rc`` where it is given, a kilometre for multilateration."""
    error_m = read_tracks(data / "trace.json")[0].error_m

    assert error_m is not None
    assert error_m.tolist() == [186.0, 186.0, 186.0, 1000.0, 186.0]


def test_a_stale_row_is_a_fix_after_a_silence(data: Path):
    """The flag says that nothing came before it; a gap begins at 320 s, whatever the flag."""
    first = read_tracks(data / "trace.json")[0]

    assert T0 + 600 in (first.time_s if first.time_s is not None else [])
    assert first.is_gap.tolist() == [False, False, False, False]


def test_the_database_of_a_trace_says_what_flew(data: Path):
    about = read_tracks(data / "trace.json")[0].about

    assert about["type"] == "B52"
    assert about["registration"] == "00-0000"
    assert about["flags"] == ["military"]


def test_old_traces_of_seven_fields_are_read_too(data: Path):
    first, second = read_tracks(data / "trace_7.json")

    assert (first.flight, first.callsign) == ("~2a0123", None)
    assert (len(first), len(second)) == (4, 2)  # the mark "new leg" parts them
    assert first.error_m is None
    assert first.height_m is not None
    assert np.isnan(first.height_m).tolist() == [False, False, True, False]  # never two kinds


def test_gzip_is_told_by_its_bytes(data: Path, tmp_path: Path):
    packed = gzip.compress((data / "trace.json").read_bytes(), mtime=0)
    (tmp_path / "trace_full.json").write_bytes(packed)
    tracks = read_tracks(tmp_path / "trace_full.json")

    assert len(tracks) == 2
    assert tracks.inputs[0].sha256 == hashlib.sha256(packed).hexdigest()  # of the file as given


# ---------------------------------------------------------------------------------- CSV


def test_a_table_holds_many_aircraft(data: Path):
    first, second = read_tracks(data / "flights.csv")

    assert (first.flight, first.callsign, len(first)) == ("ae0001", "EDGE21", 3)
    assert (second.flight, second.callsign, len(second)) == ("ae0002", "EDGE22", 2)
    assert first.time_s is not None
    assert first.time_s.tolist() == [T0, T0 + 60, T0 + 120]  # the third says +02:00
    assert first.height_kind == "barometric"
    assert first.height_m is not None
    assert first.height_m[0] == 9144.0  # OpenSky's baroaltitude is in metres


def test_what_a_table_loses_is_counted(data: Path):
    (input_,) = read_tracks(data / "flights.csv").inputs

    assert (input_.format, input_.fixes) == ("csv", 7)
    assert sum(input_.rejected.values()) == 2
    assert input_.rejected["no position"] == 1


def test_a_spreadsheets_table_is_read(data: Path):
    (track,) = read_tracks(data / "semicolons.csv")

    assert track.lon.tolist() == [-168.0, -167.8]
    assert track.time_s is not None
    assert track.time_s.tolist() == [T0, T0 + 60]
    assert track.height_m is not None
    assert track.height_m[0] == 30_000 * FOOT


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("lat,lon,time", "64,-168,1592353800"),
        ("Latitude,Longitude,Timestamp", "64,-168,1592353800000"),
        ("y\tx\tdatetime", "64\t-168\t2020-06-17 00:30:00Z"),
        ("LON;LAT;utc", "-168;64;2020-06-17T00:30:00+00:00"),
        ("time,lon,lat", "2020-06-17 00:30:00 UTC,-168,64"),
        ("time,lng,lat", "1592353800.000,-168,64"),
    ],
)
def test_columns_go_by_many_names(tmp_path: Path, header, row):
    path = tmp_path / "t.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    (track,) = read_tracks(path)

    assert (track.lon[0], track.lat[0]) == (-168.0, 64.0)
    assert track.time_s is not None
    assert track.time_s[0] == T0


def test_a_column_of_another_name_can_be_named(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("breite,laenge,wann\n64,-168,1592353800\n", encoding="utf-8")

    with pytest.raises(TrackError, match="--column lat=NAME"):
        read_tracks(path)
    (track,) = read_tracks(path, columns={"lat": "breite", "lon": "laenge", "time": "wann"})
    assert track.time_s is not None
    assert (track.lat[0], track.time_s[0]) == (64.0, T0)


def test_times_without_a_zone_are_never_guessed(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("lat,lon,time\n64,-168,2020-06-17T09:30:00\n", encoding="utf-8")

    with pytest.raises(TrackError, match=r"without a zone.*--tz UTC"):
        read_tracks(path)
    (track,) = read_tracks(path, tz="Asia/Tokyo")
    assert track.time_s is not None
    assert track.time_s[0] == T0


@pytest.mark.parametrize(
    ("when", "told"),
    [("2020-10-25 02:30:00", "showed twice, when they were put back: 1:00:00 apart"),
     ("2020-03-29 02:30:00", "showed never, for they were put forward")],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["csv", "parquet", "frame"])
def test_a_local_time_that_was_twice_or_never_is_not_guessed(tmp_path: Path, kind, when, told):
    """In October an hour of a night flight was taken for the hour before, and its fixes dropped."""
    hour = [when[:11] + "00:30:00", when, when[:11] + "04:30:00"]
    frame = pandas.DataFrame({"lat": 64.0, "lon": -168.0, "time": pandas.to_datetime(hour)})
    path = tmp_path / f"t.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        frame.to_parquet(path)

    with pytest.raises(TrackError) as caught:
        tracks_from_frame(frame, tz="Europe/Berlin") if kind == "frame" else read_tracks(
            path, tz="Europe/Berlin"
        )
    assert f"'{when}', which the clocks of Europe/Berlin {told}" in str(caught.value)
    assert len(tracks_from_frame(frame, tz="UTC") if kind == "frame" else read_tracks(
        path, tz="UTC")) > 0  # fmt: skip


@pytest.mark.parametrize("zone", ["utc", "Utc", "z", "GMT", "Etc/UTC", "Pacific/Kanton"])
def test_a_zone_may_be_written_as_elsewhere_in_parquet_too(tmp_path: Path, zone: str):
    when = pandas.to_datetime(["2020-06-17T00:30:00", None, "2020-06-17T00:31:00"])
    frame = pandas.DataFrame({"lat": 64.0, "lon": [-168.0, -168.1, -168.2], "time": when})
    frame.to_parquet(tmp_path / "t.parquet")

    (track,) = read_tracks(tmp_path / "t.parquet", tz=zone)
    east_s = 13 * 3600 if zone == "Pacific/Kanton" else 0
    assert track.time_s.tolist() == [T0 - east_s, T0 + 60 - east_s]


def test_a_zone_that_arrow_does_not_know_is_no_broken_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Arrow has a list of zones of its own, which may be older, or not there at all."""
    when = pandas.to_datetime(["2020-06-17T09:30:00", None, "2020-06-17T09:31:00"])
    frame = pandas.DataFrame({"lat": 64.0, "lon": [-168.0, -168.1, -168.2], "time": when})
    frame.to_parquet(tmp_path / "t.parquet")

    def unknown(*_: object) -> None:
        raise pyarrow.ArrowInvalid("Cannot locate or parse timezone")

    monkeypatch.setattr(pyarrow.compute, "assume_timezone", unknown)
    (track,) = read_tracks(tmp_path / "t.parquet", tz="Asia/Tokyo")
    assert track.time_s.tolist() == [T0, T0 + 60]


@pytest.mark.parametrize("day", ["2024-03-01", "2024/03/01", "2024-W09-5"])
@pytest.mark.parametrize("kind", ["csv", "frame", "gpx"])
def test_a_day_without_a_clock_is_not_taken_for_midnight(tmp_path: Path, kind: str, day: str):
    clock = ["10:00:00", "10:00:30"]
    frame = pandas.DataFrame({"date": day, "clock": clock, "lat": 50.0, "lon": [8.0, 8.05]})
    point = f'<trkpt lat="50" lon="8"><time>{day}</time></trkpt>'
    frame.to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "t.gpx").write_text(f"<gpx><trk><trkseg>{point}</trkseg></trk></gpx>")

    with pytest.raises(TrackError, match=f"'{day}' in row 1, which is only a day"):
        tracks_from_frame(frame, tz="UTC") if kind == "frame" else read_tracks(
            tmp_path / f"t.{kind}", tz="UTC"
        )


@pytest.mark.parametrize("kind", ["frame", "parquet"])
def test_a_column_of_days_is_not_taken_for_midnight(tmp_path: Path, kind: str):
    day = [datetime.date(2024, 3, 1)] * 2  # Parquet's date32
    frame = pandas.DataFrame({"date": day, "lat": 50.0, "lon": [8.0, 8.05]})
    frame.to_parquet(tmp_path / "t.parquet")

    with pytest.raises(TrackError, match="only a day"):
        tracks_from_frame(frame, tz="UTC") if kind == "frame" else read_tracks(
            tmp_path / "t.parquet", tz="UTC"
        )


def test_swapped_columns_are_noticed_and_told(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("lat,lon\n-168,64\n-167,64\n", encoding="utf-8")
    tracks = read_tracks(path)

    assert tracks[0].lat.tolist() == [64.0, 64.0]
    assert any("swapped" in note for note in tracks.notes)


# ------------------------------------------------------------------------------ GeoJSON


def test_a_line_with_times_was_recorded(data: Path):
    (track,) = read_tracks(data / "timed.geojson")

    assert (track.basis, track.callsign) == ("recorded", "BEAR1")
    assert track.lon.tolist() == [179.2, 179.8, -179.6]
    assert track.time_s is not None
    assert track.time_s.tolist() == [T0, T0 + 120, T0 + 240]
    assert track.leg_m.max() < 40_000  # the short way across 180°


def test_a_line_without_times_was_drawn(data: Path):
    (track,) = read_tracks(data / "drawn.geojson")

    assert (track.basis, track.half_width_m) == ("drawn", 60_000.0)
    assert track.time_s is None
    assert track.flight == "Tu-95 as reported"


def test_points_with_times_are_put_in_order(data: Path):
    (track,) = read_tracks(data / "points.geojson")

    assert track.lon.tolist() == [-168.0, -167.8, -167.6]
    assert track.callsign == "EDGE21"


@pytest.mark.parametrize(
    "document",
    [
        {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
        {
            "type": "Feature",
            "properties": None,
            "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
        },
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {},
                    "geometry": {"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]},
                }
            ],
        },
    ],
)
def test_bare_and_wrapped_lines_are_the_same(tmp_path: Path, document):
    path = tmp_path / "line.json"
    path.write_bytes(orjson.dumps(document))
    (track,) = read_tracks(path)

    assert (track.lon.tolist(), track.lat.tolist()) == ([1.0, 3.0], [2.0, 4.0])


def test_a_line_needs_a_time_for_each_vertex(tmp_path: Path):
    path = tmp_path / "line.json"
    path.write_bytes(
        orjson.dumps(
            {
                "type": "Feature",
                "properties": {"times": ["2020-06-17T00:30:00Z"]},
                "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
            }
        )
    )

    with pytest.raises(TrackError, match="2 vertices but 1 times"):
        read_tracks(path)


# ----------------------------------------------------------------------- all of them


def test_files_can_be_read_together(data: Path):
    tracks = read_tracks(data / "trace.json", data / "flights.csv")

    assert [t.input for t in tracks] == [0, 0, 1, 1]
    assert [i.path for i in tracks.inputs] == ["trace.json", "flights.csv"]


def zipped(path: Path, **members: bytes) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def test_archives_in_archives_are_opened(tmp_path: Path):
    """A month is an archive of days, and a KMZ is one itself: they were left out, with a note."""
    table = b"lat,lon,time\n64,-168,1592353800\n"
    kml = (
        b"<kml><Placemark><name>K</name><LineString><coordinates>1,2 3,4</coordinates>"
        b"</LineString></Placemark></kml>"
    )
    kmz = zipped(tmp_path / "k.kmz", doc_kml=kml)
    day = zipped(tmp_path / "day.zip", monday=table, tuesday=gzip.compress(table), k_kmz=kmz)
    month = tmp_path / "month.tar"
    with tarfile.open(month, "w") as archive:
        archive.add(tmp_path / "day.zip", "day.zip")
        archive.add(tmp_path / "day.zip", "again.zip")
    tracks = read_tracks(month)

    assert [t.flight for t in tracks] == ["monday", "tuesday", "K"] * 2
    (input_,) = tracks.inputs
    assert (input_.path, input_.sha256) == (
        "month.tar", hashlib.sha256(month.read_bytes()).hexdigest()
    )  # fmt: skip
    assert tracks.notes == ()
    for _ in range(4):
        day = zipped(tmp_path / "deep.zip", inner=day)
    with pytest.raises(TrackError, match=r"deep.zip holds archives in archives, more than 4 deep"):
        read_tracks(tmp_path / "deep.zip")


def test_standard_input_is_a_dash(data: Path, monkeypatch: pytest.MonkeyPatch):
    class Stdin:
        buffer = io.BytesIO((data / "trace.json").read_bytes())

    monkeypatch.setattr(sys, "stdin", Stdin)
    tracks = read_tracks("-")

    assert len(tracks) == 2
    assert tracks.inputs[0].path == "standard input"


def test_every_format_says_what_it_is_and_how_it_is_told():
    names = [f.name for f in formats()]

    assert {"readsb", "csv", "geojson"} <= set(names)
    assert len(set(names)) == len(names)
    assert all(f.title and f.marks for f in formats())


def test_the_name_of_a_file_does_not_matter(data: Path, tmp_path: Path):
    for name in ("trace.json", "flights.csv", "timed.geojson"):
        copy = tmp_path / "track.dat"
        copy.write_bytes((data / name).read_bytes())
        assert read_tracks(copy).inputs[0].format == read_tracks(data / name).inputs[0].format


@pytest.mark.samples
def test_the_real_trace_has_its_legs_and_its_losses(samples: Path):
    """FORMATS tells what is in it: 2,500 rows, 394 on the ground, four callsigns."""
    tracks = read_tracks(samples / "readsb" / "trace_full_ac671b.json")
    (input_,) = tracks.inputs

    assert input_.fixes == 2500
    assert input_.rejected["ground"] == 394
    assert {t.flight for t in tracks} == {"ac671b"}
    assert len({t.callsign for t in tracks}) == 4
    assert [t.leg for t in tracks] == list(range(1, len(tracks) + 1))
    assert sum(len(t) for t in tracks) + sum(input_.rejected.values()) == 2500


def european(tmp_path: Path, header: str, extra: str) -> Path:
    """Return a table of a flight east from Vienna at 100 m/s, whose columns are named as told."""
    # geographiclib 2.1: 0.0134° of longitude at 48°N are 1,000 m
    rows = [
        f"{1592367153 + 10 * i},{48 + 0.0:.4f},{16 + 0.0134 * i:.4f},{extra}" for i in range(30)
    ]
    path = tmp_path / "flight.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    ("column", "value", "because"),
    # 90° is east; 100 m/s are 194.4 kt, and 360 km/h
    [
        ("track", "90", "directions"),
        ("velocity", "100", "speeds"),
        ("groundspeed", "194.4", "speeds"),
    ],
)
def test_swapped_columns_are_noticed_over_europe_by_what_contradicts_them(
    tmp_path: Path, column: str, value: str, because: str
):
    path = european(tmp_path, f"time,lon,lat,{column}", value)

    tracks = read_tracks(path)

    assert (tracks[0].lat[0], tracks[0].lon[0]) == (48.0, 16.0)
    assert because in tracks.notes[0]
    assert "--column lat=lat --column lon=lon" in tracks.notes[0]


def test_who_names_the_columns_is_believed(tmp_path: Path):
    path = european(tmp_path, "time,lon,lat,track", "90")

    tracks = read_tracks(path, columns={"lat": "lat", "lon": "lon"})

    assert (tracks[0].lat[0], tracks[0].lon[0]) == (16.0, 48.0)
    assert tracks.notes == ()


@pytest.mark.parametrize(("column", "value"), [("track", "90"), ("velocity", "100"), ("track", "")])
def test_columns_that_nothing_contradicts_are_not_swapped(tmp_path: Path, column: str, value: str):
    tracks = read_tracks(european(tmp_path, f"time,lat,lon,{column}", value))

    assert (tracks[0].lat[0], tracks[0].lon[0]) == (48.0, 16.0)
    assert tracks.notes == ()


@pytest.mark.parametrize(
    ("lon", "lat", "time_s", "said"),
    [
        ([1.0, 2.0], [50.0], None, "of one shape"),
        ([[1.0, 2.0]], [[50.0, 51.0]], None, "of one shape"),
        ([1.0, np.nan], [50.0, 51.0], None, "fix 2 has no place"),
        ([1.0, 2.0], [50.0, 91.0], None, "fix 2 has no place"),
        ([1.0, 2.0], [50.0, 51.0], [60.0, 0.0], "times do not rise"),
        ([1.0, 2.0], [50.0, 51.0], [60.0, np.nan], "times do not rise"),
        ([1.0, 2.0], [50.0, 51.0], [60.0], "of one shape"),
    ],
)
def test_a_track_made_by_hand_says_what_is_wrong_with_it(lon, lat, time_s, said: str):
    times = None if time_s is None else np.array(time_s)
    with pytest.raises(TrackError, match=said):
        Track("hand-made", np.array(lon), np.array(lat), times)
