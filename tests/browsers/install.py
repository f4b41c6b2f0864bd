"""Firefox and WebKit for `make browsers`: run this module to install what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.browsers.webdriver import find_firefox, find_webkit

ADVICE = (
    "These tests need Firefox (or FIREFOX with the path of one), and WebKitGTK with WebKitWebDriver and xvfb: on Debian"
    " and Ubuntu the packages firefox-esr, webkit2gtk-driver, xvfb and xauth."
)
PACKAGES = ("firefox-esr", "webkit2gtk-driver", "xvfb", "xauth")


def missing() -> bool:
    """Whether one of the two browsers is missing."""
    return find_firefox() is None or find_webkit() is None


if __name__ == "__main__":
    if missing() and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
            subprocess.run(["apt-get", "-q", *command], env=env, stdin=subprocess.DEVNULL, check=False)
    if missing():
        sys.exit(ADVICE)
    print(f"Firefox: {find_firefox()}, WebKit: {find_webkit()}")
