"""What can be wrong with providers, their templates and the accounts of people. Numbers 1430–1444."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# The code of a problem keeps its number for ever, so new ones go to the end.
_PROVIDERS = {
    "provider_taken": (_("There is a provider with the code {code} already."), _("Choose another code.")),
    "provider_retired": (_("This provider is not used any more."), _("Choose another one.")),
    "mechanism_unknown": (_("“{mechanism}” is not a way of paying."), _("Choose among: {known}.")),
    "provider_limits": (
        _("The smallest transfer would be larger than the largest one."),
        _("Correct one of the two amounts."),
    ),
    "recipient_unreadable": (
        _("This is not a public key that files can be encrypted with."),
        _("Paste the key that the provider made with age; it begins with age1."),
    ),
    "template_taken": (_("There is a template with the name {name} already."), _("Choose another name.")),
    "source_unknown": (
        _("There is nothing called “{source}” that a provider can be sent."),
        _("Choose among the sources that the page shows: a provider is sent no more than paying needs."),
    ),
    "header_missing": (_("Column {place} has no header."), _("Write the header that the provider expects.")),
    "header_twice": (
        _("Columns {first} and {second} have the same header “{header}”."),
        _("Give each column a header of its own."),
    ),
    "source_missing": (
        _("The columns lack: {sources}."),
        _("Add them: without them what comes back cannot be told apart."),
    ),
    "columns_many": (_("A list can have at most {most} columns."), _("Leave columns out.")),
    "account_unreadable": (
        _("“{number}” cannot be a number of an account of this kind."),
        _("Write it as the provider writes it, with at most 34 letters and digits."),
    ),
    "fee_odd": (_("A fee of {fee} is not possible."), _("Write nothing or more; of percentages at most 100.")),
    "file_format": (_("“{format}” is not a format of files to providers."), _("Choose among: {known}.")),
    "provider_unfit": (
        _("{provider} does not pay by {mechanism} in {currency}."),
        _("Assign another provider, or choose another way of paying."),
    ),
}
_STATUS = {"provider_taken": 409, "provider_retired": 409, "template_taken": 409}

PROBLEMS = declare_problems(
    {
        f"payments.{name}": ProblemKind(1430 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_PROVIDERS.items())
    }
)
