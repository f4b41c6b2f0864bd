"""What the sandbox remembers: JSON documents by kind and id, in memory or in one SQLite file."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ic_widget.errors import ConfigurationError

__all__ = ["Document", "Store"]

Document = dict[str, Any]

TABLE = """CREATE TABLE IF NOT EXISTS documents
    (kind TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, id))"""


class Store:
    """Documents, oldest first. One thread at a time may use it: after the start only the server's own.

    `path` None keeps everything in memory. A file is made readable by its owner alone, since it holds
    the credentials of the connections. `ConfigurationError` if it cannot be used.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        try:
            if path is not None:
                Path(path).touch(mode=0o600)
            self._db = sqlite3.connect(":memory:" if path is None else path, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(f"The state file {path} cannot be opened: {error}.") from None
        try:
            with self._db:
                self._db.execute(TABLE)
        except sqlite3.Error as error:
            self._db.close()
            raise ConfigurationError(f"The state file {path} cannot be used: {error}.") from None

    def get(self, kind: str, name: str) -> Document | None:
        row = self._db.execute(
            "SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, name)
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, kind: str, name: str, body: Document) -> None:
        with self._db:
            self._db.execute(
                "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
                (kind, name, json.dumps(body)),
            )

    def all(self, kind: str) -> Iterator[Document]:
        rows = self._db.execute(
            "SELECT body FROM documents WHERE kind = ? ORDER BY rowid", (kind,)
        ).fetchall()
        return (json.loads(body) for (body,) in rows)

    def close(self) -> None:
        self._db.close()
