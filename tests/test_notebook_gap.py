"""The notebook about gaps runs, on the real flight where it can be had, and its bound holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat", reason="the notebook extra is not here")
pytest.importorskip("nbclient", reason="the notebook extra is not here")
pytest.importorskip("ipykernel", reason="the notebook extra is not here")

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "notebooks" / "02-what-a-gap-hides.ipynb"

# In a process of its own: a browser of other tests keeps this one's event loop.
RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=200, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def run(folder: Path, cache: Path, samples: Path | None) -> list[str]:
    """Return what each cell of code shows."""
    env = {k: v for k, v in os.environ.items() if k != "HOWCLOSE_SAMPLES"}
    env |= {"PYTHONPATH": str(ROOT), "HOWCLOSE_CACHE": str(cache), "MPLBACKEND": "agg"}
    if samples is not None:
        env["HOWCLOSE_SAMPLES"] = str(samples)
    out = folder / "run.ipynb"
    told = subprocess.run(
        [sys.executable, "-c", RUN, str(NOTEBOOK), str(out)],
        env=env, cwd=ROOT / "notebooks", capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    cells = [c for c in nbformat.read(out, as_version=4).cells if c.cell_type == "code"]
    return [_text(c.outputs) for c in cells]


def _text(outputs: list[Any]) -> str:
    return "\n".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs)


def test_the_truth_of_a_flight_that_we_made_up_is_inside(tmp_path: Path, cache_folder: Path):
    read, holes, terms, _ = run(tmp_path, cache_folder, None)

    assert "601 fixes" in read
    assert "airspace of the United States" in read
    assert holes.rstrip().endswith("True")
    assert holes.count("it was between") == 4
    assert "gap −" in terms
    assert "a gap of 15 min" in terms
    assert "may hide an entry" in terms


@pytest.mark.samples
def test_the_truth_of_a_real_flight_is_inside(tmp_path: Path, cache_folder: Path, samples: Path):
    read, holes, terms, _ = run(tmp_path, cache_folder, samples)

    assert "30.0 km from the airspace of Sweden" in read
    assert holes.rstrip().endswith("True")
    assert "may hide an entry" in terms
