"""The frame around every page and API operation: sign-in, permission, and a transaction in which the viewer is known.

`@needs("places.view_place")` works for Django views and, below `@router.get(...)`, for API operations. `@public(reason)`
marks what is open to everybody. Both set `.permission`, which a guard test looks for on every address.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.template.loader import render_to_string
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import LazyObject
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback

from banyan.platform.access.declarations import SIGNED_IN, declared
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.problems import Problem

log = logging.getLogger(__name__)
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")

View = Callable[..., Any]


def needs(permission: str = SIGNED_IN, *, purpose: str | None = None) -> Callable[[View], View]:
    """Only for signed-in viewers who hold `permission` (by default: any account). purpose is noted for history and reads.

    Nobody signed in: pages lead to the sign-in page, the API answers 401. Permission missing: 403. Problems raised
    inside become problem pages or problem responses, and everything the request wrote is rolled back.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if getattr(request, "_entered_by", None) is page:  # an API operation whose door is open already
                return view(request, *args, **kwargs)
            return _answer_page(request, permission, purpose, lambda: view(request, *args, **kwargs))

        page.permission = permission  # type: ignore[attr-defined]  # read by the guards
        contribute_operation_callback(page, lambda operation: _guard_operation(operation, page, permission, purpose))
        return page

    return decorate


def public(reason: str) -> Callable[[View], View]:
    """Open to everybody, for the stated reason; nothing protected can be read inside."""

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                return view(request, *args, **kwargs)
            except Problem as problem:
                if getattr(request, "_is_api", False):
                    raise
                return problem_page(request, problem)

        page.permission = None  # type: ignore[attr-defined]  # read by the guards
        page.public_reason = reason  # type: ignore[attr-defined]
        return page

    return decorate


def viewer_at(request: HttpRequest) -> Viewer | None:
    """The viewer of a request; None when nobody is signed in. Set by the room's middleware."""
    viewer = getattr(request, "viewer", None)
    if isinstance(viewer, LazyObject):
        viewer = cast("Any", viewer)._wrapped if viewer else None
        request.viewer = viewer  # type: ignore[attr-defined]
    return cast("Viewer | None", viewer)


def _enter(request: HttpRequest, permission: str) -> Viewer:
    """Raises Problem sign_in_needed, second_factor_needed or not_allowed."""
    viewer = viewer_at(request)
    if viewer is None:
        raise Problem("sign_in_needed")
    if lacks_second_factor(request, viewer):
        raise Problem("access.second_factor_needed")
    viewer.require(permission)
    return viewer


def lacks_second_factor(request: HttpRequest, viewer: Viewer) -> bool:
    """Whether a role of the viewer demands a second factor that the account has not set up (settings.DEMAND_MFA).

    Tokens are not asked: the page on which they are made was.
    """
    if not settings.DEMAND_MFA or getattr(request, "api_token", None) is not None:
        return False
    roles = declared().roles
    if not any(roles[code].mfa_required for code in viewer.roles if code in roles):
        return False
    return not getattr(request.user, "has_second_factor", False)


def _answer_page(
    request: HttpRequest, permission: str, purpose: str | None, view: Callable[[], Any]
) -> HttpResponseBase:
    try:
        viewer = _enter(request, permission)
        with viewing(viewer, purpose=purpose or "", cause=_cause(request)):
            response = view()
            # Rendered inside, because querysets in the template are read while rendering.
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response.render()
            if response.status_code >= 400 and request.method not in _SAFE:
                transaction.set_rollback(True)
    except Problem as problem:
        if problem.code == "kernel.sign_in_needed":
            return HttpResponseRedirect(f"{reverse('account_login')}?next={quote(request.get_full_path())}")
        if problem.code == "access.second_factor_needed":
            return HttpResponseRedirect(reverse("mfa_index"))
        response = problem_page(request, problem)
    add_never_cache_headers(response)
    return cast("HttpResponseBase", response)


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page that shows a problem, with its status."""
    return HttpResponse(render_to_string("shell/error.html", {"problem": problem}, request), status=problem.status)


def _cause(request: HttpRequest) -> str:
    match = request.resolver_match
    name = match.view_name if match else request.path
    return f"{'page' if request.method in _SAFE else 'form'}:{name}"


def _guard_operation(operation: Operation, page: View, permission: str, purpose: str | None) -> None:
    def guarded(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        bound = cast("Operation", run.__self__)  # type: ignore[attr-defined]

        @wraps(run)
        def answer(request: HttpRequest, **values: Any) -> HttpResponseBase:
            request._is_api = True  # type: ignore[attr-defined]
            try:
                viewer = _enter(request, permission)
                _refuse_forgery(request)
                request._entered_by = page  # type: ignore[attr-defined]
                cause = f"api:{request.method} {request.path}"
                with viewing(viewer, purpose=purpose or "", cause=cause):
                    response = run(request, **values)
                    if response.status_code >= 400:
                        # The framework turned an exception into this response: nothing of the request may stay.
                        transaction.set_rollback(True)
                    return response
            except Problem as problem:
                return cast("HttpResponseBase", bound.api.on_exception(request, problem))

        return answer

    operation.run = guarded(operation.run)  # type: ignore[method-assign]
    decorators = getattr(operation, "_run_decorators", [])
    operation._run_decorators = [*decorators, guarded]  # type: ignore[attr-defined]


def _refuse_forgery(request: HttpRequest) -> None:
    """Sessions ride on cookies, so a change through the API by session needs the CSRF token; tokens do not."""
    if getattr(request, "api_token", None) is not None or request.method in _SAFE:
        return
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    if check.process_view(request, lambda _request: HttpResponse(), (), {}) is not None:
        raise Problem("access.forged_request")
