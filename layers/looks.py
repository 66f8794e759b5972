"""What the style sheet of the layers says of a look, for pictures: one table, never two."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

from layers.leaflet import asset
from layers.style import FONT, SERIF, WIDTHS_PX

__all__ = ["Style", "classes", "numbers", "pixels", "style_of"]

Style = dict[str, str]  # property → value; a colour of the table by its name
COMMENT: Final = re.compile(r"/\*.*?\*/", re.S)
AT_RULE: Final = re.compile(r"@[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
COMPOUND: Final = re.compile(r"(?:\.[\w-]+)+")
VAR: Final = re.compile(r"var\(--([\w-]+)(?:,((?:[^()]|\((?:[^()]|\([^()]*\))*\))*))?\)")
SHORTHAND: Final = re.compile(
    r"(?P<style>italic )?(?P<weight>\d+)?\s*(?P<size>[\d.]+px)(?:/[\d.]+)?\s+(?P<family>.+)"
)


def classes(look: str) -> frozenset[str]:
    """Return the classes of a look.

    >>> sorted(classes("belt hue-0"))
    ['belt', 'hue-0']
    """
    return frozenset(look.split())


@functools.cache
def _rules() -> tuple[tuple[int, tuple[frozenset[str], ...], Style], ...]:
    """Return the rules whose selectors are made of classes alone, the weightiest last."""
    text = AT_RULE.sub("", COMMENT.sub("", asset("layer.css")))
    rules = []
    for selectors, body in RULE.findall(text):
        style = {}
        for part in body.split(";"):
            name, colon, value = part.partition(":")
            if colon:
                style[name.strip()] = value.strip()
        for selector in selectors.split(","):
            compounds = selector.split()
            if compounds and all(COMPOUND.fullmatch(c) for c in compounds):
                sets = tuple(frozenset(c[1:].split(".")) for c in compounds)
                rules.append((sum(map(len, sets)), sets, style))
    rules.sort(key=lambda rule: rule[0])  # stable: of equals the later one wins
    return tuple(rules)


@functools.cache
def _style_of(element: frozenset[str], around: tuple[frozenset[str], ...]) -> Style:
    style: Style = {}
    for _, sets, body in _rules():
        *outer, own = sets
        if own <= element and all(any(o <= a for a in around) for o in outer):
            style |= _with_font(body)
    return {k: _resolved(v, style) for k, v in style.items() if not k.startswith("--")}


def style_of(element: str, *around: str) -> Style:
    """Return what the style sheet says of an element.

    Parameters
    ----------
    element
        Its classes.
    around
        The classes of what it stands in, each. What is inherited is not told.

    Examples
    --------
    >>> style_of("hc-line drawn hue-1")["stroke"], style_of("hc-line drawn hue-1")["stroke-width"]
    ('hue-1', '1.6px')
    """
    return _style_of(classes(element), tuple(classes(a) for a in around))


def _with_font(body: Style) -> Style:
    """Return a rule with the shorthand ``font`` taken apart."""
    found = SHORTHAND.fullmatch(body.get("font", ""))
    if not found:
        return body
    parts = {
        "font-style": (found["style"] or "normal").strip(),
        "font-weight": found["weight"] or "400",
        "font-size": found["size"],
        "font-family": found["family"],
    }
    return parts | {k: v for k, v in body.items() if k != "font"}


def _resolved(value: str, style: Style, depth: int = 0) -> str:
    """Return a value with its variables replaced: widths and fonts by themselves, colours named."""

    def one(found: re.Match[str]) -> str:
        name, other = found[1], found[2]
        if f"--{name}" in style:
            return style[f"--{name}"]
        if name.startswith("w-"):
            return f"{WIDTHS_PX[name[2:]]:g}px"
        if name in {"font", "serif"}:
            return FONT if name == "font" else SERIF
        if name in {"hue", "wash"}:
            return other or "soft"
        return name

    found = VAR.search(value)
    if not found or depth > 4:
        return value
    return _resolved(VAR.sub(one, value), style, depth + 1)


def pixels(style: Style, name: str, default: float = 0.0, em: float = 0.0) -> float:
    """Return a length of a style in pixels."""
    value = style.get(name, "")
    found = re.fullmatch(r"(-?[\d.]+)(px|em)?", value)
    if not found:
        return default
    return float(found[1]) * (em if found[2] == "em" else 1.0)


def numbers(text: str) -> Sequence[float]:
    """Return the numbers of a list such as a dash pattern; none for ``none``."""
    return [float(n) for n in re.findall(r"[\d.]+", text)]
