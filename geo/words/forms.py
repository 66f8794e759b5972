"""How values are written in a message: what stands after the colon in ``{length_m:nm_km}``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from geo.rounding import Doubtful, usual_digits
from geo.units import FOOT, KILOMETRE, MILE, NM
from geo.words.text import OWN, Part, Text, parts_of, upper_first

if TYPE_CHECKING:
    from geo.words.speech import Language

__all__ = ["FORMS", "UNIT_M", "compass_wind", "figure_digits", "formed"]

UNIT_M: Final = {"NM": NM, "mi": MILE, "km": KILOMETRE, "m": 1.0}
PLURAL: Final = "plural."


def formed(language: Language, value: Any, forms: Iterable[str]) -> str:
    """Return a value as its forms have it, one after the other; as it is without one."""
    for form in forms:
        name, _, rest = form.partition(".")
        if not name:
            value = _plain(language, value)
        elif name in FORMS:
            value = FORMS[name](language, value, rest)
        else:
            # The name of what is counted: a table of the catalogue.
            digits = figure_digits(float(value), int(rest) if rest else 0)
            value = language.counted(PLURAL + name, digits, language.number(digits, ","))
    return value if isinstance(value, str) else str(value)


def _plain(language: Language, value: Any) -> str:
    return language.tell(value) if isinstance(value, str) else str(value)


def figure_digits(value: float, digits: int | None = None) -> str:
    """Return the digits of a number: with as many decimals as asked, else none from ten on."""
    if digits is None:
        digits = usual_digits(value)
    return f"{value:.{digits}f}"


def _digits(rest: str) -> int | None:
    return int(rest) if rest else None


# ------------------------------------------------------------------------ numbers and lengths


def _whole_km(language: Language, value: float, _: str) -> str:
    """Return whole kilometres; less than one by its first digit: 0 would say touching."""
    km = value / KILOMETRE
    whole = km >= 0.95 or not km > 0
    return language.number(f"{km:.0f}" if whole else f"{max(km, 0.001):.1g}")


def _figure(language: Language, value: float, rest: str) -> str:
    return language.number(figure_digits(value, _digits(rest)))


def _count(language: Language, value: int, _: str) -> str:
    return language.number(str(value), ",")


def _small(language: Language, value: int, _: str) -> str:
    words = language.words("number.small")
    return words[value] if 0 <= value < len(words) else str(value)


def _length(language: Language, length_m: float, unit: str, rest: str, how: str = "unit") -> Text:
    if isinstance(length_m, Doubtful) and not rest:
        digits = length_m.digits(UNIT_M[unit])
    else:
        digits = figure_digits(length_m / UNIT_M[unit], _digits(rest))
    return language.counted(f"{how}.{unit}", digits, language.number(digits))


def _in(unit: str, how: str = "unit") -> Form:
    return lambda language, value, rest: _length(language, value, unit, rest, how)


def _nm_km(language: Language, length_m: float, _: str) -> Text:
    nm, km = _length(language, length_m, "NM", ""), _length(language, length_m, "km", "")
    return language.say("unit.NM_and_km", nm=nm, km=km)


def _long_nm_km(language: Language, length_m: float, _: str) -> Text:
    nm = _length(language, length_m, "NM", "", "unit_long")
    return language.say("unit.NM_and_km", nm=nm, km=_length(language, length_m, "km", ""))


def _in_unit(language: Language, value: tuple[float, str], rest: str) -> Text:
    return _length(language, value[0], value[1], rest, "unit_long")


def _unit_name(language: Language, unit: str, _: str) -> Text:
    return language.say(f"unit_name.{unit}")


def _kilo(language: Language, value: float, _: str) -> str:
    return f"{value / 1000:g}".replace(".", language.number("0.5")[1])


# ------------------------------------------------------------------------------------ times


def _utc(time: float | datetime) -> datetime:
    return time if isinstance(time, datetime) else datetime.fromtimestamp(float(time), UTC)


def _whole(time_s: float) -> int:
    """Return whole seconds; half a second goes up, as in the script of a page."""
    return math.floor(time_s + 0.5)


def _day(language: Language, value: float | date, form: str) -> str:
    day = value if isinstance(value, date) else datetime.fromtimestamp(_whole(value), UTC)
    return language.date(day, form)


def _moment(_: Language, time_s: float, __: str) -> str:
    return f"{datetime.fromtimestamp(_whole(time_s), UTC):%Y-%m-%d %H:%M:%S} UTC"


def _duration(language: Language, time_s: float, _: str) -> str:
    whole = round(time_s)
    if whole >= 172_800:
        units, whole = (("d", 86_400), ("h", 3600)), round(whole / 3600) * 3600
    elif whole >= 600:
        # A minute is sharp enough from here on: nobody means the seconds of an hour.
        units, whole = (("h", 3600), ("min", 60)), round(whole / 60) * 60
    else:
        units = (("min", 60), ("s", 1))
    (large, size), (small, rest) = units
    counts = [(whole // size, large), (whole % size // rest, small)]
    told = [language.counted(f"duration.{u}", str(n), str(n)) for n, u in counts if n]
    told = told or [language.counted(f"duration.{small}", "0", "0")]
    return str(language.say("duration.joint")).join(told)


# ----------------------------------------------------------------------------------- places


def compass_wind(bearing_deg: float) -> int:
    """Return the number of the nearest of the eight winds, from the north by the east.

    >>> [compass_wind(bearing_deg) for bearing_deg in (63.1, -90, 359, 22.6)]
    [1, 6, 0, 1]
    """
    return int(bearing_deg / 45 + 8.5) % 8


def _wind(language: Language, bearing_deg: float, _: str) -> str:
    return language.words("place.winds")[compass_wind(bearing_deg)]


def _degrees(language: Language, side: str, value: float, rest: str) -> Text:
    told = f"{abs(value):.{rest}f}" if rest else f"{abs(value):g}"
    return language.say(f"place.{side}", degrees=told.replace(".", language.number("0.5")[1]))


def _lat(language: Language, lat: float, rest: str) -> Text:
    return _degrees(language, "north" if lat >= 0 else "south", lat, rest)


def _lon(language: Language, lon: float, rest: str) -> Text:
    return _degrees(language, "east" if lon >= 0 else "west", lon, rest)


def _place(language: Language, at: tuple[float, float], rest: str) -> Text:
    lat, lon = _lat(language, at[1], rest), _lon(language, at[0], rest)
    return language.say("place.lat_lon", lat=lat, lon=lon)


# ------------------------------------------------------------------------------------ names


def _zone(language: Language, zone: Any, case: str) -> str:
    """Return the name of a zone, of anything with an ``id``, a ``kind`` and a ``name``.

    In English a case is ``the``, or ``state`` for the state that it belongs to; other languages
    have those that their own messages ask for.
    """
    if isinstance(zone, str):
        return zone
    if case == "state":
        return _state(language, zone)
    if language.english:
        return f"the {zone.name}" if case == "the" and zone.kind != "file" else str(zone.name)
    forms = language.names.get("zone", {})
    told = forms.get(zone.id) or forms.get(zone.kind)
    if told is None:
        return Text([(zone.name, "en")])
    template = told if isinstance(told, str) else told.get(case, told["nominative"])
    return language.fill(template, {"country": zone, "name": Text([(zone.name, OWN)])})


def _state(language: Language, zone: Any) -> str:
    name = str(zone.name).removeprefix("airspace of ").removeprefix("the ")
    return name if language.english else _country(language, zone, "")


def _country(language: Language, zone: Any, case: str) -> str:
    """Return the country of a zone, in a case if the catalogue has it so."""
    code = str(zone.id).partition(":")[2]
    table = language.names.get("country", {}).get(case or "nominative", {})
    name = table.get(code)
    if name is None and case:
        return Text([])
    name = name or language.country(code)
    return name if name is not None else Text([(str(zone.name), "en")])


def _dispute(language: Language, dispute: Any, what: str) -> str:
    """Return what a dispute is called, how the data have it (``data``), or its ``readings``.

    ``short`` is what it is called, without what stands in brackets.
    """
    if what == "short":
        return _dispute(language, dispute, "").split(" (")[0].split("（")[0]
    what = what or "name"
    told = language.names.get("dispute", {}).get(dispute.id)
    if told is not None:
        words = told[what] if what == "readings" else [told[what]]
    else:
        own = [t for _, t in dispute.readings] if what == "readings" else [getattr(dispute, what)]
        words = own if language.english else [Text([(t, "en")]) for t in own]
    return _joined("semicolon")(language, words, "")


def _named(kind: str) -> Form:
    """Return a form that looks a word up among the names of a kind; unknown ones stay English."""

    def form(language: Language, value: Any, _: str) -> str:
        word = language.names.get(kind, {}).get(value or "none")
        if word is not None or language.english:
            return str(word or value)
        return Text([(str(value), "en")])

    return form


# ------------------------------------------------------------------------------------ lists


def _joined(last: str) -> Form:
    def form(language: Language, values: Iterable[Any], _: str) -> Text:
        told = [parts_of(_plain(language, v)) for v in values]
        out: list[Part] = []
        for i, parts in enumerate(told):
            if i:
                key = last if i == len(told) - 1 else LISTED.get(last, last)
                out += parts_of(language.say(f"joint.{key}"))
            out += parts
        return Text(out)

    return form


LISTED: Final = {"and": "comma", "or": "comma"}  # what stands before the last joint

Form = Callable[["Language", Any, str], str]
STOPS: Final = ("?", "!", ".", "\N{HORIZONTAL ELLIPSIS}", "\N{IDEOGRAPHIC FULL STOP}",
                "\N{FULLWIDTH QUESTION MARK}", "\N{FULLWIDTH EXCLAMATION MARK}")  # fmt: skip


def _ended(language: Language, value: str, _: str) -> Text:
    """Return words that end as a sentence does: a question keeps its own mark."""
    words = _plain(language, value)
    stop = "" if words.endswith(STOPS) else language.say("joint.stop")
    return Text([*parts_of(words), *parts_of(stop)])


FORMS: Final[dict[str, Form]] = {
    "n": _count,
    "figure": _figure,
    "whole": lambda _, value, __: f"{value:.0f}",
    "whole_km": _whole_km,
    "whole_nm": lambda _, value, __: f"{value / NM:.0f}",
    "kilo": _kilo,
    "small": _small,
    "nm": _in("NM"),
    "km": _in("km"),
    "mi": _in("mi"),
    "long_nm": _in("NM", "unit_long"),
    "nm_km": _nm_km,
    "long_nm_km": _long_nm_km,
    "in_unit": _in_unit,
    "unit_name": _unit_name,
    "ft": lambda language, value, rest: language.counted(
        "unit.ft", figure_digits(value / FOOT, 0), _figure(language, value / FOOT, rest or "0")
    ),
    "clock": lambda _, time, __: _utc(time).strftime("%H:%M"),
    "second": lambda language, time_s, _: _moment(language, time_s, "")[11:],
    "moment": _moment,
    "day": lambda language, value, _: _day(language, value, "day"),
    "month_day": lambda language, value, _: _day(language, value, "month_day"),
    "duration": _duration,
    "wind": _wind,
    "degrees": lambda language, value, rest: _degrees(language, "degrees", value, rest),
    "lat": _lat,
    "lon": _lon,
    "place": _place,
    "zone": _zone,
    "country": _country,
    "dispute": _dispute,
    "confidence": _named("confidence"),
    "reason": _named("reason"),
    "rejected": _named("rejected"),
    "and": _joined("and"),
    "or": _joined("or"),
    "comma": _joined("comma"),
    "semicolon": _joined("semicolon"),
    "sentences": _joined("sentences"),
    "ended": _ended,
    "upper": lambda language, value, _: upper_first(_plain(language, value)),
}
