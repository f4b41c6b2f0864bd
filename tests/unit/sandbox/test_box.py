"""Starting, stopping and looking at a sandbox, from outside."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from ic_widget import ConnectFlow
from ic_widget.errors import ConfigurationError, ConnectionRejected
from ic_widget.sandbox import Received, Sandbox

from .conftest import PAGE, Client
from .test_app_client import by_oauth


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.4", "example.com"])  # noqa: S104
def test_public_address_needs_to_be_asked_for(address: str) -> None:
    """Anything but a loopback address is refused, with the words that would allow it."""
    with pytest.raises(ConfigurationError, match="--allow-remote"):
        Sandbox(address=address)


def test_public_address_in_so_many_words() -> None:
    """With allow_remote it listens where it is told to."""
    with Sandbox(address="0.0.0.0", allow_remote=True) as box:  # noqa: S104
        assert box.url.startswith("http://0.0.0.0:")


def test_public_url_is_where_users_are_sent() -> None:
    """Behind a proxy the provider's pages and the callback are at the public address."""
    with Sandbox(public_url="https://lab.example/sandbox") as box:
        client = Client(box)
        for integration, path in (("github", "authorize"), ("trello", "oauth1/authorize")):
            start = client.connect(integrationKey=integration).location
            assert start.startswith(f"https://lab.example/sandbox/provider/{integration}/{path}?")
        start = client.connect(integrationKey="github").location
        assert "redirect_uri=https%3A%2F%2Flab.example%2Fsandbox%2Foauth-callback" in start


@pytest.mark.parametrize(
    "address", ["lab.example", "ftp://lab.example", "https://lab.example/?x", "https://lab.example/"]
)
def test_wrong_public_url(address: str) -> None:
    """What cannot be the start of an address is refused in words."""
    with pytest.raises(ConfigurationError, match="public_url must be"):
        Sandbox(public_url=address)


def test_taken_port_is_named() -> None:
    """A port in use is a ConfigurationError that names it; the same object may be tried again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        box = Sandbox(port=port)
        with pytest.raises(ConfigurationError, match=f"port {port}.*0 for a free one"):
            box.start()
    with box:
        assert box.url.endswith(f":{port}")


def test_not_started() -> None:
    """Asking an unstarted sandbox for its address says what to do."""
    with pytest.raises(ConfigurationError, match="call start"):
        _ = Sandbox().url


def test_closing_twice_and_never_started() -> None:
    """close() may be called at any time, and frees the port."""
    box = Sandbox()
    box.close()
    url = box.start().url
    box.close()
    box.close()
    with pytest.raises(OSError, match="refused"):
        urlopen(url)  # noqa: S310 - our own address


def test_nothing_secret_is_logged(box: Sandbox, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Neither token nor key shows up in any log line, at any level and whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    client.connect(
        integrationKey="stripe", input={"apiKey": "wrong-planted"}, token=f"planted.{client.token}"
    )
    client.get(f"/connect?token={client.token}&integrationKey=nope", token=None, headers=PAGE)
    client.get("/integrations?token=planted", token=None)
    by_oauth(client)
    assert "planted" not in caplog.text
    assert client.token not in caplog.text


def test_repr_shows_no_secret(box: Sandbox) -> None:
    """Printing the sandbox shows its address alone."""
    assert repr(box) == f"<Sandbox {box.url}>"
    assert box.workspace_secret not in repr(vars(box))


def test_start_page_and_favicon(client: Client) -> None:
    """A person who opens the address sees what it is; the browser's own request is no error."""
    page = client.get("/", token=None, headers=PAGE)
    assert "GitHub" in page.body
    assert "Sandbox" in page.body
    assert client.get("/favicon.ico", token=None).status == 204


def test_start_page_fetches_nothing() -> None:
    """A logo that is somewhere else is not fetched: the app's initials stand for it."""
    with Sandbox([{"key": "a", "name": "Acme", "logoUri": "https://cdn.example/a.png"}]) as box:
        page = Client(box).get("/", token=None, headers=PAGE).body
    assert "cdn.example" not in page
    assert ">Ac</span>" in page


@pytest.mark.program
def test_pytest_fixture(tmp_path: Path) -> None:
    """A project gets a running sandbox for each of its tests by naming the plugin."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["ic_widget.sandbox.fixtures"]\n')
    (tmp_path / "test_it.py").write_text(
        "import urllib.request\n"
        "def test_it(ic_sandbox):\n"
        "    assert urllib.request.urlopen(ic_sandbox.url).status == 200\n"
    )
    plugins = ["-p", "no:cacheprovider", "-p", "no:schemathesis"]  # the second takes seconds to import
    command = [sys.executable, "-m", "pytest", "-q", *plugins, str(tmp_path)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert "1 passed" in ended.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("gihtub", "Did you mean 'github'\\?"),
        ("GitHubb", "Did you mean 'github'\\?"),
        ("nope", "There are .*github"),
        ("zzzzzz", "There are .*github"),
    ],
)
def test_revoking_what_is_not_there(box: Sandbox, given: str, said: str) -> None:
    """A name that no app has is refused; those that it may stand for are named, else all there are."""
    with pytest.raises(ValueError, match=said):
        box.revoke(given)


def test_revoking_by_id(box: Sandbox) -> None:
    """An app may be named by its id too."""
    github = box.connect("github")
    box.revoke(github.integration_id or "")

    assert not github.test()


def test_signing_in_and_denying(box: Sandbox) -> None:
    """A flow, or the address of its page, is signed in to and denied without a browser."""
    with ConnectFlow(box.engine(), integration="github") as flow:
        assert "Connected" == box.sign_in(flow)
        assert flow.wait(20).connected
    with ConnectFlow(box.engine(), integration="github") as flow:
        box.deny(flow.url)
        with pytest.raises(ConnectionRejected, match="not allowed"):
            flow.wait(20)


def test_what_was_received(box: Sandbox) -> None:
    """What a browser sent is there for assertions, by the names that `Received` has."""
    with ConnectFlow(
        box.engine(),
        integration="hubspot",
        auth_option="private-app",
        parameters={"accessToken": "t"},
        connection_key="crm",
        custom_state={"from": "test"},
    ) as flow:
        box.sign_in(flow)
        flow.wait(20)
    sent = box.received[-1]

    assert ("hubspot", "private-app", {"accessToken": "t"}, "crm", {"from": "test"}) == (
        sent["integrationKey"],
        sent["authOptionKey"],
        sent["connectionParameters"],
        sent["connectionKey"],
        sent["customState"],
    )
    assert set(sent) <= set(Received.__annotations__)
