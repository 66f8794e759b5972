"""Figures with no more digits than their doubt leaves them.

A figure is rounded to a step of 1, 2 or 5 times a power of ten: the greatest that is no more than
twice the doubt above it. So no step is less than 0.8 of the doubt, and no figure leaves its doubt,
for half a step is no more than that. Where there is next to no doubt the step is the usual one
(whole from ten on, else a tenth), and finer only if a figure would otherwise leave its doubt.

Nautical miles and kilometres are read side by side. Each rounded by itself, "10 NM (10 km)" could
stand on a page: so where the two would differ by more than a tenth of the length, the one that is
farther off takes finer steps until they agree, in any sentence, whether it stands alone or not.

What is doubtful to one side only, such as what a gap may hide, does not make a figure coarser: what
was seen was seen. It is told beside it.

An end of a range is never rounded inward: `AtLeast` goes down and `AtMost` up, with the usual
digits or as many more as keep the figure within a tenth of the length: never nothing of something.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, ClassVar, Final, Self

from geo.units import KILOMETRE, NM

__all__ = ["AtLeast", "AtMost", "Doubtful", "fitting", "usual_digits"]

COARSEST: Final = 21  # steps of 1, 2, 5, counted from 1: ten million
FINEST: Final = -12  # a ten-thousandth: of kilometres, a decimetre
PAIR: Final = (NM, KILOMETRE)
APART: Final = 0.1  # of a length, by which its two figures may differ
SLACK: Final = 1e-9  # a step of 0.1 is no number of the machine


class Doubtful(float):
    """A length in metres that is known to lie between two others, and is written accordingly.

    >>> Doubtful(59_264.0, 54_264.0, 64_264.0).digits(1000.0)
    '60'
    """

    low_m: float
    high_m: float

    def __new__(cls, value_m: float, low_m: float, high_m: float) -> Self:  # noqa: D102
        made = super().__new__(cls, value_m)
        made.low_m, made.high_m = min(low_m, value_m), max(high_m, value_m)
        return made

    def __getnewargs__(self) -> Any:
        return float(self), self.low_m, self.high_m

    @property
    def rough(self) -> bool:
        """Whether the usual digits would say more than is known, in kilometres."""
        return 2 * (self.high_m - self) / KILOMETRE > 10.0 ** -usual_digits(self / KILOMETRE)

    def digits(self, unit_m: float) -> str:
        """Return the digits of the length in a unit of so many metres, as in ``59.5``."""
        if unit_m in PAIR:
            return self._agreeing()[PAIR.index(unit_m)]
        return fitting(self / unit_m, self.low_m / unit_m, self.high_m / unit_m)

    def _agreeing(self) -> list[str]:
        """Return its digits in each unit of the pair."""
        most = [COARSEST, COARSEST]
        while True:
            told = [
                _fitted(self / u, self.low_m / u, self.high_m / u, k)
                for u, k in zip(PAIR, most, strict=True)
            ]
            in_m = [rounded * u for u, (_, rounded, _) in zip(PAIR, told, strict=True)]
            worse = int(abs(in_m[1] - self) > abs(in_m[0] - self))
            if abs(in_m[0] - in_m[1]) <= APART * self or told[worse][2] < FINEST:
                return [digits for digits, _, _ in told]
            most[worse] = told[worse][2] - 1


class _End(Doubtful):
    """An end of a range in metres, rounded outward: nobody says how far beyond the truth lies."""

    outward: ClassVar[int]  # 1 for up

    def __new__(cls, value_m: float) -> Self:
        made = super().__new__(cls, value_m, value_m, value_m)
        setattr(made, "low_m" if cls.outward > 0 else "high_m", math.nan)
        return made

    def __getnewargs__(self) -> Any:
        return (float(self),)

    def digits(self, unit_m: float) -> str:
        """Return the digits of the length in a unit, rounded outward by a tenth of it at most."""
        value = self / unit_m
        for decimals in itertools.count(usual_digits(value)):
            steps = math.floor(SLACK - self.outward * value * 10**decimals)
            rounded = -self.outward * steps / 10**decimals
            if abs(rounded - value) <= APART * value or decimals == -FINEST:
                break
        return f"{rounded:.{decimals}f}"


class AtLeast(_End):
    """A length in metres that is promised: its figure is never more than it is.

    >>> AtLeast(112_900.0).digits(1000.0), AtLeast(5_280.0).digits(1000.0)
    ('112', '5.2')
    >>> AtLeast(31.8).digits(1000.0), AtLeast(0.0).digits(1000.0)
    ('0.03', '0')
    """

    outward = -1


class AtMost(_End):
    """A length in metres that was not exceeded: its figure is never less than it is.

    >>> AtMost(112_100.0).digits(1000.0), AtMost(5_220.0).digits(1000.0)
    ('113', '5.3')
    """

    outward = 1


def usual_digits(value: float) -> int:
    """Return how many decimals a figure has in a sentence: none from ten on, else one."""
    return 0 if abs(value) >= 9.95 or value == 0 else 1


def fitting(value: float, low: float, high: float) -> str:
    """Return the digits of a figure that lies between two others, no more than they leave it.

    The doubt that counts is that above it. It is never rounded to nothing, unless it is nothing.

    Examples
    --------
    >>> fitting(59.264, 54.264, 64.264), fitting(59.264, 59.0, 59.5), fitting(59.49, 59.2, 59.8)
    ('60', '59', '59.5')
    >>> fitting(3.2, 0.0, 50.0), fitting(0.0, 0.0, 0.0)
    ('5', '0')
    >>> fitting(59.264, 0.0, 60.264)
    '60'
    """
    return _fitted(value, low, high, COARSEST)[0]


def _fitted(value: float, low: float, high: float, most: int) -> tuple[str, float, int]:
    """Return the digits of a figure, the figure and its step, no coarser than the ``most``-th."""
    widest = max(10.0 ** -usual_digits(value), 2 * (high - value))
    for k in range(most, FINEST - 1, -1):
        step = (1.0, 2.0, 5.0)[k % 3] * 10.0 ** (k // 3)
        if step > widest * (1 + SLACK):
            continue
        rounded = int(value / step + 0.5) * step
        fits = low - SLACK * step <= rounded <= high + SLACK * step
        if fits and (rounded or not value):
            return f"{rounded:.{max(0, -(k // 3))}f}", rounded, k
    return f"{value:.{-(FINEST // 3)}f}", value, FINEST - 1
