"""What seldom happens on the way of a batch: files that turn unreadable, packed photos, names taken, hands tied."""

import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest

from banyan.people.collection import actions, queries
from banyan.people.collection.actions import checking
from banyan.people.collection.models import Batch, RawFile, Source, SourceKind, StagedRow, Submission
from banyan.people.collection.queries import knowledge
from banyan.people.collection.rules.shapes import Mapping
from banyan.people.collection.sources import Unreadable
from banyan.people.collection.tests.conftest import HEADER, HOUSEHOLDS, SYSTEM
from banyan.people.forms.models import CollectionPolicy, Form, FormVersion
from banyan.platform.access import actions as access
from banyan.platform.access.rules import Part
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem
from banyan.reference.places.models import Place

XML = (
    '<data xmlns:orx="http://openrosa.org/xforms" id="reg" version="1"><name>{name}</name><sex>female</sex>'
    "<orx:meta><orx:instanceID>uuid:{uid}</orx:instanceID></orx:meta></data>"
)


def fresh(batch: Batch) -> Batch:
    with viewing(SYSTEM):
        return queries.batch(batch.pk, seen_by=SYSTEM)


def test_files_that_turn_unreadable_before_the_check_refuse_the_batch(
    field: Any, submit: Any, monkeypatch: Any
) -> None:
    batch = submit()
    actions.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=field.clerk)

    def broken(*_files: Any, **_more: Any) -> Any:
        raise Unreadable("it is damaged")

    monkeypatch.setattr(checking.sources, "read_files", broken)
    assert actions.check_batch(batch.pk, by=field.clerk).state == "refused"
    assert fresh(batch).notes[-1]["code"] == "collection.file_unread"


def test_a_batch_without_files_is_refused(field: Any, submit: Any, monkeypatch: Any) -> None:
    batch = submit()
    actions.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=field.clerk)
    monkeypatch.setattr(checking, "_read", lambda *_all, **_more: (None, 0))
    assert actions.check_batch(batch.pk, by=field.clerk).state == "refused"


def test_a_mapping_that_leaves_no_row_refuses_the_batch(field: Any, submit: Any) -> None:
    batch = submit()
    tables = [table | {"skipped_rows": [2, 3, 4, 5]} for table in batch.mapping["tables"]]
    actions.confirm_mapping(batch.pk, Mapping.from_json({"tables": tables}), by=field.clerk)
    run_jobs()
    assert fresh(batch).state == "refused"


def test_a_source_gets_a_name_of_its_own_whatever_is_taken(field: Any, submit: Any) -> None:
    first = submit(name="list.csv")
    with viewing(SYSTEM):
        source = Source.objects.get()
        Source.objects.create(operation=field.operation, name=f"list.csv {source.signature[:8]}")
        source.is_active = False
        source.save()
    second = submit(HOUSEHOLDS + "\n", name="list.csv")
    assert (second.state, second.source.name) == ("review", f"list.csv {second.pk}")
    assert fresh(first).source.name == "list.csv"


def test_a_chosen_source_remembers_and_must_be_of_the_operation(field: Any, submit: Any) -> None:
    with viewing(SYSTEM):
        source = Source.objects.create(operation=field.operation, name="Camp", kind=SourceKind.FILE)
    batch = submit(source_id=source.pk)
    with viewing(SYSTEM):
        source.refresh_from_db()
    assert (batch.source, bool(source.mapping)) == (source, True)
    assert first_key(batch).startswith(f"n:{source.pk}:")


def first_key(batch: Batch) -> str:
    with viewing(SYSTEM):
        return Submission.objects.filter(batch=batch).order_by("ordinal")[0].key


def test_a_form_of_another_operation_is_refused(field: Any) -> None:
    other = access.add_operation("OTH", "Other", "MMR", by=SYSTEM)
    with viewing(SYSTEM):
        form = Form.objects.create(operation=other, code="reg", title="Registration")
        version = FormVersion.objects.create(
            form=form, number=1, file_name="a.xlsx", file="x", digest="0" * 64, made_by="x"
        )
    with pytest.raises(Problem) as caught:
        actions.submit_batch(
            [("a.csv", b"a,b\n1,2\n")], by=SYSTEM, operation_id=field.operation.pk, scope_id=field.whole,
            form_version_id=version.pk,
        )  # fmt: skip
    assert caught.value.code == "collection.form_other_operation"


def test_what_comes_one_by_one_grows_the_batch_of_the_day(field: Any) -> None:
    def send(content: str, name: str) -> Any:
        sent = actions.add_to_day(
            [(name, content.encode())], by=field.officer, kind=SourceKind.BROWSER, operation_id=field.operation.pk,
            scope_id=field.whole,
        )  # fmt: skip
        run_jobs()
        return sent

    first = send(XML.format(name="Ma Hla", uid=uuid4()), "1.xml")
    batch = fresh(first)
    assert batch.state == "mapping"
    actions.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=field.officer)
    run_jobs()
    assert send(XML.format(name="Ma Mya", uid=uuid4()), "2.xml").pk == batch.pk
    assert send("<broken", "3.xml").pk == batch.pk
    assert send(XML.format(name="Ma Nwe", uid=uuid4()), "4.xml").pk == batch.pk
    grown = fresh(batch)
    assert (grown.state, grown.counts["submissions"], grown.files_read) == ("review", 3, 4)
    assert "collection.file_unread" in [note["code"] for note in grown.notes]
    with viewing(SYSTEM):
        assert list(Submission.objects.order_by("ordinal").values_list("ordinal", "file_position")) == [
            (0, 0),
            (1, 1),
            (2, 3),
        ]
    # Nobody accepted it yet; once somebody has, the next day begins a batch of its own.
    actions.reject_batch(batch.pk, by=field.officer, reason="a rehearsal")
    assert send(XML.format(name="Ma Thida", uid=uuid4()), "5.xml").pk != batch.pk


def test_photos_packed_beside_the_answers_are_kept_one_by_one(field: Any, submit: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("people.csv", HOUSEHOLDS)
        archive.writestr("media/h1.jpg", b"\xff\xd8\xff\xe0 photo")
    batch = submit(packed.getvalue(), name="export.zip")
    assert batch.state == "review"
    with viewing(field.officer):
        assert queries.attachment(batch.pk, "h1.jpg", seen_by=field.officer).startswith(b"\xff\xd8\xff")
        assert [(each.name, each.is_media) for each in queries.files(batch.pk, seen_by=field.officer)] == [
            ("export.zip", False), ("h1.jpg", True),
        ]  # fmt: skip
        with pytest.raises(Problem):
            queries.attachment(batch.pk, "h2.jpg", seen_by=field.officer)
    # Checked again, they are not kept twice.
    actions.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=field.clerk)
    run_jobs()
    with viewing(SYSTEM):
        assert RawFile.objects.count() == 2


def test_odd_characters_come_through_whole(field: Any, submit: Any) -> None:
    name = 'Aung "Ko", \\N လှ'
    batch = submit(HEADER + 'H1,"Aung ""Ko"", \\N လှ",male,1980-02-03,head,"tin\nand wood"\n')
    actions.accept_batch(batch.pk, by=field.officer)
    with viewing(SYSTEM):
        row = StagedRow.objects.get(subject="person")
        chunk = queries.accepted_chunk(batch.pk, after=-1, size=5, seen_by=SYSTEM)
        assert queries.accepted_parts(batch.pk, size=1, seen_by=SYSTEM) == [-1, 0]
    assert row.values["person.full_name"] == name
    assert chunk.people["person.full_name"].to_list() == [name]
    assert row.extras["roof"].split() == ["tin", "and", "wood"]


def test_who_may_review_elsewhere_only_decides_nothing_here(field: Any, submit: Any) -> None:
    batch = submit(by=field.kachin_clerk, scope_id=field.kachin)
    see, review = (
        ("collection.view_batch", "collection.submit_batch"),
        ("collection.review_batch", "collection.undo_batch"),
    )
    by = Viewer(
        id=new_id(), label="Half", parts=(
            Part(frozenset(see), everything=True, clearance=1),
            Part(frozenset(review), everything=False, scopes=frozenset({field.rakhine}), clearance=1),
        ),
    )  # fmt: skip
    for decide in (
        lambda: actions.accept_batch(batch.pk, by=by), lambda: actions.undo_batch(batch.pk, by=by, reason="x"),
    ):  # fmt: skip
        with pytest.raises(Problem) as caught:
            decide()
        assert caught.value.code == "kernel.not_found"


def test_submissions_without_anything_before_them_have_no_differences(field: Any, submit: Any) -> None:
    batch = submit()
    with viewing(field.officer):
        first = queries.submissions(batch.pk, seen_by=field.officer)[0]
        for ask in (
            lambda: queries.differences(first.pk, seen_by=field.officer),
            lambda: queries.source(uuid4(), seen_by=field.officer),
        ):
            with pytest.raises(Problem) as caught:
                ask()
            assert caught.value.code == "kernel.not_found"
    with viewing(field.protector):
        assert queries.rules_of(field.operation.pk, seen_by=field.protector).separate_duties


def test_places_are_known_by_code_and_name_and_must_lie_in_the_area(field: Any, lists: None, submit: Any) -> None:
    from banyan.platform.access.queries import reference_scope
    from banyan.reference.places.actions.taking import renew_keys

    with viewing(SYSTEM):
        made = [
            Place.objects.create(
                country="MMR", pcode=code, level=4, kind="village", name=name, names={"en": name},
                scope_id=reference_scope(code[:6], seen_by=SYSTEM),
            )
            for code, name in (("MMR001001", "Mansi"), ("MMR001002", "Momauk"), ("MMR012001", "Sittwe"))
        ]  # fmt: skip
        renew_keys([place.pk for place in made])
    lines = [
        "Household ID,P-code,Village name,Full name,Sex,Date of birth,Relationship to head",
        "H1,MMR001001,Mansi,Aung Ko,male,1980-02-03,head",
        "H2,Momauk,,Ma Hla,female,1980-02-03,head",
        "H3,MMR012001,,U Ba,male,1980-02-03,head",
    ]
    batch = submit("\n".join(lines), by=field.kachin_clerk, scope_id=field.kachin)
    with viewing(SYSTEM):
        found = {
            each.raw: (each.code, each.proposed)
            for each in queries.findings(batch.pk, seen_by=SYSTEM)
            if each.field == "household.place"
        }
    assert found["Momauk"] == ("collection.place_by_name", "MMR001002")
    assert found["MMR012001"][0] == "collection.place_outside"
    near = knowledge._near("MMR", ["MMR0010O1", "MMRX", "X" * 40])
    assert [place.code for place in near["MMR0010O1"]] == ["MMR001001"]
    assert not near["MMRX"]
    assert knowledge._near("MMR", [f"MMR{number}" for number in range(300)]) == {}
    assert "MMR001001" not in found


def test_what_the_operation_forbids_is_not_stored(field: Any, submit: Any) -> None:
    with viewing(SYSTEM):
        CollectionPolicy.objects.create(operation=field.operation, forbidden=["religion", "phone"], changed_by="x")
    rows = "Household ID,Full name,Sex,Religion,Phone number\nH1,Aung Ko,male,Buddhist,+959250000001\n"
    batch = submit(rows)
    with viewing(SYSTEM):
        staged = [str((row.values, row.raw, row.extras)) for row in StagedRow.objects.all()]
        noted = [
            (each.severity, each.raw)
            for each in queries.findings(batch.pk, seen_by=SYSTEM)
            if each.severity == "quarantine"
        ]
    assert not any("Buddhist" in text or "250000001" in text for text in staged)
    assert noted == [("quarantine", "")] * 2
    assert batch.counts["quarantine"] == 2
