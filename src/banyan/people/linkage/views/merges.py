"""What undoing a merge brings back, and what stayed with the record that remained."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banyan.people.linkage import queries
from banyan.people.registry import queries as register
from banyan.platform.access.viewers import Viewer

Text = str | Promise

_TABLES: dict[str, Text] = {
    "document": gettext_lazy("Documents"),
    "phone": gettext_lazy("Telephones"),
    "need": gettext_lazy("Specific needs"),
    "notice": gettext_lazy("Notices and consent"),
    "membership": gettext_lazy("Memberships of households"),
    "household": gettext_lazy("Households that were left empty"),
    "request": gettext_lazy("Open change requests"),
    "pair": gettext_lazy("Suspected duplicates"),
}


_HOW: dict[str, Text] = {
    "changed": gettext_lazy("%(label)s: %(count)d changed since"),
    "added": gettext_lazy("%(label)s: %(count)d added since"),
    "removed": gettext_lazy("%(label)s: %(count)d no longer there"),
}


def standing(view: Any, viewer: Viewer) -> list[dict[str, Any]]:
    """The merges of a case that undoing takes back, with what comes back."""
    people = {side.person.pk: side.person for side in view.records}
    found = []
    for merge in queries.undo_preview(view.case.pk, seen_by=viewer):
        lost, kept = people.get(merge.merged_id), people.get(merge.survivor_id)
        if lost is None or kept is None:
            continue
        found.append(
            {
                "name": lost.full_name,
                "reference": lost.reference,
                "told": _("Joined to %(name)s (%(reference)s).")
                % {"name": kept.full_name, "reference": kept.reference},
                "restored": _restored(merge),
            }
        )
    return found


def _restored(merge: Any) -> list[str]:
    """What undoing a merge brings back, by kind of row."""
    changes = merge.what.get("changes", [])
    counts: dict[str, int] = {}
    for each in changes:
        counts[each["table"]] = counts.get(each["table"], 0) + 1
    lines = [_("The record itself, with its reference, name and status as they were.")]
    lines += [
        _("%(label)s, as they were: %(count)d.") % {"label": label, "count": counts[table]}
        for table, label in _TABLES.items()
        if table in counts
    ]
    taken = {
        name
        for each in changes
        if each["table"] == "person" and each["id"] == str(merge.survivor_id)
        for name in each["before"]
    }
    if taken:
        lines.append(
            ngettext(
                "%(n)d value of the record that stayed, as it was before.",
                "%(n)d values of the record that stayed, as they were before.",
                len(taken),
            )
            % {"n": len(taken)}
        )
    return lines


def stayed(view: Any, viewer: Viewer) -> list[str]:
    """What the undone merges of a case left with the record that remained, because somebody wrote it after the merge."""
    ids = {side.person.pk for side in view.records}
    counts: dict[tuple[str, str], int] = {}
    for merge in register.merges_of(sorted(ids), seen_by=viewer):
        if merge.undone_at is not None and {merge.survivor_id, merge.merged_id} <= ids:
            for each in merge.kept:
                counts[each["how"], each["table"]] = counts.get((each["how"], each["table"]), 0) + 1
    return [
        str(_HOW[how]) % {"label": _TABLES.get(table, gettext_lazy("Values of the record")), "count": count}
        for (how, table), count in counts.items()
        if how in _HOW
    ]
