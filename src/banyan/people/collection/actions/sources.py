"""Sources: where submissions come from, with the secrets of fetching and of hooks locked away."""

import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.people.collection import sources as reading
from banyan.people.collection.actions.receiving import add_to_day
from banyan.people.collection.models import Batch, Source, SourceKind
from banyan.people.collection.servers import check_server
from banyan.people.forms import queries as forms
from banyan.platform.access import queries as access
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Location, Problem, raise_all

CHANGE = "collection.change_source"
SYSTEM = system_viewer("collection")
LARGEST_HOOK = 5_000_000
_NOBODY = "0" * 43


@dataclass(frozen=True)
class SourceDraft:
    """What a person writes about a source. `token` None leaves the stored one; working_scope None = the whole operation."""

    operation_id: UUID
    name: str
    kind: str
    form_id: UUID | None = None
    server_url: str = ""
    asset_uid: str = ""
    token: str | None = None
    working_scope: int | None = None
    fetches_hourly: bool = False
    is_active: bool = True


@action(CHANGE)
def save_source(draft: SourceDraft, *, by: Viewer, source_id: UUID | None = None) -> Source:
    """Add a source or change it. Raises Problems for every entry that does not fit, all at once."""
    operations = {each.pk for each in access.operations_within(CHANGE, seen_by=by)}
    if draft.operation_id not in operations:
        raise Problem("not_allowed", permission=CHANGE)
    if source_id is None:
        source = Source(operation_id=draft.operation_id, made_by=str(by.label))
    else:
        source = _own_source(source_id, by)
        if source.operation_id != draft.operation_id:
            raise Problem("not_found")
    _check_draft(draft, source, by)
    source.form_id, source.name, source.kind = draft.form_id, draft.name.strip(), draft.kind
    source.server_url = check_server(draft.server_url) if draft.server_url.strip() else ""
    source.asset_uid = draft.asset_uid.strip()
    source.working_scope, source.is_active = draft.working_scope, draft.is_active
    source.fetches_hourly = draft.fetches_hourly and draft.kind == SourceKind.KOBO
    if draft.token:
        source.token_locked = vault.lock_text(draft.token.strip(), about=f"token:{source.pk}")
    source.save()
    return source


@action(CHANGE)
def renew_hook(source_id: UUID, *, by: Viewer) -> str:
    """A new secret for the hook of a source, given back this once; the former one opens nothing any more."""
    source = _own_source(source_id, by)
    secret = secrets.token_urlsafe(32)
    source.hook_secret_locked = vault.lock_text(secret, about=f"hook:{source.pk}")
    source.save()
    return secret


@action("collection.submit_batch")
def start_pull(source_id: UUID, *, by: Viewer) -> UUID:
    """Fetch what is new or changed on the server, in the background; returns the job. Raises Problem collection.source_incomplete."""
    source = Source.objects.filter(pk=source_id).first()
    operations = {each.pk for each in access.operations_within("collection.submit_batch", seen_by=by)}
    if source is None or source.operation_id not in operations:
        raise Problem("not_found")
    require_complete(source)
    return jobs.start("collection.pull_source", by=by, label=source.name, source=str(source.pk)).pk


def require_complete(source: Source) -> None:
    """Raises Problem collection.source_incomplete unless everything is there that fetching needs."""
    lacking = {"server_url": source.server_url, "asset_uid": source.asset_uid, "token": source.token_locked}
    raise_all(
        Problem(
            "collection.source_incomplete",
            what=_verbose(name) if name != "token" else _("token"),
            at=Location(field=name),
        )
        for name, value in lacking.items()
        if not value
    )


def token_of(source: Source) -> str:
    """The token that fetches for a source; never shown, never logged."""
    return vault.unlock_text(source.token_locked, about=f"token:{source.pk}")


def working_scope_of(source: Source, by: Viewer) -> int:
    """The scope in which batches of a source are made."""
    return source.working_scope or access.operation_scope(source.operation_id, seen_by=by)


def hooked_source(source_id: UUID, secret: str) -> Source:
    """The source whose hook a secret opens. Raises Problem collection.hook_refused, after the same work whatever is wrong."""
    with viewing(SYSTEM):
        source = Source.objects.filter(pk=source_id, is_active=True).first()
    known = _NOBODY
    if source is not None and source.hook_secret_locked:
        known = vault.unlock_text(source.hook_secret_locked, about=f"hook:{source.pk}")
    fits = hmac.compare_digest(known.encode(), secret.encode())
    if source is None or not fits or known == _NOBODY:
        raise Problem("collection.hook_refused")
    return source


def take_hooked(source: Source, content: bytes) -> Batch | None:
    """Keep what a server sent as part of the day's batch of the source; None when the very same was received before.

    Raises Problem collection.hook_unreadable for what is no submission.
    """
    try:
        found = reading.read(content, "submission")
    except reading.Unreadable as error:
        raise Problem("collection.hook_unreadable", reason=error.reason) from None
    ending = "xml" if found.kind == "xml" else "json"
    if found.kind not in ("xml", "kobo-json"):
        raise Problem("collection.hook_unreadable", reason="")
    stamp = timezone.now().strftime("%Y%m%dT%H%M%S%f")
    with viewing(SYSTEM):
        return add_to_day(
            [(f"{stamp}.{ending}", content)],
            by=SYSTEM,
            operation_id=source.operation_id,
            scope_id=working_scope_of(source, SYSTEM),
            kind=SourceKind.HOOK,
            source_id=source.pk,
            form_version_id=version_for(source),
        )


def version_for(source: Source) -> UUID | None:
    """The version of the source's form that is in use now."""
    if source.form_id is None:
        return None
    with viewing(SYSTEM):
        current = forms.current_version(source.form_id, seen_by=SYSTEM)
    return current.pk if current is not None else None


def _own_source(source_id: UUID, by: Viewer) -> Source:
    operations = [each.pk for each in access.operations_within(CHANGE, seen_by=by)]
    source = Source.objects.select_for_update().filter(pk=source_id, operation__in=operations).first()
    if source is None:
        raise Problem("not_found")
    return source


def _check_draft(draft: SourceDraft, source: Source, by: Viewer) -> None:
    faults: list[Problem] = []
    if not draft.name.strip():
        faults.append(Problem("collection.source_incomplete", what=_verbose("name"), at=Location(field="name")))
    elif Source.objects.filter(operation_id=draft.operation_id, name=draft.name.strip()).exclude(pk=source.pk).exists():
        faults.append(Problem("conflict", at=Location(field="name")))
    if draft.kind not in SourceKind.values:
        faults.append(Problem("collection.source_incomplete", what=_verbose("kind"), at=Location(field="kind")))
    if draft.kind == SourceKind.KOBO:
        for name, value in (("server_url", draft.server_url), ("asset_uid", draft.asset_uid)):
            if not value.strip():
                faults.append(Problem("collection.source_incomplete", what=_verbose(name), at=Location(field=name)))
    if draft.server_url.strip():
        try:
            check_server(draft.server_url)
        except Problem as problem:
            faults.append(problem.placed(Location(field="server_url")))
    if draft.form_id is not None and forms.form(draft.form_id, seen_by=by).operation_id != draft.operation_id:
        faults.append(Problem("collection.form_other_operation", at=Location(field="form")))
    if draft.working_scope is not None and not _covers(draft, by):
        faults.append(Problem("collection.area_closed", at=Location(field="working_scope")))
    raise_all(faults)


def _covers(draft: SourceDraft, by: Viewer) -> bool:
    reach = by.reach(CHANGE)
    reached = reach.everything or draft.working_scope in reach.scopes
    return reached and draft.working_scope in access.operation_scopes(draft.operation_id, seen_by=by).values()


def _verbose(name: str) -> str:
    return str(getattr(Source._meta.get_field(name), "verbose_name", name))
