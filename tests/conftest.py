"""What all tests share: a cache folder of their own, calm property tests, and the real samples."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from layers.pages import Page
    from layers.story_page import Told

# The same cases every time, and nothing written beside the tests. How long a case takes depends
# on who else uses the machine, so it is no reason to fail.
settings.register_profile(
    "howclose",
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("howclose")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what only test_reference_browser.py asks for."""
    parser.addoption(
        "--renew-pictures",
        action="store_true",
        help="draw the reference pictures of the page anew, to be looked at",
    )


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where borders are laid out once for all tests: never in the cache of whoever runs them."""
    given = os.environ.get("HOWCLOSE_CACHE")
    folder = Path(given) if given else tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOWCLOSE_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real flights in the wheel of traffic 2.13; those tests are skipped without."""
    given = os.environ.get("HOWCLOSE_SAMPLES")
    if given:
        return Path(given)
    found = importlib.util.find_spec("traffic")  # found, not imported: it fails on pandas 3
    if found is None or not found.submodule_search_locations:
        pytest.skip(
            "the real samples are not here: unzip the wheel of traffic 2.13, HOWCLOSE_SAMPLES"
        )
    return Path(found.submodule_search_locations[0]) / "data" / "samples"


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of small track and zone files, written by us after real ones."""
    return Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def authorities() -> Path:
    """The folder of expected values that other programs worked out; its README says which."""
    return Path(__file__).parent / "authorities"


@pytest.fixture(scope="session")
def told() -> Told:
    """June 2020, worked out once for all tests."""
    from geo.story import read_story
    from layers.story_page import tell

    return tell(read_story("june-2020"))


@pytest.fixture(scope="session")
def june(told: Told) -> Page:
    """The page of June 2020."""
    from layers.story_page import story_page

    return story_page(told)


@pytest.fixture(scope="session")
def june_file(june: Page, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of that page."""
    return june.save(tmp_path_factory.mktemp("june") / "index.html")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests; those are skipped without it."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not here")
    from browsing import ARGUMENTS, chromium

    found = chromium()
    if found is None:
        pytest.skip("Chromium is not here: on Debian, apt-get install chromium")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield opened
        opened.close()
