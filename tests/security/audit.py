"""`make audit`: known vulnerabilities, dangerous code, and the licence of everything that users get.

Ends with 1 where something was found. Where a registry gives no answer it says so, and that counts as nothing
found: an audit that could not be made is not one that failed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import cast

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FREE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|0BSD|Zlib|Unlicense|HPND)\b", re.IGNORECASE
)


def main() -> int:
    """Run all four parts; the number of those that found something, at most 1."""
    parts = {
        "Dangerous code (ruff's S rules)": dangerous_code,
        "Known vulnerabilities of Python packages (pip-audit)": python_vulnerabilities,
        "Known vulnerabilities of JavaScript packages (npm audit)": javascript_vulnerabilities,
        "Licences": licences,
    }
    findings = []
    for title, part in parts.items():
        print(f"== {title}")
        findings += list(part())
    for finding in findings:
        print(f"FOUND: {finding}")
    return min(len(findings), 1)


def dangerous_code() -> Iterator[str]:
    """What ruff's port of bandit finds."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select",
        "S",
        "--output-format",
        "concise",
        "ic_widget",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    print(done.stdout.strip())
    if done.returncode:
        yield "dangerous code, see above"


def python_vulnerabilities() -> Iterator[str]:
    """What is known against the packages of this environment that users get too."""
    wanted = "\n".join(f"{name}=={metadata.version(name)}" for name in runtime())
    command = [sys.executable, "-m", "pip_audit", "-r", "/dev/stdin", "--no-deps", "--disable-pip"]
    done = subprocess.run(
        [*command, "--progress-spinner=off", "-f", "json"], input=wanted, capture_output=True, text=True
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"Not audited: the advisory service gave no answer. {done.stderr.strip()[-300:]}")
        return
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    print(f"{len(packages) - len(skipped)} of {len(packages)} packages looked up.")
    if skipped:
        print(f"Not audited, because the package index has no advisories for them: {', '.join(skipped)}.")
    for package in packages:
        for known in package.get("vulns", ()):
            yield f"{package['name']} {package['version']}: {known['id']}, mended in {known['fix_versions']}"


def javascript_vulnerabilities() -> Iterator[str]:
    """What is known against the packages in js/package-lock.json."""
    done = subprocess.run(["npm", "audit", "--json"], cwd=ROOT / "js", capture_output=True, text=True)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {"message": done.stderr.strip()[-300:]}
    if "vulnerabilities" not in answer:
        print(f"Not audited: the registry gave no advisories. {answer.get('message', '')}")
        return
    print(f"{len(answer['vulnerabilities'])} packages with known vulnerabilities.")
    for name, known in answer["vulnerabilities"].items():
        yield f"{name}: {known['severity']}"


def licences() -> Iterator[str]:
    """Every package that users get, with its licence; one that is not known to be free is a finding."""
    listed = [(name, metadata.version(name), licence(name)) for name in runtime()]
    lock = json.loads((ROOT / "js" / "package-lock.json").read_text())["packages"]
    # What the bundle is made of; the other JavaScript packages are tools that users never get.
    for path, package in lock.items():
        if path and not package.get("dev"):
            name = path.removeprefix("node_modules/")
            listed.append((f"{name} (in the bundle)", package["version"], package.get("license", "")))
    for name, version, terms in listed:
        print(f"{name:32} {version:12} {terms or 'unknown'}")
        if not FREE.search(terms):
            yield f"{name} {version} has a licence to look at: {terms or 'unknown'}"


def runtime() -> list[str]:
    """The packages that `pip install ic_widget` brings, by name."""
    found: set[str] = set()
    pending = ["ic_widget"]
    while pending:
        for line in metadata.requires(pending.pop()) or ():
            needed = Requirement(line)
            name = re.sub(r"[-_.]+", "-", needed.name).lower()
            if name not in found and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
                found.add(name)
                pending.append(name)
    return sorted(found)


def licence(name: str) -> str:
    """A package's licence as it says itself: expression, classifiers, else the first line of its text."""
    about = cast(Message, metadata.metadata(name))
    classifiers = [
        line.split(" :: ")[-1] for line in about.get_all("Classifier") or () if line.startswith("License ::")
    ]
    text = (about.get("License") or "").strip().splitlines()
    return str(about.get("License-Expression") or ", ".join(classifiers) or (text[0][:60] if text else ""))


if __name__ == "__main__":
    sys.exit(main())
