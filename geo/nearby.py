"""Which airspaces a flight may have come near: by cells, so a few too many, never one too few."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.catalogue import DATA, Zone, catalogue, zone
from geo.earth import Floats, ecef, geodesic_between, wrap_lon
from geo.track import Track
from geo.units import NM

__all__ = ["NEARBY_M", "nearby_airspaces"]

NEARBY_M: Final = 100 * NM  # without a zone named: airspaces that a flight came this near to
CELL_RADIUS_M: Final = 79_000.0  # from the middle of a one-degree cell to its corner, at most
PATCHES: Final = 1440  # of a quarter degree, around the Earth
PATCH_RADIUS_M: Final = 19_800.0  # from the middle of a patch to its corner, at most
STEP_M: Final = 10_000.0  # between the points of a path that are held against cells, at most


def nearby_airspaces(track: Track, within_m: float = NEARBY_M) -> tuple[Zone, ...]:
    """Return the airspaces that a track may have come within a distance of, dependencies folded in.

    Also those in which disbelieved fixes may lie.
    By cells of longitude and latitude, so a few too many; never one too few: each place of a path
    is within half a step of a point that is looked at, that point within `PATCH_RADIUS_M` of the
    middle of its patch, and a place of an airspace within `CELL_RADIUS_M` of that of its cell.
    """
    reach_m = within_m + CELL_RADIUS_M + PATCH_RADIUS_M + STEP_M / 2
    near: set[int] = set()
    for patch in _patches(track).tolist():
        near |= _rows_near(patch, reach_m)
    return tuple(zone(name) for row, name in _airspaces() if row in near)


@functools.cache
def _airspaces() -> tuple[tuple[int, str], ...]:
    """Return the row of each airspace that is no dependency in the data's cells, and its id."""
    return tuple(
        (r["row"], r["id"]) for r in catalogue() if r["kind"] == "airspace" and r["part_of"] is None
    )


@functools.cache
def _cells() -> tuple[NDArray[np.int64], Floats]:
    """Return which airspace is in which cell: its row, and the cell's middle in metres, by z."""
    cells = np.load(DATA / "cells.npy").astype(np.int64)
    middle = ecef(cells[:, 1] % 360 - 179.5, cells[:, 1] // 360 - 89.5)
    by_z = np.argsort(middle[:, 2], kind="stable")
    return cells[by_z, 0], middle[by_z]


@functools.lru_cache(maxsize=1 << 16)
def _rows_near(patch: int, reach_m: float) -> frozenset[int]:
    """Return the rows of the airspaces with a cell whose middle is that near to a patch's."""
    row, middle = _cells()
    here = ecef((patch % PATCHES + 0.5) / 4 - 180, (patch // PATCHES + 0.5) / 4 - 90)
    # a chord is never longer than the geodesic, nor shorter than its part along z
    low, high = np.searchsorted(middle[:, 2], [here[2] - reach_m, here[2] + reach_m])
    away2 = ((middle[low:high] - here) ** 2).sum(axis=1)
    return frozenset(np.unique(row[low:high][away2 <= reach_m**2]).tolist())


def _patches(track: Track) -> NDArray[np.int64]:
    """Return the patches, of a quarter degree, of points that leave no more than a step between."""
    lon, lat = track.lon, track.lat
    # what lies between fixes that nobody believes is nobody's path
    told_lon, told_lat = track.disbelieved.lon, track.disbelieved.lat
    long = np.flatnonzero(track.leg_m > STEP_M)
    if len(long):
        count = np.ceil(track.leg_m[long] / STEP_M).astype(np.int64)
        leg = np.repeat(long, count)
        number = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
        x, y = geodesic_between(
            lon[leg], lat[leg], lon[leg + 1], lat[leg + 1], number / np.repeat(count, count)
        )
        lon, lat = np.concatenate([lon, wrap_lon(x)]), np.concatenate([lat, y])
    lon, lat = np.concatenate([lon, told_lon]), np.concatenate([lat, told_lat])
    column = np.clip(np.floor((lon + 180) * 4), 0, PATCHES - 1)
    row = np.clip(np.floor((lat + 90) * 4), 0, PATCHES // 2 - 1)
    return np.unique((row * PATCHES + column).astype(np.int64))
