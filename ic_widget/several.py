"""SeveralWidget: one card with a row for each of several apps, each a ConnectWidget of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import traitlets

from .base_widget import BaseWidget, bundle, told
from .runtime.home import Home
from .runtime.observers import Observers
from .runtime.public_calls import public
from .widget import ConnectWidget

__all__ = ["SeveralWidget"]

_STATES = {
    "waiting": "signing in",
    "failed": "did not work",
    "cancelled": "cancelled",
    "expired": "not finished in time",
}


@public
class SeveralWidget(BaseWidget):
    """What ``connect("github", "stripe")`` shows: a row for each of `widgets`, by the app's name, with its state.

    The page opens and folds the rows by itself, so that they can be worked through in any order while a cell blocks.
    """

    _esm = told(traitlets.Unicode, bundle("several.js"), "The front end.")
    _css = told(traitlets.Unicode, bundle("several.css"), "Its style.")
    _published = ("_rows",)

    _rows = told(
        traitlets.List, (), "For each app its name, its widget's model, its state and that in words."
    )

    def __init__(self, widgets: Mapping[str, ConnectWidget]) -> None:
        self._home = Home()
        self._observers = Observers()
        self._widgets = dict(widgets)
        super().__init__()
        self._look()
        for app, widget in self._widgets.items():
            widget._displayed = True
            # The page learns an app's name with its form only, which may never come.
            widget._called = app
            widget._update()
            widget.observe(self._look, ["status", "connection_id", "_connection_name"])

    def __repr__(self) -> str:
        rows = ", ".join(f"{row['app']} {row['text']}" for row in self._rows)
        return f"<{len(self._rows)} apps: {rows}>"

    def close(self) -> None:
        """Remove it and the widgets of its rows from every page, and end what goes on there."""
        # ipywidgets also closes a widget that could not be made, and at the very end, when no thread starts.
        if (widgets := getattr(self, "_widgets", None)) is not None and not sys.is_finalizing():
            self._observers.finish()
            for widget in widgets.values():
                widget.close()
        super().close()

    def _look(self, _: object = None) -> None:
        self._publish(lambda: {"_rows": [_row(app, widget) for app, widget in self._widgets.items()]})


def _row(app: str, widget: ConnectWidget) -> dict[str, Any]:
    flow = widget._session.flow
    if widget.connection_id is not None:
        name = widget._connection_name
        state, text = "connected", f"connected as {name}" if name not in (None, app) else "connected"
    elif widget.status == "idle":
        again = flow.request.connection_to_update is not None
        state, text = "missing", "needs signing in again" if again else "not connected yet"
    else:
        state, text = widget.status, _STATES[widget.status]
    return {"app": app, "model": widget.model_id, "state": state, "text": text}
