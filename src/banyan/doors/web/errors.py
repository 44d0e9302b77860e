"""Errors that Django itself finds, shown like every other Problem."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from banyan.platform.kernel.problems import Problem

log = logging.getLogger(__name__)


def _answer(request: HttpRequest, code: str, reference: str = "") -> HttpResponse:
    problem = Problem(code)
    if request.path.startswith("/api/"):
        return JsonResponse(problem.as_dict(), status=problem.status, content_type="application/problem+json")
    context = {"problem": problem, "reference": reference}
    return render(request, "shell/error.html", context, status=problem.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _answer(request, "bad_request")


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _answer(request, "not_allowed")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _answer(request, "not_found")


def unexpected(request: HttpRequest) -> HttpResponse:
    """500: with a reference that is also in the log, so that whoever mends it finds the trace."""
    reference = secrets.token_hex(4)
    log.error("unexpected error, reference %s", reference)
    return _answer(request, "unexpected", reference)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid CSRF token: most often a page left open over night."""
    return _answer(request, "access.forged_request")
