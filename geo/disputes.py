"""Places that more than one state holds or claims, as the shipped data have them."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.catalogue import DATA
from geo.earth import Floats
from geo.words import said

__all__ = ["Dispute", "at", "dispute", "disputes"]


@dataclass(frozen=True)
class Dispute:
    """A disputed place.

    Parameters
    ----------
    id, name
        What it is called.
    zones
        ISO 3166 codes of the states whose zones it touches.
    outline
        A rough ring around it, in degrees; longitudes may run past 180°.
    data
        How the shipped borders have it.
    readings
        Holder or claimant as ISO 3166 code, and what that reading says.
    """

    id: str
    name: str
    zones: tuple[str, ...]
    outline: tuple[tuple[float, float], ...]
    data: str
    readings: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """What a reader should know, in one sentence."""
        return said("dispute.sentence", place=self)

    def holds(self, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        """Return which points in degrees, shape (n,), lie inside the outline."""
        import shapely

        ring = np.array(self.outline)
        west = ring[:, 0].min()
        near = west + (np.asarray(lon, dtype=float) - west) % 360.0
        return np.asarray(shapely.contains_xy(shapely.Polygon(ring), near, lat))


@functools.cache
def disputes() -> tuple[Dispute, ...]:
    """Return the disputes that are known, in the order of their file.

    >>> [d.name for d in disputes()][:2]
    ['Crimea', 'Southern Kuril Islands (Northern Territories)']
    """
    document = tomllib.loads((DATA / "disputes.toml").read_text(encoding="utf-8"))
    return tuple(
        Dispute(
            id=d["id"],
            name=d["name"],
            zones=tuple(d["zones"]),
            outline=tuple((float(x), float(y)) for x, y in d["outline"]),
            data=d["data"],
            readings=tuple((r["holder"], r["text"]) for r in d["readings"]),
        )
        for d in document["dispute"]
    )


def dispute(id_: str) -> Dispute:
    """Return a dispute by its id."""
    return next(d for d in disputes() if d.id == id_)


def at(lon: float, lat: float, ids: tuple[str, ...]) -> tuple[Dispute, ...]:
    """Return those of some disputes in whose outline a point in degrees lies."""
    x, y = np.array([lon]), np.array([lat])
    return tuple(d for d in map(dispute, ids) if bool(d.holds(x, y)[0]))
