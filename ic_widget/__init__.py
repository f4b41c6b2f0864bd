"""Connect an external app to an Integration.app / Membrane workspace from a notebook cell.

Names are loaded on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ic_widget.engine.engine import Connection, Engine
    from ic_widget.errors import (
        ActionError,
        AppError,
        ConfigurationError,
        ConnectCancelled,
        ConnectError,
        ConnectionRejected,
        ConnectTimeout,
        EngineError,
    )
    from ic_widget.explore import ExploreWidget
    from ic_widget.flow import ConnectFlow
    from ic_widget.one_line import aconnect, connect
    from ic_widget.widget import ConnectWidget

    __version__: str

__all__ = [
    "ActionError",
    "AppError",
    "ConfigurationError",
    "ConnectCancelled",
    "ConnectError",
    "ConnectFlow",
    "ConnectTimeout",
    "ConnectWidget",
    "Connection",
    "ConnectionRejected",
    "Engine",
    "EngineError",
    "ExploreWidget",
    "__version__",
    "aconnect",
    "connect",
]

_MODULES = {
    "ConnectFlow": "ic_widget.flow",
    "ConnectWidget": "ic_widget.widget",
    "Connection": "ic_widget.engine.engine",
    "Engine": "ic_widget.engine.engine",
    "ExploreWidget": "ic_widget.explore",
    "aconnect": "ic_widget.one_line",
    "connect": "ic_widget.one_line",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "__version__":
        value: Any = import_module("importlib.metadata").version(__name__)
    else:
        value = getattr(import_module(_MODULES.get(name, "ic_widget.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
