"""How good a fix is: by what it says of itself, else by how it was made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import pytest
from makers import zone_of

from geo import check, read_tracks
from geo.accuracy import (
    FIX_ERROR_M,
    LABELS,
    NACP_M,
    NIC_M,
    UNTOLD,
    codes_of,
    errors_of,
    kinds_of,
    words,
)
from geo.interchange import tracks_from_frame, write_tracks
from geo.track import Track

NAN = float("nan")
NOW = 1_592_353_800.0
BOX = zone_of("POLYGON((20 50, 22 50, 22 52, 20 52, 20 50))")

# What ICAO Doc 9871 prints, in metres and for the large ones in nautical miles of 1,852 m.
NIC = [(1, 37_040), (2, 14_816), (3, 7_408), (4, 3_704), (5, 1_852), (6, 1_111.2), (7, 370.4),
       (8, 185.2), (9, 75), (10, 25), (11, 7.5)]  # fmt: skip
NACP = [(1, 18_520), (2, 7_408), (3, 3_704), (4, 1_852), (5, 926), (6, 555.6), (7, 185.2),
        (8, 92.6), (9, 30), (10, 10), (11, 3)]  # fmt: skip


@pytest.mark.parametrize(("nic", "metres"), NIC)
def test_a_nic_stands_for_its_containment_radius(nic: int, metres: float):
    assert NIC_M[nic] == pytest.approx(metres)


@pytest.mark.parametrize(("nac_p", "metres"), NACP)
def test_a_nacp_stands_for_its_epu(nac_p: int, metres: float):
    assert NACP_M[nac_p] == pytest.approx(metres)


def one(rc: float = NAN, nic: float = NAN, nac_p: float = NAN, kind: str = "") -> tuple[float, str]:
    """Return the error of one position and what it is known by."""
    metres, by = errors_of(
        np.array([rc]), np.array([nic]), np.array([nac_p]), kinds_of([kind] if kind else [None])
    )
    return float(metres[0]), LABELS[by[0]]


@pytest.mark.parametrize(
    ("said", "metres", "by"),
    [
        ({"rc": 186.0, "nic": 8, "nac_p": 10}, 186.0, "NIC 8"),  # the radius of that very NIC
        ({"rc": 926.0, "nic": 6}, 926.0, "NIC 6"),  # one of three, told apart by the radius
        ({"rc": 186.0}, 186.0, "Rc"),
        ({"rc": 0.0, "nic": 9, "nac_p": 10}, 75.0, "NIC 9"),
        ({"nic": 0, "nac_p": 8}, 92.6, "NACp 8"),
        ({"nac_p": 9}, 30.0, "NACp 9"),
        ({"nic": 0, "nac_p": 0}, 18_520.0, "NIC 0"),
        ({"nac_p": 0}, 18_520.0, "NACp 0"),
        ({"nic": 12, "nac_p": -1}, NAN, ""),
        ({"rc": 186.0, "nic": 8, "kind": "mlat"}, 1000.0, "MLAT"),
        ({"kind": "tisb_icao"}, 926.0, "TIS-B"),
        ({"nic": 0, "kind": "tisb_other"}, 926.0, "TIS-B"),
        ({"nic": 7, "kind": "tisb_icao"}, 370.4, "NIC 7"),
        ({"kind": "adsc"}, 7408.0, "ADS-C"),
        ({"kind": "adsb_icao"}, NAN, ""),
        ({"nic": 8, "kind": "adsr_icao"}, 185.2, "NIC 8"),
    ],
)
def test_rc_goes_before_nic_and_nic_before_nacp_and_then_the_kind(said, metres, by):
    assert one(**said) == (pytest.approx(metres, nan_ok=True), by)


def test_every_way_of_knowing_has_words_with_its_figure():
    for code, label in enumerate(LABELS):
        told = words(FIX_ERROR_M, code)
        assert told.startswith("position error of the fix, 370 m")
        assert code <= 6 or label in told
    assert codes_of(LABELS[1:]).tolist() == list(range(1, len(LABELS)))


# -------------------------------------------------------------------------------- the formats


def trace(*rows: list) -> bytes:
    """Return a readsb trace of rows, each with its details and source at places 8 and 9."""
    head = [[60.0 * i, 51.0, 18.0 + 0.1 * i, 30_000, 400, 90, 0, 0] for i in range(len(rows))]
    whole = [[*h, *r] for h, r in zip(head, rows, strict=True)]
    return orjson.dumps({"icao": "abc123", "timestamp": NOW, "trace": whole})


def errors(path: Path, data: bytes, **how) -> tuple[list[float], list[str]]:
    """Return the errors of a file's first track in metres, and what they are known by."""
    path.write_bytes(data)
    (track, *_) = read_tracks(path, **how)
    assert track.error_m is not None
    assert track.error_by is not None
    return track.error_m.tolist(), [LABELS[code] for code in track.error_by]


def test_a_trace_says_how_good_each_fix_is(tmp_path: Path):
    """Rows without details go by the last that has some; what MLAT says is no word on ADS-B."""
    good = {"type": "adsb_icao", "nic": 8, "rc": 186, "nac_p": 10, "nic_baro": 1}
    poor = {"type": "adsb_icao", "nic": 0, "rc": 0, "nac_p": 7}
    mlat = {"type": "mlat", "nic": 0, "rc": 0}
    data = trace(
        [None, "adsb_icao"], [good, "adsb_icao"], [None, "adsb_icao"], [mlat, "mlat"],
        [None, "adsb_icao"], [poor, "adsb_icao"], [None, "tisb_icao"], [None, "adsc"],
    )  # fmt: skip
    metres, by = errors(tmp_path / "trace.json", data)

    assert by == ["", "NIC 8", "NIC 8", "MLAT", "NIC 8", "NACp 7", "NACp 7", "ADS-C"]
    assert metres[1:] == pytest.approx([186, 186, 1000, 186, 185.2, 185.2, 7408])
    assert np.isnan(metres[0])


def test_a_trace_without_a_column_of_sources_has_them_in_its_details(tmp_path: Path):
    data = trace([{"type": "mlat"}], [None], [{"type": "adsb_icao", "nic": 7}])

    assert errors(tmp_path / "trace.json", data)[1] == ["MLAT", "MLAT", "NIC 7"]


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ({"type": "adsb_icao", "nic": 8, "rc": 186, "nac_p": 9}, "NIC 8"),
        ({"nac_p": 9}, "NACp 9"),
        ({"type": "mlat", "nic": 0}, "MLAT"),
        ({"mlat": ["lat", "lon"], "tisb": []}, "MLAT"),  # dump1090's way of saying it
        ({"mlat": [], "tisb": ["lat", "lon"]}, "TIS-B"),
        ({"type": "tisb_trackfile"}, "TIS-B"),
    ],
)
def test_a_snapshot_says_it_too(tmp_path: Path, said: dict, by: str):
    aircraft = {"hex": "abc123", "lat": 51.0, "lon": 18.0, "seen_pos": 1.0} | said
    data = orjson.dumps({"now": NOW, "aircraft": [aircraft]})

    assert errors(tmp_path / "aircraft.json", data)[1] == [by]


@pytest.mark.parametrize(("number", "by"), [(1, "radar"), (2, "MLAT")])
def test_opensky_says_where_a_position_comes_from(tmp_path: Path, number: int, by: str):
    state = ["abc123", "DAL1", "US", NOW, NOW, 18.0, 51.0, 9000.0, False, 200.0, 90.0, 0.0, None]
    data = orjson.dumps({"time": NOW, "states": [[*state, 9100.0, None, False, number]]})

    assert errors(tmp_path / "states.json", data)[1] == [by]


def test_opensky_saying_ads_b_or_nothing_leaves_the_default(tmp_path: Path):
    state = ["abc123", "DAL1", "US", NOW, NOW, 18.0, 51.0, 9000.0, False, 200.0, 90.0, 0.0, None]
    path = tmp_path / "states.json"
    for more in ([9100.0, None, False, 0], []):
        path.write_bytes(orjson.dumps({"time": NOW, "states": [[*state, *more]]}))
        assert read_tracks(path)[0].error_m is None


def test_a_log_of_multilateration_says_so_in_its_first_field(tmp_path: Path):
    tail = "1,1,A1B2C3,1,2020/06/17,00:30:00.0,2020/06/17,00:30:00.0,,30000,,,51.0,18.0,,,,,,0"
    later = tail.replace("00:30:00.0", "00:31:00.0").replace("18.0", "18.1")
    data = f"MLAT,3,{tail}\nMSG,3,{later}\n".encode()

    assert errors(tmp_path / "log.sbs", data, tz="UTC")[1] == ["MLAT", ""]


def test_columns_of_a_table_say_it(tmp_path: Path):
    rows = [
        "time,lat,lon,nic,nac_p,rc,position_source",
        "2020-06-17T00:30:00Z,51,18.0,8,10,186,0",
        "2020-06-17T00:31:00Z,51,18.1,8,10,,0",
        "2020-06-17T00:32:00Z,51,18.2,,9,,0",
        "2020-06-17T00:33:00Z,51,18.3,,,,2",
        "2020-06-17T00:34:00Z,51,18.4,,,,",
    ]
    metres, by = errors(tmp_path / "t.csv", "\n".join(rows).encode())

    assert by == ["NIC 8", "NIC 8", "NACp 9", "MLAT", ""]
    assert metres[:4] == pytest.approx([186, 185.2, 30, 1000])


def test_a_parquet_file_says_it_as_a_table_does(tmp_path: Path):
    import pandas as pd

    frame = pd.DataFrame(
        {"time": [NOW, NOW + 60], "lat": [51.0, 51.0], "lon": [18.0, 18.1], "nic": [8, 9],
         "source": ["adsb_icao", "mlat"]}
    )  # fmt: skip
    frame.to_parquet(tmp_path / "t.parquet")
    (track,) = read_tracks(tmp_path / "t.parquet")
    (same,) = tracks_from_frame(frame)

    for one_ in (track, same):
        assert one_.error_m is not None
        assert one_.error_m.tolist() == pytest.approx([185.2, 1000.0])


def test_a_column_called_source_about_something_else_says_nothing(tmp_path: Path):
    (tmp_path / "t.csv").write_text("time,lat,lon,source\n1592353800,51,18,antenna on the roof\n")

    assert read_tracks(tmp_path / "t.csv")[0].error_m is None


ENDINGS = [".csv", ".parquet", ".geojson", ".gpx", ".kml"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_known_of_a_fix_is_written_and_read_back(tmp_path: Path, ending: str):
    good = {"type": "adsb_icao", "nic": 8, "rc": 186}
    (tmp_path / "trace.json").write_bytes(trace([good, "adsb_icao"], [None, "mlat"]))
    first = read_tracks(tmp_path / "trace.json")
    write_tracks(first, tmp_path / f"out{ending}")
    (back,) = read_tracks(tmp_path / f"out{ending}")

    assert back.error_m is not None
    assert back.error_m.tolist() == [186.0, 1000.0]
    assert back.error_by is not None
    assert [LABELS[code] for code in back.error_by] == ["NIC 8", "MLAT"]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("time_s", [NOW + 60.0 * np.arange(4), None])
def test_a_fix_of_which_nothing_is_known_stays_so_beside_others(tmp_path, ending, time_s):
    by = ["", "NIC 0", "source", "Rc"]
    track = Track(
        "abc123", 18.0 + 0.1 * np.arange(4), np.full(4, 51.0), time_s, error_by=codes_of(by),
        error_m=np.array([np.nan, 18_520.0, 12.345678901234567, 0.0]),
        basis="drawn" if time_s is None else "recorded",
    )  # fmt: skip
    plain = Track("other", track.lon, track.lat + 1.0, time_s, basis=track.basis)
    write_tracks([track, plain], tmp_path / f"out{ending}")
    back, other = read_tracks(tmp_path / f"out{ending}")

    np.testing.assert_array_equal(back.error_m, track.error_m)
    assert [LABELS[code] for code in back.error_by] == by
    assert other.error_m is None or np.isnan(other.error_m).all()


# -------------------------------------------------------------------------------- the answer


@pytest.mark.parametrize(
    ("details", "said", "metres"),
    [
        ({"type": "adsb_icao", "nic": 8, "rc": 185}, "the fix, 185 m by its NIC 8", 185),
        ({"type": "adsb_icao", "nac_p": 8}, "93 m in 95 of 100 cases by its NACp 8", 92.6),
        ({"type": "adsb_icao", "nic": 0}, "by its NIC 0 nobody knows how good it is", 18_520),
        ({"type": "mlat"}, "it comes from multilateration", 1000),
        ({"type": "adsb_icao"}, "its source does not say, and 14 CFR 91.227", 370.4),
    ],
)  # fmt: skip
def test_the_answer_tells_what_the_position_error_is_known_by(tmp_path, details, said, metres):
    (tmp_path / "trace.json").write_bytes(
        trace([details, details["type"]], [None, details["type"]])
    )
    (finding,) = check(read_tracks(tmp_path / "trace.json"), BOX)
    (term,) = (t for t in finding.terms if t.name == "fix")

    assert said in term.words
    assert term.high_m == pytest.approx(metres)
    assert UNTOLD == 0
