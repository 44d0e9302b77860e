"""Everything that writes saved criteria."""

from banyan.platform.criteria.actions.saving import (
    change_criterion,
    restore_criterion,
    retire_criterion,
    save_criterion,
)

__all__ = ["change_criterion", "restore_criterion", "retire_criterion", "save_criterion"]
