"""Pictures of a page: its map as PNG and SVG, a card, and what readers without script see.

Drawn by us from the same layers, words and style sheet; not a screenshot.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Concatenate, Final, Literal, ParamSpec, TypeVar

import numpy as np

from geo import __version__
from geo.words import language, languages, say, speaking
from layers import glyphs
from layers.items import Dot, Drawing, Ink, Item, Words, ink_of, moved, rectangle
from layers.leaflet import Layer
from layers.looks import classes, style_of
from layers.parts import Entry
from layers.raster import png
from layers.scene import ground_of, map_items, words_on
from layers.text import visible
from layers.vector import Narrow, lean_svg, svg

if TYPE_CHECKING:
    from layers.pages import Page

__all__ = ["CARD_PX", "MAP_PX", "card", "no_font", "noscript", "picture"]

Form = Literal["png", "svg"]
MAP_PX: Final = (1200, 800)  # as an article's lead picture: 3:2
CARD_PX: Final = (1200, 630)  # what link previews show whole
NOSCRIPT_PX: Final = (720.0, 480.0)
PHONE_PX: Final = 360.0  # the width for which its words are set a second time
NARROW_BELOW_PX: Final = 560.0  # there the first are 9 pixels, those for a phone 17
NOSCRIPT_COARSE_PX: Final = 1.8
LEAST: Final = 22.0  # pixels, to which a title on a card shrinks for the sake of a long word
PAPER: Final = Ink(fill="paper")
SIZE: Final = 12.5  # pixels, of the key
ROW: Final = 22.0
MARGIN: Final = 12.0
NOT_ON_A_CARD: Final = frozenset({"adiz", "background", "strait", "passage", "disputed"})
LINES_ON_A_CARD: Final = {"place": 1, "closest": 2}  # who took off, and when, is told elsewhere
CARD_KEY: Final = frozenset({"claim", "drawn", "track", "closest"})


P = ParamSpec("P")
T = TypeVar("T")


def _spoken(draw: Callable[Concatenate[Page, P], T]) -> Callable[Concatenate[Page, P], T]:
    """Return what draws a page, speaking the page's language meanwhile."""

    @functools.wraps(draw)
    def drawn(page: Page, /, *args: P.args, **options: P.kwargs) -> T:
        with speaking(page.lang):
            return draw(page, *args, **options)

    return drawn


@_spoken
def picture(
    page: Page,
    width_px: int = MAP_PX[0],
    height_px: int = MAP_PX[1],
    *,
    scale: float = 1.0,
    form: Form = "png",
    dark: bool = False,
    key: bool = True,
) -> bytes:
    """Return the map of a page as a picture.

    Parameters
    ----------
    page
        The page.
    width_px, height_px
        The picture's size, as CSS counts pixels.
    scale
        Pixels of a PNG to one of these: 2 for a sharp screen.
    form
        ``png`` or ``svg``.
    dark
        Whether by night.
    key
        Whether what the lines mean stands beneath the map.
    """
    shown = page if form == "svg" else _drawable(page)
    if shown is not page:
        return picture(shown, width_px, height_px, scale=scale, form=form, dark=dark, key=key)
    width, height = float(width_px), float(height_px)
    items = _map_and_key(page, width, height, key)
    if form == "svg":
        title = page.alt or page.title
        return svg(items, width, height, title=title, about=_about(page), dark=dark)
    return png(items, width, height, scale=scale, about=_png_about(page), dark=dark)


@functools.lru_cache(maxsize=1)  # a kit draws the same one three times
def _map_and_key(page: Page, width: float, height: float, key: bool) -> tuple[Item, ...]:
    """Return a map with what its lines mean beneath it."""
    under = _key(page.legend, width) if key else []
    high = max((item.y for item in under if isinstance(item, Words)), default=0.0)
    high = float(round(high + MARGIN)) if under else 0.0
    frame, layers = page.still_map
    items = map_items(layers, frame, width, height - high)
    if under:
        items.append(rectangle(0, height - high, width, high, PAPER))
        items += moved(under, 0, height - high)
    return tuple(items)


@_spoken
def card(page: Page, *, dark: bool = False) -> bytes:
    """Return the card that a link preview shows: title, answer and map, 1200 × 630 pixels."""
    drawn_page = _drawable(page)
    if drawn_page is not page:
        return card(drawn_page, dark=dark)
    width, height = map(float, CARD_PX)
    column, zoom, pad = 400.0, 1.7, 36.0
    frame, layers = page.still_map
    shown = [_plain(layer) for layer in layers]
    items = map_items(
        shown, frame, (width - column) / zoom, height / zoom, credit=False, narrow=False
    )
    items = moved(items, column, 0, zoom)
    items.append(rectangle(0, 0, column, height, PAPER))
    room = column - 2 * pad + 12
    y = pad
    for text, face, wish, most, gap, fill in (
        (page.title, "serif-bold", 42.0, 5, 22.0, "ink"),
        (page.answer, "sans-bold", 25.0, 8, 0.0, "ink"),
    ):
        size = glyphs.fitting(face, wish, visible(text), room, LEAST)
        for line in glyphs.wrapped(face, size, visible(text), room, most):
            y += size * 1.22
            items.append(Words(line, pad, y, face, size, fill))
        y += gap
    items += _card_key([e for e in page.legend if e.look in CARD_KEY][:3], pad, height - 66, room)
    foot = glyphs.wrapped("sans", 13.0, say("picture.credit"), room, 2)
    for i, line in enumerate(reversed(foot)):
        items.append(Words(line, pad, height - 26.0 - 17.0 * i, "sans", 13.0, "soft"))
    return png(items, width, height, about=_png_about(page), dark=dark)


@_spoken
def noscript(page: Page) -> bytes:
    """Return the map as a small SVG for readers without script, by day and by night.

    Its words are set twice: for an article's column, and for a phone, where they would be too
    small to read otherwise.
    """
    frame, layers = page.still_map
    ground = ground_of(layers, frame, *NOSCRIPT_PX, tolerance=0.5, coarse=NOSCRIPT_COARSE_PX)
    words = words_on(ground, layers)
    narrow = words_on(ground.resized(PHONE_PX / NOSCRIPT_PX[0]), layers, narrow=True)
    # Twice as large and in whole numbers: half a pixel is fine enough, and half as long to write.
    larger = functools.partial(moved, dx=0, dy=0, zoom=2, pen=1)
    width, height = (2 * side for side in NOSCRIPT_PX)
    zoom = NOSCRIPT_PX[0] / PHONE_PX
    on_a_phone = Narrow(larger(narrow), zoom, NARROW_BELOW_PX)
    return lean_svg(larger(ground.items), larger(words), on_a_phone, width, height)


# ------------------------------------------------------------------ a script without a font


def no_font(code: str) -> str:
    """Return what has to be told where no font of this machine has a language's script; else ""."""
    words = language(code).messages.values()
    letters = {c for m in words for c in str(m) if c.isalpha()}
    if all(glyphs.known("sans", c) for c in letters):
        return ""
    return (
        f"The words in the PNG pictures are English: no font here has those of"
        f" {languages()[code]}. Install one (on Debian: apt-get install fonts-noto-cjk) and build"
        " again."
    )


@functools.lru_cache(maxsize=4)
def _drawable(page: Page) -> Page:
    """Return a page whose words can be drawn here: the same, or the same in English."""
    if page.english is None or not no_font(page.lang):
        return page
    return page.english()


def _plain(layer: Layer) -> Layer:
    """Return a layer as a card shows it: seen from afar, so without what is only said beside."""
    shapes = tuple(s for s in layer.shapes if not classes(s.look) & NOT_ON_A_CARD)
    labels = tuple(
        replace(lb, lines=lb.lines[: LINES_ON_A_CARD.get(lb.look.split()[0], len(lb.lines))])
        for lb in layer.labels
        if not classes(lb.look) & (NOT_ON_A_CARD | {"grid"})
    )
    return Layer(shapes, labels, name=layer.title, grid_deg=layer.grid_deg)


def _about(page: Page) -> list[tuple[str, str]]:
    """Return what a file says of itself; no date, which would come from the clock."""
    return [
        ("title", page.title),
        ("description", page.alt),
        ("source", say("picture.source")),
        ("creator", f"howclose {__version__}"),
    ]


def _png_about(page: Page) -> list[tuple[str, str]]:
    names = {
        "title": "Title",
        "description": "Description",
        "source": "Copyright",
        "creator": "Software",
    }
    return [(names[name], value) for name, value in _about(page)]


# ------------------------------------------------------------------------------------ the key


def _key(entries: Sequence[Entry], width: float) -> list[Item]:
    """Return what the lines of a map mean, in as many rows as it takes."""
    out: list[Item] = []
    x, y = MARGIN, MARGIN + SIZE
    for entry in entries:
        pieces: list[tuple[str, int, str]] = [(entry.swatch, entry.hue, entry.words)]
        if entry.each:
            pieces = [("", 0, entry.words)]
            pieces += [(entry.swatch, hue, name) for hue, name in entry.each]
            if entry.more:
                pieces.append(("", 0, say("legend.others", count=entry.more)))
        for number, (swatch, hue, words) in enumerate(pieces):
            words = visible(words)
            sign = _swatch(swatch, hue)
            wide = glyphs.width("sans", SIZE, words) + (41 if sign else 0)
            if x > MARGIN and x + wide > width - MARGIN:
                x, y = MARGIN, y + ROW
            out += moved(sign, x, y - 12)
            room = width - MARGIN - x - (41 if sign else 0)
            line = glyphs.wrapped("sans", SIZE, words, room, 1)
            out.append(Words(" ".join(line), x + (41 if sign else 0), y, "sans", SIZE, "ink"))
            x += wide + (14 if number < len(pieces) - 1 else 24)
    return out


def _card_key(entries: Sequence[Entry], left: float, bottom: float, room: float) -> list[Item]:
    """Return a key in a narrow column, one entry beneath the other, that ends at the bottom."""
    out: list[Item] = []
    size, zoom = 15.0, 1.25
    for entry in reversed(entries):
        lines = glyphs.wrapped("sans", size, visible(entry.words), room - 41 * zoom, 2)
        top = bottom - 19.0 * (len(lines) - 1)
        out += moved(_swatch(entry.swatch, entry.hue), left, top - 15, zoom)
        out += [
            Words(line, left + 41 * zoom, top + 19.0 * i, "sans", size, "ink")
            for i, line in enumerate(lines)
        ]
        bottom = top - 30.0
    return out


def _swatch(name: str, hue: int) -> list[Item]:
    """Return a sign of 34 × 16 pixels, drawn as the map draws what it stands for."""
    box = np.array([[1.0, 2], [33, 2], [33, 14], [1, 14]])
    line = np.array([[1.0, 8], [33, 8]])
    t = np.linspace(0, 1, 25)
    wave = np.column_stack([1 + 32 * t, 8 + 3.2 * np.sin(2.4 * np.pi * t + 2.2)])
    drawn = {
        "drawn": (("area", "corridor", box), ("line", "drawn", line)),
        "track": (("line", "track", line),),
        "gap": (("line", "gap", line),),
        "claim": (("line", "claim", wave),),
        "closest": (("line", "closest", line),),
        "belt": (("area", "belt", box),),
        "area": (("area", "area", box),),
        "line": (("line", "area", line),),
        "adiz": (("line", "adiz", line),),
    }.get(name, ())
    if name == "disbelieved":
        ink = ink_of(style_of(f"hc-dot disbelieved hue-{hue}"))
        return [Dot(10.0, 8.0, 2.5, ink), Dot(22.0, 6.0, 2.5, ink)]
    signs: list[Item] = [
        Drawing((xy,), kind == "area", ink_of(style_of(f"hc-{kind} {look} hue-{hue}")))
        for kind, look, xy in drawn
    ]
    if name in {"closest", "deepest"}:
        x = 4.0 if name == "closest" else 17.0
        signs.append(Dot(x, 8.0, 3.5, ink_of(style_of("hc-dot closest"))))
    return signs
