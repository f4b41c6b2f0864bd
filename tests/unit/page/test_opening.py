"""What a page is given so that it can begin, with a real callback server and a sandbox."""

from __future__ import annotations

import asyncio
import threading

from ic_widget.engine.engine import Engine
from ic_widget.page.channel import PageChannel
from ic_widget.page.common_messages import Channel
from tests.unit.visitor import LAB, Page


def test_closed_while_it_opens(engine: Engine) -> None:
    """close() from another thread leaves no endpoint of this widget open, though one is being opened just then."""
    closed = threading.Event()

    class OpensLate(PageChannel):
        def open(self, port: int = 0) -> Channel:
            closing = threading.Thread(target=page.session.close, daemon=True)
            closing.start()
            closing.join(10)
            closed.set()
            return super().open(port)

    page = Page(engine, redirect="loopback", new_channel=OpensLate)
    page.say("ready", **LAB)
    assert closed.wait(10)
    page.session._thread.submit(asyncio.sleep(0)).result(5)
    assert page.session._opening.channel._shown is None
    assert "cancelled" == page.flow.status


def test_closed_before_it_opens(engine: Engine) -> None:
    """close() right after a page was heard of leaves no endpoint open either."""
    page = Page(engine, redirect="loopback")
    page.say("ready", **LAB)
    page.session.close()
    page.session._thread.submit(asyncio.sleep(0)).result(5)
    assert page.session._opening.channel._shown is None
    assert "cancelled" == page.flow.status
