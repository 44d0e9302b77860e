"""What can be wrong with models of matching, and with samples that tell how good they are."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import ProblemKind, declare_problems

# Numbers 1270–1289; the code of a problem keeps its number for ever, so new ones go to the end.
_MODELS = {
    "model_own": (
        _("You trained this version, so you cannot approve it."),
        _("Ask somebody else who may approve models."),
    ),
    "model_thresholds": (
        _("The threshold of probable pairs lies below that of review, or one of them is no possible weight."),
        _("Write weights from {least} to {most}, the probable one not below the other."),
    ),
    "model_same": (_("These are the thresholds that the model has."), _("Change one of them, or leave the version as it is.")),
    "model_outdated": (
        _("This version was made for records as they were compared formerly."),
        _("Train a new version."),
    ),
    "model_twice": (_("A model is not compared with itself."), _("Choose two versions.")),
    "training_poor": (
        _("There are too few people to train a model: {count}, and {least} are needed."),
        _("Use the model that is there until more people are registered."),
    ),
    "sample_size": (_("A sample has from {least} to {most} pairs."), _("Choose a size that two people can judge.")),
    "sample_empty": (
        _("There is no pair to draw: nobody here looks like anybody else."),
        _("Draw a sample when more people are registered."),
    ),
    "sample_closed": (_("This sample is closed."), _("Draw a new one.")),
    "sample_undrawn": (_("The pairs of this sample are not drawn yet."), _("Wait until they are; the work goes on by itself.")),
    "sample_judged": (
        _("You judged this pair already, or it needs no further word."),
        _("Go on to the next pair."),
    ),
    "sample_verdict": (
        _("“{verdict}” is no verdict."),
        _("Say that they are the same person, different people, or that it cannot be said."),
    ),
    "sample_done": (_("No pair of this sample waits for you."), _("Somebody else has to judge what is left.")),
}  # fmt: skip
_STATUS = {"model_own": 403, "model_outdated": 409, "sample_closed": 409, "sample_undrawn": 409, "sample_judged": 409}
_STATUS |= {"sample_done": 404, "training_poor": 409, "sample_empty": 409}

PROBLEMS = declare_problems(
    {
        f"linkage.{name}": ProblemKind(1270 + place, _STATUS.get(name, 422), message, mend)
        for place, (name, (message, mend)) in enumerate(_MODELS.items())
    }
)
