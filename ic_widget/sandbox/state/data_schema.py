"""What is wrong with a value, said in words: by the engine's Data Schema, or by plain JSON Schema.

`validators` knows the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from jsonschema import ValidationError

__all__ = ["Problem", "Schema", "asks_secret", "problems", "secret"]

Schema = dict[str, Any]
WORDS = {
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "pattern": "must match {}",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "maxItems": "must have at most {} items",
}


class Problem(NamedTuple):
    """What is wrong, and where: `path` is dotted, empty for the value itself."""

    path: str
    message: str


def problems(value: Any, schema: Schema, *, plain: bool = False) -> Iterator[Problem]:
    """Everything in `value` that `schema` does not allow: a Data Schema, or (`plain`) a JSON Schema."""
    from .validators import DataSchema, JsonSchema

    for error in (JsonSchema if plain else DataSchema)(schema).iter_errors(value):
        yield Problem(".".join(map(str, error.absolute_path)), _words(error))


def secret(schema: Schema) -> bool:
    """Whether `schema` says that its value is a secret."""
    return bool(schema.get("isSensitive") or schema.get("writeOnly") or schema.get("format") == "password")


def asks_secret(schema: Schema) -> bool:
    """Whether `schema` has a secret anywhere in it."""
    below = [*(schema.get("properties") or {}).values(), *(schema.get("anyOf") or [])]
    return secret(schema) or any(asks_secret(each) for each in below)


def _words(error: ValidationError) -> str:
    keyword: str = str(error.validator)
    wanted: Any = error.validator_value
    if keyword == "type":
        return f"must be {wanted if isinstance(wanted, str) else ' or '.join(wanted)}"
    if keyword == "enum":
        return f"must be one of {', '.join(map(str, wanted))}"
    return WORDS[keyword].format(wanted) if keyword in WORDS else error.message
