"""The card of a household on paper."""

from typing import Any, cast, get_args
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from banyan.people.registry import cards, queries
from banyan.people.registry.models import Person
from banyan.people.registry.queries.labels import RELATIONSHIP, SEX
from banyan.people.registry.queries.records import HouseholdRecord, may_here
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

MAY = "registry.print_card"


@needs(MAY)
def card(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """Choose the sheet; then the card as PDF. Printing it is an entry in the log of reads.

    Where a gate of data quality stops the card, the page says what is wrong, with whom, and how a gate is opened.
    """
    viewer = request.viewer
    if request.method == "POST":
        return printed(viewer, household_id, request.POST.get("sheet", "a6"))
    record = _printable(viewer, household_id)
    household = record.household
    back = reverse("registry:household", args=[household.pk])
    trail = [(_("Households"), reverse("registry:households")), (household.reference, back)]
    context = {"household": household, "trail": trail, "cancel_url": back, "stops": _stops(viewer, record)}
    return TemplateResponse(request, "registry/card.html", context)


def _stops(viewer: Viewer, record: HouseholdRecord) -> list[dict[str, Any]]:
    """What stops the card, with the addresses at which each is mended or its gate asked to be opened."""
    may_ask = may_here(viewer, "quality.ask_override", record.household.scope_id)
    return [
        {
            "stop": stop,
            "url": reverse(f"registry:{stop.subject}", args=[stop.record]),
            "change_url": reverse("registry:propose-menu", args=[stop.subject, stop.record]),
            "ask_url": reverse("quality:override-ask", args=[stop.subject, stop.record]) if may_ask else "",
        }
        for stop in queries.card_stops(record, seen_by=viewer)
    ]


def printed(viewer: Viewer, household_id: UUID, sheet: str) -> HttpResponse:
    """The card as PDF, logged. Raises Problem not_found, not_allowed, registry.card_stopped, record_withdrawn and others."""
    record = _printable(viewer, household_id)
    household = record.household
    if sheet not in get_args(cards.Sheet):
        raise Problem("not_found")
    stops = queries.card_stops(record, seen_by=viewer)
    if stops:
        names = {str(finding.label): None for stop in stops for finding in stop.findings}
        raise Problem("registry.card_stopped", checks=", ".join(names))
    try:
        made = cards.as_pdf(_card(record, cast("cards.Sheet", sheet)), cast("cards.Sheet", sheet))
    except cards.FontsMissing:
        raise Problem("registry.fonts_missing") from None
    ids = [household.pk, *(each.person_id for each in record.members)]
    log_read(viewer, kind="export", subject="registry.household", ids=ids, purpose="card")
    response = HttpResponse(made, content_type="application/pdf")
    # The name tells the reference, which the card itself carries; a download must not overwrite another card.
    response["Content-Disposition"] = f'inline; filename="{household.reference}.pdf"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _printable(viewer: Viewer, household_id: UUID) -> HouseholdRecord:
    """A household whose card may be printed by this viewer."""
    record = queries.household_record(household_id, seen_by=viewer)
    household = record.household
    if not may_here(viewer, MAY, household.scope_id):
        raise Problem("not_allowed")
    if household.status == "withdrawn":
        raise Problem("registry.record_withdrawn", reference=household.reference)
    if not record.members:
        raise Problem("registry.card_household_empty")
    return record


def _card(record: HouseholdRecord, sheet: cards.Sheet) -> cards.Card:
    """What the card shows, in the reader's language."""
    household, labels = record.household, record.labels
    head = (record.head or record.members[0]).person
    listed = record.members[: cards.most_members(sheet)]
    missing = len(record.members) - len(listed)
    foot = [_("Printed on %(day)s. This card is no proof of a right to aid.") % {"day": _day(timezone.localdate())}]
    if missing:
        words = ngettext("%(count)s more member is not listed.", "%(count)s more members are not listed.", missing)
        foot.append(words % {"count": missing})
    name, latin = _both(head.full_name, head.name_original)
    return cards.Card(
        reference=household.reference,
        operation=household.operation.name,
        head=name,
        head_latin=latin,
        size=record.composition.size,
        place=" › ".join(name for _key, name in record.path[-2:]),
        registered=_day(household.registered_on),
        members=tuple(
            cards.CardMember(
                number,
                *_both(each.person.full_name, each.person.name_original),
                _("Head") if each.is_head else labels.of(RELATIONSHIP, each.relationship),
                capfirst(labels.of(SEX, each.person.sex)),
                str(each.person.birth_date or ""),
                each.person.reference,
                head=each.is_head,
            )
            for number, each in enumerate(listed, 1)
        ),
        words={
            "title": _("Household card"),
            "reference": _("Household"),
            "size": _("People"),
            "place": _("Place"),
            "registered": _("Registered on"),
            "number": _("No."),
            "name": _("Name"),
            "latin": _("In Latin letters"),
            "relationship": _("Relationship"),
            "sex": _("Sex"),
            "born": _("Born"),
            "person": _("Reference"),
            "no_photo": _("No photo"),
        },
        language=(get_language() or "en").split("-")[0],
        rtl=get_language_bidi(),
        foot=" ".join(foot),
        photo=_photo(head, record),
    )


def _both(full_name: str, original: str) -> tuple[str, str]:
    """The name to read first, and the one in Latin letters where that is another."""
    return (original, full_name) if original and original != full_name else (full_name, "")


def _photo(head: Person, record: HouseholdRecord) -> bytes | None:
    """The head's photo, unless people refused one or it cannot be read."""
    refused = record.notice is not None and record.notice.purposes.get("photo") is False
    if not head.photo or refused:
        return None
    try:
        return vault.fetch(head.photo)
    except (FileNotFoundError, vault.Broken, ValueError):
        return None


def _day(day: object) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""  # type: ignore[arg-type]
