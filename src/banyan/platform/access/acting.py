"""The frame around every action: permission, one transaction, and the action's name for history."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from banyan.platform.access.viewers import Viewer, viewing

P = ParamSpec("P")
R = TypeVar("R")


def action(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For every public function of an actions.py: it takes keyword-only `by: Viewer`, who must hold `permission`.

    The function runs whole or not at all: in a transaction of its own, or a savepoint inside another action. History
    records the outermost action as "room.function".
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__.split('.')[2]}.{function.__name__}"

        @wraps(function)
        def perform(*args: P.args, **kwargs: P.kwargs) -> R:
            by = kwargs.get("by")
            if not isinstance(by, Viewer):
                raise TypeError(f"{name} needs by=, a Viewer")
            by.require(permission)
            with viewing(by, action=name):
                return function(*args, **kwargs)

        perform.permission = permission  # type: ignore[attr-defined]  # read by the guards
        return perform

    return decorate
