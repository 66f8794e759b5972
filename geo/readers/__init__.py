"""Track files of any format in, tracks out.

A format is told by its content, never by its name alone; each format is one module, and the
registry below is the one place that knows them all.
"""

from __future__ import annotations

import functools
import gc
import importlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from geo.errors import TrackError
from geo.limits import Limits
from geo.readers.archives import File, files
from geo.readers.recording import Format, Options, Recording, Source, zone_of
from geo.track import Input, Track, Tracks, stamp_of

__all__ = ["Format", "formats", "read_named", "read_snapshots", "read_tracks", "tracks_from"]

# In the order in which they are asked: the narrow marks first, the table last. Each is imported
# when it is asked, so that a trace does not pay for the others.
MODULES: Final = (
    "readsb", "live", "opensky", "fr24", "geojson", "frames", "kml", "gpx", "igc", "sbs",
    "parquet", "vector", "fr24csv", "delimited",
)  # fmt: skip
SHOWN: Final = 5  # names of files in a note

# What a broken file makes a reader stumble over. A reader says better where it can.
STUMBLES: Final = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip


@functools.cache
def _format(module: str) -> Format:
    format_: Format = importlib.import_module(f"geo.readers.{module}").FORMAT
    return format_


def formats() -> tuple[Format, ...]:
    """Return the formats that can be read, in the order in which they are tried."""
    return tuple(_format(m) for m in MODULES)


def read_tracks(
    *paths: str | Path,
    columns: Mapping[str, str] | None = None,
    tz: str | None = None,
    raw: bool = False,
    limits: Limits | None = None,
) -> Tracks:
    """Return the tracks of one or more files, one a leg, and what was dropped on the way.

    Parameters
    ----------
    *paths
        Files, archives (zip, tar.gz), folders, or ``-`` for standard input.
    columns
        For tables, the file's names of columns by ours: ``{"time": "timestamp"}``.
    tz
        The time zone of times that do not say one.
    raw
        Believe every fix but doubles, and those without a time or a possible position.
    limits
        The thresholds of cleaning, where the defaults do not suit; each has its unit in its name.

    Raises
    ------
    TrackError
        If a file is missing, of no known format, broken, or has no fix that could be used.
    """
    options = _options(columns, tz, raw, limits)
    out = Tracks()
    for path in paths:
        out += _read(path, options)
    return out


def read_named(
    name: str,
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    tz: str | None = None,
    raw: bool = False,
    limits: Limits | None = None,
) -> Tracks:
    """Return the tracks of a file as if it were called by a name, as it may have been once.

    A flight that its file does not name is called by the file. The parameters are those of
    `read_tracks`.

    Raises
    ------
    TrackError
        As `read_tracks`.
    """
    return _read(path, _options(columns, tz, raw, limits), name)


def read_snapshots(
    name: str,
    paths: Iterable[str | Path],
    *,
    columns: Mapping[str, str] | None = None,
    tz: str | None = None,
    raw: bool = False,
    limits: Limits | None = None,
) -> Tracks:
    """Return the tracks that snapshots make together, as one input of a name.

    What `read_tracks` makes of a folder with nothing else in it. The parameters are the same.

    Raises
    ------
    TrackError
        If a file is no snapshot, or as `read_tracks`.
    """
    options = _options(columns, tz, raw, limits)
    found = [(file, *_recordings(file, options)) for path in paths for file in files(path)]
    odd = next((file.name for file, format_, _ in found if not format_.joined), None)
    if odd is not None:
        raise TrackError(f"{odd} is no snapshot, so it makes no track together with others.")
    return _gathered(found, options, [], name, strict=True)


def _options(
    columns: Mapping[str, str] | None, tz: str | None, raw: bool, limits: Limits | None
) -> Options:
    """Return how to read; what is no zone or no column is told, whether a file needs it or not."""
    zone_of(tz)
    if columns:
        from geo.readers.columns import sound_roles

        sound_roles(columns)
    return Options(dict(columns or {}), tz, raw, limits or Limits())


def _read(path: str | Path, options: Options, name: str | None = None) -> Tracks:
    """Return the tracks of one input; of a folder or archive, of all the files in it that are."""
    many = Path(path).is_dir() if str(path) != "-" else False
    found: list[tuple[File, Format, list[Recording]]] = []
    skipped: list[str] = []
    first: TrackError | None = None
    empty = True
    for file in files(path, name):
        empty = False
        try:
            found.append((file, *_recordings(file, options)))
        except TrackError as error:
            if not many and file.archive is None:
                raise
            first = first or error
            skipped.append(file.name)
    what = "folder" if many else "archive"
    if empty:
        raise TrackError(f"{path} is {'a folder' if many else 'an archive'} with no files in it.")
    if not found:
        raise TrackError(f"{path}: no file in this {what} is a track. The first: {first}")
    notes = []
    if skipped:
        shown = ", ".join(skipped[:SHOWN]) + (" …" if len(skipped) > SHOWN else "")
        count = "1 file" if len(skipped) == 1 else f"{len(skipped)} files"
        notes.append(f"{path}: left out of this {what}: {count} ({shown}). {first}")
    return _gathered(found, options, notes, Path(path).name or str(path), strict=not many)


def _recordings(file: File, options: Options) -> tuple[Format, list[Recording]]:
    source = Source(file.name, file.data, options, file.path)
    if not source.data or source.data.isspace():
        raise TrackError(f"{file.name} is empty.")
    format_ = next((f for f in map(_format, MODULES) if f.sniff(source)), None)
    if format_ is None:
        raise TrackError(_unknown(source))
    try:
        with _without_collecting():
            recordings = format_.read(source)
    except STUMBLES as error:
        raise TrackError(
            f"{file.name} looks like a {format_.title}, but something in it cannot be read"
            f" ({type(error).__name__}: {str(error)[:200]})."
        ) from None
    if not any(r.rows for r in recordings):
        raise TrackError(f"{file.name} looks like a {format_.title}, but has no fixes in it.")
    return format_, recordings


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep the garbage collector from looking through the rows of a file again and again.

    They are lists by the thousand and form no cycles: reading a trace is a tenth faster so.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _gathered(
    found: list[tuple[File, Format, list[Recording]]],
    options: Options,
    notes: list[str],
    whole: str,
    *,
    strict: bool,
) -> Tracks:
    """Return the tracks of read files: an archive is one input, a folder's files are many.

    Snapshots are one input, by the name of the whole; its parts are told.
    """
    out = Tracks(notes=tuple(notes))
    of_parts: tuple[tuple[str, str], ...] = ()
    by_input: dict[tuple[str, str], list[tuple[File, Format, list[Recording]]]] = {}
    if len(found) > 1 and all(f.joined for _, f, _ in found):
        # Snapshots: only together are they tracks.
        joined = [(found[0][0], found[0][1], _joined(r for _, _, rs in found for r in rs))]
        parts = tuple(dict.fromkeys((f.archive or f.name, f.sha256) for f, _, _ in found))
        if len(parts) == 1:
            by_input[parts[0]] = joined
        else:
            by_input[whole, stamp_of(parts)] = joined
            of_parts = parts
    else:
        for one in found:
            by_input.setdefault((one[0].archive or one[0].name, one[0].sha256), []).append(one)
    unusable: TrackError | None = None
    for (name, sha256), members in by_input.items():
        kinds = ", ".join(dict.fromkeys(f.name for _, f, _ in members))
        recordings = (r for _, _, rs in members for r in rs)
        try:
            read = tracks_from(recordings, name, sha256, kinds, options)
            out += replace(read, inputs=tuple(replace(i, parts=of_parts) for i in read.inputs))
        except TrackError as error:
            if strict:
                raise
            unusable = unusable or error
            out = replace(out, notes=(*out.notes, str(error)))
    if not out and unusable is not None:
        raise unusable
    return out


def _joined(recordings: Iterable[Recording]) -> list[Recording]:
    """Return one recording an aircraft, out of snapshots with a row of each."""
    by_flight: dict[str, list[Recording]] = {}
    for recording in recordings:
        by_flight.setdefault(recording.flight, []).append(recording)
    return [_join(parts) for parts in by_flight.values()]


def _join(parts: list[Recording]) -> Recording:
    out = replace(parts[0], rows=sum(p.rows for p in parts), rejected=Counter(), notes=[])
    for part in parts:
        out.rejected += part.rejected
        out.notes += part.notes
    for name in ("lon", "lat", "time_s", "callsign", "height_m", "on_ground", "position_time_s",
                 "error_m", "error_by"):  # fmt: skip
        columns = [getattr(p, name) for p in parts]
        whole = all(c is not None for c in columns)
        setattr(out, name, np.concatenate(columns) if whole else None)
    if out.height_m is not None:
        geometric = np.repeat(
            [p.height_kind == "geometric" for p in parts], [len(p.lon) for p in parts]
        )
        known = np.isfinite(out.height_m)
        most = (known & geometric).sum() > (known & ~geometric).sum()
        out.height_m[geometric != most] = np.nan  # never mix the two kinds
        out.height_kind = "geometric" if most else "barometric"
    return out


def tracks_from(
    recordings: Iterable[Recording], name: str, sha256: str, format_: str, options: Options
) -> Tracks:
    """Return the cleaned tracks of recordings, with the input that they came from.

    Parameters
    ----------
    recordings
        What a reader gave.
    name, sha256, format_
        What the input is called, the hash of its bytes, and which format it was told to be.
    options
        How to read and clean.

    Raises
    ------
    TrackError
        If no fix can be used.
    """
    from geo.clean import tracks_of

    tracks: list[Track] = []
    rejected: Counter[str] = Counter()
    rows, notes = 0, []
    for recording in recordings:
        legs, dropped = tracks_of(recording, raw=options.raw, limits=options.limits)
        tracks += legs
        rejected += dropped
        rows += recording.rows
        notes += recording.notes
    if not tracks:
        told = ", ".join(f"{n} {reason}" for reason, n in sorted(rejected.items()))
        raise TrackError(
            f"{name} has {rows} fixes, but none that can be used ({told or 'there are none'})."
        )
    input_ = Input(name, sha256, format_, rows, dict(rejected))
    return Tracks(tuple(tracks), (input_,), tuple(notes), (options.to_dict(),))


def _unknown(source: Source) -> str:
    kinds = {
        b"\x89PNG": "a PNG picture",
        b"\xff\xd8\xff": "a JPEG picture",
        b"%PDF": "a PDF document",
        b"PK\x03\x04": "a zip archive inside another",
        b"<!DOCTYPE html": "a web page",
        b"<html": "a web page",
    }
    seen = next((k for mark, k in kinds.items() if source.data.startswith(mark)), None)
    if source.data[:1] == b"\x80" and source.data[1:2] in b"\x02\x03\x04\x05":
        return (
            f"{source.name} is a Python pickle, which can run any program when it is opened, so it"
            " is not. Save it as Parquet instead: frame.to_parquet('track.parquet')"
        )
    return (
        f"{source.name} is {seen or 'of no track format that is known'}, so there is no track to"
        " read in it. See the formats with: howclose formats"
    )
