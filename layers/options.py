"""The options that several commands take, each told once."""

from __future__ import annotations

from typing import Annotated

import typer

from layers.arguments import Edges

__all__ = [
    "ColumnOption",
    "EdgesOption",
    "LangOption",
    "LimitOption",
    "RawOption",
    "SpeedOption",
    "TrackArgument",
    "TzOption",
    "UrlOption",
    "ZoneNameOption",
    "ZoneOption",
]

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
UrlOption = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Where the kit will stand on the web; oEmbed and link previews need it.",
    ),
]
LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="LANGUAGE",
        help="The language of the page and its kit: en, ja or ru. Default: en, or the story's own.",
    ),
]
RawOption = Annotated[bool, typer.Option("--raw", help="Believe every fix.")]
SpeedOption = Annotated[
    float | None,
    typer.Option(
        "--greatest-speed",
        metavar="KNOTS",
        min=1.0,
        help="Faster than this over the ground is no flight but an error. Default: 778 kt.",
    ),
]
LimitOption = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="NAME=NUMBER",
        help="A threshold of cleaning, such as leg_gap_s=3600, in the unit that its name ends in;"
        " a wrong name tells them all. Repeatable.",
    ),
]
