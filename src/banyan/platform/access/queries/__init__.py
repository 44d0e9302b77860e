"""Reads of the access room."""

from banyan.platform.access.queries.accounts import (
    account_by_id,
    accounts,
    accounts_within,
    own_account,
    own_tokens,
    search,
    sessions,
    tokens_of,
)
from banyan.platform.access.queries.emergencies import breakglass_by_id, breakglasses, own_breakglasses, waiting
from banyan.platform.access.queries.grants import (
    Holder,
    Right,
    areas_found,
    grants,
    holders_of_role,
    operations,
    what_may,
    who_may,
)
from banyan.platform.access.queries.reading import Alert, alerts, chain_faults, chain_heads, reads, reads_of
from banyan.platform.access.queries.scopes import (
    WorkingArea,
    operation_scope,
    operation_scopes,
    operations_within,
    reference_scope,
    scopes_below,
    working_areas,
)

__all__ = [
    "Alert",
    "Holder",
    "Right",
    "WorkingArea",
    "account_by_id",
    "accounts",
    "accounts_within",
    "alerts",
    "areas_found",
    "breakglass_by_id",
    "breakglasses",
    "chain_faults",
    "chain_heads",
    "grants",
    "holders_of_role",
    "operation_scope",
    "operation_scopes",
    "operations",
    "operations_within",
    "own_account",
    "own_breakglasses",
    "own_tokens",
    "reads",
    "reads_of",
    "reference_scope",
    "scopes_below",
    "search",
    "sessions",
    "tokens_of",
    "waiting",
    "what_may",
    "who_may",
    "working_areas",
]
