"""``unshare -rn python -m tests.unit.transport.two_namespaces``: a kernel whose only route is the proxy.

This process, in a network namespace of its own, runs the engine and the proxy; the kernel runs in a second one, joined
to the first by one virtual cable, without a default route or name server. Prints what the kernel says as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from ic_widget import ConnectFlow, Engine
from ic_widget.sandbox import Sandbox
from tests.unit.transport.ways import Proxy
from tests.unit.visitor import hand_off, submit

HERE, THERE, ENGINE = "10.77.0.1", "10.77.0.2", "engine.example"


def main() -> None:
    """Join the namespaces, and let the kernel speak."""
    with subprocess.Popen(["unshare", "-n", "cat"], stdin=subprocess.PIPE) as holder:
        pid = str(holder.pid)
        while Path(f"/proc/{pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink():
            time.sleep(0.01)  # until it has its namespace
        within = ("nsenter", "-t", pid, "-n")
        for command in (
            ("ip", "link", "set", "lo", "up"),
            ("ip", "link", "add", "here", "type", "veth", "peer", "name", "there", "netns", pid),
            ("ip", "address", "add", f"{HERE}/24", "dev", "here"),
            ("ip", "link", "set", "here", "up"),
            (*within, "ip", "link", "set", "lo", "up"),
            (*within, "ip", "address", "add", f"{THERE}/24", "dev", "there"),
            (*within, "ip", "link", "set", "there", "up"),
        ):
            subprocess.run(command, check=True)
        print(asyncio.run(serve(within)))
        holder.communicate()


async def serve(within: tuple[str, ...]) -> str:
    """Serve engine and proxy; what the kernel says."""
    with Sandbox() as box:
        # Cuts off what is still open at the end: from Python 3.12 on asyncio's own server would wait for it for ever.
        async with Proxy({ENGINE: urlsplit(box.url).port or 0}).serving(host=HERE) as proxy:
            address = f"http://{HERE}:{proxy.port}"
            env = {**os.environ, "HTTP_PROXY": address, "http_proxy": address, "no_proxy": "127.0.0.1"}
            command = (*within, sys.executable, "-m", "tests.unit.transport.two_namespaces", box.token())
            run = await asyncio.create_subprocess_exec(*command, env=env, stdout=subprocess.PIPE)
            said, _ = await run.communicate()
    return said.decode()


def kernel(token: str) -> dict[str, object]:
    """Connect, with the event stream as the only way back."""
    try:
        socket.create_connection((HERE.replace("77", "78"), 80), 5).close()
        direct = "open"
    except OSError as error:
        direct = os.strerror(error.errno or 0)
    engine = Engine(token, api_uri=f"http://{ENGINE}", allow_http=True)
    with ConnectFlow(engine, integration="hacker-news", redirect="events", timeout=40) as flow:
        submit(*hand_off(flow.url))
        connection = flow.wait()
    return {"direct": direct, "connected": connection.connected, "listed": len(engine.connections())}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(kernel(sys.argv[1])))
    else:
        main()
