"""Who may do what with submissions, and how the room presents itself."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission

PERMISSIONS = [
    Permission("collection.view_batch", _("See submissions on their way in"), personal=True),
    Permission(
        "collection.view_sensitive", _("See what is masked in submissions: full numbers, health, needs"), personal=True
    ),
    Permission("collection.submit_batch", _("Upload submissions, fill forms, correct values"), kind="import"),
    Permission("collection.review_batch", _("Accept and reject submissions"), kind="approve"),
    Permission("collection.undo_batch", _("Undo an accepted batch"), kind="approve"),
    Permission("collection.change_source", _("Keep sources of submissions and their mappings"), kind="change"),
    Permission("collection.change_rules", _("Decide what an operation asks of reviews"), kind="administer"),
]

_CLERK = ["collection.view_batch", "collection.submit_batch"]

ROLE_PERMISSIONS = {
    "registration-clerk": _CLERK,
    "registration-officer": [
        *_CLERK,
        "collection.view_sensitive",
        "collection.review_batch",
        "collection.undo_batch",
        "collection.change_source",
    ],
    "protection-officer": ["collection.view_batch", "collection.view_sensitive"],
    "information-manager": ["collection.change_source"],
    "data-protection-officer": ["collection.change_rules"],
}

MODULE = Module(
    room="collection",
    floor="people",
    label=_("Submissions"),
    url_name="collection:list",
    permission="collection.view_batch",
    holds=_(
        "Submissions on their way to the register, with the files as they came, what was found in them and what was decided."
    ),
    restriction="restricted",
    procedure=_(
        "Upload a file or fill a form, confirm which column feeds which field, mend what was found; another person accepts."
    ),
    icon="inbox",
)
