"""The table of the engine, worked out side by side with its peers in one run.

    python -m tests.benchmarks.run [-o docs/benchmarks.md]

Prints Markdown: speed and error of per-fix distances, of least distances of whole tracks, and the
ratios that the engine is held to. Peers that are not there are skipped with a word. One core, warm,
arrays in memory. Takes some five minutes.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import shapely

from tests.authorities import brute_force
from tests.benchmarks import peers

ZONES = ("airspace:RUS", "airspace:USA", "airspace:JPN")
TRACKS, FIXES = 100, 10_000
CHECKED = 150  # fixes that are measured by brute force, for the errors
FARTHEST_M = 1_900_000.0


def best(work, times=5):
    """Return the least processor time of several runs, in seconds: one core, shared or not."""
    out = np.inf
    for _ in range(times):
        begin = time.process_time()
        work()
        out = min(out, time.process_time() - begin)
    return out


def tracks(borders):
    """Return straight 1 Hz flights at 230 m/s, none of which leaves the 1,900 km."""
    from geo import engine
    from geo.earth import direct

    rng = np.random.default_rng(20200616)
    out = []
    while len(out) < TRACKS:
        start = rng.uniform(100, 260), rng.uniform(25, 80), rng.uniform(0, 360)
        along = np.arange(FIXES) * 230.0
        lon, lat = direct(*(np.full(FIXES, v) for v in start), along)
        if engine.distances(borders, lon[::500], lat[::500]).max() < FARTHEST_M:
            out.append((lon, lat))
    return out


def border_lines(zone_ids):
    """Return the borders as lines of at most 5 km edges, planar between the data's own vertices."""
    from geo import zone
    from geo.arcs import edges_of, lay_out
    from geo.earth import lonlat

    lines = []
    for name in zone_ids:
        arcs = lay_out(edges_of(zone(name).geometry))
        keep = ~arcs.seam
        start, end = arcs.start[keep], arcs.start[keep] + arcs.chord[keep]
        broken = np.abs(start[1:] - end[:-1]).max(axis=1) > 1e-6
        for piece in np.split(np.arange(len(start)), np.flatnonzero(broken) + 1):
            x, y = lonlat(np.concatenate([start[piece], end[piece[-1:]]]))
            # a line that comes to 180° from one side does not go round the Earth
            x = np.where(np.abs(np.diff(x, prepend=x[0])) > 180, x + 360 * (x < 0), x)
            x = np.where((np.ptp(x) > 180) & (x > 0), x - 360, x)
            lines.append(shapely.LineString(np.column_stack([np.clip(x, -180, 180), y])))
    return lines


def truth(zone_ids, lon, lat):
    """Return distances to the border by brute force (tests/authorities/brute_force.py)."""
    out = np.full(len(lon), np.inf)
    for name in zone_ids:
        kind, parts, _ = brute_force.rings(name)
        edges, edge, u0, u1 = brute_force.pieces_of(kind, parts)
        ends = brute_force.point(edges, kind, edge, u0)
        for k, (x, y) in enumerate(zip(lon, lat, strict=True)):
            d = brute_force.distance_m(x, y, kind, edges, edge, u0, u1, ends)
            out[k] = min(out[k], d)
    return out


def length(metres):
    """Return a length as people read it."""
    for unit, size in (("km", 1e3), ("m", 1.0), ("mm", 1e-3), ("µm", 1e-6)):
        if abs(metres) >= size:
            return f"{metres / size:.3g} {unit}"
    return f"{metres / 1e-9:.2g} nm"


def speed(per_second):
    """Return a speed as people read it."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if per_second >= size:
            return f"{per_second / size:.3g} {unit}"
    return f"{per_second:.3g}"


def main():
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    lines_out: list[str] = []

    def say(text=""):
        print(text, flush=True)
        lines_out.append(text)

    import pyproj

    from geo import engine, zone

    geod = pyproj.Geod(ellps="WGS84")
    borders = [zone(z).border for z in ZONES]
    warm = best(engine.get_ready, 1)
    cold = compiling_s()
    flights = tracks(borders)
    lon, lat = (np.concatenate(v) for v in zip(*flights, strict=True))
    rng = np.random.default_rng(1)
    sample = np.sort(rng.choice(len(lon), CHECKED, replace=False))
    x, y = lon[sample], lat[sample]
    exact_m = truth(ZONES, x, y)
    lines = border_lines(ZONES)

    say("# Benchmarks")
    say()
    cores = f"{platform.machine()}, {os.cpu_count()} cores, one used; {processor()}"
    say(f"{datetime.now(UTC):%Y-%m-%d}; {cores}; Python {platform.python_version()}.")
    say(f"Made by `make bench`. Borders: {', '.join(ZONES)}, {sum(map(len, borders)):,} arcs.")
    say(f"Fixes: {len(lon):,}, {TRACKS} straight flights at 1 Hz, none farther than 1,900 km.")
    say(f"Errors: against Karney by brute force on {CHECKED} of the fixes; peers get the borders")
    say("in edges of at most 5 km, so that the kind of edge plays no part. Times are of the")
    say("processor, the least of three runs or more, for everybody alike: of this process, and for")
    say("PostGIS of its backend.")
    say()
    say("## Distance of each fix to the nearest border")
    say()
    say("| | fixes/s | × Geod.inv | error, median / max | worst within 100 km |")
    say("|---|---|---|---|---|")
    far_lon, far_lat, _ = geod.fwd(lon, lat, np.full(len(lon), 30.0), np.full(len(lon), 300e3))
    one = best(lambda: geod.inv(lon, lat, far_lon, far_lat)) / len(lon)
    say(f"| one `Geod.inv` a fix, for scale | {speed(1 / one)} | 1 | | |")

    def row(name, seconds_per_fix, found):
        error = np.abs(found - exact_m)
        near = error[exact_m < 1e5]
        say(
            f"| {name} | {speed(1 / seconds_per_fix)} | {seconds_per_fix / one:.3g}"
            f" | {length(np.median(error))} / {length(error.max())} | {length(near.max())} |"
        )

    runs = engine.packed(borders)
    ours = best(lambda: engine._search(runs, lon, lat)) / len(lon)
    found = engine._search(runs, x, y)[0]
    row("**howclose, distance to the border**", ours, found)
    whole = best(lambda: engine.distances(borders, lon, lat)) / len(lon)
    inside = np.logical_or.reduce([engine.inside(b, x, y) for b in borders])
    nought = engine.distances(borders, lon, lat)[sample]
    row("**howclose, 0 inside** (`geo.distance`)", whole, np.where(inside, found, nought))
    shuffled = rng.permutation(len(lon))[:200_000]
    mixed = best(lambda: engine.distances(borders, lon[shuffled], lat[shuffled]), 3)
    say(f"| howclose, unordered points | {speed(len(shuffled) / mixed)}"
        f" | {mixed / len(shuffled) / one:.3g} | | |")  # fmt: skip
    plain = np.minimum.reduce([b.nearest(x, y).distance_m for b in borders])
    small = best(lambda: [b.nearest(x, y) for b in borders], 3)
    row("howclose, numpy only (small work)", small / CHECKED, plain)

    def peer(name, run):
        try:
            got, seconds = run()
        except Exception as error:
            say(f"| {name} | skipped: {str(error).splitlines()[0][:100]} | | | |")
        else:
            row(name, seconds / len(x), got)

    peer("spherely (S2), prepared", lambda: peers.spherely(lines, x, y))
    aeqd = "+proj=aeqd +lat_0=60 +lon_0=180 +datum=WGS84"
    peer("geopandas `sjoin_nearest`, AEQD at 60°N 180°", lambda: peers.geopandas(aeqd)(lines, x, y))
    peer("… EPSG:3338", lambda: peers.geopandas("EPSG:3338")(lines, x, y))
    vertices = np.concatenate([shapely.get_coordinates(line) for line in lines])

    def all_vertices():
        def work():
            n = len(vertices)
            return np.array([
                np.min(geod.inv(np.full(n, a), np.full(n, b), *vertices.T)[2])
                for a, b in zip(x[:20], y[:20], strict=True)
            ])  # fmt: skip

        got, seconds = peers.timed(work)
        return np.concatenate([got, exact_m[20:]]), seconds * len(x) / 20

    peer("`Geod.inv` to all vertices (20 fixes)", all_vertices)
    # a flight that stays outside, or the least distance is 0 for everybody
    short = next(
        (a[:2000], b[:2000])
        for a, b in flights
        if 2e4 < engine.least(borders, a[:2000], b[:2000]).distance_m < 3e5
    )
    try:
        with peers.postgis() as connection:
            peer(
                "PostGIS geography, KNN", lambda: peers.postgis_fixes(connection, lines, x, y, True)
            )
            peer("PostGIS geography, whole border",
                 lambda: peers.postgis_fixes(connection, lines, x, y, False))  # fmt: skip
            postgis = peers.postgis_track(connection, lines, *short)
    except Exception as error:
        say(f"| PostGIS | skipped: {str(error).splitlines()[0][:100]} | | | |")
        postgis = None

    say()
    say("## Least distance of whole tracks")
    say()
    say("| | fixes/s | fixes for one Geod.inv | error |")
    say("|---|---|---|---|")

    def line(name, per_fix, error=""):
        say(f"| {name} | {speed(1 / per_fix)} | {one / per_fix:.3g} | {error} |")

    per_track = best(lambda: [engine.least(borders, a, b) for a, b in flights]) / len(lon)
    line(f"**howclose**, {TRACKS} tracks of {FIXES:,} fixes", per_track)
    long_lon, long_lat = long_flight(1_000_000)
    seconds = best(lambda: engine.least(borders, long_lon, long_lat))
    line("**howclose**, one track of 1,000,000 fixes", seconds / len(long_lon))
    sparse = [(a[::96], b[::96]) for a, b in flights]
    count = sum(len(a) for a, _ in sparse)
    seconds = best(lambda: [engine.least(borders, a, b) for a, b in sparse], 3)
    line("howclose, legs of 22 km", seconds / count)
    ours_m = engine.least(borders, *short).distance_m

    def whole_peer(name, run):
        try:
            got, took = run()
        except Exception as error:
            say(f"| {name} | skipped: {str(error).splitlines()[0][:100]} | | |")
        else:
            line(name, took / len(short[0]), f"{length(abs(got - ours_m))} of {length(ours_m)}")

    if postgis is not None:
        whole_peer("PostGIS `ST_Distance(line)`", lambda: postgis)
    whole_peer("MovingPandas `Trajectory.distance`, EPSG:3338",
               lambda: peers.movingpandas(lines, *short))  # fmt: skip
    whole_peer("PyMEOS `nearest_approach_distance`", lambda: peers.pymeos(lines, *short))

    say()
    say("## What the engine is held to")
    say()
    say("| | asked | measured |")
    say("|---|---|---|")
    say(f"| per-fix distance along 1 Hz tracks, in `Geod.inv` | ≤ 0.3 | {ours / one:.3g} |")
    say(f"| unordered points, in `Geod.inv` | ≤ 3 | {mixed / len(shuffled) / one:.3g} |")
    say(f"| whole-track least, tracks of {FIXES:,} | ≤ 1/40 | 1/{one / per_track:.3g} |")
    say(f"| first use of the compiled part, with nothing kept | < 15 s | {cold:.1f} s |")
    say(f"| the same when it was compiled before | | {warm:.2f} s |")
    mixed_files(say, geod)
    if given.output:
        given.output.write_text("\n".join(lines_out) + "\n", encoding="utf-8")


def compiling_s():
    """Return the processor time that a new machine needs before the first large question."""
    work = (
        "import time; begin = time.process_time()\n"
        "from geo import engine\n"
        "before = time.process_time() - begin\n"
        "engine.get_ready(); print(time.process_time() - begin - before)"
    )
    with tempfile.TemporaryDirectory() as kept:
        out = subprocess.run(
            [sys.executable, "-c", work], env=os.environ | {"HOWCLOSE_CACHE": kept},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return float(out.stdout)


def long_flight(n):
    """Return one endless flight at 1 Hz over the north of the Pacific, to and fro."""
    lon = 175 + 20 * np.sin(np.arange(n) / 40_000)
    return lon, 58 + 4 * np.sin(np.arange(n) / 11_000) + 0.0 * lon


def mixed_files(say, geod):
    """Tell what the samples of the wheel of traffic cost, against all airspaces in reach."""
    folder = os.environ.get("HOWCLOSE_SAMPLES")
    spec = importlib.util.find_spec("traffic") if not folder else None
    if not folder and (spec is None or not spec.origin):
        say("| mixed real files | ≤ 1.0 | skipped: the samples of traffic 2.13 are not here |")
        return
    from geo import check, engine, read_tracks, zone
    from geo.errors import HowcloseError
    from geo.nearby import nearby_airspaces

    place = Path(folder) if folder else Path(spec.origin).parent / "data" / "samples"
    took = whole = one = 0.0
    tracks_read = fixes = pairs = 0
    for path in sorted(place.rglob("*.json*")):
        try:
            found = read_tracks(path)
        except (HowcloseError, ValueError, KeyError):
            continue  # airspaces and models: not tracks
        near = sorted({z.id for t in found for z in nearby_airspaces(t)})
        if not near:
            continue
        borders = [zone(i).border for i in near]
        x, y = (np.concatenate([getattr(t, n) for t in found]) for n in ("lon", "lat"))
        engine.distances(borders, x, y, large=True)
        took += best(lambda b=borders, x=x, y=y: engine.distances(b, x, y, large=True), 2)
        one += best(lambda x=x, y=y: geod.inv(x, y, x + 1, y * 0.99))
        begin = time.process_time()
        pairs += len(check(found).findings)
        whole += time.process_time() - begin
        tracks_read, fixes = tracks_read + len(found), fixes + len(x)
    if not fixes:
        say("| mixed real files | ≤ 1.0 | skipped: no sample could be read |")
        return
    say(f"| mixed real files: {tracks_read:,} tracks, {fixes:,} fixes, each file against the"
        f" airspaces within 100 NM of its tracks | ≤ 1.0 | {took / one:.3g} |")  # fmt: skip
    say(f"| the same by `check`: {pairs:,} findings with depth, crossings and doubt, in `Geod.inv`"
        f" a fix | | {whole / one:.3g} ({whole:.0f} s) |")  # fmt: skip


def processor():
    """Return the kind of processor, as the system names it."""
    with open("/proc/cpuinfo", encoding="utf-8") as info:  # noqa: PTH123 - no file of ours
        names = [row.partition(":")[2].strip() for row in info if row.startswith("model name")]
    return names[0] if names else "unknown processor"


if __name__ == "__main__":
    sys.exit(main())
