"""Which logos the page may fetch."""

from __future__ import annotations

import pytest

from ic_widget.page.logos import with_safe_logo

ENGINE = "https://api.engine.example/v1"
PAGE = "https://hub.example.org:8443"


def kept(logo: object, *, engine: str = ENGINE, page: str | None = PAGE, foreign: bool = True) -> bool:
    """Whether an app keeps its logo."""
    return "logoUri" in with_safe_logo({"key": "a", "logoUri": logo}, engine, page, foreign=foreign)


@pytest.mark.parametrize(
    "logo",
    [
        "data:image/svg+xml,<svg/>",
        "https://static.example.com/logos/a.png?size=2",
        "HTTPS://Static.Example.COM/a.png",
        "https://static.example.com:444/a.png",
        "https://api.engine.example/logos/a.png",
    ],
)
def test_fetched(logo: str) -> None:
    """A picture in the address itself, on a public host, or on the engine's is shown."""
    assert kept(logo)


@pytest.mark.parametrize(
    "logo",
    [
        "https://hub.example.org:8443/logout",
        "https://hub.example.org/logout",
        "http://HUB.example.org:1/user/alice/api/shutdown",
        "https://hub.example.org./logout",
        "https://x@hub.example.org/logout",
        "https://hub.example.org\\@static.example.com/",
        "https:/\\hub.example.org/logout",
        "https:hub.example.org/logout",
        "//hub.example.org/logout",
        "/logout",
        "logout",
        " https://hub.example.org/logout",
        "https://hub.exa\tmple.org/logout",
        "https://hub%2eexample.org/logout",
        "https://hub。example。org/logout",
        "http://localhost:8888/logout",
        "http://a.localhost/logout",
        "http://127.0.0.1:8888/logout",
        "http://127.1/logout",
        "http://2130706433/logout",
        "http://0x7f.1/logout",
        "http://127.0.0.0x1/logout",
        "http://[::1]:8888/logout",
        "http://[::ffff:127.0.0.1]/logout",
        "http://0.0.0.0/logout",
        "http://jupyterhub/logout",
        "javascript:alert(1)",
        "data:text/html,x",
        "blob:https://static.example.com/x",
        "https://api.engine.example\\@hub.example.org/x",
        "https://api.engine.example@hub.example.org/x",
        5,
        None,
    ],
)
def test_not_fetched(logo: object) -> None:
    """Nothing on the page's own host, on this machine or without a public name is asked, however it is spelled."""
    assert not kept(logo)


def test_an_engine_on_this_machine() -> None:
    """Loopback is asked where the engine is there, at its very port; never the page's own origin."""
    local = "http://127.0.0.1:9000"
    page = "http://127.0.0.1:8888"
    assert kept(f"{local}/logo.png", engine=local, page=page)
    assert not kept("http://127.0.0.1:8888/logout", engine=local, page=page)
    assert not kept("http://127.0.0.1:90001/logout", engine=local, page=page)
    assert not kept(f"{local}/logo.png", engine=local, page=local)


def test_no_foreign_ones() -> None:
    """Where other hosts shall not learn of the list, only the engine and pictures in the address itself are left."""
    assert not kept("https://static.example.com/a.png", foreign=False)
    assert kept("https://api.engine.example/a.png", foreign=False)
    assert kept("data:image/png;base64,AA==", foreign=False)


def test_the_rest_of_an_app_stays() -> None:
    """An app without a logo, or without its logo, is the same app."""
    assert {"key": "a"} == with_safe_logo({"key": "a", "logoUri": "/logout"}, ENGINE, None)
    assert {"key": "a"} == with_safe_logo({"key": "a"}, ENGINE, PAGE)
