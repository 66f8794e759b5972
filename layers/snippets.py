"""What an editor pastes to embed a page: in each form that some place accepts."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from layers.text import escape

__all__ = ["amp", "plain", "responsive", "wordpress"]

SANDBOX: Final = "allow-scripts allow-popups allow-downloads"
# Only the frame whose window spoke grows, and only to a height that a page can have.
SCRIPT: Final = (
    'addEventListener("message",function(e){'
    'var d=e.data;if(!d||d.type!=="howclose:height"||!(d.height>0&&d.height<2e4))return;'
    'document.querySelectorAll("iframe[data-howclose]").forEach(function(f){'
    'if(f.contentWindow===e.source)f.style.height=Math.ceil(d.height)+"px"})})'
)


def _attributes(where: str, title: str) -> str:
    return (
        f'src="{escape(where)}" title="{escape(title)}" loading="lazy" sandbox="{SANDBOX}"'
        ' allow="fullscreen"'
    )


def _image(picture: str, alt: str, where: str) -> str:
    """Return the picture as a link to the page: for readers without script or frames."""
    return (
        f'<a href="{escape(where)}"><img src="{escape(picture)}" alt="{escape(alt)}"'
        ' width="1200" height="800" style="width:100%;height:auto"></a>'
    )


def plain(where: str, title: str, width: int, height: int) -> bytes:
    """Return an iframe of fixed height."""
    return (
        f'<iframe {_attributes(where, title)} width="100%" height="{height}" frameborder="0"'
        f' style="max-width:{width}px;border:0"></iframe>\n'
    ).encode()


def responsive(
    where: str, picture: str, alt: str, title: str, width: int, height: int
) -> bytes:
    """Return an iframe that grows to what the page says it needs.

    Its height is reserved before, so that the article does not jump; without script the picture
    stands there instead.
    """
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    return (
        f'<div style="max-width:{width}px;min-height:{height // 2}px">\n'
        f"<iframe {_attributes(where, title)} data-howclose"
        f' width="100%" height="{height}" frameborder="0"'
        f' style="width:100%;min-height:{height // 2}px;border:0"></iframe>\n'
        f"<noscript>{_image(picture, alt, where)}</noscript>\n"
        f"<!-- Content-Security-Policy of the article: script-src 'sha256-{digest}' -->\n"
        f"<script>{SCRIPT}</script>\n</div>\n"
    ).encode()


def wordpress(
    where: str, picture: str, alt: str, title: str, width: int, height: int
) -> bytes:
    """Return a frame without style and script, which filters of editors leave as it is."""
    return (
        f'<figure><iframe {_attributes(where, title)} width="{width}" height="{height}"'
        f' frameborder="0"></iframe>'
        f'<figcaption><a href="{escape(where)}">{escape(title)}</a></figcaption></figure>\n'
    ).encode()


def amp(where: str, picture: str, alt: str, title: str, width: int, height: int) -> bytes:
    """Return a frame for AMP pages; the picture stands there until it is loaded."""
    return (
        "<!-- In the head of the AMP page:\n"
        '<script async custom-element="amp-iframe"'
        ' src="https://cdn.ampproject.org/v0/amp-iframe-0.1.js"></script>\n-->\n'
        f'<amp-iframe src="{escape(where)}" title="{escape(title)}" width="{width}"'
        f' height="{height}" layout="responsive" sandbox="{SANDBOX}" frameborder="0" resizable>\n'
        f'<amp-img src="{escape(picture)}" alt="{escape(alt)}" layout="fill" placeholder></amp-img>\n'
        '<div overflow tabindex="0" role="button" aria-label="Show all">Show all</div>\n'
        "</amp-iframe>\n"
    ).encode()
