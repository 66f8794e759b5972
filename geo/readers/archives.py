"""Files out of files: gzip, zip (and so KMZ), tar, folders and standard input, all bounded.

A packed file of a few kilobytes can unpack to terabytes, so what comes out is counted while it
comes out: files, bytes, and bytes for each byte that went in.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from geo.errors import TrackError

__all__ = ["File", "files"]

MOST_FILES: Final = 100_000  # in one archive or folder; a day of the world's traces is 70,000
MOST_BYTES: Final = 2_000_000_000  # of one input unpacked; a day of one aircraft is 0.5 MB
MOST_RATIO: Final = 200  # traces pack 8:1, JSON frames at most 40:1, a bomb 1000:1
FREE_BYTES: Final = 50_000_000  # under this the ratio does not matter: it does no harm
DEEPEST: Final = 4  # archives in archives: a year of months of days of files
CHUNK: Final = 1 << 20

GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK\x03\x04"
TAR_MARK: Final = slice(257, 262)


@dataclass(frozen=True)
class File:
    """One file to read: what to call it, its bytes as they came, and where they are on the disk.

    ``sha256`` is that of the file on the disk: of the archive, for a file in it.
    """

    name: str
    data: bytes
    sha256: str
    path: Path | None = None
    archive: str | None = None


@dataclass
class _Budget:
    """What may still be unpacked of one input."""

    name: str
    packed: int
    unpacked: int = field(default=0)
    files: int = field(default=0)

    def spend(self, count: int) -> None:
        self.unpacked += count
        if self.unpacked > MOST_BYTES:
            raise TrackError(
                f"{self.name} unpacks to more than {MOST_BYTES // 10**9} GB, which is too large to"
                " read at once. Unpack it, and read its files in parts."
            )
        if self.unpacked > max(FREE_BYTES, MOST_RATIO * self.packed):
            raise TrackError(
                f"{self.name} unpacks to more than {MOST_RATIO} times its size, as no real track"
                " does. If you trust it, unpack it yourself."
            )


def files(path: str | Path, name: str | None = None) -> Iterator[File]:
    """Yield the files of an input: itself, or what is in an archive, or in a folder.

    Parameters
    ----------
    path
        The input; ``-`` is standard input.
    name
        What to call a file; None: as it is called.

    Raises
    ------
    TrackError
        If there is no such file, it cannot be read, is broken, or unpacks to too much.
    """
    if str(path) == "-":
        if sys.stdin is None:
            raise TrackError("Standard input is closed, so there is no track to read.")
        yield from _inside("standard input", sys.stdin.buffer.read(), None)
        return
    path = Path(path)
    try:
        if path.is_dir():
            members = sorted(
                p
                for p in path.rglob("*")
                if p.is_file() and not any(q.startswith(".") for q in p.relative_to(path).parts)
            )
            if len(members) > MOST_FILES:
                raise TrackError(
                    f"{path} holds {len(members):,} files, more than {MOST_FILES:,}: too many to"
                    " read at once. Read its folders one by one."
                )
            for member in members:
                yield from _inside(str(member.relative_to(path)), member.read_bytes(), member)
            return
        data = path.read_bytes()
    except FileNotFoundError:
        raise TrackError(f"There is no file '{path}'.") from None
    except OSError as error:
        raise TrackError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:  # a name with a null byte in it
        raise TrackError(f"'{path}' is not the name of a file.") from None
    yield from _inside(path.name if name is None else name, data, path)


def _inside(name: str, data: bytes, path: Path | None) -> Iterator[File]:
    sha256 = hashlib.sha256(data).hexdigest()
    budget = _Budget(name, len(data))
    data = _gunzipped(data, name, budget)
    if _is_archive(data):
        for member, content in _members(name, data, budget):
            yield File(member, content, sha256, None, name)
    else:
        yield File(name, data, sha256, path)


def _is_archive(data: bytes) -> bool:
    return (data.startswith(ZIP) and not _is_shapefile(data)) or data[TAR_MARK] == b"ustar"


def _members(name: str, data: bytes, budget: _Budget, deep: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield what is in an archive, and in the archives in it, such as a month's days or a KMZ."""
    opened = _unzipped if data.startswith(ZIP) else _untarred
    for member, packed in opened(data, name, budget):
        content = _gunzipped(packed, member, budget)
        if not _is_archive(content):
            budget.files += 1
            _few(budget.files, budget.name)
            yield member, content
        elif deep == DEEPEST:
            raise TrackError(
                f"{budget.name} holds archives in archives, more than {DEEPEST} deep. Unpack it,"
                " and read what is in it."
            )
        else:
            for inner, inmost in _members(member, content, budget, deep + 1):
                yield f"{member}/{inner}", inmost


def _gunzipped(data: bytes, name: str, budget: _Budget) -> bytes:
    """Return the bytes, out of gzip if they are in it, however the file is called."""
    if not data.startswith(GZIP):
        return data
    out = []
    try:
        while data:
            unpacker = zlib.decompressobj(wbits=31)
            while not unpacker.eof:
                piece = unpacker.decompress(data, CHUNK)
                budget.spend(len(piece))
                out.append(piece)
                data = unpacker.unconsumed_tail
                if not piece and not data and not unpacker.eof:
                    raise TrackError(f"{name} is packed with gzip, but cut off. Download it again.")
            # Logs are packed piece by piece: what follows may be the next member, or padding.
            data = unpacker.unused_data if unpacker.unused_data.startswith(GZIP) else b""
    except zlib.error:
        raise TrackError(f"{name} is packed with gzip, but broken. Download it again.") from None
    return b"".join(out)


def _is_shapefile(data: bytes) -> bool:
    """Return whether a zip holds a shapefile: several files that make one, for GDAL to read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(n.lower().endswith(".shp") for n in archive.namelist()[:1000])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return False


def _unzipped(data: bytes, name: str, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and not _hidden(m.filename)]
            _few(len(members), name)
            for member in members:
                if member.flag_bits & 1:
                    raise TrackError(
                        f"{name} is locked with a password. Unpack it, and read what is in it."
                    )
                with archive.open(member) as packed:
                    yield member.filename, _drained(packed, budget)
    except (
        zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError,
        RuntimeError, UnicodeError,
    ):  # fmt: skip
        raise TrackError(f"{name} is a zip archive, but broken. Download it again.") from None


def _untarred(data: bytes, name: str, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    count = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:  # nothing is written: links and names do no harm
                if not member.isfile() or _hidden(member.name):
                    continue
                count += 1
                _few(count, name)
                packed = archive.extractfile(member)
                if packed is not None:
                    yield member.name, _drained(packed, budget)
    except (tarfile.TarError, OSError, ValueError, EOFError):
        raise TrackError(f"{name} is a tar archive, but broken. Download it again.") from None


def _drained(packed: object, budget: _Budget) -> bytes:
    out = []
    while piece := packed.read(CHUNK):  # type: ignore[attr-defined]
        budget.spend(len(piece))
        out.append(piece)
    return b"".join(out)


def _few(count: int, name: str) -> None:
    if count > MOST_FILES:
        raise TrackError(f"{name} holds more than {MOST_FILES:,} files: too many to read at once.")


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
