"""What is shown while somebody waits."""

import contextlib

import pytest

from geo import check, engine, read_tracks
from layers import measuring, progress
from layers.measuring import findings_of
from layers.options import Reading, ZoneChoice


def test_the_first_compilation_is_told_before_a_large_work_begins(monkeypatch, tmp_path):
    said = []

    @contextlib.contextmanager
    def busy(words):
        said.append(words)
        yield

    monkeypatch.setattr(measuring, "busy", busy)
    monkeypatch.setattr(engine, "on_compile", contextlib.nullcontext)
    engine.kernels.cache_clear()
    rows = "\n".join(f"2020-06-16T{h:02}:00:{s:02}Z,-170,{60 + s / 900}" for h in (1,)
                     for s in range(60))  # fmt: skip
    file = tmp_path / "few.csv"
    file.write_text(f"time,lon,lat\n{rows}\n", encoding="utf-8")

    findings_of([str(file)], ZoneChoice(["USA"]), Reading())
    few = list(said)
    monkeypatch.setattr(engine, "LARGE", 10)
    findings_of([str(file)], ZoneChoice(["USA"]), Reading())

    assert not any("fast search" in words for words in few)
    assert any("fast search" in words for words in said)


@pytest.mark.parametrize("interested", [True, False])
def test_a_spinner_is_for_terminals(monkeypatch, capsys, interested):
    monkeypatch.setattr("sys.stderr.isatty", lambda: interested)

    with progress.busy("Counting sheep"):
        pass

    assert ("Counting sheep" in capsys.readouterr().err) is interested


def test_a_bar_is_for_long_waits_in_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    few, many = range(progress.MANY - 1), range(progress.MANY)

    assert list(progress.bar("Counting sheep")(few)) == list(few)
    assert "Counting sheep" not in capsys.readouterr().err
    assert list(progress.bar("Counting sheep")(many)) == list(many)
    assert "Counting sheep" in capsys.readouterr().err


def test_findings_are_the_same_whoever_looks_on(data):
    tracks = read_tracks(data / "trace.json")
    seen = []

    def progress_of(items):
        for item in items:
            seen.append(item)
            yield item

    watched = check(tracks, "airspace:USA", progress=progress_of)

    assert seen == list(tracks)
    assert watched.to_json() == check(tracks, "airspace:USA").to_json()
    assert watched.inputs == tracks.inputs
