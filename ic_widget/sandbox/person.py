"""A person at the sandbox's pages, for programs: opens the tab, signs in, and allows or denies."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from ic_widget.errors import ConfigurationError
from ic_widget.runtime.public_calls import public_call

__all__ = ["sign_in"]

STEPS = 10
PATIENCE = 60.0
"""Seconds for each page."""


@public_call
def sign_in(url: str, *, allow: bool = True, email: str = "", password: str = "") -> str:
    """Do in a sandbox what a person does in the tab that ``flow.url`` opens; returns the last page's heading.

    Every form is sent as it is filled in already, with `email` and `password` where they are given and asked for; a
    password that begins with "wrong" is refused. `allow` answers the question at the end. The result goes where the
    engine sends it: to the flow's ``wait()``. Raises ConfigurationError for an address that is not on this machine.
    """
    if urlsplit(url).hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ConfigurationError("sign_in() signs in at a sandbox on this machine, and nowhere else.")
    typed = {name: value for name, value in (("email", email), ("password", password)) if value}
    page, seen = _open(url), ""
    for _ in range(STEPS):
        if page.action is None or (seen == page.heading and "password" in typed):
            break
        seen = page.heading
        answer = {page.choice: "allow" if allow else "deny"} if page.choice else {}
        fields = {**page.fields, **{name: typed[name] for name in typed if name in page.fields}, **answer}
        page = _open(urljoin(page.url, page.action), urlencode(fields).encode())
    return page.heading


class _Page(HTMLParser):
    """The heading of a page, and its form: where it goes, its fields, and the name of the buttons to choose from."""

    def __init__(self, url: str, text: str) -> None:
        super().__init__()
        self.url = url
        self.heading = ""
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.choice = ""
        self._in_heading = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_heading = tag == "h1"
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and "name" in given:
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "button" and "name" in given:
            self.choice = given["name"]

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.heading += data.strip()
            self._in_heading = False


def _open(url: str, form: bytes | None = None) -> _Page:
    # Loopback goes through no proxy, as in a browser.
    request = Request(url, form, {"Accept": "text/html"})  # noqa: S310  checked above
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=PATIENCE) as answer:
            return _Page(answer.url, answer.read().decode())
    except HTTPError as answer:
        with answer:
            return _Page(answer.url, answer.read().decode())
