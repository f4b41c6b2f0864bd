"""What the sandbox remembers: JSON documents by kind and id, in memory or in one SQLite file."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ic_widget.errors import ConfigurationError

__all__ = ["Document", "Store"]

Document = dict[str, Any]

#: Says in the file itself that it is ours: https://sqlite.org/pragma.html#pragma_application_id
MARK = 0x69635362
TABLE = """CREATE TABLE IF NOT EXISTS documents
    (kind TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, id))"""
#: What `find` is asked by. Each index ends in the row's number, so that a page in order is read and no more.
INDEXES = (
    ("tenantKey",),
    ("tenantKey", "archivedAt"),
    ("tenantKey", "integrationId", "archivedAt"),
    ("tenantKey", "key"),
)


class Store:
    """Documents, oldest first. One thread at a time may use it: after the start only the server's own.

    `path` None keeps everything in memory. A file belongs to one sandbox at a time, and is made readable by
    its owner alone, since it holds the credentials of the connections. `ConfigurationError` if it cannot be
    used, or is another program's.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        try:
            if path is not None:
                Path(path).touch(mode=0o600)
            self._db = sqlite3.connect(
                ":memory:" if path is None else path, timeout=1, check_same_thread=False
            )
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(f"The state file {path} cannot be opened: {error}.") from None
        try:
            self._claim(path)
        except (OSError, sqlite3.Error) as error:
            self._db.close()
            raise ConfigurationError(
                f"The state file {path} cannot be used: {error}. "
                "It must be a new file, or one that a sandbox made and no other sandbox is using."
            ) from None

    def _claim(self, path: str | os.PathLike[str] | None) -> None:
        (mark,) = self._db.execute("PRAGMA application_id").fetchone()
        if mark != MARK and self._db.execute("SELECT name FROM sqlite_master").fetchone():
            raise sqlite3.DatabaseError("it is the database of another program")
        if path is not None:
            # Before the first transaction: the journal that it makes gets the same mode.
            Path(path).chmod(0o600)
        # In this mode the lock of the first transaction is kept until the file is closed.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        with self._db:
            self._db.execute("BEGIN EXCLUSIVE")
            self._db.execute(f"PRAGMA application_id = {MARK}")
            self._db.execute(TABLE)
            for names in INDEXES:
                columns = ", ".join(_field(name) for name in names)
                index = f"documents_by_{'_'.join(names)}"
                self._db.execute(f"CREATE INDEX IF NOT EXISTS {index} ON documents (kind, {columns})")
        self._db.create_function("has_words", 2, _has_words, deterministic=True)

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

    def find(
        self,
        kind: str,
        equal: Mapping[str, Any],
        *,
        words: str = "",
        before: int = 0,
        limit: int = -1,
    ) -> list[tuple[int, Document]]:
        """The documents whose fields are `equal`, newest first, each with its number.

        A value of None means that the document has no such field. `words` must each be somewhere in ``name``;
        `before` is the number of the last document of the page before (0: from the newest on).
        """
        conditions = ["kind = ?"]
        values: list[Any] = [kind]
        for name, value in equal.items():
            conditions.append(f"{_field(name)} IS NULL" if value is None else f"{_field(name)} = ?")
            values += [] if value is None else [value]
        if words.strip():
            conditions.append(f"has_words({_field('name')}, ?)")
            values.append(words)
        if before:
            conditions.append("rowid < ?")
            values.append(before)
        where = " AND ".join(conditions)
        # Only field names from this package are in the text; every value is bound.
        rows = self._db.execute(
            f"SELECT rowid, body FROM documents WHERE {where} ORDER BY rowid DESC LIMIT ?",  # noqa: S608
            [*values, limit],
        )
        return [(number, json.loads(body)) for number, body in rows]

    def all(self, kind: str) -> Iterator[Document]:
        rows = self._db.execute(
            "SELECT body FROM documents WHERE kind = ? ORDER BY rowid", (kind,)
        ).fetchall()
        return (json.loads(body) for (body,) in rows)

    def names(self, kind: str) -> list[str]:
        """The ids of all documents of that kind."""
        return [name for (name,) in self._db.execute("SELECT id FROM documents WHERE kind = ?", (kind,))]

    def close(self) -> None:
        self._db.close()


def _field(name: str) -> str:
    """A field of a document, written as in the indexes: SQLite uses an index only for the same expression."""
    return f"json_extract(body, '$.{name}')"


def _has_words(text: str, words: str) -> bool:
    return all(word in text.casefold() for word in words.casefold().split())
