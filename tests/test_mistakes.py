"""What people get wrong at the command line: one sentence, the right exit code, nothing left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from layers.cli import app


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a trace, an empty folder, and a file that is no JSON."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(data / "trace.json", "trace.json")
    Path("folder").mkdir()
    Path("broken.geojson").write_text("not json")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def started(*words: str, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "layers.cli", *words], **options)


MENDED = {
    "a track without a name": (("check", ""), "The name of a track file is empty."),
    "a zone without a name": (
        ("check", "trace.json", "--zone", ""), "There is no zone ''. See them all"
    ),
    "a folder for a zone": (
        ("check", "trace.json", "--zone", "folder"),
        "folder is a folder. Name the zone file in it: --zone folder/NAME",
    ),
    "a zone file that is none": (
        ("check", "trace.json", "--zone", "broken.geojson"),
        "broken.geojson cannot be read as a zone file ('broken.geojson' not recognized as being in"
        " a supported file format). Give a vector file",
    ),
    "a time zone that is none, where none is needed": (
        ("check", "trace.json", "--tz", "Mars/Olympus"), "There is no time zone 'Mars/Olympus'."
    ),
    "a column that is none, where there are no columns": (
        ("check", "trace.json", "--column", "colour=lat"), "there is no column 'colour' to name"
    ),
    "a format that nobody writes, before the track is looked for": (
        ("convert", "none.csv", "-o", "x.xyz"), "x.xyz ends in none of"
    ),
}  # fmt: skip
MISUSED = {
    "an output without a name": (("story", "-o", ""), "The name of the output is empty."),
    "a page's name for a kit": (
        ("map", "trace.json", "--kit", "-o", "map.html"),
        "--kit builds a folder or a .zip, and map.html is the name of a page.",
    ),
    "a page's name for a story": (
        ("story", "-o", "story.html"),
        "a story is built into a folder or a .zip, and story.html is the name of a page.",
    ),
    "an archive without a kit": (("map", "trace.json", "-o", "map.zip"), "add --kit"),
    "a distance without a unit": (
        ("check", "trace.json", "--encounters", "10"), "'10' is not a distance."
    ),
    "a speed without an end": (
        ("check", "trace.json", "--greatest-speed", "inf"), "--greatest-speed cannot be inf"
    ),
    "zones in a form that they do not come in": (
        ("zones", "sea:bering", "-o", "z.csv"), "Zones come as a table or as GeoJSON, not as csv."
    ),
    "standard input twice": (("check", "-", "-"), "- is given twice"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sentence", "code"),
    [(*case, 1) for case in MENDED.values()] + [(*case, 2) for case in MISUSED.values()],
    ids=[*MENDED, *MISUSED],
)
def test_a_mistake_is_told_in_a_sentence_and_leaves_nothing(
    folder: Path, words: tuple[str, ...], sentence: str, code: int
) -> None:
    before = sorted(folder.rglob("*"))

    result = run(*words)

    assert sentence in " ".join(result.stderr.split())
    assert result.exit_code == code
    assert isinstance(result.exception, SystemExit)  # no traceback
    assert result.stdout == ""
    assert sorted(folder.rglob("*")) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, as Linux has it")
@pytest.mark.parametrize("words", [("formats",), ("zones", "sea:bering", "--format", "geojson")])
def test_a_full_disk_behind_standard_output_is_told(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        _, err = (process := started(*words, stdout=full, stderr=subprocess.PIPE)).communicate()

    assert err.decode() == "Standard output cannot be written: No space left on device.\n"
    assert process.returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="a shell closes a stream so")
def test_a_closed_standard_input_is_told() -> None:
    command = f"'{sys.executable}' -m layers.cli check - <&-"
    result = subprocess.run(["sh", "-c", command], capture_output=True, check=False)

    assert result.stderr.decode() == "Standard input is closed, so there is no track to read.\n"
    assert result.returncode == 1


def test_who_stops_reading_gets_no_words() -> None:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started("zones", "--format", "table", **pipes) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()  # as `| head` does

        assert process.stderr.read() == b""
        assert process.wait() == 1


@pytest.mark.skipif(os.name != "posix", reason="an interrupt is sent so")
def test_an_interrupt_ends_it_without_words_and_leaves_nothing(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    # What a shell runs in its background hears no interrupt, and hands that on.
    heard = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with started("check", "-", "-o", "out.json", **pipes, **heard) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b" " * 200_000)  # more than a pipe holds: it reads when this is in
        process.stdin.flush()
        for _ in range(60):  # between two reads Python may not hear of it at once
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
        else:
            process.kill()

        assert process.stderr.read().strip() == b""
        assert process.returncode == 130
    assert sorted(folder.rglob("*")) == before


# ------------------------------------------------------------------------- inputs stay as they are

FIXES = "time,icao24,lat,lon\n2020-06-17T04:12:33Z,ae1234,50,-109\n"


@pytest.mark.parametrize(
    "words",
    [
        ("check", "trace.json", "-z", "box.geojson", "-o", "box.geojson"),
        ("map", "trace.json", "-z", "box.geojson", "-o", "box.geojson"),
        ("map", "trace.json", "-z", "box.zip", "--kit", "-o", "box.zip"),
        ("convert", "folder", "-o", "folder/b.csv"),
        ("check", "folder", "-z", "FRA", "-o", "folder/a.csv"),
        ("check", "folder", "-z", "FRA", "-o", "link.csv"),
        ("check", "folder", "-z", "FRA", "-o", "folder/linked.csv"),
    ],
)
def test_an_input_is_not_written_over_however_it_was_named(
    folder: Path, words: tuple[str, ...]
) -> None:
    for name in ("box.geojson", "box.zip", "folder/a.csv", "folder/b.csv", "elsewhere.csv"):
        Path(name).write_text(FIXES)
    Path("link.csv").symlink_to("folder/a.csv")
    Path("folder/linked.csv").symlink_to(folder / "elsewhere.csv")

    result = run(*words)

    assert result.exit_code == 1
    assert f"{words[-1]} is one of the inputs." in result.stderr
    assert Path(words[-1]).read_text() == FIXES


def test_a_new_file_may_be_written_beside_the_inputs() -> None:
    Path("folder/a.csv").write_text(FIXES)

    assert run("convert", "folder", "-o", "folder/b.csv").exit_code == 0
