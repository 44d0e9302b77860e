"""Forms and versions from uploaded workbooks: kept as they came, examined at once or, when they are long, by a job."""

import hashlib
import re
from collections.abc import Callable
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from banyan.people.forms import queries
from banyan.people.forms.models import Form, FormVersion
from banyan.people.forms.rules.checking.naming import tidy
from banyan.people.forms.rules.converting import schema_of
from banyan.people.forms.rules.findings import WARNING
from banyan.people.forms.rules.mending import Offer, offers
from banyan.people.forms.rules.workbook import Workbook
from banyan.people.forms.workbooks.examining import Examination, examine, is_long
from banyan.people.forms.workbooks.reading import read_workbook
from banyan.platform.access.acting import action
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Location, Problem, raise_all

CHANGE = "forms.change_form"
FOLDER = "forms"  # in the vault
MOST_SHOWN = 25  # changes of one offer that are stored to be shown; all are counted
_CODE = re.compile(r"[A-Za-z_][0-9A-Za-z_.-]{0,99}")

Report = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    """Nobody watches."""


@action(CHANGE)
def upload_form(
    name: str, content: bytes, *, by: Viewer, operation_id: UUID, code: str = "", title: str = "", purpose: str = ""
) -> FormVersion:
    """Take a workbook as a form of an operation; code and title come from its settings where they are not given.

    A form of that code which is there already gets a new version. Raises Problem forms.file_… for what is no workbook,
    forms.operation_unknown, forms.code_malformed.
    """
    if operation_id not in {operation.pk for operation in operations_within(CHANGE, seen_by=by)}:
        raise Problem("forms.operation_unknown", at=Location(field="operation"))
    book = read_workbook(name, content)
    schema = schema_of(book, shown_name(name))
    code = code.strip() or tidy(schema.form_id, "form")[:100]
    found = []
    if not _CODE.fullmatch(code):
        found.append(Problem("forms.code_malformed", code=code[:100], at=Location(field="code")))
    raise_all(found)
    form = Form.objects.filter(operation=operation_id, code=code).first()
    if form is None:
        form = Form(operation_id=operation_id, code=code, title=(title.strip() or schema.title)[:200], purpose=purpose)
        form.save(force_insert=True)
    return _version(form, name, content, book, by)


@action(CHANGE)
def add_version(form_id: UUID, name: str, content: bytes, *, by: Viewer) -> FormVersion:
    """Take a workbook as the next version of a form. The same file again is the version it was. Raises Problem forms.file_…"""
    form = queries.form(form_id, seen_by=by, permission=CHANGE)
    return _version(form, name, content, read_workbook(name, content), by)


@action(CHANGE)
def change_form(form_id: UUID, *, by: Viewer, title: str, purpose: str = "", is_active: bool = True) -> Form:
    """Change what a form is called and is for, or put it out of use. Raises Problem not_found, forms.title_empty."""
    form = queries.form(form_id, seen_by=by, permission=CHANGE)
    if not title.strip():
        raise Problem("forms.title_empty", at=Location(field="title"))
    form.title, form.purpose, form.is_active = title.strip()[:200], purpose.strip(), is_active
    form.save()
    return form


@action(CHANGE)
def convert_version(version_id: UUID, *, by: Viewer, report: Report = _quiet) -> FormVersion:
    """Examine a version's workbook, mends included, and store what comes of it. Repeating it changes nothing."""
    version = locked(version_id, by)
    book = read_workbook(version.file_name, vault.fetch(version.mended_file or version.file))
    examined(version, book, report)
    version.save()
    return version


def _version(form: Form, name: str, content: bytes, book: Workbook, by: Viewer) -> FormVersion:
    digest = hashlib.sha256(content).hexdigest()
    # Whoever uploads to the same form waits here: numbers follow each other, and the same file is taken once.
    Form.objects.select_for_update().get(pk=form.pk)
    same = FormVersion.objects.filter(form=form, digest=digest).first()
    if same is not None:
        return same
    last = FormVersion.objects.filter(form=form).aggregate(last=Max("number"))["last"] or 0
    version = FormVersion(
        form=form, number=last + 1, file_name=shown_name(name), file=vault.keep(content, folder=FOLDER), size=len(content),
        digest=digest, made_by=str(by.label),
    )  # fmt: skip
    if not is_long(book):
        examined(version, book)
    version.save(force_insert=True)
    if is_long(book):
        start_conversion(version, by)
    return version


def start_conversion(version: FormVersion, by: Viewer) -> None:
    """Let a job examine a long form; until then it has no counts."""
    version.counts = {}
    label = _("Conversion of the form %(title)s, version %(number)s") % {
        "title": version.form.title,
        "number": version.number,
    }
    version.job = jobs.start("forms.convert_version", by=by, label=label, version=str(version.pk)).pk
    version.save()


def shown_name(name: str) -> str:
    """The name of an uploaded file without folders and control characters."""
    bare = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f]", "", bare)[:255] or "form"


def locked(version_id: UUID, by: Viewer) -> FormVersion:
    """A version to be changed, held against others who would. Raises Problem not_found."""
    found = queries.version(version_id, seen_by=by, permission=CHANGE)
    FormVersion.objects.select_for_update().only("pk").get(pk=found.pk)
    found.refresh_from_db()
    return found


def examined(version: FormVersion, book: Workbook, report: Report = _quiet) -> Examination:
    """Put what comes of a workbook into a version, which is not saved yet."""
    found = examine(book, version.file_name, report)
    schema = found.schema
    version.xform = found.xform
    version.itemsets = found.conversion.itemsets
    version.schema = schema.to_json()
    version.languages = list(schema.languages)
    version.findings = [finding.to_json() for finding in found.findings]
    version.advice = [finding.to_json() for finding in found.advice]
    version.offers = [_stored(offer) for offer in offers(book, found.findings)]
    version.counts = {
        "questions": sum(question.is_answered for question in schema.questions),
        "rows": len(schema.questions),
        "calculations": sum(question.type == "calculate" for question in schema.questions),
        "choices": sum(map(len, schema.choices.values())),
        "lists": len(schema.choices),
        "repeats": len(schema.repeats),
        "languages": len(schema.languages),
        "errors": found.errors,
        "warnings": sum(finding.severity == WARNING for finding in found.findings),
        "advice": len(found.advice),
    }
    return found


def _stored(offer: Offer) -> dict[str, object]:
    return {
        "key": offer.key,
        "code": offer.finding.code,
        "severity": offer.finding.severity,
        "sheet": offer.finding.sheet,
        "row": offer.finding.row,
        "letter": offer.finding.letter,
        "params": offer.finding.params,
        "stopgap": offer.is_stopgap,
        "count": len(offer.changes),
        "changes": [
            {**change.to_json(), "old": change.old[:300], "new": change.new[:300]}
            for change in offer.changes[:MOST_SHOWN]
        ],
    }
