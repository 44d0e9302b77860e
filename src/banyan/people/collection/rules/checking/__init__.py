"""The check of a batch: every row of every submission against everything known, by columns and not by rows.

`check` raises nothing for what stands in the rows and stops at nothing: all that is wrong or doubtful comes back at once,
as findings beside the clean values. Errors keep a submission from being accepted; warnings do not; quarantine says that
a value was not stored. What came is never rewritten: where the clean value is another one, the raw text stands beside it.
"""

from datetime import date

import phonenumbers  # noqa: F401 — loaded with the workers, not with the first batch
import polars as pl

from banyan.people.collection.rules.checking.answers import check_answers
from banyan.people.collection.rules.checking.choices import judge_choices, judge_many, judge_yes_or_no
from banyan.people.collection.rules.checking.dates import (
    AGE,
    BIRTH,
    check_order,
    judge_dates,
    plain_dates,
    settle_births,
)
from banyan.people.collection.rules.checking.documents import check_documents
from banyan.people.collection.rules.checking.duplicates import check_duplicates
from banyan.people.collection.rules.checking.forbidden import quarantine
from banyan.people.collection.rules.checking.households import check_households
from banyan.people.collection.rules.checking.ledger import ERROR, HOUSEHOLD, PERSON, WARNING, Ledger
from banyan.people.collection.rules.checking.numbers import (
    judge_decimals,
    judge_emails,
    judge_integers,
    judge_positions,
)
from banyan.people.collection.rules.checking.phones import judge_phones, plain_phones
from banyan.people.collection.rules.checking.places import codes_in, judge_places, offer_near_places
from banyan.people.collection.rules.checking.texts import check_names, check_texts, require_names, tidy_texts
from banyan.people.collection.rules.checking.vocabulary import words_of
from banyan.people.collection.rules.shapes import Canonical, Checked, ListedCode, Lookups

__all__ = ["check", "codes_in"]
_COUNTRIES = "iso-3166-1"


def check(canonical: Canonical, lookups: Lookups) -> Checked:
    """Clean values, raw ones beside them, and every finding of a batch (or of one submission of it)."""
    ledger = Ledger(canonical, lookups, date.fromisoformat(lookups.today))
    for subject in (HOUSEHOLD, PERSON):
        quarantine(ledger, subject)
        tidy_texts(ledger, subject)
        check_texts(ledger, subject)
    for subject in (HOUSEHOLD, PERSON):
        for name in ledger.columns(subject):
            _check_column(ledger, subject, name)
    check_names(ledger)
    require_names(ledger)
    check_documents(ledger)
    _require_sex(ledger)
    settle_births(ledger)
    check_order(ledger)
    check_households(ledger)
    check_duplicates(ledger)
    check_answers(ledger)
    return ledger.checked()


def _check_column(ledger: Ledger, subject: str, name: str) -> None:
    """The values of one column, by the kind of its field; choices of a form's own lists for extra attributes."""
    lookups = ledger.lookups
    column = ledger.now[subject][name]
    if column.null_count() == len(column):
        return
    field = lookups.fields.get(name)
    kind = getattr(field, "kind", "")
    code_list = getattr(field, "code_list", "")
    if kind == "choice" or kind == "choices":
        entries = lookups.codes.get(code_list, ()) or lookups.choices.get(name, ())
        if entries:
            judged = judge_many if kind == "choices" else judge_choices
            ledger.judge(subject, name, judged(_with_own(entries, lookups.choices.get(name, ())), words_of(code_list)))
    elif not field and lookups.choices.get(name):
        ledger.judge(subject, name, judge_many(lookups.choices[name], {}, severity=WARNING))
    elif kind == "country" or name.endswith(".issuer"):
        if lookups.codes.get(_COUNTRIES):
            severity = WARNING if name.endswith(".issuer") else ERROR
            ledger.judge(subject, name, judge_choices(lookups.codes[_COUNTRIES], {}, severity=severity))
    elif kind == "boolean":
        ledger.judge(subject, name, judge_yes_or_no)
    elif kind == "integer":
        ledger.judge(subject, name, judge_integers(name, severity=WARNING if _has_birth(ledger, name) else ERROR))
    elif kind == "decimal":
        ledger.judge(subject, name, judge_decimals)
    elif kind == "date":
        ledger.judge(
            subject, name, judge_dates(name, ledger.today, ledger.evidence), plain=plain_dates(name, ledger.today)
        )
    elif kind == "phone":
        region = _region(lookups)
        plain, refused = plain_phones(name, region)
        ledger.judge(subject, name, judge_phones(region), plain=plain, refused=refused, code="no_phone")
    elif kind == "email":
        ledger.judge(subject, name, judge_emails)
    elif kind == "geopoint":
        ledger.judge(subject, name, judge_positions)
    elif kind == "place":
        ledger.judge(subject, name, judge_places(lookups))
        offer_near_places(ledger, subject, name)
    elif kind == "photo" and ledger.canonical.media:
        absent = ledger.now[subject].filter(
            pl.col(name).is_not_null() & ~pl.col(name).is_in(list(ledger.canonical.media))
        )
        ledger.note(subject, absent, name, "photo_missing", severity=WARNING)


def _with_own(entries: tuple[ListedCode, ...], own: tuple[ListedCode, ...]) -> tuple[ListedCode, ...]:
    """The register's list, with the labels that the form gives to the same codes."""
    labels = {entry.code: entry.words for entry in own}
    return tuple(ListedCode(entry.code, (*entry.words, *labels.get(entry.code, ()))) for entry in entries)


def _has_birth(ledger: Ledger, name: str) -> bool:
    """An impossible age is only worth a warning where every such row has its date of birth."""
    if name != AGE or not ledger.has(PERSON, BIRTH):
        return False
    return ledger.now[PERSON].filter(pl.col(AGE).is_not_null() & pl.col(BIRTH).is_null()).is_empty()


def _region(lookups: Lookups) -> str:
    """The ISO alpha-2 code of the operation's country, which telephone numbers need."""
    for entry in lookups.codes.get(_COUNTRIES, ()):
        if entry.code == lookups.country:
            return next((word for word in entry.words if len(word) == 2 and word.isascii() and word.isupper()), "")
    return ""


def _require_sex(ledger: Ledger) -> None:
    name = f"{PERSON}.sex"
    if not ledger.has(PERSON, name):
        ledger.replace(PERSON, pl.lit(None, pl.String).alias(name))
    missing = ledger.now[PERSON].filter(pl.col(name).is_null())
    ledger.note(PERSON, ledger.without_errors(PERSON, missing, name), name, "sex_missing")
