"""What the widgets have in common: their built front end, and a state that no page can write."""

from __future__ import annotations

import functools
import logging
import pathlib
import threading
import uuid
import weakref
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from .errors import ConfigurationError
from .runtime.faults import report
from .runtime.front_end import in_kernel, unattended
from .runtime.home import Home
from .runtime.nulls import from_page, to_page
from .runtime.public_calls import public

if TYPE_CHECKING:
    from .runtime.observers import Observers

__all__ = ["BaseWidget", "Weakly", "as_output", "bundle", "told"]

_log = logging.getLogger("ic_widget")
_STATIC = pathlib.Path(__file__).parent / "static"


def bundle(name: str) -> str:
    """The text of the file of that name that the build made. Raises ConfigurationError where it has not."""
    path = _STATIC / name
    if not path.exists():
        raise ConfigurationError(
            f"The widget's front end ({name}) has not been built. In a checkout run: make test, or cd js && npm ci"
            " && npm run build. In an installed package this is a fault of the package: reinstall ic_widget."
        )
    # As text: anywidget watches what is given as a path, and so keeps every widget that was ever made.
    return path.read_text(encoding="utf-8")


def told(kind: type[traitlets.TraitType[Any, Any]], default: Any, text: str) -> Any:
    """A trait that Python sets and every page shows."""
    return kind(default, read_only=True, allow_none=True, help=text).tag(sync=True)


class Weakly:
    """The method `function` for those who may outlive its `widget`."""

    __slots__ = ("_function", "_widget")

    def __init__(self, widget: BaseWidget, function: Callable[..., Any]) -> None:
        self._widget, self._function = weakref.ref(widget), function

    def __call__(self, *given: Any) -> Any:
        return self._function(alive, *given) if (alive := self._widget()) is not None else None


def as_output(bundle: Mapping[str, Any], shown: str, moment: datetime | None = None) -> dict[str, Any]:
    """`bundle` with the text that is left where the widget itself is not: in a notebook saved without its state.

    The HTML is for code hosts and nbviewer, which run no widget; whoever can show one prefers it.
    """
    # Not with the package: only what is shown needs it.
    import html

    text = (
        f"{shown}, as shown at {moment or datetime.now().astimezone():%H:%M}; run the cell to see its state."
    )
    return {**bundle, "text/plain": text, "text/html": f"<p>{html.escape(text)}</p>"}


@public
class BaseWidget(anywidget.AnyWidget):
    """A widget whose state only Python writes; what happens once goes as messages, which no notebook keeps."""

    _saved_esm = told(traitlets.Unicode, bundle("saved.js"), "What is saved in the place of `_esm`.")
    _uid = told(traitlets.Unicode, None, "Tells widgets apart in the page.")
    _anywidget_id = told(traitlets.Unicode, None, "What anywidget knows the style by in the page.")
    _displayed = False
    _home: Home
    _observers: Observers
    _published: tuple[str, ...] = ()
    """The traits that `_publish` sets."""

    # A default rather than a value set later: the page must have it from the first moment on.
    @traitlets.default("_uid")
    def _new_uid(self) -> str:
        return uuid.uuid4().hex

    @traitlets.default("_anywidget_id")
    def _class_name(self) -> str:
        return f"{type(self).__module__}.{type(self).__name__}"

    def __init__(self, **traits: Any) -> None:
        self._state_lock = threading.RLock()
        self._changes: list[Any] = []
        super().__init__(**traits)

    def add_traits(self, **traits: Any) -> None:
        """Add those that are missing, which makes a class for this widget alone; anywidget adds what is there, too."""
        if missing := {name: trait for name, trait in traits.items() if not self.has_trait(name)}:
            super().add_traits(**missing)

    def _publish(self, read: Callable[[], Mapping[str, Any]]) -> None:
        """Set the traits to what `read` says, in one step; pages hear at once, observers on their thread."""
        with self._state_lock:
            for name, value in read().items():
                self.set_trait(name, value)
            changes, self._changes = self._changes, []
            if not changes:
                return
            try:
                self.send_state([change["name"] for change in changes])
            except Exception as error:  # noqa: BLE001  a host that cannot be told must not cost the result
                report(error)
            # Within the lock, so that observers hear of the changes in their order.
            for change in changes:
                self._observers.call(
                    f"A function that observes {change['name']}", functools.partial(self._tell, change)
                )

    def notify_change(self, change: Any) -> None:
        """Keep the changes that `_publish` makes for the observers' thread; see traitlets."""
        if change["name"] in self._published:
            self._changes.append(change)
        else:
            super().notify_change(change)

    def _tell(self, change: Any) -> None:
        # Not ipywidgets' own `notify_change`, which would send the state once more.
        traitlets.HasTraits.notify_change(self, change)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a page writes: only Python sets the state, and tells the page so once more."""
        _log.debug("ignored a write from the page")
        if known := sync_data.keys() & set(self.keys):
            self.send_state(list(known))

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """The state for a page; with the module's text only when the widget is new, and a person may see it.

        A page that is opened later gets the state of all widgets of the kernel, of which it shows a few; it asks for
        the module of those, see js/src/saved.ts. So does one of what a program ran unattended, and saved.
        """
        state: dict[str, Any] = to_page(super().get_state(key, drop_defaults))
        return self._as_saved(state) if key is None and (self.comm is not None or unattended()) else state

    def send_state(self, key: Any = None) -> None:
        """Send what `key` names, the module's text too where it names nothing: to a page that has the widget."""
        super().send_state(self.keys if key is None else key)

    def _get_embed_state(self, drop_defaults: bool = False) -> dict[str, Any]:
        spec: dict[str, Any] = super()._get_embed_state(drop_defaults)
        return {**spec, "state": self._as_saved(spec["state"])}

    def _as_saved(self, state: dict[str, Any]) -> dict[str, Any]:
        return {**state, "_esm": self._saved_esm, "_css": "", "_saved_esm": ""}

    def _send(self, msg: Any, buffers: Any = None) -> None:
        self._home.send(self.comm, functools.partial(super()._send, to_page(msg), buffers))

    def _handle_custom_msg(self, content: Any, buffers: Any) -> None:
        content = from_page(content)
        if content == {"kind": "module"}:
            self.send_state(["_esm", "_css", "_saved_esm"])
        else:
            super()._handle_custom_msg(content, buffers)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        self._displayed = True
        given = super()._repr_mimebundle_(**options)
        return (as_output(given[0], repr(self)), given[1]) if given is not None and in_kernel() else given
