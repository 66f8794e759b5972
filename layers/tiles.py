"""Tiles of others as the background of a map: which, from whom, under whose name.

A provider is named as xyzservices names it. Only what is needed to ask for its tiles goes into a
page, and the page may ask nobody else.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import numpy as np

from geo.errors import OutputError
from geo.words import joined

if TYPE_CHECKING:
    from layers.frame import Frame

__all__ = ["Tiles", "tiles_of"]

FIELD: Final = re.compile(r"\{(-?\w+)\}")
# What the page's script fills in: column, row, row from the south, zoom, subdomain, "@2x"
FILLED: Final = frozenset({"x", "y", "-y", "z", "s", "r"})
URL_SAFE: Final = "/:;,=&?%+@!~*{}()"  # what a provider's own words may mean in an address
SUBDOMAINS: Final = "abc"  # Leaflet's own, which providers rely on
CLOSEST: Final = 24  # closer than a page of ours can be looked at: coarser tiles are enlarged
MOST_URL: Final = 2_000
# Without the page's address in the Referer, OpenStreetMap's own servers refuse.
REFERRER: Final = "strict-origin-when-cross-origin"
WANTS_REFERRER: Final = "//tile.openstreetmap.org"
FREE: Final = ("OpenTopoMap", "Esri.WorldGrayCanvas", "OpenStreetMap.Mapnik")
PASSED: Final = {"tileSize": 256, "zoomOffset": 0, "tms": False, "opacity": 1.0}  # to Leaflet
KEPT: Final = (
    *("url", "name", "attribution", "html_attribution", "subdomains"),
    *("min_zoom", "max_zoom", "bounds", *PASSED),
)


@dataclass(frozen=True)
class Tiles:
    """A provider of tiles, ready for a page.

    Parameters
    ----------
    name
        What xyzservices, or who gave it, calls it.
    url
        The address of a tile, with ``{x}``, ``{y}``, ``{z}`` and perhaps ``{s}`` and ``{r}``.
    subdomains
        What ``{s}`` stands for, one after the other.
    credit
        Who has to be named: texts, each with the address it points at or "".
    options
        What Leaflet is told, by its own names.
    bounds
        South, west, north and east of what is covered, in degrees.
    given
        The provider as it was given, where it is not one of xyzservices: what a page is made
        again from.
    """

    name: str
    url: str
    subdomains: tuple[str, ...]
    credit: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, Any], ...] = ()
    bounds: tuple[float, float, float, float] | None = None
    given: tuple[tuple[str, Any], ...] | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The servers that are asked, with their scheme, as a Content-Security-Policy has them."""
        places = (self.url.replace("{s}", s) for s in self.subdomains or ("",))
        return tuple(dict.fromkeys(_origin(p) for p in places))

    @property
    def told_hosts(self) -> str:
        """The servers that are asked, for people."""
        return joined([h.partition("//")[2] for h in self.hosts])

    @property
    def asked(self) -> Any:
        """What a page's parameters say of it."""
        return self.name if self.given is None else dict(self.given)

    @property
    def wants_address(self) -> bool:
        """Whether the servers are known to refuse a page that has no address on the web."""
        return any(h.endswith(WANTS_REFERRER) for h in self.hosts)

    @property
    def dark(self) -> bool:
        """Whether the tiles are by night: as far as their name tells."""
        return bool(re.search(r"dark|night|black", self.name, re.I))

    def data(self, frame: Frame) -> dict[str, Any]:
        """Return what the page's script needs, the covered part on the frame's turn of the Earth.

        Raises
        ------
        OutputError
            If the tiles cover nothing of the frame.
        """
        options: dict[str, Any] = {"subdomains": list(self.subdomains), **dict(self.options)}
        options["referrerPolicy"] = REFERRER
        if self.bounds is not None and self.bounds[3] - self.bounds[1] < 359:
            south, west, north, east = self.bounds
            lon, lat = frame.plane.to_lonlat(
                np.array([frame.x0, frame.x1]), np.array([frame.y0, frame.y1])
            )
            turn = 360 * round(float((lon[0] + lon[1]) / 2 - (west + east) / 2) / 360)
            west, east = west + turn, east + turn
            if west > lon[1] or east < lon[0] or south > lat[1] or north < lat[0]:
                raise OutputError(
                    f"The tiles of {self.name} cover {south:g}° to {north:g}° of latitude,"
                    f" {west - turn:g}° to {east - turn:g}° of longitude; these flights are"
                    f" elsewhere. Name tiles of the whole Earth: {_or(FREE)}."
                )
            options["bounds"] = [[south, west], [north, east]]
        return {"url": self.url, "options": options}


def tiles_of(provider: str | Mapping[str, Any]) -> Tiles:
    """Return tiles by the name of their provider, or as a provider of xyzservices describes them.

    >>> tiles_of("opentopomap").hosts[0]
    'https://a.tile.opentopomap.org'

    Raises
    ------
    OutputError
        If there is no such provider, it asks for a key, or its tiles fit no page.
    """
    if isinstance(provider, str):
        return _tiles(_named(provider), None)
    known = {k: provider[k] for k in (*KEPT, "crs") if k in provider}
    if not {"url", "name", "attribution"} <= {k for k, v in known.items() if v}:
        raise OutputError(
            "Tiles need a url, a name and an attribution: xyzservices.TileProvider(name='mine',"
            " url='https://tiles.example/{z}/{x}/{y}.png', attribution='© …')"
        )
    known["url"] = _filled(provider)
    return _tiles(known, tuple(known.items()))


def _named(name: str) -> Mapping[str, Any]:
    import xyzservices

    known: dict[str, Mapping[str, Any]] = xyzservices.providers.flatten()
    plain = {_plain(k): k for k in known}
    if _plain(name) in plain:
        return known[plain[_plain(name)]]
    near = difflib.get_close_matches(_plain(name), list(plain), n=3, cutoff=0.6)
    group = [k for p, k in plain.items() if p.startswith(_plain(name))] if _plain(name) else []
    words = f" Did you mean {_or([plain[p] for p in near] or group[:3])}?" if near or group else ""
    raise OutputError(
        f"xyzservices knows no tiles called '{name}'.{words} Without a key there are, for example,"
        f" {joined(list(FREE))}; all of them: https://xyzservices.readthedocs.io"
    )


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _filled(provider: Mapping[str, Any]) -> str:
    """Return a provider's address with all that it says itself filled in."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return (
            match[0] if name in FILLED else quote(str(provider.get(name, match[0])), safe=URL_SAFE)
        )

    return FIELD.sub(value, str(provider["url"]))


def _tiles(provider: Mapping[str, Any], given: tuple[tuple[str, Any], ...] | None) -> Tiles:
    name, url = str(provider["name"]), _filled(provider)
    secret = [f for f in FIELD.findall(str(provider["url"])) if _is_open(provider, f)]
    if secret:
        raise OutputError(
            f"{name} asks for a key ({joined(secret)}), and who reads a page can read the key in"
            f" it. Name tiles without one, such as {_or(FREE)}; or, with a key that may be seen, in"
            f" Python: page(tracks, tiles=xyzservices.providers.{name}({secret[0]}='…'))"
        )
    if provider.get("status") == "broken":
        raise OutputError(f"xyzservices says that {name} is broken. Name another: {_or(FREE)}.")
    crs = str(provider.get("crs", "EPSG:3857"))
    if not str(provider.get("TileMatrixSet", "PM")).startswith("PM"):
        crs = str(provider["TileMatrixSet"])
    if crs != "EPSG:3857":
        raise OutputError(
            f"The tiles of {name} are drawn in {crs}, a page's in Web Mercator (EPSG:3857). Name"
            f" others: {_or(FREE)}."
        )
    if not url.startswith("https:") and not _is_own(url):
        raise OutputError(
            f"The tiles of {name} come unencrypted ({url.partition(':')[0]}:), which browsers"
            f" refuse to a page on the web. Name others: {_or(FREE)}."
        )
    subdomains = tuple(str(s) for s in provider.get("subdomains", SUBDOMAINS))
    addresses = [url.replace("{s}", s) for s in (subdomains if "{s}" in url else ("",))]
    if len(url) > MOST_URL or set(url) & set(" \t\r\n\"'<>`\\") or not all(map(_origin, addresses)):
        raise OutputError(
            f"The address of {name}'s tiles is none that a page could ask: {url[:99]}"
        )
    fields = set(FIELD.findall(url))
    if not ({"z", "x"} <= fields and {"y", "-y"} & fields):
        raise OutputError(
            f"The address of {name}'s tiles has no {{z}}, {{x}} and {{y}}: {url[:99]}"
        )
    try:
        least, most = int(provider.get("min_zoom", 0)), int(provider.get("max_zoom", 18))
        options: dict[str, Any] = {
            "minNativeZoom": least,
            "maxNativeZoom": most,
            # From farther off, a view would be pieced together of thousands of tiles.
            "minZoom": max(least - 1, 0),
            "maxZoom": CLOSEST,
        }
        options |= {k: type(d)(provider[k]) for k, d in PASSED.items() if k in provider}
        corners = provider.get("bounds")
        bounds = None
        if corners:
            (south, west), (north, east) = corners
            bounds = float(south), float(west), float(north), float(east)
    except (TypeError, ValueError) as error:
        raise OutputError(f"What {name} says of its tiles cannot be meant: {error}.") from None
    return Tiles(
        name=name,
        url=url,
        subdomains=subdomains if "{s}" in url else (),
        credit=tuple(_credit(provider)),
        options=tuple(options.items()),
        bounds=bounds,
        given=given,
    )


def _is_open(provider: Mapping[str, Any], name: str) -> bool:
    """Return whether a field of an address has nothing to fill it with."""
    return name not in FILLED and bool(name not in provider or ("<insert" in str(provider[name])))


def _is_own(url: str) -> bool:
    """Return whether an address is of this machine: for who serves tiles to themselves."""
    return (urlsplit(url).hostname or "") in {"localhost", "127.0.0.1", "::1"}


def _origin(url: str) -> str:
    try:
        parts = urlsplit(FIELD.sub("0", url))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[a-z0-9.:-]+", host):
        return ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"


def _or(names: tuple[str, ...] | list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


# ------------------------------------------------------------------------- who has to be named


class _Links(HTMLParser):
    """Texts and what they point at; nothing else of an attribution's HTML is kept."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, str]] = []
        self._to = ""
        self._code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code = tag in {"script", "style"}
        if tag == "a":
            to = dict(attrs).get("href") or ""
            self._to = to if re.match(r"https?://[^\s\"'<>]+$", to) else ""

    def handle_endtag(self, tag: str) -> None:
        self._code = False
        if tag == "a":
            self._to = ""

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        if text and not self._code:
            self.parts.append((text, self._to))


def _credit(provider: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    links = _Links()
    links.feed(str(provider.get("html_attribution") or provider["attribution"]))
    links.close()
    yield from links.parts
