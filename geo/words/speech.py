"""Languages: the messages of each, and how it writes numbers, dates and names.

A catalogue is a TOML file beside this module (``en.toml``, ``ru.toml``, …). English is written by
our own few lines, so that who speaks nothing else never loads Babel; every other language has its
plural forms, numbers, months and countries from CLDR through Babel.
"""

from __future__ import annotations

import functools
import re
import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from geo.errors import LanguageError
from geo.words.text import OWN, Part, Text, parts_of

__all__ = [
    "Language",
    "Said",
    "codes",
    "english",
    "is_language",
    "language",
    "languages",
    "said",
    "sentences",
]

FOLDER: Final = Path(__file__).parent
CATEGORIES: Final = frozenset({"zero", "one", "two", "few", "many", "other"})  # of CLDR
CODE: Final = re.compile("[a-z]{2,3}(-[A-Za-z]+)?")  # never a path
NAMES: Final = "names"  # a table of names: each language has those that it needs
THIN: Final = "\u202f"  # between thousands, where a language has a space there
# Not strftime's %B, which speaks the language of the machine.
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

Message = str | list[str] | bool | dict[str, str]
Piece = tuple[str, str, tuple[str, ...]]  # what stands before a field, its name, and its forms


class Language:
    """A language: says messages by their keys.

    Parameters
    ----------
    code
        As ``<html lang>`` has it, such as ``en``.
    catalogue
        The document of its TOML file.
    """

    def __init__(self, code: str, catalogue: Mapping[str, Any]) -> None:
        self.code = code
        self.messages: dict[str, Message] = dict(_flat(catalogue))
        self.names: Mapping[str, Any] = catalogue.get(NAMES, {})
        self.locale = str(self.messages["language.locale"])
        self.english = self.locale.startswith("en")
        self._pieces: dict[str, list[Piece]] = {}

    def __repr__(self) -> str:
        return f"Language({self.code!r})"

    @functools.cached_property
    def cldr(self) -> Any:
        """Babel's locale; nobody who speaks English needs it."""
        from babel import Locale

        return Locale.parse(self.locale)

    # --------------------------------------------------------------------------- messages

    def say(self, key: str, **values: Any) -> Text:
        """Return a message with its values put in.

        What the catalogue lacks is said in English, and marked as English.

        Raises
        ------
        KeyError
            If no language has such a message, or a value is missing.
        """
        message = self.messages.get(key)
        if message is None:
            if self.code == english().code:
                raise KeyError(f"there is no message {key!r}")
            return _marked(english().say(key, **values), english().code)
        if not isinstance(message, str):
            raise KeyError(f"{key!r} is no message to be said by itself")
        return self.fill(message, values)

    def words(self, key: str) -> Sequence[str]:
        """Return a list of words."""
        words = self.messages.get(key, english().messages[key])
        assert isinstance(words, list)  # noqa: S101 - narrows the type; a test holds the files
        return words

    def table(self, section: str) -> dict[str, str]:
        """Return the messages of a section that take no values, by their keys in it."""
        start = f"{section}."
        keys = [k for k in english().messages if k.startswith(start)]
        return {k.removeprefix(start): str(self.say(k)) for k in keys}

    def forms(self, section: str) -> dict[str, str | dict[str, str]]:
        """Return the messages of a section as they stand, ``{n}`` in them, by their keys in it."""
        start = f"{section}."
        keys = [k for k in english().messages if k.startswith(start)]
        told = {k: self.messages.get(k, english().messages[k]) for k in keys}
        return {k.removeprefix(start): m for k, m in told.items() if isinstance(m, str | dict)}

    def flag(self, key: str) -> bool:
        """Return something that is true of the language or not."""
        return bool(self.messages.get(key, english().messages[key]))

    def counted(self, key: str, number: str, shown: str) -> Text:
        """Return a message in the plural form that a number asks for.

        Parameters
        ----------
        number
            Its digits, as in ``1.5``: the form depends on how many are shown.
        shown
            The number as the language writes it, for the message's ``{n}``.
        """
        message = self.messages.get(key)
        if message is None:
            return _marked(english().counted(key, number, shown), english().code)
        if isinstance(message, dict):
            message = message.get(self.category(number), message["other"])
        return self.fill(str(message), {"n": shown})

    def category(self, number: str) -> str:
        """Return the plural form of a number, by its digits.

        >>> [language("en").category(n) for n in ("1", "2", "1.0")]
        ['one', 'other', 'other']
        """
        if self.english:
            return "one" if number == "1" else "other"
        return str(self.cldr.plural_form(Decimal(number)))

    def fill(self, template: str, values: Mapping[str, Any]) -> Text:
        """Return a template with its values put in."""
        from geo.words.forms import formed

        out: list[Part] = []
        for before, name, forms in self._parsed(template):
            if before:
                out.append((before, OWN))
            if name:
                out += parts_of(formed(self, values[name], forms))
        return Text(out)

    def _parsed(self, template: str) -> list[Piece]:
        if template not in self._pieces:
            self._pieces[template] = [
                (before, name or "", tuple((form or "").split("|")))
                for before, name, form, _ in string.Formatter().parse(template)
            ]
        return self._pieces[template]

    def tell(self, words: str) -> Text:
        """Return what was said in this language, if it knows how to be: see `Said`."""
        return words.told(self) if isinstance(words, Said) else Text(parts_of(words))

    # -------------------------------------------------------------------- numbers and dates

    @functools.cached_property
    def _signs(self) -> tuple[str, str]:
        """The sign before decimals, and that between thousands."""
        if self.english:
            return ".", THIN
        signs = self.cldr.number_symbols["latn"]
        group = signs["group"]
        return signs["decimal"], THIN if group.isspace() else group

    def number(self, digits: str, group: str | None = None) -> str:
        """Return a number as the language writes it, from its digits as in ``-1234.5``.

        >>> language("en").number("12345.5", ",")
        '12,345.5'
        """
        point, thousands = self._signs
        if group is not None and self.english:
            thousands = group
        whole, dot, part = digits.partition(".")
        return f"{int(whole):,}".replace(",", thousands) + (f"{point}{part}" if dot else "")

    def date(self, day: date, form: str) -> str:
        """Return a day in one of the catalogue's forms."""
        pattern = str(self.messages.get(f"date.{form}") or english().messages[f"date.{form}"])
        if not self.english:
            from babel.dates import format_date

            return str(format_date(day, pattern, self.cldr))
        told = {"d": str(day.day), "MMMM": MONTHS[day.month - 1], "y": str(day.year)}
        return re.sub("MMMM|d|y", lambda found: told[found[0]], pattern)

    def country(self, code: str) -> str | None:
        """Return what CLDR calls a country of an ISO 3166 alpha-3 code; None if nothing."""
        from babel.core import get_global

        short = OTHER_CODES.get(code) or (get_global("territory_aliases").get(code) or [""])[0]
        name = self.cldr.territories.get(short)
        return None if name is None else str(name)


OTHER_CODES: Final = {"XKX": "XK"}  # codes in use that ISO 3166 has not


class Said(Text):
    """A sentence in English that can be said in other languages: its key and its values.

    It is the English text for whoever takes it as text, so that findings and their JSON are in one
    language; a page in another asks `Language.tell`.
    """

    key: str
    values: dict[str, Any]

    def __new__(cls, key: str, values: Mapping[str, Any]) -> Said:  # noqa: D102
        made = super().__new__(cls, parts_of(english().say(key, **values)))
        assert isinstance(made, Said)  # noqa: S101 - narrows the type
        made.key, made.values = key, dict(values)
        return made

    def __getnewargs__(self) -> Any:
        return self.key, self.values

    def told(self, language: Language) -> Text:
        """Return the sentence in a language."""
        return language.say(self.key, **self.values)


def said(key: str, **values: Any) -> Said:
    """Return a sentence in English that can be said in other languages.

    >>> said("doubt.gap_exit", gap="a gap of 8 min")
    'a gap of 8 min may hide an exit'
    """
    return Said(key, values)


def sentences(*parts: str) -> Said:
    """Return sentences one after the other; those that are empty are left out."""
    return said("joint.all", all=[p for p in parts if p])


def _marked(words: Text, code: str) -> Text:
    return Text((text, kind or code) for text, kind in words.parts)


def _flat(table: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Message]]:
    """Yield the messages of a document by keys such as ``doubt.gap``."""
    for name, value in table.items():
        key = f"{before}{name}"
        if key == NAMES:
            continue
        if isinstance(value, dict) and not value.keys() <= CATEGORIES:
            yield from _flat(value, f"{key}.")
        else:
            yield key, value


# ------------------------------------------------------------------------ those that there are


def languages() -> dict[str, str]:
    """Return the languages that there are: their codes, and what each calls itself.

    >>> languages()["en"]
    'English'
    """
    return {code: str(language(code).messages["language.name"]) for code in codes()}


def codes() -> list[str]:
    """Return the codes of the languages that there are."""
    return sorted(p.stem for p in FOLDER.glob("*.toml"))


def is_language(code: str) -> bool:
    """Return whether there is a language of a code, without reading its catalogue."""
    return bool(CODE.fullmatch(code)) and (FOLDER / f"{code}.toml").is_file()


def language(code: str) -> Language:
    """Return the language of a code.

    Raises
    ------
    LanguageError
        If there is no such catalogue.
    """
    return _read(code, FOLDER)


def english() -> Language:
    """Return English, in which findings are told."""
    return _read("en", FOLDER)


@functools.cache
def _read(code: str, folder: Path) -> Language:
    path = folder / f"{code}.toml"
    if not (CODE.fullmatch(code) and path.is_file()):
        known = ", ".join(f"{c} ({name})" for c, name in languages().items())
        raise LanguageError(f"There is no language '{code[:40]}'. Those that there are: {known}.")
    return Language(code, tomllib.loads(path.read_text(encoding="utf-8")))
