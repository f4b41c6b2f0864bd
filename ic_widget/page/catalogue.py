"""What the page may choose from: the engine's catalogue, restricted and trimmed, and one app's auth options."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ..connection.connection import Connection
from ..errors import ConfigurationError
from ..foreign_text import seen
from ..launch import readable, why_unusable
from ..runtime.background import in_thread
from ..runtime.place import Place
from .kept import Kept

if TYPE_CHECKING:
    from ..engine.client import EngineClient

__all__ = ["Catalogue", "Restriction", "current_connection", "shown_connection", "trimmed"]

_log = logging.getLogger("ic_widget")

Restriction = Iterable[str] | Callable[[Mapping[str, Any]], bool] | None

FIRST_PAGE = 50
"""Integrations on the first page: what is in sight is there at once, however long the list is."""

PAGE = 1000
"""Integrations a page: the most the engine gives, and about 200 KB on the wire."""

_KEPT = (
    "id", "key", "name", "logoUri", "description", "isDeactivated", "archivedAt", "hasMissingParameters", "authType",
)  # fmt: skip


_SHARED: WeakKeyDictionary[EngineClient, Kept] = WeakKeyDictionary()
"""The pages of each engine's whole catalogue: one copy, however many widgets show it."""

_Page = tuple[list[dict[str, Any]], str | None]


class Catalogue:
    """The integrations a widget offers; `restriction` is a list of keys, a predicate, or None for all.

    The predicate runs on a thread of its own, in the context in which the catalogue was made. Pages are kept for half
    a minute, for all widgets of the engine that have no restriction.
    """

    def __init__(
        self,
        client: EngineClient,
        restriction: Restriction,
        connector_parameters: Any = None,
        *,
        foreign_logos: bool = True,
    ) -> None:
        self.engine_address = client.http.api_uri
        self.foreign_logos = foreign_logos
        self._client = client
        self._connector_parameters = connector_parameters
        self._kept = Kept()
        self._told = False
        self._place = Place()
        self._accepts: Callable[[Mapping[str, Any]], bool] | None = None
        self._keys: list[str] | None = None
        if isinstance(restriction, str):
            raise ConfigurationError(
                f"integrations= takes a list of keys, such as [{restriction!r}]. For a single one use integration=."
            )
        if callable(restriction):
            self._accepts = restriction
        elif restriction is not None:
            self._keys = list(restriction)
            if not self._keys or not all(isinstance(key, str) for key in self._keys):
                raise ConfigurationError("integrations= must be a list of at least one key, or a function.")

    async def page(self, search: str, cursor: str | None) -> _Page:
        """One page of trimmed items, not to be changed, and the cursor of the next. Raises ConnectError."""
        return await self._pages().get((search, cursor), lambda: self._page(search, cursor))

    async def page_ahead(self, search: str, cursor: str | None) -> None:
        """Fetch that page before it is asked for. Raises nothing."""
        await self._pages().ahead((search, cursor), lambda: self._page(search, cursor))

    def forget(self) -> None:
        """Read the pages once more: what they say of connections has changed."""
        self._pages().forget()

    def _pages(self) -> Kept:
        if self._accepts is not None or self._keys is not None:
            return self._kept
        return _SHARED.setdefault(self._client, Kept())

    async def _page(self, search: str, cursor: str | None) -> _Page:
        if self._keys is not None:
            if search:  # the page has all of them
                return [], None
            asked = (self._client.integration(key) for key in self._keys)
            found = await asyncio.gather(*asked, return_exceptions=True)
            return [trimmed(item) for item in self._without_unknown(found)], None
        limit = FIRST_PAGE if cursor is None and not search else PAGE
        items, after = await self._client.integrations_page(search or None, cursor, limit)
        return [trimmed(item) for item in await self._accepted(items) if _is_named(item)], after

    def _without_unknown(self, found: list[dict[str, Any] | BaseException]) -> list[dict[str, Any]]:
        """Those that there are; a key that the engine does not know is told in the log, once."""
        items = [one for one in found if isinstance(one, dict)]
        problems = [one for one in found if isinstance(one, BaseException)]
        if problems and (not items or any(getattr(one, "status", None) != 404 for one in problems)):
            raise problems[0]
        if not self._told:
            self._told = True
            for problem in problems:
                self._place.context.copy().run(_log.warning, "integrations=: %s", problem)
        return items

    async def _accepted(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        accepts = self._accepts
        if accepts is None:
            return items
        try:
            return await in_thread(lambda: [item for item in items if accepts(item)], self._place)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001  a user's function may raise anything, SystemExit included
            problem = type(error).__name__
        raise ConfigurationError(
            f"The function given as integrations= raised {problem}. It gets one integration, a dict, and returns"
            " True or False."
        )

    async def options(self, integration: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """An integration and its auth options. Raises ConnectError, also where it cannot be connected.

        What was fetched ahead is given once: the connection it may replace has to be the present one.
        """
        return await self._kept.take(integration, lambda: self._options(integration))

    async def options_ahead(self, integration: str) -> None:
        """Fetch them before they are asked for. Raises nothing."""
        await self._kept.ahead(integration, lambda: self._options(integration))

    async def _options(self, integration: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        item, options = await asyncio.gather(
            self._client.integration(integration),
            self._client.auth_options(integration, self._connector_parameters),
        )
        if problem := why_unusable(item):
            raise ConfigurationError(problem)
        if not options:
            raise ConfigurationError(
                f"{item.get('name') or integration} offers no way to sign in: it has not been set up in this"
                " workspace yet. Add authentication to it in the workspace's console, then try again."
            )
        return item, readable(str(item.get("name") or integration), options)


def current_connection(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """The connection the caller has with this integration already, as `shown_connection` has it."""
    raw = item.get("connection")
    if not isinstance(raw, Mapping) or not raw.get("id"):
        return None
    connection = Connection.from_engine(raw)
    return None if connection.archived else shown_connection(connection)


def shown_connection(connection: Connection) -> dict[str, Any]:
    """Id and name and, where it does not work, its `problem` in a word or two and the engine's `error`."""
    shown = {"id": connection.id, "name": connection.name and seen(connection.name)}
    if not connection.connected:
        condition = connection.condition
        shown |= {"problem": condition[0].upper() + condition[1:], "error": connection.error}
    return shown


def trimmed(item: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of an integration; the rest would only weigh."""
    kept = {key: item[key] for key in _KEPT if item.get(key) not in (None, "", False)}
    kept.setdefault("key", kept.get("id"))
    if not isinstance(kept.get("name"), str) or not seen(kept["name"]).strip():
        kept["name"] = kept["key"]
    for name in ("name", "description"):
        if isinstance(kept.get(name), str):
            kept[name] = seen(kept[name])
    categories = item.get("categories")
    if isinstance(categories, list):
        kept["categories"] = [seen(name) for name in categories if isinstance(name, str)]
    if isinstance(item.get("authOptions"), list):
        kept["authOptionCount"] = len(item["authOptions"])
    if (connection := current_connection(item)) is not None:
        kept["connection"] = connection
    return kept


def _is_named(item: Mapping[str, Any]) -> bool:
    """Whether it can be chosen at all: by a key or an id."""
    return any(isinstance(item.get(name), str) and item[name] for name in ("key", "id"))
