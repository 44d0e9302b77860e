"""People on their way in, through the real upload: whom they look like, and that no file fails for it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from banyan.people.collection import actions as collection
from banyan.people.collection import queries as collected
from banyan.people.collection.models import Batch, StagedRow, Submission
from banyan.people.collection.tests.conftest import LISTS, make_field, submit
from banyan.people.linkage.actions.incoming import keep_incoming
from banyan.people.linkage.jobs.incoming import compare_batch
from banyan.people.linkage.models import Arrival, Incoming
from banyan.people.linkage.queries.incoming import recognised
from banyan.people.linkage.tests.worlds import SYSTEM
from banyan.people.registry.models import Person
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs import actions as jobs
from banyan.platform.jobs.testing import run_jobs
from banyan.reference.codes import actions as codes

HEADER = "Household ID,Full name,Sex,Date of birth,Relationship to head,Phone,Name in original script\n"
Row = tuple[str, ...]


@pytest.fixture
def field(db: None) -> Any:
    """The operation of collection's tests, with the lists that registering asks for."""
    with viewing(SYSTEM):
        codes.load_shipped_lists(by=SYSTEM, only=LISTS)
    return make_field()


def file_of(rows: Sequence[Row]) -> str:
    return HEADER + "".join(",".join((*row, *[""] * (7 - len(row)))) + "\n" for row in rows)


def upload(field: Any, rows: Sequence[Row], *, name: str = "people.csv", by: Any = None) -> Batch:
    return submit(field, file_of(rows), name=name, by=by)


def accept(field: Any, batch: Batch) -> None:
    collection.accept_batch(batch.pk, by=field.officer)
    run_jobs()


def compared(batch: Batch) -> collected.BatchComparison:
    with viewing(SYSTEM):
        found = collected.comparison(collected.batch(batch.pk, seen_by=SYSTEM), seen_by=SYSTEM)
    assert found is not None
    assert found.state == "done"
    return found


AUNG = ("H1", "Aung Kyaw Min", "male", "1980-05-03", "head", "0912345678")
NILAR = ("H1", "Nilar Soe Htet", "female", "1984-11-21", "spouse", "0998765432")
BA = ("H2", "U Ba Thein", "male", "1961-07-08", "head", "")
ZAW = ("H3", "Zaw Lin Oo", "male", "1990-02-14", "head", "")


def test_who_is_registered_already_is_recognised_before_acceptance(field: Any) -> None:
    accept(field, upload(field, [AUNG, NILAR, BA]))
    again = upload(
        field,
        [("X1", "Aung Kyaw Minn", "male", "1980-05-03", "head", "0912345678"), ("X2", *ZAW[1:])],
        name="again.csv",
    )
    found = compared(again)
    assert (found.people, found.known, found.twice) == (2, 1, 0)
    with viewing(SYSTEM):
        row = Incoming.objects.get(batch=again)
        assert row.person.full_name == "Aung Kyaw Min"
        assert Arrival.objects.get(batch=again).asked == 1


def test_whoever_stands_twice_in_a_file_is_told_of_both_rows(field: Any) -> None:
    batch = upload(field, [AUNG, BA, ("H9", "Aung Kyaw Minn", "male", "1980-05-03", "head", "0912345678")])
    assert (compared(batch).known, compared(batch).twice) == (0, 2)
    with viewing(SYSTEM):
        first, last = Submission.objects.filter(batch=batch, number__in=("H1", "H9")).order_by("ordinal")
        told = collected.matches(first.pk, seen_by=SYSTEM)
    (match,) = next(iter(told.values()))
    assert (match.likeness, match.label) == ("twice", "Aung Kyaw Minn")
    assert str(last.pk) in match.url


def test_who_may_not_see_the_place_learns_no_name(field: Any) -> None:
    first = submit(field, file_of([AUNG]), by=field.clerk, scope_id=field.rakhine)
    accept(field, first)
    again = submit(field, file_of([("X1", *AUNG[1:])]), name="kachin.csv", by=field.kachin_clerk, scope_id=field.kachin)
    assert compared(again).known == 1
    with viewing(SYSTEM):
        submission = Submission.objects.get(batch=again)
    with viewing(field.kachin_officer):
        (match,) = next(iter(collected.matches(submission.pk, seen_by=field.kachin_officer).values()))
        assert (match.is_hidden, match.label, match.reference, match.why, match.person_id) == (True, "", "", (), None)
    with viewing(field.officer):
        (match,) = next(iter(collected.matches(submission.pk, seen_by=field.officer).values()))
        assert (match.is_hidden, match.label) == (False, "Aung Kyaw Min")
    with viewing(field.rakhine_officer):
        assert not Incoming.objects.filter(batch=again).exists()


def test_a_correction_is_compared_anew_and_what_is_decided_is_left_out(field: Any) -> None:
    accept(field, upload(field, [AUNG]))
    batch = upload(field, [("X1", *ZAW[1:]), ("X2", *BA[1:])], name="more.csv")
    assert compared(batch).known == 0
    with viewing(SYSTEM):
        row = StagedRow.objects.get(batch=batch, subject="person", **{"values__person.full_name": "Zaw Lin Oo"})
    values = [("full_name", "Aung Kyaw Min"), ("birth_date", "1980-05-03"), ("phone", "0912345678")]
    collection.correct_values(
        batch.pk, [collection.NewValue(row.pk, f"person.{name}", text) for name, text in values], by=field.clerk
    )
    run_jobs()
    assert compared(batch).known == 1
    collection.reject_submissions(
        batch.pk, collection.Chosen(ids=[row.submission_id]), by=field.officer, reason="again"
    )
    assert compared(batch).known == 0


# Files that would hurt: none of them fails, all of them are registered.


def registered(field: Any, rows: Sequence[Row], people: int) -> Batch:
    batch = upload(field, rows)
    found = compared(batch)
    assert found.people == people
    accept(field, batch)
    with viewing(SYSTEM):
        assert Batch.objects.get(pk=batch.pk).state == "accepted"
        assert Person.objects.count() == people
    return batch


def test_one_person_fifty_times(field: Any) -> None:
    batch = registered(field, [(f"H{number}", *AUNG[1:]) for number in range(50)], 50)
    with viewing(SYSTEM):
        per_row = Incoming.objects.filter(batch=batch).values_list("row", flat=True)
        assert len(set(per_row)) == 50
        assert max(list(per_row).count(row) for row in set(per_row)) <= 10


def test_everybody_twice(field: Any) -> None:
    people = [
        (
            f"{first} {second} {third}",
            "male" if number % 2 else "female",
            f"{1950 + number}-0{1 + number % 9}-1{number % 9}",
        )
        for number, (first, second, third) in enumerate(
            (a, b, c)
            for a in ("Aung", "Khin", "Zaw")
            for b in ("Myo", "Thandar", "Lwin")
            for c in ("Htet", "Nyein", "Paing")
        )
    ]
    rows = [
        (f"{side}{number}", *person, "head", f"09{4_000_000 + 7919 * number:09}")
        for side in "AB"
        for number, person in enumerate(people)
    ]
    batch = registered(field, rows, 54)
    with viewing(SYSTEM):
        assert Incoming.objects.filter(batch=batch).values("row").distinct().count() >= 50


def test_twins_are_not_taken_for_one_person_and_hurt_nobody(field: Any) -> None:
    rows: list[Row] = []
    for number, (boy, girl) in enumerate(
        (("Min Thu", "Min Thuzar"), ("Htet Aung", "Htet Htet"), ("Kyaw Swar", "Kyaw Kyaw"))
    ):
        home, day = f"H{number}", f"201{number}-03-0{number + 4}"
        rows += [
            (home, f"Daw {boy} Mother", "female", f"198{number}-01-01", "head"), (home, boy, "male", day, "child"),
            (home, girl, "female" if number < 2 else "male", day, "child"),
        ]  # fmt: skip
    batch = registered(field, rows, 9)
    with viewing(SYSTEM):
        probable = Incoming.objects.filter(batch=batch, zone="probable").count()
    assert probable == 0


@pytest.mark.parametrize(
    "names",
    [
        ("A", "အ", "ع", "Q", "Ξ"),
        ("Aung ကျော် Min", "محمد Ahmed علي", "မောင်မောင် Maung", "Су Су 123", "O'Neil-ညီ"),
        ("...", "—", "123", "؟", "U"),
    ],
)  # fmt: skip
def test_names_of_one_letter_of_signs_and_of_mixed_scripts(field: Any, names: tuple[str, ...]) -> None:
    rows = [
        (f"{side}{number}", name, "female", "1990-04-05", "head") for side in "AB" for number, name in enumerate(names)
    ]
    batch = upload(field, rows)
    assert compared(batch).people == len(rows)
    accept(field, batch)


def test_nobody_has_a_name(field: Any) -> None:
    batch = upload(field, [(f"H{number}", "", "male", "1980-05-03", "head", "0912345678") for number in range(3)])
    assert batch.state == "review"
    assert compared(batch).people == 3


def test_an_empty_answer_and_an_old_one_change_nothing(field: Any) -> None:
    batch = upload(field, [AUNG, ("H9", *AUNG[1:])])
    with viewing(SYSTEM):
        found = recognised(batch.pk, seen_by=SYSTEM)
        kept = Incoming.objects.filter(batch=batch).count()
    assert kept == 2
    assert keep_incoming(replace(found, asked=0), by=SYSTEM).asked == 1
    with viewing(SYSTEM):
        assert Incoming.objects.filter(batch=batch).count() == kept
    assert compare_batch(None, by=SYSTEM, batch=str(batch.pk), asked=1).counts == {}
    collection.reject_submissions(batch.pk, collection.EVERYTHING, by=field.officer, reason="x")
    with viewing(SYSTEM):
        assert recognised(batch.pk, seen_by=SYSTEM).people == 0


def test_whom_decided_people_looked_like_is_forgotten_at_night_and_whoever_may_wait_again_keeps_it(field: Any) -> None:
    accept(field, upload(field, [AUNG, BA]))
    batch = upload(field, [("X1", *AUNG[1:]), ("X2", *BA[1:]), ("X3", *NILAR[1:])], name="more.csv")
    with viewing(SYSTEM):
        first, second, _third = Submission.objects.filter(batch=batch).order_by("ordinal")

    def kept() -> set[Any]:
        with viewing(SYSTEM):
            return set(Incoming.objects.filter(batch=batch).values_list("submission", flat=True))

    def night() -> None:
        jobs.start("linkage.forget_decided", by=SYSTEM)
        run_jobs()

    assert kept() == {first.pk, second.pk}
    night()
    assert kept() == {first.pk, second.pk}
    collection.reject_submissions(batch.pk, collection.Chosen(ids=[second.pk]), by=field.officer, reason="known")
    accept(field, batch)
    night()
    assert kept() == {second.pk}
    collection.undo_batch(batch.pk, by=field.officer, reason="the wrong file")
    run_jobs()
    night()
    assert kept() == set()
