"""Tracks from and to other people's tables: pandas, GeoPandas, MovingPandas, traffic.

None of them is imported here but pandas and geopandas, and those when a frame is asked for: the
other libraries' objects are known by the frame they carry, and given as the frame they take.

A database comes in through GeoPandas::

    frame = geopandas.read_postgis("SELECT icao24, time, geom FROM fixes", connection)
    tracks = tracks_from_frame(frame)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.accuracy import LABELS
from geo.earth import Floats, inverse
from geo.errors import TrackError
from geo.limits import Limits
from geo.track import Track, Tracks
from geo.units import FOOT, KNOT

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

    from geo.readers.columns import Column

__all__ = [
    "columns_of",
    "format_for",
    "to_frame",
    "to_movingpandas_frame",
    "to_traffic_frame",
    "tracks_from_frame",
    "write_tracks",
]


def tracks_from_frame(
    frame: Any,
    *,
    columns: Mapping[str, str] | None = None,
    tz: str | None = None,
    raw: bool = False,
    limits: Limits | None = None,
    name: str = "frame",
) -> Tracks:
    """Return the tracks of a table of fixes, cleaned as those of a file are.

    Parameters
    ----------
    frame
        A DataFrame with columns of longitude and latitude; a GeoDataFrame of points or lines in
        any coordinate system; a traffic ``Flight`` or ``Traffic``; a MovingPandas ``Trajectory``
        or ``TrajectoryCollection``. The index is used where it is of times.
    columns
        The frame's names of columns by ours, as in `read_tracks`.
    tz
        The time zone of times that do not say one. MovingPandas drops the zone: its times are in
        the one they came in, usually UTC.
    raw, limits
        As in `read_tracks`.
    name
        What to call the frame in errors and findings.

    Raises
    ------
    TrackError
        If there is no place or no usable fix in it.
    """
    from geo.readers import tracks_from
    from geo.readers.columns import recordings, roles
    from geo.readers.features import from_geometries
    from geo.readers.recording import Options, Source

    table = _table(frame)
    options = Options(dict(columns or {}), tz, raw, limits or Limits())
    source = Source(name, b"", options)
    geometry = getattr(table, "_geometry_column_name", None)
    if geometry is not None and geometry not in table.columns:
        geometry = None
    taken: dict[str, Column] = {
        str(c): _column(table[c], str(c), source) for c in table.columns if c != geometry
    }
    if len(table) == 0:
        raise TrackError(f"{name} has no rows, so there is nothing to measure.")
    if geometry is not None:
        found = from_geometries(table[geometry].to_numpy(), taken, table.crs, source)
    else:
        found = recordings(taken, roles(list(taken), source), source, default=name)
    stamp = hashlib.sha256()
    for recording in found:
        for part in (recording.lon, recording.lat, recording.time_s):
            stamp.update(b"-" if part is None else np.ascontiguousarray(part).tobytes())
    return tracks_from(found, name, stamp.hexdigest(), "frame", options)


def _table(frame: Any) -> Any:
    """Return the DataFrame that an object is or carries, with an index of times as a column."""
    if hasattr(frame, "trajectories"):  # MovingPandas' collection
        import pandas as pd

        frame = pd.concat([t.df for t in frame.trajectories])
    for holder in ("df", "data"):  # MovingPandas' trajectory, traffic's flight
        inner = getattr(frame, holder, None)
        if not hasattr(frame, "columns") and hasattr(inner, "columns"):
            frame = inner
    if not hasattr(frame, "columns"):
        raise TrackError(
            f"{type(frame).__name__} is no table of fixes. Give a DataFrame with columns of"
            " longitude, latitude and time."
        )
    if str(getattr(frame.index, "dtype", "")).startswith("datetime64"):
        index = frame.index.name or "time"
        if index not in frame.columns:
            frame = frame.rename_axis(index).reset_index()
    return frame


def _column(series: Any, name: str, source: Any) -> Column:
    import pandas as pd

    from geo.readers.columns import column_of
    from geo.readers.recording import needs_zone, told_once, zone_of

    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        if series.dt.tz is None:
            if source.options.tz is None:
                raise needs_zone(source, f"in the column '{name}'")
            zone = zone_of(source.options.tz)
            try:
                series = series.dt.tz_localize(zone)
            except ValueError:  # a time that was never, or twice: by which row?
                for moment in series.dropna():
                    told_once(moment.to_pydatetime(warn=False).replace(tzinfo=zone), source)
                raise
        since = series.dt.tz_convert("UTC").dt.tz_localize(None) - pd.Timestamp(0)
        return np.asarray(since.dt.total_seconds().to_numpy(), dtype=np.float64)
    if pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_bool_dtype(series.dtype):
        return np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
    return column_of([None if pd.isna(v) is True else v for v in series.tolist()])


# ------------------------------------------------------------------------------------ out


def _spread(tracks: Iterable[Track], what: str) -> Floats:
    """Return a number of every fix of all tracks, NaN where a track has none."""
    parts = []
    for track in tracks:
        values = getattr(track, what)
        parts.append(np.full(len(track), np.nan) if values is None else values)
    return np.concatenate(parts) if parts else np.empty(0)


def _labels(track: Track) -> list[str]:
    if track.error_by is None:
        return [""] * len(track)
    return [LABELS[code] for code in track.error_by.tolist()]


def _repeated(tracks: Sequence[Track], value: str) -> list[Any]:
    return [v for t in tracks for v in [getattr(t, value)] * len(t)]


def _utc(time_s: Floats) -> Any:
    import pandas as pd

    whole = np.where(np.isfinite(time_s), np.round(time_s * 1e6), np.nan)
    return pd.to_datetime(pd.Series(whole), unit="us", utc=True)


def columns_of(tracks: Iterable[Track]) -> dict[str, Any]:
    """Return the fixes as columns, by the names that our own files have; times in seconds."""
    tracks = list(tracks)
    height_m = _spread(tracks, "height_m")
    baro = np.repeat(
        np.array([t.height_kind == "barometric" for t in tracks], dtype=bool),
        [len(t) for t in tracks],
    )
    return {
        "flight": _repeated(tracks, "flight"),
        "callsign": _repeated(tracks, "callsign"),
        "leg": _repeated(tracks, "leg"),
        "typecode": [v for t in tracks for v in [t.about.get("type")] * len(t)],
        "time": _spread(tracks, "time_s"),
        "lon": _spread(tracks, "lon"),
        "lat": _spread(tracks, "lat"),
        "baroaltitude": np.where(baro, height_m, np.nan),
        "geoaltitude": np.where(baro, np.nan, height_m),
        "error_m": _spread(tracks, "error_m"),
        "error_by": [label for t in tracks for label in _labels(t)],
        "basis": _repeated(tracks, "basis"),
        "half_width_m": [np.nan if v is None else v for v in _repeated(tracks, "half_width_m")],
    }


def to_frame(tracks: Iterable[Track]) -> geopandas.GeoDataFrame:
    """Return the fixes as a GeoDataFrame of points, a row each, times in UTC, heights in metres.

    Heights above the pressure level (``baroaltitude``) and above the ellipsoid or geoid
    (``geoaltitude``) are apart. What was not believed is not in it.
    """
    import geopandas
    import pandas as pd

    columns = columns_of(tracks)
    columns["time"] = _utc(columns["time"])
    frame = pd.DataFrame(columns)
    points = geopandas.points_from_xy(frame["lon"], frame["lat"])
    return geopandas.GeoDataFrame(frame, geometry=points, crs="OGC:CRS84")


def to_movingpandas_frame(tracks: Iterable[Track]) -> geopandas.GeoDataFrame:
    """Return the fixes as MovingPandas takes them: an index ``t`` of UTC times without a zone.

    Use it as ``movingpandas.TrajectoryCollection(frame, traj_id_col="traj_id")``. Tracks without
    times are left out: a trajectory has them.
    """
    timed = [t for t in tracks if t.time_s is not None]
    frame = to_frame(timed)
    frame["traj_id"] = [f"{t.flight}-{t.input}-{t.leg}" for t in timed for _ in range(len(t))]
    frame["t"] = frame["time"].dt.tz_localize(None)
    return frame.drop(columns="time").set_index("t")


def to_traffic_frame(tracks: Iterable[Track]) -> pd.DataFrame:
    """Return the fixes by the names and units of the traffic library: ``Traffic(frame)``.

    Heights in feet, ground speed in knots and track in degrees, both worked out from the fixes.
    Tracks without times are left out.
    """
    import pandas as pd

    timed = [t for t in tracks if t.time_s is not None]
    columns = columns_of(timed)
    moved = [_motion(t) for t in timed]
    return pd.DataFrame(
        {
            "timestamp": _utc(columns["time"]),
            "icao24": columns["flight"],
            "callsign": columns["callsign"],
            "typecode": columns["typecode"],
            "flight_id": [f"{t.name}_{t.leg:03d}" for t in timed for _ in range(len(t))],
            "latitude": columns["lat"],
            "longitude": columns["lon"],
            "altitude": columns["baroaltitude"] / FOOT,
            "geoaltitude": columns["geoaltitude"] / FOOT,
            "groundspeed": np.concatenate([m[0] for m in moved]) if moved else [],
            "track": np.concatenate([m[1] for m in moved]) if moved else [],
        }
    )


def _motion(track: Track) -> tuple[Floats, Floats]:
    """Return the ground speed in knots and the track in degrees from each fix to the next."""
    if len(track) < 2 or track.time_s is None:
        return np.full(len(track), np.nan), np.full(len(track), np.nan)
    azimuth_deg, step_m = inverse(track.lon[:-1], track.lat[:-1], track.lon[1:], track.lat[1:])
    speed_kt = step_m / np.diff(track.time_s) / KNOT
    return np.append(speed_kt, speed_kt[-1]), np.append(azimuth_deg, azimuth_deg[-1]) % 360.0


# ---------------------------------------------------------------------------------- files

ENDINGS: Final = {
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpx": "gpx",
    ".kml": "kml",
    ".csv": "csv",
    ".parquet": "parquet",
}


def write_tracks(tracks: Iterable[Track], path: str | Path) -> None:
    """Write tracks to a file, whose ending says the format; each can be read back by `read_tracks`.

    ``.geojson`` (lines with ``coordTimes``, longitudes running on past 180°), ``.gpx``, ``.kml``
    (``gx:Track``), ``.csv`` and ``.parquet`` (GeoParquet, a row a fix). What was not believed is
    not in it. The file appears whole or not at all.

    Raises
    ------
    OutputError
        If the ending is of no format that is written, or the place cannot be written to.
    """
    from geo.files import ready_for_file, write
    from geo.writers import WRITERS

    form = format_for(path)
    ready_for_file(path)
    write(path, WRITERS[form](list(tracks)))


def format_for(path: str | Path) -> str:
    """Return the format that the ending of a file's name says.

    Raises
    ------
    OutputError
        If it is of no format that is written.
    """
    from geo.errors import OutputError

    kind = ENDINGS.get(Path(path).suffix.lower())
    if kind is None:
        raise OutputError(
            f"{path} ends in none of {', '.join(ENDINGS)}, so nobody knows in which format to"
            " write it."
        )
    return kind
