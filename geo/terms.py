"""The sources of doubt, each a term of its own, and how they add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = ["Term", "summed"]


@dataclass(frozen=True)
class Term:
    """One source of doubt: by how much it lowers ``low_m`` and raises ``high_m``, in metres.

    ``name`` is one of those in ``docs/findings.md``; ``words`` say where the figure comes from.
    """

    name: str
    low_m: float
    high_m: float
    words: str

    def to_dict(self) -> dict[str, Any]:
        """Return what a finding's ``terms`` hold, rounded to decimetres."""
        return {
            "name": self.name,
            "low_m": round(self.low_m, 1),
            "high_m": round(self.high_m, 1),
            "words": self.words,
        }


def summed(signed_m: float, terms: Iterable[Term]) -> tuple[float, float]:
    """Return between which distances the truth lies, in metres; 0 is inside.

    Parameters
    ----------
    signed_m
        The distance outside, or minus the depth inside.

    Examples
    --------
    >>> summed(1000.0, [Term("border", 10.0, 10.0, ""), Term("gap", 400.0, 0.0, "")])
    (590.0, 1010.0)
    """
    terms = tuple(terms)
    low_m = signed_m - sum(t.low_m for t in terms)
    high_m = signed_m + sum(t.high_m for t in terms)
    return max(0.0, low_m), max(0.0, high_m)
