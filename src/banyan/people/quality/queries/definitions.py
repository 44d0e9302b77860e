"""Which checks are in force in an operation: definitions as computed, with what the operation set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise

from banyan.people.quality.declarations import DIMENSIONS, Check, Param, ParamValue, declared, value_of
from banyan.people.quality.models import Baseline, CheckSetting, Definition, OwnCheck, OwnCheckVersion, Target
from banyan.people.quality.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

VIEW = "quality.view_check"
NO_BIT = -1


@dataclass(frozen=True)
class CheckInForce:
    """A check as an operation asks it: the definition computed, its words, and what the operation set.

    bit is NO_BIT as long as the check was never computed. since: from when on it is computed for this operation.
    """

    key: str
    version: int
    number: int
    label: str | Promise
    about: str | Promise
    dimension: str
    subject: str
    eligible: str
    failed: str
    gate: bool
    protects: bool
    own: bool
    enabled: bool
    score: str
    target: Decimal
    weight: Decimal
    mandatory: bool = False
    params: tuple[Param, ...] = ()
    values: Mapping[str, ParamValue] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    bit: int = NO_BIT
    definition_id: UUID | None = None
    since: date | None = None
    overlap: int | None = None

    @property
    def predicate(self) -> str:
        """What is wrong, in CEL; made from the mandatory fields where the check is about them."""
        return " || ".join(f"!has({name})" for name in self.fields) if self.mandatory else self.failed

    @property
    def asked(self) -> bool:
        """Whether it is computed at all: enabled, and with something to ask."""
        return self.enabled and bool(self.predicate)


def checks(operation_id: UUID, *, seen_by: Viewer, subject: str = "") -> list[CheckInForce]:
    """The checks of an operation by number, own ones last; those switched off too. Needs quality.view_check."""
    seen_by.require(VIEW)
    return [one for one in _in_force(operation_id, subject) if one.overlap is None]


def check(operation_id: UUID, key: str, *, seen_by: Viewer) -> CheckInForce:
    """One check of an operation. Raises Problem quality.check_unknown."""
    found = next((one for one in checks(operation_id, seen_by=seen_by) if one.key == key), None)
    if found is None:
        raise Problem("quality.check_unknown", key=key)
    return found


def computed(operation_id: UUID, *, seen_by: Viewer, subject: str = "") -> list[CheckInForce]:
    """What the engine computes for an operation: what is asked and has a bit; during an overlap the former version too.

    Gates and record pages need it of whoever stands before them, so it asks no permission: it holds no findings.
    """
    seen_by.require("access.sign_in")
    return [one for one in _in_force(operation_id, subject) if one.asked and one.bit != NO_BIT]


def definitions(key: str, *, seen_by: Viewer) -> QuerySet[Definition]:
    """Every version of a check that was computed, newest first."""
    seen_by.require(VIEW)
    return Definition.objects.filter(key=key).order_by("-version")


def targets(operation_id: UUID, key: str, *, seen_by: Viewer) -> QuerySet[Target]:
    """The targets that an operation set for a check, newest first."""
    seen_by.require(VIEW)
    return Target.objects.filter(operation=operation_id, check_key=key).order_by("-valid_from")


def setting(operation_id: UUID, key: str, *, seen_by: Viewer) -> CheckSetting:
    """What an operation set about a check; an unsaved one when it set nothing."""
    seen_by.require(VIEW)
    found = CheckSetting.objects.filter(operation=operation_id, check_key=key).first()
    return found or CheckSetting(operation_id=operation_id, check_key=key)


def own_checks(operation_id: UUID, *, seen_by: Viewer) -> QuerySet[OwnCheck]:
    """The checks that an operation wrote itself, newest first."""
    seen_by.require(VIEW)
    return OwnCheck.objects.filter(operation=operation_id).order_by("-made_at")


def own_check(check_id: UUID, *, seen_by: Viewer) -> OwnCheck:
    """One own check. Raises Problem not_found."""
    seen_by.require(VIEW)
    found = OwnCheck.objects.filter(pk=check_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def own_versions(check_id: UUID, *, seen_by: Viewer) -> QuerySet[OwnCheckVersion]:
    """The versions of an own check, newest first."""
    seen_by.require(VIEW)
    return OwnCheckVersion.objects.filter(own=check_id).order_by("-number")


def _in_force(operation_id: UUID, subject: str) -> list[CheckInForce]:
    """Live definitions and those in overlap, and declared checks that were never computed."""
    begun = Baseline.objects.filter(operation=operation_id, definition=OuterRef("pk")).values("since")
    rows = list(
        Definition.objects.filter(
            Q(operation=None) | Q(operation=operation_id), state__in=["live", "overlap"]
        ).annotate(begun=Subquery(begun[:1]))
    )
    settings = {one.check_key: one for one in CheckSetting.objects.filter(operation=operation_id)}
    aims = _targets(operation_id)
    written = _written(operation_id) if any(row.operation_id for row in rows) else {}
    found = []
    current = {row.key: row.version for row in rows if row.state == "live"}
    for row in rows:
        words = (
            declared().checks.get(row.key) if row.operation_id is None else _own(written.get((row.key, row.version)))
        )
        if words is not None:
            found.append(_joined(row, words, settings.get(row.key), aims, current))
    known = {row.key for row in rows}
    found += [
        _joined(None, one, settings.get(key), aims, current)
        for key, one in declared().checks.items()
        if key not in known
    ]
    order = list(DIMENSIONS)
    found.sort(
        key=lambda one: (one.own, one.number == 0, one.number, order.index(one.dimension), one.key, -one.version)
    )
    return [one for one in found if not subject or one.subject == subject]


def _written(operation_id: UUID) -> dict[tuple[str, int], OwnCheckVersion]:
    """The words of the operation's own checks, by key and version."""
    rows = OwnCheckVersion.objects.filter(own__operation=operation_id, state__in=["live", "retired"])
    return {(one.own.key, one.number): one for one in rows.select_related("own")}


def _own(version: OwnCheckVersion | None) -> Check | None:
    if version is None:
        return None
    return Check(
        key=version.own.key, number=0, label=version.label, about=version.about,
        dimension=version.own.dimension,  # type: ignore[arg-type]  # one of DIMENSIONS: actions see to that
        subject=version.own.subject, failed=version.failed, eligible=version.eligible, target=version.target,
        weight=version.weight, gate=version.gate, version=version.number, protects=version.protects,
    )  # fmt: skip


def _joined(
    row: Any, words: Check, set_to: CheckSetting | None, aims: Mapping[str, Target],
    current: Mapping[str, int],
) -> CheckInForce:  # fmt: skip
    aim = aims.get(words.key)
    stored: dict[str, Any] = set_to.params if set_to else {}
    return CheckInForce(
        key=words.key,
        version=row.version if row else words.version,
        number=words.number,
        label=words.label,
        about=words.about,
        dimension=words.dimension,
        subject=words.subject,
        eligible=row.eligible if row else words.eligible,
        failed=row.failed if row else words.failed,
        gate=words.gate,
        protects=row.protects if row else words.protects,
        own=bool(row and row.operation_id),
        enabled=set_to.enabled if set_to else True,
        score=words.score,
        target=aim.target if aim else words.target,
        weight=aim.weight if aim else words.weight,
        mandatory=words.mandatory,
        params=words.params,
        values={one.name: value_of(one, stored.get(one.name)) for one in words.params},
        fields=tuple(set_to.fields) if set_to else (),
        bit=row.bit if row else NO_BIT,
        definition_id=row.pk if row else None,
        since=row.begun if row else None,
        overlap=current.get(row.key) if row and row.state == "overlap" else None,
    )


def _targets(operation_id: UUID) -> dict[str, Target]:
    """The target now valid for each check that has one."""
    begun = Target.objects.filter(operation=operation_id, valid_from__lte=timezone.localdate()).order_by("valid_from")
    return {one.check_key: one for one in begun}
