"""Whether a page can show what this code displays, as far as the program that sent the code says."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import comm

__all__ = ["NOBODY_THERE", "in_kernel", "nobody_there", "unattended"]

NOBODY_THERE = (
    "No page can show this widget here, so nobody can sign in: the code runs unattended (nbconvert, papermill, Quarto,"
    " a script, or Voilà before its page is there). Take a connection that is there, with reuse=True or from"
    " engine.connections(); or sign in with ConnectFlow, whose url opens in any browser; or, where a page comes later,"
    " show the widget and give w.on_connect a function in place of w.wait()."
)


def nobody_there(channel: object) -> bool:
    """Whether no page can show a widget with that comm, for certain; False where that is not known."""
    # No kernel and no other host has taken over the making of comms.
    return type(channel) is comm.DummyComm or unattended()


def unattended() -> bool:
    """Whether the cell that runs was sent by a program that shows it to nobody; False where that is not known.

    A program that shows a page to a person lets the cells it sends ask for input; one that runs notebooks unattended
    does not. Source: https://jupyter-client.readthedocs.io, "Messaging", `allow_stdin` of execute_request.
    """
    return _request().get("allow_stdin") is False


def in_kernel() -> bool:
    """Whether this runs in a Jupyter kernel, rather than in a terminal or a script."""
    return bool(_request())


def _request() -> Mapping[str, Any]:
    """Content of the execute_request that is being run; empty where there is none."""
    # Not imported for this: who runs in IPython has it already.
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    # In JupyterLite it is the kernel that knows.
    get_parent = getattr(shell, "get_parent", None) or getattr(
        getattr(shell, "kernel", None), "get_parent", None
    )
    parent = get_parent() if get_parent is not None else None
    content = parent.get("content") if isinstance(parent, Mapping) else None
    return content if isinstance(content, Mapping) else {}
