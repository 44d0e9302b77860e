"""The checks of ``./banyan lint`` see what is planted for them, and go on when one of them fails."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from banyan.config import linting
from banyan.config.linting import layers, locked, migrations, prose

PROJECT = """
[tool.importlinter]
root_package = "banyan"
exclude_type_checking_imports = true

[[tool.importlinter.contracts]]
name = "Floors"
type = "layers"
containers = ["banyan"]
layers = ["reference", "platform"]
exhaustive = true

[[tool.importlinter.contracts]]
name = "Rooms of platform"
type = "layers"
containers = ["banyan.platform"]
layers = ["access", "kernel"]
exhaustive = true

[[tool.importlinter.contracts]]
name = "Rooms of reference"
type = "layers"
containers = ["banyan.reference"]
layers = ["places", "codes"]
exhaustive = true

[tool.banyan.furniture]
order = [
    ["outfit", ["apps"]],
    ["doors", ["views"]],
    ["actions", ["actions"]],
    ["queries", ["queries"]],
    ["models", ["models"]],
    ["declarations", ["rules", "policy"]],
]

[tool.banyan.furniture.rooms]
"reference.codes" = { declarations = ["reading"] }
"""
ROOMS = ("platform/kernel", "platform/access", "reference/codes", "reference/places")


def planted(root: Path, files: dict[str, str]) -> str:
    """import-linter's words about a small house with these files; empty when every contract is kept."""
    (root / "pyproject.toml").write_text(PROJECT)
    house = root / "src/banyan"
    names = {f"{room}/{name}" for room in ROOMS for name in ("__init__.py", "apps.py")}
    names |= {"__init__.py", "platform/__init__.py", "reference/__init__.py"}
    for name in sorted(names | set(files)):
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_text(files.get(name, ""))
    contracts = root / "contracts.toml"
    layers.write_contracts(root, contracts)
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [program, "--config", contracts, "--no-cache"],
        cwd=root,
        env={"PYTHONPATH": str(root / "src"), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_a_house_in_order_is_kept(tmp_path: Path) -> None:
    files = {
        "reference/places/views.py": "from banyan.reference.places import actions\nfrom banyan.reference.codes import queries",
        "reference/places/actions.py": "from banyan.reference.places.models import x",
        "reference/places/models.py": "x = 1",
        "reference/codes/queries.py": "from banyan.reference.codes.reading import y",
        "reference/codes/reading.py": "y = 1",
        "reference/codes/tests/__init__.py": "from banyan.reference.places import views",
    }
    assert planted(tmp_path, files) == ""


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"platform/kernel/rules.py": "from banyan.reference.codes import apps"}, "banyan.platform is not allowed to import banyan.reference"),
        ({"reference/codes/rules.py": "from banyan.reference.places import apps"}, "banyan.reference.codes is not allowed to import banyan.reference.places"),
        ({"platform/kernel/rules.py": "def f():\n    from banyan.platform.access import apps"}, "banyan.platform.kernel is not allowed to import"),
        ({"aid/__init__.py": ""}, "banyan.aid"),
        ({"reference/parties/__init__.py": ""}, "banyan.reference.parties"),
        ({"reference/places/models.py": "from banyan.reference.places import views", "reference/places/views.py": ""}, "banyan.reference.places.models is not allowed to import"),
        ({"reference/places/stuff.py": ""}, "banyan.reference.places.stuff"),
    ],
    ids=["floor upwards", "room upwards", "inside a function", "undeclared floor", "undeclared room", "furniture upwards", "undeclared module"],
)  # fmt: skip
def test_a_broken_layer_is_found(tmp_path: Path, files: dict[str, str], words: str) -> None:
    assert words in planted(tmp_path, files)


def test_a_floor_with_rooms_but_without_contract_is_found(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="floor aid has rooms but no contract"):
        planted(tmp_path, {"aid/payments/apps.py": ""})


def test_a_module_beside_furniture_that_does_not_exist_is_found(tmp_path: Path) -> None:
    settings = {"order": [["models", ["models"]]], "rooms": {"reference.codes": {"modls": ["x"]}}}
    with pytest.raises(ValueError, match="no furniture is called modls"):
        layers.furniture_layers(settings, "reference.codes")


MIGRATION = "class Migration:\n    dependencies = [{}]\n"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"0001_initial": "", "0002_auto_20260101_1200": "('codes', '0001_initial')"}, "does not say"),
        ({"0001_initial": "", "0002_alter_term_code_and_more": "('codes', '0001_initial')"}, "does not say"),
        ({"0001_initial": "", "0003_names": "('codes', '0001_initial')"}, "0002 comes next"),
        ({"0001_initial": "", "0002_a": "('codes', '0001_initial')", "0002_b": "('codes', '0001_initial')"}, "forked"),
        ({"0001_initial": "", "0002_a": "('codes', '0001_initial')", "0003_b": "('codes', '0001_initial')"}, "must depend on 0002_a"),
        ({"0001_initial": "", "0002_a": ""}, "must depend on 0001_initial"),
        ({"0001_initial": "('codes', '0000_x')"}, "depends on none"),
    ],
)  # fmt: skip
def test_unnamed_and_forked_migrations_are_found(tmp_path: Path, files: dict[str, str], words: str) -> None:
    folder = tmp_path / "src/banyan/reference/codes/migrations"
    folder.mkdir(parents=True)
    for name, dependencies in files.items():
        (folder / f"{name}.py").write_text(MIGRATION.format(dependencies and dependencies + ","))
    assert words in "\n".join(migrations.findings(tmp_path))


def test_migrations_in_line_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "src/banyan/reference/codes/migrations"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "0001_initial.py").write_text(MIGRATION.format("('kernel', '0001_sql_functions')"))
    (folder / "0002_labels.py").write_text(
        MIGRATION.format("('codes', '0001_initial'), ('kernel', '0001_sql_functions')")
    )
    assert migrations.findings(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.md", "see /ho" + "me/somebody/x"),
        ("settings.py", 'path = "/wo' + 'rk/main"'),
        ("requirements.lock", "--index-url https://example.org/simple"),
        ("package-lock.json", '{\n  "resolved": "https://example.org/x.tgz"\n}'),
        ("docs.md", "from https://files.python" + "hosted.org/x"),
        ("src/banyan/reference/codes/utils.py", ""),
    ],
)
def test_machine_places_package_hosts_and_empty_names_are_found(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    assert len(prose.findings(tmp_path)) == 1


def test_ordinary_prose_and_data_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Work happens in homes: /api/v1/work, ./work, https://example.org")
    (tmp_path / "photo.md").write_bytes(b"\xff\xfe\x00")
    assert prose.findings(tmp_path) == []


LOCK = "django==5.2.19 \\\n    --hash=sha256:{}\n".format("0" * 64)


@pytest.mark.parametrize(
    ("dependencies", "lock", "words"),
    [
        ('["django~=5.2", "nosuchpackage"]', LOCK, "nosuchpackage of pyproject.toml is not in it"),
        ('["django~=6.0"]', LOCK, "is pinned to"),
        ('["django~=5.2"]', "django==5.2.19\n", "has no hash"),
        ('["django~=5.2"]', LOCK + "left-behind==1.0 \\\n    --hash=sha256:0\n", "nothing asks for left-behind"),
        ('["django~=5.2"]', LOCK + "left-behind==1.0 \\\n    --hash=sha256:0\n", "left-behind==1.0 is not installed"),
        ('["django~=5.2"]', LOCK.replace("5.2.19", "5.2.1"), "is installed"),
    ],
)
def test_a_lock_file_behind_the_project_is_found(tmp_path: Path, dependencies: str, lock: str, words: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[project]\ndependencies = {dependencies}\n")
    (tmp_path / "requirements.lock").write_text(lock)
    assert words in "\n".join(locked.findings(tmp_path))


def test_pins_for_other_machines_are_left_alone(tmp_path: Path) -> None:
    lock = 'colorama==0.4.6 ; sys_platform == "win32" \\\n    --hash=sha256:0\n'
    (tmp_path / "pyproject.toml").write_text("[project]\ndependencies = []\n[dependency-groups]\ndev = []\n")
    (tmp_path / "requirements.lock").write_text(lock)
    assert locked.findings(tmp_path) == []


def test_all_checks_run_and_the_summary_names_what_failed_and_how_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def note(name: str, found: list[str]) -> linting.Check:
        return linting.Check(name, f"mend {name}", function=lambda root: (ran.append(name), found)[1])

    failing = linting.Check(
        "program", "mend program", command=[sys.executable, "-c", "raise SystemExit('broken words')"]
    )
    planned = [note("first", ["a.py:1: bad"]), failing, note("last", [])]
    monkeypatch.setattr(linting, "checks", lambda root, scratch: planned)
    assert linting.run([]) == 1
    printed = capsys.readouterr().out
    assert sorted(ran) == ["first", "last"]
    for words in ("a.py:1: bad", "mend first", "broken words", "mend program", "2 of 3 checks failed: first, program"):
        assert words in printed
    assert linting.run(["last"]) == 0
    assert "All 1 checks passed" in capsys.readouterr().out
    assert linting.run(["nosuch"]) == 2


def test_style_and_templates_find_what_is_planted(tmp_path: Path) -> None:
    shutil.copy(Path(linting.ROOT) / "pyproject.toml", tmp_path)
    (tmp_path / "src/banyan").mkdir(parents=True)
    (tmp_path / "src/banyan/bad.py").write_text(
        "def act(name):\n    import json\n    try:\n        print(json, name)\n    except Exception:\n        pass\n"
    )
    (tmp_path / "src/banyan/bad.html").write_text("<img src='x'>\n<a href='/y'>\n")
    known = {check.name: check for check in linting.checks(tmp_path, tmp_path)}
    style = linting.perform(known["style"], tmp_path, {})
    assert not style.passed
    assert all(code in style.words for code in ("ANN001", "PLC0415", "BLE001", "T201", "D103", "S110"))
    assert not linting.perform(known["templates"], tmp_path, {}).passed
