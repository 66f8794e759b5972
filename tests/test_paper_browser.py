"""The page of June 2020 on A4: what stands on the paper, read from the PDF of Chromium."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")
pytest.importorskip("pypdf", reason="pypdf is not here")

from browsing import visit
from playwright.sync_api import Browser
from pypdf import PdfReader

pytestmark = pytest.mark.browser

A4_PT: Final = (595, 842)
MARGIN_PT: Final = 39  # 14 mm
MOST_PAGES: Final = 7


@pytest.fixture(scope="module")
def paper(browser: Browser, june_file: Path) -> Any:
    """The printed page, asked for by a reader whose screen is dark."""
    with visit(browser, june_file, color_scheme="dark") as seen:
        data = seen.page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
        assert seen.page.locator("details[open]").count() < 6  # afterwards as it was
        return PdfReader(io.BytesIO(data))


def plain(text: str) -> str:
    """Return text without ligatures and line ends."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def test_on_a4_every_word_of_the_map_the_legend_the_tables_and_the_credit_is_there(
    paper: Any, told: Any, june: Any
):
    every = plain(" ".join(page.extract_text() for page in paper.pages))
    first = plain(paper.pages[0].extract_text())

    for words in (june.title, june.subtitle, told.answer, *(e.words for e in june.legend)):
        assert plain(words) in first
    for words in ("(59 km) off Alaskan shores,", "NORAD said.", "2 B-52H, 18–19 June"):
        assert words in first  # on the map itself
    squeezed = every.replace(" ", "")  # a cell's lines may part a word at its hyphen
    for verdict in told.verdicts:
        assert plain(verdict.claim.quote).replace(" ", "") in squeezed
        assert plain(verdict.reason).replace(" ", "") in squeezed
    for finding in told.findings:
        assert plain(finding.name).replace(" ", "") in squeezed
    for source in told.story.document.source:
        assert plain(source.title).replace(" ", "") in squeezed
    assert "Land and borders © OpenStreetMap contributors, ODbL." in every
    for switch in ("Full screen", "Units", "findings.csv", "Close"):
        assert switch not in every  # nothing on paper can be pressed


def test_a_table_that_goes_on_has_its_heads_again(paper: Any):
    pages = [plain(page.extract_text()) for page in paper.pages]
    going_on = [p for p in pages if p.startswith("What was said What can be said of it Why")]
    assert len(going_on) >= 1


def test_on_paper_without_script_the_method_and_the_sources_are_there(
    browser: Browser, june_file: Path, told: Any
):
    with visit(browser, june_file, java_script_enabled=False) as seen:
        data = seen.page.pdf(format="A4")
    every = plain(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))
    for source in told.story.document.source:
        assert plain(source.title).replace(" ", "") in every.replace(" ", "")


def test_on_a4_nothing_is_cut_and_no_page_is_empty(paper: Any):
    assert 2 <= len(paper.pages) <= MOST_PAGES
    for page in paper.pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == pytest.approx(
            A4_PT, abs=1
        )
        places: list[tuple[float, float]] = []

        def place(text: str, cm: Any, tm: Any, _font: Any, _size: Any, into: Any = places) -> None:
            if text.strip():
                x, y = tm[4], tm[5]
                into.append((x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5]))

        text = page.extract_text(visitor_text=place)
        assert len(text) > 300
        # no line begins outside the margins; that none ends there is the next test
        assert min(x for x, _ in places) >= MARGIN_PT
        assert max(x for x, _ in places) <= A4_PT[0] - MARGIN_PT
        assert min(y for _, y in places) >= MARGIN_PT - 2
        assert max(y for _, y in places) <= A4_PT[1] - MARGIN_PT


def test_on_paper_the_whole_story_is_on_the_map_and_nothing_is_wider(
    browser: Browser, june_file: Path
):
    with visit(browser, june_file) as seen:
        seen.page.emulate_media(media="print")
        seen.page.set_viewport_size({"width": 688, "height": 1018})  # 182 mm, 96 dpi
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        seen.page.wait_for_timeout(200)
        for look in ".hc-map", ".hc-legend", "table.hc-claims", ".hc-list", ".hc-credit":
            assert seen.page.locator(look).first.is_visible(), look
        for look in ".leaflet-control-zoom", "#hc-full", ".hc-tools", "button[data-file]":
            assert not seen.page.locator(look).first.is_visible(), look
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 688
        # the whole story is on the paper's map, not the part that a screen showed
        claim = seen.page.locator(".hc-label.claim").first.bounding_box()
        frame = seen.page.locator(".hc-map").bounding_box()
        assert claim is not None
        assert frame is not None
        assert frame["x"] <= claim["x"]
        assert claim["x"] + claim["width"] <= frame["x"] + frame["width"]
        assert claim["y"] + claim["height"] <= frame["y"] + frame["height"]
