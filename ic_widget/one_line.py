"""`connect` and `aconnect`: the connection that is ready, or else the widget, the wait, and what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from typing import Any, overload

import ipywidgets
from IPython.display import display

from .connection.connection import Connection
from .engine.engine import Engine
from .errors import ConfigurationError
from .flow import ConnectFlow
from .launch import ConnectRequest
from .runtime.blocking import on_background, run_blocking
from .runtime.front_end import NOBODY_THERE, in_kernel, nobody_there
from .runtime.kinds import a_kind
from .runtime.public_calls import public_call
from .widget import ConnectWidget, WidgetRequest

__all__ = ["aconnect", "connect"]

_OF_ONE = ("name", "connection_key", "reconnect", "parameters", "auth_option", "connector_parameters")
_OF_THE_PAGE = {each.name for each in fields(WidgetRequest)} - {each.name for each in fields(ConnectRequest)}


@overload
def connect(app: str, /, **keywords: Any) -> Connection: ...
@overload
def connect(engine: Engine, app: str, /, **keywords: Any) -> Connection: ...
@overload
def connect(app: str, second: str, /, *more: str, **keywords: Any) -> list[Connection]: ...
@overload
def connect(engine: Engine, app: str, second: str, /, *more: str, **keywords: Any) -> list[Connection]: ...
@public_call
def connect(*what: Any, **keywords: Any) -> Any:
    """The tenant's connection to an app: the one that is ready, at once, or else the one that is made now.

    ``connect("github")``, or ``connect(engine, "github")``; without an engine one is made from the environment. Where
    nothing is ready the widget is shown and waited for; in a terminal the address of the page to open is printed.
    ``reuse=False`` always makes a new connection. All keywords of ConnectWidget can be given.

    Several apps, ``connect("github", "stripe")``, are shown together, each with its state, signed in to in any order,
    and returned as a list in the order of the names.

    Raises what `ConnectWidget.wait` raises, and ConfigurationError where nobody could sign in. For an async cell:
    ``await aconnect("github")``.
    """
    attempts = _attempts(what, keywords)
    for attempt in attempts:
        if isinstance(attempt, ConnectFlow):
            attempt.start()
        else:
            run_blocking(attempt._session.flow.prepare)
    _show(attempts)
    return _one_or_all([attempt.wait() for attempt in attempts])


@overload
async def aconnect(app: str, /, **keywords: Any) -> Connection: ...
@overload
async def aconnect(engine: Engine, app: str, /, **keywords: Any) -> Connection: ...
@overload
async def aconnect(app: str, second: str, /, *more: str, **keywords: Any) -> list[Connection]: ...
@overload
async def aconnect(
    engine: Engine, app: str, second: str, /, *more: str, **keywords: Any
) -> list[Connection]: ...
@public_call
async def aconnect(*what: Any, **keywords: Any) -> Any:
    """The same as `connect` for an async cell: ``connection = await aconnect("github")``."""
    attempts = _attempts(what, keywords)
    for attempt in attempts:
        if isinstance(attempt, ConnectFlow):
            await asyncio.to_thread(attempt.start)
        else:
            await on_background(attempt._session.flow.prepare())
    _show(attempts)
    return _one_or_all(await asyncio.gather(*(attempt.connected() for attempt in attempts)))


def _attempts(what: tuple[Any, ...], keywords: dict[str, Any]) -> list[ConnectWidget] | list[ConnectFlow]:
    engine, apps = (what[0], what[1:]) if what and isinstance(what[0], Engine) else (None, what)
    if not apps or "integration" in keywords:
        raise TypeError('connect() takes the app as its first argument, such as connect("github").')
    if wrong := [app for app in apps if not isinstance(app, str)]:
        raise ConfigurationError(f'Name each app by its key, such as "github", not by {a_kind(wrong[0])}.')
    if len(apps) > 1 and (given := [name for name in _OF_ONE if keywords.get(name) is not None]):
        raise TypeError(f"connect(): {given[0]}= is about one app. Call connect() once for each of them.")
    chosen = {"reuse": keywords.get("reconnect") is None, **keywords}
    chosen["engine"] = engine or keywords.get("engine") or Engine()
    widgets = [ConnectWidget(integration=app, **chosen) for app in apps]
    if not nobody_there(widgets[0].comm):
        return widgets
    if in_kernel():
        if all(_prepared(widget) for widget in widgets):
            return widgets
        raise ConfigurationError(NOBODY_THERE)
    for widget in widgets:
        widget.close()
    of_flow = {name: value for name, value in chosen.items() if name not in _OF_THE_PAGE}
    return [ConnectFlow(integration=app, **of_flow) for app in apps]


def _prepared(widget: ConnectWidget) -> bool:
    run_blocking(widget._session.flow.prepare)
    return widget._session.flow.reused


def _show(attempts: list[ConnectWidget] | list[ConnectFlow]) -> None:
    """Show what somebody has to sign in to, and say in a line what was ready."""
    for attempt in attempts:
        flow = attempt._flow if isinstance(attempt, ConnectFlow) else attempt._session.flow
        if flow.reused:
            found = attempt.connection
            named = found.name or found.id if found is not None else "?"
            print(
                f"Using the connection {named!r} to {flow.integration}, which is there. For a new one:"
                f' connect("{flow.integration}", reuse=False)'
            )
        elif isinstance(attempt, ConnectFlow):
            print(f"To connect {flow.integration}, open this page in a browser: {attempt.url}")
    widgets = [each for each in attempts if isinstance(each, ConnectWidget)]
    if any(not each._session.flow.reused for each in widgets):
        for widget in widgets:
            widget._displayed = True  # also within a box
        display(widgets[0] if len(widgets) == 1 else ipywidgets.VBox(widgets))  # type: ignore[no-untyped-call]


def _one_or_all(connections: list[Connection]) -> Connection | list[Connection]:
    return connections[0] if len(connections) == 1 else connections
