"""Which fonts words are drawn in, and how wide they are.

DejaVu comes with matplotlib and is the same everywhere. What it lacks, such as Japanese, is drawn
in a font of the machine, where there is one.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

__all__ = ["Face", "advance", "file_of", "fitting", "known", "runs", "width", "wrapped"]

Face = str  # a key of FILES
FILES: Final = {
    "sans": "DejaVuSans.ttf",
    "sans-bold": "DejaVuSans-Bold.ttf",
    "sans-italic": "DejaVuSans-Oblique.ttf",
    "sans-bold-italic": "DejaVuSans-BoldOblique.ttf",
    "serif": "DejaVuSerif.ttf",
    "serif-bold": "DejaVuSerif-Bold.ttf",
    "serif-italic": "DejaVuSerif-Italic.ttf",
    "serif-bold-italic": "DejaVuSerif-BoldItalic.ttf",
}
SIZE: Final = 100.0  # at which glyphs are measured, unhinted
UNKNOWN: Final = "?"  # for what no font here has: a box would say less
# Fonts of machines for what DejaVu lacks, by their files' names, the best first.
OTHERS: Final = (
    r"NotoSansCJK-(Regular|Bold)\.", r"NotoSans(CJK)?jp-(Regular|Bold)\.", r"NotoSansJP",
    r"ヒラギノ角ゴシック W[36]\.", r"HiraginoSans", r"YuGoth(M|B|ic)", r"meiryob?\.", r"msgothic\.",
    r"ipae?x?gp?\.", r"TakaoP?Gothic", r"wqy-(zenhei|microhei)", r"NotoSans-(Regular|Bold)\.",
    r"Arial Unicode",
)  # fmt: skip
BOLD: Final = re.compile(r"bold|W6|YuGothB|meiryob", re.I)
# In a script that is written without spaces a line may break between any two characters, but for
# these, which begin none, and those, which end none (JIS X 4051).
NO_HEAD: Final = frozenset(
    "、。，．・：；？！）」』】〉》”ー々～ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ%％…,.!?)]"
)
NO_TAIL: Final = frozenset("（「『【〈《“([")


def file_of(face: Face) -> Path:
    """Return the file of a face."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf" / FILES[face]


@functools.cache
def _font(file: Path) -> Any:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(file)
    font.set_size(SIZE, 72)
    return font


@functools.cache
def _charmap(file: Path) -> frozenset[int]:
    return frozenset(_font(file).get_charmap())


@functools.cache
def _others() -> tuple[Path, ...]:
    """Return the fonts of this machine that may hold what DejaVu lacks."""
    from matplotlib.font_manager import findSystemFonts

    files = sorted(Path(f) for f in findSystemFonts(fontext="ttf"))
    found = [f for name in OTHERS for f in files if re.match(name, f.name, re.I)]
    return tuple(dict.fromkeys(found))


@functools.cache
def _font_of(face: Face, character: str) -> Path | None:
    """Return the font in which a character is drawn; None where no font here has it."""
    own = file_of(face)
    if ord(character) in _charmap(own):
        return own
    bold = "bold" in face
    here = sorted(_others(), key=lambda f: bool(BOLD.search(f.name)) != bold)
    return next((f for f in here if ord(character) in _charmap(f)), None)


def known(face: Face, character: str) -> bool:
    """Return whether a character can be drawn: by a face, or by a font of this machine."""
    return _font_of(face, character) is not None


def runs(face: Face, text: str) -> Iterator[tuple[Path, str]]:
    """Yield words in pieces with the font of each; what none has as a question mark."""
    file, run = file_of(face), ""
    for c in text:
        own = _font_of(face, c)
        c = c if own is not None else UNKNOWN
        own = own or file_of(face)
        if own != file and run:
            yield file, run
            run = ""
        file, run = own, run + c
    if run:
        yield file, run


@functools.cache
def _advance(face: Face, character: str) -> float:
    from matplotlib.ft2font import LoadFlags

    file = _font_of(face, character)
    if file is None:
        return _advance(face, UNKNOWN)
    glyph = _font(file).load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / SIZE


def advance(face: Face, size_px: float, character: str) -> float:
    """Return how far a character moves the pen, in pixels."""
    return _advance(face, character) * size_px


def width(face: Face, size_px: float, text: str, spacing_px: float = 0.0) -> float:
    """Return the width of words in pixels, without kerning: never less than they take by much."""
    return sum(_advance(face, c) for c in text) * size_px + spacing_px * len(text)


def wrapped(face: Face, size_px: float, text: str, room_px: float, most: int) -> list[str]:
    """Return words in lines that fit a room, at most so many; what does not fit ends in "…"."""
    lines: list[str] = []
    line = ""
    for word, space in _pieces(text):
        longer = line + space + word if line else word
        if line and width(face, size_px, longer) > room_px:
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    out = [_cut(face, size_px, one, room_px) for one in lines[:most]]
    if len(lines) > most:
        out[-1] = _cut(face, size_px, out[-1] + " …", room_px)
    return [one for one in out if one]


def fitting(face: Face, size_px: float, text: str, room_px: float, least_px: float) -> float:
    """Return the greatest size, from one down, at which no piece of a line is wider than a room."""
    widest = max((width(face, 1.0, word) for word, _ in _pieces(text)), default=0.0)
    return size_px if widest * size_px <= room_px else max(least_px, room_px / widest)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stays on one line, and what stands before it where it follows another piece."""
    for word in text.split():
        space = " "
        piece = ""
        for c in word:
            ideographs = _ideograph(c) or (piece and _ideograph(piece[-1]))
            if piece and ideographs and c not in NO_HEAD and piece[-1] not in NO_TAIL:
                yield piece, space
                piece, space = "", ""
            piece += c
        yield piece, space


def _ideograph(c: str) -> bool:
    return unicodedata.east_asian_width(c) in "WF"


def _cut(face: Face, size_px: float, line: str, room_px: float) -> str:
    if width(face, size_px, line) <= room_px:
        return line
    room_px -= width(face, size_px, "…")
    kept = ""
    for c in line:
        room_px -= advance(face, size_px, c)
        if room_px < 0:
            break
        kept += c
    return kept.rstrip() + "…"
