"""What the engine's errors mean, and what to do about each."""

from __future__ import annotations

from collections.abc import Set

from ..errors import EngineError
from ..runtime.durations import span
from .backoff import clock_difference
from .failures import redirected
from .http import Answer, Http
from .redaction import redacted
from .secret import Secret

__all__ = ["refusal", "wrong_clock"]

WRONG_CLOCK = 120.0
"""Seconds between the engine's clock and this machine's that may have cost a token its validity."""

ADVICE = {
    401: "Check that the token, or the workspace's key and secret, are this engine's and have not expired.",
    403: "Ask whoever runs the workspace for access.",
    404: "Check that api_uri= is right.",
    429: "Wait a minute and try again.",
}


def refusal(
    answer: Answer, http: Http, secrets: Set[Secret], not_found_message: str | None = None
) -> EngineError:
    """What an `answer` that is no success means, with none of the `secrets`; `not_found_message` is said of a 404."""
    data = redacted(answer.object, secrets)
    said = data.get("message") if data else None
    if answer.status == 404 and not_found_message and data is not None:
        return EngineError(not_found_message, status=404, data=data)
    if isinstance(said, str) and said.strip():
        message = said.strip()
    else:
        message = f"{http.host} answered {answer.status} {redacted(answer.reason, secrets)}".strip()
    advice = ADVICE.get(answer.status, "")
    if answer.status == 401:
        advice = wrong_clock(clock_difference(answer.headers)) or advice
    elif answer.status >= 500:
        advice = "The engine has a problem; try again in a while."
        if data is None and http.proxy is not None:
            advice = f"The engine or the proxy {http.proxy.host} has a problem; try again in a while."
    elif 300 <= answer.status < 400:
        advice = redirected(http.api_uri, answer.headers.get("Location", ""))
    return EngineError(_sentences(message, advice), status=answer.status, data=data)


def wrong_clock(difference: float | None) -> str:
    """What to say of a clock that is wrong by `difference` seconds; empty for one that is right enough."""
    if difference is None or abs(difference) < WRONG_CLOCK:
        return ""
    where = "behind" if difference > 0 else "ahead of"
    return f"This machine's clock is {span(difference)} {where} the engine's: set it right, then try again."


def _sentences(message: str, advice: str) -> str:
    ended = message if message.endswith((".", "!", "?")) else message + "."
    return f"{ended} {advice}".strip()
