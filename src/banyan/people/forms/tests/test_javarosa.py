"""Expressions as JavaRosa (ODK Collect, KoboCollect) evaluates them.

`javarosa/answers.tsv` records what the JavaRosa 5.1 inside pyxform's ODK Validate answered; where Java is there the
record itself is asked for again. Where we differ, the table says why.
"""

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
import pyxform

from banyan.people.forms.rules.expressions.evaluating import Evaluation
from banyan.people.forms.rules.expressions.instance import Outline, grow
from banyan.people.forms.rules.expressions.parsing import parse
from banyan.people.forms.rules.expressions.tokens import ExpressionError
from banyan.people.forms.rules.expressions.values import to_text
from banyan.people.forms.rules.schema import Question, Schema

HERE = Path(__file__).parent / "javarosa"
JAR = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
RECORD = [line.split("\t") for line in (HERE / "answers.tsv").read_text("utf-8").splitlines()]
NEWER = "in the XLSForm reference of ODK, not in JavaRosa 5.1"
IN_FULL = "large and small numbers are written in full: an answer is no place for 1.0E10"
KINDER = "JavaRosa fails on numbers here; authors mean the text"
PLACES = "the recording context of JavaRosa has no instances to count; in forms it selects by place"
DIFFERENT = {
    "string(10000000000)": IN_FULL,
    "string(0.0001)": IN_FULL,
    "string(123456789.5)": IN_FULL,
    "string(2147483648)": IN_FULL,
    "floor(-2.5)": NEWER,
    "floor(2.7)": NEWER,
    "ceiling(2.1)": NEWER,
    "upper-case('abc')": NEWER,
    "lower-case('ABC')": NEWER,
    "selected(/data/age, '17')": KINDER,
    "selected(/data/age, 17)": KINDER,
    "decimal-time('06:00:00.000+00:00')": KINDER,
    "decimal-time('12:00')": KINDER,
    "position(/data/m[2])": PLACES,
    "/data/m[1]/a": PLACES,
    "/data/missing = ''": "a path to nowhere is a slip of the author, which we name instead of passing it over",
}
TYPES = {
    "age": "integer", "weight": "decimal", "none": "text", "nonum": "integer", "name": "text", "born": "date",
    "needs": "select_multiple", "zero": "integer", "text5": "text", "when": "datetime", "m/a": "integer", "m/b": "text",
}  # fmt: skip
ANSWERS = {
    "age": "17", "weight": "60.5", "name": "Aung San", "born": "1990-05-17", "needs": "a b", "zero": "0", "text5": "5",
    "when": "2024-05-17T10:30:00.000+00:00", "m": [{"m/a": 1, "m/b": "x"}, {"m/a": 3}, {"m/b": "z"}],
}  # fmt: skip
NAMES = {str: "String", float: "Double", bool: "Boolean", datetime: "Date"}


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    questions = tuple(
        Question(path, path.rpartition("/")[2], kind, repeat="m" if "/" in path else "") for path, kind in TYPES.items()
    )
    outline = Outline(Schema("t", "t", repeats=("m",), questions=questions))
    return Evaluation(outline, grow(outline, ANSWERS), datetime.fromisoformat("2024-05-17T10:30:00"))


def ours(evaluation: Evaluation, expression: str) -> tuple[str, str]:
    evaluation.current = at = evaluation.top.children("age")[0]
    try:
        value = evaluation.scalar(parse(expression), at)
    except ExpressionError:
        return "Error", ""
    return NAMES[type(value)], to_text(value)


@pytest.mark.parametrize(("expression", "kind", "value"), RECORD, ids=[line[0] for line in RECORD])
def test_we_answer_as_javarosa_does(evaluation, expression, kind, value):
    agree = ours(evaluation, expression) == (kind, value)
    assert agree is (expression not in DIFFERENT), DIFFERENT.get(expression, ours(evaluation, expression))


def test_no_difference_is_claimed_for_what_was_not_asked():
    assert DIFFERENT.keys() <= {line[0] for line in RECORD}


@pytest.mark.skipif(shutil.which("java") is None, reason="no Java on this machine; the record stands for it")
def test_the_record_is_what_javarosa_says(tmp_path):
    asked = tmp_path / "asked.tsv"
    asked.write_text("".join(f"/data/age\t{line[0]}\n" for line in RECORD), "utf-8")
    command = [
        "java",
        "-Duser.timezone=UTC",
        "-cp",
        str(JAR),
        str(HERE / "Evaluate.java"),
        str(HERE / "form.xml"),
        str(asked),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines() == [f"{kind}\t{value}" for _expression, kind, value in RECORD]
