"""What every test gets: an environment without settings, and no network but this machine."""

from __future__ import annotations

import os
import sys
from typing import Any

for name in [name for name in os.environ if name.startswith(("MEMBRANE_", "IC_WIDGET_"))]:
    del os.environ[name]


def _stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    if host != "localhost" and host != "::1" and not host.startswith("127."):
        raise PermissionError(f"a test tried to reach {host}: tests stay on this machine")


sys.addaudithook(_stay_on_this_machine)
