"""How the search is compiled: one set of options, and where the machine code is kept.

numba keeps machine code beside what it was made of, and looks only at the one file: a function
that another module's function is built into would stay the old one. So it is kept in a folder of
the user's cache that is named by a hash of all sources of the compiled part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numba
import numpy as np

from geo.cache import folder

__all__ = ["FAR_M", "RUN", "SLACK_M", "entry", "integer", "jit", "jit_into"]

RUN: Final = 8  # arcs in a run, done at once
FAR_M: Final = 1_990_000.0  # longer chords are Karney's; 2,000 km is the end of the series
SLACK_M: Final = 1e-3  # what rounding may do to a bound

HOW: Final[dict[str, Any]] = {
    "error_model": "numpy",  # a division by zero is infinite, as in numpy
    "fastmath": {"contract", "arcp"},  # fused, and times the inverse; nothing may be reordered
}

PART: Final[dict[str, Any]] = {
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}  # Python calls only entries

jit: Final[Any] = numba.njit(**(HOW | PART))
"""For the parts that entries are made of.

Hand no literal integer over, for they would be compiled for that one number; see `integer`.
"""

jit_into: Final[Any] = numba.njit(**(HOW | PART), forceinline=True)
"""For parts of a loop that is to do several at once."""


def _kept_in() -> str | None:
    """Return the folder for machine code made of these very sources; None if there can be none."""
    here = Path(__file__).parent
    made_of = hashlib.sha256()
    for source in [*sorted(here.glob("*.py")), here.parent / "earth.py"]:
        made_of.update(source.read_bytes())
    kept_in = folder() / f"machine-{made_of.hexdigest()[:16]}"
    try:
        kept_in.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None  # compiled anew each time
    return str(kept_in)


KEPT_IN: Final = _kept_in()
CONFIG: Final[Any] = numba.config

integer: Final[Any] = np.int64
"""``integer(0)`` is any number to numba, where 0 is that one."""


def entry(signature: Any) -> Callable[[Any], Any]:
    """Return the decorator for what Python calls, compiled for the types of this signature."""

    def compiled(function: Any) -> Any:
        before, CONFIG.CACHE_DIR = CONFIG.CACHE_DIR, KEPT_IN or ""
        try:
            return numba.njit(signature, **HOW, cache=KEPT_IN is not None, nogil=True)(function)
        finally:
            CONFIG.CACHE_DIR = before

    return compiled
