"""Puts the viewer on every request: from the session, or from a bearer token."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from banyan.platform.access.tokens import token_viewer
from banyan.platform.access.viewers import Viewer, viewer_of


def _find(request: HttpRequest) -> Viewer | None:
    header = request.headers.get("Authorization", "")
    # Tokens are for programs: they open the API and no page.
    if request.path.startswith("/api/") and header.startswith("Bearer "):
        request.api_token, viewer = token_viewer(header.removeprefix("Bearer ").strip())
        return viewer
    account = request.user
    return viewer_of(account) if account.is_authenticated else None


class ViewerMiddleware:
    """Sets request.viewer, found only when something asks for it: open pages cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.viewer = SimpleLazyObject(lambda: _find(request))
        return self.get_response(request)
