"""The parts of a page around its map, as HTML: legend, tables, method, sources.

Every text goes through `layers.text.escape`; there are no style attributes and no handlers, so that
a page can forbid both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from geo.claims import Verdict
from geo.findings import Findings, isoformat
from geo.story import SourceEntry
from geo.words import nm_and_km
from layers.sentences import distance_parts, zone_name
from layers.text import duration, escape, moment

__all__ = [
    "Entry",
    "claims_table",
    "findings_table",
    "legend",
    "paragraphs",
    "section",
    "sources_list",
    "tools",
]


@dataclass(frozen=True)
class Entry:
    """A line of the legend.

    ``look`` is what its box shows and hides, "" for what is only told; ``swatch`` names the sign.
    ``each`` are the hues of several of its kind, with their names.
    """

    words: str
    swatch: str
    look: str = ""
    hue: int = 0
    each: tuple[tuple[int, str], ...] = ()


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
    "belt": '<path class="hc-area belt {hue}" d="M1 2h32v12H1z"/>',
    "adiz": '<path class="hc-line adiz" d="M2 8h30"/>',
    "none": "",
}


def legend(entries: Sequence[Entry]) -> str:
    """Return the legend; what can be hidden has a box."""
    out = []
    for e in entries:
        if e.each:
            words = f"<span>{escape(e.words)}</span>" + "".join(
                f'<span class="hc-each">{_swatch(e.swatch, hue)}{escape(name)}</span>'
                for hue, name in e.each
            )
        else:
            words = f"{_swatch(e.swatch, e.hue)}<span>{escape(e.words)}</span>"
        if e.look:
            box = (
                f'<input type="checkbox" class="hc-only-script" checked data-look="{e.look}"'
                f' aria-label="{escape("Show: " + e.words)}">'
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
        leg = f" <span class=hc-by>leg {f.leg}</span>" if _legs(findings, f.flight) > 1 else ""
        button = (
            f'<button type="button" aria-pressed="false" data-focus="{escape(id_)}">'
            f"{escape(f.name)}</button>{leg}"
        )
        when = "not known" if f.time_s is None else _time(f.time_s)
        if f.basis == "drawn":
            when = "no clock: drawn"
        zone = zone_name(f, findings.zones).removeprefix("the ")
        told = "".join(_length(w) if isinstance(w, float) else escape(w) for w in distance_parts(f))
        doubt = "".join(f'<span class="hc-by">{escape(_upper(d))}.</span>' for d in f.doubt)
        rows.append(
            f'<tr data-id="{escape(id_)}"><th scope="row">{button}</th>'
            f"<td>{'recorded' if f.basis == 'recorded' else 'drawn'}</td>"
            f"<td>{escape(_upper(zone))}</td>"
            f'<td data-key="{f.distance_m - f.depth_m:.1f}">{told}{doubt}</td>'
            f'<td data-key="{f.time_s or 0:.0f}">{when}</td>'
            f'<td data-key="{f.inside_m:.0f}">{_crossings(f)}</td></tr>'
        )
    if not rows:
        return "<p>No flight came near any of these zones.</p>"
    head = "".join(
        f'<th scope="col"><button type="button" data-sort>{h}</button></th>'
        for h in ("Flight", "Basis", "To", "Distance", "When", "Inside and crossings")
    )
    return (
        '<div class="hc-scroll" tabindex="0" role="region" aria-label="Findings">'
        f'<table class="hc-stack"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>\n"
    )


def _length(length_m: float) -> str:
    """Return a length that the reader may see in other units."""
    return f'<data class="hc-length" value="{length_m:.1f}">{escape(nm_and_km(length_m))}</data>'


def _time(time_s: float, *, short: bool = False) -> str:
    """Return a time that the reader may see on another clock; a short one has no day."""
    words = moment(time_s)[11:19] if short else moment(time_s)
    kind = " data-short" if short else ""
    return f'<time datetime="{isoformat(time_s)}"{kind}>{escape(words)}</time>'


def tools(timed: bool) -> str:
    """Return the switches of units and, where there are times, of clocks."""
    units = (("both", "NM and km"), ("NM", "NM"), ("km", "km"), ("mi", "mi"))
    switches: list[tuple[str, str, tuple[tuple[str, str], ...]]] = [("Units", "hc-unit", units)]
    if timed:
        switches.append(("Clock", "hc-clock", (("utc", "UTC"), ("local", "yours"))))
    out = []
    for title, name, choices in switches:
        boxes = "".join(
            f'<label><input type="radio" name="{name}" value="{value}"{" checked" * (i == 0)}>'
            f"{words}</label>"
            for i, (value, words) in enumerate(choices)
        )
        out.append(f"<fieldset><legend>{title}</legend>{boxes}</fieldset>")
    return f'<div class="hc-tools hc-only-script">{"".join(out)}</div>\n'


def _legs(findings: Findings, flight: str) -> int:
    return len({f.leg for f in findings if f.flight == flight})


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


MOST_CROSSINGS: Final = 6  # in a table's cell; the data to download have them all


def _crossings(f: object) -> str:
    from geo.findings import Finding

    assert isinstance(f, Finding)  # noqa: S101 - narrows the type
    if f.basis == "drawn":
        return "a drawn route has none"
    words = []
    if f.inside_m > 0:
        clock = f"{duration(f.inside_s)}, " if f.inside_s is not None else ""
        words.append(f"inside for {escape(clock)}{_length(f.inside_m)}")
    told = {"enter": "entered", "exit": "left"}
    for c in f.crossings[:MOST_CROSSINGS]:
        verb = told.get(c.direction, c.direction)
        if c.time_s is not None:
            words.append(f"{verb} at {_time(c.time_s, short=True)}")
        elif c.after_s is not None and c.before_s is not None:
            after, before = _time(c.after_s, short=True), _time(c.before_s, short=True)
            words.append(f"{verb} unseen between {after} and {before}")
        else:
            words.append(f"{verb}, time not known")
    if len(f.crossings) > MOST_CROSSINGS:
        words.append(f"and {len(f.crossings) - MOST_CROSSINGS} more crossings")
    return "; ".join(words) or "never inside"


ICONS: Final = {
    "supported": '<path d="M2 8l4 4 8-9" fill="none" stroke="currentColor" stroke-width="2.4"/>',
    "contradicted": '<path d="M3 3l10 10M13 3L3 13" stroke="currentColor" stroke-width="2.4"/>',
    "cannot be told": '<path d="M5.2 5.6a2.9 2.9 0 115 2c-1.3 1-2 1.4-2 2.6M8.2 13v1.4" fill="none"'
    ' stroke="currentColor" stroke-width="2"/>',
}


def claims_table(verdicts: Iterable[Verdict]) -> str:
    """Return the claims with what can be said of each, and why."""
    rows = []
    for v in verdicts:
        look = f"v-{v.verdict.split()[0]}"
        icon = (
            f'<svg width="15" height="15" viewBox="0 0 16 16" aria-hidden="true">'
            f"{ICONS[v.verdict]}</svg>"
        )
        rows.append(
            f'<tr data-claim="{escape(v.claim.id)}"><th scope="row"><q>{escape(v.claim.quote)}</q>'
            f'<span class="hc-by">{escape(v.claim.by)}</span></th>'
            f'<td><span class="hc-verdict {look}">{icon}{_upper(v.verdict)}</span></td>'
            f"<td>{escape(v.reason)}</td></tr>"
        )
    head = "".join(
        f'<th scope="col">{h}</th>' for h in ("What was said", "What can be said of it", "Why")
    )
    return (
        '<table class="hc-stack hc-claims">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>\n"
    )


def sources_list(sources: Iterable[SourceEntry]) -> str:
    """Return sources as links that open beside the page."""
    out = []
    for s in sources:
        words = escape(s.title)
        if s.url:
            words = f'<a href="{escape(s.url)}" target="_blank" rel="noopener">{words}</a>'
        out.append(f"<li>{words}</li>")
    return f'<ul class="hc-list">{"".join(out)}</ul>\n'


def paragraphs(texts: Iterable[str]) -> str:
    """Return plain paragraphs."""
    return "".join(f"<p>{escape(t)}</p>" for t in texts if t)


def section(title: str, body: str, *, open_: bool = False) -> str:
    """Return a part of the page that waits until it is asked for."""
    return (
        f"<details{' open' if open_ else ''}><summary>{escape(title)}</summary>"
        f'<div class="hc-body">\n{body}</div></details>\n'
    )
