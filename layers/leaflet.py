"""Map layers that carry their data beside the script, and the map they stand on.

The one place where latitude comes first, as Leaflet has it. folium takes what it is given for a
template; so no text of ours goes that way: a layer's shapes and words travel in a JSON block, and
one script of our own writes them with ``textContent``.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final

import folium
import js_lib_leaflet
import numpy as np
from branca.element import Element, Figure

from geo.earth import Floats
from geo.words import spoken
from layers.frame import Frame
from layers.pack import packed
from layers.style import variables
from layers.text import json_for_script

__all__ = ["Label", "Layer", "Map", "Shape", "asset", "leaflet_css", "leaflet_js"]

SCRIPTS: Final = ("data.js", "plane.js", "labels.js", "layer.js")  # what every layer needs
PAGE_SCRIPTS: Final = ("map.js", "page.js")  # what only our own page needs
GRID_DEG: Final = 1e-5
METRES_A_DEGREE: Final = 111_000  # of latitude, roundly
COMMENT: Final = re.compile(r"//|/\*.*\*/$")
# Of a line of our own script: its strings, a comment at its end, and spaces that say nothing.
TEXT: Final = r"""\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"""
SPARE: Final = re.compile(
    rf"({TEXT})|\s*//\s[^\"']*$|\s*([=(){{}}\[\],;:?&|<>*%])\s*"
    r"|(?<=[\w)\]]) ([-+/!](?==)|[-+/](?= [^-+/])) ?"
)
# Of Leaflet's style sheet: a rule, and what our pages never show.
RULE: Final = re.compile(r"([^{}@]+)\{([^{}]*)\}")
# A picture in three layers, each kept ready for a change, takes three times as long to be seen.
SPARE_RULE: Final = re.compile(
    r"(?<=[{;])(?:background-image:url\([^)]*\)|will-change:[^;}]*|-(?:moz|ms|o)-[\w-]+:[^;}]*);?"
)
UNUSED: Final = re.compile(
    r"-(?:popup|control-layers|control-scale|oldie|vml|div-icon|safari|retina|default-icon)"
    r"|lvml|attribution-flag|tooltip-\w+:before"
)
GOES_ON: Final = re.compile(r"[{;,(]$")  # a line after which the next may follow at once
QUOTE_IN_PATTERN: Final = re.compile(r"/\[?[\"']")  # in a regular expression: left alone


@dataclass(frozen=True)
class Shape:
    """Something drawn: areas or lines in degrees.

    Parameters
    ----------
    kind
        ``area`` (rings, even and odd), ``line`` or ``dot``.
    look
        Classes of the style sheet, such as ``belt hue-0``.
    parts
        Rings, lines or points, shape (n, 2), longitude first; longitudes run on past 180°.
    id
        What it belongs to, so that it can be pointed at; "" for scenery.
    title
        What a pointer tells.
    arrows
        Whether little arrows show the direction.
    edge
        Whether the outline of an area is drawn once more, over the land.
    """

    kind: str
    look: str
    parts: tuple[Floats, ...]
    id: str = ""
    title: str = ""
    arrows: bool = False
    edge: bool = False


@dataclass(frozen=True)
class Label:
    """Words on a map.

    Parameters
    ----------
    lines
        The words; each a text and a class (``big``, ``small`` or "").
    look
        Classes of the style sheet.
    anchors
        Points in degrees, shape (n, 2), near any of which the words may stand, the best first.
    paths
        Curves in degrees, shape (n, 2) each, along any of which they may run instead.
    rank
        The lower, the earlier a label takes its place.
    mark
        A sign at the first anchor: ``base``, ``dot`` or "".
    must
        Whether the label stays even where it touches others.
    """

    lines: tuple[tuple[str, str], ...]
    look: str
    anchors: Floats = field(default_factory=lambda: np.empty((0, 2)))
    paths: tuple[Floats, ...] = ()
    rank: int = 5
    mark: str = ""
    id: str = ""
    must: bool = False


class _Raw(Element):
    """Text that no template reads: the template is one variable, and this is its value."""

    def __init__(self, raw: str) -> None:
        super().__init__("{{ this.raw }}")
        self.raw = raw


class Layer(folium.map.Layer):
    """Shapes and labels as a folium layer, at home on any `folium.Map`.

    Parameters
    ----------
    shapes, labels
        What it shows.
    name
        What it is called in a legend; folium itself never sees it.
    grid_deg
        What coordinates are rounded to, in degrees.
    """

    def __init__(
        self,
        shapes: tuple[Shape, ...],
        labels: tuple[Label, ...] = (),
        *,
        name: str = "",
        grid_deg: float = GRID_DEG,
    ) -> None:
        super().__init__(name=None, control=False)
        self._name = "Layer"
        self.shapes, self.labels = shapes, labels
        self.title, self.grid_deg = name, grid_deg
        self._template = _template(
            "var {{ this.get_name() }} = howclose.layer({{ this.get_name()|tojson }});"
        )

    def points(self) -> Floats:
        """Return every point that the layer draws, in degrees, shape (n, 2)."""
        every = [p for s in self.shapes for p in s.parts]
        every += [p for lb in self.labels for p in (lb.anchors, *lb.paths) if len(p)]
        return np.concatenate([np.empty((0, 2)), *every])

    def data(self, frame: Frame | None = None) -> dict[str, Any]:
        """Return what the script draws: lines as paths, words as they are.

        Parameters
        ----------
        frame
            Of a map of ours: its lines are already on its plane, in steps of ``unit`` metres, x to
            the right and y down. Without one they are in steps of ``grid`` degrees, as words and
            dots always are.
        """
        middle = self.points()
        # as they run on past 180°: whoever moves them by whole turns has to know which they are on
        lon = float(middle[:, 0].min() + middle[:, 0].max()) / 2 if len(middle) else 0.0
        grid = {"grid": self.grid_deg}
        if frame is not None:
            grid["unit"] = self.grid_deg * METRES_A_DEGREE

        def path(shape: Shape) -> str:
            closed = shape.kind == "area"
            if frame is None or shape.kind == "dot":
                return packed(shape.parts, self.grid_deg, closed=closed)
            turn = 360 * round((frame.plane.lon - lon) / 360)
            flat = (frame.plane.to_xy(p[:, 0] + turn, p[:, 1]) for p in shape.parts)
            return packed([np.column_stack([x, -y]) for x, y in flat], grid["unit"], closed=closed)

        return {
            **grid,
            "lon": round(lon, 1),
            "shapes": [
                _sparse(
                    {
                        "kind": s.kind,
                        "look": s.look,
                        "path": path(s),
                        "id": s.id,
                        "title": s.title,
                        "arrows": s.arrows,
                        "edge": s.edge,
                    }
                )
                for s in self.shapes
                if s.parts
            ],
            "labels": [
                _sparse(
                    {
                        "lines": [list(line) for line in lb.lines],
                        "look": lb.look,
                        "at": packed([lb.anchors], self.grid_deg) if len(lb.anchors) else "",
                        "paths": packed(lb.paths, self.grid_deg),
                        "rank": lb.rank,
                        "mark": lb.mark,
                        "id": lb.id,
                        "must": lb.must,
                    }
                )
                for lb in self.labels
            ],
        }

    def render(self, **kwargs: Any) -> str:
        """Put the script once into the page, the data beside the map, and the call after it."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            raise TypeError("a layer is drawn on a map: call add_to(map) first")
        map_ = _map_of(self)
        if not isinstance(map_, Map):
            figure.header.add_child(_Raw(_style(layer_css())), name="howclose_style")
            figure.header.add_child(_Raw(_script(layer_js())), name="howclose_script")
        frame = map_.frame if isinstance(map_, Map) else None
        block = data_block(f"{self.get_name()}-data", self.data(frame))
        figure.html.add_child(_Raw(block), name=f"{self.get_name()}_data")
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        return ""


def _sparse(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry without what is empty: the script knows what is meant then."""
    return {k: v for k, v in entry.items() if v not in ("", [], False, None)}


def _map_of(element: Any) -> Any:
    while element is not None and not isinstance(element, folium.Map):
        element = element._parent
    return element


@functools.cache
def _template(script: str) -> Any:
    from folium.template import Template

    return Template("{% macro script(this, kwargs) %}" + script + "{% endmacro %}")


class Map(folium.Map):
    """A folium map on a plane of its own, with Leaflet brought along by the page.

    It fetches nothing, but for a ``background`` of tiles: see `layers.tiles`.
    """

    def __init__(self, frame: Frame, background: dict[str, Any] | None = None) -> None:
        super().__init__(location=[frame.plane.lat, frame.plane.lon], tiles=None)
        self.default_js, self.default_css = [], []
        self.frame, self.background = frame, background
        self._template = _template(
            "var {{ this.get_name() }} = howclose.map({{ this.get_name()|tojson }});"
        )

    def render(self, **kwargs: Any) -> str:
        """Put the frame beside the map; what folium's own map would fetch is left out."""
        figure: Any = self.get_root()
        name = self.get_name()
        f = self.frame
        frame: dict[str, Any] = {
            "lon": f.plane.lon,
            "lat": f.plane.lat,
            "rect": [f.x0, f.y0, f.x1, f.y1],
            "finest": f.tolerance_m,
        }
        if self.background is not None:
            frame["tiles"] = self.background
        figure.html.add_child(_Raw(data_block(f"{name}-data", frame)), name=f"{name}_data")
        figure.script.add_child(
            Element(self._template.module.script(self, kwargs)),
            name=name,
        )
        for child in self._children.values():
            child.render(**kwargs)
        return ""


# -------------------------------------------------------------------- what stands in a page


def data_block(id_: str, value: Any) -> str:
    """Return data as a block that is never run; ``id_`` has to be a plain name."""
    # Of English little is not ASCII, and a browser is ready sooner with a page that is all ASCII.
    text = json_for_script(value, ascii_only=spoken().english)
    return f'<script type="application/json" id="{id_}">{text}</script>\n'


def _script(text: str) -> str:
    return f"<script>{text}</script>\n"


def _style(text: str) -> str:
    return f"<style>{text}</style>\n"


@functools.cache
def asset(name: str) -> str:
    """Return one of our own files, without comments and without spaces that say nothing.

    They hold no text that runs over lines, so nothing else can be meant by either.
    """
    text = resources.files("layers").joinpath("assets", name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    lines = (line for line in lines if line and not COMMENT.match(line))
    if name.endswith(".js"):
        lines = (
            line
            if QUOTE_IN_PATTERN.search(line)
            else SPARE.sub(lambda m: m[1] or m[2] or m[3] or "", line)
            for line in lines
        )
    if name.endswith(".css"):
        return "".join(lines) + "\n"
    # A script's line may end a statement without a mark: then its end is one.
    return "".join(
        line if GOES_ON.search(line) and "//" not in line else f"{line}\n" for line in lines
    )


@functools.cache
def _leaflet(name: str) -> str:
    folder = Path(js_lib_leaflet.__file__).parent / "static" / "js_lib_leaflet"
    return (folder / name).read_text(encoding="utf-8")


def leaflet_js() -> str:
    """Return Leaflet's script as its package ships it, without the pointer to its source map."""
    return re.sub(r"\n?//# sourceMappingURL=\S*\s*$", "\n", _leaflet("leaflet.js"))


def leaflet_css() -> str:
    """Return Leaflet's style sheet without its pictures: nothing is to be fetched.

    What no page of ours has is left out too: popups, its own box of layers, a scale that is not
    ours, and words for browsers that cannot run it.
    """
    css = re.sub(r"/\*.*?\*/", "", _leaflet("leaflet.css"), flags=re.DOTALL)
    css = re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s*\n\s*", "\n", css))
    css = re.sub(r":\s+", ":", css)
    css = SPARE_RULE.sub("", css)
    css = RULE.sub(_wanted, css)
    return css.replace(";}", "}").strip() + "\n"


def _wanted(rule: re.Match[str]) -> str:
    """Return a rule with those of its selectors that something on a page can match."""
    selectors = [s for s in rule[1].strip().split(",") if not UNUSED.search(s)]
    return f"{','.join(selectors)}{{{rule[2]}}}" if selectors and rule[2] else ""


def layer_js() -> str:
    """Return the script that every layer needs."""
    return "".join(asset(name) for name in SCRIPTS)


def layer_css() -> str:
    """Return the style sheet that every layer needs."""
    return variables() + asset("layer.css")
