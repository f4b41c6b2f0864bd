"""Which logos the page may fetch: an address of the notebook server's own could do something, such as log out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

__all__ = ["with_safe_logo"]

# No URL parser: a browser reads many spellings of 127.0.0.1, of slashes and of hosts that Python's reads otherwise.
_PUBLIC = re.compile(
    r"https?://(?P<host>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])(?::[0-9]{1,5})?"
    r"(?:[/?][\x21-\x5b\x5d-\x7e]*)?",
    re.IGNORECASE,
)


def with_safe_logo(
    item: Mapping[str, Any], engine: str, page: str | None, *, foreign: bool = True
) -> dict[str, Any]:
    """`item` as it is, or without a ``logoUri`` that the page must not fetch: it shows initials then.

    Left out is what is on the host of the `page` (its origin), whatever the port, because cookies know no ports; on
    this machine or an address without a name; and, unless `foreign`, on any other host than that of the `engine`
    (its address), from which logos always come unless it is the page's own origin.
    """
    kept = dict(item)
    if "logoUri" in kept and not _may_be_fetched(kept["logoUri"], engine, page, foreign=foreign):
        del kept["logoUri"]
    return kept


def _may_be_fetched(address: object, engine: str, page: str | None, *, foreign: bool) -> bool:
    if not isinstance(address, str):
        return False
    if address.lower().startswith("data:image/"):
        return True
    of_engine = "{0.scheme}://{0.netloc}".format(urlsplit(engine))
    if address.startswith(f"{of_engine}/") and "\\" not in address and of_engine != page:
        return True
    found = _PUBLIC.fullmatch(address)
    if found is None or not foreign:
        return False
    host = found["host"].lower()
    return not host.endswith(".localhost") and (page is None or host != urlsplit(page).hostname)
