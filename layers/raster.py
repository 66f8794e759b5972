"""A still map as PNG, drawn by matplotlib's Agg; the same bytes for the same scene."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.earth import Floats
from layers import glyphs
from layers.items import Dot, Drawing, Ink, Item, Words
from layers.style import COLOURS

__all__ = ["png"]

TINTS: Final = 128  # colours of which a map has the most: areas, where they lie over each other


def png(
    items: Iterable[Item],
    width: float,
    height: float,
    *,
    scale: float = 1.0,
    about: Sequence[tuple[str, str]] = (),
    dark: bool = False,
) -> bytes:
    """Return a scene as a PNG.

    Parameters
    ----------
    items
        What is drawn, from the first to the last.
    width, height
        In the scene's pixels.
    scale
        Pixels of the picture to one of the scene.
    about
        Metadata: names and values.
    dark
        Whether by night.
    """
    from PIL import PngImagePlugin

    canvas = _Canvas(width, height, scale, dark)
    edge = np.array([[-1.0, -1], [width + 1, -1], [width + 1, height + 1], [-1, height + 1]])
    canvas.draw(Drawing((edge,), True, Ink(fill="paper")))  # so that nothing shines through
    for item in items:
        canvas.draw(item)
    image = _in_few_colours(canvas.pixels())
    info = PngImagePlugin.PngInfo()
    for name, value in about:
        info.add_itxt(name, value)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=info, compress_level=7, dpi=(72 * scale,) * 2)
    return out.getvalue()


def _in_few_colours(pixels: Any) -> Any:
    """Return an image of 256 colours: a map's tints exactly, of what lies between them a choice.

    It looks the same, in a third of the bytes.
    """
    from PIL import Image

    high, wide, _ = pixels.shape
    red, green, blue = (pixels[..., i].ravel().astype(np.int32) for i in range(3))
    shown = red << 16 | green << 8 | blue
    # Every colour has a place in a table: a tenth of the time that sorting the pixels takes.
    there = np.zeros(1 << 24, dtype=bool)
    there[shown] = True
    codes = np.flatnonzero(there)
    table = np.empty(1 << 24, dtype=np.int32)
    table[codes] = np.arange(len(codes))
    places = table[shown]
    counts = np.bincount(places)
    every = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.uint8)
    order = np.argsort(-counts, kind="stable")
    # The colours of the style table first: a line in a key has few pixels, and means something.
    order = np.concatenate([order[_of_the_table(codes[order])], order])
    order = order[np.sort(np.unique(order, return_index=True)[1])]
    palette = every[order[:TINTS]]
    if len(codes) > TINTS:
        edges = Image.fromarray(every[order[TINTS:]][None])
        few = edges.quantize(256 - TINTS, method=Image.Quantize.MEDIANCUT).getpalette()
        palette = np.concatenate([palette, np.array(few, dtype=np.uint8).reshape(-1, 3)])[:256]
    of, to = every.astype(np.float32), palette.astype(np.float32)
    away = (to**2).sum(axis=1) - 2 * of @ to.T  # the square of the distance, but for a constant
    nearest = away.argmin(axis=1).astype(np.uint8)  # whole numbers below 2²⁴: exact in float32
    image = Image.fromarray(nearest[places].reshape(high, wide), "P")
    image.putpalette(palette.ravel().tolist())
    return image


def _of_the_table(codes: Any) -> Any:
    """Return which colours, as numbers, are those of the style table, by day or by night."""
    table = [int(c[1:], 16) for colour in COLOURS.values() for c in (colour.light, colour.dark)]
    return np.isin(codes, table)


class _Canvas:
    """Agg, with y downward and colours by their names."""

    def __init__(self, width: float, height: float, scale: float, dark: bool) -> None:
        from matplotlib.transforms import Affine2D

        self.size = round(width * scale), round(height * scale)
        self.scale, self.dark = scale, dark
        self.agg: Any = _agg(*self.size)
        self.flip = Affine2D().scale(scale, -scale).translate(0, self.size[1])

    def pixels(self) -> Any:
        return np.ascontiguousarray(np.asarray(self.agg.buffer_rgba())[..., :3])

    def draw(self, item: Item) -> None:
        if isinstance(item, Words):
            self._words(item)
        elif isinstance(item, Dot):
            from matplotlib.path import Path

            self._path(Path.circle((item.x, item.y), item.radius), item.ink)
        elif item.parts:
            self._path(_lines(item), item.ink)

    def _gc(self, colour: str, opacity: float, width: float) -> Any:
        gc = self.agg.new_gc()
        gc.set_foreground((*_rgb(colour, self.dark), 1.0), isRGBA=True)
        gc.set_alpha(opacity)
        gc.set_linewidth(width * self.scale)
        gc.set_antialiased(True)
        gc.set_snap(False)
        gc.set_joinstyle("round")
        return gc

    def _path(self, path: Any, ink: Ink) -> None:
        # Fill and edge each with their own opacity: two strokes of the pen.
        for pen in (self._edge, self._fill) if ink.under else (self._fill, self._edge):
            pen(path, ink)

    def _fill(self, path: Any, ink: Ink) -> None:
        if ink.fill:
            gc = self._gc(ink.fill, ink.fill_opacity, 0.0)
            self.agg.draw_path(gc, path, self.flip, _rgb(ink.fill, self.dark))

    def _edge(self, path: Any, ink: Ink) -> None:
        if ink.stroke and ink.width > 0:
            gc = self._gc(ink.stroke, ink.stroke_opacity, ink.width)
            gc.set_capstyle("round" if ink.round_ else "butt")
            if ink.dash:
                gc.set_dashes(0.0, [d * self.scale for d in ink.dash])
            self.agg.draw_path(gc, path, self.flip, None)

    def _words(self, words: Words) -> None:
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D

        zoom = words.size / glyphs.SIZE
        if words.letters:
            spots = [
                (c, Affine2D().scale(zoom, -zoom).rotate_deg(turn).translate(x, y))
                for c, (x, y, turn) in zip(words.text, words.letters, strict=True)
            ]
        else:
            whole = _outline(words.face, words.text)[2] * zoom
            x = words.x - whole * {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
            spots = [(words.text, Affine2D().scale(zoom, -zoom).translate(x, words.y))]
        parts = [
            (place.transform(np.asarray(xy)), codes)
            for text, place in spots
            for xy, codes, _ in (_outline(words.face, text),)
            if len(codes)
        ]
        if not parts:
            return
        path = Path(np.concatenate([p for p, _ in parts]), np.concatenate([c for _, c in parts]))
        if words.halo:
            self._path(path, Ink(stroke=words.halo, width=words.halo_width, round_=True))
        self._path(path, Ink(fill=words.fill))


def _agg(width: int, height: int) -> Any:
    from matplotlib.backends import backend_agg

    renderer: Any = backend_agg.RendererAgg
    return renderer(width, height, 72)  # at 72 dpi a point is a pixel


@functools.cache
def _outline(face: glyphs.Face, text: str) -> tuple[Any, Any, float]:
    """Return the outline of words at 100 pixels and their width; ``$`` is a dollar."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    xy, codes, x = [np.empty((0, 2))], [np.empty(0, dtype=np.uint8)], 0.0
    for file, run in glyphs.runs(face, text):
        font = FontProperties(fname=str(file))
        part, code = text_to_path.get_text_path(font, run, ismath=False)
        if len(code):
            xy.append(np.asarray(part) + np.array([x, 0.0]))
            codes.append(np.asarray(code, dtype=np.uint8))
        x += glyphs.width(face, glyphs.SIZE, run)
    return np.concatenate(xy), np.concatenate(codes), glyphs.width(face, glyphs.SIZE, text)


@functools.cache
def _rgb(colour: str, dark: bool) -> tuple[float, float, float]:
    if colour in COLOURS:
        colour = COLOURS[colour].dark if dark else COLOURS[colour].light
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * d for d in digits)
    try:
        red, green, blue = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    except ValueError:
        return 0.5, 0.5, 0.5
    return red, green, blue


def _lines(item: Drawing) -> Any:
    """Return a path; holes run the other way round, because Agg fills what is wound around."""
    from matplotlib.path import Path

    parts = _wound(item.parts) if item.closed and len(item.parts) > 1 else list(item.parts)
    xy, codes = [], []
    for part in parts:
        code = np.full(len(part), Path.LINETO, dtype=np.uint8)
        code[0] = Path.MOVETO
        xy.append(part)
        codes.append(code)
        if item.closed:
            xy.append(part[:1])
            codes.append(np.array([Path.CLOSEPOLY], dtype=np.uint8))
    path = Path(np.concatenate(xy), np.concatenate(codes))
    path.should_simplify = False
    return path


def _wound(parts: Sequence[Floats]) -> list[Floats]:
    """Return rings anticlockwise where an even number of others lie around them."""
    rings = np.array([shapely.Polygon(p) for p in parts if len(p) > 3], dtype=object)
    out = [p for p in parts if len(p) <= 3]
    if not len(rings):
        return out
    spots = shapely.point_on_surface(rings)
    areas = shapely.area(rings)
    inner, outer = shapely.STRtree(rings).query(spots, predicate="intersects")
    around = np.bincount(inner[areas[outer] > areas[inner]], minlength=len(rings))
    for ring, depth in zip(rings, around, strict=True):
        xy = shapely.get_coordinates(ring)
        out.append(xy if shapely.is_ccw(ring.exterior) == (depth % 2 == 0) else xy[::-1])
    return out
