"""Reading payments."""

from banyan.aid.payments.queries.dashboards import Dashboard, Figure, dashboard
from banyan.aid.payments.queries.duties import turn_of
from banyan.aid.payments.queries.providers import (
    Unpayable,
    account_number,
    accounts_of,
    fee_of,
    plan_provider,
    provider,
    providers,
    template,
    templates,
    unpayable,
)

__all__ = [
    "Dashboard",
    "Figure",
    "Unpayable",
    "account_number",
    "accounts_of",
    "dashboard",
    "fee_of",
    "plan_provider",
    "provider",
    "providers",
    "template",
    "templates",
    "turn_of",
    "unpayable",
]
