"""The distances of real flights, worked out once more by other means."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from authorities.samples import BORDER_M, PATH_M, border_of, least_and_deepest_m
from authorities.samples import Path as Flown
from format_samples import samples

from geo import check, read_tracks
from geo.errors import TrackError
from geo.track import Track

# Of a file with more flights than this, every n-th is tried, so that about so many are.
MOST = 8
SPHERE_OFF = 0.006  # a sphere of the Earth's mean radius is off by a flattening, and a bit


def tracks_of(path: Path) -> list[Track]:
    """Return tracks of a sample, evenly picked; none of what is no track."""
    try:
        tracks = list(read_tracks(path))
    except TrackError:
        return []
    return tracks[:: max(1, len(tracks) // MOST)]


KINDS = (
    "ambulances", "calibration", "collections", "featured", "firefighting", "fr24", "gliders",
    "military", "noisy", "onground", "readsb", "surveillance", "surveys", "tv_relay",
)  # fmt: skip


@pytest.mark.samples
@pytest.mark.parametrize("kind", KINDS)
def test_real_flights_came_as_near_as_karneys_geodesics_say(kind: str):
    """To a metre outside, and inside to what the points leave between them."""
    tried = 0
    for path in sorted((samples() / kind).glob("*.json*")):
        for track in tracks_of(path):
            found = check([track])
            flown = Flown(track.lon, track.lat, ~track.is_gap)
            outside = [f for f in found if f.distance_m > 0][:1]
            inside = sorted((f for f in found if f.depth_m > 0), key=lambda f: -f.depth_m)[:1]
            for f in outside + inside:
                near_m, deep_m = least_and_deepest_m(flown, border_of(f.zone))
                what = (path.name, f.name, f.leg, f.zone, near_m, deep_m)
                tried += 1
                if f.depth_m > 0:
                    assert near_m == 0.0 or f.depth_m < PATH_M, what
                    assert f.depth_m == pytest.approx(deep_m, abs=PATH_M / 2 + BORDER_M / 2), what
                else:
                    assert f.distance_m == pytest.approx(near_m, abs=1.0), what
    assert tried > 0


@pytest.mark.samples
def test_real_flights_came_as_near_as_s2_says_within_its_sphere():
    """Spherely measures lines on a sphere: another library, another method, and a known error."""
    spherely = pytest.importorskip("spherely")
    tried = 0
    for kind in ("featured", "calibration", "surveys"):
        for path in sorted((samples() / kind).glob("*.json*")):
            for track in tracks_of(path)[:2]:
                found = [f for f in check([track]) if f.distance_m > 5_000]
                if not found or track.is_gap.any() or len(track) < 3:
                    continue
                f = found[0]
                border = border_of(f.zone)
                near = shapely_edges_near(border, track)
                line = spherely.create_linestring(np.column_stack([track.lon, track.lat]).tolist())
                edges = spherely.create_multilinestring(near)
                away_m = float(spherely.distance(line, edges))
                tried += 1
                # Edges straight in degrees are at most 100 m off an arc of 400 m
                assert f.distance_m == pytest.approx(away_m, rel=SPHERE_OFF, abs=1.0), path.name
    assert tried >= 10


def shapely_edges_near(border, track: Track) -> list[list[list[float]]]:
    """Return the pieces of a border, 400 m long, in a box of some degrees around a track."""
    leg, u = border.line.leg, border.line.u
    lon, lat = border.at(leg, u)
    box = (
        (lon > track.lon.min() - 6) & (lon < track.lon.max() + 6)
        & (lat > track.lat.min() - 4) & (lat < track.lat.max() + 4)
    )  # fmt: skip
    same = (leg[1:] == leg[:-1]) & box[1:] & box[:-1]
    k = np.flatnonzero(same)
    return [
        [[float(lon[i]), float(lat[i])], [float(lon[i + 1]), float(lat[i + 1])]] for i in k.tolist()
    ]
