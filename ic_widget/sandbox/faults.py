"""Faults on demand, for tests and for teaching what a client has to survive."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from ic_widget.runtime.public_calls import public

__all__ = ["FAULTS", "Faults", "parse"]

#: Every fault by name, and what it does. A number is milliseconds.
FAULTS: dict[str, str] = {
    "latency": "every answer of the API comes this many milliseconds late",
    "rate-limit": "every call of the API is answered 429",
    "internal": "every call of the API is answered 500",
    "events-drop": "every event stream ends right after it opened",
    "events-forget": "an event is not repeated to a stream that opens after it",
    "events-missing": "there is no event stream: 404",
    "redirect-twice": "the browser calls the redirect address twice",
    "redirect-bare": "the redirect comes without any parameter",
    "error-without-data": "a failure comes without errorData",
    "error-data-text": "the errorData of a failure is not JSON",
    "provider-slow": "the provider's pages and tokens come this many milliseconds late",
    "provider-silent": "the provider never sends the browser back",
    "token-expires": "the token has expired by the time the provider sends the browser back",
    "coop": "the provider's pages send Cross-Origin-Opener-Policy: same-origin",
}


@public
@dataclass
class Faults:
    """The faults in force. Safe to change from any thread.

    Example::

        box.faults.set("rate-limit", times=2)
    """

    _left: dict[str, list[float]] = field(default_factory=dict)
    #: How often faults were cleared.
    cleared: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set(self, name: str, value: float = 1, *, times: float = float("inf")) -> None:
        """Puts `name` in force for the next `times` occasions (default: until cleared).

        `value` is in milliseconds where the fault takes one. `ValueError`: there is no such fault.
        """
        _check(name)
        with self._lock:
            self._left[name] = [value, times]

    def clear(self, name: str | None = None) -> None:
        """Ends fault `name`, or all of them; what a fault was holding back goes on."""
        with self._lock:
            self.cleared += 1
            if name is None:
                self._left.clear()
            else:
                self._left.pop(name, None)

    def take(self, name: str) -> float:
        """The value of fault `name` if it is in force, else 0; counts one occasion."""
        with self._lock:
            value, times = self._left.get(name, (0.0, 0.0))
            if times <= 0:
                return 0
            self._left[name] = [value, times - 1]
            return value

    def names(self) -> list[str]:
        """The names of the faults in force."""
        with self._lock:
            return sorted(name for name, (_, times) in self._left.items() if times > 0)


def parse(text: str) -> dict[str, float]:
    """Faults from their names, ``latency=200, internal``; `ValueError` for one that does not exist."""
    found: dict[str, float] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, _, value = part.partition("=")
        _check(name)
        if value and not value.isdecimal():
            raise ValueError(f"{name} takes a number of milliseconds, not {value!r}")
        found[name] = float(value or 1)
    return found


def _check(name: str) -> None:
    if name not in FAULTS:
        raise ValueError(f"there is no fault {name!r}; there are {', '.join(sorted(FAULTS))}")
