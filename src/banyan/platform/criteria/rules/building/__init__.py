"""The visual builder's shape of a criterion, and the text it stands for.

A builder's criterion is plain data: groups of parts (`all`, `any`, `none`, `not_all`), tests of one field, tests of related
records, and text. `shown` makes it from a tree; whatever the builder has no row for becomes a part of text, so nothing is
ever lost. `written` makes text from it and says which piece of the text belongs to which part, so that an error found in
the text is told at its row. Numbers and dates travel as text: nothing rounds them on the way.
"""

from banyan.platform.criteria.rules.building.composing import Written, written
from banyan.platform.criteria.rules.building.shapes import HOWS, OPERATORS
from banyan.platform.criteria.rules.building.showing import shown

__all__ = ["HOWS", "OPERATORS", "Written", "shown", "written"]
