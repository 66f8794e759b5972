"""Every colour, width and font of a map: one table for the page, its legend and its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.words import spoken

__all__ = [
    "COLOURS",
    "FONT",
    "SHADES",
    "WIDTHS_PX",
    "Colour",
    "one_theme",
    "script_css",
    "variables",
]


@dataclass(frozen=True)
class Colour:
    """A colour by day and by night, as CSS has it."""

    light: str
    dark: str


# A quiet map with one loud thing on it. Text colours reach 4.5:1 and lines 3:1 on both the sea and
# the land beneath them (tests/test_style.py); state hues differ for colour-blind eyes too.
COLOURS: Final = {
    "paper": Colour("#ffffff", "#14181c"),
    "ink": Colour("#1f2328", "#e6e8ea"),
    "soft": Colour("#545d66", "#a3adb6"),
    "rule": Colour("#d5dade", "#343c44"),
    "link": Colour("#0b5394", "#8cc4ff"),
    "sea": Colour("#eaf0f4", "#1b232b"),
    "land": Colour("#dcd8d0", "#363a3d"),
    "coast": Colour("#aaa496", "#5a5f63"),
    "grid": Colour("#9fb0bd", "#5d6c79"),
    "sea-name": Colour("#526d86", "#8fa6ba"),
    "state-name": Colour("#5f5b53", "#b3b0a8"),
    "halo": Colour("#eef3f6", "#1b232b"),
    "claim": Colour("#c90a35", "#ff6b6b"),
    "hue-0": Colour("#2b5f94", "#7fb2e6"),  # blue
    "hue-1": Colour("#95560a", "#e3a657"),  # amber
    "hue-2": Colour("#4f6b4a", "#9cc394"),  # grey-green
    "hue-3": Colour("#6d5a7a", "#bda7cc"),  # mauve
    "wash-1": Colour("#e88a00", "#ffa000"),  # of areas: amber itself, that thin, looks like land
    # Five steps of a scale, from near or low to far or high: each lighter than the one before.
    "hue-10": Colour("#4a1486", "#e9d8ff"),
    "hue-11": Colour("#3f51a8", "#b9c4ff"),
    "hue-12": Colour("#22708f", "#86b9e0"),
    "hue-13": Colour("#41805d", "#63a08d"),
    "hue-14": Colour("#7d7a3a", "#8d8a58"),
    "supported": Colour("#2b5f94", "#7fb2e6"),
    "contradicted": Colour("#c90a35", "#ff6b6b"),
    "cannot": Colour("#545d66", "#a3adb6"),
}

SHADES: Final = range(10, 15)  # the hues that are steps of a scale

WIDTHS_PX: Final = {
    "coast": 0.6,
    "grid": 0.7,
    "belt": 0.9,
    "adiz": 1.0,
    "track": 2.2,
    "gap": 1.4,
    "drawn": 1.6,
    "claim": 2.6,
    "closest": 2.6,
}

# Short lists: a browser looks for each name before the page is first seen.
FONT: Final = "system-ui,sans-serif"
SERIF: Final = 'Georgia,"Times New Roman",serif'


# For a script written without spaces: lines break between phrases in what is set large, and not
# within the few characters of a narrow column.
SCRIPT_CSS: Final = (
    ":root{FONTSline-break:strict}\n"
    "h1,.hc-answer{word-break:auto-phrase}\n"
    ".hc-scroll th,.hc-scroll td:nth-child(2),.hc-scroll td:nth-child(3){word-break:keep-all}\n"
)


def script_css() -> str:
    """Return what a script needs of the page: its fonts, and no italics where it has none.

    Nothing for the scripts that the page's own fonts hold.
    """
    words = spoken().messages
    fonts = "".join(
        f"--{name}:{words[f'language.{key}']};"
        for name, key in (("font", "sans"), ("serif", "serif"))
        if words.get(f"language.{key}")
    )
    css = SCRIPT_CSS.replace("FONTS", fonts) if fonts else ""
    if not spoken().flag("language.italics"):
        css += ".hc-label{font-style:normal!important}\n"
    return css


def variables() -> str:
    """Return the table as CSS custom properties, by day, by night and on paper."""
    light = "".join(f"--{name}:{c.light};" for name, c in COLOURS.items())
    dark = "".join(f"--{name}:{c.dark};" for name, c in COLOURS.items())
    widths = "".join(f"--w-{name}:{value}px;" for name, value in WIDTHS_PX.items())
    # The dark is of screens: paper is white.
    fonts = f"--font:{FONT};--serif:{SERIF};"
    return (
        f":root{{color-scheme:light;{light}{widths}{fonts}}}\n"
        "@media screen and (prefers-color-scheme:dark)"
        f"{{:root:not(.hc-light){{color-scheme:dark;{dark}}}}}\n"
        f"@media screen{{:root.hc-dark{{color-scheme:dark;{dark}}}}}\n"
    )


def one_theme(selector: str, *, dark: bool) -> str:
    """Return the colours of the table for a part of the page that has them by day and by night."""
    colours = "".join(f"--{name}:{c.dark if dark else c.light};" for name, c in COLOURS.items())
    # Twice the class outweighs what the screen asks for, and paper.
    return f"{selector}{selector}{{color-scheme:{'dark' if dark else 'light'};{colours}}}\n"
