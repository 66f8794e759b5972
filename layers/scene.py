"""A still map: the shapes and words of a page's layers, laid out in pixels of a picture.

The same shapes, labels and style sheet as the page, and the same way of finding words a place
(`assets/labels.js`), so that page and picture agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.earth import Floats, inverse
from geo.units import KILOMETRE, NM
from geo.words import say, spoken
from layers import glyphs
from layers.frame import Frame
from layers.items import Dot, Drawing, Ink, Item, Words, ink_of, moved, rectangle
from layers.leaflet import Layer, Shape
from layers.looks import style_of
from layers.placing import Placing
from layers.view import View

__all__ = ["Ground", "ground_of", "map_items", "words_on"]

NARROW: Final = 480.0  # pixels: below that words are smaller


@dataclass(frozen=True)
class Ground:
    """What of a map is there without its words: in pixels of a view.

    ``items`` are land, zones and lines as they are drawn; ``lines`` the same to keep words off;
    ``dots`` the places of dots, shape (n, 2) each. A dot is a sign: like a letter, it has its size
    whatever the size of the map, so it is drawn with the words.
    """

    view: View
    items: tuple[Item, ...]
    lines: tuple[tuple[Floats, Shape], ...]
    dots: tuple[tuple[Floats, Shape], ...]

    def resized(self, zoom: float) -> Ground:
        """Return the same on a picture that is larger by a factor."""
        view = View(self.view.frame, zoom * self.view.width, zoom * self.view.height)
        return Ground(
            view,
            tuple(moved(self.items, 0, 0, zoom)),
            tuple((zoom * xy, shape) for xy, shape in self.lines),
            tuple((zoom * xy, shape) for xy, shape in self.dots),
        )


def map_items(
    layers: Sequence[Layer],
    frame: Frame,
    width: float,
    height: float,
    *,
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
    credit, narrow
        As of `words_on`.
    """
    ground = ground_of(layers, frame, width, height)
    return [*ground.items, *words_on(ground, layers, credit=credit, narrow=narrow)]


def ground_of(
    layers: Sequence[Layer],
    frame: Frame,
    width: float,
    height: float,
    *,
    tolerance: float = 0.2,
    coarse: float | None = None,
) -> Ground:
    """Return land, zones and lines of layers on a picture.

    Parameters
    ----------
    layers, frame, width, height
        As of `map_items`.
    tolerance
        How far a line may be off, in pixels; areas of less than its figure in px² are left out.
    coarse
        The same for land and zones; ``tolerance`` without it.
    """
    view = View(frame, width, height)
    items: list[Item] = [rectangle(0, 0, width, height, Ink(fill="sea"))]
    edges: list[Item] = []
    land = 1  # where in the order it ends
    lines: list[tuple[Floats, Shape]] = []
    dots: list[tuple[Floats, Shape]] = []
    for layer in layers:
        for shape in layer.shapes:
            if shape.kind == "dot":
                dots += [(view.px(p[:1]), shape) for p in shape.parts if len(p)]
                continue
            closed = shape.kind == "area"
            parts = view.cut(
                shape.parts, closed, coarse if coarse is not None and closed else tolerance
            )
            lines += [(p, shape) for p in parts]
            if parts:
                ink = ink_of(style_of(f"hc-{shape.kind} {shape.look}"))
                items.append(Drawing(tuple(parts), closed, ink))
                if shape.edge:
                    ink = ink_of(style_of(f"hc-line edge {shape.look}"))
                    edges.append(Drawing(tuple(parts), closed, ink))
            if shape.look == "land":
                land = len(items)
    # A border is seen on land too, where it was measured to.
    items[land:land] = edges
    return Ground(view, tuple(items), tuple(lines), tuple(dots))


def words_on(
    ground: Ground, layers: Sequence[Layer], *, credit: bool = True, narrow: bool | None = None
) -> list[Item]:
    """Return a map's words and signs, scale and credit, each in the best place that is free.

    Parameters
    ----------
    ground
        What they stand on.
    layers
        Whose words they are.
    credit
        Whether the map says where it comes from.
    narrow
        Whether words are smaller and fewer, as on a phone; without it, where there is little room.
    """
    view = ground.view
    every = [label for layer in layers for label in layer.labels]
    place = Placing(
        view, ground.lines, view.width < NARROW if narrow is None else narrow, ground.dots
    )
    scale = _scale(view)
    place.room.hold(scale)
    if credit:
        scale += _credit(view)
        place.room.hold(scale[-1:])
    arrows = place.arrows()
    marks = [(label, item) for label in every for item in place.mark(label)]
    by_rank = sorted(every, key=lambda label: label.rank)
    named = [label for label in by_rank if place.put(label) or place.put_in_two(label)]
    # A sign without its name says nothing.
    signs = [item for label, item in marks if any(label is one for one in named)]
    return [*_dots(ground), *arrows, *place.leaders, *signs, *place.words, *scale]


def _dots(ground: Ground) -> list[Item]:
    """Return the dots that are in view, one where many would cover each other."""
    out: dict[tuple[str, int, int], Item] = {}
    for xy, shape in ground.dots:
        (x, y), look = xy[0].tolist(), shape.look
        if ground.view.has(x, y):
            radius = 2.5 if "disbelieved" in look else 4.0
            ink = ink_of(style_of(f"hc-dot {look}"))
            out.setdefault((look, round(x), round(y)), Dot(x, y, radius, ink))
    return list(out.values())


# ------------------------------------------------------------------------- scale and credit


def _scale(view: View) -> list[Item]:
    """Return a scale in nautical miles and kilometres, true where it stands."""
    size = 12.0
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
