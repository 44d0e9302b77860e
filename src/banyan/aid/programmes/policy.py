"""Who may do what with programmes, targeting, enrolment and entitlements, and how the room presents itself.

Whoever makes something never approves it: that is asked of each record (states and tables), not of roles alone.
"""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission, Role

PERMISSIONS = [
    Permission("programmes.view_programme", _("See programmes, cycles, packages and prices")),
    Permission(
        "programmes.change_programme", _("Design programmes, cycles, packages, prices and quotas"), kind="change"
    ),
    Permission("programmes.approve_programme", _("Approve programmes and packages of somebody else"), kind="approve"),
    Permission("programmes.view_targeting", _("See who is targeted, and why"), personal=True),
    Permission("programmes.change_targeting", _("Design and run targeting, keep its lists"), kind="change"),
    Permission("programmes.approve_targeting", _("Approve targeting of somebody else"), kind="approve"),
    Permission("programmes.view_enrolment", _("See who is enrolled, waits or appeals"), personal=True),
    Permission("programmes.change_enrolment", _("Enrol, suspend, graduate and end; note appeals"), kind="change"),
    Permission("programmes.decide_appeal", _("Decide on appeals that somebody else noted"), kind="approve"),
    Permission("programmes.view_entitlement", _("See entitlements, and how they were computed"), personal=True),
    Permission("programmes.change_entitlement", _("Simulate, propose and amend entitlements"), kind="change"),
    Permission("programmes.approve_entitlement", _("Approve entitlements that somebody else proposed"), kind="approve"),
]

# Programmes are read in words, with places, organisations and the records they are for.
_READING = (
    "codes.view_list",
    "places.view_place",
    "parties.view_organisation",
    "registry.view_person",
    "criteria.view_criterion",
    "programmes.view_programme",
    "programmes.view_targeting",
    "programmes.view_enrolment",
    "programmes.view_entitlement",
)

ROLES = [
    Role(
        "programme-officer",
        _("Programme officer"),
        description=_("Designs programmes, targets, enrols and computes entitlements; somebody else approves."),
        permissions=(
            *_READING,
            "criteria.change_criterion",
            "programmes.change_programme",
            "programmes.change_targeting",
            "programmes.change_enrolment",
            "programmes.change_entitlement",
        ),
    ),
    Role(
        "programme-approver",
        _("Programme approver"),
        description=_("Approves programmes, packages, targeting and entitlements, and decides on appeals."),
        permissions=(
            *_READING,
            # Whoever decides also writes what follows: row-level security asks for it.
            "programmes.change_programme",
            "programmes.change_targeting",
            "programmes.change_enrolment",
            "programmes.change_entitlement",
            "programmes.approve_programme",
            "programmes.approve_targeting",
            "programmes.decide_appeal",
            "programmes.approve_entitlement",
        ),
    ),
]

ROLE_PERMISSIONS = {
    "administrator": ["programmes.view_programme"],
    "auditor": ["programmes.view_programme"],
    "data-protection-officer": ["programmes.view_programme"],
}

MODULE = Module(
    room="programmes",
    floor="aid",
    label=_("Programmes"),
    url_name="programmes:list",
    permission="programmes.view_programme",
    holds=_(
        "Programmes with their cycles, packages and prices, who was targeted and why, who is enrolled, and what they are entitled to."
    ),
    restriction="restricted",
    procedure=_(
        "Design, target, enrol, compute. Somebody else approves each step; nothing approved is changed, only amended."
    ),
    icon="hand-heart",
)
