"""Root addresses: the shell, sign-in, and every room that has pages."""

from importlib.util import find_spec

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from banyan.config.api import api, nothing_here, reference_page
from banyan.platform.access import sign_on
from banyan.platform.access.doors import public
from banyan.platform.kernel.problems import Problem

# Pages of allauth that would let people make accounts, or change the address an administrator wrote, and old addresses.
CLOSED = (
    "signup/",
    "email/",
    "confirm-email/",
    "confirm-email/<path:_rest>",
    "login/code/confirm/",
    "3rdparty/",
    "3rdparty/signup/",
    "social/<path:_rest>",
)


def _room_pages() -> list[URLPattern | URLResolver]:
    rooms = [config for config in apps.get_app_configs() if config.name.startswith("banyan.") and config.label != "web"]
    return [path(f"{room.label}/", include(f"{room.name}.urls")) for room in rooms if find_spec(f"{room.name}.urls")]


@public("Stands where allauth has a page that this house does not want")
def closed(request: HttpRequest, _rest: str = "") -> HttpResponse:
    """404."""
    raise Problem("not_found")


urlpatterns: list[URLPattern | URLResolver] = [
    *[path(f"accounts/{address}", closed) for address in CLOSED],
    path("accounts/oidc/<str:provider_id>/login/", sign_on.leave),
    path("accounts/oidc/<str:provider_id>/login/callback/", sign_on.arrive),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("api/v1/docs", reference_page, name="api_reference"),
    path("api/<path:_rest>", nothing_here),
    *_room_pages(),
]
if find_spec("banyan.doors.web.urls"):
    urlpatterns.append(path("", include("banyan.doors.web.urls")))

handler400 = "banyan.doors.web.errors.bad_request"
handler403 = "banyan.doors.web.errors.not_allowed"
handler404 = "banyan.doors.web.errors.not_found"
handler500 = "banyan.doors.web.errors.unexpected"
