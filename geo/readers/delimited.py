"""Tables in text: CSV with commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from typing import Final

import numpy as np

from geo.errors import TrackError
from geo.readers.columns import Column, recordings, roles
from geo.readers.recording import Format, Recording, Source, text_of

__all__ = ["FORMAT"]

DELIMITERS: Final = (",", ";", "\t", "|")


def _first_line(source: Source) -> str:
    head = source.head
    if b"\0" in head:
        return ""
    line = head.splitlines()[0] if head else b""
    return line.decode("utf-8", errors="replace")


def _sniff(source: Source) -> bool:
    line = _first_line(source)
    return any(line.count(d) >= 1 for d in DELIMITERS) and not line.startswith(("{", "[", "<"))


def _read(source: Source) -> list[Recording]:
    line = _first_line(source)
    delimiter = max(DELIMITERS, key=line.count)
    rows = csv.reader(io.StringIO(text_of(source), newline=""), delimiter=delimiter)
    try:
        header = [name.strip() for name in next(rows)]
        found = roles(header, source)
        body = [row for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise TrackError(f"{source.name} is not a readable table ({error}).") from None
    wanted = {header.index(name): name for name in found.values()}
    columns: dict[str, Column] = {
        name: np.array([row[i] if i < len(row) else "" for row in body], dtype=np.str_)
        for i, name in wanted.items()
    }
    if not body:
        raise TrackError(f"{source.name} has a header but no rows, so there is nothing to measure.")
    return recordings(columns, found, source, default=source.stem)


FORMAT: Final = Format(
    name="csv",
    title="CSV table",
    marks="a header with columns for latitude and longitude (lat, latitude, y …), commas,"
    " semicolons or tabs between; times in ISO 8601 or seconds since 1970",
    sniff=_sniff,
    read=_read,
)
