"""What can be wrong with a request about batches, with how to mend it (900–919)."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

PROBLEMS = declare_problems(
    {
        "collection.batch_state": ProblemKind(
            900,
            409,
            _("That cannot be done with a batch that is {state}."),
            _("Open the batch again to see where it stands."),
        ),
        "collection.file_known": ProblemKind(
            901,
            409,
            _("“{file}” was received before, in the batch “{batch}”."),
            _("Open that batch. If the content was meant to differ, export the file again and upload the new one."),
        ),
        "collection.no_file": ProblemKind(902, 422, _("No file was sent."), _("Choose at least one file.")),
        "collection.own_batch": ProblemKind(
            903,
            403,
            _("Who submitted a batch may not accept it in this operation."),
            _("Ask somebody else who may accept submissions to review it."),
        ),
        "collection.review_stale": ProblemKind(
            904,
            409,
            _("The batch was changed since you opened it."),
            _("Open it again, look at what changed, then decide."),
        ),
        "collection.nothing_to_accept": ProblemKind(
            905,
            409,
            _("Nothing in this selection can be accepted."),
            _("Mend the errors first; submissions that are unchanged or decided need nothing."),
        ),
        "collection.area_closed": ProblemKind(
            906,
            403,
            _("You may not submit for this area."),
            _("Choose one of the areas offered, or ask for the role there."),
        ),
        "collection.field_unknown": ProblemKind(
            907, 422, _("The batch has no field “{field}”."), _("Choose one of the fields of its rows.")
        ),
        "collection.submission_decided": ProblemKind(
            908,
            409,
            _("The submission is {decision}; its values are fixed."),
            _("Propose the change at the registered person instead."),
        ),
        "collection.reason_missing": ProblemKind(909, 422, _("A reason is missing."), _("Say in a few words why.")),
        "collection.nothing_proposed": ProblemKind(
            910, 422, _("No other value is proposed for this finding."), _("Correct the value by hand.")
        ),
        "collection.errors_stand": ProblemKind(
            911, 422, _("An error cannot be dismissed."), _("Correct the value, or reject the submission.")
        ),
        "collection.files_destroyed": ProblemKind(
            912,
            410,
            _("The files of this batch were destroyed on {day}."),
            _("Their values are in the batch; ask the submitter for the file itself."),
        ),
        "collection.mapping_incomplete": ProblemKind(
            913,
            422,
            _("No column was chosen for: {what}."),
            _("Choose the column that holds it, or set the table aside."),
        ),
        "collection.nothing_inside": ProblemKind(
            914,
            422,
            _("The files hold no household and no person."),
            _("Look at the mapping: at least one table must hold people or households."),
        ),
        "collection.form_other_operation": ProblemKind(
            915, 422, _("The form belongs to another operation."), _("Choose a form of the operation, or none.")
        ),
        "collection.too_large": ProblemKind(
            916, 413, _("“{file}” is larger than {limit}."), _("Split it and upload the parts.")
        ),
        "collection.comparing": ProblemKind(
            917,
            409,
            _("The people of this batch are still being compared with the register."),
            _("Wait until that is done, or say why it cannot wait."),
        ),
    }
)
