"""What linkage tells the rooms below about people on their way in: of a batch to collection, of a form to the register."""

from banyan.people.collection.declarations import Comparer
from banyan.people.linkage.queries import incoming
from banyan.people.registry.declarations import Recogniser

COMPARERS = (Comparer(comparison=incoming.comparison, matches=incoming.matches, holding=incoming.holding),)
RECOGNISERS = (Recogniser(lookalikes=incoming.lookalikes),)
