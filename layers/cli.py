"""`howclose`: the command line, the outermost ring.

Exit 0: done. 1: a mistake that the user can mend, told on standard error, nothing half-written.
2: wrong usage. What was asked for goes to standard output or ``-o``, all else to standard error.
Each command imports what it needs when it runs.
"""

from __future__ import annotations

import dataclasses
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
import typer.core

from geo import __version__
from geo.errors import HowcloseError
from layers.arguments import (
    Edges,
    Format,
    UsageError,
    ZoneFormat,
    columns_named,
    format_of,
    sound_names,
    zones_named,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from geo.findings import Findings
    from geo.track import Tracks

__all__ = ["app", "main"]


class _Commands(typer.core.TyperGroup):
    """The commands, with a sentence and an exit code for what goes wrong in them."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except HowcloseError as error:
            _say(str(error))
            raise typer.Exit(1) from None
        except UsageError as error:
            raise typer.BadParameter(str(error)) from None


app = typer.Typer(
    cls=_Commands,
    help="How close did that flight come? Maps and checked distances from flights to borders.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # Rich's help takes longer to load than all of ours takes to run
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without "°" is no reason to stop
    app(prog_name="howclose")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"howclose {__version__}")
        raise typer.Exit


@app.callback()
def _howclose(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which this is.")
    ] = False,
) -> None:
    pass


# ------------------------------------------------------------------------- what options mean

TrackArgument = Annotated[
    list[str],
    typer.Argument(metavar="TRACK", help="Track files; - is standard input."),
]
ZoneOption = Annotated[
    list[str] | None,
    typer.Option(
        "--zone",
        "-z",
        metavar="ZONE",
        help="KIND:NAME such as airspace:USA, territory:RUS, sea:bering; a country's name or code"
        " for its airspace; or a vector file. Repeatable. Without it: every national airspace"
        " within 100 NM.",
    ),
]
ZoneNameOption = Annotated[
    list[str] | None,
    typer.Option("--zone-name", metavar="NAME", help="Of a zone file, only this. Repeatable."),
]
EdgesOption = Annotated[
    Edges | None,
    typer.Option(
        "--edges",
        help="How a zone file's borders run from vertex to vertex: straight in longitude and"
        " latitude (planar: the default), along geodesics, or along rhumb lines.",
    ),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="NAME=THEIRS",
        help="A table's column by another name, such as time=timestamp. Repeatable.",
    ),
]
TzOption = Annotated[
    str | None,
    typer.Option(metavar="ZONE", help="The zone of times that name none: UTC, Asia/Tokyo."),
]
RawOption = Annotated[bool, typer.Option("--raw", help="Believe every fix.")]


# ------------------------------------------------------------------------------ the commands


@app.command()
def check(
    tracks: TrackArgument,
    zones: ZoneOption = None,
    zone_names: ZoneNameOption = None,
    edges: EdgesOption = None,
    form: Annotated[
        Format | None,
        typer.Option("--format", help="Default: by the name of -o, else a table."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to this file.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="In the table: every finding, not the nearest 20.")
    ] = False,
    columns: ColumnOption = None,
    tz: TzOption = None,
    raw: RawOption = False,
) -> None:
    """Tell how close each flight came to each zone."""
    form = format_of(form, out)
    if out is not None:
        from layers.files import ready_for_file

        ready_for_file(out, inputs=tracks)
    elif form is Format.parquet and sys.stdout.isatty():
        raise HowcloseError("Parquet is nothing for a terminal. Name a file: -o findings.parquet")
    read, findings = _findings(tracks, zones, zone_names, edges, columns, tz, raw)
    if form is Format.table:
        from layers.table import findings_table

        _show(findings_table(findings, every=every), out)
    else:
        from layers.export import encode

        _put(encode(findings, form), out)
    _say_what_was_read(read, findings)


@app.command("map")
def map_(
    tracks: TrackArgument,
    zones: ZoneOption = None,
    zone_names: ZoneNameOption = None,
    edges: EdgesOption = None,
    out: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The page to write.")
    ] = Path("map.html"),
    tiles: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Draw on tiles of a provider, such as CartoDB.Positron: the page then asks that"
            " provider for them. Without it, the page asks nobody for anything.",
        ),
    ] = None,
    columns: ColumnOption = None,
    tz: TzOption = None,
    raw: RawOption = False,
) -> None:
    """Draw flights, zones and findings on one page."""
    from layers.files import ready_for_file

    ready_for_file(out, inputs=tracks)
    read, findings = _findings(tracks, zones, zone_names, edges, columns, tz, raw)
    from layers.page import page
    from layers.progress import busy

    with busy("Drawing …"):
        page(read, findings=findings, zones=findings.zones, tiles=tiles).save(out)
    _say_what_was_read(read, findings)
    typer.echo(str(out))


@app.command()
def story(
    story: Annotated[
        str,
        typer.Argument(
            metavar="[STORY]", help="A built-in story, or a .toml file.", show_default=True
        ),
    ] = "june-2020",
    out: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="The folder. Default: the story's id."),
    ] = None,
) -> None:
    """Build a story's page and kit into a folder."""
    from geo.story import read_story
    from layers.files import building
    from layers.kit import build_story
    from layers.progress import busy

    told = read_story(story)
    folder = Path(told.head.id) if out is None else out
    with busy("Building the story …"), building(folder) as beside:
        index = build_story(told, beside)[0].relative_to(beside)
    typer.echo(str(folder / index))


GEOJSON: Final = frozenset({Format.geojson, Format.json})  # as what -o is called


@app.command()
def zones(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A zone, or a kind of zones.")
    ] = None,
    form: Annotated[
        ZoneFormat | None,
        typer.Option("--format", help="Default: by the name of -o, else a table."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to this file.")
    ] = None,
) -> None:
    """List the zones to measure to, or tell of one."""
    from geo.zones import catalogue, zone
    from geo.zones import zones as all_zones

    if out is not None:
        from layers.files import ready_for_file

        ready_for_file(out)
    listed = [z for z in all_zones() if name in (None, z.kind)]
    if form is ZoneFormat.geojson or (form is None and format_of(None, out) in GEOJSON):
        if listed:
            raise UsageError(
                "Name one zone for GeoJSON: howclose zones sea:bering --format geojson"
            )
        from layers.export import zone_geojson

        _put(zone_geojson(zone(str(name))), out)
        return
    from layers.table import zone_card, zones_table

    if listed:
        _show(zones_table(listed), out)
    else:
        one = zone(str(name))
        _show(zone_card(one, next(r for r in catalogue() if r["id"] == one.id)), out)


@app.command()
def formats() -> None:
    """Explain the track formats that can be read."""
    from geo.readers import formats as known
    from layers.table import formats_table

    _show(formats_table(known()), None)


# ---------------------------------------------------------------------- reading and telling


def _findings(
    names: list[str],
    zones: list[str] | None,
    zone_names: list[str] | None,
    edges: Edges | None,
    columns: list[str] | None,
    tz: str | None,
    raw: bool,
) -> tuple[Tracks, Findings]:
    """Return the tracks of files and how close they came."""
    named_columns = columns_named(columns or [])
    sound_names(names)
    from geo import engine
    from geo.checks import check as measure
    from geo.readers import read_tracks
    from layers.progress import Watched, busy

    # Zones first: a misspelt one is told before a large file is read.
    wanted = zones_named(zones or [], zone_names or [], edges) or None
    with busy("Reading …"):
        read = read_tracks(*names, columns=named_columns, tz=tz, raw=raw)
    engine.on_compile = lambda: busy("Getting the fast search ready (some 15 s the first time) …")
    if sum(map(len, read)) >= engine.LARGE:
        engine.kernels()  # now: a spinner and a bar do not share a terminal
    found = measure(Watched(read, "Measuring …"), wanted)
    return read, dataclasses.replace(found, inputs=read.inputs)


def _say(text: str) -> None:
    """Write lines for people to standard error."""
    from layers.text import visible

    for line in text.split("\n"):
        typer.echo(visible(line), err=True)


def _say_what_was_read(tracks: Tracks, findings: Findings) -> None:
    from layers.text import kept

    for source in findings.inputs:
        _say(f"{source.path} ({source.format}): {kept(source.fixes, source.rejected)}")
    for note in tracks.notes:
        _say(f"Note: {note}")
    credits_ = dict.fromkeys(f"{z.source} ({z.licence})" for z in findings.zones)
    if credits_:
        _say(f"Borders: {'; '.join(credits_)}")


def _put(data: bytes, out: Path | None) -> None:
    """Write what another program reads, to a file or to standard output."""
    if out is None:
        typer.echo(data, nl=False)
        return
    from layers.files import write

    write(out, data)


NO_TERMINAL_WIDTH: Final = 120  # characters; 80 would fold what people grep for


def _show(what: RenderableType, out: Path | None) -> None:
    """Write a table for people, to a file or to standard output, as wide as the terminal."""
    from rich.console import Console

    terminal = out is None and sys.stdout.isatty()
    text = io.StringIO()
    console = Console(
        file=sys.stdout if terminal else text,
        width=None if terminal or "COLUMNS" in os.environ else NO_TERMINAL_WIDTH,
        markup=False,
        emoji=False,
        highlight=False,
    )
    console.print(what)
    if not terminal:
        lines = (line.rstrip() for line in text.getvalue().splitlines())
        _put(("\n".join(lines) + "\n").encode(), out)


if __name__ == "__main__":
    main()
