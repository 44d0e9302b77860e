"""Providers, templates and accounts of people: written here, and nowhere shown in full again."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyrage
from django.db import IntegrityError, transaction
from django.utils import timezone

from banyan.aid.payments import numbers, queries
from banyan.aid.payments.models import Account, Mechanism, Provider, Template
from banyan.aid.payments.rules import sources
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.money import decimals_of
from banyan.platform.kernel.problems import Location, Problem, raise_all

MANAGE, CHANGE_ACCOUNT = "payments.manage_provider", "payments.change_account"
_FIELDS = (
    "organisation_id", "code", "name", "mechanisms", "currencies", "fee_fixed", "fee_percent", "least", "most", "debtor_name",
    "debtor_agent", "template_id", "recipient",
)  # fmt: skip


@action(MANAGE)
def add_provider(operation_id: UUID, *, by: Viewer, **fields: Any) -> Provider:
    """Write down a provider of an operation. fields: those of Provider, and debtor_account, which is locked at once.

    Raises every Problem of the fields at once; provider_taken for a code in use.
    """
    row = Provider(operation_id=operation_id, scope_id=operation_scope(operation_id, seen_by=by))
    return _write(row, fields, by)


@action(MANAGE)
def change_provider(provider_id: UUID, *, by: Viewer, **fields: Any) -> Provider:
    """Change what is named of a provider; an empty debtor_account keeps the one there is. Raises as `add_provider` does."""
    return _write(_provider(provider_id, by), fields, by)


@action(MANAGE)
def retire_provider(provider_id: UUID, *, by: Viewer) -> Provider:
    """It is offered no more; what it was sent and reported stays. Raises Problem not_found, payments.provider_retired."""
    row = _provider(provider_id, by)
    if row.retired_at is not None:
        raise Problem("payments.provider_retired")
    row.retired_at, row.changed_by_label = timezone.now(), str(by.label)[:200]
    row.save()
    return row


def _provider(provider_id: UUID, by: Viewer) -> Provider:
    queries.provider(provider_id, seen_by=by)
    return Provider.objects.select_for_update().get(pk=provider_id)


def _write(row: Provider, fields: Mapping[str, Any], by: Viewer) -> Provider:
    for name in _FIELDS:
        if name in fields:
            setattr(row, name, fields[name])
    account = str(fields.get("debtor_account") or "").strip()
    _check(row, account)
    if account:
        row.debtor_account = numbers.lock(account, of=row.pk)
        row.debtor_hint = numbers.hint_of(account)
    if row.template_id is not None:
        queries.template(row.template_id, seen_by=by)
    row.changed_by_label = str(by.label)[:200]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "payments_provider_code" not in str(error):
            raise
        raise Problem("payments.provider_taken", code=row.code, at=Location(field="code")) from None
    return row


def _check(row: Provider, account: str) -> None:
    found = []
    known = ", ".join(Mechanism.values)
    for mechanism in row.mechanisms or [""]:
        if mechanism not in Mechanism.values:
            at = Location(field="mechanisms")
            found.append(Problem("payments.mechanism_unknown", mechanism=mechanism, known=known, at=at))
    for currency in row.currencies or [""]:
        try:
            decimals_of(currency)
        except Problem as problem:
            found.append(problem)
    for name, most in (("fee_fixed", None), ("fee_percent", Decimal(100))):
        fee = getattr(row, name)
        if fee < 0 or (most is not None and fee > most):
            found.append(Problem("payments.fee_odd", fee=fee, at=Location(field=name)))
    if row.least is not None and row.most is not None and row.least > row.most:
        found.append(Problem("payments.provider_limits", at=Location(field="least")))
    if account and not numbers.fits(account):
        found.append(Problem("payments.account_unreadable", number=account, at=Location(field="debtor_account")))
    if row.recipient:
        try:
            pyrage.x25519.Recipient.from_str(row.recipient.strip())
        except pyrage.RecipientError:
            found.append(Problem("payments.recipient_unreadable", at=Location(field="recipient")))
    raise_all(found)


@action(MANAGE)
def add_template(operation_id: UUID, *, by: Viewer, name: str, columns: Sequence[Mapping[str, str]]) -> Template:
    """Columns of a provider's list: [{header, source}]. Raises every Problem of the columns at once, payments.template_taken."""
    row = Template(operation_id=operation_id, scope_id=operation_scope(operation_id, seen_by=by))
    return _write_template(row, name, columns, by)


@action(MANAGE)
def change_template(template_id: UUID, *, by: Viewer, name: str, columns: Sequence[Mapping[str, str]]) -> Template:
    """Other columns from the next file on. Raises Problem not_found, and as `add_template` does."""
    queries.template(template_id, seen_by=by)
    return _write_template(Template.objects.select_for_update().get(pk=template_id), name, columns, by)


def _write_template(row: Template, name: str, columns: Sequence[Mapping[str, str]], by: Viewer) -> Template:
    given = [
        {"header": str(column.get("header", "")).strip()[:120], "source": str(column.get("source", ""))}
        for column in columns
    ]
    raise_all(sources.faults(given))
    row.name, row.columns, row.changed_by_label = name.strip()[:120], given, str(by.label)[:200]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "payments_template_name" not in str(error):
            raise
        raise Problem("payments.template_taken", name=row.name, at=Location(field="name")) from None
    return row


@action(CHANGE_ACCOUNT)
def set_account(person_id: UUID, *, by: Viewer, mechanism: str, number: str, holder: str = "") -> Account:
    """Where somebody is paid by a mechanism from now on; what was there before ends. The same number again changes nothing.

    Of a registration that was merged it is written of the one that stands for it. Raises Problem not_found,
    payments.mechanism_unknown, payments.account_unreadable.
    """
    person_id = registry.resolved([person_id], seen_by=by).get(person_id, person_id)
    person = registry.person(person_id, seen_by=by)
    if mechanism not in Mechanism.values:
        known = ", ".join(Mechanism.values)
        raise Problem("payments.mechanism_unknown", mechanism=mechanism, known=known, at=Location(field="mechanism"))
    number, holder = number.strip(), holder.strip()[:140]
    if not numbers.fits(number):
        raise Problem("payments.account_unreadable", number=number[:40], at=Location(field="number"))
    hashed = numbers.hashes([number])[number]
    before = Account.objects.select_for_update().filter(person=person_id, mechanism=mechanism, ended_at=None).first()
    if before is not None:
        if before.hash == hashed and before.holder == holder:
            return before
        before.ended_at = timezone.now()
        before.save(update_fields=["ended_at"])
    key = new_id()
    return Account.objects.create(
        pk=key, operation_id=person.operation_id, scope_id=person.scope_id, person_id=person_id, mechanism=mechanism,
        number=numbers.lock(number, of=key), hash=hashed, hint=numbers.hint_of(number), holder=holder,
        set_by=by.id, set_by_label=str(by.label)[:200],
    )  # fmt: skip


@action(CHANGE_ACCOUNT)
def end_account(account_id: UUID, *, by: Viewer) -> Account:
    """Nobody is paid there any more. Raises Problem not_found."""
    row = Account.objects.select_for_update().filter(pk=account_id, ended_at=None).first()
    if row is None:
        raise Problem("not_found")
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    return row
