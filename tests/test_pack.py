"""Lines as short text, and back."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stnp

from layers.pack import packed, unpacked

LINES = stnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 60), st.just(2)),
    elements=st.floats(-540, 540, allow_nan=False),
)


@given(line=LINES, grid=st.sampled_from([1e-5, 2e-4, 0.005, 0.1]))
def test_a_line_comes_back_to_half_a_step_of_the_grid(line, grid):
    back = unpacked(packed(line, grid), grid)
    steps = np.round(line / grid)
    moves = np.ones(len(line), dtype=bool)
    moves[1:] = (np.diff(steps, axis=0) != 0).any(axis=1)
    told = line[moves] if moves.sum() > 1 or len(line) == 1 else line[[0, -1]]

    assert back.shape == told.shape
    assert np.abs(back - told).max() <= grid / 2 + 1e-9


def test_differences_are_short():
    track = np.column_stack([np.linspace(170, 190, 5000), np.linspace(55, 60, 5000)])

    assert len(packed(track, 1e-3)) < 4 * len(track)


def test_the_code_is_the_one_that_the_script_reads():
    """By hand: 1, 2 and then −1, −2 steps; zigzag 2, 4, 1, 3; 300 steps take two bytes."""
    assert base64.b64decode(packed(np.array([[1.0, 2.0], [0.0, 0.0]]), 1.0)) == bytes([2, 4, 1, 3])
    assert base64.b64decode(packed(np.array([[300.0, 0.0]]), 1.0)) == bytes([0xD8, 4, 0])


@pytest.mark.parametrize("points", [1, 2, 9])
def test_points_on_one_spot_stay_a_line(points: int):
    back = unpacked(packed(np.full((points, 2), 12.3), 0.1), 0.1)

    assert back.shape == (min(points, 2), 2)
