"""Make engine_paths.csv: least distances of whole paths by Karney's geodesics alone.

    python tests/authorities/paths.py > tests/authorities/engine_paths.csv

Each leg is a geodesic of Karney's. It is looked at in windows of 100 km: from a window's middle
every piece of border is measured to, and by the triangle inequality most pieces, and most windows,
cannot hold the least. In the others it is tried every 5 km; wherever one of these places is near
enough that its neighbourhood may hold the least, every 250 m; and there by golden section around
each of the nearest. The distance of a place is that of brute_force.py, to the border as shipped.
It shares nothing with `geo` but the borders. Takes some 20 minutes; a path hangs on its number
alone, so that ``paths.py 40 60`` makes those twenty again.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.authorities.brute_force import GEOD, PIECE_M, distance_m, pieces_of, point, rings

ZONES = ("airspace:FJI", "airspace:KIR", "airspace:JPN", "airspace:RUS", "airspace:USA",
         "airspace:NOR", "treaty:antarctica", "box:rhumb", "box:pole", "geodesic:airspace:JPN",
         "geodesic:airspace:NOR")  # fmt: skip
POLAR = ("airspace:NOR", "airspace:RUS", "box:pole", "treaty:antarctica")
SEAM = ("airspace:RUS", "airspace:USA", "airspace:FJI", "airspace:KIR", "box:rhumb",
        "treaty:antarctica")  # fmt: skip
KINDS = ("dense", "sparse", "pole", "long", "along", "ending", "point", "seam", "far")
COUNT = 330
WINDOW_M, COARSE_M, FINE_M = 100_000.0, 5_000.0, 250.0
PIECE_MOST_M = 1.02 * PIECE_M  # of any place in a piece from its begin


def along(lon, lat, azimuth, metres):
    x, y, _ = GEOD.fwd(*(np.full(len(metres), float(v)) for v in (lon, lat, azimuth)), metres)
    return np.asarray(x), np.asarray(y)


def path(kind, name, rng, vertices):
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
        lon = np.array([x, (x + rng.uniform(170, 190) + 180) % 360 - 180])
        lat = np.array([y, -85.0 if name == "treaty:antarctica" else 85.0])
        if rng.uniform() < 0.2:  # on the pole itself
            lat[1] = np.copysign(90.0, lat[1])
    elif kind == "long":
        lon, lat = along(x, y, back, np.array([0.0, rng.uniform(1e6, 8e6)]))
    elif kind == "along":
        lon, lat = vertices[k : k + 4].T
    elif kind == "ending":
        lon, lat = np.array([x, near[0]]), np.array([y, near[1]])
    elif kind == "point":
        lon, lat = np.array([x, x]), np.array([y, y])
    elif kind == "far":
        x, y = (v[0] for v in along(*near, azimuth, np.array([rng.uniform(2e6, 9e6)])))
        lon, lat = along(x, y, back, np.arange(int(rng.integers(2, 8))) * rng.uniform(1e4, 3e5))
    else:
        lon = np.array([rng.uniform(170, 180), rng.uniform(-180, -170)])
        lat = np.clip(near[1] + rng.uniform(-5, 5, 2), -89, 89)
    lon, lat = np.round((lon + 180) % 360 - 180, 6), np.round(lat, 6)
    return lon, lat


def least_m(lon, lat, kind, edges, edge, u0, u1, ends):
    azimuth, _, length = (np.asarray(v) for v in GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:]))

    def at(leg, s):
        x, y, _ = GEOD.fwd(lon[leg], lat[leg], azimuth[leg], s)
        return x, y

    def to_begins(leg, s, i):  # at most a piece more than the distance
        x, y = at(leg, s)
        n = len(i)
        return np.asarray(GEOD.inv(np.full(n, x), np.full(n, y), ends[0][i], ends[1][i])[2])

    everything = np.arange(len(edge))
    windows = []
    for leg, m in enumerate(length):
        count = max(int(np.ceil(m / WINDOW_M)), 1)
        for k in range(count):
            s0, s1 = m * k / count, m * (k + 1) / count
            begins = to_begins(leg, (s0 + s1) / 2, everything)
            half = (s1 - s0) / 2
            kept = np.flatnonzero(begins <= begins.min() + 2 * half + PIECE_MOST_M)
            windows.append((begins.min() - PIECE_MOST_M - half, begins.min(), leg, s0, s1, kept))
    best = min(w[1] for w in windows)
    tried = []
    for low, _, leg, s0, s1, kept in windows:
        if low > best:
            continue
        for s in np.linspace(s0, s1, int(np.ceil((s1 - s0) / COARSE_M)) + 1):
            tried.append((to_begins(leg, s, kept).min(), leg, s, s0, s1, kept))
    best = min(t[0] for t in tried)
    close = [t for t in tried if t[0] - PIECE_MOST_M - COARSE_M / 2 <= best]
    close.sort(key=lambda t: t[0])

    def exact(leg, s, i):
        part = edge[i], u0[i], u1[i], (ends[0][i], ends[1][i])
        return distance_m(*at(leg, s), kind, edges, *part)

    fine = []
    for _, leg, s, s0, s1, kept in close[:400]:
        lo, hi = max(s - COARSE_M / 2, s0), min(s + COARSE_M / 2, s1)
        begins = to_begins(leg, (lo + hi) / 2, kept)
        i = kept[begins <= begins.min() + (hi - lo) + PIECE_MOST_M]
        step = np.linspace(lo, hi, int(np.ceil((hi - lo) / FINE_M)) + 1)
        fine += [(exact(leg, v, i), leg, v) for v in step]
    fine.sort()
    best = fine[0][0]
    ratio = (np.sqrt(5) - 1) / 2
    for _, leg, s in [f for f in fine if f[0] - FINE_M / 2 <= fine[0][0]][:6]:
        lo, hi = max(s - FINE_M, 0.0), min(s + FINE_M, length[leg])
        begins = to_begins(leg, (lo + hi) / 2, everything)
        i = np.flatnonzero(begins <= begins.min() + (hi - lo) + PIECE_MOST_M)
        a, b = hi - ratio * (hi - lo), lo + ratio * (hi - lo)
        fa, fb = exact(leg, a, i), exact(leg, b, i)
        while hi - lo > 1e-4:
            if fa < fb:
                hi, b, fb = b, a, fa
                a = hi - ratio * (hi - lo)
                fa = exact(leg, a, i)
            else:
                lo, a, fa = a, b, fb
                b = lo + ratio * (hi - lo)
                fb = exact(leg, b, i)
        best = min(best, fa, fb)
    return best


def main():
    first, last = (int(v) for v in sys.argv[1:3]) if len(sys.argv) > 2 else (0, COUNT)
    known = {}
    print("zone,kind,path,border_m")
    for n in range(first, last):
        name, kind = ZONES[n % len(ZONES)], KINDS[n // len(ZONES) % len(KINDS)]
        if kind == "pole" and name not in POLAR:
            name = POLAR[n % len(POLAR)]
        if kind == "seam" and name not in SEAM:
            name = SEAM[n % len(SEAM)]
        if name not in known:
            edge_kind, parts, _ = rings(name)
            pieces = pieces_of(edge_kind, parts)
            vertices = np.concatenate(parts)
            known[name] = (edge_kind, *pieces, point(pieces[0], edge_kind, *pieces[1:3])), vertices
        laid, vertices = known[name]
        short = np.vstack([vertices, vertices]) if len(vertices) < 8 else vertices
        lon, lat = path(kind, name, np.random.default_rng([1983, n]), short)
        places = " ".join(f"{x:.6f}/{y:.6f}" for x, y in zip(lon, lat, strict=True))
        print(f"{name},{kind},{places},{least_m(lon, lat, *laid):.4f}", flush=True)


if __name__ == "__main__":
    main()
