"""The lifecycle of a version of a form: drafted by an upload, published to be filled, retired when it is no longer used."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.forms.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.lifecycles import Lifecycle, Step


class VersionState(StrEnum):
    """Where a version stands. Whether it converts is told by its findings, not here."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


CHANGE = "forms.change_form"
VERSION_STEPS = (
    Step(frozenset({VersionState.DRAFT}), "mend", VersionState.DRAFT, CHANGE),
    Step(frozenset({VersionState.DRAFT, VersionState.RETIRED}), "publish", VersionState.PUBLISHED, CHANGE),
    Step(frozenset({VersionState.DRAFT, VersionState.PUBLISHED}), "retire", VersionState.RETIRED, CHANGE),
)
VERSION_LABELS: dict[str, Promise] = {
    VersionState.DRAFT: _("draft"),
    VersionState.PUBLISHED: _("published"),
    VersionState.RETIRED: _("retired"),
}

VERSION = Lifecycle(VERSION_STEPS, VERSION_LABELS, "forms.version_state")
after, verbs = VERSION.after, VERSION.verbs
