"""Wrong arguments: whatever shows local variables, IPython's verbose mode and rich among them, shows none of them."""

from __future__ import annotations

import io
from dataclasses import is_dataclass
from typing import Any

import pytest
import rich.console
import rich.traceback
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import ic_widget
from ic_widget import Engine
from ic_widget.connection.actions import Action
from ic_widget.sandbox import Sandbox, sign_in
from tests.security.own_classes import own_classes
from tests.security.planted import API_KEY, CONNECTOR, OPAQUE, PASSWORD, STATE, Ledger

PLANTED = {
    "token": OPAQUE,
    "workspace secret": PASSWORD,
    "api key": API_KEY,
    "connector secret": CONNECTOR,
    "custom state": STATE,
}
MINT = 'workspace_key="key", workspace_secret=vault("workspace secret"), tenant_key="demo"'
SECRETS = (
    'integration="stripe", parameters={"apiKey": vault("api key")},'
    ' connector_parameters={"clientSecret": vault("connector secret")}, custom_state={"s": vault("custom state")}'
)
MISTAKES = [
    *(
        f"{kind}({wrong})"
        for kind in ("ConnectFlow", "ConnectWidget")
        for wrong in (
            f'engine, {SECRETS}, timeout="600"',
            f'engine, {SECRETS}, port="8123"',
            f"engine, {SECRETS}, redirect_base=5",
            f"engine, {SECRETS}, redirect=5",
            f"engine, {SECRETS}, name=5",
            f"engine, {SECRETS}, auth_option=5",
            f"engine, {SECRETS}, reconnect=5",
            f'vault("token"), {SECRETS}',
            'engine, integration=vault("token"), timeout=0',
            'engine, parameters=[vault("api key")]',
            'engine, parameters={vault("api key"): object()}',
            'engine, connector_parameters=[vault("connector secret")]',
            'engine, connector_parameters=vault("connector secret")',
            'engine, custom_state={vault("custom state")}',
            f"engine, {SECRETS}, sensitive=[1]",
            f"engine, {SECRETS}, parameter=5",
        )
    ),
    f"ConnectWidget(engine, {SECRETS}, integrations=5)",
    f"ConnectWidget(engine, {SECRETS}, integrations=[])",
    'Engine(vault("token"), api_uri=5)',
    'Engine(vault("token"), connect_endpoint=5)',
    'Engine(vault("token"), api_version=5)',
    'Engine(vault("token"), verify=5)',
    'Engine([vault("token")])',
    'Engine(vault("token"), vault("workspace secret"))',
    'Engine("\\ud800" + vault("token"))',
    f"Engine({MINT}, tenant_fields=5)",
    f"Engine({MINT}, tenant_name=5)",
    f"Engine({MINT}, algorithm=5)",
    'Engine(workspace_key="key", workspace_secret=[vault("workspace secret")], tenant_key="demo")',
    'engine.integrations(vault("api key") + "\\ud800")',
    'engine.integration(vault("api key") + "\\ud800")',
    'engine.connections(vault("api key"))',
    'engine.connections(search=[vault("api key")])',
    'ConnectFlow(engine).paste([vault("api key")])',
    f"ConnectFlow(engine, {SECRETS}).on_connect(vault)(5)",
    f'ConnectFlow(engine, {SECRETS}).wait("5")',
    f"ConnectFlow(engine, {SECRETS}, auth_option='none such').start()",
    f"await ConnectFlow(engine, {SECRETS}).connected(0.01)",
    'ExploreWidget(vault("token"))',
    'Sandbox([vault("api key")])',
    'Sandbox([{"key": "a", "name": "A", "authOptions": vault("api key")}])',
    'Sandbox(port="5", tenants=[vault("api key")])',
    'sign_in("https://engine.example", password=vault("workspace secret"))',
    'sign_in(5, password=vault("workspace secret"))',
    'Action(5, key="a", name="A", description="", raw={"secret": vault("api key")})',
    *(
        loop.format(f"Connection('c1', client=engine.client).{call}")
        for call in (
            'pages("/x", params={"key": vault("api key")})',
            'pages("/x", headers={"X-Key": vault("api key"), "Host": "x"})',
            'aio.pages("/x", headers={"X-Key": vault("api key")}, items=5)',
        )
        for loop in ("list({})", "[item async for item in {}]")
    ),
]


@pytest.fixture(scope="module")
def shell(box: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> InteractiveShell:
    """IPython in its verbose mode; what is secret is in no variable of the user's."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell(config=config, ipython_dir=str(tmp_path_factory.mktemp("ipython")))
    shell.user_ns.update(
        {name: getattr(ic_widget, name) for name in ic_widget.__all__},
        Sandbox=Sandbox,
        sign_in=sign_in,
        Action=Action,
        vault=PLANTED.__getitem__,
        engine=Engine(OPAQUE, api_uri=box.url),
    )
    shell.run_cell("%xmode Verbose")
    return shell


@pytest.mark.parametrize("mistake", MISTAKES)
def test_wrong_arguments(shell: InteractiveShell, mistake: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A call with a wrong argument shows nothing of the right ones, and is told as the mistake it is."""
    capsys.readouterr()
    result = shell.run_cell(mistake)
    error = result.error_in_exec
    assert error is not None
    ledger = Ledger(dict(PLANTED))
    ledger.exception(error)
    ledger.note("IPython's verbose traceback", capsys.readouterr())
    written = rich.traceback.Traceback.from_exception(
        type(error),
        error,
        error.__traceback__,
        show_locals=True,
        locals_max_string=None,
        locals_max_length=None,
    )
    console = rich.console.Console(file=io.StringIO(), width=400)
    console.print(written)
    ledger.note("rich with locals", console.file.getvalue())  # type: ignore[attr-defined]

    assert [] == ledger.leaks()
    assert 4 <= len(ledger.seen)
    assert "Raised in ic_widget" not in "".join(getattr(error, "__notes__", []))


def test_the_list_of_variables(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    """%whos, rich's inspect and a copy of what a user holds show no token, though a header made with it works."""
    shell.run_cell(
        "import copy; token = engine.token(); again = copy.deepcopy(token); header = f'Bearer {token}'"
    )
    assert f"Bearer {OPAQUE}" == shell.user_ns.pop("header")
    capsys.readouterr()
    shell.run_cell("%whos")
    shell.run_cell(
        "from rich import inspect, print as show; inspect(engine, private=True); show(vars(engine.client))"
    )
    shell.run_cell("print(token, [again], '%s' % token, token[:80])")
    seen = capsys.readouterr().out

    assert (True, True, False) == ("<secret>" in seen, "EngineClient" in seen, OPAQUE in seen)


@pytest.mark.parametrize("kind", own_classes(), ids=lambda kind: kind.__qualname__)
def test_half_made(kind: type[Any]) -> None:
    """The repr of an object that is not finished works, or error reporters lose the real error."""
    if issubclass(kind, tuple) or (is_dataclass(kind) and not hasattr(kind, "__post_init__")):
        return  # made in one step, in which no code of ours runs
    assert repr(kind.__new__(kind))
