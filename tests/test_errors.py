"""What a user gets wrong, told in one clear sentence: what, where, and what to do instead."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import read_tracks, zone
from geo.errors import HowcloseError, OutputError, StoryError, TrackError, ZoneError
from geo.units import FOOT, KNOT, MILE, NM, parse_length_m

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.json", b"", r"empty\.json is empty"),
        ("blank.csv", b"  \n\n ", r"blank\.csv is empty"),
        ("picture.csv", PNG, r"picture\.csv is a PNG picture"),
        ("page.json", b"<!DOCTYPE html><html></html>", r"page\.json is a web page"),
        ("words.txt", b"hello world", r"words\.txt is of no track format.*howclose formats"),
        ("zeros.csv", bytes(1000), r"zeros\.csv is of no track format"),
        (
            "cut.json",
            b'{"icao":"ae0001","timestamp":1592353800,"trace":[[0,64,-168,30000,400,90,0],[10,64',
            r"cut\.json is not whole JSON.*download it again",
        ),
        (
            "cut.geojson",
            b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"coordinates":',
            r"cut\.geojson is not whole JSON",
        ),
        ("header.csv", b"time,lat,lon\n", r"header\.csv has a header but no rows"),
        ("nolat.csv", b"time,a,b\n1,2,3\n", r"nolat\.csv has no column 'lat' or 'lon'; it has"),
        (
            "zone.csv",
            b"time,lat,lon\n2020-06-17 00:30:00,64,-168\n",
            r"zone\.csv has times without a zone.*2020-06-17 00:30:00.*--tz UTC",
        ),
        (
            "date.csv",
            b"time,lat,lon\n17/06/2020 00:30,64,-168\n",
            r"date\.csv has the time '17/06/2020 00:30' in row 1",
        ),
        (
            "small.csv",
            b"time,lat,lon\n12,64,-168\n",
            r"small\.csv has times like 12, which are not seconds",
        ),
        ("nan.csv", b"time,lat,lon\n1592353800,nan,nan\n", r"nan\.csv has 1 fixes, but none"),
        ("range.csv", b"lat,lon\n1000,2000\n", r"range\.csv has 1 fixes, but none"),
        (
            "bare.json",
            b'{"icao":"ae0001","timestamp":1592353800,"trace":[[0]]}',
            r"bare\.json has 1 fixes, but none",
        ),
        (
            "odd.json",
            b'{"icao":"ae0001","timestamp":"noon","trace":[[0,64,-168,1,1,1,0]]}',
            r"odd\.json looks like a readsb trace, but",
        ),
        (
            "void.geojson",
            b'{"type":"FeatureCollection","features":[]}',
            r"void\.geojson is GeoJSON, but holds no lines and no points",
        ),
        (
            "text.geojson",
            b'{"type":"Feature","properties":{},"geometry":{"type":"LineString",'
            b'"coordinates":[["a","b"],["c","d"]]}}',
            r"text\.geojson: feature 1 has coordinates that cannot be read",
        ),
        (
            "half.json",
            gzip.compress(b'{"icao":"ae0001"}' * 50)[:-20],
            r"half\.json is packed with gzip, but",
        ),
        ("fake.gz", b"\x1f\x8bnot gzip at all", r"fake\.gz is packed with gzip, but broken"),
    ],
)
def test_a_bad_track_file_gets_one_clear_sentence(tmp_path: Path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(TrackError, match=said) as caught:
        read_tracks(path)
    text = str(caught.value)
    assert "Traceback" not in text
    assert str(tmp_path) not in text  # the file's name will do
    assert caught.value.__cause__ is None


def test_a_missing_file_is_told_as_it_was_typed():
    with pytest.raises(TrackError, match=r"There is no file 'flights/nowhere\.json'\."):
        read_tracks("flights/nowhere.json")


def test_of_several_files_the_bad_one_is_named(data: Path, tmp_path: Path):
    (tmp_path / "bad.json").write_bytes(b"")

    with pytest.raises(TrackError, match=r"^bad\.json is empty"):
        read_tracks(data / "trace.json", tmp_path / "bad.json")


def test_a_time_zone_that_is_none_is_told(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("time,lat,lon\n2020-06-17 00:30:00,64,-168\n", encoding="utf-8")

    with pytest.raises(TrackError, match="no time zone 'Mars/Olympus'"):
        read_tracks(path, tz="Mars/Olympus")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"time": "when"}, r"has no column 'when'; it has 'time', 'lat', 'lon'"),
        ({"colour": "lat"}, "no column 'colour' to name"),
    ],
)
def test_a_column_that_is_not_there_is_told(tmp_path: Path, columns, said):
    path = tmp_path / "t.csv"
    path.write_text("time,lat,lon\n1592353800,64,-168\n", encoding="utf-8")

    with pytest.raises(TrackError, match=said):
        read_tracks(path, columns=columns)


def test_an_unknown_zone_is_told_with_what_to_type():
    with pytest.raises(ZoneError, match=r"Did you mean airspace:RUS.*howclose zones"):
        zone("airspace:RUSS")


def test_all_errors_are_of_one_family():
    for kind in (TrackError, ZoneError, StoryError, OutputError):
        assert issubclass(kind, HowcloseError)


@given(st.binary(max_size=300), st.sampled_from([b"", b'{"icao":1,"trace":', b"lat,lon\n", b"{"]))
@settings(max_examples=300)
def test_no_bytes_whatever_make_a_traceback(tmp_path_factory, content, head):
    path = tmp_path_factory.mktemp("b") / "file"
    path.write_bytes(head + content)

    with contextlib.suppress(HowcloseError):  # anything else is a traceback
        read_tracks(path)


@pytest.mark.parametrize(
    ("text", "length_m"),
    [
        ("32nm", 59_264.0), ("32 NM", 59_264.0), ("50km", 50_000.0), ("30mi", 48_280.32),
        ("1.5 km", 1_500.0), (".5nmi", 926.0), ("100m", 100.0), ("1000 ft", 304.8),
    ],
)  # fmt: skip
def test_distances_are_typed_with_their_unit(text, length_m):
    """Factors as the BIPM and the agreement of 1959 have them."""
    assert parse_length_m(text) == pytest.approx(length_m, rel=1e-15)


@pytest.mark.parametrize("text", ["32", "nm", "-5km", "3 leagues", "", "1e3km", "five km"])
def test_a_distance_without_a_unit_is_no_distance(text):
    with pytest.raises(HowcloseError, match=r"is not a distance\. Give a number and its unit"):
        parse_length_m(text)


def test_units_are_exact():
    assert (NM, MILE, FOOT) == (1852.0, 1609.344, 0.3048)
    assert pytest.approx(NM, rel=1e-15) == KNOT * 3600
