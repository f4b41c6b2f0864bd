"""Values that are easy to find again, and everywhere that they must not be found."""

from __future__ import annotations

import gc
import pprint
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import ic_widget

OURS = str(Path(ic_widget.__file__).parent)
API_KEY = "planted-api-key-7c1e55"
WRONG_KEY = "wrong-planted-key-19aa"
PASSWORD = "planted-password-3f9d"
CONNECTOR = "planted-connector-secret-aa04"
STATE = "planted-custom-state-51bd"
CODE = "planted-oauth-code-e2c8"
OPAQUE = "pat-planted-token-90ff"


@dataclass
class Ledger:
    """What was seen where. `planted` are names and values; `leaks` is where any of them was seen."""

    planted: dict[str, str]
    seen: list[tuple[str, str]] = field(default_factory=list)

    def note(self, place: str, text: object) -> None:
        """A text was seen."""
        self.seen.append((place, str(text)))

    def exception(self, error: BaseException) -> None:
        """Everything that a traceback may show: texts, arguments, and the local variables of our own functions."""
        self.note("exception", repr(error) + str(error) + repr(error.args) + repr(vars(error)))
        found = traceback.TracebackException.from_exception(error, capture_locals=True)
        self.note("traceback", "".join(traceback.format_exception(error)))
        pending = [found]
        while pending:
            one = pending.pop()
            for frame in one.stack:
                if frame.filename.startswith(OURS):
                    self.note(f"locals of {frame.name} in {Path(frame.filename).name}", frame.locals)
            pending += [linked for linked in (one.__cause__, one.__context__) if linked is not None]

    def objects(self) -> None:
        """The repr of every living object of ours, the sandbox's aside."""
        gc.unfreeze()  # what is frozen is in no list of objects
        gc.collect()
        for thing in gc.get_objects():
            module = type(thing).__dict__.get("__module__", "")
            if not isinstance(module, str):
                continue
            if module.split(".")[0] == "ic_widget" and not module.startswith("ic_widget.sandbox"):
                # A secret is a text: asking for its characters is asking for the secret.
                shown = repr(thing) + ("" if isinstance(thing, str) else str(thing))
                self.note(f"repr of {type(thing).__name__}", shown)
                self.note(f"print of {type(thing).__name__}", pprint.pformat(thing))

    def leaks(self) -> list[str]:
        """Where any planted value was seen, plain or as it stands in an address."""
        return sorted(
            {
                f"{name} in {place}"
                for place, text in self.seen
                for name, value in self.planted.items()
                if value in text or quote(value, safe="") in text
            }
        )
