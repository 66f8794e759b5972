"""Findings: how close each flight came to each zone, and tables of them.

The keys and their meanings are the contract of ``howclose check --format json``; the JSON Schema
beside this file holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from geo.terms import Term
from geo.track import Basis, HeightKind, Input

if TYPE_CHECKING:
    import geopandas

    from geo.catalogue import Zone

__all__ = ["Crossing", "Finding", "Findings", "isoformat", "schema"]


def isoformat(time_s: float | None) -> str | None:
    """Return seconds since 1970 as ISO 8601 in UTC, to the millisecond.

    >>> isoformat(1592367153.0)
    '2020-06-17T04:12:33.000Z'
    """
    if time_s is None:
        return None
    moment = datetime.fromtimestamp(round(time_s * 1000) / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _length(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)  # decimetres: less is never known


def _degrees(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6)  # 0.1 m


def _bearing(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1) % 360.0  # 359.98 is north: 0


@dataclass(frozen=True)
class Crossing:
    """Where and when a flight crossed a border.

    Parameters
    ----------
    time_s
        Seconds since 1970, UTC; None without times, and for a crossing that a gap hides.
    lon, lat
        Degrees; None for a crossing that a gap hides.
    direction
        ``enter`` or ``exit``.
    after_s, before_s
        Of a crossing that a gap must hide: the fixes between which it was, seconds since 1970, UTC.
    """

    time_s: float | None
    lon: float | None
    lat: float | None
    direction: str
    after_s: float | None = None
    before_s: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what the contract's ``crossings`` hold."""
        return {
            "time": isoformat(self.time_s),
            "lon": _degrees(self.lon),
            "lat": _degrees(self.lat),
            "direction": self.direction,
            "after": isoformat(self.after_s),
            "before": isoformat(self.before_s),
        }


@dataclass(frozen=True)
class Finding:
    """How close one leg of a flight came to one zone: see ``docs/findings.md``.

    Parameters
    ----------
    flight, callsign
        What the source calls the aircraft, and its callsign or None.
    leg
        From 1, in the order of time, for each aircraft and file.
    input
        The place of the file in `Findings.inputs`, from 0.
    basis
        ``recorded`` by a receiver, or ``drawn`` from a report.
    zone
        The id of the zone.
    distance_m
        The least distance of the observed path to the zone, metres; 0 inside or touching.
    depth_m
        The greatest distance from the border reached inside, metres; 0 if never inside.
    time_s
        When the flight was closest, or deepest if it was inside: seconds since 1970, UTC; None
        for a track without times.
    lon, lat
        Where that was, degrees.
    height_m, height_kind
        The height there in metres, and whether it is ``barometric`` or ``geometric``; or None.
    border_lon, border_lat
        The nearest place of the border, degrees; None or NaN where there is no border.
    bearing_deg
        From the flight to that place, degrees clockwise from north; or None.
    inside_s
        How long the flight was seen inside, seconds; None for a track without times.
    inside_m
        Over which length, metres.
    crossings
        Each entry and exit; none for a flight that begins inside, or was drawn.
    low_m, high_m
        Between these the truth lies, metres; 0 is inside.
    doubt
        Why it is not known better: English sentences, which `geo.words.translated` puts into the
        language that is spoken.
    fixes, rejected
        How many fixes of the leg were used, and how many dropped.
    terms
        The sources of doubt one by one.
    """

    flight: str
    callsign: str | None
    leg: int
    input: int
    basis: Basis
    zone: str
    distance_m: float
    depth_m: float
    time_s: float | None
    lon: float
    lat: float
    height_m: float | None
    height_kind: HeightKind | None
    border_lon: float | None
    border_lat: float | None
    bearing_deg: float | None
    inside_s: float | None
    inside_m: float
    crossings: tuple[Crossing, ...]
    low_m: float
    high_m: float
    doubt: tuple[str, ...]
    fixes: int
    rejected: int
    terms: tuple[Term, ...] = ()

    @property
    def name(self) -> str:
        """What people call the flight."""
        return self.callsign or self.flight

    def to_dict(self) -> dict[str, Any]:
        """Return what the contract's ``findings`` hold, every key, rounded to what is known."""
        return {
            "flight": self.flight,
            "callsign": self.callsign,
            "leg": self.leg,
            "input": self.input,
            "basis": self.basis,
            "zone": self.zone,
            "distance_m": _length(self.distance_m),
            "depth_m": _length(self.depth_m),
            "time": isoformat(self.time_s),
            "lon": _degrees(self.lon),
            "lat": _degrees(self.lat),
            "height_m": _length(self.height_m),
            "height_kind": self.height_kind,
            "border_lon": _degrees(self.border_lon),
            "border_lat": _degrees(self.border_lat),
            "bearing_deg": _bearing(self.bearing_deg),
            "inside_s": _length(self.inside_s),
            "inside_m": _length(self.inside_m),
            "crossings": [c.to_dict() for c in self.crossings],
            "low_m": _length(self.low_m),
            "high_m": _length(self.high_m),
            "doubt": list(self.doubt),
            "fixes": self.fixes,
            "rejected": self.rejected,
            "terms": [t.to_dict() for t in self.terms],
        }


@dataclass(frozen=True, eq=False)
class Findings(Sequence[Finding]):
    """Findings with all that is needed to work them out again; a sequence of `Finding`.

    Parameters
    ----------
    findings
        One for each leg and zone.
    zones
        The zones that were measured to.
    inputs
        The files that the tracks were read from; none for tracks made in Python.
    parameters
        What was asked, as ``docs/findings.md`` has it.
    encounters, claims
        As they stand in the JSON: what `geo.meeting.Encounter.to_dict` and
        `geo.claims.Verdict.to_dict` give.
    """

    findings: tuple[Finding, ...] = ()
    zones: tuple[Zone, ...] = ()
    inputs: tuple[Input, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    encounters: tuple[dict[str, Any], ...] = ()
    claims: tuple[dict[str, Any], ...] = ()

    def __len__(self) -> int:
        return len(self.findings)

    def __getitem__(self, index: Any) -> Any:
        return self.findings[index]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def nearest_first(self) -> tuple[Finding, ...]:
        """Return the findings by distance, those inside first, the deepest of them first."""
        return tuple(sorted(self.findings, key=lambda f: (f.distance_m, -f.depth_m)))

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's object."""
        from geo import __version__
        from geo.catalogue import data_stamp

        return {
            "howclose": __version__,
            "parameters": self.parameters,
            "data": data_stamp(),
            "inputs": [i.to_dict() for i in self.inputs],
            "zones": [z.to_dict() for z in self.zones],
            "findings": [f.to_dict() for f in self.findings],
            "encounters": list(self.encounters),
            "claims": list(self.claims),
        }

    def to_json(self) -> bytes:
        """Return the contract's object as indented JSON, ending in a newline."""
        return orjson.dumps(self.to_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def rows(self) -> list[dict[str, Any]]:
        """Return the findings for tables: lists as text, all else as in JSON."""
        out = []
        for finding in self.findings:
            row = finding.to_dict()
            row["crossings"] = orjson.dumps(row["crossings"]).decode()
            row["doubt"] = "; ".join(row["doubt"])
            row["terms"] = orjson.dumps(row["terms"]).decode()
            out.append(row)
        return out

    def to_geojson(self) -> bytes:
        """Return a FeatureCollection with a point where each flight came closest."""
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [_degrees(f.lon), _degrees(f.lat)]},
                "properties": f.to_dict(),
            }
            for f in self.findings
        ]
        document = {"type": "FeatureCollection", "features": features}
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def to_frame(self) -> geopandas.GeoDataFrame:
        """Return the findings as a GeoDataFrame: a point where each flight came closest."""
        import geopandas
        import pandas as pd

        rows = [f.to_dict() for f in self.findings]
        names = ["time" if c.name == "time_s" else c.name for c in fields(Finding)]
        frame = pd.DataFrame(rows, columns=names)
        frame["time"] = pd.to_datetime(frame["time"], utc=True)
        points = geopandas.points_from_xy(frame["lon"], frame["lat"])
        return geopandas.GeoDataFrame(frame, geometry=points, crs="OGC:CRS84")


SCHEMA: Final = Path(__file__).with_name("findings.schema.json")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `Findings.to_dict`."""
    document: dict[str, Any] = orjson.loads(SCHEMA.read_bytes())
    return document
