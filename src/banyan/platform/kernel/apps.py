"""Registers the kernel with Django, because it carries SQL functions in a migration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    """The room as Django sees it."""

    name = "banyan.platform.kernel"
    label = "kernel"
    verbose_name = _("Kernel")
