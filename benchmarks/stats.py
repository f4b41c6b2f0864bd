"""Samples taken in turns, and what is said of them: median, tenth and ninetieth percentile."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Series", "in_turns", "percentile"]


@dataclass(frozen=True)
class Series:
    """Samples of one case in one unit; the machine is shared, so only medians and ratios mean something."""

    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def low(self) -> float:
        return percentile(self.samples, 10)

    @property
    def high(self) -> float:
        return percentile(self.samples, 90)


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that `percent` of a hundred are not above (nearest rank)."""
    ordered = sorted(samples)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def in_turns(
    cases: Mapping[str, Callable[[], float]],
    rounds: int,
    warm_up: int = 1,
    every: Mapping[str, int] | None = None,
) -> dict[str, Series]:
    """Measure A B C A B C ...: a slow moment of the machine then hits all of them, and their ratio stays.

    `every` names cases that are measured in each n-th round only, because one sample of them takes long.
    """
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(-warm_up, rounds):
        for name, measure in cases.items():
            if turn >= 0 and turn % (every or {}).get(name, 1):
                continue
            sample = measure()
            if turn >= 0:
                taken[name].append(sample)
    return {name: Series(tuple(samples)) for name, samples in taken.items()}
