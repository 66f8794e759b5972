"""A disputed border under each reading: what the zone is if the place is its own, and if it is not.

The shipped data have a disputed place in the zones of one state, of several, or of none
(`geo.disputes`). Whoever measures to one of them measures under one reading; the others are worked
out here: the zone without what lies inside the dispute's rough outline, and with what other zones
of its kind have there.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely

from geo.cache import remembered
from geo.catalogue import Zone, zone
from geo.disputes import Dispute, dispute
from geo.earth import Floats, inverse
from geo.errors import ZoneError

__all__ = ["Reading", "far_from", "holds", "outline_of", "readings_of"]

RING_STEP: Final = 0.1  # degrees between the points of an outline that are looked at
RING_STEP_M: Final = 16_000.0  # metres: 0.1° both ways are 15.8 km at most
A_GOOD_PART: Final = 0.25  # Japan's zone has 0.13 of the outline of the southern Kurils, its rim


@dataclass(frozen=True)
class Reading:
    """A zone under a reading of a dispute.

    ``zone`` is the whole zone where the disputed place is taken from it, and only the place where
    it is added.
    """

    dispute: Dispute
    zone: Zone
    added: bool


@functools.lru_cache(maxsize=64)  # many flights ask for the same, and a border is slow to lay out
def readings_of(of: Zone) -> tuple[Reading, ...]:
    """Return the readings of a zone's disputes other than the one that the data have."""
    return tuple(_readings(of))


def _readings(of: Zone) -> Iterator[Reading]:
    kind, _, state = of.id.partition(":")
    if not of.sovereign:
        return
    for id_ in of.disputed:
        d = dispute(id_)
        holders = [holder for holder, _ in d.readings]
        others = tuple(o for o in (_zone(kind, s) for s in d.zones if s != state) if o is not None)
        if state in holders and others:
            yield Reading(d, _added(of, d, others), True)
        if any(holder != state for holder in holders):
            yield Reading(d, _taken(of, d), False)


def holds(of: Zone, d: Dispute) -> bool:
    """Return whether the shipped zone has a disputed place, or a good part of it.

    The outline is rough: what lies in it of a zone that has not the place is a rim.
    """
    kind = of.id.partition(":")[0]
    every = [z for z in (_zone(kind, s) for s in d.zones) if z is not None]

    def shares() -> list[float]:
        ring = _outline(d)
        parts = [shapely.intersection(z.geometry, ring) for z in every]
        whole = shapely.area(shapely.union_all(parts))
        return [float(shapely.area(p) / whole) if whole else 0.0 for p in parts]

    key = f"dispute/1/{d.id}/{d.outline}/{[z.digest for z in every]}"
    told = dict(zip([z.id for z in every], remembered(key, shares), strict=True))
    return bool(told.get(of.id, 0.0) >= A_GOOD_PART)


def _zone(kind: str, state: str) -> Zone | None:
    try:
        return zone(f"{kind}:{state}")
    except ZoneError:
        return None


@functools.cache
def outline_of(d: Dispute) -> Zone:
    """Return the rough outline of a dispute as a zone: to ask whether a flight came near at all."""
    ring = _outline(d)
    digest = hashlib.sha256(shapely.to_wkb(ring)).hexdigest()
    return Zone(
        id=f"file:{d.id}",
        kind="file",
        name=d.name,
        edges="planar",
        source="geo/data/disputes.toml",
        licence="none needed",
        accuracy_m=None,
        legal_accuracy_m=None,
        digest=digest,
        load=lambda: ring,
    )


def far_from(d: Dispute, lon: Floats, lat: Floats, longest_m: float, reach_m: float) -> bool:
    """Return whether a path is surely farther from a dispute's outline than a reach.

    By a ball around the outline, so at little cost: most flights are far from most disputes.

    Parameters
    ----------
    lon, lat
        The fixes, degrees, shape (n,).
    longest_m
        The longest step between them that was observed, metres.
    reach_m
        How far away is far, metres.
    """
    middle_lon, middle_lat, radius_m = _ball(d)
    _, away_m = inverse(lon, lat, np.full(len(lon), middle_lon), np.full(len(lon), middle_lat))
    return bool(away_m.min() - longest_m / 2 - radius_m > reach_m)


@functools.cache
def _ball(d: Dispute) -> tuple[float, float, float]:
    """Return the middle of an outline, in degrees, and how far it reaches from there, metres."""
    ring = shapely.segmentize(shapely.Polygon(d.outline).exterior, RING_STEP)
    lon, lat = shapely.get_coordinates(ring).T
    middle_lon, middle_lat = float(np.ptp(lon) / 2 + lon.min()), float(np.mean(lat))
    n = len(lon)
    _, away_m = inverse(lon, lat, np.full(n, middle_lon), np.full(n, middle_lat))
    return middle_lon, middle_lat, float(away_m.max()) + RING_STEP_M / 2


def _outline(d: Dispute) -> shapely.Geometry:
    """Return the outline, cut at 180° as the zones are."""
    ring = shapely.Polygon(d.outline)
    east = shapely.intersection(ring, shapely.box(-180, -90, 180, 90))
    west = shapely.intersection(ring, shapely.box(180, -90, 540, 90))
    moved = shapely.transform(west, lambda xy: xy - [360.0, 0.0])
    return shapely.union(east, moved)


def _only_areas(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(geometry) if shapely.get_dimensions(p) == 2]
    return shapely.MultiPolygon([q for p in parts for q in shapely.get_parts(p)] if parts else [])


def _taken(of: Zone, d: Dispute) -> Zone:
    def load() -> shapely.Geometry:
        return _only_areas(shapely.difference(of.geometry, _outline(d)))

    return replace(of, digest=_digest(of, d, "without"), load=functools.cache(load))


def _added(of: Zone, d: Dispute, others: tuple[Zone, ...]) -> Zone:
    def load() -> shapely.Geometry:
        ring = _outline(d)
        parts = [shapely.intersection(o.geometry, ring) for o in others]
        return _only_areas(shapely.union_all(parts))

    whose = "+".join(o.digest for o in others)
    return replace(of, digest=_digest(of, d, f"with {whose}"), load=functools.cache(load))


def _digest(of: Zone, d: Dispute, what: str) -> str:
    return hashlib.sha256(f"{of.digest} {what} {d.id} {d.outline}".encode()).hexdigest()
