"""Text that must not be in the repository: places on one machine, package hosts in lock files, names we do not use."""

import re
import subprocess
from pathlib import Path

# Written in pieces, so that this file does not find itself.
# After a bracket it is the root of a document, as XPath writes it.
MACHINE = re.compile(r"(?<![\w.)])/(?:wo" r"rk/|ro" r"ot/|ho" r"me/[a-z]|Us" r"ers/[A-Za-z]|tmp/pl" r"an)")
HOSTS = re.compile(
    r"https?://(?:[\w.-]*\.)?(?:py"
    r"pi\.org|python"
    r"hosted\.org|npm"
    r"js\.org|npm"
    r"mirror\.com|npm"
    r"js\.com/registry)"
)
RESOLVED = re.compile(r"^\s*\"resolved\":\s*\"https?:|^--(?:index-url|extra-index-url|find-links)\s", re.MULTILINE)
BANNED = {"utils", "util", "core", "common", "manager", "managers", "helpers", "helper", "service", "services", "misc"}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".lock",
    ".html",
    ".css",
    ".ts",
    ".js",
    ".json",
    ".yml",
    ".yaml",
    ".sh",
    ".sql",
    ".po",
    "",
}
LARGEST = 2_000_000  # bytes; larger files are data


def tracked(root: Path) -> list[Path]:
    """Files git knows or would add; every file where there is no git."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if done.returncode == 0:
        names = {name for name in done.stdout.decode().split("\0") if name}
        return sorted(root / name for name in names if (root / name).is_file())
    return sorted(path for path in root.rglob("*") if path.is_file())


def findings(root: Path) -> list[str]:
    """Each place as file:line with the words that must go, and each file or folder with a banned name."""
    found = []
    for path in tracked(root):
        place = path.relative_to(root)
        if "src" in place.parts and BANNED & {Path(part).stem for part in place.parts}:
            found.append(f"{place}: names such as {', '.join(sorted(BANNED)[:4])} say nothing")
        if path.suffix not in TEXT or path.stat().st_size > LARGEST:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        patterns = [("a place on one machine", MACHINE), ("a package host", HOSTS), ("a package host", RESOLVED)]
        for words, pattern in patterns:
            for matched in pattern.finditer(text):
                line = text.count("\n", 0, matched.start()) + 1
                found.append(f"{place}:{line}: {words}: {matched[0].strip()}")
    return found
