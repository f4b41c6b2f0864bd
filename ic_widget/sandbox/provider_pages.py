"""The provider's pages and endpoints: sign in, consent, token, revoke."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .envelope import bad_request, not_found
from .grant_error import GrantError
from .handlers import PageHandler, SandboxHandler
from .provider import Authorization

__all__ = ["Authorize", "Consent", "Revoke", "SignIn", "Token"]


class ProviderPage(PageHandler):
    """A page of the app's provider; the app is known by the first part of the path."""

    async def prepare(self) -> None:
        slow = self.fault("provider-slow")
        if slow:
            await asyncio.sleep(min(slow, 60_000) / 1000)
        if self.fault("coop"):
            self.set_header("Cross-Origin-Opener-Policy", "same-origin")

    def app_name(self, app: str) -> str:
        item = self.world.catalogue.get(app)
        if item is None:
            raise not_found("App", app)
        return str(item["name"])

    def visited(self, app: str, *, end: bool = False) -> tuple[str, Authorization]:
        handle = self.get_body_argument("visit", "")
        found = self.world.provider.visited(app, handle, end=end)
        if found is None:
            raise bad_request("This sign-in is finished or too old. Start again where you came from.")
        return handle, found

    def send_back(self, visit: Authorization, **answer: str) -> None:
        if self.fault("provider-silent"):
            self.page("silent.html", title=f"{self.app_name(visit.app)} is thinking")
            return
        if visit.state:
            answer["state"] = visit.state
        self.redirect(f"{visit.redirect_uri}?{urlencode(answer)}", status=303)

    def ask_to_sign_in(
        self, visit: Authorization, handle: str, *, wrong: bool = False, action: str = "sign-in"
    ) -> None:
        app = self.app_name(visit.app)
        values = {"app": app, "visit": handle, "site": visit.site, "wrong": wrong, "action": action}
        self.page("sign_in.html", title=f"Sign in to {app}", **values)


class Authorize(ProviderPage):
    """``GET /provider/{app}/authorize``: RFC 6749 section 4.1.1 with RFC 7636 section 4.3."""

    def get(self, app: str) -> None:
        self.app_name(app)
        query = {
            key: self.get_query_argument(key, "") for key in ("client_id", "redirect_uri", "response_type")
        }
        if query["client_id"] != self.world.provider.client_id:
            raise bad_request("The client_id is not registered.")
        if query["redirect_uri"] != f"{self.world.url}/oauth-callback":
            raise bad_request("The redirect_uri is not registered for this client.")
        visit = Authorization(
            app=app,
            redirect_uri=query["redirect_uri"],
            state=self.get_query_argument("state", ""),
            challenge=self.get_query_argument("code_challenge", ""),
            scope=self.get_query_argument("scope", ""),
            site=self.get_query_argument("site", ""),
        )
        if query["response_type"] != "code":
            self.send_back(visit, error="unsupported_response_type")
        elif not visit.challenge or self.get_query_argument("code_challenge_method", "") != "S256":
            description = "PKCE with S256 is required."
            self.send_back(visit, error="invalid_request", error_description=description)
        else:
            self.ask_to_sign_in(visit, self.world.provider.visit(visit))


class SignIn(ProviderPage):
    """``POST /provider/{app}/sign-in``"""

    def post(self, app: str) -> None:
        name = self.app_name(app)
        handle, visit = self.visited(app)
        email = self.get_body_argument("email", "").strip()
        password = self.get_body_argument("password", "", strip=False)
        if not email or not password or password.startswith("wrong"):
            self.ask_to_sign_in(visit, handle, wrong=True)
            return
        visit.account = email
        scopes = visit.scope.split()
        self.page(
            "consent.html",
            title=f"Allow access to {name}?",
            app=name,
            visit=handle,
            email=email,
            scopes=scopes,
        )


class Consent(ProviderPage):
    """``POST /provider/{app}/consent`` with ``answer`` allow or deny."""

    def post(self, app: str) -> None:
        self.app_name(app)
        allowed = self.get_body_argument("answer", "") == "allow"
        _, visit = self.visited(app, end=True)
        allowed = allowed and bool(visit.account)
        if visit.request_token:
            self.send_back(visit, **self.oauth1_answer(visit, allowed=allowed))
        elif allowed:
            self.send_back(visit, code=self.world.provider.code(visit))
        else:
            description = "The user did not allow it."
            self.send_back(visit, error="access_denied", error_description=description)

    def oauth1_answer(self, visit: Authorization, *, allowed: bool) -> dict[str, str]:
        """RFC 5849 section 2.2; it has no word for a refusal, providers say ``denied``."""
        if not allowed or not self.world.provider.oauth1.known(visit.app, visit.request_token):
            self.world.provider.oauth1.deny(visit.request_token)
            return {"denied": visit.request_token}
        verifier = self.world.provider.oauth1.allow(visit.request_token, visit.account)
        return {"oauth_token": visit.request_token, "oauth_verifier": verifier}


class Endpoint(SandboxHandler):
    """An endpoint that programs call: form in, JSON out, errors after RFC 6749 section 5.2."""

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
