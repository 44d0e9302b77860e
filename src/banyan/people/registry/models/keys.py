"""Search keys of names, and the words that names are made of."""

from typing import ClassVar

from django.db import models

from banyan.people.registry.models.people import INTERNAL, PERSONAL, Person
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class NameKey(Model):
    """One hashed key of one of a person's names (kernel.names).

    Search asks for equality of numbers, which may use an index under row-level security; the scope stands in the key
    itself, so that who sees one area reads the entries of that area only. Made from the names, and never kept in history.
    """

    privacy: ClassVar = classed(PERSONAL, "person", "key", "born", "sex") | classed(INTERNAL, "scope_id")

    id = None  # nothing refers to a key: an id and its index would double the cost of an import
    pk = models.CompositePrimaryKey("key", "scope_id", "person")
    key = models.BigIntegerField()
    scope_id = models.IntegerField()
    # No index by person: whoever renews the keys knows the names they were made of.
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    # Year of birth and first letter of the sex stand in the index beside the key (0003): a question that knows them
    # need not look at everybody who bears a common name.
    born = models.SmallIntegerField(null=True)
    sex = models.CharField(max_length=1, db_collation="C", default="u")


del NameKey.privacy["id"]


class Spelling(Model):
    """A word that somebody's name has, as its usual key, under one of its shortenings (kernel.names.spellings).

    A question with a slip of the finger in it finds by equality which words may have been meant. Kept once for all bearers,
    so that it says of nobody what they are called, and never forgotten: words that nobody bears any more find nobody.
    """

    privacy: ClassVar = classed(INTERNAL, "short", "key")

    id = None
    pk = models.CompositePrimaryKey("short", "key")
    short = models.BigIntegerField()
    key = models.TextField(db_collation="C")


del Spelling.privacy["id"]
