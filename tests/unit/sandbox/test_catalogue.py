"""Catalogues of one's own, and what is said of those that are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from ic_widget.errors import ConfigurationError
from ic_widget.sandbox import Sandbox

from .conftest import Client


def asking(schema: Any) -> list[dict[str, Any]]:
    """A catalogue with one app that asks for what `schema` says."""
    option = {"key": "o", "type": "client-credentials", "inputSchema": schema}
    return [{"key": "a", "name": "A", "authOptions": [option]}]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({}, "must be a JSON list"),
        ([1], "entry 1: it must be object"),
        ([{"key": "a", "name": "A"}, {"key": "b"}], r"entry 2 \(b\): name is required"),
        ([{"key": "a", "name": "A", "sandbox": {"x": 1}}], r"entry 1 \(a\): sandbox.x is not known"),
        ([{"key": "a b", "name": "A"}], r"entry 1 \(a b\): key must match"),
        ([{"key": "a", "name": "A"}, {"key": "a", "name": "B"}], r"entry 2 \(a\): key 'a' is also entry 1"),
        ([{"key": "a", "name": "A"}, {"key": "b", "name": "B", "id": "a"}], "id 'a' is also entry 1"),
        (
            [{"key": "a", "name": "A", "authOptions": [{"key": "o", "type": "magic"}]}],
            r"entry 1 \(a\): authOptions.0.type must be one of oauth2, oauth1",
        ),
        ([{"key": "a", "name": "A", "authOptions": [{"type": "oauth2"}]}], r"authOptions.0.key is required"),
        (
            [{"key": "a", "name": "A", "authOptions": [{"key": "o", "type": "proxy"}] * 2}],
            "two authOptions have the key 'o'",
        ),
        (
            [
                {
                    "key": "a",
                    "name": "A",
                    "authOptions": [{"key": "o", "type": "oauth2", "sandbox": {"tokenUri": "javascript:x"}}],
                }
            ],
            r"entry 1 \(a\): authOptions.0.sandbox.tokenUri must match",
        ),
        (asking({"properties": [1]}), r"entry 1 \(a\): authOptions.0.inputSchema.properties must be object"),
        (
            asking({"properties": {"x": {"anyOf": [{"pattern": 7}]}}}),
            r"inputSchema.properties.x.anyOf.0.pattern must be string",
        ),
        (
            asking({"additionalProperties": {"enum": "x"}}),
            r"inputSchema.additionalProperties.enum must be array",
        ),
    ],
)
def test_wrong_catalogue_names_entry_and_key(tmp_path: Path, entries: Any, words: str) -> None:
    """What is wrong in a catalogue file is said with the file, the entry and the key."""
    path = tmp_path / "apps.json"
    path.write_text(json.dumps(entries))
    with pytest.raises(ConfigurationError, match=words) as caught:
        Sandbox(path)
    assert str(path) in str(caught.value)


def test_catalogue_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, one that is not JSON and one without end each get a sentence."""
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Sandbox(tmp_path / "none.json")
    for text, words in (("[", "is not JSON"), ("[" * 100_000 + "]" * 100_000, "is nested too deeply")):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(ConfigurationError, match=words):
            Sandbox(tmp_path / "bad.json")


@pytest.mark.parametrize("as_file", [True, False])
def test_own_catalogue(tmp_path: Path, as_file: bool) -> None:
    """A file or a list in the engine's shape replaces the built-in apps; what is null counts as not there."""
    entry = {
        "key": "mine",
        "archivedAt": None,
        "name": "Mine",
        "id": "my-id",
        "authOptions": [{"key": "k", "type": "client-credentials"}],
    }
    path = tmp_path / "apps.json"
    path.write_text(json.dumps([entry]))
    with Sandbox(path if as_file else [entry]) as box:
        items = Client(box).get("/integrations").json["items"]
    assert [(item["key"], item["id"]) for item in items] == [("mine", "my-id")]


def test_export_of_an_engine_is_taken() -> None:
    """What an engine lists, and what it shows of one app, is a catalogue: the same apps, and no connection."""
    with Sandbox() as box:
        Client(box).connected()
        listed = box.engine().integrations()
        shown = [box.engine().integration(key) for key in ("hubspot", "pipedrive", "hacker-news")]
    with Sandbox(listed) as again:
        items = again.engine().integrations()
        assert {item["key"]: item.get("authType") for item in listed} == {
            item["key"]: item.get("authType") for item in items
        }
        assert not [item for item in items if "connection" in item]
        assert Client(again).connected("stripe")
    with Sandbox([{**each, "revision": "x", "appUuid": "y"} for each in shown]) as again:
        client = Client(again)
        options = {each["key"]: each["authOptions"] for each in shown}
        for key, expected in options.items():
            found = client.get(f"/integrations/{key}").json
            assert [option["key"] for option in expected] == [
                option["key"] for option in found["authOptions"]
            ]
            assert ("x", "y") == (found["revision"], found["appUuid"])
        assert "apiToken is required" in client.connect(integrationKey="pipedrive").result["error"]


def test_pattern_that_python_cannot_read(caplog: pytest.LogCaptureFixture) -> None:
    """A pattern of ECMAScript alone is taken and said: the page checks it, the sandbox lets any text pass."""
    schema = {"type": "object", "properties": {"x": {"type": "string", "pattern": r"^[\w-+]+$"}}}
    with Sandbox(asking(schema)) as box:
        assert Client(box).connected("a", input={"x": "?"})
    assert r"entry 1 (a): the sandbox cannot check the pattern ^[\w-+]+$" in caplog.text


def test_every_single_integration_has_a_logo() -> None:
    """The clients want ``logoUri`` in a single integration and in a connection's: initials stand in for one."""
    with Sandbox([{"key": "a", "name": "A&B", "authOptions": [{"key": "o", "type": "proxy"}]}]) as box:
        client = Client(box)
        drawn = client.get("/integrations/a").json["logoUri"]
        made = client.get(f"/connections/{client.connected('a')}").json
        assert "logoUri" not in client.get("/integrations").json["items"][0]
    assert ">A&amp;<" in unquote(drawn)
    assert drawn == made["integration"]["logoUri"]
