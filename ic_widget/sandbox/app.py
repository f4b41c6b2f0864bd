"""The sandbox's paths."""

from __future__ import annotations

from tornado.web import Application

from .connection_actions import Disconnect, DisconnectIntegration, Proxy, RefreshCredentials, Test
from .connections_api import ConnectionHandler, ConnectionsHandler, RestoreHandler, Self
from .demo_api import Me, Record, Records
from .events import EventStream
from .handlers import NotFound
from .integrations import (
    ConnectionOptions,
    ConnectorSpec,
    IntegrationByQuery,
    IntegrationHandler,
    IntegrationsHandler,
)
from .oauth import Callback
from .oauth1_pages import OAuth1AccessToken, OAuth1Authorize, OAuth1RequestToken
from .openapi import OpenApi
from .popup import Connect, ConnectionPopup
from .provider_pages import Authorize, Consent, Revoke, SignIn, Token
from .start_page import Favicon, StartPage
from .world import World

__all__ = ["make_app"]


def make_app(world: World) -> Application:
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
            (f"/connections/{one}/(?:proxy|api)/.*", Proxy, given),
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
        ],
        default_handler_class=NotFound,
        default_handler_args=given,
        # Tornado's own log line has the whole address, token included.
        log_function=lambda handler: None,
    )
