"""Regular expressions that mean the same in Python and in PostgreSQL, and cannot take long in either.

The subset: characters, `.`, classes, `^`, `$`, `|`, groups, and `*`, `+`, `?`, `{m}`, `{m,}`, `{m,n}` behind one of
them. Letters are told apart by size; \\d, \\w and \\s mean ASCII; `.` is any character, `^` and `$` the very ends.
A group that repeats holds neither repetitions nor alternatives, and repetitions are few: then no text, however long,
makes a backtracking engine try more than a handful of ways.
"""

import re
from functools import lru_cache
from typing import Final

LONGEST: Final = 400  # characters, \d and its like counted as what they stand for: so a normal pattern is one as well
MOST_REPETITIONS: Final = 10
MOST_OPEN_REPETITIONS: Final = 4  # those of no fixed number
MOST_TIMES: Final = 50

_CLASSES: Final = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \\t\\n\\r\\f\\v"}
_SIGNS: Final = frozenset("\\^$.|?*+()[]{}")
_ESCAPABLE: Final = frozenset("\\^$.|?*+()[]{}-/'\"#&~,:;<>=!@%_` ")
_TIMES: Final = re.compile(r"\{(\d{1,3})(,?)(\d{0,3})\}", re.ASCII)
_ASCII_WORD: Final = re.compile(r"[A-Za-z0-9]", re.ASCII)


@lru_cache(maxsize=512)
def normal_pattern(text: str) -> str | None:
    """The pattern in the one way both engines read alike; None when it is not of the subset."""
    if not text or len(text) > LONGEST:
        return None
    try:
        reader = _Pattern(text)
        found = reader.alternatives()
        reader.need(reader.at == len(text))
    except _Unusable:
        return None
    return found if len(found) <= LONGEST else None


@lru_cache(maxsize=512)
def compiled_pattern(pattern: str) -> "re.Pattern[str]":
    """A pattern that `normal_pattern` gave, for Python: `$` there means the very end only as \\Z."""
    ends = re.sub(
        r"(\\.)|(\[(?:\\.|[^\]\\])*\])|\$", lambda m: m[0] if m[1] or m[2] else r"\Z", pattern, flags=re.DOTALL
    )
    return re.compile(ends, re.DOTALL | re.ASCII)


class _Unusable(Exception):
    pass


class _Pattern:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.repetitions = self.open_repetitions = 0
        self.choices = 0  # alternatives met so far

    def need(self, so: bool) -> None:
        if not so:
            raise _Unusable

    def sees(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def take(self) -> str:
        self.need(self.at < len(self.text))
        self.at += 1
        return self.text[self.at - 1]

    def alternatives(self) -> str:
        found = [self.sequence()]
        while self.sees("|"):
            self.take()
            self.choices += 1
            found.append(self.sequence())
        return "|".join(found)

    def sequence(self) -> str:
        found = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            found.append(self.item())
        self.need(bool(found))
        return "".join(found)

    def item(self) -> str:
        repetitions, choices = self.repetitions, self.choices
        sign = self.take()
        if sign in "^$":
            self.need(not self.text[self.at : self.at + 1] or self.text[self.at] not in "*+?{")
            return sign
        if sign == "(":
            self.need(not self.sees("?"))
            atom = f"({self.alternatives()})"
            self.need(self.sees(")"))
            self.take()
        elif sign == "[":
            atom = self.bracket()
        elif sign == "\\":
            atom = self.escape(inside=False)
        else:
            self.need(sign == "." or sign not in _SIGNS)
            atom = sign
        times = self.times()
        plain = repetitions == self.repetitions and choices == self.choices
        self.need(times in ("", "?") or plain)
        if times:
            self.repetitions += 1
            self.open_repetitions += not re.fullmatch(r"\?|\{\d+\}", times)
            self.need(self.repetitions <= MOST_REPETITIONS and self.open_repetitions <= MOST_OPEN_REPETITIONS)
            self.need(not self.text[self.at : self.at + 1] or self.text[self.at] not in "*+?{")
        return atom + times

    def times(self) -> str:
        if self.at < len(self.text) and self.text[self.at] in "*+?":
            return self.take()
        if not self.sees("{"):
            return ""
        found = _TIMES.match(self.text, self.at)
        if found is None:
            raise _Unusable
        self.at = found.end()
        least, comma, most = found.groups()
        self.need(int(least) <= MOST_TIMES and (not most or int(least) <= int(most) <= MOST_TIMES))
        self.need(bool(comma) or not most)
        return f"{{{int(least)}{comma}{int(most) if most else ''}}}"

    def escape(self, *, inside: bool) -> str:
        sign = self.take()
        if sign.lower() in _CLASSES:
            self.need(sign.islower() or not inside)
            members = _CLASSES[sign.lower()]
            return members if inside else f"[{'^' if sign.isupper() else ''}{members}]"
        if sign in "tnrfv":
            return f"\\{sign}"
        self.need(sign in _ESCAPABLE)
        return f"\\{sign}" if sign in _SIGNS or sign == "-" else sign

    def bracket(self) -> str:
        found = "[^" if self.sees("^") else "["
        self.at += len(found) - 1
        members = []
        while not self.sees("]"):
            sign = self.take()
            self.need(sign not in "[-^" or (sign == "-" and self.sees("]")))
            if sign == "\\":
                members.append(self.escape(inside=True))
            elif self.sees("-") and not self.text.startswith("-]", self.at):
                self.take()
                end = self.take()
                self.need(bool(_ASCII_WORD.match(sign) and _ASCII_WORD.match(end)) and sign <= end)
                members.append(f"{sign}-{end}")
            else:
                members.append(f"\\{sign}" if sign in _SIGNS or sign == "-" else sign)
        self.take()
        self.need(bool(members))
        return found + "".join(members) + "]"
