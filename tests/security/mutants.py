"""`make mutants`: each guard of the security modules is taken away in turn, by cosmic-ray, and a test has to notice.

`make mutants ARGS="transport/redaction.py"` for one module: a whole run takes hours. It works in a clone of what is
committed, since cosmic-ray changes the files themselves. Ends with 1 where a change went unnoticed. Some do what the
code did: they are looked at, and stand in `NO_CHANGE` with the reason.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE_UP = "tests/security/test_made_up.py"
TESTS = {
    "transport/redaction.py": "tests/unit/transport/test_redaction.py",
    "transport/network.py": "tests/unit/transport/test_network.py",
    "page/pads.py": "tests/unit/page/test_pads.py",
    "returning/answer.py": f"tests/unit/returning/test_answer.py {MADE_UP}",
    "returning/attempt.py": "tests/unit/returning/test_attempt.py",
    "returning/connections.py": "tests/unit/returning/test_connections.py",
    "returning/endpoints.py": "tests/unit/returning/test_endpoints.py",
    "returning/pages.py": f"tests/unit/returning/test_pages.py {MADE_UP}",
    "returning/server.py": "tests/unit/returning/test_server.py",
    "returning/success.py": "tests/unit/returning/test_success.py",
}
NO_CHANGE = {
    "return json.loads(bytes(one ^ other for one, other in zip(sealed, pad, strict=False)))": (
        "the lengths were compared before"
    ),
    "if endpoint is None and not hmac.compare_digest(known.encode(), nonce.encode()):": (
        "what is found by the digest of a nonce has that nonce"
    ),
    "@dataclass(frozen=False)": "no code changes one",
    "if not TYPE_CHECKING:": "what only types need is imported, too",
}
"""Lines as they were changed, which do what they did."""
# What guards are made of; arithmetic on texts and numbers is left alone.
OPERATORS = (
    "core/(AddNot|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceTrueWithFalse|ReplaceFalseWithTrue"
    "|ReplaceUnaryOperator_Delete_Not|ReplaceComparisonOperator_(Eq_NotEq|NotEq_Eq|In_NotIn|NotIn_In|Is_IsNot|IsNot_Is"
    "|Lt_GtE|LtE_Gt|Gt_LtE|GtE_Lt))"
)
CONFIG = """[cosmic-ray]
module-path = "ic_widget/{module}"
timeout = 120.0
test-command = "{python} -m pytest -x -q -p no:cacheprovider {tests}"
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = ["^(?!{operators}$)"]
"""


def survivors(module: str, clone: Path) -> Iterator[str]:
    """The changes of `module` that no test notices, each as a diff."""
    config, session = clone / "mutants.toml", clone / "mutants.sqlite"
    config.write_text(
        CONFIG.format(module=module, tests=TESTS[module], operators=OPERATORS, python=sys.executable)
    )
    session.unlink(missing_ok=True)
    # cosmic-ray keeps no bytecode, rightly: but what it does not change need not be compiled for every change.
    warm = [sys.executable, "-m", "pytest", "--collect-only", "-q", *TESTS[module].split()]
    kept = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run(warm, cwd=clone, env=kept, check=True, stdout=subprocess.DEVNULL)
    for step in (
        ["cosmic-ray", "init"],
        ["cosmic-ray", "baseline"],
        ["cr-filter-operators"],
        ["cosmic-ray", "exec"],
    ):
        files = {"baseline": [config], "init": [config, session], "exec": [config, session]}
        order = files.get(step[-1], [session, config])
        command = [Path(sys.executable).with_name(step[0]), *step[1:], *order]
        subprocess.run(command, cwd=clone, check=True, stdout=subprocess.DEVNULL)
    told = subprocess.run(
        [Path(sys.executable).with_name("cosmic-ray"), "dump", session],
        cwd=clone,
        check=True,
        capture_output=True,
        text=True,
    )
    results = [json.loads(line)[1] for line in told.stdout.splitlines()]
    done = [result for result in results if result and result["worker_outcome"] == "normal"]
    survived = (result["diff"] for result in done if result["test_outcome"] == "survived")
    yield from (diff for diff in survived if not _changed(diff) & {*NO_CHANGE})
    print(f"{module}: {len(done)} changes tried", flush=True)


def _changed(diff: str) -> set[str]:
    """The lines that a change put in."""
    lines = (line for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++"))
    return {line[1:].strip() for line in lines}


def main(modules: list[str]) -> int:
    """Try every guard of `modules`, all of them if none is named."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        shutil.copytree(ROOT / "ic_widget/static", clone / "ic_widget/static")
        left = [diff for module in modules or TESTS for diff in survivors(module, clone)]
    print(*left, sep="\n\n")
    print(f"{len(left)} went unnoticed")
    return min(len(left), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
