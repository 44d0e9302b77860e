"""Reading payments."""

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
    "Unpayable",
    "account_number",
    "accounts_of",
    "fee_of",
    "plan_provider",
    "provider",
    "providers",
    "template",
    "templates",
    "unpayable",
]
