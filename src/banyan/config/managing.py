"""`./banyan manage …`: Django's own commands, in the right database role, with the server running."""

import os

from banyan.config import opening

# They change tables, so they need the role that owns them. Everything else runs as the application does.
OWNERS = {"migrate", "flush", "sqlmigrate", "dbshell", "inspectdb", "pgtrigger", "createcachetable"}


def run(arguments: list[str]) -> int:
    """Run one Django command; returns its exit status."""
    name = arguments[0] if arguments else "help"
    with opening.opened(f"manage {name}"):
        os.environ["BANYAN_DATABASE_ROLE"] = (
            "owner" if name in OWNERS else os.environ.get("BANYAN_DATABASE_ROLE", "app")
        )
        os.environ["DJANGO_SETTINGS_MODULE"] = "banyan.config.settings"
        from django.core.management import ManagementUtility

        try:
            ManagementUtility(["./banyan manage", *arguments]).execute()
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
