"""Writing code lists: versions, drafts, mappings; nothing half-written, nothing twice."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.problems import Problem
from banyan.reference.codes import actions, queries
from banyan.reference.codes.models import CodeList, Edition, Mapping, Term, Version
from banyan.reference.codes.rules import ListFile, read_file

pytestmark = pytest.mark.django_db


def list_file(code: str = "colours", label: str = "1", terms: dict[str, str] | None = None, **more: Any) -> ListFile:
    terms = terms or {"r": "Red", "g": "Green"}
    data = {
        "list": code,
        "names": {"en": code.title()},
        "version": {"label": label},
        "terms": [{"code": term, "labels": {"en": text}} for term, text in terms.items()],
    }
    return read_file({**data, **more})


@pytest.fixture
def editor(information_manager: Viewer) -> Iterator[Viewer]:
    with viewing(information_manager):
        yield information_manager


def test_a_loaded_list_is_in_force(editor: Viewer) -> None:
    loaded = actions.load_list(by=editor, file=list_file(), source="colours.json")
    assert loaded.state == "published"
    assert [choice.label for choice in queries.choices("colours", seen_by=editor)] == ["Red", "Green"]
    assert queries.known_codes("colours", seen_by=editor) == {"r", "g"}


def test_loading_the_same_again_changes_nothing(editor: Viewer) -> None:
    first = actions.load_list(by=editor, file=list_file())
    again = actions.load_list(by=editor, file=list_file())
    assert again.id == first.id
    assert (Version.objects.count(), Term.objects.count(), Edition.objects.count()) == (1, 2, 2)


def test_a_published_version_never_changes(editor: Viewer) -> None:
    actions.load_list(by=editor, file=list_file())
    with pytest.raises(Problem) as refused:
        actions.load_list(by=editor, file=list_file(terms={"r": "Rouge"}))
    assert refused.value.code == "codes.version_differs"
    assert [choice.label for choice in queries.choices("colours", seen_by=editor)] == ["Red", "Green"]


def test_a_new_version_keeps_the_old_terms_known(editor: Viewer) -> None:
    actions.load_list(by=editor, file=list_file())
    actions.load_list(
        by=editor, file=list_file(label="2", terms={"r": "Crimson", "b": "Blue"}, authority="The painters")
    )
    assert queries.known_codes("colours", seen_by=editor) == {"r", "b"}
    assert queries.term("colours", "g", seen_by=editor).code == "g"
    changes = queries.compare("colours", "1", "2", seen_by=editor)
    assert [row.code for row in changes.added] == ["b"]
    assert [row.code for row in changes.removed] == ["g"]
    assert [change.fields for change in changes.changed] == [("labels",)]
    assert CodeList.objects.get().authority == "The painters"


def test_a_draft_is_seen_by_editors_only_until_it_is_published(
    editor: Viewer, viewer_with: Callable[..., Viewer]
) -> None:
    draft = actions.draft_version(by=editor, file=list_file())
    reader = viewer_with("codes.view_list")
    assert not list(queries.versions("colours", seen_by=reader))
    assert list(queries.versions("colours", seen_by=editor)) == [draft]
    assert [item.count for item in queries.waiting(seen_by=editor)] == [1]
    assert queries.waiting(seen_by=reader) == []
    actions.publish_version(by=editor, version_id=draft.id)
    assert list(queries.versions("colours", seen_by=reader)) == [draft]


def test_a_discarded_draft_frees_its_label_but_not_its_codes(editor: Viewer) -> None:
    draft = actions.draft_version(by=editor, file=list_file())
    actions.discard_version(by=editor, version_id=draft.id)
    actions.load_list(by=editor, file=list_file(terms={"r": "Red"}))
    assert Term.objects.filter(code="g").exists()
    assert queries.known_codes("colours", seen_by=editor) == {"r"}


@pytest.mark.parametrize("verb", ["publish_version", "discard_version"])
def test_only_drafts_are_published_or_discarded(editor: Viewer, verb: str) -> None:
    loaded = actions.load_list(by=editor, file=list_file())
    with pytest.raises(Problem, match="published"):
        getattr(actions, verb)(by=editor, version_id=loaded.id)
    with pytest.raises(Problem) as unknown:
        getattr(actions, verb)(by=editor, version_id=Term.objects.first().id)  # type: ignore[union-attr]
    assert unknown.value.status == 404


def test_parents_are_terms_of_the_same_list(editor: Viewer) -> None:
    terms = [{"code": "b", "labels": {"en": "B"}, "parent": "a"}, {"code": "a", "labels": {"en": "A"}}]
    actions.load_list(
        by=editor,
        file=read_file({"list": "colours", "names": {"en": "Colours"}, "version": {"label": "1"}, "terms": terms}),
    )
    assert [
        (row.code, row.parent) for row in queries.rows(queries.version("colours", seen_by=editor), seen_by=editor)
    ] == [
        ("b", "a"),
        ("a", None),
    ]


def test_mappings_come_with_the_file_and_need_their_targets(editor: Viewer) -> None:
    actions.load_list(by=editor, file=list_file("paints"))
    mapped = [{"from": "r", "to_list": "paints", "to": "r", "kind": "exact"}]
    actions.load_list(by=editor, file=list_file(mappings=mapped))
    assert queries.mapped_codes("colours", "paints", seen_by=editor) == {"r": {"r"}}
    missing = [{"from": "r", "to_list": "paints", "to": code, "kind": "exact"} for code in ("x", "y")]
    with pytest.raises(Problem) as refused:
        actions.load_list(by=editor, file=list_file(label="2", mappings=missing))
    assert [error.code for error in refused.value.errors] == ["codes.mapping_to_unknown"] * 2
    assert Version.objects.filter(label="2").count() == 0


def test_terms_are_mapped_once_and_only_to_other_lists(editor: Viewer) -> None:
    actions.load_list(by=editor, file=list_file())
    actions.load_list(by=editor, file=list_file("paints"))
    red = queries.term("colours", "r", seen_by=editor)
    green = queries.term("colours", "g", seen_by=editor)
    paint = queries.term("paints", "r", seen_by=editor)
    mapping = actions.map_terms(by=editor, source_id=red.id, target_id=paint.id, kind="broader", note="roughly")
    for target, kind, code in [
        (paint.id, "exact", "codes.mapping_known"),
        (green.id, "exact", "codes.mapping_within"),
        (paint.id, "same", "codes.mapping_malformed"),
        (mapping.id, "exact", "kernel.not_found"),
    ]:
        with pytest.raises(Problem) as refused:
            actions.map_terms(by=editor, source_id=red.id, target_id=target, kind=kind)
        assert refused.value.code == code
    assert queries.mapping_source(mapping.id, seen_by=editor) == red
    actions.end_mapping(by=editor, mapping_id=mapping.id)
    ended = Mapping.objects.get().until
    actions.end_mapping(by=editor, mapping_id=mapping.id)
    assert Mapping.objects.get().until == ended
    actions.map_terms(by=editor, source_id=red.id, target_id=paint.id, kind="exact")
    assert [found.until is None for found in queries.mappings(red, seen_by=editor)] == [True, False]
    with pytest.raises(Problem):
        actions.end_mapping(by=editor, mapping_id=red.id)
    with pytest.raises(Problem):
        queries.mapping_source(red.id, seen_by=editor)


def test_without_the_permission_nothing_is_written_or_read(viewer_with: Callable[..., Viewer]) -> None:
    reader, nobody = viewer_with("codes.view_list"), viewer_with()
    with viewing(reader), pytest.raises(Problem) as refused:
        actions.load_list(by=reader, file=list_file())
    assert refused.value.status == 403
    with viewing(nobody), pytest.raises(Problem):
        queries.lists(seen_by=nobody)
    with viewing(nobody):
        assert queries.search("sex", seen_by=nobody) == []


def test_the_number_of_statements_does_not_grow_with_the_list(editor: Viewer) -> None:
    def statements(code: str, size: int) -> int:
        file = list_file(code, terms={f"t{number}": "x" for number in range(size)})
        with CaptureQueriesContext(
            connection,
        ) as captured:
            actions.load_list(by=editor, file=file)
        return len(captured)

    statements("first", 1)
    assert statements("small", 2) == statements("large", 2000)


def test_the_version_in_force_is_found_without_counting_its_terms(editor: Viewer) -> None:
    found = queries.lists(seen_by=editor)
    assert "codes_edition" not in str(found.values("version_id", "version_label", "published_on").query)
    assert "codes_edition" in str(found.values("terms_in_force").query)


def test_every_shipped_list_loads_and_loads_again_without_change(editor: Viewer) -> None:
    loaded = actions.load_shipped_lists(by=editor)
    assert {"iso-3166-1", "sex", "organisation-type", "iati-transaction-type"} <= {v.code_list.code for v in loaded}
    count = Edition.objects.count()
    actions.load_shipped_lists(by=editor)
    assert Edition.objects.count() == count > 7000
    assert queries.mapped_codes("dac-sectors", "coordination-groups", seen_by=editor)
    myanmar = queries.term("iso-3166-1", "MMR", seen_by=editor)
    assert next(iter(queries.editions_of(myanmar, seen_by=editor))).labels["my"] == "မြန်မာ"
    assert "Myanmar" in [hit.title for hit in queries.search("MMR", seen_by=editor)]
    assert [hit.subtitle for hit in queries.search("iso-31", seen_by=editor)] == ["iso-3166-1"]
    assert queries.last_change(seen_by=editor)
