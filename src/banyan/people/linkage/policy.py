"""Who may do what with suspected duplicates, models and screening."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission, Role

PERMISSIONS = [
    Permission("linkage.view_case", _("See suspected duplicates, side by side"), personal=True),
    # Whoever confirms or undoes also holds this one: row-level security of cases asks for it.
    Permission("linkage.decide_case", _("Decide on suspected duplicates, propose merges"), kind="change"),
    Permission("linkage.confirm_merge", _("Confirm merges that somebody else proposed"), kind="approve"),
    Permission("linkage.undo_merge", _("Undo merges"), kind="approve"),
    Permission("linkage.run_matching", _("Compare the register with itself, on demand"), kind="change"),
    Permission("linkage.match_across", _("See and start comparisons across operations"), personal=True),
    Permission("linkage.view_model", _("See models of matching, runs and the quality of linkage")),
    Permission("linkage.train_model", _("Train models, set thresholds, draw samples"), kind="change"),
    Permission(
        "linkage.approve_model", _("Set models live that somebody else trained, and retire them"), kind="approve"
    ),
    # Not of kind "view": emergency access opens every permission to view, and screening is not part of an emergency.
    Permission("linkage.view_screening", _("See the screening against sanctions lists"), kind="approve", personal=True),
    Permission("linkage.decide_screening", _("Clear or escalate hits of the screening"), kind="approve", personal=True),
    Permission(
        "linkage.confirm_screening", _("Confirm hits that somebody else escalated"), kind="approve", personal=True
    ),
    Permission("linkage.load_lists", _("Load sanctions lists and start the screening"), kind="import"),
]

ROLES = [
    Role(
        "screening-officer",
        _("Screening officer"),
        description=_("Compares the register with sanctions lists and decides on hits, with a colleague."),
        permissions=(
            "codes.view_list",
            "places.view_place",
            "registry.view_person",
            "linkage.view_screening",
            "linkage.decide_screening",
            "linkage.confirm_screening",
            "linkage.load_lists",
        ),
        mfa_required=True,
    ),
]

ROLE_PERMISSIONS = {
    "registration-officer": [
        "linkage.view_case",
        "linkage.decide_case",
        "linkage.run_matching",
        "linkage.view_model",
    ],
    "protection-officer": [
        "linkage.view_case",
        "linkage.decide_case",
        "linkage.confirm_merge",
        "linkage.undo_merge",
        "linkage.match_across",
        "linkage.view_model",
        "linkage.train_model",
    ],
    "data-protection-officer": ["linkage.view_model", "linkage.approve_model"],
    "administrator": ["linkage.view_model", "linkage.train_model"],
    "auditor": ["linkage.view_model"],
}

MODULE = Module(
    room="linkage",
    floor="people",
    label=_("Duplicates"),
    url_name="linkage:queue",
    permission="linkage.view_case",
    holds=_(
        "Registrations that may be one person, how alike they are and why, what people decided about them, merges and how to undo them."
    ),
    restriction="restricted",
    procedure=_(
        "Look at both records. Say same, different or unsure, and why. Somebody else confirms a merge; every merge can be undone."
    ),
    icon="combine",
)

# Who works here without seeing cases finds their pages all the same; who has no right to the screening reads nothing of it.
FURTHER_MODULES = [
    Module(
        room="linkage",
        floor="people",
        label=_("Screening"),
        url_name="linkage:hits",
        permission="linkage.view_screening",
        holds=_(
            "A hit is a likeness, nothing more. It stops no aid, and nobody else sees it. "
            "You look whether it is the same person; two people confirm."
        ),
        restriction="restricted",
        icon="user-check",
    ),
    Module(
        room="linkage",
        floor="people",
        label=_("Models of matching"),
        url_name="linkage:models",
        permission="linkage.view_model",
        holds=_(
            "A model says how much a name, a birth date or a telephone in common speaks for two records being one person. "
            "It decides nothing: it orders what people look at."
        ),
        icon="sliders-horizontal",
        unless="linkage.view_case",
    ),
]
