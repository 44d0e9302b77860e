"""What the access room itself allows, the standing roles, and its problems."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.access.declarations import SIGNED_IN, Module, Permission, Role
from banyan.platform.kernel.problems import ProblemKind, declare_problems

PERMISSIONS = [
    Permission(SIGNED_IN, _("Use pages about oneself")),
    Permission("access.view_account", _("See accounts"), personal=True),
    Permission("access.change_account", _("Invite, change and close accounts"), kind="administer"),
    Permission("access.view_grant", _("See who has which role where"), personal=True),
    Permission("access.change_grant", _("Give and end roles"), kind="administer"),
    Permission("access.change_operation", _("Add and change country operations"), kind="administer"),
    Permission("access.register_area", _("Register areas for access"), kind="administer"),
    Permission("access.view_read_log", _("See who read personal records"), personal=True),
    Permission("access.break_glass", _("Ask for emergency access"), kind="approve", personal=True),
    Permission("access.review_break_glass", _("Review emergency access"), kind="approve", personal=True),
]

ROLES = [
    Role(
        "administrator",
        _("Administrator"),
        description=_("Keeps accounts, roles and operations. Opens no personal records."),
        permissions=(
            "access.view_account",
            "access.change_account",
            "access.view_grant",
            "access.change_grant",
            "access.change_operation",
            "access.register_area",
        ),
        incompatible_with=("auditor", "data-protection-officer"),
        mfa_required=True,
    ),
    Role(
        "data-protection-officer",
        _("Data protection officer"),
        description=_("Watches over who reads personal data and reviews emergency access."),
        permissions=(
            "access.view_account",
            "access.view_grant",
            "access.view_read_log",
            "access.review_break_glass",
        ),
        mfa_required=True,
    ),
    Role(
        "auditor",
        _("Auditor"),
        description=_("Sees accounts, grants, history and the log of reads; changes nothing."),
        permissions=("access.view_account", "access.view_grant", "access.view_read_log"),
        mfa_required=True,
    ),
    Role(
        "information-manager",
        _("Information manager"),
        description=_("Keeps reference data: places, organisations, code lists."),
        permissions=("access.register_area", "access.break_glass"),
    ),
    Role("reader", _("Reader"), description=_("Reads reference data.")),
]

MODULE = Module(
    room="access",
    floor="platform",
    label=_("Accounts and access"),
    url_name="access:accounts",
    permission="access.view_account",
    holds=_("Accounts, the roles they hold and where, access tokens, and the log of who read personal records."),
    restriction="restricted",
    procedure=_("Grants are given by administrators, for a stated area and time, and reviewed every quarter."),
    icon="users",
)

PROBLEMS = declare_problems(
    {
        "access.role_unknown": ProblemKind(
            number=100,
            status=422,
            message=_("There is no role “{role}”."),
            mend=_("Choose one of the roles on the page of roles."),
        ),
        "access.roles_incompatible": ProblemKind(
            number=101,
            status=409,
            message=_("The roles {role} and {other} may not be held by the same person."),
            mend=_("End the role {other} first, or give {role} to somebody else."),
        ),
        "access.grant_dates": ProblemKind(
            number=102,
            status=422,
            message=_("The last day lies before the first day."),
            mend=_("Choose a last day on or after the first day."),
        ),
        "access.grant_exists": ProblemKind(
            number=103,
            status=409,
            message=_("This account already holds this role there."),
            mend=_("End the old grant first if its dates or clearance must change."),
        ),
        "access.grant_beyond_own": ProblemKind(
            number=104,
            status=403,
            message=_("You cannot give access beyond your own area, operation or organisation."),
            mend=_("Choose an area within your own, or ask an administrator with a wider grant."),
        ),
        "access.account_exists": ProblemKind(
            number=105,
            status=409,
            message=_("There is already an account with the address {email}."),
            mend=_("Open that account, or use another address."),
        ),
        "access.own_account": ProblemKind(
            number=106,
            status=409,
            message=_("You cannot close your own account or end your own last administrator role."),
            mend=_("Ask another administrator to do it."),
        ),
        "access.invitation_spent": ProblemKind(
            number=107,
            status=410,
            message=_("This invitation was used already, or its time is over."),
            mend=_("Ask your administrator for a new link."),
        ),
        "access.password_weak": ProblemKind(
            number=108,
            status=422,
            message="{message}",
            mend=_("Take a longer one, for example four unrelated words."),
        ),
        "access.token_expiry": ProblemKind(
            number=109,
            status=422,
            message=_("A token lives between 1 and {days} days."),
            mend=_("Choose a last day within that time."),
        ),
        "access.token_scope": ProblemKind(
            number=110,
            status=422,
            message=_("You do not hold the permission {permission} yourself."),
            mend=_("Choose only permissions that you hold."),
        ),
        "access.reason_short": ProblemKind(
            number=111,
            status=422,
            message=_("The reason is too short: {length} of at least {least} characters."),
            mend=_("Say who is in need of what, and why it cannot wait."),
        ),
        "access.hours": ProblemKind(
            number=112,
            status=422,
            message=_("Emergency access lasts from 1 to {most} hours."),
            mend=_("Choose fewer hours; you can ask again."),
        ),
        "access.own_review": ProblemKind(
            number=113,
            status=403,
            message=_("Nobody reviews their own emergency access."),
            mend=_("Leave the review to another supervisor."),
        ),
        "access.reviewed_already": ProblemKind(
            number=114,
            status=409,
            message=_("This emergency access was reviewed already."),
            mend=_("Open it to see the review."),
        ),
        "access.area_unknown": ProblemKind(
            number=115,
            status=422,
            message=_("There is no area with the code {key}."),
            mend=_("Register the area first, or correct the code."),
        ),
        "access.area_cycle": ProblemKind(
            number=116,
            status=422,
            message=_("The area {key} would lie within itself."),
            mend=_("Correct the parents in the source."),
        ),
        "access.operation_exists": ProblemKind(
            number=117,
            status=409,
            message=_("There is already an operation with the code {operation}."),
            mend=_("Use another code, or change the existing operation."),
        ),
        "access.second_factor_needed": ProblemKind(
            number=118,
            status=403,
            message=_("Your roles ask for a second factor, and none is set up."),
            mend=_("Set up an authenticator app or a passkey in your account, then try again."),
        ),
        "access.token_invalid": ProblemKind(
            number=119,
            status=401,
            message=_("The access token is unknown, expired or revoked."),
            mend=_("Make a new token on the page of your tokens."),
        ),
        "access.forged_request": ProblemKind(
            number=120,
            status=403,
            message=_("The request did not come from a page of this site."),
            mend=_("Load the page again and repeat the change; programs use an access token."),
        ),
        "access.sign_on_refused": ProblemKind(
            number=121,
            status=403,
            message=_("No open account here has an e-mail address that your sign-on provider has confirmed."),
            mend=_("Ask an administrator to invite the address you use there, or the provider to confirm it."),
        ),
    }
)
