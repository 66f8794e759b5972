"""The snippets of a kit on somebody else's page, on another origin, in a real Chromium."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not here")

from browsing import visit
from playwright.sync_api import Browser, Frame

from layers.kit import kit
from layers.pages import Page

pytestmark = pytest.mark.browser

TYPES = {"html": "text/html; charset=utf-8", "png": "image/png", "json": "application/json"}


@dataclass
class Site:
    """A server on a port of its own: an origin. What it holds can be changed."""

    files: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    url: str = ""

    def put(self, name: str, data: bytes | str, **headers: str) -> str:
        """Hold a file, and return its address."""
        data = data.encode() if isinstance(data, str) else data
        self.files[f"/{name}"] = data, {k.replace("_", "-"): v for k, v in headers.items()}
        return f"{self.url}/{name}"


class Handler(BaseHTTPRequestHandler):
    """Gives what a site holds."""

    def __init__(self, site: Site, *args: object) -> None:
        self.site = site
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path not in self.site.files:
            self.send_response(404 if path != "/favicon.ico" else 204)
            self.end_headers()
            return
        data, headers = self.site.files[path]
        self.send_response(200)
        self.send_header("Content-Type", TYPES.get(path.rpartition(".")[2], "text/plain"))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[Site, Site]]:
    """Two origins: the newspaper's and ours."""
    servers, out = [], []
    for _ in range(2):
        site = Site()
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, site))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site.url = f"http://127.0.0.1:{server.server_port}"
        servers.append(server)
        out.append(site)
    yield out[0], out[1]
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def snippets(june: Page, sites: tuple[Site, Site]) -> dict[str, str]:
    """The kit's snippets, its files being where they say."""
    ours = sites[1]
    parts = kit(june, {}, url=ours.url)
    for name, data in parts.items():
        ours.put(name, data)
    return {n[6:-5]: data.decode() for n, data in parts.items() if n.startswith("embed/")}


ARTICLE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>An article</title>
<meta name="viewport" content="width=device-width"></head><body>
<div id="column"{style}><p id="before">Before.</p>
{snippet}
<p id="after">After.</p></div></body></html>"""


def article(site: Site, snippet: str, width: int = 0, **headers: str) -> str:
    style = f' style="width:{width}px;margin:0"' if width else ""
    return site.put("article.html", ARTICLE.format(snippet=snippet, style=style), **headers)


def in_frame(seen, url: str) -> Frame:
    """The frame that holds an address."""
    for _ in range(200):
        found = [f for f in seen.page.frames if f.url.startswith(url)]
        if found:
            return found[0]
        seen.page.wait_for_timeout(50)
    raise AssertionError("the frame was not loaded")


def ours(seen, url: str) -> Frame:
    """The frame that our page is in, once its map is drawn."""
    seen.page.locator("iframe").first.scroll_into_view_if_needed()
    frame = in_frame(seen, url)
    frame.wait_for_selector("path.hc-line.claim")
    return frame


def needed(frame: Frame) -> float:
    return float(frame.evaluate("document.body.getBoundingClientRect().height"))


def settled(seen, frame: Frame) -> float:
    """Wait until the frame is as high as its content, and return how high that is."""
    element = seen.page.locator("iframe[data-howclose]")
    for _ in range(60):
        height = element.evaluate("f => f.clientHeight")
        if abs(height - needed(frame)) <= 1.5:
            return float(height)
        seen.page.wait_for_timeout(50)
    raise AssertionError(f"the frame is {height} high and needs {needed(frame)}")


@pytest.mark.parametrize("width", [320, 600, 1000])
def test_a_frame_is_as_high_as_its_content_in_a_column_of_any_width(
    browser: Browser, sites, snippets, width: int
):
    with visit(browser, article(sites[0], snippets["responsive"], width)) as seen:
        frame = ours(seen, sites[1].url)
        settled(seen, frame)

        assert frame.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.page.locator("iframe").evaluate("f => f.clientWidth") == width
        assert seen.complaints == []
        assert all(url.startswith((sites[0].url, sites[1].url, "data:")) for url in seen.requests)


def test_a_frame_follows_when_the_column_changes_and_when_more_is_asked_for(
    browser: Browser, sites, snippets
):
    with visit(browser, article(sites[0], snippets["responsive"], 1000)) as seen:
        frame = ours(seen, sites[1].url)
        wide = settled(seen, frame)
        seen.page.evaluate("document.getElementById('column').style.width = '360px'")
        seen.page.wait_for_timeout(200)
        narrow = settled(seen, frame)
        assert narrow != wide

        frame.locator("details:not([open]) > summary").first.click()
        seen.page.wait_for_timeout(200)
        assert settled(seen, frame) > narrow


def test_a_theme_that_gives_frames_borders_and_bounds_does_not_cut_ours(
    browser: Browser, sites, snippets
):
    theme = "*{box-sizing:border-box}iframe{border:3px solid;padding:4px;max-height:600px}"
    snippet = f"<style>{theme}</style>{snippets['responsive']}"
    with visit(browser, article(sites[0], snippet, 600)) as seen:
        frame = ours(seen, sites[1].url)
        settled(seen, frame)

        assert frame.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


def test_a_height_that_somebody_else_tells_changes_nothing(browser: Browser, sites, snippets):
    """Another frame on the same page, and the page itself, speak our language."""
    lie = "parent.postMessage({type: 'howclose:height', height: 4321}, '*')"
    evil = sites[1].put("evil.html", f"<!DOCTYPE html><title>Evil</title><script>{lie}</script>")
    snippet = f'{snippets["responsive"]}<iframe src="{evil}" title="Other"></iframe>'
    with visit(browser, article(sites[0], snippet, 800)) as seen:
        frame = ours(seen, f"{sites[1].url}/index.html")
        before = settled(seen, frame)
        seen.page.evaluate("postMessage({type: 'howclose:height', height: 4321}, '*')")
        other = next(f for f in seen.page.frames if f.url == evil)
        other.evaluate(lie)
        seen.page.wait_for_timeout(200)

        assert seen.page.locator("iframe[data-howclose]").evaluate("f => f.clientHeight") == before


@pytest.mark.parametrize("height", ["-5", "1e9", "'9999px;position:fixed'", "NaN"])
def test_a_height_that_no_page_has_is_not_believed(browser: Browser, sites, snippets, height: str):
    with visit(browser, article(sites[0], snippets["responsive"], 800)) as seen:
        frame = ours(seen, sites[1].url)
        before = settled(seen, frame)
        frame.evaluate(f"parent.postMessage({{type: 'howclose:height', height: {height}}}, '*')")
        seen.page.wait_for_timeout(150)

        assert seen.page.locator("iframe").evaluate("f => f.style.height") == f"{before:.0f}px"


def test_room_is_reserved_before_the_page_is_there(browser: Browser, sites, snippets):
    snippet = snippets["responsive"].replace("/index.html", "/nothing-there.html")
    with visit(browser, article(sites[0], snippet, 800)) as seen:
        assert seen.page.locator("iframe").evaluate("f => f.clientHeight") == 1100


def test_a_strict_policy_of_the_article_lets_the_snippet_through(browser: Browser, sites, snippets):
    """The hashes are those that the snippet itself names."""
    script, style = re.findall(r"'sha256-[^']+'", snippets["responsive"])
    policy = (
        f"default-src 'none'; script-src {script}; style-src {style};"
        f" frame-src {sites[1].url}; img-src {sites[1].url}"
    )
    url = article(sites[0], snippets["responsive"], Content_Security_Policy=policy)
    with visit(browser, url) as seen:
        settled(seen, ours(seen, sites[1].url))

        assert seen.refused == []


def test_the_policy_that_the_readme_names_lets_the_page_through(
    browser: Browser, june: Page, sites, snippets
):
    readme = kit(june, {}, url=sites[1].url)["README.txt"].decode()
    policy = next(row.strip() for row in readme.splitlines() if "script-src" in row)
    sites[1].put(
        "strict.html",
        june.html,
        Content_Security_Policy=f"{policy}; frame-ancestors {sites[0].url}",
    )
    snippet = snippets["responsive"].replace("/index.html", "/strict.html")
    with visit(browser, article(sites[0], snippet, 800)) as seen:
        settled(seen, ours(seen, sites[1].url))

        assert seen.complaints == []


@pytest.mark.parametrize("name", ["iframe", "wordpress", "responsive"])
def test_every_frame_shows_the_map_on_a_phone(browser: Browser, sites, snippets, name: str):
    viewport = {"width": 360, "height": 740}
    with visit(browser, article(sites[0], snippets[name]), viewport=viewport) as seen:
        frame = ours(seen, sites[1].url)

        assert frame.locator(".leaflet-container").is_visible()
        assert frame.evaluate("self.origin") == "null"  # sandboxed: an origin of nobody's
        assert seen.complaints == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", ["iframe", "wordpress", "responsive"])
def test_without_script_the_picture_and_the_table_are_readable(
    browser: Browser, june: Page, sites, snippets, name: str
):
    """
    A frame of another origin is a process of its own, to which the driver's word that there be no
    scripts may come too late; a sandbox that comes with the page does not.
    """
    sites[1].put("quiet.html", june.html, Content_Security_Policy="sandbox allow-popups")
    snippet = snippets[name].replace("/index.html", "/quiet.html")
    url = article(sites[0], snippet, 800)
    with visit(browser, url, java_script_enabled=False) as seen:
        frame = in_frame(seen, sites[1].url)
        shown = frame.locator(".hc-picture img")
        for _ in range(100):  # to wait in the frame itself would need a script there
            if shown.is_visible():
                break
            seen.page.wait_for_timeout(50)
        box = shown.bounding_box()

        assert box is not None
        assert box["width"] > 600
        assert "A red line runs 32 NM" in str(shown.get_attribute("alt"))
        assert frame.locator("table.hc-claims").is_visible()
        frame.get_by_text("Flights and distances").click()
        assert frame.get_by_role("region", name="Findings").is_visible()
        if name == "responsive":  # the same picture once is enough
            assert not seen.page.locator("noscript img").is_visible()


def test_where_frames_are_not_let_through_the_picture_stands_there(
    browser: Browser, sites, snippets
):
    """A feed reader drops frames, styles and scripts."""
    snippet = re.sub(r"(?s)<(iframe|style|script).*?</\1>", "", snippets["responsive"])
    url = article(sites[0], snippet, 800)
    with visit(browser, url, java_script_enabled=False) as seen:
        picture = seen.page.locator("noscript img")
        picture.wait_for(state="visible")
        box = picture.bounding_box()

        assert box is not None
        assert (box["width"], round(box["height"])) == (800, 533)
        assert f"{sites[1].url}/map.png" in seen.requests


def test_the_frame_can_be_dark_by_its_address(browser: Browser, sites, snippets):
    snippet = snippets["iframe"].replace("/index.html", "/index.html?theme=dark")
    with visit(browser, article(sites[0], snippet, 800)) as seen:
        frame = ours(seen, sites[1].url)

        assert frame.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(20, 24, 28)"  # paper by night, in the style table
        )


@pytest.mark.parametrize("name", ["iframe", "wordpress", "responsive"])
@pytest.mark.parametrize("width", [320, 600])
def test_no_snippet_is_wider_than_its_column(
    browser: Browser, sites, snippets, name: str, width: int
):
    """Where no style may stand, the frame's own attribute has to follow the column."""
    viewport = {"width": width + 40, "height": 740}
    with visit(browser, article(sites[0], snippets[name], width), viewport=viewport) as seen:
        column = seen.page.locator("#column").bounding_box()
        frame = seen.page.locator("iframe").bounding_box()

        assert column is not None
        assert frame is not None
        assert (
            frame["x"] + frame["width"] <= column["x"] + column["width"] + 80
        )  # a figure's margin
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width + 40


def test_a_listener_that_comes_late_is_told_the_height(browser: Browser, sites, snippets):
    """Consent banners and plugins for speed run an article's scripts long after its frames."""
    whole = snippets["responsive"]
    script = re.search(r"<script>(.*?)</script>", whole)
    assert script is not None
    snippet = whole.replace(script[0], "")
    with visit(browser, article(sites[0], snippet, 800)) as seen:
        frame = ours(seen, sites[1].url)
        seen.page.wait_for_timeout(200)
        assert seen.page.locator("iframe").evaluate("f => f.clientHeight") == 1100
        seen.page.evaluate(script[1])

        assert settled(seen, frame) > 1100


def test_a_source_opened_from_the_frame_is_a_page_like_any_other(
    browser: Browser, june: Page, sites, snippets
):
    """In a sandbox of our making other people's pages lose their storage, and break."""
    there = sites[0].put("source.html", "<!DOCTYPE html><title>A source</title><p>Here.")
    html = re.sub(r'(<a href=")https?://[^"]*(" target="_blank")', rf"\1{there}\2", june.html)
    sites[1].put("linked.html", html)
    snippet = snippets["iframe"].replace("/index.html", "/linked.html")
    with visit(browser, article(sites[0], snippet, 800)) as seen:
        frame = ours(seen, sites[1].url)
        frame.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        with seen.page.context.expect_page() as opened:
            frame.locator(f'a[href="{there}"]').first.click()
        opened.value.wait_for_load_state()

        assert opened.value.evaluate("self.origin") == sites[0].url


@pytest.mark.parametrize("width", [320, 600])
def test_on_an_articles_paper_the_frame_is_neither_cut_nor_longer_than_its_room(
    browser: Browser, sites, snippets, width: int
):
    """An article makes no room while it is printed: what is opened then pushes out the end."""
    with visit(browser, article(sites[0], snippets["responsive"], width)) as seen:
        frame = ours(seen, sites[1].url)
        room = settled(seen, frame)
        opened = frame.locator("details[open]").count()
        seen.page.emulate_media(media="print")
        frame.evaluate("dispatchEvent(new Event('beforeprint'))")
        seen.page.wait_for_timeout(200)

        assert frame.locator("details[open]").count() == opened
        assert needed(frame) <= room
        drawn = frame.evaluate(
            """() => {
              const map = document.querySelector(".hc-map").getBoundingClientRect();
              const claim = document.querySelector(".hc-label.claim").getBoundingClientRect();
              return [map.left, map.right, claim.left, claim.right];
            }"""
        )
        assert 0 <= drawn[0] <= drawn[2]
        assert drawn[3] <= drawn[1] <= width


def test_a_tap_beside_a_route_points_at_it_and_the_frame_makes_room(
    browser: Browser, sites, snippets
):
    """A finger is wide: what runs nearest is meant, also in a sandbox."""
    options = {"viewport": {"width": 400, "height": 900}, "has_touch": True, "is_mobile": True}
    with visit(browser, article(sites[0], snippets["responsive"], 380), **options) as seen:
        frame = ours(seen, sites[1].url)
        before = settled(seen, frame)
        spot = frame.evaluate(
            """() => {
              const map = document.querySelector(".hc-map").getBoundingClientRect();
              for (const path of document.querySelectorAll("path.hc-line.drawn:not(.background)")) {
                const long = path.getTotalLength(), m = path.getScreenCTM();
                for (let k = 1; k < 40; k++) {
                  const q = path.getPointAtLength((long * k) / 40);
                  const x = m.e + m.a * q.x, y = m.f + m.d * q.y;
                  if (x > map.left + 60 && x < map.right - 60 && y > map.top + 60
                    && y < map.bottom - 60) return [x + 8, y + 8];
                }
              }
            }"""
        )
        seen.page.evaluate(f"scrollBy(0, {spot[1] - 300})")
        box = seen.page.locator("iframe").bounding_box()
        assert box is not None
        seen.page.touchscreen.tap(box["x"] + spot[0], box["y"] + spot[1])
        frame.wait_for_selector("#hc-detail h2")
        seen.page.wait_for_timeout(200)

        assert settled(seen, frame) > before
        assert frame.evaluate("howclose.chosen")


@pytest.mark.parametrize("link", ["#flight=__proto__&t=x", "#flight=constructor", "#flight=%E0%A4"])
def test_a_link_to_a_flight_that_is_none_points_at_none(
    browser: Browser, sites, snippets, link: str
):
    snippet = snippets["iframe"].replace("/index.html", f"/index.html{link}")
    with visit(browser, article(sites[0], snippet, 800)) as seen:
        frame = ours(seen, sites[1].url)

        assert not frame.evaluate("howclose.chosen")
        assert seen.complaints == []


def test_a_link_in_the_frames_address_points_at_a_flight_and_the_frame_makes_room(
    browser: Browser, sites, snippets
):
    with visit(browser, article(sites[0], snippets["responsive"], 700)) as seen:
        before = settled(seen, ours(seen, sites[1].url))
    snippet = snippets["responsive"].replace("/index.html", "/index.html?theme=dark#flight=tu95-1")
    with visit(browser, article(sites[0], snippet, 700)) as seen:
        frame = ours(seen, sites[1].url)

        assert frame.evaluate("howclose.chosen") == "tu95-1"
        assert frame.locator("#hc-detail h2").is_visible()
        assert settled(seen, frame) > before
        assert seen.complaints == []
