"""Write the truth that comes from GeographicLib and PROJ: ``python tests/authorities/make.py``.

``inverse.csv`` and ``areas.csv`` need ``pip install geographiclib==2.1`` (Karney's own code, in
Python; howclose itself uses PROJ's translation of it to C), ``ecef.csv`` needs pyproj.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from geographiclib.geodesic import Geodesic
from pyproj import Transformer

HERE = Path(__file__).parent
PLACES = [  # lon, lat
    ("equator", (0.0, 0.0), (1.0, 0.0)),
    ("meridian", (-109.0, 50.0), (-109.0, 49.0)),
    ("across 180", (179.5, 65.0), (-179.5, 65.5)),
    ("over the north pole", (20.0, 89.0), (-160.0, 88.0)),
    ("over the south pole", (0.0, -85.0), (170.0, -86.0)),
    ("pole to pole", (0.0, 90.0), (0.0, -90.0)),
    ("nearly antipodal", (0.0, 30.0), (179.5, -29.9)),
    ("antipodal on the equator", (0.0, 0.0), (180.0, 0.0)),
    ("a millimetre", (141.9, 45.5), (141.90000001, 45.5)),
    ("Seoul to Chicago", (126.45, 37.46), (-87.9, 41.98)),
    ("Dezhnev to Prince of Wales", (-169.65, 66.08), (-168.09, 65.64)),
]
RINGS = {
    "an octant of the Earth": [(0.0, 0.0), (90.0, 0.0), (0.0, 90.0)],
    "across 180": [(179.0, 50.0), (-179.0, 50.0), (-179.0, 51.0), (179.0, 51.0)],
    "around the north pole": [(0.0, 80.0), (90.0, 80.0), (180.0, 80.0), (-90.0, 80.0)],
}


def write(name: str, header: list[str], rows: list[list[object]]) -> None:
    """Write one table."""
    with (HERE / name).open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def main() -> None:
    """Write all tables; the pseudo-random pairs are the same every time."""
    dice = random.Random(2020)  # noqa: S311 - not for secrets
    pairs = list(PLACES)
    for i in range(60):
        lon, lat = dice.uniform(-180, 180), dice.uniform(-90, 90)
        line = Geodesic.WGS84.Direct(lat, lon, dice.uniform(0, 360), 10 ** dice.uniform(0, 7.2))
        pairs.append((f"random {i}", (lon, lat), (line["lon2"], line["lat2"])))
    rows: list[list[object]] = []
    for what, (lon_a, lat_a), (lon_b, lat_b) in pairs:
        found = Geodesic.WGS84.Inverse(lat_a, lon_a, lat_b, lon_b)
        rows.append([what, lon_a, lat_a, lon_b, lat_b, found["s12"], found["azi1"] % 360])
    write("inverse.csv", ["what", "lon_a", "lat_a", "lon_b", "lat_b", "s12_m", "azi1_deg"], rows)

    rows = []
    for what, ring in RINGS.items():
        polygon = Geodesic.WGS84.Polygon()
        for lon, lat in ring:
            polygon.AddPoint(lat, lon)
        rows.append([what, " ".join(f"{x}:{y}" for x, y in ring), polygon.Compute()[2]])
    write("areas.csv", ["what", "ring", "area_m2"], rows)

    to_ecef = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    rows = []
    for _ in range(40):
        lon, lat = dice.uniform(-180, 180), dice.uniform(-90, 90)
        rows.append([lon, lat, *to_ecef.transform(lon, lat, 0.0)])
    for lon, lat in [(0.0, 0.0), (180.0, 0.0), (90.0, 45.0), (0.0, 90.0), (0.0, -90.0)]:
        rows.append([lon, lat, *to_ecef.transform(lon, lat, 0.0)])
    write("ecef.csv", ["lon", "lat", "x_m", "y_m", "z_m"], rows)


if __name__ == "__main__":
    main()
