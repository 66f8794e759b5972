"""A story's own words in other languages: the tables ``[lang.ru]``, ``[lang.ja]``, … of its file.

Each has the words of ``[story]``, and those of flights, claims and so on by their ids. What a table
leaves out stays in the story's own language, and is marked as being in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict

from geo.words import Text

if TYPE_CHECKING:
    from geo.document import Document

__all__ = ["TRANSLATED", "Translation", "in_language"]


class _Words(BaseModel):
    """Words of one table; a field that nobody knows is a mistake, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HeadWords(_Words):
    """Of ``[story]``."""

    title: str = ""
    subtitle: str = ""
    place: str = ""


class SourceWords(_Words):
    """Of a ``[[source]]``."""

    title: str = ""


class PlaceWords(_Words):
    """Of a ``[[place]]``."""

    name: str = ""
    note: str = ""


class FlightWords(_Words):
    """Of a ``[[flight]]``."""

    name: str = ""
    label: str = ""
    when: str = ""
    aircraft: str = ""
    company: str = ""
    why: str = ""


class InterceptionWords(_Words):
    """Of an ``[[interception]]``."""

    name: str = ""
    aircraft: str = ""
    note: str = ""


class StatementWords(_Words):
    """Of a ``[[statement]]``; ``of_words`` as they stand after "from" in that language."""

    by: str = ""
    of_words: str = ""


class ClaimWords(_Words):
    """Of a ``[[claim]]``, but for its quote, which stays as it was said."""

    by: str = ""
    noun: str = ""
    authority: str = ""
    reason: str = ""
    note: str = ""
    spans: tuple[str, ...] = ()


class Translation(_Words):
    """A table ``[lang.…]``: words by kind and id; those of incidents by the words they replace."""

    story: HeadWords = HeadWords()
    source: dict[str, SourceWords] = {}
    place: dict[str, PlaceWords] = {}
    flight: dict[str, FlightWords] = {}
    interception: dict[str, InterceptionWords] = {}
    statement: dict[str, StatementWords] = {}
    claim: dict[str, ClaimWords] = {}
    incident: dict[str, str] = {}


# The tables whose words are translated by their ids.
TRANSLATED: Final = {
    "source": SourceWords,
    "place": PlaceWords,
    "flight": FlightWords,
    "interception": InterceptionWords,
    "statement": StatementWords,
    "claim": ClaimWords,
}


def in_language(document: Document, code: str) -> Document:
    """Return a story's tables in another language; what has no translation is marked as its own."""
    own = document.story.lang
    told = document.lang.get(code, Translation())

    def word(text: str, translation: str) -> str:
        return translation or (Text([(text, own)]) if text else text)

    def words(part: Any, translation: _Words) -> Any:
        names = [n for n in type(translation).model_fields if n != "spans"]
        return part.model_copy(
            update={n: word(getattr(part, n), getattr(translation, n)) for n in names}
        )

    def phrase(text: str | None) -> str | None:
        return text if text is None else word(text, told.incident.get(text, ""))

    changed: dict[str, Any] = {"story": words(document.story, told.story)}
    for kind, model in TRANSLATED.items():
        by_id = getattr(told, kind)
        changed[kind] = tuple(words(p, by_id.get(p.id, model())) for p in getattr(document, kind))
    changed["incident"] = tuple(
        i.model_copy(update={"what": phrase(i.what), "where": phrase(i.where)})
        for i in document.incident
    )
    changed["claim"] = tuple(
        c.model_copy(
            update={
                # As the incidents have it: by this they are counted.
                "where": phrase(c.where),
                "spans": _spans(c, told.claim.get(c.id, ClaimWords()), word),
            }
        )
        for c in changed["claim"]
    )
    return document.model_copy(update=changed)


def _spans(claim: Any, told: ClaimWords, word: Any) -> Any:
    texts = told.spans or ("",) * len(claim.spans)
    return tuple(
        s.model_copy(update={"words": word(s.words, text)})
        for s, text in zip(claim.spans, texts, strict=True)
    )
