"""What tests of access's actions share: the expectation of being refused."""

from typing import Any

import pytest

from banyan.platform.kernel.problems import Problem


def codes(problem: Problem) -> list[str]:
    return [error.code for error in problem.errors] or [problem.code]


def refused(*expected: str) -> Any:
    class Refused:
        def __enter__(self) -> None:
            self.caught = pytest.raises(Problem)
            self.info = self.caught.__enter__()

        def __exit__(self, *error: Any) -> bool:
            result = self.caught.__exit__(*error)
            assert codes(self.info.value) == list(expected)
            return bool(result)

    return Refused()
