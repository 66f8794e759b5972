"""`howclose`: the command line, the outermost ring.

Exit 0: done. 1: a mistake that the user can mend, told on standard error, nothing half-written.
2: wrong usage. What was asked for goes to standard output or ``-o``, all else to standard error.
Each command imports what it needs when it runs.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from geo import __version__
from geo.errors import HowcloseError
from geo.files import ready_for_file
from layers.arguments import (
    Colour,
    Format,
    UsageError,
    ZoneFormat,
    format_of,
    named_path,
    zone_format_of,
    zone_paths,
)
from layers.kit_output import (
    put_kit,
    ready_for_kit,
    say_what_needs_an_address,
    say_what_pictures_lack,
)
from layers.measuring import findings_of, say_what_was_read, tracks_of
from layers.options import (
    LangOption,
    OutputOption,
    Reading,
    TrackArgument,
    UrlOption,
    ZoneChoice,
    with_groups,
)
from layers.progress import busy
from layers.terminal import put, say, show, tell

__all__ = ["app", "main"]


class _Commands(typer.core.TyperGroup):
    """The commands, with a sentence and an exit code for what goes wrong in them."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except HowcloseError as error:
            say(str(error))
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


# ------------------------------------------------------------------------------ the commands


@app.command()
@with_groups
def check(
    tracks: TrackArgument,
    choice: ZoneChoice,
    *,
    form: Annotated[
        Format | None,
        typer.Option("--format", help="Default: by the name of -o, else a table."),
    ] = None,
    out: OutputOption = None,
    every: Annotated[
        bool, typer.Option("--all", help="In the table: every one, not the nearest 20.")
    ] = False,
    meetings: Annotated[
        str | None,
        typer.Option(
            "--encounters",
            metavar="DISTANCE",
            help="Also tell which of the flights came this near to each other: 10nm.",
        ),
    ] = None,
    reading: Reading,
) -> None:
    """Tell how close each flight came to each zone."""
    form = format_of(form, out)
    if meetings is not None and form not in (Format.table, Format.json):
        raise UsageError(f"Encounters are told in a table and in json, not in {form.value}.")
    if out is not None:
        ready_for_file(out, inputs=[*tracks, *zone_paths(choice.zones or [])])
    elif form is Format.parquet and sys.stdout.isatty():
        raise HowcloseError("Parquet is nothing for a terminal. Name a file: -o findings.parquet")
    read, findings = findings_of(tracks, choice, reading, meetings)
    if form is Format.table:
        from layers.table import encounters_table, findings_table

        table = findings_table(findings, every=every)
        if meetings is not None:
            from rich.console import Group

            table = Group(table, "", encounters_table(findings, every=every))
        show(table, out)
    else:
        from layers.export import encode

        put(encode(findings, form), out)
    say_what_was_read(read, findings)


@app.command("map")
@with_groups
def map_(
    tracks: TrackArgument,
    choice: ZoneChoice,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            parser=named_path,
            help="The page to write; with --kit, a folder or a .zip. Default: map.html, or map.",
        ),
    ] = None,
    colour: Annotated[
        Colour, typer.Option(help="What recorded tracks are coloured by.")
    ] = Colour.flight,
    tiles: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Draw on tiles of this provider, by its name in xyzservices, such as OpenTopoMap."
            " They are fetched when the page is read; without this it asks nobody for anything.",
        ),
    ] = None,
    reading: Reading,
    whole: Annotated[
        bool,
        typer.Option("--kit", help="Build all that an article needs, into a folder or a .zip."),
    ] = False,
    url: UrlOption = None,
    lang: LangOption = None,
) -> None:
    """Draw flights, zones and findings on one page."""
    _ready_to_speak(lang)
    if url is not None and not whole:
        raise UsageError("--url is for a kit: add --kit")
    if out is not None and out.suffix.lower() == ".zip" and not whole:
        raise UsageError(f"{out} is the name of an archive, which a kit is built into: add --kit")
    sources = [*tracks, *zone_paths(choice.zones or [])]
    if whole:
        out = Path("map") if out is None else out
        ready_for_kit(out, "--kit builds", url, sources)
    else:
        out = ready_for_file(Path("map.html") if out is None else out, inputs=sources)
    background = None
    if tiles is not None:
        from layers.tiles import tiles_of

        background = tiles_of(tiles)
    read, findings = findings_of(tracks, choice, reading)
    from layers.track_page import page

    with busy("Drawing …"):
        drawn = page(
            read,
            findings=findings,
            zones=findings.zones,
            tiles=tiles,
            colour=colour.value,
            lang=lang or "en",
        )
        if whole:
            from layers.kit import inputs_of, kit_of_tracks

            files, gone = inputs_of(findings.inputs, sources, findings.parameters["zone_files"])
            made = put_kit(kit_of_tracks(drawn, files, url), out)
        else:
            made = drawn.save(out)
    say_what_was_read(read, findings)
    if background is not None and background.wants_address:
        say(
            f"Note: OpenStreetMap's own servers ({background.told_hosts}) refuse a page without an"
            " address: opened from disk, or in a sandboxed frame, this one shows its own land."
        )
    if whole:
        say_what_pictures_lack(lang or "en")
        for path in gone:
            say(f"Note: {path} is not in the kit's inputs: it cannot be read a second time.")
        say_what_needs_an_address(url)
    tell(str(made))


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
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            parser=named_path,
            help="A folder, or a .zip. Default: the story's id.",
        ),
    ] = None,
    url: UrlOption = None,
    lang: LangOption = None,
) -> None:
    """Build a story's page and kit into a folder or an archive."""
    _ready_to_speak(lang)
    from geo.story import read_story

    told = read_story(story)
    out = Path(told.head.id) if out is None else out
    ready_for_kit(out, "a story is built into", url)
    from layers.kit import kit_of_story

    with busy("Building the story …"):
        made = put_kit(kit_of_story(told, url, lang), out)
    say_what_pictures_lack(lang or told.head.lang)
    say_what_needs_an_address(url)
    tell(str(made))


def _ready_to_speak(lang: str | None) -> None:
    """Raise if there is no such language: before the work, not after it."""
    if lang is not None:
        from geo.words import language

        language(lang)


@app.command()
def zones(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A zone, or a kind of zones.")
    ] = None,
    form: Annotated[
        ZoneFormat | None,
        typer.Option("--format", help="Default: by the name of -o, else a table."),
    ] = None,
    out: OutputOption = None,
) -> None:
    """List the zones to measure to, or tell of one."""
    from geo.catalogue import catalogue, zone
    from geo.catalogue import zones as all_zones

    if out is not None:
        ready_for_file(out)
    listed = [z for z in all_zones() if name in (None, z.kind)]
    if form is None:
        form = zone_format_of(out)
    if form is ZoneFormat.geojson:
        if listed:
            raise UsageError(
                "Name one zone for GeoJSON: howclose zones sea:bering --format geojson"
            )
        from layers.export import zone_geojson

        put(zone_geojson(zone(str(name))), out)
        return
    from layers.table import zone_card, zones_table

    if listed:
        show(zones_table(listed), out)
    else:
        one = zone(str(name))
        show(zone_card(one, next(r for r in catalogue() if r["id"] == one.id)), out)


@app.command()
def verify(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A page, findings as JSON, or a kit (folder or .zip), that we made.",
        ),
    ],
    inputs: Annotated[
        Path | None,
        typer.Option(
            "--inputs",
            metavar="DIR",
            help="Where its inputs are. Default: beside it, and in inputs/ there.",
        ),
    ] = None,
) -> None:
    """Work a page, a findings file or a kit out again, and tell what differs."""
    from layers.verify import verify as worked_out_again

    with busy("Working it out again …"):
        report = worked_out_again(file, inputs)
    for line in report.lines():
        tell(line)
    if report.differs:
        raise typer.Exit(1)


@app.command()
@with_groups
def convert(
    tracks: TrackArgument,
    *,
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            parser=named_path,
            help="Its ending says the format: .geojson, .gpx, .kml, .csv or .parquet.",
        ),
    ],
    reading: Reading,
) -> None:
    """Write the cleaned tracks to a file of another format."""
    from geo.interchange import format_for, write_tracks

    format_for(ready_for_file(out, inputs=tracks))
    read = tracks_of(tracks, reading)
    write_tracks(read, out)
    say_what_was_read(read)
    tell(str(out))


@app.command()
def formats() -> None:
    """Explain the track formats that can be read."""
    from geo.readers import formats as known
    from layers.table import formats_table

    show(formats_table(known()), None)


if __name__ == "__main__":
    main()
