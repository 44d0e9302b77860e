"""Lifecycles that people move, as tables: from which states, by which verb, to which state, for whom.

How far a job is, the job tells; approvals by amount are data. A room declares its tables in `states.py`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from banyan.platform.kernel.problems import Problem


@dataclass(frozen=True)
class Step:
    """One row of a lifecycle: the verb leads from any of `sources` to `target`, for who holds `permission`."""

    sources: frozenset[str]
    verb: str
    target: str
    permission: str


@dataclass(frozen=True)
class Lifecycle:
    """The rows of one lifecycle, the words for its states, and the Problem of a verb that does not fit a state.

    The Problem takes the parameter `state`.
    """

    steps: tuple[Step, ...]
    labels: Mapping[str, str | Promise]
    problem: str

    def after(self, state: str, verb: str) -> str:
        """The state after a verb. Raises the lifecycle's Problem when the verb does not fit."""
        for step in self.steps:
            if step.verb == verb and state in step.sources:
                return step.target
        raise Problem(self.problem, state=self.labels[state])

    def verbs(self, state: str, permissions: Collection[str] | None = None) -> list[str]:
        """What can be done in this state; with permissions, what may be done by who holds them."""
        return [
            step.verb
            for step in self.steps
            if state in step.sources and (permissions is None or step.permission in permissions)
        ]

    def permission_for(self, verb: str) -> str:
        """The permission a verb asks for. Raises LookupError for an unknown verb."""
        for step in self.steps:
            if step.verb == verb:
                return step.permission
        raise LookupError(f"no step is called {verb}")
