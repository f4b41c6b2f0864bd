"""The pages that show one widget: what each has proved, and whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ic_widget.page.common_messages import ProbeResult, Ready
from ic_widget.page.viewers import Viewers
from ic_widget.returning.paths import Failed, PageFacts

HERE, ELSEWHERE = "http://localhost:8888", "https://hub.example.org"


def ready(sender: str, origin: str) -> Ready:
    """A page of that origin makes itself known."""
    return {"kind": "ready", "id": f"{sender}-1", "origin": origin, "base_url": "/", "host": "jupyterlab"}


def does(sender: str, kind: str) -> Mapping[str, Any]:
    """A message of that page."""
    return {"kind": kind, "id": f"{sender}-2"}


def failed(sender: str, path: Any) -> ProbeResult:
    """A page could not reach the kernel on that path."""
    return {"kind": "probe-result", "id": f"{sender}-3", "path": path, "ok": False, "detail": "HTTP 500"}


def both() -> Viewers:
    """A page of this machine, and then one of another."""
    viewers = Viewers()
    viewers.meet(ready("a", HERE))
    viewers.meet(ready("b", ELSEWHERE))
    return viewers


def origin(viewers: Viewers) -> str:
    """Of the page whose way back counts."""
    assert viewers.page is not None
    return viewers.page.origin


def test_turns() -> None:
    """The page that came last counts, until somebody does something on another."""
    viewers = both()
    assert ELSEWHERE == origin(viewers)
    assert not viewers.turn_to(does("a", "integrations"))
    assert not viewers.turn_to(does("stranger", "options"))
    assert ELSEWHERE == origin(viewers)
    assert viewers.turn_to(does("a", "options"))
    assert not viewers.turn_to(does("a", "again"))
    assert HERE == origin(viewers)
    assert viewers.turn_to(does("b", "used"))
    assert ELSEWHERE == origin(viewers)


def test_proofs_are_each_page_s_own() -> None:
    """A proof counts for the pages of its origin, or of its host where it came from the same origin."""
    viewers = both()
    viewers.proved("loopback", "127.0.0.1:5000", HERE)
    assert {} == viewers.probes
    viewers.proved("proxy", "hub.example.org", None)
    assert {"proxy": "proved"} == viewers.probes
    viewers.turn_to(does("a", "options"))
    assert {"loopback": "proved"} == viewers.probes


def test_failures_are_each_page_s_own() -> None:
    """What one page could not reach says nothing of another; what the kernel saw proved stays so."""
    viewers = both()
    assert viewers.disproved(failed("a", "proxy"))
    assert {} == viewers.probes
    viewers.turn_to(does("a", "options"))
    assert {"proxy": Failed("HTTP 500")} == viewers.probes
    viewers.proved("proxy", "localhost:8888", None)
    assert not viewers.disproved(failed("a", "proxy"))
    assert {"proxy": "proved"} == viewers.probes


def test_a_proof_of_nobody_known() -> None:
    """Before a page made itself known a proof is its own; later, one that fits no address is of the page in turn."""
    viewers = Viewers()
    viewers.proved("loopback", "127.0.0.1:5000", HERE)
    assert viewers.heard
    viewers.meet(ready("a", HERE))
    assert {"loopback": "proved"} == viewers.probes
    viewers.meet(ready("b", ELSEWHERE))
    assert {} == viewers.probes
    viewers.proved("proxy", "renamed-by-another-proxy", None)
    assert {"proxy": "proved"} == viewers.probes


def test_hosts() -> None:
    """The host names under which any of the pages may come back."""
    assert {"localhost:8888", "hub.example.org"} == set(both().hosts)


def test_leave() -> None:
    """What was learnt of pages that are gone is forgotten."""
    viewers = both()
    viewers.proved("proxy", "hub.example.org", None)
    viewers.leave()
    assert (None, {}, False) == (viewers.page, viewers.probes, viewers.heard)
    viewers.meet(ready("b", ELSEWHERE))
    assert {} == viewers.probes


def test_reloads_are_not_kept_for_ever() -> None:
    """Each reload is a sender of its own; only the last ones are remembered."""
    viewers = Viewers()
    for number in range(60):
        viewers.meet(ready(f"page{number}", f"http://localhost:{number}"))
    assert not viewers.turn_to(does("page0", "options"))
    assert viewers.turn_to(does("page58", "options"))
    assert PageFacts("http://localhost:58", "/", "jupyterlab") == viewers.page
