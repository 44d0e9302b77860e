"""Reading payments."""

from banyan.aid.payments.queries.dashboards import Dashboard, Figure, dashboard
from banyan.aid.payments.queries.duties import turn_of
from banyan.aid.payments.queries.files import (
    MAKE_FILE,
    VIEW_PLAN,
    collector_accounts,
    payment_file,
    payment_files,
)
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
from banyan.aid.payments.queries.statements import (
    doubtful_rows,
    row_candidates,
    statement,
    statement_counts,
    statement_row,
    statement_rows,
    statements,
    suggested_mapping,
)

__all__ = [
    "MAKE_FILE",
    "VIEW_PLAN",
    "Dashboard",
    "Figure",
    "Unpayable",
    "account_number",
    "accounts_of",
    "collector_accounts",
    "dashboard",
    "doubtful_rows",
    "fee_of",
    "payment_file",
    "payment_files",
    "plan_provider",
    "provider",
    "providers",
    "row_candidates",
    "statement",
    "statement_counts",
    "statement_row",
    "statement_rows",
    "statements",
    "suggested_mapping",
    "template",
    "templates",
    "turn_of",
    "unpayable",
]
