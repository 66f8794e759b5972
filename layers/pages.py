"""One page: layers on a map of our own, around them what they say; nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import numpy as np
from branca.element import Figure

from geo import __version__
from geo.catalogue import Zone, data_stamp, zone
from geo.checks import check
from geo.earth import Floats
from geo.errors import OutputError
from geo.findings import Findings
from geo.story import SourceEntry
from geo.track import Track, Tracks
from geo.words import form, language, own_words, parts_of, say, speaking, spoken, translated
from layers.findings import FindingLayer
from layers.frame import Frame
from layers.land import GraticuleLayer, LandLayer
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
    findings_table,
    legend,
    paragraphs,
    section,
    sources_list,
    tools,
)
from layers.picture import noscript
from layers.planes import MOST_NORTHERN, Mercator, World
from layers.playback import Playback, playback
from layers.sentences import answer_of, headline, sentence
from layers.shades import ColourBy, Steps, steps_by, values_m
from layers.style import hue_of, one_theme, script_css
from layers.text import escape, html, marked
from layers.tiles import Tiles, tiles_of
from layers.track import TrackLayer, along
from layers.zones import DisputesLayer, SeaNamesLayer, StateNamesLayer, ZoneLayer

if TYPE_CHECKING:
    pass

__all__ = ["Detail", "Page", "page"]

NEARBY: Final = 0.5  # of the map: a border this far from a flight is still brought into view
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
        scripts = [leaflet_js(), layer_js() + drawing, script]
        late = PAGE_SCRIPTS[1:] if self.player is None else (*PAGE_SCRIPTS[1:], "play.js")
        scripts.append("".join(asset(s) for s in late) + "howclose.goThere();\n")
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
            f"script-src {' '.join(_hash(s) for s in (live, *scripts))}; "
            f"style-src {' '.join(_hash(s) for s in styles)}; "
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
        return (
            f'<!DOCTYPE html>\n<html lang="{self.lang}">\n<head>\n{head}</head>\n<body>\n'
            f"{open_}{body}{''.join(rest)}{blocks}"
            + "".join(f"<script>{s}</script>\n" for s in scripts)
            + "</body>\n</html>\n"
        )

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
        from layers.files import write

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
    """Return words for the script: in pieces, where some are in another language."""
    parts = parts_of(words)
    return [list(p) for p in parts] if any(kind for _, kind in parts) else str(words)


def _copy(layer: Layer) -> Layer:
    """Return a layer without a parent: one object may stand on a page and on a map."""
    return Layer(layer.shapes, layer.labels, name=layer.title, grid_deg=layer.grid_deg)


def _walk(element: Any) -> Iterator[Any]:
    yield element
    for child in element._children.values():
        yield from _walk(child)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


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


# ----------------------------------------------------------------------- a page of tracks


def page(
    tracks: Tracks | Sequence[Track],
    *,
    findings: Findings | None = None,
    zones: Sequence[Zone | str] | None = None,
    title: str | None = None,
    layers: Sequence[Layer] = (),
    tiles: str | Mapping[str, Any] | None = None,
    colour: ColourBy = "flight",
    lang: str = "en",
) -> Page:
    """Return a page of tracks, zones and how close they came.

    Parameters
    ----------
    tracks
        What `geo.read_tracks` gives.
    findings
        What `geo.check` gives; worked out here if it is not given.
    zones
        The zones to draw; those of the findings if none are given.
    title
        The page's title; made from the flights if it is not given.
    layers
        More layers of howclose, drawn on top.
    colour
        What a recorded track is coloured by: whose it is, its ``distance`` from the zone that the
        page is about, or its ``height``.
    lang
        The language of the page: ``en`` or another of `geo.words.languages`.
    tiles
        The background, by the name of its provider in xyzservices, or such a provider itself. The
        map is then drawn on Web Mercator and fetched from there whenever the page is looked at;
        without it a page asks nobody for anything.

    Raises
    ------
    OutputError
        If there is no track, or there are no such tiles for it.
    LanguageError
        If there is no such language.
    """
    language(lang)
    background = None if tiles is None else tiles_of(tiles)
    if not len(tracks):
        raise OutputError("There is no flight to draw. Read a file that has one, then make a page.")
    named = None if zones is None else [zone(z) if isinstance(z, str) else z for z in zones]
    if findings is None:
        findings = check(tracks, named)
    shown = list(findings.zones) if named is None else named
    # For `howclose verify`: what was asked of this page.
    asked: dict[str, Any] = {
        "title": title,
        "zones": None if named is None else [z.id for z in named],
        "colour": colour,
    }
    if background is not None:
        asked["tiles"] = background.asked
    findings = replace(findings, parameters=findings.parameters | {"page": asked})

    def spoken_page(code: str) -> Page:
        with speaking(code):
            return _page(
                tracks,
                findings,
                shown,
                title=title,
                layers=layers,
                colour=colour,
                background=background,
            )

    return replace(spoken_page(lang), english=lambda: spoken_page("en"))


def _page(
    tracks: Tracks | Sequence[Track],
    findings: Findings,
    shown: Sequence[Zone],
    *,
    title: str | None,
    layers: Sequence[Layer],
    colour: ColourBy,
    background: Tiles | None,
) -> Page:
    """Return a page of tracks in the language that is spoken."""
    lines = [along(t) for t in tracks]
    first = headline(findings)
    states = _state_of(tracks)
    about = None if first is None else next(z for z in findings.zones if z.id == first.zone)
    steps = steps_by(colour, about)
    by_leg = {(t.flight, t.leg): t for t in tracks}

    def drawn(frame: Frame) -> tuple[tuple[Layer, ...], DisputesLayer]:
        on_mercator = isinstance(frame.plane, Mercator)
        flight_layers = [
            TrackLayer(
                t,
                frame,
                state=states[i],
                id=_id(t),
                words=_words(t, tracks),
                shades=None if steps is None else steps.shade(values_m(t, colour, about)),
            )
            for i, t in enumerate(tracks)
        ]
        finding_layers = [
            FindingLayer(
                f,
                frame,
                loud=f is first,
                track=by_leg.get((f.flight, f.leg)) if on_mercator else None,
            )
            for f in findings
        ]
        belts = [ZoneLayer(z, frame) for z in shown]
        disputed = DisputesLayer(shown, frame)
        every: list[Layer] = [*belts, LandLayer(frame), GraticuleLayer(frame), disputed]
        every += [*flight_layers, *finding_layers, *layers, _seas(frame), state_names(belts, frame)]
        return tuple(every), disputed

    near = _near(findings, Frame.of(lines).size_m)
    still = Frame.of(lines, near)
    every, disputed = drawn(still)
    frame, own = still, every
    if background is not None:
        _within_tiles(tracks)
        frame = Frame.for_tiles(lines, near)
        own, _ = drawn(frame)
    method = [*methods(), *(translated(d.sentence) for d in disputed.disputes), *_inputs(findings)]
    name = title or _title(tracks)
    answer = answer_of(findings, findings.zones)
    return Page(
        title=name,
        answer=answer,
        frame=frame,
        layers=own,
        findings=findings,
        alt=say("page.alt", title=name, answer=answer),
        legend=tuple(_legend(tracks, shown, findings, steps)),
        details={_id(t): _detail(t, findings) for t in tracks},
        player=playback(tracks, findings, frame, [_id(t) for t in tracks], states),
        sections=(
            (say("page.came"), findings_table(findings, {}), True),
            (say("page.method"), prose(method), False),
            (say("page.data"), downloads() + zone_sources(findings, background), False),
        ),
        lang=spoken().code,
        tiles=background,
        still=None if background is None else (still, every),
    )


def _within_tiles(tracks: Sequence[Track]) -> None:
    for t in tracks:
        if np.abs(t.lat).max() > MOST_NORTHERN:
            raise OutputError(
                f"{t.name} flies beyond 85° of latitude, where Web Mercator, and so the tiles, end."
                " Leave --tiles out: the map is then drawn around the pole."
            )


def methods() -> tuple[str, ...]:
    """Return how distances are worked out, in paragraphs."""
    return say("method.paths"), say("method.zones")


def prose(texts: Sequence[str]) -> str:
    """Return paragraphs for a section."""
    return f'<div class="hc-prose">{paragraphs(texts)}</div>\n'


def downloads() -> str:
    """Return buttons that make files of the data which the page carries."""
    buttons = "".join(
        f'<button type="button" data-file="findings.{kind}">'
        f"{html(f'page.findings_{kind}')}</button>"
        for kind in ("json", "csv")
    )
    return f'<div class="hc-downloads hc-only-script">{buttons}</div>\n'


def zone_sources(findings: Findings, tiles: Tiles | None = None) -> str:
    """Return where the borders, and the tiles, came from."""
    told = dict.fromkeys((z.source, z.licence) for z in findings.zones)
    entries = [
        SourceEntry.model_construct(
            id=f"s{i}",
            title=own_words(say("page.source", source=source, licence=licence)),
            url=None,
        )
        for i, (source, licence) in enumerate(told)
    ]
    if tiles is not None:
        credit = "".join(text for text, _ in tiles.credit)
        words = say("tiles.source", name=own_words(tiles.name), credit=own_words(credit))
        entries.append(SourceEntry.model_construct(id="tiles", title=words, url=None))
    return sources_list(entries)


def _near(findings: Findings, size_m: float) -> list[tuple[Floats, Floats]]:
    """Return the borders that flights came near to, each with the flight's place.

    Of the loudest finding however far that is; of others as long as they make the map no other.
    """
    first = headline(findings)
    return [
        (np.array([f.lon, f.border_lon]), np.array([f.lat, f.border_lat]))
        for f in findings
        if f.basis == "recorded"
        and f.border_lon is not None
        and f.border_lat is not None
        and (f is first or f.distance_m <= NEARBY * size_m)
    ]


def _id(track: Track) -> str:
    return f"{track.flight}-{track.leg}"


def _words(track: Track, tracks: Sequence[Track]) -> tuple[tuple[str, str], ...]:
    return ((track.name[:40], ""),) if len(tracks) <= 40 else ()


def _state_of(tracks: Sequence[Track]) -> list[str]:
    """Return hues for flights, by turns: whose they are is not in a track."""
    turns = itertools.cycle(("USA", "RUS", "JPN", "CAN"))
    by_flight: dict[str, str] = {}
    for t in tracks:
        if t.name not in by_flight:
            by_flight[t.name] = next(turns)
    return [by_flight[t.name] for t in tracks]


def _title(tracks: Sequence[Track]) -> str:
    names = list(dict.fromkeys(t.name for t in tracks))
    if not names:
        return say("page.question")
    if len(names) > 4:
        return say("page.question_many", count=len(names))
    return say("page.question_named", names=[n[:60] for n in names])


def _legend(
    tracks: Sequence[Track], zones: Sequence[Zone], findings: Findings, steps: Steps | None
) -> Iterator[Entry]:
    if any(t.basis == "recorded" for t in tracks):
        if steps is None:
            yield Entry(say("legend.recorded"), "track", "track", hue_of("USA"))
        else:
            words = say("legend.recorded_by", scale=steps.title)
            yield Entry(words, "track", "track", each=steps.each)
    if any(t.is_gap.any() for t in tracks):
        yield Entry(say("legend.gap"), "gap", "", hue_of("USA"))
    if any(len(t.disbelieved.lon) for t in tracks):
        yield Entry(say("legend.disbelieved"), "disbelieved", "", hue_of("USA"))
    if any(t.basis == "drawn" for t in tracks):
        yield Entry(say("legend.drawn_tracks"), "drawn", "drawn", hue_of("USA"))
    if headline(findings) is not None:
        yield Entry(say("legend.closest"), "closest", "closest")
    each = tuple(
        (hue_of(z.id.partition(":")[2]), state_name(z)) for z in zones if z.kind == "airspace"
    )
    if each:
        yield Entry(say("legend.belt"), "belt", "belt", each=each[:8])
    if any(z.kind == "adiz" for z in zones):
        yield Entry(say("legend.adiz"), "adiz", "adiz")


def _detail(track: Track, findings: Findings) -> Detail:
    mine = [f for f in findings if f.flight == track.flight and f.leg == track.leg]
    lines: list[str] = [sentence(f, findings.zones) for f in mine[:6]]
    key = f"flight.{track.basis}_fixes"
    lines.append(say(key, fixes=len(track), dropped=track.rejected))
    return Detail(track.name, tuple(lines))


def _inputs(findings: Findings) -> list[str]:
    out: list[str] = []
    for i in findings.inputs:
        counts = sorted(i.rejected.items())
        dropped = [say("method.dropped", count=n, why=why) for why, n in counts]
        out.append(
            say(
                "method.input",
                path=i.path,
                format=i.format,
                fixes=i.fixes,
                dropped=dropped or [say("method.dropped_none")],
                sha256=i.sha256,
            )
        )
    return out


def _seas(frame: Frame) -> SeaNamesLayer:
    from geo.catalogue import zones as every_zone

    return SeaNamesLayer(every_zone("sea"), frame)


def state_name(zone: Zone) -> str:
    """Return the name of the state whose airspace a zone is."""
    return form("zone", zone, "state")


def state_names(belts: Sequence[ZoneLayer], frame: Frame) -> StateNamesLayer:
    """Return the names of the states whose airspace is shown."""
    names = [
        (state_name(layer.zone), layer.seen) for layer in belts if layer.zone.kind == "airspace"
    ]
    return StateNamesLayer(names, frame)
