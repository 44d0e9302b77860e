"""Tables of places: what a place is now, how each release has it, what it is also called, and imports on their way in."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.fields import PartialDateField
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed
from banyan.reference.places.states import ImportState, ReleaseState

PUBLIC, INTERNAL = Privacy.PUBLIC, Privacy.INTERNAL


class Status(models.TextChoices):
    """Whether a place is in use."""

    ACTIVE = "active", _("active")
    INACTIVE = "inactive", _("inactive")
    RETIRED = "retired", _("no longer in the current release")


class Relation(models.TextChoices):
    """What a further name is to the place."""

    ALIAS = "alias", _("other name")
    FORMER = "former", _("former name")
    ETHNIC = "ethnic", _("name in a local language")
    RAW = "raw", _("spelling in the source")


class Release(Model):
    """One publication of a country's places by an authority, such as MIMU 9.6. One release per country is current."""

    tracked = True
    privacy: ClassVar = classed(
        PUBLIC, "country", "authority", "label", "published_on", "state", "terms", "made_current_at", "created_at"
    )

    country = models.CharField(_("country"), max_length=3, db_collation="C")
    authority = models.CharField(_("authority"), max_length=80)
    label = models.CharField(_("release"), max_length=80)
    published_on = PartialDateField(_("published"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, default=ReleaseState.IMPORTED.value)
    terms = models.TextField(_("terms of use"), blank=True, default="")
    made_current_at = models.DateTimeField(_("made current"), null=True)
    created_at = models.DateTimeField(_("imported"), auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["country", "authority", "label"], name="places_release_once"),
            models.UniqueConstraint(
                fields=["country"], condition=models.Q(state="current"), name="places_one_current_release"
            ),
        )


class Place(Model):
    """A place as it is now. Its code names it for ever within its country; a place with another code is another place.

    `names` holds one preferred name for each language; `name` is the one shown where a language has none.
    """

    tracked = True
    privacy: ClassVar = classed(
        PUBLIC, "country", "pcode", "level", "kind", "parent", "status", "name", "names", "lon", "lat", "since", "until"
    ) | classed(INTERNAL, "scope")

    country = models.CharField(_("country"), max_length=3, db_collation="C")
    pcode = models.CharField(_("P-code"), max_length=32, db_collation="C")
    level = models.SmallIntegerField(_("level"))
    kind = models.CharField(_("kind"), max_length=30)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("parent"), db_index=False
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    name = models.CharField(_("name"), max_length=200, db_collation="C")
    names = models.JSONField(_("names by language"), default=dict)
    lon = models.FloatField(_("longitude"), null=True)
    lat = models.FloatField(_("latitude"), null=True)
    since = models.DateField(_("valid from"), null=True)
    until = models.DateField(_("valid to"), null=True)
    # The deepest ancestor that access knows (state to township): row-level security compares this number.
    scope = models.ForeignKey("access.Scope", models.PROTECT, related_name="+", verbose_name=_("scope"), db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["country", "pcode"], name="places_place_code_once"),)
        indexes = (
            models.Index(fields=["parent", "name"], name="places_place_children"),
            models.Index(fields=["scope", "level"], name="places_place_scope"),
            # The first page of the list: states and regions by name, out of a hundred thousand places.
            models.Index(fields=["name", "id"], condition=models.Q(level__lte=1), name="places_place_top"),
        )


class PlaceName(Model):
    """A further name: alias, former name, name in a local language, with its source and time."""

    tracked = True
    history_parent = "place"
    privacy: ClassVar = classed(
        PUBLIC, "place", "relation", "language", "text", "source", "since", "until"
    ) | classed(INTERNAL, "scope_id")  # fmt: skip

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    relation = models.CharField(_("kind of name"), max_length=10, choices=Relation.choices, default=Relation.ALIAS)
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    text = models.CharField(_("name"), max_length=200)
    source = models.CharField(_("source"), max_length=200, blank=True, default="")
    since = PartialDateField(_("used from"), null=True, blank=True)
    until = PartialDateField(_("used until"), null=True, blank=True)
    scope_id = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["place", "relation", "language", "text"], name="places_placename_once"),
        )


class NameKey(Model):
    """A search key of a place: a name, or its end from some word on, without spaces and marks.

    Type-ahead is a range of a b-tree over these (text comparison under collation C is leakproof, so row-level security
    leaves the index usable). Derived from names at any time, hence neither tracked nor checked against the place.
    """

    privacy: ClassVar = classed(PUBLIC, "place", "key") | classed(INTERNAL, "scope_id")

    id = None  # nothing refers to a key: an id and its index would double the cost of imports
    pk = models.CompositePrimaryKey("key", "place")
    place = models.ForeignKey(Place, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    key = models.CharField(max_length=40, db_collation="C")
    scope_id = models.IntegerField()


del NameKey.privacy["id"]


class Boundary(Model):
    """The boundary of a place in a release. `shape` is WKB, longitude and latitude in degrees (WGS 84)."""

    privacy: ClassVar = classed(
        PUBLIC, "place", "release", "shape", "drawing", "area_km2", "west", "south", "east", "north", "repaired"
    ) | classed(INTERNAL, "scope_id")

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    release = models.ForeignKey(Release, models.PROTECT, related_name="+", verbose_name=_("release"))
    shape = models.BinaryField()
    drawing = models.TextField(help_text=_("simplified GeoJSON geometry for maps on the screen"))
    area_km2 = models.FloatField(_("area in km²"))
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    repaired = models.CharField(_("what was repaired"), max_length=200, blank=True, default="")
    scope_id = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["place", "release"], name="places_boundary_once"),)
        indexes = (models.Index(fields=["release", "west", "south"], name="places_boundary_where"),)


class ImportBatch(Model):
    """Files uploaded together, with the guess of what their columns hold, on their way into one release per country."""

    tracked = True
    history_ignores = ("tables", "others")
    privacy: ClassVar = classed(
        INTERNAL, "country", "authority", "label", "published_on", "terms", "state", "tables", "counts", "others", "job", "made_by",
        "made_at", "checked_at", "taken_at",
    )  # fmt: skip

    country = models.CharField(_("country"), max_length=3, blank=True, default="")
    authority = models.CharField(_("authority"), max_length=80)
    label = models.CharField(_("release"), max_length=80)
    published_on = PartialDateField(_("published"), null=True, blank=True)
    terms = models.TextField(_("terms of use"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, default=ImportState.UPLOADED.value)
    # [{file, sheet, form, own, headers: […], meanings: […], rows, taken: bool}, …] in the order of reading
    tables = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    # [[pcode, relation, language, text], …]: further names found by the check, written when the import is taken
    others = models.JSONField(default=list)
    job = models.UUIDField(null=True)
    made_by = models.CharField(_("uploaded by"), max_length=200)
    made_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    checked_at = models.DateTimeField(_("checked"), null=True)
    taken_at = models.DateTimeField(_("taken"), null=True)


class ImportFile(Model):
    """An uploaded file as it came, so that an import can be checked again and its rows traced."""

    privacy: ClassVar = classed(INTERNAL, "batch", "name", "size", "digest", "content", "position")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="+")
    position = models.SmallIntegerField(default=0)
    name = models.CharField(_("file"), max_length=255)
    size = models.IntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()


class ImportFinding(Model):
    """One thing found wrong (error: the row is not taken) or worth a look (warning) in an import."""

    privacy: ClassVar = classed(
        INTERNAL, "batch", "ordinal", "severity", "code", "file", "row", "column", "value", "parameters"
    )

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="+", db_index=False)
    ordinal = models.IntegerField()
    severity = models.CharField(_("severity"), max_length=8)
    code = models.CharField(max_length=60)
    file = models.CharField(_("file and sheet"), max_length=300)
    row = models.IntegerField(_("row"), null=True)
    column = models.CharField(_("column"), max_length=200, blank=True, default="")
    value = models.CharField(_("value"), max_length=200, blank=True, default="")
    parameters = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["batch", "severity", "ordinal"], name="places_importfinding_order"),)


class PlaceInRelease(Model):
    """A place as a release has it: releases stand side by side, the current one and those before and besides it."""

    privacy: ClassVar = classed(
        PUBLIC, "release", "place", "parent", "pcode", "level", "kind", "status", "name", "names", "lon", "lat", "since", "until"
    ) | classed(INTERNAL, "batch", "source_table", "source_row", "scope_id")  # fmt: skip

    # No policy lets anybody delete a place or a release (migration 0002), so the database need not look both up again
    # for every row: that alone would be a tenth of an import.
    release = models.ForeignKey(Release, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_constraint=False)
    parent = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    pcode = models.CharField(_("P-code"), max_length=32, db_collation="C")
    level = models.SmallIntegerField(_("level"))
    kind = models.CharField(_("kind"), max_length=30)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    name = models.CharField(_("name"), max_length=200, db_collation="C")
    names = models.JSONField(default=dict)
    lon = models.FloatField(_("longitude"), null=True)
    lat = models.FloatField(_("latitude"), null=True)
    since = models.DateField(_("valid from"), null=True)
    until = models.DateField(_("valid to"), null=True)
    # Where it was written: table of the import and row.
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    source_table = models.SmallIntegerField(default=0)
    source_row = models.IntegerField(default=0)
    scope_id = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["release", "pcode"], name="places_placeinrelease_once"),)


class StagedPlace(Model):
    """A checked row waiting to be taken. Unlogged and emptied when the import is over: the files can be read again."""

    privacy: ClassVar = classed(
        INTERNAL, "batch_id", "source_table", "source_row", "country", "pcode", "level", "kind", "status", "name", "names",
        "parent_id", "place_id", "is_new", "area", "scope_id", "keys", "lon", "lat", "since", "until",
    )  # fmt: skip

    batch_id = models.UUIDField()
    source_table = models.SmallIntegerField()
    source_row = models.IntegerField()
    country = models.CharField(max_length=3, db_collation="C")
    pcode = models.CharField(max_length=32, db_collation="C")
    level = models.SmallIntegerField()
    kind = models.CharField(max_length=30)
    status = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    names = models.JSONField()
    parent_id = models.UUIDField(null=True)
    place_id = models.UUIDField()
    is_new = models.BooleanField()
    # Code of the ancestor (or the place itself) that access knows, or the scope of a parent that is there already.
    area = models.CharField(max_length=32, db_collation="C", null=True)  # noqa: DJ001 — exactly one of the two is set
    scope_id = models.IntegerField(null=True)
    keys = ArrayField(models.TextField())
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
