"""Zones on a map: airspace as a quiet belt, other zones as outlines, seas by their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.catalogue import Zone
from geo.disputes import dispute
from geo.earth import Floats
from geo.words import form, say, translated
from layers.frame import Frame
from layers.hues import hue_of
from layers.leaflet import Label, Layer, Shape
from layers.planes import cut_lines
from layers.text import short
from layers.track import unrolled

__all__ = [
    "DisputesLayer",
    "SeaNamesLayer",
    "StateNamesLayer",
    "ZoneLayer",
    "sea_names",
    "state_name",
    "state_names",
]

CURVES: Final = 7  # parallels along which the name of a sea may run
POINTS: Final = 25  # of such a curve
MOST_LETTERS: Final = 40  # of the name of a zone of a file
ALONG: Final = (0.5, 0.3, 0.7, 0.15, 0.85)  # of a line: where its name may stand


def _frame_of(zone: Zone) -> Frame:
    parts = map(shapely.get_coordinates, shapely.get_parts(zone.geometry))
    return Frame.of([(xy[:, 0], xy[:, 1]) for xy in parts])


class ZoneLayer(Layer):
    """The outline of a zone: a belt for airspace, dashes for what is not sovereign.

    Parameters
    ----------
    zone
        The zone.
    frame
        What of it can be seen; without one, all of it.
    edge
        Whether its border is seen on land too, where it was measured to.
    """

    def __init__(self, zone: Zone, frame: Frame | None = None, *, edge: bool = True) -> None:
        frame = frame or _frame_of(zone)
        self.zone = zone
        seen = frame.drawn(zone.geometry)
        self.seen = seen
        key = zone.id.partition(":")[2]
        hue = f"hue-{hue_of(key)}"
        parts = tuple(frame.degrees(seen))
        labels: tuple[Label, ...] = ()
        if zone.kind == "airspace":
            shapes = (Shape("area", f"belt {hue}", parts, title=_title(zone), edge=edge),)
        elif zone.kind in {"adiz", "treaty"}:
            shapes = (Shape("line", "adiz", parts, title=_title(zone)),)
            labels = _edge_label(zone, seen, frame)
        elif any(shapely.get_dimensions(shapely.get_parts(seen)) == 2):
            shapes = (Shape("area", f"area {hue}", parts, title=_title(zone), edge=edge),)
            labels = _own_label(zone, seen, frame)
        else:
            shapes = (Shape("line", f"area {hue}", parts, title=_title(zone)),)
            labels = _own_label(zone, seen, frame)
        super().__init__(shapes, labels, name=zone.name, grid_deg=frame.grid_deg)


def _title(zone: Zone) -> str:
    keys = {"airspace": "airspace", "adiz": "not_sovereign", "treaty": "not_sovereign"}
    words = say(f"map.{keys.get(zone.kind, 'zone')}", zone=zone)
    return words if zone.verified else say("map.approximate", what=words)


def _edge_label(zone: Zone, seen: shapely.Geometry, frame: Frame) -> tuple[Label, ...]:
    edge = shapely.intersection(shapely.boundary(seen), frame.rect)
    if edge.is_empty:
        return ()
    points = shapely.line_interpolate_point(
        shapely.line_merge(edge) if shapely.get_num_geometries(edge) > 1 else edge,
        np.linspace(0.1, 0.9, 9),
        normalized=True,
    )
    lon, lat = frame.plane.to_lonlat(shapely.get_x(points), shapely.get_y(points))
    key = "map.zone_label" if zone.verified else "map.zone_label_approximate"
    return (Label(((say(key, zone=zone), ""),), "adiz", np.column_stack([lon, lat]), rank=7),)


def _own_label(zone: Zone, seen: shapely.Geometry, frame: Frame) -> tuple[Label, ...]:
    """Return the name of a zone of a file, which no map that its reader knows has on it."""
    parts = shapely.get_parts(shapely.get_parts(shapely.intersection(seen, frame.rect)))
    parts = parts[shapely.length(parts) > 0]  # a corner may touch the frame
    if zone.kind != "file" or not len(parts) or not zone.name:
        return ()
    largest = max(parts, key=lambda p: (p.area, p.length))
    if largest.area > 0:
        radius = shapely.maximum_inscribed_circle(largest, frame.size_m / 150)
        spots = shapely.get_coordinates(radius)[:1]
    else:
        along = shapely.line_interpolate_point(largest, ALONG, normalized=True)
        spots = shapely.get_coordinates(along)
    lon, lat = frame.plane.to_lonlat(*spots.T)
    words = ((short(zone.name, MOST_LETTERS), ""),)
    return (Label(words, "area", np.column_stack([lon, lat]), rank=5),)


class SeaNamesLayer(Layer):
    """The names of seas, along the parallels that have the most room for them.

    Parameters
    ----------
    seas
        Zones such as `geo.zones` gives of the kind ``sea``.
    frame
        The map's frame.
    """

    def __init__(self, seas: Sequence[Zone], frame: Frame) -> None:
        labels = []
        for sea in seas:
            curves = _curves(sea.geometry, frame)
            if curves:
                labels.append(
                    Label(((form("zone", sea).upper(), ""),), "sea", paths=tuple(curves), rank=2)
                )
        # Letters are larger than a pixel
        super().__init__((), tuple(labels), name="Seas", grid_deg=4 * frame.grid_deg)


def _curves(geometry: Any, frame: Frame) -> list[Floats]:
    """Return the parallels within what is seen of a sea, the roomiest first."""
    seen = shapely.intersection(frame.drawn(geometry), frame.rect)
    if seen.is_empty or seen.area < 0.002 * frame.rect.area:
        return []
    seen = shapely.simplify(seen, frame.tolerance_m * 6)
    xy = shapely.get_coordinates(shapely.segmentize(seen, frame.size_m / 200))
    lon, lat = frame.plane.to_lonlat(xy[:, 0], xy[:, 1])
    found, coast = [], seen.boundary
    shapely.prepare([seen, coast])
    for parallel in np.linspace(lat.min(), lat.max(), 4 * CURVES)[1:-1]:
        along = np.linspace(lon.min(), lon.max(), 160)
        x, y = frame.plane.to_xy(along, np.full(len(along), parallel))
        line = shapely.intersection(shapely.LineString(np.column_stack([x, y])), seen)
        for part in shapely.get_parts(line):
            if shapely.get_type_id(part) == 1:
                # Room above and below counts too: a name along a coast reads badly.
                spots = shapely.line_interpolate_point(part, [0.3, 0.5, 0.7], normalized=True)
                depth = float(shapely.distance(coast, spots).min())
                found.append((part.length * min(1.0, depth / (frame.size_m / 25)), part))
    found.sort(key=lambda f: -f[0])
    out = []
    for _, part in found[:CURVES]:
        points = shapely.line_interpolate_point(
            part, np.linspace(0.03, 0.97, POINTS), normalized=True
        )
        out.append(
            np.column_stack(frame.plane.to_lonlat(shapely.get_x(points), shapely.get_y(points)))
        )
    return out


class StateNamesLayer(Layer):
    """The names of states, where what is seen of them, on the plane, has the most room."""

    def __init__(self, names: Sequence[tuple[str, shapely.Geometry]], frame: Frame) -> None:
        labels = []
        for name, zone in names:
            seen = shapely.intersection(shapely.get_parts(zone), frame.rect)
            parts = [p for p in seen if shapely.get_dimensions(p) == 2]
            parts.sort(key=lambda p: -p.area)
            spots: list[Floats] = []
            rest = parts[0] if parts else shapely.Polygon()
            # The roomiest place, and the next ones beside it where that one is taken.
            while rest.area > 0.0005 * frame.rect.area and len(spots) < 5:
                radius = shapely.maximum_inscribed_circle(rest, frame.size_m / 150)
                spots.append(shapely.get_coordinates(radius)[0])
                rest = rest.difference(shapely.Point(spots[-1]).buffer(radius.length * 0.7))
            if spots:
                lon, lat = frame.plane.to_lonlat(*np.array(spots).T)
                at = np.column_stack([lon, lat])
                labels.append(Label(((name, ""),), "state", at, rank=8))
        super().__init__((), tuple(labels), name="States", grid_deg=frame.grid_deg)


class DisputesLayer(Layer):
    """Disputed places by name: a border there is not everybody's."""

    def __init__(self, zones: Sequence[Zone], frame: Frame) -> None:
        ids = dict.fromkeys(i for z in zones for i in z.disputed)
        shapes, labels = [], []
        self.disputes = []
        for known in map(dispute, ids):
            ring = np.array([*known.outline, known.outline[0]])
            ring[:, 0] = unrolled(ring[:, 0], frame.plane.lon)
            parts = [p for p in cut_lines(frame.plane, ring) if len(p) > 3]
            areas = [frame.plane.project(shapely.Polygon(p)) for p in parts]
            if not any(frame.rect.intersects(a) for a in areas):
                continue
            flat = max(areas, key=shapely.area)
            self.disputes.append(known)
            title = translated(known.sentence)
            shapes.append(Shape("line", "disputed", tuple(parts), title=title))
            middle = shapely.get_coordinates(flat.centroid)[0]
            at = np.column_stack(frame.plane.to_lonlat(*middle[:, None]))
            words = ((say("map.disputed", place=known), ""),)
            labels.append(Label(words, "disputed", at, rank=7))
        super().__init__(tuple(shapes), tuple(labels), name="Disputed", grid_deg=frame.grid_deg)


def sea_names(frame: Frame) -> SeaNamesLayer:
    """Return the names of all the seas that the data have."""
    from geo.catalogue import zones as every_zone

    return SeaNamesLayer(every_zone("sea"), frame)


def state_name(zone: Zone) -> str:
    """Return the name of the state whose airspace a zone is."""
    return form("zone", zone, "state")


def state_names(belts: Sequence[ZoneLayer], frame: Frame) -> StateNamesLayer:
    """Return the names of the states whose airspace is shown."""
    names = [
        (state_name(layer.zone), layer.seen) for layer in belts if layer.zone.kind == "airspace"
    ]
    return StateNamesLayer(names, frame)
