"""A still map: the shapes and words of a page's layers, laid out in pixels of a picture.

The same shapes, labels and style sheet as the page, and the same way of finding words a place
(`assets/labels.js`), so that page and picture agree.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.earth import Floats, inverse
from geo.units import KILOMETRE, NM
from geo.words import say, spoken
from layers import glyphs
from layers.frame import Frame
from layers.leaflet import Label, Layer, Shape
from layers.looks import Style, numbers, pixels, style_of
from layers.style import SERIF
from layers.text import short

__all__ = ["Dot", "Drawing", "Ink", "Item", "Words", "face_of", "ink_of", "map_items", "moved"]

OVERHANG_PX: Final = 8.0  # how far beyond the picture lines run, so that their ends don't show
MOST_LETTERS: Final = 64  # of a line of a label: longer ones are cut
CELL: Final = 6  # pixels of the grid in which lines are remembered, as are the next in labels.js
FAINT: Final = 30.0
GAP: Final = 3.0
EDGE: Final = 2.0
OFFSETS: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
REACH: Final = {"claim": (9, 30, 60), "closest": (9, 26, 60), "flight": (9, 24)}
OVER_SEA: Final = frozenset({"claim", "closest"})
ON_LAND: Final = 60.0  # of cost: what is said of a distance over the sea stands badly on land
CROWDED: Final = 80.0  # more than on the page: a still has no zoom that would bring a name out
ARROW: Final = 190.0  # pixels between two arrows on a line
NARROW: Final = 480.0  # pixels: below that words are smaller
ARROW_HEAD: Final = np.array([[-5, -4.5], [6, 0], [-5, 4.5], [-3, 0]])
ASCENT, DESCENT, LINE = 0.87, 0.23, 1.2  # of a font's size


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


def moved(items: Iterable[Item], dx: float, dy: float, zoom: float = 1.0) -> list[Item]:
    """Return items elsewhere, and larger by a factor with all their widths."""
    out: list[Item] = []
    for item in items:
        if isinstance(item, Words):
            letters = tuple((x * zoom + dx, y * zoom + dy, turn) for x, y, turn in item.letters)
            new = replace(item, x=item.x * zoom + dx, y=item.y * zoom + dy, letters=letters)
            halo = item.halo_width * zoom
            out.append(replace(new, size=item.size * zoom, halo_width=halo))
            continue
        ink = replace(
            item.ink,
            width=item.ink.width * zoom,
            dash=tuple(d * zoom for d in item.ink.dash),
        )
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


class _View:
    """From degrees to pixels of a picture that shows all of a frame."""

    def __init__(self, frame: Frame, width: float, height: float) -> None:
        self.frame, self.width, self.height = frame, width, height
        self.metres = max((frame.x1 - frame.x0) / width, (frame.y1 - frame.y0) / height)
        self.x0 = (frame.x0 + frame.x1) / 2 - width / 2 * self.metres
        self.y1 = (frame.y0 + frame.y1) / 2 + height / 2 * self.metres
        self.box = (-OVERHANG_PX, -OVERHANG_PX, width + OVERHANG_PX, height + OVERHANG_PX)

    def px(self, lonlat: Floats) -> Floats:
        x, y = self.frame.plane.to_xy(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([(x - self.x0) / self.metres, (self.y1 - y) / self.metres])

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        lon, lat = self.frame.plane.to_lonlat(self.x0 + x * self.metres, self.y1 - y * self.metres)
        return float(lon), float(lat)

    def cut(self, parts: Iterable[Floats], closed: bool, tolerance: float) -> list[Floats]:
        """Return what of lines or rings is in view, without what is finer than can be seen."""
        px = [self.px(p) for p in parts]
        x0, y0, x1, y1 = self.box
        near = []
        for p in px:
            low, high = p.min(axis=0), p.max(axis=0)
            if len(p) > 1 and low[0] <= x1 and high[0] >= x0 and low[1] <= y1 and high[1] >= y0:
                near.append(p)
        if not near:
            return []
        # Each ring by itself: with "even and odd", what is cut still fits together.
        if closed:
            near = [p for p in near if len(p) > 3]
            shapes = np.array([shapely.Polygon(p) for p in near], dtype=object)
            shapes = shapes[shapely.area(shapes) >= tolerance]
        else:
            shapes = np.array([shapely.LineString(p) for p in near], dtype=object)
        cut = shapely.get_parts(shapely.get_parts(shapely.clip_by_rect(shapes, *self.box)))
        cut = cut[~shapely.is_empty(cut)]
        lines = shapely.get_rings(cut[shapely.get_type_id(cut) == 3]) if closed else cut
        lines = shapely.simplify(lines, tolerance)
        return [xy for line in lines if len(xy := shapely.get_coordinates(line)) > 1]


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
    view = _View(frame, width, height)
    items: list[Item] = [_box(0, 0, width, height, Ink(fill="sea"))]
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
    place = _Placing(view, lines, view.width < NARROW if narrow is None else narrow)
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


def _box(x: float, y: float, width: float, height: float, ink: Ink) -> Drawing:
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    return Drawing((corners.astype(float),), True, ink)


def _shape(
    shape: Shape, view: _View, tolerance: float, lines: list[tuple[Floats, Shape]]
) -> list[Item]:
    ink = ink_of(style_of(f"hc-{shape.kind} {shape.look}"))
    if shape.kind == "dot":
        spots = [view.px(p[:1])[0] for p in shape.parts if len(p)]
        radius = 2.5 if "disbelieved" in shape.look else 4.0
        return [Dot(float(x), float(y), radius, ink) for x, y in spots if view_has(view, x, y)]
    closed = shape.kind == "area"
    parts = view.cut(shape.parts, closed, tolerance)
    lines += [(p, shape) for p in parts]
    if not parts:
        return []
    return [Drawing(tuple(parts), closed, ink)]


def view_has(view: _View, x: float, y: float) -> bool:
    """Return whether a point is within a view and what hangs over."""
    x0, y0, x1, y1 = view.box
    return x0 <= x <= x1 and y0 <= y <= y1


Box = tuple[float, float, float, float]


class _Placing:
    """Words, each in the best place that is free; who finds none is not shown."""

    def __init__(
        self, view: _View, lines: list[tuple[Floats, Shape]], narrow: bool = False
    ) -> None:
        self.view, self.lines, self.narrow = view, lines, narrow
        self.taken: list[Box] = []
        self.words: list[Item] = []
        self.leaders: list[Item] = []
        self.cells = _cells(view, lines)
        self.sums = _summed(self.cells)
        land = [p for p, shape in lines if shape.look == "land"]
        self.ground = _summed(_filled(land, self.cells.shape))
        self.states: dict[int, list[Floats]] = {}
        for part, shape in lines:
            if shape.look.startswith("belt"):
                self.states.setdefault(id(shape), []).append(part)

    # ------------------------------------------------------------------- what is in the way

    def hold(self, items: Iterable[Item]) -> None:
        """Keep words off what already stands there."""
        for item in items:
            if isinstance(item, Words):
                wide = glyphs.width(item.face, item.size, item.text)
                left = item.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor]
                top = item.y - ASCENT * item.size
                self.taken.append((left, top, left + wide, item.y + DESCENT * item.size))
            elif isinstance(item, Drawing):
                xy = np.concatenate(item.parts)
                (x0, y0), (x1, y1) = xy.min(axis=0), xy.max(axis=0)
                self.taken.append((float(x0), float(y0), float(x1), float(y1)))

    def free(self, box: Box) -> bool:
        x0, y0, x1, y1 = box
        if x0 < EDGE or y0 < EDGE or x1 > self.view.width - EDGE or y1 > self.view.height - EDGE:
            return False
        return all(
            x1 + GAP < ox0 or x0 - GAP > ox1 or y1 + GAP < oy0 or y0 - GAP > oy1
            for ox0, oy0, ox1, oy1 in self.taken
        )

    def crowd(self, box: Box) -> float:
        """Return how much a box covers of lines."""
        return _under(self.sums, box)[0]

    def crossed(self, a: tuple[float, float], b: tuple[float, float]) -> float:
        """Return how much a leader would cross of lines, but for the one that it begins at."""
        (ax, ay), (bx, by) = a, b
        t = np.arange(2.5 * CELL, math.hypot(bx - ax, by - ay), CELL)
        t = t / max(math.hypot(bx - ax, by - ay), 1e-9)
        i = np.clip((ax + t * (bx - ax)) // CELL, 0, self.cells.shape[1] - 1).astype(int)
        j = np.clip((ay + t * (by - ay)) // CELL, 0, self.cells.shape[0] - 1).astype(int)
        return float(self.cells[j, i].sum())

    def land(self, box: Box) -> float:
        """Return how much of a box lies on land, from 0 to 1."""
        cells, count = _under(self.ground, box)
        return cells / max(count, 1)

    # -------------------------------------------------------------------------------- signs

    def mark(self, label: Label) -> list[Item]:
        """Return the sign at a place, which stands where it stands."""
        if not label.mark or not len(label.anchors):
            return []
        x, y = self.view.px(label.anchors[:1])[0].tolist()
        if not (0 <= x <= self.view.width and 0 <= y <= self.view.height):
            return []
        r = 3.0
        self.taken.append((x - r, y - r, x + r, y + r))
        ink = ink_of(style_of("hc-mark"))
        if label.mark == "base":
            return [_box(x - r, y - r, 2 * r, 2 * r, ink)]
        return [Dot(x, y, r, ink)]

    def arrows(self) -> list[Item]:
        """Return which way it went, now and then along a line."""
        out: list[Item] = []
        for line, shape in self.lines:
            if not shape.arrows:
                continue
            step = np.diff(line, axis=0)
            run = np.hypot(step[:, 0], step[:, 1])
            done = np.concatenate([[0.0], np.cumsum(run)])
            ink = ink_of(style_of(f"hc-arrow {shape.look}"))
            # A short line has its arrow in the middle.
            first = ARROW / 2 if done[-1] > ARROW else done[-1] / 2
            if done[-1] < 24:
                continue
            for due in np.arange(first, done[-1], ARROW):
                i = min(int(np.searchsorted(done, due, side="right")) - 1, len(run) - 1)
                if run[i] == 0:
                    continue
                x, y = line[i] + (due - done[i]) / run[i] * step[i]
                if not (0 < x < self.view.width and 0 < y < self.view.height):
                    continue
                c, s = step[i] / run[i]
                head = ARROW_HEAD @ np.array([[c, s], [-s, c]]) + [x, y]
                out.append(Drawing((head,), True, ink))
        return out

    # -------------------------------------------------------------------------------- words

    def put(self, label: Label) -> bool:
        """Give a label its place, and return whether there was one."""
        before = len(self.words)
        if label.paths:
            self._curved(label)
        elif len(label.anchors):
            self._beside(label)
        return len(self.words) > before

    def _style(self, label: Label, kind: str = "") -> Style:
        around = ("hc-narrow",) if self.narrow else ()
        own = style_of(f"hc-label {label.look}", *around)
        if not kind:
            return own
        return own | style_of(f"hc-{kind}", f"hc-label {label.look}", *around)

    def _beside(self, label: Label) -> None:
        lines = [(_shown(t, self._style(label, k)), self._style(label, k)) for t, k in label.lines]
        lines = [(text, style) for text, style in lines if text]
        if not lines:
            return
        sizes = [pixels(style, "font-size", 12.0) for _, style in lines]
        gaps = [
            pixels(s, "letter-spacing", 0.0, size)
            for (_, s), size in zip(lines, sizes, strict=True)
        ]
        wides = [
            glyphs.width(face_of(style), size, text, max(gap, 0.0))
            for (text, style), size, gap in zip(lines, sizes, gaps, strict=True)
        ]
        wide = max(wides)
        high = ASCENT * sizes[0] + LINE * sum(sizes[1:]) + DESCENT * sizes[-1]
        spots = self.view.px(label.anchors)
        box, side, origin = self._best(label, spots, wide, high)
        if box is None:
            return
        self.taken.append(box)
        if origin is not None:
            to = _nearest(origin, box)
            ink = ink_of(style_of(f"hc-leader {label.look}"))
            self.leaders.append(Drawing((np.array([origin, to]),), False, replace(ink, fill="")))
        anchor = {1: "start", -1: "end", 0: "middle"}[side]
        x = {1: box[0], -1: box[2], 0: (box[0] + box[2]) / 2}[side]
        y = box[1] + ASCENT * sizes[0]
        for i, ((text, style), size, gap) in enumerate(zip(lines, sizes, gaps, strict=True)):
            y += LINE * size if i else 0.0
            words = Words(text, x, y, face_of(style), size, style.get("fill", "ink"), anchor=anchor)
            if style.get("stroke", "none") != "none":
                halo = pixels(style, "stroke-width", 3.0)
                words = replace(words, halo=style["stroke"], halo_width=halo)
            self.words.append(_spread(words, gap) if gap > 0 else words)

    def _best(
        self, label: Label, spots: Floats, wide: float, high: float
    ) -> tuple[Box | None, int, tuple[float, float] | None]:
        """Return the cheapest box that is free, its side of the anchor, and a leader's start."""
        kind = label.look.split()[0]
        reach: tuple[float, ...] = (7.0,) if label.mark else REACH.get(kind, (9.0,))
        offsets = ((0, 0),) if kind == "state" else OFFSETS
        weight = 1 if kind == "claim" else 40 if kind == "state" else 3
        best: tuple[Box | None, int, tuple[float, float] | None] = (None, 0, None)
        least = math.inf
        for i, (px, py) in enumerate(spots.tolist()):
            if weight * i >= least or (kind == "state" and i):
                break
            for k, away in enumerate(reach):
                for j, (ox, oy) in enumerate(offsets):
                    cx, cy = px + ox * (away + wide / 2), py + oy * (away + high / 2)
                    box = (cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2)
                    cost: float = weight * i + j + 5 * k
                    if cost >= least or not self.free(box):
                        continue
                    cost += self.crowd(box)
                    if kind == "adiz" and self.land(box) > 0.2:
                        continue  # on land it would name the land
                    if kind in OVER_SEA:
                        cost += ON_LAND * self.land(box)
                    if k:
                        cost += self.crossed((px, py), _nearest((px, py), box))
                    if cost < least:
                        least, best = cost, (box, ox, (px, py) if k else None)
        if kind == "adiz" and least > FAINT:
            return None, 0, None  # the least of all names: the key tells it too
        if kind == "state" and least > CELL:  # taken, or a line runs through it
            return self._elsewhere(spots, wide, high) or best[0], 0, None
        if best[0] is None and label.must:
            # It has to be read: hold it within the map, whatever it covers.
            px, py = spots[0].tolist()
            cx = min(max(px, wide / 2 + 4), max(self.view.width - wide / 2 - 4, wide / 2 + 4))
            cy = min(max(py, high / 2 + 4), max(self.view.height - high / 2 - 4, high / 2 + 4))
            return (cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2), 0, None
        return best

    def _elsewhere(self, spots: Floats, wide: float, high: float) -> Box | None:
        """Return a free box on the land of the same state; on another's it would be a lie."""
        for px, py in spots.tolist():
            own = next((p for p in self.states.values() if _inside(p, [px], [py]).all()), [])
            for away in (18, 36, 60, 90, 130) if own else ():
                for ox, oy in OFFSETS:
                    cx, cy = px + 1.6 * away * ox, py + away * oy
                    box = (cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2)
                    if not self.free(box) or self.crowd(box) > CELL or self.land(box) < 0.97:
                        continue
                    x0, y0, x1, y1 = box
                    if _inside(own, [x0, x0, x1, x1, cx], [y0, y1, y0, y1, cy]).all():
                        return box
        return None

    def _curved(self, label: Label) -> None:
        """Put a name along a curve, its letters spread as maps spread the names of seas."""
        style = self._style(label)
        name = _shown(label.lines[0][0], style)
        face, font = face_of(style), pixels(style, "font-size", 12.0)
        if not name:
            return
        plain = glyphs.width(face, font, name)
        best: tuple[Floats, float, float, float] | None = None
        best_boxes: list[Box] = []
        least = math.inf
        for i, path in enumerate(label.paths):
            curve = _in_view(self.view.px(path), self.view)
            length = _length(curve)
            for j, scale in enumerate((1.0, 0.8, 0.66)):
                spare = (length * 0.86 - plain * scale) / len(name)
                if spare < 0.06 * font * scale:
                    continue
                spread = min(spare, 0.75 * font * scale)
                wide = plain * scale + spread * len(name)
                for k, middle in enumerate((0.5, 0.35, 0.65)):
                    start = length * middle - wide / 2
                    cost: float = 2 * i + 6 * j + 2 * k
                    if start < 0 or start + wide > length or cost >= least:
                        continue
                    boxes = _along(curve, start, wide, font * scale * 0.62)
                    if not all(map(self.free, boxes)):
                        continue
                    cost += sum(self.crowd(b) for b in boxes) / 4
                    if cost < least:
                        least, best_boxes = cost, boxes
                        best = (curve, start, spread, font * scale)
        if best is None or least > CROWDED:
            return
        self.taken += best_boxes
        curve, start, spread, size = best
        letters = _on_curve(curve, start + spread / 2, face, size, name, spread)
        halo = pixels(style, "stroke-width", 3.0)
        fill = style.get("fill", "ink")
        self.words.append(
            Words(name, 0, 0, face, size, fill, style.get("stroke", ""), halo, letters=letters)
        )


def _nearest(point: tuple[float, float], box: Box) -> tuple[float, float]:
    """Return the point of a box that is nearest to another."""
    return min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3])


def _shown(text: str, style: Style) -> str:
    text = short(text.strip(), MOST_LETTERS)
    return text.upper() if style.get("text-transform") == "uppercase" else text


def _spread(words: Words, gap: float) -> Words:
    """Return words with space between their letters."""
    wide = glyphs.width(words.face, words.size, words.text, gap) - gap
    x = words.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    letters = []
    for c in words.text:
        letters.append((x, words.y, 0.0))
        x += glyphs.advance(words.face, words.size, c) + gap
    return replace(words, letters=tuple(letters))


def _cells(view: _View, lines: list[tuple[Floats, Shape]]) -> NDArray[np.float64]:
    """Return where lines run, in cells of the view, by weight: shape (rows, columns)."""
    wide, high = math.ceil(view.width / CELL) + 1, math.ceil(view.height / CELL) + 1
    cells = np.zeros((high, wide))
    for line, shape in lines:
        look = shape.look
        if "grid" in look:
            continue
        first = look.split()[0]
        weight = {"claim": 8.0, "closest": 8.0, "track": 4.0, "drawn": 4.0}.get(first, 1.0)
        step = np.hypot(*np.diff(line, axis=0).T)
        pieces = np.minimum(400, np.ceil(step / CELL) + 1).astype(int)
        of = np.repeat(np.arange(len(step)), pieces)
        t = (np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[of]
        xy = line[of] + t[:, None] * (line[of + 1] - line[of])
        i, j = (xy[:, 0] // CELL).astype(int), (xy[:, 1] // CELL).astype(int)
        seen = (i >= 0) & (j >= 0) & (i < wide) & (j < high)
        np.maximum.at(cells, (j[seen], i[seen]), weight)
    return cells


def _summed(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return cells summed from a corner, so that a box of them is four look-ups."""
    return np.pad(cells, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)


def _under(sums: NDArray[np.float64], box: Box) -> tuple[float, int]:
    """Return the sum of the cells that a box touches, and how many they are."""
    high, wide = sums.shape[0] - 1, sums.shape[1] - 1
    i0, i1 = (min(max(int(v // CELL), 0), wide) for v in (box[0], box[2] + CELL))
    j0, j1 = (min(max(int(v // CELL), 0), high) for v in (box[1], box[3] + CELL))
    return float(sums[j1, i1] - sums[j0, i1] - sums[j1, i0] + sums[j0, i0]), (i1 - i0) * (j1 - j0)


def _inside(rings: Iterable[Floats], x: list[float], y: list[float]) -> NDArray[np.bool_]:
    """Return which points lie within rings, even and odd."""
    count = np.zeros(len(x), dtype=int)
    for ring in rings:
        count += shapely.contains_xy(shapely.Polygon(ring), x, y)
    return np.asarray(count % 2 == 1)


def _filled(rings: list[Floats], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return which cells have their middle within rings, even and odd."""
    out = np.zeros(shape)
    if not rings:
        return out
    a = np.concatenate([r[:-1] for r in rings])
    b = np.concatenate([r[1:] for r in rings])
    middles = (np.arange(shape[1]) + 0.5) * CELL
    for row in range(shape[0]):
        y = (row + 0.5) * CELL
        hit = (a[:, 1] > y) != (b[:, 1] > y)
        p, q = a[hit], b[hit]
        x = np.sort(p[:, 0] + (y - p[:, 1]) / (q[:, 1] - p[:, 1]) * (q[:, 0] - p[:, 0]))
        out[row] = np.searchsorted(x, middles) % 2
    return out


def _in_view(curve: Floats, view: _View) -> Floats:
    """Return the longest part of a curve that is in view, from the left to the right."""
    x, y = curve.T
    seen = (x > 6) & (y > 6) & (x < view.width - 6) & (y < view.height - 6)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(int)))
    runs = edges.reshape(-1, 2)
    if not len(runs):
        return curve[:0]
    a, b = runs[np.argmax(runs[:, 1] - runs[:, 0])]
    part = curve[a:b]
    return part[::-1] if len(part) > 1 and part[0, 0] > part[-1, 0] else part


def _length(curve: Floats) -> float:
    return float(np.hypot(*np.diff(curve, axis=0).T).sum()) if len(curve) > 1 else 0.0


def _along(curve: Floats, start: float, wide: float, half: float) -> list[Box]:
    boxes = []
    done = 0.0
    for (ax, ay), (bx, by) in zip(curve[:-1].tolist(), curve[1:].tolist(), strict=True):
        step = math.hypot(bx - ax, by - ay)
        if done + step >= start and done <= start + wide:
            box = (min(ax, bx), min(ay, by) - half, max(ax, bx), max(ay, by) + half)
            boxes.append(box)
        done += step
    return boxes


def _on_curve(
    curve: Floats, start: float, face: glyphs.Face, size: float, text: str, spread: float
) -> tuple[tuple[float, float, float], ...]:
    """Return the place and turn of each letter, their middles on the curve."""
    done = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])

    def at(s: float) -> Floats:
        return np.array([np.interp(s, done, curve[:, 0]), np.interp(s, done, curve[:, 1])])

    out = []
    sink = 0.32 * size  # from the middle of a letter to its baseline
    for c in text:
        wide = glyphs.advance(face, size, c)
        middle = start + wide / 2
        ahead = at(middle + size) - at(middle - size)
        turn = math.atan2(ahead[1], ahead[0])
        cos, sin = math.cos(turn), math.sin(turn)
        x, y = at(middle) - [cos * wide / 2 + sin * sink, sin * wide / 2 - cos * sink]
        out.append((float(x), float(y), math.degrees(turn)))
        start += wide + spread
    return tuple(out)


# ------------------------------------------------------------------------- scale and credit


def _scale(view: _View) -> list[Item]:
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


def _metres(view: _View, x: float, y: float, room: float) -> float:
    """Return how long a line of pixels to the right is on the ground; 0 beside the Earth."""
    a, b = view.degrees(x, y), view.degrees(x + room, y)
    if np.hypot(*(view.px(np.array([a]))[0] - [x, y])) > 2:
        return 0.0
    return float(inverse(*a, *b)[-1])


def _credit(view: _View) -> list[Item]:
    size = 9.5 if view.width >= NARROW else 8.0
    x, y = view.width - 7.0, view.height - 7.0
    return [Words(say("picture.credit"), x, y, "sans", size, "soft", "halo", 2.5, anchor="end")]
