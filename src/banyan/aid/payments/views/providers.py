"""Providers of an operation: who pays out, by what, for which fee, in files of which columns."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from banyan.aid.payments import actions, queries
from banyan.aid.payments.inputs.providers import ProviderForm, TemplateForm, columns_text
from banyan.aid.payments.models import Mechanism, Provider
from banyan.aid.payments.models.providers import SOURCES
from banyan.aid.payments.rules.sources import standard_columns
from banyan.aid.payments.views.framing import CHANGE_PROVIDERS, PROVIDERS, at, frame, say_problems, trail
from banyan.aid.payments.views.stories import story
from banyan.aid.payments.views.wording import quantity
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, operations_here, problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.parties import queries as parties

_KEPT = (
    "name", "code", "mechanisms", "fee_fixed", "fee_percent", "least", "most", "debtor_name", "debtor_agent", "template_id",
    "recipient",
)  # fmt: skip


def listing(operation_id: UUID) -> Listing:
    """Providers, those in use first."""
    return Listing(
        key="providers",
        title=gettext_lazy("Providers"),
        columns=[
            Column("name", gettext_lazy("Name"), link=lambda row: reverse("payments:provider", args=[row["id"]])),
            Column("code", gettext_lazy("Code"), kind="code"),
            Column("mechanisms", gettext_lazy("How it pays"), sortable=False, show=lambda row: mechanism_words(row["mechanisms"])),
            Column("currencies", gettext_lazy("Currencies"), sortable=False, wide_only=True, show=lambda row: ", ".join(row["currencies"])),
        ],
        filters=[Filter("q", gettext_lazy("Name begins with"), where="name__istartswith", primary=True)],
        sort="name",
        empty=gettext_lazy("No provider yet"),
        empty_next=gettext_lazy("Add a provider"),
        empty_url=f"{reverse('payments:provider-new')}?operation={operation_id}",
    )  # fmt: skip


def mechanism_words(codes: list[str]) -> str:
    """Ways of paying in words."""
    labels = dict(Mechanism.choices)
    return ", ".join(str(labels.get(code, code)) for code in codes)


@require_GET
@needs(PROVIDERS)
def provider_list(request: HttpRequest) -> HttpResponseBase:
    """Providers of one operation, with the templates of their files below."""
    operation, operations = operations_here(request, PROVIDERS)
    if operation is None:
        raise Problem("not_found")
    viewer = request.viewer
    reason = why_not(viewer, CHANGE_PROVIDERS)
    context = {
        **frame(request, "providers", operation, operations),
        "templates": list(queries.templates(operation.pk, seen_by=viewer).order_by("name")),
        "why_not_change": reason,
        "new_url": at("payments:provider-new", operation.pk),
        "template_url": at("payments:template-new", operation.pk),
    }
    rows = queries.providers(operation.pk, seen_by=viewer)
    return respond(request, listing(operation.pk), rows, "payments/providers.html", context)


@require_GET
@needs(PROVIDERS)
def provider_page(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """One provider: what it takes and charges, what its files look like."""
    viewer = request.viewer
    provider = queries.provider(provider_id, seen_by=viewer)
    reason = why_not(viewer, CHANGE_PROVIDERS)
    context = {
        "provider": provider,
        "facts": _facts(provider),
        "actions": [
            {"label": _("Change"), "url": reverse("payments:provider-change", args=[provider.pk]), "reason": reason},
            {
                "label": _("Retire"), "url": reverse("payments:provider-retire", args=[provider.pk]), "reason": reason,
                "post": "yes", "confirm": _("Retire this provider? No new plan can be sent through it."),
            },
        ],
        "timeline": story(Provider, provider.pk, viewer),
        "trail": _trail(provider.operation_id),
    }  # fmt: skip
    return TemplateResponse(request, "payments/provider.html", context)


def _facts(provider: Provider) -> list[tuple[Any, Any]]:
    fees = [quantity(provider.fee_fixed, "")] if provider.fee_fixed else []
    fees += [quantity(provider.fee_percent, "%")] if provider.fee_percent else []
    return [
        (_("Code"), provider.code),
        (_("How it pays"), mechanism_words(provider.mechanisms)),
        (_("Currencies"), ", ".join(provider.currencies)),
        (_("Fee for a transfer"), " + ".join(fees)),
        (_("Smallest transfer"), quantity(provider.least, "") if provider.least else None),
        (_("Largest transfer"), quantity(provider.most, "") if provider.most else None),
        (_("Account is in the name of"), provider.debtor_name),
        (_("Account that is debited"), provider.debtor_hint),
        (_("BIC of its bank"), provider.debtor_agent),
        (
            _("Template of its files"),
            provider.template.name if provider.template else _("Columns as Banyan writes them"),
        ),
        (_("Files are encrypted"), _("yes, only the provider opens them") if provider.recipient else _("no")),
    ]


def _trail(operation_id: UUID) -> list[tuple[Any, str]]:
    return trail(operation_id, (gettext_lazy("Providers"), at("payments:providers", operation_id)))


@require_http_methods(["GET", "POST"])
@needs(CHANGE_PROVIDERS)
def provider_new(request: HttpRequest) -> HttpResponse:
    """Add a provider to the operation named in the address."""
    operation, _all = operations_here(request, CHANGE_PROVIDERS)
    if operation is None:
        raise Problem("not_found")
    return _provider_form(request, operation, None)


@require_http_methods(["GET", "POST"])
@needs(CHANGE_PROVIDERS)
def provider_change(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Change what is agreed with a provider; plans that were sent keep what they were sent with."""
    provider = queries.provider(provider_id, seen_by=request.viewer)
    return _provider_form(request, operation_of(provider.operation_id, request.viewer, CHANGE_PROVIDERS), provider)


def _provider_form(request: HttpRequest, operation: Any, provider: Provider | None) -> HttpResponse:
    viewer = request.viewer
    templates = [(each.pk, each.name) for each in queries.templates(operation.pk, seen_by=viewer).order_by("name")]
    form = ProviderForm(
        request.POST if request.method == "POST" else None, mechanisms=Mechanism.choices, templates=templates,
        initial=_initial(provider) if provider else {"currencies": ""},
    )  # fmt: skip
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid() and _organisation_known(form, viewer):
        given = dict(form.cleaned_data)
        try:
            if provider and not given["debtor_account"]:
                del given["debtor_account"]
            saved = (
                actions.change_provider(provider.pk, by=viewer, **given)
                if provider
                else actions.add_provider(operation.pk, by=viewer, **given)
            )
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("payments:provider", saved.pk)
    back = reverse("payments:provider", args=[provider.pk]) if provider else at("payments:providers", operation.pk)
    context = {
        "form": form, "problems": problems, "cancel_url": back, "trail": _trail(operation.pk),
        "heading": provider.name if provider else _("New provider"),
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/form.html", context, status=status)


def _initial(provider: Provider) -> dict[str, Any]:
    given: dict[str, Any] = {name: getattr(provider, name) for name in _KEPT}
    code = provider.organisation.code if provider.organisation else ""
    return {**given, "currencies": " ".join(provider.currencies), "organisation": code}


def _organisation_known(form: ProviderForm, viewer: Viewer) -> bool:
    """Puts the id of an organisation in the place of its code; a code that is not there is an error of the form."""
    code = form.cleaned_data.pop("organisation")
    found = parties.organisations(seen_by=viewer).filter(code=code).first() if code else None
    form.cleaned_data["organisation_id"] = found.pk if found else None
    if code and found is None:
        form.add_error("organisation", _("There is no organisation with this code."))
    return not form.errors


@require_POST
@needs(CHANGE_PROVIDERS)
def provider_retire(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Take a provider out of use."""
    provider = queries.provider(provider_id, seen_by=request.viewer)
    try:
        actions.retire_provider(provider.pk, by=request.viewer)
    except Problem as problem:
        say_problems(request, problem)
        return redirect("payments:provider", provider.pk)
    messages.success(request, _("Retired."))
    return redirect(at("payments:providers", provider.operation_id))


@require_http_methods(["GET", "POST"])
@needs(CHANGE_PROVIDERS)
def template_new(request: HttpRequest) -> HttpResponse:
    """Write a template: the columns of files in their order."""
    operation, _all = operations_here(request, CHANGE_PROVIDERS)
    if operation is None:
        raise Problem("not_found")
    return _template_form(request, operation, None)


@require_http_methods(["GET", "POST"])
@needs(CHANGE_PROVIDERS)
def template_change(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Change a template; files that were made keep their columns."""
    template = queries.template(template_id, seen_by=request.viewer)
    return _template_form(request, operation_of(template.operation_id, request.viewer, CHANGE_PROVIDERS), template)


def _template_form(request: HttpRequest, operation: Any, template: Any) -> HttpResponse:
    viewer = request.viewer
    columns = template.columns if template else standard_columns()
    form = TemplateForm(
        request.POST if request.method == "POST" else None,
        initial={"name": template.name if template else "", "columns": columns_text(columns)},
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            if template:
                actions.change_template(template.pk, by=viewer, **form.cleaned_data)
            else:
                actions.add_template(operation.pk, by=viewer, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect(at("payments:providers", operation.pk))
    context = {
        "form": form, "problems": problems, "cancel_url": at("payments:providers", operation.pk),
        "trail": _trail(operation.pk), "sources": list(SOURCES.items()),
        "heading": template.name if template else _("New template"),
        "lead": _("A provider reads only what a template names, and there is no source for more than paying needs."),
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/form.html", context, status=status)
