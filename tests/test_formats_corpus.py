"""Every format and each of its variants, in small files: ``tests/data/make_formats.py`` made them.

What is expected stands in that script: twelve fixes, a minute apart, along 60°N from 170°W.
"""

from __future__ import annotations

import gzip
import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import orjson
import pytest

from geo import check, encounters, read_tracks
from geo.errors import HowcloseError
from geo.readers import archives, formats

DATA = Path(__file__).parent / "data" / "formats"
START = 1_592_366_400.0  # date -u -d 2020-06-17T04:00:00Z +%s
LON = -170 + 0.15 * np.arange(12)

WHOLE = {
    "readsb.json": "readsb",
    "readsb-gzip.json": "readsb",
    "readsb-7-fields.json": "readsb",
    "opensky.csv": "csv",
    "opensky-track.json": "opensky",
    "frames-rows.json": "frames",
    "frames-lines.jsonl": "frames",
    "frames-columns.json.gz": "frames",
    "fr24-site.json": "fr24",
    "fr24-api.json": "fr24",
    "fr24.csv": "fr24-csv",
    "fr24-older.csv": "fr24-csv",
    "fr24-granular.csv": "fr24-csv",
    "fr24.kml": "kml",
    "flightaware.kml": "kml",
    "flightaware.kmz": "kml",
    "tar1090-EGM96.kml": "kml",
    "track.gpx": "gpx",
    "flight.igc": "igc",
    "timed.geojson": "geojson",
    "points.geojson": "geojson",
    "points.geojsonl": "geojson",
    "table.csv": "csv",
    "table-bom-crlf.csv": "csv",
    "table-utf16.csv": "csv",
    "table-comma-decimals.csv": "csv",
    "table-tabs.tsv": "csv",
    "table-out-of-order.csv": "csv",
    "table-swapped.csv": "csv",
    "table.parquet": "parquet",
    "table.feather": "parquet",
    "points.geo.parquet": "parquet",
    "points-3338.geo.parquet": "parquet",
    "points.gpkg": "vector",
    "points.fgb": "vector",
}
DRAWN = {
    "drawn.kml": "kml",
    "route.gpx": "gpx",
    "drawn.geojson": "geojson",
    "drawn-shapefile.zip": "vector",
}
MISTAKES = {
    "mistake-half.json": "not whole JSON",
    "mistake-half.kml": "not whole XML",
    "mistake-half.parquet": "cut off",
    "mistake-half.tar.gz": "cut off",
    "mistake-entities.kml": "entities",
    "mistake-no-date.igc": "no date",
    "mistake-no-zone.csv": "--tz UTC",
    "mistake-no-zone.parquet": "--tz UTC",
    "basestation.txt": "--tz UTC",
    "mistake-no-lon.csv": "--column lon=NAME",
    "mistake-no-rows.csv": "no rows",
    "mistake-day-first.csv": "ISO 8601",
    "mistake-picture.csv": "PNG picture",
    "mistake-empty.csv": "is empty",
    "mistake-pickle.pkl": "to_parquet",
}


@pytest.mark.parametrize("name", WHOLE)
def test_the_flight_is_the_same_in_every_format(name: str):
    tracks = read_tracks(DATA / name)
    (track,) = tracks
    assert tracks.inputs[0].format == WHOLE[name]
    np.testing.assert_allclose(track.lon, LON, rtol=0, atol=1e-5)  # an IGC has 1e-5°
    np.testing.assert_allclose(track.lat, 60.0, rtol=0, atol=1e-8)
    np.testing.assert_allclose(track.time_s, START + 60 * np.arange(12), rtol=0, atol=1e-3)
    assert track.basis == "recorded"
    if track.height_m is not None:
        np.testing.assert_allclose(track.height_m, 9144.0)
    assert "TEST01" in (track.callsign, track.flight) or "7-fields" in name or "points" in name


@pytest.mark.parametrize("name", DRAWN)
def test_a_line_without_times_was_drawn(name: str):
    (track,) = read_tracks(DATA / name)
    assert track.basis == "drawn"
    assert track.time_s is None
    assert track.flight == "TEST01"
    np.testing.assert_allclose(track.lon, LON, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_a_sentence(name: str):
    with pytest.raises(HowcloseError, match=MISTAKES[name]) as told:
        read_tracks(DATA / name)
    assert name in str(told.value)


def test_every_file_of_the_corpus_is_tested():
    others = {
        "live", "live-v2.json", "midnight.igc", "opensky-states.json", "readsb-ground.json",
        "table-two-flights.csv", "two.zip", "two.tar.gz", "mistake-half.csv",
    }  # fmt: skip
    assert {p.name for p in DATA.iterdir()} == set(WHOLE) | set(DRAWN) | set(MISTAKES) | others


def test_every_format_explains_itself():
    seen = {f.name for f in formats()}
    assert set(WHOLE.values()) | set(DRAWN.values()) | {"sbs", "live"} == seen
    assert all(f.title and f.marks for f in formats())


# ------------------------------------------------------------------------ each format's own


def test_the_two_kinds_of_height_are_told_apart():
    assert read_tracks(DATA / "flightaware.kml")[0].height_kind == "barometric"
    assert read_tracks(DATA / "tar1090-EGM96.kml")[0].height_kind == "geometric"
    assert read_tracks(DATA / "track.gpx")[0].height_kind == "geometric"
    assert read_tracks(DATA / "opensky.csv")[0].height_kind == "barometric"


def test_an_igc_runs_past_midnight():
    (track,) = read_tracks(DATA / "midnight.igc")
    # date -u -d 2020-06-16T23:54:00Z +%s
    np.testing.assert_array_equal(track.time_s, 1_592_351_640 + 60 * np.arange(12))


def test_basestation_times_are_in_the_zone_that_is_said():
    (utc,) = read_tracks(DATA / "basestation.txt", tz="UTC")
    (tokyo,) = read_tracks(DATA / "basestation.txt", tz="Asia/Tokyo")
    assert (utc.flight, utc.callsign, len(utc)) == ("a1b2c3", "TEST01", 12)
    assert utc.time_s[0] == START
    assert utc.time_s[0] - tokyo.time_s[0] == 9 * 3600
    with pytest.raises(HowcloseError, match="no time zone 'Mars'"):
        read_tracks(DATA / "basestation.txt", tz="Mars")


def test_the_first_of_a_repeated_opensky_position_is_kept():
    tracks = read_tracks(DATA / "opensky.csv")
    assert tracks.inputs[0].rejected == {"repeated": 1}


def test_snapshots_become_tracks_when_there_are_several():
    tracks = read_tracks(DATA / "live")
    (track,) = tracks
    np.testing.assert_allclose(track.time_s, START + 60 * np.arange(3))
    assert track.callsign == "TEST01"
    (one,) = read_tracks(DATA / "live-v2.json")
    assert one.time_s[0] == START + 120


def test_a_callsign_on_the_ground_names_the_leg_in_the_air():
    (track,) = read_tracks(DATA / "readsb-ground.json")
    assert track.callsign == "TEST01"
    assert len(track) == 9


def test_two_flights_in_one_table_are_two_tracks():
    tracks = read_tracks(DATA / "table-two-flights.csv")
    assert [(t.flight, t.callsign, len(t)) for t in tracks] == [
        ("a1b2c3", "TEST01", 12),
        ("d4e5f6", "OTHER2", 12),
    ]


def test_swapped_columns_are_noticed_and_told():
    assert "swapped" in read_tracks(DATA / "table-swapped.csv").notes[0]


def test_half_a_table_gives_its_whole_rows_and_counts_the_other():
    tracks = read_tracks(DATA / "mistake-half.csv")
    assert len(tracks[0]) == 5
    assert tracks.inputs[0].rejected == {"no position": 1}


@pytest.mark.parametrize("name", ["flight.igc", "fr24.kml", "table.csv", "points-3338.geo.parquet"])
def test_two_formats_agree_on_the_answer(name: str):
    (one,) = check(read_tracks(DATA / "readsb.json"), ["territory:USA"])
    (other,) = check(read_tracks(DATA / name), ["territory:USA"])
    # 1e-5° of longitude at 60°N is 0.6 m: what an IGC can say
    assert other.distance_m == pytest.approx(one.distance_m, abs=1.0)
    assert other.time_s == pytest.approx(one.time_s, abs=1.0)


def test_a_trace_and_a_table_are_read_without_the_heavy_libraries():
    code = (
        "import sys; from geo import read_tracks\n"
        f"read_tracks({str(DATA / 'readsb.json')!r}, {str(DATA / 'table.csv')!r})\n"
        "heavy = {'pandas', 'geopandas', 'pyogrio', 'folium', 'pyarrow', 'numba'}\n"
        "print(*heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


# --------------------------------------------------------------------------------- archives


@pytest.mark.parametrize("name", ["two.zip", "two.tar.gz"])
def test_an_archive_is_one_input_with_many_tracks(name: str):
    tracks = read_tracks(DATA / name)
    assert [t.flight for t in tracks] == ["a1b2c3", "d4e5f6"]
    (input_,) = tracks.inputs
    assert (input_.path, input_.format, input_.fixes) == (name, "readsb", 24)


def test_what_is_no_track_in_an_archive_is_told():
    (note,) = read_tracks(DATA / "two.zip").notes
    assert "readme.txt" in note


def test_a_folder_has_an_input_a_file(tmp_path: Path):
    for name in ("table.csv", "track.gpx", "mistake-half.json"):
        shutil.copy(DATA / name, tmp_path)
    tracks = read_tracks(tmp_path)
    assert [i.path for i in tracks.inputs] == ["table.csv", "track.gpx"]
    assert [t.input for t in tracks] == [0, 1]
    assert "mistake-half.json" in tracks.notes[0]


def test_a_folder_without_a_track_is_an_error(tmp_path: Path):
    with pytest.raises(HowcloseError, match="no files"):
        read_tracks(tmp_path)
    shutil.copy(DATA / "mistake-picture.csv", tmp_path)
    with pytest.raises(HowcloseError, match="no file in this folder is a track"):
        read_tracks(tmp_path)


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch):
    class Stdin:
        buffer = io.BytesIO((DATA / "readsb-gzip.json").read_bytes())

    monkeypatch.setattr(sys, "stdin", Stdin())
    tracks = read_tracks("-")
    assert tracks.inputs[0].path == "standard input"
    assert len(tracks[0]) == 12


def test_a_bomb_in_gzip_or_zip_is_defused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "FREE_BYTES", 1_000_000)
    zeros = bytes(5_000_000)
    (tmp_path / "bomb.json").write_bytes(gzip.compress(zeros))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", zeros)
    for name in ("bomb.json", "bomb.zip"):
        with pytest.raises(HowcloseError, match="times its size"):
            read_tracks(tmp_path / name)
    monkeypatch.setattr(archives, "MOST_BYTES", 4_000_000)
    (tmp_path / "big.csv").write_bytes(gzip.compress(np.random.default_rng(1).bytes(5_000_000)))
    with pytest.raises(HowcloseError, match="too large"):
        read_tracks(tmp_path / "big.csv")


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "MOST_FILES", 1)
    with pytest.raises(HowcloseError, match="more than 1 file"):
        read_tracks(DATA / "two.zip")
    shutil.copy(DATA / "two.tar.gz", tmp_path)
    with pytest.raises(HowcloseError, match="more than 1 file"):
        read_tracks(tmp_path / "two.tar.gz")


def snapshots(folder: Path, *heights: dict[str, object]) -> None:
    """Write a snapshot a minute of one aircraft, with what each says of its height."""
    folder.mkdir()
    for i, height in enumerate(heights):
        aircraft = {"hex": "abc123", "lat": 51.0, "lon": 18.0 + 0.1 * i, "seen_pos": 0.0} | height
        document = {"now": START + 60 * i, "aircraft": [aircraft]}
        (folder / f"{i}.json").write_bytes(orjson.dumps(document))


@pytest.mark.parametrize(
    ("said", "kind", "feet"),
    [
        (({"alt_geom": 33_000},) * 2, "geometric", [33_000, 33_000]),
        (({"alt_baro": 32_000, "alt_geom": 33_000},) * 2, "barometric", [32_000, 32_000]),
        (({"alt_baro": 32_000}, {"alt_geom": 33_000}), "barometric", [32_000, np.nan]),
        (({"alt_geom": 33_000}, {"alt_baro": 32_000}), "barometric", [np.nan, 32_000]),
        (({"alt_baro": 32_000}, {"alt_geom": 33_000}, {"alt_geom": 33_100}),
         "geometric", [np.nan, 33_000, 33_100]),
        (({}, {"alt_geom": 33_000}, {}), "geometric", [np.nan, 33_000, np.nan]),
    ],
)  # fmt: skip
def test_snapshots_do_not_mix_the_two_kinds_of_height(tmp_path: Path, said, kind, feet):
    snapshots(tmp_path / "s", *said)
    (track,) = read_tracks(tmp_path / "s")

    assert track.height_kind == kind
    np.testing.assert_allclose(track.height_m, np.array(feet) * 0.3048)


def test_a_snapshot_on_the_ground_has_no_say_in_the_kind_of_heights(tmp_path: Path):
    ground = {"alt_baro": "ground", "alt_geom": 600}
    snapshots(tmp_path / "s", ground, ground, {"alt_baro": 2_000, "alt_geom": 2_100})
    (track,) = read_tracks(tmp_path / "s")

    assert track.height_kind == "barometric"
    np.testing.assert_allclose(track.height_m, [2_000 * 0.3048])


def test_heights_of_two_kinds_in_snapshots_are_not_compared(tmp_path: Path):
    snapshots(tmp_path / "a", *[{"hex": "aaaaaa", "alt_geom": 33_000}] * 2)
    snapshots(tmp_path / "b", *[{"hex": "bbbbbb", "alt_baro": 33_000}] * 2)

    (met,) = encounters(read_tracks(tmp_path / "a", tmp_path / "b"), within_m=1000.0)
    assert met.height_diff_m is None
