"""One page: layers on a map of our own, around them what they say; nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from branca.element import Figure

from geo import __version__
from geo.catalogue import data_stamp
from geo.findings import Findings
from geo.words import own_words, say, speaking, spoken
from layers.frame import Frame
from layers.leaflet import (
    PAGE_SCRIPTS,
    Layer,
    Map,
    asset,
    data_block,
    layer_css,
    layer_js,
    leaflet_css,
    leaflet_js,
)
from layers.locator import locator
from layers.parts import (
    Entry,
    legend,
    section,
    tools,
)
from layers.picture import noscript
from layers.planes import Mercator, World
from layers.playback import Playback
from layers.style import one_theme, script_css
from layers.text import escape, html, in_ascii, marked, runs, source_hash
from layers.tiles import Tiles

__all__ = ["Detail", "Page"]

IN_DATA_URI: Final = " =:/;,.()!*~@$'<>[]?+"  # what an attribute and a browser take as it is


@dataclass(frozen=True)
class Detail:
    """What is told of a flight when it is pointed at: a title and paragraphs."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Page:
    """A page, ready to be saved, embedded, or shown in a notebook.

    ``layers`` are drawn from the first to the last; ``sections`` are titles and HTML made by
    `layers.parts`, each with whether it stands open. ``picture`` is an SVG for readers without
    script; it is drawn when it is first needed, and left out if it is ``b""``.
    ``english`` makes the same page in English, for pictures where no font here has its script.
    ``head`` is HTML for the head: what others read of a page that has an address.
    ``tiles`` are the map's background, then on Web Mercator; ``still`` is what pictures show
    instead of ``frame`` and ``layers``.
    """

    title: str
    answer: str
    frame: Frame
    layers: tuple[Layer, ...]
    findings: Findings
    subtitle: str = ""
    caption: str = ""
    alt: str = ""
    legend: tuple[Entry, ...] = ()
    details: dict[str, Detail] = field(default_factory=dict)
    sections: tuple[tuple[str, str, bool], ...] = ()
    picture: bytes | None = None
    player: Playback | None = None
    head: str = ""
    lang: str = "en"
    english: Callable[[], Page] | None = None
    tiles: Tiles | None = None
    still: tuple[Frame, tuple[Layer, ...]] | None = None

    @property
    def still_map(self) -> tuple[Frame, tuple[Layer, ...]]:
        """The map as pictures show it: a picture has no tiles, so it need not be on their plane."""
        return self.still or (self.frame, self.layers)

    @cached_property
    def html(self) -> str:
        """The whole document; the same for the same page, however often it is asked for."""
        with speaking(self.lang):
            return self._html()

    def _html(self) -> str:
        body, script = self._map()
        # What only a map of the whole Earth, or of tiles, needs travels only with it.
        live = asset("live.js")
        world = "world" if isinstance(self.frame.plane, World) else ""
        drawing = (asset("world.js") if world else "") + asset(PAGE_SCRIPTS[0])
        drawing += asset("tiles.js") if self.tiles else ""
        late = PAGE_SCRIPTS[1:] if self.player is None else (*PAGE_SCRIPTS[1:], "play.js")
        # In one piece: between two a browser would draw a page that is about to change.
        scripts = leaflet_js() + layer_js() + drawing + script
        scripts += "".join(asset(s) for s in late) + "howclose.goThere();\n"
        styles = [leaflet_css() + layer_css() + asset("page.css") + script_css()]
        if self.tiles is not None:
            styles[0] += one_theme(".hc-map", dark=self.tiles.dark) + asset("tiles.css")
        elif world:
            styles[0] += asset("world.css")
        words = _script_words() | _chart_words(self.player)
        if self.tiles is not None:
            words |= spoken().table("tiles_script")
        pictures = " ".join(["data:", *(self.tiles.hosts if self.tiles else ())])
        blocks = (
            data_block("howclose-words", words)
            + (data_block("howclose-play", self.player.data) if self.player else "")
            + data_block(
                "howclose-details",
                {
                    k: {"title": _runs(d.title), "lines": [_runs(line) for line in d.lines]}
                    for k, d in self.details.items()
                },
            )
            + data_block("howclose-findings", self.findings.to_dict())
        )
        policy = (
            "default-src 'none'; "
            f"script-src {' '.join(source_hash(s) for s in (live, scripts))}; "
            f"style-src {' '.join(source_hash(s) for s in styles)}; "
            f"img-src {pictures}; base-uri 'none'; form-action 'none'"
        )
        head = (
            '<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self.title)}</title>\n"
            f'<meta name="description" content="{escape(self.answer)}">\n'
            f'<meta name="generator" content="howclose {__version__}">\n'
            + self.head
            + "".join(f"<style>{s}</style>\n" for s in styles)
            + f"<script>{live}</script>\n"
        )
        open_, *rest = self._above()
        document = (
            f'<!DOCTYPE html>\n<html lang="{self.lang}">\n<head>\n{head}</head>\n<body>\n'
            f"{open_}{body}{''.join(rest)}{blocks}"
            f"<script>{scripts}</script>\n"
            "</body>\n</html>\n"
        )
        return in_ascii(document) if spoken().english else document

    def _map(self) -> tuple[str, str]:
        """Return folium's part: the data blocks of the layers, and the calls that draw them."""
        figure = Figure()
        map_ = Map(self.frame, None if self.tiles is None else self.tiles.data(self.frame))
        map_.add_to(figure)
        for layer in self.layers:
            if not isinstance(layer, Layer):
                raise TypeError(
                    f"{type(layer).__name__} is not a layer of howclose: a page that fetches"
                    " nothing and runs nothing foreign cannot carry it. Add it, and our layers, to"
                    " a folium.Map instead."
                )
        copies = [_copy(layer) for layer in self.layers if layer.shapes or layer.labels]
        for layer in copies:
            layer.add_to(map_)
        for number, element in enumerate(_walk(map_)):
            element._id = str(number)  # folium takes its own from the system's noise
        map_.render()
        name = map_.get_name()
        where = f'<div class="folium-map" id="{name}" role="application" tabindex="0"'
        where += f' aria-label="{escape(self.alt or self.title)}"></div>\n'
        calls = "".join(f"{c.strip()}\n" for c in figure.script.render().splitlines() if c.strip())
        return where + figure.html.render(), calls

    def _above(self) -> tuple[str, str]:
        """Return what stands before the map and after it."""
        subtitle = f'<p class="hc-sub">{marked(self.subtitle)}</p>\n' if self.subtitle else ""
        picture = ""
        drawn = noscript(self) if self.picture is None else self.picture
        if drawn:
            # As text it is a quarter shorter than in base 64.
            text = drawn.decode().strip().replace('"', "'")
            data = "data:image/svg+xml," + quote(text, safe=IN_DATA_URI)
            picture = (
                f'<noscript><div class="hc-picture"><img alt="{escape(self.alt)}"'
                f' width="720" height="480" src="{data}"></div></noscript>\n'
            )
        caption = f"<figcaption>{marked(self.caption)}</figcaption>\n" if self.caption else ""
        before = (
            f'<main class="hc-page">\n<h1>{marked(self.title)}</h1>\n{subtitle}'
            f'<p class="hc-answer">{marked(self.answer)}</p>\n<figure class="hc-figure">\n'
            f'{picture}<div class="hc-map hc-only-script">\n'
        )
        stamp = data_stamp()
        credit = say(
            "page.credit" if self.tiles is None else "page.credit_tiles",
            background=None if self.tiles is None else privacy(self.tiles),
            projection=_projection(self.frame),
            version=__version__,
            data=stamp["version"],
        )
        background = "" if self.tiles is None else _tile_credit(self.tiles)
        player = ""
        if self.player is not None:
            player = '<div class="hc-play hc-only-script" id="hc-play" hidden></div>\n'
            if self.player.data["chart"]:
                player += (
                    '<div class="hc-chart hc-only-script" id="hc-chart">'
                    f'<p class="hc-by">{escape(self.player.words)}</p></div>\n'
                )
        after = (
            f'{locator(self.frame)}{background}<button type="button" class="hc-full" id="hc-full"'
            f" hidden>{html('page.full_screen')}</button></div>\n"
            f"{legend(self.legend)}{player}{tools(self.player is not None)}{caption}</figure>\n"
            '<div class="hc-detail" id="hc-detail" role="status"></div>\n'
            + "".join(section(title, body, open_=is_open) for title, body, is_open in self.sections)
            + f'<footer class="hc-credit">{escape(credit)}</footer>\n</main>\n'
        )
        return before, after

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, whole or not at all, and return its path.

        Raises
        ------
        OutputError
            If there is no such folder, or it may not be written to.
        """
        from geo.files import write

        return write(path, self.html.encode())

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, for a notebook."""
        return (
            f'<iframe title="{escape(self.title)}" srcdoc="{escape(self.html)}"'
            ' sandbox="allow-scripts allow-downloads allow-popups" width="100%" height="720"'
            ' frameborder="0"></iframe>'
        )


def _script_words() -> dict[str, Any]:
    """Return what the page's scripts say: they bring the units of English along, and no more."""
    words: dict[str, Any] = dict(spoken().table("script"))
    return words if spoken().english else words | {"unit": spoken().forms("unit")}


def _chart_words(player: Playback | None) -> dict[str, str]:
    return {} if player is None else {"chart": player.words}


def _runs(words: str) -> str | list[list[str]]:
    """Return words for the script: in pieces, where some are in another language or stay whole."""
    pieces = runs(words)
    if not any(kind or whole for _, kind, whole in pieces):
        return str(words)
    return [[text, kind, "hc-w"][: 3 if whole else 2] for text, kind, whole in pieces]


def _copy(layer: Layer) -> Layer:
    """Return a layer without a parent: one object may stand on a page and on a map."""
    return Layer(layer.shapes, layer.labels, name=layer.title, grid_deg=layer.grid_deg)


def _walk(element: Any) -> Iterator[Any]:
    yield element
    for child in element._children.values():
        yield from _walk(child)


def privacy(tiles: Tiles) -> str:
    """Return who learns of a reader because of a page's tiles, in a sentence."""
    return say("tiles.privacy", name=own_words(tiles.name), hosts=own_words(tiles.told_hosts))


def _tile_credit(tiles: Tiles) -> str:
    """Return who has to be named on a map of tiles, and what is said where none came."""
    parts = "".join(
        f'<a href="{escape(to)}" target="_blank" rel="noopener">{escape(text)}</a>'
        if to
        else escape(text)
        for text, to in tiles.credit
    )
    return (
        f'<p class="leaflet-control hc-tile-credit">{parts}<span id="hc-tileless" hidden>'
        f" {html('tiles.none_came')}</span></p>\n"
    )


def _projection(frame: Frame) -> str:
    """Return how the Earth was made flat, in a sentence."""
    plane = frame.plane
    lon = (plane.lon + 180) % 360 - 180
    if isinstance(plane, World):
        return say("projection.equal_earth", lon=lon)
    if isinstance(plane, Mercator):
        return say("projection.mercator")
    return say("projection.azimuthal", lat=plane.lat, lon=lon)
