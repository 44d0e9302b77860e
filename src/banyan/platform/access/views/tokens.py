"""Pages of one's own access tokens."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.platform.access import actions, queries
from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.doors import needs
from banyan.platform.access.inputs import TokenInput, tell
from banyan.platform.access.views.framing import tabs
from banyan.platform.kernel.problems import Problem


@require_http_methods(["GET", "POST"])
@needs(SIGNED_IN)
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, and a form for a new one, whose text is shown once."""
    form = TokenInput(request.POST or None, viewer=request.viewer)
    text = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            _token, text = actions.make_token(data["label"], data["permissions"], data["days"], by=request.viewer)
        except Problem as problem:
            tell(form, problem)
        else:
            form = TokenInput(viewer=request.viewer)
    context = {
        "form": form,
        "text": text,
        "tokens": queries.own_tokens(seen_by=request.viewer),
        "now": timezone.now(),
        "tabs": tabs(request),
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return TemplateResponse(request, "access/tokens.html", context, status=status)


@require_POST
@needs(SIGNED_IN)
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    token = actions.revoke_token(token_id, by=request.viewer)
    messages.success(request, _("The token is revoked."))
    if token.account_id == request.viewer.id:
        return redirect("access:tokens")
    return redirect("access:account", token.account_id)
