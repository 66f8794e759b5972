"""Border edges laid out in three dimensions: many short arcs, each good to a fifth of a millimetre.

An arc is ``q(t) = start + t·chord + 4 t (1 − t)·bulge`` for t in [0, 1], in Earth-centred metres,
where ``bulge`` leads from the middle of the chord to the true middle of the piece of edge. That one
vector holds the curvature of the Earth as well as the kind of the edge: straight in longitude and
latitude, geodesic, or rhumb line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.earth import E2, Floats, direct, ecef, inverse, wrap_lon

__all__ = ["Arcs", "EdgeKind", "Edges", "edges_of", "lay_out", "nearest_on_arc", "point_on_arc"]

EdgeKind = Literal["planar", "geodesic", "rhumb"]

LONGEST_ARC_M: Final = 5_000.0  # the bulge of a geodesic is 0.5 m here, its 4th-order term 1 nm
WIDEST_ARC_DEG: Final = 60.0  # of longitude: near a pole a short arc can turn far
TOLERANCE_M: Final = 2e-4  # how far an arc may run beside its edge
METRES_PER_DEGREE: Final = 111_700.0  # at least: a degree of latitude at the pole is 111,694 m


@dataclass(frozen=True)
class Edges:
    """The edges of a geometry, in degrees; shape (n,) each.

    ``lon_b`` may lie outside [−180, 180): it is ``lon_a`` plus the way that the edge runs.
    ``seam`` marks what is drawn but is no border: cuts along ±180° and along a pole.
    ``ring`` numbers the ring or line that an edge belongs to.
    """

    lon_a: Floats
    lat_a: Floats
    lon_b: Floats
    lat_b: Floats
    seam: NDArray[np.bool_]
    ring: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lon_a)

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Edges:
        return Edges(
            self.lon_a[chosen],
            self.lat_a[chosen],
            self.lon_b[chosen],
            self.lat_b[chosen],
            self.seam[chosen],
            self.ring[chosen],
        )


@dataclass(frozen=True)
class Arcs:
    """Arcs in three dimensions; ``start``, ``chord``, ``bulge`` are (n, 3) in metres.

    ``lon_a`` and ``lon_b`` are the longitudes of the ends in [−180, 180), ``edge`` the number of
    the edge that an arc is a piece of, ``seam`` as in `Edges`.
    """

    start: Floats
    chord: Floats
    bulge: Floats
    lon_a: Floats
    lon_b: Floats
    seam: NDArray[np.bool_]
    edge: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)


def edges_of(geometry: shapely.Geometry, kind: EdgeKind = "planar") -> Edges:
    """Return the edges of polygons (their rings) and of lines, in degrees.

    An edge that spans more than 180° of longitude is taken to run the short way across ±180°,
    unless it joins −180° to 180°: then it runs round the Earth, as cut polygons do; or lies on a
    pole. A geodesic always runs the short way.
    """
    parts = shapely.get_parts(geometry)
    dimension = shapely.get_dimensions(parts)
    rings = shapely.get_rings(parts[dimension == 2])
    lines = np.concatenate([rings, parts[dimension == 1]])
    xy, ring = shapely.get_coordinates(lines, return_index=True)
    if len(xy) < 2:
        empty = np.empty(0)
        return Edges(empty, empty, empty, empty, empty.astype(bool), empty.astype(np.int64))

    follows = ring[1:] == ring[:-1]
    a, b, ring = xy[:-1][follows], xy[1:][follows], ring[1:][follows]
    moves = (a != b).any(axis=1)
    a, b, ring = a[moves], b[moves], ring[moves]

    turn = b[:, 0] - a[:, 0]
    round_the_earth = (np.abs(a[:, 0]) == 180) & (np.abs(b[:, 0]) == 180)
    along_pole = (np.abs(a[:, 1]) == 90) & (a[:, 1] == b[:, 1])  # of no length, either way
    as_told = (round_the_earth | along_pole) & (kind != "geodesic")
    short_way = (np.abs(turn) > 180) & ~as_told
    turn = np.where(short_way, (turn + 180) % 360 - 180, turn)
    moves = (turn != 0) | (a[:, 1] != b[:, 1])
    a, b, turn, ring = a[moves], b[moves], turn[moves], ring[moves]
    edges = Edges(a[:, 0], a[:, 1], a[:, 0] + turn, b[:, 1], np.zeros(len(a), dtype=bool), ring)
    return _mark_seams(edges)


def _mark_seams(edges: Edges) -> Edges:
    """Return the edges with cuts marked; a cut that only partly has another side is split.

    An edge along 180° is a cut as far as the zone goes on at −180°; what has no other side is a
    border after all. An edge along a pole has no length and is never one.
    """
    at_pole = (np.abs(edges.lat_a) == 90) & (edges.lat_a == edges.lat_b)
    east = (edges.lon_a == 180) & (edges.lon_b == 180) & ~at_pole
    west = (edges.lon_a == -180) & (edges.lon_b == -180) & ~at_pole
    both = _overlaps(_spans(edges, east), _spans(edges, west))
    out = [edges[~(east | west)]]
    out[0] = Edges(
        out[0].lon_a,
        out[0].lat_a,
        out[0].lon_b,
        out[0].lat_b,
        at_pole[~(east | west)],
        out[0].ring,
    )
    for i in np.flatnonzero(east | west):
        lon, ring = edges.lon_a[i], edges.ring[i]
        a, b = edges.lat_a[i], edges.lat_b[i]
        stops = {a, b} | {v for span in both for v in span if min(a, b) < v < max(a, b)}
        lat = np.array(sorted(stops, reverse=bool(a > b)))
        middle = (lat[1:] + lat[:-1]) / 2
        seam = np.array([any(lo <= m <= hi for lo, hi in both) for m in middle])
        n = len(middle)
        out.append(
            Edges(np.full(n, lon), lat[:-1], np.full(n, lon), lat[1:], seam, np.full(n, ring))
        )
    fields = ("lon_a", "lat_a", "lon_b", "lat_b", "seam", "ring")
    return Edges(*(np.concatenate([getattr(e, f) for e in out]) for f in fields))


def _spans(edges: Edges, chosen: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Return the latitudes that the chosen edges cover, as sorted intervals that do not touch."""
    lo = np.minimum(edges.lat_a, edges.lat_b)[chosen]
    hi = np.maximum(edges.lat_a, edges.lat_b)[chosen]
    spans: list[tuple[float, float]] = []
    for i in np.argsort(lo):
        if spans and lo[i] <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], float(hi[i])))
        else:
            spans.append((float(lo[i]), float(hi[i])))
    return spans


def _overlaps(
    one: list[tuple[float, float]], other: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return the parts that two lists of intervals have in common."""
    common = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return [(lo, hi) for lo, hi in common if lo < hi]


def _isometric(lat: Floats) -> Floats:
    """Return the isometric latitude in radians, in which a rhumb line is straight."""
    s = np.sin(np.radians(np.clip(lat, -89.999999, 89.999999)))
    e = np.sqrt(E2)
    psi: Floats = np.arctanh(s) - e * np.arctanh(e * s)
    return psi


class _Course:
    """Points along edges, by the fraction of the way; worked out once for each edge."""

    def __init__(self, edges: Edges, kind: EdgeKind) -> None:
        self._edges, self._kind = edges, kind
        if kind == "geodesic":
            self._azimuth, self._length = inverse(
                edges.lon_a, edges.lat_a, edges.lon_b, edges.lat_b
            )

    def length_m(self) -> Floats:
        """Return the length of each edge, or a little more than it, in metres."""
        e = self._edges
        if self._kind == "geodesic":
            return self._length
        nearest = np.where(
            e.lat_a * e.lat_b <= 0, 0.0, np.minimum(np.abs(e.lat_a), np.abs(e.lat_b))
        )
        return METRES_PER_DEGREE * np.hypot(
            e.lat_b - e.lat_a, (e.lon_b - e.lon_a) * np.cos(np.radians(nearest)) * 1.0034
        )  # a degree of longitude is up to 0.34 % longer than on the sphere

    def at(self, i: NDArray[np.int64], fraction: Floats) -> tuple[Floats, Floats]:
        """Return longitude and latitude, in degrees, at fractions of the edges i."""
        e = self._edges
        lon_a, lat_a, lon_b, lat_b = e.lon_a[i], e.lat_a[i], e.lon_b[i], e.lat_b[i]
        if self._kind == "geodesic":
            lon, lat = direct(lon_a, lat_a, self._azimuth[i], self._length[i] * fraction)
        elif self._kind == "planar":
            lon = lon_a + (lon_b - lon_a) * fraction
            lat = lat_a + (lat_b - lat_a) * fraction
        else:
            lat = lat_a + (lat_b - lat_a) * fraction
            psi_a, psi_b = _isometric(lat_a), _isometric(lat_b)
            slanted = np.abs(lat_b - lat_a) > 1e-9  # below that a rhumb is a parallel
            share = np.where(
                slanted,
                (_isometric(lat) - psi_a) / np.where(slanted, psi_b - psi_a, 1.0),
                fraction,
            )
            lon = lon_a + (lon_b - lon_a) * share
        lon = np.where(fraction == 0, lon_a, np.where(fraction == 1, lon_b, lon))
        lat = np.where(fraction == 0, lat_a, np.where(fraction == 1, lat_b, lat))
        return lon, lat


def lay_out(edges: Edges, kind: EdgeKind = "planar") -> Arcs:
    """Return the arcs of edges, each at most 5 km long and within 0.2 mm of its edge.

    Every arc is tried at its quarters; an edge with an arc that runs beside it is cut finer.
    """
    course = _Course(edges, kind)
    pieces = np.maximum(
        np.ceil(course.length_m() / LONGEST_ARC_M),
        np.ceil(np.abs(edges.lon_b - edges.lon_a) / WIDEST_ARC_DEG),
    ).astype(np.int64)
    pieces = np.maximum(pieces, 1)
    for _ in range(24):  # 2^24 pieces of any edge are shorter than the tolerance
        arcs, off_m = _cut(edges, course, pieces)
        coarse = np.zeros(len(edges), dtype=bool)
        coarse[arcs.edge[off_m > TOLERANCE_M]] = True
        if not coarse.any():
            break
        pieces = np.where(coarse, pieces * 2, pieces)
    return arcs


def _cut(edges: Edges, course: _Course, pieces: NDArray[np.int64]) -> tuple[Arcs, Floats]:
    """Return each edge cut into so many arcs, and how far each arc is off its edge in metres."""
    edge = np.repeat(np.arange(len(edges)), pieces)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    n = pieces[edge]

    def at(quarter: int) -> tuple[Floats, Floats]:
        return course.at(edge, (number * 4 + quarter) / (4 * n))

    lon_a, lat_a = at(0)
    lon_b, lat_b = at(4)
    a, b, middle = ecef(lon_a, lat_a), ecef(lon_b, lat_b), ecef(*at(2))
    arcs = Arcs(
        start=a,
        chord=b - a,
        bulge=middle - (a + b) / 2,
        lon_a=wrap_lon(lon_a),
        lon_b=wrap_lon(lon_b),
        seam=edges.seam[edge],
        edge=edge,
    )
    off = np.zeros(len(edge))
    for quarter in (1, 3):
        point = ecef(*at(quarter))
        t = nearest_on_arc(point, arcs.start, arcs.chord, arcs.bulge)
        beside = point - point_on_arc(t, arcs.start, arcs.chord, arcs.bulge)
        off = np.maximum(off, np.sqrt((beside**2).sum(axis=-1)))
    return arcs, off


def point_on_arc(t: Floats, start: Floats, chord: Floats, bulge: Floats) -> Floats:
    """Return the points of arcs at t, shape (n, 3), in metres."""
    t = t[..., None]
    q: Floats = start + t * chord + (4 * t * (1 - t)) * bulge
    return q


def nearest_on_arc(point: Floats, start: Floats, chord: Floats, bulge: Floats) -> Floats:
    """Return the t of the point of each arc that is nearest to a point, by the straight way.

    Newton's method on the derivative, from the foot on the chord; the bulge is small against the
    chord, so that four steps leave less than 1e-12 of the arc.
    """
    off: Floats = start - point
    length2 = np.maximum((chord * chord).sum(axis=-1), 1e-18)
    t = np.clip(-(off * chord).sum(axis=-1) / length2, 0.0, 1.0)
    for _ in range(4):
        r = off + t[..., None] * chord + (4 * t * (1 - t))[..., None] * bulge
        d = chord + (4 * (1 - 2 * t))[..., None] * bulge
        slope = (r * d).sum(axis=-1)
        curve = (d * d).sum(axis=-1) - 8 * (r * bulge).sum(axis=-1)
        # Far away the far side of a bulge bends back: then the foot on the chord has to do.
        t = np.clip(t - slope / np.maximum(curve, 0.25 * length2), 0.0, 1.0)
    return np.asarray(t)
