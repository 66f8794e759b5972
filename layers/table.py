"""Tables in the terminal: findings, zones and formats, for people.

Whatever comes from a file is shown as `rich.text.Text` made visible, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from layers.text import between, duration, height, length, moment, number, plural, short, visible

if TYPE_CHECKING:
    from geo.catalogue import Zone
    from geo.findings import Finding, Findings
    from geo.readers import Format

__all__ = ["encounters_table", "findings_table", "formats_table", "zone_card", "zones_table"]

NEAREST: Final = 20  # findings shown; a person reads no more


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    return table


# --------------------------------------------------------------------------------- findings


def findings_table(findings: Findings, *, every: bool = False) -> RenderableType:
    """Return the findings nearest first: twenty and how many more there are, or every one.

    What is doubtful is told below the table, each reason once, under the number that the table
    gives it.
    """
    ranked = findings.nearest_first()
    if not ranked:
        return Text(_nothing(findings))
    shown = ranked if every else ranked[:NEAREST]
    names = {z.id: z.name for z in findings.zones}
    reasons: dict[str, int] = {}
    legs = any(f.leg > 1 for f in findings)
    inside = any(f.inside_m > 0 for f in shown)

    headings = ["Flight", "Zone", "Distance", "May be", "When (UTC)", "Inside", "Doubt"]
    if not inside:
        headings.remove("Inside")
    table = _table(*headings)
    for finding in shown:
        numbers = [reasons.setdefault(words, len(reasons) + 1) for words in finding.doubt]
        cells = {
            "Flight": _flight(finding, legs),
            "Zone": Text(short(names.get(finding.zone, finding.zone))),
            "Distance": _distance(finding),
            "May be": Text(_range(finding)),
            "When (UTC)": _when(finding),
            "Inside": Text(_inside(finding)),
            "Doubt": Text(" ".join(map(str, sorted(numbers))), style="dim"),
        }
        table.add_row(*(cells[h] for h in headings))

    parts: list[RenderableType] = [table]
    more = len(ranked) - len(shown)
    if more:
        parts.append(Text(f"and {more:,} more, {_less(ranked[len(shown)])}: --all shows them\n"))
    for words, index in reasons.items():
        line = Table.grid(padding=(0, 1))
        line.add_row(Text(f"{index}", style="dim"), Text(visible(words)))
        parts.append(line)
    return Group(*parts)


def encounters_table(findings: Findings, *, every: bool = False) -> RenderableType:
    """Return which flights came near each other, the nearest first: twenty, or every one."""
    if not findings.encounters:
        return Text("No two of the flights came that near to each other while both were seen.")
    ranked = sorted(findings.encounters, key=lambda e: e["distance_m"])
    shown = ranked if every else ranked[:NEAREST]
    names = _names_of_flights(findings)
    table = _table("Flights", "Distance", "Height between", "When (UTC)", "Together")
    table.columns[-1].no_wrap = True  # a span a line, none of them broken
    for e in shown:
        high = e["height_diff_m"]
        spans = [f"{s['start'][11:19]}–{s['end'][11:19]}" for s in e["spans"]]
        a, b = (names.get(e[k], e[k]) for k in ("a", "b"))
        table.add_row(
            Text(short(f"{a} and {b}", 60)),
            Text(length(e["distance_m"])),
            Text("" if high is None else height(abs(high))),
            Text(e["time"][:19].replace("T", " ")),
            Text("\n".join(spans)),
        )
    more = len(ranked) - len(shown)
    if not more:
        return table
    return Group(table, Text(f"and {more:,} more, farther apart: --all shows them"))


def _names_of_flights(findings: Findings) -> dict[str, str]:
    """Return what to call each aircraft: also its callsign, by which the findings call it.

    An encounter names the aircraft alone, so one that changed its callsign keeps its own name.
    """
    callsigns: dict[str, set[str]] = {}
    for f in findings.findings:
        callsigns.setdefault(f.flight, set()).add(f.callsign or f.flight)
    alone = {flight: next(iter(c)) for flight, c in callsigns.items() if len(c) == 1}
    return {f: f if c == f else f"{c} ({f})" for f, c in alone.items()}


def _nothing(findings: Findings) -> str:
    within_m = findings.parameters.get("within_m")
    if isinstance(within_m, int | float):
        return f"No flight came within {number(within_m / 1852)} NM of any national airspace."
    return "There is nothing to tell: no flight was checked against any zone."


def _less(finding: Finding) -> str:
    return "less deep inside, or farther away" if finding.depth_m > 0 else "farther away"


def _flight(finding: Finding, legs: bool) -> Text:
    text = Text(short(finding.name, 24), style="bold")
    if legs:
        text.append(f" leg {finding.leg}", style="not bold")
    if finding.basis == "drawn":
        text.append(" (drawn)", style="not bold italic")
    return text


def _distance(finding: Finding) -> Text:
    if finding.depth_m > 0:
        return Text(f"{length(finding.depth_m)} inside", style="bold red")
    if finding.distance_m == 0:
        return Text("touches the border", style="bold")
    return Text(length(finding.distance_m))


def _range(finding: Finding) -> str:
    return "" if finding.high_m == 0 else between(finding.low_m, finding.high_m)


def _when(finding: Finding) -> Text:
    if finding.time_s is None:
        return Text("no times", style="dim")
    return Text(moment(finding.time_s, zone=False))


def _inside(finding: Finding) -> str:
    if finding.inside_m == 0:
        return ""
    if finding.inside_s is None:
        return f"over {length(finding.inside_m)}"
    return duration(finding.inside_s)


# ------------------------------------------------------------------------ zones and formats


def _off(accuracy_m: float | None) -> str:
    return "unknown" if accuracy_m is None else f"{accuracy_m:,.0f} m"


def zones_table(zones: Sequence[Zone]) -> RenderableType:
    """Return the catalogue: how to call each zone, and how far its border can be trusted."""
    table = _table("Zone", "Name", "Off its source", "Off the law", "Remarks")
    for zone in zones:
        table.add_row(
            Text(zone.id),
            Text(zone.name),
            Text(_off(zone.accuracy_m)),
            Text(_off(zone.legal_accuracy_m)),
            Text("; ".join(_remarks(zone))),
        )
    note = f"{plural(len(zones), 'zone')}. More of one of them: howclose zones NAME"
    return Group(table, Text(note))


def _remarks(zone: Zone) -> list[str]:
    remarks = []
    if not zone.verified:
        remarks.append("approximate")
    if zone.part_of:
        remarks.append(f"part of {zone.part_of}")
    if zone.disputed:
        remarks.append(f"disputed: {', '.join(zone.disputed)}")
    return remarks


KINDS: Final = {
    "airspace": "land, internal waters and the 12 NM territorial sea: sovereign",
    "territory": "land: sovereign",
    "sea": "a sea: nobody's",
    "adiz": "an air defence identification zone: not sovereign",
    "treaty": "an area under a treaty: not sovereign",
}


def zone_card(zone: Zone, row: dict[str, Any]) -> RenderableType:
    """Return all that the catalogue says of one zone; ``row`` is its row there."""
    west, south, east, north = row["bounds"]
    lines = {
        "Zone": zone.id,
        "Name": zone.name,
        "Also": ", ".join(zone.aliases),
        "What it is": KINDS.get(zone.kind, zone.kind),
        "Edges": f"{zone.edges} between vertices",
        "Area": f"{row['area_km2']:,.0f} km²",
        "Bounds": f"{west:g} to {east:g}° E, {south:g} to {north:g}° N",
        "Off its source": _off(zone.accuracy_m),
        "Off the law": _off(zone.legal_accuracy_m),
        "Remarks": "; ".join(_remarks(zone)),
        "Source": zone.source,
        "Licence": zone.licence,
    }
    table = Table.grid(padding=(0, 2))
    for name, value in lines.items():
        if value:
            table.add_row(Text(name, style="bold"), Text(value))
    return table


def formats_table(formats: Iterable[Format]) -> RenderableType:
    """Return the track formats and what each is told by."""
    table = _table("Format", "What", "Told by")
    for form in formats:
        table.add_row(Text(form.name, style="bold"), Text(form.title), Text(form.marks))
    note = "A file is told by its content, whatever it is called; gzip is unpacked."
    return Group(table, Text(note))
