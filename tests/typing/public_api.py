"""What a type checker says of the public names: read by `make types`, never run.

An unused `type: ignore` is an error there, so each of them is a mistake that a checker must find.
"""

from __future__ import annotations

from typing import Any

from typing_extensions import assert_type

from ic_widget import (
    ConnectError,
    ConnectFlow,
    Connection,
    ConnectTimeout,
    ConnectWidget,
    Engine,
    EngineError,
)
from ic_widget.sandbox import Sandbox


def widget(engine: Engine) -> None:
    """The main job, and what comes of it."""
    w = ConnectWidget(engine, integration="github", parameters={"a": 1}, timeout=60, reconnect=None)
    assert_type(w.wait(), Connection)
    assert_type(w.connection, Connection | None)
    assert_type(ConnectWidget.demo(), ConnectWidget)
    w.on_connect(lambda connection: print(connection.id))
    w.on_error(lambda error: print(error.message))
    ConnectWidget(engine, integraton="github")  # type: ignore[call-arg]
    ConnectWidget(engine, timeout="1m")  # type: ignore[arg-type]
    ConnectWidget("github")  # type: ignore[arg-type]


async def in_an_async_cell(w: ConnectWidget, flow: ConnectFlow) -> None:
    """`connected` is awaited."""
    assert_type(await w.connected(), Connection)
    assert_type(await flow.connected(5), Connection)


def flow_without_a_front_end() -> None:
    """A flow is its own context."""
    with ConnectFlow(integration="github") as flow:
        assert_type(flow, ConnectFlow)
        assert_type(flow.url, str)
        assert_type(flow.connection_id, str | None)
        assert_type(flow.error_data, dict[str, Any] | None)
    ConnectFlow(integrations=["github"])  # type: ignore[call-arg]


def engine_and_connection() -> None:
    """Tokens by text or by function, async or not; what the engine lists."""

    async def fetch() -> str:
        return "token"

    engine = Engine(token=fetch, timeout=5.0)
    Engine(token=lambda: "token")
    assert_type(engine.integrations("git"), list[dict[str, Any]])
    for listed in engine.connections():
        assert_type(listed, Connection)
    connection = engine.connection("c1")
    assert_type(connection.connected, bool)
    assert_type(connection.error, str | None)
    Engine(token=5)  # type: ignore[arg-type]
    connection.id = "c2"  # type: ignore[misc]


def errors(error: ConnectError) -> None:
    """One tree, with what each kind adds."""
    assert_type(error.data, dict[str, Any] | None)
    if isinstance(error, EngineError):
        assert_type(error.status, int | None)
    if isinstance(error, ConnectTimeout):
        both: TimeoutError = error
        print(both)


def sandbox() -> None:
    """A sandbox hands out engines and tokens."""
    with Sandbox(port=0) as box:
        assert_type(box.engine(tenant="demo"), Engine)
        assert_type(box.token("demo", expires_in=5), str)
    Sandbox(catalog=[])  # type: ignore[call-arg]
