"""A still map: the shapes and words of a page's layers, laid out in pixels of a picture.

The same shapes, labels and style sheet as the page, and the same way of finding words a place
(`assets/labels.js`), so that page and picture agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from geo.earth import Floats, inverse
from geo.units import KILOMETRE, NM
from geo.words import say, spoken
from layers import glyphs
from layers.frame import Frame
from layers.items import Dot, Drawing, Ink, Item, Words, ink_of, rectangle
from layers.leaflet import Layer, Shape
from layers.looks import style_of
from layers.placing import Placing
from layers.view import View

__all__ = ["map_items"]

NARROW: Final = 480.0  # pixels: below that words are smaller


def map_items(
    layers: Sequence[Layer],
    frame: Frame,
    width: float,
    height: float,
    *,
    tolerance: float = 0.2,
    coarse: float | None = None,
    credit: bool = True,
    narrow: bool | None = None,
) -> list[Item]:
    """Return a map of layers as large as a picture, words, scale and credit on it.

    Parameters
    ----------
    layers
        What is drawn, from the first to the last.
    frame
        What has to be seen; around it, as much as there is room for.
    width, height
        The picture, in pixels.
    tolerance
        How far a line may be off, in pixels; areas of less than its figure in px² are left out.
    coarse
        The same for land and zones; ``tolerance`` without it.
    credit
        Whether the map says where it comes from.
    narrow
        Whether words are smaller, as on a phone; without it, where there is little room.
    """
    view = View(frame, width, height)
    items: list[Item] = [rectangle(0, 0, width, height, Ink(fill="sea"))]
    edges: list[Item] = []
    ground = 1  # where in the order land ends
    lines: list[tuple[Floats, Shape]] = []
    for layer in layers:
        for shape in layer.shapes:
            area = coarse if coarse is not None and shape.kind == "area" else tolerance
            drawn = _shape(shape, view, area, lines)
            items += drawn
            if shape.look == "land":
                ground = len(items)
            if shape.edge:
                ink = ink_of(style_of(f"hc-line edge {shape.look}"))
                edges += [replace(d, ink=ink) for d in drawn if isinstance(d, Drawing)]
    # A border is seen on land too, where it was measured to.
    items[ground:ground] = edges
    every = [label for layer in layers for label in layer.labels]
    place = Placing(view, lines, view.width < NARROW if narrow is None else narrow)
    scale = _scale(view)
    place.hold(scale)
    if credit:
        scale += _credit(view)
        place.hold(scale[-1:])
    arrows = place.arrows()
    marks = [(label, item) for label in every for item in place.mark(label)]
    named = [label for label in sorted(every, key=lambda label: label.rank) if place.put(label)]
    # A sign without its name says nothing.
    signs = [item for label, item in marks if any(label is one for one in named)]
    return items + arrows + place.leaders + signs + place.words + scale


def _shape(
    shape: Shape, view: View, tolerance: float, lines: list[tuple[Floats, Shape]]
) -> list[Item]:
    ink = ink_of(style_of(f"hc-{shape.kind} {shape.look}"))
    if shape.kind == "dot":
        spots = [view.px(p[:1])[0] for p in shape.parts if len(p)]
        radius = 2.5 if "disbelieved" in shape.look else 4.0
        return [Dot(float(x), float(y), radius, ink) for x, y in spots if view.has(x, y)]
    closed = shape.kind == "area"
    parts = view.cut(shape.parts, closed, tolerance)
    lines += [(p, shape) for p in parts]
    if not parts:
        return []
    return [Drawing(tuple(parts), closed, ink)]


# ------------------------------------------------------------------------- scale and credit


def _scale(view: View) -> list[Item]:
    """Return a scale in nautical miles and kilometres, true where it stands."""
    size = 11.0
    left, base = 12.0, view.height - 13.0
    room = min(150.0, view.width / 3.2)
    metres, note = _metres(view, left, base, room), ""
    if not metres > 0:  # beside the Earth: there is nothing to measure
        metres, note = (
            _metres(view, (view.width - room) / 2, view.height / 2, room),
            say("script.middle"),
        )
    if not metres > 0:
        return []
    ink = Ink(stroke="ink", width=1.0)
    out: list[Item] = []
    if note:
        base -= size + 2
        below = base + 2 * size + 2
        out.append(Words(note, left, below, "sans", size, "ink", halo="halo", halo_width=3.0))
    for unit, unit_m, up in (("NM", NM, True), ("km", KILOMETRE, False)):
        most = metres / unit_m
        power = 10.0 ** math.floor(math.log10(most))
        value = next(s for s in (5, 2, 1) if s * power <= most) * power
        wide = room * value / most
        tip = base - 4 if up else base + 4
        bar = np.array([[left, tip], [left, base], [left + wide, base], [left + wide, tip]])
        out.append(Drawing((bar,), False, ink))
        digits = f"{value:.10g}"
        told = spoken().counted(f"unit.{unit}", digits, spoken().number(digits))
        text = told.replace("\u00a0", " ")
        y = base - 4.5 if up else base + size
        beside = 5 + glyphs.width("sans", size, text) > wide + 2  # longer than its bar
        out.append(
            Words(
                text, left + 5 + wide * beside, y, "sans", size, "ink", halo="halo", halo_width=3.0
            )
        )
    return out


def _metres(view: View, x: float, y: float, room: float) -> float:
    """Return how long a line of pixels to the right is on the ground; 0 beside the Earth."""
    a, b = view.degrees(x, y), view.degrees(x + room, y)
    if np.hypot(*(view.px(np.array([a]))[0] - [x, y])) > 2:
        return 0.0
    return float(inverse(*a, *b)[-1])


def _credit(view: View) -> list[Item]:
    size = 9.5 if view.width >= NARROW else 8.0
    x, y = view.width - 7.0, view.height - 7.0
    return [Words(say("picture.credit"), x, y, "sans", size, "soft", "halo", 2.5, anchor="end")]
