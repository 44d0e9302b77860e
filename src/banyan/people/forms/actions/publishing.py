"""Publishing a version: from then on it is the one to fill; and retiring one."""

from uuid import UUID

from django.utils import timezone

from banyan.people.forms import states
from banyan.people.forms.actions.binding import settle
from banyan.people.forms.actions.policies import hold_to_policy
from banyan.people.forms.actions.uploading import CHANGE, locked
from banyan.people.forms.facts import FormPublished
from banyan.people.forms.models import Form, FormVersion
from banyan.people.forms.states import VersionState
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem


@action(CHANGE)
def publish_version(version_id: UUID, *, by: Viewer) -> FormVersion:
    """Make a version the one to fill. Earlier published versions stay published: what was filled with them still comes in.

    Raises Problem forms.version_converting, forms.version_has_errors, forms.version_state; and, all at once,
    forms.asks_<kind> for every question the operation's collection policy does not allow.
    """
    version = locked(version_id, by)
    target = states.after(version.state, "publish")
    if not version.counts:
        raise Problem("forms.version_converting")
    if version.counts["errors"] or not version.xform:
        raise Problem("forms.version_has_errors", count=version.counts["errors"])
    hold_to_policy(version, by=by)
    version.state = target
    version.published_at = timezone.now()
    version.save()
    settle(version)
    form = Form.objects.select_for_update().get(pk=version.form_id)
    form.current_version = version
    form.save()
    announce(FormPublished(form_id=form.pk, version_id=version.pk), by=by)
    return version


@action(CHANGE)
def retire_version(version_id: UUID, *, by: Viewer) -> FormVersion:
    """Put a version out of use; the newest other published one becomes the one to fill. Raises Problem forms.version_state."""
    version = locked(version_id, by)
    version.state = states.after(version.state, "retire")
    version.save()
    form = Form.objects.select_for_update().get(pk=version.form_id)
    if form.current_version_id == version.pk:
        others = FormVersion.objects.filter(form=form, state=VersionState.PUBLISHED)
        form.current_version = others.order_by("-published_at").first()
        form.save()
    return version
