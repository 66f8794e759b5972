"""The folder of a story: the page, its findings, and what they were made of."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import jsonschema
import pytest
from stories import line, small_story

from geo.errors import OutputError
from geo.files import building
from geo.findings import schema
from geo.story import read_story
from layers.kit import kit_of_story, save
from layers.pages import Page
from layers.story_page import Told

TRACK = line([(-172.0 - 0.05 * i, 59.0) for i in range(9)], [float(i) for i in range(9)])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of June 2020."""
    folder = tmp_path_factory.mktemp("kit")
    assert save(kit_of_story(read_story()), folder)[0] == folder / "index.html"
    return folder


def test_the_folder_holds_the_page(built: Path, june: Page):
    assert (built / "index.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert june.title in (built / "index.html").read_text(encoding="utf-8")


def test_the_folder_holds_the_findings_and_the_claims_in_them(built: Path, told: Told):
    findings = json.loads((built / "findings.json").read_bytes())

    jsonschema.validate(findings, schema())
    assert findings["claims"] == [v.to_dict() for v in told.verdicts]
    assert len(findings["findings"]) == len(told.findings)


def test_the_folder_holds_the_inputs_as_they_were_read(built: Path):
    findings = json.loads((built / "findings.json").read_bytes())

    for source in findings["inputs"]:
        data = (built / "inputs" / Path(source["path"]).name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == source["sha256"]


def test_a_recorded_track_goes_with_the_story(tmp_path: Path):
    story = small_story(tmp_path, TRACK, [])
    folder = tmp_path / "kit"
    folder.mkdir()
    save(kit_of_story(story), folder)

    assert (folder / "inputs" / "seen.geojson").read_bytes() == TRACK
    assert (folder / "inputs" / "small.toml").is_file()


def test_a_story_can_be_built_again_from_its_own_inputs(tmp_path: Path):
    """What an editor finds in inputs/ is the story whole: the same page comes out."""
    story = small_story(tmp_path, TRACK, [{"kind": "stayed_outside", "of": "airspace:USA"}])
    first, again = tmp_path / "first", tmp_path / "again"
    for folder, told in ((first, story), (again, None)):
        folder.mkdir()
        save(kit_of_story(told or read_story(first / "inputs" / "small.toml")), folder)

    mine, theirs = (json.loads((f / "findings.json").read_bytes()) for f in (first, again))
    for findings in (mine, theirs):
        for source in findings["inputs"]:
            source["path"] = Path(source["path"]).name
    assert mine == theirs


def test_a_build_that_fails_leaves_nothing(tmp_path: Path):
    target = tmp_path / "out"
    story = small_story(tmp_path, TRACK, [])

    def fail() -> None:
        with building(target) as beside:
            save(kit_of_story(story), beside)
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail()
    assert not target.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["seen.geojson", "small.toml"]


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="is a file"), building(tmp_path / "out"):
        pass
    assert (tmp_path / "out").read_text() == "mine"
