"""Make the first model of linkage anew, from 80,000 made-up people of whom it is known who is who, and write it into the code.

Not a figure to compare: run it when comparisons or their levels have changed, look at the training report, and run `linkage_accuracy`,
whose people are others. The model is one of version control, so that every installation begins with the same.
"""

import json
import os
from typing import Any

SEED = 11
REVIEW, PROBABLE = -2.0, 3.0


def main(people: int | None = None) -> dict[str, Any]:
    """Train on labels and write engine/first_model.json."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    django.setup()
    import linkage_people

    from banyan.people.linkage import engine
    from banyan.people.linkage.engine.model import FIRST
    from banyan.people.linkage.rules import features

    people = people or int(os.environ.get("BANYAN_BENCH_ROWS", "80000"))
    crowd = linkage_people.crowd(people, SEED)
    trained = engine.train_known(features.wide_of(crowd.people), linkage_people.pairs_of(crowd.truth))
    model = trained.model.with_thresholds(review=REVIEW, probable=PROBABLE)
    FIRST.write_text(json.dumps(_rounded(model.as_json()), ensure_ascii=False, indent=1), encoding="utf-8")
    return {"figure": trained.report["pairs"], "unit": "pairs that taught", "report": trained.report,
            "conditions": {"people": people, "seed": SEED}}  # fmt: skip


def _rounded(value: Any) -> Any:
    """Six digits: what is kept in version control should not change where nothing has."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value
