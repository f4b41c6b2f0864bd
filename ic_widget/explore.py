"""ExploreWidget: calls a connection from a notebook cell, and shows what comes back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import traitlets

from .base_widget import BaseWidget, bundle, told
from .connection.connection import Connection
from .errors import ConfigurationError, ConnectError
from .runtime.home import Home
from .runtime.public_calls import public

if TYPE_CHECKING:
    import pandas

    from .connection.actions import ActionRun
    from .connection.response import Response
    from .page.explore_messages import ToPage

__all__ = ["ExploreWidget"]


@public
class ExploreWidget(BaseWidget):
    """Try out a `connection` from a notebook cell: pick an action or a request, fill in its form, see what comes back.

    Show it as a cell's last line or with ``display(x)``::

        x = ExploreWidget(connection)
        x

    and go on in the next cell with what the last call brought: ``x.output``, ``x.error``, ``x.response``,
    ``x.dataframe()``. The calls are made by the kernel, on a thread of its own: a busy kernel delays none of them.
    Nothing of them is saved with the notebook. The page cuts what is long and hides what sounds like a secret; here
    it is whole.

    Raises ConfigurationError for a `connection` that is none, or that knows no engine.
    """

    _esm = told(traitlets.Unicode, bundle("explore.js"), "The front end.")
    _css = told(traitlets.Unicode, bundle("explore.css"), "Its style.")

    def __init__(self, connection: Connection) -> None:
        from .page.explorer import Explorer

        # Raises for one that knows no engine: better here than in the page.
        _ = connection.aio
        self._home = Home()
        self.connection = connection
        self._explorer = Explorer(connection, send=self._send_to_page)
        super().__init__()
        self.on_msg(lambda _, content, __: self._explorer.receive(content))

    def __repr__(self) -> str:
        return f"<ExploreWidget of {getattr(self, 'connection', None)!r}>"

    @property
    def output(self) -> Any:
        """What the last call that ended brought, whole: JSON as Python values, text, or bytes; None without any."""
        last = self._explorer.last
        return last.output if last is not None else None

    @property
    def error(self) -> ConnectError | None:
        """Why the last call failed or was cancelled, an ActionError, AppError or EngineError; None if it did not."""
        last = self._explorer.last
        return last.error if last is not None else None

    @property
    def response(self) -> Response | ActionRun | None:
        """The Response of the last request, or the ActionRun of the last action; None where none came."""
        last = self._explorer.last
        return last.response if last is not None else None

    def dataframe(self) -> pandas.DataFrame:
        """The table of the last call as a pandas DataFrame: one row for each object in its list, the whole list.

        Raises ConfigurationError if there is no list of objects in `output`, or no pandas.
        """
        from .page.records import records_in

        records = records_in(self.output)
        if records is None:
            raise ConfigurationError(
                "There is no list of objects in x.output, so there is no table to make."
                if self._explorer.last is not None
                else "Nothing was run yet: press Run in the widget first."
            )
        try:
            import pandas
        except ImportError:
            pass
        else:
            return pandas.DataFrame(records)
        raise ConfigurationError(
            "dataframe() needs pandas, which is not installed: pip install pandas. x.output has the same values."
        )

    def close(self) -> None:
        """Cancel what runs and remove the widget from every page."""
        # ipywidgets also closes a widget that could not be made, and at the very end, when no thread starts.
        if (explorer := getattr(self, "_explorer", None)) is not None and not sys.is_finalizing():
            explorer.close()
        super().close()

    def announce(self, called: str = "x") -> None:
        """Tell a page that may not be able to ask that the kernel hears it; `called` is the widget's name there."""
        self._explorer.announce(called)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        self.announce()
        return super()._repr_mimebundle_(**options)

    def _send_to_page(self, message: ToPage) -> None:
        if self.comm is not None:
            self.send(dict(message))
