"""`manage verify_read_log`: whether the log of reads is intact, and the ends of its chains to keep elsewhere."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from banyan.platform.access import queries
from banyan.platform.access.viewers import system_viewer, viewing


class Command(BaseCommand):
    """Exit code 1 when a link is broken."""

    help = "Check the chained log of reads and print the ends of its chains."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each chain that has entries."""
        viewer = system_viewer("verification")
        with viewing(viewer):
            faults = queries.chain_faults(seen_by=viewer)
            heads = queries.chain_heads(seen_by=viewer)
        for lane, number, digest in heads:
            if number:
                self.stdout.write(f"{lane}/{number} {digest}")
        if faults:
            raise CommandError("\n".join(f"chain {lane}, entry {number}: {fault}" for lane, number, fault in faults))
        self.stdout.write("The log of reads is intact.")
