"""Search before registering: one page, whatever is known about somebody, and why each answer fits."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from banyan.platform.access.doors import needs


@needs("registry.view_person")
def search(request: HttpRequest) -> HttpResponse:
    """The search page."""
    return TemplateResponse(request, "registry/search.html", {})
