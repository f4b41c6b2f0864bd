"""Build hook: the widget's JavaScript is built into every wheel and sdist, never into an editable install."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = ("widget.js", "widget.css", "explore.js", "explore.css", "several.js", "several.css", "saved.js")


class JavaScriptHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `npm ci` and `npm run build` in js/ and refuses to package without the result."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle; an unpacked sdist (it has a PKG-INFO) brings its own and needs no Node."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "PKG-INFO").exists():
            self._build(root / "js")
        missing = [name for name in BUNDLE if not (root / "ic_widget" / "static" / name).is_file()]
        if missing:
            raise SystemExit(
                f"Cannot package ic_widget: {' and '.join(missing)} not found in ic_widget/static."
            )
        if self.target_name == "wheel":
            for notebook in sorted((root / "notebooks").glob("*.ipynb")):
                build_data["force_include"][str(notebook)] = f"ic_widget/notebooks/{notebook.name}"

    def _build(self, js: Path) -> None:
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit(
                "Building ic_widget needs Node.js 20 or newer with npm: install it, then try again."
            )
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            if subprocess.run([npm, *command], cwd=js, stdin=subprocess.DEVNULL).returncode:  # noqa: S603
                raise SystemExit(f"npm {' '.join(command)} failed in {js}: its lines above say why.")
