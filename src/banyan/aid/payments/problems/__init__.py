"""What can be wrong with payments, with how to mend it. One file for each subject."""

from banyan.aid.payments.problems.deliveries import PROBLEMS as DELIVERIES
from banyan.aid.payments.problems.ledger import PROBLEMS as LEDGER
from banyan.aid.payments.problems.plans import PROBLEMS as PLANS

PROBLEMS = {**PLANS, **LEDGER, **DELIVERIES}
