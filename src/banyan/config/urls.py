"""Root addresses: the shell, sign-in, and every room that has pages."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from banyan.config.api import api, nothing_here, reference_page


def _room_pages() -> list[URLPattern | URLResolver]:
    rooms = [config for config in apps.get_app_configs() if config.name.startswith("banyan.") and config.label != "web"]
    return [path(f"{room.label}/", include(f"{room.name}.urls")) for room in rooms if find_spec(f"{room.name}.urls")]


urlpatterns: list[URLPattern | URLResolver] = [
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
