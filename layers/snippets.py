"""What an editor pastes to embed a page: in each form that some place accepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from layers.text import escape, html, source_hash

__all__ = ["Embed", "amp", "plain", "responsive", "wordpress"]

# A source opened from the frame is no part of it: within our sandbox it would have no storage.
SANDBOX: Final = "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"
# Only the frame whose window spoke grows, and only to a height that a page can have. A script may
# run long after the frame has spoken (consent, plugins for speed): so the frames are asked.
SCRIPT: Final = (
    'addEventListener("message",function(e){'
    'var d=e.data;if(!d||d.type!=="howclose:height"||!(d.height>0&&d.height<2e4))return;'
    'document.querySelectorAll("iframe[data-howclose]").forEach(function(f){'
    'if(f.contentWindow===e.source)f.style.height=Math.ceil(d.height)+"px"})});'
    'document.querySelectorAll("iframe[data-howclose]").forEach(function(f){'
    'f.contentWindow.postMessage("howclose:height?","*")})'
)
# Without script the frame shows the picture itself. Where a frame is not let through (a feed
# reader, a mail), neither is this rule, and the picture stands there. Styles stand here alone: an
# attribute would be refused by a policy that allows this rule by its hash.
# A theme's borders and bounds for frames would cut what is told to be needed.
RULE: Final = (
    "iframe[data-howclose]{min-height:550px;max-height:none;border:0;padding:0}"
    "iframe[data-howclose]~noscript{display:none}"
)


@dataclass(frozen=True)
class Embed:
    """A page to be embedded: its address, its picture, its words, and the room that it takes."""

    where: str
    picture: str
    title: str
    alt: str
    width: int = 960
    height: int = 1100

    @property
    def attributes(self) -> str:
        """What every frame has."""
        return (
            f'src="{escape(self.where)}" title="{escape(self.title)}" loading="lazy"'
            f' sandbox="{SANDBOX}" allow="fullscreen" frameborder="0"'
        )


def plain(embed: Embed) -> bytes:
    """Return an iframe of fixed height, as wide as its column."""
    return f'<iframe {embed.attributes} width="100%" height="{embed.height}"></iframe>\n'.encode()


def responsive(embed: Embed) -> bytes:
    """Return an iframe that grows to what the page says it needs.

    Its height is reserved before, so that the article does not jump.
    """
    where = escape(embed.where)
    return (
        f"<!-- If the article has a Content-Security-Policy: script-src {source_hash(SCRIPT)};"
        f" style-src {source_hash(RULE)} -->\n"
        f"<style>{RULE}</style>\n"
        f'<iframe {embed.attributes} data-howclose width="100%" height="{embed.height}">'
        "</iframe>\n"
        f'<noscript><a href="{where}"><img src="{escape(embed.picture)}"'
        f' alt="{escape(embed.alt)}" width="1200" height="800"'
        ' style="width:100%;height:auto"></a></noscript>\n'
        f"<script>{SCRIPT}</script>\n"
    ).encode()


def wordpress(embed: Embed) -> bytes:
    """Return a frame without style and script, which filters of editors leave as it is.

    Its width follows the column: themes that do not see to it are many.
    """
    return (
        f'<figure><iframe {embed.attributes} width="100%" height="{embed.height}">'
        f'</iframe><figcaption><a href="{escape(embed.where)}">{escape(embed.title)}</a>'
        "</figcaption></figure>\n"
    ).encode()


def amp(embed: Embed) -> bytes:
    """Return a frame for AMP pages; the picture stands there until it is loaded.

    A frame that may be resized cannot be scrolled there, so its height must not shrink with the
    column as in AMP's "responsive" layout: on a telephone 412 px would be left, without the map.
    """
    label = html("kit.show_all")
    return (
        "<!-- In the head of the AMP page:\n"
        '<script async custom-element="amp-iframe"'
        ' src="https://cdn.ampproject.org/v0/amp-iframe-0.1.js"></script>\n-->\n'
        f'<amp-iframe src="{escape(embed.where)}" title="{escape(embed.title)}"'
        f' height="{embed.height}" layout="fixed-height"'
        f' sandbox="{SANDBOX}" allowfullscreen frameborder="0" resizable>\n'
        f'<amp-img src="{escape(embed.picture)}" alt="{escape(embed.alt)}" layout="fill"'
        ' object-fit="contain" placeholder></amp-img>\n'
        f'<div overflow tabindex="0" role="button" aria-label="{label}">{label}</div>\n'
        "</amp-iframe>\n"
    ).encode()
