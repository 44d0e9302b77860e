"""What the pages of every room ask of a viewer: about which operation, whether to offer a step, what of a Problem to show."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

__all__ = ["operation_of", "operations_here", "problems_of", "why_not"]


def operations_here(request: HttpRequest, permission: str) -> tuple[Any, list[Any]]:
    """The operation asked for with `?operation=`, else the first within reach, and all of them; None where there is none.

    Raises Problem not_found for an operation out of reach.
    """
    found = operations_within(permission, seen_by=request.viewer)  # type: ignore[attr-defined]  # set by the middleware
    asked = request.GET.get("operation", "")
    if not asked:
        return (found[0] if found else None), found
    for each in found:
        if str(each.pk) == asked:
            return each, found
    raise Problem("not_found")


def operation_of(operation_id: UUID, viewer: Viewer, permission: str) -> Any:
    """An operation by its id. Raises Problem not_found where the viewer has no such permission."""
    for each in operations_within(permission, seen_by=viewer):
        if each.pk == operation_id:
            return each
    raise Problem("not_found")


def why_not(viewer: Viewer, permission: str) -> str | Promise:
    """Why a step is greyed; empty when it may be done."""
    return "" if viewer.may(permission) else _("Your roles do not allow this.")


def problems_of(problem: Problem) -> list[Problem]:
    """What a page shows of a Problem: also that the step is somebody else's. What no page can mend, that there is nothing here
    or no right to it, is raised on.
    """
    if problem.code in ("kernel.not_allowed", "kernel.not_found"):
        raise problem
    return list(problem.errors or [problem])
