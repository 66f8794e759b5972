"""What a page needs to let time run: where each flight was when, and how far from a zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geo.bands import Band, band
from geo.catalogue import Zone
from geo.earth import Floats
from geo.findings import Finding, Findings
from geo.track import Track
from geo.words import say
from layers.frame import Frame
from layers.hues import hue_of
from layers.pack import packed
from layers.sentences import at_most, away_of, depth_of, headline
from layers.track import unrolled

__all__ = ["Playback", "playback"]

GRID_DEG: Final = 1e-4  # 11 m: less than an aircraft is long on a screen
GRID_M: Final = 10.0  # of distances and heights in a chart
MOST_POINTS: Final = 1_500  # of one flight; a screen has no more pixels
MOST_FLIGHTS: Final = 60
USUAL_STEP_S: Final = 60.0


@dataclass(frozen=True)
class Playback:
    """The data of the player and of its chart, as the script wants them."""

    data: dict[str, Any]
    words: str  # what the chart shows, for who cannot see it


def playback(
    tracks: Sequence[Track],
    findings: Findings,
    frame: Frame,
    ids: Sequence[str],
    states: Sequence[str],
    *,
    shaded: bool = False,
) -> Playback | None:
    """Return what lets time run over the recorded tracks that have times; None without one.

    Where tracks are ``shaded`` by distance or height, an aircraft has no hue of its own.
    """
    chosen = [
        (t, i, s)
        for t, i, s in zip(tracks, ids, states, strict=True)
        if t.basis == "recorded" and t.time_s is not None and len(t) > 1
    ]
    if not chosen:
        return None
    first = headline(findings)
    if first is not None and len(chosen) > MOST_FLIGHTS:
        # Whatever is left out, it is not the flight that the page is about.
        chosen.sort(key=lambda c: (c[0].flight, c[0].leg) != (first.flight, first.leg))
    chosen = chosen[:MOST_FLIGHTS]
    start_s = min(float(t.time_s[0]) for t, _, _ in chosen if t.time_s is not None)
    end_s = max(float(t.time_s[-1]) for t, _, _ in chosen if t.time_s is not None)
    flights = [_flight(t, i, None if shaded else hue_of(s), start_s, frame) for t, i, s in chosen]
    chart, words = None, ""
    if first is not None:
        of = next((c for c in chosen if (c[0].flight, c[0].leg) == (first.flight, first.leg)), None)
        zone = next((z for z in findings.zones if z.id == first.zone), None)
        if of is not None and zone is not None:
            chart = _chart(of[0], of[1], zone, first, start_s)
            seen = of[0].height_m is not None and np.isfinite(of[0].height_m).any()
            key = "page.chart_height" if seen else "page.chart"
            words = say(key, flight=of[0].name, zone=zone)
    data = {
        "start": start_s,
        "end": end_s,
        "grid": GRID_DEG,
        "gridM": GRID_M,
        "flights": flights,
        "chart": chart,
    }
    return Playback(data, words)


def _flight(
    track: Track, id_: str, hue: int | None, start_s: float, frame: Frame
) -> dict[str, Any]:
    """Return the path of a flight in time: where, when, how high, and what nobody saw."""
    assert track.time_s is not None  # noqa: S101 - chosen so
    lon = unrolled(track.lon, frame.plane.lon)
    keep = _kept(track, lon, frame)
    time = track.time_s[keep] - start_s
    height = np.full(len(track), np.nan) if track.height_m is None else track.height_m
    known = np.where(np.isfinite(height[keep]), height[keep] / GRID_M, -1_000.0)
    gap = np.flatnonzero(np.append(track.is_gap, False)[keep])
    return {
        "id": id_,
        "name": track.name,
        "hue": hue,
        "line": packed([np.column_stack([lon[keep], track.lat[keep]])], GRID_DEG, every=True),
        "time": packed([np.column_stack([time, known])], 1.0, every=True),
        "gaps": gap.tolist(),
    }


def _kept(track: Track, lon: Floats, frame: Frame) -> np.ndarray:
    """Return which fixes tell the path: its bends, one a minute, and both ends of gaps."""
    assert track.time_s is not None  # noqa: S101 - chosen so
    x, y = frame.plane.to_xy(lon, track.lat)
    n = len(track)
    # A third axis would be time: instead a fix each minute holds the pace.
    line = shapely.LineString(np.column_stack([x, y, np.arange(n)]))
    bends = shapely.get_coordinates(shapely.simplify(line, frame.tolerance_m / 4), include_z=True)[
        :, 2
    ].astype(int)
    step_s = max(USUAL_STEP_S, float(np.ptp(track.time_s)) / MOST_POINTS * 2)
    pace = np.unique(
        np.searchsorted(track.time_s, np.arange(track.time_s[0], track.time_s[-1], step_s))
    )
    gaps = np.flatnonzero(track.is_gap)
    every = np.unique(np.concatenate([[0, n - 1], bends, pace, gaps, gaps + 1]))
    if len(every) > MOST_POINTS:
        every = np.unique(every[np.linspace(0, len(every) - 1, MOST_POINTS).astype(int)])
    return np.asarray(every)


def _chart(track: Track, id_: str, zone: Zone, finding: Finding, start_s: float) -> dict[str, Any]:
    """Return the distance over time in pieces without gaps, and between what it may have been."""
    told = band(track, zone)
    seen = np.flatnonzero(np.isfinite(told.distance_m))
    pieces = np.split(seen, np.flatnonzero(np.diff(seen) > 1) + 1)
    every = np.arange(len(told))
    up = at_most(finding)
    length = up or (away_of(finding) if finding.distance_m else depth_of(finding))
    nearest = None
    if finding.time_s is not None:
        # The answer itself, which the steps of a band may pass by.
        nearest = (finding.time_s - start_s, finding.distance_m or -finding.depth_m)

    def line(away_m: Floats, which: np.ndarray) -> str:
        through = nearest if away_m is told.distance_m else None
        return packed([_thin(told, away_m, which, start_s, through)], 1.0, every=True)

    return {
        "id": id_,
        "zone": finding.zone,
        "at": None if finding.time_s is None else finding.time_s - start_s,
        "most": up is not None,
        "told": [round(m, 1) for m in (float(length), length.low_m, length.high_m)],
        "parts": [line(told.distance_m, p) for p in pieces if len(p)],
        "low": line(told.low_m, every),
        "high": line(told.high_m, every),
    }


def _thin(
    told: Band,
    away_m: Floats,
    which: np.ndarray,
    start_s: float,
    through: tuple[float, float] | None,
) -> Floats:
    """Return time and distance of a line of a chart, without points that bend nothing.

    Where it covers the time of ``through``, in seconds and metres, it passes there.
    """
    assert told.time_s is not None  # noqa: S101 - chosen so
    time, away = told.time_s[which] - start_s, away_m[which]
    if through is not None and time[0] <= through[0] <= time[-1]:
        # In a whole second, as it travels: what else lies in that second would be beside it.
        at_s = round(through[0])
        keep = np.round(time) != at_s
        time, away = np.append(time[keep], at_s), np.append(away[keep], through[1])
        order = np.argsort(time, kind="stable")
        time, away = time[order], away[order]
    if len(time) < 3:
        return np.column_stack([time, away / GRID_M])
    wide = max(float(np.ptp(told.time_s)), 1.0)
    high = max(float(np.nanmax(told.distance_m) - np.nanmin(told.distance_m)), 1.0)
    line = shapely.LineString(np.column_stack([time / wide, away / high]))
    thin = shapely.get_coordinates(shapely.simplify(line, 1 / 1_500))
    if through is not None:
        held = np.column_stack([time / wide, away / high])[time == round(through[0])]
        thin = np.unique(np.concatenate([thin, held]), axis=0)  # by time
    return np.asarray(thin * [wide, high / GRID_M])
