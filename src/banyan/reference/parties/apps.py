"""The parties room as Django sees it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Organisations and their contacts."""

    name = "banyan.reference.parties"
    label = "parties"
    verbose_name = _("Organisations")
