"""JupyterHub for real: two users at once through its proxy, an expired login, a server without a proxy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow, setup
from tests.browser.hub import WITHOUT_PROXY, Hub, log_in
from tests.browser.notebook import Notebook
from tests.browser.profile import profile

FLOW = "w._session.flow"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """One hub for all."""
    with Hub(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


@pytest.fixture
def engine_without_events() -> Iterator[Sandbox]:
    """A sandbox that brings answers by redirect alone."""
    with Sandbox() as box:
        box.faults.set("events-missing")
        yield box


@pytest.fixture
def people(browser: Browser) -> Iterator[Callable[[], Page]]:
    """`people()` gives the first tab of one more person's browser."""
    with ExitStack() as open_profiles:
        yield lambda: open_profiles.enter_context(profile(browser)).new_page()


def test_two_users_at_once(hub: Hub, engine_without_events: Sandbox, people: Callable[[], Page]) -> None:
    """Two users connect at the same time through their own proxies; neither reaches the other's kernel."""
    box, notebooks, tabs, probed = engine_without_events, [], [], []
    pages = {user: people() for user in ("alice", "bob")}
    for user, page in pages.items():
        hub.begin(user, page)
    for user, page in pages.items():
        server = hub.server(user, page)
        source = setup(box, user, "integration='github'")
        notebook = Notebook(server, page, [source + "display(w)\nprint('got', w.wait().id)"])
        page.on("request", lambda request: probed.append(request.url))
        # One cell shows the widget and waits: what the page says goes by HTTP, through the proxy.
        notebook.start(0)
        widget = Driver(notebook.cell(0))
        tabs.append(widget.connect())
        widget.shows("Finish connecting GitHub in the new tab")
        widget.widget.get_by_text("Details").click()
        widget.shows("through jupyter-server-proxy")
        notebooks.append(notebook)
    assert [] == [url for url in probed if "127.0.0.1" in url or "localhost" in url]
    (alice,) = (call["redirectUri"] for call in box.received if "/user/alice/" in call["redirectUri"])
    assert alice.startswith(f"{hub.url}/user/alice/proxy/")
    intruder = tabs[1].context.new_page().goto(f"{alice}?connectionId=intruder")
    assert intruder is not None
    assert 403 == intruder.status
    for tab, notebook in zip(tabs, notebooks, strict=True):
        allow(tab)
        Driver(notebook.cell(0)).shows("GitHub is connected")
    for user, notebook in zip(pages, notebooks, strict=True):
        (connection,) = box.engine(user).connections()
        assert f"got {connection.id}" == notebook.finish(0).splitlines()[-1]
        assert ["connected", "proxy", "redirect"] == notebook.value(
            f"[w.status, w.redirect, {FLOW}.attempt.state.via]"
        )
        notebook.close()


def test_expired_login(hub: Hub, engine_without_events: Sandbox, people: Callable[[], Page]) -> None:
    """Whose login expires at the provider's page is led through the login and back, with nothing lost."""
    page = people()
    hub.begin("alice", page)
    server = hub.server("alice", page)
    notebook = Notebook(server, page, [setup(engine_without_events, "alice", "integration='github'") + "w"])
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    tab = widget.connect()
    page.context.clear_cookies()
    allow(tab)
    log_in(tab, "alice")
    widget.shows("GitHub is connected")
    assert ["connected", "redirect"] == notebook.value(f"[w.status, {FLOW}.attempt.state.via]")
    notebook.close()


def test_without_server_proxy(hub: Hub, box: Sandbox, tenant: str, people: Callable[[], Page]) -> None:
    """Where jupyter-server-proxy is missing, the probe fails and the event stream brings the answer."""
    page = people()
    hub.begin(WITHOUT_PROXY, page)
    server = hub.server(WITHOUT_PROXY, page)
    notebook = Notebook(server, page, [setup(box, tenant, "integration='github'") + "w"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    allow(widget.connect())
    widget.shows("GitHub is connected")
    assert "events" == notebook.value("w.redirect")
    assert "through jupyter-server-proxy: HTTP 404" in notebook.value("w.redirect_reason")
    (call,) = (
        call for call in box.received if call["requestId"] == notebook.value(f"{FLOW}.attempt.request_id")
    )
    assert "redirectUri" not in call
    assert [] == [url for url in asked if "127.0.0.1" in url]
    notebook.close()
