"""Lists: paging forth and back over every order, filters, exports. The table of accounts serves as example."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.kernel import listing as lists
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.listing import Column, Filter, Listing, ListState, as_csv, as_xlsx, by_id, defuse, paging

PEOPLE = Listing(
    key="people",
    title="People",
    columns=[
        Column("name", "Name", link="/people/{id}/"),
        Column("language", "Language", choices={"en": "English"}),
        Column("closed_at", "Closed", kind="datetime"),
        Column("is_active", "Active", kind="badge", tones={True: "good"}),
        Column("shout", "Shout", computed=True, show=lambda row: row["name"].upper()),
        Column("email", "E-mail", export_only=True),
    ],
    filters=[
        Filter("q", "Name", where="name__istartswith"),
        Filter("language", "Language", kind="choice", choices=lambda: [("en", "English"), ("fr", "French")]),
        Filter("languages", "Languages", kind="choices", where="language"),
        Filter("active", "Active", kind="yesno", where="is_active"),
        Filter("joined", "Joined", kind="dates", where="joined_at__date"),
        Filter("size", "Size", kind="numbers", where=lambda rows, bounds: rows),
        Filter("id", "Person", kind="choice", where=by_id("id")),
    ],
    sort="name",
    page_size=7,
)


@pytest.fixture
def people(db: None) -> "QuerySet[Any]":
    """Twenty-five accounts with many equal names, some closed and most not."""
    model = apps.get_model("access", "Account")
    moment = timezone.now()
    model.objects.bulk_create(
        model(
            email=f"row{number}@example.org",
            name=f"Row {'abcd'[number % 4]}",
            language=("en", "fr", "")[number % 3],
            closed_at=moment if number % 5 == 0 else None,
            is_active=number % 2 == 0,
        )
        for number in range(25)
    )
    return model.objects.filter(name__startswith="Row ")


def state(**values: str) -> ListState:
    return ListState.read({name: [text] for name, text in values.items()})


@pytest.mark.parametrize("sort", ["name", "-name", "closed_at", "-closed_at", "language", "-is_active"])
@pytest.mark.parametrize("size", ["1", "3", "7", "24", "25", "26"])
def test_pages_hold_every_row_once_in_order_forth_and_back(people: Any, sort: str, size: str) -> None:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    expected = [
        row.pk
        for row in sorted(
            people,
            key=lambda row: (
                (getattr(row, name) is None, getattr(row, name) or 0, row.pk)
                if name == "closed_at"
                else (getattr(row, name), row.pk)
            ),
            reverse=down,
        )
    ]
    first = PEOPLE.page(people, state(sort=sort, page_size=size))
    pages = [first]
    while pages[-1].next_url:
        pages.append(PEOPLE.page(people, ListState.read(QueryDict(pages[-1].next_url[1:]))))
    assert [row["id"] for page in pages for row in page.rows] == expected
    back = [pages[-1]]
    while back[-1].previous_url:
        back.append(PEOPLE.page(people, ListState.read(QueryDict(back[-1].previous_url[1:]))))
    assert [row["id"] for page in reversed(back) for row in page.rows] == expected
    assert back[-1].previous_url == ""
    assert {page.count for page in pages} == {25}


def test_the_address_holds_ids_and_filters_but_no_value_of_a_row(people: Any) -> None:
    page = PEOPLE.page(people, state(sort="name"))
    assert "Row" not in page.next_url
    assert page.next_url == f"?sort=name&after={page.rows[-1]['id']}"


def test_a_page_takes_a_constant_number_of_queries(people: Any) -> None:
    first = PEOPLE.page(people, state())
    for values in ({}, {"after": first.after}, {"before": first.after}, {"q": "row a"}):
        with CaptureQueriesContext(connection) as queries:
            assert PEOPLE.page(people, state(**values)).table
        assert len(queries) <= 3


def test_a_row_that_is_gone_starts_the_list_again_and_says_so(people: Any) -> None:
    first = PEOPLE.page(people, state())
    people.filter(pk=first.rows[-1]["id"]).delete()
    again = PEOPLE.page(people, state(after=str(first.rows[-1]["id"])))
    assert again.restarted
    assert again.rows[0]["id"] == first.rows[0]["id"]


@pytest.mark.parametrize(
    "anchor", ["nonsense", "0", "99999999999999999999999999", "\x00", "'; DROP TABLE x", "é" * 500]
)
@pytest.mark.parametrize("way", ["after", "before"])
def test_a_made_up_anchor_gives_the_first_page(people: Any, anchor: str, way: str) -> None:
    page = PEOPLE.page(people, state(**{way: anchor}))
    assert page.restarted
    assert len(page.rows) == 7
    assert page.previous_url == ""


@pytest.mark.parametrize("sort", ["password", "nothing", "-", "--name", "shout", "name; drop", "\x00"])
def test_an_unknown_sort_falls_back(people: Any, sort: str) -> None:
    assert PEOPLE.sorting(state(sort=sort)) == ("name", False)


@pytest.mark.parametrize(
    ("size", "rows"), [("", 7), ("3", 3), ("0", 1), ("-3", 7), ("x", 7), ("99999999999", 25), ("²", 7)]
)
def test_page_sizes_stay_within_bounds(people: Any, size: str, rows: int) -> None:
    assert len(PEOPLE.page(people, state(page_size=size)).rows) == rows


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"q": ["row a"]}, 7),
        ({"q": ["  "]}, 25),
        ({"language": ["fr"]}, 8),
        ({"language": ["%"]}, 0),
        ({"languages": ["fr", "en"]}, 17),
        ({"active": ["yes"]}, 13),
        ({"active": ["no"], "language": ["fr"]}, 4),
        ({"joined_from": ["2000-01-01"]}, 25),
        ({"joined_to": ["2000-01-01"]}, 0),
        ({"joined_from": ["2000-01-01"], "joined_to": ["2999-01-01"]}, 25),
        ({"size_from": ["1"], "size_to": ["2.5"]}, 25),
        ({"unknown": ["x"]}, 25),
        ({"id": [str(new_id())]}, 0),
    ],
)
def test_filters_restrict(people: Any, values: dict[str, list[str]], count: int) -> None:
    page = PEOPLE.page(people, ListState.read(values))
    assert page.errors == []
    assert page.count == count


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"active": ["perhaps"]}, ["active"]),
        ({"joined_from": ["31.12.2025"]}, ["joined_from"]),
        ({"joined_from": ["2025-02-30"]}, ["joined_from"]),
        ({"joined_from": ["2025-02-02"], "joined_to": ["2025-02-01"]}, ["joined_from"]),
        ({"size_from": ["many"]}, ["size_from"]),
        ({"size_to": ["NaN"]}, ["size_from"]),
        ({"size_to": ["Infinity"]}, ["size_from"]),
        ({"q": ["a\x00b"]}, ["q"]),
        ({"id": ["Row a"]}, ["id"]),
        ({"active": ["x"], "joined_to": ["y"], "size_from": ["z"]}, ["active", "joined_from", "size_from"]),
    ],
)
def test_filters_that_cannot_be_understood_are_all_told_and_show_nothing(
    people: Any, values: dict[str, list[str]], fields: list[str]
) -> None:
    page = PEOPLE.page(people, ListState.read(values))
    assert [error.field for error in page.errors] == fields
    assert all(error.message for error in page.errors)
    assert page.rows == []
    assert list(PEOPLE.rows(people, ListState.read(values))) == []


def test_large_lists_show_an_estimate(people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNT_LIMIT", 10)
    page = PEOPLE.page(people, state())
    assert page.estimated
    assert page.count > 10


def test_cells_carry_links_choices_and_tones(people: Any) -> None:
    page = PEOPLE.page(people, state(page_size="25"))
    row = page.table[0]
    assert [cell.column.name for cell in row.cells] == ["name", "language", "closed_at", "is_active", "shout"]
    assert row.url == f"/people/{row.id}/"
    assert row.cells[4].value == "ROW A"
    assert {cell.value for row in page.table for cell in row.cells if cell.column.name == "language"} == {
        "English",
        "fr",
        "",
    }
    assert {cell.tone for row in page.table for cell in row.cells if cell.column.name == "is_active"} == {
        "good",
        "plain",
    }


def test_a_page_as_json_holds_what_was_read(people: Any) -> None:
    answer = PEOPLE.page(people, state(language="fr")).as_dict()
    assert answer["count"] == 8
    assert answer["after"] is not None
    assert set(answer["items"][0]) == {"id", "name", "language", "closed_at", "is_active", "email"}


def test_sorting_twice_turns_the_direction_round(people: Any) -> None:
    name, language = PEOPLE.columns[0], PEOPLE.columns[1]
    assert PEOPLE.page(people, state()).sort_url(name) == "?sort=-name"
    assert PEOPLE.page(people, state(sort="-name")).sort_url(name) == "?sort=name"
    assert PEOPLE.page(people, state(sort="-name", q="row")).sort_url(language) == "?q=row&sort=language"


def test_filters_may_not_take_the_names_of_the_list() -> None:
    with pytest.raises(ValueError, match="sort"):
        Filter("sort", "Sort")


def test_states_forget_filters_and_pages() -> None:
    given_state = state(q="x", language="fr", after="1")
    assert given_state.without_filter(["q"]).query() == "?language=fr"
    assert ListState().query() == "?"


@pytest.fixture
def ask() -> Callable[..., Any]:
    def get(query: str = "", **headers: str) -> Any:
        return RequestFactory().get(f"/people/{query}", headers=headers)

    return get


def content(response: Any) -> bytes:
    whole = b"".join(response.streaming_content)
    response.file_to_stream.close()  # not response.close(): it would also end the connection of the test
    return whole


def test_the_answer_is_the_page_its_part_or_a_file(people: Any, ask: Callable[..., Any]) -> None:
    shown: list[Any] = []
    written: list[Any] = []
    hooks = {"may_export": True, "on_list": shown.extend, "on_export": written.extend}
    whole = lists.respond(ask(), PEOPLE, people, "people.html", {"more": 1}, **hooks)
    assert whole.template_name == "people.html"
    assert whole.context_data["more"] == 1
    assert len(shown) == 7
    part = lists.respond(ask(**{"HX-Target": "list-people"}), PEOPLE, people, "people.html")
    assert part.template_name == "components/list.html"
    file = lists.respond(ask("?format=csv&language=fr"), PEOPLE, people, "people.html", **hooks)
    assert len(content(file).decode("utf-8-sig").splitlines()) == 9
    assert len(written) == 8
    assert "people-" in file["Content-Disposition"]
    book = lists.respond(ask("?format=xlsx"), PEOPLE, people, "people.html", may_export=True)
    assert content(book).startswith(b"PK")


@pytest.mark.parametrize("query", ["?format=csv", "?format=xlsx", "?format=exe"])
def test_nothing_is_exported_without_permission(people: Any, ask: Callable[..., Any], query: str) -> None:
    assert lists.respond(ask(query), PEOPLE, people, "people.html").template_name == "people.html"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＠x", '=HYPERLINK("http://x")']
)
def test_formulas_are_defused(text: str) -> None:
    assert defuse(text) == f"'{text}"


@given(st.text())
def test_defusing_changes_nothing_but_the_front(text: str) -> None:
    assert defuse(text) in (text, f"'{text}")
    assert not defuse(text).startswith(("=", "+", "-", "@"))


COLUMNS = [Column(name, name) for name in ("text", "number", "day", "moment", "truth", "none", "long")]
ROW = {
    "text": '=cmd|"/c calc"!A1',
    "number": Decimal("-12.50"),
    "day": date(2026, 3, 31),
    "moment": datetime(2026, 3, 31, 12, 30, tzinfo=timezone.get_default_timezone()),
    "truth": True,
    "none": None,
    "long": 12345678901234567890,
}


def test_csv_holds_plain_values() -> None:
    with as_csv(COLUMNS, [ROW]) as file:
        text = file.read().decode("utf-8-sig")
    assert text.splitlines()[1] == (
        '"\'=cmd|""/c calc""!A1",-12.50,2026-03-31,2026-03-31 12:30:00+00:00,yes,,12345678901234567890'
    )


def test_a_workbook_holds_types_and_no_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(as_xlsx(COLUMNS, [ROW, ROW], title="A/B: [x]*?").read())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert 'name="AB x"' in book.read("xl/workbook.xml").decode()
    assert "<f>" not in sheet
    assert "<v>-12.50</v>" in sheet
    assert "12345678901234567890" in sheet


def test_a_workbook_goes_on_in_a_further_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.platform.kernel.listing.exporting.SHEET_ROWS", 3)
    with zipfile.ZipFile(as_xlsx(COLUMNS, [ROW] * 5, title="")) as book:
        assert sorted(name for name in book.namelist() if "worksheets/" in name) == [
            f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3)
        ]
