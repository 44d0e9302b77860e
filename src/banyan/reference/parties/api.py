"""Organisations for machines. Contacts are not here: they are shown to people who ask for them one by one."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile

from banyan.platform.access.doors import needs
from banyan.platform.kernel.dates import read_date
from banyan.platform.kernel.problems import Problem
from banyan.reference.parties import actions, queries
from banyan.reference.parties.inputs import read_upload

router = Router(tags=["parties"])
_VIEW = "parties.view_organisation"
_CHANGE = "parties.change_organisation"
PAGE = 100


class OrganisationOut(Schema):
    """An organisation as it is now."""

    id: UUID
    code: str
    name: str
    acronym: str
    kind: str
    reach: str
    country: str
    website: str
    status: str
    parent: UUID | None


class NameOut(Schema):
    """A further name."""

    id: UUID
    relation: str
    language: str
    text: str
    source: str
    since: str | None
    until: str | None


class IdOut(Schema):
    """What others call it."""

    scheme: str
    value: str
    source: str


class OrganisationWhole(OrganisationOut):
    """An organisation with all its names and identifiers."""

    since: str | None
    until: str | None
    names: list[NameOut]
    ids: list[IdOut]
    same_acronym: list[str]


class OrganisationsOut(Schema):
    """A page of organisations in the order of registration."""

    items: list[OrganisationOut]
    after: UUID | None


class OrganisationFilter(Schema):
    """Which organisations, and where to continue."""

    q: str = ""
    kind: str = ""
    status: str = ""
    after: UUID | None = None


class OrganisationIn(Schema):
    """An organisation to register. `another`: those with the same name or acronym were looked at; this is another one."""

    name: str
    acronym: str = ""
    kind: str = ""
    reach: str = ""
    country: str = ""
    website: str = ""
    parent: UUID | None = None
    another: bool = False


class NameIn(Schema):
    """A further name to add. Dates as known: year, month or day."""

    text: str
    relation: str = "alias"
    language: str = ""
    source: str = ""
    since: str = ""
    until: str = ""


class IdIn(Schema):
    """An identifier to add."""

    scheme: str
    value: str
    source: str = ""


class FindingOut(Schema):
    """Something found in an import: where, what, how to mend it."""

    row: int | None
    column: str
    severity: str
    code: str
    detail: str
    mend: str
    value: str


class OrganisationImportOut(Schema):
    """An import: what it would do, or has done."""

    id: UUID
    file_name: str
    source: str
    state: str
    counts: dict[str, int]
    job: UUID | None


class ImportWhole(OrganisationImportOut):
    """An import with its first 1,000 findings."""

    findings: list[FindingOut]


@router.get("/organisations", response=OrganisationsOut, operation_id="organisations_list", summary="Organisations")
@needs(_VIEW)
def list_organisations(request: HttpRequest, filters: Query[OrganisationFilter]) -> Any:
    """Organisations, found by name in any script, acronym, code or identifier. Continue with the id given as `after`."""
    rows = queries.organisations(seen_by=request.viewer).order_by("id")
    if filters.q:
        rows = queries.matching(rows, filters.q[:200], seen_by=request.viewer)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.after:
        rows = rows.filter(id__gt=filters.after)
    found = list(rows[: PAGE + 1])
    return {"items": [_out(row) for row in found[:PAGE]], "after": found[PAGE - 1].id if len(found) > PAGE else None}


@router.get(
    "/organisations/{code}", response=OrganisationWhole, operation_id="organisations_get", summary="One organisation"
)
@needs(_VIEW)
def get_organisation(request: HttpRequest, code: str) -> Any:
    """An organisation by its code."""
    return _whole(request, queries.organisation(code, seen_by=request.viewer))


@router.post(
    "/organisations", response={201: OrganisationWhole}, operation_id="organisations_register", summary="Register one"
)
@needs(_CHANGE)
def register_organisation(request: HttpRequest, organisation: OrganisationIn) -> Any:
    """Register an organisation; it gets its code. 409 when one has the same name or acronym and `another` is not set."""
    row = actions.register_organisation(by=request.viewer, **organisation.dict())
    return Status(201, _whole(request, queries.organisation(row.code, seen_by=request.viewer)))


@router.post(
    "/organisations/{code}/names", response={201: OrganisationWhole}, operation_id="organisations_add_name",
    summary="Add a name",
)  # fmt: skip
@needs(_CHANGE)
def add_name(request: HttpRequest, code: str, name: NameIn) -> Any:
    """Add a translation, alias, former name or acronym."""
    found = queries.organisation(code, seen_by=request.viewer)
    given = name.dict()
    for end in ("since", "until"):
        given[end] = read_date(given[end]) if given[end] else None
    actions.add_name(by=request.viewer, organisation_id=found.id, **given)
    return Status(201, _whole(request, found))


@router.post(
    "/organisations/{code}/ids", response={201: OrganisationWhole}, operation_id="organisations_add_id",
    summary="Add an identifier",
)  # fmt: skip
@needs(_CHANGE)
def add_id(request: HttpRequest, code: str, identifier: IdIn) -> Any:
    """Add what others call it."""
    found = queries.organisation(code, seen_by=request.viewer)
    actions.add_external_id(by=request.viewer, organisation_id=found.id, **identifier.dict())
    return Status(201, _whole(request, found))


@router.post("/imports", response={201: ImportWhole}, operation_id="organisation_imports_check", summary="Send a list")
@needs("parties.import_organisations")
def check_import(request: HttpRequest, file: File[UploadedFile], source: Form[str] = "") -> Any:
    """Send a list; nothing is registered before it is taken."""
    name = file.name or "file"
    candidates, findings = read_upload(name, file.read(), queries.vocabulary(seen_by=request.viewer))
    batch = actions.check_import(
        by=request.viewer, file_name=name, source=source, candidates=candidates, findings=findings
    )
    return Status(201, _import(request, batch))


@router.get(
    "/imports/{uuid:import_id}", response=ImportWhole, operation_id="organisation_imports_get", summary="One import"
)
@needs("parties.import_organisations")
def get_import(request: HttpRequest, import_id: UUID) -> Any:
    """What an import would do or has done, with what was found."""
    return _import(request, queries.import_named(import_id, seen_by=request.viewer))


@router.post(
    "/imports/{uuid:import_id}/take",
    response=OrganisationImportOut,
    operation_id="organisation_imports_take",
    summary="Take it",
)
@needs("parties.import_organisations")
def take_import(request: HttpRequest, import_id: UUID) -> Any:
    """Start the job that takes a checked import; follow it under /jobs."""
    batch = actions.accept_import(by=request.viewer, import_id=import_id)
    return _import_head(batch)


def _out(row: Any) -> dict[str, Any]:
    fields = ("id", "code", "name", "acronym", "kind", "reach", "country", "website", "status")
    return {name: getattr(row, name) for name in fields} | {"parent": row.parent_id}


def _date(value: Any) -> str | None:
    return None if value is None else str(value)


def _whole(request: HttpRequest, row: Any) -> dict[str, Any]:
    viewer = request.viewer
    names = queries.names(row.id, seen_by=viewer)
    return _out(row) | {
        "since": _date(row.since),
        "until": _date(row.until),
        "names": [
            {
                "id": name.id,
                "relation": name.relation,
                "language": name.language,
                "text": name.text,
                "source": name.source,
                "since": _date(name.since),
                "until": _date(name.until),
            }
            for name in names
        ],
        "ids": [
            {"scheme": one.scheme, "value": one.value, "source": one.source}
            for one in queries.external_ids(row.id, seen_by=viewer)
        ],
        "same_acronym": [one.code for one in queries.acronym_sharers(row, seen_by=viewer)],
    }


def _import_head(batch: Any) -> dict[str, Any]:
    return {
        "id": batch.id,
        "file_name": batch.file_name,
        "source": batch.source,
        "state": batch.state,
        "counts": batch.counts,
        "job": batch.job_id,
    }


def _import(request: HttpRequest, batch: Any) -> dict[str, Any]:
    def told(one: Any) -> dict[str, Any]:
        said: Problem = queries.finding_texts(one.code, one.parameters, one.row, one.column, seen_by=request.viewer)
        return {
            "row": one.row,
            "column": one.column,
            "severity": one.severity,
            "code": one.code,
            "detail": said.detail,
            "mend": said.mend,
            "value": one.value,
        }

    found = queries.import_findings(batch.id, seen_by=request.viewer).order_by("row", "id")[:1000]
    return _import_head(batch) | {"findings": [told(one) for one in found]}
