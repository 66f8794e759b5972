"""Zones from vector files: whatever pyogrio opens, brought to longitude and latitude.

A file in a plane of its own (UTM, polar stereographic, Mercator) means edges that are straight in
that plane: a side of 400 km of a UTM box is 4 km off the line between its corners in longitude and
latitude. So such edges get as many vertices as they need. What winds round a pole or lies across
180° is cut there, as RFC 7946 has it.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import itertools
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.arcs import METRES_PER_DEGREE, EdgeKind
from geo.catalogue import Zone
from geo.earth import Floats
from geo.errors import ZoneError

if TYPE_CHECKING:
    import geopandas
    import shapely

__all__ = ["read_zones"]

MOST_UNNAMED: Final = 50  # features of a file that are all measured without being picked
STRAIGHT_M: Final = 0.1  # an edge of a plane is cut until no piece's middle is farther off
MOST_CUTS: Final = 24  # 2^24 pieces of any edge are short enough
COARSE_DEG: Final = 0.5  # longer pieces are halved anyway: a bend may hide from their middle
MULTIPOINT: Final = 4  # GEOS's number of it; those of all that has parts are no less
AT_POLE: Final = 90 - 1e-9  # degrees: 0.1 mm from the pole

# Brings coordinates of a file, shape (n, 2), to degrees.
ToDegrees = Callable[[Floats], Floats]


def read_zones(
    path: str | Path, *, names: Sequence[str] = (), edges: EdgeKind = "planar"
) -> tuple[Zone, ...]:
    """Return the zones of a vector file: any that pyogrio opens, such as GeoJSON or GeoPackage.

    Parameters
    ----------
    path
        The file; all its layers are read. Its coordinates are brought to WGS84 if it says which
        others it has.
    names
        Only the features of these names (their ``name``, ``NAME`` or ``id``, else their number).
        Of several that share a name, all; from the second on they are called "NAME (2)" and so on.
    edges
        How the borders run between vertices; RFC 7946 and most files mean ``planar``: straight in
        longitude and latitude, or in the plane of the file if it has one.

    Raises
    ------
    ZoneError
        If the file cannot be read, holds no lines or polygons, or one that encloses nothing; or has
        more than 50 features and none is picked.
    """
    path = Path(path)
    if not path.exists():
        raise ZoneError(f"There is no zone and no file '{path}'.")
    if path.is_dir() and path.suffix.lower() != ".gdb":  # a file geodatabase is a folder
        raise ZoneError(f"{path} is a folder. Name the zone file in it: --zone {path / 'NAME'}")
    shapes: list[tuple[Any, shapely.Geometry, Any]] = []
    for frame in _frames(path):
        column = next((c for c in ("name", "NAME", "id") if c in frame.columns), None)
        given = frame[column].tolist() if column else [None] * len(frame)
        bare = frame[column].isna().tolist() if column else [True] * len(frame)  # None or NaN
        own = [None if b else g for g, b in zip(given, bare, strict=True)]
        shapes += zip(own, frame.geometry, itertools.repeat(frame.crs), strict=False)
    if not shapes:
        raise ZoneError(f"{path} holds no lines or polygons, so there is no border to measure to.")

    called = [str(i + 1) if s[0] is None else str(s[0]) for i, s in enumerate(shapes)]
    wanted = set(names)
    if wanted - set(called):
        missing = sorted(wanted - set(called))[0]
        near = difflib.get_close_matches(missing, called, n=3) or called[:5]
        raise ZoneError(f"{path} has no feature named '{missing}'. It has: {', '.join(near)} …")
    chosen = [i for i, label in enumerate(called) if not wanted or label in wanted]
    if len(chosen) > MOST_UNNAMED:
        raise ZoneError(
            f"{path} has {len(chosen)} features. Pick those to measure to by name:"
            f" --zone-name '{called[0]}'"
        )
    labels = _told_apart(called)
    return tuple(
        _zone(path, labels[i], _in_degrees(path, labels[i], *shapes[i][1:], edges), edges)
        for i in chosen
    )


def _frames(path: Path) -> list[geopandas.GeoDataFrame]:
    """Return the lines and polygons of each layer of a file that has some."""
    import geopandas
    import pyogrio
    import shapely

    frames: list[Any] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL warns of what is told as an error, or mended
            if path.suffix.lower() in {".parquet", ".geoparquet"}:
                frames.append(geopandas.read_parquet(path))
            else:
                layers = [name for name, kind in pyogrio.list_layers(path) if kind is not None]
                frames += [geopandas.read_file(path, layer=str(name)) for name in layers]
    except Exception as error:  # drivers raise whatever they like
        # the first sentence: what GDAL suggests after it is no help to who has a broken file
        reason = str(error).splitlines()[0].split(".;")[0] if str(error) else type(error).__name__
        raise ZoneError(
            f"{path} cannot be read as a zone file ({reason}). Give a vector file with lines or"
            " polygons: GeoJSON, GeoPackage, a shapefile or GeoParquet."
        ) from None
    out = []
    for frame in frames:
        if not isinstance(frame, geopandas.GeoDataFrame):  # a table opens too
            continue
        shapes = frame.geometry.to_numpy()
        some = frame[(shapely.get_dimensions(shapes) >= 1) & ~shapely.is_empty(shapes)]
        if len(some):
            out.append(some)
    return out


def _told_apart(called: Sequence[str]) -> list[str]:
    """Return names of which no two are the same.

    >>> _told_apart(["A", "B", "A", "A (2)", "A"])
    ['A', 'B', 'A (3)', 'A (2)', 'A (4)']
    """
    taken = set(called)
    seen: set[str] = set()
    out = []
    for name in called:
        own = name
        if name in seen:
            own = next(n for k in itertools.count(2) if (n := f"{name} ({k})") not in taken)
        taken.add(own)
        seen.add(name)
        out.append(own)
    return out


def _zone(path: Path, label: str, geometry: shapely.Geometry, edges: EdgeKind) -> Zone:
    import shapely

    return Zone(
        id=f"file:{label}",
        kind="file",
        name=label,
        edges=edges,
        source=path.name,
        licence="as the file's owner says",
        accuracy_m=None,
        legal_accuracy_m=None,
        digest=hashlib.sha256(shapely.to_wkb(geometry) + edges.encode()).hexdigest(),
        load=functools.partial(_same, geometry),
    )


def _same(geometry: shapely.Geometry) -> shapely.Geometry:
    return geometry


# ----------------------------------------------------------------------------- to degrees


def _in_degrees(
    path: Path, label: str, geometry: shapely.Geometry, crs: Any, edges: EdgeKind
) -> shapely.Geometry:
    """Return a geometry of a file in longitude and latitude, mended.

    Raises
    ------
    ZoneError
        If it cannot be brought there, encloses nothing, or has an edge of which nobody can tell
        how it runs.
    """
    import shapely

    def to_degrees(xy: Floats) -> Floats:
        lonlat = _transformed(path, xy, crs)
        if (
            not np.isfinite(lonlat).all()
            or (np.abs(lonlat[:, 1]) > 90).any()
            or (np.abs(lonlat[:, 0]) > 540).any()
        ):
            raise ZoneError(
                f"{path} has coordinates that are no longitude and latitude in degrees. If it is in"
                " another system, it has to say so (GeoPackage and shapefiles do)."
            )
        return lonlat

    plane = crs is not None and not crs.is_geographic
    geometry = shapely.force_2d(geometry)
    if not plane:
        geometry = shapely.transform(geometry, to_degrees)
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) >= MULTIPOINT).any():  # collections hold collections
        parts = shapely.get_parts(parts)
    dimension = shapely.get_dimensions(parts)
    areas, lines = parts[dimension == 2], [_xy(line) for line in parts[dimension == 1]]
    if plane:
        turned = [
            shapely.orient_polygons(a) for a in shapely.get_parts([_mended(a) for a in areas])
        ]
        rings = [[_along(r, to_degrees, edges) for r in _rings(a)] for a in turned]
        lines = [_along(line, to_degrees, edges) for line in lines]
    else:
        rings = [_rings(a) for a in areas]
        unrolled = [_unrolled(ring) for area in rings for ring in area]
        if edges != "planar" and any(_runs_round(xy) for xy in [*unrolled, *lines]):
            raise ZoneError(
                f"The zone '{label}' of {path} has an edge that runs right round the Earth, over"
                f" 360° of longitude. Nobody can tell its way with --edges {edges}: give it"
                " vertices in between, or leave --edges planar."
            )
    whole = shapely.get_parts([_area(r, edges, turned=plane) for r in rings])
    whole = [g for g in whole if not g.is_empty]
    found = [whole[0] if len(whole) == 1 else shapely.multipolygons(whole)] if whole else []
    # What winds round a pole uncut is no sound polygon on a sheet of paper, yet can be searched.
    if edges == "planar" or not any(_winds(ring) for area in rings for ring in area):
        found = [_mended(g) for g in found]
    found += [shapely.linestrings(line) for line in lines if (line[1:] != line[:-1]).any()]
    found = [g for g in found if not g.is_empty]
    if not found:
        raise ZoneError(
            f"The zone '{label}' of {path} encloses nothing and has no length, so there is no"
            " border to measure to."
        )
    if len(found) == 1:
        return found[0]
    return shapely.geometrycollections(found) if whole else shapely.multilinestrings(found)


def _transformed(path: Path, xy: Floats, crs: Any) -> Floats:
    """Return coordinates of a file in degrees on WGS84, shape (n, 2)."""
    import geopandas
    import shapely

    if crs is None or len(xy) == 0:
        return xy
    try:
        points = geopandas.GeoSeries(shapely.points(xy), crs=crs).to_crs("OGC:CRS84")
    except Exception as error:  # a plane that is nowhere on the Earth, such as a building's
        raise ZoneError(
            f"{path} is in a coordinate system that leads to no longitude and latitude"
            f" ({str(error).splitlines()[0]}). Save it in another."
        ) from None
    return np.asarray(shapely.get_coordinates(points.to_numpy()))


def _xy(line: shapely.Geometry) -> Floats:
    import shapely

    return np.asarray(shapely.get_coordinates(line))


def _rings(area: shapely.Geometry) -> list[Floats]:
    """Return the coordinates of a polygon's rings, the outer one first."""
    import shapely

    return [_xy(ring) for ring in shapely.get_rings(area)]


def _mended(area: shapely.Geometry) -> shapely.Geometry:
    """Return an area without overlaps, bow ties, and parts that enclose nothing."""
    import shapely

    if area.is_valid:
        return area
    return shapely.make_valid(area, method="structure", keep_collapsed=False)


def _along(xy: Floats, to_degrees: ToDegrees, edges: EdgeKind) -> Floats:
    """Return a line of a plane in degrees, with vertices where the plane's straight line bends.

    An edge is halved until the middle of each piece is where longitude and latitude have it. Of
    edges that are geodesics or rhumb lines between their vertices, nothing but these counts.
    """
    lonlat = to_degrees(xy)
    if edges != "planar":
        return lonlat
    open_ = np.ones(len(xy) - 1, dtype=bool)
    for _ in range(MOST_CUTS):
        i = np.flatnonzero(open_)
        if len(i) == 0:
            break
        middle = (xy[i] + xy[i + 1]) / 2
        there = to_degrees(middle)
        way = _short_way(lonlat[i + 1] - lonlat[i])
        off = _short_way(there - lonlat[i] - way / 2)
        scale = np.stack([np.cos(np.radians(there[:, 1])), np.ones(len(i))], axis=-1)
        off_m = METRES_PER_DEGREE * np.hypot(*(off * scale).T)
        coarse = (off_m > STRAIGHT_M) | (np.abs(way * scale) > COARSE_DEG).any(axis=1)
        open_[i[~coarse]] = False
        at = i[coarse] + 1
        xy = np.insert(xy, at, middle[coarse], axis=0)
        lonlat = np.insert(lonlat, at, there[coarse], axis=0)
        open_ = np.insert(open_, at, True)
    return lonlat


def _short_way(step: Floats) -> Floats:
    """Return differences in longitude and latitude, shape (n, 2), the short way round."""
    out = step.copy()
    out[:, 0] = (out[:, 0] + 180) % 360 - 180
    return out


# ------------------------------------------------------------------ round the pole, across 180°


def _area(rings: list[Floats], edges: EdgeKind, *, turned: bool) -> shapely.Geometry:
    """Return the area of a polygon's rings in degrees.

    Parameters
    ----------
    rings
        The outer one first, shape (n, 2) each.
    turned
        Whether the outer one runs counterclockwise as seen from above and the others clockwise:
        then what lies to the left of a ring tells which pole is in it.
    """
    import shapely

    even = [_unrolled(_with_poles(ring) if turned else ring) for ring in rings]
    turns = [_winds(ring) for ring in even]
    wide = max(np.ptp(ring[:, 0]) for ring in even) >= 360
    rolled = any(len(a) != len(b) or (a != b).any() for a, b in zip(even, rings, strict=True))
    if not (any(turns) or rolled or (wide and np.abs(even[0][:, 0]).max() > 180)):
        return _polygon(rings)
    if edges != "planar":
        # Cut along a meridian these edges would be others. A search needs no cut.
        if any(turns):
            return _polygon([_one_place(r) if t else r for r, t in zip(rings, turns, strict=True)])
        west = even[0][:, 0].min()
        return _polygon([r - [360 * ((r[:, 0].min() - west) // 360), 0] for r in even])
    parts = []
    for number, (ring, turn) in enumerate(zip(even, turns, strict=True)):
        west_to_east = turn > 0 if number == 0 else turn < 0
        north = west_to_east if turned else ring[:, 1].mean() > 0
        parts.append(_cut(_closed(ring, 90.0 if north else -90.0) if turn else ring))
    return shapely.difference(parts[0], shapely.union_all(parts[1:])) if parts[1:] else parts[0]


def _polygon(rings: list[Floats]) -> shapely.Geometry:
    import shapely

    return shapely.Polygon(rings[0], rings[1:])


def _winds(ring: Floats) -> int:
    """Return how often a ring winds round the Earth, eastward; 0 for one beside the poles."""
    even = _unrolled(ring)
    return round(float(even[-1, 0] - even[0, 0]) / 360)


def _runs_round(xy: Floats) -> bool:
    """Return whether an edge runs right round the Earth, other than on a pole, which is a point."""
    pole = (np.abs(xy[:-1, 1]) > AT_POLE) & (np.abs(xy[1:, 1]) > AT_POLE)
    return bool(((np.abs(np.diff(xy[:, 0])) >= 360) & ~pole).any())


def _unrolled(ring: Floats) -> Floats:
    """Return a ring whose longitudes go on across ±180°, each edge the short way.

    An edge from −180° to 180° runs right round the Earth, as cut polygons have it: unless nothing
    else of the ring lies there. Then both are one place of a ring that winds round a pole.
    """
    step = np.diff(ring[:, 0])
    round_ = np.abs(step) == 360
    times = np.where(np.abs(step) == 180, 0, np.floor((step + 180) / 360))
    one_place = (np.abs(ring[:-1, 0]) == 180).sum() == 2
    times[round_] = np.sign(step[round_]) if one_place else 0
    turn = np.concatenate([[0.0], np.cumsum(times)])
    return np.stack([ring[:, 0] - 360 * turn, ring[:, 1]], axis=-1)


def _one_place(ring: Floats) -> Floats:
    """Return a ring round a pole that has no two vertices for one place of it at ±180°."""
    if not (np.abs(np.diff(ring[:, 0])) == 360).any():
        return ring
    kept = ring[ring[:, 0] != -180]
    return np.concatenate([kept, kept[:1]])


def _with_poles(ring: Floats) -> Floats:
    """Return a ring with two vertices for each on a pole: where it came from, where it goes.

    In a plane the longitude of a pole says nothing.
    """
    pole = np.abs(ring[:-1, 1]) > AT_POLE
    if pole.all() or not pole.any():
        return ring
    ring = ring[:-1]
    ring = np.roll(ring, -int((~pole).argmax()), axis=0)
    pole = np.abs(ring[:, 1]) > AT_POLE
    out = []
    for i, vertex in enumerate(ring):
        if pole[i]:
            out.append([ring[i - 1, 0], vertex[1]])
            out.append([ring[(i + 1) % len(ring), 0], vertex[1]])
        else:
            out.append([vertex[0], vertex[1]])
    return np.array([*out, out[0]])


def _closed(ring: Floats, pole_lat: float) -> Floats:
    """Return a ring that winds round the Earth, from ±180° to ±180° and closed along a pole.

    Cut anywhere else, both sides of the cut would have to meet again to the last digit.
    """
    sheet = np.floor((ring[:, 0] + 180) / 360)
    i = int((sheet[1:] != sheet[:-1]).argmax())  # it winds, so it does cross
    (lon_a, lat_a), (lon_b, lat_b) = ring[i], ring[i + 1]
    seam = 360 * max(sheet[i], sheet[i + 1]) - 180
    lat = lat_a + (lat_b - lat_a) * (seam - lon_a) / (lon_b - lon_a)
    way = ring[-1, 0] - ring[0, 0]
    on = np.concatenate([ring[i + 1 : -1], ring[: i + 1] + np.array([way, 0.0])])
    corners = [[seam + way, lat], [seam + way, pole_lat], [seam, pole_lat], [seam, lat]]
    return np.concatenate([[[seam, lat]], on, corners])


def _cut(ring: Floats) -> shapely.Geometry:
    """Return the area of a ring cut at ±180°, every piece between them."""
    import shapely

    area = _mended(shapely.polygons(ring))
    west, _, east, _ = area.bounds
    pieces = []
    for k in range(int((west + 180) // 360), int(-((180 - east) // 360)) + 1):
        piece = shapely.intersection(area, shapely.box(360 * k - 180, -90, 360 * k + 180, 90))
        pieces.append(shapely.transform(piece, lambda xy, k=k: xy - [360 * k, 0]))
    polygons = [p for p in shapely.get_parts(pieces) if shapely.get_dimensions(p) == 2]
    return shapely.union_all(polygons)
