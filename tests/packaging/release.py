"""`make release-check`: what has to be true before a version is published, and is not yet."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]


def missing(version: str, changelog: str, urls: Sequence[str], tags: Sequence[str]) -> Iterator[str]:
    """One sentence for each thing to do; `urls` are the labels of `[project.urls]`, `tags` those of the commit."""
    if not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", version):
        yield f"{version} is no version that is published: set the one you mean in pyproject.toml."
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        yield f"CHANGELOG.md has no heading '## [{version}] - YEAR-MONTH-DAY': move what is unreleased below it."
    unreleased = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if unreleased and unreleased[1].strip():
        yield "CHANGELOG.md still lists something as unreleased: move it below the version's heading."
    for label in ("Source", "Documentation", "Changelog", "Issues"):
        if label not in urls:
            yield f"[project.urls] in pyproject.toml has no {label}: give its address."
    if f"v{version}" not in tags:
        yield f"This commit has no tag v{version}: git tag -a v{version} -m v{version}"


def _tags() -> list[str]:
    command = ["git", "tag", "--points-at", "HEAD"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()


if __name__ == "__main__":
    package = metadata.metadata("ic_widget")
    labels = [line.partition(",")[0] for line in package.get_all("Project-URL") or []]
    left = list(missing(package["Version"], (ROOT / "CHANGELOG.md").read_text(), labels, _tags()))
    print(*(f"- {line}" for line in left), sep="\n")
    sys.exit("Not to be published yet: see above." if left else 0)
