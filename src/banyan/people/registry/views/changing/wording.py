"""Words for kinds of changes, and what pages say about requests."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KIND_LABELS: dict[str, str | Promise] = {
    "correct_identity": _("Correct what is written about the person"),
    "correct_household": _("Correct what is written about the household"),
    "add_member": _("Add a member"),
    "remove_member": _("Take out of the household"),
    "transfer_member": _("Move to another household"),
    "change_head": _("Change the head"),
    "split_household": _("Split the household"),
    "merge_households": _("Merge another household into this one"),
    "close": _("Close or set aside"),
    "reactivate": _("Reactivate"),
    "change_document": _("Documents"),
    "change_phone": _("Telephones"),
    "change_need": _("Specific needs"),
    "change_notice": _("Notices and consent"),
    "update": _("Update from a later submission"),
}
KIND_HINTS: dict[str, str | Promise] = {
    "correct_identity": _(
        "Names, sex, date of birth, origin, address and more: what was written wrongly, or has changed."
    ),
    "correct_household": _("Place, address, telephone, group and more."),
    "add_member": _("Somebody who is registered without a household, or who is not registered yet."),
    "remove_member": _("The person stays registered, and belongs to no household then."),
    "transfer_member": _("The person leaves this household and joins another one."),
    "change_head": _("Another member heads the household; relationships can be told anew."),
    "split_household": _("Some members leave and form a household of their own."),
    "merge_households": _("Everybody in the other household moves into this one, and the other one is closed."),
    "close": _("Somebody died, left, or was registered twice. Nothing is deleted."),
    "reactivate": _("What was closed or set aside is open again."),
    "change_document": _("Add a document, correct one, or say that it is no longer in use."),
    "change_phone": _("Add a telephone number, correct one, or take one out."),
    "change_need": _("Add a specific need, correct one, or say that it is over."),
    "change_notice": _("What was explained, what people agreed to, and what they withdrew."),
}
PERSON_KINDS = (
    "correct_identity", "change_document", "change_phone", "change_need", "change_notice", "transfer_member", "remove_member",
    "close", "reactivate",
)  # fmt: skip
HOUSEHOLD_KINDS = (
    "correct_household", "add_member", "change_head", "split_household", "merge_households", "change_notice", "close",
    "reactivate",
)  # fmt: skip
DRIFT_LABELS: dict[str, str | Promise] = {
    "moved": _("changed meanwhile"),
    "gone": _("no longer there"),
    "wider": _("would change now too"),
    "done": _("already so"),
}
EVERYBODY: str | Promise = _("whoever holds the permission")
