"""The access room as Django sees it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Finds the rooms' policies at start and sets the database privileges after migrations."""

    name = "banyan.platform.access"
    label = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        from banyan.platform.access.privileges import set_privileges

        autodiscover_modules("policy")
        # A framework hook, not domain logic: only the owner's migrations know which tables exist.
        post_migrate.connect(set_privileges, dispatch_uid="access.set_privileges")
