"""The ledger entry by entry: of a plan, a programme or a budget line."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from banyan.aid.payments.models import Book, Entry
from banyan.aid.payments.queries.plans import VIEW_LINE
from banyan.platform.access.viewers import Viewer, within


@dataclass(frozen=True)
class Balance:
    """What entries of one currency come to: by account, how many they are, and all together, which is nothing."""

    currency: str
    entries: int
    books: dict[str, Decimal]

    @property
    def whole(self) -> Decimal:
        """All accounts together."""
        return sum(self.books.values(), Decimal(0))


def ledger_entries(operation_id: UUID, *, seen_by: Viewer, **about: Any) -> QuerySet[Entry]:
    """Entries of an operation within reach, the newest first; about: `plan`, `programme` or `budget_line`, by id."""
    seen_by.require(VIEW_LINE)
    wanted = {name: value for name, value in about.items() if value}
    rows = Entry.objects.filter(within(seen_by.reach(VIEW_LINE)), operation=operation_id, **wanted)
    return rows.order_by("-at", "-pk")


def balances(entries: QuerySet[Entry], *, seen_by: Viewer) -> list[Balance]:
    """What these entries come to, by currency. One statement, however many there are."""
    seen_by.require(VIEW_LINE)
    found: dict[str, Balance] = {}
    sums = entries.order_by().values_list("currency", "account").annotate(Count("pk"), Sum("amount"))
    for currency, account, count, amount in sums.order_by("currency"):
        before = found.get(currency, Balance(currency, 0, dict.fromkeys(Book.values, Decimal(0))))
        found[currency] = Balance(currency, before.entries + count, before.books | {account: amount})
    return list(found.values())
