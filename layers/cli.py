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
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
import typer.core

from geo import __version__
from geo.errors import HowcloseError
from layers.arguments import (
    Colour,
    Edges,
    Format,
    UsageError,
    ZoneFormat,
    columns_named,
    format_of,
    limits_named,
    sound_names,
    zone_files,
    zones_named,
)
from layers.options import (
    ColumnOption,
    EdgesOption,
    LangOption,
    LimitOption,
    RawOption,
    SpeedOption,
    TrackArgument,
    TzOption,
    UrlOption,
    ZoneNameOption,
    ZoneOption,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from geo.findings import Findings
    from geo.limits import Limits
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
    meetings: Annotated[
        str | None,
        typer.Option(
            "--encounters",
            metavar="DISTANCE",
            help="Also tell which of the flights came this near to each other: 10nm.",
        ),
    ] = None,
    columns: ColumnOption = None,
    tz: TzOption = None,
    raw: RawOption = False,
    speed: SpeedOption = None,
    limits: LimitOption = None,
) -> None:
    """Tell how close each flight came to each zone."""
    form = format_of(form, out)
    if out is not None:
        from layers.files import ready_for_file

        ready_for_file(out, inputs=tracks)
    elif form is Format.parquet and sys.stdout.isatty():
        raise HowcloseError("Parquet is nothing for a terminal. Name a file: -o findings.parquet")
    reading = _Reading(columns or [], tz, raw, speed, limits or [])
    read, findings = _findings(tracks, zones, zone_names, edges, reading, meetings)
    if form is Format.table:
        from layers.table import encounters_table, findings_table

        table = findings_table(findings, every=every)
        if meetings is not None:
            from rich.console import Group

            table = Group(table, "", encounters_table(findings))
        _show(table, out)
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
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
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
    columns: ColumnOption = None,
    tz: TzOption = None,
    raw: RawOption = False,
    speed: SpeedOption = None,
    limits: LimitOption = None,
    whole: Annotated[
        bool,
        typer.Option("--kit", help="Build all that an article needs, into a folder or a .zip."),
    ] = False,
    url: UrlOption = None,
    lang: LangOption = None,
) -> None:
    """Draw flights, zones and findings on one page."""
    _ready_to_speak(lang)
    from layers.files import ready_for_file

    if url is not None and not whole:
        raise UsageError("--url is for a kit: add --kit")
    if whole:
        out = Path("map") if out is None else out
        _ready_for_kit(out, url, tracks)
    else:
        out = ready_for_file(Path("map.html") if out is None else out, inputs=tracks)
    background = None
    if tiles is not None:
        from layers.tiles import tiles_of

        background = tiles_of(tiles)
    reading = _Reading(columns or [], tz, raw, speed, limits or [])
    read, findings = _findings(tracks, zones, zone_names, edges, reading)
    from layers.progress import busy
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

            files, gone = inputs_of(findings.inputs, tracks)
            made = _put_kit(kit_of_tracks(drawn, files, url), out)
        else:
            made = drawn.save(out)
    _say_what_was_read(read, findings)
    if background is not None and background.wants_address:
        _say(
            f"Note: OpenStreetMap's own servers ({background.told_hosts}) refuse a page without an"
            " address: opened from disk, or in a sandboxed frame, this one shows its own land."
        )
    if whole:
        _say_what_pictures_lack(lang or "en")
        for path in gone:
            _say(f"Note: {path} is not in the kit's inputs: it cannot be read a second time.")
        _say_what_needs_an_address(url)
    typer.echo(str(made))


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
            "-o", "--output", metavar="DIR", help="A folder, or a .zip. Default: the story's id."
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
    _ready_for_kit(out, url)
    from layers.kit import kit_of_story
    from layers.progress import busy

    with busy("Building the story …"):
        made = _put_kit(kit_of_story(told, url, lang), out)
    _say_what_pictures_lack(lang or told.head.lang)
    _say_what_needs_an_address(url)
    typer.echo(str(made))


def _ready_to_speak(lang: str | None) -> None:
    """Raise if there is no such language: before the work, not after it."""
    if lang is not None:
        from geo.words import language

        language(lang)


def _ready_for_kit(out: Path, url: str | None, inputs: Iterable[str] = ()) -> None:
    """Raise if a kit cannot be built there: before the work, not after it."""
    from layers.files import ready_for_file, ready_for_folder

    if url is not None:
        from layers.kit import base_url

        base_url(url)
    if out.suffix.lower() == ".zip":
        ready_for_file(out, inputs)
    else:
        ready_for_folder(out)


def _put_kit(parts: dict[str, bytes], out: Path) -> Path:
    """Write a kit into a folder, or an archive if that is what it is called; return its page."""
    from layers.files import building, write
    from layers.kit import clear, save, zipped

    if out.suffix.lower() == ".zip":
        return write(out, zipped(parts))
    with building(out) as beside:
        index = save(parts, beside)[0].relative_to(beside)
        for name in clear(out, parts):
            _say(f"Note: {out / name} is left from an earlier kit; this one is not made of it.")
    return out / index


def _say_what_pictures_lack(lang: str) -> None:
    from layers.picture import no_font

    lacking = no_font(lang)
    if lacking:
        _say(f"Note: {lacking}")


def _say_what_needs_an_address(url: str | None) -> None:
    if url is None:
        _say("Left out without --url ADDRESS: oembed.json, and tags for link previews.")


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
    from geo.catalogue import catalogue, zone
    from geo.catalogue import zones as all_zones

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
    from layers.progress import busy
    from layers.verify import verify as worked_out_again

    with busy("Working it out again …"):
        report = worked_out_again(file, inputs)
    for line in report.lines():
        typer.echo(visible_line(line))
    if report.differs:
        raise typer.Exit(1)


@app.command()
def convert(
    tracks: TrackArgument,
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Its ending says the format: .geojson, .gpx, .kml, .csv or .parquet.",
        ),
    ],
    columns: ColumnOption = None,
    tz: TzOption = None,
    raw: RawOption = False,
    speed: SpeedOption = None,
    limits: LimitOption = None,
) -> None:
    """Write the cleaned tracks to a file of another format."""
    from geo.interchange import write_tracks
    from layers.files import ready_for_file
    from layers.progress import busy
    from layers.text import kept

    ready_for_file(out, inputs=tracks)
    with busy("Reading …"):
        read = _Reading(columns or [], tz, raw, speed, limits or []).tracks(tracks)
    write_tracks(read, out)
    for source in read.inputs:
        _say(f"{source.path} ({source.format}): {kept(source.fixes, source.rejected)}")
    for note in read.notes:
        _say(f"Note: {note}")
    typer.echo(str(out))


@app.command()
def formats() -> None:
    """Explain the track formats that can be read."""
    from geo.readers import formats as known
    from layers.table import formats_table

    _show(formats_table(known()), None)


# ---------------------------------------------------------------------- reading and telling


@dataclasses.dataclass(frozen=True)
class _Reading:
    """What the user says about how to read track files."""

    columns: list[str]
    tz: str | None
    raw: bool
    greatest_speed_kt: float | None
    limits: list[str]

    def thresholds(self) -> Limits:
        """Return the thresholds of cleaning that the user set, and the defaults of the others."""
        from geo.limits import limits_of
        from geo.units import KNOT

        named = limits_named(self.limits)
        if self.greatest_speed_kt is not None:
            if "greatest_speed_mps" in named:
                raise UsageError("--greatest-speed and --limit greatest_speed_mps say the same.")
            named["greatest_speed_mps"] = self.greatest_speed_kt * KNOT
        return limits_of(named)

    def tracks(self, names: list[str]) -> Tracks:
        """Return the tracks of files."""
        from geo.readers import read_tracks

        sound_names(names)
        columns, limits = columns_named(self.columns), self.thresholds()
        return read_tracks(*names, columns=columns, tz=self.tz, raw=self.raw, limits=limits)


def _findings(
    names: list[str],
    zones: list[str] | None,
    zone_names: list[str] | None,
    edges: Edges | None,
    reading: _Reading,
    meetings: str | None = None,
) -> tuple[Tracks, Findings]:
    """Return the tracks of files and how close they came."""
    from geo import engine
    from geo.checks import check as measure
    from geo.units import parse_length_m
    from layers.progress import Watched, busy

    near_m = None if meetings is None else parse_length_m(meetings)

    # Zones first: a misspelt one is told before a large file is read.
    wanted = zones_named(zones or [], zone_names or [], edges) or None
    with busy("Reading …"):
        read = reading.tracks(names)
    engine.on_compile = lambda: busy("Getting the fast search ready (some 15 s the first time) …")
    if sum(map(len, read)) >= engine.LARGE:
        engine.get_ready()  # now: a spinner and a bar do not share a terminal
    found = measure(Watched(read, "Measuring …"), wanted, encounters_within_m=near_m)
    # What is needed to work it out again, beside the inputs themselves: see `geo.verify`.
    parameters = found.parameters | {
        "read": read.way,
        "zone_files": zone_files(zones or [], zone_names or [], edges),
    }
    return read, dataclasses.replace(found, inputs=read.inputs, parameters=parameters)


def visible_line(line: str) -> str:
    """Return a line as a terminal may have it: files are strangers, and so is what they say."""
    from layers.text import visible

    return visible(line)


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
