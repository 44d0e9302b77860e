"""How history speaks: sentences and names of causes."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from banyan.platform.history.models import Kind


def action_label(kind: Kind, thing: str) -> str:
    """What was done, as it stands behind the name of who did it."""
    if kind == Kind.INSERT:
        return _("added %(thing)s") % {"thing": thing}
    if kind == Kind.DELETE:
        return _("deleted %(thing)s") % {"thing": thing}
    return _("changed %(thing)s") % {"thing": thing}


def cause_label(cause: str) -> str:
    """The kind of cause as a person reads it ("import:0198…" → "an import"); unknown kinds stay as they are."""
    kind, _colon, rest = cause.partition(":")
    known = {
        "import": _("an import"),
        "form": _("a form"),
        "api": _("the API"),
        "change": _("a change request"),
        "merge": _("a merge"),
        "unmerge": _("an undone merge"),
        "job": _("a background job"),
        "page": _("a page"),
        "demo": _("the demonstration data"),
        "command": _("the command line"),
    }
    return known.get(kind, cause if not rest else kind)


def system_label(name: str) -> str:
    """The system as an actor."""
    known = {"migration": _("the installation"), "nightly": _("the nightly run"), "demo": _("the demonstration")}
    return known.get(name, _("the system (%(name)s)") % {"name": name})


def actor_label(actor: str) -> str:
    """An actor that is not a person: the system, or somebody who never proved who they are."""
    return system_label(actor.removeprefix("system:")) if actor.startswith("system:") else _("somebody unknown")


def sentence(actor: str, action: str, changes: Sequence[tuple[str, str, str]], cause: str) -> str:
    """One sentence: "Daw Aye changed place: Name from “Akyab” to “Sittwe”, by an import."."""
    parts = []
    for label, old, new in changes:
        values = {"label": label, "old": old, "new": new}
        if old and new:
            parts.append(_("%(label)s from “%(old)s” to “%(new)s”") % values)
        elif new:
            parts.append(_("%(label)s “%(new)s”") % values)
        else:
            parts.append(_("%(label)s “%(old)s” removed") % values)
    values = {
        "actor": actor,
        "action": action,
        "changes": pgettext("between changes", "; ").join(parts),
        "cause": cause,
    }
    if parts and cause:
        return _("%(actor)s %(action)s: %(changes)s, by %(cause)s.") % values
    if parts:
        return _("%(actor)s %(action)s: %(changes)s.") % values
    if cause:
        return _("%(actor)s %(action)s, by %(cause)s.") % values
    return _("%(actor)s %(action)s.") % values
