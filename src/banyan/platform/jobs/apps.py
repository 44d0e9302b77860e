"""The jobs room as Django sees it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Finds the rooms' jobs and reactions and makes them known to the queue."""

    name = "banyan.platform.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        # Only now may models be imported.
        from procrastinate.contrib.django import app

        from banyan.platform.jobs import running
        from banyan.platform.kernel.facts import receivers

        autodiscover_modules("jobs", "reactions")
        running.register(app)
        if running.receive not in receivers:
            receivers.append(running.receive)
