"""The photo of a person: shown, taken, changed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from banyan.people.registry import actions, photos, queries
from banyan.people.registry.inputs import PhotoForm
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem


@require_GET
@needs("registry.view_person")
def photo(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The photo itself, kept by nobody on the way; looking at it is an entry in the log of reads."""
    person = queries.person(person_id, seen_by=request.viewer)
    if not person.photo:
        raise Problem("not_found")
    try:
        content = vault.fetch(person.photo)
    except (FileNotFoundError, vault.Broken, ValueError):
        raise Problem("not_found") from None
    log_read(request.viewer, kind="open", subject="registry.person", ids=[person.pk], purpose="photo")
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response


@needs("registry.register_person")
def change_photo(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Send a photo, or take the present one away."""
    viewer = request.viewer
    person = queries.person(person_id, seen_by=viewer)
    back = reverse("registry:person", args=[person.pk])
    form = PhotoForm(request.POST, request.FILES) if request.method == "POST" else PhotoForm()
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            if "remove" in request.POST:
                actions.remove_photo(person.pk, by=viewer)
                messages.success(request, _("The photo was taken away."))
                return redirect(back)
            if form.is_valid():
                sent = form.cleaned_data["photo"]
                if sent.size > photos.LARGEST_FILE:
                    raise Problem("registry.photo_too_large", limit=photos.LARGEST_FILE // 1_000_000)
                actions.set_photo(person.pk, sent.read(), by=viewer)
                messages.success(request, _("The photo was saved."))
                return redirect(back)
        except Problem as problem:
            if problem.status not in (422, 413):
                raise
            problems = list(problem.errors or [problem])
    context = {
        "form": form,
        "problems": problems,
        "person": person,
        "cancel_url": back,
        "photo_url": reverse("registry:photo", args=[person.pk]) if person.photo else "",
        "trail": [(_("People"), reverse("registry:people")), (person.reference, back)],
    }
    return TemplateResponse(request, "registry/photo.html", context, status=422 if form.errors or problems else 200)
