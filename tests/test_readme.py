"""What the README and the docs say is so: their code runs, and they leave nothing out."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from geo import read_tracks
from geo.catalogue import zone
from geo.findings import Crossing, Finding, Findings
from geo.limits import known_limits
from geo.readers import formats
from layers.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand beside a trace as the README names it: west over the Bering Sea, ours."""
    rows = [[10 * i, 60.0, -171 - i / 50, 35000, 450, 270, 0] for i in range(60)]
    document = {"icao": "ac671b", "timestamp": 1592367153.0, "trace": rows}
    (tmp_path / "trace_full_ac671b.json").write_text(json.dumps(document))
    monkeypatch.chdir(tmp_path)


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    ran = 0
    for code in blocks(README, "python"):
        exec(code, names)  # noqa: S102 - the README is ours
        ran += 1

    assert ran >= 2
    assert "ac671b territory:RUS" in capsys.readouterr().out
    assert Path("map.html").exists()


COMMANDS = [
    line for block in blocks(README, "sh") for line in block.splitlines() if "howclose" in line
]


def test_the_commands_of_the_readme_run_one_after_the_other() -> None:
    assert len(COMMANDS) >= 5
    for line in COMMANDS:
        result = CliRunner().invoke(app, shlex.split(line)[1:])

        assert result.exit_code == 0, f"{line}: {result.output}"


def test_the_two_commands_come_first() -> None:
    first = blocks(README, "sh")[0].splitlines()
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert [line.split("#")[0].split() for line in first] == [["make", "demo"], ["make", "test"]]
    assert {"demo", "test", "bench", "lint"} <= set(targets)


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text()

    assert script.rstrip().endswith("make test")


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        "docs/command-line.md",
        "docs/formats.md",
        "docs/languages.md",
    ],
)
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text())

    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_option_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text()
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    commands: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    missing = [
        f"{name} {option}"
        for name, command in commands.items()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("-") and option != "--help" and f"`{option}" not in sections[name]
    ]

    assert missing == []
    assert len(commands) >= 5


def test_every_format_is_in_the_docs_in_the_order_in_which_it_is_tried() -> None:
    text = (ROOT / "docs" / "formats.md").read_text()

    assert re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.MULTILINE) == [f.name for f in formats()]


def test_the_python_of_the_formats_runs() -> None:
    (code,) = blocks((ROOT / "docs" / "formats.md").read_text(), "python")
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the docs are ours

    # The trace flies at 35,000 ft: all of it is higher than 10 km, 35,000 × 0.3048 = 10,668 m.
    assert len(names["high"][0]) == len(names["fixes"]) == 60
    assert names["found"]["zone"].tolist() == ["airspace:USA"]


def test_every_limit_is_in_the_docs_with_its_default() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text()
    rows = dict(re.findall(r"^\| (`[a-z_`, ]+`) \| ([^|]+) \|", text, re.MULTILINE))
    told = {
        name.strip("` "): default.strip()
        for names, defaults in rows.items()
        for name, default in zip(names.split(", "), defaults.split(", "), strict=True)
    }

    assert told == {n: f"{d:,g} {unit}" for n, (unit, d) in known_limits().items()}


def test_every_key_of_the_json_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "findings.md").read_text()
    keys = set(Findings().to_dict()) | {"version", "sha256"}
    keys |= {"time" if f.name == "time_s" else f.name for f in fields(Finding)}
    keys |= set(Crossing(None, None, None, "enter").to_dict())
    keys |= set(zone("USA").to_dict())
    keys |= set(read_tracks("trace_full_ac671b.json").inputs[0].to_dict())

    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
