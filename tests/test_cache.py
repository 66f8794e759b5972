from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from makers import zone_of

from geo.cache import folder, laid_out

SHAPE = shapely.box(10, 40, 24, 52) - shapely.box(14, 44, 18, 47)
POINTS = (np.array([12.0, 16.0, 30.0]), np.array([42.0, 45.5, 45.0]))


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that is not there yet."""
    monkeypatch.setenv("HOWCLOSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def answers() -> tuple[list[float], list[bool]]:
    """Lay a zone out, from the cache or not, and ask it three points."""
    border = laid_out(zone_of(SHAPE))
    return border.nearest(*POINTS).distance_m.tolist(), border.inside(*POINTS).tolist()


def test_a_border_is_laid_out_once(empty_cache: Path):
    first = answers()
    (kept,) = empty_cache.iterdir()
    before = kept.stat().st_mtime_ns

    assert answers() == first
    assert kept.stat().st_mtime_ns == before
    assert first[1] == [True, False, False]


@pytest.mark.parametrize("kind", ["planar", "geodesic"])
def test_kinds_of_edges_are_kept_apart(empty_cache: Path, kind):
    laid_out(zone_of(SHAPE))
    laid_out(zone_of(SHAPE, kind))

    assert len(list(empty_cache.iterdir())) == (1 if kind == "planar" else 2)


@pytest.mark.parametrize(
    "harm", ["cut off", "emptied", "one bit", "another file", "no header", "a folder"]
)
def test_a_broken_file_is_laid_out_anew(empty_cache: Path, harm):
    truth = answers()
    (kept,) = empty_cache.iterdir()
    whole = bytearray(kept.read_bytes())
    if harm == "cut off":
        kept.write_bytes(whole[: len(whole) // 2])
    elif harm == "emptied":
        kept.write_bytes(b"")
    elif harm == "one bit":
        whole[-100] ^= 1
        kept.write_bytes(whole)
    elif harm == "another file":
        kept.write_bytes(b"\x89PNG" * 100)
    elif harm == "no header":
        kept.write_bytes(whole[:16] + b"{}\n" + whole[16:])
    else:
        kept.unlink()
        kept.mkdir()

    assert answers() == truth
    if harm != "a folder":
        assert answers() == truth  # and what was written in its place is whole


def test_a_line_comes_back_without_an_inside(empty_cache: Path):
    line = zone_of(shapely.LineString([(0, 0), (10, 0), (10, 10)]))
    borders = [laid_out(line) for _ in range(2)]

    assert [b.rays for b in borders] == [None, None]
    assert len(list(empty_cache.iterdir())) == 1


def test_a_zone_around_a_pole_comes_back_with_it(empty_cache: Path):
    box = shapely.Polygon([(-135, 80), (-45, 80), (45, 80), (135, 80)])
    for _ in range(2):
        assert laid_out(zone_of(box, "geodesic")).inside([0.0], [90.0]).all()
    assert len(list(empty_cache.iterdir())) == 1


def test_an_empty_zone_can_be_kept(empty_cache: Path):
    for _ in range(2):
        assert len(laid_out(zone_of(shapely.Polygon()))) == 0
    assert empty_cache.exists()


def test_without_a_place_to_write_the_answer_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HOWCLOSE_CACHE", str(tmp_path / "file" / "cache"))

    assert answers()[1] == [True, False, False]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file"]


def test_the_users_cache_folder_is_used_if_none_is_given(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HOWCLOSE_CACHE")

    assert folder().name == "howclose"


def test_many_processes_may_lay_out_the_same_border(empty_cache: Path):
    code = (
        "from geo import zone; b = zone('airspace:NOR').border;"
        " print(round(float(b.nearest(0.0, 70.0).distance_m[0]), 6))"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    told = [run.communicate(timeout=60) for run in runs]

    assert [run.returncode for run in runs] == [0, 0, 0]
    assert len({out for out, _ in told}) == 1
    assert [err for _, err in told] == [b"", b"", b""]
    assert len(list(empty_cache.iterdir())) == 1  # and no temporary file is left
