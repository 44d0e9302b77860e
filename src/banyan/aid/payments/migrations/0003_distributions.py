"""Distributions with their stock, and verification; what was handed out or asked is never deleted."""

# ruff: noqa: S608 — the names come from this migration, never from users

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.db.models.deletion
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows


DISTRIBUTIONS = {"view": "payments.view_distribution", "change": "payments.keep_distribution"}
VERIFICATIONS = {"view": "payments.view_verification", "change": "payments.verify"}
PROTECTED = {
    **dict.fromkeys(("site", "distribution", "distributionline", "handout", "handoutitem"), DISTRIBUTIONS),
    "verificationitem": VERIFICATIONS,
}
# What lies at a site follows from what is booked there and is written by nobody else. A movement comes whole, in one statement, and adds
# up to nothing for each item; the check on the level refuses what does not lie there, however many take it at once.
_LEVELS = """
CREATE FUNCTION payments_stock_levels() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added GROUP BY movement, item, unit HAVING sum(quantity) <> 0)
       OR EXISTS (
           SELECT FROM payments_stockentry e JOIN added a USING (movement)
           WHERE NOT EXISTS (SELECT FROM added b WHERE b.id = e.id)
       ) THEN
        RAISE EXCEPTION 'a movement of goods does not add up'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_stockentry_balance';
    END IF;
    INSERT INTO payments_stocklevel (id, site_id, item, unit, quantity)
    SELECT banyan_new_id(), site_id, item, unit, 0 FROM added WHERE account = 'stock' GROUP BY site_id, item, unit
    ON CONFLICT DO NOTHING;
    -- In one order, so that two movements between the same sites do not wait for each other.
    PERFORM FROM payments_stocklevel l
    WHERE EXISTS (SELECT FROM added a WHERE (a.site_id, a.item, a.unit, a.account) = (l.site_id, l.item, l.unit, 'stock'))
    ORDER BY l.id FOR UPDATE;
    UPDATE payments_stocklevel l SET quantity = l.quantity + a.moved
    FROM (SELECT site_id, item, unit, sum(quantity) AS moved FROM added WHERE account = 'stock' GROUP BY 1, 2, 3) a
    WHERE (a.site_id, a.item, a.unit) = (l.site_id, l.item, l.unit);
    RETURN NULL;
END $$;
CREATE TRIGGER payments_stock_levels AFTER INSERT ON payments_stockentry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments_stock_levels();
"""
_NO_LEVELS = "DROP TRIGGER payments_stock_levels ON payments_stockentry; DROP FUNCTION payments_stock_levels()"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_log_of_reads"),
        ("payments", "0002_delivery"),
        ("places", "0002_protection"),
        ("registry", "0009_merge"),
    ]

    operations = [
        migrations.CreateModel(
            name="Distribution",
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
                ("day", models.DateField(verbose_name="day")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("open", "handing out"),
                            ("closed", "closed"),
                            ("cancelled", "cancelled"),
                        ],
                        db_collation="C",
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                ("lines", models.IntegerField(default=0, verbose_name="lines")),
                ("households", models.IntegerField(default=0, verbose_name="households")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("opened_at", models.DateTimeField(null=True, verbose_name="opened")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                ("closed_by_label", models.CharField(blank=True, default="", max_length=200)),
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="distributions", to="payments.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "distribution",
                "verbose_name_plural": "distributions",
            },
        ),
        migrations.CreateModel(
            name="Handout",
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
                ("key", models.UUIDField(unique=True)),
                (
                    "who",
                    models.CharField(
                        choices=[
                            ("collector", "the collector written down"),
                            ("alternate", "the alternate"),
                            ("proxy", "somebody they sent"),
                        ],
                        db_collation="C",
                        max_length=9,
                        verbose_name="who came",
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=200, verbose_name="name")),
                ("signature", models.CharField(blank=True, db_collation="C", default="", max_length=80)),
                ("photo", models.CharField(blank=True, db_collation="C", default="", max_length=80)),
                ("handed_by", models.UUIDField()),
                ("handed_by_label", models.CharField(max_length=200)),
                ("handed_at", models.DateTimeField(auto_now_add=True, verbose_name="handed out")),
                ("back_at", models.DateTimeField(null=True, verbose_name="handed back")),
                ("back_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("back_reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                (
                    "collector",
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
                    "distribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handouts", to="payments.distribution"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "handing out",
                "verbose_name_plural": "handings out",
            },
        ),
        migrations.CreateModel(
            name="HandoutItem",
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
                ("quantity", models.DecimalField(decimal_places=4, max_digits=19)),
                (
                    "handout",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="payments.handout",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.line"
                    ),
                ),
            ],
            options={
                "verbose_name": "quantity handed out",
                "verbose_name_plural": "quantities handed out",
            },
        ),
        migrations.CreateModel(
            name="Site",
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
                ("code", models.CharField(db_collation="C", max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
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
                    "place",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "verbose_name": "site",
                "verbose_name_plural": "sites",
            },
        ),
        migrations.AddField(
            model_name="distribution",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="distributions", to="payments.site"
            ),
        ),
        migrations.CreateModel(
            name="StockEntry",
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
                ("movement", models.UUIDField()),
                ("key", models.CharField(db_collation="C", max_length=120, unique=True)),
                ("item", models.CharField(db_collation="C", max_length=64, verbose_name="item")),
                ("unit", models.CharField(db_collation="C", max_length=40, verbose_name="unit")),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("supply", "came from outside"),
                            ("stock", "lies at the site"),
                            ("handed", "handed out"),
                            ("lost", "lost or spoilt"),
                        ],
                        db_collation="C",
                        max_length=6,
                        verbose_name="account",
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=19)),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                (
                    "handout",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.handout"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payments.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock entry",
                "verbose_name_plural": "stock entries",
            },
        ),
        migrations.CreateModel(
            name="StockLevel",
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
                ("item", models.CharField(db_collation="C", max_length=64, verbose_name="item")),
                ("unit", models.CharField(db_collation="C", max_length=40, verbose_name="unit")),
                ("quantity", models.DecimalField(decimal_places=4, default=0, max_digits=19)),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="levels",
                        to="payments.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock level",
                "verbose_name_plural": "stock levels",
            },
        ),
        migrations.CreateModel(
            name="Verification",
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
                ("label", models.CharField(max_length=120, verbose_name="name")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("visit", "visit"),
                            ("phone", "telephone"),
                            ("sms", "text message"),
                            ("list", "signed list"),
                        ],
                        db_collation="C",
                        max_length=5,
                        verbose_name="asked by",
                    ),
                ),
                ("whole", models.BooleanField(default=False, verbose_name="every line")),
                ("seed", models.BigIntegerField(verbose_name="seed")),
                ("confidence", models.SmallIntegerField(default=95, verbose_name="confidence (%)")),
                ("margin", models.DecimalField(decimal_places=1, max_digits=4, verbose_name="margin (%)")),
                ("population", models.IntegerField(default=0, verbose_name="lines delivered")),
                ("size", models.IntegerField(default=0, verbose_name="lines drawn")),
                ("due_on", models.DateField(null=True, verbose_name="until")),
                ("job", models.UUIDField(null=True)),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                ("closed_by_label", models.CharField(blank=True, default="", max_length=200)),
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="verifications", to="payments.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "verification",
                "verbose_name_plural": "verifications",
            },
        ),
        migrations.CreateModel(
            name="VerificationItem",
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
                ("position", models.IntegerField(verbose_name="number")),
                ("recorded", models.DecimalField(decimal_places=4, max_digits=19)),
                ("unit", models.CharField(db_collation="C", max_length=40, verbose_name="unit")),
                ("asked_at", models.DateTimeField(null=True, verbose_name="asked")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("received", "received as recorded"),
                            ("less", "received less"),
                            ("nothing", "received nothing"),
                            ("unreached", "not reached"),
                            ("refused", "did not want to answer"),
                        ],
                        db_collation="C",
                        default="",
                        max_length=9,
                        verbose_name="outcome",
                    ),
                ),
                ("said", models.DecimalField(decimal_places=4, max_digits=19, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "settled",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("explained", "explained: it did arrive"),
                            ("confirmed", "confirmed: it did not arrive"),
                        ],
                        db_collation="C",
                        default="",
                        max_length=9,
                        verbose_name="settled",
                    ),
                ),
                (
                    "settled_note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="what was found"),
                ),
                ("settled_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.line"
                    ),
                ),
                (
                    "verification",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="payments.verification",
                    ),
                ),
            ],
            options={
                "verbose_name": "line to verify",
                "verbose_name_plural": "lines to verify",
            },
        ),
        migrations.CreateModel(
            name="DistributionLine",
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
                ("position", models.IntegerField(verbose_name="number")),
                ("item", models.CharField(db_collation="C", max_length=64, verbose_name="item")),
                ("unit", models.CharField(db_collation="C", max_length=40, verbose_name="unit")),
                ("granted", models.DecimalField(decimal_places=4, max_digits=19)),
                ("handed", models.DecimalField(decimal_places=4, default=0, max_digits=19)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "distribution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listed",
                        to="payments.distribution",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.line",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a distribution",
                "verbose_name_plural": "lines of distributions",
                "indexes": [models.Index(fields=["distribution", "position"], name="payments_distline_order")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_at", None)), fields=("line",), name="payments_distline_once"
                    ),
                    models.UniqueConstraint(fields=("distribution", "line"), name="payments_distline_listed"),
                    models.CheckConstraint(
                        condition=models.Q(("handed__gte", 0), ("handed__lte", models.F("granted"))),
                        name="payments_distline_no_more",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="handout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("who", "proxy"), _negated=True),
                    models.Q(
                        models.Q(("name", ""), _negated=True),
                        models.Q(
                            models.Q(("signature", ""), _negated=True),
                            models.Q(("photo", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="payments_handout_proxy",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoutitem",
            constraint=models.UniqueConstraint(fields=("handout", "line"), name="payments_handoutitem_once"),
        ),
        migrations.AddConstraint(
            model_name="handoutitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="payments_handoutitem_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(fields=("operation", "code"), name="payments_site_code"),
        ),
        migrations.AddIndex(
            model_name="distribution",
            index=models.Index(fields=["operation", "-day", "id"], name="payments_distribution_latest"),
        ),
        migrations.AddIndex(
            model_name="stockentry",
            index=models.Index(fields=["movement"], name="payments_stockentry_movement"),
        ),
        migrations.AddIndex(
            model_name="stockentry",
            index=models.Index(fields=["site", "-made_at", "id"], name="payments_stockentry_latest"),
        ),
        migrations.AddConstraint(
            model_name="stocklevel",
            constraint=models.UniqueConstraint(fields=("site", "item", "unit"), name="payments_stocklevel_once"),
        ),
        migrations.AddConstraint(
            model_name="stocklevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 0)), name="payments_stocklevel_not_below"
            ),
        ),
        migrations.AddIndex(
            model_name="verification",
            index=models.Index(fields=["operation", "-made_at", "id"], name="payments_verification_latest"),
        ),
        migrations.AddConstraint(
            model_name="verificationitem",
            constraint=models.UniqueConstraint(fields=("verification", "position"), name="payments_verifyitem_place"),
        ),
        migrations.AddConstraint(
            model_name="verificationitem",
            constraint=models.UniqueConstraint(fields=("verification", "line"), name="payments_verifyitem_once"),
        ),
        migrations.AddConstraint(
            model_name="verificationitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "received", "less", "nothing", "unreached", "refused"])),
                name="payments_verifyitem_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="verificationitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("settled", ""), ("outcome__in", ["less", "nothing"]), _connector="OR"),
                name="payments_verifyitem_settled",
            ),
        ),
        *(ProtectRows(f"payments_{table}", **rights) for table, rights in PROTECTED.items()),
        # What was handed out or asked stays: nobody deletes it.
        *(
            migrations.RunSQL(
                f"DROP POLICY payments_{table}_delete ON payments_{table}",
                # ProtectRows in reverse drops the policy by its name.
                f"CREATE POLICY payments_{table}_delete ON payments_{table} FOR DELETE USING (false)",
            )
            for table in PROTECTED
        ),
        migrations.RunSQL(_LEVELS, _NO_LEVELS),
    ]
