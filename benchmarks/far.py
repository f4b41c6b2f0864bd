"""The engine over a network with a round trip of 100 ms and TLS, against the least the standard library needs.

``python -m benchmarks.far`` is the client: for each line on its input, "catalogue" or "calls" and "engine" or "floor",
it prints how many milliseconds that took.
"""

from __future__ import annotations

import functools
import http.client
import json
import os
import ssl
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from benchmarks.catalogue import integrations, write
from benchmarks.inside import CLOSE, SETUP
from benchmarks.jupyter import jupyter
from benchmarks.processes import Child, sandbox
from benchmarks.relay import ROUND_TRIP
from benchmarks.report import Row, Section, in_turns

__all__ = ["measure"]

APPS, CALLS = 10_000, 5
NAMES = {
    "catalogue floor": f"catalogue of {APPS:,}: one kept-alive connection, standard library",
    "catalogue engine": f"catalogue of {APPS:,}: engine.integrations()",
    "calls floor": f"{CALLS} calls: one kept-alive connection, standard library",
    "calls engine": f"{CALLS} calls: engine.integration(key)",
}
AT_MOST = 1.3
PAINT_ROUND_TRIPS = 4
HOW = (
    "A sandbox behind a relay on loopback that speaks TLS, delays each direction by 50 ms and adds to each new"
    " connection the round trip of its handshake; bandwidth is not limited. Its private authority is trusted by"
    " SSL_CERT_FILE. Each sample (n={rounds}, in turns) begins with a new Engine, or a new context and connection"
    " of the standard library, and ends with the parsed answers. First paint: in JupyterLab, from the start of the"
    " cell that makes Engine and widget to the first frame in which there is something to choose from (n={paints}"
    " in turns); the round trips are the difference between the two sandboxes, over 100 ms."
)


def measure(rounds: int = 7, paints: int = 5) -> Section:
    """The table's part about a network that is far away."""
    section = Section("Far network: 100 ms of round trip, TLS", HOW.format(rounds=rounds, paints=paints))
    with write(integrations(APPS)) as path, sandbox(path) as near:
        authority, port = str(path.with_name("ca.pem")), urlsplit(near["MEMBRANE_API_URI"]).port
        with Child("benchmarks.relay", str(port), authority) as relay:
            uri = f"https://127.0.0.1:{relay.read('its port')}"
            env = {**near, "MEMBRANE_API_URI": uri, "SSL_CERT_FILE": authority}
            _exchanges(section, relay, env, rounds)
            _paint(section, env, near["MEMBRANE_API_URI"], paints)
    return section


def _exchanges(section: Section, relay: Child, env: dict[str, str], rounds: int) -> None:
    opened: dict[str, list[float]] = {}

    def once(client: Child, case: str) -> float:
        client.say(case)
        spent = float(client.read(f"the time of {case}", 120))
        relay.say("count")
        opened[case] = [*opened.get(case, []), relay.read("a count of connections")]
        return spent

    with Child("benchmarks.far", env=env) as client:
        found = in_turns({case: functools.partial(once, client, case) for case in NAMES}, rounds)
    for case, name in NAMES.items():
        what, client_name = case.split()
        limit = AT_MOST if client_name == "engine" else None
        section.rows.append(Row(name, found[case], "ms", floor=NAMES[f"{what} floor"], ratio_at_most=limit))
    section.rows.append(Row(f"{CALLS} calls: connections opened", opened["calls engine"][1:], "", at_most=1))


def _paint(section: Section, env: dict[str, str], near: str, rounds: int) -> None:
    addresses = {"near": near, "far": env["MEMBRANE_API_URI"]}
    cells = [f"ConnectWidget(Engine(api_uri={uri!r}))" for uri in addresses.values()]
    with jupyter() as lab, lab.notebook([SETUP, *cells], env) as notebook:

        def once(index: int) -> float:
            notebook.execute(CLOSE)
            lab.clear()
            spent = lab.drawn(index, "[role=option]")
            lab.received()
            notebook.wait_for_kernel()
            return spent

        cases = {place: functools.partial(once, index) for index, place in enumerate(addresses, 1)}
        found = in_turns(cases, rounds)
    for place, samples in found.items():
        section.rows.append(Row(f"first paint: {place}", samples, "ms", floor="first paint: near"))
    trips = [(far - near) / 1000 / ROUND_TRIP for near, far in zip(found["near"], found["far"], strict=True)]
    section.rows.append(Row("first paint: round trips", trips, "", at_most=PAINT_ROUND_TRIPS))


def _floor(what: str, token: str) -> None:
    """One connection of the standard library."""
    host = urlsplit(os.environ["MEMBRANE_API_URI"]).netloc
    context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    connection = http.client.HTTPSConnection(host, timeout=60, context=context)

    def get(path: str) -> Any:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        return json.loads(connection.getresponse().read())

    if what == "calls":
        for _ in range(CALLS):
            get("/integrations/amber-crm")
    else:
        page = get("/integrations?limit=1000")
        while page.get("cursor"):
            page = get(f"/integrations?limit=1000&cursor={page['cursor']}")
    connection.close()


def _engine(what: str, token: str) -> None:
    from ic_widget import Engine

    engine = Engine(token)
    if what == "calls":
        for _ in range(CALLS):
            engine.integration("amber-crm")
    else:
        assert len(engine.integrations()) == APPS


def main() -> None:
    """The client."""
    from ic_widget import Engine

    token = Engine().token()
    for line in sys.stdin:
        what, client = line.split()
        begun = time.perf_counter()
        {"engine": _engine, "floor": _floor}[client](what, token)
        print((time.perf_counter() - begun) * 1000, flush=True)


if __name__ == "__main__":
    main()
