"""A tiny API for every app of the catalogue: who am I, and records to list, make, change and delete."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from ..envelope import ApiError, bad_request
from ..state.catalogue import input_schema
from ..state.connections import now
from ..state.data_schema import asks_secret
from ..state.store import Document, Store
from ..web.handlers import SandboxHandler, json_object

__all__ = ["AppApi", "AppNotFound", "Me", "Record", "Records", "keep_records", "kind_of", "sample_records"]

KIND = "record"


def sample_records(kind: str) -> list[Document]:
    """The records every account starts with."""
    text = (resources.files(__package__) / "records.json").read_text(encoding="utf-8")
    records: list[Document] = json.loads(text)[kind]
    return records


def kind_of(item: dict[str, Any]) -> str:
    """What the records of an app are: contacts, issues, payments, messages or files."""
    return str(item.get("sandbox", {}).get("records", "contacts"))


def account_records(store: Store, app: str, account: str, kind: str) -> Document:
    """The account's records by id; the samples until it changes something."""
    found = store.get(KIND, f"{app}:{account}") or store.get(KIND, app)
    return found if found is not None else {each["id"]: each for each in sample_records(kind)}


def keep_records(store: Store, app: str, records: Iterable[Mapping[str, Any]]) -> list[Document]:
    """`records` are what every account of `app` has from now on, in place of its own; each has an id then."""
    given = [{**each, "id": str(each.get("id") or secrets.token_hex(6))} for each in records]
    kept = {each["id"]: each for each in given}
    for name in [app, *(name for name in store.names(KIND) if name.startswith(f"{app}:"))]:
        store.put(KIND, name, kept)
    return given


class AppApi(SandboxHandler):
    """A call of the app's own API: a bearer token (RFC 6750), a key in its place, or an OAuth 1 signature."""

    app: str
    account: str
    kind: str

    def prepare(self) -> None:
        self.app = self.path_args[0]
        item = self.world.catalogue.get(self.app)
        if item is None:
            return self.refuse(404, "There is no such app.")
        self.kind = kind_of(item)
        account = self.authenticated(item)
        if account is None:
            self.set_header("WWW-Authenticate", "Bearer")
            return self.refuse(401, "The credentials are missing, wrong, expired or revoked.")
        self.account = account
        return None

    def authenticated(self, item: dict[str, Any]) -> str | None:
        provider = self.world.provider
        header = self.request.headers.get("Authorization", "")
        if header.lower().startswith("oauth "):
            uri = f"{self.world.local_url}{self.request.uri}"
            return provider.oauth1.account(self.app, self.request.method or "", uri, header)
        token = self.bearer()
        if token and token.startswith("access_"):
            return provider.account(self.app, token)
        if any(asks_secret(input_schema(option)) for option in item["authOptions"]):
            return provider.key_account(self.app, token or "")
        if any(option["type"] in ("oauth1", "oauth2") for option in item["authOptions"]):
            return None
        return "public"

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """An error of the app is no error of the engine, and does not look like one."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if status_code == 405:
            self.set_header("Allow", ", ".join(self.methods()))
        message = error.message if isinstance(error, ApiError) else f"{self._reason}."
        self.answer({"error": message})

    def whole(self, name: str, default: int, *, least: int = 0) -> int:
        """The whole number that the query has for `name`."""
        text = self.get_query_argument(name, "") or str(default)
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least):
            raise bad_request(f"{name} must be a whole number, {least} or more.")
        return int(text)

    async def head(self, *path: str) -> None:
        """As GET; tornado leaves the body out."""
        answered = self.get(*path)
        if answered is not None:
            await answered

    def refuse(self, status: int, message: str) -> None:
        self.set_status(status)
        self.answer({"error": message})

    def answer(self, body: Any) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(body))

    def records(self) -> Document:
        return account_records(self.world.store, self.app, self.account, self.kind)

    def keep(self, records: Document) -> None:
        self.world.store.put(KIND, f"{self.app}:{self.account}", records)


class AppNotFound(AppApi):
    """Any other path of an app's API."""

    def get(self, app: str) -> None:
        self.refuse(404, "There is no such path.")

    post = put = patch = delete = get


class Me(AppApi):
    """``GET /provider/{app}/api/me``"""

    def get(self, app: str) -> None:
        self.answer({"app": app, "account": self.account, "records": self.kind})


class Records(AppApi):
    """``GET`` (``search``, ``limit``, ``cursor``) and ``POST /provider/{app}/api/records``"""

    def get(self, _: str) -> None:
        words = self.get_query_argument("search", "").casefold().split()
        found = [
            each
            for each in self.records().values()
            if all(word in json.dumps(each, ensure_ascii=False).casefold() for word in words)
        ]
        start = self.whole("cursor", 0)
        end = start + self.whole("limit", len(found) or 1, least=1)
        self.answer({"items": found[start:end]} | ({"cursor": str(end)} if end < len(found) else {}))

    def post(self, _: str) -> None:
        given = json_object(self.request.body, "The body")
        record = {**given, "id": secrets.token_hex(6), "createdAt": now()}
        self.keep({**self.records(), record["id"]: record})
        self.set_status(201)
        self.answer(record)


class Record(AppApi):
    """``GET``, ``PATCH`` and ``DELETE /provider/{app}/api/records/{id}``"""

    def get(self, _: str, record_id: str) -> None:
        record = self.records().get(record_id)
        if record is None:
            self.refuse(404, "There is no such record.")
        else:
            self.answer(record)

    def patch(self, _: str, record_id: str) -> None:
        records = self.records()
        if record_id in records:
            given = json_object(self.request.body, "The body")
            records[record_id] |= {name: value for name, value in given.items() if name != "id"}
            self.keep(records)
        self.get(_, record_id)

    def put(self, _: str, record_id: str) -> None:
        self.patch(_, record_id)

    def delete(self, _: str, record_id: str) -> None:
        records = self.records()
        if records.pop(record_id, None) is None:
            self.refuse(404, "There is no such record.")
        else:
            self.keep(records)
            self.set_status(204)
