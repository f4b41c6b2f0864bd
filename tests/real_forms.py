"""Fills the forms of real apps in JupyterLab and compares what the engine gets: ``make forms ARGS=30``.

The forms come from the list of providers in the npm package ``@nangohq/providers``, which is fetched with npm and not
kept: its licence is its own.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from hypothesis import find, settings
from hypothesis.strategies import from_regex
from playwright.sync_api import Error

from ic_widget.sandbox import Sandbox
from tests.browser.chromium import launched
from tests.browser.driver import Driver, setup
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook
from tests.browser.profile import profile

PACKAGE = "@nangohq/providers@0.71.10"
TYPES = {"OAUTH2": "oauth2", "OAUTH1": "oauth1", "MCP_OAUTH2": "oauth2"}
#: What a person would write where the list has no example.
BY_FORMAT = {
    "hostname": "acme.example.com",
    "uuid": "5ab87915-2deb-429c-a1e2-8b0495900f45",
    "email": "ada@example.com",
    "uri": "https://acme.example.com",
}

PLAIN = ("acme", "123456", *(letter * length for letter in "a0A" for length in (20, 24, 32, 40, 64)))
Form = dict[str, Any]


def providers() -> dict[str, Form]:
    """The list, as it is published."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as files:
            text = files.extractfile("package/providers.yaml")
            assert text is not None
            listed: dict[str, Form] = yaml.safe_load(text.read())
    return listed


def fields_of(provider: Form) -> dict[str, Form]:
    """What a person is asked for, in the list's own words."""
    asked = {**(provider.get("credentials") or {}), **(provider.get("connection_config") or {})}
    return {
        name: field for name, field in asked.items() if not (field.get("hidden") or field.get("automated"))
    }


def schema_of(fields: Mapping[str, Form]) -> Form:
    """The same as a Data Schema."""
    properties = {}
    for name, field in fields.items():
        kept: Form = {
            key: field[key]
            for key in ("type", "title", "description", "format", "pattern", "enum")
            if key in field
        }
        if "example" in field:
            kept["examples"] = [str(field["example"])]
        if field.get("secret"):
            kept["isSensitive"] = True
        if "default_value" in field:
            kept["default"] = str(field["default_value"])
        properties[name] = kept
    required = [name for name, field in fields.items() if not field.get("optional")]
    return {"type": "object", "required": required, "properties": properties}


def catalogue(count: int) -> list[Form]:
    """As many integrations that ask for something, in the sandbox's shape."""
    entries = []
    for key, provider in providers().items():
        if fields := fields_of(provider):
            option = {
                "key": "main",
                "type": TYPES.get(provider.get("auth_mode", ""), "client-credentials"),
                "title": "Main",
                "inputSchema": schema_of(fields),
            }
            entries.append({"key": key, "name": provider.get("display_name", key), "authOptions": [option]})
    # Evenly from the whole list, which is in alphabetical order.
    return [entries[n * len(entries) // count] for n in range(min(count, len(entries)))]


def value_for(name: str, field: Form) -> str:
    """What a person would fill in: the example, its asterisks replaced, else the shortest text of the pattern."""
    if choices := field.get("enum"):
        return str(choices[-1])
    given = [str(field["examples"][0])] if "examples" in field else []
    likely = [*given, BY_FORMAT.get(field.get("format", ""), f"{name}-1"), *BY_FORMAT.values(), *PLAIN]
    pattern = field.get("pattern")
    tried = (text.replace("*", letter) for text in likely for letter in "*a0A")
    found = next((text for text in tried if pattern is None or _takes(pattern, text)), None)
    return _shortest(pattern) if found is None and pattern is not None else found or ""


def _shortest(pattern: str) -> str:
    """Where the list's own example does not fit, or there is none."""
    texts = from_regex(re.compile(pattern, re.ASCII), fullmatch=True)
    return find(texts, lambda text: text == text.strip() != "", settings=settings(database=None))


def _takes(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text, re.ASCII) is not None
    except re.error:  # JavaScript takes [\w-+]; Python does not
        return True


def filled(driver: Driver, values: Mapping[str, str]) -> None:
    """Fill in the form as a person does."""
    driver.widget.get_by_role("button", name=re.compile("^Connect")).wait_for()
    if (optional := driver.widget.get_by_text("Optional settings")).count():
        optional.click()
    for name, value in values.items():
        field = re.sub(r"[^\w-]", lambda letter: f"_{ord(letter[0])}_", name, flags=re.ASCII)
        control = driver.widget.locator(f'[id$="-f_47_{field}"]')
        if control.evaluate("(control) => control.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)


def faults(notebook: Notebook, box: Sandbox, entries: Sequence[Form]) -> Iterator[str]:
    """What was not posted as it was filled in, app by app."""
    driver = Driver(notebook.cell(1))
    for number, entry in enumerate(entries, 1):
        properties = entry["authOptions"][0]["inputSchema"]["properties"]
        values = {name: value_for(name, field) for name, field in properties.items()}
        notebook.execute(f"key = {entry['key']!r}")
        notebook.run(1)
        before = len(box.received)
        try:
            filled(driver, values)
            tab = driver.connect()
            if not tab.is_closed():
                tab.close()
            (call,) = box.received[before:]
            if call["connectionParameters"] != values:
                yield f"{entry['key']}: filled in {values}, got {call['connectionParameters']}"
        except (Error, ValueError) as error:
            yield f"{entry['key']}: {str(error).splitlines()[0]}\n{driver.widget.inner_text()}"
        notebook.execute("w.close()")
        print(f"\r{number} of {len(entries)}", end="", flush=True)


def main() -> int:
    """Try the forms; 1 if any was posted otherwise than it was filled in."""
    entries = catalogue(int(sys.argv[1]) if len(sys.argv) > 1 else 250)
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(entries) as box,
        Lab(Path(folder)) as lab,
        launched() as browser,
        profile(browser) as context,
    ):
        cells = [setup(box, "forms"), "w = ConnectWidget(engine, integration=key)\nw"]
        notebook = Notebook(lab, context.new_page(), cells)
        notebook.run(0)
        found = list(faults(notebook, box, entries))
    print(*["", *found, f"{len(entries)} forms, {len(found)} posted otherwise than filled in"], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
