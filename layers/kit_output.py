"""A kit on its way to a folder or an archive: whether it can go there, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from geo.files import building, ready_for_file, ready_for_folder, write
from layers.arguments import PAGES, UsageError
from layers.terminal import say

__all__ = ["put_kit", "ready_for_kit", "say_what_needs_an_address", "say_what_pictures_lack"]


def ready_for_kit(out: Path, what: str, url: str | None, inputs: Iterable[str] = ()) -> None:
    """Raise if a kit cannot be built there: before the work, not after it.

    Parameters
    ----------
    out
        The folder or archive.
    what
        What is to be built, to begin a sentence with: ``"--kit builds"``.
    url
        Where it will stand on the web; None: nobody said.
    inputs
        Files that must not be written over.

    Raises
    ------
    UsageError
        If that is the name of a page.
    OutputError
        If it cannot be written there.
    HowcloseError
        If the address is none.
    """
    if out.suffix.lower() in PAGES and not out.is_dir():
        raise UsageError(f"{what} a folder or a .zip, and {out} is the name of a page.")
    if url is not None:
        from layers.kit import base_url

        base_url(url)
    if out.suffix.lower() == ".zip":
        ready_for_file(out, inputs)
    else:
        ready_for_folder(out)


def put_kit(parts: dict[str, bytes], out: Path) -> Path:
    """Write a kit into a folder, or an archive if that is what it is called; return its page."""
    from layers.kit import clear, save, zipped

    if out.suffix.lower() == ".zip":
        return write(out, zipped(parts))
    with building(out) as beside:
        index = save(parts, beside)[0].relative_to(beside)
        for name in clear(out, parts):
            say(f"Note: {out / name} is left from an earlier kit; this one is not made of it.")
    return out / index


def say_what_pictures_lack(lang: str) -> None:
    """Say which characters of a language no font here can draw."""
    from layers.picture import no_font

    lacking = no_font(lang)
    if lacking:
        say(f"Note: {lacking}")


def say_what_needs_an_address(url: str | None) -> None:
    """Say what a kit lacks that nobody gave an address for."""
    if url is None:
        say("Left out without --url ADDRESS: oembed.json, and tags for link previews.")
