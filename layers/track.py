"""Flights on a map: a crisp line where they were recorded, a corridor where they were drawn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from geo.earth import Floats, direct, geodesic_between
from geo.track import Track
from geo.words import say
from layers.frame import Frame
from layers.hues import hue_of
from layers.leaflet import Label, Layer, Shape
from layers.planes import World, cut_lines, unrolled

__all__ = ["TrackLayer", "along", "corridor", "unrolled"]

STEP_M: Final = 40_000.0  # of a long leg: its geodesic is off a straight line by under 100 m then
FAR_M: Final = 500_000.0  # a leg bends up to 5 km off the chord then, which no frame shows
MOST_HOLLOW: Final = 400  # fixes that were not believed; more hide each other
MOST_PRISMS: Final = 40  # gaps of one track whose reach is drawn
WIDEST_PRISM: Final = 1.5  # frames
NOWHERE: Final = np.empty((0, 2))
RIM: Final = 48  # points of the circle around a place of a drawn route


def path(track: Track, near_deg: float) -> tuple[Floats, Floats]:
    """Return points along a track's geodesics in degrees, shape (n, 2), and their step, (n,)."""
    pieces = np.maximum(1, np.ceil(track.leg_m / STEP_M)).astype(int)
    step = np.repeat(np.arange(len(pieces)), pieces)
    number = np.arange(len(step)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    lon, lat = geodesic_between(
        track.lon[step],
        track.lat[step],
        track.lon[step + 1],
        track.lat[step + 1],
        number / pieces[step],
    )
    lon = unrolled(np.append(lon, track.lon[-1]), near_deg)
    return np.column_stack([lon, np.append(lat, track.lat[-1])]), np.append(step, len(pieces))


def along(track: Track) -> tuple[Floats, Floats]:
    """Return a track's fixes in degrees, and places between those that lie far apart."""
    if not (track.leg_m > FAR_M).any():
        return track.lon, track.lat
    points, _ = path(track, 0.0)
    return points[:, 0], points[:, 1]


def corridor(points: Floats, half_width_m: float, frame: Frame) -> shapely.Geometry:
    """Return everywhere within a geodesic distance of a path, on the plane of a frame.

    The hulls of neighbouring geodesic circles, joined: between them a path bends little.
    """
    gap = max(half_width_m / 4, 5_000.0)
    if isinstance(frame.plane, World):
        # Its edge would part a circle: so on a plane of its own.
        near = Frame.around(points[:, 0], points[:, 1])
        wide = corridor(points, half_width_m, near)
        return frame.drawn(
            shapely.transform(wide, lambda xy: np.column_stack(near.plane.to_lonlat(*xy.T)))
        )
    keep = [0]
    x, y = frame.plane.to_xy(points[:, 0], points[:, 1])
    for i in range(1, len(points)):
        if np.hypot(x[i] - x[keep[-1]], y[i] - y[keep[-1]]) > gap or i == len(points) - 1:
            keep.append(i)
    chosen = points[keep]
    azimuth = np.linspace(0, 360, RIM, endpoint=False)
    lon, lat = direct(
        np.repeat(chosen[:, 0], RIM),
        np.repeat(chosen[:, 1], RIM),
        np.tile(azimuth, len(chosen)),
        np.full(RIM * len(chosen), half_width_m),
    )
    rim = np.stack(frame.plane.to_xy(lon, lat), axis=-1).reshape(len(chosen), RIM, 2)
    pairs = np.concatenate([rim[:-1], rim[1:]], axis=1) if len(rim) > 1 else rim
    hulls = shapely.convex_hull(shapely.multipoints(list(pairs)))
    return shapely.simplify(shapely.union_all(hulls), frame.tolerance_m * 2)


class TrackLayer(Layer):
    """One track, with its gaps dashed or, if it was drawn, as wide as its doubt.

    Parameters
    ----------
    track
        The track.
    frame
        The map's frame; without one, that of the track.
    state
        Whose flight it is, as ISO 3166 alpha-3: gives it its hue.
    words
        The label: lines of text with their class.
    background
        Whether the track is there for comparison only.
    through
        Of a recorded track: places in degrees, shape (n, 2), that its line passes and still passes
        when it is thinned, such as where it was measured.
    shades
        Of a recorded track: the hue of each fix, shape (n,), where it is not that of the state.
    title
        What a pointer tells.
    reach
        Of a recorded track: whether it is drawn where it may have been in its gaps.
    """

    def __init__(
        self,
        track: Track,
        frame: Frame | None = None,
        *,
        state: str = "USA",
        words: tuple[tuple[str, str], ...] | None = None,
        background: bool = False,
        title: str = "",
        id: str = "",
        through: Floats | None = None,
        shades: NDArray[np.int64] | None = None,
        reach: bool = True,
    ) -> None:
        frame = frame or Frame.around(track.lon, track.lat)
        self.track = track
        look = f"hue-{hue_of(state)}" + (" background" if background else "")
        if len(track) > 1:
            points, step = path(track, frame.plane.lon)
        else:
            lon = unrolled(track.lon, frame.plane.lon)
            points, step = np.column_stack([lon, track.lat]), np.zeros(1)
        id = id or f"{track.flight}-{track.leg}"
        title = title or track.name
        drawn = track.basis == "drawn"
        shapes: list[Shape] = []
        if len(points) == 1:
            shapes.append(Shape("dot", f"track {look}", (points,), id, title))
        elif drawn:
            if track.half_width_m:
                wide = corridor(points, track.half_width_m, frame)
                wide = shapely.intersection(wide, frame.surroundings)
                rings = tuple(frame.degrees(wide))
                shapes.append(Shape("area", f"corridor {look}", rings, id, title))
            lines = tuple(_thinned(part, frame) for part in cut_lines(frame.plane, points))
            shapes.append(Shape("line", f"drawn {look}", lines, id, title, arrows=True))
        else:
            own = np.full(len(track), hue_of(state)) if shades is None else shades
            more = " background" if background else ""
            held = NOWHERE if through is None else through
            if reach:
                shapes += _prisms(track, int(own[0]), more, id, title, frame)
            shapes += _recorded(track, points, step, own, more, id, title, frame, held)
        words = words if words is not None else ((track.name, ""),)
        labels: tuple[Label, ...] = ()
        if words and len(points):
            # A name goes with its line. Where colours tell something else, one of a name would
            # tell it wrongly.
            of = look if shades is None else "background" * background
            kind = f"flight {'drawn' if drawn else 'track'} {of}".strip()
            labels = (Label(words, kind, _anchors(points, frame), rank=4, id=id),)
        grid_deg = frame.grid_deg if drawn else min(frame.grid_deg, 1e-4)
        super().__init__(tuple(shapes), labels, name=track.name, grid_deg=grid_deg)


def _recorded(
    track: Track,
    points: Floats,
    step: Floats,
    hues: NDArray[np.int64],
    more: str,
    id: str,
    title: str,
    frame: Frame,
    through: Floats,
) -> list[Shape]:
    at = np.minimum(step.astype(int), len(track) - 1)[:-1]
    gap = np.append(track.is_gap, False)[at]
    # Each run of steps of one hue that was, or was not, observed is a line.
    kind = hues[at] * 2 + gap
    runs: dict[int, list[Floats]] = {}
    for run in np.split(np.arange(len(at)), np.flatnonzero(np.diff(kind)) + 1):
        for part in cut_lines(frame.plane, points[run[0] : run[-1] + 2]):
            runs.setdefault(int(kind[run[0]]), []).append(_thinned(part, frame, through))
    out = []
    if len(track.disbelieved.lon):
        lon = unrolled(track.disbelieved.lon, frame.plane.lon)
        dots = tuple(np.column_stack([lon, track.disbelieved.lat])[:, None, :][:MOST_HOLLOW])
        look = f"disbelieved hue-{int(hues[0])}{more}"
        out.append(Shape("dot", look, dots, id, say("map.not_believed", flight=title)))
    for key in sorted(runs, key=lambda k: (k % 2 == 0, k)):
        look = f"hue-{key // 2}{more}"
        lines = tuple(runs[key])
        if key % 2:
            out.append(Shape("line", f"gap {look}", lines, id, say("map.not_seen", flight=title)))
        else:
            out.append(Shape("line", f"track {look}", lines, id, title, arrows=True))
    return out


def _thinned(line: Floats, frame: Frame, through: Floats = NOWHERE) -> Floats:
    """Return a line in degrees without what nobody would miss on a map.

    It still passes each of the places that it passed, however far the map is enlarged.
    """
    flat = shapely.LineString(np.column_stack(frame.plane.to_xy(line[:, 0], line[:, 1])))
    spots = shapely.points(*frame.plane.to_xy(through[:, 0], through[:, 1]))
    spots = spots[shapely.distance(flat, spots) < frame.tolerance_m]
    cuts = np.unique(shapely.line_locate_point(flat, spots))
    ends = [0.0, *cuts.tolist(), flat.length]
    parts = [substring(flat, a, b) for a, b in itertools.pairwise(ends) if a < b] or [flat]
    thin = [shapely.get_coordinates(shapely.simplify(p, frame.tolerance_m / 3)) for p in parts]
    xy = np.concatenate([thin[0][:1], *(p[1:] for p in thin)])
    return np.column_stack(frame.plane.to_lonlat(xy[:, 0], xy[:, 1]))


def _prisms(
    track: Track, hue: int, more: str, id: str, title: str, frame: Frame
) -> Iterator[Shape]:
    """Give where a flight may have been while nobody saw it: see `geo.prism`."""
    if track.time_s is None or track.sparse:
        return
    from geo.doubt import errors_m
    from geo.unseen import prism_of

    gaps = np.flatnonzero(track.is_gap)
    error_m = errors_m(track)
    own = unrolled(track.lon, frame.plane.lon)
    for step in gaps[:MOST_PRISMS].tolist():
        prism = prism_of(track, step, error_m)
        if prism.reach_m > WIDEST_PRISM * frame.size_m:
            continue  # it may have been anywhere on the map: a shape would say nothing
        lon, lat = prism.outline()
        ring = np.column_stack([unrolled(lon, float(own[step])), lat])
        words = say("map.may_have_been", flight=title)
        rings = (np.vstack([ring, ring[:1]]),)
        if len(cut_lines(frame.plane, rings[0])) > 1:  # half of it stands at the map's other edge
            rings = tuple(frame.degrees(frame.drawn(shapely.Polygon(ring))))
        yield Shape("area", f"prism hue-{hue}{more}", rings, id, words)


def _anchors(points: Floats, frame: Frame) -> Floats:
    """Return a dozen places along a track at which its name may stand, those in sight first."""
    x, y = frame.plane.to_xy(points[:, 0], points[:, 1])
    # As far apart as they lie on the map, not as the vertices do, which crowd in the bends.
    step = np.hypot(np.diff(x), np.diff(y))
    step[step > 4 * FAR_M] = 0.0  # over the cut of a map of the whole Earth: nothing runs there
    far = np.concatenate([[0.0], np.cumsum(step)])
    even = np.linspace(0, far[-1], 15 * 8)
    x, y = np.interp(even, far, x), np.interp(even, far, y)
    seen = shapely.contains_xy(frame.rect, x, y)
    chosen = np.flatnonzero(seen) if seen.any() else np.arange(len(even))
    at = chosen[np.linspace(0, len(chosen) - 1, min(15, len(chosen))).astype(int)]
    middle_first = np.argsort(np.abs(np.linspace(-1, 1, len(at))), kind="stable")
    lon, lat = frame.plane.to_lonlat(x[at[middle_first]], y[at[middle_first]])
    return np.column_stack([unrolled(lon, frame.plane.lon), lat])
