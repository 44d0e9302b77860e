"""Who may do what with data quality, and how the room presents itself.

The roles of registration are declared above this room (forms); the room that contributes checks gives them these permissions.
"""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission

PERMISSIONS = [
    # Counts of what is wrong are statistics about people: scores and findings are for who may see the records.
    Permission("quality.view_findings", _("See scores and the records behind them"), personal=True),
    Permission("quality.view_sensitive", _("See findings about sensitive matters"), personal=True),
    Permission("quality.change_findings", _("Assign, waive and verify findings"), kind="change"),
    Permission("quality.ask_override", _("Ask that a gate be opened for a record"), kind="change"),
    # Who confirms also holds ask_override: row-level security of the requests asks for it.
    Permission("quality.confirm_override", _("Open a gate that somebody else asked for"), kind="approve"),
    Permission("quality.view_check", _("See checks, targets and settings")),
    Permission("quality.change_check", _("Write an operation's own checks, set targets and settings"), kind="change"),
    Permission("quality.publish_check", _("Set an operation's own checks live, or retire them"), kind="approve"),
]

ROLE_PERMISSIONS = {
    "information-manager": ["quality.view_check", "quality.change_check", "quality.publish_check"],
    "data-protection-officer": ["quality.view_check"],
    "auditor": ["quality.view_check"],
    "administrator": ["quality.view_check"],
}

MODULE = Module(
    room="quality",
    floor="people",
    label=_("Data quality"),
    url_name="quality:overview",
    permission="quality.view_check",
    holds=_(
        "What is checked in the register, scores over time, the records that fail, who mends them and what was waived."
    ),
    restriction="restricted",
    procedure=_("Mend the record, not the score. Waive only what was looked at. A gate is opened by two people."),
    icon="shield-check",
)
