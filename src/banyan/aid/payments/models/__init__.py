"""Tables of payments: plans with their lines and steps, the ledger, outcomes, holds."""

from banyan.aid.payments.models.distributions import (
    Distribution,
    DistributionLine,
    Handout,
    HandoutItem,
    Site,
    StockEntry,
    StockLevel,
)
from banyan.aid.payments.models.files import (
    COUNTED,
    Format,
    Layout,
    PaymentFile,
    StatementFile,
    StatementRow,
    Verdict,
)
from banyan.aid.payments.models.ledger import Book, Entry, Hold, Outcome, Result
from banyan.aid.payments.models.plans import ApprovalBand, Basis, Kind, Line, Plan, PlanBudget, PlanStep
from banyan.aid.payments.models.providers import BY_ACCOUNT, Account, Mechanism, Provider, Template
from banyan.aid.payments.models.verification import Verification, VerificationItem

__all__ = [
    "BY_ACCOUNT",
    "COUNTED",
    "Account",
    "ApprovalBand",
    "Basis",
    "Book",
    "Distribution",
    "DistributionLine",
    "Entry",
    "Format",
    "Handout",
    "HandoutItem",
    "Hold",
    "Kind",
    "Layout",
    "Line",
    "Mechanism",
    "Outcome",
    "PaymentFile",
    "Plan",
    "PlanBudget",
    "PlanStep",
    "Provider",
    "Result",
    "Site",
    "StatementFile",
    "StatementRow",
    "StockEntry",
    "StockLevel",
    "Template",
    "Verdict",
    "Verification",
    "VerificationItem",
]
