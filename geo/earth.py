"""The WGS84 ellipsoid: geodesics, and the same points in three dimensions.

This is the only module that uses pyproj. Distances that are reported come from Karney's
geodesics (C. F. F. Karney, *Algorithms for geodesics*, J. Geodesy 87, 2013); the chords of three
dimensions are for searching, because they know neither a seam at 180° nor a pole.

Three facts carry the search. ``c`` is the chord between two points of the ellipsoid, ``s`` the
geodesic between them, and R runs from b²/a (6,335,439 m) to a²/b (6,399,594 m), the least and the
greatest radius of curvature of the ellipsoid:

1. ``2 R_min asin(c / 2 R_min) ≥ s ≥ 2 R_max asin(c / 2 R_max)``.

   *Proof.* Follow the geodesic γ from P, and let f(s) = |γ(s) − P|² / 2. Then
   f″ = 1 − κ h, where κ is the normal curvature along γ and h the height of the tangent plane at
   γ(s) over P. By Blaschke's rolling theorem the ellipsoid lies inside the ball of radius R_max,
   and around the ball of radius R_min, that touch it at γ(s); so f / R_max ≤ h ≤ f / R_min, and
   1 − f / R_min² ≤ f″ ≤ 1 − f / R_max². Sturm's comparison with g = R² (1 − cos(s / R)) gives
   2 R_min sin(s / 2 R_min) ≤ c ≤ 2 R_max sin(s / 2 R_max) while s ≤ π R_min. ∎

2. A distance changes no faster than the aircraft moves (the triangle inequality).
3. Along a geodesic the distance from a fixed point is convex while it is below 9,900 km
   (Hessian comparison with the sphere of radius R_min): it is greatest at an end.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "E2",
    "A",
    "B",
    "Floats",
    "Ints",
    "chord_length_m",
    "chord_to_geodesic_m",
    "direct",
    "ecef",
    "geodesic_between",
    "geodesic_m",
    "greatest_chord_m",
    "greatest_geodesic_m",
    "inverse",
    "length_m",
    "lonlat",
    "lonlat_from",
    "surface_area_m2",
    "wrap_lon",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

A: Final = 6378137.0  # metres: semi-major axis, defining constant of WGS84
FLATTENING: Final = 1 / 298.257223563  # defining constant of WGS84
B: Final = A * (1 - FLATTENING)  # metres: 6,356,752.314 245
E2: Final = FLATTENING * (2 - FLATTENING)  # first eccentricity, squared
R_MIN: Final = B * B / A  # metres: 6,335,439, the meridian at the equator
R_MAX: Final = A * A / B  # metres: 6,399,594, at the poles

SERIES_REACH_M: Final = 2_000_000.0  # the chord formula is off by 5 mm here, by 2.3 m at 5,000 km

_GEOD: Final = pyproj.Geod(ellps="WGS84")
_METRIC: Final = np.array([1 / A**2, 1 / A**2, 1 / B**2])  # x·Mx = 1 on the ellipsoid


def wrap_lon(lon: ArrayLike) -> Floats:
    """Return longitudes in degrees, in [−180, 180).

    Examples
    --------
    >>> wrap_lon([180.0, 190.0, -180.0, 540.0]).tolist()
    [-180.0, -170.0, -180.0, -180.0]
    """
    lon = np.asarray(lon, dtype=np.float64)
    inside = (lon >= -180.0) & (lon < 180.0)
    # Only what is outside is folded: a longitude that needs nothing keeps its last bit.
    return np.where(inside, lon, (lon + 180.0) % 360.0 - 180.0)


def ecef(lon: ArrayLike, lat: ArrayLike) -> Floats:
    """Return points of the ellipsoid as Earth-centred x, y, z in metres.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,) or (); any longitude.

    Returns
    -------
    ndarray
        Shape (n, 3).
    """
    lam = np.radians(np.asarray(lon, dtype=np.float64))
    phi = np.radians(np.asarray(lat, dtype=np.float64))
    sin_phi, cos_phi = np.sin(phi), np.cos(phi)
    normal = A / np.sqrt(1 - E2 * sin_phi**2)
    return np.stack(
        [
            normal * cos_phi * np.cos(lam),
            normal * cos_phi * np.sin(lam),
            (1 - E2) * normal * sin_phi,
        ],
        axis=-1,
    )


def lonlat(xyz: Floats) -> tuple[Floats, Floats]:
    """Return longitude and latitude in degrees of points on, or metres away from, the ellipsoid.

    Parameters
    ----------
    xyz
        Shape (n, 3), metres.

    Notes
    -----
    One step of Bowring's method (1976); within 10 km of the surface its error is below
    a nanometre.
    """
    x, y, z = xyz[..., 0], xyz[..., 1], xyz[..., 2]
    p = np.hypot(x, y)
    beta = np.arctan2(z * A, p * B)
    ep2 = E2 / (1 - E2)
    lat = np.arctan2(z + ep2 * B * np.sin(beta) ** 3, p - E2 * A * np.cos(beta) ** 3)
    return np.degrees(np.arctan2(y, x)), np.degrees(lat)


def inverse(
    lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike
) -> tuple[Floats, Floats]:
    """Return the azimuth at a in degrees [0, 360) and the geodesic's length in metres (Karney)."""
    arrays = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (lon_a, lat_a, lon_b, lat_b))
    )
    a, b, c, d = (np.ascontiguousarray(v).ravel() for v in arrays)
    azimuth, _, length = _GEOD.inv(a, b, c, d)
    shape = arrays[0].shape
    return np.asarray(azimuth).reshape(shape) % 360.0, np.asarray(length).reshape(shape)


def geodesic_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Return the length of one geodesic in metres, as `inverse` does."""
    return float(_GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2])


def length_m(lon: Floats, lat: Floats) -> Floats:
    """Return the geodesic length of each leg of a path in metres, shape (n − 1,)."""
    return inverse(lon[:-1], lat[:-1], lon[1:], lat[1:])[1]


def direct(
    lon: ArrayLike, lat: ArrayLike, azimuth_deg: ArrayLike, distance_m: ArrayLike
) -> tuple[Floats, Floats]:
    """Return where a geodesic of that azimuth and length ends, in degrees (Karney)."""
    arrays = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (lon, lat, azimuth_deg, distance_m))
    )
    a, b, c, d = (np.ascontiguousarray(v).ravel() for v in arrays)
    out_lon, out_lat, _ = _GEOD.fwd(a, b, c, d)
    shape = arrays[0].shape
    return np.asarray(out_lon).reshape(shape), np.asarray(out_lat).reshape(shape)


def geodesic_between(
    lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike, fraction: ArrayLike
) -> tuple[Floats, Floats]:
    """Return the points at a fraction of the way along geodesics, in degrees.

    All arguments broadcast against each other; the ends come back to the last bit.
    """
    lon_a, lat_a, lon_b, lat_b, fraction = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (lon_a, lat_a, lon_b, lat_b, fraction))
    )
    azimuth, length = inverse(lon_a, lat_a, lon_b, lat_b)
    lon, lat = direct(lon_a, lat_a, azimuth, length * fraction)
    lon = np.where(fraction == 0, lon_a, np.where(fraction == 1, lon_b, lon))
    lat = np.where(fraction == 0, lat_a, np.where(fraction == 1, lat_b, lat))
    return lon, lat


def lonlat_from(x: Floats, y: Floats, crs: Any) -> tuple[Floats, Floats]:
    """Return coordinates of any system in degrees, longitude and latitude.

    Raises
    ------
    ValueError
        If PROJ does not know the system.
    """
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        lon, lat = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True).transform(x, y)
    except ProjError as error:
        raise ValueError(str(error)[:120]) from None
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def surface_area_m2(lon: ArrayLike, lat: ArrayLike) -> float:
    """Return the area in m² of one ring with geodesic edges, positive if anticlockwise."""
    area, _ = _GEOD.polygon_area_perimeter(np.asarray(lon), np.asarray(lat))
    return float(area)


def chord_length_m(p: Floats, q: Floats) -> Floats:
    """Return the straight distance in metres between points in three dimensions."""
    return np.asarray(np.sqrt(((p - q) ** 2).sum(axis=-1)))


def _curvature_along(u: Floats, p: Floats) -> Floats:
    """Return the normal curvature (1/m) of the ellipsoid at p in the direction of the chord u."""
    gradient = p * _METRIC
    steepness = np.sqrt((gradient**2).sum(axis=-1))
    normal = gradient / steepness[..., None]
    t = u - (u * normal).sum(axis=-1)[..., None] * normal
    along = np.maximum((t * t).sum(axis=-1), 1e-300)  # zero only for a chord through the Earth
    k = (t * t * _METRIC).sum(axis=-1) / along / steepness
    return np.asarray(np.clip(k, 1 / R_MAX, 1 / R_MIN))


def chord_to_geodesic_m(p: Floats, q: Floats) -> Floats:
    """Return the geodesic length in metres between points of the ellipsoid, from their chord.

    The chord is bent over a circle whose curvature is a mean of the normal curvatures along the
    chord at its ends and its middle (weights 0.1, 0.8, 0.1). Off from Karney by at most 6 nm at
    100 km, 0.13 mm at 1,000 km, 5 mm at 2,000 km and 2.3 m at 5,000 km (200,000 random pairs
    each): beyond `SERIES_REACH_M` ask `inverse`.

    Parameters
    ----------
    p, q
        Shapes that broadcast to (n, 3), metres.
    """
    u = q - p
    chord = np.sqrt((u * u).sum(axis=-1))
    safe = np.where((chord > 1e-3)[..., None], u, 1.0)  # any direction does for a millimetre
    middle = (p + q) / 2
    middle = middle / np.sqrt((middle * middle * _METRIC).sum(axis=-1))[..., None]
    k = 0.8 * _curvature_along(safe, middle) + 0.1 * (
        _curvature_along(safe, p) + _curvature_along(safe, q)
    )
    return np.asarray(2 / k * np.arcsin(np.minimum(chord * k / 2, 1.0)))


def greatest_chord_m(geodesic_m: ArrayLike) -> Floats:
    """Return the longest chord in metres that two points this geodesic distance apart can have.

    What lies farther away than this, straight through the Earth, is farther away on it too
    (fact 1 of this module).
    """
    half = np.asarray(geodesic_m, dtype=np.float64) / (2 * R_MAX)
    return 2 * R_MAX * np.sin(np.minimum(half, np.pi / 2))


def greatest_geodesic_m(chord_m: ArrayLike) -> Floats:
    """Return the longest geodesic in metres that two points with this chord can have (fact 1)."""
    half = np.asarray(chord_m, dtype=np.float64) / (2 * R_MIN)
    return np.where(half < 1.0, 2 * R_MIN * np.arcsin(np.minimum(half, 1.0)), np.pi * A)
