"""Pages of every kind of flight: around a pole, across 180°, everywhere, a million fixes, none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from nasty import NASTY, hostile
from stories import line, written

from geo.earth import geodesic_between
from geo.readers import read_tracks
from geo.story import read_story
from geo.track import Track
from layers.pages import Page
from layers.story_page import story_page, tell
from layers.track_page import page

START_S = 1592352000.0  # 2020-06-17T00:00:00Z
SEED = 7


Flights = tuple[list[Track], list[str] | None]  # and the zones they are held against


def over_the_pole() -> Flights:
    """Three turns around the north pole, between 83.5° and 88.5°N."""
    k = np.arange(120)
    lon = (k * 9.0 + 180) % 360 - 180
    return [Track("POLE", lon, 86 + 2.5 * np.sin(k / 9), START_S + 60 * k)], None


def across_180() -> Flights:
    k = np.arange(60)
    lon = 176.0 + 0.15 * k
    lon = np.where(lon > 180, lon - 360, lon)
    flight = Track("ACROSS", lon, 53.5 + 0.02 * k, START_S + 60 * k, np.full(60, 9144.0))
    return [flight], ["airspace:USA"]


def of_a_million(n: int = 1_000_000) -> Flights:
    """A flight of a million fixes, 20 a second, with the noise that receivers have."""
    noise = np.random.default_rng(SEED)
    s = np.linspace(0, 1, n)
    lon = -150 - 40 * s + 2 * np.sin(40 * s) + noise.normal(0, 1e-4, n)
    lat = 52 + 2 * np.sin(9 * s) + 1.2 * np.sin(53 * s) + noise.normal(0, 1e-4, n)
    lon = (lon + 180) % 360 - 180
    return [Track("MILLION", lon, lat, START_S + 0.05 * np.arange(n))], ["sea:bering"]


def far_from_all() -> Flights:
    """In the South Atlantic, 1,500 km from anybody: no finding."""
    k = np.arange(30)
    return [Track("ALONE", -40 + k / 3, np.full(30, -30.0), START_S + 60 * k)], None


def around_the_world() -> Flights:
    noise = np.random.default_rng(SEED)
    flights = []
    f = np.linspace(0, 1, 200)
    for i in range(12):
        x, y = noise.uniform(-170, 170, 2), noise.uniform(-60, 65, 2)
        lon, lat = geodesic_between(*(np.full(200, v) for v in (x[0], y[0], x[1], y[1])), f)
        flights.append(Track(f"WORLD{i}", lon, lat, START_S + 1800 * i + 200 * np.arange(200)))
    return flights, ["airspace:JPN", "airspace:USA"]


def a_trace(folder: Path) -> Page:
    """A trace as receivers write it: legs, a hole, heights in feet, "ground", nulls."""
    rows: list[list[Any]] = []
    for k in range(300):
        ground = k < 8 or k > 292
        height = "ground" if ground else 31_000 + 25 * (k % 3)
        hole = 900 if k > 180 else 0
        about = {"flight": "NICE42  ", "nic": 8, "rc": 186} if k % 40 == 0 else None
        where = [20.0 * k + hole, 54.3 + 0.012 * k, 18.0 + 0.02 * k, height, 420.0, 45.0]
        stale = int(100 < k < 104)
        rows.append([*where, stale, 0, about, "adsb_icao", None, None, None, None])
    trace = {"icao": "abc123", "r": "N1", "t": "B52", "timestamp": START_S, "trace": rows}
    path = folder / "trace_full_abc123.json"
    path.write_text(json.dumps(trace), encoding="utf-8")
    return page(read_tracks(path))


def the_story(_: Path) -> Page:
    return story_page(tell(read_story("june-2020")))


def a_hostile_story(folder: Path) -> Page:
    """June 2020 with code in every field that takes a text, and a recorded flight so named."""
    document = hostile(NASTY)
    k = np.arange(40.0)
    points = list(zip((-174 + 0.05 * k).tolist(), (59 + 0.02 * k).tolist(), strict=True))
    (folder / "seen.geojson").write_bytes(line(points, k.tolist(), callsign=NASTY))
    recorded = {"track": "seen.geojson", "zones": ["airspace:USA", "territory:USA"]}
    words = {"name": f"{NASTY} recorded", "label": f"{NASTY} label", "why": f"{NASTY} why"}
    document["flight"].append({"id": "seen", "state": "USA", **recorded, **words})
    return story_page(tell(read_story(written(folder, document, "hostile.toml"))))


FLIGHTS: dict[str, Callable[[], Flights]] = {
    "across": across_180,
    "pole": over_the_pole,
    "million": of_a_million,
    "empty": far_from_all,
    "world": around_the_world,
}


def page_of(kind: str) -> Page:
    flights, zones = FLIGHTS[kind]()
    return page(flights, zones=zones)


KINDS: dict[str, Callable[[Path], Page]] = {
    "story": the_story,
    "trace": a_trace,
    "hostile": a_hostile_story,
    **{kind: lambda _, kind=kind: page_of(kind) for kind in FLIGHTS},
}
