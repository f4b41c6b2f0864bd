"""The relay of the part "far network"."""

from __future__ import annotations

import http.client
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.processes import Child

BODY = bytes(range(256)) * 2000


class Handler(BaseHTTPRequestHandler):
    """Answers with BODY, over a connection that stays open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.program
def test_relay(tmp_path: Path) -> None:
    """It speaks TLS that its authority vouches for, changes nothing on the way, and counts connections."""
    authority = tmp_path / "ca.pem"
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with Child("benchmarks.relay", str(server.server_port), str(authority)) as relay:
            port = relay.read("its port")
            context = ssl.create_default_context(cafile=authority)
            for calls in (1, 2):
                connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=context)
                for _ in range(calls):
                    connection.request("GET", "/")
                    assert BODY == connection.getresponse().read()
                connection.close()
            relay.say("count")
            assert 2 == relay.read("a count")
        server.shutdown()
