"""Who may do what with forms, the three roles of registration, and how the room presents itself.

The roles are declared here, lowest of the rooms about people; collection, registry and others extend them.
"""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission, Role

PERMISSIONS = [
    Permission("forms.view_form", _("See forms, their versions and what they ask")),
    Permission("forms.change_form", _("Upload forms, bind their questions, publish versions"), kind="change"),
    Permission("forms.change_policy", _("Decide what kinds of data an operation may collect"), kind="administer"),
]

ROLES = [
    Role(
        "registration-clerk",
        _("Registration clerk"),
        description=_("Fills forms, uploads submissions, finds people and proposes changes."),
        permissions=("forms.view_form",),
    ),
    Role(
        "registration-officer",
        _("Registration officer"),
        description=_("Keeps forms, reviews and accepts submissions, registers people and decides on changes."),
        permissions=("forms.view_form", "forms.change_form"),
    ),
    Role(
        "protection-officer",
        _("Protection officer"),
        description=_("Sees what is sensitive, proposes changes and decides on them."),
        permissions=("forms.view_form",),
    ),
]

ROLE_PERMISSIONS = {
    "information-manager": ["forms.view_form", "forms.change_form"],
    "data-protection-officer": ["forms.view_form", "forms.change_policy"],
    "administrator": ["forms.view_form"],
    "auditor": ["forms.view_form"],
}

MODULE = Module(
    room="forms",
    floor="people",
    label=_("Forms"),
    url_name="forms:list",
    permission="forms.view_form",
    holds=_(
        "Registration forms (XLSForm) with every version, what their questions feed in the register, and what an operation may ask."
    ),
    restriction="internal",
    procedure=_(
        "Write the form in Excel, upload it, mend what the report lists, look at the preview, bind its questions, then publish the version."
    ),
    icon="file-text",
)
