"""The provider's endpoints of OAuth 1 (RFC 5849 section 2); its users see the same pages as with OAuth 2."""

from __future__ import annotations

from abc import abstractmethod
from urllib.parse import urlencode

from .envelope import bad_request
from .grant_error import GrantError
from .oauth2 import callback_uri
from .provider import Authorization
from .provider_pages import Endpoint, ProviderPage

__all__ = ["OAuth1AccessToken", "OAuth1Authorize", "OAuth1RequestToken"]


class SignedEndpoint(Endpoint):
    """An endpoint that takes a signed request and answers with form-encoded parameters."""

    def post(self, app: str) -> None:
        uri = f"{self.world.local_url}{self.request.uri}"
        self.set_header("Content-Type", "application/x-www-form-urlencoded")
        try:
            parameters = self.parameters(app, uri, self.request.headers.get("Authorization", ""))
        except GrantError as error:
            self.set_status(401)
            parameters = {"error": error.description}
        self.finish(urlencode(parameters))

    @abstractmethod
    def parameters(self, app: str, uri: str, header: str) -> dict[str, str]:
        """What a rightly signed request gets; `GrantError` for any other."""


class OAuth1RequestToken(SignedEndpoint):
    """``POST /provider/{app}/oauth1/request-token``"""

    def parameters(self, app: str, uri: str, header: str) -> dict[str, str]:
        return self.world.provider.oauth1.request_token(app, uri, header, callback_uri(self.world))


class OAuth1AccessToken(SignedEndpoint):
    """``POST /provider/{app}/oauth1/access-token``"""

    def parameters(self, app: str, uri: str, header: str) -> dict[str, str]:
        return self.world.provider.oauth1.access_token(app, uri, header)


class OAuth1Authorize(ProviderPage):
    """``GET /provider/{app}/oauth1/authorize?oauth_token=``"""

    def get(self, app: str) -> None:
        token = self.get_query_argument("oauth_token", "")
        if not self.world.provider.oauth1.known(app, token):
            raise bad_request("This sign-in is finished or too old. Start again where you came from.")
        visit = Authorization(
            app=app,
            redirect_uri=callback_uri(self.world),
            state="",
            challenge="",
            scope="",
            request_token=token,
        )
        self.ask_to_sign_in(visit, self.world.provider.visit(visit), action="../sign-in")
