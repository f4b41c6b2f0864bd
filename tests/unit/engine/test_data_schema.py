"""What a Data Schema says."""

from __future__ import annotations

from typing import Any

from ic_widget.engine.data_schema import field_title

SCHEMA: dict[str, Any] = {
    "properties": {
        "subdomain": {"type": "string", "title": "Your subdomain"},
        "account": {"properties": {"secret": {"type": "string"}}},
    }
}


def test_a_fields_title_is_found_through_nested_objects() -> None:
    """The dotted name leads to the title; without one the name itself is the title."""
    assert field_title(SCHEMA, "subdomain") == "Your subdomain"
    assert field_title(SCHEMA, "account.secret") == "account.secret"
    assert field_title(None, "a.b") == "a.b"
