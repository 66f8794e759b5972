"""Make engine_fixes.csv: distances to borders by Karney's geodesics alone, without any search.

    python tests/authorities/brute_force.py > tests/authorities/engine_fixes.csv

Every edge is cut into pieces of at most 2 km along its own kind (planar, geodesic, rhumb), every
piece's end is measured to from every fix, and all pieces that could hold the nearest place are
searched by golden section. It shares nothing with `geo` but the shipped borders. Takes 10 minutes.
"""

import sys
from pathlib import Path

import numpy as np
import pyproj
import shapely

GEOD = pyproj.Geod(ellps="WGS84")
E = np.sqrt(1 / 298.257223563 * (2 - 1 / 298.257223563))
PIECE_M = 2_000.0
FIXES = 223  # for each of nine zones: 2,007
BOXES = {
    # five corners, slanted sides, off Kamchatka and across 180°
    "box:rhumb": ("rhumb", [(160, 50), (175, 44), (190, 52), (186, 60), (165, 58)]),
    # around the north pole
    "box:pole": ("geodesic", [(0, 80), (72, 82), (144, 79), (-144, 81), (-72, 78)]),
}
ZONES = ("RUS", "USA", "JPN", "FJI", "NOR", "KIR")


def rings(name):
    """Return kind and rings, (n, 2) each, and the geometry (None for what is not as shipped).

    "geodesic:" before a name takes its edges for geodesics.
    """
    if name in BOXES:
        kind, corners = BOXES[name]
        return kind, [np.array([*corners, corners[0]], dtype=float)], None
    from geo import zone

    bent = name.startswith("geodesic:")
    geometry = zone(name.removeprefix("geodesic:")).geometry
    parts = shapely.get_rings(shapely.get_parts(geometry))
    parts = [shapely.get_coordinates(r) for r in parts]
    return ("geodesic", parts, None) if bent else ("planar", parts, geometry)


def isometric(lat):
    s = np.sin(np.radians(lat))
    return np.arctanh(s) - E * np.arctanh(E * s)


def point(edges, kind, i, u):
    a, b = edges[i, 0], edges[i, 1]
    if kind == "geodesic":
        azimuth, _, length = GEOD.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
        lon, lat, _ = GEOD.fwd(a[:, 0], a[:, 1], azimuth, length * u)
        return np.asarray(lon), np.asarray(lat)
    lat = a[:, 1] + (b[:, 1] - a[:, 1]) * u
    share = u
    if kind == "rhumb":
        share = (isometric(lat) - isometric(a[:, 1])) / (isometric(b[:, 1]) - isometric(a[:, 1]))
    return a[:, 0] + (b[:, 0] - a[:, 0]) * share, lat


def pieces_of(kind, parts):
    """Return the edges, and for each piece its edge and from where to where on it."""
    edges = np.concatenate([np.stack([r[:-1], r[1:]], axis=1) for r in parts])
    if kind == "planar":
        # cuts along 180° and the pole's own edge are no border
        cut = (np.abs(edges[:, :, 0]) == 180).all(1) & (edges[:, 0, 0] == edges[:, 1, 0])
        edges = edges[~cut & ~(np.abs(edges[:, :, 1]) == 90).all(1)]
    length = np.asarray(GEOD.inv(*edges[:, 0].T, *edges[:, 1].T)[2])
    turn = np.abs(edges[:, 1, 0] - edges[:, 0, 0])
    count = np.ceil(np.maximum(length, 0 if kind == "geodesic" else turn * 111_320) / PIECE_M)
    count = np.maximum(count, 1).astype(int)
    edge = np.repeat(np.arange(len(edges)), count)
    k = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    return edges, edge, k / count[edge], (k + 1) / count[edge]


def distance_m(lon, lat, kind, edges, edge, u0, u1, ends):
    here = np.asarray(GEOD.inv(np.full(len(edge), lon), np.full(len(edge), lat), *ends)[2])
    # a place in a piece is at most 2 km from the piece's begin, and a little
    i = np.flatnonzero(here <= here.min() + 1.02 * PIECE_M)
    lo, hi = u0[i].copy(), u1[i].copy()
    ratio = (np.sqrt(5) - 1) / 2

    def f(u):
        x, y = point(edges, kind, edge[i], u)
        return np.asarray(GEOD.inv(np.full(len(i), lon), np.full(len(i), lat), x, y)[2])

    a, b = hi - ratio * (hi - lo), lo + ratio * (hi - lo)
    fa, fb = f(a), f(b)
    for _ in range(34):  # 2 km · 0.618³⁴ is 0.2 mm; at a least that is nanometres of distance
        left = fa < fb
        hi, lo = np.where(left, b, hi), np.where(left, lo, a)
        a, b = hi - ratio * (hi - lo), lo + ratio * (hi - lo)
        fa, fb = f(a), f(b)
    return min(f((lo + hi) / 2).min(), f(u0[i]).min(), f(u1[i]).min())


def fixes(rng, ends):
    """Return points at all distances from the border, over the Earth, at seams and poles."""
    k = rng.integers(0, len(ends[0]), 150)
    away = 10 ** np.concatenate([rng.uniform(0, 6, 110), rng.uniform(6, 7, 40)])
    lon, lat, _ = GEOD.fwd(ends[0][k], ends[1][k], rng.uniform(0, 360, 150), away)
    some_lon = rng.uniform(-180, 180, 43)
    some_lat = np.degrees(np.arcsin(rng.uniform(-1, 1, 43)))
    seam_lon = np.concatenate([np.full(10, 180.0), np.full(10, -180.0), rng.uniform(-180, 180, 10)])
    seam_lat = np.concatenate([rng.uniform(-80, 80, 20), [90, -90, 89.99, -89.99, 89, 88, -89, 89.5,
                                                           -88, 87]])  # fmt: skip
    lon = np.round(np.concatenate([lon, some_lon, seam_lon]), 6)
    return (lon + 180) % 360 - 180, np.round(np.concatenate([lat, some_lat, seam_lat]), 6)


def main():
    rng = np.random.default_rng(20200616)
    print("zone,lon,lat,border_m,inside")
    for name in (*(f"airspace:{z}" for z in ZONES), "treaty:antarctica", *BOXES):
        kind, parts, geometry = rings(name)
        edges, edge, u0, u1 = pieces_of(kind, parts)
        ends = point(edges, kind, edge, u0)
        lon, lat = fixes(rng, ends)
        assert len(lon) == FIXES
        if geometry is not None:
            shapely.prepare(geometry)
        for x, y in zip(lon, lat, strict=True):
            d = distance_m(x, y, kind, edges, edge, u0, u1, ends)
            inside = "" if geometry is None else int(shapely.contains_xy(geometry, x, y))
            print(f"{name},{x:.6f},{y:.6f},{d:.4f},{inside}", flush=True)
        print(name, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
