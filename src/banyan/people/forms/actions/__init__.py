"""Everything that writes forms: uploads, mends, publishing, what questions feed, what may be asked."""

from banyan.people.forms.actions.binding import confirm_binding
from banyan.people.forms.actions.mending import accept_mends
from banyan.people.forms.actions.policies import change_policy
from banyan.people.forms.actions.publishing import publish_version, retire_version
from banyan.people.forms.actions.uploading import add_version, change_form, convert_version, upload_form

__all__ = [
    "accept_mends",
    "add_version",
    "change_form",
    "change_policy",
    "confirm_binding",
    "convert_version",
    "publish_version",
    "retire_version",
    "upload_form",
]
