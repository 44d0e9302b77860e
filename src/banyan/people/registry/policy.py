"""Who may do what with the register, and how the room presents itself."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission

PERMISSIONS = [
    Permission("registry.view_person", _("See people and households"), personal=True),
    Permission("registry.view_sensitive", _("See what is masked: full numbers, sensitive needs"), personal=True),
    # Row-level security asks for this one of whoever writes to people and households: registering and approving need it.
    Permission("registry.change_person", _("Write to the register, by accepting and approving"), kind="change"),
    Permission("registry.register_person", _("Register people and households"), kind="change"),
    Permission("registry.propose_change", _("Propose changes of people and households"), kind="change"),
    Permission("registry.approve_change", _("Decide on proposed changes"), kind="approve"),
    Permission(
        "registry.export_person", _("Export people and households, with a reason"), kind="export", personal=True
    ),
    Permission("registry.print_card", _("Print cards of households"), personal=True),
    Permission("registry.merge_person", _("Confirm and undo merges of people registered twice"), kind="approve"),
    Permission("registry.change_rules", _("Decide who proposes and who approves changes"), kind="administer"),
]

# Whoever works with records finds and mends what is wrong with them. Criteria and quality stand below the roles of registration.
_MENDING = ["quality.view_check", "quality.view_findings", "quality.ask_override"]
_DECIDING = ["quality.change_findings", "quality.confirm_override", "criteria.view_criterion"]

# Records are read in words, and with the places they lie in.
_READING = ["codes.view_list", "places.view_place"]

ROLE_PERMISSIONS = {
    "registration-clerk": [
        *_READING,
        *_MENDING,
        "registry.view_person",
        "registry.propose_change",
        "registry.print_card",
    ],
    "registration-officer": [
        *_READING,
        *_MENDING,
        *_DECIDING,
        "criteria.change_criterion",
        "registry.view_person",
        "registry.view_sensitive",
        "registry.change_person",
        "registry.register_person",
        "registry.propose_change",
        "registry.approve_change",
        "registry.export_person",
        "registry.print_card",
    ],
    "protection-officer": [
        *_READING,
        *_MENDING,
        *_DECIDING,
        "quality.view_sensitive",
        "quality.publish_check",
        "registry.view_person",
        "registry.view_sensitive",
        "registry.change_person",
        "registry.propose_change",
        "registry.approve_change",
        "registry.merge_person",
    ],
    "data-protection-officer": ["registry.change_rules"],
}

MODULE = Module(
    room="registry",
    floor="people",
    label=_("Register"),
    url_name="registry:overview",
    permission="registry.view_person",
    holds=_(
        "People and households, their documents, needs and consent, every change of them, and requests to change them."
    ),
    restriction="restricted",
    procedure=_("Search before you register. Correct by a change request; somebody else approves it."),
    icon="users",
)
