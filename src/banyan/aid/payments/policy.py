"""Who may do what with payments. Whoever prepares a plan never approves, authorises or releases it, and nobody does two of these."""

from itertools import combinations

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import Module, Permission, Role

PERMISSIONS = [
    Permission("payments.view_plan", _("See payment plans, their steps, totals and ledger")),
    Permission("payments.view_line", _("See who is paid what, and whether it arrived"), personal=True),
    # Whoever has any part in a plan holds this one too: row-level security of plans and lines asks for it.
    Permission("payments.move_plan", _("Take part in the steps of payment plans"), kind="change"),
    Permission("payments.prepare_plan", _("Prepare payment plans, send and close them"), kind="change"),
    Permission("payments.approve_plan", _("Approve payment plans that somebody else prepared"), kind="approve"),
    Permission("payments.authorise_plan", _("Authorise payment plans that others approved"), kind="approve"),
    Permission("payments.release_plan", _("Release the funds of authorised payment plans"), kind="approve"),
    Permission("payments.record_outcome", _("Record what arrived, came back or failed"), kind="change"),
    Permission("payments.write_off", _("Write off what was lost"), kind="approve"),
    Permission("payments.hold_payment", _("Hold payments to a person or household, and lift holds"), kind="change"),
    Permission("payments.set_bands", _("Set how many people approve which amounts"), kind="administer"),
    Permission("payments.view_provider", _("See financial service providers and their templates")),
    Permission("payments.manage_provider", _("Keep financial service providers and their templates"), kind="change"),
    Permission("payments.view_account", _("See the accounts to which people are paid"), personal=True),
    Permission(
        "payments.change_account", _("Keep the accounts to which people are paid"), kind="change", personal=True
    ),
    Permission("payments.make_file", _("Make and fetch files for providers"), kind="change", personal=True),
    Permission("payments.reconcile", _("Load what providers report and match it"), kind="change", personal=True),
    Permission("payments.view_distribution", _("See distributions, their lists and stock"), personal=True),
    # Whoever plans or hands out holds this one too: row-level security of distributions asks for it.
    Permission("payments.keep_distribution", _("Take part in distributions"), kind="change"),
    Permission("payments.plan_distribution", _("Plan distributions and keep stock"), kind="change"),
    Permission("payments.hand_out", _("Hand out goods at distributions"), kind="change", personal=True),
    Permission("payments.view_verification", _("See verifications and what people said"), personal=True),
    Permission("payments.verify", _("Draw verifications and note what people said"), kind="change", personal=True),
    Permission("payments.settle_verification", _("Settle mismatches of verifications"), kind="approve"),
]

_SEEING = (
    "codes.view_list",
    "places.view_place",
    "parties.view_organisation",
    "registry.view_person",
    "programmes.view_programme",
    "payments.view_plan",
    "payments.view_provider",
)
_PLANS = (*_SEEING, "programmes.view_entitlement", "payments.view_line", "payments.move_plan")

ROLES = [
    Role(
        "payment-officer",
        _("Payment officer"),
        description=_("Prepares payment plans, sends them to providers and reconciles what these report."),
        permissions=(
            *_PLANS,
            "programmes.view_enrolment",
            "payments.prepare_plan",
            "payments.record_outcome",
            "payments.hold_payment",
            "payments.manage_provider",
            "payments.view_account",
            "payments.change_account",
            "payments.make_file",
            "payments.reconcile",
            "payments.view_distribution",
            "payments.keep_distribution",
            "payments.plan_distribution",
            "payments.view_verification",
        ),
    ),
    Role(
        "payment-approver",
        _("Payment approver"),
        description=_("Approves payment plans that somebody else prepared."),
        permissions=(*_PLANS, "payments.approve_plan"),
        mfa_required=True,
    ),
    Role(
        "payment-authoriser",
        _("Payment authoriser"),
        description=_("Authorises payment plans that others approved, and writes off what was lost."),
        permissions=(*_PLANS, "payments.authorise_plan", "payments.write_off"),
        mfa_required=True,
    ),
    Role(
        "payment-releaser",
        _("Payment releaser"),
        description=_("Releases the funds of payment plans that others prepared, approved and authorised."),
        permissions=(*_PLANS, "payments.release_plan"),
        mfa_required=True,
    ),
    Role(
        "distribution-clerk",
        _("Distribution clerk"),
        description=_("Hands out goods and notes who collected them."),
        permissions=(
            *_SEEING,
            "payments.view_line",
            "payments.view_distribution",
            "payments.keep_distribution",
            "payments.hand_out",
            "payments.record_outcome",
        ),
    ),
    Role(
        "verification-officer",
        _("Verification officer"),
        description=_("Asks people whether what was sent to them arrived."),
        permissions=(
            *_SEEING,
            "payments.view_line",
            "payments.view_verification",
            "payments.verify",
            "payments.settle_verification",
        ),
    ),
]

ROLE_PERMISSIONS = {
    "administrator": ["payments.view_plan", "payments.set_bands", "payments.view_provider"],
    "auditor": ["payments.view_plan", "payments.view_provider"],
    "protection-officer": ["payments.view_plan", "payments.view_line", "payments.hold_payment"],
}

# Four pairs of eyes on every plan; and who handed out does not ask whether it arrived.
INCOMPATIBLE = [
    *combinations(("payment-officer", "payment-approver", "payment-authoriser", "payment-releaser"), 2),
    ("payment-officer", "verification-officer"),
    ("distribution-clerk", "verification-officer"),
]

MODULE = Module(
    room="payments",
    floor="aid",
    label=_("Payments"),
    url_name="payments:home",
    permission="payments.view_plan",
    holds=_("Payment plans, who prepared, approved and released them, what was sent, what arrived and what came back."),
    restriction="restricted",
    procedure=_(
        "Make a plan from approved entitlements. Others approve, authorise and release it. Send it, load what came of it, close it."
    ),
    icon="banknote",
)
