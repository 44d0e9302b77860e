"""Whom programmes are for: rules, lists, runs and their frozen rows; closed by row-level security."""

# ruff: noqa: S608 — the names come from this migration, never from users

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows

TARGETING = {"view": "programmes.view_targeting", "change": "programmes.change_targeting"}


def _design(table):
    """What is asked holds nothing about people: it is seen from every part of its operation."""
    reach = f"(SELECT access_reach('{TARGETING['view']}'))"
    see = f"operation_id IN (SELECT s.operation_id FROM access_scope s WHERE s.id <@ {reach}) OR coalesce(scope_id, 0) <@ {reach}"
    return (
        ProtectRows(f"programmes_{table}", **TARGETING),
        migrations.RunSQL(
            f"ALTER POLICY programmes_{table}_see ON programmes_{table} USING ({see})", migrations.RunSQL.noop
        ),
    )


def _kept(table):
    """Never deleted: rows of runs and enrolments refer to it."""
    return migrations.RunSQL(
        f"DROP POLICY programmes_{table}_delete ON programmes_{table}",
        # ProtectRows in reverse drops the policy by its name.
        f"CREATE POLICY programmes_{table}_delete ON programmes_{table} FOR DELETE USING (false)",
    )


# Whatever the application may get wrong: nobody proposes or approves for somebody else, and nothing changes on the way.
_GUARD = """
CREATE FUNCTION programmes_targeting_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE actor text := CASE WHEN access_actor() LIKE 'system:%' THEN NULL ELSE access_actor() END;
BEGIN
    IF TG_OP = 'INSERT' AND NEW.state <> 'draft'
        OR TG_OP = 'UPDATE' AND NEW.state = 'proposed' AND OLD.state <> 'proposed'
            AND (OLD.state <> 'draft' OR NEW.proposed_by::text IS DISTINCT FROM actor)
        OR TG_OP = 'UPDATE' AND NEW.state = 'approved' AND OLD.state <> 'approved'
            AND (OLD.state <> 'proposed' OR actor IS NULL OR NEW.decided_by::text IS DISTINCT FROM actor
                 OR actor = NEW.changed_by::text)
        OR TG_OP = 'UPDATE' AND OLD.state IN ('proposed', 'approved') AND NEW.state IN ('proposed', 'approved')
            AND (NEW.run_id, NEW.rules, NEW.score, NEW.threshold, NEW.proposed_by, NEW.changed_by)
                IS DISTINCT FROM (OLD.run_id, OLD.rules, OLD.score, OLD.threshold, OLD.proposed_by, OLD.changed_by)
    THEN
        RAISE EXCEPTION 'a targeting is proposed by who acts and approved by another who acts'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'programmes_targeting_duties';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programmes_targeting_guard BEFORE INSERT OR UPDATE ON programmes_targeting
    FOR EACH ROW EXECUTE FUNCTION programmes_targeting_guard();
"""
_NO_GUARD = """
DROP TRIGGER programmes_targeting_guard ON programmes_targeting;
DROP FUNCTION programmes_targeting_guard();
"""

# Only an owner may ANALYZE: after a large run the planner would still believe that the table is as it was.
_LEARN = """
CREATE FUNCTION programmes_learn() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    ANALYZE programmes_targetrow
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_log_of_reads"),
        ("places", "0002_protection"),
        ("programmes", "0001_tables"),
        ("registry", "0009_merge"),
    ]

    operations = [
        migrations.CreateModel(
            name="Targeting",
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
                ("number", models.IntegerField(verbose_name="number")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("rules", models.JSONField(default=list, verbose_name="rules")),
                ("score", models.JSONField(default=list, verbose_name="score")),
                (
                    "threshold",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=19, null=True, verbose_name="threshold"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("proposed", "waits for a second person"),
                            ("approved", "approved"),
                            ("retired", "retired"),
                        ],
                        db_collation="C",
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("changed_by", models.UUIDField(null=True)),
                ("changed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("changed_at", models.DateTimeField(null=True)),
                ("proposed_by", models.UUIDField(null=True)),
                ("proposed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "cycle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.cycle",
                    ),
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
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "targeting",
                "verbose_name_plural": "targetings",
            },
        ),
        migrations.CreateModel(
            name="TargetingRun",
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
                ("number", models.IntegerField(verbose_name="number")),
                ("day", models.DateField(verbose_name="day")),
                ("for_whom", models.CharField(db_collation="C", max_length=9)),
                ("rules", models.JSONField(default=list, verbose_name="rules")),
                ("score", models.JSONField(default=list, verbose_name="score")),
                (
                    "threshold",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=19, null=True, verbose_name="threshold"
                    ),
                ),
                ("digest", models.CharField(db_collation="C", max_length=64)),
                ("counts", models.JSONField(default=dict)),
                ("job", models.UUIDField(null=True)),
                ("started_by", models.UUIDField(null=True)),
                ("started_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("started_at", models.DateTimeField(auto_now_add=True)),
                ("done_at", models.DateTimeField(null=True)),
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
                    "targeting",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="programmes.targeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "targeting run",
                "verbose_name_plural": "targeting runs",
            },
        ),
        migrations.AddField(
            model_name="targeting",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.targetingrun",
            ),
        ),
        migrations.CreateModel(
            name="TargetRow",
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
                ("size", models.IntegerField(verbose_name="people")),
                ("composition", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("marks", models.CharField(blank=True, db_collation="C", default="", max_length=40)),
                ("atoms", models.TextField(blank=True, db_collation="C", default="")),
                ("eligible", models.CharField(db_collation="C", max_length=1)),
                (
                    "points",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=4, max_digits=19, null=True), size=None
                    ),
                ),
                ("score", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="score")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("in", "in"),
                            ("included", "in by list"),
                            ("unknown", "cannot be decided"),
                            ("out", "out"),
                            ("excluded", "out by list"),
                        ],
                        db_collation="C",
                        max_length=8,
                        verbose_name="verdict",
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                ("source", models.CharField(blank=True, default="", max_length=200, verbose_name="source")),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
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
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.targetingrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a targeting run",
                "verbose_name_plural": "rows of targeting runs",
            },
        ),
        migrations.CreateModel(
            name="ListEntry",
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
                    "kind",
                    models.CharField(
                        choices=[("include", "to be included"), ("exclude", "to be left out")],
                        db_collation="C",
                        max_length=7,
                        verbose_name="list",
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                ("source", models.CharField(blank=True, default="", max_length=200, verbose_name="source")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
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
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "targeting",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="programmes.targeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of a list",
                "verbose_name_plural": "entries of lists",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("targeting", "kind", "household", "person"),
                        name="programmes_listentry_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("household", None), ("person", None), _connector="XOR"),
                        name="programmes_listentry_of_one",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="targetingrun",
            constraint=models.UniqueConstraint(fields=("targeting", "number"), name="programmes_targetingrun_once"),
        ),
        migrations.AddConstraint(
            model_name="targeting",
            constraint=models.UniqueConstraint(fields=("programme", "number"), name="programmes_targeting_once"),
        ),
        migrations.AddConstraint(
            model_name="targeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("proposed_by__isnull", False),
                        ("run__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="programmes_targeting_two_people",
            ),
        ),
        migrations.AddIndex(
            model_name="targetrow",
            index=models.Index(fields=["run", "verdict", "score"], name="programmes_targetrow_verdict"),
        ),
        migrations.AddConstraint(
            model_name="targetrow",
            constraint=models.UniqueConstraint(
                fields=("run", "household", "person"), name="programmes_targetrow_once", nulls_distinct=False
            ),
        ),
        *(part for table in ("targeting", "targetingrun") for part in (*_design(table), _kept(table))),
        *(ProtectRows(f"programmes_{table}", **TARGETING) for table in ("listentry", "targetrow")),
        migrations.RunSQL(_GUARD, _NO_GUARD),
        migrations.RunSQL(_LEARN, "DROP FUNCTION programmes_learn()"),
    ]
