"""Words: every message that a reader sees, in the language that is spoken.

Findings speak English (`said`): that is their contract. A page speaks the language that was asked
for: within ``speaking("ru")`` every message (`say`), figure and date is Russian.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any, Final

from geo.words.forms import FORMS, UNIT_M, figure_digits
from geo.words.speech import Language, Said, english, language, languages, said, sentences
from geo.words.text import MARKUP, OWN, Markup, Text, parts_of

__all__ = [
    "MARKUP",
    "OWN",
    "UNIT_M",
    "Language",
    "Markup",
    "Said",
    "Text",
    "english",
    "figure",
    "form",
    "joined",
    "language",
    "languages",
    "nm",
    "nm_and_km",
    "own_words",
    "parts_of",
    "said",
    "say",
    "sentences",
    "speaking",
    "spoken",
    "translated",
]

_SPOKEN: Final[ContextVar[Language | None]] = ContextVar("howclose_language", default=None)


def spoken() -> Language:
    """Return the language that is spoken: English, outside `speaking`."""
    return _SPOKEN.get() or english()


@contextlib.contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Speak a language for a while.

    Raises
    ------
    LanguageError
        If there is no such language.

    Examples
    --------
    >>> with speaking("en"):
    ...     print(say("finding.none"))
    No flight came near any of these zones.
    """
    before = _SPOKEN.set(language(code))
    try:
        yield spoken()
    finally:
        _SPOKEN.reset(before)


def say(key: str, **values: Any) -> Text:
    """Return a message of the catalogue in the language that is spoken."""
    return spoken().say(key, **values)


def translated(words: str) -> Text:
    """Return what was said in English in the language that is spoken, if it can be: see `Said`.

    What knows only English is marked as English.
    """
    return spoken().tell(words) if isinstance(words, Said) else own_words(words)


def own_words(words: str, code: str = "en") -> Text:
    """Return words of a language, marked as such where another one is spoken."""
    if code == spoken().code or (spoken().english and code == "en"):
        return Text(parts_of(words))
    return Text((text, kind or code) for text, kind in parts_of(words))


def form(name: str, value: Any, rest: str = "") -> str:
    """Return a value as a form has it in the language that is spoken; see `geo.words.forms`.

    >>> form("duration", 133), form("wind", 63.1)
    ('2 min 13 s', 'north-east')
    """
    return str(FORMS[name](spoken(), value, rest))


def figure(value: float, digits: int | None = None) -> str:
    """Return a number with as many decimals as asked, else whole from ten on and one below.

    >>> figure(59.264), figure(6.576), figure(0.0)
    ('59', '6.6', '0')
    """
    return spoken().number(figure_digits(value, digits))


def nm(length_m: float, digits: int | None = None) -> str:
    """Return a length in nautical miles, with the sign NM."""
    return form("nm", length_m, "" if digits is None else str(digits))


def nm_and_km(length_m: float) -> str:
    """Return a length in both units that aviation and readers use.

    >>> nm_and_km(59264).replace(chr(160), " ")
    '32 NM (59 km)'
    """
    return form("nm_km", length_m)


def joined(words: Iterable[str], joint: str = "and") -> Text:
    """Return words as a list in a sentence.

    >>> joined(["Su-30", "Su-35", "MiG-31"])
    'Su-30, Su-35 and MiG-31'
    """
    return Text(parts_of(FORMS[joint](spoken(), words, "")))
