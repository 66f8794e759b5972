"""Everything that an article needs of a map, in one folder or one archive."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from geo import __version__
from geo.catalogue import data_stamp
from geo.errors import OutputError
from geo.files import write
from geo.findings import Findings
from geo.story import Story
from geo.track import Input
from geo.words import form, joined, own_words, say, speaking, spoken
from layers.arguments import Format
from layers.export import encode
from layers.pages import Page
from layers.picture import CARD_PX, MAP_PX, card, no_font, picture
from layers.snippets import Embed, amp, plain, responsive, wordpress
from layers.story_page import story_page, tell
from layers.text import day, escape, visible

__all__ = [
    "at_address",
    "base_url",
    "clear",
    "dates_of",
    "inputs_of",
    "kit",
    "kit_of_story",
    "kit_of_tracks",
    "save",
    "zipped",
]

Kit = dict[str, bytes]  # name within the folder → bytes; the page first
FRAME_PX: Final = (960, 1100)  # what an embed reserves before it has told its height
NO_URL: Final = "https://YOUR-SITE.example/PATH"  # in snippets, where --url was not given
PROVIDER: Final = "howclose"  # in oEmbed
SIDECARS: Final = frozenset({".shx", ".dbf", ".prj", ".cpg"})  # of a shapefile
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: never the clock


def base_url(text: str) -> str:
    """Return the address of a folder, ending in "/".

    >>> base_url("https://news.example/maps/june")
    'https://news.example/maps/june/'

    Raises
    ------
    OutputError
        If it is no absolute address of the web.
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment or set(text) & set(" \t\n\"'<>`{}\\"):
        raise OutputError(
            f"'{visible(text)[:120]}' is no address of a folder on the web. Name the one where the"
            " kit will stand: --url https://news.example/maps/june/"
        )
    return text.rstrip("/") + "/"


def kit_of_story(story: Story, url: str | None = None, lang: str | None = None) -> Kit:
    """Return the kit of a story; ``url`` is the address at which its folder will stand."""
    told = tell(story)
    with speaking(lang or story.head.lang):
        about = form("day", story.head.date)
    return kit(story_page(told, lang), story.files, date=about, url=url)


def kit_of_tracks(page: Page, files: Mapping[str, bytes], url: str | None = None) -> Kit:
    """Return the kit of a page of tracks; ``files`` are what they were read from, by name."""
    with speaking(page.lang):
        date = dates_of(page.findings)
    return kit(page, files, date=date, url=url)


def kit(page: Page, files: Mapping[str, bytes], *, date: str = "", url: str | None = None) -> Kit:
    """Return all parts of a page's kit, by name: see ``docs/kit.md``.

    Parameters
    ----------
    page
        The page.
    files
        What it was made of, by name: they go to ``inputs/``.
    date
        The date of what is shown, in words; never that of the building.
    url
        The address of the folder; without it, what needs an absolute address is left out, and
        the README says so.
    """
    with speaking(page.lang):
        return _kit(page, files, date, None if url is None else base_url(url))


def _kit(page: Page, files: Mapping[str, bytes], date: str, url: str | None) -> Kit:
    base = url or NO_URL + "/"
    embed = Embed(
        base + "index.html",
        base + "map.png",
        page.title,
        page.alt or page.title,
        *FRAME_PX,
    )
    shown = page if url is None else at_address(page, url)
    stamp = data_stamp()
    out: Kit = {
        "index.html": shown.html.encode(),
        "map.png": picture(page),
        "map@2x.png": picture(page, scale=2),
        "map.svg": picture(page, form="svg"),
        "card.png": card(page),
        "alt.txt": _line(embed.alt),
        "caption.txt": _line(joined([w for w in (page.answer, page.caption) if w], "sentences")),
        "credit.txt": _line(_credit(page, date, stamp)),
        "embed/iframe.html": plain(embed),
        "embed/responsive.html": responsive(embed),
        "embed/wordpress.html": wordpress(embed),
        "embed/amp.html": amp(embed),
        "findings.json": page.findings.to_json(),
        "findings.csv": encode(page.findings, Format.csv),
        "findings.geojson": encode(page.findings, Format.geojson),
    }
    if url is not None:
        out["oembed.json"] = _oembed(embed, url)
    out["README.txt"] = _readme(page, date, stamp, url).encode()
    for name, data in sorted(files.items()):
        out[f"inputs/{name}"] = data
    return out


def at_address(page: Page, url: str) -> Page:
    """Return a page with what others read of it who link to it at an address."""
    with speaking(page.lang):
        return dataclasses.replace(page, head=_head(page, base_url(url)))


def _line(text: str) -> bytes:
    return (visible(text).replace("\u00a0", " ").replace("\u202f", " ").strip() + "\n").encode()


# ---------------------------------------------------------------------- what others read of it


def _head(page: Page, url: str) -> str:
    """Return what stands in the head for who links to the page: found early, before any style."""
    properties: tuple[tuple[str, str], ...] = (
        ("og:type", "article"),
        ("og:title", page.title),
        ("og:description", page.answer),
        ("og:url", url + "index.html"),
        ("og:image", url + "card.png"),
        ("og:image:width", str(CARD_PX[0])),
        ("og:image:height", str(CARD_PX[1])),
        ("og:image:alt", page.alt or page.title),
    )
    if not spoken().english:
        properties += (("og:locale", spoken().locale),)
    tags = "".join(f'<meta property="{n}" content="{escape(v)}">\n' for n, v in properties)
    return (
        f'<link rel="canonical" href="{escape(url)}index.html">\n'
        f'<link rel="alternate" type="application/json+oembed" href="{escape(url)}oembed.json"'
        f' title="{escape(page.title)}">\n{tags}'
        '<meta name="twitter:card" content="summary_large_image">\n'
    )


def _oembed(embed: Embed, url: str) -> bytes:
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": embed.title,
        "provider_name": PROVIDER,
        "html": wordpress(embed).decode(),
        "width": embed.width,
        "height": embed.height,
        "thumbnail_url": url + "map.png",
        "thumbnail_width": MAP_PX[0],
        "thumbnail_height": MAP_PX[1],
    }
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


# ------------------------------------------------------------------------------ what people read


def _credit(page: Page, date: str, stamp: Mapping[str, str]) -> str:
    sources = dict.fromkeys(f"{z.source} ({z.licence})" for z in page.findings.zones)
    words = [say("kit.credit")]
    if sources:
        words.append(say("kit.borders", sources=sources))
    if date:
        words.append(say("kit.shown", date=date))
    if page.tiles is not None:
        credit = "".join(text for text, _ in page.tiles.credit)
        words.append(
            say("kit.background", name=own_words(page.tiles.name), credit=own_words(credit))
        )
    words.append(say("kit.made", version=__version__, data=stamp["version"]))
    return joined(words, "sentences")


README: Final = """\
{title}
{line}

{answer}

WHAT IS HERE

  index.html              the page: one file, {loads}
  map.png, map@2x.png     the map as a picture, {width} x {height} and twice that; map.svg to edit
{pictures}  card.png                for link previews, {card_width} x {card_height}
  alt.txt, caption.txt    words for readers who cannot see the map; words to stand under it
  credit.txt              what has to stand beside it: the data's licence asks for it
  embed/iframe.html       an iframe of fixed height, for any place that takes an iframe
  embed/responsive.html   an iframe as high as its content; needs a place that lets a script through
  embed/wordpress.html    an iframe without style and script, for editors that remove them
  embed/amp.html          for AMP pages, with what to put into their head; needs https
  findings.json .csv .geojson   every number, with where it came from
{oembed}  inputs/                 what it was made of

HOW TO HOST IT

Put this folder on any web server as it is: no program has to run there. Serve .html as
text/html; charset=utf-8, and send no "X-Frame-Options" for index.html if it is to be embedded.
{hosted}
{policy}

  default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src {from_where}

(the page's own, stricter one still holds). If sites other than yours embed it, allow them by
frame-ancestors. The article that embeds it needs frame-src (or child-src) with the address of this
folder; and img-src with it, for places that show no frame. embed/responsive.html also has a
<script> and a <style>: allow them by their hashes, which stand in it, or use embed/iframe.html.

Without more, the page follows the reader's system in light or dark: add ?theme=dark or ?theme=light
to its address to choose. To begin at a flight and a time, choose them on the page, copy what then
stands behind the # of its address (#flight=...&t=...), and put it into the address of the frame. In
HTML, & is written &amp;

The iframe works with sandbox="allow-scripts". The snippets also have allow-downloads, and for links
allow-popups with allow-popups-to-escape-sandbox (else the pages opened have no storage).

METHOD

{method}

To work out every number again, and every file here, type in this folder:  howclose verify .

CREDIT AND LICENCE

{credit}
Land, borders and what was derived from them are under the Open Database Licence: if you publish the
map, credit "© OpenStreetMap contributors". What is in inputs/ belongs to those who made it.
"""
NO_ADDRESS: Final = (
    f"The snippets say {NO_URL}: put in the address of your folder. oEmbed and the tags for link"
    " previews (og:) need it too and were left out: to have them, build the kit with --url ADDRESS."
)
TILED: Final = (
    "The map's background is fetched from {hosts} whenever somebody reads the page: see whether its"
    " terms allow that, and tell your readers where your law asks for it. Where the page stands in"
    " a frame with sandbox, it has no address to tell, and some servers of tiles refuse it; the"
    " page then shows land from its own data. The pictures are drawn without tiles."
)
POLICY: Final = (
    "The page brings its own Content-Security-Policy as a <meta>. It allows the page's own scripts"
    " and styles, by their hashes, and pictures from data:{servers}; nothing else. If your server"
    " sends a policy too, index.html needs"
)


def _readme(page: Page, date: str, stamp: Mapping[str, str], url: str | None) -> str:
    from textwrap import fill

    from layers.parts import methods

    with speaking("en"):  # this file is for who hosts the page
        method = methods()

    def folded(text: str) -> str:
        text = _line(text).decode()
        return fill(text, 100, break_long_words=False, break_on_hyphens=False)

    oembed = "" if url is None else f"  {'oembed.json':24}for sites that make an embed of a link\n"
    hosted = [NO_ADDRESS if url is None else f"Everything here is made for {url}"]
    tiles = page.tiles
    if tiles is not None:
        hosted.append(TILED.format(hosts=tiles.told_hosts))
    servers = "" if tiles is None else " and the servers of its tiles"
    title = folded(page.title)
    return README.format(
        title=title,
        line="=" * min(len(title), 100),
        answer=folded(page.answer),
        width=MAP_PX[0],
        height=MAP_PX[1],
        card_width=CARD_PX[0],
        card_height=CARD_PX[1],
        oembed=oembed,
        pictures=f"{' ' * 26}(in English: no font had the script of the page)\n"
        * bool(no_font(page.lang)),
        hosted="".join(f"\n{folded(paragraph)}\n" for paragraph in hosted),
        loads="loads nothing from anywhere" if tiles is None else "loads only its background",
        policy=folded(POLICY.format(servers=servers)),
        from_where=" ".join(["data:", *(() if tiles is None else tiles.hosts)]),
        method="\n\n".join(map(folded, method)),
        credit=folded(_credit(page, date, stamp)),
    )


# --------------------------------------------------------------------------- folder or archive


def zipped(parts: Kit) -> bytes:
    """Return a kit as an archive, the same bytes for the same kit."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system = 3  # Unix wherever it is made
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def save(parts: Kit, folder: Path) -> list[Path]:
    """Write a kit into a folder and return the paths, the page first."""
    out = []
    for name, data in parts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        out.append(write(path, data))
    return out


def clear(folder: Path, parts: Kit) -> list[str]:
    """Remove an earlier kit's oEmbed from a folder, and return which inputs are left from it.

    Inputs are never removed: they may be somebody's only copy.
    """
    left: list[str] = []
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        told = folder / "oembed.json"
        if told.name not in parts and orjson.loads(told.read_bytes())["provider_name"] == PROVIDER:
            told.unlink()
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        before = orjson.loads((folder / "findings.json").read_bytes())
        zone_files = before["parameters"].get("zone_files", [])
        ours = {source["sha256"] for source in (*before["inputs"], *zone_files)}
        for path in sorted((folder / "inputs").rglob("*")):
            name = path.relative_to(folder).as_posix()
            if name in parts or not path.is_file():
                continue
            if hashlib.sha256(path.read_bytes()).hexdigest() in ours:
                left.append(name)
    return left


def inputs_of(
    inputs: Iterable[Input],
    names: Iterable[str | Path],
    zone_files: Iterable[Mapping[str, Any]] = (),
) -> tuple[dict[str, bytes], list[str]]:
    """Return the files that findings were made of, by name, and what is not there any more.

    Parameters
    ----------
    inputs
        What the tracks say of theirs: known by their hash.
    names
        What was asked to be read: files, folders, "-".
    zone_files
        What the findings say of theirs.
    """
    wanted: dict[str, str] = {z["sha256"]: z["path"] for z in zone_files}
    for source in inputs:
        # Snapshots that only together make tracks are files of their own
        parts = source.parts or ((source.path, source.sha256),)
        wanted |= {sha256: Path(path).name for path, sha256 in parts}
    called = set(wanted.values())
    there: dict[str, tuple[Path, bytes]] = {}
    for path in _listed(names):
        if path.name in called:
            data = path.read_bytes()
            there.setdefault(hashlib.sha256(data).hexdigest(), (path, data))
    files: dict[str, bytes] = {}
    for sha256 in wanted:
        if sha256 in there:
            path, data = there[sha256]
            number = sum(path.name == other.split("/")[-1] for other in files) + 1
            # Two files of one name are told apart by a folder
            folder = "" if number == 1 else f"{number}/"
            files[folder + path.name] = data
            files |= {folder + p.name: p.read_bytes() for p in _sidecars(path)}
    return files, [name for sha256, name in wanted.items() if sha256 not in there]


def _sidecars(path: Path) -> list[Path]:
    """Return the other files of a shapefile, without which GDAL does not open it."""
    if path.suffix.lower() != ".shp":
        return []
    beside = sorted(path.parent.iterdir())
    return [p for p in beside if p.stem == path.stem and p.suffix.lower() in SIDECARS]


def _listed(names: Iterable[str | Path]) -> Iterator[Path]:
    for path in map(Path, names):
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from (p for p in sorted(path.rglob("*")) if p.is_file())


def dates_of(findings: Findings) -> str:
    """Return the day or days of findings in words; "" where nothing has a time."""
    times = sorted(f.time_s for f in findings if f.time_s is not None)
    if not times:
        return ""
    first, last = day(times[0]), day(times[-1])
    return first if first == last else say("kit.dates", first=first, last=last)
