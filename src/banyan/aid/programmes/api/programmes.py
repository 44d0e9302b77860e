"""Programmes, cycles, packages and prices for programs: designed and approved by the same people and rules as on the pages."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.api import programme_shapes as shapes
from banyan.aid.programmes.states import APPROVE, DESIGN
from banyan.platform.access.doors import needs

router = Router(tags=["programmes"])
VIEW, VIEW_ENROLMENT = "programmes.view_programme", "programmes.view_enrolment"
PAGE = 100


@router.get("", response=shapes.ProgrammePage, operation_id="programmes", summary="Programmes")
@needs(VIEW)
def list_programmes(
    request: HttpRequest, operation: UUID | None = None, state: str = "", after: UUID | None = None
) -> Any:
    """Programmes of your operations, in the order of their ids."""
    rows = queries.programmes(seen_by=request.viewer, operation_id=operation)
    if state:
        rows = rows.filter(state=state.replace("\x00", ""))
    if after:
        rows = rows.filter(pk__gt=after)
    return shapes.page_of(rows, PAGE)


@router.post("", response={201: shapes.ProgrammeOut}, operation_id="programme_new", summary="Design a programme")
@needs(DESIGN)
def create_programme(request: HttpRequest, given: shapes.ProgrammeIn) -> Any:
    """A draft; somebody else approves it."""
    said = given.dict(exclude={"operation", "area"})
    return Status(201, actions.create_programme(given.operation, by=request.viewer, area_key=given.area, **said))


@router.get("/{uuid:programme_id}", response=shapes.ProgrammeOut, operation_id="programme", summary="One programme")
@needs(VIEW)
def get_programme(request: HttpRequest, programme_id: UUID) -> Any:
    """What it is, and who made and approved it."""
    return queries.programme(programme_id, seen_by=request.viewer)


@router.patch(
    "/{uuid:programme_id}", response=shapes.ProgrammeOut, operation_id="programme_change", summary="Change a programme"
)
@needs(DESIGN)
def change_programme(request: HttpRequest, programme_id: UUID, given: shapes.ProgrammeChange) -> Any:
    """Once approved, only name, goal, sector, restriction and last day change. A last day of null takes it away."""
    said = {
        name: value for name, value in given.dict(exclude_unset=True).items() if value is not None or name == "ends_on"
    }
    return actions.change_programme(programme_id, by=request.viewer, **said)


@router.post(
    "/{uuid:programme_id}/activate", response=shapes.ProgrammeOut, operation_id="programme_activate", summary="Approve a programme"
)  # fmt: skip
@needs(APPROVE)
def activate_programme(request: HttpRequest, programme_id: UUID) -> Any:
    """By somebody else than who designed it."""
    return actions.activate_programme(programme_id, by=request.viewer)


@router.post(
    "/{uuid:programme_id}/suspend", response=shapes.ProgrammeOut, operation_id="programme_suspend", summary="Suspend a programme"
)  # fmt: skip
@needs(APPROVE)
def suspend_programme(request: HttpRequest, programme_id: UUID, given: shapes.ProgrammeReason) -> Any:
    """Nobody is enrolled, no cycle is opened until it goes on."""
    return actions.suspend_programme(programme_id, given.reason, by=request.viewer)


@router.post(
    "/{uuid:programme_id}/resume", response=shapes.ProgrammeOut, operation_id="programme_resume", summary="Resume a programme"
)  # fmt: skip
@needs(APPROVE)
def resume_programme(request: HttpRequest, programme_id: UUID) -> Any:
    """It goes on."""
    return actions.resume_programme(programme_id, by=request.viewer)


@router.post(
    "/{uuid:programme_id}/close", response=shapes.ProgrammeOut, operation_id="programme_close", summary="Close a programme"
)  # fmt: skip
@needs(APPROVE)
def close_programme(request: HttpRequest, programme_id: UUID, given: shapes.ProgrammeReason) -> Any:
    """It is over, with its cycles."""
    return actions.close_programme(programme_id, given.reason, by=request.viewer)


@router.get(
    "/{uuid:programme_id}/budget-lines", response=list[shapes.BudgetLineOut], operation_id="budget_lines", summary="Budget lines"
)  # fmt: skip
@needs(VIEW)
def list_budget_lines(request: HttpRequest, programme_id: UUID) -> Any:
    """Money given for a programme, by donor."""
    return list(queries.budget_lines(programme_id, seen_by=request.viewer))


@router.post(
    "/{uuid:programme_id}/budget-lines", response=shapes.BudgetLineOut, operation_id="budget_line_set", summary="Set a budget line"
)  # fmt: skip
@needs(DESIGN)
def set_budget_line(request: HttpRequest, programme_id: UUID, given: shapes.BudgetLineIn) -> Any:
    """The line with this code is made or changed."""
    said = given.dict(exclude={"donor"})
    return actions.set_budget_line(programme_id, by=request.viewer, donor_id=given.donor, **said)


@router.get("/{uuid:programme_id}/cycles", response=list[shapes.CycleOut], operation_id="cycles", summary="Cycles")
@needs(VIEW)
def list_cycles(request: HttpRequest, programme_id: UUID) -> Any:
    """Cycles of a programme, the newest first."""
    return list(queries.cycles(programme_id, seen_by=request.viewer))


@router.post(
    "/{uuid:programme_id}/cycles", response={201: shapes.CycleOut}, operation_id="cycle_new", summary="Plan a cycle"
)
@needs(DESIGN)
def add_cycle(request: HttpRequest, programme_id: UUID, given: shapes.CycleIn) -> Any:
    """Cycles of a programme share no day."""
    return Status(201, actions.add_cycle(programme_id, by=request.viewer, **given.dict()))


@router.post(
    "/cycles/{uuid:cycle_id}/open", response=shapes.CycleOut, operation_id="cycle_open", summary="Open a cycle"
)
@needs(DESIGN)
def open_cycle(request: HttpRequest, cycle_id: UUID) -> Any:
    """Entitlements may be computed for it."""
    return actions.open_cycle(cycle_id, by=request.viewer)


@router.post(
    "/cycles/{uuid:cycle_id}/close", response=shapes.CycleOut, operation_id="cycle_close", summary="Close a cycle"
)
@needs(DESIGN)
def close_cycle(request: HttpRequest, cycle_id: UUID) -> Any:
    """Nothing more is computed for it."""
    return actions.close_cycle(cycle_id, by=request.viewer)


@router.get(
    "/{uuid:programme_id}/quotas", response=list[shapes.QuotaOut], operation_id="quotas", summary="Quotas by place"
)
@needs(VIEW_ENROLMENT)
def list_quotas(request: HttpRequest, programme_id: UUID) -> Any:
    """How many each place may have, how many it has, how many wait."""
    return queries.quota_standing(programme_id, seen_by=request.viewer)


@router.put(
    "/{uuid:programme_id}/quotas/{uuid:place_id}", response={204: None}, operation_id="quota_set", summary="Set a quota"
)
@needs(DESIGN)
def set_quota(request: HttpRequest, programme_id: UUID, place_id: UUID, given: shapes.QuotaIn) -> Any:
    """For a place and all places in it that have no quota of their own."""
    actions.set_quota(programme_id, place_id, given.number, by=request.viewer)
    return Status(204, None)


@router.get(
    "/{uuid:programme_id}/packages", response=list[shapes.PackageOut], operation_id="packages", summary="Packages"
)
@needs(VIEW)
def list_packages(request: HttpRequest, programme_id: UUID) -> Any:
    """Every version of every package of a programme."""
    return list(queries.packages(programme_id, seen_by=request.viewer))


@router.post(
    "/{uuid:programme_id}/packages", response={201: shapes.PackageOut}, operation_id="package_write", summary="Write a package"
)  # fmt: skip
@needs(DESIGN)
def write_package(request: HttpRequest, programme_id: UUID, given: shapes.PackageIn) -> Any:
    """A draft; somebody else approves it."""
    items = [actions.Item(**one.dict()) for one in given.items]
    return Status(
        201, actions.write_package(programme_id, by=request.viewer, items=items, **given.dict(exclude={"items"}))
    )


@router.get("/packages/{uuid:package_id}", response=shapes.PackageWhole, operation_id="package", summary="One package")
@needs(VIEW)
def get_package(request: HttpRequest, package_id: UUID) -> Any:
    """One version with what is in it."""
    row = queries.package(package_id, seen_by=request.viewer)
    row.contents = list(queries.items(row.pk, seen_by=request.viewer))
    return row


@router.post(
    "/packages/{uuid:package_id}/approve", response=shapes.PackageOut, operation_id="package_approve", summary="Approve a package"
)  # fmt: skip
@needs(APPROVE)
def approve_package(request: HttpRequest, package_id: UUID) -> Any:
    """By somebody else than who wrote it; the version approved before is retired."""
    return actions.approve_package(package_id, by=request.viewer)


@router.post(
    "/packages/{uuid:package_id}/retire", response=shapes.PackageOut, operation_id="package_retire", summary="Retire a package"
)  # fmt: skip
@needs(APPROVE)
def retire_package(request: HttpRequest, package_id: UUID) -> Any:
    """It is given no more."""
    return actions.retire_package(package_id, by=request.viewer)


@router.get("/price-lists", response=list[shapes.PriceListOut], operation_id="price_lists", summary="Price lists")
@needs(VIEW)
def list_price_lists(request: HttpRequest, operation: UUID | None = None) -> Any:
    """Price lists of your operations."""
    return list(queries.price_lists(seen_by=request.viewer, operation_id=operation))


@router.post(
    "/price-lists", response=shapes.PriceListOut, operation_id="price_list_write", summary="Write a price list"
)
@needs(DESIGN)
def write_price_list(request: HttpRequest, given: shapes.PriceListIn) -> Any:
    """The list with this code is made, or named otherwise."""
    said = given.dict(exclude={"operation", "area"})
    return actions.write_price_list(given.operation, by=request.viewer, area_key=given.area, **said)


@router.get(
    "/price-lists/{uuid:list_id}/prices", response=list[shapes.PriceOut], operation_id="prices", summary="Prices"
)
@needs(VIEW)
def list_prices(request: HttpRequest, list_id: UUID) -> Any:
    """Prices as they were written, by place."""
    return list(queries.prices(queries.price_list(list_id, seen_by=request.viewer).pk, seen_by=request.viewer))


@router.post(
    "/price-lists/{uuid:list_id}/prices",
    response=shapes.EnrolmentsMoved,
    operation_id="prices_set",
    summary="Set prices",
)
@needs(DESIGN)
def set_prices(request: HttpRequest, list_id: UUID, given: list[shapes.PriceIn]) -> Any:
    """Of the same place and day the last one counts."""
    rows = [(one.place, one.amount, one.from_on) for one in given]
    return {"count": actions.set_prices(list_id, rows, by=request.viewer)}
