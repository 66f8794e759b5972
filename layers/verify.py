"""`howclose verify`: a page or a findings file, worked out again and compared.

A page is made once more from what it was made of. Same input, same bytes: where it is not the same,
its data, its words, its map and its scripts are compared, and each thing that differs is named.
"""

from __future__ import annotations

import difflib
import html.parser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from geo import __version__
from geo.errors import VerifyError
from geo.verify import Again, Files, again, differences
from geo.words import languages
from layers.text import plural

if TYPE_CHECKING:
    from layers.pages import Page

__all__ = ["Compared", "Report", "compared", "verify"]

MOST_TOLD: Final = 20
DATA: Final = "howclose-findings"
# Attributes that are read out or shown.
SPOKEN: Final = frozenset(
    {"alt", "title", "aria-label", "content", "href", "src", "label", "value"}
)
UNSEEN: Final = frozenset({"script", "style"})


@dataclass(frozen=True)
class Report:
    """What came of it: how much was compared, and what differs, in sentences."""

    name: str
    compared: str
    differs: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield what to print."""
        if not self.differs:
            yield f"{self.name} holds: {self.compared} worked out again, and nothing differs."
            return
        count = (
            "1 thing differs" if len(self.differs) == 1 else f"{len(self.differs)} things differ"
        )
        yield f"{self.name} does not hold: {count}."
        for line in self.differs[:MOST_TOLD]:
            yield f"- {line}"
        if len(self.differs) > MOST_TOLD:
            yield f"… and {len(self.differs) - MOST_TOLD} more."


def verify(path: Path, inputs: Path | None = None) -> Report:
    """Return what differs between a page or a findings file and what comes out again.

    Parameters
    ----------
    path
        A page of ``howclose map`` or ``howclose story``, findings as JSON, or a whole kit: its
        folder or its archive.
    inputs
        The folder of its inputs; None: beside it, and in ``inputs/`` there.

    Raises
    ------
    VerifyError
        If it is no such file, or cannot be worked out again.
    """
    if path.is_dir() or (path.suffix.lower() == ".zip" and path.is_file()):
        from layers.verify_kit import verify_kit

        return verify_kit(path, inputs)
    return compared(path, inputs).report


@dataclass(frozen=True)
class Compared:
    """A report, and what was worked out again for it; no page where findings were compared."""

    report: Report
    worked: Again
    page: Page | None
    address: str = ""


def compared(path: Path, inputs: Path | None = None) -> Compared:
    """Return what differs between one file and what comes out again, and that."""
    data = _bytes(path)
    shown = _Shown.of(data) if data.lstrip()[:1] == b"<" else None
    document = _document(data if shown is None else shown.findings(path), path)
    if inputs is not None and not inputs.is_dir():
        raise VerifyError(f"There is no folder '{inputs}' to look for inputs in.")
    folder = path.resolve().parent
    files = Files((inputs,) if inputs is not None else (folder, folder / "inputs"))
    worked = again(document, files)
    told = [plural(len(worked.findings), "finding")]
    if worked.findings.claims:
        told.append(plural(len(worked.findings.claims), "claim"))
    what = " and ".join(told) + (" was" if told == ["1 finding"] else " were")
    if shown is None:
        return Compared(Report(path.name, what, tuple(_told(document, worked))), worked, None)
    made = _made(document, worked, shown.lang if shown.lang in languages() else "en")
    rebuilt = _page(made, shown.address)
    new = _Shown.of(rebuilt)
    differs: list[str] = []
    if rebuilt == data:
        what = f"{', '.join(told)} and every word and line shown were"
    else:
        fresh = orjson.loads(new.findings(path))
        differs = [*differences(document, fresh), *_unlike(shown, new)]
    return Compared(Report(path.name, what, tuple(differs)), worked, made, shown.address)


def _told(document: dict[str, Any], worked: Again) -> Iterator[str]:
    fresh: dict[str, Any] = orjson.loads(worked.findings.to_json())
    yield from differences(document, fresh)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise VerifyError(f"There is no file '{path}'.") from None
    except OSError as error:
        raise VerifyError(f"{path} cannot be read: {error.strerror}.") from None


def _document(data: bytes, path: Path) -> dict[str, Any]:
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        document = None
    needed = {"howclose", "parameters", "inputs", "findings"}
    if not isinstance(document, dict) or not needed <= document.keys():
        raise VerifyError(
            f"{path} is neither a page nor a findings file of howclose. Verify what howclose map,"
            " howclose story or howclose check --format json wrote."
        )
    return document


def _page(made: Page, address: str) -> bytes:
    """Return a page as it stands in a kit at an address, or in one without."""
    if address:
        from layers.kit import at_address

        made = at_address(made, address)
    return made.html.encode()


def _made(document: dict[str, Any], worked: Again, lang: str) -> Page:
    if worked.story is not None and worked.measured is not None:
        from layers.story_page import Told, story_page

        told = Told(worked.story, worked.findings, worked.measured, worked.verdicts)
        return story_page(told, lang)
    from layers.track_page import page

    asked = document["parameters"].get("page")
    asked = asked if isinstance(asked, dict) else {}
    by_id = {z.id: z for z in worked.findings.zones}
    zones = asked.get("zones")
    return page(
        worked.tracks,
        findings=worked.findings,
        zones=None if zones is None else [by_id.get(z, z) for z in zones],
        title=asked.get("title"),
        tiles=asked.get("tiles"),
        colour=asked.get("colour", "flight"),
        lang=lang,
    )


# ------------------------------------------------------------------------ what a page shows


class _Shown(html.parser.HTMLParser):
    """What is in a page: its words in their order, its data by name, its scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.data: dict[str, str] = {}
        self.code: list[str] = []
        self.tags: list[str] = []
        self.lang = ""
        self.address = ""  # of the folder on the web, where the page was made for one
        self._in: str | None = None
        self._id = ""

    @classmethod
    def of(cls, data: bytes) -> _Shown:
        shown = cls()
        shown.feed(data.decode(errors="replace"))
        shown.close()
        return shown

    def findings(self, path: Path) -> bytes:
        if DATA not in self.data:
            raise VerifyError(f"{path} is a web page, but carries no findings of howclose.")
        return self.data[DATA].encode()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag} {sorted(k for k, _ in attrs)}")
        told = dict(attrs)
        if tag == "html":
            self.lang = told.get("lang") or ""
        if tag == "meta" and told.get("property") == "og:url":
            self.address = (told.get("content") or "").removesuffix("index.html")
        if tag in UNSEEN:
            self._in = tag
            self._id = ""
            if told.get("type") == "application/json":
                self._id = told.get("id") or f"block {len(self.data) + 1}"
                self.data.setdefault(self._id, "")
            else:
                self.code.append("")
        for key, value in attrs:
            if key in SPOKEN and value and not (tag == "meta" and "script-src" in value):
                self.words.append(value)
            elif key.startswith("on") or key == "style":
                self.words.append(f"{key}={value}")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._in = None

    def handle_data(self, data: str) -> None:
        if self._in is None:
            text = " ".join(data.split())
            if text:
                self.words.append(text)
        elif self._id:
            self.data[self._id] += data
        elif self.code:
            self.code[-1] += data


def _unlike(shown: _Shown, new: _Shown) -> Iterator[str]:
    """Yield what a page shows that the page worked out again does not, and the other way round."""
    matcher = difflib.SequenceMatcher(None, shown.words, new.words, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            continue
        here, there = " ".join(shown.words[i:j]), " ".join(new.words[k:m])
        if not there:
            yield f"The page says ‘{_cut(here, there)}’, which does not come out."
        elif not here:
            yield f"The page leaves out ‘{_cut(there, here)}’."
        else:
            yield (
                f"The page says ‘{_cut(here, there)}’; worked out again it says"
                f" ‘{_cut(there, here)}’."
            )
    if shown.lang != new.lang:
        yield f"The page says that its language is '{shown.lang}', but it speaks '{new.lang}'."
    for id_ in [*new.data, *(i for i in shown.data if i not in new.data)]:
        if id_ != DATA and _json(shown.data.get(id_)) != _json(new.data.get(id_)):
            yield f"What the page's map draws or says is not what comes out (data block '{id_}')."
    if shown.code != new.code:
        yield (
            "The page's scripts or styles are not those of howclose"
            f" {__version__}: it may show anything."
        )
    if shown.words == new.words and shown.data == new.data and shown.code == new.code:
        yield "The page is built of other elements than ours: something may be hidden or moved."


def _json(text: str | None) -> Any:
    try:
        return orjson.loads(text or "null")
    except orjson.JSONDecodeError:
        return text


WINDOW: Final = 90  # characters that are quoted around what differs


def _cut(text: str, other: str) -> str:
    """Return the part of a text where it begins to differ from another."""
    first = next((i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), 0)
    begin = max(0, first - WINDOW // 2) if len(text) > WINDOW else 0
    part = text[begin : begin + WINDOW]
    return f"{'…' if begin else ''}{part}{'…' if begin + WINDOW < len(text) else ''}"
