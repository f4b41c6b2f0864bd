"""Which return path is chosen, and by what evidence."""

from __future__ import annotations

from typing import Any

import pytest

from ic_widget.errors import ConfigurationError
from ic_widget.returning.paths import (
    Evidence,
    Failed,
    PageFacts,
    Proof,
    ReturnSettings,
    assume,
    decide,
    is_loopback,
)

LAB = PageFacts("https://hub.example.org", "/user/alice/", "jupyterlab")
LOCAL = PageFacts("http://localhost:8888", "/", "jupyterlab")
WEBVIEW = PageFacts("vscode-webview://abc", None, "vscode")
AUTO = ReturnSettings()


def test_loopback_first() -> None:
    """A page that reached 127.0.0.1 gets the answer there, whatever else works."""
    reach = decide(AUTO, 4711, LAB, Evidence({"loopback": "proved", "proxy": "proved"}, "proved"))
    assert reach is not None
    assert ("loopback", "http://127.0.0.1:4711/n") == (reach.path, reach.redirect_uri("n"))


def test_proxy_by_proof() -> None:
    """A proved jupyter-server-proxy is used with the page's own origin and base URL."""
    reach = decide(
        AUTO, 4711, LAB, Evidence({"loopback": Failed("not on this machine"), "proxy": "proved"}, "proved")
    )
    assert reach is not None
    assert ("proxy", "https://hub.example.org/user/alice/proxy/4711/n") == (
        reach.path,
        reach.redirect_uri("n"),
    )


@pytest.mark.parametrize("page", [LOCAL, LAB, None])
def test_nothing_yet(page: PageFacts | None) -> None:
    """While a probe is out, nothing is decided."""
    assert decide(AUTO, 4711, page, Evidence({"loopback": Failed("network error")}, "proved")) is None


@pytest.mark.parametrize(
    ("page", "probes", "reason"),
    [
        (
            LOCAL,
            {"loopback": Failed("network error"), "proxy": Failed("HTTP 404")},
            "at 127.0.0.1: network error; through",
        ),
        (LAB, {"proxy": Failed("login page")}, "at 127.0.0.1: the page is not from this machine; through"),
        (WEBVIEW, {}, "through jupyter-server-proxy: the page is not Jupyter's"),
    ],
)
def test_what_a_page_does_not_try_is_not_waited_for(
    page: PageFacts, probes: dict[str, Proof], reason: str
) -> None:
    """A public page never probes loopback, one outside Jupyter no proxy: the rest decides at once."""
    reach = decide(AUTO, 4711, page, Evidence(probes, "proved"))
    assert reach is not None
    assert "events" == reach.path
    assert reason in reach.reason


def test_silence_counts_as_no_in_the_end() -> None:
    """A page that never reports gets the event stream, with the reason."""
    reach = decide(AUTO, 4711, LAB, Evidence({}, "proved"), final=True)
    assert reach is not None
    assert ("events", None) == (reach.path, reach.redirect_uri("n"))
    assert "through jupyter-server-proxy: no answer" in reach.reason


def test_events_not_known_yet() -> None:
    """Before the stream is open or refused, the event stream is not promised."""
    probes: dict[str, Proof] = {"loopback": Failed("no"), "proxy": Failed("HTTP 404")}
    assert decide(AUTO, 4711, LAB, Evidence(probes, None)) is None


def test_paste_when_nothing_else_is_left() -> None:
    """An engine without event stream leaves an address to paste, which then must hold the nonce."""
    reach = decide(
        AUTO, 4711, LAB, Evidence({"proxy": Failed("HTTP 404")}, Failed("The engine has no event stream."))
    )
    assert reach is not None
    assert ("paste", "http://127.0.0.1:4711/n") == (reach.path, reach.redirect_uri("n"))
    assert "HTTP 404" in reach.reason
    assert "no event stream" in reach.reason


@pytest.mark.parametrize("asked", ["loopback", "paste"])
def test_asked_for(asked: str) -> None:
    """A path that was asked for is taken without evidence."""
    reach = decide(ReturnSettings(asked), 4711, None, Evidence())
    assert reach is not None
    assert asked == reach.path


def test_proxy_asked_for_waits_for_the_page() -> None:
    """Only the page knows the proxy's address, so redirect='proxy' waits for it."""
    assert decide(ReturnSettings("proxy"), 4711, None, Evidence()) is None
    reach = decide(ReturnSettings("proxy"), 4711, LAB, Evidence())
    assert reach is not None
    assert "proxy" == reach.path


KEY = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0..k3"


@pytest.mark.parametrize(
    ("base_url", "path"),
    [
        (f"/k/12345/{KEY}/proxy/", "events"),
        ("/notebooks/9f86d081884c7d659a2feaa0c55ad015/", "events"),
        ("/user/alice/", "proxy"),
        ("/user/ipython-ipython-in-depth-8k2jd0as7/", "proxy"),
        ("/user/3f2b8c1e-9d4a-4e57-8a6f-0c1d2e3f4a5b/lab-server/", "proxy"),
    ],
)
def test_address_that_is_a_secret(base_url: str, path: str) -> None:
    """Where the server's own address holds a key, auto does not send it to the engine; who asks for proxy does."""
    page = PageFacts("https://kkb.example", base_url, "notebook")
    evidence = Evidence({"proxy": "proved"}, "proved")
    reach = decide(AUTO, 4711, page, evidence)
    assert reach is not None
    assert path == reach.path
    assert ("holds what looks like a key" in reach.reason) == (path == "events")
    asked = decide(ReturnSettings("proxy"), 4711, page, evidence)
    assert asked is not None
    assert f"https://kkb.example{base_url}proxy/4711" == asked.base


def test_events_asked_for() -> None:
    """redirect='events' waits for the stream, so that no tab opens before the kernel listens."""
    asked = ReturnSettings("events")
    assert decide(asked, 4711, LAB, Evidence()) is None
    reach = decide(asked, 4711, LAB, Evidence({}, "proved"))
    assert reach is not None
    assert ("events", None) == (reach.path, reach.redirect_uri("n"))


def test_events_asked_for_without_a_stream() -> None:
    """redirect='events' on an engine without event stream falls to paste and says why."""
    reach = decide(
        ReturnSettings("events"), 4711, LAB, Evidence({}, Failed("The engine has no event stream."))
    )
    assert reach is not None
    assert "paste" == reach.path
    assert "redirect='events' was asked for. The engine has no event stream." in reach.reason


def test_asked_for_but_not_reached() -> None:
    """A path that was asked for is taken, and the failed probe is told."""
    reach = decide(ReturnSettings("proxy"), 4711, LAB, Evidence({"proxy": Failed("HTTP 500")}, "proved"))
    assert reach is not None
    assert "proxy" == reach.path
    assert "did not reach the kernel through jupyter-server-proxy: HTTP 500" in reach.reason


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://localhost:8888", True),
        ("http://lab.localhost", True),
        ("http://127.1.2.3:8888", True),
        ("http://[::1]:8888", True),
        ("http://127.example.org", False),
        ("https://hub.example.org", False),
        ("vscode-webview://abc", False),
        ("null", False),
        ("http://[broken", False),
        ("http://evil.example@localhost:8888", False),
        ("http://localhost/x", False),
        ("localhost:8888", True),
        ("LOCALHOST", True),
        ("[::1]:1", True),
        ("evil.example@127.0.0.1:8888", False),
        ("127.0.0.1:8888/@evil.example", False),
        ("127.0.0.1:8888, evil.example", False),
        ("127.0.0.1#@evil.example", False),
        ("127.0.0.1\n", False),
    ],
)
def test_is_loopback(origin: str, expected: bool) -> None:
    """Only addresses and names that always mean this machine count as such."""
    assert expected == is_loopback(origin)


def test_proxy_asked_for_outside_jupyter() -> None:
    """redirect='proxy' on a page without a Jupyter base URL falls to the next path."""
    reach = decide(ReturnSettings("proxy"), 4711, WEBVIEW, Evidence({}, "proved"))
    assert reach is not None
    assert "events" == reach.path


def test_given_base() -> None:
    """redirect_base is believed."""
    reach = decide(ReturnSettings(redirect_base="https://x.example/tunnel/"), 4711, LAB, Evidence())
    assert reach is not None
    assert ("base", "https://x.example/tunnel/n") == (reach.path, reach.redirect_uri("n"))


@pytest.mark.parametrize(
    "base",
    [
        "ftp://x",
        "x.example",
        "https://x/?a=b",
        "https://x/#f",
        "https://u:p@x/",
        "https://x:port/",
        "https://",
        5,
        b"https://x",
    ],
)
def test_wrong_base(base: Any) -> None:
    """A redirect_base that no browser could come back to is refused at construction."""
    with pytest.raises(ConfigurationError, match="redirect_base must be an http or https address"):
        ReturnSettings(redirect_base=base)


def test_base_without_address() -> None:
    """redirect='base' alone says what is missing."""
    with pytest.raises(ConfigurationError, match="needs redirect_base="):
        ReturnSettings("base")


def test_unknown_path() -> None:
    """An unknown redirect= names the ones there are."""
    with pytest.raises(ConfigurationError, match="'auto', 'loopback', 'proxy', 'base', 'events', 'paste'"):
        ReturnSettings("pigeon")


@pytest.mark.parametrize("port", [-1, 65536, True, "8123", 80.5, None])
def test_wrong_port(port: Any) -> None:
    """What is no port is refused at construction."""
    with pytest.raises(ConfigurationError, match="is no port"):
        ReturnSettings(port=port)


def test_environment() -> None:
    """IC_WIDGET_REDIRECT_BASE and IC_WIDGET_PORT count where nothing was given."""
    environ = {"IC_WIDGET_REDIRECT_BASE": "https://x.example", "IC_WIDGET_PORT": "8123"}
    expected = ReturnSettings("auto", "https://x.example", 8123)
    assert expected == ReturnSettings.from_environment("auto", None, 0, environ)
    assert ReturnSettings("auto", "https://y", 7) == ReturnSettings.from_environment(
        "auto", "https://y", 7, environ
    )


def test_environment_port_is_no_number() -> None:
    """A wrong IC_WIDGET_PORT is named as such."""
    with pytest.raises(ConfigurationError, match="IC_WIDGET_PORT='http'"):
        ReturnSettings.from_environment("auto", None, 0, {"IC_WIDGET_PORT": "http"})


def test_without_a_page() -> None:
    """A script's browser is taken to run on the same machine (RFC 8252)."""
    assert ("loopback", "http://127.0.0.1:4711") == (assume(AUTO, 4711).path, assume(AUTO, 4711).base)
    assert "events" == assume(ReturnSettings("events"), 4711).path
    assert "base" == assume(ReturnSettings(redirect_base="https://x"), 4711).path


def test_proxy_without_a_page() -> None:
    """redirect='proxy' without a page says what to give instead."""
    with pytest.raises(ConfigurationError, match="Give redirect_base="):
        assume(ReturnSettings("proxy"), 4711)


@pytest.mark.parametrize("redirect", ["auto", "events", "paste"])
def test_some_ways_need_no_port(redirect: str) -> None:
    """The stream and paste do without a port; a pasted answer then ends in the address bar of a page of nobody."""
    settings = ReturnSettings(redirect)
    assert not settings.needs_port
    reach = decide(settings, 0, LAB, Evidence({}, Failed("no stream")))
    assert reach is not None
    assert "http://127.0.0.1:4" == reach.base


@pytest.mark.parametrize(
    "settings",
    [
        ReturnSettings("loopback"),
        ReturnSettings(port=8123),
        ReturnSettings(redirect_base="https://x.example"),
    ],
)
def test_other_ways_need_a_port(settings: ReturnSettings) -> None:
    """What cannot work without a port of the kernel's is known before one is opened."""
    assert settings.needs_port
