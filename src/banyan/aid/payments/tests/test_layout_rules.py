"""Tables of providers in any layout: read by a mapping, and what cannot be read waits."""

import io
import zipfile

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from banyan.aid.payments.problems import PROBLEMS  # noqa: F401
from banyan.aid.payments.rules import layouts, settling, sources
from banyan.platform.kernel.uploads import Unreadable

KEY = "0199c0de-0000-7000-8000-000000000001"
OTHER = "0199c0de-0000-7000-8000-000000000002"
EACH = {
    "columns": {
        "line": "id",
        "amount": "paid",
        "on_day": "day",
        "currency": "cur",
        "reference": "ref",
        "account": "acc",
    },
    "days": "dmy",
}


def workbook(*rows: list[object]) -> bytes:
    spool = io.BytesIO()
    book = xlsxwriter.Workbook(spool)
    book.add_worksheet("empty")
    sheet = book.add_worksheet("list")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return spool.getvalue()


def test_a_text_is_read_with_any_delimiter_and_broken_ones_are_refused() -> None:
    for delimiter in ",;\t|":
        frame = layouts.read_table(
            delimiter.join(["id", "paid", "paid", ""]).encode()
            + b"\r\n"
            + delimiter.join(["a", "1", " ", "2"]).encode()
        )
        assert (frame.columns, frame.row(0)) == (["id", "paid", "paid (2)", "(4)"], ("a", "1", None, "2"))
    for nothing in (b"", b"\n\n", b"id,paid\n", b"\x00\x01"):
        with pytest.raises(Unreadable):
            layouts.read_table(nothing)


def test_a_workbook_is_read_from_its_header_wherever_that_stands() -> None:
    frame = layouts.read_table(
        workbook(["Report of November"], ["id", "paid", "day"], [KEY, 12.5, "2026-11-02"], ["", "", ""])
    )
    assert frame.to_dicts() == [{"id": KEY, "paid": "12.5", "day": "2026-11-02"}]
    with pytest.raises(Unreadable):
        layouts.read_table(workbook([]))
    with pytest.raises(Unreadable):
        layouts.read_table(workbook(["a"])[:300])
    spool = io.BytesIO()
    with zipfile.ZipFile(spool, "w") as archive:
        archive.writestr("letter.txt", "no workbook")
    with pytest.raises(Unreadable):
        layouts.read_table(spool.getvalue())


def test_a_sheet_is_not_read_past_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layouts, "MOST_ROWS", 1)
    with pytest.raises(Unreadable):
        layouts.read_table(b"id\n1\n2\n")


def rows(text: str, mapping: dict[str, object] = EACH) -> pl.DataFrame:
    return layouts.rows_of(layouts.read_table(text.encode()), mapping)


def test_amounts_say_the_outcome_where_no_column_does() -> None:
    said = rows(
        f"id,paid,day,cur,ref,acc\n{KEY},12.50,02.11.2026,MMK,R1,0955\n{OTHER},0,2/11/2026 10:00,,,\nfoo,-1,31/31/2026,,,\n{KEY},,,,,\n"
    )
    assert said["outcome"].to_list() == ["delivered", "failed", "failed", "noted"]
    assert said["on_day"].to_list() == ["2026-11-02", "2026-11-02", "31/31/2026", None]
    assert said["line_key"].to_list() == [KEY, OTHER, None, KEY]
    assert said["reference"].to_list() == ["R1", None, "foo", None]
    assert said["no"].to_list() == [2, 3, 4, 5]


def test_words_say_the_outcome_where_they_are_mapped() -> None:
    mapping = {"columns": {"line": "id", "outcome": "status"}, "words": {"Bezahlt": "delivered"}}
    said = rows(f"id,status\n{KEY},bezahlt\n{KEY},Rejected\n{KEY},\n{KEY},what\n", mapping)
    assert said["outcome"].to_list() == ["delivered", "failed", "noted", ""]


def test_a_mapping_is_suggested_and_its_faults_are_named_at_once() -> None:
    # As a list comes back that HOPE exports: numbers as numbers, empty cells, amounts of money as they were paid.
    headers = [
        "payment_id", "household_id", "collector_id", "household_size", "admin_level_2", "village", "collector_name", "payment_channel",
        "fsp_name", "currency", "entitlement_quantity", "entitlement_quantity_usd", "delivered_quantity", "status", "national_id",
    ]  # fmt: skip
    filled = [KEY, "HH-1", "IND-1", 4, "Achin", None, "Agata", "Cash", "FSP", "SBD", 99, 3637, 99, "Pending", None]
    frame = layouts.read_table(
        workbook(headers, filled, [*filled[:12], 11.11, "Pending", "321"], [OTHER, *filled[1:12], 0, "", ""])
    )
    assert frame.columns == headers
    said = layouts.rows_of(frame, layouts.suggest(headers))
    assert said["outcome"].to_list() == ["delivered", "delivered", "failed"]
    assert said["amount"].to_list() == ["99", "11.11", "0"]
    told = layouts.suggest(headers)
    assert told["columns"] == {
        "line": "payment_id",
        "holder": "collector_name",
        "amount": "delivered_quantity",
        "currency": "currency",
    }
    assert told["amounts"] == "total"
    assert layouts.faults(told, headers) == []
    own = layouts.suggest([column["header"] for column in sources.standard_columns()], sources.standard_columns())
    assert own["columns"]["amount"] == "delivered"
    assert layouts.suggest(["Transaction ID", "Status", "Amount"])["columns"] == {
        "line": "Transaction ID",
        "amount": "Amount",
        "outcome": "Status",
    }
    assert layouts.suggest(["id", "foo"])["columns"] == {}
    bad = {"columns": {"line": "no", "foo": "foo"}, "words": {"a": "b"}, "days": "x"}
    assert {problem.code for problem in layouts.faults(bad, ["foo"])} == {
        "payments.column_absent", "payments.mapping_without_outcome", "payments.word_unknown", "payments.mapping_odd",
    }  # fmt: skip
    assert {problem.code for problem in layouts.faults({}, [])} == {
        "payments.mapping_without_key",
        "payments.mapping_without_outcome",
    }
    assert layouts.fingerprint(["A", "b"]) == layouts.fingerprint(["B", "a"]) != layouts.fingerprint(["a"])


def test_rows_are_counted_with_and_doubts_are_named() -> None:
    said = rows(
        f'id,paid,day,cur,ref,acc\n{KEY},"1,234.50",02/11/2026,mmk,R1,\n{KEY},1 2,31/31/2026,,,\n{OTHER},5,31/31/2026,,,\nx,5,,,,0955\n'
    )
    normal = settling.normal(said, {"0955": 7}, provider="p")
    assert normal["amount"].to_list() == ["1234.5000", None, "5.0000", "5.0000"]
    assert normal["why"].to_list() == ["", "amount", "day", ""]
    assert normal["account_hash"].to_list() == [None, None, None, 7]
    assert normal["currency"].to_list()[:2] == ["MMK", None]
    assert "account" not in normal.columns, "numbers of accounts are not kept"
    words = rows("id,status\na,what\n", {"columns": {"line": "id", "outcome": "status"}})
    assert settling.normal(words, {}, provider="p")["why"].to_list() == ["outcome"]


@given(st.permutations([0, 1, 2, 3]), st.booleans())
def test_the_same_statement_has_the_same_key_wherever_it_stands(order: list[int], each: bool) -> None:
    lines = [
        f"{KEY},5,01/11/2026,,R1,",
        f"{KEY},5,01/11/2026,,R2,",
        f"{OTHER},5,01/11/2026,,R1,",
        f"{KEY},6,01/11/2026,,R1,",
    ]
    text = "id,paid,day,cur,ref,acc\n" + "\n".join(lines[place] for place in order)
    keys = settling.normal(rows(text), {}, provider="p", each=each)["key"].to_list()
    straight = settling.normal(rows("id,paid,day,cur,ref,acc\n" + "\n".join(lines)), {}, provider="p", each=each)[
        "key"
    ].to_list()
    assert [straight[place] for place in order] == keys
    assert len(set(keys)) == 4
    assert set(keys).isdisjoint(settling.normal(rows(text), {}, provider="other", each=each)["key"])


def test_rows_without_a_transfer_are_told_apart_by_their_place_and_a_transfer_listed_twice_is_not() -> None:
    text = f"id,paid,day,cur,ref,acc\nx,5,,,,0955\nx,5,,,,0955\n{KEY},5,,,,\n{KEY},5,,,,\n"
    keys = settling.normal(rows(text), {"0955": 7}, provider="p")["key"].to_list()
    assert keys[0] != keys[1]
    assert keys[2] == keys[3]
    bank = settling.normal(rows(text), {"0955": 7}, provider="p", iso=True)["key"].to_list()
    assert len(set(bank)) == 4, "a bank that books twice has booked twice"


def test_odd_files_are_refused_or_read_as_far_as_they_go() -> None:
    assert layouts.read_table(b"id,paid\na,1\nb\n").to_dicts() == [{"id": "a", "paid": "1"}, {"id": "b", "paid": None}]
    # More cells than headers: an amount with an unquoted comma would lose its thousands.
    with pytest.raises(Unreadable):
        layouts.read_table(b"id,paid\na,1,234\n")
    with pytest.raises(Unreadable):
        layouts.read_table(b'id,paid\n"a,1\nb,"2"\n"')
    known = rows(f'id,paid,day,cur,ref,acc\n{KEY},"1,5",,XYZ,,\n{KEY},abc,,,,\n{KEY},,,,,\n')
    assert settling.normal(known, {}, provider="p")["amount"].to_list() == ["1.5000", None, None]
