"""Reading the register: people, households, members, what belongs to them, and search."""

from banyan.people.registry.queries.arriving import ARRIVING_FIELDS, arriving_rows
from banyan.people.registry.queries.changing.requests import (
    change_request,
    change_requests,
    changes_waiting,
    open_requests_for,
)
from banyan.people.registry.queries.changing.ruling import change_rule, change_rules
from banyan.people.registry.queries.exporting import count_up_to, export_table
from banyan.people.registry.queries.exports import own_export, own_exports
from banyan.people.registry.queries.filtering import household_filters, narrowed, people_filters
from banyan.people.registry.queries.finding import Found, find_people, search
from banyan.people.registry.queries.gating import Stop, card_stops
from banyan.people.registry.queries.labels import labels
from banyan.people.registry.queries.linking import linkage_rows
from banyan.people.registry.queries.merges import Alias, aliases_of, merges_of, resolved
from banyan.people.registry.queries.overview import operation_numbers, recent_batches, waiting
from banyan.people.registry.queries.pairs import Pair, pair, pairs_of
from banyan.people.registry.queries.people import (
    VIEW,
    composition,
    composition_of,
    documents,
    household,
    households,
    members,
    members_of,
    membership_of,
    memberships,
    needs,
    notices,
    people,
    person,
    phones,
    sizes,
    with_belongings,
)
from banyan.people.registry.queries.reading import SEE_LOOKS, looks
from banyan.people.registry.queries.recognising import recognised
from banyan.people.registry.queries.records import household_record, notice, person_record, position_allowed
from banyan.people.registry.queries.rows import household_rows, people_rows
from banyan.people.registry.rules.ages import ages_on
from banyan.people.registry.rules.masking import masked_number
from banyan.people.registry.rules.uniting import TAKEABLE

__all__ = [
    "ARRIVING_FIELDS",
    "SEE_LOOKS",
    "TAKEABLE",
    "VIEW",
    "Alias",
    "Found",
    "Pair",
    "Stop",
    "ages_on",
    "aliases_of",
    "arriving_rows",
    "card_stops",
    "change_request",
    "change_requests",
    "change_rule",
    "change_rules",
    "changes_waiting",
    "composition",
    "composition_of",
    "count_up_to",
    "documents",
    "export_table",
    "find_people",
    "household",
    "household_filters",
    "household_record",
    "household_rows",
    "households",
    "labels",
    "linkage_rows",
    "looks",
    "masked_number",
    "members",
    "members_of",
    "membership_of",
    "memberships",
    "merges_of",
    "narrowed",
    "needs",
    "notice",
    "notices",
    "open_requests_for",
    "operation_numbers",
    "own_export",
    "own_exports",
    "pair",
    "pairs_of",
    "people",
    "people_filters",
    "people_rows",
    "person",
    "person_record",
    "phones",
    "position_allowed",
    "recent_batches",
    "recognised",
    "resolved",
    "search",
    "sizes",
    "waiting",
    "with_belongings",
]
