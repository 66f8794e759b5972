"""A still map as SVG: words stay words, colours come from the style table by day and by night."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Final

from layers.items import Dot, Ink, Item, Words
from layers.pack import packed
from layers.style import COLOURS
from layers.text import visible

__all__ = ["svg"]

SANS: Final = "DejaVu Sans,Verdana,system-ui,sans-serif"  # Verdana is as wide as DejaVu
SERIF: Final = "DejaVu Serif,Georgia,serif"
LEAN_HALO: Final = 6  # pixels, of a picture that is twice as large as it is shown
METADATA: Final = (
    '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description rdf:about="">'
    "{}</rdf:Description></rdf:RDF></metadata>"
)
HEX: Final = re.compile(r"#[0-9a-fA-F]{3,8}")


def svg(
    items: Iterable[Item],
    width: float,
    height: float,
    *,
    title: str = "",
    about: Sequence[tuple[str, str]] = (),
    dark: bool | None = False,
    digits: int = 1,
    lean: bool = False,
) -> bytes:
    """Return a scene as an SVG document.

    Parameters
    ----------
    items
        What is drawn, from the first to the last.
    width, height
        In pixels.
    title
        What it shows, for who cannot see it.
    about
        Metadata: names of Dublin Core and their values.
    dark
        Whether by night; None: as the reader's system has it.
    digits
        Decimals of a pixel that coordinates keep.
    lean
        Whether the file is to be small: halos then need a browser to be drawn right.
    """
    colour = _Colours(dark)
    body = "".join(_item(item, colour, digits, lean) for item in items)
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    named = f"<title>{_xml(title)}</title>" if title else ""
    facts = "".join(f"<dc:{name}>{_xml(value)}</dc:{name}>" for name, value in about)
    meta = METADATA.format(facts) if facts else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{SANS}">'
        f"{named}{meta}{colour.sheet(lean)}{body}</svg>\n"
    ).encode()


class _Colours:
    """The colours that a document uses: as they are, or as variables that know day and night."""

    def __init__(self, dark: bool | None) -> None:
        self.dark = dark
        self.used: dict[str, None] = {}

    def __call__(self, name: str) -> str:
        if name not in COLOURS:
            return name if HEX.fullmatch(name) else "#808080"
        if self.dark is None:
            self.used[name] = None
            return f"var(--{name})"
        return COLOURS[name].dark if self.dark else COLOURS[name].light

    def sheet(self, lean: bool) -> str:
        """Return the style sheet, if one is needed."""
        rules = "text{white-space:pre}"
        if lean:
            rules += f".h{{paint-order:stroke;stroke-linejoin:round;stroke:{self('halo')};"
            rules += f"stroke-width:2}}text.h{{stroke-width:{LEAN_HALO}}}"
        if self.dark is None:
            day = "".join(f"--{n}:{COLOURS[n].light};" for n in self.used)
            night = "".join(f"--{n}:{COLOURS[n].dark};" for n in self.used)
            rules += f":root{{{day}}}@media (prefers-color-scheme:dark){{:root{{{night}}}}}"
        return f"<style>{rules}</style>"


def _xml(text: str) -> str:
    # Characters that XML may not hold come out as their pictures.
    return escape(visible(text), quote=True).replace("\ufffe", "�").replace("\uffff", "�")


def _item(item: Item, colour: _Colours, digits: int, lean: bool) -> str:
    if isinstance(item, Words):
        return _words(item, colour, digits, lean)
    if isinstance(item, Dot):
        place = f'cx="{_n(item.x, 1)}" cy="{_n(item.y, 1)}" r="{_n(item.radius, 1)}"'
        return f"<circle {place}{_ink(item.ink, colour)}/>"
    unit = 10**digits
    data = packed(item.parts, 1 / unit, closed=item.closed, number=lambda n: _n(n / unit, digits))
    rule = ' fill-rule="evenodd"' if item.closed and len(item.parts) > 1 and item.ink.fill else ""
    if not data:
        return ""
    ink = item.ink
    if not (ink.under and ink.fill and ink.stroke):
        return f'<path d="{data}"{rule}{_ink(ink, colour)}/>'
    if lean:
        return f'<path d="{data}"{rule}{_ink(replace(ink, stroke=""), colour)} class="h"/>'
    edge = f'<path d="{data}"{_ink(replace(ink, fill=""), colour)}/>'
    return edge + f'<path d="{data}"{rule}{_ink(replace(ink, stroke=""), colour)}/>'


def _ink(ink: Ink, colour: _Colours) -> str:
    out = f' fill="{colour(ink.fill) if ink.fill else "none"}"'
    if ink.fill and ink.fill_opacity < 1:
        out += f' fill-opacity="{_n(ink.fill_opacity, 3)}"'
    if ink.stroke and ink.width > 0:
        out += f' stroke="{colour(ink.stroke)}" stroke-width="{_n(ink.width, 2)}"'
        if ink.stroke_opacity < 1:
            out += f' stroke-opacity="{_n(ink.stroke_opacity, 3)}"'
        if ink.dash:
            out += f' stroke-dasharray="{" ".join(_n(d, 1) for d in ink.dash)}"'
        if ink.round_:
            out += ' stroke-linecap="round" stroke-linejoin="round"'
    return out


def _words(words: Words, colour: _Colours, digits: int, lean: bool) -> str:
    font = f' font-size="{_n(words.size, 1)}"'
    if words.face.startswith("serif"):
        font += f' font-family="{SERIF}"'
    if "bold" in words.face:
        font += ' font-weight="700"'
    if "italic" in words.face:
        font += ' font-style="italic"'
    if words.letters:
        columns = zip(*words.letters, strict=True)
        x, y, turn = (" ".join(_n(v, digits) for v in column) for column in columns)
        place = f'x="{x}" y="{y}"'
        if any(letter[2] for letter in words.letters):
            place += f' rotate="{turn}"'
        elif len({letter[1] for letter in words.letters}) == 1:
            place = f'x="{x}" y="{_n(words.letters[0][1], digits)}"'
    else:
        place = f'x="{_n(words.x, digits)}" y="{_n(words.y, digits)}"'
        if words.anchor != "start":
            place += f' text-anchor="{words.anchor}"'
    text = _xml(words.text)
    fill = f' fill="{colour(words.fill)}"'
    if not words.halo:
        return f"<text {place}{font}{fill}>{text}</text>"
    if lean:
        return f'<text {place}{font}{fill} class="h">{text}</text>'
    halo = f' stroke="{colour(words.halo)}" stroke-width="{_n(words.halo_width, 1)}"'
    # Not every program knows paint-order: the halo is a text of its own beneath.
    under = f'{halo} stroke-linejoin="round" fill="none" aria-hidden="true"'
    return f"<text {place}{font}{under}>{text}</text><text {place}{font}{fill}>{text}</text>"


def _n(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
