"""Registers the kernel with Django, because it carries SQL functions in a migration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    """The room as Django sees it."""

    name = "banyan.platform.kernel"
    label = "kernel"
    verbose_name = _("Kernel")

    def ready(self) -> None:
        """Completes the catalogue of problems: values declare theirs where they are read."""
        from banyan.platform.kernel import dates, money  # noqa: F401 - imported for what they declare
