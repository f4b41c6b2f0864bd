"""Publisher: on a thread that is there already, alone, and gone when it is not needed."""

from __future__ import annotations

import threading

from ic_widget.runtime.publisher import Publisher


def test_every_call_is_followed_by_a_run() -> None:
    """However the calls come, one run begins after the last of them."""
    state = {"wanted": 0, "published": -1}
    caught_up = threading.Event()

    def publish() -> None:
        state["published"] = state["wanted"]
        if state["published"] == 500:
            caught_up.set()

    under_test = Publisher(publish, lambda: False)
    for wanted in range(1, 501):
        state["wanted"] = wanted
        under_test.soon()
    assert caught_up.wait(10)


def test_thread_is_kept_while_more_is_expected() -> None:
    """What comes later runs on the same thread, which was waiting for it."""
    ran_on: list[threading.Thread] = []
    ran = threading.Semaphore(0)
    expecting = True
    under_test = Publisher(
        lambda: (ran_on.append(threading.current_thread()), ran.release()), lambda: expecting
    )
    under_test.soon()
    assert ran.acquire(timeout=10)
    expecting = False
    under_test.soon()
    assert ran.acquire(timeout=10)
    assert ran_on[0] is ran_on[1]


def test_thread_ends_when_nothing_is_expected() -> None:
    """An idle widget holds no thread, and the next change starts one."""
    ran_on: list[threading.Thread] = []
    ran = threading.Semaphore(0)
    under_test = Publisher(
        lambda: (ran_on.append(threading.current_thread()), ran.release()), lambda: False, linger=0.01
    )
    under_test.soon()
    assert ran.acquire(timeout=10)
    ran_on[0].join(10)
    assert not ran_on[0].is_alive()
    under_test.soon()
    assert ran.acquire(timeout=10)


def test_who_calls_does_not_wait_for_an_observer_that_takes_long() -> None:
    """A run that does not end, or that calls itself, holds nobody up."""
    may_end, ran = threading.Event(), threading.Semaphore(0)

    def publish() -> None:
        if not may_end.is_set():
            under_test.soon()
            may_end.wait(10)
        ran.release()

    under_test = Publisher(publish, lambda: False, linger=0.01)
    under_test.soon()
    may_end.set()
    assert ran.acquire(timeout=10)
    assert ran.acquire(timeout=10)
