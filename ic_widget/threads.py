"""Threads, with a sentence where Python has none."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from .errors import ConfigurationError

__all__ = ["require_threads", "start_thread"]

_NONE = (
    "This Python cannot start threads or open sockets, as in JupyterLite, where it runs inside the browser:"
    " there is no way for the engine's answer to come in. Use a kernel of a Jupyter server instead."
)


def require_threads(platform: str = sys.platform) -> None:
    """Raise ConfigurationError where no thread can ever start (PEP 11: Pyodide's platform is emscripten)."""
    if platform in ("emscripten", "wasi"):
        raise ConfigurationError(_NONE)


def start_thread(target: Callable[..., object], *args: object, name: str) -> threading.Thread:
    """A daemon thread, running. Raises ConfigurationError where none can be started."""
    thread = threading.Thread(target=target, args=args, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        raise ConfigurationError(_NONE) from None
    return thread
