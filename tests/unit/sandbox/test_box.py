"""Starting, stopping, catalogues, state: the sandbox from outside."""

from __future__ import annotations

import json
import logging
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from ic_widget.errors import ConfigurationError
from ic_widget.sandbox import Sandbox, tokens

from .conftest import PAGE, Client
from .test_credentials import by_oauth

ROOT = Path(__file__).parents[3]


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


def asking(schema: Any) -> list[dict[str, Any]]:
    """A catalogue with one app that asks for what `schema` says."""
    option = {"key": "o", "type": "client-credentials", "inputSchema": schema}
    return [{"key": "a", "name": "A", "authOptions": [option]}]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({}, "must be a JSON list"),
        ([1], "entry 1: it must be object"),
        ([{"key": "a", "name": "A"}, {"key": "b"}], r"entry 2 \(b\): name is required"),
        ([{"key": "a", "name": "A", "logo": "x"}], r"entry 1 \(a\): logo is not known"),
        ([{"key": "a b", "name": "A"}], r"entry 1 \(a b\): key must match"),
        ([{"key": "a", "name": "A"}, {"key": "a", "name": "B"}], r"entry 2 \(a\): key 'a' is also entry 1"),
        ([{"key": "a", "name": "A"}, {"key": "b", "name": "B", "id": "a"}], "id 'a' is also entry 1"),
        (
            [{"key": "a", "name": "A", "authOptions": [{"key": "o", "type": "magic"}]}],
            r"entry 1 \(a\): authOptions.0.type must be one of oauth2, oauth1",
        ),
        ([{"key": "a", "name": "A", "authOptions": [{"type": "oauth2"}]}], r"authOptions.0.key is required"),
        (
            [{"key": "a", "name": "A", "authOptions": [{"key": "o", "type": "proxy"}] * 2}],
            "two authOptions have the key 'o'",
        ),
        (asking({"properties": [1]}), r"entry 1 \(a\): authOptions.0.inputSchema.properties must be object"),
        (
            asking({"properties": {"x": {"anyOf": [{"pattern": "["}]}}}),
            r"inputSchema.properties.x.anyOf.0.pattern must be a regular expression",
        ),
    ],
)
def test_wrong_catalogue_names_entry_and_key(tmp_path: Path, entries: Any, words: str) -> None:
    """What is wrong in a catalogue file is said with the file, the entry and the key."""
    path = tmp_path / "apps.json"
    path.write_text(json.dumps(entries))
    with pytest.raises(ConfigurationError, match=words) as caught:
        Sandbox(path)
    assert str(path) in str(caught.value)


def test_catalogue_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, one that is not JSON and one without end each get a sentence."""
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Sandbox(tmp_path / "none.json")
    for text, words in (("[", "is not JSON"), ("[" * 100_000 + "]" * 100_000, "is nested too deeply")):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(ConfigurationError, match=words):
            Sandbox(tmp_path / "bad.json")


@pytest.mark.parametrize("as_file", [True, False])
def test_own_catalogue(tmp_path: Path, as_file: bool) -> None:
    """A file or a list in the engine's shape replaces the built-in apps; what is null counts as not there."""
    entry = {
        "key": "mine",
        "archivedAt": None,
        "name": "Mine",
        "id": "my-id",
        "authOptions": [{"key": "k", "type": "client-credentials"}],
    }
    path = tmp_path / "apps.json"
    path.write_text(json.dumps([entry]))
    with Sandbox(path if as_file else [entry]) as box:
        items = Client(box).get("/integrations").json["items"]
    assert [(item["key"], item["id"]) for item in items] == [("mine", "my-id")]


def test_state_outlives_a_restart(tmp_path: Path) -> None:
    """Connections and the app's grants are there again, and only their owner can read the file."""
    path = tmp_path / "state.db"
    with Sandbox(state=path) as box:
        made = by_oauth(Client(box))
        Client(box).post(f"/connections/{made}/proxy/records", {"title": "Kept"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Sandbox(state=path) as box:
        again = Client(box)
        assert again.get(f"/connections/{made}").json["connected"] is True
        records = again.get(f"/connections/{made}/proxy/records").json["items"]
        assert "Kept" in [record.get("title") for record in records]
        assert again.post(f"/connections/{made}/refresh-credentials").status == 200


def test_state_that_is_no_database(tmp_path: Path) -> None:
    """A file that is something else is refused in words and left alone."""
    path = tmp_path / "notes.txt"
    path.write_text("my notes, long enough to be no empty database at all" * 20)
    with pytest.raises(ConfigurationError, match=r"notes\.txt"), Sandbox(state=path):
        pass
    assert path.read_text().startswith("my notes")


def test_state_of_another_program(tmp_path: Path) -> None:
    """Another program's database is refused in words and left alone."""
    path = tmp_path / "history.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE documents (a)")
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match=r"history\.sqlite cannot be used: .*another program"):
        Sandbox(state=path).start()
    assert path.read_bytes() == before


def test_state_is_for_one_sandbox_at_a_time(tmp_path: Path) -> None:
    """A second sandbox on the same file is refused in words; after the first has ended it may have it."""
    path = tmp_path / "state.db"
    second = Sandbox(state=path)
    with Sandbox(state=path), pytest.raises(ConfigurationError, match=r"state\.db.*no other sandbox"):
        second.start()
    with second as box:
        assert Client(box).connected()


def test_state_becomes_private(tmp_path: Path) -> None:
    """A state file that others could read is readable by its owner alone from then on, its journal too."""
    path = tmp_path / "state.db"
    path.touch()
    path.chmod(0o644)
    with Sandbox(state=path):
        assert {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()} == {0o600}


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


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m ic_widget.sandbox`` until it ends by itself."""
    command = [sys.executable, "-m", "ic_widget.sandbox", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--address", "0.0.0.0"], "--allow-remote"),  # noqa: S104
        (["--catalogue", "no/such/file.json"], "no/such/file.json cannot be read"),
        (["--port", "70000"], "There is no port 70000"),
        (["--address", "203.0.113.9", "--allow-remote"], "Choose an address of this machine"),
        (["--fault", "nope"], "there is no fault 'nope'"),
        (["--fault", "latency=x"], "latency takes a number of milliseconds, not 'x'"),
        (["--state", "/no/such/folder/state.db"], "/no/such/folder/state.db"),
    ],
)
def test_command_says_what_is_wrong(arguments: list[str], words: str) -> None:
    """A sandbox that cannot start says why in one line and ends with 2."""
    ended = run(*arguments)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_command_prints_what_a_client_needs(tmp_path: Path) -> None:
    """The environment for the widget is printed, works for the tenants named, and Ctrl-C ends it quietly."""
    command = [
        sys.executable,
        "-m",
        "ic_widget.sandbox",
        "--tenants",
        "a, b",
        "--state",
        str(tmp_path / "s.db"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    values = dict(process.stdout.readline().strip().split("=", 1) for _ in range(3))
    assert sorted(values) == ["MEMBRANE_API_URI", "MEMBRANE_WORKSPACE_KEY", "MEMBRANE_WORKSPACE_SECRET"]
    for tenant, status in (("a", 200), ("b", 200), ("c", 403)):
        token = tokens.mint(
            values["MEMBRANE_WORKSPACE_KEY"], values["MEMBRANE_WORKSPACE_SECRET"], tenant, expires_in=60
        )
        address = values["MEMBRANE_API_URI"].removeprefix("http://")
        with closing(HTTPConnection(address, timeout=10)) as connection:
            connection.request("GET", "/self", headers={"Authorization": f"Bearer {token}"})
            assert connection.getresponse().status == status
    process.send_signal(2)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors.count("\n")) == (0, 1)


def test_no_tenant_at_all() -> None:
    """An empty list of tenants is more likely a slip than a wish."""
    ended = run("--tenants", " , ")
    assert ended.returncode == 2
    assert "name at least one tenant" in ended.stderr


def test_pytest_fixture(tmp_path: Path) -> None:
    """A project gets a running sandbox for each of its tests by naming the plugin."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["ic_widget.sandbox.fixtures"]\n')
    (tmp_path / "test_it.py").write_text(
        "import urllib.request\n"
        "def test_it(ic_sandbox):\n"
        "    assert urllib.request.urlopen(ic_sandbox.url).status == 200\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "1 passed" in ended.stdout
