"""The Chromium of the browser tests: `find()` it, or run this module to install one."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "The browser tests need Chromium and it could not be installed: install Chromium or Google Chrome, "
    "or set CHROMIUM to the path of one, then try again."
)

#: Chromium takes the last such list only, so Playwright's own (its chromiumSwitches.ts) stands here too. The last three
#: draw suggestions for the address bar: one more page for each window, as costly as the window, which no test sees.
WITHOUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(WITHOUT)}",
    "--host-resolver-rules=MAP *.test 127.0.0.1",  # names that are not this machine's, as a hub has them
)


def find() -> str | None:
    """Path of a Chromium that starts: $CHROMIUM, one on the PATH, or the one Playwright downloaded."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES)]
    for path in filter(None, candidates):
        if _starts(path):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if _starts(own) else None


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Chromium with its popup blocker on, which Playwright would switch off; ends the program where there is none."""
    path = find()
    if path is None:
        sys.exit(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=FLAGS, ignore_default_args=["--disable-popup-blocking"]
        )
        yield browser
        browser.close()


def _starts(path: str) -> bool:
    # Ubuntu's chromium-browser is a stub that only tells you to install a snap: being there is no proof.
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=120).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install() -> None:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-q"], env)
        _run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"], env)
        if find():
            return
    _run([sys.executable, "-m", "playwright", "install", *(["--with-deps"] if root else []), "chromium"])


def _run(command: list[str], env: dict[str, str] | None = None) -> None:
    subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)


if __name__ == "__main__":
    if not find():
        _install()
    found = find()
    if not found:
        sys.exit(ADVICE)
    print(f"Chromium: {found}")
