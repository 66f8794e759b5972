"""Places of a story, what was claimed of distances, and gaps, on a map."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from geo.document import Interception, PlaceEntry
from geo.earth import Floats
from geo.measures import ClaimedLine
from geo.offsets import Passage
from geo.words import joined, nm, say
from layers.frame import Frame
from layers.leaflet import Label, Layer, Shape
from layers.planes import cut_lines
from layers.track import unrolled

__all__ = ["ClaimedLineLayer", "PassageLayer", "PlacesLayer"]

ANCHORS: Final = 40  # places along a claimed line at which its figure may stand


class PlacesLayer(Layer):
    """Bases and other places of a story, with who took off from there.

    Parameters
    ----------
    places
        The places; those beyond the frame are left out.
    frame
        The map's frame.
    interceptions
        Who was sent: named at the places that they came from.
    """

    def __init__(
        self,
        places: tuple[PlaceEntry, ...],
        frame: Frame,
        interceptions: tuple[Interception, ...] = (),
    ) -> None:
        labels = []
        for place in places:
            lon, lat = place.lonlat
            at = np.column_stack([unrolled(np.array([lon]), frame.plane.lon), [lat]])
            x, y = frame.plane.to_xy(*at[0])
            if not frame.surroundings.covers(shapely.Point(float(x), float(y))):
                continue
            who = [i.aircraft for i in interceptions if place.id in i.from_]
            base = place.kind == "base"
            words: list[tuple[str, str]] = [(place.name, "")]
            if who:
                words.append((joined(who, "comma"), "small"))
            look = "place" if base else "strait"
            mark = "base" if base else ""
            labels.append(Label(tuple(words), look, at, rank=3 if who else 5, mark=mark))
        super().__init__((), tuple(labels), name="Places", grid_deg=min(frame.grid_deg, 1e-3))


class PassageLayer(Layer):
    """A gap between two parts of an airspace, as a short stroke with its width.

    Parameters
    ----------
    passage
        What `geo.offsets.passage` gives.
    name
        Of the gap, such as that of its strait.
    frame
        The map's frame.
    """

    def __init__(self, passage: Passage, name: str, frame: Frame) -> None:
        ends = np.array([passage.a, passage.b])
        ends[:, 0] = unrolled(ends[:, 0], frame.plane.lon)
        words = ((name, ""), (say("map.gap_label", width_m=passage.width_m), "small"))
        label = Label(words, "strait", ends.mean(axis=0, keepdims=True), rank=1)
        title = say("map.gap_title", place=name, width_m=passage.width_m)
        super().__init__((Shape("line", "passage", (ends,), title=title),), (label,), name=name)


class ClaimedLineLayer(Layer):
    """A distance that was claimed, as a line around the shore: nobody published a point.

    Parameters
    ----------
    line
        What `geo.claims.measures` gives of it.
    frame
        The map's frame.
    note
        A sentence to stand under who claimed it.
    """

    def __init__(self, line: ClaimedLine, frame: Frame, note: str = "") -> None:
        shown: list[Floats] = []
        spots: list[Floats] = []
        for xy in line.lines:
            whole = np.column_stack([unrolled(xy[:, 0], frame.plane.lon), xy[:, 1]])
            parts = [p for p in cut_lines(frame.plane, whole) if len(p) > 1]
            flat = frame.plane.project(
                shapely.multilinestrings(list(map(shapely.LineString, parts)))
            )
            seen = shapely.intersection(flat, frame.surroundings)
            thin = shapely.simplify(seen, frame.tolerance_m / 2)
            shown += frame.degrees(thin)
            spots.append(shapely.get_coordinates(shapely.intersection(flat, frame.rect)))
        s = line.statement
        words = [
            (nm(s.value_m), "big"),
            (say("map.claim_value", value_m=s.value_m, of=s.of_words), "small"),
            (joined([w for w in (say("map.claim_by", by=s.by), note) if w], "sentences"), "small"),
        ]
        every = np.concatenate(spots)
        anchors = np.empty((0, 2))
        if len(every):
            # The middle of the map is where a reader looks first.
            middle = np.array([(frame.x0 + frame.x1) / 2, (frame.y0 + frame.y1) / 2])
            order = np.argsort(np.hypot(*(every - middle).T), kind="stable")
            spread = order[np.linspace(0, len(order) - 1, ANCHORS).astype(int)]
            lon, lat = frame.plane.to_lonlat(*every[spread].T)
            anchors = np.column_stack([lon, lat])
        told = say("map.claim_title", by=s.by, value_m=s.value_m, of=s.of_words)
        title = told.replace("\u00a0", " ")
        shape = Shape("line", "claim", tuple(shown), title=title)
        label = Label(tuple(words), "claim", anchors, rank=0, must=True)
        super().__init__((shape,), (label,), name="Claimed", grid_deg=frame.grid_deg)
