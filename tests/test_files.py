"""Files and folders are there whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from geo.errors import HowcloseError, OutputError
from geo.files import building, write


def full(_: int) -> None:
    raise OSError(28, "No space left on device")


def fail_in(folder: Path) -> None:
    with building(folder) as beside:
        (beside / "index.html").write_text("half")
        raise HowcloseError("late")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old and long")

    assert write(path, b"new") == path
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OutputError, match=r"a\.json cannot be written: No space left on device\."):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        mode = write(tmp_path / "a.json", b"").stat().st_mode
    finally:
        os.umask(before)

    assert stat.S_IMODE(mode) == 0o644


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.touch(0o640)
    path.chmod(0o640)

    assert stat.S_IMODE(write(path, b"new").stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "a.json", tmp_path / "link.json"
    path.touch()
    link.symlink_to(path)
    write(link, b"new")

    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    write(os.devnull, b"gone")

    assert Path(os.devnull).is_char_device()


def test_a_folder_is_built_whole(tmp_path: Path) -> None:
    with building(tmp_path / "june") as folder:
        (folder / "inputs").mkdir()
        (folder / "inputs/a.csv").write_text("a")

    assert (tmp_path / "june/inputs/a.csv").read_text() == "a"
    assert [p.name for p in tmp_path.iterdir()] == ["june"]


def test_a_folder_that_fails_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(HowcloseError, match="late"):
        fail_in(tmp_path / "june")

    assert list(tmp_path.iterdir()) == []


def test_building_again_replaces_what_is_ours_and_leaves_the_rest(tmp_path: Path) -> None:
    june = tmp_path / "june"
    (june / "inputs").mkdir(parents=True)
    (june / "inputs/a.csv").write_text("old")
    (june / "notes.txt").write_text("the editor's")
    with building(june) as folder:
        (folder / "inputs").mkdir()
        (folder / "inputs/a.csv").write_text("new")

    assert (june / "inputs/a.csv").read_text() == "new"
    assert (june / "notes.txt").read_text() == "the editor's"
    assert list(tmp_path.iterdir()) == [june]


def test_a_build_that_fails_leaves_the_last_one(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("old")
    with pytest.raises(HowcloseError, match="late"):
        fail_in(tmp_path)

    assert (tmp_path / "index.html").read_text() == "old"
    assert list(tmp_path.parent.glob(".*.part")) == []


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "june").touch()
    with pytest.raises(OutputError, match="june is a file"), building(tmp_path / "june"):
        pass
