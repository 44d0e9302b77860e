"""Worker and database killed in the middle of an import of people, in a house of their own: nothing lost, nothing twice.

`./banyan bench kill` does the same with 50,000 people.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_no_person_is_missing_none_is_twice_and_history_is_whole() -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("BANYAN_", "DJANGO_", "PYTEST_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "banyan.config.benching", "kill"],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT / "src"), "BANYAN_BENCH_PEOPLE": "12000"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(done.stdout.strip().splitlines()[-1])
    assert result["figure"] == 0, result["conditions"]
    assert len(result["conditions"]["kills"]) == 4
