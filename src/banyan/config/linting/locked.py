"""The lock file: pins all that pyproject.toml asks for, asks for nothing else, and is what is installed. Works offline."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+))?", re.MULTILINE)


def findings(root: Path) -> list[str]:
    """Requirements without a fitting pin, pins nothing asks for, pins without hashes, pins other than installed."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    asked = [Requirement(line) for line in project["project"]["dependencies"]]
    for group in project.get("dependency-groups", {}).values():
        asked += [Requirement(line) for line in group if isinstance(line, str)]
    text = (root / "requirements.lock").read_text()
    pins: dict[str, set[str]] = {}
    here: dict[str, str] = {}  # the pin whose marker holds on this machine
    found = []
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        matched = PIN.match(entry)
        if not matched:
            continue
        name, version, marker = canonicalize_name(matched[1]), matched[2], matched[3]
        pins.setdefault(name, set()).add(version)
        if marker is None or Requirement(f"x; {marker.strip()}").marker.evaluate():  # type: ignore[union-attr]
            here[name] = version
        if "--hash=" not in entry:
            found.append(f"requirements.lock: {name}=={version} has no hash")
    for requirement in asked:
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not versions:
            found.append(f"requirements.lock: {requirement} of pyproject.toml is not in it")
        elif not any(requirement.specifier.contains(version, prereleases=True) for version in versions):
            found.append(f"requirements.lock: {requirement} is pinned to {', '.join(sorted(versions))}")
    return found + _installed_findings(here) + _stray_findings(asked, here)


def _installed_findings(here: dict[str, str]) -> list[str]:
    found = []
    for name, version in sorted(here.items()):
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            found.append(f"requirements.lock: {name}=={version} is not installed")
            continue
        if installed != version:
            found.append(f"requirements.lock: {name}=={version}, but {installed} is installed")
    return found


def _stray_findings(asked: list[Requirement], here: dict[str, str]) -> list[str]:
    """Pins that no chain of requirements leads to: left behind when a dependency was dropped."""
    environment: dict[str, str] = {key: str(value) for key, value in default_environment().items()}
    reached: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(one.name), extra) for one in asked for extra in ["", *one.extras]]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in reached:
            continue
        reached.add((name, extra))
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for line in lines:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate(environment | {"extra": extra}):
                waiting += [(canonicalize_name(requirement.name), more) for more in ["", *requirement.extras]]
    names = {name for name, _ in reached}
    return [f"requirements.lock: nothing asks for {name}" for name in sorted(here) if name not in names]
