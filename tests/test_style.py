"""Colours that can be read and told apart, by WCAG 2's formulas and by eyes that see fewer."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from geo.catalogue import zones
from layers.hues import HUES, STATE_HUES, hue_of, neighbours
from layers.looks import style_of
from layers.style import COLOURS, variables

# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB
DEFICIENT = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
THEMES = ["light", "dark"]


def linear(colour: str) -> np.ndarray:
    """Return linear RGB of ``#rrggbb`` (IEC 61966-2-1)."""
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    light, dark = sorted(
        (float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIE L*a*b* (D65) of linear RGB."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def of(name: str, theme: str) -> str:
    """Return a colour of the table in a theme."""
    return str(getattr(COLOURS[name], theme))


def test_the_formula_is_wcags():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # known not to pass AA


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, "paper") for text in ("ink", "soft", "link")),
        *((text, "paper") for text in ("supported", "contradicted", "cannot")),
        ("paper", "ink"),  # the hint over the map
        *((text, ground) for text in ("ink", "claim", "sea-name") for ground in ("halo", "sea")),
        ("soft", "halo"),
        ("state-name", "land"),
        *((f"hue-{i}", ground) for i in range(HUES) for ground in ("halo", "sea")),
    ],
)
def test_text_stands_out_4_5_to_1(theme: str, text: str, ground: str):
    assert contrast(of(text, theme), of(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["sea", "land", "paper"])
@pytest.mark.parametrize("line", ["claim", "ink", "soft", *(f"hue-{i}" for i in range(HUES))])
def test_lines_stand_out_3_to_1(theme: str, ground: str, line: str):
    assert contrast(of(line, theme), of(ground, theme)) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", ["protan", "deutan"])
def test_the_hues_of_neighbours_differ_for_colour_blind_eyes(theme: str, eyes: str):
    """Two lines on a map are told apart from a difference of about 10 in CIE76 on."""
    seen = {
        name: lab(np.array(DEFICIENT[eyes]) @ linear(of(f"hue-{hue}", theme)))
        for name, hue in ((s, hue_of(s)) for s in ("USA", "RUS", "JPN", "CAN"))
    }

    for a, b in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[a] - seen[b]) > 10, (a, b)
    # The two that the stories set against each other are told at a glance.
    assert np.linalg.norm(seen["USA"] - seen["RUS"]) > 40


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", ["protan", "deutan"])
def test_the_one_loud_line_differs_from_every_hue(theme: str, eyes: str):
    loud = lab(np.array(DEFICIENT[eyes]) @ linear(of("claim", theme)))
    for hue in range(HUES):
        other = lab(np.array(DEFICIENT[eyes]) @ linear(of(f"hue-{hue}", theme)))
        assert np.linalg.norm(loud - other) > 10, hue


def test_every_state_has_a_hue_and_keeps_it():
    assert set(STATE_HUES) == {z.id.partition(":")[2] for z in zones("airspace")}
    assert [hue_of(state) for state in ("USA", "RUS", "JPN", "CAN")] == list(range(HUES))
    assert all(0 <= hue_of(state) < HUES for state in ("", "{{7*7}}"))


def test_states_whose_airspaces_touch_never_share_a_hue():
    touching = {(a, b) for a, b, deg in neighbours() if deg < 0.05}
    assert {("BEL", "FRA"), ("BLZ", "GTM"), ("RUS", "USA")} <= touching
    assert [(a, b) for a, b in sorted(touching) if hue_of(a) == hue_of(b)] == []


def test_every_colour_is_a_variable_of_the_page_by_day_and_by_night():
    css = variables()
    for name, colour in COLOURS.items():
        assert f"--{name}:{colour.light};" in css.partition("@media")[0]  # by day and on paper
        assert css.count(f"--{name}:{colour.dark};") >= 2  # by the system and by the address
    assert css.count("dark;") == css.count("@media screen") == 2  # paper is never dark
    assert css.count("{") == css.count("}")


def test_every_variable_that_a_style_sheet_asks_for_is_there():
    import re

    from layers.leaflet import asset

    told = set(re.findall(r"(--[\w-]+):", variables() + asset("layer.css")))
    asked = set(re.findall(r"var\((--[\w-]+)", asset("layer.css") + asset("page.css")))
    assert asked - told == set()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("look", ["belt", "corridor"])
@pytest.mark.parametrize("hue", range(HUES))
def test_a_wash_over_the_sea_does_not_look_like_land(theme: str, look: str, hue: int):
    """Amber as thin as a belt had the colour of land: off Calais nobody saw where France ended.

    From a difference of about 2.3 in CIE76 on two areas that touch are told apart (Mahy et al.
    1994); 4 is seen without looking for it.
    """
    style = style_of(f"hc-area {look} hue-{hue}")
    fill, thin = of(style["fill"], theme), float(style["fill-opacity"])
    rgb = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (fill, of("sea", theme))]
    mixed = np.round(thin * np.array(rgb[0]) + (1 - thin) * np.array(rgb[1])).astype(int)
    over = lab(linear("#" + "".join(f"{v:02x}" for v in mixed)))

    assert np.linalg.norm(over - lab(linear(of("land", theme)))) > 4
    assert np.linalg.norm(over - lab(linear(of("sea", theme)))) > 4
