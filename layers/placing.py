"""Words find their places on a still map, in the same way as `assets/labels.js` does it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from geo.earth import Floats
from layers import glyphs
from layers.items import Dot, Drawing, Item, Words, face_of, ink_of, rectangle
from layers.leaflet import Label, Shape
from layers.looks import Style, pixels, style_of
from layers.room import ASCENT, CELL, DESCENT, Box, Room, inside
from layers.text import short
from layers.view import View

__all__ = ["Placing"]

MOST_LETTERS: Final = 64  # of a line of a label: longer ones are cut
MINOR: Final = 7  # rank of what a phone leaves out
FIRST_PART: Final = re.compile("[,、]")  # what is said of a flight goes on after it
OFFSETS: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
REACH: Final = {"claim": (9, 30, 60, 95), "closest": (14, 26, 60), "flight": (9, 24)}
NEAR: Final = 12.0  # pixels from an anchor within which no other flight should run
STRANGE: Final = (150.0, 100.0)  # of cost: another flight runs by the anchor, through the words
OVER_SEA: Final = frozenset({"claim", "closest"})
ON_LAND: Final = 60.0  # of cost: what is said of a distance over the sea stands badly on land
LEAST: Final = 9.0  # pixels, to which the letters of a sea's name shrink
WEIGHT: Final = {"claim": 1.0, "sea": 0.1, "state": 40.0}  # of cost, of an anchor after another
CROWDED: Final = 80.0  # more than on the page: a still has no zoom that would bring a name out
MOST: Final = {
    "adiz": 30.0,
    "state": 30.0,
    "sea": CROWDED,
}  # of cost: beyond it the key tells it, or nothing does
ARROW: Final = 190.0  # pixels between two arrows on a line
APART: Final = 12.0  # pixels from an arrow to the next on any line, or to a dot
ARROW_HEAD: Final = np.array([[-5, -4.5], [6, 0], [-5, 4.5], [-3, 0]])
LINE: Final = 1.2  # of a font's size


@dataclass(frozen=True)
class Line:
    """A line of a label as it is set: in a style, in pixels."""

    text: str
    style: Style
    size: float
    gap: float  # between letters
    wide: float


class Placing:
    """Words, each in the best place that is free; who finds none is not shown."""

    def __init__(
        self,
        view: View,
        lines: Sequence[tuple[Floats, Shape]],
        narrow: bool = False,
        dots: Sequence[tuple[Floats, Shape]] = (),
    ) -> None:
        self.view, self.lines, self.narrow = view, lines, narrow
        self.spots = [xy[0] for xy, _ in dots if view.has(*xy[0].tolist())]
        self.room = Room(view, lines, self.spots)
        self.words: list[Item] = []
        self.leaders: list[Item] = []
        self.hidden: list[Label] = []  # whose sign is: their names would stand there for nothing

    # -------------------------------------------------------------------------------- signs

    def mark(self, label: Label) -> list[Item]:
        """Return the sign at a place, which stands where it stands, but not under the scale."""
        if not label.mark or not len(label.anchors):
            return []
        x, y = self.view.px(label.anchors[:1])[0].tolist()
        if not (0 <= x <= self.view.width and 0 <= y <= self.view.height):
            return []
        r = 3.0
        if any(x0 - r < x < x1 + r and y0 - r < y < y1 + r for x0, y0, x1, y1 in self.room.held):
            self.hidden.append(label)
            return []
        self.room.taken.append((x - r, y - r, x + r, y + r))
        ink = ink_of(style_of("hc-mark"))
        if label.mark == "base":
            return [rectangle(x - r, y - r, 2 * r, 2 * r, ink)]
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
                if any(math.hypot(px - x, py - y) <= APART for px, py in self.spots):
                    continue
                self.spots.append(np.array([x, y]))
                c, s = step[i] / run[i]
                head = ARROW_HEAD @ np.array([[c, s], [-s, c]]) + [x, y]
                out.append(Drawing((head,), True, ink))
        return out

    # -------------------------------------------------------------------------------- words

    def put(self, label: Label) -> bool:
        """Give a label its place, and return whether there was one."""
        if self.narrow and label.rank >= MINOR:
            return False  # a phone has room for what matters: the legend tells the rest
        if any(label is one for one in self.hidden):
            return False
        before = len(self.words)
        if label.paths:
            self._curved(label)
        elif len(label.anchors):
            self._beside(label)
        return len(self.words) > before

    def put_in_two(self, label: Label) -> bool:
        """Give the name of a sea that no curve has room for its place in two lines, on a phone.

        On the page such names come last: there a reader can bring them out by zooming.
        """
        if not (self.narrow and label.paths):
            return False
        halves = tuple((half, "") for half in _halves(label.lines[0][0]))
        small = replace(label, lines=halves, look=f"{label.look} two", paths=())
        wide = max((line.wide for line in self._lines(small)), default=0.0)
        # Two thirds of a name lie in its sea; the rest may lie on a shore.
        found = []
        for number, path in enumerate(label.paths):
            xs = self.view.px(path)[:, 0]
            room = np.minimum(abs(xs - xs[0]), abs(xs - xs[-1])) > 0.34 * wide
            out = np.arange(len(path)) - len(path) // 2  # from the middles outward
            order = np.where(out > 0, 2 * out - 1, -2 * out)
            found += [(order[i], number, path[i]) for i in np.flatnonzero(room)]
        anchors = [at for _, _, at in sorted(found, key=lambda f: f[:2])]
        return bool(anchors) and self.put(replace(small, anchors=np.array(anchors)))

    def _style(self, label: Label, kind: str = "") -> Style:
        around = ("hc-narrow",) if self.narrow else ()
        own = style_of(f"hc-label {label.look}", *around)
        if not kind:
            return own
        return own | style_of(f"hc-{kind}", f"hc-label {label.look}", *around)

    def _told(self, label: Label) -> Sequence[tuple[str, str]]:
        """Return the lines of a label that there is room for, each with its kind."""
        if not self.narrow:
            return label.lines
        look = label.look.split()[0]
        most = 1 if label.mark == "base" else 2 if look == "closest" else len(label.lines)
        brief = look == "flight"
        return [
            (FIRST_PART.split(text)[0] if brief and kind else text, kind)
            for text, kind in label.lines[:most]
        ]

    def _lines(self, label: Label) -> list[Line]:
        """Return the lines of a label as they are set."""
        out = []
        for told, kind in self._told(label):
            style = self._style(label, kind)
            if text := _shown(told, style):
                size = pixels(style, "font-size", 12.0)
                gap = pixels(style, "letter-spacing", 0.0, size)
                wide = glyphs.width(face_of(style), size, text, max(gap, 0.0))
                out.append(Line(text, style, size, gap, wide))
        return out

    def _beside(self, label: Label) -> None:
        lines = self._lines(label)
        if not lines:
            return
        wide = max(line.wide for line in lines)
        sizes = [line.size for line in lines]
        high = ASCENT * sizes[0] + LINE * sum(sizes[1:]) + DESCENT * sizes[-1]
        spots = self.view.px(label.anchors)
        box, side, origin = self._best(label, spots, wide, high)
        if box is None:
            return
        self.room.taken.append(box)
        if origin is not None:
            to = _nearest(origin, box)
            ink = ink_of(style_of(f"hc-leader {label.look}"))
            leader = np.array([origin, to])
            self.leaders.append(Drawing((leader,), False, replace(ink, fill="")))
            # Later words keep off it as they keep off words.
            for x, y in np.linspace(origin, to, 11).tolist():
                self.room.taken.append((x, y, x, y))
        anchor = {1: "start", -1: "end", 0: "middle"}[side]
        x = {1: box[0], -1: box[2], 0: (box[0] + box[2]) / 2}[side]
        y = box[1] + ASCENT * sizes[0]
        for i, line in enumerate(lines):
            style, size = line.style, line.size
            y += LINE * size if i else 0.0
            fill = style.get("fill", "ink")
            words = Words(line.text, x, y, face_of(style), size, fill, anchor=anchor)
            if style.get("stroke", "none") != "none":
                halo = pixels(style, "stroke-width", 3.0)
                words = replace(words, halo=style["stroke"], halo_width=halo)
            self.words.append(_spread(words, line.gap) if line.gap > 0 else words)

    def _best(
        self, label: Label, spots: Floats, wide: float, high: float
    ) -> tuple[Box | None, int, tuple[float, float] | None]:
        """Return the cheapest box that is free, its side of the anchor, and a leader's start."""
        kind = label.look.split()[0]
        reach: tuple[float, ...] = (7.0,) if label.mark else REACH.get(kind, (9.0,))
        offsets: tuple[tuple[int, int], ...] = OFFSETS
        if kind in {"state", "sea", "area"}:
            offsets = ((0, 0), *OFFSETS) if kind == "area" else ((0, 0),)
        weight = WEIGHT.get(kind, 3.0)
        best: tuple[Box | None, int, tuple[float, float] | None] = (None, 0, None)
        least = math.inf
        for i, (px, py) in enumerate(spots.tolist()):
            if weight * i >= least or (kind == "state" and i):
                break
            by = (px - NEAR, py - NEAR, px + NEAR, py + NEAR)
            own = kind == "flight"
            other = STRANGE[0] if own and self.room.strange(by, label.id) else 0.0
            for k, away in enumerate(reach):
                for j, (ox, oy) in enumerate(offsets):
                    cx, cy = px + ox * (away + wide / 2), py + oy * (away + high / 2)
                    box = (cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2)
                    cost: float = weight * i + j + 5 * k + other
                    if cost >= least or not self.room.free(box):
                        continue
                    cost += self.room.crowd(box)
                    if kind == "adiz" and self.room.land(box) > 0.2:
                        continue  # on land it would name the land
                    if own and self.room.strange(box, label.id):
                        if k:
                            continue  # it would be read as that one's, even with a leader
                        cost += STRANGE[1]
                    if kind in OVER_SEA:
                        cost += ON_LAND * self.room.land(box)
                    if k:
                        cost += self.room.crossed((px, py), _nearest((px, py), box))
                    if cost < least:
                        least, best = cost, (box, ox, (px, py) if k else None)
        if least > MOST.get(kind, math.inf) and kind != "state":
            return None, 0, None
        if kind == "state" and least > CELL:  # taken, or a line runs through it
            elsewhere = self._elsewhere(spots, wide, high)
            return elsewhere or (best[0] if least <= MOST["state"] else None), 0, None
        width, height = self.view.width, self.view.height
        seen = [(x, y) for x, y in spots.tolist() if 0 < x < width and 0 < y < height]
        if best[0] is None and label.must and seen:
            # It has to be read, where it is seen: hold it within the map, whatever it covers.
            px, py = seen[0]
            cx = min(max(px, wide / 2 + 4), max(self.view.width - wide / 2 - 4, wide / 2 + 4))
            cy = min(max(py, high / 2 + 4), max(self.view.height - high / 2 - 4, high / 2 + 4))
            return (cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2), 0, None
        return best

    def _elsewhere(self, spots: Floats, wide: float, high: float) -> Box | None:
        """Return a free box on the land of the same state; on another's it would be a lie."""
        room = self.room
        for px, py in spots.tolist():
            own = room.state_at(px, py)
            for away in (18, 36, 60, 90, 130) if own else ():
                for ox, oy in OFFSETS:
                    cx, cy = px + 1.6 * away * ox, py + away * oy
                    box = (cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2)
                    if (
                        not self.room.free(box)
                        or self.room.crowd(box) > CELL
                        or self.room.land(box) < 0.97
                    ):
                        continue
                    x0, y0, x1, y1 = box
                    if inside(own, [x0, x0, x1, x1, cx], [y0, y1, y0, y1, cy]).all():
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
            for j, scale in enumerate((1.0, 0.8, max(0.66, LEAST / font))):
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
                    if not all(map(self.room.free, boxes)):
                        continue
                    cost += sum(self.room.crowd(b) for b in boxes) / 4
                    if cost < least:
                        least, best_boxes = cost, boxes
                        best = (curve, start, spread, font * scale)
        if best is None or least > CROWDED:
            return
        self.room.taken += best_boxes
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


def _halves(name: str) -> tuple[str, ...]:
    """Return a name cut at the space that is nearest to its middle.

    >>> _halves("SEA OF OKHOTSK"), _halves("オホーツク海")
    (('SEA OF', 'OKHOTSK'), ('オホーツク海',))
    """
    spaces = [i for i, c in enumerate(name) if c == " "]
    cut = min(spaces, key=lambda i: abs(i - len(name) / 2), default=len(name))
    return tuple(filter(None, (name[:cut], name[cut + 1 :])))


def _spread(words: Words, gap: float) -> Words:
    """Return words with space between their letters."""
    wide = glyphs.width(words.face, words.size, words.text, gap) - gap
    x = words.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    letters = []
    for c in words.text:
        letters.append((x, words.y, 0.0))
        x += glyphs.advance(words.face, words.size, c) + gap
    return replace(words, letters=tuple(letters))


def _in_view(curve: Floats, view: View) -> Floats:
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
