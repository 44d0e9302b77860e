"""The problems of the forms room: what can be wrong with a request or a file, and inside a form."""

from banyan.people.forms.problems.binding import BINDING
from banyan.people.forms.problems.faults import FAULTS
from banyan.people.forms.problems.requests import REQUESTS

PROBLEMS = REQUESTS | FAULTS | BINDING

__all__ = ["PROBLEMS"]
