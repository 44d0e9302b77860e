"""An operation's own checks: written, tried on real records, set live by somebody else, retired."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.people.quality import queries
from banyan.people.quality.actions.defining import keep_definition
from banyan.people.quality.actions.passing import start_pass
from banyan.people.quality.declarations import DIMENSIONS, Check, declared
from banyan.people.quality.facts import OwnCheckPublished, OwnCheckRetired
from banyan.people.quality.models import Definition, OwnCheck, OwnCheckVersion
from banyan.people.quality.states import PUBLISH, WRITE, OwnState, advance_own
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import subjects
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem, raise_all

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_FIELDS = ("label", "about", "eligible", "failed", "target", "weight", "gate", "protects")
_STANDARD: Mapping[str, Any] = {"target": Decimal(95), "weight": Decimal(1), "gate": False, "protects": False}


@action(WRITE)
def make_own_check(
    operation_id: UUID, key: str, *, by: Viewer, subject: str, dimension: str, label: str, failed: str, **more: Any
) -> OwnCheck:
    """Write an own check, as a draft. more: about, eligible, target, weight, gate, protects.

    Raises every fault at once: quality.own_key_malformed, own_key_taken, own_incomplete, the Problems of criteria.
    """
    found = []
    if not _KEY.fullmatch(key):
        found.append(Problem("quality.own_key_malformed", key=key, at=Location(field="key")))
    elif key in declared().checks or OwnCheck.objects.filter(key=key).exists():
        found.append(Problem("quality.own_key_taken", key=key, at=Location(field="key")))
    if subject not in subjects() or dimension not in DIMENSIONS or not label.strip() or not failed.strip():
        found.append(Problem("quality.own_incomplete"))
    raise_all(found)
    own = OwnCheck(
        operation_id=operation_id,
        key=key,
        subject=subject,
        dimension=dimension,
        made_by=by.id,
        made_by_label=str(by.label)[:200],
    )
    said = {**_STANDARD, "label": label, "failed": failed, **more}
    _readable(own, said)
    own.save(force_insert=True)
    _version(own, 1, said, "", by)
    return own


@action(WRITE)
def change_own_check(check_id: UUID, *, by: Viewer, note: str = "", **said: Any) -> OwnCheckVersion:
    """Write it otherwise: an open version is rewritten and has to be tested again, a live one gets a new version beside it.

    Raises Problem not_found, quality.own_incomplete, the Problems of criteria.
    """
    own = queries.own_check(check_id, seen_by=by)
    latest = own.versions.order_by("-number").first()
    assert latest is not None  # noqa: S101 — a check is made with its first version
    whole = {**{name: getattr(latest, name) for name in _FIELDS}, **{k: v for k, v in said.items() if k in _FIELDS}}
    if not str(whole["label"]).strip() or not str(whole["failed"]).strip():
        raise Problem("quality.own_incomplete")
    _readable(own, whole)
    if latest.state in (OwnState.LIVE, OwnState.RETIRED):
        return _version(own, latest.number + 1, whole, note, by)
    latest.state = advance_own(latest.state, "write")
    for name, value in whole.items():
        setattr(latest, name, value)
    latest.made_by, latest.made_by_label, latest.note = by.id, str(by.label)[:200], note.strip()[:300]
    latest.tested_at = latest.tested_failed = latest.tested_eligible = None
    latest.save()
    return latest


@action(WRITE)
def test_own_check(version_id: UUID, *, by: Viewer) -> queries.Bench:
    """Try a version on the records that `by` sees, and note what it found; then it may be set live.

    Raises Problem not_found, quality.own_state, not_allowed.
    """
    row = _row(version_id)
    row.state = advance_own(row.state, "test")
    found = queries.bench(
        row.own.operation_id,
        row.own.subject,
        eligible=row.eligible,
        failed=row.failed,
        protects=row.protects,
        seen_by=by,
    )
    row.tested_at, row.tested_failed, row.tested_eligible = timezone.now(), found.failed, found.eligible
    row.save()
    return found


@action(PUBLISH)
def publish_own_check(version_id: UUID, *, by: Viewer) -> OwnCheckVersion:
    """Set a tested version live, and have the operation looked over; the version before it is computed beside it for a while.

    Raises Problem not_found, quality.own_state, own_maker, no_bit_left. Announces OwnCheckPublished.
    """
    row = _row(version_id)
    row.state = advance_own(row.state, "publish")
    if row.made_by == by.id:
        raise Problem("quality.own_maker")
    row.live_by, row.live_by_label, row.live_at = by.id, str(by.label)[:200], timezone.now()
    for former in row.own.versions.filter(state=OwnState.LIVE):
        former.state, former.retired_at = advance_own(former.state, "retire"), timezone.now()
        former.save(update_fields=["state", "retired_at"])
    row.save()
    check = Check(
        key=row.own.key, number=0, label=row.label, about=row.about,
        dimension=row.own.dimension,  # type: ignore[arg-type]  # seen to when it was made
        subject=row.own.subject, failed=row.failed, eligible=row.eligible, gate=row.gate, version=row.number,
        protects=row.protects,
    )  # fmt: skip
    # Versions are numbered one by one, so the definition's number is the version's.
    keep_definition(check, since=timezone.localdate(), by=by, operation_id=row.own.operation_id)
    announce(OwnCheckPublished(version_id=row.pk, operation_id=row.own.operation_id), by=by)
    start_pass(row.own.operation_id, by=by)
    return row


@action(PUBLISH)
def retire_own_check(check_id: UUID, *, by: Viewer) -> OwnCheck:
    """Ask it no longer; its scores stay readable. Raises Problem not_found, quality.own_state. Announces OwnCheckRetired."""
    own = queries.own_check(check_id, seen_by=by)
    row = own.versions.filter(state=OwnState.LIVE).first() or own.versions.order_by("-number").first()
    assert row is not None  # noqa: S101 — a check is made with its first version
    row.state, row.retired_at = advance_own(row.state, "retire"), timezone.now()
    row.save(update_fields=["state", "retired_at"])
    Definition.objects.filter(key=own.key).exclude(state="retired").update(state="retired", until=timezone.localdate())
    announce(OwnCheckRetired(check_id=own.pk, operation_id=own.operation_id), by=by)
    start_pass(own.operation_id, by=by)
    return own


def _row(version_id: UUID) -> OwnCheckVersion:
    found = OwnCheckVersion.objects.select_related("own").select_for_update().filter(pk=version_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def _readable(own: OwnCheck, said: Mapping[str, Any]) -> None:
    """Raises the Problems of criteria for a text that cannot be read."""
    queries.Plan.reads(
        own.operation_id, own.subject, eligible=str(said.get("eligible", "")), failed=str(said["failed"]),
        protects=bool(said["protects"]),
    )  # fmt: skip


def _version(own: OwnCheck, number: int, said: Mapping[str, Any], note: str, by: Viewer) -> OwnCheckVersion:
    fields = {name: said[name] for name in _FIELDS if name in said}
    return OwnCheckVersion.objects.create(
        own=own, number=number, made_by=by.id, made_by_label=str(by.label)[:200], note=note.strip()[:300], **fields
    )
