"""Who may do what with criteria, and how the room presents itself.

Seeing a criterion shows no record: whatever it counts or lists is read under the rights of who asks. The roles of registration
stand in rooms above and take these permissions there.
"""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission

PERMISSIONS = [
    Permission("criteria.view_criterion", _("See saved criteria, and try them on what one may see")),
    Permission("criteria.change_criterion", _("Write, change and retire saved criteria"), kind="change"),
]

ROLE_PERMISSIONS = {
    "information-manager": ["criteria.view_criterion", "criteria.change_criterion"],
    "data-protection-officer": ["criteria.view_criterion"],
    "administrator": ["criteria.view_criterion"],
    "auditor": ["criteria.view_criterion"],
}

MODULE = Module(
    room="criteria",
    floor="platform",
    label=_("Criteria"),
    url_name="criteria:list",
    permission="criteria.view_criterion",
    holds=_("Saved rules that select people and households: every version, who wrote it, and what uses it."),
    restriction="internal",
    procedure=_("Build or write the rule, look at whom it selects and whose answer is not known, then save it."),
    icon="filter",
)
