"""Zones to measure to, and the catalogue of those that come with howclose.

A zone is a piece of the Earth with a border: a country's *territory* (its land), its *airspace*
(land, internal waters and the 12 NM territorial sea: sovereign), a *sea*, or something that is
neither, such as an air defence identification zone (*adiz*) or a *treaty* area.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from geo.arcs import EdgeKind
from geo.errors import ZoneError

if TYPE_CHECKING:
    import shapely

    from geo.borders import Border

__all__ = ["Zone", "ZoneKind", "catalogue", "data_stamp", "zone", "zones"]

ZoneKind = Literal["airspace", "territory", "sea", "adiz", "treaty", "file"]

DATA: Final = Path(__file__).parent / "data"
SHORT_CODE: Final = 3  # letters; ISO 3166 has codes of two and of three
SOVEREIGN: Final = frozenset({"airspace", "territory"})


@dataclass(frozen=True, eq=False)
class Zone:
    """One zone: what it is, where it comes from, and how far it can be trusted.

    Parameters
    ----------
    id
        ``KIND:NAME``, such as ``airspace:USA``.
    kind
        What the zone is in law; only airspace and territory are sovereign.
    name
        As it stands in a sentence: "airspace of the United States".
    edges
        How the border runs between two vertices: ``planar`` (straight in longitude and latitude,
        RFC 7946), ``geodesic`` or ``rhumb``.
    source, licence
        Where the border comes from and under which terms.
    accuracy_m
        How far the border may be off its source, in metres; None where nobody can say.
    legal_accuracy_m
        How far the source may be off the law, in metres; None where nobody checked.
    disputed
        Ids of the disputes that touch it, see `geo.disputes`.
    verified
        False for a zone whose source could not be read: never used in a verdict.
    part_of
        The id of the state's zone that holds this dependency, or None.
    digest
        A hash of what the border is made of.
    load
        Reads the geometry, when somebody asks for it.
    aliases
        What people call it besides; none for a zone of a file.
    """

    id: str
    kind: ZoneKind
    name: str
    edges: EdgeKind
    source: str
    licence: str
    accuracy_m: float | None
    legal_accuracy_m: float | None
    digest: str
    load: Callable[[], shapely.Geometry] = field(repr=False)
    disputed: tuple[str, ...] = ()
    verified: bool = True
    part_of: str | None = None
    aliases: tuple[str, ...] = ()

    @cached_property
    def geometry(self) -> shapely.Geometry:
        """The zone in degrees, cut at ±180° if it comes from the catalogue."""
        return self.load()

    @cached_property
    def border(self) -> Border:
        """The border laid out for searching; read from the user's cache where it can be."""
        from geo.cache import laid_out

        return laid_out(self)

    @property
    def sovereign(self) -> bool:
        """Whether a state's sovereignty ends at this border."""
        return self.kind in SOVEREIGN

    def to_dict(self) -> dict[str, Any]:
        """Return what the contract's ``zones`` hold for this zone."""
        return {
            "id": self.id,
            "name": self.name,
            "source": self.source,
            "licence": self.licence,
            "accuracy_m": self.accuracy_m,
            "legal_accuracy_m": self.legal_accuracy_m,
            "disputed": list(self.disputed),
        }


# --------------------------------------------------------------------------- the catalogue


@functools.cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads((DATA / "catalogue.json").read_bytes())
    return document


def data_stamp() -> dict[str, str]:
    """Return the version of the shipped data, and a hash over its files of shapes and places."""
    document = _document()
    whole = "".join(f"{k}={v}\n" for k, v in sorted(document["sha256"].items()))
    return {
        "version": document["version"],
        "sha256": hashlib.sha256(whole.encode()).hexdigest(),
    }


def catalogue() -> list[dict[str, Any]]:
    """Return the catalogue's rows: what `Zone` has, and ``bounds``, ``area_km2``."""
    rows: list[dict[str, Any]] = _document()["zones"]
    return rows


@functools.cache
def _from_row(zone_id: str) -> Zone:
    row = next(r for r in catalogue() if r["id"] == zone_id)
    kind = "airspace" if row["kind"] == "treaty" else row["kind"]
    name = f"{kind}.parquet"
    return Zone(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        edges=row["edges"],
        source=row["source"],
        licence=row["licence"],
        accuracy_m=row["accuracy_m"],
        legal_accuracy_m=row["legal_accuracy_m"],
        digest=f"{_document()['sha256'][name]}/{row['row']}",
        load=functools.partial(_read_row, DATA / name, row["row"]),
        disputed=tuple(row["disputed"]),
        verified=row["verified"],
        part_of=row["part_of"],
        aliases=tuple(row["aliases"]),
    )


def _read_row(path: Path, row: int) -> shapely.Geometry:
    import shapely

    return shapely.from_wkb(_geometries(path)[row].as_py())


@functools.cache
def _geometries(path: Path) -> Any:
    """Return the column of WKB, some 35 MB; kept, because who draws one zone draws several."""
    import pyarrow.parquet

    # read_table() would import pandas: 0.2 s
    with pyarrow.parquet.ParquetFile(path) as file:
        return file.read(columns=["geometry"]).column("geometry")


def zones(kind: ZoneKind | None = None) -> tuple[Zone, ...]:
    """Return the zones of the catalogue, or those of one kind, in its order."""
    return tuple(_from_row(r["id"]) for r in catalogue() if kind in (None, r["kind"]))


def _plain(text: str) -> str:
    """Return a name without case, accents, punctuation and article, to compare by."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    words = re.sub(r"[^\w]+", " ", letters).strip().removeprefix("the ")
    return re.sub(r"\bst\b", "saint", words)


# What people also say of a zone.
ALSO: Final = {
    "treaty:antarctica": ("ATA", "AQ", "Antarctic", "Antarctic Treaty area"),
    "airspace:FRO": ("Faroes",),
    "territory:FRO": ("Faroes",),
}
# Words of a name that people leave out.
LEFT_OUT: Final = re.compile(r" (islands?|city)$")


def _shorter(name: str) -> set[str]:
    """Return what people make of a plain name: its parts, and it without "islands".

    >>> sorted(_shorter("svalbard and jan mayen")), sorted(_shorter("aland islands"))
    (['jan mayen', 'svalbard'], ['aland'])
    """
    parts = {p.strip().removeprefix("the ") for p in name.split(" and ")}
    return ({LEFT_OUT.sub("", p) for p in parts} | parts) - {name, ""}


@functools.cache
def _index() -> dict[str, dict[str, str]]:
    """Return zone ids by kind and by plain name; under ``""`` what a bare name means."""
    index: dict[str, dict[str, str]] = {"": {}}
    short: dict[str, dict[str, set[str]]] = {}
    for row in catalogue():
        kind, _, key = row["id"].partition(":")
        called = (key, row["name"], *row["aliases"], *ALSO.get(row["id"], ()))
        names = {_plain(n) for n in called}
        for name in names:
            index.setdefault(kind, {}).setdefault(name, row["id"])
        for name in {_plain(n) for n in row["aliases"] if len(n) > SHORT_CODE}:
            for part in _shorter(name):
                short.setdefault(kind, {}).setdefault(part, set()).add(row["id"])
    # A shorter name is one's own only if nobody else has it.
    for kind, parts in short.items():
        for part, ids in parts.items():
            if len(ids) == 1:
                index[kind].setdefault(part, next(iter(ids)))
    # A bare name is a country's airspace first, then a sea, then the rest.
    for kind in ("airspace", "sea", "adiz", "treaty"):
        for name, zone_id in index[kind].items():
            index[""].setdefault(name, zone_id)
    return index


def zone(name: str) -> Zone:
    """Return the zone that a name means.

    Parameters
    ----------
    name
        ``KIND:NAME`` (``airspace:USA``, ``sea:bering``) or a name alone, by which a country's
        airspace is meant. Names are ISO 3166 codes or what people say: "Russia", "UK".

    Raises
    ------
    ZoneError
        If there is no such zone; the nearest names are suggested.

    Examples
    --------
    >>> zone("airspace:USA").name
    'airspace of the United States'
    >>> zone("Russia").id
    'airspace:RUS'
    """
    kind, colon, key = name.partition(":")
    kind = kind.strip().casefold() if colon else ""
    key = key if colon else name
    index = _index()
    if kind not in index:
        kinds = ", ".join(k for k in index if k)
        raise ZoneError(f"'{name}' is no zone: there is no kind '{kind}'. The kinds are {kinds}.")
    found = index[kind].get(_plain(key))
    if found is None:
        raise ZoneError(_unknown(name, kind, _plain(key)))
    return _from_row(found)


def _unknown(name: str, kind: str, key: str) -> str:
    index = _index()
    # A short code is one letter off every other: suggest codes for codes, names for names.
    pool = {n: i for n, i in index[kind].items() if (len(n) <= 3) == (len(key) <= 3)}
    near = difflib.get_close_matches(key, list(pool), n=3, cutoff=0.6)
    others = [i for k, names in index.items() if k for n, i in names.items() if n == key]
    suggestions = list(dict.fromkeys([*others, *(pool[n] for n in near)]))
    text = f"There is no zone '{name}'."
    if suggestions:
        text += f" Did you mean {' or '.join(suggestions)}?"
    return text + " See them all with: howclose zones"
