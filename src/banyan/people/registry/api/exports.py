"""Exports of people and households."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from banyan.people.registry import actions, queries
from banyan.people.registry.api import shapes
from banyan.people.registry.views.exports import MAY, file_response
from banyan.platform.access.doors import needs

router = Router(tags=["registry"])
MOST = 100


def _told(export: Any) -> dict[str, Any]:
    plain = [name for name in shapes.RegistryExport.model_fields if name != "ready"]
    over = export.expires_at <= timezone.now()
    return {name: getattr(export, name) for name in plain} | {"ready": bool(export.file) and not over}


@router.post(
    "/exports", response={201: shapes.RegistryExport}, operation_id="registry_export_new", summary="Ask for an export"
)
@needs(MAY)
def new_export(request: HttpRequest, asked: shapes.RegistryExportIn) -> Any:
    """A file of the people or households that the filters leave; large ones are written in the background."""
    export = actions.request_export(
        asked.subject, {name: [value] for name, value in asked.filters.items()}, by=request.viewer,
        file_format=asked.file_format, use=asked.use, reason=asked.reason, with_sensitive=asked.with_sensitive,
    )  # fmt: skip
    return Status(201, _told(export))


@router.get(
    "/exports", response=list[shapes.RegistryExport], operation_id="registry_exports", summary="One's own exports"
)
@needs(MAY)
def list_exports(request: HttpRequest) -> Any:
    """The latest hundred."""
    return [_told(each) for each in queries.own_exports(seen_by=request.viewer)[:MOST]]


@router.get(
    "/exports/{uuid:export_id}", response=shapes.RegistryExport, operation_id="registry_export", summary="One export"
)
@needs(MAY)
def get_export(request: HttpRequest, export_id: UUID) -> Any:
    """Whether it is ready."""
    return _told(queries.own_export(export_id, seen_by=request.viewer))


@router.get("/exports/{uuid:export_id}/file", operation_id="registry_export_file", summary="The file of an export")
@needs(MAY)
def get_file(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """CSV or XLSX, for the one who asked for it. Fetching is logged."""
    return file_response(request.viewer, export_id)
