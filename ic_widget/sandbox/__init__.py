"""An engine on this machine, to try everything against: no account, no network.

with Sandbox() as box:
    widget = ConnectWidget(box.engine())
"""

from .box import Sandbox
from .faults import FAULTS, Faults

__all__ = ["FAULTS", "Faults", "Sandbox"]
