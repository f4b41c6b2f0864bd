"""The file that keeps what a sandbox knows."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from ic_widget.errors import ConfigurationError
from ic_widget.sandbox import Sandbox

from .conftest import Client
from .test_app_client import by_oauth


def test_state_outlives_a_restart(tmp_path: Path) -> None:
    """Connections and the app's grants are there again, and only their owner can read the file."""
    path = tmp_path / "state.db"
    with Sandbox(state=path) as box:
        made = by_oauth(Client(box))
        Client(box).post(f"/connections/{made}/proxy/records", {"title": "Kept"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Sandbox(state=path) as box:
        again = Client(box)
        assert again.get(f"/connections/{made}").json["connected"] is True
        records = again.get(f"/connections/{made}/proxy/records").json["items"]
        assert "Kept" in [record.get("title") for record in records]
        assert again.post(f"/connections/{made}/refresh-credentials").status == 200


def test_state_that_is_no_database(tmp_path: Path) -> None:
    """A file that is something else is refused in words and left alone."""
    path = tmp_path / "notes.txt"
    path.write_text("my notes, long enough to be no empty database at all" * 20)
    with pytest.raises(ConfigurationError, match=r"notes\.txt"), Sandbox(state=path):
        pass
    assert path.read_text().startswith("my notes")


def test_state_of_another_program(tmp_path: Path) -> None:
    """Another program's database is refused in words and left alone."""
    path = tmp_path / "history.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE documents (a)")
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match=r"history\.sqlite cannot be used: .*another program"):
        Sandbox(state=path).start()
    assert path.read_bytes() == before


def test_state_is_for_one_sandbox_at_a_time(tmp_path: Path) -> None:
    """A second sandbox on the same file is refused in words; after the first has ended it may have it."""
    path = tmp_path / "state.db"
    second = Sandbox(state=path)
    with Sandbox(state=path), pytest.raises(ConfigurationError, match=r"state\.db.*no other sandbox"):
        second.start()
    with second as box:
        assert Client(box).connected()


def test_state_becomes_private(tmp_path: Path) -> None:
    """A state file that others could read is readable by its owner alone from then on, its journal too."""
    path = tmp_path / "state.db"
    path.touch()
    path.chmod(0o644)
    with Sandbox(state=path):
        assert {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()} == {0o600}
