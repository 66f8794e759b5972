"""How close it came, on a map: the one loud line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geo.catalogue import zone
from geo.earth import Floats
from geo.findings import Finding
from geo.track import Track
from geo.words import nm, say
from layers.frame import Frame
from layers.leaflet import Label, Layer, Shape
from layers.planes import cut_lines
from layers.sentences import at_most, away_of, depth_of
from layers.track import unrolled

__all__ = ["FindingLayer", "measured_at"]


class FindingLayer(Layer):
    """The closest approach of a recorded flight as a line to the border, with its length.

    A drawn route has none: what was drawn was not measured (an empty layer).

    Parameters
    ----------
    finding
        The finding.
    frame
        The map's frame.
    loud
        Whether the closest approach itself is shown, and not only where borders were crossed.
    id
        What it belongs to; without one, that of its flight and leg.
    track
        The flight, where the map runs on past 180°: what is shown of it then stands by its line.
    """

    def __init__(
        self,
        finding: Finding,
        frame: Frame | None = None,
        *,
        loud: bool = True,
        id: str = "",
        track: Track | None = None,
    ) -> None:
        self.finding = finding
        lon = np.array([finding.lon])
        around = frame.plane.lon if frame is not None else finding.lon
        near_deg = _on_line(track, around, finding.lon, finding.lat, finding.time_s)
        shapes: tuple[Shape, ...] = ()
        labels: tuple[Label, ...] = ()
        id = id or f"{finding.flight}-{finding.leg}"
        if finding.basis == "recorded":
            dots = _crossings(finding, track, around)
            if dots:
                shapes += (Shape("dot", "crossing", dots, id, say("map.crossed")),)
            if loud and finding.border_lon is not None and finding.border_lat is not None:
                both = unrolled(np.array([finding.lon, finding.border_lon]), near_deg)
                line = np.column_stack([both, [finding.lat, finding.border_lat]])
                if finding.distance_m > 0:
                    parts = (line,) if frame is None else tuple(cut_lines(frame.plane, line))
                    shapes += (Shape("line", "closest", parts, id, _title(finding)),)
                at = np.column_stack([unrolled(lon, near_deg), [finding.lat]])
                shapes += (Shape("dot", "closest", (at,), id, _title(finding)),)
                middle = line.mean(axis=0, keepdims=True)
                anchors = np.concatenate([middle, line]) if finding.distance_m > 0 else at
                labels = (Label(_words(finding), "closest", anchors, rank=0, id=id, must=True),)
        super().__init__(shapes, labels, name="Closest approach")


def measured_at(findings: Iterable[Finding]) -> Floats:
    """Return where flights were measured, in degrees, shape (n, 2): when nearest, and crossing."""
    at = [(f.lon, f.lat) for f in findings]
    at += [
        (c.lon, c.lat)
        for f in findings
        for c in f.crossings
        if c.lon is not None and c.lat is not None
    ]
    return np.array(at, dtype=float).reshape(-1, 2)


def _crossings(finding: Finding, track: Track | None, around: float) -> tuple[Floats, ...]:
    out = []
    for c in finding.crossings:
        if c.lon is not None and c.lat is not None:
            near_deg = _on_line(track, around, c.lon, c.lat, c.time_s)
            lon = unrolled(np.array([c.lon], dtype=float), near_deg)
            out.append(np.column_stack([lon, [c.lat]]))
    return tuple(out)


def _on_line(
    track: Track | None, around: float, lon: float, lat: float, time_s: float | None
) -> float:
    """Return the longitude, run on past 180°, at which a track's line passes a place."""
    if track is None or len(track) == 0:
        return around
    line = unrolled(track.lon, around)
    if time_s is not None and track.time_s is not None:
        return float(np.interp(time_s, track.time_s, line))
    east = (line - lon + 180) % 360 - 180
    away = np.hypot(east * np.cos(np.radians(lat)), track.lat - lat)
    return float(line[int(np.argmin(away))])


def _words(finding: Finding) -> tuple[tuple[str, str], ...]:
    up = at_most(finding)
    length_m = up or (away_of(finding) if finding.distance_m else depth_of(finding))
    own = finding.zone.startswith("file:")
    of = _File(finding.zone, finding.zone[5:]) if own else zone(finding.zone)
    lines = [(nm(length_m) if up is None else f"\u2264\u00a0{nm(length_m)}", "big")]
    if finding.depth_m == 0:
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
