"""Sanctions lists, runs of the screening and hits, closed to everybody without the permission to view the screening."""

import django.db.models.deletion
from django.db import migrations, models

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
from banyan.platform.access.migrating import ProtectRows, RestrictTable

HITS = {"view": "linkage.view_screening", "change": "linkage.decide_screening"}
LISTS = {"view": "linkage.view_screening", "change": "linkage.load_lists"}
# Whatever says how it came to a decision stays: rows are written and changed, or written once, never deleted.
KEPT = (
    "linkage_listversion",
    "linkage_listedparty",
    "linkage_screeningrun",
    "linkage_screeninghit",
    "linkage_screeningstep",
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_log_of_reads"),
        ("linkage", "0001_tables"),
        ("registry", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Screened",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="registry.person",
                    ),
                ),
                ("scope_id", models.IntegerField()),
                ("digest", models.BigIntegerField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ListVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("un", "United Nations Security Council"),
                            ("eu", "European Union"),
                            ("ofac", "OFAC, specially designated nationals"),
                            ("own", "a list of one's own"),
                        ],
                        db_collation="C",
                        max_length=8,
                        verbose_name="list",
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                (
                    "made",
                    models.CharField(blank=True, db_collation="C", default="", max_length=10, verbose_name="made on"),
                ),
                ("checksum", models.CharField(db_collation="C", max_length=64, verbose_name="checksum")),
                ("size", models.IntegerField(verbose_name="size")),
                ("kept", models.CharField(max_length=80)),
                ("entries", models.IntegerField(verbose_name="people")),
                ("others", models.IntegerField(verbose_name="organisations and ships")),
                ("joined", models.IntegerField(verbose_name="new")),
                ("left", models.IntegerField(verbose_name="not on it any more")),
                ("changed", models.IntegerField(verbose_name="changed")),
                ("notes", models.JSONField(default=list, verbose_name="doubtful")),
                ("noted", models.IntegerField(default=0, verbose_name="doubtful")),
                ("is_live", models.BooleanField(default=True, verbose_name="in use")),
                ("loaded_by", models.UUIDField(null=True)),
                ("loaded_by_label", models.CharField(max_length=200, verbose_name="loaded by")),
                ("loaded_at", models.DateTimeField(auto_now_add=True, verbose_name="loaded")),
                ("replaced_at", models.DateTimeField(blank=True, null=True, verbose_name="replaced")),
            ],
            options={
                "verbose_name": "sanctions list",
                "verbose_name_plural": "sanctions lists",
                "indexes": [models.Index(fields=["-loaded_at", "id"], name="linkage_listversion_latest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)), fields=("source",), name="linkage_listversion_one_live"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ListedParty",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("source", models.CharField(db_collation="C", max_length=8)),
                ("key", models.CharField(db_collation="C", max_length=80)),
                ("name", models.CharField(db_collation="C", max_length=300, verbose_name="name")),
                ("reference", models.CharField(blank=True, default="", max_length=80, verbose_name="reference")),
                ("programme", models.CharField(blank=True, default="", max_length=120, verbose_name="programme")),
                ("listed_on", models.CharField(blank=True, default="", max_length=10, verbose_name="listed on")),
                ("remarks", models.TextField(blank=True, default="", verbose_name="remarks")),
                ("compared", models.JSONField()),
                ("digest", models.BigIntegerField()),
                (
                    "since",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="linkage.listversion"
                    ),
                ),
                (
                    "until",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="linkage.listversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "listed person",
                "verbose_name_plural": "listed people",
            },
        ),
        migrations.CreateModel(
            name="ScreeningRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("list", "a new version of a list"),
                            ("night", "every night, whoever changed"),
                            ("person", "one person, on demand"),
                            ("demand", "everybody, on demand"),
                        ],
                        db_collation="C",
                        max_length=8,
                        verbose_name="reason",
                    ),
                ),
                ("versions", models.JSONField(default=list)),
                ("started_at", models.DateTimeField(auto_now_add=True, verbose_name="started")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                (
                    "asked_by_label",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="asked for by"),
                ),
                ("counts", models.JSONField(default=dict)),
                ("shares", models.JSONField(default=dict)),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="linkage.listversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "screening",
                "verbose_name_plural": "screenings",
            },
        ),
        migrations.CreateModel(
            name="ScreeningHit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope_id", models.IntegerField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("un", "United Nations Security Council"),
                            ("eu", "European Union"),
                            ("ofac", "OFAC, specially designated nationals"),
                            ("own", "a list of one's own"),
                        ],
                        db_collation="C",
                        max_length=8,
                        verbose_name="list",
                    ),
                ),
                ("key", models.CharField(db_collation="C", max_length=80)),
                (
                    "zone",
                    models.CharField(
                        choices=[
                            ("document", "the number of a document"),
                            ("strong", "name and date of birth, closely"),
                            ("possible", "name and date of birth, roughly"),
                            ("name_only", "a name alone"),
                        ],
                        db_collation="C",
                        max_length=9,
                        verbose_name="rests on",
                    ),
                ),
                ("rank", models.SmallIntegerField()),
                ("weight", models.FloatField(verbose_name="weight")),
                ("listed_name", models.CharField(max_length=300, verbose_name="name on the list")),
                ("own_name", models.CharField(max_length=300, verbose_name="name in the register")),
                ("reasons", models.JSONField(default=list)),
                ("found_at", models.DateTimeField(auto_now_add=True, verbose_name="found")),
                ("digest_person", models.BigIntegerField()),
                ("digest_party", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("escalated", "escalated"),
                            ("confirmed", "confirmed"),
                            ("cleared", "cleared"),
                        ],
                        db_collation="C",
                        default="open",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("gone_on", models.DateField(blank=True, null=True, verbose_name="no longer found since")),
                ("reopened", models.SmallIntegerField(default=0, verbose_name="opened again")),
                ("escalated_by", models.UUIDField(null=True)),
                (
                    "escalated_by_label",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="escalated by"),
                ),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "escalated_why",
                    models.CharField(blank=True, default="", max_length=1000, verbose_name="why it was escalated"),
                ),
                ("decided_by", models.UUIDField(null=True)),
                (
                    "decided_by_label",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="decided by"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_why",
                    models.CharField(blank=True, default="", max_length=1000, verbose_name="why it was decided so"),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="linkage.listedparty"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="linkage.screeningrun"
                    ),
                ),
            ],
            options={
                "verbose_name": "hit",
                "verbose_name_plural": "hits",
            },
        ),
        migrations.CreateModel(
            name="ScreeningStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope_id", models.IntegerField()),
                ("verb", models.CharField(db_collation="C", max_length=10)),
                ("by", models.UUIDField(null=True)),
                ("by_label", models.CharField(max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "hit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="linkage.screeninghit"
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a hit",
                "verbose_name_plural": "steps of hits",
            },
        ),
        migrations.AddIndex(
            model_name="listedparty",
            index=models.Index(fields=["source", "key"], name="linkage_listedparty_key"),
        ),
        migrations.AddIndex(
            model_name="listedparty",
            index=models.Index(fields=["name", "id"], name="linkage_listedparty_name"),
        ),
        migrations.AddConstraint(
            model_name="listedparty",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("source", "key"), name="linkage_listedparty_one_wording"
            ),
        ),
        migrations.AddIndex(
            model_name="screeningrun",
            index=models.Index(fields=["-started_at", "id"], name="linkage_screeningrun_latest"),
        ),
        migrations.AddIndex(
            model_name="screeninghit",
            index=models.Index(fields=["rank", "-weight", "id"], name="linkage_screeninghit_queue"),
        ),
        migrations.AddIndex(
            model_name="screeninghit",
            index=models.Index(fields=["source", "key"], name="linkage_screeninghit_entry"),
        ),
        migrations.AddConstraint(
            model_name="screeninghit",
            constraint=models.UniqueConstraint(fields=("person", "source", "key"), name="linkage_screeninghit_once"),
        ),
        migrations.AddConstraint(
            model_name="screeninghit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "confirmed"), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("escalated_by__isnull", False),
                        models.Q(("escalated_by", models.F("decided_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="linkage_screeninghit_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeninghit",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "escalated", "confirmed", "cleared"])),
                name="linkage_screeninghit_state",
            ),
        ),
        RestrictTable("linkage_listversion", **LISTS),
        RestrictTable("linkage_listedparty", **LISTS),
        RestrictTable("linkage_screeningrun", **HITS),
        ProtectRows("linkage_screeninghit", **HITS),
        ProtectRows("linkage_screeningstep", **HITS),
        ProtectRows("linkage_screened", **HITS),
        *(
            migrations.RunSQL(
                f"DROP POLICY {table}_delete ON {table}",
                # The operations above drop the policy by its name when they are reversed.
                f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING (false)",
            )
            for table in KEPT
        ),
        migrations.RunSQL(
            "DROP POLICY linkage_screeningstep_update ON linkage_screeningstep",
            "CREATE POLICY linkage_screeningstep_update ON linkage_screeningstep FOR UPDATE USING (false)",
        ),
    ]
