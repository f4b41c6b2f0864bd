"""Somebody with a browser: opens an address, sends every form as it is filled in, and presses the first button."""

from __future__ import annotations

import threading
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

PAGES = 10  # more than any sign-in has


class _Form(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.values: dict[str, str] = {}
        self._pressed = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.action = found.get("action") or ""
        name = found.get("name")
        if name and (tag == "input" or (tag == "button" and not self._pressed)):
            self.values[name] = found.get("value") or ""
        self._pressed = self._pressed or tag == "button"


def sign_in(address: str) -> None:
    """Walk from `address` to the page without a form at which a sign-in ends."""
    form: _Form | None = None
    for _ in range(PAGES):
        data = urlencode(form.values).encode() if form is not None else None
        request = Request(address, data, {"Accept": "text/html"})  # noqa: S310  the tests' own servers
        try:
            with urlopen(request, timeout=20) as answer:  # noqa: S310  the tests' own servers
                page, address = answer.read().decode(), answer.url
        except HTTPError as answer:
            with answer:
                raise AssertionError(f"{answer.code} {answer.read().decode()}") from None
        form = _Form(page)
        if form.action is None:
            return
        address = urljoin(address, form.action)
    raise AssertionError(f"the sign-in never ends: {address}")


def sign_in_beside(address: str) -> None:
    """The same while the program that showed the address goes on."""
    threading.Thread(target=sign_in, args=(address,), daemon=True).start()
