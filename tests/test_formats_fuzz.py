"""Broken files of every kind: a sentence for each, soon, and without filling the memory.

10,000 cases from one seed: whole corpus files cut off, with bytes changed, doubled or swapped in,
and random bytes behind the marks of every format. More with HOWCLOSE_FUZZ=100000.
"""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from geo import read_tracks
from geo.errors import HowcloseError

DATA = Path(__file__).parent / "data" / "formats"
CASES = int(os.environ.get("HOWCLOSE_FUZZ", "10000"))
SLOW = (".gpkg", ".fgb", ".zip")  # through GDAL, and unpacking: fewer of them
MOST_S = 2.0
MOST_BYTES = 500_000_000
MARKS = (
    b"", b"{", b"[{", b'{"icao":"a","timestamp":1,"trace":[', b'{"now":1,"aircraft":[{"hex":',
    b'{"time":1,"states":[[', b"<kml>", b"<gpx>", b"AXXX\nHFDTE170620\nB", b"MSG,3,1,1,A1B2C3,1,",
    b"time,lat,lon\n", b"Timestamp,Position\n", b"PAR1", b"ARROW1", b"\x1f\x8b\x08", b"PK\x03\x04",
    b'{"type":"LineString","coordinates":[', b"SQLite format 3\0", b"fgb\x03fgb",
)  # fmt: skip
# Values that break what trusts numbers.
EVIL = (
    b"NaN", b"1e999", b"-1", b"null", b"[]", b"{}", b'""', b"99999999999999999999", b"true",
    b"\xff\xfe", b"\0", b"0", b"2020-02-30T25:61:00Z", b"181", b"-91", b'"ground"', b",", b"\n",
)  # fmt: skip


def broken(rng: random.Random, whole: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """A name and the bytes of a file that somebody could hand us."""
    way = rng.randrange(5)
    if way == 0:
        return "random.bin", rng.choice(MARKS) + rng.randbytes(rng.randrange(200))
    name, data = rng.choice(whole)
    if way == 1:
        return name, data[: rng.randrange(len(data) + 1)]
    if way == 2:
        out = bytearray(data)
        for _ in range(rng.randint(1, 8)):
            if out:
                out[rng.randrange(len(out))] = rng.randrange(256)
        return name, bytes(out)
    at = rng.randrange(len(data) + 1)
    if way == 3:
        return name, data[:at] + rng.choice(EVIL) + data[at + rng.randrange(12) :]
    _, other = rng.choice(whole)
    return name, data[:at] + other[rng.randrange(len(other) + 1) :]


def cases() -> Iterator[tuple[str, bytes]]:
    rng = random.Random(20200617)  # noqa: S311 - the same cases for everybody
    files = sorted(p for p in DATA.rglob("*") if p.is_file() and p.stat().st_size)
    fast = [(p.name, p.read_bytes()) for p in files if not p.name.endswith(SLOW)]
    slow = [(p.name, p.read_bytes()) for p in files if p.name.endswith(SLOW)]
    for i in range(CASES):
        yield broken(rng, slow if i % 50 == 0 else fast)


def test_no_broken_file_gives_a_traceback_or_takes_long_or_fills_the_memory(tmp_path: Path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    read = told = 0
    for number, (name, data) in enumerate(cases()):
        path = tmp_path / name
        path.write_bytes(data)
        start = time.perf_counter()
        try:
            tracks = read_tracks(path, tz="UTC" if number % 2 else None)
        except HowcloseError:
            told += 1
            tracks = None
        except Exception as error:
            raise AssertionError(f"case {number}, {name}: {type(error).__name__}") from error
        took_s = time.perf_counter() - start
        assert took_s < MOST_S, f"case {number}, {name}, took {took_s:.1f} s"
        if tracks is None:
            continue
        read += 1
        for track in tracks:
            assert np.isfinite(track.lon).all(), number
            assert (np.abs(track.lat) <= 90).all(), number
            assert track.time_s is None or (np.diff(track.time_s) > 0).all(), number
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < MOST_BYTES
    assert read > CASES // 20  # the cases reach behind the first check
    assert told > CASES // 5
