from __future__ import annotations

import dataclasses
from pathlib import Path

import jsonschema
import orjson
import pytest
import shapely
from makers import track_of, zone_of

from geo import check, read_tracks
from geo.findings import Findings, isoformat, schema

KEYS = [
    "flight", "callsign", "leg", "input", "basis", "zone", "distance_m", "depth_m", "time", "lon",
    "lat", "height_m", "height_kind", "border_lon", "border_lat", "bearing_deg", "inside_s",
    "inside_m", "crossings", "low_m", "high_m", "doubt", "fixes", "rejected",
    "terms",
]  # fmt: skip  # of a finding, in the order of the contract


@pytest.fixture(scope="module")
def real(data: Path) -> Findings:
    """Findings of all kinds: with and without times, inside and out, a gap, a drawn route."""
    tracks = read_tracks(
        *(data / n for n in ("trace.json", "flights.csv", "timed.geojson", "drawn.geojson"))
    )
    return check(tracks, ["airspace:USA", "airspace:RUS", "sea:bering", "adiz:alaska"])


def valid(document: object) -> None:
    """Hold a document against the schema."""
    jsonschema.Draft202012Validator(schema()).validate(document)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(schema())


def test_what_a_check_finds_keeps_the_contract(real: Findings):
    document = orjson.loads(real.to_json())

    valid(document)
    assert list(document) == [
        "howclose", "parameters", "data", "inputs", "zones", "findings", "encounters", "claims",
    ]  # fmt: skip
    assert len(document["findings"]) == 6 * 4  # legs × zones
    for finding in document["findings"]:
        assert list(finding) == KEYS
    assert [i["format"] for i in document["inputs"]] == ["readsb", "csv", "geojson", "geojson"]


def test_findings_of_nothing_keep_the_contract_too():
    valid(Findings().to_dict() | {"parameters": {"zones": None, "within_m": 1.0}})
    valid(check([track_of([(-125.0, -48.0)])]).to_dict())


@pytest.mark.parametrize(
    ("where", "key"),
    [
        ((), "howclose"), ((), "encounters"), ((), "claims"), (("inputs", 0), "rejected"),
        (("zones", 0), "disputed"), (("zones", 0), "legal_accuracy_m"), (("data",), "sha256"),
        *((("findings", 0), key) for key in KEYS),
    ],
)  # fmt: skip
def test_the_schema_misses_every_key_that_is_not_there(real: Findings, where, key):
    document = orjson.loads(real.to_json())
    holder = document
    for step in where:
        holder = holder[step]
    del holder[key]

    with pytest.raises(jsonschema.ValidationError, match=f"'{key}' is a required property"):
        valid(document)


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ((), "extra", 1),
        (("findings", 0), "extra", 1),
        (("findings", 0), "distance_m", None),
        (("findings", 0), "distance_m", -1.0),
        (("findings", 0), "lon", 181.0),
        (("findings", 0), "time", "2020-06-17 00:30:00"),
        (("findings", 0), "basis", "guessed"),
        (("findings", 0), "crossings", [{"time": None}]),
        (("zones", 0), "id", "USA"),
        (("inputs", 0), "sha256", "0"),
        ((), "claims", [{"id": "a"}]),
        ((), "encounters", [{"a": "x"}]),
    ],
)
def test_the_schema_refuses_what_is_not_in_the_contract(real: Findings, where, key, value):
    document = orjson.loads(real.to_json())
    holder = document
    for step in where:
        holder = holder[step]
    holder[key] = value

    with pytest.raises(jsonschema.ValidationError):
        valid(document)


def test_encounters_and_claims_have_their_place_in_the_schema(real: Findings):
    time = "2020-06-17T00:30:00.000Z"
    encounter = {
        "a": "EDGE21", "b": "EDGE22", "time": time, "distance_m": 11.0, "height_diff_m": None,
        "a_lon": -168.0, "a_lat": 64.0, "b_lon": -168.1, "b_lat": 64.1,
        "spans": [{"start": time, "end": time}],
    }  # fmt: skip
    claim = {
        "id": "32nm", "by": "NORAD", "kind": "came_within", "quote": "32 nautical miles",
        "value": 32.0, "units": ["NM"], "value_m": 59_264.0, "of": "territory:USA",
        "flights": ["tu95"], "verdict": "cannot be told", "reason": "The route was drawn from it.",
        "readings": [], "independent": False, "sources": [],
    }  # fmt: skip
    valid(dataclasses.replace(real, encounters=(encounter,), claims=(claim,)).to_dict())


def test_due_north_is_zero_degrees_and_never_360(real: Findings):
    """A bearing of 359.98° is nearer to 0.0° than to any other tenth of a degree."""
    for bearing_deg, told in ((359.98, 0.0), (0.0, 0.0), (359.94, 359.9), (None, None)):
        found = dataclasses.replace(real[0], bearing_deg=bearing_deg)

        assert found.to_dict()["bearing_deg"] == told


def test_crossings_in_json_have_times_or_bounds():
    square = zone_of(shapely.box(0, -1, 1, 1))
    track = track_of([(-0.1, 0.0), (0.1, 0.0), (1.2, 0.0), (1.3, 0.0)], [0, 20, 1000, 1010])
    document = check([track], square).to_dict()
    valid(document)
    entry, hidden = document["findings"][0]["crossings"]

    assert entry == {
        "time": "1970-01-01T00:00:10.000Z", "lon": 0.0, "lat": 0.0, "direction": "enter",
        "after": None, "before": None,
    }  # fmt: skip
    assert hidden == {
        "time": None, "lon": None, "lat": None, "direction": "exit",
        "after": "1970-01-01T00:00:20.000Z", "before": "1970-01-01T00:16:40.000Z",
    }  # fmt: skip


def test_low_distance_and_high_are_in_order(real: Findings):
    for f in real:
        assert f.low_m <= f.distance_m <= f.high_m or f.depth_m > 0
        assert not (f.distance_m > 0 and f.depth_m > 0)


def test_tables_carry_the_names_of_the_json(real: Findings):
    rows = real.rows()
    frame = real.to_frame()
    collection = orjson.loads(real.to_geojson())

    assert list(rows[0]) == KEYS
    assert list(frame.columns) == [*KEYS, "geometry"]
    assert list(collection["features"][0]["properties"]) == KEYS
    assert len(rows) == len(frame) == len(collection["features"]) == len(real)
    for row, finding in zip(rows, real, strict=True):
        same = finding.to_dict()
        assert {k: v for k, v in row.items() if k not in ("crossings", "doubt", "terms")} == {
            k: v for k, v in same.items() if k not in ("crossings", "doubt", "terms")
        }
        assert orjson.loads(row["crossings"]) == same["crossings"]
        assert orjson.loads(row["terms"]) == same["terms"]


def test_a_frame_is_one_for_maps(real: Findings):
    frame = real.to_frame()

    assert frame.crs is not None
    assert frame.crs.to_authority() == ("OGC", "CRS84")
    assert str(frame["time"].dt.tz) == "UTC"
    assert frame.geometry.x.tolist() == frame["lon"].tolist()
    assert list(Findings().to_frame().columns) == [*KEYS, "geometry"]


def test_geojson_stays_within_180(data: Path):
    """The closest point of a flight across 180° is told on one side of it, never beyond."""
    findings = check(read_tracks(data / "timed.geojson"), "airspace:RUS")
    (feature,) = orjson.loads(findings.to_geojson())["features"]
    lon, lat = feature["geometry"]["coordinates"]

    assert -180 <= lon <= 180
    assert (lon, lat) == (findings[0].to_dict()["lon"], findings[0].to_dict()["lat"])
    for f in findings:
        assert all(-180 <= x <= 180 for x in (f.lon, f.border_lon) if x is not None)


def test_findings_are_a_sequence(real: Findings):
    assert len(real) == len(list(real))
    assert real[0] is next(iter(real))


def test_nearest_first_has_the_deepest_at_the_top():
    near, wide = zone_of(shapely.box(0, 0, 1, 1)), zone_of(shapely.box(-5, -5, 6, 6), name="wide")
    far = zone_of(shapely.box(9, 0, 10, 1), name="far")
    order = check([track_of([(0.5, 0.5)])], [far, near, wide]).nearest_first()

    assert [f.zone for f in order] == ["file:wide", "file:test", "file:far"]


def test_the_same_question_gets_the_same_bytes(data: Path):
    answers = [
        check(read_tracks(data / "trace.json"), ["airspace:USA"]).to_json() for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert answers[0].endswith(b"}\n")


def test_times_are_written_to_the_millisecond():
    # date -u -d @1592367153.0625 +%FT%T.%3N
    assert isoformat(1592367153.0625) == "2020-06-17T04:12:33.062Z"
    assert isoformat(1592367153.9996) == "2020-06-17T04:12:34.000Z"
    assert isoformat(0.0) == "1970-01-01T00:00:00.000Z"
    assert isoformat(None) is None


@pytest.mark.samples
def test_the_real_trace_keeps_the_contract(samples: Path):
    """A freighter between Alaska and the lower states: never far from airspace of the USA."""
    tracks = read_tracks(samples / "readsb" / "trace_full_ac671b.json")
    findings = check(tracks)
    valid(orjson.loads(findings.to_json()))

    assert "airspace:USA" in {f.zone for f in findings}
    for f in findings:
        t = tracks[f.leg - 1].time_s
        assert t is not None
        assert f.time_s is not None
        assert t[0] <= f.time_s <= t[-1]
        assert all(t[0] <= c.time_s <= t[-1] for c in f.crossings if c.time_s is not None)
