"""Formulas: numbers in the language of criteria, read, compiled beside one another, and explained for one record.

What a formula gives is known only where it is one number: where a record leaves it open, least and greatest differ or are
not known at all, and whoever pays by it pays nothing but lists the record to be mended.
"""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.utils import timezone

from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import Subject
from banyan.platform.criteria.queries.frames import Many
from banyan.platform.criteria.queries.loading import loaded
from banyan.platform.criteria.queries.scans import Scan
from banyan.platform.criteria.queries.vocabularies import is_sensitive, vocabulary
from banyan.platform.criteria.rules.explaining import Words, Working, explain_number
from banyan.platform.criteria.rules.meanings import Setting
from banyan.platform.criteria.rules.reading import read_number
from banyan.platform.criteria.rules.tree import Node, Value
from banyan.platform.kernel.problems import Problem


def formula(
    text: str, subject: str, *, seen_by: Viewer, operation_id: UUID | None = None, purpose: str = "entitlement",
    parameters: Mapping[str, Setting] | None = None,
) -> Value:  # fmt: skip
    """The typed tree of a formula, when it can be read and compiled. Raises every Problem of it."""
    known = vocabulary(subject, seen_by=seen_by, operation_id=operation_id, purpose=purpose, parameters=parameters)
    node = read_number(text, known)
    Scan(subject, today=date.min, many="each").number(node)
    return node


def scan(
    nodes: Collection[Node], subject: str, *, seen_by: Viewer, today: date, many: Many = "grouped", prefix: str = "c"
) -> Scan:
    """A statement over the rows of a subject for these formulas and criteria, asked of it one by one.

    Where one of them asks for something sensitive, it reads only where the viewer may see sensitive values.
    """
    about = vocabulary(subject, seen_by=seen_by).subjects[subject]
    return Scan(about, today=today, many=many, within=_within(nodes, about, seen_by), prefix=prefix)


def explain_formula(
    text: str, subject: str, record_id: UUID, *, seen_by: Viewer, operation_id: UUID | None = None,
    purpose: str = "entitlement", parameters: Mapping[str, Setting] | None = None, today: date | None = None,
    words: Words | None = None,
) -> Working:  # fmt: skip
    """How a formula comes to its number for one record, part by part, with the record's own values.

    Whoever shows it to people writes that into the log of reads. Raises every Problem of the text, and not_found for a record that
    is not live or lies outside of the viewer's reach.
    """
    known = vocabulary(subject, seen_by=seen_by, operation_id=operation_id, purpose=purpose, parameters=parameters)
    node, about, day = read_number(text, known), known.subjects[subject], today or timezone.localdate()
    found = loaded(node, about, [record_id], today=day, within=_within([node], about, seen_by)).get(record_id)
    if found is None:
        raise Problem("not_found")
    return explain_number(node, found, today=day, words=words)


def _within(nodes: Collection[Node], about: Subject, viewer: Viewer) -> frozenset[int] | None:
    """The scopes to which sensitive questions are confined; None where nothing is."""
    if not about.sensitive or not any(is_sensitive(node) for node in nodes):
        return None
    reach = viewer.reach(about.sensitive)
    return None if reach.everything else frozenset(reach.scopes)
