"""Numbers, units, times and places as people read them; and all escaping.

Pure functions of plain values: the command line, the page and the pictures say the same thing in
the same words because they all say it through here.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape as escape_html
from typing import Any, Final, Literal

import orjson

from geo.units import FOOT, KILOMETRE, MILE, NM
from geo.words import MARKUP, OWN, Markup, form, joined, parts_of, say

__all__ = [
    "between",
    "clock",
    "day",
    "duration",
    "escape",
    "height",
    "html",
    "in_ascii",
    "joined",
    "json_for_script",
    "kept",
    "length",
    "length_in",
    "marked",
    "moment",
    "number",
    "place",
    "plural",
    "runs",
    "short",
    "source_hash",
    "span",
    "visible",
]

LengthUnit = Literal["NM", "km", "mi"]
UNITS: Final[dict[LengthUnit, float]] = {"NM": NM, "km": KILOMETRE, "mi": MILE}
# Below this, hundredths of a nautical mile say less than metres do.
ONLY_METRES_M: Final = 0.1 * NM


# ---------------------------------------------------------------------------------- numbers


def number(value: float) -> str:
    """Return a number with three significant digits, or all of its whole part if that is more.

    >>> [number(v) for v in (0, 0.2699, 3.239, 31.96, 99.97, 499.5, 2500)]
    ['0', '0.27', '3.24', '32.0', '100', '500', '2,500']
    """
    if value == 0:
        return "0"
    for digits in (2, 1):
        # Rounding may carry: 9.996 has two digits before the point once it is rounded.
        if abs(round(value, digits)) < 10 ** (3 - digits):
            return f"{value:.{digits}f}"
    return f"{value:,.0f}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun.

    >>> plural(1, "fix", "fixes"), plural(2500, "fix", "fixes"), plural(0, "leg")
    ('1 fix', '2,500 fixes', '0 legs')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def kept(fixes: int, rejected: Mapping[str, int]) -> str:
    """Return how many fixes of an input were kept, how many were dropped, and why.

    >>> kept(2500, {"ground": 394, "same time": 1})
    '2,105 of 2,500 fixes kept; dropped: ground 394, same time 1'
    >>> kept(12, {})
    '12 fixes, all kept'
    """
    dropped = sum(rejected.values())
    if not dropped:
        return f"{plural(fixes, 'fix', 'fixes')}, all kept"
    most_first = sorted(rejected.items(), key=lambda item: (-item[1], item[0]))
    why = ", ".join(f"{reason} {count:,}" for reason, count in most_first if count)
    return f"{fixes - dropped:,} of {plural(fixes, 'fix', 'fixes')} kept; dropped: {why}"


# ---------------------------------------------------------------------------------- lengths


def length_in(length_m: float, unit: LengthUnit) -> str:
    """Return a length in one unit.

    >>> length_in(59264, "NM"), length_in(59264, "km"), length_in(59264, "mi")
    ('32.0 NM', '59.3 km', '36.8 mi')
    """
    return f"{number(length_m / UNITS[unit])} {unit}"


def length(length_m: float) -> str:
    """Return a length in nautical miles and, in brackets, in kilometres or metres.

    >>> length(59264), length(1_234_567), length(500)
    ('32.0 NM (59.3 km)', '667 NM (1,235 km)', '0.27 NM (500 m)')
    >>> length(45.2), length(0)
    ('45 m', '0 NM')
    """
    if length_m == 0:
        return "0 NM"
    if length_m < ONLY_METRES_M:
        return f"{length_m:.0f} m"
    metric = f"{length_m:.0f} m" if round(length_m) < KILOMETRE else length_in(length_m, "km")
    return f"{length_in(length_m, 'NM')} ({metric})"


def between(low_m: float, high_m: float, unit: LengthUnit = "NM") -> str:
    """Return the two ends of a range of lengths; one of them if they read the same.

    >>> between(55_000, 64_000), between(0, 1852), between(59_264, 59_265)
    ('29.7–34.6 NM', '0–1.00 NM', '32.0 NM')
    """
    low, high = (number(v / UNITS[unit]) for v in (low_m, high_m))
    return f"{low} {unit}" if low == high else f"{low}–{high} {unit}"


def height(height_m: float) -> str:
    """Return a height in feet and metres.

    >>> height(9144.0)
    '30,000 ft (9,144 m)'
    """
    return f"{height_m / FOOT:,.0f} ft ({height_m:,.0f} m)"


# ------------------------------------------------------------------------------------ times


def _utc(time_s: float, step_s: int = 1) -> datetime:
    # Half a step goes up, as in the page's script
    return datetime.fromtimestamp(math.floor(time_s / step_s + 0.5) * step_s, UTC)


def moment(time_s: float, *, zone: bool = True) -> str:
    """Return a time as date and clock in UTC, to the second.

    >>> moment(1592367153.2)
    '2020-06-17 04:12:33 UTC'
    """
    return f"{_utc(time_s):%Y-%m-%d %H:%M:%S}" + (" UTC" if zone else "")


def day(time_s: float) -> str:
    """Return the UTC day of a time.

    >>> day(1592367153)
    '17 June 2020'
    """
    return form("day", time_s)


def clock(time_s: float) -> str:
    """Return the time of day in UTC, to the minute.

    >>> clock(1592367153)
    '04:13'
    """
    return f"{_utc(time_s, 60):%H:%M}"


def span(start_s: float, end_s: float) -> str:
    """Return an interval of time in UTC, to the minute, the day once if it is one.

    >>> span(1592367120, 1592370120)
    '17 June 2020, 04:12–05:02 UTC'
    >>> span(1592429400, 1592438400)
    '17 June 2020, 21:30 – 18 June 2020, 00:00 UTC'
    """
    start_s, end_s = (_utc(t, 60).timestamp() for t in (start_s, end_s))
    if day(start_s) == day(end_s):
        return f"{day(start_s)}, {clock(start_s)}–{clock(end_s)} UTC"
    return f"{day(start_s)}, {clock(start_s)} – {day(end_s)}, {clock(end_s)} UTC"


def duration(time_s: float) -> str:
    """Return a length of time in its two largest units, or one.

    >>> [duration(t) for t in (0, 45, 133, 2280, 8029.8, 59.7, 3599, 266_400)]
    ['0 s', '45 s', '2 min 13 s', '38 min', '2 h 14 min', '1 min', '1 h', '3 d 2 h']
    """
    return form("duration", time_s)


# ----------------------------------------------------------------------------------- places


def place(lon: float, lat: float, digits: int = 2) -> str:
    """Return a place in degrees, latitude first as people say it.

    >>> place(-170.1, 60.2), place(190, -5, digits=0), place(180, 0)
    ('60.20°N 170.10°W', '5°S 170°W', '0.00°N 180.00°E')
    """
    lon = 180.0 - (180.0 - lon) % 360.0  # (−180, 180]: the antimeridian is 180°E
    y, x = round(lat, digits), round(lon, digits)
    north, east = "S" if y < 0 else "N", "W" if x < 0 else "E"
    return f"{abs(y):.{digits}f}°{north} {abs(x):.{digits}f}°{east}"


# ---------------------------------------------------------------- text that others have written


def visible(text: str) -> str:
    r"""Return text from a file so that a terminal shows it and does not obey it.

    Control characters become their pictures, line ends and tabs spaces; marks that turn the
    direction of writing and halves of surrogate pairs become the replacement character.

    >>> visible("DAL1\x1b[31m\u202e\n2")
    'DAL1␛[31m� 2'
    """
    return "".join(_visible(c) for c in text)


def _visible(c: str) -> str:
    if c in "\t\n\r":
        return " "
    if c < " ":
        return chr(0x2400 + ord(c))
    # Cc: C1 controls and DEL; Cf: bidi marks and their like; Cs: bytes of a name that is not UTF-8
    return "�" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} else c


def short(text: str, most: int = 40) -> str:
    """Return visible text, cut to a number of characters.

    >>> short("x" * 10_000, most=5)
    'xxxx…'
    """
    text = visible(text[: most + 1])
    return text if len(text) <= most else text[: most - 1] + "…"


TEMPLATE: Final = {ord(c): f"&#{ord(c)};" for c in "{}`"}


def escape(text: str) -> str:
    """Return text for HTML, between tags or in a quoted attribute; also proof against templates.

    >>> escape('<b title="{{7*7}}">')
    '&lt;b title=&quot;&#123;&#123;7*7&#125;&#125;&quot;&gt;'
    """
    return escape_html(text, quote=True).translate(TEMPLATE)


# What a line must not break at its hyphen: a type's or a squadron's name (B-52s, Tu-95MS, MiG-31),
# or from how much to how much (8–21 NM).
UNIT: Final = "(?:NM|km|mi|ft|m|s|min|h)"
WHOLE: Final = re.compile(
    r"\b([A-ZА-Я][A-Za-zА-Яа-я]{0,2}-\d{1,4}[A-Za-zА-Яа-я]{0,3}|\d[\d.]*–\d[\d.]* " + UNIT + r")\b"
)


# A day from its month, a time from its zone, a number from its unit: "on 4" at the end of a line
# says nothing.
TOGETHER: Final = re.compile(
    r"(?<=\b\d) (?=[^\W\d_]{3,} \d{4}\b)|(?<=:\d\d) (?=UTC)|(?<=\d) (?=" + UNIT + r"\b)"
)


def runs(words: str) -> list[tuple[str, str, bool]]:
    r"""Return words in pieces, each with its kind and whether it is to stay on one line.

    Words that belong together have a space that does not break.

    >>> runs("two B-52s")
    [('two ', '', False), ('B-52s', '', True)]
    >>> runs("8–21 NM, mostly 19 km")
    [('8–21\xa0NM', '', True), (', mostly 19\xa0km', '', False)]
    >>> runs("on 4 May 2024, at 10:12:33 UTC")
    [('on 4\xa0May 2024, at 10:12:33\xa0UTC', '', False)]
    """
    return [
        (piece if kind == MARKUP else TOGETHER.sub("\u00a0", piece), kind, bool(i % 2))
        for text, kind in parts_of(words)
        for i, piece in enumerate([text] if kind == MARKUP else WHOLE.split(text))
        if piece
    ]


def marked(words: str) -> Markup:
    """Return words for HTML, those in another language than the page's marked as such.

    Designations and ranges stay on one line: a browser would break them at the hyphen.

    >>> marked("a < b, B-52s")
    'a &lt; b, <span class="hc-w">B-52s</span>'
    """
    out = ""
    for text, kind in parts_of(words):
        if kind == MARKUP:
            out += text
            continue
        whole = "".join(
            f'<span class="hc-w">{escape(piece)}</span>' if stays else escape(piece)
            for piece, _, stays in runs(text)
        )
        out += whole if kind == OWN else f'<span lang="{escape(kind)}">{whole}</span>'
    return Markup(out)


def html(key: str, **values: Any) -> Markup:
    """Return a message of the catalogue as HTML; values that are `Markup` are put in as they are.

    >>> html("table.leg", number=2)
    'leg 2'
    """
    return marked(say(key, **values))


STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
UNSAFE: Final = re.compile("[<>&{}\u2028\u2029]")
NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")


def json_for_script(value: Any, *, ascii_only: bool = False) -> str:
    r"""Return JSON for a ``<script type="application/json">``, whatever its strings hold.

    In strings, what HTML or a template could take for its own is written as ``\u00xx``, so the
    text can stand in any document, and be rendered any number of times.

    >>> json_for_script({"name": "</script>{{7*7}}"})
    '{"name":"\\u003c/script\\u003e\\u007b\\u007b7*7\\u007d\\u007d"}'
    """
    text = orjson.dumps(value).decode()
    text = STRING.sub(lambda s: UNSAFE.sub(lambda c: f"\\u{ord(c[0]):04x}", s[0]), text)
    return NOT_ASCII.sub(_units, text) if ascii_only else text


def _units(character: re.Match[str]) -> str:
    """Return a character as JSON escapes it: in the one or two units of UTF-16."""
    units = character[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def source_hash(text: str) -> str:
    """Return how a Content-Security-Policy names a script or a style: by its SHA-256.

    >>> source_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def in_ascii(document: str) -> str:
    """Return HTML whose text is written in ASCII: a browser is ready with it sooner.

    Scripts, styles and JSON in it have to be in ASCII already: there no reference would be read.

    >>> in_ascii("<p>±&nbsp;2</p>")
    '<p>&#177;&nbsp;2</p>'
    """
    return document.encode("ascii", "xmlcharrefreplace").decode()
