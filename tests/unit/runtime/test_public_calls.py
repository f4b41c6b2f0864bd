"""What every public call has in common: mistakes get a sentence, and no exception shows what was given."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ic_widget.errors import ConfigurationError
from ic_widget.runtime import public_calls as module
from ic_widget.runtime.public_calls import public, public_call, takes


@public
class Thing:
    """A class whose public calls fail in every way."""

    def __init__(self, secret: str = "", *, size: int = 0) -> None:
        self.secret = secret + "x" * size

    def refuse(self, secret: str) -> None:
        """Raise one of our errors while another is handled."""
        try:
            int(secret)
        except ValueError:
            raise ConfigurationError("No.") from None

    def divide(self, number: float, *, by: float) -> float:
        """Raise what is not ours, and a fault."""
        return number / by

    async def later(self, secret: str) -> None:
        """Raise one of our errors in a coroutine."""
        await asyncio.sleep(0)
        raise ConfigurationError(f"No: {len(secret)}.")

    def several(self, secret: str) -> Iterator[int]:
        """Raise one of our errors after the first item."""
        yield 1
        raise ConfigurationError(f"No: {len(secret)}.")

    async def several_later(self, secret: str) -> AsyncIterator[int]:
        """Raise one of our errors after the first item, in a coroutine."""
        yield 1
        raise ConfigurationError(f"No: {len(secret)}.")

    def __iter__(self) -> Iterator[int]:
        return iter([len(self.secret)] if self.secret != "s3cret" else [1 // (len(self.secret) - 6)])

    def __call__(self, secret: str) -> None:
        """Raise one of our errors from a call of the object itself."""
        raise ConfigurationError(f"No: {len(secret)}.")

    def _repr_html_(self) -> str:
        raise ConfigurationError(f"No: {len(self.secret)}.")

    @staticmethod
    def apart(secret: str) -> None:
        """Raise one of our errors without an object."""
        raise ConfigurationError(f"No: {len(secret)}.")

    @property
    def broken(self) -> str:
        """Raise one of our errors from a property."""
        raise ConfigurationError(f"No: {len(self.secret)}.")

    @classmethod
    def made(cls, **keywords: Any) -> Thing:
        """Hand on what was given."""
        return cls(**keywords)

    def look(self) -> int:
        """Take nothing."""
        return 1


@dataclass
class Wanted:
    """The keywords of Taker."""

    engine: Thing
    integration: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@public
class Taker:
    """Takes the keywords of a dataclass."""

    @takes(Wanted)
    def __init__(self, request: Wanted) -> None:
        self.request = request


async def gathered(items: AsyncIterator[int]) -> list[int]:
    """All of them."""
    return [item async for item in items]


def shown(error: BaseException) -> str:
    """A traceback with the local variables of all frames but this test's."""
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(
        f"{frame.name} {frame.locals}" for frame in found.stack if not frame.name.startswith("test_")
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda: Thing().refuse("s3cret"),
        lambda: asyncio.run(Thing().later("s3cret")),
        lambda: list(Thing().several("s3cret")),
        lambda: list(Thing().several(secret=["s3cret"])),  # type: ignore[arg-type]
        lambda: asyncio.run(gathered(Thing().several_later("s3cret"))),
        lambda: asyncio.run(gathered(Thing().several_later(["s3cret"]))),  # type: ignore[arg-type]
        lambda: list(Thing("s3cret")),
        lambda: Thing()("s3cret"),
        lambda: Thing("s3cret")._repr_html_(),
        lambda: Thing.apart("s3cret"),
        lambda: Thing("s3cret").broken,
        lambda: Thing("s3cret", size="s3cret"),  # type: ignore[arg-type]
        lambda: Thing("s3cret", sizes="s3cret"),  # type: ignore[call-arg]
        lambda: Thing("s3cret", "s3cret"),  # type: ignore[misc]
        lambda: Thing.made(secret=5, size="s3cret"),
        lambda: Thing("s3cret").divide(1, by=0),
        lambda: Taker("s3cret"),  # type: ignore[arg-type]
        lambda: Taker(Thing(), parameters="s3cret"),  # type: ignore[arg-type]
    ],
)
def test_nothing_given_is_shown(call: Callable[[], object]) -> None:
    """No frame of ours and no other exception come with an error, and its text repeats nothing."""
    with pytest.raises((ConfigurationError, TypeError, ZeroDivisionError)) as raised:
        call()

    assert "s3cret" not in shown(raised.value) + str(raised.value) + repr(vars(raised.value))
    assert (None, None) == (raised.value.__context__, raised.value.__cause__)


def test_a_fault_says_where_it_is() -> None:
    """An error that is not ours names the lines it came through, and the exception stays the one it was."""

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as raised:
        public_call(fail)()
    assert "" == "".join(getattr(raised.value, "__notes__", []))

    here = module._places(raised.value.__traceback__)
    assert [] == here  # this test is no part of the package, nor is the check itself worth a line

    from ic_widget.foreign_text import seen

    with pytest.raises(TypeError) as inside:
        public_call(lambda: seen(5))()  # type: ignore[arg-type]
    assert "foreign_text.py:" in "".join(getattr(inside.value, "__notes__", [])) or not hasattr(
        inside.value, "add_note"
    )


def test_an_interrupt_comes_through() -> None:
    """An interrupt stays one, without our frames too."""

    def interrupted(secret: str) -> None:
        raise KeyboardInterrupt(len(secret))

    with pytest.raises(KeyboardInterrupt) as raised:
        public_call(interrupted)("s3cret")

    files = {Path(frame.filename) for frame in traceback.extract_tb(raised.value.__traceback__)}
    assert {Path(__file__), Path(module.__file__ or "")} == files
    assert "s3cret" not in shown(raised.value)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Thing(secert=""), "Thing() has no keyword secert=. Did you mean secret=?"),  # type: ignore[call-arg]
        (lambda: Thing(zzz=""), "Thing() has no keyword zzz=. It takes secret, size."),  # type: ignore[call-arg]
        (lambda: Thing().look(zzz=""), "Thing.look() has no keyword zzz=. It takes none."),  # type: ignore[call-arg]
        (lambda: Thing("", 5), "Thing() takes only secret without a name. Write size=."),  # type: ignore[misc]
        (lambda: Thing().look(5), "Thing.look() takes nothing without a name."),  # type: ignore[call-arg]
        (lambda: Thing("", secret=""), "Thing() was given secret= twice."),  # type: ignore[misc]
        (lambda: Thing().divide(), "Thing.divide() needs number= and by=."),  # type: ignore[call-arg]
        (lambda: Taker(), "Taker() needs engine=."),  # type: ignore[call-arg]
        (lambda: Taker(Thing(), integratoin="x"), "Taker() has no keyword integratoin=. Did you mean integration=?"),  # type: ignore[call-arg]
    ],
)  # fmt: skip
def test_keywords(call: Callable[[], object], sentence: str) -> None:
    """A call with arguments that cannot be meant says which ones can."""
    with pytest.raises(TypeError) as raised:
        call()

    assert sentence == str(raised.value)


def test_kinds() -> None:
    """A value of another kind than the annotation's is refused in a sentence, with a hint where there is one."""
    with pytest.raises(ConfigurationError) as raised:
        Taker("github")  # type: ignore[arg-type]

    assert (
        'engine= must be a Thing, not text. An app is named as integration="github"; a token goes into'
        " Engine(token=...), an address into api_uri=."
    ) == raised.value.message


def test_what_is_right_goes_through() -> None:
    """A call with the right arguments does what it did, by place or by name."""
    thing = Thing("a", size=2)
    assert ("axx", 0.5, 1) == (thing.secret, thing.divide(1, by=2), Thing.made(size=1).look())
    assert "x" == Taker(thing, integration="x").request.integration


def test_items_come_one_by_one() -> None:
    """A generator hands on each item when it is made, and is closed when nobody wants the next one."""
    told: list[str] = []

    @public_call
    def items() -> Iterator[int]:
        try:
            yield from range(3)
        finally:
            told.append("closed")

    @public_call
    async def later() -> AsyncIterator[int]:
        try:
            for number in range(3):
                yield number
        finally:
            told.append("closed later")

    async def first() -> int:
        async with aclosing(later()) as found:  # type: ignore[type-var]
            return await anext(found)  # type: ignore[arg-type]

    walk = items()
    assert (0, []) == (next(walk), told)
    walk.close()  # type: ignore[attr-defined]
    assert 0 == asyncio.run(first())
    assert ["closed", "closed later"] == told
