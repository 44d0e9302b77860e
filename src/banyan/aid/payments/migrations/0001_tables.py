"""Plans, lines, steps, ledger and holds; closed by row-level security, and by triggers against whoever writes past the actions."""

# ruff: noqa: S608 — the names come from this migration, never from users

import banyan.platform.kernel.fields
import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows

PLANS = {"view": "payments.view_plan", "change": "payments.move_plan"}
LINES = {"view": "payments.view_line", "change": "payments.move_plan"}
HOLDS = {"view": "payments.view_line", "change": "payments.hold_payment"}
BANDS = {"view": "payments.view_plan", "change": "payments.set_bands"}


def _open(table, rights):
    """What holds nothing about people is seen from every part of its operation, and changed by who reaches where it works."""
    reach = f"(SELECT access_reach('{rights['view']}'))"
    see = f"operation_id IN (SELECT s.operation_id FROM access_scope s WHERE s.id <@ {reach}) OR coalesce(scope_id, 0) <@ {reach}"
    return (
        ProtectRows(f"payments_{table}", **rights),
        migrations.RunSQL(
            f"ALTER POLICY payments_{table}_see ON payments_{table} USING ({see})", migrations.RunSQL.noop
        ),
    )


# Duties are asked of the sealed reach too, so the database has to be told of these permissions.
_DUTIES = """
INSERT INTO access_protectedtable ("table", view_permission, change_permission) VALUES
    ('payments_planstep: prepare', '', 'payments.prepare_plan'),
    ('payments_planstep: approve', '', 'payments.approve_plan'),
    ('payments_planstep: authorise', '', 'payments.authorise_plan'),
    ('payments_planstep: release', '', 'payments.release_plan')
"""
_NO_DUTIES = """DELETE FROM access_protectedtable WHERE "table" LIKE 'payments_planstep: %'"""

_FUNCTIONS = """
-- What was agreed to: who gets what, into which account, out of which budget line. Held and cancelled lines are not part of it.
CREATE FUNCTION payments_digest(of_plan uuid) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(coalesce(string_agg(
        ROW(l.no, l.key, l.household_id, l.person_id, l.collector_id, l.alternate_id, l.account, l.amount, l.item, l.budget_line)::text,
        E'\\n' ORDER BY l.no), ''), 'UTF8')), 'hex')
    FROM payments_line l WHERE l.plan_id = of_plan AND l.state NOT IN ('held', 'cancelled')
$$;

-- How many people approve and authorise an amount of the base currency.
CREATE FUNCTION payments_band(of_operation uuid, base numeric, OUT approvals smallint, OUT authorisations smallint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(max(b.approvals), 1::smallint), coalesce(max(b.authorisations), 1::smallint) FROM (
        SELECT a.approvals, a.authorisations FROM payments_approvalband a
        WHERE a.operation_id = of_operation AND a.from_amount <= base ORDER BY a.from_amount DESC LIMIT 1
    ) b
$$;

CREATE FUNCTION payments_refuse(what text, of_constraint text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', what USING ERRCODE = 'check_violation', CONSTRAINT = of_constraint;
END $$;

-- A step is taken by who acts, who holds its permission here and has no other duty in this plan, of the lines as they stand.
CREATE FUNCTION payments_step_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE p payments_plan; wanted text;
BEGIN
    -- Locked, so that one person does not take two steps at once.
    SELECT * INTO p FROM payments_plan WHERE id = NEW.plan_id FOR UPDATE;
    wanted := CASE WHEN NEW.verb IN ('make', 'lock', 'assign', 'submit') THEN 'prepare'
                   WHEN NEW.verb IN ('approve', 'authorise', 'release') THEN NEW.verb ELSE '' END;
    IF p.id IS NULL OR NEW.operation_id <> p.operation_id OR NEW.scope_id <> p.scope_id OR NEW.round <> p.round OR NEW.duty <> wanted THEN
        PERFORM payments_refuse('this step does not fit its plan', 'payments_planstep_fits');
    END IF;
    IF NEW.actor::text IS DISTINCT FROM (CASE WHEN access_actor() LIKE 'system:%' THEN NULL ELSE access_actor() END) THEN
        PERFORM payments_refuse('nobody takes a step for somebody else', 'payments_planstep_actor');
    END IF;
    IF wanted = '' THEN
        RETURN NEW;
    END IF;
    IF NEW.actor IS NULL OR NOT coalesce(p.scope_id <@ access_reach('payments.' || wanted || '_plan'), false) THEN
        PERFORM payments_refuse('this step is not theirs', 'payments_planstep_permission');
    END IF;
    IF EXISTS (SELECT FROM payments_planstep s
               WHERE s.plan_id = NEW.plan_id AND s.actor = NEW.actor AND s.duty NOT IN ('', NEW.duty)) THEN
        PERFORM payments_refuse('one person has one duty in a plan', 'payments_planstep_duties');
    END IF;
    IF wanted <> 'prepare' AND (NEW.digest <> p.digest OR p.state <>
        CASE wanted WHEN 'approve' THEN 'in_approval' WHEN 'authorise' THEN 'approved' ELSE 'authorised' END) THEN
        PERFORM payments_refuse('the lines are not those to be agreed to', 'payments_planstep_stale');
    END IF;
    RETURN NEW;
END $$;

-- A plan moves along its lifecycle only, and only with the steps of the people it needs; its totals are those of its lines.
CREATE FUNCTION payments_plan_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE needed record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR (NEW.lines, NEW.held, NEW.amount, NEW.delivered_amount, NEW.returned_amount, NEW.lost_amount,
                                    NEW.excess_amount) <> (0, 0, 0, 0, 0, 0, 0) THEN
            PERFORM payments_refuse('a plan begins as an empty draft', 'payments_plan_begins');
        END IF;
        RETURN NEW;
    END IF;
    IF pg_trigger_depth() < 2 AND (NEW.lines, NEW.held, NEW.amount, NEW.delivered_amount, NEW.returned_amount, NEW.lost_amount,
        NEW.excess_amount) IS DISTINCT FROM (OLD.lines, OLD.held, OLD.amount, OLD.delivered_amount, OLD.returned_amount,
        OLD.lost_amount, OLD.excess_amount) THEN
        PERFORM payments_refuse('the totals of a plan are those of its lines', 'payments_plan_totals');
    END IF;
    IF (NEW.id, NEW.operation_id, NEW.scope_id, NEW.reference, NEW.programme_id, NEW.cycle_id, NEW.run, NEW.kind, NEW.basis,
        NEW.follow_up_of_id, NEW.currency, NEW.made_by, NEW.made_at) IS DISTINCT FROM
       (OLD.id, OLD.operation_id, OLD.scope_id, OLD.reference, OLD.programme_id, OLD.cycle_id, OLD.run, OLD.kind, OLD.basis,
        OLD.follow_up_of_id, OLD.currency, OLD.made_by, OLD.made_at) THEN
        PERFORM payments_refuse('what a plan is for does not change', 'payments_plan_fixed');
    END IF;
    IF OLD.state NOT IN ('draft', 'locked', 'assigned') AND NEW.state <> 'assigned' AND
       (NEW.round, NEW.digest, NEW.approvals_needed, NEW.authorisations_needed, NEW.rate, NEW.base_currency, NEW.provider,
        NEW.mechanism, NEW.pay_from, NEW.pay_until) IS DISTINCT FROM
       (OLD.round, OLD.digest, OLD.approvals_needed, OLD.authorisations_needed, OLD.rate, OLD.base_currency, OLD.provider,
        OLD.mechanism, OLD.pay_from, OLD.pay_until) THEN
        PERFORM payments_refuse('what people agree to does not change under their hands', 'payments_plan_agreed');
    END IF;
    IF OLD.state IN ('in_approval', 'approved', 'authorised') AND NEW.state = 'assigned' AND NEW.round <= OLD.round THEN
        PERFORM payments_refuse('what was approved is void', 'payments_plan_round');
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
        ('draft', 'locked'), ('locked', 'assigned'), ('assigned', 'in_approval'), ('in_approval', 'approved'),
        ('approved', 'authorised'), ('authorised', 'released'), ('released', 'sent'), ('sent', 'reconciling'),
        ('reconciling', 'closed'), ('in_approval', 'assigned'), ('approved', 'assigned'), ('authorised', 'assigned'),
        ('draft', 'aborted'), ('locked', 'aborted'), ('assigned', 'aborted'), ('in_approval', 'aborted'), ('approved', 'aborted'),
        ('authorised', 'aborted')) THEN
        PERFORM payments_refuse('a plan does not go from ' || OLD.state || ' to ' || NEW.state, 'payments_plan_lifecycle');
    END IF;
    IF NEW.state = 'in_approval' THEN
        SELECT * INTO needed FROM payments_band(NEW.operation_id, NEW.amount * NEW.rate);
        IF (NEW.approvals_needed, NEW.authorisations_needed) <> (needed.approvals, needed.authorisations) OR NEW.lines = 0
            OR NEW.digest <> payments_digest(NEW.id) THEN
            PERFORM payments_refuse('the amount asks for other approvals', 'payments_plan_band');
        END IF;
    END IF;
    IF NEW.state IN ('approved', 'authorised', 'released') AND (
        SELECT count(DISTINCT s.actor) FROM payments_planstep s
        WHERE s.plan_id = NEW.id AND s.round = NEW.round AND s.digest = NEW.digest
          AND s.duty = CASE NEW.state WHEN 'approved' THEN 'approve' WHEN 'authorised' THEN 'authorise' ELSE 'release' END
    ) < (CASE NEW.state WHEN 'approved' THEN NEW.approvals_needed WHEN 'authorised' THEN NEW.authorisations_needed ELSE 1 END) THEN
        PERFORM payments_refuse('too few people have agreed', 'payments_plan_agreement');
    END IF;
    IF NEW.state = 'released' AND NEW.digest <> payments_digest(NEW.id) THEN
        PERFORM payments_refuse('the lines are not those that were approved', 'payments_plan_stale');
    END IF;
    IF NEW.state IN ('sent', 'closed') AND EXISTS (
        SELECT FROM payments_line l WHERE l.plan_id = NEW.id AND (l.state = 'pending' OR NEW.state = 'closed' AND l.state IN ('sent', 'held'))
    ) THEN
        PERFORM payments_refuse('no plan goes ahead of its lines', 'payments_plan_ahead');
    END IF;
    RETURN NEW;
END $$;

-- Which budget lines pay is said in the draft; their totals follow from the lines.
CREATE FUNCTION payments_budget_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_trigger_depth() < 2 AND (
        TG_OP = 'INSERT' AND NEW.amount <> 0
        OR TG_OP = 'UPDATE' AND (NEW.amount, NEW.plan_id, NEW.budget_line_id) IS DISTINCT FROM (OLD.amount, OLD.plan_id, OLD.budget_line_id)
        OR NOT EXISTS (SELECT FROM payments_plan p WHERE p.id = NEW.plan_id AND p.state = 'draft')
    ) THEN
        PERFORM payments_refuse('which budget lines pay is said in the draft', 'payments_planbudget_draft');
    END IF;
    RETURN NEW;
END $$;

-- Lines come into drafts, keep what they are, and never pay more than is due; whatever happens to them, the plan's totals follow.
CREATE FUNCTION payments_line_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM (SELECT DISTINCT plan_id, operation_id FROM after) a LEFT JOIN payments_plan p ON p.id = a.plan_id
                   WHERE p.state IS DISTINCT FROM 'draft' OR p.operation_id <> a.operation_id)
            OR EXISTS (SELECT FROM after WHERE state NOT IN ('pending', 'held') OR outcomes <> 0
                       OR (delivered_amount, returned_amount, lost_amount, excess_amount) <> (0, 0, 0, 0)) THEN
            PERFORM payments_refuse('lines come into drafts, before anything has happened to them', 'payments_line_begins');
        END IF;
    ELSE
        -- Counted, not EXISTS: that is planned for its first row, by nested loops over both tables of thousands.
        IF (
            SELECT count(*) FROM after n LEFT JOIN before o ON o.id = n.id JOIN payments_plan p ON p.id = n.plan_id
            WHERE (n.id, n.operation_id, n.scope_id, n.plan_id, n.no, n.key, n.entitlement, n.origin, n.household_id, n.person_id,
                   n.place_id, n.collector_id, n.alternate_id, n.amount, n.due, n.item, n.unit, n.budget_line, n.follow_up_of_id)
                  IS DISTINCT FROM
                  (o.id, o.operation_id, o.scope_id, o.plan_id, o.no, o.key, o.entitlement, o.origin, o.household_id, o.person_id,
                   o.place_id, o.collector_id, o.alternate_id, o.amount, o.due, o.item, o.unit, o.budget_line, o.follow_up_of_id)
               OR n.account IS DISTINCT FROM o.account AND p.state NOT IN ('locked', 'assigned')
               OR n.state <> o.state AND NOT CASE
                    WHEN n.state IN ('pending', 'held') THEN o.state IN ('pending', 'held')
                         AND p.state IN ('draft', 'locked', 'assigned', 'in_approval', 'approved', 'authorised')
                    WHEN n.state = 'cancelled' THEN o.state IN ('pending', 'held')
                         AND (p.state IN ('draft', 'locked', 'assigned', 'in_approval', 'approved', 'authorised')
                              OR o.state = 'held' AND p.state = 'reconciling')
                    WHEN n.state = 'sent' THEN o.state = 'pending' AND p.state = 'released'
                    ELSE o.state NOT IN ('pending', 'held', 'cancelled') AND p.state IN ('sent', 'reconciling', 'closed') END
        ) > 0 THEN
            PERFORM payments_refuse('a line keeps what it is, and goes no other way than its plan', 'payments_line_fixed');
        END IF;
    END IF;
    IF (SELECT count(*) FROM (
        SELECT FROM after n JOIN payments_line l ON l.origin = n.origin
        WHERE n.state IN ('pending', 'held') OR n.state = 'sent' AND n.outcomes = 0
        GROUP BY n.id, n.due
        HAVING sum(CASE WHEN l.state IN ('pending', 'held', 'sent') THEN l.amount
                        ELSE greatest(l.delivered_amount - l.returned_amount, 0) END) > n.due
    ) each) > 0 THEN
        PERFORM payments_refuse('more would be paid than is due', 'payments_line_due');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION payments_line_totals() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE payments_plan p SET lines = p.lines + d.lines, held = p.held + d.held, amount = p.amount + d.amount
        FROM (SELECT plan_id, count(*) FILTER (WHERE state = 'pending') lines, count(*) FILTER (WHERE state = 'held') held,
                     coalesce(sum(amount) FILTER (WHERE state = 'pending'), 0) amount FROM after GROUP BY plan_id) d
        WHERE p.id = d.plan_id;
        UPDATE payments_planbudget b SET amount = b.amount + d.amount
        FROM (SELECT plan_id, budget_line, sum(amount) amount FROM after WHERE state = 'pending' GROUP BY plan_id, budget_line) d
        WHERE b.plan_id = d.plan_id AND b.budget_line_id = d.budget_line;
        RETURN NULL;
    END IF;
    WITH each AS (
        SELECT plan_id, 1 AS sign, state, amount, delivered_amount, returned_amount, lost_amount, excess_amount FROM after
        UNION ALL
        SELECT plan_id, -1, state, amount, delivered_amount, returned_amount, lost_amount, excess_amount FROM before
    ), d AS (
        SELECT plan_id, coalesce(sum(sign) FILTER (WHERE state NOT IN ('held', 'cancelled')), 0) lines,
               coalesce(sum(sign) FILTER (WHERE state = 'held'), 0) held,
               coalesce(sum(sign * amount) FILTER (WHERE state NOT IN ('held', 'cancelled')), 0) amount,
               sum(sign * delivered_amount) delivered, sum(sign * returned_amount) returned, sum(sign * lost_amount) lost,
               sum(sign * excess_amount) excess
        FROM each GROUP BY plan_id
    )
    UPDATE payments_plan p SET lines = p.lines + d.lines, held = p.held + d.held, amount = p.amount + d.amount,
        delivered_amount = p.delivered_amount + d.delivered, returned_amount = p.returned_amount + d.returned,
        lost_amount = p.lost_amount + d.lost, excess_amount = p.excess_amount + d.excess
    FROM d WHERE p.id = d.plan_id AND (d.lines, d.held, d.amount, d.delivered, d.returned, d.lost, d.excess) <> (0, 0, 0, 0, 0, 0, 0);
    UPDATE payments_planbudget b SET amount = b.amount + d.amount
    FROM (
        SELECT plan_id, budget_line, sum(amount) amount FROM (
            SELECT plan_id, budget_line, amount FROM after WHERE state NOT IN ('held', 'cancelled')
            UNION ALL
            SELECT plan_id, budget_line, -amount FROM before WHERE state NOT IN ('held', 'cancelled')
        ) each GROUP BY plan_id, budget_line HAVING sum(amount) <> 0
    ) d WHERE b.plan_id = d.plan_id AND b.budget_line_id = d.budget_line;
    RETURN NULL;
END $$;

-- Each transaction is written at once and adds up to nothing; no account of a plan but the budget falls below nothing.
CREATE FUNCTION payments_entry_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added GROUP BY transaction, plan_id, budget_line_id, currency HAVING sum(amount) <> 0) THEN
        PERFORM payments_refuse('a transaction of the ledger adds up to nothing', 'payments_entry_balance');
    END IF;
    IF EXISTS (
        SELECT FROM payments_entry e WHERE e.plan_id IN (SELECT DISTINCT plan_id FROM added) AND e.account <> 'budget'
        GROUP BY e.plan_id, e.budget_line_id, e.account HAVING sum(e.amount) < 0
    ) THEN
        PERFORM payments_refuse('no account of a plan falls below nothing', 'payments_entry_covered');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER payments_step_guard BEFORE INSERT ON payments_planstep FOR EACH ROW EXECUTE FUNCTION payments_step_guard();
CREATE TRIGGER payments_plan_guard BEFORE INSERT OR UPDATE ON payments_plan FOR EACH ROW EXECUTE FUNCTION payments_plan_guard();
CREATE TRIGGER payments_budget_guard BEFORE INSERT OR UPDATE ON payments_planbudget
    FOR EACH ROW EXECUTE FUNCTION payments_budget_guard();
CREATE TRIGGER payments_line_guard_new AFTER INSERT ON payments_line REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION payments_line_guard();
CREATE TRIGGER payments_line_guard_old AFTER UPDATE ON payments_line REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION payments_line_guard();
CREATE TRIGGER payments_line_totals_new AFTER INSERT ON payments_line REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION payments_line_totals();
CREATE TRIGGER payments_line_totals_old AFTER UPDATE ON payments_line REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION payments_line_totals();
CREATE TRIGGER payments_entry_guard AFTER INSERT ON payments_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION payments_entry_guard();
-- Nothing of a plan is ever deleted. What is over is aborted, cancelled or lifted.
DROP POLICY payments_plan_delete ON payments_plan;
DROP POLICY payments_planbudget_delete ON payments_planbudget;
DROP POLICY payments_line_delete ON payments_line;
DROP POLICY payments_hold_delete ON payments_hold;
"""
_NO_FUNCTIONS = """
CREATE POLICY payments_plan_delete ON payments_plan FOR DELETE USING (false);
CREATE POLICY payments_planbudget_delete ON payments_planbudget FOR DELETE USING (false);
CREATE POLICY payments_line_delete ON payments_line FOR DELETE USING (false);
CREATE POLICY payments_hold_delete ON payments_hold FOR DELETE USING (false);
DROP FUNCTION payments_step_guard, payments_plan_guard, payments_budget_guard, payments_line_guard, payments_line_totals,
    payments_entry_guard CASCADE;
DROP FUNCTION payments_refuse, payments_band, payments_digest;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0003_log_of_reads"),
        ("places", "0002_protection"),
        ("programmes", "0001_tables"),
        ("registry", "0009_merge"),
    ]

    operations = [
        migrations.CreateModel(
            name="Line",
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
                ("no", models.IntegerField(verbose_name="number")),
                ("key", models.UUIDField(unique=True)),
                ("entitlement", models.UUIDField()),
                ("origin", models.UUIDField()),
                ("size", models.SmallIntegerField(null=True, verbose_name="people")),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount")),
                ("due", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="due")),
                (
                    "item",
                    models.CharField(
                        blank=True, db_collation="C", db_default="", default="", max_length=64, verbose_name="item"
                    ),
                ),
                ("unit", models.CharField(blank=True, db_default="", default="", max_length=40, verbose_name="unit")),
                ("budget_line", models.UUIDField(null=True)),
                ("account", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "to be sent"),
                            ("held", "held"),
                            ("sent", "sent"),
                            ("delivered", "delivered"),
                            ("partial", "delivered in part"),
                            ("returned", "returned"),
                            ("failed", "failed"),
                            ("unclaimed", "unclaimed"),
                            ("lost", "lost"),
                            ("cancelled", "cancelled"),
                        ],
                        db_collation="C",
                        db_default="pending",
                        default="pending",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "delivered_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="delivered",
                    ),
                ),
                (
                    "returned_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="returned",
                    ),
                ),
                (
                    "lost_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="lost",
                    ),
                ),
                (
                    "excess_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="paid too much",
                    ),
                ),
                ("outcomes", models.SmallIntegerField(db_default=0, default=0)),
                (
                    "back_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="on its way back",
                    ),
                ),
                ("settled_on", models.DateField(null=True, verbose_name="settled on")),
                (
                    "alternate",
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
                    "follow_up_of",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.line",
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
            ],
            options={
                "verbose_name": "line of a plan",
                "verbose_name_plural": "lines of plans",
            },
        ),
        migrations.CreateModel(
            name="Plan",
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
                ("reference", models.CharField(db_collation="C", max_length=24, unique=True, verbose_name="reference")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("run", models.UUIDField(verbose_name="entitlements")),
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
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("regular", "entitlements"),
                            ("follow_up", "what did not arrive"),
                            ("top_up", "what an amendment added"),
                        ],
                        db_collation="C",
                        default="regular",
                        max_length=9,
                        verbose_name="pays",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        blank=True,
                        db_collation="C",
                        default="",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                        verbose_name="currency",
                    ),
                ),
                (
                    "base_currency",
                    models.CharField(
                        blank=True,
                        db_collation="C",
                        default="",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(decimal_places=10, default=Decimal("1"), max_digits=20, verbose_name="rate"),
                ),
                ("rate_on", models.DateField(blank=True, null=True, verbose_name="day of the rate")),
                ("provider", models.UUIDField(null=True, verbose_name="provider")),
                ("provider_label", models.CharField(blank=True, default="", max_length=200)),
                (
                    "mechanism",
                    models.CharField(blank=True, db_collation="C", default="", max_length=40, verbose_name="mechanism"),
                ),
                ("pay_from", models.DateField(verbose_name="paid from")),
                ("pay_until", models.DateField(verbose_name="paid until")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("locked", "entitlements locked"),
                            ("assigned", "provider assigned"),
                            ("in_approval", "in approval"),
                            ("approved", "approved"),
                            ("authorised", "authorised"),
                            ("released", "released"),
                            ("sent", "sent"),
                            ("reconciling", "reconciling"),
                            ("closed", "closed"),
                            ("aborted", "aborted"),
                        ],
                        db_collation="C",
                        default="draft",
                        max_length=11,
                        verbose_name="state",
                    ),
                ),
                ("lines", models.IntegerField(default=0, verbose_name="lines")),
                ("held", models.IntegerField(default=0, verbose_name="held")),
                (
                    "amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="amount",
                    ),
                ),
                (
                    "delivered_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="delivered",
                    ),
                ),
                (
                    "returned_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="returned",
                    ),
                ),
                (
                    "lost_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="lost",
                    ),
                ),
                (
                    "excess_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="paid too much",
                    ),
                ),
                ("round", models.SmallIntegerField(default=1)),
                ("digest", models.CharField(blank=True, db_collation="C", default="", max_length=64)),
                ("approvals_needed", models.SmallIntegerField(default=1, verbose_name="approvals needed")),
                ("authorisations_needed", models.SmallIntegerField(default=1, verbose_name="authorisations needed")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                ("generated_at", models.DateTimeField(null=True, verbose_name="lines made")),
                ("cursor", models.UUIDField(null=True)),
                ("job", models.UUIDField(null=True)),
                ("version", models.IntegerField(default=1)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.cycle",
                        verbose_name="cycle",
                    ),
                ),
                (
                    "follow_up_of",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.plan"
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment plan",
                "verbose_name_plural": "payment plans",
            },
        ),
        migrations.CreateModel(
            name="Outcome",
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
                    "result",
                    models.CharField(
                        choices=[
                            ("delivered", "delivered"),
                            ("partial", "delivered in part"),
                            ("returned", "returned"),
                            ("failed", "failed"),
                            ("unclaimed", "unclaimed"),
                            ("lost", "lost"),
                        ],
                        db_collation="C",
                        max_length=9,
                        verbose_name="result",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="amount")),
                ("on_day", models.DateField(verbose_name="on")),
                (
                    "reference",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=140, verbose_name="reference of the provider"
                    ),
                ),
                ("key", models.CharField(db_collation="C", max_length=100, unique=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("by", models.UUIDField(null=True)),
                ("by_label", models.CharField(blank=True, db_default="", default="", max_length=200)),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.line",
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
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome of a line",
                "verbose_name_plural": "outcomes of lines",
            },
        ),
        migrations.AddField(
            model_name="line",
            name="plan",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.plan"
            ),
        ),
        migrations.CreateModel(
            name="Entry",
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
                ("transaction", models.UUIDField()),
                ("key", models.CharField(db_collation="C", max_length=120, unique=True)),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("budget", "budget"),
                            ("committed", "committed"),
                            ("released", "released"),
                            ("delivered", "delivered"),
                            ("returned", "returned"),
                            ("lost", "lost"),
                        ],
                        db_collation="C",
                        max_length=9,
                        verbose_name="account",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount")),
                (
                    "currency",
                    models.CharField(
                        db_collation="C",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                        verbose_name="currency",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("actor", models.UUIDField(null=True)),
                ("actor_label", models.CharField(blank=True, db_default="", default="", max_length=200)),
                (
                    "budget_line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.budgetline",
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
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.line",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the ledger",
                "verbose_name_plural": "entries of the ledger",
            },
        ),
        migrations.CreateModel(
            name="PlanBudget",
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
                ("position", models.SmallIntegerField()),
                ("ceiling", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="at most")),
                (
                    "amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="amount",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(decimal_places=10, default=Decimal("1"), max_digits=20, verbose_name="rate"),
                ),
                (
                    "budget_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.budgetline"
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
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budgets",
                        to="payments.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget of a plan",
                "verbose_name_plural": "budgets of plans",
            },
        ),
        migrations.CreateModel(
            name="PlanStep",
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
                ("round", models.SmallIntegerField()),
                ("verb", models.CharField(db_collation="C", max_length=10, verbose_name="step")),
                (
                    "duty",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("prepare", "prepares"),
                            ("approve", "approves"),
                            ("authorise", "authorises"),
                            ("release", "releases"),
                        ],
                        db_collation="C",
                        default="",
                        max_length=9,
                        verbose_name="part",
                    ),
                ),
                ("actor", models.UUIDField(null=True)),
                ("actor_label", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                ("digest", models.CharField(blank=True, db_collation="C", default="", max_length=64)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="payments.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a plan",
                "verbose_name_plural": "steps of plans",
            },
        ),
        migrations.CreateModel(
            name="ApprovalBand",
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
                    "currency",
                    models.CharField(
                        db_collation="C",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                        verbose_name="currency",
                    ),
                ),
                ("from_amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="from")),
                ("approvals", models.SmallIntegerField(verbose_name="approvals")),
                ("authorisations", models.SmallIntegerField(verbose_name="authorisations")),
                ("changed_by_label", models.CharField(blank=True, default="", max_length=200)),
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
            ],
            options={
                "verbose_name": "band of approval",
                "verbose_name_plural": "bands of approval",
                "constraints": [
                    models.UniqueConstraint(fields=("operation", "from_amount"), name="payments_approvalband_from"),
                    models.CheckConstraint(
                        condition=models.Q(("approvals__gte", 1), ("authorisations__gte", 1), ("from_amount__gte", 0)),
                        name="payments_approvalband_numbers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
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
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("from_on", models.DateField(verbose_name="from")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("made_by", models.UUIDField()),
                ("made_by_label", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("lifted_by", models.UUIDField(null=True)),
                ("lifted_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
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
            ],
            options={
                "verbose_name": "hold",
                "verbose_name_plural": "holds",
                "indexes": [models.Index(fields=["operation", "-made_at"], name="payments_hold_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("from_on")), _connector="OR"),
                        name="payments_hold_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="payments_hold_reason"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["operation", "-made_at"], name="payments_plan_latest"),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["run"], name="payments_plan_run"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("pay_until__gte", models.F("pay_from"))), name="payments_plan_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="payments_plan_rate"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("approvals_needed__gte", 1), ("authorisations_needed__gte", 1)),
                name="payments_plan_approvals",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("currency__gt", ""), ("kind__in", ("cash", "voucher"))),
                    models.Q(models.Q(("kind__in", ("cash", "voucher")), _negated=True), ("currency", "")),
                    _connector="OR",
                ),
                name="payments_plan_currency",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    models.Q(("amount", None), ("result__in", ["failed", "unclaimed"])),
                    _connector="OR",
                ),
                name="payments_outcome_amount",
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["origin"], name="payments_line_origin"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["plan", "state"], name="payments_line_state"),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(fields=("plan", "no"), name="payments_line_number"),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("pending", "held", "sent"))),
                fields=("origin",),
                name="payments_line_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("due__gte", models.F("amount"))), name="payments_line_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delivered_amount__gte", 0),
                    ("excess_amount__gte", 0),
                    ("lost_amount__gte", 0),
                    ("returned_amount__gte", 0),
                ),
                name="payments_line_outcomes",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="payments_entry_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="planbudget",
            constraint=models.UniqueConstraint(fields=("plan", "position"), name="payments_planbudget_place"),
        ),
        migrations.AddConstraint(
            model_name="planbudget",
            constraint=models.UniqueConstraint(fields=("plan", "budget_line"), name="payments_planbudget_once"),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("duty__in", ["approve", "authorise", "release"])),
                fields=("plan", "round", "duty", "actor"),
                name="payments_planstep_one_word",
            ),
        ),
        migrations.RunSQL(_DUTIES, _NO_DUTIES),
        *(operation for table in ("plan", "planbudget", "planstep") for operation in _open(table, PLANS)),
        *_open("approvalband", BANDS),
        *(ProtectRows(f"payments_{table}", **LINES) for table in ("line", "entry", "outcome")),
        ProtectRows("payments_hold", **HOLDS),
        # As a list: a text would be cut into statements, and functions with it.
        migrations.RunSQL([_FUNCTIONS], _NO_FUNCTIONS),
    ]
