"""How wide words are in the fonts that matplotlib brings along: DejaVu, the same everywhere."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final

__all__ = ["Face", "advance", "file_of", "known", "width", "wrapped"]

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
WIDE: Final = 1.0  # em, of a character that DejaVu lacks: such are mostly square


def file_of(face: Face) -> Path:
    """Return the file of a face."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf" / FILES[face]


@functools.cache
def _font(face: Face) -> Any:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(file_of(face))
    font.set_size(SIZE, 72)
    return font


@functools.cache
def _charmap(face: Face) -> frozenset[int]:
    return frozenset(_font(face).get_charmap())


def known(face: Face, character: str) -> bool:
    """Return whether a face has a character."""
    return ord(character) in _charmap(face)


@functools.cache
def _advance(face: Face, character: str) -> float:
    from matplotlib.ft2font import LoadFlags

    if not known(face, character):
        return WIDE
    glyph = _font(face).load_char(ord(character), flags=LoadFlags.NO_HINTING)
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
    for word in text.split():
        longer = f"{line} {word}".strip()
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
