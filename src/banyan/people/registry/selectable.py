"""By which fields people and households may be selected and judged: what platform.criteria reads of the register.

The SQL below is written by hand and holds nothing that a user typed. A person's source carries the open membership and the
place lived in, so that relationship, household and place cost no step of their own; the planner leaves out the household
where a criterion does not need it, because it is joined by a unique key. Equalities join many-relations, so that sums over them
are one scan.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.bindable import DIFFICULTIES
from banyan.people.registry.vocabulary import PURPOSES
from banyan.platform.criteria.declarations import Field, Relation, Subject
from banyan.platform.kernel.privacy import Privacy

_VIEW, _SENSITIVE_VIEW = "registry.view_person", "registry.view_sensitive"
_INTERNAL, _SENSITIVE, _PUBLIC = Privacy.INTERNAL, Privacy.SENSITIVE, Privacy.PUBLIC

_PERSON_SOURCE = """(SELECT p.*, m.household_id, m.relationship, m.said, m.is_head, m.is_collector, m.since AS member_since,
    h.status AS household_status, coalesce(p.place_id, h.place_id) AS lives_in, h.interviewed_on, h.interviewer,
    h.registration_group, h.source, h.registered_on AS home_registered_on
  FROM registry_person p
  LEFT JOIN registry_membership m ON m.person_id = p.id AND m.until IS NULL
  LEFT JOIN registry_household h ON h.id = m.household_id)"""
# Somebody's papers, with what is asked of the owner beside them.
_DOCUMENT_SOURCE = """(SELECT d.*, p.status AS owner_status FROM registry_document d
  LEFT JOIN registry_person p ON p.id = d.person_id)"""
_PHONE_SOURCE = """(SELECT f.*, m.household_id FROM registry_phone f
  LEFT JOIN registry_membership m ON m.person_id = f.person_id AND m.until IS NULL)"""
# Each number once for each household in which somebody has it.
_LINE_SOURCE = """(SELECT DISTINCT f.number, m.household_id AS id, f.scope_id FROM registry_phone f
  JOIN registry_membership m ON m.person_id = f.person_id AND m.until IS NULL)"""
# A pair seen from either of the two.
_SUSPICION_SOURCE = """(SELECT s.id, s.scope_id, s.since, s.resolution, s.first_id AS person_id FROM registry_suspectedpair s
  UNION ALL SELECT s.id, s.scope_id, s.since, s.resolution, s.second_id FROM registry_suspectedpair s)"""


def _text(name: str, label: str | Promise, privacy: Privacy = Privacy.PERSONAL, data: str = "") -> Field:
    return Field(name, "text", label, f"{{t}}.{name}", privacy=privacy, data_kind=data, empty="blank")


def _code(name: str, label: str | Promise, codes: str, privacy: Privacy = Privacy.PERSONAL, data: str = "") -> Field:
    return Field(name, "code", label, f"{{t}}.{name}", code_list=codes, privacy=privacy, data_kind=data, empty="blank")


def _date(name: str, label: str | Promise, privacy: Privacy = Privacy.PERSONAL) -> Field:
    return Field(name, "date", label, f"{{t}}.{name}", privacy=privacy)


def _day(name: str, label: str | Promise, privacy: Privacy = Privacy.PERSONAL) -> Field:
    return Field(name, "day", label, f"{{t}}.{name}", privacy=privacy)


def _flag(name: str, label: str | Promise, privacy: Privacy = Privacy.PERSONAL) -> Field:
    return Field(name, "boolean", label, f"{{t}}.{name}", privacy=privacy)


_PERSON_FIELDS = (
    Field("reference", "text", _("Reference"), "{t}.reference", privacy=_INTERNAL),
    _text("full_name", _("Full name")),
    _text("given_name", _("Given name")),
    _text("middle_name", _("Middle name")),
    _text("family_name", _("Family name")),
    _text("name_original", _("Name in the original script")),
    _text("mother_name", _("Mother's name")),
    _text("father_name", _("Father's name")),
    # What stands in the column when nobody said is "unknown": for a criterion that is nothing known.
    Field("sex", "code", _("Sex"), "nullif({t}.sex, 'unknown')", code_list="sex"),
    _date("birth_date", _("Date of birth")),
    Field("age", "integer", _("Age"), "{t}.birth_date", unit=_("years"), derived="age"),  # type: ignore[arg-type]
    Field("birth_estimated", "boolean", _("Date of birth is estimated"), "(right({t}.birth_date, 1) = '~')"),
    Field("birth_day_known", "boolean", _("Date of birth is known to the day"), "(length({t}.birth_date) >= 10)"),
    # An estimate ends with ~, so it is none of these.
    Field("born_first_january", "boolean", _("Born on a 1 January"), "(right({t}.birth_date, 6) = '-01-01')"),
    _code("nationality", _("Nationality"), "iso-3166-1"),
    _code("origin_country", _("Country of origin"), "iso-3166-1"),
    _code("marital_status", _("Marital status"), "marital-status"),
    _code("legal_status", _("Legal status"), "legal-status", _SENSITIVE),
    _date("status_decided_on", _("Legal status decided on"), _SENSITIVE),
    _date("arrived_on", _("Arrived on")),
    _flag("born_in_asylum", _("Born after the family arrived")),
    _code("education", _("Education"), "education"),
    _text("occupation", _("Occupation")),
    _text("address", _("Address")),
    _code("language", _("Language"), "iso-639-3"),
    _code("contact_preference", _("Preferred way of contact"), "contact-preference"),
    _text("email", _("E-mail"), _SENSITIVE),
    _text("photo", _("Photo"), data="photo"),
    _day("photo_taken_on", _("Photo taken on")),
    _code("biometric_status", _("Biometrics"), "biometric-status", _SENSITIVE),
    _day("needs_screened_on", _("Asked about specific needs on")),
    _day("registered_on", _("Registered on"), _INTERNAL),
    _day("interviewed_on", _("Interviewed on"), _INTERNAL),
    _day("entered_on", _("Written down on"), _INTERNAL),
    _day("home_registered_on", _("Household registered on"), _INTERNAL),
    Field("verified_on", "day", _("Last verified on"), "coalesce({t}.verified_on, {t}.registered_on)", privacy=_INTERNAL),
    Field("odd_codes", "text", _("Values that are in no list"), "{t}.odd_codes", privacy=_INTERNAL),
    Field("status", "code", _("Status"), "{t}.status", code_list="registration-status", privacy=_INTERNAL),
    Field("status_since", "day", _("Status since"), "{t}.status_since", privacy=_INTERNAL),
    _code("relationship", _("Relationship to the head"), "relationship"),
    Field("said", "text", _("Relationship in their own words"), "{t}.said", empty="blank"),
    _flag("is_head", _("Head of the household")),
    _flag("is_collector", _("Collects for the household")),
    _day("member_since", _("In the household since")),
    Field(
        "household_open", "boolean", _("The household's registration is open"), "({t}.household_status = 'active')",
        privacy=_INTERNAL,
    ),
    Field("by_hand", "boolean", _("Registered by hand"), "({t}.batch IS NULL)", privacy=_INTERNAL),
    *(
        Field(
            f"difficulty_{domain}", "code", label, f"({{t}}.difficulties ->> '{domain}')", code_list="functioning-difficulty",
            privacy=_SENSITIVE, data_kind="disability", empty="blank",
        )
        for domain, (label, _words) in DIFFICULTIES.items()
    ),
)  # fmt: skip

_PERSON_RELATIONS = (
    Relation("household", _("Household"), "household", many=False, join="{there}.id = {here}.household_id"),
    Relation(
        "head", _("Head of the household"), "person", many=False,
        join="{there}.household_id = {here}.household_id AND {there}.is_head",
    ),
    Relation(
        "family", _("Everybody in the household"), "person", many=True,
        join="{there}.household_id = {here}.household_id",
    ),
    Relation("place", _("Place"), "place", many=False, join="{there}.id = {here}.lives_in"),
    Relation("documents", _("Documents in use"), "document", many=True, join="{there}.person_id = {here}.id"),
    Relation("phones", _("Telephones"), "phone", many=True, join="{there}.person_id = {here}.id"),
    Relation("needs", _("Specific needs"), "need", many=True, join="{there}.person_id = {here}.id"),
    Relation("notices", _("Notices"), "notice", many=True, join="{there}.person_id = {here}.id"),
    Relation(
        "family_notices", _("Notices to the household"), "notice", many=True,
        join="{there}.household_id = {here}.household_id",
    ),
    Relation("suspicions", _("Suspected duplicates"), "suspicion", many=True, join="{there}.person_id = {here}.id"),
)  # fmt: skip

PERSON = Subject(
    "person", _("People"), _PERSON_SOURCE, operation="operation_id", active="{t}.status = 'active'",
    view=_VIEW, sensitive=_SENSITIVE_VIEW, fields=_PERSON_FIELDS, relations=_PERSON_RELATIONS,
    title="reference", url="/registry/people/{id}/", distinct=True,
)  # fmt: skip

# Registrations that are over, so that what still happens to them can be asked for.
FORMER = Subject(
    "former_person", _("People whose registration is over"), _PERSON_SOURCE, operation="operation_id",
    active="{t}.status = 'closed'", view=_VIEW, sensitive=_SENSITIVE_VIEW, fields=_PERSON_FIELDS, relations=_PERSON_RELATIONS,
    title="reference", url="/registry/people/{id}/", distinct=True,
)  # fmt: skip

HOUSEHOLD = Subject(
    "household",
    _("Households"),
    "registry_household",
    title="reference",
    url="/registry/households/{id}/",
    distinct=True,
    view=_VIEW,
    sensitive=_SENSITIVE_VIEW,
    operation="operation_id",
    active="{t}.status = 'active'",
    fields=(
        Field("reference", "text", _("Reference"), "{t}.reference", privacy=_INTERNAL),
        _text("number", _("Number of the submitter")),
        _text("address", _("Address")),
        _text("phone", _("Telephone of the household"), _SENSITIVE, "phone"),
        Field("has_position", "boolean", _("Has a position"), "({t}.lat IS NOT NULL AND {t}.lon IS NOT NULL)"),
        _flag("located", _("Position lies in the place")),
        _day("registered_on", _("Registered on"), _INTERNAL),
        _day("interviewed_on", _("Interviewed on"), _INTERNAL),
        _text("interviewer", _("Interviewer"), _INTERNAL),
        _text("registration_group", _("Registration group"), _INTERNAL),
        _code("language", _("Language"), "iso-639-3"),
        Field("size_reported", "integer", _("Size as reported"), "{t}.size_reported", unit=_("people")),  # type: ignore[arg-type]
        _code("residence_status", _("Residence status"), "residence-status"),
        _code("origin_country", _("Country of origin"), "iso-3166-1"),
        Field("by_hand", "boolean", _("Registered by hand"), "({t}.batch IS NULL)", privacy=_INTERNAL),
    ),
    relations=(
        Relation("members", _("Members"), "person", many=True, join="{there}.household_id = {here}.id"),
        Relation("head", _("Head"), "person", many=False, join="{there}.household_id = {here}.id AND {there}.is_head"),
        Relation("place", _("Place"), "place", many=False, join="{there}.id = {here}.place_id"),
        Relation("phones", _("Telephones of members"), "phone", many=True, join="{there}.household_id = {here}.id"),
        Relation("notices", _("Notices"), "notice", many=True, join="{there}.household_id = {here}.id"),
    ),
)

DOCUMENT = Subject(
    "document",
    _("Documents"),
    _DOCUMENT_SOURCE,
    distinct=True,
    view=_VIEW,
    sensitive=_SENSITIVE_VIEW,
    active="{t}.is_current",
    fields=(
        _code("type", _("Type of document"), "document-types"),
        _text("number", _("Number"), _SENSITIVE, "document"),
        _text("number_key", _("Number without signs"), _SENSITIVE, "document"),
        _text("issuer", _("Issued by")),
        _date("issued_on", _("Issued on")),
        _date("expires_on", _("Expires on")),
        Field("owner", "text", _("Owner"), "({t}.person_id::text)", privacy=_INTERNAL),
        Field("owner_active", "boolean", _("The owner is registered"), "({t}.owner_status = 'active')", privacy=_INTERNAL),
    ),
    relations=(
        Relation(
            "namesakes", _("Documents with the same number"), "document", many=True,
            join="{there}.type = {here}.type AND {there}.number_key = {here}.number_key",
        ),
    ),
)  # fmt: skip

PHONE = Subject(
    "phone",
    _("Telephones"),
    _PHONE_SOURCE,
    view=_VIEW,
    sensitive=_SENSITIVE_VIEW,
    fields=(_text("number", _("Number"), _SENSITIVE, "phone"),),
    relations=(
        Relation("lines", _("Households with this number"), "line", many=True, join="{there}.number = {here}.number"),
    ),
)

LINE = Subject(
    "line",
    _("Telephone numbers of households"),
    _LINE_SOURCE,
    view=_VIEW,
    sensitive=_SENSITIVE_VIEW,
    fields=(_text("number", _("Number"), _SENSITIVE, "phone"),),
)

NEED = Subject(
    "need",
    _("Specific needs"),
    "registry_need",
    view=_VIEW,
    sensitive=_SENSITIVE_VIEW,
    active="{t}.until IS NULL",
    fields=(
        _code("code", _("Need"), "specific-needs", _SENSITIVE, "health"),
        _day("since", _("From"), _SENSITIVE),
    ),
)

NOTICE = Subject(
    "notice",
    _("Notices"),
    "registry_notice",
    view=_VIEW,
    sensitive=_SENSITIVE_VIEW,
    active="{t}.withdrawn_on IS NULL",
    fields=(
        _text("version", _("Version of the notice"), _INTERNAL),
        _day("given_on", _("Given on")),
        *(
            Field(
                f"agreed_{code}", "boolean", label,
                f"(CASE {{t}}.purposes ->> '{code}' WHEN 'true' THEN true WHEN 'false' THEN false END)",
            )
            for code, label in PURPOSES.items()
        ),
    ),
)  # fmt: skip

SUSPICION = Subject(
    "suspicion",
    _("Suspected duplicates"),
    _SUSPICION_SOURCE,
    view=_VIEW,
    sensitive=_SENSITIVE_VIEW,
    active="{t}.resolution = ''",
    fields=(_day("since", _("Noticed on"), _INTERNAL),),
)

PLACE = Subject(
    "place",
    _("Places"),
    "places_place",
    view="places.view_place",
    fields=(
        Field("pcode", "text", _("P-code"), "{t}.pcode", privacy=_PUBLIC),
        Field("name", "text", _("Name"), "{t}.name", privacy=_PUBLIC),
        Field("level", "integer", _("Level"), "{t}.level", privacy=_PUBLIC),
        Field("kind", "text", _("Kind"), "{t}.kind", privacy=_PUBLIC),
    ),
)

SUBJECTS = (PERSON, FORMER, HOUSEHOLD, DOCUMENT, PHONE, LINE, NEED, NOTICE, SUSPICION, PLACE)
FURTHER = "banyan.people.registry.queries.further.fields"
FORBIDDEN = "banyan.people.registry.queries.further.forbidden"
