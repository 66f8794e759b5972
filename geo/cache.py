"""Borders that were laid out once, kept in the user's cache folder.

A file is named by a hash of what it was made of, written beside and renamed, and checked when it
is read: two processes may write the same one, and a broken one is laid out anew. Without a place
to write, nothing is kept and nothing is said.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from geo.arcs import edges_of, lay_out
from geo.borders import Border
from geo.rays import Rays

if TYPE_CHECKING:
    from geo.catalogue import Zone

__all__ = ["folder", "laid_out", "remembered"]

LAYOUT: Final = 5  # raise it whenever a laid-out border changes its meaning
MAGIC: Final = b"howclose border\n"
ALIGN: Final = 64  # bytes: a cache line
RAYS: Final = ("lon_a", "lon_b", "first", "arc", "window")


def folder() -> Path:
    """Return where laid-out borders are kept: ``HOWCLOSE_CACHE``, else the user's cache folder."""
    import platformdirs

    given = os.environ.get("HOWCLOSE_CACHE")
    return Path(given) if given else Path(platformdirs.user_cache_dir("howclose", False))


def laid_out(zone: Zone) -> Border:
    """Return the border of a zone, from the cache or laid out now."""
    key = hashlib.sha256(f"{LAYOUT}/{zone.edges}/{zone.digest}".encode()).hexdigest()[:32]
    path = folder() / f"{key}.border"
    with contextlib.suppress(OSError, ValueError, KeyError):
        return _read(path)
    border = _lay_out(zone)
    with contextlib.suppress(OSError):
        _write(path, border)
    return border


def remembered(what: str, make: Callable[[], Any]) -> Any:
    """Return what ``make`` returns, kept as JSON under ``what``, which has to name all it is of."""
    path = folder() / f"{hashlib.sha256(what.encode()).hexdigest()[:32]}.json"
    with contextlib.suppress(OSError, ValueError):
        return orjson.loads(path.read_bytes())
    text = orjson.dumps(make(), option=orjson.OPT_SERIALIZE_NUMPY)
    with contextlib.suppress(OSError):
        _replace(path, text)
    return orjson.loads(text)


def _lay_out(zone: Zone) -> Border:
    import shapely

    edges = edges_of(zone.geometry, zone.edges)
    closed = bool((shapely.get_dimensions(shapely.get_parts(zone.geometry)) == 2).any())
    north = False
    if closed and zone.edges != "planar":
        # A ring that winds round the Earth holds the pole that its vertices are nearer to.
        turn = np.bincount(edges.ring, weights=edges.lon_b - edges.lon_a)
        middle = np.bincount(edges.ring, weights=edges.lat_a) / np.maximum(
            np.bincount(edges.ring), 1
        )
        north = bool((np.count_nonzero((np.abs(turn) > 180) & (middle > 0)) % 2) == 1)
    return Border.of(lay_out(edges, zone.edges), closed=closed, holds_north_pole=north)


def _arrays(border: Border) -> dict[str, np.ndarray]:
    named = {"start": border.start, "chord": border.chord, "bulge": border.bulge}
    if border.rays is not None:
        named |= {name: getattr(border.rays, name) for name in RAYS}
    return named | {f"level{i}": level for i, level in enumerate(border.levels)}


def _write(path: Path, border: Border) -> None:
    arrays = {k: np.ascontiguousarray(v) for k, v in _arrays(border).items()}
    body = bytearray()
    index = {}
    for name, array in arrays.items():
        body += bytes(-len(body) % ALIGN)
        index[name] = {"dtype": array.dtype.str, "shape": array.shape, "at": len(body)}
        body += array.tobytes()
    head = {"arrays": index, "size": border.size, "crc": zlib.crc32(body)}
    if border.rays is not None:
        head["north"] = border.rays.holds_north_pole
    text = MAGIC + orjson.dumps(head) + b"\n"
    text += bytes(-len(text) % ALIGN)
    _replace(path, text, body)


def _replace(path: Path, *parts: bytes | bytearray) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.writelines(parts)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _read(path: Path) -> Border:
    whole = np.memmap(path, dtype=np.uint8, mode="r")
    text = whole[: 1 << 16].tobytes()
    if not text.startswith(MAGIC):
        raise ValueError(path)
    end = text.index(b"\n", len(MAGIC))
    head = orjson.loads(text[len(MAGIC) : end])
    body = whole[(end + 1) + (-(end + 1) % ALIGN) :]
    if zlib.crc32(body.data) != head["crc"]:
        raise ValueError(path)
    arrays = {
        name: np.ndarray(tuple(a["shape"]), np.dtype(a["dtype"]), body, a["at"])
        for name, a in head["arrays"].items()
    }
    levels = sorted((n for n in arrays if n.startswith("level")), key=lambda n: int(n[5:]))
    rays = None
    if "north" in head:
        rays = Rays(**{n: arrays[n] for n in RAYS}, holds_north_pole=bool(head["north"]))
    return Border(
        arrays["start"],
        arrays["chord"],
        arrays["bulge"],
        tuple(arrays[n] for n in levels),
        rays,
        head["size"],
    )
