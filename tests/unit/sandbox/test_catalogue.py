"""Catalogues of one's own, and what is said of those that are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
        ([{"key": "a", "name": "A", "logo": "x"}], r"entry 1 \(a\): logo is not known"),
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
            asking({"properties": {"x": {"anyOf": [{"pattern": "["}]}}}),
            r"inputSchema.properties.x.anyOf.0.pattern must be a regular expression",
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
