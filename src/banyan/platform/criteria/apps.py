"""The criteria room as Django sees it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "banyan.platform.criteria"
    label = "criteria"
    verbose_name = _("Criteria")

    def ready(self) -> None:
        # A subject declared wrongly stops the start, not the first person who selects by it.
        from banyan.platform.criteria.declarations import subjects

        subjects()
