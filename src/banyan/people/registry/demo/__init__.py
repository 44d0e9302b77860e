"""What the demo shows of the register: a form authored in Excel, submissions from six parts of the country, review, people.

Everything goes through the doors that anybody's data takes: the form is uploaded and published, files are submitted, read
and checked by jobs, accepted by somebody else, and registered. One batch stays in review with its faults, and one waits
for somebody to say what its columns hold.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils import timezone

from banyan.people.collection import actions as collection
from banyan.people.collection import queries as collected
from banyan.people.forms import actions as forms
from banyan.people.forms import queries as formed
from banyan.people.quality import actions as quality
from banyan.people.registry import queries
from banyan.people.registry.demo import form, planting, recording, writing
from banyan.people.registry.demo.recording import Submission, Truth
from banyan.platform.access import actions as access
from banyan.platform.access.queries import operations, working_areas
from banyan.platform.access.viewers import Viewer, causing, system_viewer, viewing
from banyan.platform.criteria import actions as criteria
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

HOUSEHOLDS = {"first": 2_000, "small": 2_000, "medium": 20_000, "large": 200_000}
OPERATION = "MMR"
PER_BATCH = 5_000  # households of one file; a file of a hundred thousand would be no office's file
IN_REVIEW = 120  # households of the batch that is left for the person who looks around
# What the demo operation does not collect.
FORBIDDEN = ("biometrics", "ethnicity", "religion", "political")
TRUTH = "demo-truth.csv"
MANDATORY = ["nationality", "marital_status"]  # what the demo operation asks of everybody besides
PLANTED = 3  # households for each indicator of data quality
# Part of the country, its townships, and how its office sends what it collected.
OFFICES = (
    ("Kachin", ("MMR001001", "MMR001002", "MMR001003"), "json"),
    ("Kayin", ("MMR003001", "MMR003002"), "csv"),
    ("Rakhine", ("MMR012001", "MMR012003", "MMR012004"), "xlsx"),
    ("Shan (North)", ("MMR015001", "MMR015002"), "json"),
    ("Sagaing", ("MMR005001", "MMR005005"), "json"),
    ("Ayeyarwady", ("MMR017001", "MMR017024"), "json"),
)
_DEVICE = ("start", "end", "deviceid")  # of no use once the submission is here
# As an office might keep a list of its own, before anybody told it about forms.
OWN_LIST = (
    "Ser No;Family;Beneficiary;M/F;DoB or age;Relation;Village;Remarks\n"
    "1;K-1;Daw Khin Mya;F;1968;HoH;Ma Lang;\n"
    "2;K-1;Aung Aung;M;12;son;Ma Lang;goes to school\n"
    "3;K-2;Maran Brang Seng;M;03/11/1980;HoH;Ma Lang;\n"
    "4;K-2;Lahpai Ja Seng;F;1984;wife;Ma Lang;\n"
)


# What an office of this operation asks for again and again.
CRITERIA = (
    ("Households with children under five", "household", "members.exists(m, m.age < 5)"),
    (
        "Households of one adult with three children or more",
        "household",
        "members.filter(m, m.age >= 18).size() == 1 && members.filter(m, m.age < 18).size() >= 3",
    ),
    ("Older people who live alone", "person", "age >= 60 && family.size() == 1"),
    (
        "People with a severe difficulty in seeing or walking",
        "person",
        'difficulty_seeing in ["a-lot", "cannot"] || difficulty_walking in ["a-lot", "cannot"]',
    ),
)


def load(progress: Any) -> dict[str, int] | None:
    """Register the demo's people by the real actions. Nothing when its operation is there already.

    progress.size says how many households: "first" and "small" 2,000, "medium" 20,000, "large" 200,000. The truth about
    duplicates is left beside the installation's data as demo-truth.csv.
    """
    clerk, officer = system_viewer("demo clerk"), system_viewer("demo officer")
    with viewing(clerk):
        if operations(seen_by=clerk).filter(code=OPERATION).exists():
            if not (settings.DATA_FOLDER / TRUTH).exists():
                progress.text(
                    f"the operation {OPERATION} is there, but its demo is not whole: to load it, start from an empty folder"
                )
            return None
    with causing("demo:registry"):
        operation = access.add_operation(OPERATION, "Myanmar (demo)", "MMR", by=officer).pk
        forms.change_policy(
            operation, FORBIDDEN, "The demo operation collects no more than registration needs.", by=officer
        )
        version = _publish(operation, officer)
        with viewing(clerk):
            whole = working_areas(operation, "collection.submit_batch", seen_by=clerk)[0].scope_id
        truths: list[Truth] = []
        wanted = HOUSEHOLDS[progress.size]
        households = 0
        for name, files in _files(wanted, truths):
            households += _take(files, name, operation, whole, version, clerk, officer)
            progress.report(min(households, wanted), wanted)
        with viewing(officer):
            planting.take_photos(operation)
        planted = _plant(operation, whole, clerk, officer)
        _leave_work(operation, whole, version, clerk)
    (settings.DATA_FOLDER / planting.TRUTH).write_text(planting.truth_csv(planted), encoding="utf-8")
    (settings.DATA_FOLDER / TRUTH).write_text(writing.truth_csv(truths), encoding="utf-8")
    with viewing(officer):
        people = queries.people(seen_by=officer).count()
    return {"households": households, "people": people, "duplicates": sum(truth.kind == "again" for truth in truths)}


def _plant(operation: Any, scope: int, clerk: Viewer, officer: Viewer) -> list[planting.Flaw]:
    """Households of which it is known what is wrong, and a first look over everybody."""
    quality.set_check(operation, "cf_operation", fields=MANDATORY, by=officer)
    sites = planting.sites_of(_villages(OFFICES[0][1])[:6], "MMR", seen_by=clerk)
    found = planting.plant(
        operation, sites, timezone.localdate(), each=PLANTED, scope_id=scope, by=clerk, decider=officer
    )
    quality.run_pass(operation, by=officer)
    for name, subject, text in CRITERIA:
        criteria.save_criterion(name=name, subject=subject, text=text, operation_id=operation, by=officer)
    return found


def _publish(operation: Any, by: Viewer) -> Any:
    """The form, uploaded, bound and published."""
    version = forms.upload_form(
        "household-registration.xlsx", form.workbook(), by=by, operation_id=operation,
        purpose="Registration of households and their members",
    ).pk  # fmt: skip
    run_jobs()
    with viewing(by):
        suggested = formed.binding(version, seen_by=by)
    chosen = {bond.question_path: bond.field or ("" if bond.question_path in _DEVICE else "+") for bond in suggested}
    forms.confirm_binding(version, chosen, by=by)
    forms.publish_version(version, by=by)
    return version


def _files(wanted: int, truths: list[Truth]) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """(name of the batch, file) office by office; the truth about everybody written is added to `truths`."""
    today = timezone.localdate()
    share = wanted // len(OFFICES)
    for position, (office, townships, kind) in enumerate(OFFICES):
        codes = _villages(townships)
        rest = wanted - share * (len(OFFICES) - 1) if position == 0 else share
        rows = recording.submissions(rest, codes, today=today, first=1 + position * 1_000_000)
        number = 0
        while some := list(islice(rows, PER_BATCH)):
            number += 1
            truths += [truth for row in some for truth in row.truths]
            yield f"{office} {number}", _file(f"{office.lower().replace(' ', '-')}-{number}", kind, some)


def _file(name: str, kind: str, rows: list[Submission]) -> tuple[str, bytes]:
    if kind == "xlsx" and len(rows) <= 1_000:  # Excel files of this size are written in seconds, larger ones are not
        return f"{name}.xlsx", writing.workbook(rows)
    if kind == "csv":
        return f"{name}.csv", writing.flat_csv(rows, delimiter=";")
    return f"{name}.json", writing.kobo_json(rows)


def _villages(townships: tuple[str, ...]) -> list[str]:
    """P-codes in which an office registers: some village tracts, and the villages in them where the demo has villages."""
    by = system_viewer("demo")
    with viewing(by):
        known = places.places(seen_by=by).filter(country="MMR", status="active")
        tracts = list(known.filter(parent__pcode__in=townships).order_by("name", "pcode").values_list("id", "pcode"))
        tracts = tracts[:: max(1, len(tracts) // 24)]
        within = known.filter(parent__in=[pk for pk, _code in tracts]).order_by("name", "pcode")
        codes = list(within.values_list("pcode", flat=True)[:60])
    return codes or [code for _pk, code in tracts] or list(townships)


def _take(
    file: tuple[str, bytes], name: str, operation: Any, scope: int, version: Any, clerk: Viewer, officer: Viewer
) -> int:
    """Submit a file, let it be checked, accept what is good, let it be registered. Returns its submissions."""
    batch = collection.submit_batch(
        [file], by=clerk, operation_id=operation, scope_id=scope, form_version_id=version, name=name
    ).pk
    found = _checked(batch, clerk)
    collection.accept_batch(batch, by=officer)
    run_jobs()
    return int(found.counts.get("submissions", 0))


def _checked(batch: Any, clerk: Viewer) -> Any:
    """Read and check a batch; the form that it names says what its columns hold."""
    run_jobs()
    with viewing(clerk):
        found = collected.batch(batch, seen_by=clerk)
    if found.state != "review":
        raise Problem("collection.batch_state", state=found.state)
    return found


def _leave_work(operation: Any, scope: int, version: Any, clerk: Viewer) -> None:
    """One batch with many faults in review, and one whose columns nobody has confirmed."""
    codes = _villages(OFFICES[0][1])
    faulty = list(recording.submissions(IN_REVIEW, codes, today=timezone.localdate(), first=9_000_001, faults=0.3))
    batch = collection.submit_batch(
        [("kachin-camps.xlsx", writing.workbook(faulty))], by=clerk, operation_id=operation, scope_id=scope,
        form_version_id=version, name="Kachin camps, to be reviewed",
    ).pk  # fmt: skip
    _checked(batch, clerk)
    collection.submit_batch(
        [("list-of-beneficiaries.csv", OWN_LIST.encode())], by=clerk, operation_id=operation, scope_id=scope,
        name="A list from a partner",
    )  # fmt: skip
    run_jobs()
