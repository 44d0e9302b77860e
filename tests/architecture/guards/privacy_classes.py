"""Every column says how carefully it must be handled; no class is given to a column that does not exist."""

from collections.abc import Iterable

from django.db import models

from banyan.platform.kernel.privacy import Privacy
from tests.architecture.guards.source import Finding


def findings(all_models: Iterable[type[models.Model]]) -> list[Finding]:
    """Fields without privacy class, classes without field, classes that are none, tables made behind our back."""
    found = []
    for model in all_models:
        place = model._meta.label
        if model._meta.auto_created:
            found.append(Finding(place, "a table that nobody classified", "write the through model of this relation"))
            continue
        classes = getattr(model, "privacy", {})
        fields = {field.name for field in model._meta.concrete_fields}
        for name in sorted(fields - classes.keys()):
            found.append(Finding(f"{place}.{name}", "has no privacy class", "add it to the model's privacy"))
        for name in sorted(classes.keys() - fields):
            found.append(
                Finding(f"{place}.{name}", "has a privacy class but is no field", "delete or correct the name")
            )
        for name, privacy in classes.items():
            if not isinstance(privacy, Privacy):
                found.append(
                    Finding(f"{place}.{name}", f"{privacy!r} is no privacy class", "use kernel.privacy.Privacy")
                )
    return found
