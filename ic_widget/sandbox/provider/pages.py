"""The provider's pages, with OAuth 2 and with OAuth 1: sign in, and allow or deny."""

from __future__ import annotations

from urllib.parse import urlencode

from ..envelope import bad_request, not_found
from ..state.grants import Authorization
from ..web.handlers import PageHandler

__all__ = ["Authorize", "Consent", "OAuth1Authorize", "SignIn"]


class ProviderPage(PageHandler):
    """A page of the app's provider; the app is known by the first part of the path."""

    async def prepare(self) -> None:
        await self.be_slow()
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
        email = self.get_body_argument("email", "").strip() or "demo@example.com"
        values = {"visit": handle, "site": visit.site, "wrong": wrong, "action": action, "email": email}
        # What went wrong comes first in the title: it is what a screen reader says of a new page.
        self.page("sign_in.html", title=f"{'Error: ' if wrong else ''}Sign in to {app}", **values)


class Authorize(ProviderPage):
    """``GET /provider/{app}/authorize``: RFC 6749 section 4.1.1 with RFC 7636 section 4.3."""

    def get(self, app: str) -> None:
        self.app_name(app)
        query = {
            key: self.get_query_argument(key, "") for key in ("client_id", "redirect_uri", "response_type")
        }
        if query["client_id"] != self.world.provider.client_id:
            raise bad_request("The client_id is not registered.")
        if query["redirect_uri"] != self.world.callback_uri:
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


class OAuth1Authorize(ProviderPage):
    """``GET /provider/{app}/oauth1/authorize?oauth_token=``"""

    def get(self, app: str) -> None:
        token = self.get_query_argument("oauth_token", "")
        if not self.world.provider.oauth1.known(app, token):
            raise bad_request("This sign-in is finished or too old. Start again where you came from.")
        visit = Authorization(
            app=app,
            redirect_uri=self.world.callback_uri,
            state="",
            challenge="",
            scope="",
            request_token=token,
        )
        self.ask_to_sign_in(visit, self.world.provider.visit(visit), action="../sign-in")


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
