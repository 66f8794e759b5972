"""A look at a page through a real browser, with all that it asks for and complains of."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import js_lib_leaflet
from playwright.sync_api import Browser, Page, Route

ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # a sandboxed frame in a process of its own is sometimes lost to the driver without script
    "--disable-features=IsolateSandboxedIframes",
)
OWN: Final = ("file:", "data:", "blob:", "about:")
LEAFLET: Final = Path(js_lib_leaflet.__file__).parent / "static" / "js_lib_leaflet"

# Before anything of the page runs: what its own policy refuses, and what should never be called.
WATCH: Final = """
window.refused = [];
document.addEventListener("securitypolicyviolation", function (event) {
  window.refused.push(event.violatedDirective + " " + event.blockedURI + " " + event.sample);
});
window.alert = function () { window.hacked = "alert"; };
"""


def chromium() -> str | None:
    """Return where Chromium is, if it is here."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Visit:
    """An open page: what it asked for, and what it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> list[str]:
        """What was asked of anybody."""
        return [url for url in self.requests if not url.startswith(OWN)]

    @property
    def refused(self) -> list[str]:
        """What the page's own policy kept it from."""
        refused: list[str] = self.page.evaluate("window.refused")
        return refused

    def text(self) -> str:
        """Return every text of the document, shown or not, but for what is in scripts."""
        return str(
            self.page.evaluate(
                """() => {
                  const body = document.body.cloneNode(true);
                  body.querySelectorAll("script,style").forEach(e => e.remove());
                  return body.textContent;
                }"""
            )
        )

    def open_details(self) -> None:
        """Ask for all that waits until it is asked for."""
        self.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")


@contextlib.contextmanager
def visit(
    browser: Browser, path: Path | str, *, leaflet: bool = False, **options: Any
) -> Iterator[Visit]:
    """Open a file, and give what is seen of it.

    With ``leaflet``, what folium fetches comes from disk if it is Leaflet, and not at all if it is
    anything else.
    """
    options.setdefault("viewport", {"width": 1200, "height": 900})
    context = browser.new_context(**options)
    try:
        context.add_init_script(WATCH)
        page = context.new_page()
        seen = Visit(page)
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on(
            "console",
            lambda m: seen.complaints.append(m.text) if m.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        if leaflet:
            page.route(lambda url: not url.startswith(OWN), _from_disk)
        page.goto(path if isinstance(path, str) else path.as_uri())
        page.wait_for_timeout(80)  # labels are placed in the next frame
        yield seen
    finally:
        context.close()


def _from_disk(route: Route) -> None:
    name = route.request.url.rsplit("/", 1)[-1]
    if name in {"leaflet.js", "leaflet.css"}:
        route.fulfill(path=LEAFLET / name)
    else:
        route.abort()


# Leaflet draws what lies in view and around it, in pixels that move with the map. For each path
# that has a stroke: its longest piece of which a part is in view, and how much of it is in view.
PIECES: Final = """look => {
  const map = document.querySelector(".leaflet-container").getBoundingClientRect();
  const out = [];
  document.querySelectorAll(".leaflet-container path").forEach(path => {
    if (!path.matches(look)) return;
    const at = path.getScreenCTM();
    let before = null, longest = 0, lines = 0, seen = 0;
    const inside = q => q.x >= 0 && q.y >= 0 && q.x <= map.width && q.y <= map.height;
    let x = 0, y = 0, startX = 0, startY = 0;
    const commands = (path.getAttribute("d") || "").matchAll(/([a-zA-Z])([^a-zA-Z]*)/g);
    for (const [, command, words] of commands) {
      if (command === "z") { x = startX; y = startY; }
      if (!/[ml]/i.test(command)) continue;
      const near = command === "m" || command === "l";
      const numbers = words.match(/-?[\\d.]+/g).map(Number);
      for (let k = 0; k < numbers.length; k += 2) {
        x = numbers[k] + (near ? x : 0);
        y = numbers[k + 1] + (near ? y : 0);
        const p = { x: at.e + at.a * x - map.left, y: at.f + at.d * y - map.top };
        const begins = k === 0 && command.toLowerCase() === "m";
        if (begins) { startX = x; startY = y; lines += 1; }
        if (inside(p)) seen += 1;
        if (!begins && (inside(p) || inside(before)))
          longest = Math.max(longest, Math.abs(p.x - before.x) / map.width);
        before = p;
      }
    }
    out.push({ look: path.getAttribute("class"), longest, lines, seen });
  });
  return out;
}"""


def pieces(page: Page, look: str = ".hc-line,.hc-area") -> list[dict[str, Any]]:
    """Return of each drawn path how long its longest piece in view is, in widths of the map."""
    found: list[dict[str, Any]] = page.evaluate(PIECES, look)
    return found
