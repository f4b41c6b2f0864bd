"""`ic-widget doctor`: what it says of this machine, and what it never says."""

from __future__ import annotations

import socket

import pytest

from ic_widget.doctor import examine, main
from ic_widget.sandbox import Sandbox

SECRET = "planted-Secret-0123456789"


@pytest.fixture
def environment(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What `ic-widget sandbox` prints is set."""
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "MEMBRANE_TOKEN", "IC_WIDGET_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MEMBRANE_API_URI", box.url)
    monkeypatch.setenv("MEMBRANE_WORKSPACE_KEY", box.workspace_key)
    monkeypatch.setenv("MEMBRANE_WORKSPACE_SECRET", box.workspace_secret)
    monkeypatch.setenv("MEMBRANE_TENANT_KEY", "demo")
    return monkeypatch


def test_everything_is_in_order(environment: pytest.MonkeyPatch) -> None:
    """With an engine that answers, every line is in order, and the ways back are named."""
    report = list(examine())
    assert [] == [line for fine, line in report if not fine]
    text = "\n".join(line for _, line in report)
    for said in (
        "Token: the engine takes it",
        "event stream: open",
        "a port can be opened",
        "by paste: always",
    ):
        assert said in text


@pytest.mark.parametrize(("port", "status", "found"), [("0", 0, "none"), ("none of them", 1, "1")])
def test_the_last_line_is_the_result(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str, status: int, found: str
) -> None:
    """The report ends with how many lines are not in order, and so does the command with 0 or 1."""
    environment.setenv("IC_WIDGET_PORT", port)
    assert status == main()
    assert f"Lines that are not in order: {found}" == capsys.readouterr().out.splitlines()[-1]


def test_a_token_that_the_engine_refuses(environment: pytest.MonkeyPatch) -> None:
    """A wrong secret is the one thing that is not in order, with the engine's sentence."""
    environment.setenv("MEMBRANE_WORKSPACE_SECRET", SECRET * 4)
    (line,) = [line for fine, line in examine() if not fine]
    assert line.startswith("Token: ")
    assert "signature" in line


def test_no_token(environment: pytest.MonkeyPatch) -> None:
    """Without a token the engine is still asked whether it answers."""
    for name in ("MEMBRANE_WORKSPACE_KEY", "MEMBRANE_WORKSPACE_SECRET", "MEMBRANE_TENANT_KEY"):
        environment.delenv(name)
    report = list(examine())
    assert ["Token: There is no token for the engine."] == [line[:40] for fine, line in report if not fine]
    assert any(line.startswith("Network: the engine answered") for _, line in report)


def test_an_engine_that_is_not_there(environment: pytest.MonkeyPatch) -> None:
    """An engine that cannot be reached is told with what to check."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        environment.setenv("MEMBRANE_API_URI", f"http://127.0.0.1:{unused.getsockname()[1]}")
        (line,) = [line for fine, line in examine() if not fine]
    assert line.startswith("Network: Could not connect to 127.0.0.1")


def test_a_port_that_is_taken(environment: pytest.MonkeyPatch) -> None:
    """A port given by IC_WIDGET_PORT that another program holds is told."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        environment.setenv("IC_WIDGET_PORT", str(other.getsockname()[1]))
        (line,) = [line for fine, line in examine() if not fine]
    assert "is taken by another program" in line


def test_no_secret_is_shown(environment: pytest.MonkeyPatch) -> None:
    """Tokens, the workspace's secret, a proxy's password and addresses of one's own are in no line."""
    environment.setenv("MEMBRANE_TOKEN", SECRET)
    environment.setenv("MEMBRANE_API_URI", "https://engine.example")
    environment.setenv("HTTPS_PROXY", f"http://user:{SECRET}@127.0.0.1:9")
    environment.setenv("IC_WIDGET_REDIRECT_BASE", f"https://hub.example/{SECRET}")
    text = "\n".join(line for _, line in examine())
    assert "127.0.0.1:9" in text
    assert SECRET not in text
