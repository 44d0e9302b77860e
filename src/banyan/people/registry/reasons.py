"""How the reasons are worded for which somebody is among the answers of a search."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Reason = str | Promise

SAME = _("the same name")
SAME_IN_OTHER_ORDER = _("the same name in another order")
OTHER_ORDER = _("in another order")
WORDS_FOUND = _("{found} of {asked} words of the name")
SPELT = _("“{asked}” is written “{found}”")


class Said(Promise):
    """A translatable sentence with words in it, put together when it is shown."""

    def __init__(self, text: str | Promise, **words: Any) -> None:
        self.text, self.words = text, words

    def __str__(self) -> str:
        return str(self.text).format(**self.words)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))
