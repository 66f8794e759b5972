"""Make engine_paths.csv: least distances of whole paths by Karney's geodesics alone.

    python tests/authorities/paths.py > tests/authorities/engine_paths.csv

Each leg is a geodesic of Karney's. It is tried every 5 km; wherever one of these places is near
enough that its neighbourhood may hold the least, every 250 m; and there by golden section around
each of the nearest. The distance of a place is that of brute_force.py, to the border as shipped.
It shares nothing with `geo` but the borders. Takes some 5 minutes.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.authorities.brute_force import GEOD, distance_m, pieces_of, point, rings

ZONES = ("airspace:FJI", "airspace:KIR", "airspace:JPN", "box:rhumb", "box:pole")
KINDS = ("dense", "sparse", "pole", "long", "along", "ending", "point", "seam")
COUNT = 80
COARSE_M, FINE_M = 5_000.0, 250.0


def along(lon, lat, azimuth, metres):
    x, y, _ = GEOD.fwd(*(np.full(len(metres), float(v)) for v in (lon, lat, azimuth)), metres)
    return np.asarray(x), np.asarray(y)


def path(kind, rng, vertices):
    """Return a path of that kind near a zone with these vertices, rounded as the file has it."""
    k = int(rng.integers(0, len(vertices) - 6))
    near = vertices[k]
    azimuth, back, away = rng.uniform(0, 360), rng.uniform(0, 360), 10 ** rng.uniform(2, 6)
    x, y = (v[0] for v in along(*near, azimuth, np.array([away])))
    if kind == "dense":
        lon, lat = along(x, y, back, np.arange(40) * 250.0)
    elif kind == "sparse":
        lon, lat = along(x, y, back, np.arange(int(rng.integers(3, 20))) * 22_000.0)
    elif kind == "pole":
        lon, lat = np.array([x, (x + rng.uniform(170, 190) + 180) % 360 - 180]), np.array([y, 85.0])
    elif kind == "long":
        lon, lat = along(x, y, back, np.array([0.0, rng.uniform(1e6, 8e6)]))
    elif kind == "along":
        lon, lat = vertices[k : k + 4].T
    elif kind == "ending":
        lon, lat = np.array([x, near[0]]), np.array([y, near[1]])
    elif kind == "point":
        lon, lat = np.array([x, x]), np.array([y, y])
    else:
        lon = np.array([rng.uniform(170, 180), rng.uniform(-180, -170)])
        lat = np.clip(near[1] + rng.uniform(-5, 5, 2), -89, 89)
    lon, lat = np.round((lon + 180) % 360 - 180, 6), np.round(lat, 6)
    return lon, lat


def least_m(lon, lat, kind, edges, edge, u0, u1, ends):
    azimuth, _, length = (np.asarray(v) for v in GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:]))

    def exact(leg, s):
        x, y, _ = GEOD.fwd(lon[leg], lat[leg], azimuth[leg], s)
        return distance_m(x, y, kind, edges, edge, u0, u1, ends)

    def rough(leg, s):  # at most 2 km more than the distance
        x, y, _ = GEOD.fwd(lon[leg], lat[leg], azimuth[leg], s)
        return np.asarray(GEOD.inv(np.full(len(edge), x), np.full(len(edge), y), *ends)[2]).min()

    tried = []
    for leg, m in enumerate(length):
        for s in np.linspace(0, m, int(np.ceil(m / COARSE_M)) + 1):
            tried.append((rough(leg, s), leg, s))
    best = min(t[0] for t in tried)
    close = [(leg, s) for d, leg, s in tried if d - 2_040 - COARSE_M / 2 <= best]
    fine = []
    for leg, s in close[:400]:
        lo, hi = max(s - COARSE_M / 2, 0.0), min(s + COARSE_M / 2, length[leg])
        step = np.linspace(lo, hi, int(np.ceil((hi - lo) / FINE_M)) + 1)
        fine += [(exact(leg, v), leg, v) for v in step]
    fine.sort()
    best = fine[0][0]
    ratio = (np.sqrt(5) - 1) / 2
    for _, leg, s in [f for f in fine if f[0] - FINE_M / 2 <= fine[0][0]][:6]:
        lo, hi = max(s - FINE_M, 0.0), min(s + FINE_M, length[leg])
        a, b = hi - ratio * (hi - lo), lo + ratio * (hi - lo)
        fa, fb = exact(leg, a), exact(leg, b)
        while hi - lo > 1e-4:
            if fa < fb:
                hi, b, fb = b, a, fa
                a = hi - ratio * (hi - lo)
                fa = exact(leg, a)
            else:
                lo, a, fa = a, b, fb
                b = lo + ratio * (hi - lo)
                fb = exact(leg, b)
        best = min(best, fa, fb)
    return best


def main():
    rng = np.random.default_rng(1983)
    known = {}
    print("zone,kind,path,border_m")
    for n in range(COUNT):
        kind = KINDS[n % len(KINDS)]
        name = ZONES[n // len(KINDS) % len(ZONES)]
        if kind == "pole":
            name = "box:pole"
        if name not in known:
            edge_kind, parts, _ = rings(name)
            pieces = pieces_of(edge_kind, parts)
            vertices = np.concatenate(parts)
            known[name] = (edge_kind, *pieces, point(pieces[0], edge_kind, *pieces[1:3])), vertices
        laid, vertices = known[name]
        while True:
            short = np.vstack([vertices, vertices]) if len(vertices) < 8 else vertices
            lon, lat = path(kind, rng, short)
            found = least_m(lon, lat, *laid)
            if found < 1.9e6:
                break
        places = " ".join(f"{x:.6f}/{y:.6f}" for x, y in zip(lon, lat, strict=True))
        print(f"{name},{kind},{places},{found:.4f}", flush=True)


if __name__ == "__main__":
    main()
