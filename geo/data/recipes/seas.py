"""Seas: the water between the coast and the lines that S-23 closes them with."""

from __future__ import annotations

from typing import Any, Final

import shapely
from shapely import box

from geo.data.recipes.shapes import SHIFT, from_360

__all__ = ["SEAS", "sea"]

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
