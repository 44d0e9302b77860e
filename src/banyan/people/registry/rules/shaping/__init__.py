"""Accepted submissions made into rows of the register: by columns, without a database, a clock or a loop over people.

In: one row per household and one per person, as collection keeps them (columns named by register field, text). Out: a
frame for each table, its columns named as in the database. Ids are given here, so no table waits for another.
"""

from banyan.people.registry.rules.shaping.keys import Searched, searched
from banyan.people.registry.rules.shaping.people import GROUPS, HOUSEHOLD, PERSON, Rows, faults, full_name, shape
from banyan.people.registry.rules.shaping.setting import Fault, Setting, Spot, place_codes

__all__ = [
    "GROUPS",
    "HOUSEHOLD",
    "PERSON",
    "Fault",
    "Rows",
    "Searched",
    "Setting",
    "Spot",
    "faults",
    "full_name",
    "place_codes",
    "searched",
    "shape",
]
