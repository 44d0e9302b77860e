"""Each guard that reads code sees the violation planted for it, and leaves the proper way alone."""

import pytest

from tests.architecture.conftest import Plant
from tests.architecture.guards import (
    fact_shapes,
    file_shapes,
    foreign_keys,
    permission_names,
    private_doors,
    problem_codes,
    pure_rules,
    room_cards,
    signatures,
    sql_places,
    sql_tables,
    translatable,
)
from tests.architecture.guards.allowances import excused
from tests.architecture.guards.source import Finding, House, real_house

MODELS = "from django.db import models\n"


def words(found: list[Finding]) -> str:
    return "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from banyan.reference.codes.models import Term\n{}Term, on_delete=models.PROTECT, related_name='+')", "to a class of reference.codes"),
        ("from banyan.reference.codes import models as codes\n{}codes.Term, on_delete=models.PROTECT)", "to a class of reference.codes"),
        ("{}'codes.Term', on_delete=models.CASCADE, related_name='+')", "is not PROTECT"),
        ("{}'codes.Term', on_delete=models.PROTECT, related_name='places')", "shows in the other room"),
        ("{}'codes.Term', on_delete=models.PROTECT)", "shows in the other room"),
    ],
)  # fmt: skip
def test_a_foreign_key_into_another_room_is_a_hidden_protecting_string(plant: Plant, text: str, expected: str) -> None:
    line = "class Place(models.Model):\n    kind = models.ForeignKey("
    house = plant({"reference/places/models.py": MODELS + text.replace("{}", line)})
    assert expected in words(foreign_keys.findings(house))


def test_a_foreign_key_upwards_is_found(plant: Plant) -> None:
    text = (
        MODELS
        + "class Term(models.Model):\n    at = models.ForeignKey('places.Place', on_delete=models.PROTECT, related_name='+')\n"
    )
    assert "upwards" in words(foreign_keys.findings(plant({"reference/codes/models.py": text})))


def test_a_proper_foreign_key_is_left_alone(plant: Plant) -> None:
    text = (
        MODELS + "from banyan.platform.kernel.models import Model\nclass Place(Model):\n"
        "    kind = models.ForeignKey('codes.Term', on_delete=models.PROTECT, related_name='+')\n"
        "    sort = models.ForeignKey('codes.Term', models.PROTECT, related_name='+')\n"
        "    parent = models.ForeignKey('self', on_delete=models.CASCADE, related_name='children')\n"
    )
    assert foreign_keys.findings(plant({"reference/places/models.py": text})) == []


@pytest.mark.parametrize(
    "line",
    [
        "from banyan.reference.codes.models import Term",
        "from banyan.reference.codes import models",
        "import banyan.reference.codes.models",
        "def f():\n    from banyan.reference.codes.reading import read",
        "from banyan.reference import codes",
    ],
)
def test_a_private_door_into_another_room_is_found(plant: Plant, line: str) -> None:
    assert "reference.codes" in words(private_doors.findings(plant({"reference/places/queries.py": line})))


def test_reaching_past_what_a_package_offers_is_found(plant: Plant) -> None:
    house = plant(
        {
            "reference/codes/queries/__init__.py": "from banyan.reference.codes.queries.lists import terms",
            "reference/codes/queries/lists.py": "def terms(): ...\ndef inner(): ...",
            "reference/places/views.py": "from banyan.reference.codes.queries.lists import inner",
            "reference/places/api.py": "from banyan.reference.codes.queries import terms",
        }
    )
    assert [finding.place for finding in private_doors.findings(house)] == ["banyan/reference/places/views.py:1"]
    assert [finding.place for finding in signatures.findings(house)] == ["reference.codes.queries.terms"]


def test_open_doors_may_be_entered(plant: Plant) -> None:
    house = plant(
        {
            "reference/codes/__init__.py": 'DOORS = ("reading",)\n',
            "reference/places/views.py": "from banyan.reference.codes import queries, reading\nfrom banyan.reference.codes.actions import add\n",
            "reference/places/tests/test_x.py": "from banyan.reference.codes.models import Term\n",
            "config/urls.py": "from banyan.reference.codes.api import router\n",
        }
    )
    assert private_doors.findings(house) == []


@pytest.mark.parametrize(
    "text",
    [
        "from django.utils import timezone",
        "import random",
        "import os.path",
        "from urllib.request import urlopen",
        "from datetime import datetime\ndef f(): return datetime.now()",
        "from datetime import date\ndef f(): return date.today()",
        "from uuid import uuid4\ndef f(): return uuid4()",
        "def f(): return open('x').read()",
        "def f(): print('x')",
        "from banyan.reference.codes.models import Term",
        "from banyan.platform.kernel.ids import new_id\ndef f(): return new_id()",
    ],
)
def test_rules_that_are_not_pure_are_found(plant: Plant, text: str) -> None:
    assert pure_rules.findings(plant({"reference/codes/rules.py": text}))
    assert pure_rules.findings(plant({"reference/places/rules/reading.py": text})), "packages too"


def test_pure_rules_are_left_alone(plant: Plant) -> None:
    text = "import re\nfrom datetime import date\nfrom banyan.platform.kernel.problems import Problem\ndef f(today: date): return today.year\n"
    assert pure_rules.findings(plant({"reference/codes/rules.py": text})) == []


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("actions.py", "@action('codes.change')\ndef add(by): ...", "keyword-only by"),
        ("actions.py", "@action('codes.change')\ndef add(*, name): ...", "keyword-only by"),
        ("actions.py", "@action('codes.change')\ndef add(*, by=None): ...", "default"),
        ("actions/adding.py", "def add(*, by): ...", "not declared with @action"),
        ("queries.py", "def terms(seen_by): ...", "keyword-only seen_by"),
        ("queries/terms.py", "def terms(): ...", "keyword-only seen_by"),
    ],
)
def test_actions_without_by_and_queries_without_seen_by_are_found(
    plant: Plant, file: str, text: str, expected: str
) -> None:
    assert expected in words(signatures.findings(plant({f"reference/codes/{file}": text})))


def test_proper_signatures_and_private_functions_are_left_alone(plant: Plant) -> None:
    house = plant(
        {
            "reference/codes/actions.py": "@action('codes.change')\ndef add(name, *, by): ...\ndef _check(): ...",
            "reference/codes/queries.py": "def terms(*, seen_by): ...\nclass Row: ...",
            "reference/codes/rules.py": "def f(): ...",
        }
    )
    assert signatures.findings(house) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = 'SELECT * FROM codes_term'",
        "def f(t): return f'DELETE FROM {t} WHERE id = 1'",
        "x = '''\n  INSERT INTO a (b) VALUES (1)'''",
        "x = 'select id from codes_term where code = %s'",
        "x = 'WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t'",
        "x = 'UPDATE codes_term SET code = 1'",
        "x = 'SET LOCAL banyan.actor = 1'",
        "x = 'COPY codes_term (a) FROM STDIN'",
    ],
)
def test_sql_outside_its_places_is_found(plant: Plant, text: str) -> None:
    found = sql_places.findings(plant({"reference/codes/views.py": text}))
    assert [finding.place for finding in found] == ["reference.codes.views"]


def test_sql_in_its_places_and_sentences_are_left_alone(plant: Plant) -> None:
    house = plant(
        {
            "reference/codes/queries.py": "x = 'SELECT * FROM codes_term'",
            "reference/codes/actions/adding.py": "x = 'DELETE FROM codes_term'",
            "reference/codes/views.py": '"""SELECT is a word."""\nx = "Select a place from the list"\ny = "select"\nz = "Update the record set by hand"\n',
        }
    )
    assert sql_places.findings(house) == []


def test_sql_into_another_rooms_tables_is_found(plant: Plant) -> None:
    tables = {"places_place": "reference.places", "codes_term": "reference.codes"}
    house = plant(
        {
            "reference/codes/queries.py": "x = 'SELECT id FROM places_place JOIN codes_term USING (id)'\ny = 'places_place'",
            "reference/places/queries/lists.py": "def f(t): return f'SELECT {t} FROM codes_term'",
        }
    )
    found = sql_tables.findings(house, tables)
    assert [(finding.place, finding.words.split(" (")[0]) for finding in found] == [
        ("reference.codes.queries places_place", "SQL upwards into reference.places"),
        ("reference.places.queries codes_term", "SQL enters reference.codes"),
    ]


def test_long_files_and_empty_names_are_found(plant: Plant) -> None:
    house = plant({"reference/codes/utils.py": "", "reference/codes/reading.py": "x = 1\n" * 401})
    found = words(file_shapes.findings(house))
    assert "the name utils says nothing" in found
    assert "401 lines" in found


@pytest.mark.parametrize(
    "line",
    [
        "from django.db.models.signals import post_save",
        "from django.dispatch import receiver",
        "from django.db.models import signals",
    ],
)
def test_domain_logic_in_signals_is_found(plant: Plant, line: str) -> None:
    assert file_shapes.signal_findings(plant({"reference/codes/apps.py": line}))


def test_a_room_without_card_or_with_half_a_card_is_found(plant: Plant) -> None:
    house = plant({"reference/codes/README.md": "# Codes\n\n## Owns\n", "reference/codes/queries.py": ""})
    found = words(room_cards.findings(house))
    assert "platform/kernel/README.md: the room has no card" in found
    assert "codes/README.md: no heading ## Promises" in found
    assert "says nothing of its door queries" in found


def test_a_whole_card_is_left_alone(plant: Plant) -> None:
    card = "# Codes\n" + "".join(f"\n## {heading}\nNone. `queries`\n" for heading in room_cards.HEADINGS)
    files = {"reference/codes/README.md": card, "reference/codes/queries.py": ""}
    assert room_cards.findings(plant(files, rooms=("reference.codes",))) == []


@pytest.mark.parametrize(
    "text",
    [
        "@needs('codes.veiw_list')\ndef f(request): ...",
        "@action('codes.veiw_list')\ndef f(*, by): ...",
        "def f(v): return v.may('codes.veiw_list')",
        "def f(v): v.require(permission='codes.veiw_list')",
        "MODULE = Module(room='codes', permission='codes.veiw_list')",
        "x = [ProtectRows('codes_term', view='codes.veiw_list', change='codes.view_list')]",
    ],
)
def test_a_permission_nobody_declares_is_found(plant: Plant, text: str) -> None:
    found = permission_names.findings(plant({"reference/codes/views.py": text}), {"codes.view_list"})
    assert "no policy declares codes.veiw_list" in words(found)
    assert not permission_names.findings(
        plant({"reference/codes/views.py": text.replace("veiw", "view")}), {"codes.view_list"}
    )


def test_a_lifecycle_that_asks_for_an_undeclared_permission_is_found(plant: Plant) -> None:
    house = plant({"reference/codes/states.py": "T = ((DRAFT, 'publish', PUBLISHED, 'codes.publsh_list'),)"})
    assert "no policy declares codes.publsh_list" in words(permission_names.findings(house, {"codes.publish_list"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class ListPublished(Fact): ...", "no frozen dataclass"),
        ("@dataclass\nclass ListPublished(Fact): ...", "no frozen dataclass"),
        ("@dataclass(frozen=True)\nclass PublishList(Fact): ...", "past tense"),
    ],
)
def test_facts_that_can_change_or_command_are_found(plant: Plant, text: str, expected: str) -> None:
    assert expected in words(fact_shapes.findings(plant({"reference/codes/facts.py": text})))


def test_proper_facts_are_left_alone(plant: Plant) -> None:
    text = "@dataclass(frozen=True)\nclass ListPublished(Fact): ...\n@dataclass(frozen=True)\nclass PlanPaid(Fact): ..."
    assert fact_shapes.findings(plant({"reference/codes/facts.py": text})) == []


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Problem('codes.unknwon', code=1)", "no problem is called codes.unknwon"),
        ("Problem('nosuch')", "no problem is called kernel.nosuch"),
        ("Problem('codes.unknown', at=x)", "codes.unknown is not given code"),
        ("Problem('codes.unknown', code=1)", ""),
        ("Problem('codes.unknown', **given)", ""),
        ("Problem('not_found')", ""),
    ],
)
def test_problems_outside_the_catalogue_are_found(plant: Plant, call: str, expected: str) -> None:
    house = plant({"reference/codes/actions.py": f"def f(): raise {call}"})
    found = words(problem_codes.findings(house, {"codes.unknown": {"code"}, "kernel.not_found": set()}))
    assert expected in found
    assert bool(expected) == bool(found)


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("<p>Hello there</p>", 1),
        ("{% if x %}\n<b>{{ x }} places</b>{% endif %}", 2),
        ('<input placeholder="Search places">', 1),
        ("<a aria-label='Close it' href='x'>×</a>", 1),
        ("{% blocktranslate %}\nin\n{% endblocktranslate %}\nout", 4),
    ],
)
def test_untranslatable_words_are_found(plant: Plant, html: str, line: int) -> None:
    found = translatable.findings(plant({"reference/codes/templates/codes/list.html": html}))
    assert [finding.place.rsplit(":", 1)[1] for finding in found] == [str(line)]


def test_translated_words_code_and_names_are_left_alone(plant: Plant) -> None:
    html = """{% extends "shell/page.html" %}{# a remark #}<!-- another -->
    <p title="{% translate "Name" %}">{% translate "Name" %}: {{ name }} · 12 &nbsp; <code>codes.view_list</code> CSV</p>
    {% blocktranslate trimmed count n=n %}One place{% plural %}{{ n }} places{% endblocktranslate %}
    <script type="module" src="x"></script><svg><title>tree</title></svg>"""
    assert translatable.findings(plant({"reference/codes/templates/codes/list.html": html})) == []


def test_exceptions_excuse_go_stale_and_need_a_reason() -> None:
    found = [Finding("a", "x"), Finding("b", "x")]
    assert excused(found, {"a": "because of a good reason"}) == [Finding("b", "x")]
    assert "stale" in words(excused([], {"a": "because of a good reason"}))
    assert "without a reason" in words(excused(found, {"a": "", "b": "because of a good reason"}))


def test_the_real_house_is_read_in_its_order() -> None:
    house = real_house()
    assert house.rooms[0] == "platform.kernel"
    assert (
        house.height("platform.access")
        < house.height("reference.places")
        < house.height("doors.web")
        < house.height("config")
    )
    assert isinstance(house, House)
    assert sum(1 for _ in house.files(config=True)) > 30
