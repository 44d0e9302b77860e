"""Tables of payments: plans with their lines and steps, the ledger, outcomes, holds."""

from banyan.aid.payments.models.ledger import Book, Entry, Hold, Outcome, Result
from banyan.aid.payments.models.plans import ApprovalBand, Basis, Kind, Line, Plan, PlanBudget, PlanStep

__all__ = [
    "ApprovalBand",
    "Basis",
    "Book",
    "Entry",
    "Hold",
    "Kind",
    "Line",
    "Outcome",
    "Plan",
    "PlanBudget",
    "PlanStep",
    "Result",
]
