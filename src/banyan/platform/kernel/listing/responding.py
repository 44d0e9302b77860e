"""One answer for every list: the page, its part for HTMX, or the file that was asked for."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone

from banyan.platform.kernel.listing.declarations import ListState
from banyan.platform.kernel.listing.exporting import as_csv, as_xlsx
from banyan.platform.kernel.listing.paging import Listing

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def respond(
    request: HttpRequest,
    listing: Listing,
    queryset: "QuerySet[Any]",
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    may_export: bool = False,
    on_list: Callable[[list[Any]], object] | None = None,
    on_export: Callable[[list[Any]], object] | None = None,
) -> HttpResponseBase:
    """Answer a request for a list.

    ``?format=csv`` or ``xlsx`` gives the file when ``may_export`` (else the page); an HTMX request for the list alone gets
    ``components/list.html``; anything else gets ``template`` with ``page`` in its context. ``on_list`` and ``on_export``
    receive the ids shown or written, for lists whose reading is logged.
    """
    state = ListState.read(request.GET)
    file_format = request.GET.get("format", "")
    if may_export and file_format in TYPES:
        ids: list[Any] = []
        rows = listing.rows(queryset, state)
        seen = _noting(rows, ids) if on_export else rows
        title = str(listing.title or listing.key)
        file = as_csv(listing.columns, seen) if file_format == "csv" else as_xlsx(listing.columns, seen, title=title)
        if on_export:
            on_export(ids)
        name = f"{listing.key}-{timezone.localdate():%Y-%m-%d}.{file_format}"
        return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[file_format])
    page = listing.page(queryset, state, may_export=may_export)
    if on_list:
        on_list([row["id"] for row in page.rows])
    part = request.headers.get("HX-Target") == f"list-{listing.key}"
    response = TemplateResponse(
        request, "components/list.html" if part else template, {**(context or {}), "page": page}
    )
    # The same address gives the whole page or a part: caches and the back button must not mix them up.
    response["Vary"] = "HX-Request, HX-Target"
    return response


def _noting(rows: Iterator[dict[str, Any]], ids: list[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        ids.append(row["id"])
        yield row
