"""The pages of the callback server: self-contained, escaped, the same for everyone."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from ic_widget.returning import pages
from tests.unit.returning.outline import Outline

NASTY = "</p><script>alert(1)</script><img src=//evil.example onerror=alert(1)>\"'&$title${script}"
EVERY = {
    "connected": (200, pages.connected()),
    "failed": (200, pages.failed(NASTY)),
    "malformed": (400, pages.malformed(NASTY)),
    "unknown": (404, pages.unknown()),
    "ended": (410, pages.ended()),
    "used": (410, pages.used()),
    "wrong_method": (405, pages.wrong_method()),
    "late": (200, pages.connected_after_all(NASTY, again=False)),
    "late again": (200, pages.connected_after_all("", again=True)),
    "hand_off": (200, pages.hand_off(f"https://engine.example/{NASTY}", {"token": NASTY})),
}
every = pytest.mark.parametrize(("status", "page"), EVERY.values(), ids=EVERY)


@every
def test_status(status: int, page: pages.Page) -> None:
    """Each page has the status that says what it means."""
    assert status == page.status


@every
def test_nothing_is_loaded(status: int, page: pages.Page) -> None:
    """No page names anything that a browser would fetch: all it needs is in it."""
    text = page.body.decode()
    names = {name for _, attributes in Outline(page).tags for name in attributes}

    assert set() == names & {"src", "href", "srcset", "data", "background", "poster", "ping"}
    assert [] == re.findall(r"url\(|@import|@font-face", text)


@every
def test_one_script_and_one_style(status: int, page: pages.Page) -> None:
    """There is one script and one style, both ours, and no handler in an attribute."""
    tags = Outline(page).tags

    assert (1, 1) == tuple(sum(tag == name for tag, _ in tags) for name in ("script", "style"))
    assert [] == [
        name for _, attributes in tags for name in attributes if name.startswith("on") or name == "style"
    ]


@every
def test_policy(status: int, page: pages.Page) -> None:
    """The policy admits just the style and the script of the page, and a form only where there is one."""
    directives = dict(part.strip().split(" ", 1) for part in page.policy.split(";"))
    for tag in ("style", "script"):
        [source] = re.findall(f"<{tag}>(.*?)</{tag}>", page.body.decode(), re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"'sha256-{digest}'" == directives.pop(f"{tag}-src")
    no_form = {} if b"<form" in page.body else {"form-action": "'none'"}

    assert {
        "default-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        **no_form,
    } == directives


@every
def test_a_page_says_what_next(status: int, page: pages.Page) -> None:
    """Each page has a language, a title and a heading."""
    tags = Outline(page).tags

    assert ("html", {"lang": "en"}) in tags
    assert 1 == sum(tag == "h1" for tag, _ in tags)
    assert re.search(r"<title>[^<]+</title>", page.body.decode())


def test_success_tidies_up() -> None:
    """The success page drops the answer from the address and tries to close itself."""
    text = pages.connected().body.decode()

    assert "history.replaceState(null,'',location.pathname)" in text
    assert "window.close()" in text


def test_failure_stays() -> None:
    """The failure page drops the answer from the address and stays."""
    text = pages.failed("Denied").body.decode()

    assert "history.replaceState(null,'',location.pathname)" in text
    assert "window.close()" not in text
    assert ">Denied</p>" in text


def test_nothing_gives_away_what_exists() -> None:
    """The page for a path that belongs to nobody has no script at all."""
    assert b"<script></script>" in pages.unknown().body


@pytest.mark.parametrize(
    ("app", "again", "title", "said"),
    [
        (
            "GitHub",
            False,
            "Connected after all",
            "GitHub was connected, but your notebook had stopped waiting",
        ),
        ("", False, "Connected after all", "The app was connected, but"),
        ("GitHub", True, "Connected once more", "GitHub was connected once more, in a second tab."),
    ],
)
def test_a_late_success(app: str, again: bool, title: str, said: str) -> None:
    """Who signs in late is told what becomes of it; what a second tab brings is told apart."""
    text = pages.connected_after_all(app, again=again).body.decode()

    assert f"<title>{title}</title>" in text
    assert said in text


def test_an_address_stays_in_its_attribute() -> None:
    """Quotes in the engine's address end no attribute, and add none."""
    address = 'https://engine.example/" onfocus="alert(1)" x=\''
    [form] = [found for tag, found in Outline(pages.hand_off(address, {})).tags if tag == "form"]

    assert {"method": "post", "action": address, "autocomplete": "off"} == form


def test_the_repr_has_no_body() -> None:
    """The hand-off page holds the token, which no log and no traceback shows."""
    assert "planted" not in repr(pages.hand_off("https://engine.example", {"token": "planted"}))
