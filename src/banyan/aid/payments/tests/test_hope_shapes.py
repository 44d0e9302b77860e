"""Lists in the shape that HOPE exports, and what comes back in it: filled in by hand, its mapping remembered, in the right ledger."""

import io
from collections.abc import Sequence
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastexcel
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from banyan.aid.payments import actions, queries
from banyan.aid.payments.models import StatementFile
from banyan.aid.payments.tests.provider_worlds import DUE, SYSTEM, Paying, make_paying
from banyan.aid.payments.tests.test_payment_pages import client_for, get, post
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs

# Header by header, from which source a list of that shape is filled; what nobody needs to pay with goes out empty.
SHAPE = {
    "payment_id": "line", "household_id": "household", "collector_id": "collector", "household_size": "size",
    "admin_level_2": "place", "village": "blank", "collector_name": "collector_name", "payment_channel": "mechanism",
    "fsp_name": "provider", "currency": "currency", "entitlement_quantity": "amount", "entitlement_quantity_usd": "amount_base",
    "status": "blank", "national_id": "blank",
}  # fmt: skip
# The answer has one column more, before the status.
ANSWER = [*list(SHAPE)[:12], "delivered_quantity", *list(SHAPE)[12:]]
MAPPING = {
    "columns": {"line": "payment_id", "holder": "collector_name", "amount": "delivered_quantity", "currency": "currency"},
    "words": {}, "days": "iso", "amounts": "total",
}  # fmt: skip


def make() -> Paying:
    """Three households, and a provider with a list of that shape."""
    found = make_paying(3)
    columns = [{"header": header, "source": source} for header, source in SHAPE.items()]
    template = actions.add_template(found.world.operation.pk, by=found.officer, name="HOPE", columns=columns)
    actions.change_provider(found.provider.pk, by=found.officer, template_id=template.pk)
    found.sent()
    return found


@pytest.fixture(scope="module")
def made(once: Any) -> Paying:
    return once(make)


@pytest.fixture
def paying(made: Paying, db: None) -> Paying:
    return deepcopy(made)


def cells(content: bytes | Path) -> list[list[str | None]]:
    """The first sheet of a workbook, its header first."""
    book = fastexcel.read_excel(content if isinstance(content, bytes) else str(content))
    sheet = book.load_sheet(book.sheet_names[0], header_row=None, dtypes="string")
    return [list(row) for row in sheet.to_polars().iter_rows()]


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of these rows; what is a number is written as one, as people who fill in a list do."""
    spool = io.BytesIO()
    book = xlsxwriter.Workbook(spool, {"strings_to_numbers": True})
    sheet = book.add_worksheet("Payment Plan - Payment List")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return spool.getvalue()


def filled(sent: list[list[str | None]], *paid: str, ids: Sequence[str] = ()) -> bytes:
    """The list that was sent, with what was paid in the further column, and the status that HOPE leaves as it was."""
    body = [[*row[:12], amount, "Pending", row[13]] for row, amount in zip(sent[1:], paid, strict=True)]
    for row, key in zip(body, ids, strict=False):
        row[0] = key
    return workbook([ANSWER, *body])


def test_a_list_of_that_shape_goes_out_and_its_answer_comes_back_by_page_and_api(paying: Paying) -> None:
    assert paying.plan
    officer = client_for(paying.officer)
    post(officer, "plan-file", paying.plan.pk, format="xlsx")
    (file_out,) = paying.ask(queries.payment_files, paying.plan.pk)
    sent = cells(post(officer, "file", file_out.pk, status=200).content)
    assert sent[0] == list(SHAPE)
    assert [row[0] for row in sent[1:]] == [str(line.key) for line in sorted(paying.lines(), key=lambda line: line.no)]
    assert {(row[7], row[8], row[9], row[10]) for row in sent[1:]} == {("mobile_money", "Bank", "EUR", "100")}
    keys = [str(line.key) for line in paying.lines()]

    # By hand: the columns are proposed, a person looks at them, the rows are matched.
    file = SimpleUploadedFile("answer.xlsx", filled(sent, "99", "11.11", "0", ids=keys))
    query = f"?operation={paying.world.operation.pk}"
    post(officer, "statement-new", query=query, provider=str(paying.provider.pk), file=file)
    with viewing(SYSTEM):
        statement = StatementFile.objects.get()
    assert paying.ask(queries.suggested_mapping, statement.pk)[2] == MAPPING
    assert "delivered_quantity" in get(officer, "statement-map", statement.pk)
    chosen = {f"column-{field}": header for field, header in MAPPING["columns"].items()}  # type: ignore[attr-defined]
    post(officer, "statement-map", statement.pk, days="iso", amounts="total", words="", **chosen)
    run_jobs()
    assert paying.verdicts(statement) == ["partial", "partial", "failed"]
    assert paying.states() == ["partial", "partial", "failed"]
    some = Decimal("110.11")
    assert paying.ledger() == {"delivered": some, "returned": DUE, "released": 2 * DUE - some}

    # By a program, a week later: the same columns are known, and what was paid so far counts by what is new of it.
    again = SimpleUploadedFile("later.xlsx", filled(sent, "99", "100", "0", ids=keys))
    answer = officer.post(f"/api/v1/payments/providers/{paying.provider.pk}/statements", {"file": again}).json()
    assert answer["mapping"] == MAPPING
    run_jobs()
    told = officer.get(f"/api/v1/payments/statements/{answer['id']}").json()
    assert told["counts"] == {"duplicate": 2, "matched": 1}
    assert told["settled_at"]
    assert paying.states() == ["partial", "delivered", "failed"]
    assert paying.ledger() == {"delivered": Decimal(199), "returned": DUE, "released": Decimal(1)}


def test_the_files_of_hope_itself_are_read(paying: Paying, shared_data: Path) -> None:
    listed = cells(shared_data / "registration-samples/hope_payment_list.xlsx")
    path = shared_data / "registration-samples/hope_payment_reconciliation.xlsx"
    answer = cells(path)
    assert (listed[0], answer[0]) == (list(SHAPE), ANSWER)
    # The transfers of others are nobody's here: shown with their numbers, and nothing is recorded.
    file = paying.load(path.read_bytes(), MAPPING, name=path.name)
    assert [(row.verdict, row.why, row.reference) for row in paying.rows(file)] == [
        ("unknown", "no_line", row[0]) for row in answer[1:]
    ]
    assert paying.ledger() == {"released": 3 * DUE}
    # The same workbook about transfers of ours ends in the ledger; its second row is in no currency of the plan.
    for row, line, currency in zip(answer[1:], paying.lines(), ("EUR", "DOP"), strict=False):
        row[0], row[9] = str(line.key), currency
    ours = paying.load(workbook(answer), name="ours.xlsx")
    assert [(row.verdict, row.why) for row in paying.rows(ours)] == [("partial", ""), ("doubtful", "currency")]
    assert paying.ledger() == {"delivered": Decimal(99), "released": 3 * DUE - 99}
