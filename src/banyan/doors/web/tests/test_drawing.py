"""What cells of tables look like."""

from decimal import Decimal

import pytest
from django.utils import translation

from banyan.doors.web.drawing import DRAWERS


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("en", Decimal("118166500.00"), "118,166,500.00"),
        ("en", 1234, "1,234"),
        ("en", -1234, "\u200e-1,234"),
        ("ar", Decimal("-118166500.00"), "\u200e-118,166,500.00"),
        ("en", "<b>", "&lt;b&gt;"),
    ],
)
def test_a_minus_stands_before_its_number_in_every_language(language: str, value: object, shown: str) -> None:
    with translation.override(language):
        assert DRAWERS["money"](value) == shown
