"""Files and folders that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from geo.errors import OutputError

__all__ = ["building", "ready_for_file", "ready_for_folder", "write"]


def ready_for_file(path: str | Path, inputs: Iterable[str | Path] = ()) -> Path:
    """Return where a file is to be written, if it can be: before the work, not after it.

    Parameters
    ----------
    path
        The file, which may exist.
    inputs
        Files that must not be written over, and folders of such files.

    Raises
    ------
    OutputError
        If its folder is missing or may not be written to, or if it is a folder, or an input.
    """
    path = Path(path)
    with _told(path):
        if path.is_dir():
            raise OutputError(f"{path} is a folder. Name the file to write: -o {path / 'NAME'}")
        for other in map(Path, inputs):
            if path.exists() and other.exists() and _is_or_in(path, other):
                raise OutputError(f"{path} is one of the inputs. Choose another name with -o.")
        _folder_for(path)
        if path.exists() and not os.access(path, os.W_OK):
            raise OutputError(f"{path} may not be written to (no permission).")
    return path


def _is_or_in(path: Path, other: Path) -> bool:
    if not other.is_dir():
        return path.samefile(other)
    # Of a link, both ends: what is written goes through it, and a folder is read through it
    return any(p.is_relative_to(other.resolve()) for p in (path.resolve(), path.parent.resolve()))


def ready_for_folder(path: str | Path) -> Path:
    """Return where a folder is to be built, if it can be.

    Raises
    ------
    OutputError
        If there is a file of that name, or no right to write there.
    """
    path = Path(path)
    with _told(path):
        if path.exists() and not path.is_dir():
            raise OutputError(f"{path} is a file. Name a folder to build in with -o.")
        if path.is_dir():
            _may_write(path)
        else:
            _folder_for(path)
    return path


def _folder_for(path: Path) -> None:
    folder = path.absolute().parent
    if not folder.exists():
        raise OutputError(
            f"There is no folder '{path.parent}' to write {path.name} in. Make it first:"
            f" mkdir -p '{path.parent}'"
        )
    if not folder.is_dir():
        raise OutputError(f"'{path.parent}' is a file, so {path.name} cannot be written in it.")
    _may_write(folder)


def _may_write(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"The folder '{folder}' may not be written to (no permission).")


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system says into what the user can mend."""
    try:
        yield
    except (OSError, ValueError) as error:  # a name with a null byte is no name
        why = getattr(error, "strerror", None) or error
        raise OutputError(f"{path} cannot be written: {why}.") from None


def write(path: str | Path, data: bytes) -> Path:
    """Write a file whole, or leave what was there as it was, and return its path.

    The bytes go to a file beside it first, which is then renamed.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = ready_for_file(path)
    with _told(path):
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or a pipe: a rename would replace it by a file
            return path
        target = path.resolve()  # write through a link, don't replace it
        beside = _beside(target)
        try:
            with beside.open("xb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            if target.exists():
                shutil.copymode(target, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    return path


def _beside(path: Path) -> Path:
    # Not tempfile: its files are for the owner alone, ours keep to the umask.
    return path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")


@contextlib.contextmanager
def building(folder: str | Path) -> Iterator[Path]:
    """Give an empty folder to build in; what is in it moves to ``folder`` if all went well.

    Files of the same name are replaced, others in ``folder`` stay. If the block fails, nothing is
    left behind.

    Raises
    ------
    OutputError
        If there is a file of that name, or no right to write there.
    """
    folder = ready_for_folder(folder)
    target = folder.resolve()
    beside = _beside(target)
    with _told(folder):
        beside.mkdir()
    try:
        yield beside
        with _told(folder):
            if not target.exists():
                beside.replace(target)
                return
            for source in sorted(beside.rglob("*")):
                place = target / source.relative_to(beside)
                if source.is_dir():
                    place.mkdir(exist_ok=True)
                else:
                    source.replace(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
