"""Every table of ours has a rising id, a privacy class per column, and rests on the kernel's functions."""

from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module

import psycopg
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.test.utils import isolate_apps

from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.fields import (
    EarliestDay,
    LatestDay,
    MoneyColumns,
    PartialDateField,
    amount_field,
    currency_field,
)
from banyan.platform.kernel.models import Model, NewId, unclassified_fields
from banyan.platform.kernel.money import Money
from banyan.platform.kernel.privacy import Privacy

with isolate_apps("banyan.platform.kernel"):

    class Guest(Model):
        """A table that exists only in these tests, as a temporary one."""

        privacy = {"born": Privacy.PERSONAL, "price_amount": Privacy.INTERNAL, "price_currency": Privacy.INTERNAL}

        born = PartialDateField(null=True)
        price_amount = amount_field(null=True)
        price_currency = currency_field(default="USD")
        price = MoneyColumns("price_amount", "price_currency")

        class Meta:
            app_label = "kernel"
            db_table = "kernel_test_guest"

    class Forgetful(Model):
        privacy = {"gone": Privacy.PUBLIC}
        seen = models.TextField()

        class Meta:
            app_label = "kernel"


@pytest.fixture
def guest_table(owner_address):
    """The table, made by the owner outside the test's transaction and gone after it."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        editor.create_model(Guest)
    with psycopg.connect(owner_address, autocommit=True) as owner:
        for statement in editor.collected_sql:
            owner.execute(statement)
        owner.execute("grant select, insert, update on kernel_test_guest to banyan_app")
        yield
        owner.execute("drop table kernel_test_guest")


@pytest.fixture
def guests(guest_table, db):
    """Rows of the table, as the application role sees them."""
    return Guest.objects


def test_privacy_classes_are_inherited_and_gaps_are_found():
    assert Guest.privacy["id"] is Privacy.INTERNAL
    assert unclassified_fields(Guest) == []
    assert unclassified_fields(Forgetful) == ["gone", "seen"]
    assert Privacy.PERSONAL.about_people
    assert not Privacy.SECRET.about_people


def test_the_database_makes_the_id_when_nobody_else_does(guests):
    row = guests.create(born="1990-05")
    with connection.cursor() as cursor:
        cursor.execute("insert into kernel_test_guest (born, price_currency) values ('1990~', 'USD') returning id")
        made = cursor.fetchone()[0]
    assert row.id.version == made.version == 7
    assert made.int >> 80 >= row.id.int >> 80
    assert "banyan_new_id()" in str(Guest._meta.pk.db_default.as_sql(None, connection)[0])
    assert NewId() == NewId()


def test_partial_dates_come_back_and_sort_in_the_database(guests):
    written = ["1989", "1990", "1990~", "1990-01", "1990-01-01", "1990-02"]
    for text in reversed(written):
        guests.create(born=PartialDate.from_text(text))
    guests.create(born=None)
    ordered = guests.exclude(born=None).order_by(EarliestDay("born"), "born")
    # The text breaks ties; ~ sorts behind - and the digits.
    assert [str(row.born) for row in ordered] == ["1989", "1990", "1990-01", "1990-01-01", "1990~", "1990-02"]
    assert [row.born for row in ordered] == sorted(row.born for row in ordered)
    assert guests.get(born="1990-02").born == PartialDate(1990, 2)
    latest = guests.annotate(last=LatestDay("born")).get(born=PartialDate(1990, 2)).last
    assert latest == PartialDate(1990, 2).latest
    assert guests.get(born__isnull=True).born is None


def test_the_database_refuses_what_no_calendar_has(guests):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("insert into kernel_test_guest (born, price_currency) values ('1990-02-30', 'USD')")


def test_a_date_that_cannot_be_read_is_a_validation_error_with_its_mend():
    field = Guest._meta.get_field("born")
    assert field.to_python("") is None
    assert field.to_python("3 May 1990") == PartialDate(1990, 5, 3)
    with pytest.raises(ValidationError, match="Write 1990-05-03") as caught:
        field.to_python("hello")
    assert caught.value.code == "kernel.date_unreadable"


def test_the_field_serializes_and_casts():
    field = Guest._meta.get_field("born")
    assert field.value_to_string(Guest(born=PartialDate(1990))) == "1990"
    assert field.value_to_string(Guest()) == ""
    assert field.cast_db_type(connection) == "text"
    _name, path, _arguments, options = field.deconstruct()
    assert path == "banyan.platform.kernel.fields.PartialDateField"
    assert options == {"null": True}


def test_money_is_read_and_written_through_two_columns(guests):
    row = Guest()
    assert row.price is None
    row.price = Money(Decimal("12.50"), "EUR")
    row.save()
    again = guests.get(pk=row.pk)
    assert again.price == Money(Decimal("12.50"), "EUR")
    again.price = None
    assert (again.price_amount, again.price_currency) == (None, "EUR")
    assert isinstance(Guest.price, MoneyColumns)


def test_currency_columns_refuse_unknown_codes():
    with pytest.raises(ValidationError, match="ISO 4217"):
        Guest._meta.get_field("price_currency").clean("USX", None)
    assert Guest._meta.get_field("price_currency").clean("MMK", None) == "MMK"


COMPOSED = import_module("banyan.platform.kernel.migrations.0001_sql_functions").COMPOSED


@pytest.mark.django_db
@pytest.mark.parametrize("made_by", ["select banyan_new_id()", COMPOSED], ids=["function", "before PostgreSQL 18"])
def test_the_database_makes_ids_of_version_7_that_rise(made_by):
    ids = []
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute(made_by)
            ids.append(cursor.fetchone()[0])
    assert {identifier.version for identifier in ids} == {7}
    assert {identifier.variant for identifier in ids} == {"specified in RFC 4122"}
    assert len(set(ids)) == 200
    milliseconds = [identifier.int >> 80 for identifier in ids]
    assert milliseconds == sorted(milliseconds)
    assert abs(milliseconds[0] / 1000 - datetime.now(UTC).timestamp()) < 60


ROOMS = sorted(
    {
        model._meta.app_label
        for model in apps.get_models()
        if isinstance(model._meta.pk.db_default, NewId) and model._meta.app_label != "kernel"
    }
)


@pytest.mark.parametrize("room", ROOMS)
def test_first_migrations_rest_on_the_kernels_functions(room):
    graph = MigrationLoader(None).graph
    for node in graph.root_nodes(room):
        assert ("kernel", "0001_sql_functions") in graph.forwards_plan(node), (
            f"{node}: add ('kernel', '0001_sql_functions') to its dependencies, for banyan_new_id()"
        )
