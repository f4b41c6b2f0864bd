"""Firefox and WebKit for `make browsers`: run this module to install what is missing; it needs no other package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ADVICE = (
    "These tests need Firefox (or FIREFOX with the path of one), and WebKitGTK with WebKitWebDriver and xvfb: on Debian"
    " and Ubuntu the packages firefox-esr (Ubuntu: firefox), webkit2gtk-driver, xvfb and xauth."
)
MINI_BROWSERS = ("webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0")


def find_firefox() -> str | None:
    """Path of Firefox."""
    return next(
        filter(None, [os.environ.get("FIREFOX"), *map(shutil.which, ("firefox-esr", "firefox"))]), None
    )


def find_webkit() -> Path | None:
    """Path of WebKitGTK's small browser, where its driver and a screen are there too."""
    found = (path for name in MINI_BROWSERS for path in Path("/usr/lib").glob(f"*/{name}/MiniBrowser"))
    return next(found, None) if shutil.which("WebKitWebDriver") and shutil.which("xvfb-run") else None


def missing() -> list[str]:
    """Debian's packages of what is missing."""
    webkit = ["webkit2gtk-driver", "xvfb", "xauth"]
    return [*([] if find_firefox() else ["firefox-esr"]), *([] if find_webkit() else webkit)]


if __name__ == "__main__":
    if missing() and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *missing()]):
            subprocess.run(["apt-get", "-q", *command], env=env, stdin=subprocess.DEVNULL, check=False)
    if missing():
        sys.exit(ADVICE)
    print(f"Firefox: {find_firefox()}, WebKit: {find_webkit()}")
