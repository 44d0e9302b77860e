"""What a provider does not pay is not submitted: transfers below its smallest, and above its largest."""

from decimal import Decimal

from banyan.aid.payments import queries
from banyan.aid.payments.models import Plan, Provider
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.kernel.problems import Problem, raise_all


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
