"""Connections of the sandbox to work with."""

from __future__ import annotations

import secrets

import jsonschema  # noqa: F401  takes seconds, which the sandbox would spend on its first connection
import pytest

from ic_widget.connection.connection import Connection
from ic_widget.engine.engine import Engine
from ic_widget.sandbox import Sandbox
from tests.unit.sandbox.conftest import Client

PLANTED = "planted-app-key"


@pytest.fixture
def hubspot(box: Sandbox, engine: Engine) -> Connection:
    """A connection to HubSpot, whose records are contacts, by a key that no output may show."""
    made = Client(box).connected(
        "hubspot", authOptionKey="private-app", input={"accessToken": f"{PLANTED}-{secrets.token_hex(4)}"}
    )
    return engine.connection(made)
