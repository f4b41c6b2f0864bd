"""Hosts that tell their visitors by the thread, without a browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from ic_widget.sandbox import Sandbox
from tests.environments import environment
from tests.hosts.servers import SOLARA_WITH_ITS_PARTS

#: Two visitors of one server, each with a flow; the functions say as whom they are called.
SOLARA = """
import json, queue
import solara.server.app
from solara.server.kernel import Kernel
from solara.server.kernel_context import VirtualKernelContext, get_current_context
from ic_widget import ConnectFlow, Engine
heard, flows = queue.Queue(), []
def flow_of(visitor):
    keys = dict(workspace_key={key!r}, workspace_secret={secret!r}, tenant_key=visitor, api_uri={url!r})
    flow = ConnectFlow(Engine(**keys), integration="stripe", parameters={{"apiKey": "sk"}}).start()
    flow.on_connect(lambda connection: heard.put([visitor, get_current_context().id]))
    # A person takes longer to sign in than the thread stays that was made here.
    flow._flow.handlers.observers.finish()
    return flow
for visitor in ("first", "second"):
    with VirtualKernelContext(id=visitor, kernel=Kernel(), session_id=visitor):
        flows.append(flow_of(visitor))
print(json.dumps([flow.url for flow in flows]), flush=True)
print(json.dumps(sorted(heard.get(timeout=60) for _ in flows)), flush=True)
"""


def test_solara(box: Sandbox, tmp_path: Path) -> None:
    """Solara: the functions of the second visitor run as that visitor, though our threads came with the first."""
    python = environment("solara", *SOLARA_WITH_ITS_PARTS)
    path = tmp_path / "app.py"
    path.write_text(SOLARA.format(key=box.workspace_key, secret=box.workspace_secret, url=box.url))
    with subprocess.Popen([python, path], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        for url in json.loads(server.stdout.readline()):
            box.sign_in(url)
        assert [["first", "first"], ["second", "second"]] == json.loads(server.stdout.readline())
