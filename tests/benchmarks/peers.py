"""The peers: each answers in metres, or raises `Absent` with a word why it cannot."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import shapely


class Absent(Exception):
    """A peer that cannot be had here, with the reason."""


def need(name):
    """Return an imported module, or say that it is not installed."""
    import importlib

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except Exception as error:
        raise Absent(f"{name} is not installed ({type(error).__name__})") from None


TIMES = 3


def timed(work, clock=time.process_time):
    """Return what work gives and the least seconds of some runs, of the processor."""
    least = np.inf
    for _ in range(TIMES):
        begin = clock()
        out = work()
        least = min(least, clock() - begin)
    return out, least


def clock_of(connection):
    """Return the clock of a backend: its seconds of the processor, to a hundredth."""
    pid = connection.execute("select pg_backend_pid()").fetchone()[0]
    ticks = os.sysconf("SC_CLK_TCK")

    def seconds():
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / ticks  # in its own code, and the system's

    return seconds


# ------------------------------------------------------------------------------- per fix


def spherely(lines, lon, lat):
    """S2 geography on a sphere of 6,371,010 m, prepared."""
    module = need("spherely")
    border = module.from_wkb(shapely.to_wkb(shapely.MultiLineString(lines)))
    module.prepare(border)
    points = module.points(lon, lat)
    return timed(lambda: np.asarray(module.distance(points, border)))


def geopandas(crs):
    """`sjoin_nearest` in a projection."""

    def run(lines, lon, lat):
        module = need("geopandas")
        border = module.GeoDataFrame(geometry=list(lines), crs="OGC:CRS84").to_crs(crs)
        # single edges, or the tree has three boxes to choose from
        parts = []
        for line in border.geometry:
            xy = shapely.get_coordinates(line)
            ends = np.stack([xy[:-1], xy[1:]], axis=1)
            parts.append(shapely.linestrings(ends[np.isfinite(ends).all(axis=(1, 2))]))
        edges = module.GeoDataFrame(geometry=np.concatenate(parts), crs=crs)
        fixes = module.GeoDataFrame(geometry=module.points_from_xy(lon, lat), crs="OGC:CRS84")
        _ = edges.sindex

        def work():
            near = fixes.to_crs(crs).sjoin_nearest(edges, distance_col="d")
            return near["d"].groupby(level=0).first().to_numpy()

        return timed(work)

    return run


# ---------------------------------------------------------------------------- whole tracks


def movingpandas(lines, lon, lat):
    """`Trajectory.distance` in EPSG:3338: plane, fix by fix or by lines as it sees fit."""
    module = need("movingpandas")
    frame_of = need("geopandas")
    import pandas as pd

    stamps = pd.date_range("2020-06-16", periods=len(lon), freq="s")
    fixes = frame_of.GeoDataFrame(
        geometry=frame_of.points_from_xy(lon, lat), index=stamps, crs="OGC:CRS84"
    ).to_crs(3338)
    border = frame_of.GeoSeries([shapely.MultiLineString(lines)], crs="OGC:CRS84").to_crs(3338)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        track = module.Trajectory(fixes, 1)
        return timed(lambda: float(track.distance(border.iloc[0])))


def pymeos(lines, lon, lat):
    """`nearest_approach_distance` of a geographic sequence."""
    module = need("pymeos")
    module.pymeos_initialize()
    try:
        text = ", ".join(
            f"Point({x:.9f} {y:.9f})@2020-06-16 {i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}+00"
            for i, (x, y) in enumerate(zip(lon, lat, strict=True))
        )
        kind = getattr(module, "TGeogPointSeq", None) or module.TGeographyPointSeq
        track = kind(f"[{text}]")
        border = shapely.set_srid(shapely.MultiLineString(lines), 4326)
        return timed(lambda: float(track.nearest_approach_distance(border)))
    except Exception as error:
        raise Absent(f"PyMEOS gave up: {type(error).__name__} {str(error)[:80]}") from None
    finally:
        with contextlib.suppress(Exception):
            module.pymeos_finalize()


# --------------------------------------------------------------------------------- PostGIS

BIN = Path("/usr/lib/postgresql/15/bin")


@contextlib.contextmanager
def postgis():
    """Start a private cluster on loopback with PostGIS in it, give a connection, and stop it."""
    psycopg = need("psycopg")
    if not (BIN / "initdb").exists():
        raise Absent("there is no PostgreSQL 15 (Debian: apt-get install postgresql-15-postgis-3)")
    if not Path("/usr/share/postgresql/15/extension/postgis.control").exists():
        raise Absent("PostGIS is missing (Debian: apt-get install postgresql-15-postgis-3)")
    folder = Path(tempfile.mkdtemp(prefix="howclose-bench-"))
    as_owner = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    data = folder / "data"

    def run(*command):
        subprocess.run([*as_owner, *map(str, command)], check=True, capture_output=True, cwd=folder)

    run(BIN / "initdb", "-D", data, "-A", "trust", "-U", "bench", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    options += " -c max_parallel_workers_per_gather=0 -c jit=off"
    run(BIN / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        address = f"host=127.0.0.1 port={port} user=bench dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("create extension postgis")
            yield connection
    finally:
        run(BIN / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def postgis_fixes(connection, lines, lon, lat, knn):
    """`ST_Distance` of geographies: to the whole border, or to its nearest piece by KNN."""
    connection.execute("drop table if exists fix; drop table if exists border")
    connection.execute("create table fix (n int, g geography)")
    connection.execute("create table border (g geography)")
    with connection.cursor() as cursor, cursor.copy("copy fix from stdin") as copy:
        for n, (x, y) in enumerate(zip(lon, lat, strict=True)):
            copy.write_row((n, f"SRID=4326;POINT({x:.12f} {y:.12f})"))
    pieces = [shapely.MultiLineString(lines)]
    if knn:
        pieces = []
        for line in lines:
            xy = shapely.get_coordinates(line)
            pieces += [shapely.LineString(xy[i : i + 9]) for i in range(0, len(xy) - 1, 8)]
    with connection.cursor() as cursor, cursor.copy("copy border from stdin") as copy:
        for piece in pieces:
            copy.write_row((shapely.to_wkb(piece, hex=True),))
    connection.execute("create index on border using gist (g); analyze border; analyze fix")
    query = "select n, (select ST_Distance(f.g, b.g) from border b limit 1) from fix f"
    if knn:
        query = (
            "select n, (select ST_Distance(f.g, b.g) from border b order by f.g <-> b.g limit 1)"
            " from fix f"
        )
    rows, seconds = timed(lambda: connection.execute(query).fetchall(), clock_of(connection))
    return np.array([d for _, d in sorted(rows)]), seconds


def postgis_track(connection, lines, lon, lat):
    """`ST_Distance` of a whole line to the whole border."""
    track = shapely.to_wkb(shapely.LineString(np.column_stack([lon, lat])), hex=True)
    border = shapely.to_wkb(shapely.MultiLineString(lines), hex=True)
    query = "select ST_Distance(%s::geography, %s::geography)"
    rows, seconds = timed(
        lambda: connection.execute(query, (track, border)).fetchall(), clock_of(connection)
    )
    return float(rows[0][0]), seconds
