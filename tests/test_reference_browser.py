"""How the page of June 2020 looks: pictures that were looked at, and what changes is meant.

Renew them, look at each, and commit them:

    pytest tests/test_reference_browser.py --renew-pictures

They hold for one major version of Chromium and for the fonts that it found, both told in
``reference/drawn-with.txt``: others draw letters otherwise, and the comparison is skipped.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")

from browsing import visit
from PIL import Image
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

REFERENCE: Final = Path(__file__).parent / "reference"
DRAWN_WITH: Final = REFERENCE / "drawn-with.txt"
LETTERS: Final = ("h1", ".hc-answer", ".hc-label.sea", ".hc-label.claim")  # each font of the page
COLOURS: Final = 112  # of a picture on disk
FAR: Final = 60  # of 255 in a channel: palettes and soft edges stay under it
MOST_OFF: Final = 0.004  # of all pixels that may be far off: a label of 12 letters is 0.001
MOST_BYTES: Final = 1_500_000  # of all pictures together

LOOKS: Final[dict[str, dict[str, Any]]] = {
    "1200-light": {"viewport": {"width": 1200, "height": 1300}},
    "1200-dark": {"viewport": {"width": 1200, "height": 1300}, "color_scheme": "dark"},
    "600-light": {"viewport": {"width": 600, "height": 1200}},
    "600-dark": {"viewport": {"width": 600, "height": 1200}, "color_scheme": "dark"},
    "360-light": {"viewport": {"width": 360, "height": 1100}},
    "360-dark": {"viewport": {"width": 360, "height": 1100}, "color_scheme": "dark"},
    "print": {"viewport": {"width": 720, "height": 1018}},  # A4 without its margins, 96 dpi
    "no-script": {"viewport": {"width": 1200, "height": 1300}, "java_script_enabled": False},
    "no-script-360": {"viewport": {"width": 360, "height": 1100}, "java_script_enabled": False},
}


@pytest.fixture(scope="module")
def drawn_with(browser: Browser, june_file: Path) -> str:
    """What draws the letters here: Chromium's major version, and the fonts it really uses."""
    lines = [f"Chromium {browser.version.partition('.')[0]}"]
    with visit(browser, june_file) as seen:
        seen.page.wait_for_selector(".hc-label.claim")
        tools = seen.page.context.new_cdp_session(seen.page)
        tools.send("DOM.enable")
        tools.send("CSS.enable")
        root = tools.send("DOM.getDocument")["root"]["nodeId"]
        for look in LETTERS:
            node = tools.send("DOM.querySelector", {"nodeId": root, "selector": look})["nodeId"]
            used = tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            lines.append(f"{look}: {', '.join(sorted(f['postScriptName'] for f in used))}")
    return "\n".join(lines)


def taken(browser: Browser, file: Path, look: str) -> np.ndarray:
    """Return a picture of the page's first screen, shape (high, wide, 3)."""
    with visit(browser, file, reduced_motion="reduce", **LOOKS[look]) as seen:
        if look == "print":
            seen.page.emulate_media(media="print")
            seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
            seen.page.wait_for_timeout(200)  # the map fits itself to the paper
        shot = seen.page.screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))


def off(picture: np.ndarray, reference: np.ndarray) -> float:
    """Return how much of a picture is far off its reference, from 0 to 1.

    A pixel is held against its neighbours too: a line that moves by one pixel is no change.
    """
    if picture.shape != reference.shape:
        return 1.0
    least = np.full(picture.shape[:2], 255)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            moved = np.roll(reference, (dy, dx), axis=(0, 1)).astype(int)
            least = np.minimum(least, np.abs(moved - picture).max(axis=-1))
    return float((least > FAR).mean())


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_looks_as_it_did_when_it_was_looked_at(
    browser: Browser, june_file: Path, look: str, drawn_with: str, request: pytest.FixtureRequest
):
    path = REFERENCE / f"{look}.png"
    if request.config.getoption("--renew-pictures"):
        REFERENCE.mkdir(exist_ok=True)
        few = Image.fromarray(taken(browser, june_file, look)).quantize(COLOURS, dither=0)
        few.save(path, optimize=True)
        DRAWN_WITH.write_text(f"{drawn_with}\n", encoding="utf-8")
        pytest.skip(f"renewed {path.name}: look at it")
    was = DRAWN_WITH.read_text(encoding="utf-8").strip()
    if drawn_with != was:
        pytest.skip(f"the pictures were drawn with {was!r}, this is {drawn_with!r}")
    reference = np.asarray(Image.open(path).convert("RGB"))

    assert off(taken(browser, june_file, look), reference) <= MOST_OFF


def test_a_change_of_look_would_be_seen():
    picture = np.asarray(Image.open(REFERENCE / "1200-light.png").convert("RGB"))
    darker, gone = picture.copy(), picture.copy()
    darker[...] = 255 - picture
    gone[200:260, 700:1000] = (201, 10, 53)  # as large as the number on the map

    assert off(np.roll(picture, 1, axis=1), picture) == 0
    assert off(darker, picture) > 0.5
    assert off(gone, picture) > MOST_OFF


def test_the_pictures_are_small_and_all_there():
    assert {p.stem for p in REFERENCE.glob("*.png")} == set(LOOKS)
    assert sum(p.stat().st_size for p in REFERENCE.glob("*.png")) <= MOST_BYTES
