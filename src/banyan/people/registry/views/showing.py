"""How records are put into words and tables: labels, masks, facts of each section."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.bindable import DIFFICULTIES
from banyan.people.registry.models import Document, Membership, Need, Notice
from banyan.people.registry.queries.labels import (
    BIOMETRICS,
    CONTACT,
    COUNTRIES,
    DIFFICULTY,
    DOCUMENTS,
    EDUCATION,
    LANGUAGES,
    LEGAL,
    MARITAL,
    NEEDS,
    REASONS,
    RELATIONSHIP,
    RESIDENCE,
    SEX,
    Labels,
)
from banyan.people.registry.queries.records import HouseholdRecord, PersonRecord
from banyan.people.registry.rules.masking import masked_email, masked_number, masked_text
from banyan.people.registry.vocabulary import LEGAL_BASES, PURPOSES
from banyan.platform.kernel.dates import Ages

TONES = {"active": "good", "inactive": "warn", "closed": "plain", "withdrawn": "plain"}
Facts = list[tuple[Any, Any]]


@dataclass(frozen=True)
class Section:
    """One part of a record's page: facts, and a table of rows under a head."""

    key: str
    title: str | Promise
    facts: Facts = field(default_factory=list)
    head: Sequence[str | Promise] = ()
    rows: Sequence[Sequence[Any]] = ()
    empty: str | Promise = ""


def in_language(names: Mapping[str, str] | None, name: str | None) -> str:
    """The name of a place in the reader's language, else its general name."""
    return (names or {}).get((get_language() or "en").split("-")[0]) or name or ""


def both_names(full_name: str, original: str) -> str:
    """The name in both scripts."""
    # Isolated: in a line of one direction a name of the other must not pull the signs beside it along.
    return full_name if not original or original == full_name else f"{full_name} · \u2068{original}\u2069"


def age_text(ages: Ages | None) -> str:
    """An age or a range of ages; empty when not known."""
    return "" if ages is None else str(ages)


def status_text(record: Any, labels: Labels) -> str:
    """The status with its reason."""
    words = capfirst(str(record.get_status_display()))
    reason = labels.of(REASONS, record.status_reason)
    if getattr(record, "merged_into_id", None) is not None:
        reason = str(_("the same person is registered elsewhere too"))
    return f"{words}: {reason}" if reason else words


def roles_of(membership: Membership, labels: Labels) -> str:
    """The relationship to the head and what the person does for the household."""
    words: list[Any] = [labels.of(RELATIONSHIP, membership.relationship)]
    if membership.is_head:
        words = [_("Head of the household")]
    words += [_("collects for the household")] if membership.is_collector else []
    words += [_("may collect instead")] if membership.is_alternate else []
    return ", ".join(str(word) for word in words if word)


def path_text(path: Sequence[tuple[Any, str]]) -> str:
    """Where a place lies, from wide to narrow, without the country."""
    steps = [name for _key, name in path]
    return " › ".join(steps[1:] if len(steps) > 1 else steps)


def person_summary(record: PersonRecord) -> Facts:
    """What stands above everything else."""
    person, labels = record.person, record.labels
    facts: Facts = [
        (_("Name"), person.full_name),
        (_("In the original script"), person.name_original),
        (_("Reference"), person.reference),
        (_("Sex"), capfirst(labels.of(SEX, person.sex))),
        (_("Age"), age_text(record.ages)),
        (_("Place"), path_text(record.path)),
        (_("Status"), status_text(person, labels)),
        (_("Legal status"), _shown(record, labels.of(LEGAL, person.legal_status))),
    ]
    if record.membership:
        facts.append((_("Role in the household"), roles_of(record.membership, labels)))
        if record.membership.said:
            facts.append((_("Relationship in their own words"), record.membership.said))
    return facts


def _shown(record: PersonRecord | HouseholdRecord, text: str) -> str:
    return text if record.shown else masked_text(text)


def person_sections(record: PersonRecord) -> list[Section]:
    """Identity, documents, contact, needs, social and economic facts, further answers."""
    person, labels = record.person, record.labels
    identity: Facts = [
        (_("Given name"), person.given_name),
        (_("Middle name"), person.middle_name),
        (_("Family name"), person.family_name),
        (_("Mother's name"), person.mother_name),
        (_("Father's name"), person.father_name),
        (_("Born"), born_text(person.birth_date)),
        (_("Nationality"), labels.of(COUNTRIES, person.nationality)),
        (_("Country of origin"), labels.of(COUNTRIES, person.origin_country)),
        (_("Arrived"), person.arrived_on),
        (_("Born after the family arrived"), _("yes") if person.born_in_asylum else ""),
        (_("Legal status decided on"), _shown(record, str(person.status_decided_on or ""))),
        (_("Biometrics"), _shown(record, labels.of(BIOMETRICS, person.biometric_status))),
        (_("Photo taken on"), _day(person.photo_taken_on)),
        (_("Last verified on"), _day(person.verified_on)),
        (_("Number of the submitter"), person.number),
    ]
    contact: Facts = [
        (_("Telephone"), ", ".join(phone.number if record.shown else masked_number(phone.number) for phone in record.phones)),
        (_("E-mail"), person.email if record.shown else masked_email(person.email)),
        (_("Preferred way of contact"), labels.of(CONTACT, person.contact_preference)),
        (_("Language"), labels.of(LANGUAGES, person.language)),
        (_("Address"), person.address),
    ]  # fmt: skip
    social: Facts = [
        (_("Marital status"), labels.of(MARITAL, person.marital_status)),
        (_("Education"), labels.of(EDUCATION, person.education)),
        (_("Occupation"), person.occupation),
    ]
    return [
        Section("identity", _("Identity"), [pair for pair in identity if pair[1]]),
        Section("contact", _("Contact"), [pair for pair in contact if pair[1]], empty=_("No telephone, e-mail or address.")),
        _documents(record),
        _needs(record),
        Section(
            "social", _("Social and economic"), [pair for pair in social if pair[1]] + _extras(record), empty=_("Nothing was asked.")
        ),
    ]  # fmt: skip


def born_text(birth_date: Any) -> str:
    """A birth date as people read it: what is known of it, and whether it is estimated."""
    if birth_date is None:
        return ""
    if birth_date.day:
        words = date_format(birth_date.earliest, "DATE_FORMAT")
    elif birth_date.month:
        words = date_format(birth_date.earliest, "YEAR_MONTH_FORMAT")
    else:
        words = str(birth_date.year)
    return str(_("%(date)s (estimated)") % {"date": words}) if birth_date.estimated else words


def _documents(record: PersonRecord) -> Section:
    def row(paper: Document) -> list[Any]:
        number = paper.number if record.shown else masked_number(paper.number)
        words = _("in use") if paper.is_current else _("no longer used")
        return [
            record.labels.of(DOCUMENTS, paper.type), number, paper.issuer, paper.issued_on or "", paper.expires_on or "", words,
        ]  # fmt: skip

    head = [_("Document"), _("Number"), _("Issued by"), _("Issued on"), _("Expires on"), _("State")]
    return Section("documents", _("Documents"), [], head, [row(each) for each in record.documents], _("No documents."))


def _needs(record: PersonRecord) -> Section:
    def row(need: Need) -> list[Any]:
        return [
            _shown(record, record.labels.of(NEEDS, need.code)), _day(need.since), _day(need.until), _shown(record, need.note)
        ]  # fmt: skip

    facts: Facts = [
        (DIFFICULTIES[domain][0] if domain in DIFFICULTIES else domain, _shown(record, record.labels.of(DIFFICULTY, code)))
        for domain, code in record.person.difficulties.items()
    ]  # fmt: skip
    if record.person.needs_screened_on:
        facts.insert(0, (_("Asked about specific needs on"), _day(record.person.needs_screened_on)))
    head = [_("Need"), _("From"), _("To"), _("Note")]
    return Section(
        "needs", _("Specific needs"), facts, head, [row(each) for each in record.needs], _("No specific needs.")
    )


def _extras(record: PersonRecord | HouseholdRecord) -> Facts:
    return [
        (each.label, each.value if record.shown or not each.sensitive else masked_text(each.value))
        for each in record.extras
    ]


def _day(day: Any) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def notice_rows(notices: Sequence[Notice], standing: Notice | None) -> list[dict[str, Any]]:
    """Each notice with its words; `stands` marks the one that counts."""
    return [
        {
            "notice": each,
            "stands": standing is not None and each.pk == standing.pk,
            "legal_basis": LEGAL_BASES.get(each.legal_basis, each.legal_basis),
            "purposes": [(PURPOSES.get(code, code), agreed) for code, agreed in each.purposes.items()],
            "about_household": each.household_id is not None,
        }
        for each in notices
    ]


def household_summary(record: HouseholdRecord) -> Facts:
    """What stands above everything else."""
    household, labels = record.household, record.labels
    head = record.head
    return [
        (_("Reference"), household.reference),
        (_("Head"), both_names(head.person.full_name, head.person.name_original) if head else _("none")),
        (_("People"), number_format(record.composition.size)),
        (_("Place"), path_text(record.path)),
        (_("Status"), status_text(household, labels)),
        (_("Registered on"), _day(household.registered_on)),
    ]


def household_facts(record: HouseholdRecord) -> Facts:
    """The rest of what is known about the household itself."""
    household, labels = record.household, record.labels
    facts: Facts = [
        (_("Address"), household.address),
        (_("Telephone"), household.phone if record.shown else masked_number(household.phone)),
        (_("Language"), labels.of(LANGUAGES, household.language)),
        (_("Residence status"), labels.of(RESIDENCE, household.residence_status)),
        (_("Country of origin"), labels.of(COUNTRIES, household.origin_country)),
        (_("Registration group"), household.registration_group),
        (_("Interviewer"), household.interviewer),
        (_("Interviewed on"), _day(household.interviewed_on)),
        (_("Size as reported"), household.size_reported),
        (_("Number of the submitter"), household.number),
        *_extras(record),
    ]
    return [pair for pair in facts if pair[1] not in ("", None)]
