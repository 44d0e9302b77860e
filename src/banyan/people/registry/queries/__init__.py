"""Reading the register: people, households, members, what belongs to them, and search."""

from banyan.people.registry.queries.people import (
    VIEW,
    composition,
    composition_of,
    documents,
    household,
    households,
    members,
    membership_of,
    memberships,
    needs,
    notices,
    people,
    person,
    phones,
    sizes,
    with_belongings,
)

__all__ = [
    "VIEW",
    "composition",
    "composition_of",
    "documents",
    "household",
    "households",
    "members",
    "membership_of",
    "memberships",
    "needs",
    "notices",
    "people",
    "person",
    "phones",
    "sizes",
    "with_belongings",
]
