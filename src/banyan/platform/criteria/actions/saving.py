"""Saving criteria: a new one, a new version, out of use and back."""

import re
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from banyan.platform.access.acting import action
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria import queries, states
from banyan.platform.criteria.facts import CriterionChanged, CriterionRetired
from banyan.platform.criteria.models import Criterion, CriterionVersion
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem, raise_all

CHANGE = "criteria.change_criterion"
LONGEST_NAME, LONGEST_KEY, LONGEST_NOTE = 200, 60, 300
_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)


@action(CHANGE)
def save_criterion(
    *, by: Viewer, name: str, subject: str, text: str, key: str = "", operation_id: UUID | None = None,
    purpose: str = "selection", note: str = "",
) -> Criterion:  # fmt: skip
    """Keep a criterion under a key, which is made of the name when none is given. Without an operation it belongs to all.

    Raises at once every Problem of the text (criteria.…) and criteria.name_missing, key_malformed; criteria.operation_unknown
    where the viewer may not write, criteria.subject_unknown, purpose_unknown, key_taken.
    """
    _require_operation(operation_id, by)
    name = name.strip()
    found = _name_problems(name)
    key = key.strip() or slugify(name)[:LONGEST_KEY].strip("-") or "criterion"
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        found.append(Problem("criteria.key_malformed", key=key, at=Location(field="key")))
    found += _text_problems(text, subject, operation_id, purpose, by)
    raise_all(found)
    criterion = Criterion(
        operation_id=operation_id,
        key=key,
        name=name,
        subject=subject,
        purpose=purpose,
        owner=by.id,
        owner_name=by.label,
    )
    try:
        with transaction.atomic():
            criterion.save(force_insert=True)
    except IntegrityError:
        raise Problem("criteria.key_taken", key=key, at=Location(field="key")) from None
    _add_version(criterion, text, note, by)
    return criterion


@action(CHANGE)
def change_criterion(
    criterion_id: UUID, *, by: Viewer, text: str | None = None, name: str | None = None, note: str = "",
    read_version: int | None = None,
) -> Criterion:  # fmt: skip
    """Give a criterion another text, as a new version, or another name. The same text again is no new version.

    `read_version`: the version that was read before changing. Raises Problem not_found, criteria.criterion_state, version_changed,
    and every Problem of name and text at once.
    """
    criterion = _locked(criterion_id, by)
    states.after(criterion.state, "change")
    if read_version is not None and read_version != criterion.number:
        raise Problem("criteria.version_changed", number=criterion.number)
    found = []
    if name is not None:
        found += _name_problems(name.strip())
    now = CriterionVersion.objects.get(criterion=criterion, number=criterion.number)
    renewed = text is not None and text.strip() != now.text
    if renewed:
        found += _text_problems(str(text), criterion.subject, criterion.operation_id, criterion.purpose, by)
    raise_all(found)
    if name is not None and name.strip() != criterion.name:
        criterion.name = name.strip()
        criterion.save(update_fields=["name"])
    if renewed:
        criterion.number += 1
        criterion.save(update_fields=["number"])
        _add_version(criterion, str(text), note, by)
    return criterion


@action(CHANGE)
def retire_criterion(criterion_id: UUID, *, by: Viewer) -> Criterion:
    """Take a criterion out of use. Raises Problem not_found, criteria.criterion_state, criteria.criterion_used."""
    criterion = _locked(criterion_id, by)
    criterion.state = states.after(criterion.state, "retire")
    uses = queries.used_by([criterion.pk], seen_by=by).get(criterion.pk, [])
    if uses:
        raise Problem("criteria.criterion_used", uses=", ".join(f"{use.room}: {use.label}" for use in uses))
    criterion.save(update_fields=["state"])
    announce(CriterionRetired(criterion_id=criterion.pk), by=by)
    return criterion


@action(CHANGE)
def restore_criterion(criterion_id: UUID, *, by: Viewer) -> Criterion:
    """Put a retired criterion into use again, if its text still can be read. Raises Problem not_found, criteria.criterion_state."""
    criterion = _locked(criterion_id, by)
    criterion.state = states.after(criterion.state, "restore")
    now = CriterionVersion.objects.get(criterion=criterion, number=criterion.number)
    raise_all(_text_problems(now.text, criterion.subject, criterion.operation_id, criterion.purpose, by))
    criterion.save(update_fields=["state"])
    announce(CriterionChanged(criterion_id=criterion.pk, version=criterion.number), by=by)
    return criterion


def _add_version(criterion: Criterion, text: str, note: str, by: Viewer) -> None:
    CriterionVersion.objects.create(
        criterion=criterion,
        number=criterion.number,
        text=text.strip(),
        note=note.strip()[:LONGEST_NOTE],
        made_by=by.label,
    )
    announce(CriterionChanged(criterion_id=criterion.pk, version=criterion.number), by=by)


def _require_operation(operation_id: UUID | None, by: Viewer) -> None:
    """Only who reaches everything writes for all operations."""
    if operation_id is None:
        allowed = by.reach(CHANGE).everything
    else:
        allowed = operation_id in {each.pk for each in operations_within(CHANGE, seen_by=by)}
    if not allowed:
        raise Problem("criteria.operation_unknown", at=Location(field="operation"))


def _name_problems(name: str) -> list[Problem]:
    if 0 < len(name) <= LONGEST_NAME:
        return []
    return [Problem("criteria.name_missing", at=Location(field="name"))]


def _text_problems(text: str, subject: str, operation_id: UUID | None, purpose: str, by: Viewer) -> list[Problem]:
    """What keeps a text from being used, compiling included: what is saved shall select."""
    try:
        queries.check(text, subject, seen_by=by, operation_id=operation_id, purpose=purpose)
    except Problem as problem:
        return [problem]
    return []


def _locked(criterion_id: UUID, by: Viewer) -> Criterion:
    found = queries.criteria(seen_by=by, permission=CHANGE).filter(pk=criterion_id).values_list("pk", flat=True).first()
    if found is None:
        raise Problem("not_found")
    return Criterion.objects.select_for_update().get(pk=found)
