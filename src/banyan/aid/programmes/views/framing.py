"""What the pages of programmes share: the tabs of a programme, the trail above, forms that save."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.aid.programmes import queries
from banyan.aid.programmes.policy import MODULE
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import queries as jobs
from banyan.platform.kernel.listing import Listing, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

Text = str | Promise
# Sets of forms under a form, by name.
Lines = Mapping[str, Any]

VIEW, DESIGN, APPROVE = "programmes.view_programme", "programmes.change_programme", "programmes.approve_programme"
VIEW_TARGETING, TARGET = "programmes.view_targeting", "programmes.change_targeting"
APPROVE_TARGETING = "programmes.approve_targeting"
VIEW_ENROLMENT, ENROL = "programmes.view_enrolment", "programmes.change_enrolment"
DECIDE_APPEAL = "programmes.decide_appeal"
VIEW_ENTITLEMENT, ENTITLE = "programmes.view_entitlement", "programmes.change_entitlement"
APPROVE_ENTITLEMENT = "programmes.approve_entitlement"
SEE_PLACES = "places.view_place"

ABOUT = {
    "module": MODULE,
    "restriction_label": gettext_lazy("Restricted"),
    "restriction_text": gettext_lazy("Who is targeted, enrolled or entitled is for those who may see the records."),
    "tone": "bad",
}
# How a state is coloured, whatever it is the state of. The word says it, the colour only repeats it.
TONES = {
    "draft": "plain", "active": "good", "suspended": "warn", "closed": "plain", "open": "info", "approved": "good",
    "retired": "plain", "proposed": "warn", "waiting": "info", "enrolled": "good", "graduated": "plain", "exited": "plain",
    "upheld": "good", "refused": "plain", "simulated": "info", "amended": "plain",
}  # fmt: skip


def tabs(viewer: Viewer, programme: Any, here: str) -> list[dict[str, Any]]:
    """The pages of one programme that this viewer may open."""
    told: Sequence[tuple[str, Text, str]] = (
        ("programme", gettext_lazy("Programme"), VIEW),
        ("targetings", gettext_lazy("Targeting"), VIEW_TARGETING),
        ("enrolments", gettext_lazy("Enrolment"), VIEW_ENROLMENT),
        ("appeals", gettext_lazy("Appeals"), VIEW_ENROLMENT),
        ("entitlements", gettext_lazy("Entitlements"), VIEW_ENTITLEMENT),
    )
    return [
        {"label": label, "url": reverse(f"programmes:{name}", args=[programme.pk]), "current": name == here}
        for name, label, right in told
        if viewer.may(right)
    ]


def trail(programme: Any = None, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Where a page below the list of programmes lies."""
    way: list[tuple[Any, str]] = [(gettext_lazy("Programmes"), reverse("programmes:list"))]
    if programme is not None:
        way.append((programme.name, reverse("programmes:programme", args=[programme.pk])))
    return [*way, *more]


def list_of(
    request: HttpRequest, programme: Any, here: str, found: Listing, rows: Any, *, lead: Text, right: str
) -> HttpResponseBase:  # fmt: skip
    """One of the lists in the tabs of a programme, with the step that an empty list offers too. right: what it takes."""
    context = {
        "programme": programme,
        "tabs": tabs(request.viewer, programme, here),
        "trail": trail(),
        "lead": lead,
        "action": {
            "label": found.empty_next,
            "url": found.empty_url,
            "reason": why_not_there(request.viewer, right, programme),
        },
    }
    return respond(request, found, rows, "programmes/list_of.html", context)


def why_not_there(viewer: Viewer, permission: str, programme: Any) -> Text:
    """The same for what is done to a whole programme: also where it works beyond the viewer's reach."""
    if (refused := why_not(viewer, permission)) or programme.scope_id in viewer.reach(permission):
        return refused
    return _("The programme works in places that your role does not reach.")


def own(viewer: Viewer, account_id: UUID | None) -> Text:
    """Why a second person is needed: the viewer is the first. Empty for anybody else."""
    return _("You wrote or asked for it: somebody else decides.") if account_id and account_id == viewer.id else ""


def written(
    request: HttpRequest,
    form: Form,
    save: Callable[[dict[str, Any]], str],
    *,
    heading: Text,
    way: Sequence[tuple[Any, str]],
    said: Text,
    lines: Lines | None = None,
    also: bool = True,
    template: str = "programmes/form.html",
    **context: Any,
) -> HttpResponse:
    """A page with a form: `save` gets what was given and says where to go on; a Problem is shown, all errors at once.

    lines: sets of forms under the form, by name; what they were given is for `save` to read. also: whether what stands beside
    the form, as a place, was given.
    """
    problems: list[Problem] = []
    sent = request.method == "POST"
    # Each is asked, not only the first that fails: all errors are told at once.
    sound = sent and all([each.is_valid() for each in (form, *(lines or {}).values())]) and also  # noqa: C419
    if sound:
        try:
            address = save(form.cleaned_data)
        except Problem as problem:
            sound = False
            problems = [each for each in problems_of(problem) if not _placed(each, form, lines or {})]
        else:
            messages.success(request, str(said))
            return redirect(address)
    faulty = sent and not sound
    told = {
        "form": form, "lines": lines or {}, "problems": problems, "heading": heading, "trail": way, "cancel_url": way[-1][1],
        "faulty": faulty, **context,
    }  # fmt: skip
    return TemplateResponse(request, template, told, status=422 if faulty else 200)


def _placed(problem: Problem, form: Form, lines: Lines) -> bool:
    """Whether a Problem found its field: of the form, or of the n-th filled line ("rules.0", "items.1.formula")."""
    name, number, field = [*((problem.at and problem.at.field) or "").split("."), "", ""][:3]
    words = f"{problem.detail} {problem.mend}"
    if name in form.fields and not number:
        form.add_error(name, words)
        return True
    if name not in lines or not number.isdecimal():
        return False
    filled = [each for each in lines[name] if any(each.cleaned_data.values())]
    if int(number) >= len(filled):
        return False
    line = filled[int(number)]
    line.add_error(field if field in line.fields else lines[name].told_at, words)
    return True


def lines_of(
    kind: Callable[..., Any], data: Any, prefix: str, heading: Text, hint: Text, told_at: str, initial: Sequence[Any] = ()
) -> Any:  # fmt: skip
    """Lines under a form with their heading; `told_at` is the field at which what is wrong with a line is told."""
    found: Any = kind(data, initial=list(initial), prefix=prefix)
    found.heading, found.hint, found.told_at = heading, hint, told_at
    return found


def done(
    request: HttpRequest, act: Callable[[], object], said: Text, address: str, again: Callable[..., HttpResponse]
) -> HttpResponse:
    """Answer a button: do it and go on, or show the page again with what is wrong."""
    try:
        act()
    except Problem as problem:
        return again(problems_of(problem))
    messages.success(request, str(said))
    return redirect(address)


def picker(request: HttpRequest, error: Text = "") -> dict[str, Any]:
    """What the place picker of a form needs."""
    return {
        "picker_url": reverse("places:pick") if request.viewer.may(SEE_PLACES) else "",
        "place_id": request.POST.get("place", ""),
        "place_text": request.POST.get("place_text", ""),
        "place_error": error,
    }


def place_chosen(request: HttpRequest) -> Any:
    """The place that the picker sent, or None."""
    return places.chosen(request.POST.get("place", ""), request.POST.get("place_text", ""), seen_by=request.viewer)


def trimmed(number: Decimal | None) -> Decimal | None:
    """A stored number without the noughts that only its column has."""
    return None if number is None else Decimal(format(number.normalize(), "f"))


def plain(number: Decimal | None) -> str | None:
    """The same, as the reader writes numbers."""
    found = trimmed(number)
    return None if found is None else str(number_format(found))


def place_names(ids: Sequence[UUID | None], viewer: Viewer) -> dict[UUID | None, str]:
    """Names of places by their ids, as far as the viewer may see them."""
    known = {each for each in ids if each}
    if not known or not viewer.may(SEE_PLACES):
        return {}
    rows = places.places(seen_by=viewer).filter(pk__in=known)
    return {row.pk: row.name for row in rows.only("pk", "name")}


def progress(job_id: Any, viewer: Viewer) -> dict[str, Any] | None:
    """A job as the progress component shows it, while it goes on and when it failed; None otherwise, or when it is somebody else's."""
    if not job_id:
        return None
    try:
        shown: dict[str, Any] = jobs.progress_of(jobs.job(job_id, seen_by=viewer))
    except Problem:
        return None
    return shown if shown["is_running"] or shown["state"] == "failed" else None


def programme_of(programme_id: UUID, viewer: Viewer) -> Any:
    """A programme within reach. Raises Problem not_found."""
    return queries.programme(programme_id, seen_by=viewer)
