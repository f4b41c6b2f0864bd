"""Actions: listed for an integration or a connection, and run."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from ..apps.actions import Action, actions_of
from ..credentials.action_runs import run_action, run_api_call
from ..envelope import ApiError, bad_request, not_found
from ..state.catalogue import Integration
from ..state.store import Document
from ..web.selectors import text
from .connections import ConnectionBase

__all__ = [
    "Act",
    "ActionHandler",
    "ActionsHandler",
    "ConnectionActionRun",
    "ConnectionActions",
    "IntegrationActions",
    "RunAction",
]

#: What ``/act`` takes, and what ``api`` in it does, with the clients' other names for the same.
ACT = {
    "id", "key", "api", "code", "integrationId", "integrationKey", "connectionId", "connectionKey", "input", "meta",
}  # fmt: skip
API = {"method", "path", "url", "body", "data", "headers", "query"}


class ActionBase(ConnectionBase):
    """Which connection and which action a request means."""

    def connection_meant(self, given: dict[str, Any]) -> Document | None:
        """The connection that `given` names by its id, its key or its integration; None if it names none."""
        named = {name: text(given, name) for name in ("connectionId", "connectionKey")}
        by_integration = text(given, "integrationId") or text(given, "integrationKey")
        selector = named["connectionId"] or named["connectionKey"] or by_integration
        return None if selector is None else self.connection(selector)

    def query(self) -> dict[str, Any]:
        return {name: self.get_query_argument(name) for name in self.request.query_arguments}

    def integration_meant(self, selector: str) -> Integration:
        item = self.world.catalogue.get(selector)
        if item is None:
            raise not_found("Integration", selector)
        return item

    def integration_of(self, connection: Document) -> Integration:
        return self.integration_meant(connection["integrationId"])

    def action_meant(self, selector: str, item: Integration | None) -> Action:
        """The action with this id or key; `ApiError` 404 that names the nearest one."""
        items = self.world.catalogue.items if item is None else [item]
        found = [each for every in items for each in actions_of(every) if selector in (each.id, each.key)]
        if len(found) > 1:
            raise bad_request(f"Many integrations have an action {selector!r}: say which one is meant.")
        if found:
            return found[0]
        error = not_found("Action", selector)
        keys = [each.key for each in actions_of(item)] if item is not None else []
        for near in get_close_matches(selector, keys, n=1):
            error.envelope["message"] += f" Did you mean {near!r}?"
        raise error

    def reply_actions(self, items: list[Integration], connection_id: str | None = None) -> None:
        words = f"{self.get_query_argument('search', '')} {self.get_query_argument('intent', '')}".casefold().split()
        found = [
            each
            for item in items
            for each in actions_of(item)
            if all(word in f"{each.key} {each.name} {each.description}".casefold() for word in words)
        ]
        limit, offset = self.limit(), self.number("cursor", 0)
        page = [each.public(connection_id) for each in found[offset : offset + limit]]
        self.reply_page(page, offset + limit if offset + limit < len(found) else 0)


class ActionsHandler(ActionBase):
    """``GET /actions?connectionId=&connectionKey=&integrationId=&integrationKey=&intent=&search=``"""

    def get(self) -> None:
        query = self.query()
        selector = text(query, "integrationId") or text(query, "integrationKey")
        if selector and not text(query, "connectionId") and not text(query, "connectionKey"):
            return self.reply_actions([self.integration_meant(selector)])
        connection = self.connection_meant(query)
        if connection is None:
            return self.reply_actions(self.world.catalogue.items)
        return self.reply_actions([self.integration_of(connection)], connection["id"])


class IntegrationActions(ActionBase):
    """``GET /integrations/{selector}/actions``, and one of them"""

    def get(self, selector: str, action: str = "") -> None:
        item = self.integration_meant(selector)
        if action:
            self.reply(self.action_meant(action, item).public())
        else:
            self.reply_actions([item])


class ConnectionActions(ActionBase):
    """``GET /connections/{selector}/actions``, and one of them"""

    def get(self, selector: str, action: str = "") -> None:
        connection = self.connection(selector)
        item = self.integration_of(connection)
        if action:
            self.reply(self.action_meant(action, item).public(connection["id"]))
        else:
            self.reply_actions([item], connection["id"])


class ConnectionActionRun(ActionBase):
    """``POST /connections/{selector}/actions/{action}/run``, with the input itself as body"""

    async def post(self, selector: str, action: str) -> None:
        connection = self.connection(selector)
        meant = self.action_meant(action, self.integration_of(connection))
        self.reply(await run_action(self.world, connection, meant, self.body_object()))


class ActionHandler(ActionBase):
    """``GET /actions/{id or key}`` or ``/action?key=&integrationKey=``"""

    def get(self, selector: str = "") -> None:
        query = self.query()
        named = text(query, "integrationKey") or text(query, "integrationId")
        connection = None if named else self.connection_meant(query)
        item = (
            self.integration_meant(named)
            if named
            else self.integration_of(connection)
            if connection
            else None
        )
        selector = selector or text(query, "id") or text(query, "key") or ""
        if not selector:
            raise bad_request("Missing required parameter: id or key.")
        self.reply(self.action_meant(selector, item).public())


class RunAction(ActionBase):
    """``POST /actions/{selector}/run?connectionId=&...`` or ``/action/run?key=``, with ``{"input": ...}``"""

    async def post(self, selector: str = "") -> None:
        query = self.query()
        selector = selector or text(query, "id") or text(query, "key") or ""
        connection = self.connection_meant(query)
        if connection is None or not selector:
            raise bad_request("Say which action to run, and with which connection or integration.")
        meant = self.action_meant(selector, self.integration_of(connection))
        self.reply(await run_action(self.world, connection, meant, _input(self.body_object())))


class Act(ActionBase):
    """``POST /act``: one action, or one call of the app's API, by exactly one of ``id``, ``key`` and ``api``."""

    async def post(self) -> None:
        body = self.body_object()
        unknown = sorted(set(body) - ACT)
        if unknown:
            raise bad_request(f"Not known here: {', '.join(unknown)}.")
        chosen = [name for name in ("id", "key", "api", "code") if body.get(name) is not None]
        if len(chosen) != 1:
            raise bad_request("Give exactly one of id, key, api and code.")
        connection = self.connection_meant(body)
        if connection is None:
            raise bad_request(
                "Missing required parameter: connectionId, connectionKey, integrationId or integrationKey."
            )
        if chosen == ["code"]:
            raise ApiError("The sandbox runs no code.", kind="configuration")
        if chosen == ["api"]:
            self.reply(await run_api_call(self.world, connection, **_api_call(body["api"])))
        else:
            meant = self.action_meant(text(body, chosen[0]) or "", self.integration_of(connection))
            self.reply(await run_action(self.world, connection, meant, _input(body)))


def _input(body: dict[str, Any]) -> dict[str, Any]:
    given = body.get("input")
    if not isinstance(given, dict | None):
        raise bad_request("input must be an object.")
    return given or {}


def _api_call(api: Any) -> dict[str, Any]:
    if not isinstance(api, dict) or set(api) - API:
        raise bad_request(f"api must be an object with {', '.join(sorted(API))}.")
    for name in ("headers", "query"):
        if not isinstance(api.get(name), dict | None):
            raise bad_request(f"api.{name} must be an object.")
    path = text(api, "path", longest=10_000) or text(api, "url", longest=10_000)
    if path is None:
        raise bad_request("api.path is missing.")
    method = (text(api, "method") or "GET").upper()
    if method not in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        raise bad_request(f"api.method {method!r} is none that the proxy knows.")
    return {
        "method": method,
        "path": path,
        "body": api.get("body", api.get("data")),
        "headers": api.get("headers") or {},
        "query": api.get("query") or {},
    }
