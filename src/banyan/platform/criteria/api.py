"""REST API of criteria: what may be asked, reading and counting a criterion, saved ones."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from banyan.platform.access.doors import needs
from banyan.platform.criteria import actions, queries
from banyan.platform.criteria.declarations import subjects
from banyan.platform.criteria.models import Criterion
from banyan.platform.criteria.rules.meanings import Vocabulary
from banyan.platform.criteria.views import checking, labels_of, telling

router = Router(tags=["criteria"])
VIEW, CHANGE = "criteria.view_criterion", "criteria.change_criterion"
PAGE = 100


class SelectableFieldOut(Schema):
    """A field by which records may be selected. `list` is the code list of a code."""

    name: str
    label: str
    kind: str
    unit: str
    list: str


class SelectableRelationOut(Schema):
    """How records reach others; `many` when there may be more than one."""

    name: str
    label: str
    subject: str
    many: bool


class SelectableOut(Schema):
    """A kind of record that criteria select, with what may be asked of it."""

    key: str
    label: str
    fields: list[SelectableFieldOut]
    relations: list[SelectableRelationOut]


class CriterionTextIn(Schema):
    """A criterion to read: as text, or in the shape of the visual builder."""

    subject: str
    text: str | None = None
    builder: dict[str, Any] | None = None
    operation_id: UUID | None = None
    purpose: str = "selection"


class CriterionFindingOut(Schema):
    """Something wrong in a text: line and column count from 1, start and end are places in UTF-16 units, part the way in the builder."""

    code: str
    number: int
    detail: str
    mend: str
    line: int
    column: int
    start: int
    end: int
    part: list[int]


class CriterionReadOut(Schema):
    """How a criterion reads. `builder` is its shape for the visual builder, absent while something is wrong."""

    valid: bool
    text: str
    builder: dict[str, Any] | None
    problems: list[CriterionFindingOut]


class CriterionCountOut(Schema):
    """How many records within reach are selected, of how many it cannot be said, and how many were looked at."""

    selected: int
    unknown: int
    total: int
    told: str


class CriterionOut(Schema):
    """A saved criterion with its present text. Without an operation it belongs to all."""

    id: UUID
    key: str
    name: str
    subject: str
    operation_id: UUID | None
    purpose: str
    owner_name: str
    state: str
    number: int
    text: str
    changed_at: datetime | None


class CriteriaOut(Schema):
    """A page of criteria; continue with `after`."""

    items: list[CriterionOut]
    after: UUID | None


class CriterionVersionOut(Schema):
    """A text that a criterion had, or has."""

    number: int
    text: str
    note: str
    made_by: str
    made_at: datetime


class CriterionIn(Schema):
    """A criterion to save. The key is made of the name when none is given."""

    name: str
    subject: str
    text: str
    key: str = ""
    operation_id: UUID | None = None
    purpose: str = "selection"
    note: str = ""


class CriterionChangeIn(Schema):
    """What changes: the text makes a new version. `read_version` is the version that was read before."""

    text: str | None = None
    name: str | None = None
    note: str = ""
    read_version: int | None = None


def _clean(text: str) -> str:
    """A text without what neither the database nor an answer can hold: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _vocabulary(request: HttpRequest, given: CriterionTextIn) -> Vocabulary:
    return queries.vocabulary(
        _clean(given.subject),
        seen_by=request.viewer,
        operation_id=given.operation_id,
        purpose=_clean(given.purpose) or "selection",
    )


@router.get("/fields", response=list[SelectableOut], operation_id="criteria_fields", summary="What criteria may ask")
@needs(VIEW)
def list_fields(
    request: HttpRequest, subject: str = "", operation_id: UUID | None = None, purpose: str = "selection"
) -> Any:
    """The kinds of records that criteria select; of one subject, that and all it reaches, with its fields."""
    if not subject:
        return [
            {"key": key, **telling.described(one), "fields": [], "relations": []} for key, one in subjects().items()
        ]
    given = CriterionTextIn(subject=subject, operation_id=operation_id, purpose=purpose)
    known = checking.allowed(_vocabulary(request, given))
    return [{"key": key, **telling.described(one)} for key, one in known.items()]


@router.get(
    "/codes/{subject}", response=dict[str, dict[str, str]], operation_id="criteria_codes", summary="Codes and labels"
)
@needs(VIEW)
def list_codes(request: HttpRequest, subject: str) -> Any:
    """The codes, with labels in the reader's language, of every code list that a criterion about this subject may name."""
    vocabulary = _vocabulary(request, CriterionTextIn(subject=subject))
    return labels_of(checking.allowed(vocabulary), request.viewer)


@router.post(
    "/check",
    response=CriterionReadOut,
    operation_id="criteria_check",
    url_name="criteria_check",
    summary="Read a criterion",
)
@needs(VIEW)
def check(request: HttpRequest, given: CriterionTextIn) -> Any:
    """Everything that is wrong with a text at once, each with its place; or its shape for the builder."""
    vocabulary = _vocabulary(request, given)
    if given.builder is not None:
        checked = checking.check_built(given.builder, vocabulary)
    else:
        checked = checking.check_text(_clean(given.text or ""), vocabulary)
    return {
        "valid": checked.tree is not None,
        "text": checked.text,
        "builder": checked.builder,
        "problems": list(checked.findings),
    }


@router.post(
    "/count",
    response=CriterionCountOut,
    operation_id="criteria_count",
    url_name="criteria_count",
    summary="Count a criterion",
)
@needs(VIEW)
def count(request: HttpRequest, given: CriterionTextIn) -> Any:
    """How many records a criterion selects among those the caller may see. Refused when it takes more than a few seconds."""
    found = queries.count(
        _clean(given.text or ""),
        _clean(given.subject),
        seen_by=request.viewer,
        operation_id=given.operation_id,
        purpose=_clean(given.purpose) or "selection",
    )
    label = str(subjects()[_clean(given.subject)].label)
    return {
        "selected": found.certain,
        "unknown": found.unknown,
        "total": found.total,
        "told": telling.counted(found.certain, found.unknown, found.total, label),
    }


@router.get("", response=CriteriaOut, operation_id="criteria_list", summary="Saved criteria")
@needs(VIEW)
def list_criteria(
    request: HttpRequest, subject: str = "", state: str = "", key: str = "", after: UUID | None = None
) -> Any:
    """Saved criteria of the operations within reach and of all operations, in the order of their ids."""
    rows = queries.criteria(seen_by=request.viewer)
    for name, value in (("subject", subject), ("state", state), ("key", key)):
        if value:
            rows = rows.filter(**{name: _clean(value)})
    if after:
        rows = rows.filter(id__gt=after)
    found = list(rows.order_by("id").values(*CriterionOut.model_fields)[: PAGE + 1])
    return {"items": found[:PAGE], "after": found[PAGE - 1]["id"] if len(found) > PAGE else None}


@router.post("", response={201: CriterionOut}, operation_id="criteria_create", summary="Save a criterion")
@needs(CHANGE)
def create(request: HttpRequest, given: CriterionIn) -> Any:
    """Keep a criterion. Refused with everything that is wrong with it."""
    made = actions.save_criterion(
        by=request.viewer,
        operation_id=given.operation_id,
        **{name: _clean(getattr(given, name)) for name in ("name", "subject", "text", "key", "purpose", "note")},
    )
    return Status(201, _one(made.pk, request))


@router.get("/{uuid:criterion_id}", response=CriterionOut, operation_id="criteria_get", summary="One criterion")
@needs(VIEW)
def get_criterion(request: HttpRequest, criterion_id: UUID) -> Any:
    """One saved criterion within reach."""
    return _one(criterion_id, request)


@router.patch(
    "/{uuid:criterion_id}", response=CriterionOut, operation_id="criteria_change", summary="Change a criterion"
)
@needs(CHANGE)
def change(request: HttpRequest, criterion_id: UUID, given: CriterionChangeIn) -> Any:
    """Another text, as a new version, or another name."""
    actions.change_criterion(
        criterion_id,
        by=request.viewer,
        text=None if given.text is None else _clean(given.text),
        name=None if given.name is None else _clean(given.name),
        note=_clean(given.note),
        read_version=given.read_version,
    )
    return _one(criterion_id, request)


@router.get(
    "/{uuid:criterion_id}/versions",
    response=list[CriterionVersionOut],
    operation_id="criteria_versions",
    summary="Versions of a criterion",
)
@needs(VIEW)
def list_versions(request: HttpRequest, criterion_id: UUID) -> Any:
    """Every text it had, the newest first."""
    return list(queries.versions(criterion_id, seen_by=request.viewer))


@router.post(
    "/{uuid:criterion_id}/retire", response=CriterionOut, operation_id="criteria_retire", summary="Retire a criterion"
)
@needs(CHANGE)
def retire(request: HttpRequest, criterion_id: UUID) -> Any:
    """Take it out of use; refused while something uses it."""
    actions.retire_criterion(criterion_id, by=request.viewer)
    return _one(criterion_id, request)


@router.post(
    "/{uuid:criterion_id}/restore",
    response=CriterionOut,
    operation_id="criteria_restore",
    summary="Use a criterion again",
)
@needs(CHANGE)
def restore(request: HttpRequest, criterion_id: UUID) -> Any:
    """Put it into use again."""
    actions.restore_criterion(criterion_id, by=request.viewer)
    return _one(criterion_id, request)


def _one(criterion_id: UUID, request: HttpRequest) -> Criterion:
    return queries.criterion(criterion_id, seen_by=request.viewer)
