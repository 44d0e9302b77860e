"""Everything that can be wrong with a request about forms, or with the file of one as a whole."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

_FILE = {
    "file_empty": (_("The file “{file}” is empty."), _("Choose the workbook of the form.")),
    "file_too_large": (
        _("The file “{file}” is larger than {limit} megabytes."),
        _("Remove pictures and sheets that are not part of the form."),
    ),
    "file_unknown": (
        _("“{file}” is not a workbook: {reason}."),
        _("Save the form as an Excel workbook (.xlsx) and upload that."),
    ),
    "file_protected": (
        _("“{file}” is protected by a password."),
        _("Remove the password in Excel (File, Info, Protect Workbook) and upload it again."),
    ),
    "file_broken": (
        _("“{file}” is damaged: {reason}"),
        _("Open it in Excel or LibreOffice, save it anew and upload that."),
    ),
    "file_too_old": (
        _("“{file}” is a workbook of Excel 4 or older, which nothing reads any more."),
        _("Open it in LibreOffice, save it as .xlsx and upload that."),
    ),
    "file_no_survey": (
        _("“{file}” has no sheet called “survey” (sheets: {sheets})."),
        _("An XLSForm has its questions in a sheet called “survey”. Rename that sheet, or choose another file."),
    ),
    "file_too_many_cells": (
        _("“{file}” has more than {limit} filled cells."),
        _("Long lists of choices belong in a CSV file beside the form (select_one_from_file)."),
    ),
}
_REQUEST = {
    "version_state": (
        _("This version is {state}; that step does not fit."),
        _("Open the version and see what can be done next."),
        409,
    ),
    "version_has_errors": (
        _("This version has {count} errors and cannot be published."),
        _("Mend what the report lists, or accept the mends offered, then publish."),
        409,
    ),
    "version_converting": (
        _("This version is still being converted."),
        _("Wait until its job has ended, then try again."),
        409,
    ),
    "title_empty": (_("The form has no title."), _("Write what it is called."), 422),
    "code_malformed": (
        _("“{code}” cannot be the code of a form."),
        _("Use letters, digits, dashes, dots and underscores, at most 100; begin with a letter or underscore."),
        422,
    ),
    "operation_unknown": (
        _("There is no such operation, or you may not change its forms."),
        _("Choose one of the operations offered."),
        422,
    ),
    "mend_unknown": (
        _("The mend {mend} is not offered for this version any more."),
        _("Load the version again and choose from what is offered now."),
        409,
    ),
    "nothing_chosen": (_("Nothing was chosen."), _("Choose at least one of the mends."), 422),
    "versions_differ": (
        _("The two versions belong to different forms."),
        _("Choose two versions of the same form."),
        422,
    ),
    "not_converted": (
        _("This version could not be converted, so there is no XForm of it."),
        _("Mend its errors first."),
        409,
    ),
}


def _declared() -> dict[str, ProblemKind]:
    kinds: dict[str, ProblemKind] = {}
    for number, (name, (message, mend)) in enumerate(_FILE.items(), 800):
        kinds[f"forms.{name}"] = ProblemKind(number=number, status=422, message=message, mend=mend)
    for number, (name, (message, mend, status)) in enumerate(_REQUEST.items(), 810):
        kinds[f"forms.{name}"] = ProblemKind(number=number, status=status, message=message, mend=mend)
    return kinds


REQUESTS = declare_problems(_declared())
