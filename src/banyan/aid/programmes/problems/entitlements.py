"""What can be wrong with entitlements."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# Numbers 1375–1399; the code of a problem keeps its number for ever, so new ones go to the end.
_KINDS = {
    "entitlement_state": (
        _("This computation is {state}; that step does not fit."),
        _("Load it again and see what can be done."),
    ),
    "entitlement_unapproved": (_("These entitlements are not approved."), _("Have somebody else approve them first.")),
    "entitlement_own": (
        _("You made or proposed these entitlements, so somebody else approves them."),
        _("Ask a colleague who may approve."),
    ),
    "entitlement_nobody": (
        _("Nobody is entitled to anything by this computation."),
        _("Look at who is enrolled, at the formula, and at what could not be decided."),
    ),
    "entitlement_unready": (_("These entitlements are still being computed."), _("Wait until the work is done.")),
    "entitlement_taken": (
        _("Of these, {count} are entitled to it already, by a computation approved meanwhile."),
        _("Simulate again: whoever is entitled already is left out."),
    ),
    "entitlement_moved": (
        _("Of the entitlements to be amended, {count} were amended by somebody else meanwhile."),
        _("Start the amendment again from what stands now."),
    ),
    "entitlement_package": (
        _("This package cannot be used for this cycle."),
        _("Choose an approved package of the same programme."),
    ),
    "entitlement_step": (_("Amounts in {currency} cannot be rounded to {step}."), _("Choose a step the currency has.")),
    "entitlement_currency": (
        _("The price list “{name}” is in {first}, the package in {second}."),
        _("Use a price list in the currency of the package."),
    ),
    "entitlement_reason": (_("An amendment needs a reason."), _("Say in a few words what was wrong or changed.")),
    "entitlement_amends": (
        _("Nothing that stands was chosen to be amended."),
        _("Choose entitlements that are approved and stand."),
    ),
}
_STATUS = dict.fromkeys(
    (
        "entitlement_state",
        "entitlement_unapproved",
        "entitlement_own",
        "entitlement_unready",
        "entitlement_taken",
        "entitlement_moved",
    ),
    409,
)

PROBLEMS = declare_problems(
    {
        f"programmes.{name}": ProblemKind(1375 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_KINDS.items())
    }
)
