"""A kernel that is busy, reloaded from, or restarted while the sign-in goes on, in real JupyterLab."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ic_widget.sandbox import Sandbox
from tests.browser.conftest import OpenNotebook
from tests.browser.driver import Driver, allow, setup
from tests.browser.lab import EVERY_KERNEL

WATCH = "seen = []\nw.observe(lambda change: seen.append(change.new), 'connection_id')\nw"
LOST = "The kernel was restarted or stopped, so this widget has lost it. Run the cell again."
SLEEP = """import pathlib
while not pathlib.Path(STOP).exists(): time.sleep(0.1)
print(seen == [w.connection_id] != [None])"""


@pytest.mark.parametrize("kernel", EVERY_KERNEL)
def test_busy_kernel(next_notebook: OpenNotebook, box: Sandbox, tenant: str, kernel: str) -> None:
    """While another cell keeps the kernel busy, the answer reaches the traits, the observers and the page."""
    notebook = next_notebook(
        [setup(box, tenant, "integration='github'") + WATCH, "STOP = 'stop-' + w._uid\n" + SLEEP],
        kernel=kernel,
    )
    notebook.run(0)
    widget = Driver(notebook.cell(0))
    widget.button("Connect GitHub").wait_for()
    uid = notebook.value("w._uid")
    notebook.start(1)
    notebook.wait_for_kernel("busy")
    allow(widget.connect())
    widget.shows("GitHub is connected")
    assert "" == notebook.output(1)
    (notebook.lab.folder / f"stop-{uid}").touch()
    assert "True" == notebook.finish(1).strip()


@pytest.mark.parametrize("preset", ["integration='github'", ""])
@pytest.mark.parametrize("kernel", EVERY_KERNEL)
def test_display_and_wait_in_one_cell(
    next_notebook: OpenNotebook, box: Sandbox, tenant: str, kernel: str, preset: str
) -> None:
    """`display(w); w.wait()` in one cell works, although the page's messages are not read meanwhile."""
    notebook = next_notebook(
        [
            setup(box, tenant, preset)
            + "display(w)\nprint(w.wait().integration_key, w.connection_id is not None)"
        ],
        kernel=kernel,
    )
    notebook.start(0)
    widget = Driver(notebook.cell(0))
    if not preset:
        widget.choose("GitHub")
    allow(widget.connect())
    assert "github True" in notebook.finish(0)
    widget.shows("GitHub is connected")


def test_wait_in_an_async_cell(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """`await w.connected()` in the cell that shows the widget returns the connection."""
    notebook = next_notebook(
        [setup(box, tenant, "integration='stripe'") + "display(w)\nprint((await w.connected()).name)"]
    )
    notebook.start(0)
    widget = Driver(notebook.cell(0))
    widget.fill(Secret_key="sk_1")
    widget.connect()
    assert "Stripe" in notebook.finish(0)


def test_cancel_while_a_cell_waits(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """Cancel in the page ends the cell that waits, with a sentence."""
    notebook = next_notebook([setup(box, tenant, "integration='github'") + "display(w)\nw.wait()"])
    notebook.start(0)
    widget = Driver(notebook.cell(0))
    widget.connect()
    widget.button("Cancel").click()
    output = notebook.finish(0)
    assert "ConnectCancelled" in output
    assert "cancelled" == notebook.value("w.status")


def test_interrupt_stops_waiting_only(next_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """Interrupt ends the cell that waits, and the sign-in still counts."""
    notebook = next_notebook([setup(box, tenant, "integration='github'") + "display(w)\nw.wait()"])
    notebook.start(0)
    widget = Driver(notebook.cell(0))
    tab = widget.connect()
    notebook.interrupt()
    assert "KeyboardInterrupt" in notebook.finish(0)
    allow(tab)
    widget.shows("GitHub is connected")
    assert "connected" == notebook.value("w.status")


def test_page_reloaded_while_waiting(open_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """A page reloaded while the tab is open shows that it waits, and then the result."""
    notebook = open_notebook([setup(box, tenant, "integration='github'") + "w"])
    notebook.run(0)
    tab = Driver(notebook.cell(0)).connect()
    notebook.save()
    notebook.reload()
    widget = Driver(notebook.cell(0))
    widget.shows("Finish connecting GitHub")
    allow(tab)
    widget.shows("GitHub is connected")
    assert "connected" == notebook.value("w.status")


def test_kernel_restarted_while_waiting(open_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """A restarted kernel is noticed, waiting or not; the page says what to do and nothing else, and doing it works."""
    idle = "v = type(w)(w.engine, integration='slack')\nv"
    notebook = open_notebook([setup(box, tenant, "integration='github'") + "w", idle])
    notebook.run(0)
    notebook.run(1)
    widget, another = Driver(notebook.cell(0)), Driver(notebook.cell(1))
    tab = widget.connect()
    tab.close()
    another.button("Connect Slack").wait_for()
    notebook.restart()
    for lost in another, widget:
        expect(lost.widget.locator(".icw-notice")).to_have_text([LOST], timeout=40_000)
        assert 0 == lost.widget.locator("button, form, [class*=spinner]").count()
    notebook.run(0)
    allow(widget.connect())
    widget.shows("GitHub is connected")
    assert "connected" == notebook.value("w.status")


def test_kernel_killed_tab_ends_nowhere(open_notebook: OpenNotebook, box: Sandbox, tenant: str) -> None:
    """What was allowed after the kernel went away is not lost: the engine has the connection."""
    notebook = open_notebook([setup(box, tenant, "integration='github'") + "w"])
    notebook.run(0)
    tab = Driver(notebook.cell(0)).connect()
    notebook.restart()
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_role("button", name="Allow").click()
    expect(tab).to_have_url("chrome-error://chromewebdata/")
    assert 1 == len(box.engine(tenant).connections())
