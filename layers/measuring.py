"""What `howclose` asks of `geo`: tracks of files, and how close they came."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from geo.errors import HowcloseError
from layers.arguments import UsageError, sound_names, zone_files, zones_named
from layers.options import Reading, ZoneChoice
from layers.progress import bar, busy
from layers.terminal import say

if TYPE_CHECKING:
    from geo.findings import Findings
    from geo.track import Tracks

__all__ = ["findings_of", "say_what_was_read", "tracks_of"]


def tracks_of(names: list[str], reading: Reading) -> Tracks:
    """Return the tracks of files.

    Raises
    ------
    HowcloseError
        If a file cannot be read.
    UsageError
        If an option is not of the form that is asked for.
    """
    from geo.readers import read_tracks

    sound_names(names)
    how = reading.arguments()
    with busy("Reading …"):
        return read_tracks(*names, **how)


def findings_of(
    names: list[str], choice: ZoneChoice, reading: Reading, meetings: str | None = None
) -> tuple[Tracks, Findings]:
    """Return the tracks of files and how close they came.

    Parameters
    ----------
    names
        The files.
    choice, reading
        What the user wants to measure to, and how the files are to be read.
    meetings
        A distance such as ``10nm``: also tell who came this near to whom. None: do not.

    Raises
    ------
    HowcloseError
        If a file cannot be read, or a zone is unknown.
    UsageError
        If an option is not of the form that is asked for.
    """
    from geo import engine
    from geo.checks import check
    from geo.units import parse_length_m

    try:
        near_m = None if meetings is None else parse_length_m(meetings)
    except HowcloseError as error:
        raise UsageError(str(error)) from None
    # Zones first: a misspelt one is told before a large file is read.
    zones = (choice.zones or [], choice.zone_names or [], choice.edges)
    wanted = zones_named(*zones) or None
    read = tracks_of(names, reading)
    engine.on_compile = lambda: busy("Getting the fast search ready (some 15 s the first time) …")
    if sum(map(len, read)) >= engine.LARGE:
        engine.get_ready()  # now: a spinner and a bar do not share a terminal
    found = check(read, wanted, encounters_within_m=near_m, progress=bar("Measuring …"))
    # What `geo.verify` needs to find the zone files again.
    parameters = found.parameters | {"zone_files": zone_files(*zones)}
    return read, dataclasses.replace(found, parameters=parameters)


def say_what_was_read(tracks: Tracks, findings: Findings | None = None) -> None:
    """Say which files were read, what was dropped of them, and whose the borders are."""
    from layers.text import kept

    for source in tracks.inputs:
        say(f"{source.path} ({source.format}): {kept(source.fixes, source.rejected)}")
    for note in tracks.notes:
        say(f"Note: {note}")
    zones = () if findings is None else findings.zones
    credits_ = dict.fromkeys(f"{z.source} ({z.licence})" for z in zones)
    if credits_:
        say(f"Borders: {'; '.join(credits_)}")
