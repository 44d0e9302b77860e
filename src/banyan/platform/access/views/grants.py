"""Pages of grants, roles, operations, and "who can do this?" in both directions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from banyan.platform.access import actions, queries
from banyan.platform.access.declarations import SIGNED_IN, declared
from banyan.platform.access.doors import needs
from banyan.platform.access.inputs import GrantInput, OperationInput, WhoInput, tell
from banyan.platform.access.models import Area
from banyan.platform.access.reads import log_read
from banyan.platform.access.views.framing import form_page, tabs
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem


def _role_label(row: Any) -> Any:
    role = declared().roles.get(row["role"])
    return role.label if role else row["role"]


GRANTS = Listing(
    key="grants",
    title=_("Grants"),
    columns=[
        Column("account__name", _("Person"), link="/access/accounts/{account_id}/"),
        Column("role", _("Role"), show=_role_label),
        Column("area__label", _("Area"), show=lambda row: row["area__label"] or _("everywhere")),
        Column("operation__name", _("Operation"), show=lambda row: row["operation__name"] or _("all"), wide_only=True),
        Column("valid_from", _("First day"), kind="date", wide_only=True),
        Column("valid_until", _("Last day"), kind="date"),
        Column("ended_at", _("Ended"), kind="datetime", wide_only=True),
    ],
    extra=["account_id"],
    filters=[
        Filter("q", _("Person"), where="account__name__icontains"),
        Filter(
            "role",
            _("Role"),
            kind="choice",
            where="role",
            choices=lambda: [(role.code, role.label) for role in declared().roles.values()],
        ),
        Filter("standing", _("Standing"), kind="yesno", where="ended_at__isnull"),
        Filter("area", _("Area (code)"), where="area__key__iexact"),
    ],
    sort="-valid_from",
    empty=_("No grants within your area."),
    empty_next=_("Choose an account and give it a role"),
    empty_url="/access/",
)

OPERATIONS = Listing(
    key="operations",
    title=_("Operations"),
    columns=[
        Column("name", _("Name"), link="/access/operations/{id}/"),
        Column("code", _("Code"), kind="code"),
        Column("country", _("Country"), kind="code"),
        Column("is_active", _("Active"), kind="yesno"),
    ],
    sort="name",
    empty=_("No operations yet."),
    empty_next=_("Add an operation"),
    empty_url="/access/operations/add/",
)


@require_GET
@needs("access.view_grant")
def grant_list(request: HttpRequest) -> HttpResponseBase:
    """Grants within reach."""
    viewer = request.viewer
    return respond(
        request,
        GRANTS,
        queries.grants(seen_by=viewer),
        "access/list.html",
        {"tabs": tabs(request), "heading": _t("Grants")},
        may_export=viewer.may("access.view_grant"),
        on_export=lambda ids: log_read(
            viewer, kind="export", subject="access.grant", ids=ids, purpose="administration"
        ),
    )


@require_http_methods(["GET", "POST"])
@needs("access.change_grant")
def give(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Give an account a role."""
    account = queries.account_by_id(account_id, seen_by=request.viewer)
    form = GrantInput(request.POST or None)
    back = reverse("access:account", args=[account.pk])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.give_role(
                account.pk,
                data["role"],
                by=request.viewer,
                operation_id=data["operation"].pk if data["operation"] else None,
                area_id=data["area_id"],
                clearance=data["clearance"],
                valid_from=data["valid_from"],
                valid_until=data["valid_until"],
                reason=data["reason"],
            )
        except Problem as problem:
            tell(form, problem)
        else:
            messages.success(request, _t("The role is given and counts from its first day."))
            return redirect(back)
    heading = _t("Give %(name)s a role") % {"name": account.name}
    return form_page(
        request, form, heading=heading, submit=_t("Give the role"), back=back, back_label=account.name, area=True
    )


@require_POST
@needs("access.change_grant")
def end(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """End a grant at once."""
    grant = actions.end_role(grant_id, by=request.viewer)
    messages.success(request, _t("The role is ended and counts no longer."))
    return redirect("access:account", grant.account_id)


@require_GET
@needs(SIGNED_IN)
def roles(request: HttpRequest) -> HttpResponse:
    """Roles as the code declares them, with what they allow and exclude."""
    known = declared()
    lines = [
        {
            "role": role,
            "permissions": [known.permissions[code] for code in dict.fromkeys(role.permissions)],
            "excludes": [
                known.roles[other].label
                for other in known.roles
                if other != role.code and frozenset((role.code, other)) in known.incompatible
            ],
            "holders": queries.holders_of_role(role.code, seen_by=request.viewer).count()
            if request.viewer.may("access.view_grant")
            else None,
        }
        for role in known.roles.values()
    ]
    return TemplateResponse(request, "access/roles.html", {"lines": lines, "tabs": tabs(request)})


@require_GET
@needs("access.view_grant")
def who(request: HttpRequest) -> HttpResponse:
    """Who may do this, in this operation and area?"""
    asked = "permission" in request.GET
    form = WhoInput(request.GET if asked else None)
    holders = None
    area = None
    if asked and form.is_valid():
        data = form.cleaned_data
        area = Area.objects.filter(pk=data["area_id"]).first() if data["area_id"] else None
        holders = queries.who_may(
            data["permission"],
            seen_by=request.viewer,
            operation_id=data["operation"].pk if data["operation"] else None,
            area_id=data["area_id"],
        )
    context = {"form": form, "holders": holders, "area": area, "tabs": tabs(request)}
    return TemplateResponse(request, "access/who.html", context)


@require_GET
@needs("access.view_grant")
def rights(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """What this account may do, through which role and where."""
    account = queries.account_by_id(account_id, seen_by=request.viewer)
    context = {
        "account": account,
        "rights": queries.what_may(account.pk, seen_by=request.viewer),
        "trail": [
            (_t("Accounts"), reverse("access:accounts")),
            (account.name, reverse("access:account", args=[account.pk])),
        ],
    }
    return TemplateResponse(request, "access/rights.html", context)


@require_GET
@needs(SIGNED_IN)
def pick_area(request: HttpRequest) -> JsonResponse:
    """Areas for the picker: {"results": [{"id", "label", "code", "path"}]}."""
    found = queries.areas_found(request.GET.get("q", "").replace("\x00", ""), seen_by=request.viewer)
    names = dict(
        Area.objects.filter(pk__in={part for area in found for part in area.lineage}).values_list("pk", "label")
    )
    results = [
        {
            "id": area.pk,
            "label": area.label,
            "code": area.key,
            "path": [names.get(part, "") for part in area.lineage[:-1]],
        }
        for area in found
    ]
    return JsonResponse({"results": results})


@require_GET
@needs(SIGNED_IN)
def operation_list(request: HttpRequest) -> HttpResponseBase:
    """Country operations."""
    action = None
    if request.viewer.may("access.change_operation"):
        action = {"label": _t("Add an operation"), "url": reverse("access:add_operation")}
    return respond(
        request,
        OPERATIONS,
        queries.operations(seen_by=request.viewer),
        "access/list.html",
        {"tabs": tabs(request), "heading": _t("Operations"), "action": action},
    )


@require_http_methods(["GET", "POST"])
@needs("access.change_operation")
def add_operation(request: HttpRequest) -> HttpResponse:
    """A new operation."""
    form = OperationInput(request.POST or None)
    form.fields.pop("is_active")
    back = reverse("access:operations")
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_operation(**form.cleaned_data, by=request.viewer)
        except Problem as problem:
            tell(form, problem)
        else:
            return redirect(back)
    return form_page(
        request, form, heading=_t("Add an operation"), submit=_t("Add"), back=back, back_label=_t("Operations")
    )


@require_http_methods(["GET", "POST"])
@needs("access.change_operation")
def operation(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Rename, close or reopen an operation."""
    found = queries.operations(seen_by=request.viewer).filter(pk=operation_id).first()
    if found is None:
        raise Problem("not_found")
    form = OperationInput(request.POST or None, initial={"name": found.name, "is_active": found.is_active})
    for name in ("code", "country"):
        form.fields.pop(name)
    back = reverse("access:operations")
    if request.method == "POST" and form.is_valid():
        actions.change_operation(found.pk, **form.cleaned_data, by=request.viewer)
        return redirect(back)
    return form_page(request, form, heading=found.name, submit=_t("Save"), back=back, back_label=_t("Operations"))
