"""Figures as sentences have them, rounded to what is known; in English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from geo.units import KILOMETRE, MILE, NM

__all__ = ["UNIT_WORDS", "figure", "in_unit", "joined", "km", "nm", "nm_and_km", "number"]

UNIT_M: Final = {"NM": NM, "mi": MILE, "km": KILOMETRE, "m": 1.0}
UNIT_WORDS: Final = {
    "NM": "nautical miles",
    "mi": "statute miles",
    "km": "kilometres",
    "m": "metres",
}
NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


def figure(value: float, digits: int | None = None) -> str:
    """Return a number with as many decimals as asked, else whole from ten on and one below.

    >>> figure(59.264), figure(6.576), figure(0.0)
    ('59', '6.6', '0')
    """
    if digits is None:
        digits = 0 if abs(value) >= 9.95 or value == 0 else 1
    return f"{value:,.{digits}f}".replace(",", "\u202f")


def in_unit(length_m: float, unit: str, digits: int | None = None) -> str:
    """Return a length in one unit.

    >>> in_unit(59264, "mi", 1)
    '36.8 statute miles'
    """
    return f"{figure(length_m / UNIT_M[unit], digits)} {UNIT_WORDS[unit]}"


def nm(length_m: float, digits: int | None = None) -> str:
    """Return a length in nautical miles, with the sign NM."""
    return f"{figure(length_m / NM, digits)}\u00a0NM"


def km(length_m: float, digits: int | None = None) -> str:
    """Return a length in kilometres."""
    return f"{figure(length_m / KILOMETRE, digits)}\u00a0km"


def nm_and_km(length_m: float) -> str:
    """Return a length in both units that aviation and readers use.

    >>> nm_and_km(59264).replace(chr(160), " ")
    '32 NM (59 km)'
    """
    return f"{nm(length_m)} ({km(length_m)})"


def number(count: int) -> str:
    """Return a small number in words, a large one in figures.

    >>> number(4), number(28)
    ('four', '28')
    """
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def joined(words: Iterable[str], joint: str = "and") -> str:
    """Return words as a list in a sentence.

    >>> joined(["Su-30", "Su-35", "MiG-31"])
    'Su-30, Su-35 and MiG-31'
    """
    *first, last = [*words] or [""]
    return f"{', '.join(first)} {joint} {last}" if first else last
