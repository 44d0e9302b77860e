"""The logic and the questions of real forms that no one here wrote."""

from datetime import datetime

import pytest

from banyan.people.forms.declarations import register_fields
from banyan.people.forms.queries.evaluation import FormChecker
from banyan.people.forms.rules import binding
from banyan.people.forms.rules.converting import schema_of
from banyan.people.forms.rules.expressions.inspecting import logic
from banyan.people.forms.rules.schema import Schema
from banyan.people.forms.workbooks.reading import read_workbook

# Every piece of logic in the 42 forms that is not checked, and why. All others are read and checked.
UNCHECKED = {
    "getodk/socio-economic-survey-v20240515.xlsx": {("calculation", "outside", "jr:itext"): 1},
    "hotosm/education.xls": {("calculation", "outside", "education"): 5},  # a list in a file beside the form
    "hotosm/health.xls": {("calculation", "outside", "health"): 4},
    "medic-cht/pregnancy.xlsx": {("calculation", "function", "difference-in-months"): 1},  # of CHT alone
    "pyxform/pull_data.xlsx": {("calculation", "outside", "pulldata"): 1},
    "reach/REACH_2024_MSNA-kobo-tool_draft_v11.xlsx": {("calculation", "outside", "uuid"): 2},
    "unicef-hope/kobo-template-valid.xlsx": {("constraint", "question", "national_passport_i_c"): 1},  # renamed there
}
HOPE = {
    "individual_questions/individual_details/full_name_i_c": "person.full_name",
    "individual_questions/individual_details/gender_i_c": "person.sex",
    "individual_questions/individual_details/birth_date_i_c": "person.birth_date",
    "individual_questions/individual_details/relationship_i_c": "person.relationship",
    "individual_questions/individual_details/photo_i_c": "person.photo",
    "individual_questions/contact_information/phone_no_i_c": "person.phone",
    "individual_questions/identification/national_id_no_i_c": "person.document.national_id.number",
    "household_location/hh_geopoint_h_c": "household.geopoint",
    "household_status/size_h_c": "household.size_reported",
}


@pytest.fixture(scope="module")
def schemas(shared_data) -> dict[str, Schema]:
    folder = shared_data / "xlsforms"
    files = sorted(folder.rglob("*.xls*"))
    return {
        str(file.relative_to(folder)): schema_of(read_workbook(file.name, file.read_bytes()), file.name)
        for file in files
    }


def test_all_logic_is_read_but_for_what_is_listed(schemas):
    pieces, found = 0, {}
    for name, schema in schemas.items():
        made = FormChecker(schema)
        pieces += sum(
            bool(text.strip()) for shape in made.outline.by_path.values() for _part, text, _row in logic(shape)
        )
        for each in made.unchecked:
            reasons = found.setdefault(name, {})
            key = (each.part, each.reason, each.detail)
            reasons[key] = reasons.get(key, 0) + 1
    assert pieces > 4_000
    assert found == UNCHECKED


def test_an_empty_submission_can_be_held_against_every_form(schemas):
    for name, schema in schemas.items():
        kinds = {fault.kind for fault in FormChecker(schema).check({}, on=datetime.fromisoformat("2024-05-17"))}
        assert kinds <= {"required", "unchecked"}, name


@pytest.mark.parametrize("name", ["unicef-hope/kobo-template-valid.xlsx", "unicef-hope/FlexibleAttributesInit.xlsx"])
def test_hope_forms_bind_by_themselves(schemas, name):
    schema = schemas[name]
    bonds = binding.suggest(schema, register_fields())
    fed = {bond.path: bond.field for bond in bonds if bond.field}
    expected = {path: field for path, field in HOPE.items() if path in schema.by_path}
    assert expected.items() <= fed.items()
    assert len(expected) >= 8
    assert binding.subjects(schema).members == "individual_questions"
    assert binding.lacking(bonds, binding.subjects(schema), register_fields()) == []


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("unhcr/form.xls", "Profile/CaseNoDetails/IndBiodata"),
        ("reach/REACH_2024_MSNA-kobo-tool_draft_v11.xlsx", "consented/demographics/roster"),
        ("myanmar-mcct/baseline_mcct_final.xls", "consent/hh_grp/grp_hh"),
        ("getodk/socio-economic-survey-v20240515.xlsx", "familyMembers"),
        ("getodk/ifrc-distribution-site-assessment-v1.xlsx", ""),
    ],
)
def test_the_repeat_of_the_members_is_found(schemas, name, members):
    assert binding.subjects(schemas[name]).members == members
