"""Make the data that howclose ships, from its sources.

Run it where npm can be had, with the extra ``data`` installed::

    pip install -e '.[data]'
    python -m geo.data.build

It fetches two packages from the npm registry, checks their sha256, and writes the Parquet files,
``cells.npy``, ``bases.csv`` and ``catalogue.json`` beside itself. The same sources give the same
coordinates every time (`coordinates_sha256` in the catalogue); the bytes of the files are the same
only under the same versions of the libraries. What was done, and why, stands in ``SOURCES.md``.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import subprocess
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any, Final

import airportsdata
import geopandas
import numpy as np
import orjson
import shapely
from babel import Locale
from shapely import MultiPolygon, Polygon, box

from geo.earth import surface_area_m2

HERE: Final = Path(__file__).parent
VERSION: Final = "2026.11"
GRID: Final = 1e-5  # degrees: 1.1 m, so that a coordinate moves by at most 0.8 m
SHIFT: Final = np.array([360.0, 0.0])
CELL: Final = 1  # degree; coarse cells tell which airspaces are near a flight at all

AIRSPACE: Final = "@osm_borders/maritime_10m@1.1.0"
COAST: Final = "@geo-maps/countries-coastline-100m@0.6.0"
SHA256: Final = {
    AIRSPACE: "e9af1dc88a1854fba3e2c4375c61388987a6a00f1eec0975978410019748ac60",
    COAST: "8dc4e96eabc42b8606843269f91452716d47b3e444962b07d1c73044d318ce58",
}

OSM: Final = "© OpenStreetMap contributors"
SOURCES: Final = {
    "airspace": (f"{OSM}, as npm {AIRSPACE}", "ODbL-1.0"),
    "territory": (f"{OSM} (2017), as npm {COAST}", "ODbL-1.0"),
    "sea": (f"IHO S-23 limits closed on the coast of {OSM} (2017)", "ODbL-1.0"),
    "adiz": ("14 CFR 99.45 as recalled, not read: approximate", "facts, no licence needed"),
}

# What nobody else's table has: how people call them. CLDR's English names come by themselves.
ALIASES: Final = {
    "ARE": "UAE|Emirates",
    "BIH": "Bosnia",
    "BOL": "Plurinational State of Bolivia",
    "BRN": "Brunei Darussalam",
    "CHN": "People's Republic of China|PRC|Mainland China",
    "CIV": "Ivory Coast",
    "COD": "DR Congo|DRC|Democratic Republic of the Congo|Congo-Kinshasa",
    "COG": "Congo|Republic of the Congo|Congo-Brazzaville",
    "CPV": "Cabo Verde",
    "CZE": "Czech Republic",
    "FLK": "Falklands|Malvinas",
    "FSM": "Federated States of Micronesia",
    "GBR": "UK|Britain|Great Britain|United Kingdom of Great Britain and Northern Ireland",
    "HKG": "Hong Kong",
    "IRN": "Islamic Republic of Iran",
    "KOR": "Republic of Korea|ROK|Korea",
    "LAO": "Lao PDR",
    "MAC": "Macau|Macao",
    "MDA": "Republic of Moldova",
    "MKD": "Macedonia|FYROM",
    "MMR": "Myanmar|Burma",
    "NLD": "Holland",
    "PRK": "DPRK|Democratic People's Republic of Korea",
    "PSE": "Palestine|State of Palestine",
    "RUS": "Russian Federation",
    "SWZ": "Swaziland",
    "SYR": "Syrian Arab Republic",
    "TLS": "East Timor",
    "TUR": "Turkey|Turkiye",
    "TWN": "Republic of China|Chinese Taipei",
    "TZA": "United Republic of Tanzania",
    "USA": "US|U.S.|U.S.A.|America|United States of America",
    "VAT": "Holy See",
    "VNM": "Viet Nam",
    "XKX": "Kosovo",
}
WITH_ARTICLE: Final = frozenset(
    {
        "ARE", "ATF", "BES", "BHS", "CAF", "CCK", "COD", "COG", "COK", "COM", "CYM", "CZE", "DOM",
        "FLK", "FRO", "GBR", "GMB", "IMN", "MDV", "MHL", "MNP", "NLD", "PHL", "PSE", "SLB", "SYC",
        "TCA", "UMI", "USA", "VGB", "VIR",
    }
)  # fmt: skip
# A dependency whose zone lies within its state's is told in the state's row. Found by area below;
# these pairs are looked at.
STATE_OF: Final = {
    "ABW": "NLD", "ALA": "FIN", "ASM": "USA", "ATF": "FRA", "BES": "NLD", "BLM": "FRA",
    "BVT": "NOR", "CCK": "AUS", "CUW": "NLD", "CXR": "AUS", "GLP": "FRA", "GUF": "FRA",
    "GUM": "USA", "HKG": "CHN", "HMD": "AUS", "MAC": "CHN", "MAF": "FRA", "MNP": "USA",
    "MTQ": "FRA", "MYT": "FRA", "NCL": "FRA", "NFK": "AUS", "PRI": "USA", "PYF": "FRA",
    "REU": "FRA", "SJM": "NOR", "SPM": "FRA", "SXM": "NLD", "UMI": "USA", "VIR": "USA",
    "WLF": "FRA", "GRL": "DNK", "FRO": "DNK",
}  # fmt: skip
# The source against the law, where somebody checked it: the 12 NM line against the OSM coast.
LEGAL_ACCURACY_M: Final = {"USA": 2800.0, "RUS": 300.0}

SEAS: Final[dict[str, dict[str, Any]]] = {
    # Longitudes 0–360. `lines` close a sea, `seed` lies in it; probes must lie outside.
    "bering": {
        "name": "Bering Sea",
        "frame": (157.0, 50.0, 206.0, 67.2),
        "seed": (178.0, 58.0),
        "outside": [(175.0, 51.0), (190.0, 50.5), (165.0, 52.0), (192.0, 67.0), (200.0, 55.0)],
        "lines": [
            [(187.5, 66.5636), (195.9, 66.5636)],
            [
                (196.8, 54.9), (196.6508, 54.8105), (196.5, 54.70), (195.3527, 54.3894),
                (194.9588, 54.0643), (194.4448, 54.0240), (193.7874, 53.7068),
                (192.3413, 53.2388), (190.8922, 52.823), (190.2812, 52.7722),
                (189.8804, 52.7173), (189.2041, 52.5432), (188.764, 52.4489),
                (187.4649, 52.2468), (186.5051, 52.0218), (184.9051, 52.0007),
                (184.0392, 51.8476), (183.8408, 51.7708), (183.6514, 51.7281),
                (183.0651, 51.5915), (182.3527, 51.6524), (182.0889, 51.5976),
                (181.3585, 51.5855), (181.2479, 51.5403), (181.0094, 51.3065),
                (180.8703, 51.2154), (179.2368, 51.3485), (178.6167, 51.6367),
                (178.3821, 51.7643), (177.3104, 51.8247), (175.9148, 52.3349),
                (173.7235, 52.3551), (172.9042, 52.7456), (172.437, 52.9211),
                (168.0947, 54.4962), (166.6712, 54.679), (163.363, 56.188), (162.9, 56.3),
            ],
        ],
        "status": "north limit read in S-23; south limit recalled and found in a paraphrase",
    },
    "okhotsk": {
        "name": "Sea of Okhotsk",
        "frame": (134.0, 42.5, 166.5, 63.5),
        "seed": (150.0, 53.0),
        "outside": [(152.0, 44.0), (160.0, 50.0), (139.0, 46.0), (163.0, 57.0)],
        "lines": [
            [
                (145.70, 43.35), (145.8171, 43.385), (146.0424, 43.4018), (146.357, 43.6179),
                (146.6425, 43.701), (146.8, 43.80), (146.9458, 44.4241), (147.5, 44.95),
                (148.6, 45.40), (149.5263, 45.571), (150.0, 45.9), (150.5, 46.19),
                (150.8255, 46.443), (151.7991, 46.7685), (152.492, 47.2922),
                (152.9674, 47.6761), (153.2822, 48.0365), (154.0127, 48.7196),
                (154.5164, 49.0701), (154.7118, 49.2567), (155.3913, 49.9994),
                (156.3333, 50.6269), (156.6557, 50.8773), (156.85, 51.1),
            ],
            [(141.93, 45.45), (141.937, 45.523), (142.0811, 45.893), (142.2, 46.1)],
            [(140.7, 51.75), (142.2, 51.75)],
        ],
        "status": "read in S-23",
    },
    "chukchi": {
        "name": "Chukchi Sea",
        "frame": (174.0, 64.5, 205.0, 72.5),
        "seed": (190.0, 69.0),
        "outside": [(176.0, 71.0), (190.0, 72.2), (189.0, 65.8), (204.5, 71.8)],
        "lines": [
            [(187.5, 66.5636), (195.9, 66.5636)],
            [(203.3, 71.20), (203.52, 71.388), (180.5, 71.555), (180.55, 71.2)],
            [(178.7, 70.95), (178.75, 70.78), (176.55, 69.62), (176.5, 69.4)],
        ],
        "status": "read in S-23; the line from Wrangel Island to Cape Yakan recalled",
    },
    "gulf-of-alaska": {
        "name": "Gulf of Alaska",
        "frame": (194.0, 52.5, 226.5, 62.5),
        "seed": (213.0, 58.0),
        "outside": [(205.0, 53.5), (224.0, 56.0), (200.0, 57.0)],
        "lines": [
            [(223.6, 58.35), (223.35, 58.20), (196.6508, 54.8105), (196.8, 54.9)],
            [(196.8, 54.9), (196.6508, 54.8105), (196.5, 54.70), (195.3527, 54.3894)],
        ],
        "status": "recalled",
    },
    "japan": {
        "name": "Sea of Japan",
        "frame": (125.5, 31.5, 143.0, 52.2),
        "seed": (135.0, 40.0),
        "outside": [(145.0, 45.5), (142.5, 36.0), (132.8, 34.1), (127.5, 32.3), (125.8, 34.8)],
        "lines": [
            [(141.93, 45.45), (141.937, 45.523), (142.0811, 45.893), (142.2, 46.1)],
            [(140.7, 51.75), (142.2, 51.75)],
            [(141.25, 41.30), (141.4625, 41.4305), (141.1845, 41.8075), (141.12, 41.83)],
            [
                (130.9, 33.80), (130.8250, 33.9350), (130.86, 33.9585), (130.9000, 34.0130),
                (131.0, 34.15),
            ],
            [
                (129.75, 32.59), (129.7400, 32.5750), (128.8500, 32.5950), (128.62, 32.66),
                (128.60, 32.6130), (126.2700, 33.2030), (126.35, 33.35),
            ],
            [(126.35, 33.35), (126.1650, 33.3100), (126.1000, 34.4000), (126.25, 34.50),
             (126.31, 34.60), (126.55, 34.75)],
        ],
        "status": "start read in S-23, the rest recalled",
    },
}  # fmt: skip

SEA_ALIASES: Final = {
    "bering": "Bering",
    "okhotsk": "Okhotsk|Okhotsk Sea",
    "chukchi": "Chukchi",
    "gulf-of-alaska": "Alaska Gulf",
    "japan": "Japan Sea|East Sea",
}

ADIZ_ALASKA: Final = [
    (54, -136), (56.95, -144), (57, -145), (53, -158), (50, -169), (50, 180), (50, 170),
    (53, 170), (60, 180), (65, -169), (75, -169), (75, -141), (69 + 50 / 60, -141),
    (71.3, -156 - 44 / 60), (68 + 40 / 60, -167 - 10 / 60), (67, -165),
    (65 + 40 / 60, -168.25), (63.75, -165.5), (61 + 20 / 60, -166 - 40 / 60), (59, -163),
    (54, -163), (56.5, -154), (59 + 20 / 60, -146), (59.5, -140), (57, -136),
    (54 + 35 / 60, -133), (54, -136),
]  # fmt: skip  # lat, lon, as the regulation writes them

BASES: Final = {
    # Ukrainka is not in airportsdata; its place is rounded by us from maps to 0.01°.
    "XHBU": ("Ukrainka", "RUS", (51.17, 128.44), "Tu-95MS base in the Amur Region"),
    "UHMA": ("Anadyr (Ugolny)", "RUS", None, "airfield in Chukotka"),
    "UHPP": ("Yelizovo", "RUS", None, "MiG-31, Il-38 and Tu-142 base in Kamchatka"),
    "UHKK": ("Komsomolsk-on-Amur (Khurba)", "RUS", None, "Su-35 regiment at nearby Dzemgi"),
    "PAEI": ("Eielson AFB", "USA", None, "B-52H detachment, 14–21 June 2020"),
    "PAED": ("JBER-Elmendorf", "USA", None, "F-22 alert"),
    "PASY": ("Eareckson AS, Shemya", "USA", None, ""),
    "PADK": ("Adak", "USA", None, ""),
    "PGUA": ("Andersen AFB", "GUM", None, "B-1B detachment, 2020"),
    "KMIB": ("Minot AFB", "USA", None, ""),
    "KBAD": ("Barksdale AFB", "USA", None, "home of the 2nd Bomb Wing"),
    "KDYS": ("Dyess AFB", "USA", None, ""),
    "KRCA": ("Ellsworth AFB", "USA", None, ""),
    "RJSM": ("Misawa AB", "JPN", None, "EA-18G of VAQ-209, June 2020"),
    "PANC": ("Anchorage Intl", "USA", None, ""),
    "PABR": ("Utqiagvik", "USA", None, ""),
    "PACD": ("Cold Bay", "USA", None, ""),
}


def fetch(package: str, folder: Path) -> Path:
    """Return the folder of an npm package, fetched and checked."""
    target = folder / package.replace("/", "_")
    target.mkdir()
    subprocess.run(["npm", "pack", package], cwd=target, check=True, capture_output=True)  # noqa: S603, S607 - npm as the user has it
    (archive,) = target.glob("*.tgz")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256[package]:
        raise SystemExit(f"{package} has sha256 {found}, not {SHA256[package]}: look before use.")
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def features(path: Path, key: str) -> dict[str, shapely.Geometry]:
    """Return the geometries of a GeoJSON file by a property."""
    collection = orjson.loads(path.read_bytes())
    return {
        f["properties"][key]: shapely.from_geojson(orjson.dumps(f["geometry"]))
        for f in collection["features"]
    }


def polygons_only(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a geometry however deep they lie, as one MultiPolygon or Polygon."""
    parts: list[Polygon] = []
    queue = [geometry]
    while queue:
        g = queue.pop(0)
        if isinstance(g, Polygon):
            parts.append(g)
        elif hasattr(g, "geoms"):
            queue = list(g.geoms) + queue
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def tidy(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return valid polygons on the grid of 1e-5°, turned as RFC 7946 has it, in a fixed order."""
    whole = repaired(polygons_only(geometry))
    rounded = shapely.transform(whole, lambda xy: np.round(xy / GRID) * GRID)
    rounded = shapely.transform(repaired(rounded), lambda xy: np.round(xy, 5))
    rounded = shapely.orient_polygons(shapely.normalize(repaired(rounded)), exterior_cw=False)
    if not rounded.is_valid:
        raise SystemExit("a geometry is invalid after rounding; look at it")
    return rounded


def tidy_beside_land(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return a sea tidied, but for the points where a closing line meets the coast.

    They lie between two points of the grid that the coast has: moved to the grid, the sea would
    overlap the land by a sliver. All others are the coast's own, and go back to its very numbers.
    """

    def back(xy: np.ndarray) -> np.ndarray:
        grid = np.round(xy, 5)
        return np.where(np.abs(xy - grid) < 1e-9, grid, xy)

    whole = shapely.transform(repaired(polygons_only(geometry)), back)
    turned = shapely.orient_polygons(shapely.normalize(whole), exterior_cw=False)
    if not turned.is_valid:
        raise SystemExit("a sea is invalid; look at it")
    return turned


def repaired(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the geometry made valid, polygons only."""
    if geometry.is_valid:
        return geometry
    # The default method wraps a collection in a collection, and the mainland of Russia is lost.
    return polygons_only(shapely.make_valid(geometry, method="structure", keep_collapsed=False))


def to_360(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the geometry with its western half moved to longitudes 180–360."""
    east = shapely.intersection(geometry, box(0, -90, 180, 90))
    west = shapely.intersection(geometry, box(-180, -90, 0, 90))
    return shapely.union(east, shapely.transform(west, lambda xy: xy + SHIFT))


def from_360(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the geometry cut at 180°, back in [−180, 180]."""
    east = shapely.intersection(geometry, box(0, -90, 180, 90))
    west = shapely.intersection(geometry, box(180, -90, 360, 90))
    west = shapely.transform(west, lambda xy: xy - SHIFT)
    return polygons_only(shapely.GeometryCollection([east, west]))


def sea(recipe: dict[str, Any], land: dict[str, shapely.Geometry]) -> shapely.Geometry:
    """Return the face of water that holds the seed, within the coast and the closing lines."""
    frame = box(*recipe["frame"])
    near = []
    for country in land.values():
        for part in shapely.get_parts(country):
            x0, _, x1, _ = part.bounds
            shifted = part if x0 >= 0 else shapely.transform(part, lambda xy: xy + SHIFT)
            if x0 < 0 < x1 or shifted.bounds[0] > recipe["frame"][2]:
                continue
            if shifted.intersects(frame):
                near.append(shapely.intersection(shifted, frame))
    coast = shapely.union_all(near)
    lines = [shapely.LineString(line) for line in recipe["lines"]]
    for line in lines:
        for end in (line.coords[0], line.coords[-1]):
            if not coast.intersects(shapely.Point(end)):
                raise SystemExit(f"{recipe['name']}: the closing line's end {end} is not on land")
    water = frame - coast
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([water.boundary, *lines])]))
    seed = shapely.Point(recipe["seed"])
    (face,) = [f for f in faces if f.contains(seed)]
    for probe in recipe["outside"]:
        if face.contains(shapely.Point(probe)):
            raise SystemExit(f"{recipe['name']} leaks to {probe}")
    inside = [f for f in faces if face.contains(f) and not coast.contains(f.representative_point())]
    return from_360(shapely.union_all([face, *inside]) - coast)


def adiz() -> shapely.Geometry:
    """Return the Alaska ADIZ; its lines are geodesics, or rhumb lines along a parallel (99.41)."""
    from geo.earth import geodesic_between

    ring: list[tuple[float, float]] = []
    points = [(lon % 360, lat) for lat, lon in ADIZ_ALASKA]
    for (lon_a, lat_a), (lon_b, lat_b) in itertools.pairwise(points):
        steps = np.linspace(0, 1, 40, endpoint=False)  # at most 12 km a step: 20 m off the line
        if lat_a == lat_b:
            lon, lat = lon_a + (lon_b - lon_a) * steps, np.full(40, lat_a)
        else:
            lon, lat = geodesic_between(lon_a, lat_a, lon_b, lat_b, steps)
        ring += zip((lon % 360).tolist(), lat.tolist(), strict=True)
    return tidy(from_360(Polygon(ring)))


def land(territory: dict[str, shapely.Geometry]) -> list[Polygon]:
    """Return the land of the Earth without borders, coarse: to draw wide maps, not to measure.

    Within 1.1 km of the territory; islands of under 5 km² are left out.
    """
    parts = shapely.get_parts(np.array(list(territory.values())))
    whole = shapely.get_parts(shapely.union_all(parts))
    lat = shapely.get_coordinates(shapely.centroid(whole))[:, 1]
    whole = whole[shapely.area(whole) * np.cos(np.radians(lat)) * 111.3**2 > 5]
    coarse = shapely.transform(shapely.simplify(whole, 0.01), lambda xy: np.round(xy, 3))
    coarse = shapely.make_valid(coarse, method="structure", keep_collapsed=False)
    kept = [p for g in coarse for p in shapely.get_parts(polygons_only(g)) if p.area > 0]
    return sorted(kept, key=lambda p: -p.area)


def area_km2(geometry: shapely.Geometry) -> float:
    """Return the area in km², edges straight in lon/lat: cut to 0.1°, a geodesic is as good."""
    total = 0.0
    for part in shapely.get_parts(shapely.segmentize(geometry, 0.1)):
        for i, ring in enumerate(shapely.get_rings(part)):
            xy = shapely.get_coordinates(ring)
            total += (1 if i == 0 else -1) * abs(surface_area_m2(xy[:, 0], xy[:, 1]))
    return total / 1e6


def cells(geometry: shapely.Geometry) -> list[int]:
    """Return the one-degree cells that a geometry touches, numbered from 180°W 90°S by rows."""
    touched: set[int] = set()
    for part in shapely.get_parts(geometry):
        x0, y0, x1, y1 = part.bounds
        lon = np.arange(np.floor(x0), min(np.floor(x1), 179) + 1)
        lat = np.arange(np.floor(y0), min(np.floor(y1), 89) + 1)
        lon, lat = (v.ravel() for v in np.meshgrid(lon, lat))
        shapely.prepare(part)
        hit = shapely.intersects(part, shapely.box(lon, lat, lon + CELL, lat + CELL))
        touched |= set(((lat[hit] + 90) * 360 + lon[hit] + 180).astype(int).tolist())
    return sorted(touched)


def write_parquet(path: Path, rows: dict[str, shapely.Geometry]) -> None:
    """Write one row a zone, all in one row group: neighbours' shared borders are packed once."""
    shapes = list(rows.values())
    frame = geopandas.GeoDataFrame({"id": list(rows)}, geometry=shapes, crs="OGC:CRS84")
    frame.to_parquet(path, compression="zstd", compression_level=19, index=False)


def coordinates_sha256(rows: dict[str, shapely.Geometry]) -> str:
    """Return a hash of ids and coordinates, whatever library wrote them."""
    h = hashlib.sha256()
    for name, geometry in rows.items():
        h.update(name.encode())
        h.update(np.round(shapely.get_coordinates(geometry) / GRID).astype("<i4").tobytes())
    return h.hexdigest()


def write_bases() -> None:
    """Write the airfields of the stories, with where each place comes from."""
    airports = airportsdata.load("ICAO")
    with (HERE / "bases.csv").open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["icao", "name", "country", "lon", "lat", "source", "note"])
        for icao, (name, country, place, note) in BASES.items():
            if place is None:
                lat, lon = airports[icao]["lat"], airports[icao]["lon"]
                source = "airportsdata (MIT)"
            else:
                (lat, lon), source = place, "rounded by howclose to 0.01°"
            table.writerow([icao, name, country, lon, lat, source, note])


def entry(
    kind: str, key: str, name: str, aliases: list[str], row: int, geometry: shapely.Geometry
) -> dict[str, Any]:
    """Return one row of the catalogue."""
    source, licence = SOURCES[kind]
    return {
        "id": f"{kind}:{key}",
        "kind": kind,
        "name": name,
        "aliases": aliases,
        "row": row,
        "edges": "planar",
        "source": source,
        "licence": licence,
        "accuracy_m": {"airspace": 10.0, "territory": 100.0, "sea": 100.0, "adiz": None}[kind],
        "legal_accuracy_m": LEGAL_ACCURACY_M.get(key) if kind == "airspace" else None,
        "verified": kind != "adiz",
        "disputed": [],
        "part_of": None,
        "bounds": [round(v, 5) for v in geometry.bounds],
        "area_km2": round(area_km2(geometry)),
    }


def country_entries(kind: str, rows: dict[str, shapely.Geometry]) -> list[dict[str, Any]]:
    """Return the catalogue's rows for the countries of one kind."""
    names = Locale("en").territories
    alpha2 = _alpha2()
    with (HERE / "disputes.toml").open("rb") as f:
        disputes = tomllib.load(f)["dispute"]
    out = []
    for row, (code, geometry) in enumerate(rows.items()):
        two = alpha2[code]
        plain = names[two]
        called = plain.split(" (")[0].replace(" SAR China", "")
        the = "the " if code in WITH_ARTICLE else ""
        aliases = [code, two, called, *ALIASES.get(code, "").split("|")]
        if plain != called:
            aliases.append(plain)
        phrase = f"{'airspace' if kind == 'airspace' else 'territory'} of {the}{called}"
        key = code
        if code == "ATA" and kind == "airspace":
            continue
        zone = entry(kind, key, phrase, [a for a in dict.fromkeys(aliases) if a], row, geometry)
        zone["disputed"] = [d["id"] for d in disputes if code in d["zones"]]
        state = STATE_OF.get(code)
        if state in rows:
            shared = shapely.intersection(geometry, rows[state])
            if shapely.area(shared) > 0.97 * shapely.area(geometry):
                zone["part_of"] = f"{kind}:{state}"
        out.append(zone)
    return out


def _alpha2() -> dict[str, str]:
    """Return alpha-2 codes by alpha-3, from CLDR."""
    from babel.core import get_global

    aliases = get_global("territory_aliases")
    return {k: v[0] for k, v in aliases.items() if len(k) == 3 and k.isalpha()} | {"XKX": "XK"}


def main() -> None:
    """Build everything, and say how large it came out."""
    with tempfile.TemporaryDirectory() as folder:
        raw_air = features(fetch(AIRSPACE, Path(folder)) / "borders.geo.json", "isoA3")
        raw_land = features(fetch(COAST, Path(folder)) / "map.geo.json", "A3")
    print("read", len(raw_air), "airspaces and", len(raw_land), "coasts", flush=True)
    airspace = {k: tidy(raw_air[k]) for k in sorted(raw_air)}
    # Both sources end at 85.05°S, where Mercator does: close them, or that parallel is a border.
    # The first has the treaty area, which is a box by its own words.
    airspace["ATA"] = tidy(box(-180, -90, 180, -60))
    raw_land["ATA"] = shapely.union(
        repaired(polygons_only(raw_land["ATA"])), box(-180, -90, 180, -85.0)
    )
    territory = {k: tidy(raw_land[k]) for k in sorted(raw_land)}
    print("tidied", flush=True)
    seas = {key: tidy_beside_land(sea(recipe, territory)) for key, recipe in SEAS.items()}
    for key, geometry in seas.items():
        print(f"{key}: {area_km2(geometry):,.0f} km²", flush=True)
    zone_files = {
        "airspace": airspace,
        "territory": territory,
        "sea": seas,
        "adiz": {"alaska": adiz()},
    }
    catalogue: list[dict[str, Any]] = []
    for kind in ("airspace", "territory"):
        catalogue += country_entries(kind, zone_files[kind])
    for row, (key, recipe) in enumerate(SEAS.items()):
        zone = entry("sea", key, recipe["name"], SEA_ALIASES[key].split("|"), row, seas[key])
        zone["source"] += f" ({recipe['status']})"
        catalogue.append(zone)
    zone = entry("adiz", "alaska", "Alaska ADIZ", ["Alaskan ADIZ"], 0, zone_files["adiz"]["alaska"])
    catalogue.append(zone)
    antarctica = list(airspace).index("ATA")
    zone = entry(
        "airspace",
        "ATA",
        "Antarctic Treaty area (south of 60°S)",
        ["Antarctic Treaty"],
        antarctica,
        airspace["ATA"],
    )
    zone |= {"id": "treaty:antarctica", "kind": "treaty", "accuracy_m": 0.0}
    zone |= {"source": "Antarctic Treaty, Article VI", "licence": "a fact, no licence needed"}
    catalogue.append(zone)

    pairs = [
        (row, cell)
        for row, (code, geometry) in enumerate(airspace.items())
        if code != "ATA"
        for cell in cells(geometry)
    ]
    np.save(HERE / "cells.npy", np.array(pairs, dtype="<u2"))
    for kind, rows in zone_files.items():
        write_parquet(HERE / f"{kind}.parquet", rows)
    pieces = land(territory)
    write_parquet(HERE / "land.parquet", {str(i): p for i, p in enumerate(pieces)})
    write_bases()
    files = sorted(p.name for p in HERE.iterdir() if p.suffix in {".parquet", ".npy", ".csv"})
    document = {
        "version": VERSION,
        "coordinates_sha256": {k: coordinates_sha256(v) for k, v in zone_files.items()},
        "sha256": {n: hashlib.sha256((HERE / n).read_bytes()).hexdigest() for n in files},
        "sources": {
            name: {"sha256": SHA256[name], "licence": "ODbL-1.0"} for name in (AIRSPACE, COAST)
        },
        "zones": catalogue,
    }
    (HERE / "catalogue.json").write_bytes(
        orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )
    for name in [*files, "catalogue.json"]:
        print(f"{name}: {(HERE / name).stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
