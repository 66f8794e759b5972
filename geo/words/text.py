"""Text whose parts know whether they are in the page's own language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

__all__ = ["MARKUP", "OWN", "Markup", "Part", "Text", "parts_of", "upper_first"]

Part = tuple[str, str]  # a text, and OWN, MARKUP, or the language that it is in
OWN: Final = ""
MARKUP: Final = "<>"


class Markup(str):
    """HTML that our own code made, to be put into a message as it is."""

    __slots__ = ()


class Text(str):
    """Words with their parts: most in the language that is spoken, some in another.

    Where only a `str` is wanted it is one; what slices or joins it loses the parts and no more.

    >>> Text([("NORAD", "en"), (" сообщило", "")])
    'NORAD сообщило'
    """

    parts: tuple[Part, ...]

    def __new__(cls, parts: Iterable[Part]) -> Text:  # noqa: D102
        kept: list[Part] = []
        for text, kind in parts:
            if kept and kept[-1][1] == kind:
                kept[-1] = kept[-1][0] + text, kind
            elif text:
                kept.append((str(text), kind))
        made = super().__new__(cls, "".join(text for text, _ in kept))
        made.parts = tuple(kept)
        return made

    def __getnewargs__(self) -> Any:
        return (self.parts,)


def parts_of(words: str) -> tuple[Part, ...]:
    """Return the parts of words; plain text is one of our own language."""
    if isinstance(words, Text):
        return words.parts
    return ((str(words), MARKUP if isinstance(words, Markup) else OWN),)


def upper_first(words: str) -> Text:
    """Return words with a capital letter at their head.

    >>> upper_first("airspace of Russia")
    'Airspace of Russia'
    """
    (first, kind), *rest = parts_of(words) or ((str(words), OWN),)
    if kind != MARKUP:
        first = first[:1].upper() + first[1:]
    return Text([(first, kind), *rest])
