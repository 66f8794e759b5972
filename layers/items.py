"""What a picture is made of: lines and areas, dots, words, in pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from geo.earth import Floats
from geo.words import spoken
from layers import glyphs
from layers.looks import Style, numbers, pixels
from layers.style import SERIF

__all__ = ["Dot", "Drawing", "Ink", "Item", "Words", "face_of", "ink_of", "moved", "rectangle"]


@dataclass(frozen=True)
class Ink:
    """How something is drawn: colours by their names in the style table, widths in pixels."""

    fill: str = ""
    fill_opacity: float = 1.0
    stroke: str = ""
    stroke_opacity: float = 1.0
    width: float = 0.0
    dash: tuple[float, ...] = ()
    round_: bool = False  # ends of dashes and lines
    under: bool = False  # the edge lies beneath the fill


@dataclass(frozen=True)
class Drawing:
    """Lines or, ``closed``, areas (even and odd), in pixels, y downward."""

    parts: tuple[Floats, ...]
    closed: bool
    ink: Ink


@dataclass(frozen=True)
class Dot:
    """A circle."""

    x: float
    y: float
    radius: float
    ink: Ink


@dataclass(frozen=True)
class Words:
    """A line of text whose baseline begins, has its middle or ends at a point.

    ``letters`` are the places of each character and its turn in degrees, shape (n, 3), clockwise;
    then the point is not used.
    """

    text: str
    x: float
    y: float
    face: glyphs.Face
    size: float
    fill: str
    halo: str = ""
    halo_width: float = 0.0
    anchor: str = "start"
    letters: tuple[tuple[float, float, float], ...] = ()


Item = Drawing | Dot | Words


def moved(
    items: Iterable[Item], dx: float, dy: float, zoom: float = 1.0, *, pen: float | None = None
) -> list[Item]:
    """Return items elsewhere, and larger by a factor with all their widths.

    ``pen`` is the factor for the widths of lines, where it is another.
    """
    out: list[Item] = []
    pen = zoom if pen is None else pen
    for item in items:
        if isinstance(item, Words):
            letters = tuple((x * zoom + dx, y * zoom + dy, turn) for x, y, turn in item.letters)
            new = replace(item, x=item.x * zoom + dx, y=item.y * zoom + dy, letters=letters)
            halo = item.halo_width * zoom
            out.append(replace(new, size=item.size * zoom, halo_width=halo))
            continue
        dash = tuple(d * pen for d in item.ink.dash)
        ink = replace(item.ink, width=item.ink.width * pen, dash=dash)
        if isinstance(item, Dot):
            dot = replace(item, x=item.x * zoom + dx, y=item.y * zoom + dy, ink=ink)
            out.append(replace(dot, radius=item.radius * zoom))
        else:
            parts = tuple(p * zoom + np.array([dx, dy]) for p in item.parts)
            out.append(replace(item, parts=parts, ink=ink))
    return out


def ink_of(style: Style) -> Ink:
    """Return how a style draws."""
    stroke = style.get("stroke", "none")
    fill = style.get("fill", "none")
    return Ink(
        fill="" if fill == "none" else fill,
        fill_opacity=float(style.get("fill-opacity", style.get("opacity", 1))),
        stroke="" if stroke == "none" else stroke,
        stroke_opacity=float(style.get("stroke-opacity", style.get("opacity", 1))),
        width=pixels(style, "stroke-width", 1.0) if stroke != "none" else 0.0,
        dash=tuple(numbers(style.get("stroke-dasharray", ""))),
        round_=style.get("stroke-linecap") == "round" or style.get("stroke-linejoin") == "round",
        under=style.get("paint-order") == "stroke",
    )


def face_of(style: Style) -> glyphs.Face:
    """Return the face of ours that comes nearest to a style's font."""
    face = "serif" if style.get("font-family", "") == SERIF else "sans"
    if float(style.get("font-weight", 400)) >= 600:
        face += "-bold"
    upright = style.get("font-style") != "italic" or not spoken().flag("language.italics")
    return face if upright else f"{face}-italic"


def rectangle(x: float, y: float, width: float, height: float, ink: Ink) -> Drawing:
    """Return an upright rectangle by its upper left corner and its size."""
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    return Drawing((corners.astype(float),), True, ink)
