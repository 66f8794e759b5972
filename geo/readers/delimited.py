"""Tables in text: CSV with commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from typing import Final

from geo.errors import TrackError
from geo.readers.columns import Column, recordings, roles, text_column
from geo.readers.recording import Format, Recording, Source, text_of

__all__ = ["FORMAT", "delimiter_of", "first_line"]

DELIMITERS: Final = (",", ";", "\t", "|")
COMMENTS: Final = ("#", "//")  # some writers tell about the file before its header


def first_line(source: Source) -> str:
    """Return the header of a table: its first line that is neither empty nor a comment."""
    head = source.head
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
    if b"\0" in head:
        return ""
    lines = head.decode("utf-8", errors="replace").splitlines()
    return next((x for x in lines if x.strip() and not x.startswith(COMMENTS)), "")


def delimiter_of(line: str) -> str:
    """Return what parts the columns of a header."""
    return max(DELIMITERS, key=line.count)


def _sniff(source: Source) -> bool:
    line = first_line(source)
    return any(line.count(d) >= 1 for d in DELIMITERS) and not line.startswith(("{", "[", "<"))


def _read(source: Source) -> list[Recording]:
    line = first_line(source)
    text = text_of(source)
    begin = text.find(line)
    reader = csv.reader(
        io.StringIO(text[max(begin, 0) :], newline=""), delimiter=delimiter_of(line)
    )
    try:
        header = [name.strip() for name in next(reader)]
        found = roles(header, source)
        body = [row for row in reader if any(cell.strip() for cell in row)]
    except (csv.Error, StopIteration) as error:
        raise TrackError(f"{source.name} is not a readable table ({error}).") from None
    wanted = {header.index(name): name for name in found.values()}
    columns: dict[str, Column] = {
        name: text_column([row[i] if i < len(row) else "" for row in body])
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
