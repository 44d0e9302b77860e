"""Checks: what is asked, how it was defined, what an operation sets, and the checks it writes itself."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.people.quality import actions, queries
from banyan.people.quality.api import shapes
from banyan.people.quality.views.framing import FINDINGS, PUBLISH, SET, VIEW, own_here
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of

router = Router(tags=["quality"])
_CHECK = tuple(name for name in shapes.QualityCheck.model_fields if name not in ("label", "about"))


@router.get(
    "/{uuid:operation_id}/checks", response=list[shapes.QualityCheck], operation_id="quality_checks", summary="Checks"
)
@needs(VIEW)
def list_checks(request: HttpRequest, operation_id: UUID) -> Any:
    """All checks of an operation, with their definitions and targets as they hold today."""
    operation_of(operation_id, request.viewer, VIEW)
    return [_check(each) for each in queries.checks(operation_id, seen_by=request.viewer)]


def _check(check: Any) -> dict[str, Any]:
    return {name: getattr(check, name) for name in _CHECK} | {"label": str(check.label), "about": str(check.about)}


@router.get(
    "/{uuid:operation_id}/checks/{key}", response=shapes.QualityCheck, operation_id="quality_check", summary="One check"
)
@needs(VIEW)
def get_check(request: HttpRequest, operation_id: UUID, key: str) -> Any:
    """One check as it holds in an operation."""
    operation_of(operation_id, request.viewer, VIEW)
    return _check(queries.check(operation_id, key, seen_by=request.viewer))


@router.get(
    "/{uuid:operation_id}/checks/{key}/definitions", response=list[shapes.QualityDefinition],
    operation_id="quality_definitions", summary="Versions of a check",
)  # fmt: skip
@needs(VIEW)
def list_definitions(request: HttpRequest, operation_id: UUID, key: str) -> Any:
    """How the check was computed and from when to when, newest first."""
    operation_of(operation_id, request.viewer, VIEW)
    queries.check(operation_id, key, seen_by=request.viewer)
    return list(queries.definitions(key, seen_by=request.viewer))


@router.post(
    "/{uuid:operation_id}/checks/{key}/targets", response={201: shapes.QualityTarget}, operation_id="quality_target_set",
    summary="Set a target",
)  # fmt: skip
@needs(SET)
def set_target(request: HttpRequest, operation_id: UUID, key: str, given: shapes.QualityTarget) -> Any:
    """Target and weight from a day on; scores of earlier days keep theirs."""
    operation_of(operation_id, request.viewer, SET)
    return Status(201, actions.set_target(operation_id, key, by=request.viewer, **given.dict()))


@router.patch(
    "/{uuid:operation_id}/checks/{key}", response=shapes.QualityCheck, operation_id="quality_check_set",
    summary="Set parameters of a check",
)  # fmt: skip
@needs(SET)
def set_check(request: HttpRequest, operation_id: UUID, key: str, given: shapes.QualitySetting) -> Any:
    """Whether it is asked, its parameters, the mandatory fields."""
    operation_of(operation_id, request.viewer, SET)
    actions.set_check(
        operation_id, key, by=request.viewer, enabled=given.enabled, params=given.params, fields=given.fields_wanted
    )
    return _check(queries.check(operation_id, key, seen_by=request.viewer))


@router.get(
    "/{uuid:operation_id}/own", response=list[shapes.QualityOwnCheck], operation_id="quality_own_checks",
    summary="Own checks",
)  # fmt: skip
@needs(VIEW)
def list_own(request: HttpRequest, operation_id: UUID) -> Any:
    """The checks that an operation wrote itself."""
    operation_of(operation_id, request.viewer, VIEW)
    rows = queries.own_checks(operation_id, seen_by=request.viewer).prefetch_related("versions")
    return [_own(own, sorted(own.versions.all(), key=lambda each: -each.number)) for own in rows]


def _own(own: Any, versions: Any) -> dict[str, Any]:
    return {
        "id": own.pk,
        "key": own.key,
        "subject": own.subject,
        "dimension": own.dimension,
        "versions": list(versions),
    }


def _own_now(check_id: UUID, request: HttpRequest) -> dict[str, Any]:
    own, _operation = own_here(check_id, request.viewer, VIEW)
    return _own(own, queries.own_versions(check_id, seen_by=request.viewer))


@router.post(
    "/{uuid:operation_id}/own", response={201: shapes.QualityOwnCheck}, operation_id="quality_own_check_new",
    summary="Write an own check",
)  # fmt: skip
@needs(SET)
def write_own(request: HttpRequest, operation_id: UUID, given: shapes.QualityOwnCheckIn) -> Any:
    """A draft. Try it, then somebody else sets it live."""
    operation_of(operation_id, request.viewer, SET)
    values = given.dict()
    made = actions.make_own_check(operation_id, values.pop("key"), by=request.viewer, **values)
    return Status(201, _own_now(made.pk, request))


@router.post(
    "/{uuid:operation_id}/own/try", response=shapes.QualityBench, operation_id="quality_try", summary="Try a predicate"
)
@needs(FINDINGS)
def try_predicate(request: HttpRequest, operation_id: UUID, given: shapes.QualityPredicate) -> Any:
    """How many records within reach would fail, with a sample; nothing is stored."""
    operation_of(operation_id, request.viewer, FINDINGS)
    return queries.bench(
        operation_id, given.subject, eligible=given.eligible, failed=given.failed, protects=given.protects,
        seen_by=request.viewer,
    )  # fmt: skip


@router.get(
    "/own/{uuid:check_id}", response=shapes.QualityOwnCheck, operation_id="quality_own_check", summary="One own check"
)
@needs(VIEW)
def get_own(request: HttpRequest, check_id: UUID) -> Any:
    """One own check with its versions."""
    return _own_now(check_id, request)


@router.post(
    "/own/{uuid:check_id}/test", response=shapes.QualityBench, operation_id="quality_own_check_test",
    summary="Try the latest version",
)  # fmt: skip
@needs(SET)
def test_own(request: HttpRequest, check_id: UUID) -> Any:
    """What the latest version finds; a draft has been tested after this."""
    return actions.test_own_check(_latest(check_id, request, SET), by=request.viewer)


@router.post(
    "/own/{uuid:check_id}/publish", response=shapes.QualityOwnCheck, operation_id="quality_own_check_publish",
    summary="Set the latest version live",
)  # fmt: skip
@needs(PUBLISH)
def publish_own(request: HttpRequest, check_id: UUID) -> Any:
    """Only what was tested, and by somebody else than who wrote it."""
    actions.publish_own_check(_latest(check_id, request, PUBLISH), by=request.viewer)
    return _own_now(check_id, request)


@router.post(
    "/own/{uuid:check_id}/retire", response=shapes.QualityOwnCheck, operation_id="quality_own_check_retire",
    summary="Retire an own check",
)  # fmt: skip
@needs(PUBLISH)
def retire_own(request: HttpRequest, check_id: UUID) -> Any:
    """It is no longer computed; its scores are kept."""
    own_here(check_id, request.viewer, PUBLISH)
    actions.retire_own_check(check_id, by=request.viewer)
    return _own_now(check_id, request)


def _latest(check_id: UUID, request: HttpRequest, permission: str) -> UUID:
    own_here(check_id, request.viewer, permission)
    return queries.own_versions(check_id, seen_by=request.viewer)[0].pk
