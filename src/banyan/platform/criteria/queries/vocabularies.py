"""What a person may name in a criterion: by the purpose, the operation, and the rights of who writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import forbidden_kinds, further_fields, subjects
from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.meanings import RANK, Setting, Vocabulary
from banyan.platform.criteria.rules.reading import read
from banyan.platform.criteria.rules.tree import Condition, Node
from banyan.platform.kernel.privacy import Privacy
from banyan.platform.kernel.problems import Problem


@dataclass(frozen=True)
class Purpose:
    """What records are selected for, and the most private class of fields that it justifies."""

    key: str
    label: str | Promise
    ceiling: Privacy
    # For formulas: nobody saves a criterion for it.
    reckons: bool = False


PURPOSES: Final = {
    purpose.key: purpose
    for purpose in (
        Purpose("selection", _("Finding and counting records"), Privacy.SENSITIVE),
        Purpose("quality", _("Judging the quality of records"), Privacy.SENSITIVE),
        Purpose("eligibility", _("Deciding who is entitled"), Privacy.SENSITIVE),
        Purpose("entitlement", _("Reckoning how much somebody is entitled to"), Privacy.SENSITIVE, reckons=True),
        Purpose("sampling", _("Drawing samples"), Privacy.PERSONAL),
        Purpose("sharing", _("Sharing with partners"), Privacy.PERSONAL),
    )
}
"""Why records are selected. The keys are stored; never rename one."""


def vocabulary(
    subject: str, *, seen_by: Viewer, operation_id: UUID | None = None, purpose: str = "selection",
    parameters: Mapping[str, Setting] | None = None,
) -> Vocabulary:  # fmt: skip
    """What a viewer may name in a criterion about a subject.

    Fields that are sensitive only with the permission that opens them, so that nobody counts what is masked; nothing that
    the operation does not collect. Raises Problem criteria.subject_unknown, criteria.purpose_unknown.
    """
    known = subjects()
    if subject not in known:
        raise Problem("criteria.subject_unknown", subject=subject)
    if purpose not in PURPOSES:
        raise Problem("criteria.purpose_unknown", purpose=purpose)
    ceiling = PURPOSES[purpose].ceiling
    if known[subject].sensitive and not seen_by.may(known[subject].sensitive):
        ceiling = min(ceiling, Privacy.PERSONAL, key=RANK.__getitem__)
    return Vocabulary(
        subjects=known,
        subject=subject,
        ceiling=ceiling,
        forbidden=forbidden_kinds(operation_id, seen_by=seen_by),
        further=further_fields(operation_id, seen_by=seen_by),
        parameters=parameters or {},
    )


def tree_of(
    text: str, subject: str, *, seen_by: Viewer, operation_id: UUID | None = None, purpose: str = "selection",
    parameters: Mapping[str, Setting] | None = None,
) -> Condition:  # fmt: skip
    """The typed tree of a text that this viewer wrote or uses. Raises every Problem of the text at once."""
    known = vocabulary(subject, seen_by=seen_by, operation_id=operation_id, purpose=purpose, parameters=parameters)
    return read(text, known)


def is_sensitive(node: Node) -> bool:
    """Whether a criterion or formula asks for anything sensitive."""
    return any(
        isinstance(part, tree.FieldRef) and RANK[part.field.privacy] >= RANK[Privacy.SENSITIVE]
        for part in _fields(node)
    )


def _fields(node: Node) -> list[tree.FieldRef]:
    return [part for part in tree.walk(node) if isinstance(part, tree.FieldRef)]
