"""The options that several commands take, each told once.

Options that belong together are a dataclass; `with_groups` lets a command take it whole.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from layers.arguments import Edges, UsageError, columns_named, limits_named, named_path

if TYPE_CHECKING:
    from geo.limits import Limits

__all__ = [
    "LangOption",
    "OutputOption",
    "Reading",
    "TrackArgument",
    "UrlOption",
    "ZoneChoice",
    "with_groups",
]

TrackArgument = Annotated[
    list[str],
    typer.Argument(metavar="TRACK", help="Track files; - is standard input."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", parser=named_path, help="Write to this file."),
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


@dataclasses.dataclass(frozen=True)
class ZoneChoice:
    """Which zones the user wants to measure to."""

    zones: Annotated[
        list[str] | None,
        typer.Option(
            "--zone",
            "-z",
            metavar="ZONE",
            help="KIND:NAME such as airspace:USA, territory:RUS, sea:bering; a country's name or"
            " code for its airspace; or a vector file. Repeatable. Without it: every national"
            " airspace within 100 NM.",
        ),
    ] = None
    zone_names: Annotated[
        list[str] | None,
        typer.Option(
            "--zone-name",
            metavar="NAME",
            help="Of a zone file, only the features of this name. Repeatable.",
        ),
    ] = None
    edges: Annotated[
        Edges | None,
        typer.Option(
            "--edges",
            help="How a zone file's borders run from vertex to vertex: straight in longitude and"
            " latitude (planar: the default), along geodesics, or along rhumb lines.",
        ),
    ] = None


@dataclasses.dataclass(frozen=True)
class Reading:
    """How the user wants track files to be read."""

    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="NAME=THEIRS",
            help="A table's column by another name, such as time=timestamp. Repeatable.",
        ),
    ] = None
    tz: Annotated[
        str | None,
        typer.Option(
            metavar="ZONE", help="The time zone of times that name none: UTC, Asia/Tokyo."
        ),
    ] = None
    raw: Annotated[bool, typer.Option("--raw", help="Believe every fix.")] = False
    greatest_speed_kt: Annotated[
        float | None,
        typer.Option(
            "--greatest-speed",
            metavar="KNOTS",
            min=1.0,
            help="What would need more speed over the ground is an error, and in a gap the flight"
            " flew no faster. Default: 778 kt; 1,750 kt for types that fly faster than sound.",
        ),
    ] = None
    limits: Annotated[
        list[str] | None,
        typer.Option(
            "--limit",
            metavar="NAME=NUMBER",
            help="A threshold of cleaning, such as leg_gap_s=3600, in the unit that its name ends"
            " in; a wrong name lists them all. Repeatable.",
        ),
    ] = None

    def thresholds(self) -> Limits:
        """Return the thresholds of cleaning that the user set, and the defaults of the others.

        Raises
        ------
        UsageError
            If one is no threshold, is none that can be, or is set twice.
        """
        from geo.limits import limits_of
        from geo.units import KNOT

        named = limits_named(self.limits or [])
        if self.greatest_speed_kt is not None:
            if "greatest_speed_mps" in named:
                raise UsageError("--greatest-speed and --limit greatest_speed_mps say the same.")
            if not math.isfinite(self.greatest_speed_kt):
                raise UsageError(f"--greatest-speed cannot be {self.greatest_speed_kt} kt.")
            named["greatest_speed_mps"] = self.greatest_speed_kt * KNOT
        return limits_of(named)

    def arguments(self) -> dict[str, Any]:
        """Return what `geo.read_tracks` takes beside the files.

        Raises
        ------
        UsageError
            If a word is not of the form that its option asks for.
        """
        return {
            "columns": columns_named(self.columns or []),
            "tz": self.tz,
            "raw": self.raw,
            "limits": self.thresholds(),
        }


GROUPS = (ZoneChoice, Reading)


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that takes the fields of its groups of options as options of its own.

    Typer reads a command's options from its signature, one parameter each. So each parameter that
    is a group is replaced there by the group's fields, and put together again when it is called.
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: kind for name, kind in hints.items() if kind in GROUPS}
    parameters = []
    for name, parameter in inspect.signature(command).parameters.items():
        if name in groups:
            kinds = get_type_hints(groups[name], include_extras=True)
            parameters += [
                inspect.Parameter(
                    f.name, parameter.KEYWORD_ONLY, default=f.default, annotation=kinds[f.name]
                )
                for f in dataclasses.fields(groups[name])
            ]
        else:
            parameters.append(
                parameter.replace(kind=parameter.KEYWORD_ONLY, annotation=hints[name])
            )

    @functools.wraps(command)
    def called(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{f.name: given.pop(f.name) for f in dataclasses.fields(group)})
        command(**given)

    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {p.name: p.annotation for p in parameters}
    return called
