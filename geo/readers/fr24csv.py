"""Flightradar24 in CSV, of three kinds, all with latitude and longitude in one column.

``Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction``; an older one without ``UTC``; and the
"granular" one, with ``hex`` as ``0x8467d8``, times like ``2024-01-02 07:41:03Z.515``, and columns
without a name, of ``KEY:VALUE``, at the end.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from geo.readers.columns import Column, numbers, recordings, roles, text_column, texts
from geo.readers.delimited import delimiter_of, first_line
from geo.readers.recording import Format, Recording, Source, text_of

__all__ = ["FORMAT"]

GRANULAR_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})Z(\.\d+)?")


def _header(line: str) -> list[str]:
    return [name.strip().strip('"').casefold() for name in line.split(delimiter_of(line))]


def _sniff(source: Source) -> bool:
    names = _header(first_line(source))
    if "position" in names:
        return "lat" not in names and "latitude" not in names
    return "hex" in names and re.search(rb"\b0x[0-9a-fA-F]{6}\b", source.head) is not None


def _read(source: Source) -> list[Recording]:
    line = first_line(source)
    reader = csv.reader(io.StringIO(text_of(source), newline=""), delimiter=delimiter_of(line))
    header = [name.strip() for name in next(reader)]
    rows = [row for row in reader if any(cell.strip() for cell in row)]
    columns: dict[str, Column] = {
        name: text_column([row[i].strip() if i < len(row) else "" for row in rows])
        for i, name in enumerate(header)
        if name
    }
    position = next((n for n in columns if n.casefold() == "position"), None)
    if position is not None:
        pairs = [(*cell.split(","), "", "")[:2] for cell in texts(columns[position])]
        columns["latitude"] = text_column([p[0] for p in pairs])
        columns["longitude"] = text_column([p[1] for p in pairs])
    for name, values in list(columns.items()):
        listed = texts(values)
        if name.casefold() == "hex":
            columns[name] = text_column([v.removeprefix("0x").lower() for v in listed])
        elif any(GRANULAR_TIME.fullmatch(v) for v in listed[:10]):
            columns[name] = text_column([GRANULAR_TIME.sub(r"\1\2Z", v) for v in listed])
    found = roles(list(columns), source)
    out = recordings(columns, found, source, default=source.stem)
    if "height" in found and "on_ground" not in found:
        feet = numbers(columns[found["height"]])
        if len(out) == 1:
            out[0].on_ground = feet == 0
    return out


FORMAT: Final = Format(
    name="fr24-csv",
    title="Flightradar24 CSV (three kinds)",
    marks='a column Position with "lat,lon", or a column hex with 0x…; heights in feet',
    sniff=_sniff,
    read=_read,
)
