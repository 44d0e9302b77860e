"""What can be wrong with programmes, targeting, enrolment and entitlements, with how to mend it. One file for each subject."""

from banyan.aid.programmes.problems.enrolments import PROBLEMS as ENROLMENTS
from banyan.aid.programmes.problems.entitlements import PROBLEMS as ENTITLEMENTS
from banyan.aid.programmes.problems.programmes import PROBLEMS as PROGRAMMES
from banyan.aid.programmes.problems.targeting import PROBLEMS as TARGETING

PROBLEMS = {**PROGRAMMES, **ENROLMENTS, **TARGETING, **ENTITLEMENTS}
