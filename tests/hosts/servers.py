"""Servers of other programs, as child processes."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.browser.lab import free_port, isolated
from tests.server_program import running

#: Solara's pages fetch their parts from a CDN unless the second package is there, which has them for its own version.
SOLARA_WITH_ITS_PARTS = ("solara==1.58.*", "solara-assets==1.58.*")


@contextlib.contextmanager
def serving(command: Sequence[str], folder: Path, *, port_option: str) -> Iterator[int]:
    """The port on which `command` answers, with that port as its last argument; ended afterwards."""
    port, log = free_port(), folder / "server.log"
    with running(
        [*command, f"{port_option}{port}"],
        answers=lambda: _listens(port),
        log=log,
        cwd=folder,
        env=isolated(folder),
    ):
        yield port


def get(port: int, path: str) -> str:
    """The page that is served there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def _listens(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.connect()
        return True
    except OSError:
        return False
    finally:
        connection.close()
