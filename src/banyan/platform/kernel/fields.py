"""Columns for the kernel's values: partial dates as text, money as an amount and a currency."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from banyan.platform.kernel.dates import PartialDate, read_date
from banyan.platform.kernel.money import Money, currencies
from banyan.platform.kernel.problems import Problem


class PartialDateField(models.Field):
    """A PartialDate, kept as its text under collation C, refused by the database when no calendar has it.

    Sort by `partial_date_earliest(column), column`; see EarliestDay and LatestDay.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Text compared byte by byte: b-tree equality and order that no locale changes."""
        return 'text COLLATE "C"'

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """The database refuses impossible dates whoever writes them."""
        return f"partial_date_valid({connection.ops.quote_name(str(self.column))})"

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Casts carry no collation."""
        return "text"

    def from_db_value(self, value: str | None, *_unused: Any) -> PartialDate | None:
        """Text to PartialDate."""
        return None if value is None else PartialDate.from_text(value)

    def to_python(self, value: Any) -> PartialDate | None:
        """From form input or a fixture; ValidationError carries message and mend of the Problem."""
        if value is None or value == "" or isinstance(value, PartialDate):
            return value or None
        try:
            return read_date(value)
        except Problem as problem:
            raise ValidationError(problem.as_text(), code=problem.code) from problem

    def get_prep_value(self, value: Any) -> str | None:
        """PartialDate or what it can be read from, to text."""
        read = self.to_python(value)
        return None if read is None else str(read)

    def value_to_string(self, obj: models.Model) -> str:
        """For serializers."""
        return self.get_prep_value(self.value_from_object(obj)) or ""


class EarliestDay(models.Func):
    """First day that a partial date column can mean, in SQL."""

    function = "partial_date_earliest"
    arity = 1
    output_field = models.DateField()


class LatestDay(models.Func):
    """Last day that a partial date column can mean, in SQL."""

    function = "partial_date_latest"
    arity = 1
    output_field = models.DateField()


def amount_field(**options: Any) -> "models.DecimalField[Any, Any]":
    """Column of an amount: numeric(19, 4) holds every currency's decimals up to a hundred trillion."""
    return models.DecimalField(**{"max_digits": 19, "decimal_places": 4, **options})


def currency_field(**options: Any) -> "models.CharField[Any, Any]":
    """Column of a currency code of ISO 4217."""
    return models.CharField(**{"max_length": 3, "db_collation": "C", "validators": [known_currency], **options})


def known_currency(code: str) -> None:
    """Validator of currency columns."""
    if code not in currencies():
        problem = Problem("kernel.currency_unknown", currency=code)
        raise ValidationError(problem.as_text(), code=problem.code)


class MoneyColumns:
    """Reads and writes an amount and a currency column as one Money: `price = MoneyColumns("price_amount", …)`."""

    def __init__(self, amount: str, currency: str) -> None:
        self.amount = amount
        self.currency = currency

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        amount = getattr(row, self.amount)
        return None if amount is None else Money(amount, getattr(row, self.currency))

    def __set__(self, row: Any, money: Money | None) -> None:
        setattr(row, self.amount, None if money is None else money.amount)
        # Without an amount the currency stays: the column may not be nullable, and a plan keeps its currency.
        if money is not None:
            setattr(row, self.currency, money.currency)
