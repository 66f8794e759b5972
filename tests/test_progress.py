"""What is shown while somebody waits."""

import contextlib

import pytest

from geo import engine
from layers import cli, progress


def test_the_first_compilation_is_told_before_a_large_work_begins(monkeypatch, tmp_path):
    said = []

    @contextlib.contextmanager
    def busy(words):
        said.append(words)
        yield

    monkeypatch.setattr(progress, "busy", busy)
    monkeypatch.setattr(engine, "on_compile", contextlib.nullcontext)
    engine.kernels.cache_clear()
    rows = "\n".join(f"2020-06-16T{h:02}:00:{s:02}Z,-170,{60 + s / 900}" for h in (1,)
                     for s in range(60))  # fmt: skip
    file = tmp_path / "few.csv"
    file.write_text(f"time,lon,lat\n{rows}\n", encoding="utf-8")

    cli._findings([str(file)], ["USA"], None, None, cli._Reading([], None, False, None, []))
    few = list(said)
    monkeypatch.setattr(engine, "LARGE", 10)
    cli._findings([str(file)], ["USA"], None, None, cli._Reading([], None, False, None, []))

    assert not any("fast search" in words for words in few)
    assert any("fast search" in words for words in said)


@pytest.mark.parametrize("interested", [True, False])
def test_a_spinner_is_for_terminals(monkeypatch, capsys, interested):
    monkeypatch.setattr("sys.stderr.isatty", lambda: interested)

    with progress.busy("Counting sheep"):
        pass

    assert ("Counting sheep" in capsys.readouterr().err) is interested
