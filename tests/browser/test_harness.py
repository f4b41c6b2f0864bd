"""The harness itself, until the widget's own tests stand in for it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import EVERY_KERNEL

WIDGET = '''
import anywidget, traitlets

class W(anywidget.AnyWidget):
    _esm = """export default {render({model, el}) {
      const form = document.createElement("form");
      form.method = "post"; form.action = model.get("url"); form.target = "_blank"; form.rel = "noopener";
      form.append(Object.assign(document.createElement("button"), {textContent: "Open the tab"}));
      el.append(form);
    }}"""
    url = traitlets.Unicode("").tag(sync=True)

w = W(url=URL)
w
'''


@pytest.mark.parametrize("kernel", EVERY_KERNEL)
def test_form_post_opens_a_tab(open_notebook: OpenNotebook, kernel: str) -> None:
    """A form that a widget submits in the click opens a tab on each ipykernel."""
    notebook = open_notebook(
        ["import ipykernel; print(ipykernel.__version__)", "URL='about:blank'" + WIDGET], kernel=kernel
    )
    version = notebook.run(0).strip()
    assert kernel in ("current", version)
    notebook.run(1)
    with notebook.page.context.expect_page() as tab:
        notebook.cell(1).get_by_role("button", name="Open the tab").click()
    assert tab.value.url == "about:blank"
    assert notebook.value("w.url") == "about:blank"


def test_kernel_is_interrupted_and_restarted(open_notebook: OpenNotebook) -> None:
    """Interrupt ends a busy cell, and a restart forgets its names."""
    notebook = open_notebook(["import time; x = 1; time.sleep(60)", "x"])
    notebook.start(0)
    notebook.wait_for_kernel("busy")
    notebook.interrupt()
    assert "KeyboardInterrupt" in notebook.finish(0)
    notebook.restart()
    assert "NameError" in notebook.run(1)
    assert "NameError" in notebook.save()
