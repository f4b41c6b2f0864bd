"""A fuzz run over the sandbox's OpenAPI description: no request gets a 500, every answer is as described."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from ic_widget.sandbox import Sandbox
from ic_widget.sandbox.engine_api.openapi import description

from .test_rest import connect

#: A request can fit the description and still name no integration, which is refused.
NOT_CHECKED = [positive_data_acceptance]
METHODS = ("get", "post", "put", "patch", "delete")
#: Their parameters are all free text, so that no request can be wrong by the description.
ANY_TEXT = ("/sse/connection-events/{selector}", "/integration", "/connections/{selector}/proxy/{path}")
ANY_TEXT_TO_GET = ("/connect", "/connection-popup")
OPERATIONS = [
    pytest.param(path, method, mode, id=f"{method}-{path}-{mode.value}")
    for path, operations in description("", "")["paths"].items()
    for method in METHODS
    if method in operations
    for mode in cast(Iterable[GenerationMode], GenerationMode)  # the enum's own types forget that it is one
    if mode is GenerationMode.POSITIVE
    or not (path in ANY_TEXT or (method == "get" and path in ANY_TEXT_TO_GET))
]


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Sandbox]:
    """A sandbox with some connections; its event streams end at once, for a fuzzer waits for the end."""
    with Sandbox() as box:
        connect(box, "hacker-news", connectionKey="news")
        connect(box, "stripe", input={"apiKey": "sk_1"})
        box.faults.set("events-drop")
        yield box


@pytest.fixture(scope="module")
def api(fuzzed: Sandbox) -> Any:
    """The description as it is served."""
    # The engine ignores parameters it does not know, so an extra one makes no request wrong.
    config = schemathesis.Config.from_dict({"generation": {"allow-extra-parameters": False}})
    return schemathesis.openapi.from_url(f"{fuzzed.url}/openapi.json", config=config)


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_operation(fuzzed: Sandbox, api: Any, path: str, method: str, mode: GenerationMode) -> None:
    """Random right and wrong requests get what the description says, and never a 500."""
    headers = {"Authorization": f"Bearer {fuzzed.token()}"}
    known = iter(["news", "github", "nope"] * 1000)

    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def fuzz(case: Any) -> None:
        if case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters["selector"] = next(known)
        if path in ("/connect", "/connection-popup"):
            case.query = {**(case.query or {}), "token": fuzzed.token()}
        case.call_and_validate(headers=headers, allow_redirects=False, excluded_checks=NOT_CHECKED)

    fuzz()
