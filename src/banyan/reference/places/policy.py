"""Who may do what with places, and how the room presents itself."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission

PERMISSIONS = [
    Permission("places.view_place", _("See places, releases and boundaries")),
    Permission("places.export_place", _("Export lists of places"), kind="export"),
    Permission("places.change_place", _("Change names of places"), kind="change"),
    Permission("places.import_places", _("Import place files"), kind="import"),
    Permission("places.release_places", _("Make a release the current one"), kind="approve"),
]

ROLE_PERMISSIONS = {
    "reader": ["places.view_place", "places.export_place"],
    "administrator": ["places.view_place"],
    "auditor": ["places.view_place"],
    "data-protection-officer": ["places.view_place"],
    "information-manager": [
        "places.view_place",
        "places.export_place",
        "places.change_place",
        "places.import_places",
        "places.release_places",
    ],
}

MODULE = Module(
    room="places",
    floor="reference",
    label=_("Places"),
    url_name="places:list",
    permission="places.view_place",
    holds=_("P-codes, names, points and boundaries of places, release by release."),
    restriction="public",
    procedure=_("Import each release of the mapping authority, look at the differences, then make it current."),
    icon="map-pin",
)
