"""Problems of binding questions, of the collection policy, and of logic that cannot be checked."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_KINDS = {
    "gps": _("The question “{question}” asks for an exact position (GPS), which this operation does not collect."),
    "biometrics": _("The question “{question}” asks for biometrics, which this operation does not collect."),
    "ethnicity": _("The question “{question}” asks for ethnicity or tribe, which this operation does not collect."),
    "religion": _("The question “{question}” asks for religion, which this operation does not collect."),
    "political": _("The question “{question}” asks for political opinion, which this operation does not collect."),
    "photo": _("The question “{question}” asks for a picture or recording, which this operation does not collect."),
    "document": _("The question “{question}” asks for an identity document, which this operation does not collect."),
    "phone": _("The question “{question}” asks for a telephone number, which this operation does not collect."),
    "health": _("The question “{question}” asks about health, which this operation does not collect."),
    "disability": _("The question “{question}” asks about disability, which this operation does not collect."),
    "gbv": _("The question “{question}” asks about violence or abuse, which this operation does not collect."),
}
_MEND_KIND = _(
    "Remove the question from the workbook, or ask whoever keeps the collection policy of the operation to allow it. "
    "If it asks something else, give it a name and label that say so."
)
_REQUEST = {
    "question_unknown": (
        _("The form has no question at {path}."),
        _("Load the page again: the version may have changed."),
        422,
    ),
    "field_unknown": (_("The register has no field called {field}."), _("Choose one of the fields offered."), 422),
    "field_unfit": (
        _("The question {path} ({type}) cannot feed {field}."),
        _("Choose a field of another kind, or keep the answers as a further attribute."),
        422,
    ),
    "field_subject": (
        _("The question {path} is not about what {field} is about."),
        _("Questions inside the repeat of the members feed fields of people, the others fields of the household."),
        422,
    ),
    "field_twice": (
        _("More than one question feeds {field}: {paths}."),
        _("Leave the field with one of them and keep the others as further attributes."),
        422,
    ),
    "kind_unknown": (_("No kind of data is called {kind}."), _("Choose among the kinds offered."), 422),
    "logic_unchecked": (
        _("The {part} of “{question}” is not checked: {reason} (character {position})."),
        _("Submissions are taken without that check. Write it in another way if it matters."),
        422,
    ),
    "not_published": (_("This form has no published version to fill."), _("Publish a version first."), 409),
}


def _declared() -> dict[str, ProblemKind]:
    kinds: dict[str, ProblemKind] = {}
    for number, (kind, message) in enumerate(_KINDS.items(), 830):
        kinds[f"forms.asks_{kind}"] = ProblemKind(number=number, status=422, message=message, mend=_MEND_KIND)
    for number, (name, (message, mend, status)) in enumerate(_REQUEST.items(), 845):
        kinds[f"forms.{name}"] = ProblemKind(number=number, status=status, message=message, mend=mend)
    return kinds


BINDING = declare_problems(_declared())
