"""The REST API, version 1: every room's router, one way to sign in, one way to tell what is wrong.

Signs in by access token (`Authorization: Bearer bny_…`) or by session (then changes need the X-CSRFToken header).
Every error, whoever finds it, is a problem response (RFC 9457, application/problem+json).
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

import orjson
from django.apps import apps
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer

from banyan.platform.access.doors import public
from banyan.platform.kernel.problems import Location, Problem, Problems

PROBLEM_TYPE = "application/problem+json"
_CODES = {
    400: "bad_request",
    401: "sign_in_needed",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "bad_request",
    422: "invalid_input",
    429: "too_many",
    503: "unavailable",
}
_PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "What is wrong and how to mend it (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "number", "mend", "errors"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:banyan:problem:kernel.not_found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in the language asked for."},
        "code": {"type": "string", "description": "Stable name of the problem.", "examples": ["kernel.not_found"]},
        "number": {"type": "integer", "description": "Its number in the catalogue of problems."},
        "mend": {"type": "string", "description": "What can be done about it."},
        "at": {
            "type": ["object", "null"],
            "description": "Where in the input the problem sits.",
            "properties": {
                "sheet": {"type": "string"},
                "row": {"type": "integer"},
                "column": {"type": "string"},
                "field": {"type": "string"},
            },
        },
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}},
    },
}


def _json_default(value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    return str(value)


class OrjsonRenderer(BaseRenderer):
    """JSON at a third of the usual cost. Decimals become strings: a float would change money."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=_json_default, option=orjson.OPT_NON_STR_KEYS)


# The OpenAPI document by the address it describes and the language.
_DESCRIBED: dict[tuple[str, str | None], OpenAPISchema] = {}


class Api(NinjaAPI):
    """Adds to the OpenAPI document what holds for every operation: sign-in and problem responses."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The OpenAPI 3.1 document; made once, for all addresses are gone through."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        key = prefix, get_language()
        if key not in _DESCRIBED:
            _DESCRIBED[key] = self._describe(prefix)
        return _DESCRIBED[key]

    def _describe(self, prefix: str) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=prefix)
        components = schema["components"]
        components.setdefault("schemas", {})["Problem"] = _PROBLEM_SCHEMA
        components["securitySchemes"] = {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "An access token from the page “Access tokens”.",
            },
            "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        }
        schema["security"] = [{"token": []}, {"session": []}]
        content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for methods in schema["paths"].values():
            for operation in methods.values():
                responses = operation.setdefault("responses", {})
                responses.setdefault("4XX", {"description": "A problem that can be mended", "content": content})
                responses.setdefault("5XX", {"description": "A problem of the system", "content": content})
        return schema


def problem_response(problem: Problem) -> HttpResponse:
    """The problem as the API answers it."""
    body = orjson.dumps(problem.as_dict(), default=_json_default)
    response = HttpResponse(body, status=problem.status, content_type=PROBLEM_TYPE)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _of_validation(error: ValidationError) -> Problem:
    """Each fault at its field: ("body", "payload", "name") is the field "name"."""
    found = []
    for fault in error.errors:
        place = [str(step) for step in fault.get("loc", ())]
        field = ".".join(place[2:] or place[1:] or place)
        found.append(Problem("kernel.field_invalid", message=str(fault.get("msg", "")), at=Location(field=field)))
    return Problems(found) if found else Problem("bad_request")


def _of_status(status: int) -> Problem:
    return Problem(_CODES.get(status, "bad_request" if status < 500 else "unexpected"))


def _routers() -> list[tuple[str, Any]]:
    rooms = [config for config in apps.get_app_configs() if config.name.startswith("banyan.")]
    return [(room.label, import_module(f"{room.name}.api").router) for room in rooms if find_spec(f"{room.name}.api")]


def assemble() -> Api:
    """The API with every room's operations under /api/v1/<room>/."""
    api = Api(
        title="Banyan",
        version="1",
        description="Everything the pages can do, for programs. The same permissions and areas hold.",
        renderer=OrjsonRenderer(),
        urls_namespace="api",
        docs_url=None,
        docs_decorator=public("The description of the API is part of the published source"),
    )
    api.add_exception_handler(Problem, lambda _request, problem: problem_response(cast("Problem", problem)))
    api.add_exception_handler(
        ValidationError, lambda _request, error: problem_response(_of_validation(cast("ValidationError", error)))
    )
    # Text that no column can hold, such as a NUL: the room should have said so, but it is the caller's to mend.
    api.add_exception_handler(DataError, lambda _request, _error: problem_response(Problem("bad_request")))
    api.add_exception_handler(Http404, lambda _request, _error: problem_response(Problem("not_found")))
    api.add_exception_handler(
        HttpError, lambda _request, error: problem_response(_of_status(cast("HttpError", error).status_code))
    )
    for label, router in _routers():
        api.add_router(f"/{label}", router)
    return api


class ProblemResponses:
    """Middleware: errors under /api/ that Django or a library answers (405, CSRF, unreadable requests) become problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            response.status_code < 400
            or not request.path.startswith("/api/")
            or response.get("Content-Type", "").startswith(PROBLEM_TYPE)
        ):
            return response
        problem = problem_response(_of_status(response.status_code))
        problem.status_code = response.status_code
        if "Allow" in response:
            problem["Allow"] = response["Allow"]
        return problem


@public("The description of the API is part of the published source")
def reference_page(request: HttpRequest) -> HttpResponse:
    """The API described for people, made from the OpenAPI document."""
    schema = api.get_openapi_schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            entry = {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
                "parameters": operation.get("parameters", []),
                "body": "requestBody" in operation,
            }
            groups.setdefault((operation.get("tags") or [path.split("/")[3]])[0], []).append(entry)
    return render(request, "access/api_reference.html", {"groups": groups})


@public("Says that there is nothing at an unknown address of the API")
def nothing_here(request: HttpRequest, _rest: str = "") -> HttpResponse:
    """404 for addresses under /api/ that no operation has."""
    return problem_response(Problem("not_found"))


api = assemble()
