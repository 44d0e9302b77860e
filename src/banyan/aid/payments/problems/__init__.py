"""What can be wrong with payments, with how to mend it. One file for each subject."""

from banyan.aid.payments.problems.deliveries import PROBLEMS as DELIVERIES
from banyan.aid.payments.problems.files import PROBLEMS as FILES
from banyan.aid.payments.problems.ledger import PROBLEMS as LEDGER
from banyan.aid.payments.problems.pages import PROBLEMS as PAGES
from banyan.aid.payments.problems.plans import PROBLEMS as PLANS
from banyan.aid.payments.problems.providers import PROBLEMS as PROVIDERS

PROBLEMS = {**PLANS, **LEDGER, **DELIVERIES, **PROVIDERS, **FILES, **PAGES}
