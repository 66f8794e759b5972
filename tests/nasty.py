"""Names that are code somewhere, and the story of June 2020 with one in every field."""

from __future__ import annotations

import typing
from typing import Any

from pydantic import BaseModel
from stories import june

from geo.document import Document

NASTY = (
    "</script><img src=x onerror=\"window.hacked='img'\"><svg onload=window.hacked='svg'>"
    "${window.hacked=1}`+(window.hacked=2)+`{{7*7919}}{% if %}{#'\"\\\u202eright to left\u202c-->"
)
CALLSIGN = "<img src=x onerror='window.hacked=5'>${1}`{{7*7919}}{%\u202e"  # readers cut at 80
EVALUATED = str(7 * 7919)  # what a template would make of it
URL = 'https://example.org/"><img/src=x/onerror=window.hacked=3>{{7*7919}}`${1}'
FILE = "<img src=x onerror=window.hacked=4>${7*7919}`{{7*7919}}{% if %}{#'\"\u202e"

# Text that has to be something else's id, or is understood: no place for anything else.
NAMES = {
    ("line", "statement"),
    ("gap", "place"),
    ("flight", "track"),
    ("claim", "against"),
    ("claim", "gap"),
    ("story", "answer"),
    ("place", "icao"),
    ("spans", "tz"),
}


def free_text(model: type[BaseModel]) -> list[str]:
    """Return the fields of a table that take any text, by the names they have in the file."""
    return [
        field.alias or name
        for name, field in model.model_fields.items()
        if field.annotation in (str, str | None) and not field.metadata
    ]


def tables() -> dict[str, type[BaseModel]]:
    """Return the tables of a story file, and the tables within them."""
    found: dict[str, type[BaseModel]] = {}

    def walk(model: type[BaseModel]) -> None:
        for name, field in model.model_fields.items():
            if name == "lang":
                continue  # translations: see tests/test_languages.py
            every = [field.annotation, *typing.get_args(field.annotation)]
            for kind in every:
                if isinstance(kind, type) and issubclass(kind, BaseModel):
                    found[name] = kind
                    walk(kind)

    walk(Document)
    return found


def hostile(text: str) -> dict[str, Any]:
    """Return June 2020 with that text in every field that takes one, each with its own number."""
    document = june()
    models = tables()
    count = 0

    def spoil(name: str, table: dict[str, Any]) -> None:
        nonlocal count
        for field in free_text(models[name]):
            if (name, field) not in NAMES:
                count += 1
                table[field] = f"{text} {name}.{field}" + ("" if field == "where" else f" {count}")
        for key, value in table.items():
            if key in models and isinstance(value, list):
                for inner in value:
                    spoil(key, inner)

    for name, value in document.items():
        for table in value if isinstance(value, list) else [value]:
            spoil(name, table)
    for claim in document["claim"]:
        claim["where"] = document["incident"][0]["where"]
    for source in document["source"]:
        source["url"] = URL
    return document
