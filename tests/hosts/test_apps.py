"""Programs that show the widget to visitors, each as pip installs it, in Chromium."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
from playwright.sync_api import BrowserContext, Page, Route

from ic_widget.sandbox import Sandbox
from tests.browser.driver import Driver, allow, setup
from tests.browser.picture import page_picture
from tests.environments import environment
from tests.hosts.servers import SOLARA_WITH_ITS_PARTS, serving

TELL = """
import ipywidgets, json, pathlib
said = ipywidgets.Label()
def tell(c):
    said.value = f"told {{c.integration_key}}"
    pathlib.Path({out!r}).write_text(json.dumps([w.redirect, c.id, c.integration_key]))
w.on_connect(tell)
ipywidgets.VBox([w, said])
"""
SHINY = """
import json, pathlib, threading
from ic_widget import ConnectWidget, Engine
from shiny import App, ui
from shiny.session import get_current_session
from shinywidgets import output_widget, render_widget
app_ui = ui.page_fluid(output_widget("connect"))
def server(input, output, session):
    @render_widget
    def connect():
        engine = Engine(workspace_key={key!r}, workspace_secret={secret!r}, tenant_key={tenant!r}, api_uri={url!r})
        w = ConnectWidget(engine)
        def elsewhere():
            others.append(get_current_session())
        others = []
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        def tell(c):
            # No other thread than that of our functions knows whose it is.
            visitor = [get_current_session().id == session.id, others]
            pathlib.Path({out!r}).write_text(json.dumps([w.redirect, c.id, c.integration_key, visitor]))
        w.on_connect(tell)
        return w
app = App(app_ui, server)
"""
SOLARA = """
import json, pathlib, solara
from ic_widget import ConnectWidget, Engine
@solara.component
def Page():
    visitor = solara.get_kernel_id()
    def make():
        engine = Engine(workspace_key={key!r}, workspace_secret={secret!r}, tenant_key={tenant!r}, api_uri={url!r})
        w = ConnectWidget(engine)
        def tell(c):
            same = solara.get_kernel_id() == visitor
            pathlib.Path({out!r}).write_text(json.dumps([w.redirect, c.id, c.integration_key, same]))
        w.on_connect(tell)
        return w
    solara.display(solara.use_memo(make, []))
"""
PANEL = """
import json, pathlib
import panel as pn
from ic_widget import ConnectWidget, Engine
pn.extension("ipywidgets")
document = pn.state.curdoc
engine = Engine(workspace_key={key!r}, workspace_secret={secret!r}, tenant_key={tenant!r}, api_uri={url!r})
w = ConnectWidget(engine)
def tell(c):
    same = pn.state.curdoc is document
    pathlib.Path({out!r}).write_text(json.dumps([w.redirect, c.id, c.integration_key, same]))
w.on_connect(tell)
pn.pane.IPyWidget(w).servable()
"""


def use(page: Page, port: int, box: Sandbox, tenant: str, out: Path) -> list[object]:
    """Choose an app, sign in, allow; what Python learned of it."""
    page.set_default_timeout(30_000)
    page.goto(f"http://127.0.0.1:{port}")
    widget = Driver(page.locator("body"))
    widget.choose("GitHub")
    allow(widget.connect())
    widget.shows("GitHub is connected")
    page_picture(tenant, page)
    (connection,) = box.engine(tenant).connections()
    widget.shows(connection.id)
    while not out.exists() or not out.read_text():
        page.wait_for_timeout(50)
    told = json.loads(out.read_text())
    assert connection.id == told.pop(1)
    return list(told)


def test_voila(box: Sandbox, page: Page, tmp_path: Path) -> None:
    """Voilà: the page of a notebook whose widget tells a function, which says so in another widget."""
    out, path = tmp_path / "out.json", tmp_path / "app.ipynb"
    cell = nbformat.v4.new_code_cell(setup(box, "voila") + TELL.format(out=str(out)))
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    python = environment("unattended", "papermill>=2.6", "voila>=0.5", "ipykernel")
    command = [str(python), "-m", "voila", str(path), "--no-browser", "--Voila.ip=127.0.0.1"]
    with serving(command, tmp_path, port_option="--port=") as port:
        assert ["loopback", "github"] == use(page, port, box, "voila", out)
        page.get_by_text("told github").wait_for()


def test_shiny(box: Sandbox, context: BrowserContext, tmp_path: Path) -> None:
    """Shiny for Python: each visitor's widget speaks to that visitor, and functions find the visitor's session."""
    out, path = tmp_path / "out.json", tmp_path / "app.py"
    keys = {"key": box.workspace_key, "secret": box.workspace_secret, "url": box.url}
    path.write_text(SHINY.format(**keys, tenant="shiny", out=str(out)))
    python = environment("shiny", "shiny>=1.2", "shinywidgets>=0.5")
    command = [str(python), "-m", "shiny", "run", str(path), "--host=127.0.0.1"]
    with serving(command, tmp_path, port_option="--port=") as port:
        first = context.new_page()
        first.goto(f"http://127.0.0.1:{port}")
        Driver(first.locator("body")).widget.get_by_role("option").first.wait_for(timeout=30_000)
        assert ["loopback", "github", [True, [None]]] == use(context.new_page(), port, box, "shiny", out)
        assert 0 == Driver(first.locator("body")).widget.get_by_text("is connected").count()


def test_solara(box: Sandbox, context: BrowserContext, tmp_path: Path) -> None:
    """Solara: each visitor's widget speaks to that visitor, and functions run as the visitor who gave them."""
    out, path = tmp_path / "out.json", tmp_path / "app.py"
    keys = {"key": box.workspace_key, "secret": box.workspace_secret, "url": box.url}
    path.write_text(SOLARA.format(**keys, tenant="solara", out=str(out)))
    python = environment("solara", *SOLARA_WITH_ITS_PARTS)
    command = [str(python), "-m", "solara", "run", str(path), "--host=127.0.0.1", "--no-open", "--production"]
    with serving(command, tmp_path, port_option="--port=") as port:
        first = context.new_page()
        first.goto(f"http://127.0.0.1:{port}")
        Driver(first.locator("body")).widget.get_by_role("option").first.wait_for(timeout=60_000)
        assert ["loopback", "github", True] == use(context.new_page(), port, box, "solara", out)
        assert 0 == Driver(first.locator("body")).widget.get_by_text("is connected").count()


def test_panel(box: Sandbox, context: BrowserContext, tmp_path: Path) -> None:
    """Panel: the widget works once its page has anywidget's own front end, which it fetches from a CDN."""
    out, path = tmp_path / "out.json", tmp_path / "app.py"
    keys = {"key": box.workspace_key, "secret": box.workspace_secret, "url": box.url}
    path.write_text(PANEL.format(**keys, tenant="panel", out=str(out)))
    python = environment("panel", "panel>=1.5", "ipywidgets-bokeh>=1.6")

    def serve(route: Route) -> None:
        if route.request.url.startswith("https://unpkg.com/anywidget@"):
            # What the CDN has is what pip brings for classic notebooks.
            front_end = python.parents[1] / "share" / "jupyter" / "nbextensions" / "anywidget" / "index.js"
            route.fulfill(path=front_end, content_type="text/javascript")
        else:
            route.abort()

    # Not as a glob: "https://**" matches no address.
    context.route(re.compile("^https://"), serve)
    command = [str(python), "-m", "panel", "serve", str(path), "--address=127.0.0.1"]
    with serving(command, tmp_path, port_option="--port=") as port:
        assert ["loopback", "github", True] == use(context.new_page(), port, box, "panel", out)
