"""Pages of accounts: list, record, invitation, closing; setting a password with an invitation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from banyan.platform.access import actions, queries
from banyan.platform.access.declarations import declared
from banyan.platform.access.doors import needs, public
from banyan.platform.access.inputs import AccountInput, InviteInput, PasswordInput, tell
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import system_viewer
from banyan.platform.access.views.framing import form_page, tabs
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

ACCOUNTS = Listing(
    key="accounts",
    title=_("Accounts"),
    columns=[
        Column("name", _("Name"), link="/access/accounts/{id}/"),
        Column("email", _("E-mail address")),
        Column(
            "is_active",
            _("State"),
            kind="badge",
            choices={True: _("open"), False: _("closed")},
            tones={True: "good", False: "plain"},
        ),
        Column("last_login", _("Last sign-in"), kind="datetime", wide_only=True),
        Column("joined_at", _("Since"), kind="date", wide_only=True),
    ],
    filters=[
        Filter("q", _("Name"), where="name__icontains"),
        Filter("email", _("E-mail address"), where="email__icontains"),
        Filter("active", _("May sign in"), kind="yesno", where="is_active"),
    ],
    sort="name",
    empty=_("No accounts within your area."),
    empty_next=_("Invite somebody"),
    empty_url="/access/accounts/invite/",
)


@require_GET
@needs("access.view_account", purpose="administration")
def account_list(request: HttpRequest) -> HttpResponseBase:
    """Accounts within the viewer's reach."""
    viewer = request.viewer

    def log(kind: Any) -> Any:
        return lambda ids: log_read(viewer, kind=kind, subject="access.account", ids=ids, purpose="administration")

    return respond(
        request,
        ACCOUNTS,
        queries.accounts(seen_by=viewer),
        "access/accounts.html",
        {"tabs": tabs(request), "may_change": viewer.may("access.change_account")},
        may_export=viewer.may("access.change_account"),
        on_list=log("list"),
        on_export=log("export"),
    )


@require_http_methods(["GET", "POST"])
@needs("access.change_account")
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a person; the link is shown once."""
    form = InviteInput(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account, secret = actions.invite_account(
                form.cleaned_data["email"],
                form.cleaned_data["name"],
                language=form.cleaned_data["language"],
                by=request.viewer,
            )
        except Problem as problem:
            tell(form, problem)
        else:
            return _link_page(request, account.pk, account.name, secret)
    back = reverse("access:accounts")
    return form_page(
        request, form, heading=_t("Invite somebody"), submit=_t("Invite"), back=back, back_label=_t("Accounts")
    )


@require_GET
@needs("access.view_account", purpose="administration")
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One account with its roles, sessions and tokens."""
    viewer = request.viewer
    found = queries.account_by_id(account_id, seen_by=viewer)
    log_read(viewer, kind="open", subject="access.account", ids=[found.pk], purpose="administration")
    roles = declared().roles
    grants = []
    if viewer.may("access.view_grant"):
        for grant in queries.grants(seen_by=viewer).filter(account=found).order_by("ended_at", "-valid_from", "id"):
            grants.append((grant, roles[grant.role].label if grant.role in roles else grant.role))
    may_change = viewer.may("access.change_account")
    return TemplateResponse(
        request,
        "access/account.html",
        {
            "account": found,
            "grants": grants,
            "facts": [
                (_t("E-mail address"), found.email),
                (_t("State"), _t("open") if found.is_active else _t("closed")),
                (_t("Language"), found.language),
                (_t("Since"), found.joined_at.date()),
                (_t("Last sign-in"), found.last_login),
            ],
            "trail": [(_t("Accounts"), reverse("access:accounts"))],
            "may_change": may_change,
            "may_grant": viewer.may("access.change_grant"),
            "is_self": found.pk == viewer.id,
            "sessions": queries.sessions(found.pk, seen_by=viewer) if may_change else [],
            "tokens": queries.tokens_of(found.pk, seen_by=viewer).filter(revoked_at=None) if may_change else [],
        },
    )


@require_http_methods(["GET", "POST"])
@needs("access.change_account")
def change(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Change name and language."""
    found = queries.account_by_id(account_id, seen_by=request.viewer)
    form = AccountInput(request.POST or None, initial={"name": found.name, "language": found.language})
    back = reverse("access:account", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        actions.change_account(found.pk, **form.cleaned_data, by=request.viewer)
        messages.success(request, _t("The account is changed."))
        return redirect(back)
    return form_page(request, form, heading=found.name, submit=_t("Save"), back=back, back_label=found.name)


@require_POST
@needs("access.change_account")
def close(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Close the account."""
    actions.close_account(account_id, by=request.viewer)
    messages.success(request, _t("The account is closed: sessions and tokens ended at once."))
    return redirect("access:account", account_id)


@require_POST
@needs("access.change_account")
def reopen(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Open it again."""
    actions.reopen_account(account_id, by=request.viewer)
    messages.success(request, _t("The account is open again."))
    return redirect("access:account", account_id)


@require_POST
@needs("access.change_account")
def renew_link(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """A new link to set a password."""
    found = queries.account_by_id(account_id, seen_by=request.viewer)
    return _link_page(request, found.pk, found.name, actions.renew_invitation(found.pk, by=request.viewer))


@require_POST
@needs("access.change_account")
def end_session(request: HttpRequest, account_id: UUID, session_id: int) -> HttpResponse:
    """Sign somebody out of one session."""
    actions.revoke_session(session_id, by=request.viewer)
    messages.success(request, _t("Signed out there."))
    return redirect("access:account", account_id)


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
@public("An invited person has no password yet; the secret in the address proves the invitation")
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Set a password with an invitation's secret."""
    form = PasswordInput(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept_invitation(secret, form.cleaned_data["password"], by=system_viewer("invitation"))
        except Problem as problem:
            if problem.code == "access.invitation_spent":
                raise
            tell(form, problem)
        else:
            messages.success(request, _t("Your password is set. Sign in with it."))
            return redirect("account_login")
    status = 422 if form.is_bound and not form.is_valid() else 200
    response = TemplateResponse(request, "access/accept.html", {"form": form}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _link_page(request: HttpRequest, account_id: UUID, name: str, secret: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("access:accept", args=[secret]))
    context = {
        "link": link,
        "name": name,
        "account_id": account_id,
        "trail": [(_t("Accounts"), reverse("access:accounts"))],
    }
    return TemplateResponse(request, "access/link.html", context)
