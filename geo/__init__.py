"""howclose's knowledge of the earth: tracks, zones, and how close they came.

>>> from geo import read_tracks, zone, check  # doctest: +SKIP
>>> tracks = read_tracks("trace_full_ac671b.json")  # doctest: +SKIP
>>> check(tracks, [zone("airspace:USA")]).to_frame()  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.bands import Band, band
    from geo.catalogue import Zone, zone, zones
    from geo.chart import Profile, profile
    from geo.checks import check, distance
    from geo.errors import HowcloseError
    from geo.findings import Finding, Findings
    from geo.interchange import (
        to_movingpandas_frame,
        to_traffic_frame,
        tracks_from_frame,
        write_tracks,
    )
    from geo.limits import Limits
    from geo.meeting import Encounter, encounters
    from geo.readers import read_tracks
    from geo.track import Track, Tracks
    from geo.zonefiles import read_zones

__version__ = "0.1.0"

_HOME = {
    "Band": "geo.bands",
    "Encounter": "geo.meeting",
    "Finding": "geo.findings",
    "Findings": "geo.findings",
    "HowcloseError": "geo.errors",
    "Profile": "geo.chart",
    "Limits": "geo.limits",
    "Track": "geo.track",
    "Tracks": "geo.track",
    "Zone": "geo.catalogue",
    "band": "geo.bands",
    "check": "geo.checks",
    "distance": "geo.checks",
    "encounters": "geo.meeting",
    "profile": "geo.chart",
    "read_tracks": "geo.readers",
    "read_zones": "geo.zonefiles",
    "to_movingpandas_frame": "geo.interchange",
    "to_traffic_frame": "geo.interchange",
    "tracks_from_frame": "geo.interchange",
    "write_tracks": "geo.interchange",
    "zone": "geo.catalogue",
    "zones": "geo.catalogue",
}

__all__ = [
    "Band",
    "Encounter",
    "Finding",
    "Findings",
    "HowcloseError",
    "Limits",
    "Profile",
    "Track",
    "Tracks",
    "Zone",
    "__version__",
    "band",
    "check",
    "distance",
    "encounters",
    "profile",
    "read_tracks",
    "read_zones",
    "to_movingpandas_frame",
    "to_traffic_frame",
    "tracks_from_frame",
    "write_tracks",
    "zone",
    "zones",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: a command should not pay for the others."""
    if name not in _HOME:
        raise AttributeError(f"module 'geo' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOME[name]), name)
