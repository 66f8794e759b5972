"""IGC: the flight recorders of gliders.

``B HHMMSS DDMMmmmN DDDMMmmmE A|V PPPPP GGGGG``: pressure and GNSS heights in metres, UTC. The date
stands in ``HFDTE`` alone, so a time that falls back by hours is past midnight. A fix marked ``V``
has no three-dimensional position: its pressure height is good, its place is still what was heard.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

import numpy as np

from geo.errors import TrackError
from geo.readers.recording import Format, Recording, Source, text_of

__all__ = ["FORMAT"]

FIX: Final = re.compile(
    r"B(\d{2})(\d{2})(\d{2})(\d{2})(\d{5})([NS])(\d{3})(\d{5})([EW])([AV])(-\d{4}|\d{5})(-\d{4}|\d{5})"
)
DATE: Final = re.compile(r"HFDTE(?:DATE:)?\s*(\d{2})(\d{2})(\d{2})")
NAMES: Final = (
    re.compile(r"HFCID[^:]*:\s*(\S.*)"),  # competition number
    re.compile(r"HFGID[^:]*:\s*(\S.*)"),  # registration
)
DAY_S: Final = 86_400.0
MIDNIGHT_S: Final = 43_200.0  # a recorder does not run for half a day and fall back as much
CENTURY: Final = 80  # two-digit years: GNSS recorders are younger than 1980


def _sniff(source: Source) -> bool:
    head = source.head
    return head.startswith(b"A") and (b"\nHFDTE" in head or b"\rHFDTE" in head or _fixes(head))


def _fixes(head: bytes) -> bool:
    return re.search(rb"[\r\n]B\d{6}\d{7}[NS]\d{8}[EW][AV]", head) is not None


def _read(source: Source) -> list[Recording]:
    text = text_of(source)
    date = DATE.search(text)
    if date is None:
        raise TrackError(
            f"{source.name} has no date (a line HFDTE…), so nobody knows when it was flown."
        )
    day, month, year = (int(g) for g in date.groups())
    try:
        start = datetime(2000 + year if year < CENTURY else 1900 + year, month, day, tzinfo=UTC)
    except ValueError:
        raise TrackError(f"{source.name} has the date '{date[0]}', which is none.") from None
    lines = [line for line in text.splitlines() if line.startswith("B")]
    fixes = [m for line in lines if (m := FIX.match(line))]
    clock = np.array([3600 * int(f[1]) + 60 * int(f[2]) + int(f[3]) for f in fixes], dtype=float)
    days = np.cumsum(np.concatenate([[False], np.diff(clock) < -MIDNIGHT_S])) if len(fixes) else 0
    pressure = np.array([float(f[11]) for f in fixes])
    gnss = np.array([float(f[12]) for f in fixes])
    barometric = bool(pressure.any())
    name = next((m[1].strip() for p in NAMES if (m := p.search(text))), source.stem)
    recording = Recording(
        flight=name,
        lon=np.array([_degrees(f[7], f[8], f[9]) for f in fixes]),
        lat=np.array([_degrees(f[4], f[5], f[6]) for f in fixes]),
        time_s=start.timestamp() + clock + DAY_S * days,
        height_m=pressure if barometric else gnss,
        height_kind="barometric" if barometric else "geometric",
        rows=len(lines),
    )
    if len(lines) > len(fixes):
        recording.rejected["unreadable"] = len(lines) - len(fixes)
    return [recording]


def _degrees(whole: str, thousandths: str, side: str) -> float:
    value = int(whole) + int(thousandths) / 60_000
    return -value if side in "SW" else value


FORMAT: Final = Format(
    name="igc",
    title="IGC flight recorder",
    marks="text lines: the first begins with A, HFDTE has the date, B lines the fixes",
    sniff=_sniff,
    read=_read,
)
