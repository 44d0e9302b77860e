"""What the enrolled are entitled to: closed by row-level security, and frozen once somebody has proposed it."""

# ruff: noqa: S608 — the names come from this migration, never from users

import banyan.platform.kernel.fields
import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.db.models.deletion
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows

ENTITLEMENT = {"view": "programmes.view_entitlement", "change": "programmes.change_entitlement"}
_REACH = f"(SELECT access_reach('{ENTITLEMENT['view']}'))"
# Runs hold nothing about people: they are seen from every part of their operation.
_SEE = f"operation_id IN (SELECT s.operation_id FROM access_scope s WHERE s.id <@ {_REACH}) OR coalesce(scope_id, 0) <@ {_REACH}"
# Whatever the application may get wrong: the terms of a run are those it began with, rows are written only while it is a
# simulation, and afterwards nothing about them changes but which of them stands. Where the run cannot be seen it counts as frozen.
FROZEN = """
CREATE FUNCTION programmes_entitlement_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM moved m LEFT JOIN programmes_entitlementrun r ON r.id = m.run_id WHERE r.state IS DISTINCT FROM 'simulated') THEN
        RAISE EXCEPTION 'entitlements are frozen once they are proposed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
-- A plan is kept that was made when few rows moved: it must not loop over all pairs when many do.
CREATE FUNCTION programmes_entitlement_kept() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM was w LEFT JOIN moved m ON m.id = w.id
        WHERE (w.run_id, w.cycle_id, w.package_id, w.package_code, w.enrolment_id, w.operation_id, w.scope_id, w.household_id,
               w.person_id, w.place_id, w.size, w.item, w.unit, w.amount, w.currency, w.quantity, w.parts, w.verdict,
               w.cause, w.replaces, w.origin)
              IS DISTINCT FROM
              (m.run_id, m.cycle_id, m.package_id, m.package_code, m.enrolment_id, m.operation_id, m.scope_id, m.household_id,
               m.person_id, m.place_id, m.size, m.item, m.unit, m.amount, m.currency, m.quantity, m.parts, m.verdict,
               m.cause, m.replaces, m.origin)
    ) THEN
        RAISE EXCEPTION 'entitlements never change, they are amended' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION programmes_entitlementrun_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.operation_id, OLD.programme_id, OLD.cycle_id, OLD.package_id, OLD.package_code, OLD.kind, OLD.subject, OLD.lines, OLD.rounding,
        OLD.step, OLD.cap, OLD.currency, OLD.day, OLD.amends_id, OLD.withdraws, OLD.made_by)
       IS DISTINCT FROM
       (NEW.operation_id, NEW.programme_id, NEW.cycle_id, NEW.package_id, NEW.package_code, NEW.kind, NEW.subject, NEW.lines, NEW.rounding,
        NEW.step, NEW.cap, NEW.currency, NEW.day, NEW.amends_id, NEW.withdraws, NEW.made_by)
       OR (OLD.state IN ('approved', 'amended') AND (NEW.state NOT IN ('approved', 'amended')
           OR (OLD.totals, OLD.proposed_by, OLD.approved_by) IS DISTINCT FROM (NEW.totals, NEW.proposed_by, NEW.approved_by))) THEN
        RAISE EXCEPTION 'a run keeps the terms it began with' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programmes_entitlement_written AFTER INSERT ON programmes_entitlement REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION programmes_entitlement_frozen();
CREATE TRIGGER programmes_entitlement_removed AFTER DELETE ON programmes_entitlement REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION programmes_entitlement_frozen();
CREATE TRIGGER programmes_entitlement_moved AFTER UPDATE ON programmes_entitlement REFERENCING OLD TABLE AS was NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION programmes_entitlement_kept();
CREATE TRIGGER programmes_entitlementrun_moved BEFORE UPDATE ON programmes_entitlementrun
    FOR EACH ROW EXECUTE FUNCTION programmes_entitlementrun_kept();
"""
THAWED = """
DROP TRIGGER programmes_entitlementrun_moved ON programmes_entitlementrun;
DROP TRIGGER programmes_entitlement_moved ON programmes_entitlement;
DROP TRIGGER programmes_entitlement_removed ON programmes_entitlement;
DROP TRIGGER programmes_entitlement_written ON programmes_entitlement;
DROP FUNCTION programmes_entitlementrun_kept();
DROP FUNCTION programmes_entitlement_kept();
DROP FUNCTION programmes_entitlement_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_log_of_reads"),
        ("places", "0002_protection"),
        ("programmes", "0002_targeting"),
        ("registry", "0009_merge"),
    ]

    operations = [
        migrations.CreateModel(
            name="EntitlementRun",
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
                ("package_code", models.CharField(db_collation="C", max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cash", "cash"),
                            ("voucher", "voucher"),
                            ("in_kind", "in kind"),
                            ("service", "service"),
                        ],
                        db_collation="C",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("subject", models.CharField(db_collation="C", max_length=10, verbose_name="for whom")),
                ("lines", models.JSONField(default=list, verbose_name="formulas")),
                (
                    "rounding",
                    models.CharField(
                        choices=[
                            ("ROUND_HALF_UP", "half up"),
                            ("ROUND_HALF_EVEN", "half to the even neighbour"),
                            ("ROUND_DOWN", "down: never gives more"),
                            ("ROUND_UP", "up: never gives less"),
                        ],
                        db_collation="C",
                        max_length=20,
                        verbose_name="rounding",
                    ),
                ),
                ("step", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="smallest unit")),
                ("cap", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="at most")),
                (
                    "currency",
                    models.CharField(
                        db_collation="C",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                        verbose_name="currency",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("simulated", "simulated"),
                            ("proposed", "waits for a second person"),
                            ("approved", "approved"),
                            ("amended", "amended"),
                        ],
                        db_collation="C",
                        default="simulated",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("totals", models.JSONField(default=dict, verbose_name="totals")),
                ("job", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                ("withdraws", models.BooleanField(default=False)),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="simulated")),
                ("reckoned_at", models.DateTimeField(null=True)),
                ("proposed_by", models.UUIDField(null=True)),
                ("proposed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("proposed_at", models.DateTimeField(null=True, verbose_name="proposed")),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approved")),
                (
                    "refused_why",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="why it was refused"),
                ),
                (
                    "amends",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.entitlementrun",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.cycle"
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.package"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "computation of entitlements",
                "verbose_name_plural": "computations of entitlements",
            },
        ),
        migrations.CreateModel(
            name="Entitlement",
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
                ("package_code", models.CharField(db_collation="C", max_length=40)),
                ("size", models.IntegerField(null=True, verbose_name="people")),
                (
                    "item",
                    models.CharField(blank=True, db_collation="C", default="", max_length=40, verbose_name="item"),
                ),
                ("unit", models.CharField(blank=True, default="", max_length=40, verbose_name="unit")),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="amount")),
                (
                    "currency",
                    models.CharField(blank=True, db_collation="C", default="", max_length=3, verbose_name="currency"),
                ),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="quantity")),
                ("parts", models.JSONField(default=list)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("due", "entitled"),
                            ("nothing", "entitled to nothing"),
                            ("undecided", "cannot be decided"),
                        ],
                        db_collation="C",
                        max_length=9,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("unknown", "The record leaves open what the formula asks for."),
                            ("absent", "There is no active record within reach."),
                            ("negative", "The formula gives less than nothing."),
                            ("beyond", "The formula gives more than can be kept."),
                            ("withdrawn", "It was taken back."),
                        ],
                        db_collation="C",
                        default="",
                        max_length=9,
                    ),
                ),
                ("stands", models.BooleanField(default=False)),
                ("replaces", models.UUIDField(null=True)),
                ("replaced_by", models.UUIDField(null=True)),
                ("origin", models.UUIDField()),
                (
                    "cycle",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.cycle",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.enrolment",
                    ),
                ),
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
                    "package",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.package",
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
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.entitlementrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "entitlement",
                "verbose_name_plural": "entitlements",
            },
        ),
        migrations.AddIndex(
            model_name="entitlementrun",
            index=models.Index(fields=["programme", "id"], name="programmes_entitlementrun_list"),
        ),
        migrations.AddConstraint(
            model_name="entitlementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(
                        models.Q(("approved_by", models.F("made_by")), _negated=True),
                        models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="programmes_entitlementrun_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "amended"]), _negated=True),
                    models.Q(
                        ("approved_by__isnull", False), ("made_by__isnull", False), ("proposed_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="programmes_entitlementrun_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("amends", None), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="programmes_entitlementrun_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(fields=["run", "verdict", "id"], name="programmes_entitlement_list"),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(fields=["household"], name="programmes_entitlement_home"),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(
                condition=models.Q(("replaces", None), _negated=True),
                fields=["replaces"],
                name="programmes_entitlement_former",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stands", True)),
                fields=("enrolment", "cycle", "package_code", "item"),
                name="programmes_entitlement_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", None), ("quantity", None), ("stands", False), ("verdict", "undecided")),
                    models.Q(("amount", 0), ("quantity", None), ("verdict", "nothing")),
                    models.Q(("amount", None), ("quantity", 0), ("verdict", "nothing")),
                    models.Q(("amount__gt", 0), ("quantity", None), ("verdict", "due")),
                    models.Q(("amount", None), ("quantity__gt", 0), ("verdict", "due")),
                    _connector="OR",
                ),
                name="programmes_entitlement_verdict",
            ),
        ),
        ProtectRows("programmes_entitlementrun", **ENTITLEMENT),
        migrations.RunSQL(
            f"ALTER POLICY programmes_entitlementrun_see ON programmes_entitlementrun USING ({_SEE})",
            migrations.RunSQL.noop,
        ),
        ProtectRows("programmes_entitlement", **ENTITLEMENT),
        migrations.RunSQL(FROZEN, THAWED),
    ]
