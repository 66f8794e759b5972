"""The packages that borders come from: fetched from npm, and refused if they are others."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from pathlib import Path
from typing import Final

import orjson
import shapely

__all__ = ["AIRSPACE", "COAST", "SHA256", "features", "fetch"]

AIRSPACE: Final = "@osm_borders/maritime_10m@1.1.0"
COAST: Final = "@geo-maps/countries-coastline-100m@0.6.0"
SHA256: Final = {
    AIRSPACE: "e9af1dc88a1854fba3e2c4375c61388987a6a00f1eec0975978410019748ac60",
    COAST: "8dc4e96eabc42b8606843269f91452716d47b3e444962b07d1c73044d318ce58",
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
