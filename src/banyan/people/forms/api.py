"""REST API of forms: what there is, what a version asks, uploading."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from banyan.people.forms import actions, queries
from banyan.people.forms.models import FormVersion
from banyan.people.forms.views import telling
from banyan.platform.access.doors import needs

router = Router(tags=["forms"])
VIEW, CHANGE = "forms.view_form", "forms.change_form"
PAGE = 100


class FormOut(Schema):
    """A form of an operation."""

    id: UUID
    operation_id: UUID
    code: str
    title: str
    purpose: str
    is_active: bool
    current_version_id: UUID | None


class FormsOut(Schema):
    """A page of forms; continue with `after`."""

    items: list[FormOut]
    after: UUID | None


class FormVersionOut(Schema):
    """A version of a form; `counts` is empty while a job converts it."""

    id: UUID
    form_id: UUID
    number: int
    state: str
    file_name: str
    digest: str
    languages: list[str]
    counts: dict[str, Any]
    job: UUID | None
    made_at: datetime
    published_at: datetime | None


class FormFindingOut(Schema):
    """Something wrong, doubtful or better in a form, with its place."""

    severity: str
    code: str
    sheet: str
    row: int
    letter: str
    header: str
    value: str
    told: str
    mend: str


class OfferOut(Schema):
    """A mend that may be accepted by its key, and the cells it would change."""

    key: str
    code: str
    sheet: str
    row: int
    letter: str
    told: str
    stopgap: bool
    count: int
    changes: list[dict[str, Any]]


class ReportOut(FormVersionOut):
    """A version with everything found in it."""

    findings: list[FormFindingOut]
    advice: list[FormFindingOut]
    offers: list[OfferOut]
    mends: list[dict[str, Any]]


class FormUploadIn(Schema):
    """Which operation the form belongs to; code and title are read from the workbook when left empty."""

    operation_id: UUID
    code: str = ""
    title: str = ""
    purpose: str = ""


class MendsIn(Schema):
    """Keys of the offers to accept."""

    keys: list[str]


class BondOut(Schema):
    """What a question feeds: a register field, or a further attribute under its key; neither means that it is not kept."""

    question_path: str
    type: str
    subject: str
    field: str
    extra_key: str
    is_confirmed: bool
    certainty: float
    why: str


class BindingIn(Schema):
    """Question path → key of a register field, "+" (further attribute) or "" (not kept); others stay as they are shown."""

    chosen: dict[str, str] = {}


class PolicyOut(Schema):
    """The kinds of data an operation does not collect, and why."""

    operation_id: UUID
    forbidden: list[str]
    note: str
    changed_by: str
    changed_at: datetime | None


class PolicyIn(Schema):
    """The kinds of data not to collect from now on, and why."""

    forbidden: list[str]
    note: str = ""


def _no_nul(text: str) -> str:
    return text.replace("\x00", "")


def _report(version: FormVersion) -> dict[str, Any]:
    plain = {name: getattr(version, name) for name in FormVersionOut.model_fields}
    return {
        **plain,
        "findings": telling.findings(version.findings),
        "advice": telling.findings(version.advice),
        "offers": telling.offers(version.offers),
        "mends": version.mends,
    }


@router.get("", response=FormsOut, operation_id="forms_list", summary="Forms")
@needs(VIEW)
def list_forms(
    request: HttpRequest, operation_id: UUID | None = None, code: str = "", after: UUID | None = None
) -> Any:
    """Forms of the operations within reach, in the order of their ids."""
    rows = queries.forms(seen_by=request.viewer)
    if operation_id:
        rows = rows.filter(operation=operation_id)
    if code:
        rows = rows.filter(code=_no_nul(code))
    if after:
        rows = rows.filter(id__gt=after)
    found = list(rows.order_by("id").values(*FormOut.model_fields)[: PAGE + 1])
    return {"items": found[:PAGE], "after": found[PAGE - 1]["id"] if len(found) > PAGE else None}


@router.post("", response={201: ReportOut}, operation_id="forms_upload", summary="Upload a form")
@needs(CHANGE)
def upload_form(request: HttpRequest, details: Form[FormUploadIn], file: File[UploadedFile]) -> Any:
    """Take an XLSForm. The answer tells everything found in it; long forms are converted by the job it names."""
    version = actions.upload_form(
        _no_nul(file.name or "form"), file.read(), by=request.viewer, operation_id=details.operation_id,
        code=_no_nul(details.code), title=_no_nul(details.title), purpose=_no_nul(details.purpose),
    )  # fmt: skip
    return Status(201, _report(version))


@router.get("/versions/{uuid:version_id}", response=ReportOut, operation_id="forms_version", summary="One version")
@needs(VIEW)
def get_version(request: HttpRequest, version_id: UUID) -> Any:
    """A version with its findings, advice and the mends offered."""
    return _report(queries.version(version_id, seen_by=request.viewer))


@router.get(
    "/versions/{uuid:version_id}/schema",
    response=dict[str, Any],
    operation_id="forms_schema",
    summary="What a version asks",
)
@needs(VIEW)
def get_schema(request: HttpRequest, version_id: UUID) -> Any:
    """Questions by path, choices, languages, repeats, logic."""
    return queries.schema(version_id, seen_by=request.viewer).to_json()


@router.get("/versions/{uuid:version_id}/xform", operation_id="forms_xform", summary="XForm of a version")
@needs(VIEW)
def get_xform(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The XForm (XML) that ODK Collect, KoBo and Enketo understand."""
    return HttpResponse(
        queries.download(version_id, "xform", seen_by=request.viewer).content, content_type="application/xml"
    )


@router.post(
    "/versions/{uuid:version_id}/mends", response=ReportOut, operation_id="forms_accept_mends", summary="Accept mends"
)
@needs(CHANGE)
def accept_mends(request: HttpRequest, version_id: UUID, accepted: MendsIn) -> Any:
    """Apply offered mends to a draft and examine it again."""
    return _report(actions.accept_mends(version_id, [_no_nul(key) for key in accepted.keys], by=request.viewer))


@router.get(
    "/versions/{uuid:version_id}/binding",
    response=list[BondOut],
    operation_id="forms_binding",
    summary="What questions feed",
)
@needs(VIEW)
def get_binding(request: HttpRequest, version_id: UUID) -> Any:
    """Every question with what it feeds, as confirmed, carried or guessed."""
    return list(queries.binding(version_id, seen_by=request.viewer))


@router.put(
    "/versions/{uuid:version_id}/binding",
    response=list[BondOut],
    operation_id="forms_confirm_binding",
    summary="Confirm what questions feed",
)
@needs(CHANGE)
def confirm_binding(request: HttpRequest, version_id: UUID, given: BindingIn) -> Any:
    """Confirm the whole binding of a version, with these changes."""
    chosen = {_no_nul(path): _no_nul(key) for path, key in given.chosen.items()}
    return list(actions.confirm_binding(version_id, chosen, by=request.viewer).bonds)


@router.get(
    "/policies/{uuid:operation_id}", response=PolicyOut, operation_id="forms_policy", summary="What is not collected"
)
@needs(VIEW)
def get_policy(request: HttpRequest, operation_id: UUID) -> Any:
    """The collection policy of an operation."""
    return queries.policy_record(operation_id, seen_by=request.viewer)


@router.put(
    "/policies/{uuid:operation_id}",
    response=PolicyOut,
    operation_id="forms_change_policy",
    summary="Change what is not collected",
)
@needs("forms.change_policy")
def change_policy(request: HttpRequest, operation_id: UUID, given: PolicyIn) -> Any:
    """Replace the collection policy of an operation."""
    return actions.change_policy(operation_id, given.forbidden, _no_nul(given.note)[:2000], by=request.viewer)


@router.post(
    "/versions/{uuid:version_id}/publish",
    response=FormVersionOut,
    operation_id="forms_publish",
    summary="Publish a version",
)
@needs(CHANGE)
def publish_version(request: HttpRequest, version_id: UUID) -> Any:
    """From now on this version is the one to fill."""
    return actions.publish_version(version_id, by=request.viewer)


@router.get("/{uuid:form_id}", response=FormOut, operation_id="forms_get", summary="One form")
@needs(VIEW)
def get_form(request: HttpRequest, form_id: UUID) -> Any:
    """One form within reach."""
    return queries.form(form_id, seen_by=request.viewer)


@router.get(
    "/{uuid:form_id}/versions",
    response=list[FormVersionOut],
    operation_id="forms_versions",
    summary="Versions of a form",
)
@needs(VIEW)
def list_versions(request: HttpRequest, form_id: UUID) -> Any:
    """The newest first."""
    return list(queries.versions(form_id, seen_by=request.viewer).order_by("-number"))


@router.post(
    "/{uuid:form_id}/versions", response={201: ReportOut}, operation_id="forms_add_version", summary="Upload a version"
)
@needs(CHANGE)
def add_version(request: HttpRequest, form_id: UUID, file: File[UploadedFile]) -> Any:
    """The next version of a form; the same file again is the version it was."""
    version = actions.add_version(form_id, _no_nul(file.name or "form"), file.read(), by=request.viewer)
    return Status(201, _report(version))
