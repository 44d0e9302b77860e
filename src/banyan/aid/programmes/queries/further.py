"""Prices by place as fields of households and people, for formulas: extras.price_<code>."""

from typing import Final
from uuid import UUID

from banyan.aid.programmes.models import PriceList
from banyan.aid.programmes.queries.packages import price_lists
from banyan.aid.programmes.rules.designing import NAMES
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import Field
from banyan.platform.kernel.privacy import Privacy

PREFIX: Final = "extras.price_"
# Where somebody lives, as the subjects of the register have it.
_LIVES: Final = {"household": "place_id", "person": "lives_in"}
_SQL: Final = (
    "(SELECT a.amount FROM programmes_priceat a WHERE a.place_id = {t}.%s AND a.price_list_id = '%s'"
    " AND a.from_on <= {day} AND ({day} < a.until_on OR a.until_on IS NULL))"
)


def fields(operation: UUID | None, *, seen_by: Viewer) -> dict[str, tuple[Field, ...]]:
    """A field for each price list of an operation; none without an operation, or for who may not see programmes."""
    if operation is None or not seen_by.may("programmes.view_programme"):
        return {}
    # Only such codes are names of the language, and hold nothing that SQL could mistake.
    known = [one for one in price_lists(seen_by=seen_by, operation_id=operation) if NAMES[2].fullmatch(one.code)]
    if not known:
        return {}
    return {
        subject: tuple(
            Field(f"{PREFIX}{one.code}", "decimal", one.name, _SQL % (column, one.pk), unit=one.currency, privacy=Privacy.INTERNAL)
            for one in known
        )
        for subject, column in _LIVES.items()
    }  # fmt: skip


def lists_asked(names: set[str], operation: UUID, *, seen_by: Viewer) -> list[PriceList]:
    """The price lists behind fields of these names."""
    codes = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    return list(price_lists(seen_by=seen_by, operation_id=operation).filter(code__in=codes)) if codes else []
