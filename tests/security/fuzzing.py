"""Requests made up by a seeded generator, and what each of them may do at most.

The judge (`may_settle`) reads the rules of the callback once more, by other means than the code it judges.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

WORDS = [
    "connectionId", "connectionid", "error", "errorData", "state", "code", "", "a", "connectionId[]", "redirectUri",
    "0e1929a9363d8d09661d3142", "access_denied", "Denied", "<script>", "\x00", "\r\nX-Injected: 1", "\u2028", "\u202e",
    "ü", "💥", "../..", "%", "%25", "%zz", "+", "&", "=", ";", "#", "?", "/", "\\", '"', "'", "{}", "[]", "null",
    '{"message": "x", "causedByError": {"message": "y"}}', '{"a": NaN}', '{"a": "\\ud800"}', "a" * 256, "a" * 257,
]  # fmt: skip
METHODS = ["GET"] * 12 + [
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "DELETE",
    "TRACE",
    "CONNECT",
    "get",
    "GETT",
    "PROPFIND",
    "A" * 50,
]
HEADERS = [
    ("Sec-Purpose", "prefetch"), ("Sec-Purpose", ""), ("Purpose", "preview"), ("X-Moz", "prefetch"), ("X-Purpose", "x"),
    ("Origin", "http://localhost:8888"), ("Origin", "null"), ("Cookie", "a=b; c"), ("Cookie", "=;=;;;\\\""),
    ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-For", "127.0.0.1"), ("X-Scheme", "https"),
    ("Content-Type", "multipart/form-data; boundary=x"), ("Content-Type", "application/x-www-form-urlencoded"),
    ("Content-Type", "text/plain"), ("Expect", "100-continue"), ("Upgrade", "websocket"), ("Accept", "*/*"),
    ("Referer", "x" * 500), ("Range", "bytes=0-1"),
    ("If-None-Match", "*"), ("Connection", "keep-alive"), ("Authorization", "Bearer x"), ("X", "\x80\xff"),
]  # fmt: skip
PREFETCH = {"sec-purpose", "purpose", "x-moz", "x-purpose"}


@dataclass
class Made:
    """A made-up request."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def raw(self) -> bytes:
        """As it goes over the wire."""
        lines = [
            f"{self.method} {self.target} HTTP/1.1",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


class Maker:
    """Makes requests that come close to what the server at `port` waits for."""

    def __init__(self, seed: int, port: int) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self.hosts = [f"127.0.0.1:{port}"] * 12 + [f"localhost:{port}"] * 3
        self.hosts += [
            "127.0.0.1",
            "evil.example",
            f"evil.example:{port}",
            f"127.0.0.1.evil.example:{port}",
            "",
            "[::1]",
            "\xff",
        ]
        self.hosts += [f"LOCALHOST:{port}", f"127.0.0.1:{port}, evil.example", "0", "a" * 300]

    def make(self, nonce: str) -> Made:
        """One request, about half of them at the path of `nonce`."""
        pick = self.random.choice
        headers = [("Host", pick(self.hosts))]
        if self.random.random() < 0.3:
            headers += [pick(HEADERS) for _ in range(self.random.randrange(4))]
        if self.random.random() < 0.05:
            headers = headers[1:]
        body = self._text(30).encode("utf-8", "replace") if self.random.random() < 0.1 else b""
        return Made(pick(METHODS), self._target(nonce), headers, body)

    def _target(self, nonce: str) -> str:
        chance = self.random.random()
        if chance < 0.6:
            path = f"/{nonce}"
        elif chance < 0.7:
            path = f"/{nonce[: self.random.randrange(len(nonce))]}"
        elif chance < 0.8:
            path = f"/{nonce}{self.random.choice(['/start', '/loopback', '/proxy', '//', '/..', '%20', '.', '/x'])}"
        elif chance < 0.9:
            path = f"/{self.random.getrandbits(256):x}"
        else:
            path = "/" + quote(self._text(4), safe="/%;:.")
        return path + (f"?{self._query()}" if self.random.random() < 0.95 else "")

    def _query(self) -> str:
        chance = self.random.random()
        if chance < 0.15:
            return f"connectionId={self.random.getrandbits(96):x}"
        if chance < 0.2:
            return f"error={quote(self._text(3))}&errorData={quote(self._text(3))}"
        if chance < 0.25:
            return "error=x&errorData=" + quote(json.dumps({"message": self._text(2)}))
        if chance < 0.26:
            return "a=&" * self.random.randrange(200) + "connectionId=c1"
        pairs = []
        for _ in range(self.random.randrange(4)):
            name, value = (self.random.choice(WORDS), self._text(2))
            pairs.append(
                f"{quote(name)}={quote(value)}"
                if self.random.random() < 0.8
                else quote(name + value, safe="=&+%;")
            )
        return "&".join(pairs)

    def _text(self, most: int) -> str:
        pieces = [self.random.choice(WORDS) for _ in range(self.random.randrange(most + 1))]
        if self.random.random() < 0.2:
            pieces.append(
                "".join(chr(self.random.randrange(0x2100)) for _ in range(self.random.randrange(20)))
            )
        return "".join(pieces)

    def garbled(self, nonce: str) -> bytes:
        """The bytes of a request with some of them changed, missing, doubled or cut off."""
        raw = bytearray(self.make(nonce).raw())
        for _ in range(self.random.randrange(1, 6)):
            place = self.random.randrange(len(raw))
            kind = self.random.randrange(5)
            if kind == 0:
                raw[place] = self.random.randrange(256)
            elif kind == 1:
                del raw[place : place + self.random.randrange(1, 20)]
            elif kind == 2:
                raw[place:place] = raw[place : place + self.random.randrange(1, 40)]
            elif kind == 3:
                raw[place:place] = self.random.choice(
                    [b"\r\n", b"\n", b"\x00", b"\r\n\r\n", b" ", b":", b"\xff", b"Content-Length: 9\r\n"]
                )
            else:
                del raw[place:]
            if not raw:
                return b""
        return bytes(raw)


def may_settle(made: Made, nonce: str, port: int) -> bool:
    """Whether the rules allow, and demand, that this request ends the attempt of `nonce`."""
    path, _, query = made.target.partition("?")
    names = [name.lower() for name, _ in made.headers]
    hosts = [value.lower() for name, value in made.headers if name.lower() == "host"]
    if made.method != "GET" or path.rstrip("/") != f"/{nonce}" or path.endswith("//"):
        return False
    if PREFETCH & set(names) or hosts not in ([f"127.0.0.1:{port}"], [f"localhost:{port}"]):
        return False
    if query.count("&") + 1 > 100:
        return False
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    count = {
        name: [value for key, value in pairs if key == name]
        for name in ("connectionId", "error", "errorData")
    }
    if (
        any(len(values) > 1 for values in count.values())
        or len(count["connectionId"]) + len(count["error"]) != 1
    ):
        return False
    return bool(count["error"]) or _is_id(count["connectionId"][0])


def _is_id(text: str) -> bool:
    forbidden = {
        *range(32),
        *range(127, 160),
        *range(0x2028, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    }
    return 0 < len(text) <= 256 and bool(text.strip()) and not forbidden & set(map(ord, text))
