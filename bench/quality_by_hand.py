"""The predicates of the register's checks as somebody who knows its tables would write them: for bench/quality.py.

One statement for people, one for households, one for registrations that are over; each counts for every check whom it is about
and who certainly fails. Days between which a partial date lies are worked out once for each person; what is asked of related rows
is gathered once for each relation. Written against the declarations of people/registry/checks.py with their standard parameters.
"""

_FIRST = """CASE length(rtrim({0}, '~')) WHEN 4 THEN make_date(left({0}, 4)::int, 1, 1)
    WHEN 7 THEN (left({0}, 7) || '-01')::date ELSE left({0}, 10)::date END"""
_LAST = """CASE length(rtrim({0}, '~')) WHEN 4 THEN make_date(left({0}, 4)::int, 12, 31)
    WHEN 7 THEN ((left({0}, 7) || '-01')::date + interval '1 month - 1 day')::date ELSE left({0}, 10)::date END"""
_MARRIED = "('married', 'partnership', 'separated', 'divorced', 'widowed')"


def _counted(checks: dict[str, tuple[str, str]]) -> str:
    return ", ".join(
        f"count(*) FILTER (WHERE {eligible}) AS {key}_eligible, count(*) FILTER (WHERE ({eligible}) AND ({failed})) AS {key}_failed"
        for key, (eligible, failed) in checks.items()
    )


def _people_checks() -> dict[str, tuple[str, str]]:
    from banyan.people.registry.checks import _NO_NAME, _OF_MEN, _OF_WOMEN

    no_name, of_men, of_women = (
        "(" + words[1:-1].replace("'", "''").replace('"', "'") + ")" for words in (_NO_NAME, _OF_MEN, _OF_WOMEN)
    )
    adult, child = "born_last <= day18", "born_first > day18"
    return {
        "cf_global": (
            "true",
            "full_name = '' OR sex = 'unknown' OR birth_date IS NULL OR origin_country = '' OR legal_status = ''"
            " OR arrived_on IS NULL OR coalesce(relationship, '') = ''",
        ),
        "photo": (
            "NOT coalesce(no_photo, false) AND NOT coalesce(home_no_photo, false)",
            f"photo = '' OR ({adult} AND photo_taken_on <= day5) OR ({child} AND photo_taken_on <= day2)",
        ),
        "biometrics": ("born_last <= day5", "biometric_status IN ('', 'pending')"),
        "address": ("true", "coalesce(pcode, '') = '' OR level < 3"),
        "needs_screening": ("true", "needs_screened_on IS NULL AND NOT coalesce(any_need, false)"),
        "notice": ("true", "NOT coalesce(told, false) AND NOT coalesce(home_told, false)"),
        "code_validity": ("true", "odd_codes <> ''"),
        "birth_impossible": ("birth_date IS NOT NULL", "born_first > registered_on OR born_last <= day111"),
        "placeholder_name": (
            "true",
            "full_name ~ '[0-9၀၁၂၃၄၅၆၇၈၉٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९]' OR char_length(full_name) < 2"
            f" OR lower(full_name) ~ '^(baby (of|boy|girl)|x+$|[?.-]+$)' OR lower(full_name) IN {no_name}",
        ),
        "formats": ("any_key OR any_phone", "odd_phone OR odd_paper"),
        "location": ("located IS NOT NULL", "NOT located"),
        "parent_child_gap": (
            "relationship IN ('child', 'parent') AND birth_date IS NOT NULL AND head_first IS NOT NULL",
            "(relationship = 'child' AND (born_last < head_first + interval '12 years'"
            " OR (head_sex = 'female' AND born_first >= head_last + interval '56 years')"
            " OR (head_sex = 'male' AND born_first >= head_last + interval '81 years')))"
            " OR (relationship = 'parent' AND (head_last < born_first + interval '12 years'"
            " OR (sex = 'female' AND head_first >= born_last + interval '56 years')"
            " OR (sex = 'male' AND head_first >= born_last + interval '81 years')))",
        ),
        "marital_age": (
            "marital_status <> '' AND birth_date IS NOT NULL",
            f"marital_status IN {_MARRIED} AND born_first > day15",
        ),
        "spouses": (
            "relationship = 'spouse' OR (is_head AND couples > 0)",
            "marital_status = 'single' OR couples > 1",
        ),
        "relationship_sex": (
            "said <> '' AND sex <> 'unknown'",
            f"(sex = 'male' AND lower(said) IN {of_women}) OR (sex = 'female' AND lower(said) IN {of_men})",
        ),
        "uasc": (child, "NOT coalesce(perhaps_adult, false) AND NOT coalesce(alone, false)"),
        "attribute_age": (
            "true",
            "(pregnant AND (sex = 'male' OR born_first > day10 OR born_last <= day56))"
            " OR (occupation <> '' AND lower(occupation) NOT IN ('none', 'no', '-') AND born_first > day5)"
            " OR (education = 'primary' AND born_first > day4) OR (education = 'lower-secondary' AND born_first > day9)"
            " OR (education IN ('upper-secondary', 'vocational') AND born_first > day13)"
            " OR (education = 'tertiary' AND born_first > day15)",
        ),
        "date_order": (
            "true",
            "(born_first > arrived_last AND NOT born_in_asylum) OR arrived_first > registered_on OR decided_last < registered_on"
            " OR paper_issued < born_first OR paper_expired OR unhcr_issued < registered_on OR unhcr_issued < decided_first",
        ),
        "duplicate_document": ("any_key", "shared_paper"),
        "open_pairs": ("true", "pair_since < day - 30"),
        "shared_phone": ("any_phone", "shared_phone"),
        "stale": ("true", "coalesce(verified_on, registered_on) < day - 365"),
        "documents": (adult, "NOT coalesce(valid_paper, false)"),
        "entry_lag": ("interviewed_on IS NOT NULL", "entered_on - interviewed_on > 7"),
        "age_quality": ("birth_date IS NOT NULL", "birth_date LIKE '%%-01-01'"),
    }


_PEOPLE = """
WITH days AS (
    SELECT %(today)s::date AS day, {years}
), told AS (
    SELECT person_id, bool_or(purposes ->> 'photo' = 'false') AS no_photo,
           bool_or(version <> '' AND purposes ->> 'sharing' IN ('true', 'false')) AS told
    FROM registry_notice WHERE withdrawn_on IS NULL GROUP BY person_id
), home_told AS (
    SELECT household_id, bool_or(purposes ->> 'photo' = 'false') AS home_no_photo,
           bool_or(version <> '' AND purposes ->> 'sharing' IN ('true', 'false')) AS home_told
    FROM registry_notice WHERE withdrawn_on IS NULL GROUP BY household_id
), needs AS (
    SELECT person_id, bool_or(code <> '') AS any_need, bool_or(code = 'pregnant') AS pregnant,
           bool_or(code IN ('unaccompanied-child', 'separated-child')) AS alone
    FROM registry_need WHERE until IS NULL GROUP BY person_id
), doubled AS (
    SELECT d.type, d.number_key FROM registry_document d JOIN registry_person p ON p.id = d.person_id AND p.status = 'active'
    WHERE d.is_current AND d.number_key <> '' GROUP BY d.type, d.number_key HAVING count(DISTINCT d.person_id) > 1
), papers AS (
    SELECT d.person_id, bool_or(d.number_key <> '') AS any_key, bool_or(b.type IS NOT NULL) AS shared_paper,
           bool_or(d.number_key ~ '^0+$' OR (d.type = 'national_id' AND d.number_key <> '' AND d.number_key !~ '[0-9]{{4}}')
                   OR (d.type = 'passport' AND d.number_key <> '' AND d.number_key !~ '^[A-Z0-9]{{6,9}}$')
                   OR (d.type = 'unhcr_id' AND d.number_key <> ''
                       AND d.number_key !~ '^[0-9]{{3}}([0-9]{{8}}|[0-9]{{2}}C[0-9]{{5}})$')) AS odd_paper,
           bool_or(d.expires_on IS NULL OR {expires_last} > %(today)s::date + 30) AS valid_paper,
           bool_or({expires_last} < {issued_first}) AS paper_expired, min({issued_last}) AS paper_issued,
           min({issued_last}) FILTER (WHERE d.type = 'unhcr_id') AS unhcr_issued
    FROM registry_document d LEFT JOIN doubled b ON b.type = d.type AND b.number_key = d.number_key
    WHERE d.is_current GROUP BY d.person_id
), common AS (
    SELECT f.number FROM registry_phone f JOIN registry_membership m ON m.person_id = f.person_id AND m.until IS NULL
    GROUP BY f.number HAVING count(DISTINCT m.household_id) > 3
), numbers AS (
    SELECT f.person_id, bool_or(f.number <> '') AS any_phone, bool_or(c.number IS NOT NULL) AS shared_phone,
           bool_or(f.number <> '' AND f.number !~ '^[+][1-9][0-9]{{6,14}}$') AS odd_phone
    FROM registry_phone f LEFT JOIN common c ON c.number = f.number GROUP BY f.person_id
), pairs AS (
    SELECT person_id, min(since) AS pair_since FROM (
        SELECT first_id AS person_id, since FROM registry_suspectedpair WHERE resolution = ''
        UNION ALL SELECT second_id, since FROM registry_suspectedpair WHERE resolution = '') s GROUP BY person_id
), families AS (
    SELECT m.household_id, count(*) FILTER (WHERE m.relationship = 'spouse') AS couples,
           bool_or(p.birth_date IS NULL OR {p_first} <= d.day18) AS perhaps_adult
    FROM registry_membership m JOIN registry_person p ON p.id = m.person_id AND p.status = 'active' CROSS JOIN days d
    WHERE m.until IS NULL GROUP BY m.household_id
), heads AS (
    SELECT m.household_id, p.sex AS head_sex, {p_first} AS head_first, {p_last} AS head_last
    FROM registry_membership m JOIN registry_person p ON p.id = m.person_id AND p.status = 'active'
    WHERE m.until IS NULL AND m.is_head
), people AS (
    SELECT p.*, {p_first} AS born_first, {p_last} AS born_last, {arrived_first} AS arrived_first, {arrived_last} AS arrived_last,
           {decided_first} AS decided_first, {decided_last} AS decided_last, m.household_id, m.relationship, m.said, m.is_head,
           h.located, h.interviewed_on, l.pcode, l.level
    FROM registry_person p
    LEFT JOIN registry_membership m ON m.person_id = p.id AND m.until IS NULL
    LEFT JOIN registry_household h ON h.id = m.household_id
    LEFT JOIN places_place l ON l.id = coalesce(p.place_id, h.place_id)
    WHERE p.status = 'active' AND p.operation_id = %(operation)s OFFSET 0
)
SELECT {checks}
FROM people CROSS JOIN days LEFT JOIN told ON told.person_id = people.id
LEFT JOIN home_told ON home_told.household_id = people.household_id
LEFT JOIN needs ON needs.person_id = people.id LEFT JOIN papers ON papers.person_id = people.id
LEFT JOIN numbers ON numbers.person_id = people.id LEFT JOIN pairs ON pairs.person_id = people.id
LEFT JOIN families ON families.household_id = people.household_id
LEFT JOIN heads ON heads.household_id = people.household_id
"""
_HOMES = """
WITH families AS (
    SELECT m.household_id, count(*) AS members, count(*) FILTER (WHERE m.is_head) AS heads,
           bool_or(p.contact_preference IN ('none', 'visit', 'community')) AS otherwise,
           bool_or(m.is_head AND {p_first} > %(today)s::date - interval '18 years' AND NOT EXISTS (
               SELECT FROM registry_need n WHERE n.person_id = p.id AND n.code = 'child-headed' AND n.until IS NULL)) AS child_heads
    FROM registry_membership m JOIN registry_person p ON p.id = m.person_id AND p.status = 'active'
    WHERE m.until IS NULL GROUP BY m.household_id
), numbers AS (
    SELECT m.household_id, bool_or(f.number <> '') AS any_phone
    FROM registry_phone f JOIN registry_membership m ON m.person_id = f.person_id AND m.until IS NULL GROUP BY m.household_id
)
SELECT {checks}
FROM registry_household h LEFT JOIN families f ON f.household_id = h.id LEFT JOIN numbers n ON n.household_id = h.id
WHERE h.status = 'active' AND h.operation_id = %(operation)s
"""
_HOME_CHECKS = {
    "contact": ("true", "h.phone = '' AND NOT coalesce(n.any_phone, false) AND NOT coalesce(f.otherwise, false)"),
    "one_head": ("true", "coalesce(f.heads, 0) <> 1"),
    "child_head": ("true", "f.child_heads"),
    "household_size": ("h.size_reported IS NOT NULL", "h.size_reported <> coalesce(f.members, 0)"),
}
_FORMER = """
SELECT {checks} FROM registry_person p LEFT JOIN registry_membership m ON m.person_id = p.id AND m.until IS NULL
LEFT JOIN registry_household h ON h.id = m.household_id WHERE p.status = 'closed' AND p.operation_id = %(operation)s
"""
_FORMER_CHECKS = {
    "closed_but_active": (
        "true",
        f"""h.status = 'active'
        OR EXISTS (SELECT FROM registry_document d WHERE d.person_id = p.id AND d.is_current
                   AND {_FIRST.format("d.issued_on")} > p.status_since)
        OR EXISTS (SELECT FROM registry_notice n WHERE n.person_id = p.id AND n.withdrawn_on IS NULL AND n.given_on > p.status_since)
        OR EXISTS (SELECT FROM registry_need n WHERE n.person_id = p.id AND n.until IS NULL AND n.since > p.status_since)""",
    )
}


def statements() -> tuple[str, ...]:
    """The three statements; they take operation and today."""
    dates = {
        "p_first": _FIRST.format("p.birth_date"),
        "p_last": _LAST.format("p.birth_date"),
        "arrived_first": _FIRST.format("p.arrived_on"),
        "arrived_last": _LAST.format("p.arrived_on"),
        "decided_first": _FIRST.format("p.status_decided_on"),
        "decided_last": _LAST.format("p.status_decided_on"),
        "issued_first": _FIRST.format("d.issued_on"),
        "issued_last": _LAST.format("d.issued_on"),
        "expires_last": _LAST.format("d.expires_on"),
    }
    years = ", ".join(
        f"(%(today)s::date - interval '{number} years')::date AS day{number}"
        for number in (2, 4, 5, 9, 10, 13, 15, 18, 56, 111)
    )
    return (
        _PEOPLE.format(years=years, checks=_counted(_people_checks()), **dates),
        _HOMES.format(checks=_counted(_HOME_CHECKS), **dates),
        _FORMER.format(checks=_counted(_FORMER_CHECKS)),
    )
