"""Maps and pages of what `geo` says.

What is listed here is what most people need; each name is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "ClaimedLineLayer": "layers.places",
    "FindingLayer": "layers.findings",
    "Frame": "layers.frame",
    "GraticuleLayer": "layers.land",
    "LandLayer": "layers.land",
    "Page": "layers.pages",
    "PassageLayer": "layers.places",
    "PlacesLayer": "layers.places",
    "SeaNamesLayer": "layers.zones",
    "TrackLayer": "layers.track",
    "ZoneLayer": "layers.zones",
    "page": "layers.track_page",
}

__all__ = [
    "ClaimedLineLayer",
    "FindingLayer",
    "Frame",
    "GraticuleLayer",
    "LandLayer",
    "Page",
    "PassageLayer",
    "PlacesLayer",
    "SeaNamesLayer",
    "TrackLayer",
    "ZoneLayer",
    "page",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: folium takes a second to load."""
    if name not in _HOME:
        raise AttributeError(f"module 'layers' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOME[name]), name)
