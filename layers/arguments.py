"""What the words after `howclose` mean: zones by name or file, columns, and forms of output.

Imports nothing heavy: the help has to come at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import HowcloseError, TrackError, ZoneError

if TYPE_CHECKING:
    from geo.catalogue import Zone

__all__ = [
    "PAGES",
    "Colour",
    "Edges",
    "Format",
    "UsageError",
    "ZoneFormat",
    "columns_named",
    "format_of",
    "is_zone_file",
    "limits_named",
    "named_path",
    "sound_names",
    "zone_files",
    "zone_format_of",
    "zone_paths",
    "zones_named",
]


class Format(StrEnum):
    """The forms in which findings are told."""

    table = "table"
    json = "json"
    csv = "csv"
    geojson = "geojson"
    parquet = "parquet"


class ZoneFormat(StrEnum):
    """The forms in which zones are told."""

    table = "table"
    geojson = "geojson"


class Colour(StrEnum):
    """What a recorded track is coloured by."""

    flight = "flight"
    distance = "distance"
    height = "height"


class Edges(StrEnum):
    """How the borders in a zone file run between two vertices."""

    planar = "planar"
    geodesic = "geodesic"
    rhumb = "rhumb"


class UsageError(ValueError):
    """Words that do not make a command; the command line exits with 2."""


SUFFIXES: Final = {
    ".json": Format.json,
    ".csv": Format.csv,
    ".geojson": Format.geojson,
    ".parquet": Format.parquet,
    ".geoparquet": Format.parquet,
}


def format_of(asked: Format | None, out: Path | None) -> Format:
    """Return the form asked for, else what the name of the output means, else a table.

    >>> format_of(None, Path("findings.csv")).value, format_of(None, None).value
    ('csv', 'table')
    """
    if asked is not None:
        return asked
    return SUFFIXES.get(out.suffix.lower(), Format.table) if out else Format.table


def zone_format_of(out: Path | None) -> ZoneFormat:
    """Return what the name of the output means for zones; a table if it says nothing.

    >>> zone_format_of(Path("bering.geojson")).value, zone_format_of(None).value
    ('geojson', 'table')

    Raises
    ------
    UsageError
        If it is a form that zones do not come in.
    """
    form = format_of(None, out)
    if form in (Format.csv, Format.parquet):
        raise UsageError(f"Zones come as a table or as GeoJSON, not as {form.value}.")
    return ZoneFormat.table if form is Format.table else ZoneFormat.geojson


PAGES: Final = frozenset({".html", ".htm"})


def named_path(word: str) -> Path:
    """Return the path that a word names.

    Raises
    ------
    UsageError
        If it is empty, as a shell's variable that is not set: ``Path("")`` is the folder here.
    """
    if not word:
        raise UsageError("The name of the output is empty.")
    return Path(word)


def columns_named(pairs: Sequence[str]) -> dict[str, str]:
    """Return the file's names of columns by ours, from words such as ``time=timestamp``.

    >>> columns_named(["time=timestamp", "lon=Lon = x"])
    {'time': 'timestamp', 'lon': 'Lon = x'}

    Raises
    ------
    UsageError
        If a word is not of that form.
    """
    named = {}
    for pair in pairs:
        ours, sign, theirs = pair.partition("=")
        if not (sign and ours.strip() and theirs):
            raise UsageError(f"'{pair}' is not NAME=THEIRS, such as time=timestamp.")
        named[ours.strip()] = theirs
    return named


def limits_named(pairs: Sequence[str]) -> dict[str, float]:
    """Return thresholds of cleaning by name, from words such as ``gap_s=600``.

    >>> limits_named(["gap_s=600", "spike_fixes=5"])
    {'gap_s': 600.0, 'spike_fixes': 5.0}

    Raises
    ------
    UsageError
        If a word is not of that form, or there is no such threshold.
    """
    from geo.limits import limits_of

    named = {}
    for pair in pairs:
        name, sign, value = (part.strip() for part in pair.partition("="))
        try:
            number = float(value)
        except ValueError:
            number = None
        if not sign or (name and number is None):
            raise UsageError(
                f"'{pair}' is not NAME=NUMBER, such as gap_s=600: the number is in the unit that"
                " the name ends in (s, m, mps)."
            )
        if name in named:
            raise UsageError(f"--limit {name} is given twice.")
        named[name] = 0.0 if number is None else number
        try:
            limits_of(named)
        except TrackError as error:
            raise UsageError(str(error)) from None
    return named


def sound_names(tracks: Sequence[str]) -> None:
    """Check names of track files: that they are some, and can be told on in any output.

    Raises
    ------
    TrackError
        If a name is empty (as that of a shell's variable that is not set), or not UTF-8.
    UsageError
        If standard input is to be read twice.
    """
    if list(tracks).count("-") > 1:
        raise UsageError("- is given twice, but standard input can be read once.")
    for name in tracks:
        if not name:
            raise TrackError("The name of a track file is empty.")
        try:
            name.encode()
        except UnicodeEncodeError:
            raise TrackError(f"The file name '{name}' is not UTF-8. Rename the file.") from None


# The suffixes of vector files that people name; pyogrio knows others, which it is told by being
# there or by a slash.
VECTOR: Final = frozenset(
    {".geojson", ".json", ".gpkg", ".shp", ".fgb", ".parquet", ".geoparquet", ".kml", ".gml"}
)


def is_zone_file(name: str) -> bool:
    """Return whether a zone is named by a file, not by its name in the catalogue.

    >>> is_zone_file("airspace:USA"), is_zone_file("USA"), is_zone_file("my/box.geojson")
    (False, False, True)
    """
    if not name:
        return False
    path = Path(name)
    if "/" in name or "\\" in name or path.suffix.lower() in VECTOR:
        return True
    if not path.exists():
        return False
    from geo.catalogue import zone

    try:
        zone(name)
    except ZoneError:
        return True
    return False  # a file called USA is not what who says USA means


def zone_paths(names: Sequence[str]) -> list[str]:
    """Return which of the words for zones name files, each once."""
    return [name for name in dict.fromkeys(names) if is_zone_file(name)]


def zone_files(
    names: Sequence[str], picked: Sequence[str] = (), edges: Edges | None = None
) -> list[dict[str, Any]]:
    """Return what is needed to read the zone files among words again: a record for each."""
    import hashlib

    return [
        {
            "path": Path(name).name,
            "sha256": hashlib.sha256(Path(name).read_bytes()).hexdigest(),
            "names": list(picked),
            "edges": (edges or Edges.planar).value,
        }
        for name in zone_paths(names)
    ]


def zones_named(
    names: Sequence[str], picked: Sequence[str] = (), edges: Edges | None = None
) -> tuple[Zone, ...]:
    """Return the zones that words mean, in their order, each once.

    Parameters
    ----------
    names
        ``KIND:NAME``, a bare name, or the path of a vector file.
    picked
        Features of the zone file to measure to; none for all.
    edges
        How the borders in the zone files run; None for ``planar``.

    Raises
    ------
    UsageError
        If features are picked, or edges told, but no zone file is named.
    HowcloseError
        If a zone is unknown, a file cannot be read, or two files call a zone by the same name.
    """
    from geo.catalogue import zone
    from geo.zonefiles import read_zones

    files = zone_paths(names)
    if picked and not files:
        raise UsageError("--zone-name picks from a zone file; name the file with --zone.")
    if edges and not files:
        raise UsageError("--edges says how a zone file is meant; name the file with --zone.")
    if picked and len(files) > 1:
        raise UsageError("--zone-name picks from one zone file, but several are named.")
    found: dict[str, Zone] = {}
    for name in dict.fromkeys(names):
        if name not in files:
            one = zone(name)
            found[one.id] = one
            continue
        for one in read_zones(name, names=picked, edges=(edges or Edges.planar).value):
            if one.id in found and found[one.id].source != one.source:
                raise HowcloseError(
                    f"{found[one.id].source} and {one.source} both have a zone '{one.name}', which"
                    " the answer could not tell apart. Check them one by one."
                )
            found[one.id] = one
    return tuple(found.values())
