"""What a command writes: answers to standard output or a file, words for people to standard error.

Files are strangers, and so is what they say: nothing of theirs reaches a terminal unescaped.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from geo.errors import OutputError

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["put", "say", "show", "tell"]


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tell of a full disk behind standard output; who only stopped reading needs no words."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"Standard output cannot be written: {error.strerror}.") from None


def tell(line: str) -> None:
    """Write a line for people to standard output."""
    from layers.text import visible

    with _told():
        typer.echo(visible(line))


def say(text: str) -> None:
    """Write lines for people to standard error."""
    from layers.text import visible

    for line in text.split("\n"):
        typer.echo(visible(line), err=True)


def put(data: bytes, out: Path | None) -> None:
    """Write what another program reads, to a file or to standard output."""
    if out is None:
        with _told():
            typer.echo(data, nl=False)
        return
    from geo.files import write

    write(out, data)


NO_TERMINAL_WIDTH: Final = 120  # characters; 80 would fold what people grep for


def show(what: RenderableType, out: Path | None) -> None:
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
    with _told():
        console.print(what)
    if not terminal:
        lines = (line.rstrip() for line in text.getvalue().splitlines())
        put(("\n".join(lines) + "\n").encode(), out)
