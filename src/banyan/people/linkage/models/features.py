"""What of each person is compared, and the keys by which candidates meet. Both can be made again at any time."""

from typing import ClassVar

from django.db import models

from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed

INTERNAL, PERSONAL, SENSITIVE = Privacy.INTERNAL, Privacy.PERSONAL, Privacy.SENSITIVE
OPERATION = "access.Operation"


class Feature(Model):
    """One person's record as it is compared: names normalised, keys, range of birth; see rules.features.

    `digest` tells whether anything that is compared has changed; `compared` is the digest with which the person was last
    compared with everybody else, so whatever differs from it still waits.
    """

    privacy: ClassVar = classed(INTERNAL, "operation", "scope_id", "maker", "stamp", "compared", "refreshed_at") | classed(
        PERSONAL, "person", "household", "digest"
    ) | classed(SENSITIVE, "packed")  # fmt: skip

    id = None  # a person has one, and is found by it
    # People are never deleted, so the database need not look each up again.
    person = models.OneToOneField(
        "registry.Person", models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    household = models.UUIDField(null=True)
    packed = models.TextField(db_collation="C")  # the columns of rules.features as JSON, read by Polars
    maker = models.SmallIntegerField(default=1)  # which version of rules.features made it
    stamp = models.BigIntegerField()  # of the whole row: tells whether it has to be written again
    digest = models.BigIntegerField()
    compared = models.BigIntegerField(null=True)
    refreshed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (
            models.Index(fields=["operation", "person"], name="linkage_feature_operation"),
            models.Index(
                fields=["operation"],
                condition=models.Q(compared=None) | ~models.Q(compared=models.F("digest")),
                name="linkage_feature_waiting",
            ),
        )


del Feature.privacy["id"]


class Key(Model):
    """One blocking key of one person: whoever shares it is compared. Equality of numbers may use the index under row-level
    security; the scope stands in the key itself, as in the register's name keys.

    The keys of one person stand in what is packed of them (Feature), so no index by person is kept: at a million people it
    would be thirty-three million entries more to write.
    """

    privacy: ClassVar = classed(PERSONAL, "person", "key") | classed(INTERNAL, "scope_id")

    id = None
    pk = models.CompositePrimaryKey("key", "scope_id", "person")
    key = models.BigIntegerField()
    scope_id = models.IntegerField()
    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+", db_constraint=False, db_index=False)

    class Meta:
        indexes = ()


del Key.privacy["id"]
