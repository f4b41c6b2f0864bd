"""What can be done with a connection, as coroutines: `connection.aio`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationError
from ..runtime.blocking import on_background
from ..runtime.public_calls import public
from .actions import Action, ActionRun, Actions
from .lifecycle import LONGEST_NAME, Tested, changed, tested
from .pages import Pages
from .paging import Cursor, Items
from .progress import Shown
from .proxy import Data, Params, call, query_of
from .response import Response

if TYPE_CHECKING:
    from ..engine.client import EngineClient
    from .connection import Connection

__all__ = ["AsyncConnection"]


@public
class AsyncConnection:
    """The methods of a Connection for an async cell, with the same names and keywords."""

    def __init__(self, client: EngineClient, connection_id: str) -> None:
        self.client = client
        self._id = connection_id
        self._actions = Actions(client, connection_id)

    def __repr__(self) -> str:
        return f"<AsyncConnection id={self._id!r}>"

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        data: Data | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """Call the app's own API with this connection's credentials, through the engine's proxy.

        `path` is a path of that API, such as ``/contacts``, or a whole address of it. `params` are added to its
        query: None is left out, a list gives the name several times. The body is `json`, or `data`: text, bytes,
        or a dict that is sent as a form. `timeout` is in seconds (default: the Engine's).

        The answer is the app's own, whatever its status: see `Response.ok` and `Response.raise_for_status`. The
        engine renews the credentials by itself where it can. GET and HEAD are repeated up to three times where the
        app says when (429 and 5xx with Retry-After, up to 30 seconds) or the network fails; nothing else is.

        Raises EngineError where the engine itself refuses or cannot be reached, ConfigurationError for what cannot
        be sent, such as a header that the engine would drop.
        """
        return await call(
            self.client,
            self._id,
            method,
            path,
            params=params,
            json=json,
            data=data,
            headers=headers,
            timeout=timeout,
        )

    async def get(
        self,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """``request("GET", path, ...)``."""
        return await self.request("GET", path, params=params, headers=headers, timeout=timeout)

    async def post(
        self,
        path: str,
        *,
        json: Any = None,
        data: Data | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """``request("POST", path, ...)``."""
        return await self.request(
            "POST", path, params=params, json=json, data=data, headers=headers, timeout=timeout
        )

    async def put(
        self,
        path: str,
        *,
        json: Any = None,
        data: Data | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """``request("PUT", path, ...)``."""
        return await self.request(
            "PUT", path, params=params, json=json, data=data, headers=headers, timeout=timeout
        )

    async def patch(
        self,
        path: str,
        *,
        json: Any = None,
        data: Data | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """``request("PATCH", path, ...)``."""
        return await self.request(
            "PATCH", path, params=params, json=json, data=data, headers=headers, timeout=timeout
        )

    async def delete(
        self,
        path: str,
        *,
        json: Any = None,
        data: Data | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """``request("DELETE", path, ...)``."""
        return await self.request(
            "DELETE", path, params=params, json=json, data=data, headers=headers, timeout=timeout
        )

    def pages(
        self,
        path: str,
        *,
        items: Items | None = None,
        cursor: Cursor | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        progress: Shown = True,
    ) -> Pages:
        """All items of a list of the app's, however long, each page asked for when it is needed.

        `items` is where an answer has them, such as ``"data.records"``, or a function from the answer to them.
        `cursor` says what leads to the next page: ``"link"`` for a Link header; a name in the answer, such as
        ``"nextCursor"`` or ``"links.next"``, whose value is an address or a cursor; parameter and name in the answer,
        such as ``("after", "paging.next.after")``; or the parameter that counts pages or items, such as ``"page"``
        or ``"offset"``. What is left out is found by what apps usually do; a list that is known to go on in a way that
        is not known here raises AppError, and never ends early in silence.

        `params` and `headers` go with the first page; the headers and `timeout` (seconds) with each. Where it takes
        longer than two seconds, `progress` shows how far it is; a function instead of True is told the items and
        pages so far. Raises what `get` and `Response.raise_for_status` raise.
        """
        get = partial(self.get, headers=headers, timeout=timeout)
        return Pages(get, path, query_of(params), items, cursor, progress)

    async def actions(self, search: str | None = None) -> list[Action]:
        """What the engine can do with this connection, or what of that it finds for `search`."""
        return await on_background(self._actions.find(search))

    async def run(
        self,
        action: str | Action,
        input: Mapping[str, Any] | None = None,  # noqa: A002  the engine's word
        *,
        meta: Mapping[str, Any] | None = None,
    ) -> ActionRun:
        """Run one of `actions`, by its key, its id or itself, with `input` as the form for it would send that.

        `meta` is kept with the run. Nothing is sent if the action is unknown or a required input is missing:
        ConfigurationError names the nearest actions, or what is missing. ActionError if it ran and failed. It is sent
        once, whatever happens.
        """
        return await on_background(self._actions.run(action, input, meta))

    async def reload(self) -> Connection:
        """The connection as the engine has it now. Nothing is changed, and the app is not asked."""
        return await on_background(self.client.connection(self._id))

    async def test(self) -> Tested:
        """Have the engine ask the app whether it takes the credentials: true if so, else ``.error`` says why not."""
        return await on_background(tested(self.client, self._id))

    async def refresh(self) -> Connection:
        """Have the engine get new credentials from the app, without a person: what an OAuth refresh token is for.

        `reload` asks for the connection's state alone; where this fails, `Connection.reconnect` is the way.
        """
        return await self._changed("POST", "/refresh-credentials")

    async def rename(self, name: str) -> Connection:
        """Give the connection another name. Its id and key, by which programs find it, stay."""
        if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME:
            raise ConfigurationError(f"A name is a text of 1 to {LONGEST_NAME} characters.")
        return await self._changed("PATCH", body={"name": name.strip()})

    async def disconnect(self) -> Connection:
        """Erase the credentials and keep the connection: nothing works until somebody signs in again.

        Where the app allows it, the engine also revokes them there. `Connection.reconnect` undoes it, `archive` puts
        the connection away.
        """
        return await self._changed("POST", "/disconnect")

    async def archive(self) -> Connection:
        """Put the connection away: it is no longer listed nor used, and keeps its credentials. `restore` undoes it."""
        return await self._changed("DELETE")

    async def restore(self) -> Connection:
        """Bring an archived connection back, with the credentials it had."""
        return await self._changed("POST", "/restore")

    async def _changed(self, method: str, path: str = "", body: Any = None) -> Connection:
        return await on_background(changed(self.client, self._id, method, path, body))

    async def act(
        self,
        *,
        key: str | None = None,
        id: str | None = None,  # noqa: A002  the engine's words
        api: Mapping[str, Any] | None = None,
        code: str | None = None,
        input: Mapping[str, Any] | None = None,  # noqa: A002
        meta: Mapping[str, Any] | None = None,
    ) -> ActionRun:
        """Have the engine do one thing with this connection, unchecked (its documentation, ``POST /act``).

        Give exactly one of `key` or `id` of an action, `api` for one call of the app's API (``{"method": "GET",
        "path": "/contacts"}``, with ``body``, ``headers`` and ``query``), and `code` in JavaScript. Unlike
        `request`, it leaves a run with a log; unlike `run`, the input goes as it is.
        """
        given = {"key": key, "id": id, "api": api, "code": code}
        which = {name: value for name, value in given.items() if value is not None}
        if len(which) != 1:
            raise ConfigurationError("act() takes exactly one of key=, id=, api= and code=.")
        return await on_background(self._actions.perform(which, input, meta))
