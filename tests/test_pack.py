"""Lines as the text of an SVG's path, and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stnp

from layers.pack import packed, unpacked

LINES = st.lists(
    stnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 40), st.just(2)),
        elements=st.floats(-540, 540, allow_nan=False),
    ),
    max_size=4,
)
UNITS = st.sampled_from([1e-5, 2e-4, 0.005, 0.1])


def distinct(line: np.ndarray, unit: float) -> np.ndarray:
    """Return the points that do not fall together with the one before."""
    steps = np.round(line / unit)
    moves = np.ones(len(line), dtype=bool)
    moves[1:] = (np.diff(steps, axis=0) != 0).any(axis=1)
    return line[moves]


@given(lines=LINES, unit=UNITS)
def test_lines_come_back_to_half_a_step(lines, unit):
    back = unpacked(packed(lines, unit), unit)

    assert len(back) == len(lines)
    for line, told in zip(lines, back, strict=True):
        true = distinct(line, unit)
        true = np.repeat(true, 2, axis=0) if len(true) == 1 else true
        assert told.shape == true.shape
        assert np.abs(told - true).max() <= unit / 2 + 1e-9


@given(lines=LINES, unit=UNITS)
def test_rings_come_back_without_the_point_that_closes_them(lines, unit):
    rings = [np.vstack([line, line[:1]]) for line in lines]
    wide = [r for r in (distinct(ring, unit) for ring in rings) if len(r) > 3]
    back = unpacked(packed(rings, unit, closed=True), unit)

    assert len(back) == len(wide)
    for ring, told in zip(wide, back, strict=True):
        assert np.abs(told - ring[:-1]).max() <= unit / 2 + 1e-9


@given(lines=LINES)
def test_every_point_comes_back_where_every_one_is_wanted(lines):
    back = unpacked(packed(lines, 0.5, every=True), 0.5)

    assert [len(b) for b in back] == [max(2, len(line)) for line in lines]


def test_differences_are_short():
    track = np.column_stack([np.linspace(170, 190, 5000), np.linspace(55, 60, 5000)])

    assert len(packed([track], 1e-3)) < 4.1 * len(track)


def test_the_text_is_what_an_svg_understands():
    """By hand, after SVG 2, 9.3: a lower-case m is relative, and to the start of a closed part."""
    ring = np.array([[10.0, 20], [13, 20], [13, 24], [10, 20]])

    assert packed([ring, ring + 5], 1.0, closed=True) == "m10 20 3 0 0 4zm5 5 3 0 0 4z"
    assert packed([ring, ring], 1.0) == "m10 20 3 0 0 4-3-4m0 0 3 0 0 4-3-4"
    assert packed([ring[:2] / 10], 0.1, number=lambda n: f"{n / 10:g}") == "m1 2 0.3 0"


@pytest.mark.parametrize("points", [1, 2, 9])
def test_points_on_one_spot_stay_a_line(points: int):
    (back,) = unpacked(packed([np.full((points, 2), 12.3)], 0.1), 0.1)

    assert back.shape == (2, 2)


def test_what_has_no_inside_is_no_ring():
    assert packed([np.array([[1.0, 2], [3, 4], [1, 2]])], 1.0, closed=True) == ""
