"""`connect` and `aconnect`: the connection that is ready, or else the widget, the wait, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, overload

from IPython.display import display

from .connection.connection import Connection
from .engine.engine import Engine
from .errors import ConfigurationError
from .flow import ConnectFlow
from .launch import ConnectRequest
from .returning.flow import Flow
from .returning.together import Together
from .runtime.blocking import on_background, run_blocking
from .runtime.front_end import NOBODY_THERE, in_kernel, nobody_there
from .runtime.kinds import a_kind
from .runtime.public_calls import public_call
from .several import SeveralWidget
from .widget import ConnectWidget, WidgetRequest

__all__ = ["aconnect", "connect"]

_Attempts = Sequence[ConnectWidget | ConnectFlow]
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

    Several apps, ``connect("github", "stripe")``, are one card with a row for each, signed in to in any order, and
    returned as a list in the order of their names. One that fails leaves the others usable and can be tried again
    meanwhile; when all have ended, what is raised says which are missing and why.

    Raises what `ConnectWidget.wait` raises, and ConfigurationError where nobody could sign in. For an async cell:
    ``await aconnect("github")``.
    """
    engine, apps, chosen = _meant(what, keywords)
    attempts = _attempts(apps, chosen)
    with _all_or_none(attempts):
        names = run_blocking(lambda: _names(engine, apps))
        for attempt in attempts:
            if isinstance(attempt, ConnectFlow):
                attempt.start()
            else:
                run_blocking(attempt._session.flow.prepare)
    _show(dict(zip(names, attempts, strict=True)))
    if len(attempts) == 1:
        return attempts[0].wait()
    with _together(names, attempts, chosen) as waiting:
        return waiting.block()


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
    engine, apps, chosen = _meant(what, keywords)
    attempts = _attempts(apps, chosen)
    with _all_or_none(attempts):
        names = await on_background(_names(engine, apps))
        for attempt in attempts:
            if isinstance(attempt, ConnectFlow):
                await asyncio.to_thread(attempt.start)
            else:
                await on_background(attempt._session.flow.prepare())
    _show(dict(zip(names, attempts, strict=True)))
    if len(attempts) == 1:
        return await attempts[0].connected()
    with _together(names, attempts, chosen) as waiting:
        return await waiting.come()


def _meant(what: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Engine, Sequence[str], dict[str, Any]]:
    """The engine, the apps, and the keywords for each of them."""
    engine, apps = (what[0], what[1:]) if what and isinstance(what[0], Engine) else (None, what)
    if not apps or "integration" in keywords:
        raise TypeError('connect() takes the app as its first argument, such as connect("github").')
    if wrong := [app for app in apps if not isinstance(app, str)]:
        raise ConfigurationError(f'Name each app by its key, such as "github", not by {a_kind(wrong[0])}.')
    if twice := [app for app, times in Counter(apps).items() if times > 1]:
        raise ConfigurationError(
            f"{twice[0]!r} is named twice. For a second account call connect() once more, with allow_multiple=True and"
            " reuse=False."
        )
    if len(apps) > 1 and (given := [name for name in _OF_ONE if keywords.get(name) is not None]):
        raise TypeError(f"connect(): {given[0]}= is about one app. Call connect() once for each of them.")
    chosen = {"reuse": keywords.get("reconnect") is None, **keywords}
    chosen["engine"] = engine or keywords.get("engine") or Engine()
    return chosen["engine"], apps, chosen


def _attempts(apps: Sequence[str], chosen: dict[str, Any]) -> _Attempts:
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


async def _names(engine: Engine, apps: Sequence[str]) -> list[str]:
    """What each app is called in a card of several."""
    if len(apps) == 1:
        return list(apps)
    items = await asyncio.gather(*(engine.client.integration(app) for app in apps))
    names = [str(item.get("name") or app) for item, app in zip(items, apps, strict=True)]
    return [
        f"{name} ({app})" if names.count(name) > 1 else name for name, app in zip(names, apps, strict=True)
    ]


@contextlib.contextmanager
def _all_or_none(attempts: _Attempts) -> Iterator[None]:
    """Where one cannot be begun, end the others too: nobody will be told of them."""
    try:
        yield
    except BaseException:
        for attempt in attempts:
            attempt.close() if isinstance(attempt, ConnectWidget) else attempt.cancel()
        raise


def _flow(attempt: ConnectWidget | ConnectFlow) -> Flow:
    return attempt._flow if isinstance(attempt, ConnectFlow) else attempt._session.flow


def _show(attempts: Mapping[str, ConnectWidget | ConnectFlow]) -> None:
    """Show what somebody has to sign in to, and say in a line what was ready."""
    widgets = {app: each for app, each in attempts.items() if isinstance(each, ConnectWidget)}
    if any(not _flow(widget).reused for widget in widgets.values()):
        # Only Jupyter shows one widget within another.
        card = len(widgets) > 1 and in_kernel()
        if card:
            display(SeveralWidget(widgets))  # type: ignore[no-untyped-call]
            return
        display(*widgets.values())  # type: ignore[no-untyped-call]
    for attempt in attempts.values():
        flow = _flow(attempt)
        if flow.reused:
            found = attempt.connection
            named = found.name or found.id if found is not None else "?"
            print(
                f"Using the connection {named!r} to {flow.integration}, which is there. For a new one:"
                f' connect("{flow.integration}", reuse=False)'
            )
        elif isinstance(attempt, ConnectFlow):
            print(f"To connect {flow.integration}, open this page in a browser: {attempt.url}")


@contextlib.contextmanager
def _together(names: Sequence[str], attempts: _Attempts, chosen: Mapping[str, Any]) -> Iterator[Together]:
    advice = "Run this again to connect what is missing."
    if chosen["reuse"]:
        advice = f"{advice[:-1]}; what is connected is taken as it is."
    flows = {name: functools.partial(_flow, each) for name, each in zip(names, attempts, strict=True)}
    widgets = [each for each in attempts if isinstance(each, ConnectWidget)]

    def remind() -> None:
        missing = [name for name, flow in flows.items() if not flow().attempt.over]
        if any(widget._session.heard_of_a_page for widget in widgets):
            print(f"Waiting for {', '.join(missing)} to be connected in the card. Interrupt stops waiting.")
        elif widgets and nobody_there(widgets[0].comm):
            raise ConfigurationError(NOBODY_THERE)

    try:
        with contextlib.ExitStack() as stack:
            for widget in widgets:
                stack.enter_context(widget._session.awaited())
                widget._session.announce()
            yield Together(flows, advice, remind)
    except (KeyboardInterrupt, asyncio.CancelledError):  # the latter in an async cell
        missing = [name for name, flow in flows.items() if flow().status != "connected"]
        print(f"No longer waiting. Not connected yet: {', '.join(missing) or 'none'}. {advice}")
        raise
