"""Pages of the shell: home, search, "About this module", and what a person sets for themselves."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banyan.doors.web import context, modules, neighbours
from banyan.platform.access.doors import needs, public
from banyan.platform.kernel.problems import Problem

YEAR = 365 * 24 * 3600
# Searches kept in the session, so that going back and reloading work although no search text stands in a URL.
KEPT_SEARCHES = 12
LONGEST_SEARCH = 200


@needs()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and the modules they may open."""
    waiting = neighbours.waiting(seen_by=request.viewer)
    return TemplateResponse(request, "web/home.html", {"waiting": waiting})


@needs()
def search(request: HttpRequest) -> HttpResponse:
    """Search in every room.

    People type names and telephone numbers here, which must not stand in URLs, histories and logs: the text is posted,
    kept in the session, and the address of the results carries only its number.
    """
    kept: dict[str, str] = request.session.get("searches", {})
    if request.method == "POST":
        text = request.POST.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
        if not text:
            return HttpResponseRedirect(reverse("web:search"))
        key = next((known for known, old in kept.items() if old == text), secrets.token_urlsafe(6))
        kept.pop(key, None)
        kept[key] = text
        request.session["searches"] = dict(list(kept.items())[-KEPT_SEARCHES:])
        return HttpResponseRedirect(f"{reverse('web:search')}?search={key}")
    text = kept.get(request.GET.get("search", ""), "")
    groups = neighbours.search(text, seen_by=request.viewer) if text else []
    found = sum(len(hits) for _kind, hits in groups)
    return TemplateResponse(request, "web/search.html", {"search_text": text, "groups": groups, "found": found})


@needs()
@require_safe
def module(request: HttpRequest, room: str) -> HttpResponse:
    """ "About this module": what it holds, who can see and change it, its procedure, its latest changes."""
    about = modules.about(room, seen_by=request.viewer)
    if about is None:
        raise Problem("not_found")
    return TemplateResponse(request, "web/module.html", {"about": about})


@needs()
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Where a person finds everything about their own account and sign-in."""
    return TemplateResponse(request, "web/me.html", {"held": modules.held(seen_by=request.viewer)})


@public("Help with keyboard and accessibility, also before signing in")
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keyboard shortcuts, and how pages behave for screen readers and on paper."""
    return TemplateResponse(request, "web/keys.html", {})


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else reverse("web:home")


@public("The language is chosen before signing in")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language of this device in a cookie, and with the account when somebody is signed in."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise Problem("field_invalid", message=_("This language is not offered. Choose one from the list."))
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    modules.keep_language(request, code)
    return response


@public("Light and dark are chosen before signing in")
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark in a cookie; "system" forgets it."""
    chosen = request.POST.get("theme", "")
    response: HttpResponse = HttpResponseRedirect(_back(request))
    if request.headers.get("X-Requested-With") == "fetch":
        response = HttpResponse(status=204)
    if chosen in context.THEMES:
        response.set_cookie(
            context.THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(context.THEME_COOKIE, samesite="Lax")
    return response
