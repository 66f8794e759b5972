"""A track: the fixes of one leg of one flight, and what is known of how they were made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, overload

import numpy as np
from numpy.typing import NDArray

from geo.earth import Floats, length_m
from geo.errors import TrackError

if TYPE_CHECKING:
    import geopandas

__all__ = ["GAP_S", "Basis", "Disbelieved", "HeightKind", "Input", "Track", "Tracks", "stamp_of"]

Basis = Literal["recorded", "drawn"]
HeightKind = Literal["barometric", "geometric"]

GAP_S: Final = 320.0  # seconds; tar1090 too takes a longer silence for a hole in its coverage


def _nothing() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class Disbelieved:
    """Fixes that cleaning did not believe: kept apart, for the answer with and without them.

    Parameters
    ----------
    lon, lat, time_s
        Degrees and seconds since 1970, UTC, shape (n,), in the order of time.
    cluster
        The number of each fix's cluster, shape (n,), from 0.
    reasons
        Why each cluster is not believed.
    """

    lon: Floats = field(default_factory=_nothing)
    lat: Floats = field(default_factory=_nothing)
    time_s: Floats = field(default_factory=_nothing)
    cluster: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    reasons: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True, eq=False)
class Track:
    """The fixes of one leg of one flight.

    Parameters
    ----------
    flight
        What the source calls the aircraft: its ICAO address in hex, or a name.
    lon, lat
        Degrees, shape (n,), n ≥ 1; longitudes in [−180, 180).
    time_s
        Seconds since 1970, UTC, shape (n,), rising; None for a line without times.
    height_m
        Metres, NaN where unknown, shape (n,); None where there are none. ``height_kind`` says of
        which kind all of them are.
    error_m
        How far a fix may be off, in metres, NaN where the source does not say; shape (n,) or None.
    error_by
        Who says so: a place in `geo.accuracy.LABELS` by fix, shape (n,); None: nobody knows.
    basis
        ``recorded`` by a receiver, or ``drawn`` by a person from a report.
    half_width_m
        Of a drawn route: how far to either side of it the flight may have been.
    start_s, end_s
        Of a drawn route: the interval in which it was flown, seconds since 1970, UTC.
    input
        The number of the input that the track was read from.
    rejected
        How many fixes of this leg were dropped.
    zones
        Ids of the zones that a story wants this flight checked against; empty for all.
    about
        What else the source says, such as registration and type.
    history
        What each step of cleaning did, in words; of the whole aircraft, all its legs.
    disbelieved
        Fixes that no flyable path joins to the others: not in ``lon`` and ``lat``.
    spikes
        The same of short runs, which were dropped: the fixes around them rule them out.
    told_speed_mps
        The greatest speed over the ground that the user allows it; None: nobody said.

    Raises
    ------
    TrackError
        If arrays differ in shape, a place is none, or the times do not rise.
    """

    flight: str
    lon: Floats
    lat: Floats
    time_s: Floats | None = None
    height_m: Floats | None = None
    height_kind: HeightKind | None = None
    error_m: Floats | None = None
    error_by: NDArray[np.uint8] | None = None
    callsign: str | None = None
    leg: int = 1
    basis: Basis = "recorded"
    half_width_m: float | None = None
    start_s: float | None = None
    end_s: float | None = None
    input: int = 0
    rejected: int = 0
    zones: tuple[str, ...] = ()
    about: dict[str, Any] = field(default_factory=dict)
    history: tuple[str, ...] = ()
    disbelieved: Disbelieved = field(default_factory=Disbelieved)
    spikes: Disbelieved = field(default_factory=Disbelieved)
    told_speed_mps: float | None = None

    def __post_init__(self) -> None:
        shape = np.shape(self.lon)
        for name in ("lat", "time_s", "height_m", "error_m", "error_by"):
            values = getattr(self, name)
            if len(shape) != 1 or (values is not None and np.shape(values) != shape):
                raise TrackError(
                    f"Track '{self.flight}': lon has the shape {shape}, {name} {np.shape(values)}."
                    " All have to be of one shape, (n,)."
                )
        there = np.isfinite(self.lon) & (np.abs(self.lat) <= 90)
        if not there.all():
            raise TrackError(
                f"Track '{self.flight}': fix {int(np.argmin(there)) + 1} has no place on Earth."
                " Leave such fixes out, or read them with tracks_from_frame, which counts them."
            )
        time_s = self.time_s
        if time_s is not None and not (np.isfinite(time_s).all() and (np.diff(time_s) >= 0).all()):
            raise TrackError(
                f"Track '{self.flight}': its times do not rise. Sort its fixes by time, or read"
                " them with tracks_from_frame, which cleans them."
            )

    def __len__(self) -> int:
        return len(self.lon)

    @property
    def name(self) -> str:
        """What people call the flight: its callsign, else what the source calls it."""
        return self.callsign or self.flight

    @cached_property
    def leg_m(self) -> Floats:
        """The geodesic length of each step between fixes in metres, shape (n − 1,)."""
        return length_m(self.lon, self.lat)

    @cached_property
    def usual_spacing_s(self) -> float | None:
        """The median time between fixes in seconds; None without times or with one fix."""
        if self.time_s is None or len(self) < 2:
            return None
        return float(np.median(np.diff(self.time_s)))

    @cached_property
    def sparse(self) -> bool:
        """Whether fixes usually lie further apart than a gap: then nothing between is observed."""
        return self.usual_spacing_s is not None and self.usual_spacing_s > GAP_S

    @cached_property
    def is_gap(self) -> NDArray[np.bool_]:
        """Which steps between fixes are gaps, shape (n − 1,); none in a line without times."""
        if self.time_s is None:
            return np.zeros(max(len(self) - 1, 0), dtype=bool)
        return np.diff(self.time_s) > GAP_S


@dataclass(frozen=True)
class Input:
    """A file that tracks were read from, and what became of its fixes.

    ``path`` is its name, ``sha256`` that of its bytes, ``format`` one of `geo.readers.formats`.
    ``fixes`` counts all that it holds, ``rejected`` those that were dropped, by reason. Snapshots,
    which only together make tracks, are one input: ``parts`` are the name and SHA-256 of each, and
    ``sha256`` is that of these lines.
    """

    path: str
    sha256: str
    format: str
    fixes: int
    rejected: dict[str, int]
    parts: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return what the contract's ``inputs`` hold."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "format": self.format,
            "fixes": self.fixes,
            "rejected": dict(sorted(self.rejected.items())),
            "parts": [{"path": path, "sha256": sha256} for path, sha256 in self.parts],
        }


def stamp_of(parts: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of the lines "SHA-256, two spaces, name" of an input's parts."""
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in parts)
    return hashlib.sha256(lines.encode(errors="surrogateescape")).hexdigest()


@dataclass(frozen=True, eq=False)
class Tracks(Sequence[Track]):
    """Tracks and the inputs that they were read from; two of them can be added.

    ``notes`` are sentences that the user should see, such as what was guessed and dropped. ``ways``
    say how each input was read, as `read_tracks` was asked to; empty where nobody knows.
    """

    tracks: tuple[Track, ...] = ()
    inputs: tuple[Input, ...] = ()
    notes: tuple[str, ...] = ()
    ways: tuple[dict[str, Any], ...] = ()

    def __len__(self) -> int:
        return len(self.tracks)

    @overload
    def __getitem__(self, index: int) -> Track: ...
    @overload
    def __getitem__(self, index: slice) -> Tracks: ...
    def __getitem__(self, index: int | slice) -> Track | Tracks:
        if isinstance(index, slice):
            return replace(self, tracks=self.tracks[index])
        return self.tracks[index]

    def __iter__(self) -> Iterator[Track]:
        return iter(self.tracks)

    def to_frame(self) -> geopandas.GeoDataFrame:
        """Return the fixes as a GeoDataFrame, a row each: see `geo.interchange.to_frame`."""
        from geo.interchange import to_frame

        return to_frame(self)

    def __add__(self, other: Tracks) -> Tracks:
        shift = len(self.inputs)
        moved = tuple(replace(t, input=t.input + shift) for t in other.tracks)
        inputs, ways = self.inputs + other.inputs, self.ways + other.ways
        known = len(ways) == len(inputs)
        return Tracks(self.tracks + moved, inputs, self.notes + other.notes, ways if known else ())

    @property
    def way(self) -> dict[str, Any] | list[dict[str, Any]] | None:
        """How to read the inputs again: once for all, or each; None where nobody knows."""
        if not self.ways:
            return None
        return self.ways[0] if all(w == self.ways[0] for w in self.ways) else list(self.ways)
