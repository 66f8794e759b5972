"""SBS / BaseStation: what dump1090 and others send on port 30003, logged.

22 fields: 1 type, 4 hex, 6/7 date and time of the message, 10 callsign, 11 feet, 14 lat, 15 lon,
21 on the ground. Lines of multilateration begin with MLAT instead of MSG. Positions come in MSG,3
(on the surface in MSG,2), callsigns in MSG,1: they are put together by hex. Times are the logger's
local ones: they need a zone.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from geo.readers.columns import Column, recordings, text_column
from geo.readers.recording import Format, Recording, Source, text_of

__all__ = ["FORMAT"]

FIELDS: Final = 22
TYPE, HEX, DATE, TIME, CALLSIGN, FEET, LAT, LON, GROUND = 1, 4, 6, 7, 10, 11, 14, 15, 21
LINE: Final = re.compile(rb"(?:MSG|MLAT),[1-8],[^,\r\n]*,[^,\r\n]*,[0-9A-Fa-f~]{6,7},")


def _sniff(source: Source) -> bool:
    first = source.head.split(b"\n", 1)[0]
    return LINE.match(first) is not None or (
        first.startswith((b"SEL,", b"ID,", b"AIR,", b"STA,", b"CLK,"))
        and (b"\nMSG," in source.head or b"\nMLAT," in source.head)
    )


def _read(source: Source) -> list[Recording]:
    callsigns: dict[str, str] = {}
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(text_of(source), newline="")):
        if len(row) < LON + 1 or row[0] not in ("MSG", "MLAT"):
            continue
        if row[CALLSIGN].strip():
            callsigns[row[HEX].lower()] = row[CALLSIGN].strip()
        if row[LAT].strip() and row[LON].strip():
            if not row[CALLSIGN].strip():
                row[CALLSIGN] = callsigns.get(row[HEX].lower(), "")
            rows.append(row + [""] * (FIELDS - len(row)))
    columns: dict[str, Column] = {
        "time": text_column([f"{r[DATE].strip()} {r[TIME].strip()}".strip() for r in rows]),
        "hex": text_column([r[HEX].lower() for r in rows]),
        "callsign": text_column([r[CALLSIGN] for r in rows]),
        "altitude": text_column([r[FEET] for r in rows]),
        "lat": text_column([r[LAT] for r in rows]),
        "lon": text_column([r[LON] for r in rows]),
        "ground": text_column(
            ["1" if r[GROUND].strip() in ("1", "-1") or r[TYPE] == "2" else "0" for r in rows]
        ),
    }
    columns["source"] = text_column(["mlat" if r[0] == "MLAT" else "" for r in rows])
    found = {
        "time": "time", "flight": "hex", "callsign": "callsign", "height": "altitude",
        "lat": "lat", "lon": "lon", "on_ground": "ground", "source": "source",
    }  # fmt: skip
    return recordings(columns, found, source, default=source.stem) if rows else []


FORMAT: Final = Format(
    name="sbs",
    title="SBS (BaseStation, port 30003) log",
    marks="lines of 22 fields that begin with MSG, (or MLAT,); local times, so they need --tz",
    sniff=_sniff,
    read=_read,
)
