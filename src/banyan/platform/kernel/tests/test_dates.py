"""Partial dates: ordering, ages, reading; and the database agrees with all of it."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import connection
from django.db.utils import DataError
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.platform.kernel.dates import Ages, DayFirst, PartialDate, read_date
from banyan.platform.kernel.problems import Problem


@st.composite
def partial_dates(draw):
    day = draw(st.dates())
    known = draw(st.integers(1, 3))
    return PartialDate(day.year, day.month if known > 1 else None, day.day if known > 2 else None, draw(st.booleans()))


# ------------------------------------------------------------------ the value


@given(partial_dates())
def test_a_partial_date_reads_back_from_its_text(value):
    assert PartialDate.from_text(str(value)) == value
    assert read_date(str(value)) == value
    assert value.earliest <= value.latest


@given(partial_dates(), partial_dates(), partial_dates())
def test_the_order_is_total_and_agrees_with_equality_and_hash(one, two, three):
    assert (one < two) + (one == two) + (one > two) == 1
    assert (one == two) == (hash(one) == hash(two) and str(one) == str(two))
    if one <= two <= three:
        assert one <= three
    if one.surely_before(two):
        assert one < two
        assert not one.may_be(two)


def test_the_order_is_by_first_day_then_known_before_estimated_and_coarse_before_fine():
    written = [
        "1989-12-31~",
        "1990",
        "1990-01",
        "1990-01-01",
        "1990-01-01~",
        "1990-01~",
        "1990~",
        "1990-01-02",
        "1990-02",
    ]
    assert [str(value) for value in sorted(map(PartialDate.from_text, reversed(written)))] == written


def test_a_partial_date_is_not_ordered_with_other_things():
    with pytest.raises(TypeError):
        assert PartialDate(1990) < date(1990, 1, 1)
    assert PartialDate(1990) != "1990"


@pytest.mark.parametrize("parts", [(1990, 2, 30), (1990, 13), (1990, 0), (1990, 1, 0), (0,), (10000,), (1990, None, 3)])
def test_an_impossible_date_cannot_be_made(parts):
    with pytest.raises(Problem) as caught:
        PartialDate(*parts)
    assert caught.value.code == "kernel.date_impossible"


@pytest.mark.parametrize("text", ["", "199", "1990-1", "1990-01-01~~", " 1990", "1990-XX", "၁၉၉၀", "1990\n"])
def test_stored_text_is_read_strictly(text):
    with pytest.raises(Problem):
        PartialDate.from_text(text)


def test_a_partial_date_says_how_much_it_knows():
    assert [PartialDate.from_text(text).known_to for text in ("1990", "1990-05", "1990-05-03")] == [
        "year",
        "month",
        "day",
    ]
    assert PartialDate.of(date(1990, 5, 3), estimated=True) == PartialDate(1990, 5, 3, estimated=True)
    assert PartialDate.from_text("2024-02").latest == date(2024, 2, 29)
    assert PartialDate(1990).may_be(PartialDate(1990, 5))


# ------------------------------------------------------------------ ages


@pytest.mark.parametrize(
    ("birth", "on", "ages"),
    [
        ("2000-06-15", "2018-06-14", (17, 17)),
        ("2000-06-15", "2018-06-15", (18, 18)),
        ("2000-06", "2018-06-15", (17, 18)),
        ("2000", "2018-12-31", (18, 18)),
        ("2000", "2018-01-01", (17, 18)),
        ("2000~", "2018-06-01", (17, 18)),
        ("2018", "2018-06-01", (0, 0)),
        ("2000-02-29", "2001-02-28", (0, 0)),
        ("2000-02-29", "2001-03-01", (1, 1)),
    ],
)
def test_age_is_a_range_of_what_is_possible(birth, on, ages):
    assert PartialDate.from_text(birth).age_on(date.fromisoformat(on)) == ages


@given(partial_dates(), st.dates(), st.data())
def test_every_day_that_a_date_can_mean_gives_an_age_in_its_range(value, on, data):
    if value.earliest > on:
        with pytest.raises(Problem) as caught:
            value.age_on(on)
        assert caught.value.code == "kernel.date_in_future"
        return
    born = data.draw(st.dates(value.earliest, min(value.latest, on)))
    ages = value.age_on(on)
    assert ages.youngest <= PartialDate.of(born).age_on(on).youngest <= ages.oldest
    assert ages.youngest >= 0


def test_ages_answer_only_what_is_sure():
    assert Ages(16, 17).surely_under(18)
    assert not Ages(17, 18).surely_under(18)
    assert Ages(18, 19).surely_at_least(18)
    assert not Ages(17, 18).surely_at_least(18)
    assert (str(Ages(17, 18)), str(Ages(5, 5))) == ("17–18", "5")


# ------------------------------------------------------------------ reading

READ = """
    1990                    1990
    1990-05                 1990-05
    1990-05-03              1990-05-03
    1990/5/3                1990-05-03
    1990.05.03              1990-05-03
    19900503                1990-05-03
    1990-XX-XX              1990
    1990-05-XX              1990-05
    XX/05/1990              1990-05
    05/1990                 1990-05
    13/05/1990              1990-05-13
    05/13/1990              1990-05-13
    03/03/1990              1990-03-03
    3.13.1990               1990-03-13
    1990~                   1990~
    1990?                   1990~
    1990-05%                1990-05~
    ~1990                   1990~
    circa 1990              1990~
    vers 1990               1990~
    1990 (est.)             1990~
    1990-05-03T00:00:00Z    1990-05-03
    1990-05-03 00:00:00.000 1990-05-03
    1990-05-03T00:00+06:30  1990-05-03
    3 May 1990              1990-05-03
    3-May-1990              1990-05-03
    May 3rd, 1990           1990-05-03
    1990 May 3              1990-05-03
    May 1990                1990-05
    Sept. 1990              1990-09
    1er mai 1990            1990-05-01
    3 de mayo de 1990       1990-05-03
    mars 1990               1990-03
    ٣ مايو ١٩٩٠             1990-05-03
    ١٩٩٠-٠٥-٠٣              1990-05-03
    ၃ မေ ၁၉၉၀               1990-05-03
    29/02/2000              2000-02-29
"""


@pytest.mark.parametrize(("written", "meant"), [line.rsplit(maxsplit=1) for line in READ.strip().splitlines()])
def test_dates_are_read_as_people_write_them(written, meant):
    assert str(read_date(written.strip())) == meant


REFUSED = """
    date_unreadable   hello
    date_unreadable   199X
    date_unreadable   1990-05-03-07
    date_unreadable   May
    date_unreadable   3 4 May 1990
    date_unreadable   May June 1990
    date_unreadable   3 Mayy 1990
    date_unreadable   3 May 1990 1991
    date_unreadable   123 May 1990
    date_impossible   1990-02-30
    date_impossible   1990-13
    date_impossible   29/02/1991
    date_impossible   30 February 1990
    date_impossible   0000
    date_impossible   1990-XX-03
    date_impossible   32/13/1990
    date_ambiguous    03/05/1990
    date_ambiguous    3.5.1990
    date_year_short   3/5/90
    date_year_short   3 May 90
    date_year_short   90
    date_is_number    32996
    date_is_number    32996.0
    date_with_time    1990-05-03 12:30
"""


@pytest.mark.parametrize(("code", "written"), [line.split(maxsplit=1) for line in REFUSED.strip().splitlines()])
def test_what_cannot_be_read_surely_is_refused_with_a_way_to_mend_it(code, written):
    with pytest.raises(Problem) as caught:
        read_date(written)
    assert caught.value.code == f"kernel.{code}"
    assert written in caught.value.detail
    assert caught.value.mend


def test_an_empty_cell_is_no_date():
    with pytest.raises(Problem) as caught:
        read_date("  ")
    assert caught.value.code == "kernel.date_unreadable"


def test_a_column_may_say_whether_the_day_comes_first():
    assert str(read_date("03/05/1990", day_first=DayFirst.YES)) == "1990-05-03"
    assert str(read_date("03/05/1990", day_first=DayFirst.NO)) == "1990-03-05"
    with pytest.raises(Problem) as caught:
        read_date("05/13/1990", day_first=DayFirst.YES)
    assert caught.value.code == "kernel.date_impossible"


def test_an_ambiguous_date_names_both_readings():
    with pytest.raises(Problem) as caught:
        read_date("03/05/1990")
    assert "1990-05-03 or 1990-03-05" in caught.value.detail


def test_a_spreadsheet_number_names_the_day_it_may_mean():
    with pytest.raises(Problem) as caught:
        read_date("32996")
    assert "1990-05-03" in caught.value.mend


def test_values_of_python_are_taken_when_they_are_whole_days():
    assert read_date(date(1990, 5, 3)) == PartialDate(1990, 5, 3)
    assert read_date(datetime(1990, 5, 3, tzinfo=UTC)) == PartialDate(1990, 5, 3)
    assert read_date(1990) == PartialDate(1990)
    with pytest.raises(Problem) as caught:
        read_date(datetime.combine(date(1990, 5, 3), time(12), UTC))
    assert caught.value.code == "kernel.date_with_time"


@given(st.text(max_size=20) | st.from_regex(r"[0-9X]{1,4}[-/. ][0-9X]{1,2}([-/. ][0-9]{1,4})?[~?]?", fullmatch=True))
def test_any_text_is_read_or_refused_but_never_breaks(text):
    try:
        value = read_date(text)
    except Problem:
        return
    assert read_date(str(value)) == value


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_whole_date_in_words_means_the_same(day):
    assert read_date(f"{day.day} {day:%B} {day.year}") == PartialDate.of(day)
    assert read_date(f"{day:%b} {day.day}, {day.year}") == PartialDate.of(day)


# ------------------------------------------------------------------ the database


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(st.lists(partial_dates(), min_size=1, max_size=60))
def test_the_database_bounds_and_sorts_as_python_does(values):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select value, partial_date_earliest(value), partial_date_latest(value), partial_date_valid(value)
            from unnest(%s::text[]) as given(value)
            order by partial_date_earliest(value), value collate "C"
            """,
            [[str(value) for value in values]],
        )
        rows = cursor.fetchall()
    assert rows == [(str(value), value.earliest, value.latest, True) for value in sorted(values)]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"\A\d{4}(-\d{2}(-\d{2})?)?~?\Z") | st.text("0123456789-~", max_size=11))
def test_the_database_knows_the_same_calendar(text):
    try:
        valid = bool(PartialDate.from_text(text))
    except Problem:
        valid = False
    with connection.cursor() as cursor:
        cursor.execute("select partial_date_valid(%s)", [text])
        assert cursor.fetchone() == (valid,)


@pytest.mark.django_db
def test_bounds_of_other_text_are_unknown_and_of_impossible_dates_refused():
    with connection.cursor() as cursor:
        cursor.execute("select partial_date_earliest('about 1990'), partial_date_latest('x'), partial_date_valid(null)")
        assert cursor.fetchone() == (None, None, None)
        with pytest.raises(DataError):
            cursor.execute("select partial_date_earliest('1990-02-30')")
