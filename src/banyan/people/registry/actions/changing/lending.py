"""The reach with which a decided change is written, under the name of whoever decided."""

from dataclasses import replace

from banyan.platform.access.viewers import Part, Viewer

# What the database asks of whoever writes to the register, and to requests.
LENT = frozenset({"registry.change_person", "registry.propose_change"})


def _lent(by: Viewer, permission: str) -> Viewer:
    """The same viewer, who may write to the register as far as `permission` reaches, for the moment of one change.

    A clerk whose change needs no approval, and an approver without the right to register, write only what the rules of
    changes let through; so the right to write at large is not among their permissions. History names them all the same.
    """
    if by.is_system:
        return by
    reach = by.reach(permission)
    part = Part(LENT, reach.everything, reach.scopes, None, reach.clearance)
    held = frozenset().union(*(each.permissions for each in by.parts)) if by.limited_to is None else by.limited_to
    return replace(by, parts=(*by.parts, part), limited_to=held | LENT, _reaches={})
