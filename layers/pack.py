"""Lines on their way into a page, as short text."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray

from geo.earth import Floats

__all__ = ["packed", "unpacked"]


def packed(lonlat: Floats, grid_deg: float, *, every: bool = False) -> str:
    """Return a line, shape (n, 2), in degrees, as text: differences on a grid, base 64.

    Each number is zigzag coded and cut in groups of seven bits, the lowest first. Points that fall
    together on the grid are told once, unless ``every`` one is wanted.
    """
    steps = np.round(np.asarray(lonlat, dtype=np.float64) / grid_deg).astype(np.int64)
    moves = np.ones(len(steps), dtype=bool)
    moves[1:] = every | (np.diff(steps, axis=0) != 0).any(axis=1)
    if moves.sum() == 1 and len(steps) > 1:
        moves[-1] = True  # a line stays a line
    steps = steps[moves]
    delta = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel()
    return base64.b64encode(_varints((delta << 1) ^ (delta >> 63))).decode()


def _varints(values: NDArray[np.int64]) -> bytes:
    digits = np.stack([(values >> (7 * i)) & 0x7F for i in range(9)], axis=1).astype(np.uint8)
    length = np.maximum(1, 9 - (digits[:, ::-1] != 0).argmax(axis=1))
    length[~digits.any(axis=1)] = 1
    place = np.arange(9)
    digits |= np.where(place < length[:, None] - 1, 0x80, 0).astype(np.uint8)
    return bytes(digits[place < length[:, None]])


def unpacked(text: str, grid_deg: float) -> Floats:
    """Return the line that `packed` made, shape (n, 2), in degrees."""
    numbers = []
    value = shift = 0
    for byte in base64.b64decode(text):
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append((value >> 1) ^ -(value & 1))
            value = shift = 0
    steps = np.cumsum(np.array(numbers, dtype=np.int64).reshape(-1, 2), axis=0)
    return np.asarray(steps * grid_deg, dtype=np.float64)
