"""What may be done with forms."""

from banyan.people.forms.actions.binding import confirm_binding
from banyan.people.forms.actions.policies import change_policy

__all__ = ["change_policy", "confirm_binding"]
