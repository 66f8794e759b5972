"""How close it came, on a map: the one loud line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.catalogue import zone
from geo.earth import Floats
from geo.findings import Finding
from geo.words import nm, say
from layers.frame import Frame
from layers.leaflet import Label, Layer, Shape
from layers.sentences import away_of, depth_of
from layers.track import unrolled

__all__ = ["FindingLayer"]


class FindingLayer(Layer):
    """The closest approach of a recorded flight as a line to the border, with its length.

    A drawn route has none: what was drawn was not measured (an empty layer).
    """

    def __init__(
        self, finding: Finding, frame: Frame | None = None, *, loud: bool = True, id: str = ""
    ) -> None:
        self.finding = finding
        lon = np.array([finding.lon])
        near_deg = frame.plane.lon if frame is not None else finding.lon
        shapes: tuple[Shape, ...] = ()
        labels: tuple[Label, ...] = ()
        id = id or f"{finding.flight}-{finding.leg}"
        if finding.basis == "recorded":
            dots = _crossings(finding, near_deg)
            if dots:
                shapes += (Shape("dot", "crossing", dots, id, say("map.crossed")),)
            if loud and finding.border_lon is not None and finding.border_lat is not None:
                both = unrolled(np.array([finding.lon, finding.border_lon]), near_deg)
                line = np.column_stack([both, [finding.lat, finding.border_lat]])
                if finding.distance_m > 0:
                    shapes += (Shape("line", "closest", (line,), id, _title(finding)),)
                at = np.column_stack([unrolled(lon, near_deg), [finding.lat]])
                shapes += (Shape("dot", "closest", (at,), id, _title(finding)),)
                middle = line.mean(axis=0, keepdims=True)
                anchors = np.concatenate([middle, line]) if finding.distance_m > 0 else at
                labels = (Label(_words(finding), "closest", anchors, rank=0, id=id, must=True),)
        super().__init__(shapes, labels, name="Closest approach")


def _crossings(finding: Finding, near_deg: float) -> tuple[Floats, ...]:
    return tuple(
        np.column_stack([unrolled(np.array([c.lon], dtype=float), near_deg), [c.lat]])
        for c in finding.crossings
        if c.lon is not None and c.lat is not None
    )


def _words(finding: Finding) -> tuple[tuple[str, str], ...]:
    length_m = away_of(finding) if finding.distance_m else depth_of(finding)
    own = finding.zone.startswith("file:")
    of = _File(finding.zone, finding.zone[5:]) if own else zone(finding.zone)
    lines = [(nm(length_m), "big")]
    if finding.distance_m > 0:
        lines.append((say("map.closest_from", away_m=length_m, zone=of), "small"))
    else:
        lines.append((say("map.closest_inside", depth_m=length_m, zone=of), "small"))
    if finding.time_s is not None:
        bearing = finding.bearing_deg if finding.distance_m > 0 else None
        key = "map.closest_time" if bearing is None else "map.closest_time_bearing"
        lines.append((say(key, time=finding.time_s, bearing=bearing), "small"))
    return tuple(lines)


@dataclass(frozen=True)
class _File:
    """The zone of a file, as far as its name goes."""

    id: str
    name: str
    kind: str = "file"


def _title(finding: Finding) -> str:
    return " ".join(words for words, _ in _words(finding)).replace("\u00a0", " ")
