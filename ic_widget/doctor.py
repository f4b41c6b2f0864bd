"""`ic-widget doctor`: what a bug report needs, and what is wrong with the way to the engine. Prints no secret."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import os
import platform
import secrets
import time
from collections.abc import AsyncGenerator, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from .engine.engine import Engine
from .engine.events import listen
from .errors import ConfigurationError, ConnectError
from .returning.connections import listen as listen_on
from .returning.connections import why_not
from .returning.paths import ReturnSettings
from .runtime.blocking import run_blocking
from .runtime.durations import span
from .transport.backoff import clock_difference
from .transport.failures import TransportError

__all__ = ["examine", "main"]

PACKAGES = [
    "anywidget",
    "ipywidgets",
    "traitlets",
    "httpx",
    "tornado",
    "truststore",
    "PyJWT",
    "ipykernel",
    "jupyterlab",
    "notebook",
    "jupyter-server",
    "jupyter-server-proxy",
    "jupyterhub",
    "marimo",
    "voila",
    "jsonschema",
    "oauthlib",
]
HOSTS = {
    "JUPYTERHUB_USER": "JupyterHub",
    "BINDER_SERVICE_HOST": "Binder",
    "COLAB_RELEASE_TAG": "Google Colab",
    "VSCODE_PID": "VS Code",
    "CODESPACES": "GitHub Codespaces",
    "KAGGLE_KERNEL_RUN_TYPE": "Kaggle",
    "DATABRICKS_RUNTIME_VERSION": "Databricks",
    "JPY_PARENT_PID": "a Jupyter kernel",
}
VARIABLES = [
    "MEMBRANE_TOKEN",
    "MEMBRANE_WORKSPACE_KEY",
    "MEMBRANE_WORKSPACE_SECRET",
    "MEMBRANE_TENANT_KEY",
    "MEMBRANE_API_URI",
    "IC_WIDGET_REDIRECT_BASE",
    "IC_WIDGET_PORT",
    "IC_WIDGET_SANDBOX",
    "IC_WIDGET_SANDBOX_KEY",
    "IC_WIDGET_SANDBOX_SECRET",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
]
STREAM_SECONDS = 10.0


def main() -> int:
    """Print the report; 1 if something in it is not in order."""
    wrong = 0
    for fine, line in examine():
        print(line if fine else f"NOT IN ORDER  {line}", flush=True)
        wrong += not fine
    print(f"Lines that are not in order: {wrong or 'none'}")
    return min(wrong, 1)


def examine() -> Iterator[tuple[bool, str]]:
    """Lines of the report as they become known, each with whether what it says is in order."""
    yield (
        True,
        f"ic_widget {_version('ic_widget')}, Python {platform.python_version()}, {platform.platform()}",
    )
    found = [f"{name} {version}" for name in PACKAGES if (version := _version(name))]
    yield True, f"Packages: {', '.join(found)}"
    yield _front_end()
    places = [place for name, place in HOSTS.items() if name in os.environ]
    yield True, f"Runs in: {', '.join(places) or 'a terminal or a script, as far as one can see'}"
    names = [name for name in VARIABLES if os.environ.get(name) or os.environ.get(name.lower())]
    yield True, f"Set in the environment (values are not shown): {', '.join(names) or 'nothing of ours'}"
    yield from _engine()
    yield from _ways_back()


def _version(name: str) -> str | None:
    with contextlib.suppress(metadata.PackageNotFoundError):
        return metadata.version(name)
    return None


def _front_end() -> tuple[bool, str]:
    bundle = Path(__file__).parent / "static/widget.js"
    if not bundle.exists():
        return False, "Front end: not built. In a checkout run make; else reinstall ic_widget."
    content = bundle.read_bytes()
    return True, f"Front end: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()[:12]}"


def _engine() -> Iterator[tuple[bool, str]]:
    problem = None
    try:
        engine = Engine()
    except ConfigurationError as error:
        problem = str(error)
        try:
            engine = Engine(token="none-is-sent")  # noqa: S106  the engine is asked without one
        except ConfigurationError:
            yield False, f"Engine: {problem}"
            return
    if problem is not None:
        yield False, f"Token: {problem}"
    http = engine.client.http
    yield True, f"Engine: {engine.api_uri}, new connections at {engine.connect_endpoint}"
    yield True, f"Proxy: {f'{http.proxy.host}, from {http.proxy.source}' if http.proxy else 'none'}"
    yield True, f"Certificates to trust, from {http.trusted}"
    start = time.monotonic()
    try:
        answer = run_blocking(lambda: http.exchange(engine.client.request("GET", "/", None)))
    except TransportError as error:
        yield False, f"Network: {error}"
        return
    yield (
        True,
        f"Network: the engine answered in {(time.monotonic() - start) * 1000:.0f} ms ({answer.status})",
    )
    yield _clock(clock_difference(answer.headers))
    if problem is not None:
        return
    try:
        items, _ = run_blocking(lambda: engine.client.integrations_page(limit=1))
    except ConnectError as error:
        yield False, f"Token: {error}"
        return
    yield True, f"Token: the engine takes it; it shows {'apps' if items else 'no apps: add an integration'}"
    yield run_blocking(lambda: _stream(engine))


def _clock(ahead: float | None) -> tuple[bool, str]:
    if ahead is None:
        return True, "Clock: the engine does not say what time it is"
    if abs(ahead) < 2:
        return True, "Clock: right to two seconds by the engine's"
    where = "behind" if ahead > 0 else "ahead of"
    return abs(ahead) < 60, f"Clock: this machine's is {span(ahead)} {where} the engine's"


async def _stream(engine: Engine) -> tuple[bool, str]:
    up = asyncio.Event()
    events: AsyncGenerator[dict[str, Any], None] = listen(
        engine.client, secrets.token_urlsafe(16), opened=up.set
    )
    tasks = [asyncio.ensure_future(work) for work in (up.wait(), anext(events))]
    try:
        done, _ = await asyncio.wait(tasks, timeout=STREAM_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if up.is_set():
            return True, "Way back by the event stream: open"
        reason = next((str(task.exception()) for task in done), f"did not open within {STREAM_SECONDS:g} s")
        return False, f"Way back by the event stream: {reason}"
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await events.aclose()


def _ways_back() -> Iterator[tuple[bool, str]]:
    try:
        settings = ReturnSettings.from_environment("auto", None, 0)
    except ConfigurationError as error:
        yield False, f"Way back by redirect: {error}"
        return
    try:
        listen_on(settings.port).close()
    except OSError as error:
        yield False, f"Way back by redirect: {why_not(error, settings.port)}"
    else:
        yield (
            True,
            "Way back by redirect to 127.0.0.1: a port can be opened; the page tries whether its browser reaches it",
        )
    if settings.redirect_base:
        yield True, "Way back by an address of yours: IC_WIDGET_REDIRECT_BASE is set"
    installed = importlib.util.find_spec("jupyter_server_proxy") is not None
    said = "installed" if installed else "not installed; it belongs where the Jupyter server runs"
    yield True, f"Way back through the Jupyter server: here jupyter-server-proxy is {said}"
    yield True, "Way back by paste: always"
