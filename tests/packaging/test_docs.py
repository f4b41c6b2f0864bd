"""The pages say what the code does: options, errors and names are compared with it, links with the files."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from traitlets import Undefined

import ic_widget
from ic_widget import cli, errors
from ic_widget import sandbox as sandbox_room
from ic_widget.launch import ConnectRequest
from ic_widget.sandbox import Sandbox
from ic_widget.widget import WidgetRequest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("**/*.md"))]
SITE = [page for page in PAGES if "_build" not in page.parts]
OPTIONS = (DOCS / "reference/options.md").read_text("utf-8")
ERRORS = (DOCS / "reference/errors.md").read_text("utf-8")
API = (DOCS / "reference/api.md").read_text("utf-8")


def _rows(page: str, heading: str) -> list[list[str]]:
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert section, f"there is no section {heading}"
    lines = re.findall(r"^\|(.+)\|$", section[1], re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"\s*\|\s*", line.strip())] for line in lines[2:]]


def _table(heading: str) -> dict[str, str]:
    return {cells[0].strip("` "): cells[1].strip("` ") for cells in _rows(OPTIONS, heading)}


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default_factory is dict:
        return "{}"
    return "Engine()" if field.name == "engine" else repr(field.default)


def _keywords(function: Any) -> dict[str, str]:
    parameters = inspect.signature(function).parameters.values()
    return {parameter.name: repr(parameter.default) for parameter in parameters}


def test_options_of_widget_and_flow() -> None:
    """Every keyword is in the table of docs/reference/options.md with its default, the widget's own ones last."""
    fields = [field for field in dataclasses.fields(WidgetRequest) if field.name != "_"]
    assert {field.name: _default(field) for field in fields} == _table("ConnectWidget and ConnectFlow")
    own = len(fields) - len([field for field in dataclasses.fields(ConnectRequest) if field.name != "_"])
    numbers = {1: "one is", 2: "two are", 3: "three are", 4: "four are", 5: "five are", 6: "six are"}
    assert f"The last {numbers[own]} the widget's alone." in OPTIONS


@pytest.mark.parametrize(("heading", "class_"), [("Engine", ic_widget.Engine), ("Sandbox", Sandbox)])
def test_options_of(heading: str, class_: type) -> None:
    """Every keyword is in the table of docs/reference/options.md with its default."""
    assert _keywords(class_) == _table(heading)


def test_traits() -> None:
    """Every trait that a page is shown is in the table of docs/reference/options.md, with its default."""
    own = ic_widget.ConnectWidget.class_own_traits(sync=True)
    found = {name: trait.default_value for name, trait in own.items() if not name.startswith("_")}
    shown = {name: repr(None if value is Undefined else value) for name, value in found.items()}
    assert shown == _table("Traits")


def test_command_line() -> None:
    """Every command and each of its options is in the table of docs/reference/options.md."""
    told = {(cells[0].strip("`"), cells[1].strip("`")) for cells in _rows(OPTIONS, "Command line")}
    assert set(_options(cli._parser())) == told


def _options(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    empty = True
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _options(command)
        elif not isinstance(action, argparse._HelpAction):
            empty = False
            yield parser.prog, action.option_strings[-1] if action.option_strings else action.dest
    if empty:
        yield parser.prog, ""


def test_environment_variables() -> None:
    """Every variable that the code reads is in the table of docs/reference/options.md, and no other."""
    told = {
        name for cells in _rows(OPTIONS, "Environment variables") for name in re.findall(r"`(\w+)`", cells[0])
    }
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "ic_widget").glob("**/*.py"))
    # The proxies' names are put together from what urllib knows.
    proxies = {f"{kind}_PROXY" for kind in ("HTTPS", "HTTP", "ALL", "NO")}
    named = r"\b(?:MEMBRANE|IC_WIDGET|SSL_CERT|REQUESTS_CA)_[A-Z_]+\b"
    assert set(re.findall(named, code)) | proxies == told


def test_every_public_name_is_in_the_reference() -> None:
    """Each name of `ic_widget` and its sandbox has its directive in docs/reference/api.md."""
    told = set(re.findall(r"(?:auto|py:)(?:class|exception|data|function):: (?:\w+\.)*(\w+)", API))
    assert set() == {*ic_widget.__all__, *sandbox_room.__all__, "ic_sandbox"} - told


def test_every_public_name_is_described() -> None:
    """Each public class, and each public method and property of it, has a docstring."""
    for module in (ic_widget, sandbox_room):
        for name in module.__all__:
            if inspect.isclass(thing := getattr(module, name)):
                own = {key: value for key, value in vars(thing).items() if not key.startswith("_")}
                called = [value for value in own.values() if callable(value) or isinstance(value, property)]
                assert [] == [value for value in [thing, *called] if not inspect.getdoc(value)]


def test_every_public_class_has_an_example() -> None:
    """Each public class that is no error and no mere shape shows in its docstring how it is used."""
    shapes = {sandbox_room.Received}
    classes = {
        thing
        for module in (ic_widget, sandbox_room)
        for name in module.__all__
        if inspect.isclass(thing := getattr(module, name)) and not issubclass(thing, Exception)
    }

    shown = [inspect.getdoc(each) or "" for each in classes - shapes]
    assert [] == [text.splitlines()[0] for text in shown if not re.search(r"^    \S", text, re.MULTILINE)]


def test_every_exception_has_its_section() -> None:
    """Each exception class has a section in docs/reference/errors.md."""
    classes = {name for name in errors.__all__ if inspect.isclass(getattr(errors, name))}
    assert classes <= set(re.findall(r"^## (\w+)$", ERRORS, re.MULTILINE))


def test_every_sentence_is_in_the_code() -> None:
    """What docs/reference/errors.md quotes is said by the code in these words; `...` stands for what varies."""
    said = "\n".join(
        text
        for path in (ROOT / "ic_widget").glob("**/*.py")
        for text in _texts(ast.parse(path.read_text("utf-8")))
    )
    for heading in re.findall(r"^## (\w+)$", ERRORS, re.MULTILINE):
        for sentence, *_ in (
            _rows(ERRORS, heading) if f"## {heading}\n" in ERRORS and "|" in _section(heading) else []
        ):
            if sentence.startswith("the engine's or the app's"):
                continue
            parts = [part.strip() for part in sentence.replace("`", "").split("...")]
            lost = [part for part in parts if part.strip(" .,:") and part not in said]
            assert [] == lost, f"docs/reference/errors.md says {sentence!r}, the code does not"


def _section(heading: str) -> str:
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", ERRORS, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def _texts(tree: ast.AST) -> Iterator[str]:
    """Every text in the code; what an f-string puts in is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _links(page: Path) -> list[str]:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    return re.findall(r"\]\(<?([^)\s>]+)>?\)", text) + re.findall(r'(?:src|srcset|href)="([^"]+)"', text)


@pytest.mark.parametrize("page", SITE, ids=lambda page: str(page.relative_to(ROOT)))
def test_links(page: Path) -> None:
    """Links lead to files and headings that are there; addresses elsewhere are whole."""
    for link in _links(page):
        if re.match(r"[a-z]+:", link):
            parts = urlsplit(link)
            assert parts.scheme in ("https", "mailto"), link
            assert parts.scheme == "mailto" or re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.netloc), link
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target), f"{page.name}: {link}"


def _anchors(page: Path) -> set[str]:
    """The names of a page's headings as code hosts and MyST make them."""
    stub = {"readme": "README.md", "security": "SECURITY.md", "changelog": "CHANGELOG.md"}
    if page.parent == DOCS and page.stem in stub:
        page = ROOT / stub[page.stem]
    headings = re.findall(r"^#{1,4} (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


PROMISES = (ROOT / "SECURITY.md", DOCS / "threat-model.md", DOCS / "platforms.md")


@pytest.mark.parametrize("page", PROMISES, ids=lambda page: page.name)
def test_the_tests_that_hold_a_promise(page: Path) -> None:
    """Every test that a page names as its proof is there: the file, and the function in it."""
    last, lost = "", []
    named = re.findall(r"`((?:tests|js)/[\w/.-]+\.(?:py|ts))?(?:::(\w+))?`", page.read_text("utf-8"))
    for path, function in [pair for pair in named if any(pair)]:
        last = path or last
        held = ROOT / last
        if not held.is_file() or (function and f"def {function}(" not in held.read_text("utf-8")):
            lost.append(f"{last}::{function}")
    assert [] == lost
    assert last


def test_every_promise_names_its_test() -> None:
    """Each row of SECURITY.md's table names a test, and so does each of the threat model's but for what is not held."""
    for page, heading, unheld in ((PROMISES[0], "What is promised", 0), (PROMISES[1], "", 3)):
        text = page.read_text("utf-8")
        whole = (
            re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
            if heading
            else None
        )
        tables = re.findall(r"(?:^\|.*\|\n)+", whole[1] if whole else text, re.MULTILINE)
        assert 1 == len(tables), f"{page.name}: a line between two rows ends the table"
        rows = tables[0].splitlines()[2:]
        assert unheld == len([row for row in rows if not re.search(r"`(tests|js/tests)/[^`]+`", row)])


@pytest.mark.program
def test_the_whole_test_file(tmp_path: Path) -> None:
    """The test file of docs/testing.md passes as it stands there."""
    page = (DOCS / "testing.md").read_text("utf-8").partition("## A whole test file")[2]
    found = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert found is not None
    (tmp_path / "test_hubspot.py").write_text(found[1], encoding="utf-8")
    # The first for an environment that was made before it was there by itself; the last takes seconds to import.
    plugins = ("ic_widget.sandbox.fixtures", "no:cacheprovider", "no:schemathesis")
    chosen = [option for plugin in plugins for option in ("-p", plugin)]
    command = [sys.executable, "-m", "pytest", "-q", *chosen, str(tmp_path)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)

    assert f"{found[1].count('def test_') + 1} passed" in ended.stdout, ended.stdout


def test_first_commands_of_the_readme() -> None:
    """README begins with targets of the Makefile; until there is a release, it says so of `pip install`."""
    readme = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"^```\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert block
    first = [line.split("#")[0].split() for line in block[1].splitlines()]
    assert [["make", "demo"], ["make", "test"]] == first
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert {"demo", "test"} <= set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    if not re.search(r"^## \[\d", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE):
        installs = [sentence for sentence in re.split(r"\n\n", readme) if "pip install" in sentence]
        assert "needs a release, and there is none yet" in installs[0]


def test_connect_is_the_first_example() -> None:
    """The first Python that README, docs/start.md and the quickstart notebook show is `connect(...)` with an app."""
    pages = [(ROOT / name).read_text("utf-8") for name in ("README.md", "docs/start.md")]
    found = [re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[0] for page in pages]
    notebook = json.loads((ROOT / "notebooks/quickstart.ipynb").read_text("utf-8"))
    found.append("".join(next(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code")))
    for example in found:
        assert re.search(r'ic_widget\.connect\((\w+(\(\))?, )?"github"\)', example), example
