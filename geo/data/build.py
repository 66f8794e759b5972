"""Make the data that howclose ships, from its sources.

Run it where npm can be had, with the extra ``data`` installed::

    pip install -e '.[data]'
    python -m geo.data.build

It fetches two packages from the npm registry, checks their sha256, and writes the Parquet files,
``cells.npy``, ``bases.csv`` and ``catalogue.json`` beside itself. The same sources give the same
coordinates every time (`coordinates_sha256` in the catalogue); the bytes of the files are the same
only under the same versions of the libraries. What was done, and why, stands in ``SOURCES.md``;
how, in `geo.data.recipes`.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any, Final

import geopandas
import numpy as np
import orjson
import shapely
from shapely import Polygon, box

from geo.data.recipes.adiz import adiz
from geo.data.recipes.bases import write_bases
from geo.data.recipes.entries import adiz_entry, country_entries, sea_entries, treaty_entry
from geo.data.recipes.packages import AIRSPACE, COAST, SHA256, features, fetch
from geo.data.recipes.seas import SEAS, sea
from geo.data.recipes.shapes import GRID, area_km2, polygons_only, repaired, tidy, tidy_beside_land

HERE: Final = Path(__file__).parent
VERSION: Final = "2026.11"
CELL: Final = 1  # degree; coarse cells tell which airspaces are near a flight at all

Shapes = dict[str, shapely.Geometry]  # by country, or by name of a zone


def main() -> None:
    """Build everything, and say how large it came out."""
    airspace, territory = countries()
    seas = {key: tidy_beside_land(sea(recipe, territory)) for key, recipe in SEAS.items()}
    for key, geometry in seas.items():
        print(f"{key}: {area_km2(geometry):,.0f} km²", flush=True)
    zones = {"airspace": airspace, "territory": territory, "sea": seas, "adiz": {"alaska": adiz()}}
    for kind, rows in zones.items():
        write_parquet(HERE / f"{kind}.parquet", rows)
    pieces = land(territory)
    write_parquet(HERE / "land.parquet", {str(i): p for i, p in enumerate(pieces)})
    np.save(HERE / "cells.npy", rows_of_cells(airspace))
    write_bases(HERE / "bases.csv")
    write_catalogue(zones)
    for name in [*written(), "catalogue.json"]:
        print(f"{name}: {(HERE / name).stat().st_size / 1e6:.2f} MB")


def countries() -> tuple[Shapes, Shapes]:
    """Return the airspace and the territory of each country, tidied."""
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
    return airspace, territory


def land(territory: Shapes) -> list[Polygon]:
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


def rows_of_cells(airspace: Shapes) -> np.ndarray:
    """Return which airspace is in which cell: its row and the cell's number, shape (n, 2)."""
    pairs = [
        (row, cell)
        for row, (code, geometry) in enumerate(airspace.items())
        if code != "ATA"
        for cell in cells(geometry)
    ]
    return np.array(pairs, dtype="<u2")


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


def write_parquet(path: Path, rows: Shapes) -> None:
    """Write one row a zone, all in one row group: neighbours' shared borders are packed once."""
    shapes = list(rows.values())
    frame = geopandas.GeoDataFrame({"id": list(rows)}, geometry=shapes, crs="OGC:CRS84")
    frame.to_parquet(path, compression="zstd", compression_level=19, index=False)


def coordinates_sha256(rows: Shapes) -> str:
    """Return a hash of ids and coordinates, whatever library wrote them."""
    h = hashlib.sha256()
    for name, geometry in rows.items():
        h.update(name.encode())
        h.update(np.round(shapely.get_coordinates(geometry) / GRID).astype("<i4").tobytes())
    return h.hexdigest()


def write_catalogue(zones: dict[str, Shapes]) -> None:
    """Write what every zone is, and the hashes of the coordinates and of the other files."""
    document: dict[str, Any] = {
        "version": VERSION,
        "coordinates_sha256": {k: coordinates_sha256(v) for k, v in zones.items()},
        "sha256": {n: hashlib.sha256((HERE / n).read_bytes()).hexdigest() for n in written()},
        "sources": {
            name: {"sha256": SHA256[name], "licence": "ODbL-1.0"} for name in (AIRSPACE, COAST)
        },
        "zones": [
            *country_entries("airspace", zones["airspace"]),
            *country_entries("territory", zones["territory"]),
            *sea_entries(zones["sea"]),
            adiz_entry(zones["adiz"]["alaska"]),
            treaty_entry(zones["airspace"]),
        ],
    }
    (HERE / "catalogue.json").write_bytes(
        orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )


def written() -> list[str]:
    """Return the names of the files that the catalogue has a hash of."""
    return sorted(p.name for p in HERE.iterdir() if p.suffix in {".parquet", ".npy", ".csv"})


if __name__ == "__main__":
    main()
