"""How Sphinx makes the site: `make docs`."""

from __future__ import annotations

import inspect
import re
from importlib import metadata
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
# Pages that live at the root of the repository, where people and the code host look for them.
FROM_ROOT = {
    "changelog": "CHANGELOG.md",
    "code-of-conduct": "CODE_OF_CONDUCT.md",
    "contributing": "CONTRIBUTING.md",
    "readme": "README.md",
    "security": "SECURITY.md",
}

project = "ic_widget"
author = copyright = "The ic_widget authors"  # noqa: A001  Sphinx's name
version = release = metadata.version("ic_widget")
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "sphinx_copybutton"]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "ic_widget"
html_static_path = ["drawings"]
html_show_sourcelink = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# Shown as they were saved: `make gallery` runs them, which needs a browser.
nb_execution_mode = "off"
suppress_warnings = ["mystnb.unknown_mime_type"]

# Docstrings say `name` for code, as Markdown does.
default_role = "code"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
copybutton_prompt_text = r"\$ |>>> "
copybutton_prompt_is_regexp = True


def _notebook(link: re.Match[str]) -> str:
    """A notebook is shown as `make gallery` has run it, where it has."""
    shown = (ROOT / "docs/gallery" / link[2]).exists()
    return f"[{link[1]}](/gallery/{link[2]})" if shown else link[1]


def _read(app: Sphinx, page: str, source: list[str]) -> None:
    """Take the pages of the root in, and lead the links between root and docs/ to the pages of the site."""
    text = source[0]
    if page in FROM_ROOT:
        app.env.note_dependency(ROOT / FROM_ROOT[page])
        text = re.sub(r"\]\(docs/", "](/", (ROOT / FROM_ROOT[page]).read_text("utf-8"))
        text = re.sub(r'(src|srcset)="docs/', r'\1="', text)
        text = re.sub(r"\[([^\]]+)\]\(notebooks/([\w-]+\.ipynb)\)", _notebook, text)
    for name, file in FROM_ROOT.items():
        text = re.sub(rf"\]\((?:\.\./)*{re.escape(file)}", f"](/{name}.md", text)
    source[0] = text


def _keywords(
    app: Sphinx, kind: str, name: str, thing: Any, options: object, signature: str | None, returns: str | None
) -> tuple[str, str] | None:
    """The keywords of a class; its metaclass may hide them, and a default that is made each time has no value."""
    if kind not in ("class", "exception"):
        return None
    _, *parameters = inspect.signature(thing.__init__).parameters.values()
    plain = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters]
    return str(inspect.Signature(plain)).replace("<factory>", "..."), ""


def _join(app: Sphinx, kind: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Each keyword's text is a line of its own, although its further lines are indented."""
    for number in range(len(lines) - 1, 0, -1):
        before, line = lines[number - 1], lines[number]
        deeper = len(line) - len(line.lstrip()) > len(before) - len(before.lstrip())
        if deeper and before.strip() and not before.lstrip().startswith(("..", ":", "-")):
            lines[number - 1 : number + 1] = [f"{before} {line.strip()}"]
    if kind == "class":
        keywords = r"[a-z_]+(?:, [a-z_]+)*: "
        apart = [part for line in lines for part in re.split(rf"(?<=\.) (?={keywords})", line)]
        lines[:] = [f"| {line}" if re.match(keywords, line) else line for line in apart]


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _read)
    app.connect("autodoc-process-docstring", _join)
    app.connect("autodoc-process-signature", _keywords)
