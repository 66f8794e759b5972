"""An azimuthal equal-area plane around a point: to draw on, to clip and to simplify in metres.

Lambert's azimuthal equal-area projection on a sphere. Nothing is measured on it: within 2,500 km
of its centre a length is off by up to 2 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from geo.earth import Floats, ecef, lonlat

__all__ = ["Plane", "mapped"]

RADIUS_M: Final = 6_371_007.2  # the sphere that has the area of WGS84 (authalic)


@dataclass(frozen=True)
class Plane:
    """A plane that touches the Earth at a point in degrees; x to the east, y to the north."""

    lon: float
    lat: float

    @classmethod
    def around(cls, lon: ArrayLike, lat: ArrayLike) -> Plane:
        """Return the plane at the middle of points in degrees, to a tenth of a degree.

        The middle of the box that they fill as seen from their mean, so that a crowd of points on
        one side does not draw it over.
        """
        mean = ecef(lon, lat).reshape(-1, 3).mean(axis=0)
        lon0, lat0 = lonlat(mean if mean.any() else ecef(0.0, 90.0))
        first = cls(float(lon0), float(lat0))
        x, y = first.to_xy(lon, lat)
        middle = first.to_lonlat((x.min() + x.max()) / 2, (y.min() + y.max()) / 2)
        return cls(*(round(float(v), 1) for v in middle))

    def to_xy(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Return metres on the plane of points in degrees; the far end of the Earth is a circle."""
        lam = np.radians(np.asarray(lon, dtype=float) - self.lon)
        phi, phi0 = np.radians(np.asarray(lat, dtype=float)), np.radians(self.lat)
        cos_c = np.sin(phi0) * np.sin(phi) + np.cos(phi0) * np.cos(phi) * np.cos(lam)
        k = RADIUS_M * np.sqrt(2 / np.maximum(1 + cos_c, 1e-9))
        x = k * np.cos(phi) * np.sin(lam)
        y = k * (np.cos(phi0) * np.sin(phi) - np.sin(phi0) * np.cos(phi) * np.cos(lam))
        return x, y

    def to_lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Return points in degrees of metres on the plane; longitudes within 180° of the centre."""
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        phi0 = np.radians(self.lat)
        rho = np.hypot(x, y)
        c = 2 * np.arcsin(np.minimum(rho / (2 * RADIUS_M), 1.0))
        ratio = np.where(rho > 0, np.sin(c) / np.where(rho > 0, rho, 1.0), 1 / RADIUS_M)
        lat = np.arcsin(np.clip(np.cos(c) * np.sin(phi0) + y * ratio * np.cos(phi0), -1, 1))
        lon = np.arctan2(x * ratio, np.cos(phi0) * np.cos(c) - y * ratio * np.sin(phi0))
        return self.lon + np.degrees(lon), np.degrees(lat)

    def project(self, geometry: Any) -> Any:
        """Return shapely geometries, given in degrees, on the plane."""
        return mapped(geometry, self.to_xy)

    def unproject(self, geometry: Any) -> Any:
        """Return shapely geometries on the plane in degrees again."""
        return mapped(geometry, self.to_lonlat)


def mapped(geometry: Any, change: Callable[[Floats, Floats], tuple[Floats, Floats]]) -> Any:
    """Return shapely geometries with every point changed: x and y in, x and y out, shape (n,)."""
    import shapely

    def moved(xy: Floats) -> Floats:
        return np.column_stack(change(xy[:, 0], xy[:, 1]))

    return shapely.transform(geometry, moved)
