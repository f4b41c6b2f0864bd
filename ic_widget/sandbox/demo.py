"""The sandbox of ``ConnectWidget.demo()``: the one `ic-widget demo` started, else one in this process."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from .box import Sandbox

if TYPE_CHECKING:
    from ic_widget.engine.engine import Engine

__all__ = ["demo_engine"]

_lock = threading.Lock()
_own: list[Sandbox] = []


def demo_engine() -> Engine:
    """An Engine for the tenant "demo"; the sandbox in this process is started once and ends with it."""
    from ic_widget.engine.engine import Engine

    if os.environ.get("IC_WIDGET_SANDBOX"):
        return Engine()
    with _lock:
        if not _own:
            _own.append(Sandbox().start())
        return _own[0].engine()
