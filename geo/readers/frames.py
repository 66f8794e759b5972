"""Frames in JSON, as pandas and so the traffic library write them: rows, columns, or lines.

``to_json()`` gives columns (``{"latitude": {"0": 46.2, …}, …}``), ``orient="records"`` rows, and
``lines=True`` a row a line. Heights are feet, as in the traffic library, unless the column says
metres; ``last_position`` tells when a position was heard.
"""

from __future__ import annotations

import itertools
from typing import Any, Final

import orjson

from geo.errors import TrackError
from geo.readers.columns import column_of, recordings, roles
from geo.readers.recording import Format, Recording, Source, parse_json

__all__ = ["FORMAT"]

MARKS: Final = (b'"latitude"', b'"lat"', b'"Latitude"', b'"lat_deg"', b'"y"')
FIRST_ROWS: Final = 1000  # tell the columns of rows that do not all have all of them


def _sniff(source: Source) -> bool:
    head = source.head
    return head.startswith((b"[", b"{")) and (
        any(mark in source.data for mark in MARKS) or bool(source.options.columns)
    )


def _read(source: Source) -> list[Recording]:
    columns = _columns(source)
    found = roles(list(columns), source)
    wanted = {name: column_of(columns[name]) for name in found.values()}
    return recordings(wanted, found, source, default=source.stem)


def _columns(source: Source) -> dict[str, list[Any]]:
    """Return the columns of a frame, however it was written."""
    if _lines(source):
        document: Any = [_row(line, source) for line in source.data.splitlines() if line.strip()]
    else:
        document = parse_json(source)
    if isinstance(document, dict) and all(isinstance(v, list) for v in document.values()):
        columns: dict[str, list[Any]] = document
        if len({len(v) for v in columns.values()}) > 1:
            raise TrackError(f"{source.name} has columns of different lengths.")
        return columns
    if isinstance(document, dict) and all(isinstance(v, dict) for v in document.values()):
        keys = list(dict.fromkeys(itertools.chain.from_iterable(document.values())))
        return {name: [column.get(k) for k in keys] for name, column in document.items()}
    if not isinstance(document, list):
        document = [document]
    rows = [row for row in document if isinstance(row, dict)]
    names = dict.fromkeys(itertools.chain.from_iterable(rows[:FIRST_ROWS]))
    return {name: [row.get(name) for row in rows] for name in names}


def _lines(source: Source) -> bool:
    first = source.head.split(b"\n", 1)[0].strip()
    return first.startswith(b"{") and first.endswith(b"}") and b"\n" in source.data.strip()


def _row(line: bytes, source: Source) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise TrackError(
            f"{source.name} has a line that is not whole JSON ({error}). It may have been cut off:"
            " download it again."
        ) from None
    return row if isinstance(row, dict) else {}


FORMAT: Final = Format(
    name="frames",
    title="JSON frame, as pandas and the traffic library write it",
    marks="a JSON list of rows, an object of columns, or a row a line, with latitude and longitude;"
    " times in ISO 8601 or since 1970; pickles are never opened",
    sniff=_sniff,
    read=_read,
)
