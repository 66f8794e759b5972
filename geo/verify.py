"""Findings worked out again from what they say they were made of, and what differs.

A findings file names its inputs and zone files by their SHA-256, the version and the borders it was
made with, and how it was asked. That is enough to make it again; what is then not the same was
changed by somebody, or made by something else.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any, Final

from geo.catalogue import Zone, data_stamp, zone
from geo.claims import Verdict, worked_out
from geo.errors import HowcloseError, VerifyError
from geo.findings import Findings
from geo.limits import limits_of
from geo.measures import Measures
from geo.story import Story, story_of
from geo.track import Tracks, stamp_of
from geo.zonefiles import read_zones

__all__ = ["Again", "Files", "again", "differences"]

MOST_FILES: Final = 500  # in a folder that are hashed to find an input under another name
MOST_BYTES: Final = 2_000_000_000  # of one of them


@dataclass(frozen=True)
class Files:
    """The files of some folders, found by what is in them."""

    folders: tuple[Path, ...]
    _hashes: dict[Path, str] = field(default_factory=dict, repr=False)

    def find(self, name: str, sha256: str) -> Path:
        """Return the file with a hash, which was called so when it was read.

        Raises
        ------
        VerifyError
            If there is none.
        """
        ways = [p for p in PurePath(name).parts if p not in ("/", "..", ".")]
        ends = [Path(*ways[i:]) for i in range(len(ways))]  # a/b/c, b/c, c
        named = [f / e for f in self._places for e in ends if (f / e).is_file()]
        name = ways[-1] if ways else name
        for path in itertools.chain(named, self._all()):
            if self._hash(path) == sha256:
                return path
        where = " and ".join(str(f) for f in self.folders)
        if named:
            raise VerifyError(
                f"This cannot be worked out again: {named[0]} is not the file that it was made of"
                f" (SHA-256 {self._hash(named[0])[:12]}…, not {sha256[:12]}…). It was changed, or"
                " the hash was."
            )
        raise VerifyError(
            f"This cannot be worked out again: its input {name} (SHA-256 {sha256[:12]}…) is not in"
            f" {where}. Say where it is: --inputs DIR"
        )

    @functools.cached_property
    def _places(self) -> tuple[Path, ...]:
        """The folders, and those in them where a kit has more inputs of one name: 2, 3."""
        inner = [p for f in self.folders if f.is_dir() for p in f.iterdir() if p.is_dir()]
        return (*self.folders, *sorted(p for p in inner if p.name.isdecimal()))

    def _all(self) -> Iterator[Path]:
        for folder in self._places:
            if folder.is_dir():
                yield from sorted(p for p in folder.iterdir() if p.is_file())[:MOST_FILES]

    def _hash(self, path: Path) -> str:
        if path not in self._hashes:
            try:
                with path.open("rb") as file:
                    told = "" if path.stat().st_size > MOST_BYTES else _sha256(file)
            except OSError:
                told = ""
            self._hashes[path] = told
        return self._hashes[path]


def _sha256(file: Any) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Again:
    """What came out when it was worked out again; ``story`` and what follows only of one."""

    tracks: Tracks
    findings: Findings
    story: Story | None = None
    measured: Measures | None = None
    verdicts: tuple[Verdict, ...] = ()


def again(document: dict[str, Any], files: Files) -> Again:
    """Return findings worked out again from what a document says that they were made of.

    Raises
    ------
    VerifyError
        If an input is missing, or the document does not say what is needed.
    """
    try:
        if document["parameters"].get("story"):
            return _story_again(document, files)
        return _tracks_again(document, files)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise VerifyError(
            "This cannot be worked out again: what it says it was made of is not whole"
            f" ({type(error).__name__}: {str(error)[:80]})."
        ) from None
    except VerifyError:
        raise
    except HowcloseError as error:
        raise VerifyError(f"This cannot be worked out again: {error}") from None


def _tracks_again(document: dict[str, Any], files: Files) -> Again:
    from geo.checks import check
    from geo.readers import read_named, read_snapshots

    parameters = document["parameters"]
    found = [_files_of(told, files) for told in document["inputs"]]
    zones = _zones_again(parameters, files)
    tracks = Tracks()
    read = parameters.get("read") or {}
    ways = read if isinstance(read, list) else [read] * len(found)
    for told, paths, way in zip(document["inputs"], found, ways, strict=True):
        how: dict[str, Any] = {
            "columns": way.get("columns"),
            "tz": way.get("tz"),
            "raw": bool(way.get("raw")),
            "limits": limits_of(way.get("limits", {})),
        }
        if told.get("parts"):
            one = read_snapshots(str(told["path"]), paths, **how)
            # Each was found by its hash; under the names that they had.
            parts = tuple((str(p["path"]), str(p["sha256"])) for p in told["parts"])
            whole = replace(one.inputs[0], sha256=stamp_of(parts), parts=parts)
            tracks += replace(one, inputs=(whole,))
        else:
            tracks += read_named(str(told["path"]), paths[0], **how)
    # Only what changes the answer is passed on; the rest is compared as it stands.
    more = {k: parameters[k] for k in ("within_m", "encounters_within_m") if parameters.get(k)}
    checked = check(tracks, zones, **more)
    rest = {k: v for k, v in parameters.items() if k not in checked.parameters}
    return Again(tracks, replace(checked, parameters=checked.parameters | rest))


def _files_of(told: dict[str, Any], files: Files) -> list[Path]:
    """Return the file of an input, or of each of its parts."""
    parts = told.get("parts")
    if not parts:
        return [files.find(told["path"], told["sha256"])]
    return [files.find(f"{told['path']}/{p['path']}", p["sha256"]) for p in parts]


def _zones_again(parameters: dict[str, Any], files: Files) -> tuple[Zone, ...] | None:
    if parameters["zones"] is None:
        return None
    read: dict[str, Zone] = {}
    for told in parameters.get("zone_files", []):
        path = files.find(told["path"], told["sha256"])
        for one in read_zones(path, names=told["names"], edges=told["edges"]):
            read[one.id] = replace(one, source=str(told["path"]))
    missing = [z for z in parameters["zones"] if z.startswith("file:") and z not in read]
    if missing:
        raise VerifyError(
            f"This cannot be worked out again: it does not say which file the zone '{missing[0]}'"
            " came from."
        )
    return tuple(read[z] if z in read else zone(z) for z in parameters["zones"])


def _story_again(document: dict[str, Any], files: Files) -> Again:
    told = document["parameters"]["story"]
    path = files.find(told["path"], told["sha256"])
    by_name: dict[str, list[str]] = {}
    for i in document["inputs"]:
        by_name.setdefault(Path(i["path"]).name, []).append(i["sha256"])

    def track(name: str) -> Path:
        hashes = by_name.get(Path(name).name)
        if not hashes:
            raise VerifyError(
                f"This cannot be worked out again: its story names the track {name}, which is not"
                " among its inputs."
            )
        return files.find(name, hashes.pop(0) if len(hashes) > 1 else hashes[0])

    story = story_of(path.read_bytes(), str(told["path"]), track)
    found, measured, verdicts = worked_out(story)
    return Again(story.tracks, found, story, measured, verdicts)


# ------------------------------------------------------------------------------- comparing


def differences(told: dict[str, Any], worked: dict[str, Any]) -> Iterator[str]:
    """Yield what differs between findings as they stand and as they were worked out again.

    Both are what `Findings.to_dict` gives.
    """
    yield from _versions(told, worked)
    for part in ("parameters", "inputs"):
        yield from _unlike(told.get(part), worked.get(part), part)
    yield from _rows("zone", told.get("zones"), worked.get("zones"), ("id",))
    flight = ("flight", "leg", "input", "zone")
    yield from _rows("finding", told.get("findings"), worked.get("findings"), flight)
    yield from _unlike(told.get("encounters"), worked.get("encounters"), "encounters")
    yield from _rows("claim", told.get("claims"), worked.get("claims"), ("id",))
    for extra in sorted(set(told) - set(worked)):
        yield f"It has '{extra}', which nothing of ours writes."


def _versions(told: dict[str, Any], worked: dict[str, Any]) -> Iterator[str]:
    if told.get("howclose") != worked["howclose"]:
        yield (
            f"It says that it was made with howclose {_short(told.get('howclose'))}; this is"
            f" {worked['howclose']}."
        )
    if told.get("data") != worked["data"]:
        version = (told.get("data") or {}).get("version")
        yield (
            f"It says that it was made with the borders {_short(version)}"
            f" ({_short((told.get('data') or {}).get('sha256'))}); these are"
            f" {data_stamp()['version']} ({data_stamp()['sha256']})."
        )


def _rows(kind: str, told: Any, worked: Any, key: tuple[str, ...]) -> Iterator[str]:
    """Yield what differs between two lists of things that are told apart by their keys."""

    def by_key(rows: Any) -> dict[tuple[Any, ...], Any]:
        out: dict[tuple[Any, ...], Any] = {}
        for row in rows if isinstance(rows, list) else ():
            name = tuple(str(row.get(k)) for k in key) if isinstance(row, dict) else (str(row),)
            while name in out:
                name = (*name, "again")
            out[name] = row
        return out

    a, b = by_key(told), by_key(worked)
    for name in b.keys() - a.keys():
        yield f"The {kind} {_name(name)} is missing."
    for name in a.keys() - b.keys():
        yield f"The {kind} {_name(name)} is not what comes out: there is none such."
    for name, row in a.items():
        if name in b:
            yield from _unlike(row, b[name], f"{kind} {_name(name)}")
    if a.keys() == b.keys() and list(a) != list(b):
        yield f"The {kind}s stand in another order."


def _name(key: tuple[Any, ...]) -> str:
    return "/".join(_short(k) for k in key)


def _unlike(told: Any, worked: Any, where: str) -> Iterator[str]:
    """Yield every place at which two JSON values differ."""
    if isinstance(told, dict) and isinstance(worked, dict):
        for k in sorted(told.keys() | worked.keys()):
            if k not in told:
                yield f"{where}: '{k}' is missing."
            elif k not in worked:
                yield f"{where}: '{_short(k)}' is nothing that we write."
            else:
                yield from _unlike(told[k], worked[k], f"{where}, {k}")
    elif isinstance(told, list) and isinstance(worked, list):
        if len(told) != len(worked):
            yield f"{where}: {len(told)} instead of {len(worked)}."
        for i, (x, y) in enumerate(zip(told, worked, strict=False)):
            yield from _unlike(x, y, f"{where} {i + 1}")
    elif told != worked or type(told) is not type(worked):
        yield f"{where}: it says {_short(told)}; worked out again it is {_short(worked)}."


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 120 else f"{text[:117]}…"
