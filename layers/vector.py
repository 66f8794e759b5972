"""A still map as SVG: words stay words, colours come from the style table by day and by night."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from layers.items import Dot, Ink, Item, Words
from layers.pack import packed
from layers.style import COLOURS
from layers.text import visible

__all__ = ["Narrow", "lean_svg", "svg"]

SANS: Final = "DejaVu Sans,Verdana,system-ui,sans-serif"  # Verdana is as wide as DejaVu
SERIF: Final = "DejaVu Serif,Georgia,serif"
METADATA: Final = (
    '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description rdf:about="">'
    "{}</rdf:Description></rdf:RDF></metadata>"
)
Look = dict[str, str]  # properties of a style and their values
HEX: Final = re.compile(r"#[0-9a-fA-F]{3,8}")
IN_PX: Final = frozenset({"font-size"})  # what a style sheet takes with a unit only


@dataclass(frozen=True)
class Narrow:
    """What stands on a picture instead of its words where it is shown narrow.

    ``items`` are drawn ``zoom`` times as large as they are, where the picture is no wider than
    ``most`` CSS pixels.
    """

    items: Sequence[Item]
    zoom: float
    most: float


def svg(
    items: Iterable[Item],
    width: float,
    height: float,
    *,
    title: str = "",
    about: Sequence[tuple[str, str]] = (),
    dark: bool = False,
) -> bytes:
    """Return a scene as an SVG document that any program draws.

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
        Whether by night.
    """
    pen = _Pen(dark)
    named = f"<title>{_xml(title)}</title>" if title else ""
    facts = "".join(f"<dc:{name}>{_xml(value)}</dc:{name}>" for name, value in about)
    meta = METADATA.format(facts) if facts else ""
    body = pen.draw(items)
    return _document(width, height, f"{named}{meta}<style>{pen.rules()}</style>{body}")


def lean_svg(
    ground: Iterable[Item], words: Iterable[Item], narrow: Narrow, width: float, height: float
) -> bytes:
    """Return a scene as a small SVG document for a browser, by day and by night, wide and narrow.

    Lines are as thick as their ink says in CSS pixels, however large the picture is shown.

    Parameters
    ----------
    ground
        What is drawn first.
    words
        What stands on it where the picture is shown wide.
    narrow
        What stands on it where it is shown narrow.
    width, height
        In pixels; coordinates are rounded to whole ones.
    """
    pen = _LeanPen()
    body = f'{pen.draw(ground)}<g class="w">{pen.draw(words)}</g>'
    body += f'<g class="n" transform="scale({narrow.zoom:g})">{pen.draw(narrow.items)}</g>'
    choice = f".n{{display:none}}@media(max-width:{narrow.most:g}px)"
    choice += "{.w{display:none}.n{display:block}}"
    style = f"<style>{pen.rules()}{choice}</style>"
    return _document(width, height, style + body)


def _document(width: float, height: float, content: str) -> bytes:
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{SANS}">'
        f"{content}</svg>\n"
    ).encode()


class _Pen:
    """Draws items one by one, each with all that it needs in attributes of its own."""

    digits = 1  # decimals of a pixel that coordinates keep

    def __init__(self, dark: bool) -> None:
        self.dark = dark

    def rules(self) -> str:
        """Return the style sheet."""
        return "text{white-space:pre}"

    def colour(self, name: str) -> str:
        if name not in COLOURS:
            return name if HEX.fullmatch(name) else "#808080"
        return COLOURS[name].dark if self.dark else COLOURS[name].light

    def look(self, style: Look) -> str:
        """Return a style as attributes."""
        return "".join(f' {name}="{value}"' for name, value in style.items())

    def draw(self, items: Iterable[Item]) -> str:
        return "".join(self._item(item) for item in items)

    def _item(self, item: Item) -> str:
        if isinstance(item, Words):
            return self._words(item)
        if isinstance(item, Dot):
            place = f'cx="{_n(item.x, 1)}" cy="{_n(item.y, 1)}" r="{_n(item.radius, 1)}"'
            return f"<circle {place}{self.look(self._ink(item.ink))}/>"
        unit = 10**self.digits
        data = packed(
            item.parts, 1 / unit, closed=item.closed, number=lambda n: _n(n / unit, self.digits)
        )
        holed = item.closed and len(item.parts) > 1 and bool(item.ink.fill)
        rule = ' fill-rule="evenodd"' if holed else ""
        return self._path(data, rule, item.ink) if data else ""

    def _path(self, data: str, rule: str, ink: Ink) -> str:
        if not (ink.under and ink.fill and ink.stroke):
            return f'<path d="{data}"{rule}{self.look(self._ink(ink))}/>'
        # Not every program knows paint-order: the edge is a path of its own beneath.
        edge = f'<path d="{data}"{self.look(self._ink(replace(ink, fill="")))}/>'
        return edge + f'<path d="{data}"{rule}{self.look(self._ink(replace(ink, stroke="")))}/>'

    def _ink(self, ink: Ink) -> Look:
        out = {"fill": self.colour(ink.fill) if ink.fill else "none"}
        if ink.fill and ink.fill_opacity < 1:
            out["fill-opacity"] = _n(ink.fill_opacity, 3)
        if ink.stroke and ink.width > 0:
            out["stroke"] = self.colour(ink.stroke)
            out["stroke-width"] = _n(ink.width, 2)
            if ink.stroke_opacity < 1:
                out["stroke-opacity"] = _n(ink.stroke_opacity, 3)
            if ink.dash:
                out["stroke-dasharray"] = " ".join(_n(d, 1) for d in ink.dash)
            if ink.round_:
                out["stroke-linecap"] = out["stroke-linejoin"] = "round"
        return out

    def _words(self, words: Words) -> str:
        font = {"font-size": _n(words.size, 1)}
        if words.face.startswith("serif"):
            font["font-family"] = SERIF
        if "bold" in words.face:
            font["font-weight"] = "700"
        if "italic" in words.face:
            font["font-style"] = "italic"
        place, text = self._place(words), _xml(words.text)
        fill = {"fill": self.colour(words.fill)}
        if not words.halo:
            return f"<text {place}{self.look(font | fill)}>{text}</text>"
        halo = {"stroke": self.colour(words.halo), "stroke-width": _n(words.halo_width, 1)}
        return self._with_halo(place, text, font, fill, halo)

    def _with_halo(self, place: str, text: str, font: Look, fill: Look, halo: Look) -> str:
        # Nor for words: the halo is a text of its own beneath.
        edge = halo | {"stroke-linejoin": "round", "fill": "none", "aria-hidden": "true"}
        under = self.look(font | edge)
        over = self.look(font | fill)
        return f"<text {place}{under}>{text}</text><text {place}{over}>{text}</text>"

    def _place(self, words: Words) -> str:
        digits = self.digits
        if not words.letters:
            place = f'x="{_n(words.x, digits)}" y="{_n(words.y, digits)}"'
            return place + (f' text-anchor="{words.anchor}"' if words.anchor != "start" else "")
        x, y, turn = (" ".join(_n(v, digits) for v in c) for c in zip(*words.letters, strict=True))
        if any(letter[2] for letter in words.letters):
            return f'x="{x}" y="{y}" rotate="{turn}"'
        if len({letter[1] for letter in words.letters}) == 1:
            y = _n(words.letters[0][1], digits)
        return f'x="{x}" y="{y}"'


class _LeanPen(_Pen):
    """Writes each look once, as a class, in colours that know day and night."""

    digits = 0

    def __init__(self) -> None:
        self.looks: dict[str, str] = {}
        self.colours: dict[str, None] = {}
        # As short as can be; "n" and "w" are what is shown narrow and wide.
        letters = "abcdefghijklmopqrstuvxyz"
        pairs = (a + b for a, b in itertools.product(letters, repeat=2))
        self.names = itertools.chain(letters, pairs)

    def colour(self, name: str) -> str:
        if name not in COLOURS:
            return super().colour(name)
        self.colours[name] = None
        return f"var(--{name})"

    def look(self, style: Look) -> str:
        """Return a style as a class."""
        rule = ";".join(f"{k}:{v}px" if k in IN_PX else f"{k}:{v}" for k, v in style.items())
        if rule not in self.looks:
            self.looks[rule] = next(self.names)
        return f' class="{self.looks[rule]}"'

    def rules(self) -> str:
        day = "".join(f"--{n}:{COLOURS[n].light};" for n in self.colours)
        night = "".join(f"--{n}:{COLOURS[n].dark};" for n in self.colours)
        return (
            "text{white-space:pre;paint-order:stroke;stroke-linejoin:round}"
            "path,circle{vector-effect:non-scaling-stroke}"
            f":root{{{day}}}@media(prefers-color-scheme:dark){{:root{{{night}}}}}"
            + "".join(f".{name}{{{rule}}}" for rule, name in self.looks.items())
        )

    def _path(self, data: str, rule: str, ink: Ink) -> str:
        style = self._ink(ink)
        if ink.under and ink.fill and ink.stroke:
            style["paint-order"] = "stroke"
        return f'<path d="{data}"{rule}{self.look(style)}/>'

    def _with_halo(self, place: str, text: str, font: Look, fill: Look, halo: Look) -> str:
        return f"<text {place}{self.look(font | fill | halo)}>{text}</text>"


def _xml(text: str) -> str:
    # Characters that XML may not hold come out as their pictures.
    return escape(visible(text), quote=True).replace("\ufffe", "�").replace("\uffff", "�")


def _n(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
