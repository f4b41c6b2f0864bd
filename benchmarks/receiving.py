"""A process that waits for answers, one for each line on its input that names a receiver.

For each it prints where to send the answer, and then when the thread that waited had it.
"""

from __future__ import annotations

import json
import sys

from benchmarks.receivers import RECEIVERS, Receiver

__all__: list[str] = []


def main() -> None:
    """Serve until the input ends."""
    made: dict[str, Receiver] = {}
    for line in sys.stdin:
        name = line.strip()
        if name not in made:
            made[name] = RECEIVERS[name]()
        visible = made[name](lambda port, request: print(json.dumps([port, request]), flush=True))
        print(json.dumps(visible), flush=True)


if __name__ == "__main__":
    main()
