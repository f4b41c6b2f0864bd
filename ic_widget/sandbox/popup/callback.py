"""The engine as an OAuth client, whichever version: off to the provider, and back."""

from __future__ import annotations

from ..credentials import oauth1, oauth2
from ..envelope import ApiError
from ..state.attempts import Attempt
from ..state.world import World
from ..web.handlers import PageHandler
from . import outcome

__all__ = ["Callback", "authorize"]


async def authorize(world: World, attempt: Attempt) -> str:
    """The address at the provider to send the user to; `attempt` is kept until they come back."""
    if attempt.option["type"] == "oauth1":
        return await oauth1.authorize(world, attempt)
    return oauth2.authorize(world, attempt)


class Callback(PageHandler):
    """``GET /oauth-callback``: where providers send the user back to.

    The attempt is found by OAuth 2's ``state`` (RFC 6749 section 4.1.2) or by OAuth 1's request token
    (RFC 5849 section 2.2), each unguessable and good once.
    """

    async def get(self) -> None:
        answer = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        token = answer.get("oauth_token") or answer.get("denied")
        handle = f"oauth1:{token}" if token else answer.get("state", "")
        attempt = self.world.attempts.take(handle)
        try:
            if self.fault("token-expires"):
                raise ApiError("The access token has expired.", status=401, key="not_authenticated")
            self.world.tenant(attempt.token)
            protocol = oauth1 if attempt.option["type"] == "oauth1" else oauth2
            credentials = await protocol.credentials(self.world, attempt, answer)
            outcome.succeed(self, attempt, {**credentials, "values": attempt.values})
        except ApiError as error:
            outcome.fail(self, attempt, error.envelope)
