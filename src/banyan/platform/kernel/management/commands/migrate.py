"""`migrate` as Django does it, but quicker: what an operation cannot have changed is not made anew.

Django keeps every model of the project as a class while it migrates. For each new model, index and constraint it throws
away the classes of all models that are related, however far, and makes them again; here nearly everything is related to
accounts and scopes. A new model joins the classes that are there instead,
and an index or a constraint its model. Operations that run Python get all classes made anew, as ever (`is_delayed`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

import django
from django.core.management.commands import migrate as djangos
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState

# Whose insides these are. Another version, or one that calls them otherwise, migrates by itself and takes its time.
VERSION = (5, 2)
CALLED = {
    "add_model": ["self", "model_state"],
    "_append_option": ["self", "app_label", "model_name", "option_name", "obj"],
}
_DJANGOS = tuple(getattr(ProjectState, name, None) for name in CALLED)


def is_known() -> bool:
    """Whether this is the Django that was looked at."""
    if django.VERSION[:2] != VERSION or None in _DJANGOS:
        return False
    return [list(signature(one).parameters) for one in _DJANGOS if one] == list(CALLED.values())


def _add_model(state: ProjectState, model: ModelState) -> None:
    """Add a new model to the classes that are there."""
    key = model.app_label, model.name_lower
    known, classes = key in state.models, state.__dict__.pop("apps", None)
    if adding := _DJANGOS[0]:
        adding(state, model)
    if classes is None:
        return
    state.apps = classes
    if known:
        state.reload_model(*key)
        return
    state.is_delayed = True
    with classes.bulk_update():
        classes.render_multiple([model])
        # They look for what refers to them in the registry they know, which in an upgrade is that of the state before it.
        for models in classes.all_models.values():
            for each in models.values():
                each._meta.apps = classes


def _append_option(state: ProjectState, app_label: str, model_name: str, option: str, added: Any) -> None:
    """Add an index or a constraint to the class of its model."""
    options = state.models[app_label, model_name].options
    options[option] = [*options[option], added]
    if "apps" in state.__dict__:
        state.is_delayed = True
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option, [*getattr(meta, option), added])


@contextmanager
def sparing() -> Iterator[None]:
    """Within the block states of migrations make nothing anew that an operation cannot have changed."""
    ProjectState.add_model, ProjectState._append_option = _add_model, _append_option  # type: ignore
    try:
        yield
    finally:
        ProjectState.add_model, ProjectState._append_option = _DJANGOS  # type: ignore


class Executor(MigrationExecutor):
    """Spares forwards only: backwards, each state needs classes of its own."""

    def _migrate_all_forwards(self, *args: Any, **options: Any) -> ProjectState:
        with sparing():
            return super()._migrate_all_forwards(*args, **options)  # type: ignore[misc]


class Command(djangos.Command):
    """See the module."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        if not is_known():
            super().handle(*args, **options)
            return
        djangos.MigrationExecutor = Executor  # type: ignore[attr-defined]
        try:
            super().handle(*args, **options)
        finally:
            djangos.MigrationExecutor = MigrationExecutor  # type: ignore[attr-defined]
