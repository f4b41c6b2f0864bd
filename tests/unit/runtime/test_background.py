"""The thread that answers while the kernel is busy: there when needed, gone when not."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from ic_widget.errors import ConfigurationError, ConnectError
from ic_widget.runtime.background import Background, in_thread
from ic_widget.runtime.faults import owned
from ic_widget.runtime.place import Place

LINGER = 0.1


@pytest.fixture
def thread() -> Iterator[Background]:
    """One that stops soon."""
    background = Background(linger=LINGER)
    yield background
    background.close()


def running() -> list[threading.Thread]:
    """Its threads that are alive."""
    return [thread for thread in threading.enumerate() if thread.name == "ic_widget"]


def stopped(last: threading.Thread) -> bool:
    """Wait until `last` has ended."""
    last.join(20)
    return not last.is_alive()


def test_nothing_runs_unasked() -> None:
    """Making one starts nothing."""
    before = running()

    assert Background().loop is None
    assert before == running()


def test_hold_starts_a_daemon_thread(thread: Background) -> None:
    """The first hold starts one daemon thread, further ones share it."""
    before = running()
    loops = {thread.hold() for _ in range(3)}
    [made] = [found for found in running() if found not in before]

    assert 1 == len(loops)
    assert made.daemon
    assert thread.submit(_here()).result(5) is made
    assert not thread.is_current()


async def _here() -> threading.Thread:
    return threading.current_thread()


def test_it_stops_after_the_last_release(thread: Background) -> None:
    """It outlives every release but the last, and is gone a moment after that."""
    thread.hold()
    thread.hold()
    mine = thread.submit(_here()).result(5)
    thread.release()
    # Were the first release enough, the loop would stop before this timer of the same loop.
    thread.submit(asyncio.sleep(LINGER * 2)).result(5)
    assert mine.is_alive()

    thread.release()
    assert stopped(mine)
    assert thread.loop is None


def test_a_hold_in_between_starts_the_moment_anew(thread: Background) -> None:
    """How long it lingers counts from the last release, not from an earlier one."""
    rang = threading.Event()
    loop = thread.hold()
    mine = thread.submit(_here()).result(5)
    thread.release()

    def once_more() -> None:
        thread.hold()
        thread.release()
        loop.call_later(LINGER * 0.75, rang.set)

    loop.call_soon_threadsafe(loop.call_later, LINGER / 2, once_more)
    assert rang.wait(20)
    assert stopped(mine)


def test_too_many_releases(thread: Background) -> None:
    """A release too many does not eat a later hold."""
    rang = threading.Event()
    thread.release()
    thread.hold()
    loop = thread.hold()
    thread.release()
    loop.call_soon_threadsafe(loop.call_later, LINGER * 2, rang.set)

    assert rang.wait(5)


def test_it_starts_again(thread: Background) -> None:
    """After it has stopped, a hold starts a new one, which waits for the old one's end."""
    thread.hold()
    first = thread.submit(_here()).result(5)
    thread.release()
    stopped(first)
    thread.hold()

    assert first is not thread.submit(_here()).result(5)


def test_start_waits_for_the_old_end(thread: Background) -> None:
    """A new loop starts only when the old one has wound down, so that a pinned port is free again."""
    order: list[str] = []

    async def slow_to_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.2)
            order.append("old one ended")

    ended = threading.Event()
    thread.hold().call_soon_threadsafe(lambda: None)
    thread.spawn(slow_to_end())
    thread.submit(asyncio.sleep(0)).result(5)
    old = thread.submit(_here()).result(5)
    thread.release()
    while thread.loop is not None:
        ended.wait(0.005)
    thread.hold()
    order.append("new one started")

    assert ["old one ended", "new one started"] == order
    assert not old.is_alive()


def test_ending_may_need_the_lock(thread: Background) -> None:
    """What the old loop still does while a new one is asked for may hold and release without a deadlock."""
    begun, begin = threading.Event(), threading.Event()

    async def needs_the_lock() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            begun.set()
            begin.wait(5)
            thread.release()

    thread.hold()
    thread.spawn(needs_the_lock())
    old = thread.submit(_here()).result(5)
    thread.release()
    assert begun.wait(5)
    starting = threading.Thread(target=thread.hold)
    starting.start()
    begin.set()
    starting.join(1.5)

    assert not starting.is_alive()
    assert stopped(old)


def test_submitted_work_keeps_it_running(thread: Background) -> None:
    """Work that was submitted is done before it stops."""
    assert "done" == thread.submit(asyncio.sleep(LINGER * 2, "done")).result(5)


def test_failing_work(thread: Background) -> None:
    """Work that fails hands its exception to whoever asks and disturbs nobody else."""
    failing = thread.submit(_fail())

    with pytest.raises(ZeroDivisionError):
        failing.result(5)
    assert "done" == thread.submit(asyncio.sleep(0, "done")).result(5)


async def _fail() -> None:
    raise ZeroDivisionError


def test_spawn_needs_a_hold(thread: Background) -> None:
    """Spawned work keeps nothing running, so somebody must hold it already."""
    work = _here()
    with pytest.raises(RuntimeError, match="hold the loop first"):
        thread.spawn(work)
    work.close()


def test_spawned_work_is_cancelled_at_the_end(thread: Background) -> None:
    """Spawned work can tidy up when the loop stops."""
    tidied = threading.Event()
    thread.hold()
    thread.spawn(_forever(tidied))
    thread.submit(asyncio.sleep(0)).result(5)
    thread.release()

    assert tidied.wait(20)


async def _forever(ended: threading.Event) -> None:
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        ended.set()


def test_work_that_nobody_refers_to_is_not_collected(thread: Background) -> None:
    """A spawned task lives on though nothing but the loop's weak reference knows it."""
    ended = threading.Event()
    thread.hold()
    thread.spawn(_forever(ended))
    thread.submit(asyncio.sleep(0)).result(5)
    for _ in range(3):
        gc.collect()
    thread.submit(asyncio.sleep(0)).result(5)

    assert not ended.is_set()


def test_call(thread: Background) -> None:
    """A function is called on the loop's thread, in place when already there or when there is none."""
    where: list[threading.Thread] = []
    called = threading.Event()

    def note() -> None:
        where.append(threading.current_thread())
        called.set()

    thread.call(note)
    thread.hold()
    called.clear()
    thread.call(note)
    called.wait(5)

    async def nested() -> int:
        thread.call(note)
        return len(where)

    assert 3 == thread.submit(nested()).result(5)
    mine = thread.submit(_here()).result(5)
    assert [threading.current_thread(), mine, mine] == where


def test_close(thread: Background) -> None:
    """close() stops it whoever holds it, may be repeated, and lets it start again."""
    ended = threading.Event()
    thread.hold()
    thread.hold()
    thread.spawn(_forever(ended))
    mine = thread.submit(_here()).result(5)
    thread.close()
    thread.close()

    assert (False, None, True) == (mine.is_alive(), thread.loop, ended.is_set())
    thread.release()
    thread.hold()
    assert mine is not thread.submit(_here()).result(5)


def test_close_on_its_own_thread(thread: Background) -> None:
    """close() called on the loop itself does not wait for itself."""
    mine = thread.submit(_here()).result(5)

    async def close() -> None:
        thread.close()

    thread.submit(close())
    assert stopped(mine)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_fork(thread: Background) -> None:
    """A forked child starts its own when it needs one; the parent's goes on."""
    thread.hold()
    child = os.fork()
    if child == 0:
        fine = thread.loop is None and thread.submit(asyncio.sleep(0, "done")).result(5) == "done"
        thread.close()
        os._exit(0 if fine else 1)

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert "done" == thread.submit(asyncio.sleep(0, "done")).result(5)


def test_two_threads_fork_at_once(thread: Background) -> None:
    """A fork that begins while another is under way leaves nothing halted."""
    thread.hold()
    thread._halt()
    second_begins = threading.Event()

    def fork() -> None:
        second_begins.set()
        thread._halt()
        thread._go_on()

    second = threading.Thread(target=fork)
    second.start()
    assert second_begins.wait(5)
    second.join(0.2)  # it waits for the first, which the loop waits for
    thread._go_on()
    second.join(5)

    assert not second.is_alive()
    assert thread.submit(_here()).result(5).name == "ic_widget"


def test_nothing_runs_on_the_loop_during_a_fork(thread: Background) -> None:
    """From the moment at which the fork may happen until it has, the loop takes no step, an import for example."""
    steps = 0

    async def going_on() -> None:
        nonlocal steps
        while True:
            steps += 1
            await asyncio.sleep(0)

    thread.hold()
    thread.spawn(going_on())
    between = []
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(2000):
            thread._halt()
            before = steps
            time.sleep(0)  # the other thread's turn
            between.append(steps - before)
            thread._go_on()
    finally:
        sys.setswitchinterval(interval)

    assert {0} == set(between)


def test_close_waits_for_nobody(thread: Background) -> None:
    """close() returns though something on the loop does not end."""

    async def deaf() -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    thread.hold()
    thread.spawn(deaf())
    thread.submit(asyncio.sleep(0)).result(5)
    thread.close(within=0.1)

    assert thread.loop is None


def test_owner_hears_of_a_fault(thread: Background, caplog: pytest.LogCaptureFixture) -> None:
    """Work that nobody asks for its result tells its owner why it failed, and the log once."""
    heard: list[str] = []
    thread.start(_fail(), lambda error: heard.append(str(error))).result(5)

    assert 1 == len(caplog.records)
    assert "unexpected ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" in heard[0]


def test_owner_hears_an_error_raised_on_purpose(thread: Background, caplog: pytest.LogCaptureFixture) -> None:
    """An error of ours reaches the owner as it is, and is no fault to be logged."""
    heard: list[ConnectError] = []
    refusal = ConfigurationError("No.")

    async def refuse() -> None:
        raise refusal

    thread.start(refuse(), heard.append).result(5)

    assert [refusal] == heard
    assert "" == caplog.text


def test_spawned_work_that_fails_is_logged(thread: Background, caplog: pytest.LogCaptureFixture) -> None:
    """Spawned work has no owner but the log."""
    thread.hold()
    thread.spawn(_fail())
    thread.submit(asyncio.sleep(0)).result(5)

    assert "unexpected ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_work_that_exits(thread: Background, error: type[BaseException]) -> None:
    """A SystemExit or KeyboardInterrupt of submitted work ends that work and neither the loop nor the process."""

    async def leave() -> None:
        raise error

    loop = thread.hold()
    with pytest.raises(ConnectError, match=error.__name__):
        thread.submit(leave()).result(5)
    assert "done" == thread.submit(asyncio.sleep(0, "done")).result(5)
    assert loop is thread.loop


def test_loop_that_died_is_replaced(thread: Background) -> None:
    """A loop that a callback ended is replaced at the next use."""

    def leave() -> None:
        raise SystemExit

    mine = thread.submit(_here()).result(5)
    thread.hold().call_soon_threadsafe(leave)
    assert stopped(mine)

    assert "done" == thread.submit(asyncio.sleep(0, "done")).result(5)


def test_function_on_a_thread_of_its_own(thread: Background) -> None:
    """A user's function runs on a daemon thread, at the place given, and the loop goes on meanwhile."""
    release = threading.Event()
    where = contextvars.ContextVar("where", default="elsewhere")
    here = contextvars.copy_context()
    here.run(where.set, "here")
    place = here.run(Place)

    def function() -> tuple[str, bool]:
        release.wait(10)
        return where.get(), threading.current_thread().daemon

    waiting = thread.submit(in_thread(function, place))
    assert "done" == thread.submit(asyncio.sleep(0, "done")).result(5)
    release.set()

    assert ("here", True) == waiting.result(5)


def test_work_that_is_thrown_away_with_its_loop() -> None:
    """What the interpreter's end throws away is no fault, whatever its cleaning up fails with."""
    told: list[ConnectError] = []

    async def work(cleaning_up_fails: bool) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            if cleaning_up_fails:
                raise RuntimeError("Event loop is closed")

    async def begin(cleaning_up_fails: bool) -> object:
        begun = owned(work(cleaning_up_fails), told.append)
        begun.send(None)
        return begun

    for cleaning_up_fails in (False, True):
        asyncio.run(begin(cleaning_up_fails)).close()  # type: ignore[attr-defined]
    assert [] == told


def test_a_connection_that_nobody_closed_ends_with_the_loop(thread: Background) -> None:
    """What a task opened in the moment in which it was cancelled is not left open: the other side sees the end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        opened = thread.submit(asyncio.open_connection(*server.getsockname())).result(10)
        there, _ = server.accept()
        thread.close()
        with there:
            there.settimeout(10)
            assert b"" == there.recv(1)
    del opened
