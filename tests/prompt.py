"""IPython's prompt in a pseudo-terminal, as a person sees it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals are POSIX only")
PROMPT = r"In \[\d+\]: "


class Prompt:
    """What `terminal` shows between one prompt and the next; it is pexpect's."""

    def __init__(self, terminal: Any) -> None:
        self.terminal = terminal

    def run(self, line: str) -> str:
        """Type a line; return what is shown until the next prompt."""
        self.terminal.sendline(line)
        self.terminal.expect(PROMPT)
        return str(self.terminal.before)


@contextlib.contextmanager
def prompt_of(
    command: str, *arguments: str, env: Mapping[str, str], cwd: str | None = None
) -> Iterator[Prompt]:
    """Within it `command` is at its prompt; it is left by `exit`."""
    terminal = pexpect.spawn(
        command,
        [*arguments],
        env=env,
        cwd=cwd,
        encoding="utf-8",
        timeout=120,
        dimensions=(50, 400),
    )
    try:
        terminal.expect(PROMPT)
        yield Prompt(terminal)
        terminal.sendline("exit")
        terminal.expect(pexpect.EOF)
    finally:
        terminal.close(force=True)
