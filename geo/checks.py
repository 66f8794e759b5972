"""Tracks against zones: the findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.catalogue import Zone, zone
from geo.doubt import doubt_of
from geo.earth import Floats, inverse
from geo.engine import LARGE, distances
from geo.errors import ZoneError
from geo.extremes import Place, deepest, least
from geo.findings import Crossing, Finding, Findings
from geo.hearsay import entered_by_hearsay
from geo.nearby import NEARBY_M, nearby_airspaces
from geo.stretches import Stretches, stretches
from geo.survey import TOUCH_M, Survey, survey
from geo.terms import Term
from geo.track import Track, Tracks
from geo.words import said

__all__ = ["check", "distance"]

DISPUTE_M: Final = 1.0  # a reading that changes less changes nothing


def check(
    tracks: Tracks | Sequence[Track] | Track,
    zones: Iterable[Zone | str] | Zone | str | None = None,
    *,
    within_m: float = NEARBY_M,
    encounters_within_m: float | None = None,
    progress: Callable[[Sequence[Track]], Iterable[Track]] | None = None,
) -> Findings:
    """Return how close each track came to each zone.

    Parameters
    ----------
    tracks
        What `read_tracks` gives, any sequence of tracks, or one of them.
    zones
        Zones or their names, each of which is measured to once. None: the zones that a track asks
        for, else every national airspace that it entered or came within ``within_m`` of.
    within_m
        Only where no zone is named, metres.
    encounters_within_m
        Also tell which of the flights came this near to each other, in metres; None: do not.
    progress
        What the tracks are gone through by, so that somebody can see how far it is: `tqdm.tqdm`.

    Raises
    ------
    ZoneError
        If there is no zone of a name, or two different ones have the same.
    """
    if isinstance(tracks, Track):
        tracks = [tracks]
    named = _told_apart(_zones(zones))
    found: list[Finding] = []
    used: dict[str, Zone] = {}
    large = _large(tracks)
    for track in tracks if progress is None else progress(tracks):
        chosen, reach_m = named, np.inf
        if chosen is None and track.zones:
            chosen = tuple(zone(z) for z in track.zones)
        elif chosen is None:
            chosen, reach_m = nearby_airspaces(track, within_m), within_m
        mine = [f for z in chosen if (f := _finding(track, z, reach_m, large)) is not None]
        if np.isfinite(reach_m):
            mine += _entered_by_hearsay(track, chosen, mine, large)
        mine.sort(key=lambda f: (f.distance_m, -f.depth_m))
        used |= {z.id: z for z in chosen if any(f.zone == z.id for f in mine)}
        found += mine
    if named is not None:
        used = {z.id: z for z in named}
    inputs = tracks.inputs if isinstance(tracks, Tracks) else ()
    parameters: dict[str, Any] = {
        "zones": None if named is None else [z.id for z in named],
        "within_m": within_m if named is None else None,
    }
    met: tuple[dict[str, Any], ...] = ()
    if encounters_within_m is not None:
        from geo.meeting import encounters

        parameters["encounters_within_m"] = encounters_within_m
        met = tuple(e.to_dict() for e in encounters(tracks, within_m=encounters_within_m))
    if isinstance(tracks, Tracks) and tracks.way is not None:
        parameters["read"] = tracks.way
    return Findings(tuple(found), tuple(used.values()), inputs, parameters, met)


def _entered_by_hearsay(
    track: Track, zones_: Sequence[Zone], told: Sequence[Finding], large: bool | None
) -> list[Finding]:
    """Return findings of the zones that only disbelieved fixes entered, however far the others."""
    named = {f.zone for f in told}
    more = (z for z in zones_ if z.id not in named and entered_by_hearsay(track, z))
    return [f for z in more if (f := _finding(track, z, np.inf, large)) is not None]


def _large(tracks: Sequence[Track]) -> bool | None:
    """Return whether all this is work for the compiled search; None: each track tells."""
    return True if sum(map(len, tracks)) >= LARGE else None


def _zones(zones: Iterable[Zone | str] | Zone | str | None) -> tuple[Zone, ...] | None:
    if zones is None:
        return None
    if isinstance(zones, Zone | str):
        zones = [zones]
    return tuple(zone(z) if isinstance(z, str) else z for z in zones)


def _told_apart(zones: tuple[Zone, ...] | None) -> tuple[Zone, ...] | None:
    """Return zones of which no two have the same name, each once."""
    named: dict[str, Zone] = {}
    for one in zones or ():
        if named.setdefault(one.id, one).digest != one.digest:
            raise ZoneError(
                f"Two different zones are called {one.id}, of {named[one.id].source} and of"
                f" {one.source}: an answer could not tell them apart. Check them one by one."
            )
    return None if zones is None else tuple(named.values())


def distance(lon: ArrayLike, lat: ArrayLike, zones: Iterable[Zone | str] | Zone | str) -> Floats:
    """Return the distance of each point to the nearest of the zones, in metres, 0 inside.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,) or (); NaN gives NaN.
    zones
        One or several zones, or their names.

    Raises
    ------
    ZoneError
        If there is no zone of a name.
    ValueError
        If the shapes of ``lon`` and ``lat`` do not go together.

    Examples
    --------
    >>> from geo import distance
    >>> distance([-168.9, -169.0], [65.75, 65.9], "airspace:USA").round(-2).tolist()
    [0.0, 2700.0]
    """
    lon = np.asarray(lon, dtype=np.float64)
    lat = np.asarray(lat, dtype=np.float64)
    shape = np.broadcast_shapes(lon.shape, lat.shape)
    x = np.broadcast_to(lon, shape).ravel()
    y = np.broadcast_to(lat, shape).ravel()
    good = np.isfinite(x) & np.isfinite(y) & (np.abs(y) <= 90)
    out = np.full(x.shape, np.nan)
    borders = [z.border for z in _zones(zones) or ()]
    out[good] = distances(borders, x[good], y[good])
    return out.reshape(shape)


# ------------------------------------------------------------------------- one finding


@dataclass(frozen=True)
class _Answer:
    """How close a track came to a zone, and what was found on the way to knowing."""

    look: Survey
    parts: Stretches
    spans: Stretches
    place: Place
    inside: bool

    @property
    def signed_m(self) -> float:
        """The distance outside, or minus the depth inside."""
        return -self.place.distance_m if self.inside else self.place.distance_m


def _answer(track: Track, zone: Zone, within_m: float, large: bool | None = None) -> _Answer | None:
    """Return how close a track came to a zone; None if that is farther than asked."""
    observed = ~track.is_gap
    look = survey(track.lon, track.lat, track.leg_m, zone.border, observed, within_m, large)
    if look is None:
        return None
    parts = stretches(look, observed)
    spans = parts.chosen(parts.side > 0)
    touches = bool((parts.side == 0).any())
    inside = len(spans) > 0 or _fix_inside(look)
    deep = deepest(look, spans) if inside else None
    if deep is not None and deep.distance_m > TOUCH_M:
        return _Answer(look, parts, spans, deep, True)
    place = _touching(look, parts) if touches else least(look, observed)
    if place.distance_m <= TOUCH_M:
        place = replace(place, distance_m=0.0)
    if place.distance_m > within_m:
        return None
    return _Answer(look, parts, spans, place, False)


def _dispute_terms(track: Track, zone: Zone, found: _Answer) -> list[Term]:
    """Return what the readings of disputed borders make of the answer, where they change it."""
    from geo.disputes import at
    from geo.readings import far_from, holds, outline_of, readings_of

    place, signed_m = found.place, found.signed_m
    ids = zone.disputed
    here = {d.id for d in at(place.lon, place.lat, ids)}
    if np.isfinite(place.border_lon):
        here |= {d.id for d in at(place.border_lon, place.border_lat, ids)}
    longest_m = float(track.leg_m[~track.is_gap].max(initial=0.0))
    terms = []
    for reading in readings_of(zone):
        if reading.added:
            reach_m = max(signed_m, 0.0)
            if far_from(reading.dispute, track.lon, track.lat, longest_m, reach_m):
                continue
            if _answer(track, outline_of(reading.dispute), reach_m) is None:
                continue
            other = _answer(track, reading.zone, reach_m)
            other_m = signed_m if other is None else min(signed_m, other.signed_m)
        elif reading.dispute.id in here and holds(zone, reading.dispute):
            other = _answer(track, reading.zone, np.inf)
            other_m = signed_m if other is None else other.signed_m
        else:
            continue
        if abs(other_m - signed_m) < DISPUTE_M:
            continue
        terms.append(
            Term(
                "dispute",
                max(0.0, signed_m - other_m),
                max(0.0, other_m - signed_m),
                said(
                    "dispute.added" if reading.added else "dispute.taken",
                    place=reading.dispute,
                    zone=zone,
                    came=_came(other_m),
                ),
            )
        )
    return terms


def _came(signed_m: float) -> str:
    if signed_m > 0:
        return said("dispute.came_near", away_m=signed_m)
    return said("dispute.came_inside", depth_m=-signed_m)


def _finding(
    track: Track, zone: Zone, within_m: float, large: bool | None = None
) -> Finding | None:
    """Return how close a track came to a zone; None if that is farther than asked."""
    found = _answer(track, zone, within_m, large)
    if found is None:
        return None
    look, parts, spans, place, inside = (
        found.look, found.parts, found.spans, found.place, found.inside
    )  # fmt: skip
    distance_m = 0.0 if inside else place.distance_m
    depth_m = place.distance_m if inside else 0.0
    drawn = track.basis == "drawn"
    extra = _dispute_terms(track, zone, found) if zone.disputed else []
    doubt = doubt_of(track, zone, look, found.signed_m, place.step, extra)
    height_m = _height_m(track, place)
    return Finding(
        flight=track.flight,
        callsign=track.callsign,
        leg=track.leg,
        input=track.input,
        basis=track.basis,
        zone=zone.id,
        distance_m=distance_m,
        depth_m=depth_m,
        time_s=_time_s(track, place.step, place.fraction),
        lon=place.lon,
        lat=place.lat,
        height_m=height_m,
        height_kind=track.height_kind if height_m is not None else None,
        border_lon=place.border_lon,
        border_lat=place.border_lat,
        bearing_deg=_bearing_deg(place),
        inside_s=_inside_s(track, spans),
        inside_m=float(((spans.end - spans.start) * track.leg_m[spans.step]).sum()),
        crossings=() if drawn else tuple(_crossings(track, look, parts)),
        low_m=doubt.low_m,
        high_m=doubt.high_m,
        doubt=doubt.words,
        fixes=len(track),
        rejected=track.rejected,
        terms=doubt.terms,
    )


def _fix_inside(look: Survey) -> bool:
    return bool((look.inside & ~(look.distance_m <= TOUCH_M)).any())


def _touching(look: Survey, parts: Stretches) -> Place:
    """Return a place where the path lies on the border."""
    from geo.earth import geodesic_between

    part = parts[int((parts.side == 0).argmax())]
    u = (part.start + part.end) / 2
    i, j = part.step, part.step + 1
    lon, lat = geodesic_between(look.lon[i], look.lat[i], look.lon[j], look.lat[j], u)
    near = look.nearest_to(np.atleast_1d(lon), np.atleast_1d(lat))
    return Place(0.0, i, u, float(lon), float(lat), float(near.lon[0]), float(near.lat[0]))


def _time_s(track: Track, step: int, fraction: float) -> float | None:
    if track.time_s is None:
        return None
    t = track.time_s
    return float(t[step] + fraction * (t[min(step + 1, len(t) - 1)] - t[step]))


def _height_m(track: Track, place: Place) -> float | None:
    if track.height_m is None:
        return None
    h0 = track.height_m[place.step]
    h1 = track.height_m[min(place.step + 1, len(track) - 1)]
    if place.fraction == 0 or np.isnan(h1):
        return None if np.isnan(h0) else float(h0)
    if np.isnan(h0):
        return float(h1)
    return float(h0 + place.fraction * (h1 - h0))


def _bearing_deg(place: Place) -> float | None:
    if np.isnan(place.border_lon):
        return None
    azimuth, _ = inverse(place.lon, place.lat, place.border_lon, place.border_lat)
    return float(azimuth)


def _inside_s(track: Track, spans: Stretches) -> float | None:
    if track.time_s is None:
        return None
    return float(((spans.end - spans.start) * np.diff(track.time_s)[spans.step]).sum())


def _crossings(track: Track, look: Survey, parts: Stretches) -> list[Crossing]:
    """Return where the path changes sides; across a gap, between which times it must have.

    What lies on the border is on no side: the flight has changed sides if the last one that it had
    is another.
    """
    gaps = np.setdiff1d(np.arange(len(track) - 1), parts.step)  # what is on their other side?
    step = np.concatenate([parts.step, gaps])
    side = np.concatenate([parts.side, [_next_side(look, parts, g + 1) for g in gaps.tolist()]])
    part = np.concatenate([np.arange(len(parts)), np.full(len(gaps), -1)])
    told = np.flatnonzero(side != 0)
    told = told[np.lexsort((part[told], step[told]))]
    first = _side_of_fix(look, 0)
    before = np.concatenate([[first], side[told][:-1]])
    out: list[Crossing] = []
    for k in np.flatnonzero((side[told] != before) & (before != 0)).tolist():
        here = told[k]
        if part[here] < 0:
            at = int(step[here])
            out.append(_hidden(track, int(side[here]), at, at + 1))
        else:
            out.append(_crossing(track, parts, int(part[here]), int(before[k])))
    return out


def _side_of_fix(look: Survey, i: int) -> int:
    if look.known[i] and look.distance_m[i] <= TOUCH_M:
        return 0
    return 1 if look.inside[i] else -1


def _next_side(look: Survey, parts: Stretches, fix: int) -> int:
    """Return the side on which the path goes on from a fix; of the fix itself if it does not."""
    here = parts.side[np.searchsorted(parts.step, fix) : np.searchsorted(parts.step, fix + 1)]
    return _side_of_fix(look, fix) or next((s for s in here.tolist() if s), 0)


def _crossing(track: Track, parts: Stretches, number: int, before: int) -> Crossing:
    """Return the crossing at the border end of a piece: its start, or before it where it lay on."""
    from geo.earth import geodesic_between

    part = parts[number]
    i, u = part.step, part.start
    if part.side < 0:
        # leaving: the flight was inside until the last piece that was
        last = np.flatnonzero(parts.side[:number] == before)[-1:]
        if len(last):
            i, u = int(parts.step[last[0]]), float(parts.end[last[0]])
    lon, lat = geodesic_between(track.lon[i], track.lat[i], track.lon[i + 1], track.lat[i + 1], u)
    return Crossing(
        _time_s(track, i, u), float(lon), float(lat), "enter" if part.side > 0 else "exit"
    )


def _hidden(track: Track, side: int, after: int, before: int) -> Crossing:
    t: NDArray[np.float64] | None = track.time_s
    return Crossing(
        None,
        None,
        None,
        "enter" if side > 0 else "exit",
        None if t is None else float(t[after]),
        None if t is None else float(t[before]),
    )
