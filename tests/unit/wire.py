"""A browser reduced to its socket: bytes go out as given, what comes back is returned whole."""

from __future__ import annotations

import socket
from dataclasses import dataclass


@dataclass
class Answer:
    """A whole HTTP answer; `headers` in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


def talk(port: int, *pieces: bytes, patience: float = 20.0) -> bytes:
    """Send `pieces`, then everything that comes until the server closes; b"" if it only closes."""
    with socket.create_connection(("127.0.0.1", port), patience) as connection:
        received = bytearray()
        try:
            for piece in pieces:
                connection.sendall(piece)
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionError:
            pass
        return bytes(received)


def request(
    port: int,
    target: str,
    *,
    method: str = "GET",
    host: str | None = None,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    """One request as a browser on this machine sends it; `host` "" leaves the header out."""
    sent = {"Host": f"127.0.0.1:{port}" if host is None else host, **(headers or {})}
    if body:
        sent["Content-Length"] = str(len(body))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items() if value)]
    return parsed(talk(port, "\r\n".join([*lines, "", ""]).encode("latin-1") + body))


def parsed(received: bytes) -> Answer:
    """Read an answer; one without a head has status 0."""
    head, _, body = received.partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100"):
        head, _, body = body.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Answer(int(first.split(" ")[1]) if first else 0, headers, body)
