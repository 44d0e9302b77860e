"""Columns written as arrays come back from PostgreSQL as they were."""

import polars as pl
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.platform.kernel.arrays import array_text

TEXTS = st.lists(st.none() | st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])), max_size=8)


def test_columns_as_arrays():
    assert array_text(pl.Series(["a", None, "", 'b "c"', "d\\e"])) == '{"a",NULL,"","b \\"c\\"","d\\\\e"}'
    assert array_text(pl.Series(["a", None, "NULL", "c,d"])) == '{"a",NULL,"NULL","c,d"}'
    assert array_text(pl.Series(["\x02", None])) == '{"\x02",NULL}'
    assert array_text(pl.Series([1.5, None])) == "{1.5,NULL}"
    assert array_text(pl.Series([True, False])) == "{true,false}"
    assert array_text(pl.Series([], dtype=pl.String)) == array_text(pl.Series([], dtype=pl.Int64)) == "{}"


@pytest.mark.django_db
def test_whatever_stands_in_a_column_comes_back():
    @settings(max_examples=150, deadline=None)
    @given(TEXTS)
    def there_and_back(texts):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::text[]", [array_text(pl.Series(texts, dtype=pl.String))])
            assert cursor.fetchone()[0] == texts

    there_and_back()
