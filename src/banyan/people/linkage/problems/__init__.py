"""What can be wrong with suspected duplicates, models and screening, with how to mend it. One file for each subject."""

from banyan.people.linkage.problems.cases import PROBLEMS as CASES
from banyan.people.linkage.problems.models import PROBLEMS as MODELS
from banyan.people.linkage.problems.screening import PROBLEMS as SCREENING

PROBLEMS = {**CASES, **MODELS, **SCREENING}
