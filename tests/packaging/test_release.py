"""What `make release-check` asks for."""

from __future__ import annotations

import pytest

from tests.packaging.release import missing

LOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-26\n\n- Something.\n"
URLS = ["Source", "Documentation", "Changelog", "Issues"]


def test_nothing_is_missing() -> None:
    """A version with its heading, its addresses and its tag may be published."""
    assert [] == list(missing("1.2.0", LOG, URLS, ["v1.2.0"]))


@pytest.mark.parametrize(
    ("version", "changelog", "urls", "tags", "said"),
    [
        (
            "1.2.0.dev1",
            LOG.replace("1.2.0", "1.2.0.dev1"),
            URLS,
            ["v1.2.0.dev1"],
            "no version that is published",
        ),
        ("1.2.0", LOG.replace("1.2.0", "1.1.0"), URLS, ["v1.2.0"], "no heading '## [1.2.0]"),
        ("1.2.0", LOG.replace("d]\n", "d]\n\n- More.\n"), URLS, ["v1.2.0"], "still lists something"),
        ("1.2.0", LOG, URLS[1:], ["v1.2.0"], "has no Source"),
        ("1.2.0", LOG, URLS, ["v1.1.0"], "no tag v1.2.0"),
    ],
)
def test_what_is_missing(version: str, changelog: str, urls: list[str], tags: list[str], said: str) -> None:
    """Each thing that is not done is one sentence that says what to do."""
    (line,) = missing(version, changelog, urls, tags)
    assert said in line
