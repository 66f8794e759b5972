"""How soon a page can be used, beside a bare page of Leaflet with a line of ten points.

    python -m tests.benchmarks.pages [-n 21]

Prints Markdown. *Ready* is the first moment after the first picture at which the page would answer:
the document is loaded, a frame was drawn, and the main thread is free. Both are read off the page's
own clock, from the start of its navigation, in new contexts of one Chromium that take turns: a slow
moment slows all. No timed test: a busy machine would fail it.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from browsing import ARGUMENTS, chromium
from kinds import a_trace, page_of
from playwright.sync_api import BrowserContext, Page, sync_playwright

READY = """
addEventListener("load", () => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => { window.readyAt = performance.now(); };
  channel.port2.postMessage(0);
}));
"""
# In visits of their own: to ask at each frame makes frames, which a page would wait for.
WORDS = """
(function words() {
  const below = !document.querySelector(".hc-first");
  if (below && document.querySelector(".hc-words text")) window.wordsAt = performance.now();
  else requestAnimationFrame(words);
})();
"""
WORD_VISITS = 5
# Whoever asks a page something loads a third of a megabyte of script into it: so when it is ready.
QUIET_S = 0.5
BARE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Bare</title>
<style>{css}
body{{margin:0}}#map{{height:600px}}</style></head><body><div id="map"></div>
<script>{js}</script><script>
const map = L.map("map").setView([58, -178], 4);
L.polyline({line}).addTo(map);
</script></body></html>"""
# A step of zoom, without the animation: from the call to the first frame that shows it.
ZOOM = """async () => {
  const map = howclose.theMap, out = [];
  const drawn = () => new Promise(done => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  for (let i = 0; i < 12; i++) {
    await drawn();
    const start = performance.now();
    map.setZoom(map.getZoom() + (i % 6 < 3 ? 1 : -1), { animate: false });
    await drawn(); await drawn();
    out.push(performance.now() - start);
  }
  return out;
}"""


def bare() -> str:
    """Return the least that a page of Leaflet can be: its own files and ten points."""
    from layers.leaflet import _leaflet

    line = [[52 + 0.8 * i, -178 + 1.5 * i] for i in range(10)]
    return BARE.format(css=_leaflet("leaflet.css"), js=_leaflet("leaflet.js"), line=line)


def pages(folder: Path) -> dict[str, Path]:
    """Write the pages that are compared, and return where they are."""
    from geo.story import read_story
    from layers.story_page import story_page, tell

    bare_file = folder / "bare.html"
    bare_file.write_text(bare(), encoding="utf-8")
    made = {
        "the story of June 2020": story_page(tell(read_story("june-2020"))),
        "a trace": a_trace(folder),
        "1 M points": page_of("million"),
    }
    return {"bare Leaflet, 10 points": bare_file} | {
        name: page.save(folder / f"{i}.html") for i, (name, page) in enumerate(made.items())
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=21, help="visits to each page")
    times = parser.parse_args().n
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = pages(Path(folder))
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=[*ARGUMENTS, "--enable-precise-memory-info"]
        )

        def visit(file: Path, watch: str, until: str) -> tuple[float, BrowserContext, Page]:
            context = browser.new_context(viewport={"width": 1200, "height": 900})
            page = context.new_page()
            page.add_init_script(watch)
            page.goto(file.as_uri())
            time.sleep(QUIET_S)
            page.wait_for_function(f"() => window.{until}")
            return page.evaluate(until), context, page

        ready: dict[str, list[float]] = {name: [] for name in files}
        words: dict[str, list[float]] = {name: [] for name in files}
        zoom: dict[str, list[float]] = {}
        for turn in range(times + 1):
            for name, file in files.items():
                at, context, _ = visit(file, READY, "readyAt")
                if turn:  # the first finds nothing warm
                    ready[name].append(at)
                context.close()
        for name, file in list(files.items())[1:]:
            for _ in range(WORD_VISITS):
                at, context, page = visit(file, WORDS, "wordsAt")
                words[name].append(at)
                zoom[name] = page.evaluate(ZOOM)
                context.close()
        base = median(next(iter(ready.values())))
        least = min(next(iter(ready.values())))
        print("| page | raw | gzip | ready, median (least) | × bare | all stands | a zoom step |")
        print("|---|---|---|---|---|---|---|")
        for name, file in files.items():
            raw = file.read_bytes()
            stand = f"{median(words[name]):.0f} ms" if words[name] else ""
            step = f"{median(zoom[name]):.0f} ms" if name in zoom else ""
            print(
                f"| {name} | {len(raw) / 1000:.0f} kB | {len(gzip.compress(raw, 9)) / 1000:.0f} kB"
                f" | {median(ready[name]):.0f} ({min(ready[name]):.0f}) ms"
                f" | {median(ready[name]) / base:.2f} ({min(ready[name]) / least:.2f})"
                f" | {stand} | {step} |"
            )
        browser.close()


if __name__ == "__main__":
    main()
