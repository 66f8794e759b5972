"""The notebooks run from top to bottom, with nothing fetched, and are kept without outputs."""

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
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# The kernel speaks over the loopback; everybody else is out of reach.
OFFLINE = """
import socket
_connect = socket.socket.connect
def _loopback(self, address, *rest):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"a notebook asked {address}")
    return _connect(self, address, *rest)
socket.socket.connect = _loopback
"""

# In a process of its own: a browser of other tests keeps this one's event loop.
RUN = f"""
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
notebook.cells.insert(0, nbformat.v4.new_code_cell({OFFLINE!r}))
NotebookClient(notebook, timeout=200, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def text_of(outputs: list[Any]) -> str:
    """Return what a cell shows, as text."""
    shown = [o.get("text") or "".join(o.get("data", {}).values()) for o in outputs]
    return "\n".join(shown)


@pytest.fixture(scope="module")
def executed(cache_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """June 2020 as it is after a run, in a process of its own."""
    out = tmp_path_factory.mktemp("notebook") / "run.ipynb"
    run = subprocess.run(
        [sys.executable, "-c", RUN, str(ROOT / "notebooks" / "01-june-2020.ipynb"), str(out)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOWCLOSE_CACHE": str(cache_folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return nbformat.read(out, as_version=4)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_a_notebook_is_kept_without_outputs(path: Path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)

    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_there_are_ten_cells():
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)

    assert len(notebook.cells) == 10


def test_the_notebook_of_june_2020_tells_the_story(executed: Any):
    code = [c for c in executed.cells[1:] if c.cell_type == "code"]
    read, claims, shown, distances, findings, plain = (text_of(c.outputs) for c in code)

    assert "'drawn', '± 150 km'" in read
    assert "CONTRADICTED: “a pair of long-range Tu-95" in claims
    assert claims.count("CANNOT BE TOLD") == 6
    assert 'sandbox="allow-scripts' in shown
    assert "median 32.00 NM" in distances
    assert "median 19.7" in distances
    assert "airspace:USA" in findings
    assert "folium-map" in plain or "iframe" in plain


def test_no_cell_complains(executed: Any):
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text
