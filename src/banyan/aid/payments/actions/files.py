"""Files to providers: made once of the same lines, kept locked, and encrypted for the provider when they are fetched."""

import io
from uuid import UUID

import polars as pl
import pyrage
import xlsxwriter
from django.utils import timezone

from banyan.aid.payments import numbers, queries
from banyan.aid.payments.models import Format, PaymentFile, Plan, Provider
from banyan.aid.payments.queries.files import transfers
from banyan.aid.payments.rules import sources
from banyan.aid.payments.rules import transfers as writing
from banyan.aid.payments.states import PlanState
from banyan.platform.access.acting import action
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Location, Problem

MAKE_FILE = queries.MAKE_FILE
# Once anything is reported, a file made anew would not hold what was paid meanwhile.
_READY = frozenset({PlanState.RELEASED, PlanState.SENT})
_ENDINGS = {
    Format.XLSX: "xlsx",
    Format.CSV: "csv",
    Format.PAIN001: "xml",
    Format.GOVSTACK_JSON: "json",
    Format.GOVSTACK_CSV: "csv",
}
_ENCRYPTED = ".age"
# Shown as numbers in a workbook, so that whoever receives it can add them up; all else stays text.
_NUMBERS = ("amount", "amount_base", "number", "size")


@action(MAKE_FILE)
def make_file(plan_id: UUID, *, by: Viewer, format: str) -> PaymentFile:
    """The file of a released plan's transfers in a format; the one that was made before where the lines are the same.

    Raises Problem not_found, payments.file_format, file_state, file_kind, debtor_missing, lines_unseen, accounts_missing.
    """
    if format not in Format.values:
        raise Problem(
            "payments.file_format", format=format, known=", ".join(Format.values), at=Location(field="format")
        )
    plan = Plan.objects.select_for_update().filter(within(by.reach(queries.VIEW_PLAN)), pk=plan_id).first()
    if plan is None:
        raise Problem("not_found")
    made = PaymentFile.objects.filter(plan=plan, format=format, digest=plan.digest).first()
    if made is not None:
        return made
    if not plan.is_money:
        raise Problem("payments.file_kind")
    provider = queries.plan_provider(plan, seen_by=by)
    if plan.state not in _READY or provider is None:
        raise Problem("payments.file_state", state=PlanState(plan.state).label)
    lines = transfers(plan, provider, seen_by=by)
    content = _content(lines, plan, provider, format)
    totals = writing.totals_of(lines)
    name = f"{plan.reference}-{provider.code}-{plan.digest[:8]}.{_ENDINGS[Format(format)]}"
    return PaymentFile.objects.create(
        operation_id=plan.operation_id, scope_id=plan.scope_id, plan=plan, provider=provider, format=format, digest=plan.digest,
        name=name, checksum=writing.digest_of(content), rows=totals.lines, amount=totals.amount, currency=plan.currency,
        size=len(content), kept=vault.keep(content, folder="payments"), encrypted=bool(provider.recipient), made_by=by.id,
        made_by_label=str(by.label)[:200],
    )  # fmt: skip


def _content(lines: pl.DataFrame, plan: Plan, provider: Provider, format: str) -> bytes:
    if format in (Format.XLSX, Format.CSV):
        columns = provider.template.columns if provider.template else sources.standard_columns()
        shown = writing.table(lines, columns)
        if format == Format.CSV:
            return writing.as_csv(shown)
        return _workbook(shown, {column["header"] for column in columns if column["source"] in _NUMBERS}, lines, plan)
    if not provider.debtor_account or not provider.debtor_name:
        raise Problem("payments.debtor_missing")
    order = writing.Order(
        message=f"{plan.reference}-{plan.digest[:8]}", plan=plan.reference, made_at=timezone.localtime(), pay_on=plan.pay_from,
        payer=provider.debtor_name, account=numbers.unlock(provider.debtor_account, of=provider.pk),
        agent=provider.debtor_agent, currency=plan.currency,
    )  # fmt: skip
    write = {
        Format.PAIN001: writing.pain001,
        Format.GOVSTACK_JSON: writing.batch_json,
        Format.GOVSTACK_CSV: writing.batch_csv,
    }
    return write[Format(format)](lines, order)


def _workbook(shown: pl.DataFrame, counted: set[str], lines: pl.DataFrame, plan: Plan) -> bytes:
    """The list, and a sheet with its control totals. Everything is written as text or number, so nothing runs as a formula."""
    totals = writing.totals_of(lines)
    spool = io.BytesIO()
    book = xlsxwriter.Workbook(spool, {"constant_memory": True, "in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Payment list")
    sheet.write_row(0, 0, shown.columns)
    for number, row in enumerate(shown.iter_rows(), 1):
        for place, value in enumerate(row):
            if value is not None and shown.columns[place] in counted:
                sheet.write_number(number, place, float(value))
            elif value is not None:
                sheet.write_string(number, place, value)
    control = book.add_worksheet("Control")
    digest = writing.digest_of(shown.write_csv().encode())
    told = (("plan", plan.reference), ("transfers", str(totals.lines)), ("amount", f"{totals.amount:f}"))
    for number, pair in enumerate((*told, ("currency", plan.currency), ("sha256", digest))):
        control.write_row(number, 0, pair)
    book.close()
    return spool.getvalue()


@action(MAKE_FILE)
def open_file(file_id: UUID, *, by: Viewer) -> tuple[str, bytes]:
    """Name and content of a file, encrypted for the provider when it has a key: an entry in the log of reads.

    Raises Problem not_found, payments.recipient_unreadable for a file that was encrypted when the provider has no key now.
    """
    row = queries.payment_file(file_id, seen_by=by)
    content = vault.fetch(row.kept)
    log_read(by, kind="export", subject="payments.paymentfile", ids=[row.pk], count=row.rows, purpose=row.name)
    if not row.encrypted:
        return row.name, content
    # With the key that the provider has now: whoever lost theirs cannot read what was sent before, but what is sent anew.
    if not row.provider.recipient:
        raise Problem("payments.recipient_unreadable")
    recipient = pyrage.x25519.Recipient.from_str(row.provider.recipient.strip())
    return row.name + _ENCRYPTED, pyrage.encrypt(content, [recipient])
