"""Providers, templates and accounts of people, for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.aid.payments import actions, queries
from banyan.aid.payments.api import provider_shapes as shapes
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read

router = Router(tags=["payments"])
VIEW, MANAGE = "payments.view_provider", "payments.manage_provider"
VIEW_ACCOUNT, CHANGE_ACCOUNT = "payments.view_account", "payments.change_account"


@router.get(
    "/{uuid:operation_id}/providers", response=list[shapes.PaymentProviderOut], operation_id="payment_providers",
    summary="Providers",
)  # fmt: skip
@needs(VIEW)
def list_providers(request: HttpRequest, operation_id: UUID) -> Any:
    """The providers of an operation that are in use, by name."""
    return list(queries.providers(operation_id, seen_by=request.viewer))


@router.post(
    "/{uuid:operation_id}/providers", response={201: shapes.PaymentProviderOut}, operation_id="payment_provider_add",
    summary="Write down a provider",
)  # fmt: skip
@needs(MANAGE)
def add_provider(request: HttpRequest, operation_id: UUID, given: shapes.PaymentProviderIn) -> Any:
    """Who pays, how, at what price, within which limits."""
    return Status(201, actions.add_provider(operation_id, by=request.viewer, **given.dict()))


@router.get(
    "/providers/{uuid:provider_id}", response=shapes.PaymentProviderOut, operation_id="payment_provider",
    summary="One provider",
)  # fmt: skip
@needs(VIEW)
def get_provider(request: HttpRequest, provider_id: UUID) -> Any:
    """A provider, in use or not."""
    return queries.provider(provider_id, seen_by=request.viewer)


@router.put(
    "/providers/{uuid:provider_id}", response=shapes.PaymentProviderOut, operation_id="payment_provider_change",
    summary="Change a provider",
)  # fmt: skip
@needs(MANAGE)
def change_provider(request: HttpRequest, provider_id: UUID, given: shapes.PaymentProviderIn) -> Any:
    """All fields as they are to be; an empty account stays as it is."""
    return actions.change_provider(provider_id, by=request.viewer, **given.dict())


@router.post(
    "/providers/{uuid:provider_id}/retire", response=shapes.PaymentProviderOut, operation_id="payment_provider_retire",
    summary="Retire a provider",
)  # fmt: skip
@needs(MANAGE)
def retire_provider(request: HttpRequest, provider_id: UUID) -> Any:
    """It is offered no more; what it was sent and reported stays."""
    return actions.retire_provider(provider_id, by=request.viewer)


@router.get(
    "/{uuid:operation_id}/templates", response=list[shapes.PaymentTemplateOut], operation_id="payment_templates",
    summary="Templates of lists",
)  # fmt: skip
@needs(VIEW)
def list_templates(request: HttpRequest, operation_id: UUID) -> Any:
    """The templates of an operation, by name."""
    return list(queries.templates(operation_id, seen_by=request.viewer))


@router.post(
    "/{uuid:operation_id}/templates", response={201: shapes.PaymentTemplateOut}, operation_id="payment_template_add",
    summary="Write a template",
)  # fmt: skip
@needs(MANAGE)
def add_template(request: HttpRequest, operation_id: UUID, given: shapes.PaymentTemplateIn) -> Any:
    """Columns from a closed list of sources: a provider is sent no more than paying needs."""
    return Status(201, actions.add_template(operation_id, by=request.viewer, **given.dict()))


@router.put(
    "/templates/{uuid:template_id}", response=shapes.PaymentTemplateOut, operation_id="payment_template_change",
    summary="Change a template",
)  # fmt: skip
@needs(MANAGE)
def change_template(request: HttpRequest, template_id: UUID, given: shapes.PaymentTemplateIn) -> Any:
    """Other columns from the next file on."""
    return actions.change_template(template_id, by=request.viewer, **given.dict())


@router.get(
    "/people/{uuid:person_id}/accounts", response=list[shapes.PaymentAccountOut], operation_id="payment_accounts",
    summary="Accounts of a person",
)  # fmt: skip
@needs(VIEW_ACCOUNT)
def list_accounts(request: HttpRequest, person_id: UUID) -> Any:
    """Where somebody is and was paid; numbers show their end only."""
    found = list(queries.accounts_of([person_id], seen_by=request.viewer))
    log_read(request.viewer, kind="list", subject="payments.account", ids=[row.pk for row in found])
    return found


@router.post(
    "/people/{uuid:person_id}/accounts", response={201: shapes.PaymentAccountOut}, operation_id="payment_account_set",
    summary="Write down an account",
)  # fmt: skip
@needs(CHANGE_ACCOUNT)
def set_account(request: HttpRequest, person_id: UUID, given: shapes.PaymentAccountIn) -> Any:
    """Where somebody is paid from now on; what was there before ends."""
    return Status(201, actions.set_account(person_id, by=request.viewer, **given.dict()))


@router.post(
    "/accounts/{uuid:account_id}/end", response=shapes.PaymentAccountOut, operation_id="payment_account_end",
    summary="End an account",
)  # fmt: skip
@needs(CHANGE_ACCOUNT)
def end_account(request: HttpRequest, account_id: UUID) -> Any:
    """Nobody is paid there any more."""
    return actions.end_account(account_id, by=request.viewer)
