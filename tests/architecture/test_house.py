"""The house itself, guard by guard. Exceptions stand in exceptions.py, each with its reason."""

from importlib import import_module
from importlib.util import find_spec
from string import Formatter

import pytest
from django.apps import apps
from django.db import connection, models
from django.urls import get_resolver

from banyan.platform.access import declarations
from banyan.platform.kernel import problems
from tests.architecture import exceptions
from tests.architecture.guards import (
    database_role,
    fact_shapes,
    file_shapes,
    foreign_keys,
    history_triggers,
    permission_names,
    privacy_classes,
    private_doors,
    problem_codes,
    pure_rules,
    room_cards,
    row_security,
    signatures,
    sql_places,
    sql_tables,
    translatable,
    view_permissions,
)
from tests.architecture.guards.allowances import excused
from tests.architecture.guards.source import Finding, real_house

HOUSE = real_house()


def our_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("banyan.") or HOUSE.room_of_label(model._meta.app_label)
    ]


def nothing(found: list[Finding]) -> None:
    if found:
        pytest.fail("\n" + "\n".join(map(str, found)), pytrace=False)


def test_foreign_keys_between_rooms_are_hidden_protecting_strings_downwards() -> None:
    nothing(excused(foreign_keys.findings(HOUSE), exceptions.FOREIGN_KEYS))
    nothing(excused(foreign_keys.model_findings(HOUSE, our_models()), exceptions.MODEL_RELATIONS))


def test_rooms_enter_each_other_by_open_doors() -> None:
    found = private_doors.findings(HOUSE)
    nothing(excused(found, exceptions.PRIVATE_DOORS, name=lambda finding: finding.place.split(":")[0]))


def test_rules_are_pure() -> None:
    nothing(pure_rules.findings(HOUSE))


def test_actions_know_who_acts_and_queries_who_looks() -> None:
    nothing(excused(signatures.findings(HOUSE), exceptions.SIGNATURES))


def test_sql_stands_where_it_is_looked_for() -> None:
    nothing(excused(sql_places.findings(HOUSE), exceptions.SQL))


def test_sql_keeps_to_the_tables_of_its_room() -> None:
    tables = {model._meta.db_table: HOUSE.room_of_label(model._meta.app_label) or "" for model in our_models()}
    nothing(excused(sql_tables.findings(HOUSE, tables), exceptions.SQL_TABLES))


def test_files_are_short_and_their_names_say_something() -> None:
    nothing(file_shapes.findings(HOUSE))


def test_rooms_announce_facts_instead_of_sending_signals() -> None:
    nothing(excused(file_shapes.signal_findings(HOUSE), exceptions.SIGNALS))


def test_every_room_has_its_card() -> None:
    nothing(room_cards.findings(HOUSE))


def test_facts_are_frozen_and_in_the_past_tense() -> None:
    nothing(fact_shapes.findings(HOUSE))


def test_problems_that_code_raises_are_in_the_catalogue() -> None:
    for room in HOUSE.rooms:
        for module in ("policy", "problems"):
            if find_spec(f"banyan.{room}.{module}"):
                import_module(f"banyan.{room}.{module}")
    places = {
        code: {name for _, name, _, _ in Formatter().parse(f"{kind.message}{kind.mend}") if name}
        for code, kind in problems.catalogue()
    }
    nothing(problem_codes.findings(HOUSE, places))


def test_words_in_templates_can_be_translated() -> None:
    nothing(excused(translatable.findings(HOUSE), exceptions.TRANSLATABLE))


def test_permissions_that_code_asks_for_are_declared() -> None:
    nothing(permission_names.findings(HOUSE, declarations.declared().permissions.keys()))


def test_every_view_asks_for_a_permission_or_says_why_not() -> None:
    found = view_permissions.findings(get_resolver().url_patterns)
    nothing(excused(found, exceptions.VIEWS, name=lambda finding: library_or_view(finding.place)))


def library_or_view(place: str) -> str:
    """Views of a library are excused module by module, ours one by one."""
    return place if place.startswith("banyan.") else place.rsplit(".", 1)[0]


def test_every_column_has_a_privacy_class() -> None:
    nothing(excused(privacy_classes.findings(our_models()), exceptions.PRIVACY))


@pytest.mark.django_db
def test_tables_with_a_scope_are_closed_by_the_database() -> None:
    tables = [
        model._meta.db_table
        for model in our_models()
        if any(field.column == "scope_id" for field in model._meta.concrete_fields)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        nothing(excused(row_security.findings(cursor, tables, role), exceptions.ROW_SECURITY))


@pytest.mark.django_db
def test_row_level_security_is_forced_wherever_it_is_on() -> None:
    with connection.cursor() as cursor:
        nothing(row_security.unforced(cursor))


@pytest.mark.django_db
def test_the_application_role_owns_nothing_and_outranks_nobody() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        nothing(database_role.findings(cursor, role))


@pytest.mark.django_db
def test_tracked_tables_carry_the_triggers_of_history() -> None:
    tables = [model._meta.db_table for model in our_models() if getattr(model, "tracked", False)]
    with connection.cursor() as cursor:
        nothing(history_triggers.findings(cursor, tables))
