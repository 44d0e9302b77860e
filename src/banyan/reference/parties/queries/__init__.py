"""Reads of organisations, contacts and imports."""

from banyan.reference.parties.queries.contacts import contact, contacts, contacts_of, revealed
from banyan.reference.parties.queries.imports import (
    finding_texts,
    import_findings,
    import_named,
    import_rows,
    imports,
    vocabulary,
)
from banyan.reference.parties.queries.organisations import (
    acronym_sharers,
    children,
    countries,
    country_known,
    external_ids,
    holders_of,
    kinds,
    names,
    organisation,
    organisations,
    shared_acronyms,
    similar,
)
from banyan.reference.parties.queries.searching import matching, search, suggestions, waiting

__all__ = [
    "acronym_sharers",
    "children",
    "contact",
    "contacts",
    "contacts_of",
    "countries",
    "country_known",
    "external_ids",
    "finding_texts",
    "holders_of",
    "import_findings",
    "import_named",
    "import_rows",
    "imports",
    "kinds",
    "matching",
    "names",
    "organisation",
    "organisations",
    "revealed",
    "search",
    "shared_acronyms",
    "similar",
    "suggestions",
    "vocabulary",
    "waiting",
]
