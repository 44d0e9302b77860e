"""Submissions in XML, as ODK Collect, KoboCollect, Enketo, Briefcase and KoBo's API write them.

Entities, DTDs and the network are switched off: a file from the field is never asked to fetch or to unfold anything.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from lxml import etree

from banyan.people.collection.sources.records import Submission
from banyan.platform.kernel.problems import Location, Problem
from banyan.platform.kernel.uploads import Unreadable

MOST_DEPTH = 60
Element = etree._Element
"""One element of XML; lxml gives its type no public name."""
_CONTAINERS = frozenset({"submission", "submissions", "root", "results", "data", "list", "instances", "instance"})
_LISTINGS = frozenset({"idChunk", "idList", "xforms", "xformsList", "OpenRosaResponse", "manifest"})
_OTHER = frozenset({"kml", "gpx", "svg", "Workbook", "FeatureCollection", "rss", "feed", "html", "HTML"})
_CONTROLS = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));"
)
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD = 4_000


def looks_like_xml(content: bytes) -> bool:
    """Whether a file is meant as XML, by its first characters."""
    head = content[:200].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    return head.startswith(b"<") and (
        head[1:2] in b"?!" or head[1:2].isalpha() or head[1:2] == b"_" or head[1:2] == b"\x00"
    )


def read_elements(content: bytes, name: str = "") -> tuple[list[etree._Element], list[Problem]]:
    """The submissions in a file, as elements, and what was doubtful. Raises Unreadable."""
    if _ENTITY.search(content[:_HEAD]) or b"<!ENTITY" in content:
        raise Unreadable(_("it declares a document type, which submissions never do"))
    notes: list[Problem] = []
    try:
        root = _parsed(content)
    except etree.XMLSyntaxError as error:
        cleaned = _CONTROLS.sub(b"", content)
        if cleaned == content:
            raise Unreadable(format_lazy(_("it is not well-formed XML: {reason}"), reason=error.msg)) from None
        try:
            root = _parsed(cleaned)
        except etree.XMLSyntaxError as again:
            raise Unreadable(format_lazy(_("it is not well-formed XML: {reason}"), reason=again.msg)) from None
        notes.append(Problem("collection.characters_removed", file=name))
    found = []
    for element in _submissions(root):
        if element.get("encrypted") == "yes" or _child(element, "base64EncryptedKey") is not None:
            notes.append(
                Problem("collection.encrypted_submission", value=_uid(element) or name, at=Location(sheet=name or None))
            )
        else:
            found.append(element)
    if not found and notes and notes[-1].code == "collection.encrypted_submission":
        raise Unreadable(
            _(
                "it is encrypted; decrypt it with the private key of the form (ODK Central or Briefcase) and upload the result"
            )
        )
    return found, notes


def repeats_of(elements: Sequence[etree._Element]) -> frozenset[str]:
    """Paths of groups that occur more than once beside each other in any of the submissions, or are marked as repeats."""
    found: set[str] = set()
    for element in elements:
        _find_repeats(element, "", found, 0)
    return frozenset(found)


def submission_of(element: etree._Element, repeats: Collection[str], notes: list[Problem], file: str) -> Submission:
    """The answers of one submission by name, groups as dictionaries, repeats as lists."""
    answers = _answers(element, "", frozenset(repeats), notes, file)
    date = element.get("submissionDate")
    if date and "_submission_time" not in answers:
        answers["_submission_time"] = date
    return Submission(answers, _uid(element))


def form_of(element: etree._Element) -> str:
    """What the submission calls its form: the id attribute, else the namespace."""
    return str(element.get("id") or etree.QName(element).namespace or "")


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True
    )  # fmt: skip
    return etree.fromstring(content, parser)


def _submissions(root: etree._Element) -> list[etree._Element]:
    name = _local(root)
    if name in _LISTINGS:
        raise Unreadable(_("it is a list or a receipt of a server, not a submission"))
    if (name == "html" and root.find(".//{*}model") is not None) or name == "model":
        raise Unreadable(_("it is the definition of a form, not the answers to it; upload forms under Forms"))
    if name in _OTHER:
        raise Unreadable(_("it is not a submission of a form"))
    if root.get("id") is None and name in _CONTAINERS:
        inner = _contained(root)
        if inner:
            return inner
    if not len(root):
        raise Unreadable(_("it is not a submission of a form"))
    return [root]


def _contained(root: etree._Element) -> list[etree._Element]:
    """Submissions inside of the wrappers that Briefcase and KoBo's API put around them."""
    found: list[etree._Element] = []
    for child in root:
        if child.get("id") is not None or child.get("instanceID") is not None:
            found.append(child)
        elif _local(child) in _CONTAINERS:
            found += _contained(child)
    return found


def _answers(
    element: etree._Element, path: str, repeats: frozenset[str], notes: list[Problem], file: str
) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for child in element:
        name = _local(child)
        below = f"{path}/{name}" if path else name
        if below in ("meta/instanceID", "meta/instanceName", "formhub", "meta/rootUuid"):
            continue
        if below in repeats:
            answers.setdefault(name, []).append(_answers(child, below, repeats, notes, file))
        elif len(child):
            inner = _answers(child, below, repeats, notes, file)
            known = answers.get(name)
            answers[name] = {**known, **inner} if isinstance(known, dict) else inner
        else:
            text = (child.text or "").strip()
            if text and isinstance(answers.get(name), str):
                notes.append(
                    Problem("collection.repeated_answer", value=below, count=2, at=Location(sheet=file or None))
                )
                text = f"{answers[name]}; {text}"
            if text or name not in answers:
                answers[name] = text or None
    return answers


def _find_repeats(element: etree._Element, path: str, found: set[str], depth: int) -> None:
    if depth > MOST_DEPTH:
        raise Unreadable(_("its groups are nested deeper than a form can be"))
    seen: set[str] = set()
    for child in element:
        if not len(child):
            continue
        name = _local(child)
        below = f"{path}/{name}" if path else name
        marked = any(etree.QName(key).localname == "template" for key in child.attrib)
        if name in seen or marked:
            found.add(below)
        seen.add(name)
        _find_repeats(child, below, found, depth + 1)


def _uid(element: etree._Element) -> str:
    meta = _child(element, "meta")
    for name in ("rootUuid", "deprecatedID", "instanceID"):
        value = _child(meta, name) if meta is not None else None
        if value is not None and (value.text or "").strip():
            return str(value.text).strip().removeprefix("uuid:")
    return str(element.get("instanceID") or "").strip().removeprefix("uuid:")


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if _local(child) == name)


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""
