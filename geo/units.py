"""Exact factors between the units that flights are reported in and SI."""

from __future__ import annotations

import re
from typing import Final

from geo.errors import HowcloseError

__all__ = ["FOOT", "KILOMETRE", "KNOT", "MILE", "NM", "parse_length_m"]

NM: Final = 1852.0  # metres, exact (BIPM)
MILE: Final = 1609.344  # metres, exact: the international statute mile of 1959
FOOT: Final = 0.3048  # metres, exact (1959)
KILOMETRE: Final = 1000.0
KNOT: Final = NM / 3600.0  # metres a second, exact

_LENGTHS: Final = {
    "m": 1.0,
    "km": KILOMETRE,
    "nm": NM,
    "nmi": NM,
    "mi": MILE,
    "sm": MILE,
    "ft": FOOT,
}


def parse_length_m(text: str) -> float:
    """Return a length in metres from text such as ``32nm``, ``50 km`` or ``30mi``.

    Raises
    ------
    HowcloseError
        If there is no unit, an unknown one, or no positive number.

    Examples
    --------
    >>> parse_length_m("32nm")
    59264.0
    >>> parse_length_m("30 mi")
    48280.32
    """
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*([a-z]+)\s*", text.lower())
    if match is None or match[2] not in _LENGTHS:
        raise HowcloseError(
            f"'{text}' is not a distance. Give a number and its unit: 32nm, 50km or 30mi."
        )
    return float(match[1]) * _LENGTHS[match[2]]
