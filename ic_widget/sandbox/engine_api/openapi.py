"""``/openapi.json``: what the sandbox speaks, for other clients and for fuzzing."""

from __future__ import annotations

from ..web.handlers import ApiHandler
from .openapi_schemas import FLAG, OBJECT, SCHEMAS, TEXT, Json, list_of, ref

__all__ = ["OpenApi", "description"]

QUERY_FLAG: Json = {"enum": ["true", "false", "1", "0", ""]}


def _page(items: Json) -> Json:
    properties = {"items": list_of(items), "cursor": {**TEXT, "description": "Missing on the last page."}}
    return {"type": "object", "required": ["items"], "properties": properties}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _query(name: str, schema: Json = TEXT, description: str = "") -> Json:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _operation(
    summary: str, answer: Json, *, body: Json | None = None, parameters: list[Json] | None = None
) -> Json:
    errors = {
        "400": "The request is wrong",
        "401": "No token, or a bad one",
        "403": "Not for this tenant",
        "404": "There is no such thing",
        "429": "Too many calls",
        "500": "A fault that was asked for",
    }
    operation: Json = {
        "summary": summary,
        "security": [{"token": []}],
        "responses": {"200": {"description": "Done", "content": _json(answer)}}
        | {code: {"description": text, "content": _json(ref("Error"))} for code, text in errors.items()},
    }
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = {"required": True, "content": _json(body)}
    return operation


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties}


def _connect(input_key: str) -> Json:
    """The two paths a browser is sent to; they end in a redirect, or in a page if none was asked for."""
    payload: Json = {
        "type": "object",
        "required": ["token"],
        "properties": {
            "token": TEXT,
            "integrationId": TEXT,
            "integrationKey": TEXT,
            "connectorId": TEXT,
            "connectionId": {**TEXT, "description": "Reconnect this connection."},
            input_key: OBJECT,
            "connectorParameters": OBJECT,
            "name": TEXT,
            "connectionKey": TEXT,
            "authOptionKey": TEXT,
            "allowMultipleConnections": FLAG,
            "requestId": {**TEXT, "description": "Names the event stream that gets the result."},
            "customState": TEXT,
            "redirectUri": {
                **TEXT,
                "description": "http or https; gets connectionId, or error and errorData.",
            },
        },
    }
    page = {"text/html": {"schema": TEXT}}
    responses: Json = {
        "200": {"description": "A page that tells the opener the result", "content": page},
        "303": {"description": "On to the provider, or back to redirectUri"},
    }
    for code in ("400", "401", "403", "404", "415"):
        responses[code] = {"description": "Refused", "content": page | _json(ref("Error"))}
    form: Json = {
        "type": "object",
        "properties": {"payload": {**TEXT, "contentMediaType": "application/json"}},
    }
    content = {"application/x-www-form-urlencoded": {"schema": form}} | _json(payload)
    parameters = [
        _query(name, {**TEXT, "description": "JSON"} if schema == OBJECT else TEXT)
        for name, schema in payload["properties"].items()
    ]
    return {
        "get": {"summary": "Open a connection", "parameters": parameters, "responses": responses},
        "post": {"summary": "Open a connection", "requestBody": {"content": content}, "responses": responses},
    }


def description(url: str, callback: str) -> Json:
    """The OpenAPI 3.1 document of a sandbox at `url`."""
    limit = _query("limit", {"type": "integer", "minimum": 1, "maximum": 1000})
    seconds = _query("timeout", {"type": "integer", "minimum": 1, "maximum": 60})
    cursor = _query("cursor", {**TEXT, "pattern": "^[0-9]{0,9}$"})
    paging = [limit, cursor, _query("search"), _query("includeArchived", QUERY_FLAG)]
    by_integration = [_query("integrationId"), _query("integrationKey")]
    filters = [_query(name, QUERY_FLAG) for name in ("connected", "disconnected", "isTest", "includeSecrets")]
    filters += [_query(name) for name in ("connectorId", "externalAppId", "tenantId", "userId")]
    by_connection = [_query("connectionId"), _query("connectionKey"), *by_integration]
    one = [{"name": "selector", "in": "path", "required": True, "schema": TEXT}]
    by_any_name = [_query("id"), _query("key"), _query("uuid")]
    path = {**one[0], "name": "path", "description": "A path of the app's API; it may have slashes."}
    proxy = {
        method: {
            "summary": "Call the app with the connection's credentials",
            "security": [{"token": []}],
            "responses": {"default": {"description": "What the app answers, or an Error"}},
        }
        for method in ("get", "post", "put", "patch", "delete")
    }
    integration, connection = ref("Integration"), ref("Connection")
    changes: Json = {
        "type": "object",
        "properties": {
            "name": {**TEXT, "minLength": 1, "maxLength": 1000},
            "key": {"type": ["string", "null"], "minLength": 1, "maxLength": 100},
            "meta": OBJECT,
        },
    }
    selectors = ("integrationId", "integrationKey", "connectorId", "connectionId")
    options_request: Json = {
        "type": "object",
        "properties": dict.fromkeys(selectors, TEXT) | {"connectorParameters": OBJECT},
    }
    own = _object({"name": {**TEXT, "minLength": 1}, "credentials": OBJECT, "fields": OBJECT, "meta": OBJECT})
    call = _object({"method": TEXT, "path": TEXT, "body": {}, "headers": OBJECT, "query": OBJECT})
    selected = ("connectionId", "connectionKey", "integrationId", "integrationKey")
    act = _object(dict.fromkeys(("id", "key", *selected), TEXT))
    act["properties"] |= {"api": call, "input": OBJECT, "meta": OBJECT}
    act["additionalProperties"] = False
    asked = _object(dict.fromkeys((*selectors, "connectionKey", "name", "redirectUri", "prompt"), TEXT))
    asked["properties"]["allowMultipleConnections"] = FLAG
    success: Json = {"type": "object", "required": ["success"], "properties": {"success": FLAG}}
    stream: Json = _operation(
        "Results of one request as server-sent events", TEXT, parameters=[_query("token")]
    )
    stream["security"] = [{"token": []}, {}]
    stream["responses"]["200"]["content"] = {"text/event-stream": {"schema": TEXT}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sandbox engine", "version": "1", "description": f"OAuth callback: {callback}"},
        "servers": [{"url": url}],
        "paths": {
            "/self": {
                "get": _operation("Who the token speaks for", OBJECT),
                "patch": _operation("Change what is kept of it", OBJECT, body=own),
            },
            "/actions": {
                "get": _operation(
                    "List",
                    _page(ref("Action")),
                    parameters=[limit, cursor, _query("search"), _query("intent"), *by_connection],
                )
            },
            "/action": {
                "get": _operation(
                    "By id or key", ref("Action"), parameters=[_query("id"), _query("key"), *by_connection]
                )
            },
            "/actions/{selector}": {
                "parameters": one,
                "get": _operation(
                    "By id, or by key and integration", ref("Action"), parameters=by_connection
                ),
            },
            "/actions/{selector}/run": {
                "parameters": one,
                "post": _operation(
                    "Run",
                    ref("Run"),
                    body=_object({"input": OBJECT, "meta": OBJECT}),
                    parameters=by_connection,
                ),
            },
            "/connections/{selector}/actions": {
                "parameters": one,
                "get": _operation("List", _page(ref("Action")), parameters=[limit, cursor, _query("search")]),
            },
            "/connections/{selector}/actions/{action}/run": {
                "parameters": [*one, {**one[0], "name": "action"}],
                "post": _operation("Run, with the input as body", ref("Run"), body=OBJECT),
            },
            "/integrations/{selector}/actions": {
                "parameters": one,
                "get": _operation("List", _page(ref("Action")), parameters=[limit, cursor, _query("search")]),
            },
            "/act": {"post": _operation("Run an action, or call the app", ref("Run"), body=act)},
            "/action-run-logs": {
                "get": _operation(
                    "List, newest first",
                    _page(ref("RunLog")),
                    parameters=[
                        limit,
                        cursor,
                        *(_query(name) for name in ("actionId", "connectionId", "integrationId")),
                        _query("status", {"enum": ["success", "error", ""]}),
                    ],
                )
            },
            "/action-run-logs/{selector}": {
                "parameters": one,
                "get": _operation("One", ref("RunLog"), parameters=[_query("details", QUERY_FLAG)]),
            },
            "/connection-requests": {
                "post": _operation("Ask for a connection", ref("ConnectionRequest"), body=asked)
            },
            "/connection-requests/{selector}": {
                "parameters": one,
                "get": _operation("What came of it", ref("ConnectionRequest")),
            },
            "/integrations": {"get": _operation("List", _page(integration), parameters=paging)},
            "/integrations/{selector}": {
                "parameters": one,
                "get": _operation("By id, key or uuid", integration),
            },
            "/integrations/{selector}/connector-spec": {
                "parameters": one,
                "get": _operation("Kind of auth, for the legacy client", OBJECT),
            },
            "/integrations/{selector}/disconnect": {
                "parameters": one,
                "post": _operation("Erase the credentials of the connection", connection),
            },
            "/integration": {"get": _operation("By id, key or uuid", integration, parameters=by_any_name)},
            "/connection-options": {
                "post": _operation("Auth options", list_of(ref("AuthOption")), body=options_request)
            },
            "/connect": _connect("input"),
            "/connection-popup": _connect("connectionParameters"),
            "/connections": {
                "get": _operation("List", _page(connection), parameters=[*paging, *by_integration, *filters])
            },
            "/connections/{selector}": {
                "parameters": one,
                "get": _operation(
                    "By id, by key, or the only one to an integration",
                    connection,
                    parameters=[_query("includeSecrets", QUERY_FLAG), _query("wait", QUERY_FLAG), seconds],
                ),
                "patch": _operation("Change", connection, body=changes),
                "put": _operation("Change", connection, body=changes),
                "delete": _operation("Archive", connection),
            },
            "/connections/{selector}/restore": {
                "parameters": one,
                "post": _operation("Undo archiving", connection),
            },
            "/connections/{selector}/test": {
                "parameters": one,
                "post": _operation("Do the credentials work", success),
            },
            "/connections/{selector}/refresh-credentials": {
                "parameters": one,
                "post": _operation("Renew the credentials", connection),
            },
            "/connections/{selector}/disconnect": {
                "parameters": one,
                "post": _operation("Erase the credentials", connection),
            },
            "/connections/{selector}/proxy/{path}": {"parameters": [*one, path], **proxy},
            "/sse/connection-events/{selector}": {"parameters": one, "get": stream},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": SCHEMAS,
        },
    }


class OpenApi(ApiHandler):
    """``GET /openapi.json``"""

    token_optional = True

    def get(self) -> None:
        self.reply(description(self.world.url, self.world.callback_uri))
