"""One attempt ends once, whoever ends it and however many try."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

import pytest

from ic_widget.errors import ConnectCancelled, ConnectError, ConnectionRejected, ConnectTimeout, EngineError
from ic_widget.returning.answer import Answer
from ic_widget.returning.attempt import Attempt, Via
from ic_widget.transport.secret import Secret

CONNECTED, DENIED = Answer(connection_id="c1"), Answer(error="Denied", error_data={"key": "denied"})


def test_nonces() -> None:
    """Every attempt has a nonce of 256 bits, an id and a request id of its own."""
    attempts = [Attempt(1) for _ in range(100)]

    assert 100 == len({attempt.nonce for attempt in attempts})
    assert 100 == len({attempt.id for attempt in attempts})
    assert 100 == len({attempt.request_id for attempt in attempts})
    assert {43} == {len(attempt.nonce) for attempt in attempts}  # 32 bytes in base64url


def test_repr() -> None:
    """The repr shows nothing of the nonce."""
    attempt = Attempt(1)

    assert "<Attempt idle>" == repr(attempt)


def test_launch() -> None:
    """Opening the tab moves it from idle to waiting, once."""
    changes: list[str] = []
    attempt = Attempt(1, lambda: changes.append(attempt.status))

    assert [True, False] == [attempt.launch(), attempt.launch()]
    assert ["waiting"] == changes


@pytest.mark.parametrize("launched", [False, True])
def test_connected(launched: bool) -> None:
    """An answer counts also before the page has said that the tab was opened."""
    attempt = Attempt(1)
    if launched:
        attempt.launch()

    assert "won" == attempt.settle(CONNECTED, "redirect")
    assert ("connected", CONNECTED, "redirect", None) == (
        attempt.status,
        attempt.state.answer,
        attempt.state.via,
        attempt.state.failure,
    )


def test_rejected() -> None:
    """An error becomes the exception that wait() raises, with the engine's data."""
    attempt = Attempt(1)

    assert "won" == attempt.settle(DENIED, "events")
    assert "failed" == attempt.status
    assert isinstance(attempt.state.failure, ConnectionRejected)
    assert ("Denied", {"key": "denied"}) == (attempt.state.failure.message, attempt.state.failure.data)


def test_answer_is_published_apart() -> None:
    """Nobody is told of an answer before its page is sent, which the caller says by publish()."""
    changes: list[str] = []
    attempt = Attempt(1, lambda: changes.append(attempt.status))
    attempt.settle(CONNECTED, "redirect")

    assert ([], False) == (changes, attempt.ended.is_set())
    attempt.publish()
    assert (["connected"], True) == (changes, attempt.ended.is_set())


@pytest.mark.parametrize(
    ("again", "via", "outcome"),
    [
        (CONNECTED, "redirect", "same"),
        (CONNECTED, "events", "same"),
        (CONNECTED, "paste", "same"),
        (Answer(connection_id="c2"), "redirect", "late"),
        (DENIED, "redirect", "late"),
        (DENIED, "events", "late"),
    ],
)
def test_second_answer_after_success(again: Answer, via: str, outcome: str) -> None:
    """The same answer again is the same on every way; another one is late and changes nothing."""
    attempt = Attempt(1)
    attempt.settle(CONNECTED, "redirect")

    assert outcome == attempt.settle(again, via)  # type: ignore[arg-type]
    assert ("connected", CONNECTED) == (attempt.status, attempt.state.answer)


@pytest.mark.parametrize(
    ("again", "via", "outcome"),
    [
        (DENIED, "redirect", "same"),
        (Answer(error="access_denied"), "events", "same"),
        (Answer(error="access_denied"), "redirect", "late"),
        (CONNECTED, "events", "late"),
    ],
)
def test_second_answer_after_failure(again: Answer, via: str, outcome: str) -> None:
    """The same failure in the words of another way is the same; other words on the same way are late."""
    attempt = Attempt(1)
    attempt.settle(DENIED, "redirect")

    assert outcome == attempt.settle(again, via)  # type: ignore[arg-type]
    assert ("failed", DENIED) == (attempt.status, attempt.state.answer)


ENDS: dict[str, tuple[Callable[[Attempt], object], type[ConnectError]]] = {
    "cancelled": (Attempt.cancel, ConnectCancelled),
    "expired": (Attempt.expire, ConnectTimeout),
    "failed": (lambda attempt: attempt.fail(EngineError("Down.")), EngineError),
}


@pytest.mark.parametrize("status", ENDS)
def test_end_without_an_answer(status: str) -> None:
    """Cancelled, expired and failed each have their exception and are told at once."""
    changes: list[str] = []
    attempt = Attempt(1, lambda: changes.append(attempt.status))
    end, kind = ENDS[status]
    end(attempt)

    assert (status, kind, [status], True) == (
        attempt.status,
        type(attempt.state.failure),
        changes,
        attempt.ended.is_set(),
    )


@pytest.mark.parametrize(("first", "second"), list(itertools.product([*ENDS, "connected"], ENDS)))
def test_an_end_is_final(first: str, second: str) -> None:
    """Whatever ended it, nothing that comes later changes the status or the exception."""
    changes: list[str] = []
    attempt = Attempt(1, lambda: changes.append(attempt.status))
    if first == "connected":
        attempt.settle(CONNECTED, "redirect")
        attempt.publish()
    else:
        ENDS[first][0](attempt)
    failure = attempt.state.failure
    ENDS[second][0](attempt)

    assert (first, failure, [first]) == (attempt.status, attempt.state.failure, changes)
    assert not attempt.launch()
    assert ("same" if first == "connected" else "late") == attempt.settle(CONNECTED, "events")


def test_one_of_many_wins() -> None:
    """Of different answers offered in one instant exactly one wins."""
    for _ in range(200):
        attempt = Attempt(1)
        barrier = threading.Barrier(4)
        outcomes: list[str] = []

        def offer(
            number: int,
            attempt: Attempt = attempt,
            barrier: threading.Barrier = barrier,
            outcomes: list[str] = outcomes,
        ) -> None:
            barrier.wait()
            outcomes.append(attempt.settle(Answer(connection_id=f"c{number}"), "redirect"))

        threads = [threading.Thread(target=offer, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ["late", "late", "late", "won"] == sorted(outcomes)


@pytest.mark.parametrize("via", ["redirect", "events", "paste"])
def test_secrets_are_taken_out(via: Via) -> None:
    """What an answer repeats of the engine's tokens or this attempt's nonces is not kept, whichever way it came."""
    attempt = Attempt(60, secrets_known=lambda: map(Secret, ["token-of-a-tenant", "token-of-before"]))
    for secret in ("token-of-a-tenant", "token-of-before", attempt.nonce, attempt.request_id):
        again = Attempt(60, secrets_known=lambda: map(Secret, ["token-of-a-tenant", "token-of-before"]))
        again.nonce, again.request_id = attempt.nonce, attempt.request_id
        answer = Answer(error=f"No {secret}", error_data={"message": secret, "data": {secret: [secret]}})
        assert ("won", "same") == (again.settle(answer, via), again.settle(answer, via))
        failure = again.state.failure
        assert failure is not None
        expected = {"message": "<secret>", "data": {"<secret>": ["<secret>"]}}
        assert ("No <secret>", expected) == (failure.message, failure.data)
        assert secret not in str(again.state.answer)


@pytest.mark.parametrize("end", [Attempt.cancel, Attempt.expire])
def test_success_after_the_end(end: Callable[[Attempt], None]) -> None:
    """A tab that was opened may still be finished: its success is kept, and changes neither status nor failure."""
    attempt = Attempt(5)
    attempt.launch()
    end(attempt)
    before = attempt.state

    assert attempt.may_still_come
    assert ["after", "same", "after"] == [
        attempt.settle(Answer(each), "redirect") for each in ("c1", "c1", "c2")
    ]
    assert "late" == attempt.settle(Answer(error="denied"), "redirect")
    assert (before, "c2") == (attempt.state, attempt.after.connection_id)  # type: ignore[union-attr]


def test_success_that_no_tab_can_bring() -> None:
    """Where no tab was opened, or the only one has come back, another success is none of this attempt's."""
    closed, one = Attempt(5), Attempt(5)
    closed.cancel()
    one.launch()
    one.settle(Answer("c1"), "redirect")

    assert [False, False] == [closed.may_still_come, one.may_still_come]
    assert ("late", None) == (closed.settle(Answer("c2"), "redirect"), closed.after)


def test_taken_after_all() -> None:
    """A success that came late may take the place of the end that came before it."""
    told: list[object] = []
    attempt = Attempt(5, lambda: told.append(attempt.state.connection_id))
    attempt.launch()
    attempt.cancel()
    attempt.take("c1")

    assert ("connected", None, "c1") == (attempt.status, attempt.state.failure, told[-1])


def test_repr_of_a_state() -> None:
    """What the engine said, and what is raised for it, is in no repr: either may hold what was typed."""
    attempt = Attempt(5)
    attempt.settle(Answer(error="planted"), "redirect")
    assert "planted" not in repr(attempt.state)


@pytest.mark.parametrize(
    ("end", "opened", "said"),
    [
        (Attempt.cancel, True, "Stopped waiting. If you finish in the other tab, it still counts."),
        (Attempt.cancel, False, "Cancelled. Start again whenever you like."),
        (Attempt.expire, True, "If you finish in the other tab, it still counts; or start again"),
        (Attempt.expire, False, "nobody opened the sign-in page"),
        (lambda attempt: attempt.cancel("Closed."), True, "Closed."),
    ],
)
def test_words_of_an_end(end: Callable[[Attempt], None], opened: bool, said: str) -> None:
    """Whoever has a tab open is told that it still counts; a reason that is given is what is said."""
    attempt = Attempt(5)
    if opened:
        attempt.launch()
    end(attempt)
    assert attempt.state.failure is not None
    assert said in attempt.state.failure.message


@pytest.mark.parametrize(
    ("failure", "status"),
    [(ConnectTimeout("Still being set up."), "expired"), (ConnectionRejected("Another app."), "failed")],
)
def test_success_taken_back(failure: ConnectError, status: str) -> None:
    """A success that the engine contradicts is none: no id is left of it, and whoever listens hears of it once."""
    told: list[tuple[str, str | None]] = []
    attempt = Attempt(5, lambda: told.append((attempt.status, attempt.state.connection_id)))
    attempt.settle(CONNECTED, "redirect")
    attempt.publish()
    for _ in range(2):
        attempt.retract(failure)

    assert failure == attempt.state.failure
    assert [("connected", "c1"), (status, None)] == told


def test_published() -> None:
    """Who is told of the end finds that it is published; before that, and for a launch, it is not."""
    told: list[bool] = []
    attempt = Attempt(5, lambda: told.append(attempt.published))
    attempt.launch()
    attempt.settle(CONNECTED, "redirect")
    assert not attempt.published
    attempt.publish()
    assert [False, True] == told


def test_given_up() -> None:
    """Nothing comes any more of a tab that was given up, or that was opened after the end."""
    attempt = Attempt(5)
    attempt.launch()
    attempt.cancel()
    attempt.give_up()
    attempt.launch()
    assert (False, "late") == (attempt.may_still_come, attempt.settle(CONNECTED, "redirect"))
