"""What programs call at the provider: tokens and revocation (OAuth 2), request and access tokens (OAuth 1)."""

from __future__ import annotations

import json
from abc import abstractmethod
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ..envelope import GrantError
from ..web.handlers import SandboxHandler

__all__ = ["OAuth1AccessToken", "OAuth1RequestToken", "Revoke", "Token"]


class Endpoint(SandboxHandler):
    """An endpoint that programs call: form in, JSON out, errors after RFC 6749 section 5.2."""

    async def prepare(self) -> None:
        await self.be_slow()

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.request.body.decode("utf-8", "replace"), keep_blank_values=True))

    def check_client(self, form: dict[str, str]) -> None:
        provider = self.world.provider
        if (form.get("client_id"), form.get("client_secret")) != (provider.client_id, provider.client_secret):
            raise GrantError("invalid_client", "The client is not known.")

    def answer(self, body: dict[str, Any], status: int = 200) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(body))

    def answer_error(self, error: GrantError) -> None:
        status = 401 if error.code == "invalid_client" else 400
        self.answer({"error": error.code, "error_description": error.description}, status)


class Token(Endpoint):
    """``POST /provider/{app}/token``"""

    def post(self, app: str) -> None:
        form = self.form()
        provider = self.world.provider
        try:
            self.check_client(form)
            if form.get("grant_type") == "authorization_code":
                tokens = provider.redeem(
                    app, form.get("code", ""), form.get("redirect_uri", ""), form.get("code_verifier", "")
                )
            elif form.get("grant_type") == "refresh_token":
                tokens = provider.refresh(app, form.get("refresh_token", ""))
            else:
                raise GrantError("unsupported_grant_type", "Only authorization_code and refresh_token.")
        except GrantError as error:
            self.answer_error(error)
        else:
            self.answer(tokens)


class Revoke(Endpoint):
    """``POST /provider/{app}/revoke``: RFC 7009."""

    def post(self, app: str) -> None:
        form = self.form()
        try:
            self.check_client(form)
        except GrantError as error:
            self.answer_error(error)
        else:
            self.world.provider.revoke(form.get("token", ""))
            self.answer({})


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
        return self.world.provider.oauth1.request_token(app, uri, header, self.world.callback_uri)


class OAuth1AccessToken(SignedEndpoint):
    """``POST /provider/{app}/oauth1/access-token``"""

    def parameters(self, app: str, uri: str, header: str) -> dict[str, str]:
        return self.world.provider.oauth1.access_token(app, uri, header)
