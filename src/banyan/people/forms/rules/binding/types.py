"""Which types of question can feed which kind of register field."""

from typing import Final

from banyan.people.forms.rules.schema import SHOWN_TYPES, Question

_COMPUTED: Final = ("calculate", "hidden")
FIT: Final[dict[str, frozenset[str]]] = {
    kind: frozenset((*types, *_COMPUTED))
    for kind, types in {
        "text": ("text", "integer", "decimal", "select_one", "select_multiple", "barcode", "username", "rank"),
        "name": ("text", "select_one"),
        "choice": ("select_one", "text", "integer"),
        "choices": ("select_multiple", "select_one", "rank", "text"),
        "date": ("date", "datetime", "today", "start", "end", "text", "integer", "select_one"),
        "integer": ("integer", "decimal", "range", "text", "select_one"),
        "decimal": ("integer", "decimal", "range", "text"),
        "boolean": ("select_one", "acknowledge", "text", "integer", "select_multiple"),
        "phone": ("text", "integer", "phonenumber", "barcode"),
        "place": ("select_one", "text", "barcode"),
        "document": ("text", "integer", "barcode"),
        "photo": ("image",),
        "geopoint": ("geopoint", "start-geopoint", "text"),
        "email": ("text", "email"),
        "country": ("select_one", "text"),
    }.items()
}


def fits(question: Question, kind: str) -> bool:
    """Whether the type of a question can feed a field of this kind."""
    return question.type not in SHOWN_TYPES and question.type in FIT.get(kind, frozenset())
