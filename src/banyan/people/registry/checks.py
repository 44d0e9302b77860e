"""The 31 indicators of data quality that the register answers for: each one predicate, in CEL over selectable.SUBJECTS.

A record fails only when that is certain: a birth date known to the year alone fails no rule that it may well keep. What needs
rooms that do not exist yet (payments, programmes) is judged by what the register holds, and its text says so.
"""

from decimal import Decimal
from typing import Any, Final

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from banyan.people.quality.declarations import Breakdown, Check, Mended, Param, Records
from banyan.people.registry.queries import quality
from banyan.platform.access.viewers import Viewer


def _listed(words: str) -> str:
    """Words as a list in CEL."""
    return "[" + ", ".join(f'"{word.strip()}"' for word in words.split(",")) + "]"


# Words for one's relationship to the head that only women, or only men, are called by. They are compared as small letters.
_OF_WOMEN: Final = _listed(
    "mother, wife, daughter, sister, grandmother, granddaughter, aunt, niece, widow, mère, épouse, femme, fille, sœur, tante,"
    "madre, esposa, hija, hermana, abuela, nieta, tía, sobrina, أم, الأم, زوجة, ابنة, بنت, أخت, جدة, အမေ, မိခင်, ဇနီး, သမီး, အစ်မ, ညီမ, အဘွား"
)
_OF_MEN: Final = _listed(
    "father, husband, son, brother, grandfather, grandson, uncle, nephew, widower, père, époux, mari, fils, frère, oncle,"
    "padre, esposo, hijo, hermano, abuelo, nieto, tío, sobrino, أب, الأب, زوج, ابن, أخ, جد, အဖေ, ဖခင်, ခင်ပွန်း, သား, အစ်ကို, ညီလေး, အဘိုး"
)
_NO_NAME: Final = _listed(
    "unknown, unnamed, not known, no name, noname, name, test, baby, newborn, n/a, na, nil, none, null, inconnu, inconnue, sans nom, bébé,"
    "desconocido, desconocida, sin nombre, bebé, غير معروف, مجهول, بدون اسم, အမည်မသိ, မသိ, ကလေး"
)
_MARRIED: Final = '["married", "partnership", "separated", "divorced", "widowed"]'

COMPLETENESS = (
    Check(
        "cf_global", 1, _("Completeness: the seven basic facts"),
        _("One of name, sex, date of birth, country of origin, legal status, day of arrival and relationship is missing. "
          "Ask for it, and correct the record."),
        "completeness", "person",
        "!has(full_name) || !has(sex) || !has(birth_date) || !has(origin_country) || !has(legal_status) || "
        "!has(arrived_on) || !has(relationship)",
        target=Decimal(99), weight=Decimal(2), gate=True,
    ),
    Check(
        "cf_operation", 2, _("Completeness: what the operation asks of everybody"),
        _("A field that this operation made mandatory is empty. Ask for it, and correct the record."),
        "completeness", "person", mandatory=True,
    ),
    Check(
        "photo", 3, _("Photo"),
        _("There is no photo, or it is too old to recognise the person by. Take one. Whoever refused a photo is not counted."),
        "completeness", "person",
        "!has(photo) || (age >= 18 && years_between(photo_taken_on, today) >= param.years) || "
        "(age < 18 && years_between(photo_taken_on, today) >= param.years_child)",
        "!notices.exists(n, has(n.agreed_photo) && !n.agreed_photo) && "
        "!family_notices.exists(n, has(n.agreed_photo) && !n.agreed_photo)",
        target=Decimal(97), gate=True,
        params=(
            Param("years", "integer", 5, _("An adult's photo is good for"), _("years")),
            Param("years_child", "integer", 2, _("A child's photo is good for"), _("years")),
        ),
    ),
    Check(
        "biometrics", 4, _("Biometrics"),
        _("It is not written down whether biometrics were taken, or why not. They themselves are not kept in the register."),
        "completeness", "person", '!has(biometric_status) || biometric_status == "pending"', "age >= param.age",
        params=(Param("age", "integer", 5, _("From the age of"), _("years")),),
    ),
    Check(
        "address", 5, _("Place with a P-code"),
        _("The place is missing, or known less closely than this operation wants. Choose the place."),
        "completeness", "person", "!has(place.pcode) || place.level < param.level",
        params=(Param("level", "integer", 3, _("Down to the administrative level")),),
    ),
    Check(
        "contact", 6, _("Way of contact"),
        _("Nobody in the household has a telephone, and no other way of contact (a visit, the community, none) is noted."),
        "completeness", "household",
        "!has(phone) && !phones.exists(f, has(f.number)) && "
        '!members.exists(m, has(m.contact_preference) && m.contact_preference in ["none", "visit", "community"])',
        target=Decimal(90),
    ),
    Check(
        "needs_screening", 7, _("Asked about specific needs"),
        _("No specific need is noted, nor that the person was asked. Ask, and note the day even if there is none."),
        "completeness", "person", "!has(needs_screened_on) && !needs.exists(n, has(n.code))",
    ),
    Check(
        "notice", 8, _("Notice and sharing"),
        _("No notice with its version and an answer about sharing is noted for the person or the household. Record one."),
        "completeness", "person",
        "!notices.exists(n, has(n.version) && has(n.agreed_sharing)) && "
        "!family_notices.exists(n, has(n.version) && has(n.agreed_sharing))",
        target=Decimal(98),
    ),
)  # fmt: skip

VALIDITY = (
    Check(
        "code_validity", 9, _("Codes"),
        _("A value stood in no code list when it was written down. Choose the right one."),
        "validity", "person", 'odd_codes != ""', target=Decimal("99.5"),
    ),
    Check(
        "birth_impossible", 10, _("Impossible date of birth"),
        _("Born after the registration, or older than people become. Correct the date of birth."),
        "validity", "person", "birth_date > registered_on || age > param.oldest", "has(birth_date)",
        target=Decimal(100), weight=Decimal(2), gate=True,
        params=(Param("oldest", "integer", 110, _("Nobody is older than"), _("years")),),
    ),
    Check(
        "placeholder_name", 11, _("Name that is none"),
        _("The name has digits in it, is one letter, or says that it is not known. Ask for the name."),
        "validity", "person",
        'full_name.matches("[0-9၀၁၂၃၄၅၆၇၈၉٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९]") || full_name.size() < 2 || '
        f'lower(full_name).matches("^(baby (of|boy|girl)|x+$|[?.-]+$)") || lower(full_name) in {_NO_NAME}',
        target=Decimal("99.5"), gate=True,
    ),
    Check(
        "formats", 12, _("Numbers of documents and telephones"),
        _("A number cannot be right as it stands: digits are missing, or too many. Look at the paper, or call the number."),
        "validity", "person",
        'phones.exists(f, !f.number.matches("^[+][1-9][0-9]{6,14}$")) || documents.exists(d, '
        'd.number_key.matches("^0+$") || (d.type == "national_id" && !d.number_key.matches("[0-9]{4}")) || '
        '(d.type == "passport" && !d.number_key.matches("^[A-Z0-9]{6,9}$")) || '
        '(d.type == "unhcr_id" && !d.number_key.matches("^[0-9]{3}([0-9]{8}|[0-9]{2}C[0-9]{5})$")))',
        "documents.exists(d, has(d.number_key)) || phones.exists(f, has(f.number))",
        target=Decimal(98),
    ),
    Check(
        "location", 13, _("Position"),
        _("The position of the household lies outside of its place. Correct the place or the position."),
        "validity", "person", "!household.located", "has(household.located)", target=Decimal(98),
    ),
)  # fmt: skip

CONSISTENCY = (
    Check(
        "one_head", 14, _("One head of the household"),
        _("No member is the head. Say who is."),
        "consistency", "household", "members.filter(m, m.is_head).size() != 1", target=Decimal("99.5"), gate=True,
    ),
    Check(
        "child_head", 15, _("Child at the head"),
        _("A child heads the household, and the need “child heading a household” is not noted. Note it, or correct the age."),
        "consistency", "household", 'head.age < 18 && !head.needs.exists(n, n.code == "child-headed")', target=Decimal(99),
        protects=True,
    ),
    Check(
        "parent_child_gap", 16, _("Years between parent and child"),
        _("The head is too young, or too old, to be this person's parent or child. Correct a date of birth or the relationship."),
        "consistency", "person",
        '(relationship == "child" && (years_between(head.birth_date, birth_date) < param.least || '
        '(head.sex == "female" && years_between(head.birth_date, birth_date) > param.most_mother) || '
        '(head.sex == "male" && years_between(head.birth_date, birth_date) > param.most_father))) || '
        '(relationship == "parent" && (years_between(birth_date, head.birth_date) < param.least || '
        '(sex == "female" && years_between(birth_date, head.birth_date) > param.most_mother) || '
        '(sex == "male" && years_between(birth_date, head.birth_date) > param.most_father)))',
        'relationship in ["child", "parent"] && has(birth_date) && has(head.birth_date)',
        target=Decimal(99),
        params=(
            Param("least", "integer", 12, _("A parent is older by at least"), _("years")),
            Param("most_mother", "integer", 55, _("A mother is older by at most"), _("years")),
            Param("most_father", "integer", 80, _("A father is older by at most"), _("years")),
        ),
    ),
    Check(
        "marital_age", 17, _("Married and very young"),
        _("Married, or once married, and under the age given. Correct the age or the status; if both are right, tell protection."),
        "consistency", "person", f"marital_status in {_MARRIED} && age < param.age", "has(marital_status) && has(birth_date)",
        target=Decimal("99.5"), params=(Param("age", "integer", 15, _("Under the age of"), _("years")),),
    ),
    Check(
        "spouses", 18, _("Couples"),
        _("Somebody with a wife or husband in the household is written down as never married, or there are more wives or "
          "husbands than this operation expects. Correct the status or the relationship."),
        "consistency", "person",
        'marital_status == "single" || family.filter(s, has(s.relationship) && s.relationship == "spouse").size() > param.most',
        'relationship == "spouse" || (is_head && family.exists(s, has(s.relationship) && s.relationship == "spouse"))',
        target=Decimal(98), params=(Param("most", "integer", 1, _("Wives or husbands of one head, at most")),),
    ),
    Check(
        "relationship_sex", 19, _("Relationship and sex"),
        _("What the person is called in the family (mother, grandson …) does not fit the sex. Correct one of them."),
        "consistency", "person",
        f'(sex == "male" && lower(said) in {_OF_WOMEN}) || (sex == "female" && lower(said) in {_OF_MEN})',
        "has(said) && has(sex)", target=Decimal("99.5"),
    ),
    Check(
        "uasc", 20, _("Children without an adult"),
        _("A child lives with no adult, and neither “unaccompanied” nor “separated child” is noted. Refer the child to protection."),
        "consistency", "person",
        "!family.exists(a, a.age >= 18) && "
        '!needs.exists(n, n.code in ["unaccompanied-child", "separated-child"])',
        "age < 18", target=Decimal(99), protects=True,
    ),
    Check(
        "attribute_age", 21, _("Attributes that do not fit age or sex"),
        _("Pregnant and male or outside of the ages given, at work under five, or further in school than the age allows."),
        "consistency", "person",
        '(needs.exists(n, n.code == "pregnant") && (sex == "male" || age < param.youngest || age > param.oldest)) || '
        '(has(occupation) && !(lower(occupation) in ["none", "no", "-"]) && age < 5) || '
        '(education == "primary" && age < 4) || (education == "lower-secondary" && age < 9) || '
        '(education in ["upper-secondary", "vocational"] && age < 13) || (education == "tertiary" && age < 15)',
        target=Decimal(99),
        params=(
            Param("youngest", "integer", 10, _("Nobody is pregnant before the age of"), _("years")),
            Param("oldest", "integer", 55, _("Nobody is pregnant after the age of"), _("years")),
        ),
    ),
    Check(
        "date_order", 22, _("Order of dates"),
        _("Arrived before birth or after registration, a decision before registration, a document before birth or expired before "
          "it was issued. Correct the date that is wrong; for a child born here say so."),
        "consistency", "person",
        "(has(birth_date) && has(arrived_on) && birth_date > arrived_on && !born_in_asylum) || "
        "(has(arrived_on) && arrived_on > registered_on) || "
        "(has(status_decided_on) && status_decided_on < registered_on) || documents.exists(d, has(d.issued_on) && ("
        "(has(birth_date) && d.issued_on < birth_date) || (has(d.expires_on) && d.expires_on < d.issued_on) || "
        '(d.type == "unhcr_id" && (d.issued_on < registered_on || '
        "(has(status_decided_on) && d.issued_on < status_decided_on)))))",
        target=Decimal("99.5"), gate=True,
    ),
    Check(
        "closed_but_active", 23, _("Closed, yet something happens"),
        _("The registration is closed, yet the person still belongs to an open household, or got a document, a notice or a need "
          "afterwards. Reactivate it, or correct what came later. Assistance will count once programmes are here."),
        "consistency", "former_person",
        "(has(household_open) && household_open) || documents.exists(d, has(d.issued_on) && d.issued_on > status_since) || "
        "notices.exists(n, n.given_on > status_since) || needs.exists(n, has(n.since) && n.since > status_since)",
        target=Decimal("99.5"),
    ),
    Check(
        "household_size", 24, _("Size of the household"),
        _("The household said to be of another size than it has members. Register who is missing, or correct the number."),
        "consistency", "household", "size_reported != members.size()", "has(size_reported)", target=Decimal(99),
    ),
)  # fmt: skip

UNIQUENESS = (
    Check(
        "duplicate_document", 25, _("Document of several people"),
        _("Somebody else has a document of the same type and number. Look at both: one person twice, or a number mistyped."),
        "uniqueness", "person",
        "documents.exists(d, has(d.number_key) && d.namesakes.exists(s, s.owner_active && s.owner != d.owner))",
        "documents.exists(d, has(d.number_key))", target=Decimal("99.9"), gate=True,
    ),
    Check(
        "open_pairs", 26, _("Suspected duplicates left open"),
        _("Somebody noticed that two registrations may be one person, and nobody decided in time. Decide."),
        "uniqueness", "person", "suspicions.exists(s, days_between(s.since, today) > param.days)", target=Decimal(98),
        params=(Param("days", "integer", 30, _("To be decided within"), _("days")),),
    ),
    Check(
        "shared_phone", 27, _("Telephone of several households"),
        _("More households than expected gave this number: perhaps the interviewer's own. Accounts for payments will be compared "
          "too, once they are here."),
        "uniqueness", "person", "phones.exists(f, f.lines.size() > param.most)", "phones.exists(f, has(f.number))",
        target=Decimal(98), params=(Param("most", "integer", 3, _("Households with one number, at most")),),
    ),
)  # fmt: skip

TIMELINESS = (
    Check(
        "stale", 28, _("Not verified for long"),
        _("Nobody has confirmed that these data are still right since the day given. Verify them."),
        "timeliness", "person", "days_between(verified_on, today) > param.days", target=Decimal(85),
        params=(Param("days", "integer", 365, _("Verified within"), _("days")),),
    ),
    Check(
        "documents", 29, _("Valid document"),
        _("An adult has no document, or none that is valid for longer than a month. Help to get one."),
        "timeliness", "person", "!documents.exists(d, !has(d.expires_on) || days_between(today, d.expires_on) > param.days)",
        "age >= 18", target=Decimal(90), params=(Param("days", "integer", 30, _("Valid for more than"), _("days")),),
    ),
    Check(
        "entry_lag", 30, _("Written down late"),
        _("Between the interview and the arrival of the data lay more days than they should. Nothing to mend in the record: send "
          "data sooner."),
        "timeliness", "person", "days_between(interviewed_on, entered_on) > param.days",
        # Who joined the household later was written down on a day of their own.
        "has(interviewed_on) && has(entered_on) && registered_on == home_registered_on",
        params=(Param("days", "integer", 7, _("Within"), _("days")),),
    ),
)  # fmt: skip

ACCURACY = (
    Check(
        "age_quality", 31, _("Quality of ages"),
        _("Born on a 1 January and not marked as estimated: more such people than one in 365 means that ages were guessed. Ask "
          "for the date, or mark it as estimated."),
        "accuracy", "person", "born_first_january", "has(birth_date)", target=Decimal(90), score="age_quality",
    ),
)  # fmt: skip

CHECKS = (*COMPLETENESS, *VALIDITY, *CONSISTENCY, *UNIQUENESS, *TIMELINESS, *ACCURACY)

_OF_PERSON: Final = {
    "place": "{t}.lives_in",
    "site": "coalesce({t}.registration_group, '')",
    "interviewer": "coalesce({t}.interviewer, '')",
    "source": "coalesce({t}.source, '')",
}
BREAKDOWNS = (
    Breakdown(
        "person", birth_date="{t}.birth_date", told_on="coalesce({t}.interviewed_on, {t}.registered_on)", **_OF_PERSON
    ),
    Breakdown("former_person", **_OF_PERSON),
    Breakdown(
        "household", place="{t}.place_id", site="{t}.registration_group", interviewer="{t}.interviewer",
        source="{t}.source",
    ),
)  # fmt: skip

# Fields that a list of failing records offers to fill in at once, as far as one value mends what is wrong.
_PERSON_FIELDS: Final = {
    "biometrics": "biometric_status",
    "needs_screening": "needs_screened_on",
    "birth_impossible": "birth_date",
    "placeholder_name": "full_name",
    "marital_age": "marital_status",
    "spouses": "marital_status",
    "date_order": "arrived_on",
    "stale": "verified_on",
    "age_quality": "birth_date",
}
_HOUSEHOLD_FIELDS: Final = {"contact": "phone", "household_size": "size_reported"}


def _mend(table: str, *given: Any, by: Viewer, **more: Any) -> Mended:
    """Found by its name when it is asked for: what writes stands above what is declared here."""
    mend = import_string("banyan.people.registry.actions.mending.mend")
    return mend(table, *given, by=by, **more)


def _mend_person(*given: Any, by: Viewer, **more: Any) -> Mended:
    return _mend("person", *given, by=by, **more)


def _mend_household(*given: Any, by: Viewer, **more: Any) -> Mended:
    return _mend("household", *given, by=by, **more)


RECORDS = (
    Records(
        "person", quality.VIEW, "registry.person", quality.people_cards, related=quality.related_to_people, mendable=_PERSON_FIELDS,
        mend=_mend_person, choices=quality.choices,
    ),
    Records(
        "former_person", quality.VIEW, "registry.person", quality.people_cards, related=quality.related_to_people,

    ),
    Records(
        "household", quality.VIEW, "registry.household", quality.household_cards, related=quality.related_to_households,
        mendable=_HOUSEHOLD_FIELDS, mend=_mend_household, choices=quality.choices,
    ),
)  # fmt: skip
