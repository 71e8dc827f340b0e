"""How everything is measured: contenders take turns, and each turn gives one ratio per pair.

On a busy machine absolute rates drift from minute to minute; two that ran one right after the other drifted
together. So the ratio is taken per turn, and the median of those ratios is the result.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import Any, NamedTuple, Protocol, TypeVar

ONEFOLD = "onefold"

P = TypeVar("P")
P_contra = TypeVar("P_contra", contravariant=True)


class Target(NamedTuple):
    """onefold is to reach `ratio` times the best of `against`; without a ratio it is shown for comparison."""

    against: tuple[str, ...]
    ratio: float | None


class Measure(Protocol[P_contra]):
    """Something to be measured in units per second, in a place such as an empty folder."""

    @property
    def name(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def targets(self) -> list[Target]: ...

    @property
    def turns(self) -> int:
        """How often each contender's turn comes in a round: the work of many short turns is better paired."""

    def contenders(self, place: P_contra, /) -> dict[str, Callable[[], float]]:
        """By name, what does the work once and returns the rate; `place` is theirs."""


@dataclass(frozen=True)
class Result:
    """The rates of all turns, by contender, in the order of the turns."""

    measure: Measure[Any]
    rates: dict[str, list[float]]

    def rate(self, names: tuple[str, ...]) -> float:
        """The median rate of the best of `names`."""
        return median(self._best(names))

    def ratio(self, against: tuple[str, ...]) -> float:
        """The median of the pairs."""
        return median(ours / theirs for ours, theirs in zip(self.rates[ONEFOLD], self._best(against), strict=True))

    def comparable(self) -> list[Target]:
        """The targets whose contenders all took part."""
        return [target for target in self.measure.targets if set(target.against) <= self.rates.keys()]

    def _best(self, names: tuple[str, ...]) -> list[float]:
        return [max(rates) for rates in zip(*(self.rates[name] for name in names), strict=True)]


def run(measure: Measure[P], rounds: int, place: P, progress: Callable[[int], None]) -> Result:
    """Runs `rounds` rounds after a turn that warms up, and tells `progress` how many are done."""
    contenders = list(measure.contenders(place).items())
    rates: dict[str, list[float]] = {name: [] for name, _ in contenders}
    # In a new order each time: who always came after the same one would bear what that one leaves to the disk.
    order = Random(1)
    for number in range(rounds * measure.turns + 1):
        for name, work in order.sample(contenders, len(contenders)):
            rate = work()
            if number > 0:
                rates[name].append(rate)
        progress(number // measure.turns)
    return Result(measure, rates)


def rate_of(count: int, work: Callable[[], object]) -> float:
    """How many a second, where `work` does `count`. Garbage of earlier work is collected beforehand."""
    gc.collect()
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)
