"""An engine on this machine, to try everything against: no account, no network.

with Sandbox() as box:
    widget = ConnectWidget(box.engine())

It needs the extra ``demo``: ``pip install "ic_widget[demo]"``.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ic_widget.errors import ConfigurationError
from ic_widget.runtime.background import require_sockets

from .faults import FAULTS, Faults

if TYPE_CHECKING:
    from .box import Sandbox, demo_engine
    from .person import sign_in
    from .state.world import Received

__all__ = ["FAULTS", "Faults", "Received", "Sandbox", "demo_engine", "sign_in"]


def __getattr__(name: str) -> Any:
    """`Sandbox` and `demo_engine` load what a running sandbox needs; the command line does without until then."""
    if name == "sign_in":
        return import_module(".person", __name__).sign_in
    if name == "Received":
        return import_module(".state.world", __name__).Received
    if name not in ("Sandbox", "demo_engine"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    require_sockets("The sandbox", "Start it elsewhere, and give its address as api_uri=.")
    missing = next((needed for needed in ("jsonschema", "oauthlib") if find_spec(needed) is None), None)
    if missing is not None:
        raise ConfigurationError(
            f'The sandbox needs {missing}, which is not installed: pip install "ic_widget[demo]"'
        )
    from . import box

    return getattr(box, name)
