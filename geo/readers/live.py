"""Snapshots of readsb, dump1090 and the ADS-B Exchange v2 API: ``aircraft.json``.

``now`` is in seconds, in the v2 API in milliseconds; ``seen_pos`` says how many seconds before it
the position was heard. One snapshot has one fix of each aircraft; several (readsb's
``history_*.json``, in a folder or archive) make tracks.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from geo.accuracy import errors_of, kinds_of
from geo.errors import TrackError
from geo.readers.columns import column_of, times
from geo.readers.recording import Format, Recording, Source, number, parse_json
from geo.track import HeightKind
from geo.units import FOOT

__all__ = ["FORMAT"]


def _sniff(source: Source) -> bool:
    data = source.data
    return (
        source.head.startswith(b"{")
        and b'"now"' in data
        and (b'"aircraft"' in data or b'"ac"' in data)
        and b'"hex"' in data
    )


def _read(source: Source) -> list[Recording]:
    document = parse_json(source)
    listed = document.get("aircraft") or document.get("ac") or []
    (now_s,) = times(column_of([document.get("now")]), source)
    if not np.isfinite(now_s):
        raise TrackError(f"{source.name} does not say 'now', so nobody knows when its fixes were.")
    found = [_aircraft(a, float(now_s)) for a in listed if isinstance(a, dict)]
    return [r for r in found if r is not None]


def _aircraft(aircraft: dict[str, Any], now_s: float) -> Recording | None:
    lon, lat = number(aircraft.get("lon")), number(aircraft.get("lat"))
    seen_s = number(aircraft.get("seen_pos"))
    baro, geom = aircraft.get("alt_baro", aircraft.get("altitude")), aircraft.get("alt_geom")
    feet = number(baro)
    kind: HeightKind = "barometric"
    if np.isnan(feet) and baro != "ground":
        feet, kind = number(geom), "geometric"
    mlat = "lat" in (aircraft.get("mlat") or []) or aircraft.get("type") == "mlat"
    rc, nic, nac_p = (np.array([number(aircraft.get(k))]) for k in ("rc", "nic", "nac_p"))
    # dump1090 calls NACp "nac_p" too; its lists of what came by other ways name the position "lat"
    made = "mlat" if mlat else "tisb" if "lat" in (aircraft.get("tisb") or []) else ""
    error_m, error_by = errors_of(rc, nic, nac_p, kinds_of([made or aircraft.get("type")]))
    about = {"registration": aircraft.get("r"), "type": aircraft.get("t")}
    return Recording(
        flight=str(aircraft.get("hex") or "unnamed"),
        lon=np.array([lon]),
        lat=np.array([lat]),
        time_s=np.array([now_s - (0.0 if np.isnan(seen_s) else seen_s)]),
        callsign=np.array([str(aircraft.get("flight") or "").strip()]),
        height_m=np.array([feet * FOOT]),
        height_kind=kind,
        on_ground=np.array([baro == "ground"]),
        error_m=error_m,
        error_by=error_by,
        rows=1,
        about={k: v for k, v in about.items() if v},
    )


FORMAT: Final = Format(
    name="live",
    title="readsb, dump1090 or ADS-B Exchange snapshot (aircraft.json)",
    marks="a JSON object with 'now' and 'aircraft' (v2 API: 'ac'), a list with 'hex'; several in a"
    " folder or archive make tracks",
    sniff=_sniff,
    read=_read,
    joined=True,
)
