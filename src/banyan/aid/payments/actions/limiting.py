"""What a provider does not pay: not assigned by a way or in a currency it has not; not submitted below its smallest transfer, or above its
largest."""

from decimal import Decimal
from uuid import UUID

from banyan.aid.payments import queries
from banyan.aid.payments.models import Mechanism, Plan, Provider
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.kernel.problems import Location, Problem, raise_all


def require_fit(plan: Plan, provider_id: UUID, mechanism: str) -> None:
    """Raises Problem not_found for a provider of another operation, payments.provider_retired, provider_unfit."""
    where = Location(field="provider")
    provider = Provider.objects.filter(pk=provider_id, operation=plan.operation_id).first()
    if provider is None:
        raise Problem("not_found", at=where)
    if provider.retired_at is not None:
        raise Problem("payments.provider_retired", at=where)
    if mechanism not in provider.mechanisms or (plan.is_money and plan.currency not in provider.currencies):
        label = dict(Mechanism.choices).get(mechanism, mechanism)
        said = {"provider": provider.name, "mechanism": str(label), "currency": plan.currency or "–"}
        raise Problem("payments.provider_unfit", at=where, **said)


def require_limits(plan: Plan) -> None:
    """Raises Problem payments.lines_below, lines_above, with how many lines there are of each. Two statements.

    As the system: every line counts, whoever prepares the plan sees which of them.
    """
    if plan.provider is None or not plan.is_money:
        return
    with viewing(system_viewer("payments")) as system:
        provider = Provider.objects.filter(pk=plan.provider).first()
        if provider is None or (provider.least is None and provider.most is None):
            return
        small, large = queries.outside(plan, provider, seen_by=system)
    said = {"provider": provider.name, "currency": plan.currency}
    raise_all(
        [
            Problem(f"payments.{code}", count=count, limit=_plain(limit), **said)
            for code, count, limit in (("lines_below", small, provider.least), ("lines_above", large, provider.most))
            if count
        ]
    )


def _plain(limit: Decimal | None) -> str:
    return f"{(limit or Decimal(0)).normalize():f}"
