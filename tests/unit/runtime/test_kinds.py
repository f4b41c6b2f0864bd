"""Whether a value is of the kind that an annotation names."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from ic_widget.runtime.kinds import a_kind, annotations_of, wrong_kind

if TYPE_CHECKING:
    from somewhere import Nowhere  # type: ignore[import-not-found]


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (str | None, None),
        (str | None, "x"),
        (float, 5),
        (float | None, 5.5),
        (int, 5),
        (bool, True),
        (Mapping[str, Any], {}),
        (Iterable[str] | Callable[[Any], bool] | None, len),
        (Iterable[str] | Callable[[Any], bool] | None, ("a",)),
        (bool | str | Path | ssl.SSLContext, Path()),
        (Literal["a", "b"], "c"),
        (Any, object()),
        (Any | None, object()),
        (None, None),
    ],
)
def test_right(annotation: Any, value: object) -> None:
    """What the annotation admits is admitted, and so is what cannot be told."""
    assert None is wrong_kind("x=", annotation, value)


@pytest.mark.parametrize(
    ("annotation", "value", "sentence"),
    [
        (str | None, 5, "x= must be text, not a number."),
        (str, None, "x= must be text, not None."),
        (float, "1m", "x= must be a number, not text."),
        (float, True, "x= must be a number, not True."),
        (int, 5.5, "x= must be a whole number, not a fraction."),
        (bool, "yes", "x= must be True or False, not text."),
        (Mapping[str, Any], ["a"], "x= must be a dict, not a list."),
        (Callable[[], None] | str, {}, "x= must be a function or text, not a dict."),
        (ssl.SSLContext | bool | str, 5, "x= must be an SSLContext, True or False or text, not a number."),
        (Path, len, "x= must be a Path, not a function."),
        (Path, Path, "x= must be a Path, not the class Path."),
    ],
)
def test_wrong(annotation: Any, value: object, sentence: str) -> None:
    """What the annotation does not admit is told in a sentence that does not repeat it."""
    assert sentence == wrong_kind("x=", annotation, value)


def test_numbers_of_other_libraries() -> None:
    """A number of numpy's kind counts as one: it is registered as such."""
    import fractions

    assert None is wrong_kind("x=", float, fractions.Fraction(1, 2))


def test_a_name_for_type_checking_only() -> None:
    """An annotation that names what is not there at run time admits everything; the others still count."""

    def function(a: Nowhere, b: str) -> None: ...

    assert {"a": Any, "b": str, "return": None} == annotations_of(function)


def test_article() -> None:
    """A thing is named by its class, with the article that is spoken."""
    assert ("an OSError", "an SSLError", "a Path") == (
        a_kind(OSError()),
        a_kind(ssl.SSLError()),
        a_kind(Path()).replace("PosixPath", "Path").replace("WindowsPath", "Path"),
    )
