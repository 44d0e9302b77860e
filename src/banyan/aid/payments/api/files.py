"""Files to providers, and what they report, for programs."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Status
from ninja.files import UploadedFile

from banyan.aid.payments import actions, queries
from banyan.aid.payments.api import provider_shapes as shapes
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read

router = Router(tags=["payments"])
VIEW, VIEW_LINE = "payments.view_plan", "payments.view_line"
MAKE_FILE, RECONCILE = "payments.make_file", "payments.reconcile"
MOST = 200
VerdictWord = Literal[
    "",
    "matched",
    "partial",
    "over",
    "late",
    "returned",
    "failed",
    "unclaimed",
    "duplicate",
    "noted",
    "unknown",
    "doubtful",
]


@router.get(
    "/plans/{uuid:plan_id}/files", response=list[shapes.PaymentFileOut], operation_id="payment_files",
    summary="Files of a plan",
)  # fmt: skip
@needs(VIEW)
def list_files(request: HttpRequest, plan_id: UUID) -> Any:
    """The files that were made for the provider, the newest first."""
    return list(queries.payment_files(plan_id, seen_by=request.viewer))


@router.post(
    "/plans/{uuid:plan_id}/files", response={201: shapes.PaymentFileOut}, operation_id="payment_file_make",
    summary="Make a file",
)  # fmt: skip
@needs(MAKE_FILE)
def make_file(request: HttpRequest, plan_id: UUID, given: shapes.PaymentFileIn) -> Any:
    """The file of a released plan; the one made before where the lines are the same."""
    return Status(201, actions.make_file(plan_id, by=request.viewer, format=given.format))


@router.get("/files/{uuid:file_id}/content", operation_id="payment_file_content", summary="Fetch a file")
@needs(MAKE_FILE)
def file_content(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The file itself, encrypted for the provider when it has a key: an entry in the log of reads."""
    name, content = actions.open_file(file_id, by=request.viewer)
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@router.get(
    "/{uuid:operation_id}/statements", response=list[shapes.PaymentStatementOut], operation_id="payment_statements",
    summary="Statements of providers",
)  # fmt: skip
@needs(VIEW)
def list_statements(request: HttpRequest, operation_id: UUID) -> Any:
    """What providers reported, the newest first."""
    return list(queries.statements(operation_id, seen_by=request.viewer)[:MOST])


@router.post(
    "/providers/{uuid:provider_id}/statements", response={201: shapes.PaymentStatementOut},
    operation_id="payment_statement_receive", summary="Load a statement",
)  # fmt: skip
@needs(RECONCILE)
def receive_statement(request: HttpRequest, provider_id: UUID, file: UploadedFile = File(...)) -> Any:
    """Take in what a provider reports: its table, or pain.002, camt.052, camt.053, camt.054, pacs.004. The same again changes nothing."""
    name, content = str(file.name or "").replace("\x00", ""), file.read()
    return Status(201, actions.receive_statement(provider_id, by=request.viewer, name=name, content=content))


@router.get(
    "/statements/{uuid:statement_id}", response=shapes.PaymentStatementOut, operation_id="payment_statement",
    summary="One statement",
)  # fmt: skip
@needs(VIEW)
def get_statement(request: HttpRequest, statement_id: UUID) -> Any:
    """A statement with what its rows came to."""
    return queries.statement(statement_id, seen_by=request.viewer)


@router.post(
    "/statements/{uuid:statement_id}/mapping", response=shapes.PaymentStatementOut, operation_id="payment_statement_map",
    summary="Say how to read a table",
)  # fmt: skip
@needs(RECONCILE)
def map_statement(request: HttpRequest, statement_id: UUID, given: shapes.PaymentMappingIn) -> Any:
    """It is remembered for the provider's files with the same headers, and reading begins."""
    return actions.map_statement(statement_id, by=request.viewer, mapping=given.dict())


@router.get(
    "/statements/{uuid:statement_id}/rows", response=list[shapes.PaymentStatementRowOut], operation_id="payment_statement_rows",
    summary="Rows of a statement",
)  # fmt: skip
@needs(VIEW_LINE)
def list_rows(request: HttpRequest, statement_id: UUID, verdict: VerdictWord = "", after: int = 0) -> Any:
    """At most 200 rows with numbers above `after`, of one verdict or of all: an entry in the log of reads."""
    rows = queries.statement_rows(statement_id, seen_by=request.viewer, verdict=verdict)
    found = list(rows.filter(no__gt=min(max(after, 0), 2**31 - 1))[:MOST])
    log_read(request.viewer, kind="list", subject="payments.statementrow", ids=[row.pk for row in found])
    return found


@router.post(
    "/rows/{uuid:row_id}/decide", response=shapes.PaymentStatementRowOut, operation_id="payment_row_decide",
    summary="Decide on a doubtful row",
)  # fmt: skip
@needs(RECONCILE)
def decide_row(request: HttpRequest, row_id: UUID, given: shapes.PaymentDecisionIn) -> Any:
    """Which line it is about, or none."""
    return actions.decide_row(row_id, by=request.viewer, **given.dict())
