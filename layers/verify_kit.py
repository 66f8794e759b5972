"""A whole kit, its folder or its archive, made once more and compared file by file."""

from __future__ import annotations

import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.errors import VerifyError
from geo.words import form, speaking
from layers.verify import Compared, Report, compared

if TYPE_CHECKING:
    from layers.pages import Page

__all__ = ["verify_kit"]

INDEX: Final = "index.html"
MOST_BYTES: Final = 2_000_000_000  # of an archive that is unpacked


def verify_kit(path: Path, inputs: Path | None = None) -> Report:
    """Return what differs between a kit and what comes out again: the page, and all beside it.

    Files that somebody put there besides are nobody's claim, and are left alone.

    Parameters
    ----------
    path
        The folder, or the archive.
    inputs
        The folder of its inputs; None: those in it.

    Raises
    ------
    VerifyError
        If it is no kit, or cannot be worked out again.
    """
    if path.is_dir():
        return _report(path.resolve().name, _index(path, path), inputs)
    with tempfile.TemporaryDirectory() as folder:
        _unpack(path, Path(folder))
        try:
            return _report(path.name, _index(Path(folder), path), inputs)
        except VerifyError as error:
            raise VerifyError(str(error).replace(folder, str(path))) from None


def _index(folder: Path, path: Path) -> Path:
    """Return the page of a kit; who packs a folder may have packed it as a folder."""
    for index in (folder / INDEX, *sorted(folder.glob(f"*/{INDEX}"))[:1]):
        if index.is_file():
            return index
    kind = "a folder" if path.is_dir() else "an archive"
    raise VerifyError(
        f"{path} is {kind}, but no kit of howclose: there is no {INDEX} in it. Name a page, a"
        " findings file, or what howclose story or howclose map --kit made."
    )


def _unpack(path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise VerifyError(f"{path} is no kit of howclose: it unpacks to more than 2 GB.")
            archive.extractall(folder)  # which keeps every name within the folder
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise VerifyError(
            f"{path} cannot be unpacked as the archive of a kit: {error}. Download or build it"
            " again."
        ) from None
    except OSError as error:
        raise VerifyError(f"{path} cannot be unpacked: {error.strerror}.") from None


def _report(name: str, index: Path, inputs: Path | None) -> Report:
    done = compared(index, inputs)
    if done.page is None:
        raise VerifyError(f"{name} is no kit of howclose: its {INDEX} is no page.")
    differs = (*done.report.differs, *_beside(index.parent, done, done.page))
    return replace(done.report, name=name, differs=differs)


def _beside(folder: Path, done: Compared, page: Page) -> Iterator[str]:
    """Yield which files beside the page are not what comes out."""
    from layers.kit import dates_of, kit

    story = done.worked.story
    with speaking(page.lang):
        date = dates_of(page.findings) if story is None else form("day", story.head.date)
    for name, made in kit(page, {}, date=date, url=done.address or None).items():
        if name == INDEX:
            continue
        try:
            there = (folder / name).read_bytes()
        except OSError:
            yield f"{name} is missing."
            continue
        if there == made or (name.endswith(".png") and _same_picture(there, made)):
            continue
        if name.endswith((".png", ".svg")):
            yield (
                f"{name} is not the picture that comes out: it was changed, or drawn with other"
                " fonts than are here."
            )
        else:
            yield f"{name} does not say what comes out."


def _same_picture(one: bytes, other: bytes) -> bool:
    """Tell whether two pictures look and are described alike: packed they may be otherwise."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(one)) as a, Image.open(io.BytesIO(other)) as b:
            if (a.size, a.info) != (b.size, b.info):
                return False
            return a.convert("RGBA").tobytes() == b.convert("RGBA").tobytes()
    except (OSError, SyntaxError, ValueError, zlib.error):
        return False  # Pillow's words for a broken picture
