"""The list of modules that CONTRIBUTING.md ends with, from their first lines: `make map` writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "CONTRIBUTING.md"
FOLDERS = {"ic_widget": ["**/*.py"], "js/src": ["**/*.ts", "**/*.tsx"]}
_TS = re.compile(r"/\*\*(.*?)\*/", re.DOTALL)
#: What a file opens with, by its kind.
COMMENT = {".py": re.compile(r'"""(.*?)"""', re.DOTALL), ".ts": _TS, ".tsx": _TS}
HEADING = "## Modules\n"


def wanted() -> str:
    """CONTRIBUTING.md as it should be."""
    return PAGE.read_text().partition(HEADING)[0] + HEADING + "\n".join(_lines())


def _lines() -> Iterator[str]:
    for folder, patterns in FOLDERS.items():
        yield f"\n### `{folder}/`\n"
        for path in sorted(path for pattern in patterns for path in (ROOT / folder).glob(pattern)):
            yield f"- `{path.relative_to(ROOT / folder)}`: {_first_sentence(path)}"
    yield ""


def _first_sentence(path: Path) -> str:
    comment = COMMENT[path.suffix].match(path.read_text())
    opening = re.sub(r"\n\s*\*", "\n", comment[1]).strip() if comment else ""
    return " ".join(opening.partition("\n\n")[0].split()).replace("``", "`")


if __name__ == "__main__":
    PAGE.write_text(wanted())
