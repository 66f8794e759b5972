"""What a story measures besides its flights: claimed distances as lines, and gaps between zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from geo.cache import remembered
from geo.catalogue import Zone, zone
from geo.document import Gap, Line, Statement
from geo.earth import Floats
from geo.errors import StoryError
from geo.offsets import Passage, offset_line, passage
from geo.story import Story
from geo.units import NM
from geo.words import said

__all__ = ["ClaimedLine", "Measures", "arithmetic", "measures"]

BELT_M: Final = 12 * NM  # the greatest breadth of a territorial sea (UNCLOS, article 3)
EVERY: Final = 3  # a vertex every 6 km tells as much as one every 2 km, and is soon asked


@dataclass(frozen=True)
class ClaimedLine:
    """A statement's distance drawn around its zone.

    ``lines`` are degrees, shape (n, 2) each. ``against_m`` are the distances of the line from
    the zone ``against``, an id: the least but for one in a hundred, the median, and the greatest
    but for one in a hundred; None where the story asks for none.
    """

    statement: Statement
    lines: tuple[Any, ...]
    against: str | None
    against_m: tuple[float, float, float] | None


@dataclass(frozen=True)
class Measures:
    """What a story has measured besides its flights: claimed lines, and gaps by id."""

    lines: tuple[ClaimedLine, ...]
    gaps: dict[str, Passage]


def measures(story: Story) -> Measures:
    """Return what a story's lines and gaps measure; kept in the cache, for they take seconds.

    Raises
    ------
    StoryError
        If a line is empty.
    ZoneError
        If there is no zone of a name, or no gap where one is to be.
    """
    lines = tuple(_line(line, story.statement(line.statement)) for line in story.document.line)
    return Measures(lines, {gap.id: _gap(gap, story) for gap in story.document.gap})


def _line(line: Line, statement: Statement) -> ClaimedLine:
    of = zone(statement.of)
    outside = [zone(z) for z in line.outside]
    what = f"line/1/{of.digest}/{statement.value_m}/{line.box}/{[z.digest for z in outside]}"

    def drawn() -> Any:
        found = offset_line(of, statement.value_m, line.box, outside)
        return [np.round(xy, 5).tolist() for xy in found]

    lines = tuple(np.asarray(xy, dtype=float) for xy in remembered(what, drawn))
    if not lines:
        raise StoryError(f"The line of statement '{statement.id}' is empty: widen its box.")
    spread = None if line.against is None else _spread(lines, zone(line.against), what)
    return ClaimedLine(statement, lines, line.against, spread)


def _spread(lines: Sequence[Floats], against: Zone, what: str) -> tuple[float, float, float]:
    """Return how far lines lie from a zone, in metres, but for one in a hundred at either end."""

    def quantiles() -> Any:
        from geo.checks import distance

        xy = np.concatenate(lines)[::EVERY]
        return np.percentile(distance(xy[:, 0], xy[:, 1], against), [1, 50, 99]).tolist()

    low, middle, high = remembered(f"{what}/{against.digest}", quantiles)
    return low, middle, high


def _gap(gap: Gap, story: Story) -> Passage:
    lon, lat = story.place(gap.place).lonlat
    of = zone(gap.zone)

    def narrowest() -> Any:
        p = passage(of, lon, lat)
        return [p.width_m, list(p.a), list(p.b)]

    width_m, a, b = remembered(f"gap/1/{of.digest}/{lon}/{lat}", narrowest)
    return Passage(width_m, tuple(a), tuple(b))


def arithmetic(measured: ClaimedLine) -> Sequence[str]:
    """Return what a claimed distance off the shore makes of the edge of the airspace, in words."""
    value_m = measured.statement.value_m
    words: list[str] = []
    if value_m > BELT_M:
        words.append(said("claim.arithmetic", value_nm=value_m / NM, rest_m=value_m - BELT_M))
    if measured.against_m is not None:
        low, middle, high = (v / NM for v in measured.against_m)
        words.append(said("claim.measured", low_nm=low, middle_nm=middle, high_nm=high))
    return words
