"""What holds for the whole house: who imports whom, and that importing does nothing."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = {"layers", "folium", "branca", "typer", "rich", "jinja2", "matplotlib"}
ALLOWED_AT_ROOT = re.compile(
    r"README\.md|pyproject\.toml|LICENSE.*|CHANGELOG\.md|CONTRIBUTING\.md|Makefile|CITATION\.cff"
    r"|SECURITY\.md|\.gitignore|\.gitattributes|\.editorconfig|\.pre-commit-config\.yaml"
    r"|\.ci|\.github|geo|layers|tests|docs|notebooks"
)


def imports(path: Path) -> set[str]:
    """Return the top-level names that a module imports anywhere, also within functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def in_a_clean_process(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code with an empty home and working folder, and only our packages to be found."""
    home = folder / "home"
    work = folder / "work"
    home.mkdir()
    work.mkdir()
    environment = {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "path", sorted((ROOT / "geo").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT))
)
def test_geo_never_looks_outward(path: Path):
    assert not imports(path) & FORBIDDEN


def test_only_earth_uses_pyproj():
    users = [p.name for p in (ROOT / "geo").rglob("*.py") if "pyproj" in imports(p)]

    assert users == ["earth.py"]


def test_a_check_loads_nothing_that_it_does_not_need(tmp_path: Path):
    """Neither what draws nor what is slow: pandas alone takes 0.8 s."""
    trace = ROOT / "tests" / "data" / "trace.json"
    run = in_a_clean_process(
        "import json, sys\n"
        "from geo import check, read_tracks, zone\n"
        f"check(read_tracks({str(trace)!r}), [zone('airspace:USA')]).to_json()\n"
        "print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))",
        tmp_path,
    )

    assert run.returncode == 0, run.stderr
    loaded = set(json.loads(run.stdout))
    assert "geo" in loaded
    assert not loaded & (FORBIDDEN | {"geopandas", "pandas", "pyogrio", "scipy"})


QUIET = """
import builtins, json, os, socket, sys, warnings
import {preload}

def no(*args, **kwargs):
    raise AssertionError("importing opened a connection")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = no
opened, was_open = [], builtins.open
def looked_at(file, mode="r", *args, **kwargs):
    if any(c in mode for c in "wax+"):
        opened.append(str(file))
    return was_open(file, mode, *args, **kwargs)
builtins.open = looked_at
before = {{
    "filters": list(warnings.filters),
    "environment": dict(os.environ),
    "hook": sys.excepthook,
    "path": list(sys.path),
    "folium": {{k: id(v) for k, v in vars(sys.modules.get("folium.folium", sys)).items()}},
}}
{code}
after = {{
    "filters": list(warnings.filters),
    "environment": dict(os.environ),
    "hook": sys.excepthook,
    "path": list(sys.path),
    "folium": {{k: id(v) for k, v in vars(sys.modules.get("folium.folium", sys)).items()}},
}}
changed = [k for k in before if before[k] != after[k]]
print(json.dumps({{"changed": changed, "opened": opened}}))
"""
# What is in geo.compiled is left out: it compiles when it is loaded, into its cache, and nothing
# loads it but `geo.engine` when large work asks for it (tests/test_engine_compiled.py).
EVERY_MODULE = """
import importlib, pkgutil
import {package}
for found in pkgutil.walk_packages({package}.__path__, "{package}."):
    if found.name.startswith("geo.compiled.") or found.name.endswith("__main__"):
        continue
    importlib.import_module(found.name)
"""


@pytest.mark.parametrize(
    ("package", "preload"),
    [
        # What others do when they are imported is theirs: it is loaded before we look.
        ("geo", "shapely, pyproj, orjson, platformdirs"),
        ("layers", "folium, shapely, pyproj, orjson, platformdirs, typer, rich.console, pydantic"),
    ],
)
def test_importing_writes_fetches_and_patches_nothing(tmp_path: Path, package, preload):
    code = QUIET.format(preload=preload, code=EVERY_MODULE.format(package=package))
    run = in_a_clean_process(code, tmp_path)

    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert json.loads(run.stdout) == {"changed": [], "opened": []}
    assert list((tmp_path / "work").iterdir()) == []
    assert list((tmp_path / "home").rglob("*")) == []


def test_every_name_that_geo_promises_is_there():
    import geo

    for name in geo.__all__:
        assert getattr(geo, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = geo.nothing


def test_the_version_is_said_once():
    import tomllib

    import geo

    with (ROOT / "pyproject.toml").open("rb") as f:
        project = tomllib.load(f)["project"]
    assert project["version"] == geo.__version__
    assert "Private :: Do Not Upload" in project["classifiers"]


def test_the_root_holds_what_people_expect_there():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so what belongs to the project cannot be told")
    names = {line.partition("/")[0] for line in listed.stdout.splitlines()}

    assert {n for n in names if not ALLOWED_AT_ROOT.fullmatch(n)} == set()
