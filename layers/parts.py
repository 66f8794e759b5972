"""The parts of a page around its map, as HTML: legend, tables, method, sources.

Every text goes through `layers.text.escape`; there are no style attributes and no handlers, so that
a page can forbid both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

from geo.claims import Verdict
from geo.document import SourceEntry
from geo.findings import Findings, isoformat
from geo.rounding import Doubtful
from geo.words import Markup, joined, nm_and_km, own_words, say, spoken, translated
from layers.sentences import distance_words, zone_of
from layers.text import escape, html, marked, moment
from layers.tiles import Tiles

__all__ = [
    "Entry",
    "claims_table",
    "downloads",
    "findings_table",
    "legend",
    "methods",
    "paragraphs",
    "prose",
    "section",
    "sources_list",
    "tools",
    "zone_sources",
]


@dataclass(frozen=True)
class Entry:
    """A line of the legend.

    ``look`` is what its box shows and hides, "" for what is only told; ``swatch`` names the sign.
    ``each`` are the hues of several of its kind, with their names, and ``more`` how many others
    there are.
    """

    words: str
    swatch: str
    look: str = ""
    hue: int = 0
    each: tuple[tuple[int, str], ...] = ()
    more: int = 0


SWATCHES: Final = {
    "drawn": '<path class="hc-area corridor {hue}" d="M1 2h32v12H1z"/>'
    '<path class="hc-line drawn {hue}" d="M1 8h32"/>',
    "track": '<path class="hc-line track {hue}" d="M1 8h32"/>',
    "gap": '<path class="hc-line gap {hue}" d="M2 8h30"/>',
    "disbelieved": '<circle class="hc-dot disbelieved {hue}" cx="10" cy="8" r="2.5"/>'
    '<circle class="hc-dot disbelieved {hue}" cx="22" cy="6" r="2.5"/>',
    "claim": '<path class="hc-line claim" d="M1 11C9 2 14 12 20 6s8-3 13-1"/>',
    "closest": '<path class="hc-line closest" d="M4 8h26"/>'
    '<circle class="hc-dot closest" cx="4" cy="8" r="3.5"/>',
    "deepest": '<circle class="hc-dot closest" cx="17" cy="8" r="3.5"/>',
    "belt": '<path class="hc-area belt {hue}" d="M1 2h32v12H1z"/>',
    "area": '<path class="hc-area area {hue}" d="M1 2h32v12H1z"/>',
    "line": '<path class="hc-line area {hue}" d="M1 8h32"/>',
    "adiz": '<path class="hc-line adiz" d="M2 8h30"/>',
    "none": "",
}


def legend(entries: Sequence[Entry]) -> str:
    """Return the legend; what can be hidden has a box."""
    out = []
    for e in entries:
        if e.each:
            words = f"<span>{marked(e.words)}</span>" + "".join(
                f'<span class="hc-each">{_swatch(e.swatch, hue)}{marked(name)}</span>'
                for hue, name in e.each
            )
            if e.more:
                words += f"<span>{html('legend.others', count=e.more)}</span>"
        else:
            words = f"{_swatch(e.swatch, e.hue)}<span>{marked(e.words)}</span>"
        if e.look:
            box = (
                f'<input type="checkbox" class="hc-only-script" checked autocomplete="off"'
                f' data-look="{e.look}" aria-label="{escape(say("legend.show", what=e.words))}">'
            )
            out.append(f"<li><label>{box}{words}</label></li>")
        else:
            out.append(f'<li><span class="hc-fixed">{words}</span></li>')
    return f'<ul class="hc-legend">{"".join(out)}</ul>\n' if out else ""


def _swatch(name: str, hue: int) -> str:
    sign = SWATCHES[name].format(hue=f"hue-{hue}")
    if not sign:
        return ""
    return f'<svg width="34" height="16" viewBox="0 0 34 16" aria-hidden="true">{sign}</svg>'


def findings_table(findings: Findings, ids: dict[tuple[str, int], str]) -> str:
    """Return the findings as a table that says all the map says; its rows point at flights."""
    rows = []
    for f in findings:
        id_ = ids.get((f.flight, f.leg), f"{f.flight}-{f.leg}")
        leg = ""
        if _legs(findings, f.flight) > 1:
            leg = f" <span class=hc-by>{html('table.leg', number=f.leg)}</span>"
        button = (
            f'<button type="button" aria-pressed="false" data-focus="{escape(id_)}">'
            f"{marked(f.name)}</button>{leg}"
        )
        when = html("table.not_known") if f.time_s is None else _time(f.time_s)
        if f.basis == "drawn":
            when = html("table.no_clock")
        told = marked(distance_words(f, _length))
        doubt = "".join(
            f'<span class="hc-by">{html("table.doubt", doubt=translated(d))}</span>'
            for d in f.doubt
        )
        rows.append(
            f'<tr data-id="{escape(id_)}"><th scope="row">{button}</th>'
            f"<td>{html(f'table.{f.basis}')}</td>"
            f"<td>{html('map.zone', zone=zone_of(f, findings.zones))}</td>"
            f'<td data-key="{f.distance_m - f.depth_m:.1f}">{told}{doubt}</td>'
            f'<td data-key="{f.time_s or 0:.0f}">{when}</td>'
            f'<td data-key="{f.inside_m:.0f}">{_crossings(f)}</td></tr>'
        )
    if not rows:
        return f"<p>{html('finding.none')}</p>"
    head = "".join(
        f'<th scope="col"><button type="button" data-sort>{html(f"table.{h}")}</button></th>'
        for h in ("flight", "basis", "to", "distance", "when", "inside")
    )
    scroll = "hc-scroll hc-long" if len(rows) > LONG else "hc-scroll"
    return (
        f'<div class="{scroll}" tabindex="0" role="region"'
        f' aria-label="{escape(say("table.findings"))}">'
        f'<table class="hc-stack"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>\n"
    )


def _length(length_m: float) -> Markup:
    """Return a length that the reader may see in other units."""
    between = ""
    if isinstance(length_m, Doubtful):
        ends = {"low": length_m.low_m, "high": length_m.high_m}
        between = "".join(f' data-{k}="{v:.1f}"' for k, v in ends.items() if not isnan(v))
    words = escape(nm_and_km(length_m))
    return Markup(f'<data class="hc-length" value="{length_m:.1f}"{between}>{words}</data>')


def _time(time_s: float, *, short: bool = False) -> Markup:
    """Return a time that the reader may see on another clock; a short one has no day."""
    words = moment(time_s)[11:19] if short else moment(time_s)
    kind = " data-short" if short else ""
    return Markup(f'<time datetime="{isoformat(time_s)}"{kind}>{marked(words)}</time>')


def tools(timed: bool) -> str:
    """Return the switches of units and, where there are times, of clocks."""
    units = (("both", "both_units"), ("NM", "unit_NM"), ("km", "unit_km"), ("mi", "unit_mi"))
    switches: list[tuple[str, str, tuple[tuple[str, str], ...]]] = [("units", "hc-unit", units)]
    if timed:
        switches.append(("clock", "hc-clock", (("utc", "utc"), ("local", "local"))))
    out = []
    for title, name, choices in switches:
        boxes = "".join(
            f'<label><input type="radio" autocomplete="off" name="{name}" value="{value}"'
            f"{' checked' * (i == 0)}>"
            f"{html(f'page.{key}')}</label>"
            for i, (value, key) in enumerate(choices)
        )
        # No fieldset: its legend stands on a line of its own in some browsers.
        words = html(f"page.{title}")
        out.append(
            f'<div role="radiogroup" aria-label="{escape(say(f"page.{title}"))}">'
            f'<span aria-hidden="true">{words}</span>{boxes}</div>'
        )
    return f'<div class="hc-tools hc-only-script">{"".join(out)}</div>\n'


def _legs(findings: Findings, flight: str) -> int:
    return len({f.leg for f in findings if f.flight == flight})


LONG: Final = 40  # rows of a table that scrolls by itself: a frame has no room for hundreds
MOST_CROSSINGS: Final = 6  # in a table's cell; the data to download have them all


def _crossings(f: object) -> str:
    from geo.findings import Finding

    assert isinstance(f, Finding)  # noqa: S101 - narrows the type
    if f.basis == "drawn":
        return html("table.drawn_none")
    words: list[str] = []
    if f.inside_m > 0:
        key = "table.inside_for" if f.inside_s is None else "table.inside_for_time"
        words.append(say(key, time=f.inside_s, length=_length(f.inside_m)))
    for c in f.crossings[:MOST_CROSSINGS]:
        verb = "entered" if c.direction == "enter" else "left"
        if c.time_s is not None:
            words.append(say(f"table.{verb}", time=_time(c.time_s, short=True)))
        elif c.after_s is not None and c.before_s is not None:
            after, before = _time(c.after_s, short=True), _time(c.before_s, short=True)
            words.append(say(f"table.{verb}_unseen", after=after, before=before))
        else:
            words.append(say(f"table.{verb}_untimed"))
    if len(f.crossings) > MOST_CROSSINGS:
        words.append(say("table.more", count=len(f.crossings) - MOST_CROSSINGS))
    return marked(joined(words, "semicolon")) if words else html("table.never")


ICONS: Final = {
    "supported": '<path d="M2 8l4 4 8-9"/>',
    "contradicted": '<path d="M3 3l10 10M13 3L3 13"/>',
    "cannot be told": '<path d="M5.2 5.6a2.9 2.9 0 115 2c-1.3 1-2 1.4-2 2.6M8.2 13v1.4"/>',
}


def _in(language: str) -> str:
    """Return the attribute of what is in another language than the page."""
    return "" if language in ("", spoken().code) else f' lang="{escape(language)}"'


def claims_table(verdicts: Iterable[Verdict], quoted: str = "") -> str:
    """Return the claims with what can be said of each, and why; ``quoted`` is their language.

    Where a claim says which flights it is of, its row points at them.
    """
    rows = []
    for v in verdicts:
        word = v.verdict.split()[0]
        icon = (
            f'<svg width="15" height="15" viewBox="0 0 16 16" aria-hidden="true">'
            f"{ICONS[v.verdict]}</svg>"
        )
        key = escape(f"claim:{v.claim.id}")
        point = ""
        if v.claim.flights:
            point = (
                f'<button type="button" class="hc-only-script" aria-pressed="false"'
                f' data-focus="{key}" data-of="{escape(" ".join(v.claim.flights))}">'
                f"{html('table.on_map')}</button>"
            )
        rows.append(
            f'<tr data-id="{key}"><th scope="row"><q{_in(quoted)}>{marked(v.claim.quote)}</q>'
            f'<span class="hc-by">{marked(v.claim.by)}</span>{point}</th>'
            f'<td><span class="hc-verdict v-{word}">{icon}{html(f"verdict.{word}")}</span></td>'
            f"<td>{marked(translated(v.reason))}</td></tr>"
        )
    head = "".join(
        f'<th scope="col"><button type="button" data-sort>{html(f"table.{h}")}</button></th>'
        for h in ("said", "can_be_said")
    )
    head += f'<th scope="col">{html("table.why")}</th>'
    return (
        '<table class="hc-stack hc-claims">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>\n"
    )


def sources_list(sources: Iterable[SourceEntry]) -> str:
    """Return sources as links that open beside the page."""
    out = []
    for s in sources:
        words: str = marked(s.title)
        if s.url:
            words = f'<a href="{escape(s.url)}" target="_blank" rel="noopener">{words}</a>'
        out.append(f"<li>{words}</li>")
    return f'<ul class="hc-list">{"".join(out)}</ul>\n'


def paragraphs(texts: Iterable[str]) -> str:
    """Return plain paragraphs."""
    return "".join(f"<p>{marked(t)}</p>" for t in texts if t)


def section(title: str, body: str, *, open_: bool = False) -> str:
    """Return a part of the page that waits until it is asked for."""
    return (
        f"<details{' open' if open_ else ''}><summary>{marked(title)}</summary>"
        f'<div class="hc-body">\n{body}</div></details>\n'
    )


def methods() -> tuple[str, ...]:
    """Return how distances are worked out, in paragraphs."""
    return say("method.paths"), say("method.zones")


def prose(texts: Sequence[str]) -> str:
    """Return paragraphs for a section."""
    return f'<div class="hc-prose">{paragraphs(texts)}</div>\n'


def downloads(findings: Findings) -> str:
    """Return buttons that make files of the findings which the page carries."""
    kinds = ("json", "csv") if len(findings) else ("json",)  # a table of none has not even a head
    buttons = "".join(
        f'<button type="button" data-file="findings.{kind}">'
        f"{html(f'page.findings_{kind}')}</button>"
        for kind in kinds
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
