"""Code lists for machines."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from banyan.platform.access.doors import needs
from banyan.reference.codes import queries

router = Router(tags=["codes"])


class ListOut(Schema):
    """A code list with the version in force."""

    code: str
    names: dict[str, str]
    authority: str
    licence: str
    uri: str
    version: str | None
    published_on: date | None
    terms: int | None


class TermOut(Schema):
    """A term of a version."""

    code: str
    labels: dict[str, str]
    parent: str | None
    description: dict[str, str]
    uri: str
    attributes: dict[str, Any]


class VersionOut(Schema):
    """A whole version of a list."""

    list: str
    version: str
    published_on: date | None
    digest: str
    terms: Sequence[TermOut]


class ChangeOut(Schema):
    """A term that both versions have and that differs."""

    code: str
    fields: list[str]
    before: TermOut
    after: TermOut


class DifferenceOut(Schema):
    """What one version adds, drops and changes against another."""

    added: list[TermOut]
    removed: list[TermOut]
    changed: list[ChangeOut]


class MappingsOut(Schema):
    """For each code of the one list the codes of the other."""

    mappings: dict[str, list[str]]


@router.get("/lists", response=list[ListOut], operation_id="codes_lists", summary="All code lists")
@needs("codes.view_list")
def list_lists(request: HttpRequest) -> Any:
    """Every list with the version in force. There are few lists, so they come at once."""
    return [
        {
            "code": found.code,
            "names": found.names,
            "authority": found.authority,
            "licence": found.licence,
            "uri": found.uri,
            "version": found.version_label,
            "published_on": found.published_on,
            "terms": found.terms_in_force,
        }
        for found in queries.lists(seen_by=request.viewer).order_by("code")
    ]


@router.get("/lists/{code}", response=VersionOut, operation_id="codes_list", summary="A list with its terms")
@needs("codes.view_list")
def get_list(request: HttpRequest, code: str, version: str | None = None) -> Any:
    """The version in force, or the one asked for, with all terms. Its digest tells whether anything changed since."""
    found = queries.version(code, version, seen_by=request.viewer)
    return {
        "list": code,
        "version": found.label,
        "published_on": found.published_on,
        "digest": found.digest,
        "terms": queries.rows(found, seen_by=request.viewer),
    }


@router.get(
    "/lists/{code}/changes", response=DifferenceOut, operation_id="codes_changes", summary="Two versions compared"
)
@needs("codes.view_list")
def get_changes(request: HttpRequest, code: str, before: str, after: str) -> Any:
    """What version `after` adds, drops and changes against version `before`."""
    return queries.compare(code, before, after, seen_by=request.viewer)


@router.get("/mappings", response=MappingsOut, operation_id="codes_mappings", summary="Mappings between two lists")
@needs("codes.view_list")
def get_mappings(request: HttpRequest, from_list: str, to_list: str) -> Any:
    """For each code of the one list the codes of the other that it is mapped to, in force."""
    found = queries.mapped_codes(from_list, to_list, seen_by=request.viewer)
    return {"mappings": {code: sorted(codes) for code, codes in found.items()}}
