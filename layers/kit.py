"""Everything that an article needs of a story, in one folder."""

from __future__ import annotations

from pathlib import Path

from geo.story import Story
from layers.files import write
from layers.story_page import story_page, tell

__all__ = ["build_story"]


def build_story(story: Story, folder: Path) -> list[Path]:
    """Write a story's page, findings and inputs into a folder; return the paths, the page first.

    ``inputs/`` holds the files that the story was made of, as they were read, so that every number
    can be worked out again.
    """
    told = tell(story)
    inputs = folder / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    return [
        write(folder / "index.html", story_page(told).html.encode()),
        write(folder / "findings.json", told.findings.to_json()),
        *(write(inputs / name, data) for name, data in sorted(story.files.items())),
    ]
