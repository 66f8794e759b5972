"""XML for KML and GPX: parsed by a parser that takes no entities, namespaces left aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from geo.errors import TrackError
from geo.readers.recording import Source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["child", "named", "parse_xml", "tag", "text", "told"]


def parse_xml(source: Source) -> Element:
    """Return the root of an XML file.

    Raises
    ------
    TrackError
        If it is not whole, or declares entities: they can make a small file a huge one.
    """
    import defusedxml
    import defusedxml.ElementTree as Parser

    data = source.data.removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        return Parser.fromstring(data, forbid_dtd=False)
    except Parser.ParseError as error:
        raise TrackError(
            f"{source.name} is not whole XML ({error}). It may have been cut off: download it"
            " again."
        ) from None
    except defusedxml.DefusedXmlException:
        raise TrackError(
            f"{source.name} declares XML entities, as no track does and attacks do: it is not read."
        ) from None
    except (LookupError, ValueError) as error:  # an unknown or wrong encoding
        raise TrackError(f"{source.name} is XML in a code that cannot be read ({error}).") from None


def tag(element: Element) -> str:
    """Return an element's name without its namespace, and without the space some tools leave."""
    name = element.tag
    return name.rsplit("}", 1)[-1].strip() if isinstance(name, str) else ""


def named(element: Element, *names: str) -> Iterator[Element]:
    """Yield all elements below with one of these names, at any depth."""
    for one in element.iter():
        if tag(one) in names:
            yield one


def child(element: Element, name: str) -> Element | None:
    """Return the first element with this name right below."""
    return next((one for one in element if tag(one) == name), None)


def told(element: Element) -> dict[str, str]:
    """Return what our own files tell beside the format, by name: from ``Data`` or extensions."""
    out = {}
    for one in named(element, "Data"):
        out[one.get("name", "")] = text(child(one, "value"))
    for extensions in element:
        if tag(extensions) == "extensions":
            out |= {tag(one): text(one) for one in extensions}
    return out


def text(element: Element | None) -> str:
    """Return the text in an element, "" if there is none."""
    return "" if element is None or element.text is None else element.text.strip()
