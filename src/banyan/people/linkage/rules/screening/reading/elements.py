"""XML from outside, opened safely: no document types, no entities, no network, whatever the encoding."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

from banyan.people.linkage.problems.screening import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.problems import Problem

Element: TypeAlias = Any
"""One element of XML; lxml gives its type no public name."""
_SPACES = re.compile(r"\s+")


def opened(content: bytes) -> Element:
    """The root of a file. Raises Problem linkage.list_unreadable."""
    # The parser neither loads nor resolves anything; what declares a document type is refused all the same, as no list does.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise Problem("linkage.list_unreadable", reason=_told(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Problem("linkage.list_unreadable", reason="DOCTYPE")
    return root


def _told(error: Exception) -> str:
    """Line and column are in libxml's own message; it quotes tags of the file, never what stands between them."""
    return str(getattr(error, "msg", None) or error)[:200]


def tag(element: Element) -> str:
    """The name of an element without its namespace: publishers change that from version to version."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Elements directly below with one of these names, in order."""
    for child in element:
        if tag(child) in names:
            yield child


def below(element: Element, group: str, name: str) -> Iterator[Element]:
    """Elements within a group: `<akaList><aka>…`."""
    for holder in children(element, group):
        yield from children(holder, name)


def text_of(element: Element, name: str) -> str:
    """The text of the first element with this name, in one line; empty when there is none."""
    for child in children(element, name):
        return plain(child.text or "")
    return ""


def plain(text: str) -> str:
    """Text in one line, without the quotation marks some publishers set around names."""
    return _SPACES.sub(" ", text).strip(' \u00a0;,"“”')
