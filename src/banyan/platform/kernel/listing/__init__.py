"""Lists: what every table of records on a page, in the API and in an export has in common.

A room declares a list once::

    PLACES = Listing(
        key="places",
        columns=[
            Column("pcode", _("P-code"), kind="code", link="/places/{id}/"),
            Column("name", _("Name")),
            Column("population", _("Population"), kind="number"),
        ],
        filters=[
            Filter("q", _("Name or P-code"), where=lambda places, text: places.filter(name__istartswith=text)),
            Filter("level", _("Level"), kind="choice", where="level", choices=[("1", _("State")), ("2", _("District"))]),
            Filter("since", _("Valid"), kind="dates", where="valid_from"),
        ],
        sort="name",
        empty=_("No places yet."), empty_next=_("Import a release"), empty_url="/places/import/",
    )

and answers a request with it (page, HTMX part, CSV or XLSX, whichever was asked for)::

    @needs("places.view_place")
    def place_list(request):
        places = queries.places(seen_by=request.viewer)         # a queryset of model instances; values() is applied here
        return respond(request, PLACES, places, "places/list.html", may_export=request.viewer.may("places.export_place"))

The template extends ``shell/page.html`` and says ``{% include "components/list.html" %}`` where the table belongs.
The API uses ``PLACES.page(places, ListState.read(request.GET))`` and ``page.as_dict()``.

What it promises

- **Keyset paging**, never OFFSET: rows are ordered by (sort column, id); ``after=<id>`` or ``before=<id>`` in the URL
  names only the row to continue from, so no name or number of a person ever stands in a URL.
- **A constant number of queries**: at most one for the anchor row, one for the rows, one or two for the count.
- **A count** that is exact up to ``COUNT_LIMIT`` and beyond that the planner's estimate, marked as such.
- **The whole state in the URL** (filters, sort, direction, page): a view is saved by saving its address.
- **Bad filters are told all at once** (``page.errors``) and show no rows: a filter that cannot be understood fails closed.
- **Exports** are written while the viewer's transaction is still open; text that a spreadsheet would run as a formula is
  defused.

``SearchHit`` and ``Waiting`` are what a room's ``queries.search`` and ``queries.waiting`` return.
"""

from banyan.platform.kernel.listing.declarations import (
    Cell,
    Column,
    Filter,
    FilterError,
    ListState,
    SearchHit,
    Waiting,
    by_id,
    chosen_id,
)
from banyan.platform.kernel.listing.exporting import as_csv, as_xlsx, defuse
from banyan.platform.kernel.listing.paging import COUNT_LIMIT, Listing, Page, Row
from banyan.platform.kernel.listing.responding import respond

__all__ = [
    "COUNT_LIMIT",
    "Cell",
    "Column",
    "Filter",
    "FilterError",
    "ListState",
    "Listing",
    "Page",
    "Row",
    "SearchHit",
    "Waiting",
    "as_csv",
    "as_xlsx",
    "by_id",
    "chosen_id",
    "defuse",
    "respond",
]
