"""``/action-run-logs``: what was run, what came of it, and the raw exchange with the app."""

from __future__ import annotations

from typing import Any

from ..credentials.action_runs import LOG
from ..envelope import bad_request, not_found
from ..state.store import Document
from ..web.handlers import ApiHandler

__all__ = ["RunLog", "RunLogs"]

FILTERS = ("actionId", "integrationActionId", "integrationId", "connectionId", "tenantId", "userId", "status")


class RunLogs(ApiHandler):
    """``GET /action-run-logs?actionId=&connectionId=&integrationId=&status=&limit=&cursor=``, newest first"""

    def get(self) -> None:
        equal: dict[str, Any] = {"tenantKey": self.caller().key}
        for name in FILTERS:
            wanted = self.get_query_argument(name, "")
            if wanted:
                equal[name] = wanted
        if equal.get("status") not in (None, "success", "error"):
            raise bad_request("status must be success or error.")
        limit = self.limit()
        found = self.world.store.find(LOG, equal, before=self.number("cursor", 0), limit=limit + 1)
        cursor = found[limit - 1][0] if len(found) > limit else 0
        self.reply_page([_public(each) for _, each in found[:limit]], cursor)


class RunLog(ApiHandler):
    """``GET /action-run-logs/{id}?details=true``"""

    def get(self, run_id: str) -> None:
        found = self.world.store.get(LOG, run_id)
        if found is None or found["tenantKey"] != self.caller().key:
            raise not_found("Action run", run_id)
        self.reply(_public(found, details=bool(self.flag("details"))))


def _public(log: Document, *, details: bool = False) -> Document:
    hidden = ("tenantKey",) if details else ("tenantKey", "details")
    return {name: value for name, value in log.items() if name not in hidden}
