"""Why two records look alike, in words, by the model that weighed them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.utils.functional import Promise

from banyan.people.linkage import engine, wording
from banyan.people.linkage.models import LinkageModel, Pair
from banyan.platform.access.viewers import Viewer


@dataclass(frozen=True)
class Line:
    """One comparison in words, and how much it says for (above 0) or against."""

    comparison: str
    words: str | Promise
    weight: float


class Explainer:
    """Explains pairs; each model is read once."""

    def __init__(self, *, seen_by: Viewer) -> None:
        seen_by.require("linkage.view_case")
        self._read: dict[UUID | None, tuple[dict[str, list[str]], dict[str, list[float]]]] = {}

    def lines(self, pair: Pair) -> Sequence[Line]:
        """What speaks for and against it, the strongest first."""
        names, weights = self._model(pair.model_id)
        # Weighed by comparisons of formerly, or by nobody: the next run tells.
        if len(pair.levels) != len(names) or any(
            level >= len(words) for level, words in zip(pair.levels, names.values(), strict=True)
        ):
            return []
        return [Line(*each) for each in wording.lines(pair.levels, names, weights)]

    def _model(self, model_id: UUID | None) -> tuple[dict[str, list[str]], dict[str, list[float]]]:
        """Names of levels and their weights in the model by which a pair was weighed."""
        if model_id not in self._read:
            row = LinkageModel.objects.filter(pk=model_id).first() if model_id else None
            model = engine.Model.from_json(row.settings) if row else _shipped()
            self._read[model_id] = engine.level_names(model), engine.weights(model)
        return self._read[model_id]


@lru_cache(maxsize=1)
def _shipped() -> engine.Model:
    return engine.first_model()
