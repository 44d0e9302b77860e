"""The history room as Django sees it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Config(AppConfig):
    name = "banyan.platform.history"
    label = "history"

    def ready(self) -> None:
        """Keep every announced fact, before jobs makes work of it; fit the triggers to the models after migrating."""
        from banyan.platform.history import installing, recording
        from banyan.platform.kernel import facts

        facts.receivers.insert(0, recording.record_fact)
        post_migrate.connect(installing.after_migrations, sender=self, dispatch_uid="history.installing")
