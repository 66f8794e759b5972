"""Track files of any format in, tracks out.

A format is told by its content, never by its name alone; each format is one module, and the
registry below is the one place that knows them all.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from geo.errors import TrackError
from geo.readers.recording import Format, Options, Recording, Source
from geo.track import Input, Track, Tracks

__all__ = ["Format", "formats", "read_tracks"]

# In the order in which they are asked: the narrow marks first, the table last.
MODULES: Final = ("readsb", "geojson", "delimited")
MOST_BYTES: Final = 2_000_000_000  # of one file unpacked; a day of one aircraft is 0.5 MB


@functools.cache
def formats() -> tuple[Format, ...]:
    """Return the formats that can be read, in the order in which they are tried."""
    return tuple(importlib.import_module(f"geo.readers.{m}").FORMAT for m in MODULES)


def read_tracks(
    *paths: str | Path,
    columns: Mapping[str, str] | None = None,
    tz: str | None = None,
    raw: bool = False,
) -> Tracks:
    """Return the tracks of one or more files, one a leg, and what was dropped on the way.

    Parameters
    ----------
    *paths
        Files, or ``-`` for standard input.
    columns
        For tables, the file's names of columns by ours: ``{"time": "timestamp"}``.
    tz
        The time zone of times that do not say one.
    raw
        Believe every fix.

    Raises
    ------
    TrackError
        If a file is missing, of no known format, broken, or has no fix that could be used.
    """
    options = Options(dict(columns or {}), tz, raw)
    out = Tracks()
    for path in paths:
        out += _read(path, options)
    return out


def _read(path: str | Path, options: Options) -> Tracks:
    name, packed = _bytes(path)
    source = Source(name, _unpacked(packed, name), options)
    if not source.data.strip():
        raise TrackError(f"{name} is empty.")
    format_ = next((f for f in formats() if f.sniff(source)), None)
    if format_ is None:
        raise TrackError(_unknown(source))
    recordings = format_.read(source)
    return tracks_from(recordings, name, hashlib.sha256(packed).hexdigest(), format_.name, options)


def tracks_from(
    recordings: Iterable[Recording], name: str, sha256: str, format_: str, options: Options
) -> Tracks:
    """Return the cleaned tracks of recordings, with the input that they came from."""
    from geo.clean import tracks_of

    tracks: list[Track] = []
    rejected: Counter[str] = Counter()
    rows, notes = 0, []
    for recording in recordings:
        legs, dropped = tracks_of(recording, raw=options.raw)
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
    return Tracks(tuple(tracks), (input_,), tuple(notes))


def _bytes(path: str | Path) -> tuple[str, bytes]:
    if str(path) == "-":
        return "standard input", sys.stdin.buffer.read()
    path = Path(path)
    if path.is_dir():
        raise TrackError(f"{path} is a folder. Name the track files in it: {path}/*")
    try:
        return path.name, path.read_bytes()
    except FileNotFoundError:
        raise TrackError(f"There is no file '{path}'.") from None
    except OSError as error:
        raise TrackError(f"{path} cannot be read: {error.strerror}.") from None


def _unpacked(data: bytes, name: str) -> bytes:
    """Return the bytes, out of gzip if they are in it, however the file is called."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        out = unpacker.decompress(data, MOST_BYTES)
    except zlib.error:
        raise TrackError(f"{name} is packed with gzip, but broken. Download it again.") from None
    if unpacker.unconsumed_tail:
        raise TrackError(f"{name} unpacks to more than {MOST_BYTES // 10**9} GB: too large.")
    if not unpacker.eof:
        raise TrackError(f"{name} is packed with gzip, but cut off. Download it again.")
    return out


def _unknown(source: Source) -> str:
    kinds = {
        b"\x89PNG": "a PNG picture",
        b"\xff\xd8\xff": "a JPEG picture",
        b"%PDF": "a PDF document",
        b"PK\x03\x04": "a zip archive",
        b"<!DOCTYPE html": "a web page",
        b"<html": "a web page",
    }
    seen = next((k for mark, k in kinds.items() if source.data.startswith(mark)), None)
    return (
        f"{source.name} is {seen or 'of no track format that is known'}, so there is no track to"
        " read in it. See the formats with: howclose formats"
    )
