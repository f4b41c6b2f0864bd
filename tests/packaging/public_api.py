"""`make api`: what changed in the public names since the last release, by griffe: `make api ARGS=v1.1.0` for another.

Ends with 1 where something was removed, renamed or asks for more: that is a major version. griffe by itself would
count every module without an underscore; here only what `__all__` of the package and of the sandbox names is public.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import griffe

ROOT = Path(__file__).parents[2]


def breaking(old: griffe.Module, new: griffe.Module) -> Iterator[str]:
    """One line for each breaking change of a public name."""
    for module in _modules(old):
        for name in map(str, module.exports or ()):
            before, after = _found(old, module, name), _found(new, module, name)
            if after is None:
                yield f"{module.path}.{name}: Public object was removed"
            elif before is not None:
                for breakage in griffe.find_breaking_changes(before, after):
                    if not any(
                        part.startswith("_") and part != "__init__" for part in breakage.obj.path.split(".")
                    ):
                        line = breakage.explain(griffe.ExplanationStyle("oneline"))
                        yield re.sub(r"\x1b\[\d+m", "", line)


def _modules(package: griffe.Module) -> list[griffe.Module]:
    return [package, cast(griffe.Module, package["sandbox"])]


def _found(package: griffe.Module, module: griffe.Module, name: str) -> griffe.Object | None:
    """What a public name stands for in `package`, wherever it was imported from."""
    place = module.path.partition(".")[2]
    home = cast(griffe.Module, package[place] if place else package)
    if name not in map(str, home.exports or ()):
        return None
    member = home.members.get(name)
    path = member.target_path if isinstance(member, griffe.Alias) else f"{home.path}.{name}"
    return cast(griffe.Object, package.modules_collection.get_member(path)) if member is not None else None


def _last_release() -> str:
    command = ["git", "describe", "--tags", "--abbrev=0", "--match", "v*"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


def main(release: str) -> int:
    """Compare what is checked out with `release`, a tag or commit; 1 where something is breaking."""
    if not release:
        print("There is no release yet (no tag v...), so there is nothing to compare with.")
        return 0
    old = griffe.load_git("ic_widget", ref=release, repo=ROOT)
    new = griffe.load("ic_widget", search_paths=[ROOT])
    found = list(breaking(cast(griffe.Module, old), cast(griffe.Module, new)))
    print(*(found or [f"No public name of {release} is gone or asks for more."]), sep="\n")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else _last_release()))
