"""Story files for tests: written by us, from dictionaries."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

from geo.story import Story, read_story

BARE: Final = re.compile("[A-Za-z0-9_-]+")  # a key of TOML that needs no quotes

# A flight that is recorded, a minute apart, south of St. Lawrence Island, from 65 NM off US
# airspace to within 10 NM and away again; checked in test_claims.py against what geo.check says.
RECORDED = {
    "story": {"id": "small", "title": "A small story", "date": date(2020, 6, 17)},
    "source": [{"id": "paper", "title": "A newspaper", "url": "https://example.org/paper"}],
    "flight": [
        {
            "id": "seen",
            "name": "SEEN1",
            "state": "USA",
            "track": "seen.geojson",
            "zones": ["airspace:USA", "territory:USA"],
            "sources": ["paper"],
        }
    ],
    "claim": [],
}


def toml(document: dict[str, Any]) -> str:
    """Return a story's tables as TOML."""
    out = []
    for name, value in document.items():
        for table in value if isinstance(value, list) else [value]:
            out.append(f"[[{name}]]" if isinstance(value, list) else f"[{name}]")
            out += [f"{key} = {_value(v)}" for key, v in table.items()]
            out.append("")
    return "\n".join(out)


def written(folder: Path, document: dict[str, Any], name: str = "story.toml") -> Path:
    """Write a story file into a folder and return its path."""
    path = folder / name
    path.write_text(toml(document), encoding="utf-8")
    return path


def _value(value: Any) -> str:
    if isinstance(value, str):
        # TOML's strings are JSON's, but for one character
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(v) for v in value)}]"
    if isinstance(value, dict):
        told = (f"{k if BARE.fullmatch(k) else _value(k)} = {_value(v)}" for k, v in value.items())
        return f"{{ {', '.join(told)} }}"
    return str(value)


def june(*, translated: bool = False) -> dict[str, Any]:
    """Return the tables of June 2020, to be changed; without its words in other languages."""
    text = resources.files("geo.stories").joinpath("june-2020.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    if not translated:
        del document["lang"]
    return document


def line(points: list[tuple[float, float]], minutes: list[float], **properties: Any) -> bytes:
    """Return a GeoJSON line with a time at each vertex, in minutes after 2020-06-17T00:00Z."""
    start = 1592352000
    return json.dumps(
        {
            "type": "Feature",
            "properties": {"coordTimes": [start + 60 * m for m in minutes], **properties},
            "geometry": {"type": "LineString", "coordinates": points},
        }
    ).encode()


def small_story(
    folder: Path,
    track: bytes,
    claims: list[dict[str, Any]],
    change: Callable[[dict[str, Any]], None] | None = None,
) -> Story:
    """Return a story of one recorded flight, 'seen', with claims of it."""
    document = copy.deepcopy(RECORDED)
    document["claim"] = [
        {"id": f"claim-{i}", "by": "a paper", "quote": "…", "flights": ["seen"], **claim}
        for i, claim in enumerate(claims)
    ]
    if change is not None:
        change(document)
    (folder / "seen.geojson").write_bytes(track)
    return read_story(written(folder, document, "small.toml"))
