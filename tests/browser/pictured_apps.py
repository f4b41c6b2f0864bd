"""The apps that the pictured states need beside the sandbox's own: one for each kind of form and of name."""

from __future__ import annotations

from typing import Any

from tests.browser.apps import app, fields

TEXT: dict[str, Any] = {"type": "string"}
VALUES = app(
    "fields",
    fields(
        "name", "key", "pem", "seats", "agreed", "colour",
        name={**TEXT, "title": "Account name", "examples": ["acme"], "description": "As in *acme*.example.com."},
        key={**TEXT, "title": "API key", "isSensitive": True},
        pem={**TEXT, "title": "Private key", "isSensitive": True, "description": "With its first and last line."},
        seats={"type": "integer", "title": "Seats", "minimum": 1, "default": 5},
        agreed={"type": "boolean", "title": "Use the test environment"},
        colour={**TEXT, "title": "Colour", "enum": ["red", "green", "blue"]},
        region={**TEXT, "title": "Region", "enum": ["eu", "us"], "allowCustom": True},
        day={**TEXT, "title": "First day", "format": "date"},
        hour={**TEXT, "title": "Time of day", "format": "time"},
        instant={**TEXT, "title": "Begins at", "format": "date-time"},
        email={**TEXT, "title": "Email", "format": "email"},
        site={**TEXT, "title": "Site", "format": "uri"},
        plan={**TEXT, "title": "Plan", "readOnly": True, "default": "Free of charge"},
    ),
    name="Every Field",
    description="An app that asks for everything.",
)  # fmt: skip
GROUPS = app(
    "groups",
    fields(
        "server", "tags", "people", "login", "labels",
        server=fields("host", host={**TEXT, "title": "Host"}, port={"type": "integer", "title": "Port"}),
        tags={"type": "array", "title": "Tags", "items": TEXT},
        people={"type": "array", "title": "People", "items": fields("name", name=TEXT, age={"type": "integer"})},
        login={"title": "Login", "anyOf": [
            {"title": "Password", **fields("user", user=TEXT, password=TEXT)},
            {"title": "Token", **fields("token", token=TEXT)},
        ]},
        labels={"type": "object", "title": "Labels", "additionalProperties": TEXT},
    ),
    name="Groups and Lists",
)  # fmt: skip
#: More than are shown at once, so that they come in sections.
MANY = [f"field{number}" for number in range(1, 41)]
FORTY = app("forty", fields(*MANY, **dict.fromkeys(MANY, TEXT)), name="Forty Fields")
COUNTRIES = (
    "Austria Belgium Croatia Denmark Estonia Finland France Germany Greece Hungary Ireland Italy Latvia"
)
CHOICES = app(
    "choices",
    fields("country", country={**TEXT, "title": "Country", "enum": COUNTRIES.split()}),
    name="Many Choices",
)
#: Names that differ at their end.
SUITE = "Enterprise Resource Planning and Customer Relationship Management Suite"
LONG = [app(f"suite-{kind}", name=f"{SUITE} ({kind.title()})") for kind in ("production", "sandbox")]
APPS = [VALUES, GROUPS, FORTY, CHOICES, *LONG]
GIVEN = {
    "server": {"host": "db.acme.example"},
    "tags": ["first", "second"],
    "people": [{"name": "Ada"}],
    "labels": {"team": "data"},
}
