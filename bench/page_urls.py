"""The project's addresses and the view that only authenticates."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from banyan.config import urls


def who(request: HttpRequest) -> HttpResponse:
    """Who is signed in: the least that any page does."""
    return JsonResponse({"email": request.user.email if request.user.is_authenticated else None})


urlpatterns = [path("bench/who", who), *urls.urlpatterns]
for _name in ("handler400", "handler403", "handler404", "handler500"):
    if hasattr(urls, _name):
        globals()[_name] = getattr(urls, _name)
