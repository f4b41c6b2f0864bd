"""The sandbox's paths."""

from __future__ import annotations

from tornado.web import Application

from .apps.api import AppNotFound, Me, Record, Records
from .apps.trials import Activity, Echo, Export, Large, Slow, Status
from .engine_api.actions import (
    Act,
    ActionHandler,
    ActionsHandler,
    ConnectionActionRun,
    ConnectionActions,
    IntegrationActions,
    RunAction,
)
from .engine_api.calls import Disconnect, DisconnectIntegration, Proxy, RefreshCredentials, Test
from .engine_api.connections import ConnectionHandler, ConnectionsHandler, RestoreHandler
from .engine_api.event_stream import EventStream
from .engine_api.integrations import (
    ConnectionOptions,
    ConnectorSpec,
    IntegrationByQuery,
    IntegrationHandler,
    IntegrationsHandler,
)
from .engine_api.openapi import OpenApi
from .engine_api.requests import ConnectionRequest, ConnectionRequests
from .engine_api.run_logs import RunLog, RunLogs
from .engine_api.tenant import Self
from .popup.callback import Callback
from .popup.connect import Connect, ConnectionPopup
from .popup.screen import ConnectionScreen
from .provider.endpoints import OAuth1AccessToken, OAuth1RequestToken, Revoke, Token
from .provider.pages import Authorize, Consent, OAuth1Authorize, SignIn
from .state.world import World
from .web.handlers import NotFound, PageHandler, SandboxHandler

__all__ = ["make_app"]


class StartPage(PageHandler):
    """``GET /``: what this is, and what it knows, for a person who opens it."""

    def get(self) -> None:
        self.page("start.html", title="A local engine", items=self.world.catalogue.items)


class Favicon(SandboxHandler):
    """Browsers ask for it by themselves."""

    def get(self) -> None:
        self.set_status(204)


def make_app(world: World) -> Application:
    """The tornado application of one sandbox."""
    """The tornado application of one sandbox."""
    given = {"world": world}
    one = "([^/?]+)"
    return Application(
        [
            ("/", StartPage, given),
            ("/favicon.ico", Favicon, given),
            ("/openapi.json", OpenApi, given),
            ("/integrations/?", IntegrationsHandler, given),
            (f"/integrations/{one}", IntegrationHandler, given),
            (f"/integrations/{one}/connector-spec", ConnectorSpec, given),
            (f"/integrations/{one}/disconnect", DisconnectIntegration, given),
            ("/integration", IntegrationByQuery, given),
            ("/connection-options", ConnectionOptions, given),
            ("/connections/?", ConnectionsHandler, given),
            (f"/connections/{one}", ConnectionHandler, given),
            (f"/connections/{one}/restore", RestoreHandler, given),
            (f"/connections/{one}/test", Test, given),
            (f"/connections/{one}/refresh-credentials", RefreshCredentials, given),
            (f"/connections/{one}/disconnect", Disconnect, given),
            (f"/connections/{one}/(?:proxy|api)(?:/.*)?", Proxy, given),
            ("/actions/?", ActionsHandler, given),
            ("/action", ActionHandler, given),
            ("/action/run", RunAction, given),
            (f"/actions/{one}", ActionHandler, given),
            (f"/actions/{one}/run", RunAction, given),
            (f"/integrations/{one}/actions/?", IntegrationActions, given),
            (f"/integrations/{one}/actions/{one}", IntegrationActions, given),
            (f"/connections/{one}/actions/?", ConnectionActions, given),
            (f"/connections/{one}/actions/{one}", ConnectionActions, given),
            (f"/connections/{one}/actions/{one}/run", ConnectionActionRun, given),
            ("/act", Act, given),
            ("/action-run-logs/?", RunLogs, given),
            (f"/action-run-logs/{one}", RunLog, given),
            ("/connection-requests/?", ConnectionRequests, given),
            (f"/connection-requests/{one}", ConnectionRequest, given),
            ("/screens/connections", ConnectionScreen, given),
            ("/self", Self, given),
            ("/connect", Connect, given),
            ("/connection-popup", ConnectionPopup, given),
            ("/oauth-callback", Callback, given),
            (f"/sse/connection-events/{one}", EventStream, given),
            (f"/provider/{one}/authorize", Authorize, given),
            (f"/provider/{one}/sign-in", SignIn, given),
            (f"/provider/{one}/consent", Consent, given),
            (f"/provider/{one}/token", Token, given),
            (f"/provider/{one}/revoke", Revoke, given),
            (f"/provider/{one}/oauth1/request-token", OAuth1RequestToken, given),
            (f"/provider/{one}/oauth1/authorize", OAuth1Authorize, given),
            (f"/provider/{one}/oauth1/access-token", OAuth1AccessToken, given),
            (f"/provider/{one}/api/me", Me, given),
            (f"/provider/{one}/api/records", Records, given),
            (f"/provider/{one}/api/records/{one}", Record, given),
            (f"/provider/{one}/api/activity/by-(cursor|page|offset|link|url)", Activity, given),
            (f"/provider/{one}/api/export", Export, given),
            (f"/provider/{one}/api/echo", Echo, given),
            (f"/provider/{one}/api/slow", Slow, given),
            (f"/provider/{one}/api/large", Large, given),
            (f"/provider/{one}/api/status/([45][0-9][0-9])", Status, given),
            (f"/provider/{one}/api(?:/.*)?", AppNotFound, given),
        ],
        default_handler_class=NotFound,
        default_handler_args=given,
        # Tornado's own log line has the whole address, token included.
        log_function=lambda handler: None,
    )
