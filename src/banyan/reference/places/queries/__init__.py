"""Reading places: lists, records, search in any script, releases and their differences, boundaries, imports."""

from banyan.reference.places.queries.containing import inside
from banyan.reference.places.queries.finding import PlaceCode, by_code, chosen, coded, find, named, search
from banyan.reference.places.queries.imports import batch, batches, findings, waiting
from banyan.reference.places.queries.maps import area_picture, boundary_collection
from banyan.reference.places.queries.places import (
    boundaries,
    breadcrumb,
    breadcrumbs,
    children,
    in_releases,
    names,
    narrowed,
    place,
    places,
)
from banyan.reference.places.queries.releases import (
    CHANGES,
    countries,
    difference_counts,
    differences,
    release,
    releases,
    tally,
)

__all__ = [
    "CHANGES",
    "PlaceCode",
    "area_picture",
    "batch",
    "batches",
    "boundaries",
    "boundary_collection",
    "breadcrumb",
    "breadcrumbs",
    "by_code",
    "children",
    "chosen",
    "coded",
    "countries",
    "difference_counts",
    "differences",
    "find",
    "findings",
    "in_releases",
    "inside",
    "named",
    "names",
    "narrowed",
    "place",
    "places",
    "release",
    "releases",
    "search",
    "tally",
    "waiting",
]
